"""AZDesk's files for archiving on a host."""

from __future__ import annotations

import functools
import json

from azdesk.features import _asterisk as asterisk
from azdesk.fleet.voice import Recording
from azdesk.onhost import archiving, bundle, recorded

PROGRAMS = "/usr/local/lib/azdesk"
PROGRAM = f"{PROGRAMS}/archive-recordings"
SETTINGS, STATUS = recorded.SETTINGS, archiving.STATUS
SERVICE, TIMER = "azdesk-recordings.service", "azdesk-recordings.timer"
UNIT_FILES = {name: f"/etc/systemd/system/{name}" for name in (SERVICE, TIMER)}
OWN = {"settings": SETTINGS, "program": PROGRAM, "service": UNIT_FILES[SERVICE], "timer": UNIT_FILES[TIMER]}
AT = "23:55"
_HEAD = asterisk.HEADER.replace(";", "#", 1)


@functools.cache
def program() -> str:
    about = "Moves recordings of calls into their archive at the end of the day."
    return bundle.program(about, "disk", "machine", "mounts", "recorded", "archiving")


def settings(recording: Recording) -> str:
    """The program's settings."""
    values = {
        "directory": recording.directory,
        "archive": recording.archive,
        "mount": recording.archive_mount,
        "keep_days": recording.keep_days,
    }
    return json.dumps(values, indent=1) + "\n"


def files(wanted: str) -> dict[str, str]:
    """Path → content of all files, for these settings."""
    found = json.loads(wanted)
    return {
        SETTINGS: wanted,
        PROGRAM: program(),
        UNIT_FILES[SERVICE]: _service(found["directory"], found["archive"]),
        UNIT_FILES[TIMER]: _timer(),
    }


def _service(directory: str, archive: str) -> str:
    # Folders that are not there are left out: the program then says so.
    return (
        f"{_HEAD}[Unit]\nDescription=AZDesk: move recordings of calls into their archive\nAfter=remote-fs.target\n\n"
        f"[Service]\nType=oneshot\nExecStart=/usr/bin/python3 -I -B {PROGRAM}\nTimeoutStartSec=6h\nNice=10\nIOSchedulingClass=idle\n"
        "UMask=0077\nStateDirectory=azdesk-recordings\nStateDirectoryMode=0700\n"
        "NoNewPrivileges=yes\nPrivateTmp=yes\nPrivateNetwork=yes\nProtectSystem=strict\n"
        f"ReadWritePaths=-{directory} -{archive}\n"
        "CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER\n"
    )


def _timer() -> str:
    return (
        f"{_HEAD}[Unit]\nDescription=AZDesk: move recordings of calls into their archive at the end of the day\n\n"
        f"[Timer]\nOnCalendar=*-*-* {AT}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )

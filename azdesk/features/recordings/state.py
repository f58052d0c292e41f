"""How a host archives recordings, and how it should."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from azdesk.core.platform import DEBIAN
from azdesk.core.probe import File, Mounts, Probe, Readings, Units
from azdesk.features._files import FileSet, Folder, folder_probes, read_folder
from azdesk.features.recordings import content
from azdesk.fleet.model import Fleet
from azdesk.voice import deriving

_MADE = "made:"
_FOLDERS = ("/etc/azdesk", content.PROGRAMS)
_STORAGE, _ABOVE, _ABOVE_MOUNT = "storage:", "above:", "above-mount"


@dataclass(frozen=True, kw_only=True)
class Run:
    """What the program says of its last run."""

    state: str = ""
    """done, partial (some stay, for a reason of their own), away (nothing could be moved), running, or empty: none yet."""
    why: str = ""
    at: float = 0.0
    """Seconds since the epoch."""
    moved: int = 0
    left: int = 0
    removed: int = 0


def read(text: str) -> Run:
    """A status file; one that makes no sense is as good as none."""
    try:
        raw = json.loads(text)
        return Run(
            state=str(raw["state"]),
            why=str(raw["why"]),
            at=float(raw["at"]),
            moved=int(raw["moved"]),
            left=int(raw["left"]),
            removed=int(raw["removed"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError):
        return Run()


@dataclass(frozen=True, kw_only=True)
class RecordingsState:
    """Archiving on a host."""

    settings: str = ""
    """Our file with the settings; empty: recordings are not archived by us."""
    whole: bool = False
    """Program and units are those that this AZDesk writes, and nobody else may change them."""
    timed: bool = False
    """The timer runs, and starts with the host."""
    archive: str = ""
    """Folder of the archive; empty: none is needed, or it is not there."""
    leftover: bool = False
    """Files of ours are there without settings."""
    mounted: bool = field(default=True, compare=False)
    """The storage that the archive needs is mounted."""
    last: Run = field(default=Run(), compare=False)
    now: float = field(default=0.0, compare=False)
    """The host's clock at the look, in seconds since the epoch."""
    folder: Folder = field(default=Folder(), compare=False, repr=False)
    above: str = field(default="", compare=False, repr=False)
    """The folder that the archive is in, if it may be one that was made with it; empty: it is somebody else's."""
    folders: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """Of those that our files are in, the ones that are there."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    recording = fleet.recording
    above = recording.archive.rpartition("/")[0]
    found: dict[str, Probe] = {
        **{key: File(path=path) for key, path in content.OWN.items()},
        **{f"{_MADE}{path}": File(path=path) for path in _FOLDERS},
        **folder_probes(recording.archive),
        f"{_ABOVE}{above}": File(path=above),
        _ABOVE_MOUNT: Mounts(paths=(above,)),
        "status": File(path=content.STATUS),
        "timer-unit": Units(names=(content.TIMER,)),
    }
    if recording.archive_mount:
        found[f"{_STORAGE}{recording.archive_mount}"] = Mounts(paths=(recording.archive_mount,))
    return found


def parse(readings: Readings) -> RecordingsState:
    files = FileSet.read(readings, content.OWN)
    unit = readings.unit("timer-unit", content.TIMER)
    folder = read_folder(readings)
    settings = files.text(content.SETTINGS)
    storage = next((key for key in readings.raw if key.startswith(_STORAGE)), "")
    mounted = True
    if storage:
        found = readings.get(storage)["mounts"].get(storage.removeprefix(_STORAGE)) or {}
        mounted = bool(found.get("mounted"))
    status = readings.file("status")
    return RecordingsState(
        settings=settings,
        whole=bool(settings) and _is_whole(files, settings),
        timed=unit.active == "active" and unit.enabled == "enabled",
        archive=folder.path if folder.usable_by("root") or folder.exists else "",
        leftover=not settings and any(files.get(path).exists for path in content.OWN.values()),
        mounted=mounted,
        last=read(status.text or ""),
        now=readings.taken_at,
        folder=folder,
        above=_above(readings),
        folders=tuple(path for path in _FOLDERS if readings.file(f"{_MADE}{path}").exists),
        files=files,
    )


def _above(readings: Readings) -> str:
    key = next((key for key in readings.raw if key.startswith(_ABOVE)), _ABOVE)
    path = key.removeprefix(_ABOVE)
    one, mount = readings.file(key), readings.get(_ABOVE_MOUNT)["mounts"].get(path) or {}
    # As MakeFolder makes the way to a folder, or as chats had it before.
    ours = (one.mode, one.owner) in ((0o755, "root"), (0o2770, DEBIAN.ejabberd_user))
    # Not /home or /srv.
    return path if path.count("/") > 1 and one.type == "dir" and ours and not mount.get("mounted") else ""


def _is_whole(files: FileSet, settings: str) -> bool:
    try:
        texts = content.files(settings)
    except (ValueError, KeyError, TypeError):
        return False
    return all(
        files.text(path) == text and (files.get(path).owner, files.get(path).mode & 0o022) == ("root", 0)
        for path, text in texts.items()
    )


def desired(fleet: Fleet, host: str) -> RecordingsState:
    if not deriving.may_record(fleet, host):
        return RecordingsState()
    return RecordingsState(
        settings=content.settings(fleet.recording),
        whole=True,
        timed=True,
        archive=fleet.recording.archive,
    )


def target(observed: RecordingsState, wanted: RecordingsState) -> RecordingsState:
    """What is aimed at: without its storage nobody makes a folder for the archive; one that is there stays."""
    if not wanted.settings or not observed.mounted:
        return replace(wanted, archive=observed.archive)
    return wanted


def adopt(fleet: Fleet, host: str, observed: RecordingsState) -> Fleet:
    """Nothing: it follows from what is recorded."""
    return fleet

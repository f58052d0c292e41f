"""What the unit asterisk.service runs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from azdesk.practice.asterisk import dialplan, manager, realtime, records, registrar, trunks
from azdesk.practice.asterisk.channels import Channels
from azdesk.practice.files import Attributes
from azdesk.practice.units import UnitFile

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost
    from azdesk.practice.logins import Attempt

UNIT = "asterisk.service"
PID_FILE = "/run/asterisk/asterisk.pid"
LOG = "/var/log/asterisk/messages.log"
_OWN = Attributes(mode=0o644, owner="asterisk", group="asterisk")


@dataclass
class Running:
    """Asterisk between a start and a stop: what it has loaded."""

    host: PracticeHost
    version: str
    started: float
    reloaded: float
    objects: realtime.Objects
    """Phones' accounts, as loaded at the start."""
    manager: manager.Settings = field(default_factory=manager.Settings)
    voicemail: dialplan.Voicemail = field(default_factory=dialplan.Voicemail)
    """What was loaded at the start."""
    dialplan: dialplan.Plan = field(default_factory=dialplan.Plan)
    mailboxes: dict[str, list[str]] = field(default_factory=dict)
    """Voicemail context → numbers."""
    database: dict[str, str] = field(default_factory=dict)
    """Its own database (astdb): /family/key → value; outlives a restart."""
    records: records.Settings = field(default_factory=records.Settings)
    """Of cdr.conf, as loaded."""
    channels: Channels = field(init=False)

    def __post_init__(self) -> None:
        self.channels = Channels(self)

    def contents(self) -> dict[str, str]:
        """The database as it is by now: registrations whose time is up are gone."""
        registrar.expire(self.database, self.host.world.time())
        return self.database

    def say(self, level: str, source: str, text: str) -> None:
        """A line of the log."""
        when = time.strftime("%b %d %H:%M:%S", time.localtime())
        with contextlib.suppress(OSError):  # a full disk costs Asterisk its log, nothing else
            self.host.files.append(LOG, f"[{when}] {level}[1] {source}: {text}\n")

    def reload_phones(self) -> None:
        """Take pjsip.conf as it is now, but for its transports; what does not parse changes nothing, and only the log says so."""
        if trunks.reloaded(self.objects, self.say):
            self.objects.remembered.clear()

    def reload_manager(self) -> None:
        """Take manager.conf as it is now; what does not parse changes nothing, and only the log says so."""
        self.manager, why = manager.reloaded(self.host.files, self.manager)
        if why:
            self.say("ERROR", "config.c", why)
            self.say(
                "NOTICE",
                "manager.c",
                "Unable to open AMI configuration manager.conf, or configuration is invalid.",
            )

    def reload_calls(self) -> None:
        """Take dial plan and mailboxes as the files have them now."""
        self.reload_dialplan()
        self.reload_mailboxes()

    def reload_dialplan(self) -> None:
        self.dialplan = dialplan.loaded(self.host.files, self.dialplan, self.say)

    def reload_mailboxes(self) -> None:
        self.mailboxes = dialplan.mailboxes(self.host.files, self.mailboxes)


class Asterisk:
    """The program, started and stopped by systemd. `running` is what runs, if anything does."""

    unit = UNIT
    start_seconds = 0.8
    stop_seconds = 0.4

    def __init__(self, host: PracticeHost) -> None:
        self.host = host
        self.running: Running | None = None
        self._database: dict[str, str] = {}

    def start(self, settings: UnitFile) -> bool:
        now = self.host.world.time()
        version = self.host.installed().get("asterisk", "")
        number = version.partition(":")[2].rpartition("-")[0] or version
        self.running = Running(
            host=self.host,
            version=number,
            started=now,
            reloaded=now,
            objects=realtime.started(self.host, settings),
            database=self._database,
        )
        packages = self.host.installed()
        own_package = int(number.partition(".")[0] or 0) < 18
        self.running.voicemail = dialplan.voicemail(
            self.host.files,
            self.running.say,
            installed=not own_package or "asterisk-voicemail" in packages,
            database=not own_package,
        )
        self.running.records.started(self.host.files)
        trunks.started(self.running.objects, self.running.say)
        self.running.reload_manager()
        self.running.reload_calls()
        state = self.host.systemd.unit(UNIT)
        with contextlib.suppress(OSError):
            self.host.files.write(PID_FILE, f"{state.main_pid if state else 1}\n", _OWN)
        return True

    def stop(self) -> None:
        if self.running is not None:
            self.running.channels.end_all()
            self.running.channels.close()
            with contextlib.suppress(OSError):
                self.host.files.remove(PID_FILE)
        self.running = None

    def reload(self) -> int:
        """ExecReload: ``asterisk -rx 'core reload'``."""
        if self.running is None:
            return 1
        self.running.reloaded = self.host.world.time()
        self.running.reload_phones()
        self.running.reload_manager()
        self.running.reload_calls()
        self.running.records.reload(self.host.files)
        return 0

    def ports(self) -> list[tuple[int, str]]:
        if self.running is None:
            return []
        found = [
            port for protocol in ("tcp", "tls") for port in registrar.ports(self.running.objects, protocol)
        ]
        if self.running.manager.enabled:
            found.append((self.running.manager.port, self.running.manager.address))
        return found

    def udp_ports(self) -> list[tuple[int, str]]:
        return registrar.ports(self.running.objects, "udp") if self.running is not None else []

    def login(self, asked: Attempt) -> str | None:
        if self.running is None or not asked.place.scheme.startswith("sip"):
            return None
        return registrar.register(self.running.objects, asked)

    def stay(self, asked: Attempt, seconds: float) -> None:
        """A phone registers and stays so for a while, other than at `login`, where it signs off at once.

        Raises:
            Refused: it is not taken.
        """
        assert self.running is not None
        registrar.register(self.running.objects, asked)
        contact = registrar.keep(self.running.database, asked, self.host.world.time() + seconds)
        self.running.channels.tell("ContactStatus", "system", contact)

    def http(self, port: int, path: str, body: str) -> tuple[int, str] | None:
        return None

    def ami(
        self, port: int, user: str, secret: str, actions: Sequence[Sequence[Sequence[str]]], keep: int
    ) -> dict[str, Any] | None:
        """Answer to a question at the manager interface, as the probe `Ami` reads it; None if it is at another port."""
        if self.running is None or not self.running.manager.enabled or port != self.running.manager.port:
            return None
        found = manager.ask(self.running, user, secret, actions, keep)
        if isinstance(found, str):
            return {"answered": False, "error": found, "replies": []}
        return {"answered": True, "error": "", "replies": found}

    def ami_listen(self, port: int, user: str, secret: str) -> manager.Listening | str:
        """A login that hears events; or why there is none, in the helper's words."""
        if self.running is None or not self.running.manager.enabled or port != self.running.manager.port:
            return f"nothing listens on port {port}"
        return manager.listen(self.running, user, secret)


def of(host: PracticeHost) -> Running | None:
    """The Asterisk that runs on a host, if it does."""
    service = host.systemd.services[UNIT]
    assert isinstance(service, Asterisk)
    return service.running

"""What the units of a practice host run. Each kind of program that needs rules of its own has its own module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.practice.states import StartFailed
from azdesk.practice.units import UnitFile

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost
    from azdesk.practice.logins import Attempt
    from azdesk.practice.states import Service

Ports = list[tuple[int, str]]
"""Listening TCP ports with the own address they are bound to, empty for all."""


class Daemon:
    """A program of which only matters that it runs and which ports it listens on."""

    def __init__(
        self,
        host: PracticeHost,
        unit: str,
        ports: Ports | None = None,
        *,
        needs: str = "",
        seconds: float = 0.2,
    ) -> None:
        self.host = host
        self.unit = f"{unit}.service"
        self.start_seconds = seconds
        self.stop_seconds = seconds
        self._ports = ports or []
        self._needs = needs
        self._running = False

    def start(self, settings: UnitFile) -> bool:
        if self._needs and not self.host.files.exists(self._needs):
            self.host.systemd.say(self.unit, f"Options error: cannot open {self._needs}")
            raise StartFailed()
        self._running = True
        return True

    def stop(self) -> None:
        self._running = False

    def reload(self) -> int:
        return 0

    def ports(self) -> Ports:
        return self._ports if self._running else []

    def udp_ports(self) -> Ports:
        return []

    def login(self, asked: Attempt) -> str | None:
        return None

    def http(self, port: int, path: str, body: str) -> tuple[int, str] | None:
        return None


def services_of(host: PracticeHost) -> list[Service]:
    """All programs that may run on a host; those whose package is missing have no unit and never start."""
    from azdesk.practice.asterisk.service import Asterisk
    from azdesk.practice.commands import Commands
    from azdesk.practice.ejabberd.service import Ejabberd
    from azdesk.practice.ldap.service import Slapd
    from azdesk.practice.phones import Copying, Timer
    from azdesk.practice.recordings import Archiving

    return [
        Daemon(host, "ssh", [(22, "")]),
        Asterisk(host),
        Copying(host),
        Timer(host, "azdesk-phones"),
        Archiving(host),
        Timer(host, "azdesk-recordings"),
        Commands(host, "azdesk-firewall"),
        Slapd(host),
        Daemon(host, "openvpn-server@azdesk", needs="/etc/openvpn/server/azdesk.conf"),
        Ejabberd(host),
    ]

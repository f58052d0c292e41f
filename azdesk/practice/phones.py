"""AZDesk's own program on practice hosts that copies phones' accounts: the real one, on the host's files, and the timer that starts it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from azdesk.onhost import copying
from azdesk.onhost.login import Refused
from azdesk.practice import logins
from azdesk.practice.asterisk import console
from azdesk.practice.asterisk.service import of
from azdesk.practice.files import Attributes
from azdesk.practice.services import Daemon
from azdesk.practice.states import StartFailed
from azdesk.practice.units import UnitFile

if TYPE_CHECKING:
    from azdesk.onhost.phones import Entry
    from azdesk.practice.host import PracticeHost

_FIVE_MINUTES = 300.0


class Copying(Daemon):
    """What azdesk-phones.service runs: once, and then it is over."""

    def __init__(self, host: PracticeHost) -> None:
        super().__init__(host, "azdesk-phones")

    def start(self, settings: UnitFile) -> bool:
        code, said = copying.run(_Side(self.host))
        self.host.systemd.say(self.unit, said)
        if code:
            raise StartFailed(code)
        return True


class Timer(Daemon):
    """A timer that starts the service of its name again and again."""

    def __init__(self, host: PracticeHost, name: str) -> None:
        super().__init__(host, name)
        self.unit = f"{name}.timer"
        self._service = f"{name}.service"
        self._starts = 0

    def start(self, settings: UnitFile) -> bool:
        self._starts += 1
        if not settings.last("Timer", "OnCalendar"):  # at the end of the day no practice fleet runs any more
            self._later(settings.seconds("Timer", "OnActiveSec", _FIVE_MINUTES), self._starts)
        return super().start(settings)

    def _later(self, seconds: float, start: int) -> None:
        def elapsed(_moment: float) -> None:
            if self._running and self._starts == start:
                self.host.systemd.start_at_once(self._service)
                self._later(seconds, start)

        self.host.world.later(seconds, elapsed)


class _Side(copying.Side):
    """The host's files, its Asterisk, and the directory by way of the practice network."""

    def __init__(self, host: PracticeHost) -> None:
        self.host = host

    def read(self, path: str) -> str | None:
        return self.host.files.text(path) if self.host.files.exists(path) else None

    def write(self, path: str, text: str, mode: int, group: str) -> None:
        self.host.files.write(path, text, Attributes(mode=mode, owner="root", group=group))

    def remove(self, path: str) -> None:
        self.host.files.remove(path)

    def time(self) -> float:
        return self.host.world.time()

    def pause(self, seconds: float) -> None:
        """Nothing: Asterisk takes no time here."""

    def asterisk(self, order: str) -> str | None:
        running = of(self.host)
        return None if running is None else console.run(running, order)

    def log_size(self) -> int:
        return len(self.host.files.text(copying.LOG))

    def log_since(self, at: int) -> str:
        return self.host.files.text(copying.LOG)[at:]

    def search(self, url: str, settings: Mapping[str, Any], password: str) -> tuple[int, list[Entry]]:
        whole: list[Mapping[str, tuple[str, ...]]] = []
        found: list[tuple[str, tuple[str, ...]]] = []
        cut: list[int] = []
        request = {
            "account": settings["reader"],
            "base": settings["base"],
            "search": settings["filter"],
            "ca": settings["ca"],
        }
        reason, words = logins.attempt(
            self.host, url, request, password, patient=False, wants="*", whole=whole, found=found, cut=cut, limit=0
        )  # fmt: skip
        if reason not in ("", "empty"):
            raise Refused(reason, words)
        entries: list[Entry] = [
            (dn, {name.lower(): [value.encode() for value in values] for name, values in held.items()})
            for (dn, _), held in zip(found, whole, strict=True)
        ]
        return cut[0] if cut else 0, entries

"""Units that run commands instead of staying: what their files say is what is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.practice.services import Daemon
from azdesk.practice.states import StartFailed
from azdesk.practice.units import UnitFile

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost


class Commands(Daemon):
    """A unit of type oneshot with programs that this host has."""

    def __init__(self, host: PracticeHost, unit: str) -> None:
        super().__init__(host, unit)
        self._settings: UnitFile | None = None

    def start(self, settings: UnitFile) -> bool:
        self._settings = settings
        if status := self._run("ExecStart"):
            raise StartFailed(status)
        return True

    def stop(self) -> None:
        self._run("ExecStop")

    def reload(self) -> int:
        return self._run("ExecReload")

    def _run(self, key: str) -> int:
        for line in self._settings.all("Service", key) if self._settings else ():
            done = self.host.run(line.removeprefix("-").split())
            said = done.err if done else f"{line}: No such file or directory"
            if said.strip():
                self.host.systemd.say(self.unit, said.strip())
            if (done is None or done.exit) and not line.startswith("-"):
                return done.exit if done else 203
        return 0


class Transient(Daemon):
    """A timer of systemd-run's that runs a command once, and is gone."""

    def __init__(self, host: PracticeHost, name: str, seconds: float, command: list[str]) -> None:
        super().__init__(host, name)
        self.unit = f"{name}.timer"
        self._seconds = seconds
        self._command = command
        self.path = f"/run/systemd/system/{self.unit}"

    def start(self, settings: UnitFile) -> bool:
        def elapsed(_moment: float) -> None:
            if self._running:
                self.host.run(self._command)
                self.host.systemd.stop_at_once(self.unit)

        self.host.world.later(self._seconds, elapsed)
        return super().start(settings)

    def stop(self) -> None:
        super().stop()
        self.host.files.remove(self.path)
        self.host.systemd.unload(self.unit)

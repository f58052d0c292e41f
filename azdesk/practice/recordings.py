"""AZDesk's own program on practice hosts that archives recordings: the real one, on the host's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.onhost import archiving
from azdesk.practice.services import Daemon
from azdesk.practice.states import StartFailed
from azdesk.practice.units import UnitFile

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost


class Archiving(Daemon):
    """What azdesk-recordings.service runs: once, and then it is over."""

    def __init__(self, host: PracticeHost) -> None:
        super().__init__(host, "azdesk-recordings")

    def start(self, settings: UnitFile) -> bool:
        from azdesk.practice.machine import PracticeMachine

        code, said = archiving.Archiving(PracticeMachine(self.host)).run()
        self.host.systemd.say(self.unit, said.strip())
        if code:
            raise StartFailed(code)
        return True

"""The check of the number plan: worked out in the background each time the document changes in what it looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task
    from azdesk.voice.checking import Finding

CHECK_MS = 60
"""A pause in the edits of this length is waited for: whoever types is not overtaken by checks of half a number."""


class PlanCheck(QObject):
    """Keeps what is wrong with the document's number plan."""

    checked = Signal()
    """`findings` are others."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.findings: tuple[Finding, ...] = ()
        """The weightiest first."""
        self._workbench = workbench
        self._looked_at: Fleet | None = None
        self._task: Task | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(CHECK_MS)
        self._soon.timeout.connect(self._start)
        workbench.fleet_changed.connect(self._again)
        workbench.closing.connect(self._soon.stop)
        self._again()

    @property
    def busy(self) -> bool:
        """Whether `findings` are older than the document."""
        return self._task is not None or self._soon.isActive()

    @property
    def faults(self) -> int:
        """How many findings there are that are no hints."""
        return sum(1 for one in self.findings if one.weight != "hint")

    def _again(self) -> None:
        fleet = self._workbench.fleet
        if self._looked_at is None and fleet.number_plan.scheme == "as-is":
            return  # nothing is worked out, and no module loaded, for those who have no number plan
        if self._looked_at is None or _concerned(fleet) != _concerned(self._looked_at):
            self._soon.start()

    def _start(self) -> None:
        if self._task is not None:
            return  # it is looked whether something changed when that one ends
        fleet = self._looked_at = self._workbench.fleet

        def work(_job: Job) -> tuple[Finding, ...]:
            from azdesk.voice.checking import check

            return check(fleet)

        self._task = self._workbench.worker.start(work, title="", done=self._have)
        self._task.finished.connect(self._ended)

    def _have(self, findings: tuple[Finding, ...]) -> None:
        if findings != self.findings:
            self.findings = findings
            self.checked.emit()

    def _ended(self) -> None:
        self._task = None
        self._again()


def _concerned(fleet: Fleet) -> object:
    """What of the document the check looks at. Parts that were not edited are the same objects, so comparing is quick."""
    return (
        fleet.number_plan,
        fleet.trunks,
        fleet.rules,
        [
            (name, host.roles, host.cluster, host.numbers, host.sip, host.calls)
            for name, host in fleet.hosts.items()
        ],
    )

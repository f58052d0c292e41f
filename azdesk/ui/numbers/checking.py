"""The check of the number plan: worked out in the background each time the document changes in what it looks at."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from azdesk.app.numbering import Numbers
    from azdesk.core.errors import AzdeskError
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task
    from azdesk.voice.checking import Finding

CHECK_MS = 60
"""A pause in the edits of this length is waited for: whoever types is not overtaken by checks of half a number."""


@dataclass(frozen=True, kw_only=True)
class PeoplesNumbers:
    """What is known of the directory's numbers."""

    numbers: Numbers | None = None
    """None: they were not read yet."""
    at: float = 0.0
    """When they were read, in seconds since the epoch."""
    reading: bool = False
    failure: str = ""
    """Why they could not be read the last time, as a sentence."""
    directory: object = None
    """Of the document, that they were read from."""


class PlanCheck(QObject):
    """Keeps what is wrong with the document's number plan."""

    checked = Signal()
    """`findings` are others."""
    people_changed = Signal()
    """Something else is known of the directory's numbers, or they are being read."""

    def __init__(self, workbench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.findings: tuple[Finding, ...] = ()
        """The weightiest first."""
        self.people: PeoplesNumbers = PeoplesNumbers()
        self._workbench = workbench
        self._checked_people: Numbers | None = None
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
        if self.people.directory not in (None, fleet.directory):
            self.people = PeoplesNumbers()
            self.people_changed.emit()
        if (
            self._looked_at is None
            or self._checked_people is not self.people.numbers
            or _concerned(fleet) != _concerned(self._looked_at)
        ):
            self._soon.start()

    def read_people(self) -> None:
        """Read the numbers of the directory in the background; findings follow when it is done."""
        if self.people.reading or not self._workbench.fleet.directory.base:
            return
        directory = self._workbench.fleet.directory
        self.people = replace(self.people, reading=True, directory=directory, failure="")
        self.people_changed.emit()

        def work(job: Job) -> Numbers:
            from azdesk.app.numbering import of_people
            from azdesk.app.people import People

            with People(self._workbench.session) as people:
                return of_people(people, job)

        task = self._workbench.run(
            work,
            title=self.tr("Reading people's numbers"),
            done=self._have_people,
            failed=self._no_people,
            quiet=True,
        )
        task.finished.connect(self._people_ended)

    def _have_people(self, numbers: Numbers) -> None:
        if self.people.reading:
            self.people = replace(self.people, numbers=numbers, at=time.time())

    def _no_people(self, error: AzdeskError) -> None:
        self.people = replace(self.people, failure=error.what)

    def _people_ended(self) -> None:
        self.people = replace(self.people, reading=False)
        self.people_changed.emit()
        self._again()

    def _start(self) -> None:
        if self._task is not None:
            return  # it is looked whether something changed when that one ends
        fleet = self._looked_at = self._workbench.fleet
        people = self._checked_people = self.people.numbers

        def work(_job: Job) -> tuple[Finding, ...]:
            from azdesk.voice.checking import check

            return check(fleet, people.accounts if people is not None else None)

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

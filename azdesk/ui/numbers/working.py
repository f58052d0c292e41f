"""Working something out in the background, of which only the latest counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

PAUSE_MS = 40
"""So long nothing new may be wanted before it begins."""


class Latest(QObject):
    """One piece of work after the other; those in between that are overtaken are never begun."""

    done = Signal(object)
    """What came of the latest."""

    def __init__(self, workbench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = workbench.worker
        self._next: Callable[[], object] | None = None
        self._task: Task | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE_MS)
        self._soon.timeout.connect(self._start)
        workbench.closing.connect(self._soon.stop)

    @property
    def busy(self) -> bool:
        """Whether something is still to come."""
        return self._task is not None or self._next is not None

    def work_out(self, work: Callable[[], object]) -> None:
        """Do this, unless something else is wanted before it is begun; it must touch no widget."""
        self._next = work
        if self._task is None:
            self._soon.start()

    def _start(self) -> None:
        work, self._next = self._next, None
        if work is None:
            return

        def run(_job: Job) -> object:
            return work()

        self._task = self._worker.start(run, title="", done=self._have)
        self._task.finished.connect(self._ended)

    def _have(self, found: object) -> None:
        if self._next is None:
            self.done.emit(found)

    def _ended(self) -> None:
        self._task = None
        if self._next is not None:
            self._soon.start()

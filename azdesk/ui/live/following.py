"""Following the hosts while the page is seen: what they push comes to the window's thread a few times in a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from azdesk.core.progress import Job, Progress

if TYPE_CHECKING:
    from azdesk.app.live import Snapshot, Watch
    from azdesk.core.errors import AzdeskError
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task


class Following(QObject):
    """Begun and ended as often as one likes; one watch at a time."""

    changed = Signal()
    """There are news: see `snapshot`."""

    def __init__(self, workbench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._task: Task | None = None
        self._watch: Watch | None = None
        self._again = False
        self.snapshot: Snapshot | None = None
        """None while nothing is known."""

    @property
    def active(self) -> bool:
        return self._task is not None

    def start(self) -> None:
        """Follow all hosts of the document as it is now."""
        if self._task is not None:
            self._again = True
            return
        workbench = self._workbench

        def work(job: Job) -> None:
            from azdesk.app.live import Watch

            watch = self._watch = Watch(workbench.session)
            watch.run(job, lambda: job.report(Progress(text="")))

        self._task = workbench.run(
            work,
            title=self.tr("Following calls"),
            progress=self._news,
            failed=self._failed,
            quiet=True,
            hidden=True,
        )
        self._task.finished.connect(self._ended)

    def stop(self) -> None:
        """Let the hosts go."""
        self._again = False
        if self._task is not None:
            self._task.cancel()

    def restart(self) -> None:
        """The document has other hosts, or hosts elsewhere."""
        if self._task is not None:
            self._again = True
            self._task.cancel()

    def _news(self, _progress: tuple[Progress, ...]) -> None:
        if self._watch is not None:
            self.snapshot = self._watch.snapshot()
            self.changed.emit()

    def _failed(self, error: AzdeskError) -> None:
        self._workbench.say("error", str(error))

    def _ended(self) -> None:
        self._task = self._watch = None
        if self._again:
            self._again = False
            self.start()

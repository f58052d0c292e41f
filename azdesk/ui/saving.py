"""Writing the document's file in the background, one writing at a time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from azdesk.core.errors import AzdeskError, ConflictError
from azdesk.core.progress import Job
from azdesk.fleet import store
from azdesk.fleet.model import Fleet

if TYPE_CHECKING:
    from azdesk.ui.workbench import Workbench

Write = Callable[[store.Opened, Fleet], store.Opened]
"""Gets the document as it was last written and as it is edited now; gives what it wrote."""


@dataclass(frozen=True, kw_only=True)
class _Writing:
    """One writing that waits for those before it."""

    write: Write
    title: str
    done: Callable[[store.Opened], object]
    failed: Callable[[AzdeskError], None] | None


class Saving(QObject):
    """What waits to be written; see `azdesk.ui.workbench.Workbench.write`."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench)
        self._workbench = workbench
        self._waiting: deque[_Writing] = deque()
        self._writing = False
        self._closed = False

    def save(self, write: Write, then: Callable[[], object] | None = None) -> None:
        """Write the document, go on with what was written, then call `then`."""
        workbench = self._workbench

        def done(opened: store.Opened) -> None:
            workbench.go_on_with(opened)
            if then is not None:
                then()

        title = workbench.tr("Saving %1").replace("%1", workbench.opened.path.name)
        self.write(write, title=title, done=done, failed=self._not_saved)

    def write(
        self,
        write: Write,
        *,
        title: str,
        done: Callable[[store.Opened], object],
        failed: Callable[[AzdeskError], None] | None = None,
    ) -> None:
        """Write after those that are being written."""
        self._waiting.append(_Writing(write=write, title=title, done=done, failed=failed))
        if not self._writing:
            self._next()

    def close(self) -> None:
        """Begin nothing more."""
        self._closed = True

    def _next(self) -> None:
        self._writing = bool(self._waiting) and not self._closed
        if not self._writing:
            return
        # What is written follows from what the one before has written: two of ours must not be a conflict.
        item, opened, fleet = self._waiting.popleft(), self._workbench.opened, self._workbench.fleet

        def work(_job: Job) -> store.Opened:
            return item.write(opened, fleet)

        def failed(error: AzdeskError) -> None:
            self._waiting.clear()
            (item.failed or self._workbench.failed)(error)

        task = self._workbench.run(work, title=item.title, done=item.done, failed=failed, cancellable=False)
        task.finished.connect(self._next)

    def _not_saved(self, error: AzdeskError) -> None:
        if isinstance(error, ConflictError):
            self._workbench.conflict.emit(error)
        else:
            self._workbench.failed(error)

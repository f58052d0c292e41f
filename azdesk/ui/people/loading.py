"""Listings under way: newest wins, page after page as far as anybody looks, sorted once all are there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from azdesk.core.errors import AzdeskError
from azdesk.ui.people import sorting
from azdesk.ui.peoplemodels import Column, PeoplePage, Query

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.ui.people.source import Listing, PeopleSource
    from azdesk.ui.people.table import PeopleModel
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

T = TypeVar("T")

BY_ITSELF = 120_000
"""Rows that are fetched without anybody scrolling to them; of larger directories the rest comes as one scrolls."""
PAUSE_MS = 200
"""After the first rows of a search, which may have been one keystroke of several, the rest waits so long."""
AHEAD = 20_000
"""Rows that are fetched before they come into sight."""


class Loader(QObject):
    """Fills a `PeopleModel` from a `PeopleSource`.

    Args:
        workbench: runs the asking.
        model: what is filled.
    """

    began = Signal()
    """The first rows of a listing are there."""
    grew = Signal()
    """More rows are there."""
    failed = Signal(object)
    """The `AzdeskError` that ended a listing."""

    def __init__(self, workbench: Workbench, model: PeopleModel, parent: QObject) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._model = model
        self._source: PeopleSource | None = None
        self._listing: Listing | None = None
        self._task: Task | None = None
        self._sort_task: Task | None = None
        self._sorting: tuple[Column, bool] = (Column.ACCOUNT, False)
        self._generation = 0
        self._in_sight = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE_MS)
        self._soon.timeout.connect(self._go_on)
        self.query = Query()
        """What is shown, or looked for now."""
        self.partial = ""
        """Why what came is not all there is; empty where it is."""
        self.complete = False
        """Whether all rows came."""
        self.total = 0
        """Rows of the listing as far as known."""

    @property
    def busy(self) -> bool:
        """Whether rows are on their way."""
        return self._task is not None

    def set_source(self, source: PeopleSource | None) -> None:
        """Take rows from another directory from now on; what was asked of the one before is forgotten."""
        self._drop()
        self._source = source
        self._model.clear()
        self.partial, self.complete, self.total = "", False, 0

    def look_for(self, query: Query) -> None:
        """Begin another listing; the rows of the one before stay until its first ones come."""
        self._drop()
        self.query = query
        self.complete = False
        source = self._source
        if source is None:
            return
        column, descending = self._sorting
        presences = self._model.presences

        def work(job: Job) -> tuple[Listing, PeoplePage, list[int] | None]:
            listing = source.find(query)
            try:
                page = listing.more(job)
                order = None
                if page.last:
                    order = sorting.order(
                        page.rows, column, descending=descending, presences=presences, job=job
                    )
            except BaseException:
                listing.close()
                raise
            return listing, page, order

        self._run(work, self._begin)

    def look_again(self) -> None:
        """The same listing anew."""
        self.look_for(self.query)

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Show rows in this order; those of a listing that still comes in are sorted once all are there."""
        self._sorting = (column, descending)
        if self.complete:
            self._sort()
        else:
            self._go_on()

    def in_sight(self, at: int) -> None:
        """The row at this position can be seen."""
        self._in_sight = at
        self._go_on()

    def close(self) -> None:
        """Ask for nothing more; closing the source closes its listings."""
        self._listing = None
        self._drop()
        self._source = None

    # -- inside ------------------------------------------------------------------------------------------------

    def _drop(self) -> None:
        self._generation += 1
        self._soon.stop()
        task, listing = self._task, self._listing
        for one in (task, self._sort_task):
            if one is not None:
                one.cancel()
        self._task = self._sort_task = self._listing = None
        if listing is not None and task is not None:
            # It is used by one thread at a time: first what is asked of it has to end.
            task.finished.connect(partial(_close, self._workbench, listing))
        elif listing is not None:
            _close(self._workbench, listing)
        self._in_sight = 0

    def _run(self, work: Callable[[Job], T], done: Callable[[T], None]) -> None:
        generation = self._generation
        self._task = self._workbench.run(
            work,
            title=self.tr("Reading the directory"),
            done=partial(self._answered, generation, done),
            failed=partial(self._refused, generation),
            quiet=True,
            hidden=True,
        )

    def _answered(self, generation: int, done: Callable[[Any], None], result: Any) -> None:
        if generation == self._generation:
            self._task = None
            done(result)
        else:
            _close(self._workbench, result[0])

    def _refused(self, generation: int, error: AzdeskError) -> None:
        if generation != self._generation:
            return
        self._task = None
        self._listing = None
        self.failed.emit(error)

    def _begin(self, result: tuple[Listing, PeoplePage, list[int] | None]) -> None:
        listing, page, order = result
        self._listing = listing
        self._model.start(page.rows, 0 if page.last else page.total)
        if order is not None:
            self._model.set_order(order)
        self._took(page, sort=False)
        self.began.emit()

    def _append(self, result: tuple[Listing, PeoplePage]) -> None:
        _listing, page = result
        # More rows than were foretold may come; fewer are known only at the end.
        total = 0 if page.last else max(page.total, self._model.rowCount())
        self._model.append(page.rows, total)
        self._took(page, sort=True)
        self.grew.emit()

    def _took(self, page: PeoplePage, *, sort: bool) -> None:
        self.partial = page.partial or self.partial if sort else page.partial
        self.complete = page.last
        self.total = len(self._model.rows) if page.last else self._model.rowCount()
        if page.last:
            if self._listing is not None:
                _close(self._workbench, self._listing)
                self._listing = None
            if sort:
                self._sort()
        elif self.query.narrowed and not sort:
            self._soon.start()
        else:
            self._go_on()

    def _go_on(self) -> None:
        listing, loaded = self._listing, len(self._model.rows)
        sorted_wanted = self._sorting != (Column.ACCOUNT, False)
        if listing is None or self._task is not None:
            return
        if loaded >= max(BY_ITSELF, self._in_sight + AHEAD) and not sorted_wanted:
            return

        def work(job: Job) -> tuple[Listing, PeoplePage]:
            return listing, listing.more(job)

        self._run(work, self._append)

    def _sort(self) -> None:
        if self._sort_task is not None:
            self._sort_task.cancel()
        rows, presences = tuple(self._model.rows), self._model.presences
        column, descending = self._sorting
        generation, wanted = self._generation, self._sorting

        def work(job: Job) -> list[int]:
            return sorting.order(rows, column, descending=descending, presences=presences, job=job)

        def done(order: list[int]) -> None:
            if generation == self._generation and wanted == self._sorting:
                self._model.set_order(order)

        self._sort_task = self._workbench.run(
            work, title=self.tr("Sorting"), done=done, quiet=True, hidden=True
        )


def _close(workbench: Workbench, listing: Listing) -> None:
    workbench.worker.start(lambda _job: listing.close(), title="")

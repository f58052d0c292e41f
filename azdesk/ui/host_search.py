"""A search on hosts: fields for what is looked for, and a table of what was found, which goes on as one scrolls."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final, Protocol

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from azdesk.core.errors import AzdeskError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtWidgets import QDateEdit, QFrame, QPushButton

    from azdesk.core.progress import Job, Progress
    from azdesk.ui.viewmodels import TableRow
    from azdesk.ui.widgets.empty_state import EmptyState
    from azdesk.ui.widgets.plain_table import PlainTable
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

BETWEEN: Final = "between"
_FEW: Final = 50
"""So many rows may leave nothing to scroll, which is what asks for more."""
_BOX_PX: Final = 164


class Form(Protocol):
    """What the form of each such search has."""

    number: QLineEdit
    when: QComboBox
    since: QDateEdit
    until: QDateEdit
    host: QComboBox
    search: QPushButton
    card: QFrame

    def setupUi(self, widget: Any) -> None: ...


class HostSearch(QWidget):
    """What searches have in common. A kind of it has fields of its own, and gives `_pages`, `_clear` and `_have`."""

    trouble = Signal(str, str)
    """What kept some of it from being found, and what to do; empty: nothing."""
    table: PlainTable
    empty: EmptyState

    def __init__(self, workbench: Workbench, form: Form) -> None:
        super().__init__()
        self.workbench = workbench
        self._form = form
        form.setupUi(self)
        self.count = QLabel()
        self.count.setProperty("role", "note")
        self._next: Callable[[Job], Any] | None = None
        self._task: Task | None = None
        self._more = self._begun = False
        self._fill()
        form.search.clicked.connect(self.search)
        form.number.returnPressed.connect(self.search)
        form.when.currentIndexChanged.connect(lambda _at: self._show_dates())
        workbench.fleet_changed.connect(self._fill_hosts)
        self._show_dates()

    def lay_out(self, table: PlainTable, empty: EmptyState, *beside: QWidget, job: str) -> None:
        """Put the table where the form has room for it, and these beside the count below it.

        Args:
            job: what is done while it looks, in the list of jobs.
        """
        self.table, self.empty, self._title = table, empty, job
        self._below = (self.count, *beside)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.count)
        row.addStretch(1)
        for widget in beside:
            row.addWidget(widget, 2 if isinstance(widget, QLineEdit) else 0)
        inside = self._form.card.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(table, 1)
        inside.addWidget(empty, 1)
        inside.addLayout(row)
        table.verticalScrollBar().valueChanged.connect(self._scrolled)

    # -- what is looked for ------------------------------------------------------------------------------------

    def _fill(self) -> None:
        tr, form = self.tr, self._form
        fill(
            form.when,
            (
                (tr("Any time"), None), (tr("Today"), 0), (tr("Yesterday and today"), 1), (tr("Last 7 days"), 6),
                (tr("Last 30 days"), 29), (tr("Between…"), BETWEEN),
            ),
        )  # fmt: skip
        today = QDate.currentDate()
        form.since.setDate(today.addDays(-7))
        form.until.setDate(today)
        fill(form.host, ())
        self._fill_hosts()

    def _fill_hosts(self) -> None:
        box, fleet = self._form.host, self.workbench.fleet
        chosen = box.currentData()
        box.clear()
        box.addItem(self.tr("All hosts"), "")
        for name, host in fleet.hosts.items():
            if "application" in host.roles:
                box.addItem(name, name)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    def _show_dates(self) -> None:
        between = self._form.when.currentData() == BETWEEN
        self._form.since.setVisible(between)
        self._form.until.setVisible(between)

    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day, both of them with; None: no limit."""
        when = self._form.when.currentData()
        if when == BETWEEN:
            return _date(self._form.since.date()), _date(self._form.until.date())
        return (None if when is None else _date(QDate.currentDate().addDays(-int(when)))), None

    def hosts(self) -> tuple[str, ...]:
        """The chosen host; none: all."""
        host = self._form.host.currentData()
        return (host,) if host else ()

    # -- looking -----------------------------------------------------------------------------------------------

    def _pages(self) -> Callable[[Job], Any]:
        """What gives the next page of what the fields say, each time it is called, in the background.

        Raises:
            AzdeskError: the fields say what cannot be.
        """
        raise NotImplementedError

    def _clear(self) -> None:
        """Forget what was found."""
        raise NotImplementedError

    def _have(self, page: Any) -> None:
        """Keep a page, and show all with `_show`."""
        raise NotImplementedError

    @property
    def busy(self) -> bool:
        return self._task is not None

    def begin(self) -> None:
        """Look for the newest, when it is first seen."""
        if not self._begun:
            self.search()

    def search(self) -> None:
        """Look for what the fields say."""
        self._begun = True
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._more, self._next = False, None
        self._clear()
        self.table.set_rows(())
        try:
            self._next = self._pages()
        except AzdeskError as error:
            self._say(error.what, error.next_step)
            return
        self._say(self.tr("Looking …"), "")
        self._go_on()

    def _go_on(self) -> None:
        ask = self._next
        if ask is None or self._task is not None:
            return

        def done(page: Any) -> None:
            if self._next is ask:
                self._task = None
                self._have(page)

        def failed(error: AzdeskError) -> None:
            if self._next is ask:
                self.trouble.emit(error.what, error.next_step)

        def progress(news: tuple[Progress, ...]) -> None:
            if self._next is ask and self.table.isHidden():
                self.empty.help.setText(news[-1].text)
                self.empty.help.show()

        task = self._task = self.workbench.run(
            ask, title=self._title, done=done, failed=failed, progress=progress, quiet=True
        )
        task.finished.connect(lambda: self._ended(task))

    def _ended(self, task: Task) -> None:
        if self._task is task:
            # It failed, or somebody has cancelled it.
            self._task = None
            if self.table.isHidden():
                self._say(
                    self.tr("The search did not come to its end"), self.tr("Press Search to look again.")
                )

    def _show(
        self, found: tuple[TableRow, ...], *, more: bool, words: str, nothing: str, help_text: str
    ) -> None:
        """Show all that was found.

        Args:
            more: whether there may be more.
            words: how many there are.
            nothing: a sentence for when there are none, and `help_text` below it.
        """
        self._more = more
        self.table.set_rows(found)
        if more and len(found) < _FEW:
            self._go_on()
        if not found and more:
            self._say(self.tr("Looking …"), "")
            return
        if not found:
            self._say(nothing, help_text)
            return
        self._say("", "")
        self.count.setText(f"{words} · {self.tr('scroll for older ones')}" if more else words)

    def _say(self, sentence: str, help_text: str) -> None:
        """Show this in place of the table; empty: the table."""
        self.empty.sentence.setText(sentence)
        self.empty.help.setText(help_text)
        self.empty.help.setVisible(bool(help_text))
        self.empty.setVisible(bool(sentence))
        for widget in (self.table, *self._below):
            widget.setVisible(not sentence)

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        # As soon as what is left would fill the window no more.
        if self._more and value >= bar.maximum() - bar.pageStep():
            self._go_on()


def fill(box: QComboBox, choices: Iterable[tuple[str, object]]) -> None:
    """Words with what they stand for, in a box that is as wide as its neighbours."""
    for words, value in choices:
        box.addItem(words, value)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumWidth(_BOX_PX)


def _date(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())

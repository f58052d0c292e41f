"""Call detail records: what is looked for, and what was found, page by page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from azdesk.ui import files
from azdesk.ui.forms.call_records import Ui_CallRecords
from azdesk.ui.mapping.live import record_rows
from azdesk.ui.mapping.words import counted, filled, listed
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from pathlib import Path

    from azdesk.app.cdr import Exported, Page, Query, Search
    from azdesk.core.errors import AzdeskError
    from azdesk.core.progress import Job, Progress
    from azdesk.ui.viewmodels import TableRow
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

BETWEEN: Final = "between"
_BOX_PX: Final = 164


class RecordsPanel(QWidget):
    """Fields for what is looked for, and the table of records, which goes on as one scrolls."""

    trouble = Signal(str, str)
    """What kept some of it from being found, and what to do; empty: nothing."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.workbench = workbench
        self.ui = Ui_CallRecords()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        tr = self.tr
        self.table = PlainTable(
            tr("Call records"),
            (
                tr("When"), tr("Caller"), tr("Dialled"), tr("Way"), tr("Host"), tr("Talked"), tr("Outcome"),
            ),
            (172, 130, 130, 130, 64, 68, 92),
            steady=(0,),
        )  # fmt: skip
        self.empty = EmptyState("search", "", "")
        self.count = QLabel()
        self.count.setProperty("role", "note")
        inside = self.ui.card.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(self.table, 1)
        inside.addWidget(self.empty, 1)
        inside.addWidget(self.count)
        self._rows: tuple[TableRow, ...] = ()
        self._search: Search | None = None
        self._task: Task | None = None
        self._more = False
        self._begun = False
        self._fill()
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.ui.search.clicked.connect(self.search)
        self.ui.number.returnPressed.connect(self.search)
        self.ui.export_records.clicked.connect(self.export)
        self.ui.when.currentIndexChanged.connect(lambda _at: self._show_dates())
        workbench.fleet_changed.connect(self._fill_hosts)
        self._show_dates()
        self._say(
            tr("Nothing was looked for yet"),
            tr("Leave the fields as they are for the newest calls of all hosts."),
        )

    # -- what is looked for ------------------------------------------------------------------------------------

    def _fill(self) -> None:
        tr, ui = self.tr, self.ui
        for words, value in (
            (tr("Any time"), None), (tr("Today"), 0), (tr("Yesterday and today"), 1), (tr("Last 7 days"), 6),
            (tr("Last 30 days"), 29), (tr("Between…"), BETWEEN),
        ):  # fmt: skip
            ui.when.addItem(words, value)
        for words, value in (
            (tr("All directions"), ""), (tr("From outside"), "in"), (tr("To outside"), "out"),
            (tr("Between hosts"), "between"), (tr("Internal"), "internal"),
        ):  # fmt: skip
            ui.direction.addItem(words, value)
        for words, taken in ((tr("All outcomes"), None), (tr("Answered"), True), (tr("Not answered"), False)):
            ui.outcome.addItem(words, taken)
        today = QDate.currentDate()
        ui.since.setDate(today.addDays(-7))
        ui.until.setDate(today)
        self._fill_hosts()
        for box in (ui.when, ui.direction, ui.outcome, ui.host):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumWidth(_BOX_PX)

    def _fill_hosts(self) -> None:
        ui, fleet = self.ui, self.workbench.fleet
        chosen = ui.host.currentData()
        ui.host.clear()
        ui.host.addItem(self.tr("All hosts"), "")
        for name, host in fleet.hosts.items():
            if "application" in host.roles:
                ui.host.addItem(name, name)
        ui.host.setCurrentIndex(max(0, ui.host.findData(chosen)))

    def _show_dates(self) -> None:
        between = self.ui.when.currentData() == BETWEEN
        self.ui.since.setVisible(between)
        self.ui.until.setVisible(between)

    def query(self) -> Query:
        """What the fields say."""
        from azdesk.app.cdr import Query

        ui = self.ui
        when = ui.when.currentData()
        first = last = 0.0
        if when == BETWEEN:
            first = _begin(ui.since.date())
            last = _begin(ui.until.date().addDays(1)) - 1
        elif when is not None:
            first = _begin(QDate.currentDate().addDays(-int(when)))
        return Query(
            first=first,
            last=last,
            number=ui.number.text().strip(),
            direction=ui.direction.currentData(),
            answered=ui.outcome.currentData(),
            shortest=float(ui.shortest.value()),
        )

    # -- looking -----------------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        return self._task is not None

    def begin(self) -> None:
        """Look for the newest, when the tab is first seen."""
        if not self._begun:
            self.search()

    def search(self) -> None:
        """Look for what the fields say."""
        from azdesk.app.cdr import Search

        self._begun = True
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._rows, self._more = (), False
        self.table.set_rows(())
        host = self.ui.host.currentData()
        self._search = Search(self.workbench.session, self.query(), (host,) if host else None)
        self._say(self.tr("Looking …"), "")
        self._go_on()

    def _go_on(self) -> None:
        search = self._search
        if search is None or self._task is not None:
            return

        def work(job: Job) -> Page:
            return search.page(job=job)

        def done(page: Page) -> None:
            if self._search is search:
                self._have(page)

        def failed(error: AzdeskError) -> None:
            if self._search is search:
                self.trouble.emit(error.what, error.next_step)

        def progress(news: tuple[Progress, ...]) -> None:
            if self._search is search and not self._rows:
                self.empty.help.setText(news[-1].text)
                self.empty.help.show()

        task = self._task = self.workbench.run(
            work,
            title=self.tr("Looking for call records"),
            done=done,
            failed=failed,
            progress=progress,
            quiet=True,
        )
        task.finished.connect(lambda: self._ended(task))

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None

    def _have(self, page: Page) -> None:
        self._task = None
        self._rows = (*self._rows, *record_rows(page.records, len(self._rows)))
        self._more = page.more
        self.table.set_rows(self._rows)
        if page.silent:
            host, error = next(iter(page.silent.items()))
            self.trouble.emit(
                filled(
                    self.tr("Records of %1 are missing. %2"),
                    listed(tuple(page.silent)),
                    f"{host}: {error.what}",
                ),
                error.next_step,
            )
        else:
            self.trouble.emit("", "")
        if not self._rows:
            self._say(
                self.tr("No calls were found"),
                filled(self.tr("Asterisk has written no call records on %1."), listed(page.empty))
                if page.empty
                else self.tr("Nothing on the hosts is as the fields say."),
            )
            return
        self._say("", "")
        words = counted(len(self._rows), self.tr("1 record"), self.tr("%1 records"))
        self.count.setText(f"{words} · {self.tr('scroll for older ones')}" if self._more else words)

    def _say(self, sentence: str, help_text: str) -> None:
        self.empty.sentence.setText(sentence)
        self.empty.help.setText(help_text)
        self.empty.help.setVisible(bool(help_text))
        self.empty.setVisible(bool(sentence))
        self.table.setVisible(not sentence)
        self.count.setVisible(not sentence)

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        # As soon as what is left would fill the window no more.
        if self._more and value >= bar.maximum() - bar.pageStep():
            self._go_on()

    # -- a file ------------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Write all that the fields mean into a CSV file."""
        path = files.ask_save(self, self.tr("Save call records"), "calls.csv")
        if path is not None:
            self.write(path.with_suffix(".csv") if not path.suffix else path)

    def write(self, path: Path) -> None:
        """Write them in the background, and say what came of it."""
        from azdesk.app.cdr import Search, export

        host = self.ui.host.currentData()
        search = Search(self.workbench.session, self.query(), (host,) if host else None)

        def work(job: Job) -> Exported:
            return export(search, path, job)

        def done(found: Exported) -> None:
            words = counted(found.count, self.tr("1 record saved as %2."), self.tr("%1 records saved as %2."))
            if found.silent:
                missing = filled(self.tr("Those of %1 are missing."), listed(tuple(found.silent)))
                self.workbench.say("warning", f"{words.replace('%2', str(path))} {missing}")
            else:
                self.workbench.say("info", words.replace("%2", str(path)))

        self.workbench.run(work, title=filled(self.tr("Saving %1"), path.name), done=done)


def _begin(day: QDate) -> float:
    """When a day begins here, in seconds since the epoch."""
    return datetime(day.year(), day.month(), day.day()).astimezone().timestamp()

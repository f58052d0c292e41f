"""Call detail records: what is looked for, and what was found, page by page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from azdesk.ui import files
from azdesk.ui.forms.call_records import Ui_CallRecords
from azdesk.ui.host_search import HostSearch, fill
from azdesk.ui.mapping.live import record_rows
from azdesk.ui.mapping.words import counted, filled, listed
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from azdesk.app.cdr import Exported, Page, Query, Search
    from azdesk.core.progress import Job
    from azdesk.ui.viewmodels import TableRow
    from azdesk.ui.workbench import Workbench


class RecordsPanel(HostSearch):
    """Fields for what is looked for, and the table of records."""

    def __init__(self, workbench: Workbench) -> None:
        ui = Ui_CallRecords()
        super().__init__(workbench, ui)
        self.ui = ui
        tr = self.tr
        table = PlainTable(
            tr("Call records"),
            (
                tr("When"), tr("Caller"), tr("Dialled"), tr("Way"), tr("Host"), tr("Talked"), tr("Outcome"),
            ),
            (172, 130, 130, 130, 64, 68, 92),
            steady=(0,),
        )  # fmt: skip
        self.lay_out(table, EmptyState("search", "", ""), job=tr("Looking for call records"))
        self._rows: tuple[TableRow, ...] = ()
        fill(
            ui.direction,
            (
                (tr("All directions"), ""), (tr("From outside"), "in"), (tr("To outside"), "out"),
                (tr("Between hosts"), "between"), (tr("Internal"), "internal"),
            ),
        )  # fmt: skip
        fill(ui.outcome, ((tr("All outcomes"), None), (tr("Answered"), True), (tr("Not answered"), False)))
        ui.export_records.clicked.connect(self.export)
        self._say(
            tr("Nothing was looked for yet"),
            tr("Leave the fields as they are for the newest calls of all hosts."),
        )

    def query(self) -> Query:
        """What the fields say."""
        from azdesk.app.cdr import Query

        ui = self.ui
        first, last = self.days()
        return Query(
            first=_begin(first) if first else 0.0,
            last=_begin(last + timedelta(days=1)) - 1 if last else 0.0,
            number=ui.number.text().strip(),
            direction=ui.direction.currentData(),
            answered=ui.outcome.currentData(),
            shortest=float(ui.shortest.value()),
        )

    def _searched(self) -> Search:
        from azdesk.app.cdr import Search

        return Search(self.workbench.session, self.query(), self.hosts() or None)

    def _pages(self) -> Callable[[Job], Page]:
        search = self._searched()
        return lambda job: search.page(job=job)

    def _clear(self) -> None:
        self._rows = ()

    def _have(self, page: Any) -> None:
        self._rows = (*self._rows, *record_rows(page.records, len(self._rows)))
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
        self._show(
            self._rows,
            more=page.more,
            words=counted(len(self._rows), self.tr("1 record"), self.tr("%1 records")),
            nothing=self.tr("No calls were found"),
            help_text=filled(self.tr("Asterisk has written no call records on %1."), listed(page.empty))
            if page.empty
            else self.tr("Nothing on the hosts is as the fields say."),
        )

    # -- a file ------------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Write all that the fields mean into a CSV file."""
        path = files.ask_save(self, self.tr("Save call records"), "calls.csv")
        if path is not None:
            self.write(path.with_suffix(".csv") if not path.suffix else path)

    def write(self, path: Path) -> None:
        """Write them in the background, and say what came of it."""
        from azdesk.app.cdr import export

        search = self._searched()

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


def _begin(day: date) -> float:
    """When a day begins here, in seconds since the epoch."""
    return datetime(day.year, day.month, day.day).astimezone().timestamp()

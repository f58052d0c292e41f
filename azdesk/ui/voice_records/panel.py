"""Recordings: what is looked for, what was found page by page, and what can be done with it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from azdesk.core.errors import AzdeskError
from azdesk.ui import files
from azdesk.ui.dialogs.prompts import TextPrompt
from azdesk.ui.forms.voice_records import Ui_VoiceRecords
from azdesk.ui.mapping import voice_records as mapping
from azdesk.ui.mapping.words import counted, filled, listed
from azdesk.ui.tokens import GRID
from azdesk.ui.voice_records.playing import Player
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from pathlib import Path

    from azdesk.app.recordings.finding import Filter, Recording, Search
    from azdesk.app.recordings.taking import Exported
    from azdesk.core.outcome import Outcome
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

BETWEEN: Final = "between"
PAGE: Final = 200
_BOX_PX: Final = 164


class VoiceRecordsPanel(QWidget):
    """Fields for what is looked for, the table, which goes on as one scrolls, and buttons for what is selected."""

    trouble = Signal(str, str)
    """What kept some of it from being found, and what to do; empty: nothing."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        self.workbench = workbench
        self.player = Player(workbench, self)
        self.ui = Ui_VoiceRecords()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        tr = self.tr
        self.table = PlainTable(
            tr("Recordings"),
            (tr("When"), tr("Direction"), tr("Caller"), tr("Callee"), tr("Host"), tr("Length"), tr("Where")),
            (172, 120, 130, 130, 72, 72, 92),
            steady=(0,),
        )
        self.empty = EmptyState("play", "", "")
        self.count = QLabel()
        self.count.setProperty("role", "note")
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("Reason"))
        self.reason.setToolTip(tr("Why you hear or save it: the journals of the hosts keep it"))
        self.reason.setAccessibleName(tr("Reason, for the hosts' journals"))
        self.play = QPushButton(tr("&Play"))
        self.save = QPushButton(tr("Sa&ve…"))
        self.delete = QPushButton(tr("&Delete…"))
        self._arrange()
        self.found: tuple[Recording, ...] = ()
        self._search: Search | None = None
        self._task: Task | None = None
        self._begun = False
        self._fill()
        self._connect()
        self._show_dates()
        self._show_buttons()
        self._say(tr("Nothing was looked for yet"), "")

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.reason, 2)
        for button in (self.play, self.save, self.delete):
            row.addWidget(button)
        inside = self.ui.card.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(self.table, 1)
        inside.addWidget(self.empty, 1)
        inside.addLayout(row)
        self.play.setToolTip(self.tr("Hear the selected recording   Return"))
        self.delete.setToolTip(self.tr("Delete the selected recordings for good   Del"))

    def _connect(self) -> None:
        ui, table = self.ui, self.table
        table.verticalScrollBar().valueChanged.connect(self._scrolled)
        table.chosen.connect(self._show_buttons)
        table.opened.connect(lambda _key: self.hear())
        table.removed.connect(self.ask_delete)
        self.play.clicked.connect(self.hear)
        self.save.clicked.connect(self.ask_save)
        self.delete.clicked.connect(self.ask_delete)
        ui.search.clicked.connect(self.search)
        ui.number.returnPressed.connect(self.search)
        ui.when.currentIndexChanged.connect(lambda _at: self._show_dates())
        self.workbench.fleet_changed.connect(self._fill_hosts)

    # -- what is looked for ------------------------------------------------------------------------------------

    def _fill(self) -> None:
        tr, ui = self.tr, self.ui
        for words, value in (
            (tr("Any day"), None), (tr("Today"), 0), (tr("Yesterday and today"), 1), (tr("Last 7 days"), 6),
            (tr("Last 30 days"), 29), (tr("Between…"), BETWEEN),
        ):  # fmt: skip
            ui.when.addItem(words, value)
        for words, value in (
            (tr("Both ways"), ""), (tr("To phones here"), "in"), (tr("Out by trunks"), "out"),
        ):  # fmt: skip
            ui.direction.addItem(words, value)
        today = QDate.currentDate()
        ui.since.setDate(today.addDays(-7))
        ui.until.setDate(today)
        self._fill_hosts()
        for box in (ui.when, ui.direction, ui.host):
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

    def wanted(self) -> Filter:
        """What the fields say.

        Raises:
            ObserveError: it can hold for no recording.
        """
        from azdesk.app.recordings.finding import Filter

        ui = self.ui
        when = ui.when.currentData()
        first: date | None = None
        last: date | None = None
        if when == BETWEEN:
            first, last = _day(ui.since.date()), _day(ui.until.date())
        elif when is not None:
            first = _day(QDate.currentDate().addDays(-int(when)))
        host = ui.host.currentData()
        return Filter(
            first=first,
            last=last,
            number=ui.number.text().strip(),
            direction=ui.direction.currentData(),
            hosts=(host,) if host else (),
            shortest=float(ui.shortest.value()),
            longest=float(ui.longest.value()),
        )

    # -- looking -----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Look for the newest, when the page is first seen."""
        if not self._begun:
            self.search()

    def search(self) -> None:
        """Look for what the fields say."""
        from azdesk.app.recordings.finding import Search

        self._begun = True
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.found = ()
        self.table.set_rows(())
        self._show_buttons()
        try:
            self._search = Search(self.workbench.session, self.wanted())
        except AzdeskError as error:
            self._search = None
            self._say(error.what, error.next_step)
            return
        self._say(self.tr("Looking …"), "")
        self._go_on()

    def _go_on(self) -> None:
        search = self._search
        if search is None or self._task is not None:
            return

        def work(job: Job) -> tuple[Recording, ...]:
            return search.more(PAGE, job)

        def done(found: tuple[Recording, ...]) -> None:
            if self._search is search:
                self.have(found, more=not search.over, problems=dict(search.problems))

        def failed(error: AzdeskError) -> None:
            if self._search is search:
                self.trouble.emit(error.what, error.next_step)

        task = self._task = self.workbench.run(
            work, title=self.tr("Looking for recordings"), done=done, failed=failed, quiet=True
        )
        task.finished.connect(lambda: self._ended(task))

    def _ended(self, task: Task) -> None:
        if self._task is task:
            self._task = None

    def have(self, found: tuple[Recording, ...], *, more: bool, problems: dict[str, AzdeskError]) -> None:
        """Show these below those that are there."""
        self._task = None
        chosen = self.table.selected()
        self.found = (*self.found, *found)
        self._more = more
        self.table.set_rows(mapping.rows(self.found))
        if chosen:
            self.table.select(chosen)
        self.trouble.emit(*mapping.trouble(problems))
        self._show_buttons()
        if not self.found:
            self._say(
                self.tr("No recordings were found"),
                self.tr(
                    "Calls are recorded where a rule, a host or a trunk on the page Numbers asks for it."
                ),
            )
            return
        self._say("", "")
        words = counted(len(self.found), self.tr("1 recording"), self.tr("%1 recordings"))
        self.count.setText(f"{words} · {self.tr('scroll for older ones')}" if more else words)

    _more = False

    def _say(self, sentence: str, help_text: str) -> None:
        self.empty.sentence.setText(sentence)
        self.empty.help.setText(help_text)
        self.empty.help.setVisible(bool(help_text))
        self.empty.setVisible(bool(sentence))
        for widget in (self.table, self.count, self.reason, self.play, self.save, self.delete):
            widget.setVisible(not sentence)

    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        # As soon as what is left would fill the window no more.
        if self._more and value >= bar.maximum() - bar.pageStep():
            self._go_on()

    # -- what is selected --------------------------------------------------------------------------------------

    def chosen(self) -> tuple[Recording, ...]:
        """The selected ones, in the list's order."""
        keys = set(self.table.selected())
        return tuple(one for one in self.found if one.name in keys)

    def _show_buttons(self) -> None:
        count = len(self.table.selected())
        self.play.setEnabled(count == 1)
        self.save.setEnabled(count > 0)
        self.delete.setEnabled(count > 0)

    def why(self) -> str:
        return self.reason.text().strip()

    def hear(self) -> None:
        """Let the selected one be heard."""
        chosen = self.chosen()
        if len(chosen) == 1:
            self.player.play(chosen[0], self.why())

    def ask_save(self) -> None:
        """Ask where to: one into a file, several into a folder with an index."""
        chosen = self.chosen()
        if len(chosen) == 1:
            path = files.ask_save(self, self.tr("Save the recording"), chosen[0].name)
            if path is not None:
                self.save_one(chosen[0], path)
        elif chosen:
            folder = files.ask_folder(self, self.tr("An empty folder for the recordings"))
            if folder is not None:
                self.save_all(chosen, folder)

    def save_one(self, recording: Recording, path: Path) -> None:
        """Download it in the background."""
        workbench, reason = self.workbench, self.why()

        def work(job: Job) -> int:
            from azdesk.app.recordings.taking import download

            # The dialog has asked whether to replace it.
            path.unlink(missing_ok=True)
            return download(workbench.session, recording, path, reason=reason, job=job)

        workbench.run(
            work,
            title=self.tr("Saving a recording"),
            host=recording.on,
            done=lambda _size: workbench.say("info", filled(self.tr("Saved as %1."), path)),
        )

    def save_all(self, chosen: tuple[Recording, ...], folder: Path) -> None:
        """Download them and write an index, in the background."""
        workbench, reason = self.workbench, self.why()

        def work(job: Job) -> Exported:
            from azdesk.app.recordings.taking import export

            return export(workbench.session, chosen, folder, reason=reason, job=job)

        workbench.run(work, title=self.tr("Saving recordings"), done=self._saved)

    def _saved(self, exported: Exported) -> None:
        words = counted(
            len(exported.files), self.tr("1 recording saved in %2."), self.tr("%1 recordings saved in %2.")
        )
        words = words.replace("%2", str(exported.folder))
        if exported.problems:
            why = next(iter(exported.problems.values())).what
            missing = counted(len(exported.problems), self.tr("1 is missing."), self.tr("%1 are missing."))
            self.workbench.say("warning", f"{words} {missing} {why}")
        else:
            self.workbench.say("info", words)

    def ask_delete(self) -> None:
        """Ask why, then delete the selected ones."""
        chosen = self.chosen()
        if not chosen:
            return
        from azdesk.app.recordings.deleting import checked_reason, delete_plans

        try:
            delete_plans(self.workbench.fleet, chosen)
        except AzdeskError as error:
            self.workbench.say("warning", str(error))
            return

        def problem(text: str) -> str:
            try:
                checked_reason(text)
            except AzdeskError as error:
                return error.what
            return ""

        hosts = listed(tuple(dict.fromkeys(one.on for one in chosen)))
        question = counted(
            len(chosen),
            self.tr("Why is this recording deleted?"),
            self.tr("Why are these %1 recordings deleted?"),
        )
        dialog = TextPrompt(
            question,
            filled(
                self.tr("They are gone for good. The journal of %1 keeps the reason, and who did it."), hosts
            )
            if len(chosen) > 1
            else filled(
                self.tr("It is gone for good. The journal of %1 keeps the reason, and who did it."), hosts
            ),
            check=problem,
            parent=self,
        )
        dialog.ui.ok.setText(self.tr("&Delete"))
        dialog.given.connect(partial(self.do_delete, chosen))
        dialog.open()

    def do_delete(self, chosen: tuple[Recording, ...], reason: str) -> None:
        """Delete them in the background."""
        workbench = self.workbench

        def work(job: Job) -> Outcome:
            from azdesk.app.recordings.deleting import delete

            return delete(workbench.session, chosen, reason, job)

        workbench.run(work, title=self.tr("Deleting recordings"), done=partial(self._deleted, chosen))

    def _deleted(self, chosen: tuple[Recording, ...], outcome: Outcome) -> None:
        good = {host.host for host in outcome if host.good}
        gone = {one.name for one in chosen if one.on in good}
        for host in outcome:
            if not host.good:
                self.workbench.say("error", f"{host.host}: {host.message}")
        if gone:
            left = tuple(one for one in self.found if one.name not in gone)
            self.found = ()
            self.table.set_rows(())
            self.have(left, more=self._more, problems=dict(self._search.problems) if self._search else {})
            self.workbench.say(
                "info", counted(len(gone), self.tr("1 recording deleted."), self.tr("%1 recordings deleted."))
            )


def _day(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())

"""Importing a sheet of people: its columns, what would be done with each row, then it is done, and can be taken back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QWidget,
)

from azdesk.app.people import importing
from azdesk.core.errors import AzdeskError
from azdesk.directory.bulk.plans import Action
from azdesk.directory.bulk.sheets import Reading
from azdesk.ui import files
from azdesk.ui.dialogs.prompts import ConfirmDialog, GrowingDialog, let_the_window_go
from azdesk.ui.editors.base import fill_choices, while_there
from azdesk.ui.forms.import_people import Ui_ImportDialog
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.people.import_model import ColumnsModel, PlanModel, RefusedModel
from azdesk.ui.people.import_passwords import ImportPasswords, Where
from azdesk.ui.people.import_tables import Targets, Words, dress
from azdesk.ui.people.import_words import plan_notes, result_words, undone_words
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.app.people import People
    from azdesk.app.people.importing import Planned, Result
    from azdesk.app.people.undoing import Undone
    from azdesk.core.progress import Job, Progress
    from azdesk.directory.bulk.plans import Item
    from azdesk.directory.bulk.sheets import Sheet
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

_SIZE = (860, 620)


class ImportDialog(GrowingDialog):
    """Nothing is written before the last page but one: what would be done can be looked at and saved first.

    Args:
        people: the directory.
    """

    changed = Signal()
    """People came or are others by now."""
    sheets_requested = Signal(object)
    """Accounts (`azdesk.enrol.account.Account`) of the people who were imported, with their passwords."""

    def __init__(self, workbench: Workbench, people: People, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.people = people
        self.planned: Planned | None = None
        self.came: Result | None = None
        self._path: Path | None = None
        self._reading = Reading()
        self._before: QWidget | None = None
        """The page from which work was begun: where one is again when it fails."""
        self._task: Task | None = None
        self.ui = ui = Ui_ImportDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._pages = (ui.columns_page, ui.plan_page, ui.work_page, ui.result_page)
        self.columns, self.plan, self.refused = ColumnsModel(), PlanModel(), RefusedModel()
        self.passwords = ImportPasswords(
            people, ui.passwords_line, ui.passwords_label, ui.passwords, parent=self
        )
        self._build_tables()
        ui.file.set_mode(Qt.TextElideMode.ElideMiddle)
        ui.update.setChecked(True)
        ui.generate.setChecked(people.layout.passwords == "plain" and not people.layout.active_directory)
        ui.reading.hide()
        ui.reading.activated.connect(lambda _at: self._read_otherwise())
        ui.choose.clicked.connect(self.choose)
        ui.show.activated.connect(lambda _at: self._narrow())
        ui.save_ldif.clicked.connect(self.save_ldif)
        ui.back.clicked.connect(self.back)
        ui.next.clicked.connect(self.next)
        ui.cancel.clicked.connect(self.stop)
        ui.undo.clicked.connect(self.undo)
        ui.resume.clicked.connect(self.resume)
        ui.sheets.clicked.connect(self._ask_sheets)
        ui.next.setDefault(True)
        for button in (ui.choose, ui.save_ldif, ui.undo, ui.resume, ui.sheets, ui.back, ui.cancel):
            button.setAutoDefault(False)
        self.resize(*_SIZE)
        self._go_to(ui.columns_page)
        ui.choose.setFocus()
        self._offer_unfinished()

    # -- the sheet ---------------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a file."""
        options = QFileDialog.Option(0) if files.NATIVE else QFileDialog.Option.DontUseNativeDialog
        kinds = f"{self.tr('Sheets')} (*.csv *.tsv *.txt *.xlsx)"
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Import people"), "", kinds, options=options)
        if chosen:
            self.load(Path(chosen))

    def load(self, path: Path, reading: Reading | None = None) -> None:
        """Read a file and show its columns."""
        self._path, self._reading = path, reading or Reading()
        self.ui.file.setText(str(path))
        how = self._reading

        def work(_job: Job) -> Sheet:
            from azdesk.directory.bulk import sheets

            return sheets.read(path, how)

        self._run(work, filled(self.tr("Reading %1"), path.name), self._have_sheet)

    def _have_sheet(self, sheet: Sheet) -> None:
        self.columns.set_sheet(sheet)
        words = counted(len(sheet.rows), self.tr("1 row"), self.tr("%1 rows"))
        self.ui.file.setText(f"{self._path} · {words}")
        self._offer_readings(sheet)
        said, next_step = " ".join(sheet.assumed), ""
        if "account" not in self.columns.chosen.values():
            said = f"{said} {self.tr('No heading says which column has the accounts.')}".strip()
            next_step = self.tr("Choose it in the table below.")
        if said:
            kind: Literal["info", "warning"] = "warning" if next_step else "info"
            self.ui.banner.show_message(kind, said, next_step, closable=False)
        self._show_buttons()

    def _offer_readings(self, sheet: Sheet) -> None:
        """Other sheets of the workbook, or other encodings where that of the text was a guess."""
        combo = self.ui.reading
        if len(sheet.titles) > 1:
            combo.setAccessibleName(self.tr("Sheet of the workbook"))
            choices = [(title, Reading(sheet=title)) for title in sheet.titles]
            now = Reading(sheet=sheet.title)
        elif sheet.guessed:
            combo.setAccessibleName(self.tr("Encoding of the text"))
            choices = [
                (self.tr("Western European (Windows-1252)"), Reading(encoding="cp1252")),
                (self.tr("Central European (Windows-1250)"), Reading(encoding="cp1250")),
                (self.tr("Cyrillic (Windows-1251)"), Reading(encoding="cp1251")),
                (self.tr("Turkish (Windows-1254)"), Reading(encoding="cp1254")),
                (self.tr("DOS (850)"), Reading(encoding="cp850")),
                (self.tr("Mac (Roman)"), Reading(encoding="mac-roman")),
            ]
            now = Reading(encoding=sheet.guessed)
        elif self._reading != Reading():
            return  # what was offered is still there to choose from
        else:
            choices, now = [], Reading()
        combo.clear()
        fill_choices(combo, choices)
        combo.setCurrentIndex(max(0, next((at for at, (_, how) in enumerate(choices) if how == now), 0)))
        combo.setVisible(bool(choices))

    def _read_otherwise(self) -> None:
        how = self.ui.reading.currentData()
        if self._path is not None and isinstance(how, Reading):
            self.load(self._path, how)

    # -- the plan ----------------------------------------------------------------------------------------------

    def make_plan(self) -> None:
        """Compare all rows with the directory; nothing is written."""
        path, people, ui = self._path, self.people, self.ui
        if path is None:
            return
        columns, reading = self.columns.columns(), self._reading
        generate, update = ui.generate.isChecked(), ui.update.isChecked()

        def work(job: Job) -> Planned:
            return importing.plan(
                people,
                path,
                columns=columns,
                generate=generate,
                update=update,
                reading=reading,
                job=job,
            )

        self._run(work, self.tr("Comparing with the directory"), self._have_plan)

    def _have_plan(self, planned: Planned) -> None:
        self.planned = planned
        ui, plan = self.ui, planned.plan
        labels = (
            (self.tr("All %1 rows"), None),
            (self.tr("%1 added"), Action.ADD),
            (self.tr("%1 changed"), Action.CHANGE),
            (self.tr("%1 unchanged"), Action.UNCHANGED),
            (self.tr("%1 refused"), Action.REFUSED),
        )
        entries = []
        for words, action in labels:
            count = len(plan.items) if action is None else plan.count(action)
            if count or action is None:
                entries.append((filled(words, f"{count:,}"), action))
        ui.show.clear()
        fill_choices(ui.show, entries)
        refused = plan.count(Action.REFUSED)
        ui.show.setCurrentIndex(max(0, ui.show.findData(Action.REFUSED)) if refused else 0)
        self.passwords.offer(plan)
        self._go_to(ui.plan_page)
        ui.plan.setFocus()
        notes = plan_notes(plan)
        if notes:
            ui.banner.show_message("warning" if refused else "info", " ".join(notes), closable=False)
        self._narrow()

    def save_ldif(self) -> None:
        """Write the plan as LDIF, without passwords."""
        planned = self.planned
        if planned is None:
            return
        name = Path(planned.plan.sheet).with_suffix(".ldif").name
        path = files.ask_save(self, self.tr("Save the plan"), name)
        if path is None:
            return
        people, workbench = self.people, self.workbench
        workbench.run(
            lambda _job: importing.save_ldif(people, planned, path),
            title=filled(self.tr("Saving %1"), path.name),
            done=lambda _none: workbench.say("info", filled(self.tr("Saved as %1."), path)),
            cancellable=False,
        )

    # -- carrying out ------------------------------------------------------------------------------------------

    def apply(self) -> None:
        """Write what the plan says."""
        planned, people, passwords = self.planned, self.people, self.passwords
        if planned is None or not passwords.ask():
            return
        self._go_to(self.ui.work_page)

        def work(job: Job) -> Result:
            return importing.apply(people, planned, keep=passwords.keeper(), job=job)

        self._run(work, self.tr("Importing people"), self._have_result)

    def resume(self) -> None:
        """Go on with the import that was not finished: compare what is left, and show it."""
        ident, people = self.came.ident if self.came is not None else "", self.people

        def work(job: Job) -> Planned:
            return importing.resume(people, ident, job=job)

        self._run(work, self.tr("Comparing with the directory"), self._have_plan)

    def undo(self) -> None:
        """Ask, then take back what was written."""
        dialog = ConfirmDialog(
            self.tr("Undo this import?"),
            self.tr(
                "Whom it added goes, unless somebody changed them since; what it changed is as before. Passwords that it "
                "set stay: nobody kept the old ones."
            ),
            self.tr("&Undo"),
            parent=self,
        )
        dialog.accepted.connect(self._undo)
        dialog.open()

    def _undo(self) -> None:
        ident, people = self.came.ident if self.came is not None else "", self.people

        def work(job: Job) -> Undone:
            from azdesk.app.people import undoing

            return undoing.undo(people, ident, job=job)

        self._go_to(self.ui.work_page)
        self._run(work, self.tr("Taking the import back"), self._undone)

    def _have_result(self, result: Result) -> None:
        self.came = result
        ui = self.ui
        self._go_to(ui.result_page)
        ui.result.set(State.RIGHT if result.good else State.FAILING, result_words(result))
        why = [(item.row, item.account, str(error.what)) for item, error in result.refused]
        unknown = self.tr("not known")
        why += [(item.row, item.account, unknown) for item in result.unknown]
        self.refused.set_rows(why)
        ui.refused.setVisible(bool(why))
        ui.undo.setVisible(bool(result.done))
        ui.resume.setVisible(not result.good)
        ui.sheets.setVisible(bool(result.done))
        ui.next.setFocus()
        if self.passwords.saved:
            ui.banner.show_message("info", self.passwords.saved, closable=False)
        if result.done:
            self.changed.emit()
            if self.passwords.where is Where.SHEETS:
                self._ask_sheets()
        self._show_buttons()

    def _undone(self, undone: Undone) -> None:
        ui = self.ui
        self._go_to(ui.result_page)
        good = not undone.kept and undone.stopped is None
        ui.result.set(State.RIGHT if good else State.DIFFERS, undone_words(undone))
        self.refused.set_rows([(0, account, why) for account, why in undone.kept])
        ui.refused.setVisible(bool(undone.kept))
        ui.undo.setVisible(undone.stopped is not None)
        ui.resume.hide()
        ui.sheets.hide()
        self.changed.emit()
        self._show_buttons()

    # -- between the pages -------------------------------------------------------------------------------------

    def next(self) -> None:
        """The button at the right."""
        page = self.ui.pages.currentWidget()
        if page is self.ui.columns_page:
            self.make_plan()
        elif page is self.ui.plan_page:
            self.apply()
        elif page is self.ui.result_page:
            self.stop()

    def back(self) -> None:
        """From the plan to the columns."""
        self._go_to(self.ui.columns_page)

    def stop(self) -> None:
        """Cancel what runs; else close."""
        if self._task is not None:
            self._task.cancel()
        elif self.passwords.would_be_lost:
            # As a function: Qt would look the method up by its name, and find the one below.
            self.passwords.confirm_loss(lambda: GrowingDialog.reject(self))
        else:
            super().reject()

    def reject(self) -> None:
        """Esc: as Cancel."""
        self.stop()

    # -- inside ------------------------------------------------------------------------------------------------

    def _run(self, work: object, title: str, done: object) -> None:
        assert callable(work)
        assert callable(done)
        self.ui.banner.hide()
        self.ui.working.setText(title)
        self.ui.progress.setRange(0, 0)
        self._task = self.workbench.run(
            work,
            title=title,
            done=while_there(self, partial(self._ended, done)),
            failed=while_there(self, self._failed),
            progress=while_there(self, self._progressed),
        )
        self._task.cancelled.connect(while_there(self, self._cancelled))
        self._show_buttons()

    def _ended(self, done: object, result: object) -> None:
        assert callable(done)
        self._task = None
        done(result)
        self._show_buttons()

    def _failed(self, error: AzdeskError) -> None:
        self._task = None
        if self.ui.pages.currentWidget() is self.ui.work_page:
            self._go_to(self._before or self.ui.plan_page)
        head = f"{error.where}: {error.what}" if error.where else error.what
        self.ui.banner.show_message("error", head, error.next_step, closable=False)
        self._show_buttons()

    def _cancelled(self) -> None:
        self._task = None
        self._show_buttons()

    def _progressed(self, news: tuple[Progress, ...]) -> None:
        newest = news[-1]
        self.ui.progress.setRange(0, newest.total)
        self.ui.progress.setValue(newest.done)
        words = newest.text
        if newest.total:
            words = filled(self.tr("%1 · %2 of %3"), newest.text, f"{newest.done:,}", f"{newest.total:,}")
        elif newest.done:
            words = f"{newest.text} · {newest.done:,}"
        self.ui.working.setText(words)

    def _go_to(self, page: QWidget) -> None:
        ui = self.ui
        if page is ui.work_page:
            self._before = ui.pages.currentWidget()
        ui.pages.setCurrentWidget(page)
        ui.banner.hide()
        title, explain = {
            ui.columns_page: (
                self.tr("Import people"),
                self.tr("A sheet with a row for each person and headings above: .xlsx or .csv."),
            ),
            ui.plan_page: (
                self.tr("What would be done"),
                self.tr(
                    "Every row was compared with the rules and with the directory. Nothing is written yet."
                ),
            ),
            ui.work_page: (
                self.tr("Importing"),
                self.tr("Cancel stops after the people that are being written."),
            ),
            ui.result_page: (self.tr("Result"), ""),
        }[page]
        ui.title.setText(title)
        ui.explain.setText(explain)
        ui.explain.setVisible(bool(explain))
        self._show_buttons()

    def _show_buttons(self) -> None:
        ui, page, busy = self.ui, self.ui.pages.currentWidget(), self._task is not None
        planned = self.planned
        ui.back.setVisible(page is ui.plan_page)
        ui.back.setEnabled(not busy)
        ui.cancel.setVisible(page is not ui.result_page)
        ui.next.setVisible(page is not ui.work_page)
        count = len(planned.plan.work) if planned is not None else 0
        if page is ui.columns_page:
            ui.next.setText(self.tr("&Next"))
            ui.next.setEnabled(not busy and "account" in self.columns.chosen.values())
        elif page is ui.plan_page:
            ui.next.setText(counted(count, self.tr("&Write 1 person"), self.tr("&Write %1 people")))
            ui.next.setEnabled(not busy and count > 0)
        else:
            ui.next.setText(self.tr("&Close"))
            ui.next.setEnabled(True)
        for box in (ui.choose, ui.reading, ui.generate, ui.update, ui.columns, ui.undo, ui.resume):
            box.setEnabled(not busy)

    def _narrow(self) -> None:
        planned = self.planned
        if planned is None:
            return
        action = self.ui.show.currentData()
        items = planned.plan.items if action is None else tuple(planned.plan.of(action))
        self.plan.set_items(items)
        if items:
            self.ui.plan.selectRow(0)
        self._show_item()

    def _show_item(self) -> None:
        item: Item | None = self.ui.plan.currentIndex().data(Qt.ItemDataRole.UserRole)
        findings = item.findings if item is not None else ()
        self.ui.detail.setPlainText("\n".join(str(finding) for finding in findings))
        self.ui.detail.setVisible(bool(findings))

    def _build_tables(self) -> None:
        ui = self.ui
        for table, model, widths in (
            (ui.columns, self.columns, (200, 330)),
            (ui.plan, self.plan, (60, 130, 170, 80)),
            (ui.refused, self.refused, (60, 150)),
        ):
            dress(table, model, widths)
        ui.columns.setItemDelegate(Targets(self))
        ui.columns.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.columns.dataChanged.connect(lambda *_what: self._show_buttons())
        for table in (ui.plan, ui.refused):
            table.setItemDelegate(Words(self))
        ui.plan.selectionModel().currentRowChanged.connect(lambda *_what: self._show_item())

    def _offer_unfinished(self) -> None:
        """An import that was stopped, by a crash for one, can be gone on with."""

        def work(_job: Job) -> tuple[str, int]:
            from azdesk.app.people.imports import all_imports

            for one in all_imports(self.people.place, self.people.server):
                if one.state in ("stopped", "running"):
                    return one.path, one.total
                break
            return "", 0

        self.workbench.run(
            work,
            title=self.tr("Looking for imports"),
            done=while_there(self, self._have_unfinished),
            quiet=True,
            hidden=True,
        )

    def _have_unfinished(self, found: tuple[str, int]) -> None:
        path, total = found
        if not path or self._path is not None:
            return
        words = self.tr("The last import, of %1 people from %2, was not finished.")
        self.ui.banner.show_message(
            "warning", filled(words, f"{total:,}", path), button=self.tr("&Go on"), closable=False
        )
        self.ui.banner.action.connect(self.resume)

    def _ask_sheets(self) -> None:
        result = self.came
        if result is None:
            return
        written, passwords = [item.after.account for item in result.done], self.passwords

        def have(accounts: object) -> None:
            passwords.handed()
            let_the_window_go(self)  # the sheets are beside it, not below it
            self.sheets_requested.emit(accounts)

        self.workbench.run(
            lambda job: passwords.accounts(written, job),
            title=self.tr("Reading people for their sheets"),
            done=while_there(self, have),
            quiet=True,
        )

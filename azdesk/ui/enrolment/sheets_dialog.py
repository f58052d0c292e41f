"""Enrolment sheets: who gets one, how it looks, a preview, and off to the printer or into a PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from azdesk.app.enrolment import Act, Batch, Check, Printed, logo_file
from azdesk.core.errors import AzdeskError, EnrolmentError
from azdesk.enrol import home
from azdesk.enrol.account import Account
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.editors.base import while_there
from azdesk.ui.enrolment.asking import ask_printer, confirm_clear
from azdesk.ui.enrolment.journal_dialog import EnrolmentJournalDialog
from azdesk.ui.enrolment.options import SheetOptions
from azdesk.ui.enrolment.people_list import PeopleFilter, PeopleModel
from azdesk.ui.enrolment.printing import page_size, pages_asked, print_out, today, write_pdf
from azdesk.ui.files import ask_save
from azdesk.ui.forms.enrolment_sheets import Ui_EnrolmentSheetsDialog
from azdesk.ui.mapping.words import counted, filled, listed

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from azdesk.core.progress import Job, Progress
    from azdesk.enrol.design import Design
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

_SIZE = (980, 660)
_PAUSE_MS = 120


class EnrolmentSheetsDialog(GrowingDialog):
    """Does not block the window.

    Args:
        people: whose sheets may be printed; they can be unticked.
        left_out: people who were asked for and cannot be here at all, each with the reason.
        design: what is chosen to begin with; None: what the document says.
    """

    def __init__(
        self,
        workbench: Workbench,
        people: Sequence[Account],
        *,
        left_out: Sequence[EnrolmentError] = (),
        design: Design | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.ui = ui = Ui_EnrolmentSheetsDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._before = tuple(left_out)
        self._check: Check | None = None
        self._checking: Task | None = None
        self._working: Task | None = None
        self._told: str | None = None
        """What the banner says of the last thing done; None: nothing that has to stay."""
        self.logo = logo_file(workbench.fleet, workbench.opened.path)
        self.options = SheetOptions()
        ui.options_layout.addWidget(self.options)
        self.model = PeopleModel(people, self)
        self._rows = PeopleFilter(self)
        self._rows.setSourceModel(self.model)
        ui.people.setModel(self._rows)
        ui.filter.set_placeholder(self.tr("Filter by name, account or number"))
        ui.tabs.addTab(self.tr("Sheets"))
        ui.tabs.addTab("")
        ui.tabs.addTab("")
        ui.preview.set_workbench(workbench)
        ui.preview.allow_codes = self._note_shown
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._look_through)
        self._connect()
        self.options.set_design(design or home.design(workbench.fleet))
        self.resize(*_SIZE)
        self._titles()
        self._buttons()
        self._look_through()

    def _connect(self) -> None:
        ui = self.ui
        ui.tabs.currentChanged.connect(ui.stack.setCurrentIndex)
        self.options.changed.connect(self._changed)
        self.model.ticked.connect(self._changed)
        ui.filter.filter_changed.connect(self._rows.set_words)
        ui.filter.left.connect(self.reject)
        ui.filter.into_list.connect(ui.people.setFocus)
        ui.all_people.clicked.connect(lambda: self.model.tick(self._rows.rows(), on=True))
        ui.no_people.clicked.connect(lambda: self.model.tick(self._rows.rows(), on=False))
        ui.preview.page_changed.connect(self._page_changed)
        ui.preview.failed.connect(self._failed)
        ui.journal.clicked.connect(lambda: EnrolmentJournalDialog(self.workbench, self).open())
        ui.stop.clicked.connect(self._stop)
        ui.save_pdf.clicked.connect(self._save_asked)
        ui.print_out.clicked.connect(self._print_asked)
        ui.close_dialog.clicked.connect(self.reject)
        for button in (
            ui.journal,
            ui.stop,
            ui.save_pdf,
            ui.print_out,
            ui.close_dialog,
            ui.all_people,
            ui.no_people,
        ):
            button.setAutoDefault(False)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Print), self, ui.print_out.click)
        QShortcut(QKeySequence("PgUp"), ui.preview, ui.preview.ui.back.click)
        QShortcut(QKeySequence("PgDown"), ui.preview, ui.preview.ui.forth.click)

    @property
    def batch(self) -> Batch | None:
        """What would be printed; None while it is being looked through."""
        if self._check is None:
            return None
        return Batch(people=self._check.good, design=self._dated())

    def save_pdf(self, path: Path) -> None:
        """Write the PDF; whoever calls it has asked."""
        title = self.workbench.fleet.name
        self._begin(
            Act.SAVED,
            str(path),
            lambda batch, logo, job: write_pdf(path, batch, logo=logo, title=title, job=job),
            filled(self.tr("Saved as %1."), path),
        )

    def print_with(self, printer: QPrinter) -> None:
        """Print on a printer that was chosen; whoever calls it has asked."""
        printer.setFullPage(True)
        printer.setPageSize(page_size(self.options.design.page))
        printer.setDocName(self.windowTitle())
        path = printer.outputFileName()
        name = path or printer.printerName()
        done = self.tr("Saved as %1.") if path else self.tr("Sent to %1.")
        self._begin(
            Act.PRINTED,
            name,
            lambda batch, logo, job: print_out(printer, batch, logo=logo, job=job),
            filled(done, name),
            pages=partial(pages_asked, printer),
        )

    def reject(self) -> None:
        self._stop()
        super().reject()

    # -- looking through -------------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._check = None
        if self._checking is not None:
            self._checking.cancel()
        self._titles()
        self._buttons()
        self._soon.start()

    def _look_through(self) -> None:
        """Find out whose codes can be made, and show the pages of those."""
        batch = Batch(people=self.model.chosen, design=self._dated())

        def work(job: Job) -> Check:
            from azdesk.app.enrolment import check

            return check(batch, job)

        self._checking = self.workbench.run(
            work,
            title=self.tr("Looking through the sheets"),
            done=lambda found: self._looked_through(batch, found),
            quiet=True,
            hidden=True,
        )

    def _dated(self) -> Design:
        design = self.options.design
        return replace(design, date=today(design.language))

    def _looked_through(self, batch: Batch, found: Check) -> None:
        if batch.people != self.model.chosen or batch.design != self._dated():
            return  # of choices that are no more
        self._check = found
        self.ui.preview.set_batch(Batch(people=found.good, design=batch.design), self.logo)
        self.options.say_fit(self._fit_words(found))
        reasons = [*self._before, *found.problems]
        self.ui.left_out.setPlainText("\n\n".join(str(reason) for reason in reasons))
        self._titles()
        self._buttons()
        if not found.good and self.model.chosen:
            first = str(found.problems[0]) if found.problems else ""
            self.ui.banner.show_message("warning", self.tr("None of these people can get this code."), first)
        elif self._told is None:
            self.ui.banner.hide()

    def _fit_words(self, found: Check) -> str:
        if not found.good:
            return ""
        size = QLocale().toString(found.densest_mm, "f", 2)
        if not found.dense:
            return filled(self.tr("Scans well: the smallest squares have %1 mm."), size)
        if found.dense == len(found.good):
            return filled(
                self.tr("Dense, with squares of %1 mm: needs a good camera and a good printer."), size
            )
        return filled(
            self.tr(
                "%1 of %2 are dense, down to squares of %3 mm: they need a good camera and a good printer."
            ),
            f"{found.dense:,}",
            f"{len(found.good):,}",
            size,
        )

    # -- what is said ----------------------------------------------------------------------------------------

    def _titles(self) -> None:
        ui, found = self.ui, self._check
        chosen = len(self.model.chosen)
        title = counted(
            len(self.model.people), self.tr("Enrolment sheet"), self.tr("Enrolment sheets for %1 people")
        )
        if len(self.model.people) == 1:
            account = self.model.people[0]
            title = filled(self.tr("Enrolment sheet for %1"), account.name or account.user)
        self.setWindowTitle(title)
        ui.title.setText(title)
        ui.tabs.setTabText(1, filled(self.tr("People (%1)"), f"{chosen:,}"))
        left_out = len(self._before) + (len(found.problems) if found else 0)
        ui.tabs.setTabText(2, filled(self.tr("Left out (%1)"), f"{left_out:,}"))
        ui.tabs.setTabVisible(2, left_out > 0)
        if found is None:
            ui.count.setText(
                self.tr("Looking through the sheets…") if chosen else self.tr("Nobody is chosen.")
            )
            return
        pages = counted(ui.preview.pages, self.tr("1 page"), self.tr("%1 pages"))
        ui.count.setText(
            filled(
                self.tr("%1 on %2"),
                counted(len(found.good), self.tr("1 person"), self.tr("%1 people")),
                pages,
            )
            if found.good
            else ""
        )

    def _buttons(self) -> None:
        ready = self._check is not None and bool(self._check.good) and self._working is None
        ui = self.ui
        ui.save_pdf.setEnabled(ready)
        ui.print_out.setEnabled(ready)
        ui.stop.setVisible(self._working is not None)
        ui.side.setEnabled(self._working is None)

    # -- showing codes ---------------------------------------------------------------------------------------

    def _note_shown(self) -> bool:
        """Note that the codes of this page are shown; whether that could be done."""
        from azdesk.app.enrolment import note

        try:
            note(
                who=self.workbench.session.who,
                act=Act.SHOWN,
                people=self.ui.preview.people,
                form=self.options.design.form,
                fleet=self.workbench.fleet.name,
                layout=self.options.design.layout,
            )
        except EnrolmentError as error:
            self._failed(error)
            return False
        return True

    def _page_changed(self) -> None:
        if self.ui.preview.revealed and not self._note_shown():
            self.ui.preview.hide_codes()

    # -- printing and saving ---------------------------------------------------------------------------------

    def _save_asked(self) -> None:
        if (batch := self.batch) is not None:
            confirm_clear(self, batch, self.tr("&Save as PDF"), self._ask_where)

    def _print_asked(self) -> None:
        if (batch := self.batch) is not None:
            ask = partial(ask_printer, self, batch, self.print_with)
            confirm_clear(self, batch, self.tr("&Print"), ask)

    def _ask_where(self) -> None:
        name = f"{self.workbench.opened.path.stem}-sheets.pdf"
        if chosen := ask_save(self, self.tr("Save the sheets as PDF"), name):
            self.save_pdf(chosen if chosen.suffix else chosen.with_suffix(".pdf"))

    def _begin(
        self,
        act: Act,
        target: str,
        make: Callable[[Batch, Path | None, Job], Printed],
        done: str,
        *,
        pages: Callable[[Batch], range] | None = None,
    ) -> None:
        batch, logo, workbench = self.batch, self.logo, self.workbench
        if batch is None or self._working is not None:
            return
        name = workbench.fleet.name

        def work(job: Job) -> Printed:
            from azdesk.app.enrolment import note

            numbers = pages(batch) if pages is not None else range(batch.pages)
            concerned = [batch.people[index].uid for number in numbers for index in batch.page(number).people]
            note(
                who=workbench.session.who,
                act=act,
                people=concerned,
                form=batch.design.form,
                fleet=name,
                layout=batch.design.layout,
                target=target,
            )
            return make(batch, logo, job)

        self._told = None
        self.ui.banner.hide()
        self._working = workbench.run(
            work,
            title=self.tr("Making enrolment sheets"),
            done=while_there(self, lambda printed: self._made(done, printed)),
            failed=while_there(self, self._failed),
            progress=while_there(self, self._progress),
        )
        self._working.finished.connect(while_there(self, self._ended))
        self._buttons()

    def _progress(self, news: tuple[Progress, ...]) -> None:
        if news and news[-1].total:
            words = self.tr("Page %1 of %2")
            self.ui.count.setText(filled(words, f"{news[-1].done:,}", f"{news[-1].total:,}"))

    def _made(self, done: str, printed: Printed) -> None:
        sheets = counted(printed.people, self.tr("1 person"), self.tr("%1 people"))
        pages = counted(printed.pages, self.tr("1 page"), self.tr("%1 pages"))
        words = filled(self.tr("%1 on %2."), sheets, pages)
        if printed.unprintable:
            names = listed(printed.unprintable)
            words += " " + filled(
                self.tr(
                    "No font of this computer has all letters on the sheets of: %1. Install one, and make them again."
                ),
                names,
            )
        self._told = done
        self.ui.banner.show_message("warning" if printed.unprintable else "success", done, words)

    def _failed(self, error: AzdeskError) -> None:
        self._told = error.what
        self.ui.banner.show_message("error", error.what, error.next_step)

    def _ended(self, *_: object) -> None:
        self._working = None
        self._titles()
        self._buttons()

    def _stop(self) -> None:
        if self._working is not None:
            self._working.cancel()

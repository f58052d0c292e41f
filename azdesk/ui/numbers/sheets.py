"""The number plan into a sheet, and out of one: what would change is shown before it is taken over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from azdesk.core.errors import AzdeskError, DocumentError
from azdesk.ui import files
from azdesk.ui.dialogs.prompts import GrowingDialog, settle_size
from azdesk.ui.forms.number_sheet import Ui_NumberSheetDialog
from azdesk.ui.mapping.number_sheet import change_rows, problem_rows
from azdesk.ui.mapping.numbers import summary
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azdesk.core.errors import Problem
    from azdesk.core.progress import Job
    from azdesk.fleet.difference import Change
    from azdesk.fleet.model import Fleet
    from azdesk.ui.workbench import Workbench
    from azdesk.voice.checking import Finding

_SIZE = (820, 560)


@dataclass(frozen=True, kw_only=True)
class _Read:
    """What a sheet comes to."""

    fleet: Fleet
    """The document with it."""
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    """What would be wrong with the plan then."""


class SheetDialog(GrowingDialog):
    """What a sheet would change, with the button that takes it over; or what is wrong with it, by row and heading."""

    def __init__(
        self,
        workbench: Workbench,
        name: str,
        *,
        read: _Read | None = None,
        problems: Sequence[Problem] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self._name = name
        self._read = read
        self.ui = ui = Ui_NumberSheetDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        ui.title.setText(filled(self.tr("Number plan from %1"), name))
        if read is None:
            self._show_problems(problems)
        else:
            self._show_changes(read)
        ui.card_layout.addWidget(self.table)
        ui.ok.setVisible(read is not None and bool(read.changes))
        ui.ok.clicked.connect(self.take_over)
        ui.cancel.clicked.connect(self.reject)
        settle_size(self, _SIZE[0])
        self.resize(*_SIZE)
        (ui.ok if ui.ok.isVisibleTo(self) else ui.cancel).setDefault(True)
        self.table.setFocus()

    def take_over(self) -> None:
        """Put the sheet's plan into the document, as one undoable step."""
        assert self._read is not None
        self.workbench.edit(self._read.fleet, filled(self.tr("Number plan from %1"), self._name))
        self.accept()

    def _show_problems(self, problems: Sequence[Problem]) -> None:
        ui = self.ui
        words = counted(
            len(problems),
            self.tr("1 thing is wrong with the sheet."),
            self.tr("%1 things are wrong with the sheet."),
        )
        ui.verdict.set(State.FAILING, words)
        ui.explain.setText(self.tr("Nothing was changed. Correct the sheet and import it again."))
        ui.cancel.setText(self.tr("Close"))
        self.table = PlainTable(
            self.tr("What is wrong"), (self.tr("Row"), self.tr("Column"), self.tr("What")), (72, 90, 560)
        )
        self.table.set_rows(problem_rows(problems))

    def _show_changes(self, read: _Read) -> None:
        ui = self.ui
        if read.changes:
            words = counted(len(read.changes), self.tr("1 change."), self.tr("%1 changes."))
            worst = any(one.weight == "error" for one in read.findings)
            ui.verdict.set(
                State.DIFFERS if worst else State.RIGHT,
                filled(self.tr("%1 The plan as a whole then: %2."), words, summary(read.findings)),
            )
            ui.explain.setText(
                self.tr(
                    "All rules are those of the sheet then; hosts that it has no row for keep their numbers. Undo takes it back."
                )
            )
        else:
            ui.verdict.set(State.RIGHT, self.tr("The document says already what the sheet says."))
            ui.explain.hide()
            ui.cancel.setText(self.tr("Close"))
        self.table = PlainTable(
            self.tr("What changes"), (self.tr("Where"), self.tr("Now"), self.tr("Then")), (220, 240, 280)
        )
        self.table.set_rows(change_rows(read.changes))


def take_in(workbench: Workbench, parent: QWidget) -> None:
    """Ask for a sheet, and show what it would change."""
    tr = QCoreApplication.translate
    options = QFileDialog.Option(0) if files.NATIVE else QFileDialog.Option.DontUseNativeDialog
    kinds = f"{tr('Numbers', 'Sheets')} (*.csv *.tsv *.txt *.xlsx)"
    title = tr("Numbers", "Number plan from a sheet")
    chosen, _ = QFileDialog.getOpenFileName(parent, title, "", kinds, options=options)
    if chosen:
        read(workbench, Path(chosen), parent)


def read(workbench: Workbench, path: Path, parent: QWidget) -> None:
    """Read a sheet in the background, and show what it would change."""
    fleet = workbench.fleet

    def work(_job: Job) -> _Read:
        from azdesk.app import numbering
        from azdesk.fleet.difference import difference
        from azdesk.voice.checking import check

        made = numbering.taken_in(fleet, path)
        return _Read(fleet=made, changes=difference(fleet, made), findings=check(made))

    def done(found: _Read) -> None:
        if workbench.fleet is fleet:
            SheetDialog(workbench, path.name, read=found, parent=parent).open()
        else:
            read(workbench, path, parent)  # somebody went on typing meanwhile

    def failed(error: AzdeskError) -> None:
        if isinstance(error, DocumentError) and error.problems:
            SheetDialog(workbench, path.name, problems=error.problems, parent=parent).open()
        else:
            workbench.failed(error)

    title = filled(QCoreApplication.translate("Numbers", "Reading %1"), path.name)
    workbench.run(work, title=title, done=done, failed=failed, quiet=True)


def export(workbench: Workbench, parent: QWidget) -> None:
    """Ask where to, and write the plan as CSV."""
    tr = QCoreApplication.translate
    path = files.ask_save(parent, tr("Numbers", "Export the number plan"), "number-plan.csv")
    if path is None:
        return
    target = path if path.suffix else path.with_suffix(".csv")
    fleet = workbench.fleet

    def work(_job: Job) -> int:
        from azdesk.app import numbering

        return numbering.export(fleet, target)

    def done(count: int) -> None:
        rows = counted(count, tr("Numbers", "1 row"), tr("Numbers", "%1 rows"))
        workbench.say("info", filled(tr("Numbers", "The number plan is in %1: %2."), target, rows))

    workbench.run(work, title=tr("Numbers", "Exporting the number plan"), done=done, quiet=True)

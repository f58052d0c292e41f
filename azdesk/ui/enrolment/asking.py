"""What is asked before sheets go onto paper: whether really, and which printer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from azdesk.ui.dialogs.prompts import ConfirmDialog
from azdesk.ui.enrolment.printing import page_size
from azdesk.ui.mapping.words import counted

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from azdesk.app.enrolment import Batch


def confirm_clear(parent: QWidget, batch: Batch, button: str, then: Callable[[], object]) -> None:
    """Go on at once, or after a yes where passwords come onto paper in clear."""
    if not batch.design.is_secret:
        then()
        return
    tr = QCoreApplication.translate
    dialog = ConfirmDialog(
        counted(
            len(batch.people),
            tr("Enrolment", "This sheet has a password in clear."),
            tr("Enrolment", "These sheets have the passwords of %1 people in clear."),
        ),
        tr(
            "Enrolment",
            "Whoever gets hold of one can read that person's messages and make calls in their name. Fetch them from the printer "
            "at once, hand each to its person alone, and delete PDF files once they are printed. "
            "The enrolment journal notes who made them, and when.",
        ),
        button,
        parent=parent,
    )
    dialog.accepted.connect(then)
    dialog.open()


def ask_printer(parent: QWidget, batch: Batch, then: Callable[[QPrinter], object]) -> None:
    """The system's dialog for printers; pages may be chosen there."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageSize(page_size(batch.design.page))
    dialog = QPrintDialog(printer, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, on=True)
    dialog.setMinMax(1, max(1, batch.pages))
    dialog.accepted.connect(lambda: then(printer))
    dialog.setModal(True)
    dialog.show()

"""Everybody, or whom the filter finds, into a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox

from azdesk.ui import files
from azdesk.ui.mapping.words import counted, filled

if TYPE_CHECKING:
    from azdesk.app.people import People
    from azdesk.app.people.exporting import Exported
    from azdesk.core.progress import Job
    from azdesk.ui.peoplemodels import Query
    from azdesk.ui.workbench import Workbench

_ENDINGS = {".csv", ".xlsx", ".ldif", ".ldf"}


def export(workbench: Workbench, people: People, query: Query) -> None:
    """Ask where to, and whether with passwords; then write."""
    tr = QCoreApplication.translate
    path = _ask_where(workbench)
    if path is None:
        return
    secrets = _ask_secrets(workbench, people)
    if secrets is None:
        return
    text = query.words

    def work(job: Job) -> Exported:
        from azdesk.app.people import exporting

        return exporting.export(people, path, text=text, secrets=secrets, job=job)

    def done(written: Exported) -> None:
        words = counted(written.count, tr("People", "1 person"), tr("People", "%1 people"))
        workbench.say(
            "warning" if written.partial else "info",
            filled(tr("People", "%1 are in %2."), words, written.path),
            written.why or (tr("People", "Their passwords are in it in clear.") if secrets else ""),
        )

    workbench.run(work, title=tr("People", "Exporting people"), done=done, quiet=True)


def _ask_where(workbench: Workbench) -> Path | None:
    tr = QCoreApplication.translate
    kinds = ";;".join(
        (
            tr("People", "Spreadsheets") + " (*.xlsx)",
            tr("People", "Tables as text") + " (*.csv)",
            tr("People", "LDIF, whole entries") + " (*.ldif)",
        )
    )
    options = QFileDialog.Option(0) if files.NATIVE else QFileDialog.Option.DontUseNativeDialog
    chosen, kind = QFileDialog.getSaveFileName(
        workbench.window, tr("People", "Export people"), "people.xlsx", kinds, options=options
    )
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() not in _ENDINGS:
        path = path.with_name(path.name + "." + kind.rpartition("*.")[2].rstrip(")"))
    return path


def _ask_secrets(workbench: Workbench, people: People) -> bool | None:
    """Whether passwords go into the file; None: nothing is to be written."""
    tr = QCoreApplication.translate
    if people.layout.active_directory:
        return False
    box = QMessageBox(workbench.window)
    box.setWindowTitle(tr("People", "Export people"))
    box.setText(tr("People", "With passwords?"))
    box.setInformativeText(
        tr(
            "People",
            "Whoever has the file could log in as everybody in it. Without them it can be imported again, too: passwords "
            "then stay as they are.",
        )
    )
    without = box.addButton(tr("People", "&Without"), QMessageBox.ButtonRole.AcceptRole)
    with_them = box.addButton(tr("People", "With &passwords"), QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(without)
    box.exec()
    clicked = box.clickedButton()
    return True if clicked is with_them else False if clicked is without else None

"""Everybody, whom the filter finds, or who is selected, into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from azdesk.ui import files
from azdesk.ui.dialogs.prompts import GrowingDialog, settle_size
from azdesk.ui.editors.base import fill_choices
from azdesk.ui.forms.export_people import Ui_ExportDialog
from azdesk.ui.mapping.words import counted, filled, listed

if TYPE_CHECKING:
    from azdesk.app.people import People
    from azdesk.app.people.exporting import Exported
    from azdesk.core.progress import Job
    from azdesk.ui.peoplemodels import Query
    from azdesk.ui.workbench import Workbench

_ENDINGS = {".csv", ".xlsx", ".ldif", ".ldf"}
_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Whom:
    """Who goes into the file, see `azdesk.app.people.exporting.export`."""

    text: str = ""
    home: str = ""
    accounts: tuple[str, ...] | None = None


class ExportDialog(GrowingDialog):
    """Asks whom, whether with passwords, and where to; then writes.

    Args:
        query: what the list shows.
        selected: accounts of who is selected there.
        listed_: accounts of the list, where it is a host's view, which the directory could not be asked for.
    """

    def __init__(
        self,
        workbench: Workbench,
        people: People,
        query: Query,
        selected: Sequence[str],
        listed_: Sequence[str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self.people = people
        self.ui = ui = Ui_ExportDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        fill_choices(ui.whom, self._choices(query, selected, listed_))
        # Whoever has selected several means those; one is selected as good as always.
        ui.whom.setCurrentIndex(1 if len(selected) == 1 else 0)
        ui.explain.setText(
            self.tr(
                "Whoever has the file could log in as everybody in it, and the enrolment journal notes it. Without "
                "passwords it can be imported again, too: they then stay as they are."
            )
        )
        for widget in (ui.secrets, ui.explain):
            widget.setHidden(people.layout.active_directory)
        ui.ok.clicked.connect(self.go_on)
        ui.ok.setDefault(True)
        ui.cancel.clicked.connect(self.reject)
        ui.whom.setFocus()
        settle_size(self)

    def go_on(self) -> None:
        """Ask where to, and write."""
        path = _ask_where(self)
        if path is not None:
            whom = self.ui.whom.currentData()
            assert isinstance(whom, Whom)
            self.accept()
            _write(self.workbench, self.people, path, whom, secrets=self.ui.secrets.isChecked())

    def _choices(
        self, query: Query, selected: Sequence[str], listed_: Sequence[str] | None
    ) -> list[tuple[str, Whom]]:
        found: list[tuple[str, Whom]] = []
        if selected:
            words = counted(
                len(selected), self.tr("the one who is selected: %2"), self.tr("the %1 who are selected")
            )
            found.append((words.replace("%2", selected[0]), Whom(accounts=tuple(selected))))
        if listed_ is not None:
            words = self.tr("the %1 whom %2 sees, as listed")
            found.append((filled(words, f"{len(listed_):,}", query.seen_by), Whom(accounts=tuple(listed_))))
        elif query.narrowed:
            narrowed = ", ".join(
                part
                for part in (
                    filled(self.tr("“%1”"), query.words) if query.words else "",
                    filled(self.tr("at home on %1"), query.home) if query.home else "",
                )
                if part
            )
            whom = Whom(text=query.words, home=query.home)
            found.append((filled(self.tr("whom the filter finds: %1"), narrowed), whom))
        return [*found, (self.tr("everybody"), Whom())]


def export(
    workbench: Workbench,
    people: People,
    query: Query,
    selected: Sequence[str],
    listed_: Sequence[str] | None = None,
) -> QDialog:
    """Open the dialog."""
    dialog = ExportDialog(workbench, people, query, selected, listed_, parent=workbench.window)
    dialog.open()
    return dialog


def _write(workbench: Workbench, people: People, path: Path, whom: Whom, *, secrets: bool) -> None:
    tr = QCoreApplication.translate

    def work(job: Job) -> Exported:
        from azdesk.app.people import exporting

        return exporting.export(
            people, path, text=whom.text, home=whom.home, accounts=whom.accounts, secrets=secrets, job=job
        )

    def done(written: Exported) -> None:
        words = counted(written.count, tr("People", "1 person"), tr("People", "%1 people"))
        more = [written.why] if written.why else []
        if written.missing:
            named = listed(list(written.missing), _NAMED)
            more.append(filled(tr("People", "Not in the directory, so not in the file: %1."), named))
        if secrets:
            more.append(tr("People", "Their passwords are in it in clear."))
        workbench.say(
            "warning" if written.partial or written.missing else "info",
            filled(
                tr("People", "%1 is in %2.") if written.count == 1 else tr("People", "%1 are in %2."),
                words,
                path,
            ),
            " ".join(more),
        )

    workbench.run(work, title=tr("People", "Exporting people"), done=done, quiet=True)


def _ask_where(parent: QWidget) -> Path | None:
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
        parent, tr("People", "Export people"), "people.xlsx", kinds, options=options
    )
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() not in _ENDINGS:
        path = path.with_name(path.name + "." + kind.rpartition("*.")[2].rstrip(")"))
    return path

"""A directory's backup put back: what would be written, entry by entry, and then written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTreeWidgetItem, QWidget

from azdesk.core.errors import AzdeskError
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.editors.base import while_there
from azdesk.ui.forms.restore_directory import Ui_RestoreDirectoryDialog
from azdesk.ui.hover import hover
from azdesk.ui.mapping.words import filled

if TYPE_CHECKING:
    from azdesk.app.backups import Backup
    from azdesk.app.people.restoring import Restored, Restoring
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

_SIZE = (820, 560)
_SHOWN = 2000
"""Rows; more of them are counted."""


class RestoreDirectoryDialog(GrowingDialog):
    """Compares as it opens. Where entries are changed the host's name has to be typed."""

    restored = Signal(str)
    """A sentence: all of it was written."""

    def __init__(self, workbench: Workbench, backup: Backup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workbench, self.backup = workbench, backup
        self.restoring: Restoring | None = None
        self.ui = ui = Ui_RestoreDirectoryDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        title = self.tr("Put a backup of the directory back")
        self.setWindowTitle(title)
        ui.title.setText(title)
        ui.table.setHeaderLabels([self.tr("What"), self.tr("Entry"), self.tr("Why, or which attributes")])
        ui.table.setUniformRowHeights(True)
        ui.table.setStyleSheet("QTreeView::item { padding-left: 5px; padding-right: 5px; }")
        ui.table.header().setStretchLastSection(True)
        ui.table.setColumnWidth(0, 80)
        ui.table.setColumnWidth(1, 260)
        asked = filled(self.tr("Type %1 to allow it"), backup.host)
        ui.word.setPlaceholderText(asked)
        ui.word.setAccessibleName(asked)
        ui.word.textChanged.connect(lambda _text: self._buttons())
        ui.only_missing.toggled.connect(lambda _on: self.compare())
        ui.ok.clicked.connect(self.write)
        ui.cancel.clicked.connect(self.reject)
        ui.cancel.setAutoDefault(False)
        self.resize(*_SIZE)
        self.compare()

    def compare(self) -> None:
        """Compare the backup with the directory."""
        workbench, backup, only = self.workbench, self.backup, self.ui.only_missing.isChecked()

        def work(job: Job) -> Restoring:
            from azdesk.app.people import People
            from azdesk.app.people.restoring import plan

            with People(workbench.session) as people:
                return plan(people, backup, only_missing=only, job=job)

        self.restoring = None
        self.ui.banner.hide()
        self.ui.summary.setText(self.tr("Comparing it with the directory…"))
        self.ui.only_missing.setEnabled(False)
        self._buttons()
        task = workbench.run(
            work,
            title=filled(self.tr("Comparing %1"), backup.name),
            host=backup.host,
            done=while_there(self, self._show),
            failed=while_there(self, self._failed),
        )
        task.finished.connect(while_there(self, lambda: self.ui.only_missing.setEnabled(True)))

    def write(self) -> None:
        """Write what is shown."""
        workbench, restoring = self.workbench, self.restoring
        if restoring is None:
            return

        def work(job: Job) -> Restored:
            from azdesk.app.people import People
            from azdesk.app.people.restoring import carry_out

            with People(workbench.session) as people:
                return carry_out(people, restoring, job)

        self.restoring = None
        self._buttons()
        workbench.run(
            work,
            title=filled(self.tr("Restoring %1"), self.backup.name),
            host=self.backup.host,
            done=while_there(self, self._written),
            failed=while_there(self, self._failed),
        )

    # -- inside ----------------------------------------------------------------------------------------------

    def _show(self, restoring: Restoring) -> None:
        self.restoring = restoring
        found = restoring.difference
        said = filled(
            self.tr(
                "%1 in %2: %3 entries to add, %4 to change, %5 as in the backup. %6 that came later stay."
            ),
            self.backup.name,
            restoring.base,
            *(f"{count:,}" for count in (len(found.adds), len(found.changes), found.same, found.newer)),
        )
        if found.secrets:
            said += " " + filled(
                self.tr("Passwords that are lost, for those of the backup: %1."), f"{found.secrets:,}"
            )
        self.ui.summary.setText(said)
        rows = [(self.tr("Add"), entry.dn, "") for entry in found.adds]
        rows += [(self.tr("Change"), one.back.dn, ", ".join(one.attributes)) for one in found.changes]
        rows += [(self.tr("Leave"), one.dn, one.why) for one in found.kept]
        table = self.ui.table
        table.clear()
        for what, dn, why in rows[:_SHOWN]:
            # The base is said above.
            item = QTreeWidgetItem([what, dn.removesuffix(f",{restoring.base}"), why])
            item.setToolTip(1, hover(dn))
            item.setToolTip(2, hover(why))
            table.addTopLevelItem(item)
        if len(rows) > _SHOWN:
            table.addTopLevelItem(
                QTreeWidgetItem(["", filled(self.tr("and %1 more"), f"{len(rows) - _SHOWN:,}"), ""])
            )
        self._buttons()

    def _buttons(self) -> None:
        found = self.restoring.difference if self.restoring is not None else None
        risky = found is not None and bool(found.changes)
        self.ui.word.setVisible(risky)
        allowed = not risky or self.ui.word.text().strip() == self.backup.host
        self.ui.ok.setEnabled(found is not None and not found.empty and allowed)

    def _written(self, outcome: Restored) -> None:
        said = filled(self.tr("%1 entries are written."), f"{outcome.done:,}")
        if outcome.untold:
            said += " " + " ".join(outcome.untold)
        if outcome.good:
            self.restored.emit(said)
            self.accept()
            return
        why = (
            outcome.stopped.what
            if outcome.stopped
            else "; ".join(f"{dn}: {why}" for dn, why in outcome.refused[:3])
        )
        self.compare()
        self.ui.banner.show_message("error", said, why)

    def _failed(self, error: AzdeskError) -> None:
        self.ui.summary.setText("")
        self._buttons()
        self.ui.banner.show_message("error", error.what, error.next_step)

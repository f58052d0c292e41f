"""A host's backups: listed, downloaded, restored, deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHeaderView, QTreeWidgetItem, QWidget

from azdesk.core.errors import AzdeskError
from azdesk.ui import relative
from azdesk.ui.dialogs.prompts import ConfirmDialog, GrowingDialog
from azdesk.ui.editors.base import while_there
from azdesk.ui.forms.backups import Ui_BackupsDialog
from azdesk.ui.hover import hover
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from azdesk.app.backups import Backup
    from azdesk.core.outcome import HostOutcome
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

_SIZE = (760, 480)
_BACKUP = Qt.ItemDataRole.UserRole


class BackupsDialog(GrowingDialog):
    """The list, newest first. Restoring needs the node's name to be typed."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench, self.host = workbench, host
        self.ui = ui = Ui_BackupsDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        title = self.tr("Backups on %1").replace("%1", host)
        self.setWindowTitle(title)
        ui.title.setText(title)
        self._empty = EmptyState(
            "storage",
            self.tr("No backup yet"),
            self.tr(
                "AZDesk takes one before a node is renamed, joins, leaves, or is restored, and before a directory is removed."
            ),
        )
        ui.empty_layout.addWidget(self._empty)
        ui.table.setHeaderLabels([self.tr("Taken"), self.tr("File"), self.tr("Size")])
        ui.table.setUniformRowHeights(True)
        # In line with the words of the header.
        ui.table.setStyleSheet("QTreeView::item { padding-left: 5px; padding-right: 5px; }")
        head = ui.table.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        ui.table.setColumnWidth(0, 150)
        ui.table.setColumnWidth(2, 100)
        ui.table.headerItem().setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        ui.table.currentItemChanged.connect(lambda _item, _before: self._buttons())
        ui.look_again.clicked.connect(self.look)
        ui.download.clicked.connect(self._ask_where)
        ui.restore.clicked.connect(self._confirm)
        ui.delete_backup.clicked.connect(self._confirm_delete)
        ui.close_dialog.clicked.connect(self.reject)
        for button in (ui.look_again, ui.download, ui.delete_backup, ui.restore):
            button.setAutoDefault(False)
        QShortcut(QKeySequence("F5"), self, self.look)
        self.resize(*_SIZE)
        self._show(())
        self.look()

    @property
    def chosen(self) -> Backup | None:
        """The selected backup."""
        item = self.ui.table.currentItem()
        return item.data(0, _BACKUP) if item is not None else None

    def look(self) -> None:
        """Ask the host for its backups."""
        workbench, host = self.workbench, self.host

        def work(job: Job) -> tuple[Backup, ...]:
            from azdesk.app.backups import listed

            return listed(workbench.session, host, job)

        self.ui.look_again.setEnabled(False)
        task = workbench.run(
            work,
            title=self.tr("Asking %1 for its backups").replace("%1", host),
            host=host,
            done=self._show,
            failed=self._failed,
        )
        task.finished.connect(self._looked)

    def download_to(self, path: Path) -> None:
        """Fetch the selected backup into a file."""
        workbench, host, backup = self.workbench, self.host, self.chosen
        if backup is None:
            return

        def work(job: Job) -> int:
            from azdesk.app.backups import download

            return download(workbench.session, host, backup.name, path, job)

        workbench.run(
            work,
            title=self.tr("Downloading %1").replace("%1", backup.name),
            host=host,
            done=while_there(self, lambda _size: self._downloaded(path)),
            failed=self._failed,
        )

    def restore(self) -> None:
        """Put the selected backup back; whoever calls it has asked."""
        workbench, host, backup = self.workbench, self.host, self.chosen
        if backup is None:
            return

        def work(job: Job) -> HostOutcome:
            from azdesk.app.backups import restore

            return restore(workbench.session, host, backup.name, job)

        self.ui.restore.setEnabled(False)
        task = workbench.run(
            work,
            title=self.tr("Restoring %1").replace("%1", backup.name),
            host=host,
            done=self._restored,
            failed=self._failed,
        )
        task.finished.connect(lambda: workbench.look((host,)))

    def delete(self) -> None:
        """Remove the selected backup from the host; whoever calls it has asked."""
        workbench, host, backup = self.workbench, self.host, self.chosen
        if backup is None:
            return

        def work(job: Job) -> HostOutcome:
            from azdesk.app.backups import delete

            return delete(workbench.session, host, backup.name, job)

        self.ui.delete_backup.setEnabled(False)
        workbench.run(
            work,
            title=self.tr("Deleting %1").replace("%1", backup.name),
            host=host,
            done=while_there(self, self._deleted),
            failed=while_there(self, self._failed),
        )

    # -- inside ----------------------------------------------------------------------------------------------

    def _show(self, backups: tuple[Backup, ...]) -> None:
        table = self.ui.table
        table.clear()
        now = datetime.now(UTC)
        for backup in backups:
            when = datetime.fromtimestamp(backup.at, UTC)
            size = QLocale().formattedDataSize(backup.size, 1)
            item = QTreeWidgetItem([relative.ago(when, now), backup.name, size])
            item.setToolTip(0, relative.exact(when))
            item.setToolTip(1, hover(backup.name))
            item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setData(0, _BACKUP, backup)
            table.addTopLevelItem(item)
        table.setVisible(bool(backups))
        self.ui.empty_place.setVisible(not backups)
        if backups:
            first = table.topLevelItem(0)
            assert first is not None
            table.setCurrentItem(first)
            table.setFocus()
        self._buttons()

    def _buttons(self) -> None:
        some = self.chosen is not None
        self.ui.download.setEnabled(some)
        self.ui.restore.setEnabled(some)
        self.ui.delete_backup.setEnabled(some)

    def _looked(self) -> None:
        self.ui.look_again.setEnabled(True)

    def _ask_where(self) -> None:
        from azdesk.app.backups import suggested_name

        backup = self.chosen
        if backup is None:
            return
        chosen, _kind = QFileDialog.getSaveFileName(self, self.tr("Download backup"), suggested_name(backup))
        if chosen:
            self.download_to(Path(chosen))

    def _confirm(self) -> None:
        from azdesk.app.backups import of_directory

        backup = self.chosen
        if backup is None:
            return
        if of_directory(backup.name):
            self._restore_directory(backup)
            return
        node = self.workbench.fleet.node(self.host)
        dialog = ConfirmDialog(
            self.tr("Restore this backup on %1?").replace("%1", self.host),
            self.tr(
                "ejabberd stops; its present data, node name and cookie are replaced by those in %1. A backup of the "
                "present data is taken first. A host that was in a cluster may not be in it afterwards."
            ).replace("%1", backup.name),
            self.tr("&Restore"),
            word=node,
            parent=self,
        )
        dialog.accepted.connect(self.restore)
        dialog.open()

    def _restore_directory(self, backup: Backup) -> None:
        from azdesk.ui.dialogs.restore_directory import RestoreDirectoryDialog

        dialog = RestoreDirectoryDialog(self.workbench, backup, self)
        dialog.restored.connect(lambda said: self.ui.banner.show_message("info", said))
        dialog.open()

    def _confirm_delete(self) -> None:
        backup = self.chosen
        if backup is None:
            return
        dialog = ConfirmDialog(
            self.tr("Delete this backup on %1?").replace("%1", self.host),
            self.tr(
                "What is in %1 can then be restored by nobody. Download it first if you are not sure."
            ).replace("%1", backup.name),
            self.tr("&Delete"),
            parent=self,
        )
        dialog.accepted.connect(self.delete)
        dialog.open()

    def _deleted(self, outcome: HostOutcome) -> None:
        if outcome.good:
            self.ui.banner.show_message("info", self.tr("The backup is deleted."))
        else:
            self.ui.banner.show_message("error", outcome.message or self.tr("The backup was not deleted."))
        self.look()

    def _downloaded(self, path: Path) -> None:
        self.ui.banner.show_message("info", self.tr("Saved as %1.").replace("%1", str(path)))

    def _restored(self, outcome: HostOutcome) -> None:
        self._buttons()
        if outcome.good:
            self.ui.banner.show_message("info", self.tr("The backup is restored, and ejabberd runs with it."))
        else:
            self.ui.banner.show_message("error", outcome.message or self.tr("The backup was not restored."))
        self.look()

    def _failed(self, error: AzdeskError) -> None:
        self._buttons()
        self.ui.banner.show_message("error", error.what, error.next_step)

"""The enrolment journal, for reading."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QHeaderView, QTreeWidgetItem, QWidget

from azdesk.enrol.forms import FORMS
from azdesk.ui import relative
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.forms.enrolment_journal import Ui_EnrolmentJournalDialog
from azdesk.ui.hover import hover
from azdesk.ui.mapping.words import counted, listed
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from azdesk.app.enrolment import Entry
    from azdesk.core.errors import AzdeskError
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

_SIZE = (820, 520)
_WORDS = Qt.ItemDataRole.UserRole


class EnrolmentJournalDialog(GrowingDialog):
    """The newest first."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ui = ui = Ui_EnrolmentJournalDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        ui.title.setTextFormat(Qt.TextFormat.PlainText)
        ui.filter.set_placeholder(self.tr("Filter by person or admin"))
        ui.empty_layout.addWidget(
            EmptyState(
                "journal",
                self.tr("Nothing yet"),
                self.tr("Here stands who showed, copied, saved or printed whose code."),
            )
        )
        ui.table.setHeaderLabels([self.tr("When"), self.tr("Who"), self.tr("Did"), self.tr("Whose")])
        ui.table.setUniformRowHeights(True)
        # In line with the words of the header.
        ui.table.setStyleSheet("QTreeView::item { padding-left: 5px; padding-right: 5px; }")
        head = ui.table.header()
        head.setStretchLastSection(True)
        for column, width in enumerate((130, 170, 230)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            ui.table.setColumnWidth(column, width)
        ui.filter.filter_changed.connect(lambda _words: self._filter())
        ui.filter.left.connect(self.reject)
        ui.filter.into_list.connect(ui.table.setFocus)
        ui.close_dialog.clicked.connect(self.reject)
        ui.close_dialog.setAutoDefault(False)
        QShortcut(ui.filter.focus_shortcut(), self, ui.filter.setFocus)
        self.resize(*_SIZE)
        ui.empty_place.hide()
        ui.filter.setFocus()

        def work(_job: Job) -> tuple[Entry, ...]:
            from azdesk.app.enrolment import entries

            return entries()

        workbench.run(
            work,
            title=self.tr("Reading the enrolment journal"),
            done=self._show,
            failed=self._failed,
            quiet=True,
            hidden=True,
        )

    def _show(self, entries: tuple[Entry, ...]) -> None:
        now = datetime.now(UTC)
        for entry in entries:
            when = datetime.fromtimestamp(entry.at, UTC)
            people = (
                listed(entry.people, most=3)
                if len(entry.people) < 5
                else counted(len(entry.people), "", self.tr("%1 people"))
            )
            item = QTreeWidgetItem([relative.ago(when, now), entry.who, self._did(entry), people])
            item.setToolTip(0, relative.exact(when))
            item.setToolTip(2, hover(entry.target))
            people = "\n".join(entry.people[:40])
            item.setToolTip(3, hover(f"{people}\n…" if len(entry.people) > 40 else people))
            item.setData(0, _WORDS, " ".join((entry.who, *entry.people)).lower())
            self.ui.table.addTopLevelItem(item)
        self.ui.table.setVisible(bool(entries))
        self.ui.empty_place.setVisible(not entries)

    def _did(self, entry: Entry) -> str:
        from azdesk.app.enrolment import Act

        form = FORMS[entry.form].title if entry.form in FORMS else entry.form
        words = {
            Act.SHOWN: self.tr("showed: %1"),
            Act.COPIED: self.tr("copied: %1"),
            Act.SAVED: self.tr("saved: %1"),
            Act.PRINTED: self.tr("printed: %1"),
        }
        return words[entry.act].replace("%1", form)

    def _filter(self) -> None:
        words = self.ui.filter.text().lower().split()
        table = self.ui.table
        for row in range(table.topLevelItemCount()):
            item = table.topLevelItem(row)
            if item is not None:
                item.setHidden(not all(word in item.data(0, _WORDS) for word in words))

    def _failed(self, error: AzdeskError) -> None:
        self.ui.banner.show_message("error", error.what, error.next_step)

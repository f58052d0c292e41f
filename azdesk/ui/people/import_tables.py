"""The tables of the import: how their cells are painted, and how a column is chosen."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from azdesk.directory.bulk.headings import TARGETS
from azdesk.directory.bulk.plans import Action
from azdesk.ui import icons, theme
from azdesk.ui.people.import_model import ColumnsModel, Index
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets import rows

_STATES = {
    Action.ADD: State.RIGHT,
    Action.CHANGE: State.DIFFERS,
    Action.UNCHANGED: None,
    Action.REFUSED: State.FAILING,
}


class Words(QStyledItemDelegate):
    """Paints cells in line with their heads; a plan's row has its mark before what would be done."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            rows.ground(painter, rect, "selected", radius=0)
        item = index.data(Qt.ItemDataRole.UserRole)
        state = None
        if item is not None and index.column() == index.model().columnCount() - 1:
            state = _STATES[item.action]
        rows.mark_text_note(
            painter,
            rect.adjusted(8, 0, -8, 0),
            text=str(index.data(Qt.ItemDataRole.DisplayRole)),
            note="",
            font=theme.ui_font(),
            note_font=theme.note_font(),
            state=state,
        )


class Targets(Words):
    """Chooses what a column is."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if index.column() == index.model().columnCount() - 1:
            box = QRect(option.rect.right() - 28, option.rect.top(), 16, option.rect.height())
            icons.paint(painter, box, "chevron-down")

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        box = QComboBox(parent)
        box.setAccessibleName(self.tr("What this column is"))
        box.addItem(self.tr("left out"), "")
        for key, title in TARGETS.items():
            box.addItem(title, key)
        box.activated.connect(lambda _at: self.commitData.emit(box))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        editor.setCurrentIndex(max(0, editor.findData(index.data(Qt.ItemDataRole.EditRole))))

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        assert isinstance(editor, QComboBox)
        assert isinstance(model, ColumnsModel)
        model.setData(index, editor.currentData())


def dress(table: QTableView, model: QAbstractItemModel, widths: tuple[int, ...]) -> None:
    """Give a table its model and the manners that all of them share."""
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.verticalHeader().setDefaultSectionSize(30)
    head = table.horizontalHeader()
    head.setHighlightSections(False)
    head.setStretchLastSection(True)
    for at, width in enumerate(widths):
        table.setColumnWidth(at, width)

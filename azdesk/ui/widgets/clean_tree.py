"""A tree whose selected row is one clean shape from edge to edge, with one mark for opening and closing."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem, QTreeView, QWidget

from azdesk.ui import icons
from azdesk.ui.widgets import rows

_CHEVRON_PX = 16
_LEFT_PX = 4
_INDENT_PX = 14


class CleanTree(QTreeView):
    """One column; the delegate paints the content, this class the ground, the ring and the mark left of it."""

    hover_tone = "hover"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHeaderHidden(True)
        self.setIndentation(_INDENT_PX)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setStyleSheet("QTreeView { background: transparent; }")

    def drawRow(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        # Already the whole row; asking for the viewport would load every widget class of Qt at the first paint.
        row = QRect(option.rect)
        state = option.state
        if self.selectionModel().isSelected(index):
            rows.ground(painter, row, "selected")
            if self.hasFocus():
                rows.focus_ring(painter, row, radius=5)
        elif state & QStyle.StateFlag.State_MouseOver and index.flags() & Qt.ItemFlag.ItemIsSelectable:
            rows.ground(painter, row, self.hover_tone)
        content = self.visualRect(index)
        if self.model().rowCount(index):
            name = "chevron-down" if self.isExpanded(index) else "chevron-right"
            icons.paint(painter, self._chevron(content), name)
        own = QStyleOptionViewItem(option)
        own.rect = content
        self.itemDelegate().paint(painter, own, index)

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        rect = super().visualRect(index)
        return rect.adjusted(_LEFT_PX, 0, 0, 0) if rect.isValid() else rect

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Nothing: `drawRow` draws the one mark we have."""

    def _chevron(self, content: QRect) -> QRect:
        if self.isRightToLeft():
            return QRect(content.right() + 2, content.top(), _CHEVRON_PX, content.height())
        return QRect(content.left() - _INDENT_PX - 2, content.top(), _CHEVRON_PX, content.height())

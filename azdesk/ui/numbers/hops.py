"""The way of a call, drawn as stops on a line."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from azdesk.ui import theme
from azdesk.ui.numbersmodels import Hop
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets import rows
from azdesk.ui.widgets.marks import paint_mark, state_word

Index = QModelIndex | QPersistentModelIndex
HOP = Qt.ItemDataRole.UserRole
_LINE_PX = 20
_RAIL_PX = 36


class HopModel(QAbstractListModel):
    """The stops."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hops: tuple[Hop, ...] = ()

    def set_hops(self, hops: tuple[Hop, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self.hops = hops
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.hops)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hop = self.hops[index.row()]
        if role == HOP:
            return hop
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            ends = state_word(hop.state) if hop.state else ""
            parts = (*head_words(hop), hop.what, *hop.actions, hop.differs, ends)
            return ", ".join(part for part in parts if part)
        return None


def head_words(hop: Hop) -> tuple[str, str]:
    """Host and number of a hop; context and pattern."""
    return f"{hop.host}   {hop.number}", f"{hop.context} · {hop.pattern}"


class HopDelegate(QStyledItemDelegate):
    """A stop on the way: the rail at the left goes on to the next one."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hop = index.data(HOP)
        if not isinstance(hop, Hop):
            return
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            rows.ground(painter, rect.adjusted(2, 2, -2, -2), "selected")
        elif option.state & QStyle.StateFlag.State_MouseOver:
            rows.ground(painter, rect.adjusted(2, 2, -2, -2), "hover")
        indent = 3 * GRID if hop.aside else 0
        self._rail(painter, rect.adjusted(indent, 0, 0, 0), hop, index)
        left = rect.left() + indent + _RAIL_PX
        top = rect.top() + GRID
        line = QRect(left, top, rect.right() - left - GRID, _LINE_PX)
        first, second = head_words(hop)
        rows.mark_text_note(
            painter,
            line,
            text=first,
            note=second,
            font=theme.heading_font(),
            note_font=theme.file_font(),
        )
        for words, tone in _lines(hop):
            line = line.translated(0, _LINE_PX)
            rows.words(painter, line, words, font=theme.ui_font(), tone=tone)

    def _rail(self, painter: QPainter, rect: QRect, hop: Hop, index: Index) -> None:
        x, y = rect.left() + 18, rect.top() + GRID + _LINE_PX // 2
        last = index.row() + 1 == index.model().rowCount()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens().field_line), 2))
        if index.row():
            painter.drawLine(x, rect.top(), x, y - 9)
        if not last:
            painter.drawLine(x, y + 9, x, rect.bottom() + 1)
        if hop.state is not None:
            paint_mark(painter, QRect(x - 8, y - 8, 16, 16), hop.state)
        elif hop.differs:
            paint_mark(painter, QRect(x - 8, y - 8, 16, 16), State.DIFFERS)
        else:
            painter.setPen(QPen(QColor(theme.tokens().accent), 2))
            painter.setBrush(QColor(theme.tokens().surface))
            painter.drawEllipse(x - 5, y - 5, 10, 10)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hop = index.data(HOP)
        return QSize(200, (1 + len(_lines(hop))) * _LINE_PX + 2 * GRID)


def _lines(hop: Hop) -> list[tuple[str, str]]:
    """What stands below a hop's head, with its tone."""
    found = [
        (hop.what, "quiet_strong"),
        *((one, "text") for one in hop.actions),
        (hop.differs, "differs_text"),
    ]
    return [(words, tone) for words, tone in found if words]

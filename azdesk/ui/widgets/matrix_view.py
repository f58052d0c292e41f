"""The must-be-equal matrix of a cluster: where a value differs, that is the error, and it is what is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from azdesk.ui import theme
from azdesk.ui.hover import hover
from azdesk.ui.viewmodels import Matrix, MatrixCell, State
from azdesk.ui.widgets import rows
from azdesk.ui.widgets.marks import state_word

_LABEL_PX = 160
_LEAST_PX = 96
_READABLE_PX = 128
"""Columns that want more than this are narrowed to it before the matrix scrolls; the value is shortened in the middle."""
_MOST_PX = 320
_MARGIN_PX = 18
_ROW_PX = 30
_HEAD_PX = 30
_SOFT = {State.DIFFERS: "differs_soft", State.FAILING: "failing_soft", State.UNREACHABLE: "failing_soft"}
_WORD = {State.UNKNOWN: "quiet_strong", State.UNREACHABLE: "quiet_strong"}

Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.matrix = Matrix(key="", title="")
        self.corner = ""

    def set_matrix(self, matrix: Matrix) -> None:
        if _shape(matrix) == _shape(self.matrix):
            self.matrix = matrix
            self.dataChanged.emit(self.index(0, 0), self.index(len(matrix.rows) - 1, len(matrix.nodes)))
            return
        self.beginResetModel()
        self.matrix = matrix
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.matrix.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1 + len(self.matrix.nodes)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.corner if section == 0 else self.matrix.nodes[section - 1]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def cell(self, index: Index) -> MatrixCell | None:
        cells = self.matrix.rows[index.row()].cells
        return cells[index.column() - 1] if 0 < index.column() <= len(cells) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text if cell else self.matrix.rows[index.row()].label
        if role == Qt.ItemDataRole.ToolTipRole and cell:
            return hover(cell.full or cell.text)
        if role == Qt.ItemDataRole.AccessibleTextRole and cell:
            return f"{cell.text}, {state_word(cell.state)}" if cell.state else cell.text
        if role == Qt.ItemDataRole.UserRole:
            return cell
        return None


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = index.data(Qt.ItemDataRole.UserRole)
        rect: QRect = option.rect
        if isinstance(cell, MatrixCell) and cell.state in _SOFT:
            painter.fillRect(rect, QColor(getattr(theme.tokens(), _SOFT[cell.state])))
        if option.state & QStyle.StateFlag.State_HasFocus:
            rows.focus_ring(painter, rect, radius=4)
        mark = cell.state if isinstance(cell, MatrixCell) and cell.state in _SOFT else None
        token = _WORD.get(cell.state, "text") if isinstance(cell, MatrixCell) and cell.state else "text"
        rows.mark_text_note(
            painter,
            rect.adjusted(8, 0, -8, 0),
            text=str(index.data(Qt.ItemDataRole.DisplayRole)),
            note="",
            font=theme.ui_font(),
            note_font=theme.note_font(),
            state=mark,
            text_tone=token,
            elide=Qt.TextElideMode.ElideMiddle if index.column() else Qt.TextElideMode.ElideRight,
        )


class _Header(QHeaderView):
    """Column heads painted with the same margins as the cells, so that both stand in one line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setFixedHeight(_HEAD_PX)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        text = str(self.model().headerData(logical, Qt.Orientation.Horizontal) or "")
        rows.words(
            painter, rect.adjusted(8, 0, -8, 0), text, font=theme.note_font(), tone="quiet_strong",
            elide=Qt.TextElideMode.ElideMiddle,
        )  # fmt: skip
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(theme.tokens().line))


class MatrixView(QTableView):
    """As tall as its rows; more nodes than fit scroll sideways.

    Args:
        headed: whether it says itself what it is about; not where that stands above it.
    """

    cell_requested = Signal(str, int, int)
    """matrix key, row, index of the node: show what is behind it."""

    def __init__(self, parent: QWidget | None = None, *, headed: bool = True) -> None:
        super().__init__(parent)
        self._cells = _Model()
        self._wanted: list[int] = []
        self._cells.corner = self.tr("Must be equal") if headed else ""
        self.setHorizontalHeader(_Header(self))
        self.setModel(self._cells)
        self.setItemDelegate(_Delegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.activated.connect(self._open)
        self.doubleClicked.connect(self._open)

    def set_matrix(self, matrix: Matrix) -> None:
        """Show a matrix."""
        if matrix == self._cells.matrix:
            return
        self._cells.set_matrix(matrix)
        metrics = QFontMetrics(theme.ui_font())
        # Most nodes of a row say the same: each text is measured once.
        names = [metrics.horizontalAdvance(name) + _MARGIN_PX for name in matrix.nodes]
        columns = [self._cell_widths(metrics, row.cells) for row in matrix.rows]
        wanted = [max(widths) for widths in zip(names, *columns, strict=True)]
        self.setAccessibleName(matrix.title)
        if wanted != self._wanted:
            self._wanted = wanted
            self._arrange()

    def _cell_widths(self, metrics: QFontMetrics, cells: Sequence[MatrixCell]) -> list[int]:
        known: dict[tuple[str, State | None], int] = {}
        for cell in cells:
            if (cell.text, cell.state) not in known:
                mark = rows.MARK_COLUMN_PX if cell.state in _SOFT else 0
                width = metrics.horizontalAdvance(cell.text) + _MARGIN_PX + mark
                known[cell.text, cell.state] = width
        return [known[cell.text, cell.state] for cell in cells]

    def sizeHint(self) -> QSize:
        return QSize(600, _HEAD_PX + _ROW_PX * len(self._cells.matrix.rows))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Up and down belongs to the page around it."""
        if abs(event.angleDelta().x()) > abs(event.angleDelta().y()):
            super().wheelEvent(event)
        else:
            event.ignore()

    def _arrange(self) -> None:
        if not self._wanted:
            return
        room = self.width() - _LABEL_PX
        widths = _share(self._wanted, room)
        self.setColumnWidth(0, _LABEL_PX)
        for at, width in enumerate(widths, 1):
            self.setColumnWidth(at, width)
        bar = self.horizontalScrollBar().sizeHint().height() if sum(widths) > room else 0
        self.setFixedHeight(_HEAD_PX + _ROW_PX * len(self._cells.matrix.rows) + bar)

    def _open(self, index: QModelIndex) -> None:
        if index.column() > 0:
            self.cell_requested.emit(self._cells.matrix.key, index.row(), index.column() - 1)


def _shape(matrix: Matrix) -> tuple[object, ...]:
    return matrix.nodes, tuple(row.label for row in matrix.rows)


def _share(wanted: list[int], room: int) -> list[int]:
    """Column widths: what each wants if that fits, with the rest shared out; else less for those that want most."""
    widths = [max(_LEAST_PX, min(_MOST_PX, want)) for want in wanted]
    while sum(widths) > room and max(widths) > _READABLE_PX:
        widest = max(widths)
        tall = [at for at, width in enumerate(widths) if width == widest]
        floor = max([_READABLE_PX, *(width for width in widths if width < widest)])
        cut = min(widest - floor, -(-(sum(widths) - room) // len(tall)))
        for at in tall:
            widths[at] -= cut
    spare = room - sum(widths)
    if spare > 0:
        each, rest = divmod(spare, len(widths))
        widths = [width + each + (at < rest) for at, width in enumerate(widths)]
    return widths

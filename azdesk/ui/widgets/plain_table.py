"""A plain table of rows with marks, sorted by its heads."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from azdesk.ui import theme
from azdesk.ui.hover import hover
from azdesk.ui.viewmodels import State, TableRow
from azdesk.ui.widgets import copying, rows
from azdesk.ui.widgets.marks import state_word

Index = QModelIndex | QPersistentModelIndex
_ROW = Qt.ItemDataRole.UserRole
_WIDE_PX = 100
_LEAST_PX = 72
_SORT = Qt.ItemDataRole.UserRole + 1
_INSET = Qt.ItemDataRole.UserRole + 2
"""Pixels that a cell without a mark keeps free for its neighbours' marks."""


class _Model(QAbstractTableModel):
    def __init__(self, heads: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.rows: tuple[TableRow, ...] = ()
        self._heads = tuple(heads)
        self._marked = False

    def set_rows(self, found: tuple[TableRow, ...]) -> None:
        self._marked = any(row.state is not None for row in found)
        if [row.key for row in found] == [row.key for row in self.rows]:
            self.rows = found
            if found:
                self.dataChanged.emit(self.index(0, 0), self.index(len(found) - 1, len(self._heads) - 1))
            return
        self.beginResetModel()
        self.rows = found
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == _ROW:
            return row
        if role == _INSET:
            return rows.MARK_COLUMN_PX if column == 0 and self._marked and row.state is None else 0
        if role == _SORT:
            return row.sorted_by(column)
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return hover(row.tooltip or row.cells[column])
        if role == Qt.ItemDataRole.AccessibleTextRole and column == 0 and row.state is not None:
            return f"{row.cells[0]}, {state_word(row.state)}"
        return None


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(_ROW)
        if not isinstance(row, TableRow):
            return
        if option.state & QStyle.StateFlag.State_Selected:
            rows.ground(painter, option.rect, "selected", radius=0)
        state: State | None = row.state if index.column() == 0 else None
        rows.mark_text_note(
            painter,
            option.rect.adjusted(8 + index.data(_INSET), 0, -8, 0),
            text=row.cells[index.column()],
            note="",
            font=theme.ui_font(),
            note_font=theme.note_font(),
            state=state,
            text_tone="quiet_strong" if row.quiet else "text",
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, rows.ROW_PX)


class PlainTable(QTableView):
    """Shows `TableRow` values.

    Args:
        name: for screen readers.
        heads: words of the columns.
        widths: of the columns, in pixels; until they are changed by hand, wide ones take the rest of the room, or give some.
        steady: columns that are as wide as that however wide they are.
    """

    chosen = Signal()
    """Other rows are selected."""
    opened = Signal(str)
    """Key of the row on which there was a double click, or Return."""
    removed = Signal()
    """Delete was pressed."""
    moved = Signal(int)
    """Alt+Up (-1) or Alt+Down (1) was pressed."""

    def __init__(
        self,
        name: str,
        heads: Sequence[str],
        widths: Sequence[int],
        parent: QWidget | None = None,
        *,
        steady: Collection[int] = (),
    ) -> None:
        super().__init__(parent)
        self._model = _Model(heads, self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setSortRole(_SORT)
        self.setModel(self._proxy)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        upright = self.verticalHeader()
        upright.hide()
        upright.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        upright.setMinimumSectionSize(rows.ROW_PX)
        upright.setDefaultSectionSize(rows.ROW_PX)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setMinimumSectionSize(40)
        head.setSortIndicatorShown(True)
        head.setSortIndicatorClearable(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self._offered: tuple[QAbstractButton, ...] = ()
        self._widths, self._steady = tuple(widths), frozenset(steady)
        self._by_hand = self._fitting = False
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)
        head.sectionResized.connect(self._resized)
        self.selectionModel().selectionChanged.connect(lambda *_what: self.chosen.emit())
        self.doubleClicked.connect(self._open)

    def set_rows(self, found: Sequence[TableRow]) -> None:
        """Show these rows; what is selected stays so."""
        keys, bar = self.selected(), self.verticalScrollBar().value()
        current = self.current()
        self._model.set_rows(tuple(found))
        self.select(keys, current=current)
        self.verticalScrollBar().setValue(bar)

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """What is shown, in the order in which it came."""
        return self._model.rows

    def shown(self) -> tuple[TableRow, ...]:
        """What is shown, from top to bottom."""
        return tuple(
            self._model.rows[self._proxy.mapToSource(self._proxy.index(at, 0)).row()]
            for at in range(self._proxy.rowCount())
        )

    @property
    def sorted_by_hand(self) -> bool:
        """Whether the rows may stand in another order than they came in."""
        head = self.horizontalHeader()
        section = head.sortIndicatorSection()
        if section < 0:
            return False
        if head.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder:
            return True
        keys = [row.sorted_by(section) for row in self._model.rows]
        return any(above > below for above, below in itertools.pairwise(keys))

    def offer(self, *buttons: QAbstractButton) -> None:
        """A right click, or the menu key, offers what these buttons do."""
        self._offered = buttons

    def menu(self) -> QMenu:
        """What can be done with the selected rows; the menu deletes itself."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._offered:
            if not button.isHidden():
                # What stands behind a tab is shown as the shortcut that it is.
                action = menu.addAction((button.text() or button.accessibleName()).replace("   ", "\t"))
                action.triggered.connect(button.click)
                action.setEnabled(button.isEnabled())
        menu.addSeparator()
        copy = menu.addAction(self.tr("&Copy"))
        copy.triggered.connect(lambda: copying.copy_rows(self))
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setEnabled(self.selectionModel().hasSelection())
        return menu

    def row(self, key: str) -> TableRow | None:
        """A row by its key."""
        return next((row for row in self._model.rows if row.key == key), None)

    def selected(self) -> tuple[str, ...]:
        """Keys of the selected rows, from top to bottom."""
        found = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(str(self._proxy.index(at, 0).data(_ROW).key) for at in found)

    def current(self) -> str:
        """Key of the row that has the keyboard; empty: none."""
        index = self.currentIndex()
        return str(index.data(_ROW).key) if index.isValid() else ""

    def select(self, keys: Sequence[str], *, current: str = "") -> None:
        """Select these rows; the first of them, or `current`, gets the keyboard."""
        places = {row.key: at for at, row in enumerate(self._model.rows)}
        wanted = [key for key in keys if key in places]
        if tuple(wanted) == self.selected():
            return
        model = self.selectionModel()
        model.clearSelection()
        flags = QItemSelectionModel.SelectionFlag
        for key in wanted:
            index = self._proxy.mapFromSource(self._model.index(places[key], 0))
            if key == (current if current in wanted else wanted[0]):
                model.setCurrentIndex(index, flags.Select | flags.Rows)
                self.scrollTo(index)
            else:
                model.select(index, flags.Select | flags.Rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._by_hand or max(self._widths) < _WIDE_PX:
            return
        wide = [at for at, width in enumerate(self._widths) if width >= _WIDE_PX and at not in self._steady]
        rest = self.viewport().width() - sum(self._widths)
        share = sum(self._widths[at] for at in wide)
        self._fitting = True
        for at, width in enumerate(self._widths):
            more = math.floor(rest * width / share) if at in wide else 0
            self.setColumnWidth(at, max(min(width, _LEAST_PX), width + more))
        self._fitting = False

    def _resized(self) -> None:
        self._by_hand = self._by_hand or not self._fitting

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft())
        self.menu().popup(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.current())
        elif event.matches(QKeySequence.StandardKey.Copy):
            copying.copy_rows(self)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(str(index.data(_ROW).key))

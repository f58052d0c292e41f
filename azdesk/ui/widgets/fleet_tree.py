"""The fleet tree: painted by ourselves, so that a selected row is one clean shape from edge to edge."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from azdesk.ui import theme
from azdesk.ui.viewmodels import TreeItem, TreeKind
from azdesk.ui.widgets import rows
from azdesk.ui.widgets.clean_tree import CleanTree
from azdesk.ui.widgets.tree_model import ITEM_ROLE, KEY_ROLE, SEARCH_ROLE, TreeModel


class _Delegate(QStyledItemDelegate):
    """Paints a row's content; the ground is painted by the view across the whole width."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        item = index.data(ITEM_ROLE)
        if not isinstance(item, TreeItem):
            return
        heading = item.kind in (TreeKind.GROUP, TreeKind.CLUSTER)
        rows.mark_text_note(
            painter,
            option.rect.adjusted(0, 0, -8, 0),
            text=item.text,
            note=item.note,
            font=theme.heading_font() if heading else theme.ui_font(),
            note_font=theme.note_font(),
            icon=item.icon,
            state=item.state,
            elide=Qt.TextElideMode.ElideMiddle if item.kind is TreeKind.HOST else Qt.TextElideMode.ElideRight,
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, rows.ROW_PX)

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        editor = QLineEdit(parent)
        editor.setStyleSheet("padding: 0 4px; min-height: 22px;")
        editor.setAccessibleName(self.tr("New name"))
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        editor.setGeometry(option.rect.adjusted(rows.MARK_COLUMN_PX - 6, 1, -4, -1))


class FleetTree(CleanTree):
    """Fleet pages, clusters with their hosts, trunks.

    Drag or Alt+Up / Alt+Down asks to move, F2 to rename, the context menu is the window's business.
    """

    page_requested = Signal(str)
    """Key of the row that was chosen, once per change."""
    rename_requested = Signal(str, str)
    """key, new name."""
    move_requested = Signal(object, str, int)
    """keys (tuple), key of the new parent, row there (-1: at the end)."""
    menu_requested = Signal(str, object)
    """key of the row (empty: none) and the global QPoint for a menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = TreeModel(self)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setFilterRole(SEARCH_ROLE)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._proxy.setRecursiveFilteringEnabled(True)
        self._proxy.setAutoAcceptChildRows(True)
        self._closed: set[str] = set()
        self._quiet = False
        self.setModel(self._proxy)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(self.tr("Fleet"))
        self.hover_tone = "sidebar_hover"
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.collapsed.connect(lambda index: self._remember(index, closed=True))
        self.expanded.connect(lambda index: self._remember(index, closed=False))
        self._model.rename_requested.connect(self.rename_requested)
        self._model.move_requested.connect(self.move_requested)
        self.selectionModel().currentChanged.connect(self._current)

    # -- content ----------------------------------------------------------------------------------------------------------

    def set_items(self, items: Sequence[TreeItem]) -> None:
        """Show these rows; what was open, selected and scrolled to stays so."""
        key, scroll = self.current_key(), self.verticalScrollBar().value()
        self._quiet = True
        if not self._model.set_items(items):
            self._restore_open()
            if key:
                self.select(key)
            self.verticalScrollBar().setValue(scroll)
        self._quiet = False

    def set_filter(self, text: str) -> None:
        """Show only rows that contain `text`, with the groups they are in."""
        self._quiet = True
        self._proxy.setFilterFixedString(text)
        if text:
            self.expandAll()
        else:
            self._restore_open()
        self._quiet = False

    def select(self, key: str) -> bool:
        """Make a row the current one, without `page_requested`; False if it is not shown."""
        index = self._proxy.mapFromSource(self._model.index_of(key))
        if not index.isValid():
            return False
        was, self._quiet = self._quiet, True
        self.setCurrentIndex(index)
        self._quiet = was
        return True

    def select_nothing(self) -> None:
        """No row is the current one: a page is shown that the tree does not have, and any row leads away from it."""
        was, self._quiet = self._quiet, True
        self.setCurrentIndex(QModelIndex())
        self._quiet = was

    def select_first(self) -> None:
        """Go to the first row that is a page; for Down in the filter."""
        index = self._proxy.index(0, 0)
        while index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsSelectable:
            index = self.indexBelow(index)
        if index.isValid():
            self.setCurrentIndex(index)
            self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def current_key(self) -> str:
        """Key of the current row; empty if none."""
        return str(self.currentIndex().data(KEY_ROLE) or "")

    def visible_keys(self) -> list[str]:
        """Keys of all rows from top to bottom, as filtered and opened."""
        keys: list[str] = []
        index = self._proxy.index(0, 0)
        while index.isValid():
            keys.append(str(index.data(KEY_ROLE)))
            index = self.indexBelow(index)
        return keys

    @property
    def closed_groups(self) -> tuple[str, ...]:
        """Keys of groups that the admin closed, for the next session."""
        return tuple(sorted(self._closed))

    def set_closed_groups(self, keys: Sequence[str]) -> None:
        """Close these groups, open all others."""
        self._closed = set(keys)
        self._restore_open()

    # -- hands ------------------------------------------------------------------------------------------------------------

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        super().mouseReleaseEvent(event)
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            item = index.data(ITEM_ROLE)
            if (
                isinstance(item, TreeItem)
                and item.kind is TreeKind.GROUP
                and event.position().x() > self.visualRect(index).left()
            ):
                self.setExpanded(index, not self.isExpanded(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._nudge(-1 if event.key() == Qt.Key.Key_Up else 1)
            return
        super().keyPressEvent(event)

    def _nudge(self, by: int) -> None:
        index = self._proxy.mapToSource(self.currentIndex())
        if not index.isValid() or not index.flags() & Qt.ItemFlag.ItemIsDragEnabled:
            return
        target = index.row() + by
        if 0 <= target < self._model.rowCount(index.parent()):
            parent = str(index.parent().data(KEY_ROLE) or "")
            self.move_requested.emit((self.current_key(),), parent, target if by < 0 else target + 1)

    def _menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        self.menu_requested.emit(str(index.data(KEY_ROLE) or ""), self.viewport().mapToGlobal(place))

    def _current(self, index: QModelIndex) -> None:
        if not self._quiet and index.isValid() and index.flags() & Qt.ItemFlag.ItemIsSelectable:
            self.page_requested.emit(str(index.data(KEY_ROLE)))

    def _remember(self, index: QModelIndex, *, closed: bool) -> None:
        if self._quiet:
            return
        key = str(index.data(KEY_ROLE))
        if closed:
            self._closed.add(key)
        else:
            self._closed.discard(key)

    def _restore_open(self) -> None:
        was, self._quiet = self._quiet, True
        self.expandAll()
        for key in self._closed:
            index = self._proxy.mapFromSource(self._model.index_of(key))
            if index.isValid():
                self.setExpanded(index, False)
        self._quiet = was

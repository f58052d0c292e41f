"""The fleet tree as a Qt model over `TreeItem` values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from azdesk.ui.hover import hover
from azdesk.ui.viewmodels import TreeItem, TreeKind
from azdesk.ui.widgets.marks import state_word

ITEM_ROLE = Qt.ItemDataRole.UserRole
KEY_ROLE = Qt.ItemDataRole.UserRole + 1
SEARCH_ROLE = Qt.ItemDataRole.UserRole + 2
MIME = "application/x-azdesk-tree-keys"
_HEADINGS = (TreeKind.GROUP, TreeKind.CLUSTER)

Index = QModelIndex | QPersistentModelIndex


class _Node:
    __slots__ = ("children", "item", "parent", "row")

    def __init__(self, item: TreeItem | None, parent: _Node | None, row: int) -> None:
        self.item = item
        self.parent = parent
        self.row = row
        self.children: list[_Node] = (
            [_Node(child, self, at) for at, child in enumerate(item.children)] if item else []
        )


class TreeModel(QAbstractItemModel):
    """Rows of the fleet tree.

    `set_items` changes only what changed while the shape stays the same, so that refreshing 200 hosts neither collapses groups nor
    loses the selection. The model never changes itself: renaming and dropping only ask, with signals.
    """

    rename_requested = Signal(str, str)
    """key, new name."""
    move_requested = Signal(object, str, int)
    """keys (tuple), key of the new parent, row there (-1: at the end)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[TreeItem, ...] = ()
        self._root = _Node(None, None, 0)

    def set_items(self, items: Sequence[TreeItem]) -> bool:
        """Show these rows. Returns False if the shape changed, so that the view has to restore what was open."""
        new = tuple(items)
        if _shape(new) == _shape(self._items):
            self._items = new
            self._update(self._root, new)
            return True
        self.beginResetModel()
        self._items = new
        self._root = _Node(None, None, 0)
        self._root.children = [_Node(item, self._root, at) for at, item in enumerate(new)]
        self.endResetModel()
        return False

    def index_of(self, key: str) -> QModelIndex:
        """Index of the row with this key; invalid if there is none."""
        for node in self._walk(self._root):
            if node.item is not None and node.item.key == key:
                return self.createIndex(node.row, 0, node)
        return QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        children = self._node(parent).children
        return (
            self.createIndex(row, column, children[row])
            if 0 <= row < len(children) and column == 0
            else QModelIndex()
        )

    def parent(self, child: Index) -> QModelIndex:  # type: ignore[override]
        above = self._node(child).parent if child.isValid() else None
        if above is None or above is self._root:
            return QModelIndex()
        return self.createIndex(above.row, 0, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(self._node(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self._node(index).item
        if item is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return item.text
            case Qt.ItemDataRole.ToolTipRole:
                return hover(item.tooltip or item.text)
            case Qt.ItemDataRole.AccessibleTextRole:
                state = state_word(item.state) if item.state else ""
                return ", ".join(part for part in (item.text, state, item.note) if part)
        if role == ITEM_ROLE:
            return item
        if role == KEY_ROLE:
            return item.key
        if role == SEARCH_ROLE:
            return f"{item.text} {item.note} {item.tooltip}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        item = self._node(index).item
        if item is None:
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled
        if item.kind is not TreeKind.GROUP:
            flags |= Qt.ItemFlag.ItemIsSelectable
        if item.renamable:
            flags |= Qt.ItemFlag.ItemIsEditable
        if item.kind in (TreeKind.HOST, TreeKind.CLUSTER):
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        if item.kind in _HEADINGS:
            flags |= Qt.ItemFlag.ItemIsDropEnabled
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        item = self._node(index).item
        name = str(value).strip()
        if item is None or role != Qt.ItemDataRole.EditRole or not name or name == item.text:
            return False
        self.rename_requested.emit(item.key, name)
        return False

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(MIME, "\n".join(str(index.data(KEY_ROLE)) for index in indexes).encode())
        return data

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        if not data.hasFormat(MIME):
            return False
        keys = tuple(bytes(data.data(MIME).data()).decode().split("\n"))
        target = self._node(parent).item
        self.move_requested.emit(keys, target.key if target else "", row)
        return False

    def _node(self, index: Index) -> _Node:
        node = index.internalPointer() if index.isValid() else None
        return node if isinstance(node, _Node) else self._root

    def _walk(self, node: _Node) -> Iterator[_Node]:
        for child in node.children:
            yield child
            yield from self._walk(child)

    def _update(self, node: _Node, items: Sequence[TreeItem]) -> None:
        touched: list[_Node] = []
        for child, item in zip(node.children, items, strict=True):
            old = child.item
            if old == item:
                continue
            child.item = item
            if old is None or _own(old) != _own(item):
                touched.append(child)
            self._update(child, item.children)
        if touched:
            # One signal per group: each costs the proxy a look at everything between its ends.
            first, last = touched[0], touched[-1]
            self.dataChanged.emit(self.createIndex(first.row, 0, first), self.createIndex(last.row, 0, last))


def _shape(items: Sequence[TreeItem]) -> tuple[object, ...]:
    return tuple((item.key, item.kind, _shape(item.children)) for item in items)


def _own(item: TreeItem) -> tuple[object, ...]:
    return (item.text, item.icon, item.state, item.note, item.tooltip, item.renamable)

"""All hosts at a glance: tiles with mark, name and sentence; small ones when there are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from azdesk.ui import theme
from azdesk.ui.hover import hover
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import HostSummary, State
from azdesk.ui.widgets import rows
from azdesk.ui.widgets.marks import paint_mark, state_word

COMPACT_FROM = 25
"""From this many hosts on, a tile is one line."""
_TOKEN = {State.DIFFERS: "differs_text", State.FAILING: "failing_text", State.UNREACHABLE: "failing_text"}

Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.hosts: tuple[HostSummary, ...] = ()

    def set_hosts(self, hosts: tuple[HostSummary, ...]) -> None:
        if [host.key for host in hosts] != [host.key for host in self.hosts]:
            self.beginResetModel()
            self.hosts = hosts
            self.endResetModel()
            return
        old, self.hosts = self.hosts, hosts
        changed = [at for at, (was, now) in enumerate(zip(old, hosts, strict=True)) if was != now]
        if changed:
            self.dataChanged.emit(self.index(changed[0]), self.index(changed[-1]))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.hosts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        host = self.hosts[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return host
        if role == Qt.ItemDataRole.DisplayRole:
            return host.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return hover(
                "\n".join(part for part in (f"{host.name}  {host.address}".strip(), host.sentence) if part)
            )
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{host.name}, {state_word(host.state)}, {host.sentence}"
        return None


class _Delegate(QStyledItemDelegate):
    compact = False
    columns = 1
    cell = 1

    def tile(self, rect: QRect, row: int) -> QRect:
        """The tile inside its cell: cells share out the gaps, so that the first and last tile touch the edges."""
        width = (self.cell * self.columns - GRID * (self.columns - 1)) // self.columns
        offset = (row % self.columns) * GRID // self.columns
        return QRect(rect.left() + offset, rect.top(), width, rect.height() - GRID)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        host = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(host, HostSummary):
            return
        tile = self.tile(option.rect, index.row())
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        rows.ground(painter, tile, "hover" if hovered else "surface", outline="line")
        if option.state & QStyle.StateFlag.State_HasFocus:
            rows.focus_ring(painter, tile)
        if self.compact:
            content = tile.adjusted(8, 0, -8, 0)
            rows.mark_text_note(
                painter,
                content,
                text=host.name,
                note="",
                font=theme.ui_font(),
                note_font=theme.note_font(),
                state=host.state,
                elide=Qt.TextElideMode.ElideMiddle,
            )
            return
        paint_mark(painter, QRect(tile.left() + 12, tile.top() + 10, 16, 18), host.state)
        left = tile.left() + 36
        width = tile.right() - 11 - left
        top = QRect(left, tile.top() + 10, width, 18)
        rows.mark_text_note(
            painter,
            top,
            text=host.name,
            note=host.address,
            font=theme.heading_font(),
            note_font=theme.note_font(),
            note_tone="quiet_strong",
            elide=Qt.TextElideMode.ElideMiddle,
        )
        rows.words(
            painter,
            QRect(left, tile.top() + 30, width, 18),
            host.sentence,
            font=theme.note_font(),
            tone=_TOKEN.get(host.state, "quiet_strong"),
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        return view.gridSize() if isinstance(view, QListView) else QSize(240, 66)


class HostGrid(QListView):
    """Tiles that fill the width evenly; as tall as its content, so the page scrolls, not the grid."""

    host_requested = Signal(str)
    """Key of the host that was opened, by click or Return."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hosts = _Model()
        self._delegate = _Delegate(self)
        self.setModel(self._hosts)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSpacing(0)
        self.setAccessibleName(self.tr("Hosts"))
        self.setStyleSheet("QListView { background: transparent; }")
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._open)
        self.activated.connect(self._open)

    def set_hosts(self, hosts: Sequence[HostSummary]) -> None:
        """Show these hosts, in this order."""
        self._hosts.set_hosts(tuple(hosts))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        count = len(self._hosts.hosts)
        self._delegate.compact = count >= COMPACT_FROM
        least, height = (152, 30) if self._delegate.compact else (244, 58)
        width = self.width() - 1
        columns = max(1, (width + GRID) // (least + GRID))
        grid = QSize(width // columns, height + GRID)
        self._delegate.columns, self._delegate.cell = columns, grid.width()
        if grid != self.gridSize():
            self.setGridSize(grid)
        lines = -(-count // columns)
        self.setFixedHeight(lines * (height + GRID))

    def _open(self, index: QModelIndex) -> None:
        host = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(host, HostSummary):
            self.host_requested.emit(host.key)

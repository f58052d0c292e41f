"""Tabs that never scroll: a row where they fit, a list at the side where they do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QResizeEvent, QShortcut, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QScrollArea,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabBar,
    QWidget,
)

from azdesk.ui import icons, theme
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import TabModel
from azdesk.ui.widgets import rows
from azdesk.ui.widgets.marks import mark_icon, mark_token

SIDE_PX = 176
_TAB_ROLE = Qt.ItemDataRole.UserRole


class _Delegate(QStyledItemDelegate):
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tab = index.data(_TAB_ROLE)
        if not isinstance(tab, TabModel):
            return
        if option.state & QStyle.StateFlag.State_Selected:
            rows.ground(painter, option.rect, "selected")
            if option.state & QStyle.StateFlag.State_HasFocus:
                rows.focus_ring(painter, option.rect, radius=5)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            rows.ground(painter, option.rect, "sidebar_hover")
        content = option.rect.adjusted(10, 0, -8, 0)
        if tab.state is not None:
            mark = content.adjusted(content.width() - 16, 0, 0, 0)
            icons.paint(painter, mark, mark_icon(tab.state), mark_token(tab.state))
            content.adjust(0, 0, -24, 0)
        rows.mark_text_note(
            painter, content, text=tab.title, note=tab.note, font=theme.ui_font(), note_font=theme.note_font()
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(SIDE_PX, rows.ROW_PX + 2)


class _Frame(QWidget):
    """Keeps a page clear of the margin at the right, in which only its scroll bar stands."""

    def __init__(self, page: QWidget, margin: int) -> None:
        super().__init__()
        self._margin = margin
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, margin, 0)
        self._row.addWidget(page)
        if margin and isinstance(page, QScrollArea):
            bar = page.verticalScrollBar()
            self._bar_px = bar.sizeHint().width()
            bar.rangeChanged.connect(self._make_room)
            self._make_room(bar.minimum(), bar.maximum())

    def _make_room(self, _least: int, most: int) -> None:
        self._row.setContentsMargins(0, 0, self._margin - (self._bar_px if most else 0), 0)


class SideTabs(QWidget):
    """A tabbed page. Tabs are made when first shown; Ctrl+PgUp and Ctrl+PgDown walk through them."""

    current_changed = Signal(str)
    """Key of the tab that is shown now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs: list[TabModel] = []
        self._factories: dict[str, Callable[[], QWidget]] = {}
        self._pages: dict[str, QWidget] = {}
        self._frames: dict[str, QWidget] = {}
        self._at_side = False
        self._outer = 0
        self.bar = QTabBar()
        self.bar.setUsesScrollButtons(False)
        self.bar.setExpanding(False)
        self.bar.setElideMode(Qt.TextElideMode.ElideNone)
        self.bar.setDrawBase(False)
        # Its hint is the width of all tabs; as a least width it would keep the window from becoming narrow.
        self.bar.setMinimumWidth(1)
        self.list = QListView()
        self.list.setModel(QStandardItemModel(self.list))
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setFixedWidth(SIDE_PX)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.viewport().setAutoFillBackground(False)
        self.list.setStyleSheet("QListView { background: transparent; }")
        for view in (self.bar, self.list):
            view.setAccessibleName(self.tr("Tabs"))
        self._rule = QFrame()
        self._rule.setProperty("surface", "rule")
        self._rule.setFixedHeight(1)
        self.stack = QStackedWidget()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.bar, 0, 0, 1, 2, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(self._rule, 1, 0, 1, 2)
        grid.setRowMinimumHeight(2, 0)
        grid.addWidget(self.list, 3, 0)
        grid.addWidget(self.stack, 3, 1, 1, 2)
        grid.setRowStretch(3, 1)
        grid.setColumnStretch(1, 1)
        self._grid = grid
        self.bar.currentChanged.connect(self._show)
        self.list.selectionModel().currentChanged.connect(lambda index, _old: self._show(index.row()))
        for keys, by in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda step=by: self._walk(step))
        self._arrange()

    def set_outer_margin(self, pixels: int) -> None:
        """Room at the right of the pages that belongs to their scroll bars, so that cards end where the head ends."""
        self._outer = pixels
        self._grid.setColumnMinimumWidth(2, pixels)

    def add_tab(self, tab: TabModel, factory: Callable[[], QWidget]) -> None:
        """Add a tab; `factory` is called when it is first shown."""
        self._tabs.append(tab)
        self._factories[tab.key] = factory
        self.bar.blockSignals(True)
        at = self.bar.addTab(theme.escape_mnemonic(tab.title))
        self.bar.blockSignals(False)
        item = QStandardItem(tab.title)
        model = self._model()
        model.appendRow(item)
        self._decorate(at, tab)
        self._arrange()
        if len(self._tabs) == 1:
            self._show(0)

    def update_tabs(self, tabs: Sequence[TabModel]) -> None:
        """New marks and notes for tabs that are there; keys not known are ignored."""
        at = {tab.key: index for index, tab in enumerate(self._tabs)}
        for tab in tabs:
            if tab.key in at and self._tabs[at[tab.key]] != tab:
                self._tabs[at[tab.key]] = tab
                self.bar.setTabText(at[tab.key], theme.escape_mnemonic(tab.title))
                self._decorate(at[tab.key], tab)
        self._arrange()

    def keys(self) -> list[str]:
        """Keys of all tabs, in order."""
        return [tab.key for tab in self._tabs]

    def current_key(self) -> str:
        """Key of the tab that is shown; empty while there is none."""
        at = self.bar.currentIndex()
        return self._tabs[at].key if 0 <= at < len(self._tabs) else ""

    def set_current(self, key: str) -> bool:
        """Show a tab; False if there is none with this key."""
        for at, tab in enumerate(self._tabs):
            if tab.key == key:
                self._show(at)
                return True
        return False

    def page(self, key: str) -> QWidget | None:
        """The tab's widget, or None while it was never shown."""
        return self._pages.get(key)

    @property
    def at_side(self) -> bool:
        """Whether the tabs stand in the list at the side now."""
        return self._at_side

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for at, tab in enumerate(self._tabs):
                self._decorate(at, tab)

    def _model(self) -> QStandardItemModel:
        model = self.list.model()
        assert isinstance(model, QStandardItemModel)
        return model

    def _decorate(self, at: int, tab: TabModel) -> None:
        self.bar.setTabIcon(
            at, icons.icon(mark_icon(tab.state), mark_token(tab.state)) if tab.state else icons.NONE
        )
        self.bar.setTabToolTip(at, tab.note)
        self._model().item(at).setData(tab, _TAB_ROLE)

    def _arrange(self) -> None:
        self._at_side = self.bar.sizeHint().width() > self.width() - self._outer
        self.bar.setVisible(not self._at_side)
        self._rule.setVisible(not self._at_side)
        self.list.setVisible(self._at_side)
        self._grid.setHorizontalSpacing(2 * GRID if self._at_side else 0)
        self._grid.setRowMinimumHeight(2, 0 if self._at_side else 2 * GRID)

    def _walk(self, by: int) -> None:
        if self._tabs:
            self._show((self.bar.currentIndex() + by) % len(self._tabs))

    def _show(self, at: int) -> None:
        if not 0 <= at < len(self._tabs):
            return
        key = self._tabs[at].key
        if key not in self._pages:
            page = self._factories[key]()
            self._pages[key] = page
            self._frames[key] = _Frame(page, self._outer)
            self.stack.addWidget(self._frames[key])
        changed = self.stack.currentWidget() is not self._frames[key] or len(self._pages) == 1
        self.stack.setCurrentWidget(self._frames[key])
        for view in (self.bar, self.list.selectionModel()):
            view.blockSignals(True)
        self.bar.setCurrentIndex(at)
        self.list.setCurrentIndex(self._model().index(at, 0))
        for view in (self.bar, self.list.selectionModel()):
            view.blockSignals(False)
        self.list.viewport().update()
        if changed:
            self.current_changed.emit(key)

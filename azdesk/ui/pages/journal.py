"""The journal: what was done, when, by whom, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from azdesk.ui import relative, theme
from azdesk.ui.forms.journal_page import Ui_JournalPage
from azdesk.ui.reviewmodels import JournalEntry
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets import rows
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.marks import state_word

_ENTRY_ROLE = Qt.ItemDataRole.UserRole
_SORT_ROLE = Qt.ItemDataRole.UserRole + 1
_COLUMNS = 4
_WIDTHS = (150, 120, 140)

Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractTableModel):
    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__()
        self.entries: tuple[JournalEntry, ...] = ()
        self._heads = tuple(heads)
        self.now: datetime = datetime.now(UTC)

    def set_entries(self, entries: tuple[JournalEntry, ...]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else _COLUMNS

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._heads[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role == _ENTRY_ROLE:
            return entry
        if role == _SORT_ROLE:
            return (entry.when.timestamp(), entry.host, entry.who, entry.what)[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (relative.ago(entry.when, self.now), entry.host, entry.who, entry.what)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return relative.exact(entry.when) if index.column() == 0 else None
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 3:
            return f"{entry.what}, {state_word(entry.state)}"
        return None


class _Proxy(QSortFilterProxyModel):
    words = ""
    host = ""
    state: State | None = None

    def narrow(self, *, words: str, host: str, state: State | None) -> None:
        self.beginFilterChange()
        self.words, self.host, self.state = words.casefold(), host, state
        self.endFilterChange()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        model = self.sourceModel()
        assert isinstance(model, _Model)
        entry = model.entries[source_row]
        hay = f"{entry.host} {entry.who} {entry.what} {entry.detail}".casefold()
        return (
            all(word in hay for word in self.words.split())
            and (not self.host or entry.host == self.host)
            and (self.state is None or entry.state == self.state)
        )


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(_ENTRY_ROLE)
        if not isinstance(entry, JournalEntry):
            return
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            rows.ground(painter, rect, "selected", radius=0)
        rows.mark_text_note(
            painter,
            rect.adjusted(8, 0, -8, 0),
            text=str(index.data(Qt.ItemDataRole.DisplayRole)),
            note="",
            font=theme.ui_font(),
            note_font=theme.note_font(),
            state=entry.state if index.column() == 3 else None,
            elide=Qt.TextElideMode.ElideMiddle if index.column() in (1, 2) else Qt.TextElideMode.ElideRight,
            text_tone="quiet_strong" if index.column() == 0 else "text",
        )


class JournalPage(QWidget):
    """Shows `JournalEntry` values, newest first; filters, sorts, and shows what is behind the chosen one."""

    look_again_requested = Signal()
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_JournalPage()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._model = _Model((self.tr("When"), self.tr("Host"), self.tr("Who"), self.tr("What")))
        self._proxy = _Proxy(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setSortRole(_SORT_ROLE)
        self._build_table()
        self.ui.filter.set_placeholder(self.tr("Filter   Ctrl+F"))
        self.ui.filter.filter_changed.connect(lambda _words: self._narrow())
        self.ui.filter.into_list.connect(self._into_table)
        for box in (self.ui.host, self.ui.outcome):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.ui.host.currentIndexChanged.connect(lambda _at: self._narrow())
        self.ui.outcome.addItem(self.tr("All outcomes"), None)
        for state in (State.RIGHT, State.DIFFERS, State.FAILING, State.UNREACHABLE):
            self.ui.outcome.addItem(state_word(state).capitalize(), state)
        self.ui.outcome.currentIndexChanged.connect(lambda _at: self._narrow())
        self.ui.look_again.clicked.connect(self.look_again_requested)
        self.ui.export_journal.clicked.connect(self.export_requested)
        self.ui.detail.setFont(theme.file_font())
        self.ui.splitter.setStretchFactor(0, 1)
        self.ui.splitter.setStretchFactor(1, 1)
        self.ui.splitter.setSizes([300, 300])
        self.empty = EmptyState(
            "journal",
            self.tr("Nothing was done yet"),
            self.tr(
                "Each change that AZDesk makes on a host is written down there and shown here, with what came of it."
            ),
        )
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.addWidget(self.empty, 1)
        self.ui.title.setText(self.tr("Journal"))
        self.set_entries(())

    def set_entries(
        self, entries: Sequence[JournalEntry], subtitle: str = "", now: datetime | None = None
    ) -> None:
        """Show these entries. `now` is the present, for pictures that must not change."""
        self._model.now = now or datetime.now(UTC)
        self._model.set_entries(tuple(entries))
        self.ui.subtitle.setText(subtitle)
        self.ui.subtitle.setVisible(bool(subtitle))
        chosen = self.ui.host.currentData()
        self.ui.host.blockSignals(True)
        self.ui.host.clear()
        self.ui.host.addItem(self.tr("All hosts"), "")
        for host in sorted({entry.host for entry in entries}):
            self.ui.host.addItem(host, host)
        self.ui.host.setCurrentIndex(max(0, self.ui.host.findData(chosen)))
        self.ui.host.blockSignals(False)
        self.ui.card.setVisible(bool(entries))
        self.empty.setVisible(not entries)
        self._narrow()
        if entries:
            self.ui.table.selectRow(0)

    def set_single(self) -> None:
        """Stand in a host's page: without a title of its own, and without the column and filter for hosts."""
        self.ui.title.hide()
        self.ui.host.hide()
        self.ui.look_again.hide()
        self.ui.table.setColumnHidden(1, True)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setContentsMargins(0, 0, 0, layout.contentsMargins().bottom())

    def _build_table(self) -> None:
        table = self.ui.table
        table.setModel(self._proxy)
        table.setItemDelegate(_Delegate(self))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setSortingEnabled(True)
        table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        head = table.horizontalHeader()
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        for at, width in enumerate(_WIDTHS):
            head.setSectionResizeMode(at, QHeaderView.ResizeMode.Interactive)
            table.setColumnWidth(at, width)
        table.selectionModel().currentRowChanged.connect(self._show)

    def _narrow(self) -> None:
        self._proxy.narrow(
            words=self.ui.filter.text().strip(),
            host=self.ui.host.currentData() or "",
            state=self.ui.outcome.currentData(),
        )
        shown, total = self._proxy.rowCount(), len(self._model.entries)
        self.ui.count.setText(self.tr("%1 of %2").replace("%1", f"{shown:,}").replace("%2", f"{total:,}"))
        if shown and not self.ui.table.currentIndex().isValid():
            self.ui.table.selectRow(0)
        self._show()

    def _into_table(self) -> None:
        self.ui.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show(self) -> None:
        entry = self.ui.table.currentIndex().data(_ENTRY_ROLE)
        if isinstance(entry, JournalEntry):
            self.ui.detail.setPlainText(entry.detail)
        else:
            self.ui.detail.clear()

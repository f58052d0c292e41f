"""The table of people: as many rows as the directory has, of which only those that came so far are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
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
from azdesk.ui.peoplemodels import Column, PersonRow, Presences
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets import copying, rows

ROW_PX = 30
COLUMNS: tuple[Column, ...] = tuple(Column)
HIDDEN_AT_FIRST = (Column.MAIL, Column.KEPT, Column.PLACE)
WIDTHS = {
    Column.ACCOUNT: 110,
    Column.NAME: 150,
    Column.NUMBER: 68,
    Column.HOME: 62,
    Column.PHONE: 108,
    Column.CHAT: 66,
    Column.MAIL: 180,
    Column.KEPT: 110,
    Column.PLACE: 260,
}
ROW_ROLE = Qt.ItemDataRole.UserRole
_WAITING = "…"

Index = QModelIndex | QPersistentModelIndex


def heading(column: Column) -> str:
    """A column's words."""
    tr = QCoreApplication.translate
    return {
        Column.ACCOUNT: tr("People", "Account"),
        Column.NAME: tr("People", "Name"),
        Column.NUMBER: tr("People", "Number"),
        Column.HOME: tr("People", "Home"),
        Column.PHONE: tr("People", "Phone"),
        Column.CHAT: tr("People", "Chat on"),
        Column.MAIL: tr("People", "E-mail"),
        Column.KEPT: tr("People", "Password"),
        Column.PLACE: tr("People", "Entry"),
    }[column]


class PeopleModel(QAbstractTableModel):
    """Rows as they come. A position is a place in the order shown, not one in the order of arrival."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[PersonRow] = []
        self._order: list[int] | None = None
        self._count = 0
        self._presences = Presences()

    # -- what is known ----------------------------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[PersonRow]:
        """Those that came so far, in the order in which they came."""
        return self._rows

    @property
    def presences(self) -> Presences:
        return self._presences

    def row(self, at: int) -> PersonRow | None:
        """Who stands at a position; None while that is not known."""
        if not 0 <= at < len(self._rows):
            return None
        return self._rows[self._order[at] if self._order is not None else at]

    def position(self, key: str) -> int:
        """Where somebody stands; -1 if nowhere."""
        for at in range(len(self._rows)):
            row = self.row(at)
            if row is not None and row.key == key:
                return at
        return -1

    # -- changes of it ----------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Nothing is known."""
        self.beginResetModel()
        self._rows, self._order, self._count = [], None, 0
        self.endResetModel()

    def start(self, found: Iterable[PersonRow], total: int) -> None:
        """The first rows of a new listing, of which there are `total`."""
        self.beginResetModel()
        self._rows, self._order = list(found), None
        self._count = max(total, len(self._rows))
        self.endResetModel()

    def append(self, found: Sequence[PersonRow], total: int) -> None:
        """The next rows; `total` is how many there are by now, those to come included."""
        before = len(self._rows)
        if self._order is not None:
            self._order.extend(range(before, before + len(found)))
        self._rows.extend(found)
        self._resize(max(total, len(self._rows)))
        if found:
            self._touched(before, len(self._rows) - 1)

    def set_order(self, order: list[int]) -> None:
        """Show the rows in this order; ignored where rows came or went meanwhile."""
        if len(order) != len(self._rows):
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        people = [self.row(index.row()) for index in before]
        self._order = order
        wanted = {row.key for row in people if row is not None}
        places = {}
        if wanted:
            for at in range(len(self._rows)):
                key = self._rows[order[at]].key
                if key in wanted:
                    places[key] = at
        after = [
            self.index(places[row.key], index.column()) if row is not None and row.key in places else index
            for index, row in zip(before, people, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def set_presences(self, presences: Presences) -> None:
        """Where people are connected now."""
        self._presences = presences
        if self._rows:
            self._touched(0, len(self._rows) - 1)

    def replace(self, key: str, row: PersonRow) -> bool:
        """Somebody's row is another one by now; False if it is not among those that came."""
        for at, old in enumerate(self._rows):
            if old.key == key:
                self._rows[at] = row
                self._touched(0, len(self._rows) - 1)
                return True
        return False

    def remove(self, keys: Iterable[str]) -> None:
        """These are gone."""
        gone = set(keys)
        kept = [row for at in range(len(self._rows)) if (row := self.row(at)) and row.key not in gone]
        missing = self._count - len(self._rows)
        self.beginResetModel()
        self._rows, self._order, self._count = kept, None, len(kept) + missing
        self.endResetModel()

    # -- as Qt asks for it ------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return heading(COLUMNS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index.row())
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(row, COLUMNS[index.column()]) if row is not None else _WAITING
        if row is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return hover(self._hover(row, COLUMNS[index.column()]))
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 0:
            said = [row.account, row.problem]
            if row.disabled:
                said.append(QCoreApplication.translate("People", "disabled"))
            return ", ".join(part for part in said if part)
        return None

    def state(self, row: PersonRow, column: Column) -> State | None:
        """The mark in a cell."""
        if column is Column.ACCOUNT and row.problem:
            return State.DIFFERS
        if column is Column.KEPT and row.password:
            return State.FAILING
        if column is Column.PHONE and self._presences.phone(row):
            return State.RIGHT
        return None

    def _words(self, row: PersonRow, column: Column) -> str:
        match column:
            case Column.PHONE:
                phone = self._presences.phone(row)
                return phone.words if phone else ""
            case Column.CHAT:
                return self._presences.chat(row)
            case Column.PLACE:
                return row.key
        return str(getattr(row, column.value))

    def _hover(self, row: PersonRow, column: Column) -> str:
        words = self._words(row, column)
        if column is Column.ACCOUNT:
            off = QCoreApplication.translate("People", "disabled") if row.disabled else ""
            return "\n".join(part for part in (words, off, row.problem) if part)
        return words

    def _resize(self, count: int) -> None:
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()

    def _touched(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(COLUMNS) - 1))


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            rows.ground(painter, rect, "selected", radius=0)
        row = index.data(ROW_ROLE)
        cell = rect.adjusted(8, 0, -8, 0)
        column = COLUMNS[index.column()]
        if not isinstance(row, PersonRow):
            if column is Column.ACCOUNT:
                rows.words(painter, cell, _WAITING, font=theme.ui_font(), tone="quiet_strong")
            return
        model = index.model()
        assert isinstance(model, PeopleModel)
        quiet = row.disabled or column in (Column.PLACE, Column.KEPT)
        rows.mark_text_note(
            painter,
            cell,
            text=str(index.data(Qt.ItemDataRole.DisplayRole)),
            note=QCoreApplication.translate("People", "disabled")
            if column is Column.ACCOUNT and row.disabled
            else "",
            font=theme.ui_font(),
            note_font=theme.note_font(),
            state=model.state(row, column),
            text_tone="quiet_strong" if quiet else "text",
            elide=Qt.TextElideMode.ElideMiddle
            if column in (Column.PLACE, Column.HOME)
            else Qt.TextElideMode.ElideRight,
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(WIDTHS[COLUMNS[index.column()]], ROW_PX)


class PeopleTable(QTableView):
    """Shows a `PeopleModel`; columns are moved, sized, chosen and sorted by their heads."""

    chosen = Signal()
    """Who is selected is another one."""
    opened = Signal(object)
    """Return or a double click on a `PersonRow`."""
    sort_requested = Signal()
    """`sorting` is another one."""
    layout_changed = Signal()
    """Widths, columns or their order: to be remembered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.people = PeopleModel(self)
        self.setModel(self.people)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(self.tr("People"))
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
        upright.setMinimumSectionSize(ROW_PX)
        upright.setDefaultSectionSize(ROW_PX)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsMovable(True)
        head.setSectionsClickable(True)
        head.setStretchLastSection(True)
        head.setMinimumSectionSize(48)
        head.setSortIndicatorShown(True)
        head.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.reset_columns()
        head.customContextMenuRequested.connect(
            lambda place: self.columns_menu().popup(head.mapToGlobal(place))
        )
        head.sortIndicatorChanged.connect(lambda *_how: self.sort_requested.emit())
        head.sectionResized.connect(lambda *_how: self.layout_changed.emit())
        head.sectionMoved.connect(lambda *_how: self.layout_changed.emit())
        self.selectionModel().selectionChanged.connect(lambda *_what: self.chosen.emit())
        self.doubleClicked.connect(self._open)

    def reset_columns(self) -> None:
        """Columns, widths and order as they are at first."""
        head = self.horizontalHeader()
        for at, column in enumerate(COLUMNS):
            head.moveSection(head.visualIndex(at), at)
            self.setColumnWidth(at, WIDTHS[column])
            self.setColumnHidden(at, column in HIDDEN_AT_FIRST)

    @property
    def sorting(self) -> tuple[Column, bool]:
        """By what the rows are sorted, and whether downwards."""
        head = self.horizontalHeader()
        return (
            COLUMNS[max(0, head.sortIndicatorSection())],
            head.sortIndicatorOrder() is Qt.SortOrder.DescendingOrder,
        )

    def selected(self) -> list[PersonRow]:
        """Who is selected, from top to bottom; rows that have not come yet are left out."""
        found: list[PersonRow] = []
        selection = self.selectionModel().selection()
        spans = sorted((span.top(), span.bottom()) for span in map(selection.at, range(selection.size())))
        last = -1
        for top, bottom in spans:
            for at in range(max(top, last + 1), bottom + 1):
                row = self.people.row(at)
                if row is not None:
                    found.append(row)
            last = max(last, bottom)
        return found

    def copy(self) -> None:
        """Put the selected people on the clipboard, as far as their rows have come."""
        copying.copy_rows(self, lambda at: self.people.row(at) is not None)

    def current_row(self) -> PersonRow | None:
        """Who has the keyboard."""
        return self.people.row(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def last_seen_row(self) -> int:
        """Position of the lowest row in sight."""
        return (self.verticalScrollBar().value() + self.height()) // ROW_PX

    def columns_menu(self) -> QMenu:
        """Which columns are shown; the menu deletes itself."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for at, column in enumerate(COLUMNS):
            action = menu.addAction(heading(column))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(at))
            action.setEnabled(column is not Column.ACCOUNT)
            action.toggled.connect(lambda shown, section=at: self._show_column(section, shown=shown))
        menu.addSeparator()
        menu.addAction(self.tr("As at first")).triggered.connect(self.reset_columns)
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open(self.currentIndex())
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def _show_column(self, section: int, *, shown: bool) -> None:
        self.setColumnHidden(section, not shown)
        if shown and self.columnWidth(section) < self.horizontalHeader().minimumSectionSize():
            self.setColumnWidth(section, WIDTHS[COLUMNS[section]])
        self.layout_changed.emit()

    def _open(self, index: QModelIndex) -> None:
        row = self.people.row(index.row()) if index.isValid() else None
        if row is not None:
            self.opened.emit(row)

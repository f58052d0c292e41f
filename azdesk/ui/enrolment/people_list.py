"""The people of a batch, to tick."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)

from azdesk.enrol.account import Account
from azdesk.ui.hover import hover

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class PeopleModel(QAbstractListModel):
    """One row for each person, with a box; all are ticked to begin with."""

    ticked = Signal()
    """Other people are ticked."""

    def __init__(self, people: Sequence[Account], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.people = tuple(people)
        self._off: set[int] = set()

    @property
    def chosen(self) -> tuple[Account, ...]:
        """Those who are ticked."""
        return tuple(account for at, account in enumerate(self.people) if at not in self._off)

    def tick(self, rows: Iterable[int], *, on: bool) -> None:
        """Tick these, or take their ticks away."""
        rows = set(rows)
        self._off = self._off - rows if on else self._off | rows
        if self.people:
            self.dataChanged.emit(
                self.index(0), self.index(len(self.people) - 1), [Qt.ItemDataRole.CheckStateRole]
            )
        self.ticked.emit()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.people)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        account = self.people[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            # Isolated: a name that is written from right to left leaves the number where it is.
            name = f"\u2068{account.name or account.user}\u2069"
            return f"{name}  ·  {account.number}" if account.number else name
        if role == Qt.ItemDataRole.ToolTipRole:
            return hover(account.jid)
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Unchecked if index.row() in self._off else Qt.CheckState.Checked
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self.tick((index.row(),), on=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True


class PeopleFilter(QSortFilterProxyModel):
    """Leaves those whose name, account or number has all the words."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []

    def set_words(self, text: str) -> None:
        """What was typed."""
        self.beginFilterChange()
        self._words = text.lower().split()
        self.endFilterChange()

    def rows(self) -> set[int]:
        """Rows of the model below that are left."""
        return {self.mapToSource(self.index(row, 0)).row() for row in range(self.rowCount())}

    def filterAcceptsRow(self, source_row: int, source_parent: _Index) -> bool:
        model = self.sourceModel()
        if not self._words or not isinstance(model, PeopleModel):
            return True
        account = model.people[source_row]
        text = f"{account.name} {account.jid} {account.number}".lower()
        return all(word in text for word in self._words)

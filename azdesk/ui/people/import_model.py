"""What the pages of the import show: columns of a sheet, rows of a plan, people who were refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from azdesk.directory.bulk.headings import IGNORED, PASSWORD, SYNONYMS, TARGETS, simple
from azdesk.directory.bulk.plans import Action
from azdesk.directory.people import BY_KEY

if TYPE_CHECKING:
    from azdesk.directory.bulk.plans import Item
    from azdesk.directory.bulk.sheets import Sheet

Index = QModelIndex | QPersistentModelIndex
SAMPLES = 3


class _Table(QAbstractTableModel):
    """A read-only table of texts."""

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__()
        self._heads = tuple(heads)

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


class ColumnsModel(_Table):
    """Each heading of a sheet with some of its cells, and what it is taken for."""

    def __init__(self) -> None:
        tr = QCoreApplication.translate
        super().__init__((tr("Import", "Column"), tr("Import", "For example"), tr("Import", "Is")))
        self.headings: tuple[str, ...] = ()
        self._samples: tuple[str, ...] = ()
        self.chosen: dict[str, str] = {}
        """Heading → key of what it is; empty: nothing."""

    def set_sheet(self, sheet: Sheet) -> None:
        """Show a sheet's columns, each taken for what its heading says."""
        self.beginResetModel()
        self.headings = tuple(heading for heading in sheet.headings if heading)
        samples = []
        for place, heading in enumerate(sheet.headings):
            if not heading:
                continue
            if SYNONYMS.get(simple(heading)) == PASSWORD:
                samples.append("••••••")
                continue
            cells = [row.cells[place] for row in sheet.rows[: SAMPLES * 4] if row.cells[place]]
            samples.append(", ".join(dict.fromkeys(cells[:SAMPLES])))
        self._samples = tuple(samples)
        taken: set[str] = set()
        self.chosen = {}
        for heading in self.headings:
            key = SYNONYMS.get(simple(heading), "")
            self.chosen[heading] = key if key not in taken else ""
            taken.add(key)
        self.endResetModel()

    def choose(self, heading: str, key: str) -> None:
        """Take a column for something; another one that was taken for it is nothing then."""
        for other, its in self.chosen.items():
            if key and its == key and other != heading:
                self.chosen[other] = ""
        self.chosen[heading] = key
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.headings) - 1, 2))

    def columns(self) -> dict[str, str]:
        """For `azdesk.app.people.importing.plan`."""
        return {heading: key or IGNORED for heading, key in self.chosen.items()}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        heading = self.headings[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            key = self.chosen[heading]
            left_out = QCoreApplication.translate("Import", "left out")
            return (heading, self._samples[index.row()], TARGETS[key] if key else left_out)[index.column()]
        if role == Qt.ItemDataRole.EditRole:
            return self.chosen[heading]
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != 2:
            return False
        self.choose(self.headings[index.row()], str(value or ""))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == 2 else flags


class PlanModel(_Table):
    """Rows of a plan that are of one kind, or all."""

    def __init__(self) -> None:
        tr = QCoreApplication.translate
        heads = (tr("Import", "Row"), tr("Import", "Account"), tr("Import", "Name"), tr("Import", "Number"))
        super().__init__((*heads, tr("Import", "What would be done")))
        self.items: tuple[Item, ...] = ()

    def set_items(self, items: Sequence[Item]) -> None:
        self.beginResetModel()
        self.items = tuple(items)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.items[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            who = item.after
            return (str(item.row), who.account, who.name, who.number, _does(item))[index.column()]
        return None


class RefusedModel(_Table):
    """People of an import who were not written, with the reason."""

    def __init__(self) -> None:
        tr = QCoreApplication.translate
        super().__init__((tr("Import", "Row"), tr("Import", "Account"), tr("Import", "Why")))
        self.rows: tuple[tuple[int, str, str], ...] = ()

    def set_rows(self, rows: Sequence[tuple[int, str, str]]) -> None:
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return str(self.rows[index.row()][index.column()])
        return None


def _does(item: Item) -> str:
    """What would be done with a row, in a few words."""
    tr = QCoreApplication.translate
    match item.action:
        case Action.ADD:
            return tr("Import", "added, with a new password") if item.generated else tr("Import", "added")
        case Action.CHANGE:
            named = [BY_KEY[key].title if key in BY_KEY else TARGETS.get(key, key) for key in item.changed]
            return tr("Import", "changed: %1").replace("%1", ", ".join(named))
        case Action.UNCHANGED:
            return tr("Import", "as it is already")
    serious = next((one for one in item.findings if one.serious), None)
    if serious is None:
        return tr("Import", "refused")
    return f"{serious.title}: {serious.text}" if serious.title else serious.text

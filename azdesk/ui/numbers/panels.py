"""The tables of rules and of trunks, with what can be done there; and what is wrong with the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from azdesk.fleet import edit
from azdesk.ui import icons
from azdesk.ui.mapping.numbers import finding_rows, rule_rows, summary, trunk_rows
from azdesk.ui.mapping.words import counted, filled, listed
from azdesk.ui.numbers.working import Latest
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import TableRow
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.filter_edit import FilterEdit
from azdesk.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet
    from azdesk.ui.numbers.entry_dialog import EntryDialog
    from azdesk.ui.workbench import Workbench
    from azdesk.voice.checking import Finding


_MANY = 500
"""Rows of so many entries are worked out in the background."""


class _Panel(QWidget):
    """A line of words, a table in a card, and what stands there while it is empty."""

    def __init__(self, purpose: str, table: PlainTable, empty: EmptyState) -> None:
        super().__init__()
        self.table = table
        self.empty = empty
        self.purpose = QLabel(purpose)
        self.purpose.setWordWrap(True)
        self.purpose.setProperty("role", "quiet")
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(GRID)
        card = self.card = QFrame()
        card.setProperty("surface", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(GRID, GRID // 2, GRID, GRID)
        inside.addWidget(table)
        place = self.place = QFrame()
        place.setProperty("surface", "card")
        QVBoxLayout(place).addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 2 * GRID)
        column.setSpacing(GRID + 4)
        column.addWidget(self.purpose)
        column.addLayout(self.buttons)
        column.addWidget(card, 1)
        column.addWidget(place, 1)

    def show_rows(self, found: Sequence[TableRow]) -> None:
        self.table.set_rows(found)
        self.card.setVisible(bool(found))
        self.place.setVisible(not found)


class EntriesPanel(_Panel):
    """The entries of one table of the document."""

    kind: str
    """The table."""

    def __init__(
        self,
        workbench: Workbench,
        purpose: str,
        table: PlainTable,
        empty: EmptyState,
    ) -> None:
        super().__init__(purpose, table, empty)
        self.workbench = workbench
        self._findings: tuple[Finding, ...] = ()
        self._all: tuple[TableRow, ...] = ()
        self._select_when_there = ""
        self._latest = Latest(workbench, self)
        self._latest.done.connect(self._have)
        self.add = self._button(self.tr("&Add…"), self.ask_new, keys="Ins")
        self.change = self._button(self.tr("&Edit…"), self.open_current)
        self.duplicate = self._button(self.tr("&Duplicate…"), self.ask_duplicate, keys="Ctrl+Shift+C")
        self.remove = self._button(self.tr("Re&move"), self.remove_selected)
        self.up = self._button("", lambda: self.move_selected(-1))
        self.down = self._button("", lambda: self.move_selected(1))
        for button, icon, words in (
            (self.up, "chevron-up", self.tr("Further up   Alt+Up")),
            (self.down, "chevron-down", self.tr("Further down   Alt+Down")),
        ):
            button.setIcon(icons.icon(icon))
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.buttons.addStretch(1)
        self.filter = FilterEdit(placeholder=self.tr("Filter"))
        self.filter.setMaximumWidth(220)
        self.filter.filter_changed.connect(lambda _words: self._show_filtered())
        self.filter.into_list.connect(self._into_list)
        self.filter.left.connect(table.setFocus)
        self.buttons.addWidget(self.filter, 1)
        self.add.setProperty("kind", "primary")
        table.offer(self.add, self.change, self.duplicate, self.remove, self.up, self.down)
        table.opened.connect(self.open)
        table.removed.connect(self.remove_selected)
        table.moved.connect(self.move_selected)
        table.chosen.connect(self._show_buttons)
        table.horizontalHeader().sortIndicatorChanged.connect(lambda *_how: self._show_buttons())
        empty.action.connect(self.ask_new)
        workbench.fleet_changed.connect(self.refresh)

    # -- what is shown -----------------------------------------------------------------------------------------

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Mark entries with what is wrong with them."""
        self._findings = tuple(findings)
        self.refresh()

    def refresh(self) -> None:
        """Show the document as it is now."""
        fleet, findings = self.workbench.fleet, self._findings
        if len(getattr(fleet, self.kind)) < _MANY:
            self._have(self.rows_of(fleet, findings))
        else:
            self._latest.work_out(lambda: self.rows_of(fleet, findings))

    @property
    def busy(self) -> bool:
        """Whether the table is older than the document."""
        return self._latest.busy

    def _have(self, found: tuple[TableRow, ...]) -> None:
        self._all = found
        self._show_filtered()
        if self._select_when_there and self.table.row(self._select_when_there) is not None:
            self.table.select((self._select_when_there,))
            self._select_when_there = ""

    def _show_filtered(self) -> None:
        words = self.filter.text().casefold().split()
        found = self._all
        if words:
            found = tuple(row for row in found if _has(row, words))
        self.table.set_rows(found)
        self.card.setVisible(bool(self._all))
        self.place.setVisible(not self._all)
        self._show_buttons()

    def _into_list(self) -> None:
        rows = self.table.shown()
        if rows and not self.table.selected():
            self.table.select((rows[0].key,))
        self.table.setFocus()

    def _taken(self, name: str) -> None:
        """Select an entry that was put into the document, as soon as it can be seen."""
        self._select_when_there = name
        self._have(self._all)

    # -- for subclasses ----------------------------------------------------------------------------------------

    def rows_of(self, fleet: Fleet, findings: Sequence[Finding]) -> tuple[TableRow, ...]:
        raise NotImplementedError

    def dialog(
        self, *, name: str = "", begin: Mapping[str, Any] | None = None, after: str = ""
    ) -> EntryDialog:
        raise NotImplementedError

    def without(self, names: Sequence[str]) -> Fleet:
        """The document without these entries."""
        raise NotImplementedError

    def values(self, name: str) -> dict[str, Any]:
        """An entry's values, for a copy of it."""
        raise NotImplementedError

    # -- what is done ------------------------------------------------------------------------------------------

    def ask_new(self) -> EntryDialog:
        """Open the dialog for a new entry, behind the current one."""
        return self._show(self.dialog(after=self.table.current()))

    def open_current(self) -> None:
        """Open the dialog for the current entry."""
        if self.table.current():
            self.open(self.table.current())

    def open(self, name: str, field: str = "") -> None:
        """Open the dialog for an entry, at one of its fields."""
        if name in getattr(self.workbench.fleet, self.kind):
            self.table.select((name,))
            dialog = self._show(self.dialog(name=name))
            if field:
                dialog.focus(field)

    def show_entry(self, name: str) -> None:
        """Select an entry, whatever the filter says."""
        if self.table.row(name) is None:
            self.filter.clear()
        self._taken(name)

    def ask_duplicate(self) -> None:
        """Open the dialog for a copy of the current entry."""
        name = self.table.current()
        if name:
            self._show(self.dialog(begin=self.values(name), after=name))

    def remove_selected(self) -> None:
        """Take the selected entries out of the document; Undo brings them back."""
        names = self.table.selected()
        if not names:
            return
        at = [row.key for row in self.table.shown()].index(names[-1])
        words = counted(len(names), filled(self.tr("Remove %1"), names[0]), self.tr("Remove %1 entries"))
        if self.workbench.try_edit(lambda: self.without(names), words):
            left = self.table.shown()
            if left:
                self.table.select((left[min(max(0, at - len(names) + 1), len(left) - 1)].key,))

    def move_selected(self, by: int) -> None:
        """Move the selected entries up (-1) or down (1) in the document."""
        chosen = set(self.table.selected())
        order = list(getattr(self.workbench.fleet, self.kind))
        if not chosen or not self._in_order:
            return
        places = range(len(order)) if by < 0 else range(len(order) - 1, -1, -1)
        for at in places:
            to = at + by
            if order[at] in chosen and 0 <= to < len(order) and order[to] not in chosen:
                order[at], order[to] = order[to], order[at]
        words = filled(self.tr("Move %1"), listed(sorted(chosen)))
        self.workbench.try_edit(lambda: edit.reorder(self.workbench.fleet, self.kind, order), words)

    # -- inside ------------------------------------------------------------------------------------------------

    @property
    def _in_order(self) -> bool:
        """Whether all entries are shown as they stand in the document."""
        return not self.table.sorted_by_hand and not self.filter.text()

    def _show(self, dialog: EntryDialog) -> EntryDialog:
        dialog.taken.connect(self._taken)
        dialog.open()
        return dialog

    def _show_buttons(self) -> None:
        chosen = self.table.selected()
        for button in (self.change, self.duplicate):
            button.setEnabled(len(chosen) == 1)
        self.remove.setEnabled(bool(chosen))
        order = list(getattr(self.workbench.fleet, self.kind))
        movable = bool(chosen) and self._in_order
        self.up.setEnabled(movable and order[: len(chosen)] != list(chosen))
        self.down.setEnabled(movable and order[-len(chosen) :] != list(chosen))

    def _button(self, words: str, do: Callable[[], object], *, keys: str = "") -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(do)
        if keys:
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.activated.connect(do)
        self.buttons.addWidget(button)
        return button


def _has(row: TableRow, words: Sequence[str]) -> bool:
    text = "\n".join(row.cells).casefold()
    return all(word in text for word in words)


class RulesPanel(EntriesPanel):
    """The document's ``[rules]``."""

    kind = "rules"

    def __init__(self, workbench: Workbench) -> None:
        tr = self.tr
        super().__init__(
            workbench,
            tr(
                "What happens with numbers beside the hosts' own blocks. Of several that match, the narrower pattern "
                "counts, not the one that stands first; of two that are alike, the first."
            ),
            PlainTable(
                tr("Rules"),
                (
                    tr("#"),
                    tr("Name"),
                    tr("Numbers"),
                    tr("Calls from"),
                    tr("At"),
                    tr("Lead to"),
                    tr("Recorded"),
                    tr("Woken"),
                ),
                (72, 150, 120, 120, 120, 230, 80, 60),
            ),
            EmptyState(
                "numbers",
                tr("No rules yet"),
                tr(
                    "Calls within the fleet need none: they follow from the hosts' numbers. A rule leads to the outside, "
                    "to a ring group, to voicemail, or brings calls in."
                ),
                tr("Add a rule…"),
            ),
        )
        self.refresh()

    def rows_of(self, fleet: Fleet, findings: Sequence[Finding]) -> tuple[TableRow, ...]:
        return rule_rows(fleet, findings)

    def dialog(
        self, *, name: str = "", begin: Mapping[str, Any] | None = None, after: str = ""
    ) -> EntryDialog:
        from azdesk.ui.numbers.rule_dialog import RuleDialog

        return RuleDialog(self.workbench, name=name, begin=begin, after=after, parent=self.window())

    def without(self, names: Sequence[str]) -> Fleet:
        return edit.remove_rules(self.workbench.fleet, names)

    def values(self, name: str) -> dict[str, Any]:
        return dict(vars(self.workbench.fleet.rules[name]))


class TrunksPanel(EntriesPanel):
    """The document's ``[trunks]``."""

    kind = "trunks"

    def __init__(self, workbench: Workbench) -> None:
        tr = self.tr
        super().__init__(
            workbench,
            tr(
                "Lines to others: a provider, a gateway, another telephone system. Those between the hosts follow from the plan."
            ),
            PlainTable(
                tr("Trunks"),
                (
                    tr("Name"),
                    tr("Leads to"),
                    tr("At"),
                    tr("By"),
                    tr("Known by"),
                    tr("Calls out"),
                    tr("Calls in"),
                    tr("Recorded"),
                ),
                (160, 160, 100, 64, 150, 104, 104, 80),
            ),
            EmptyState(
                "trunk",
                tr("No trunk to the outside yet"),
                tr("With one, rules can lead out of the house, and calls can come in."),
                tr("Add a trunk…"),
            ),
        )
        self.refresh()

    def rows_of(self, fleet: Fleet, findings: Sequence[Finding]) -> tuple[TableRow, ...]:
        return trunk_rows(fleet, findings)

    def dialog(
        self, *, name: str = "", begin: Mapping[str, Any] | None = None, after: str = ""
    ) -> EntryDialog:
        from azdesk.ui.numbers.trunk_dialog import TrunkDialog

        return TrunkDialog(self.workbench, name=name, begin=begin, after=after, parent=self.window())

    def without(self, names: Sequence[str]) -> Fleet:
        fleet = self.workbench.fleet
        for name in names:
            fleet = edit.remove_trunk(fleet, name)
        return fleet

    def values(self, name: str) -> dict[str, Any]:
        return dict(vars(self.workbench.fleet.trunks[name]))


class FindingsPanel(_Panel):
    """What is wrong with the number plan."""

    opened = Signal(object)
    """Path in the document."""
    people_wanted = Signal()
    """The directory's numbers are to be read, once more perhaps."""

    def __init__(self, workbench: Workbench) -> None:
        tr = self.tr
        super().__init__(
            "",
            PlainTable(
                tr("Findings"),
                (tr("Weight"), tr("Where"), tr("What"), tr("What mends it")),
                (98, 150, 420, 200),
            ),
            EmptyState("check", ""),
        )
        self.workbench = workbench
        self.detail = QLabel()
        self.detail.setWordWrap(True)
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = self.card.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addWidget(self.detail)
        self.go_there = QPushButton(tr("&Show the place"))
        self.go_there.clicked.connect(self._open_current)
        self.mend = QPushButton()
        self.mend.setProperty("kind", "primary")
        self.mend.clicked.connect(self.mend_current)
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.mend)
        line.addWidget(self.go_there)
        line.addStretch(1)
        inside.addLayout(line)
        self.people = QLabel()
        self.people.setWordWrap(True)
        self.people.setProperty("role", "quiet")
        self.ask_people = QPushButton(tr("&Read people's numbers"))
        self.ask_people.clicked.connect(self.people_wanted)
        self.buttons.addWidget(self.people, 1)
        self.buttons.addWidget(self.ask_people)
        self.set_people("", busy=False, there=False)
        self.table.chosen.connect(self._show_detail)
        self.table.opened.connect(self._open)
        self.table.offer(self.mend, self.go_there)
        self._paths: dict[str, tuple[str, ...]] = {}
        self._findings: tuple[Finding, ...] = ()
        self.set_findings(())

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Show these."""
        self._findings = tuple(findings)
        found = finding_rows(findings)
        self._paths = {row.key: row.path for row in found}
        planned = self.workbench.fleet.number_plan.scheme != "as-is"
        nothing = (
            self.tr("Nothing is wrong with the number plan")
            if planned
            else self.tr("There is no number plan yet")
        )
        self.empty.sentence.setText(nothing)
        words = self.tr("The plan as a whole: %1. Return or a double click leads to the place.")
        self.purpose.setText(filled(words, summary(findings)))
        self.purpose.setVisible(bool(findings))
        self.show_rows(found)
        if found and not self.table.selected():
            self.table.select((found[0].key,))
        self._show_detail()

    def set_people(self, words: str, *, busy: bool, there: bool) -> None:
        """Say of when the directory's numbers are; nothing of it where there is no directory."""
        self.people.setText(words)
        self.ask_people.setEnabled(not busy)
        for widget in (self.people, self.ask_people):
            widget.setVisible(there)

    def mend_current(self) -> None:
        """Make the change that mends the chosen one; Undo takes it back."""
        found = self._current()
        if found is not None and (fix := found.fix) is not None:
            self.workbench.try_edit(lambda: fix.mended(self.workbench.fleet), fix.words)

    def _current(self) -> Finding | None:
        key = self.table.current()
        return self._findings[int(key)] if key and int(key) < len(self._findings) else None

    def _show_detail(self) -> None:
        """All words of the chosen one: the table shortens them."""
        found = self._current()
        self.detail.setText("" if found is None else "\n".join(filter(None, (found.text, found.mend))))
        self.go_there.setVisible(found is not None)
        fix = found.fix if found is not None else None
        self.mend.setVisible(fix is not None)
        # A single & would be a mnemonic: LDAP filters have some.
        self.mend.setText(fix.words.replace("&", "&&") if fix is not None else "")

    def _open_current(self) -> None:
        if key := self.table.current():
            self._open(key)

    def _open(self, key: str) -> None:
        self.opened.emit(self._paths[key])

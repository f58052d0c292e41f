"""What the dialogs for a rule and for a trunk share: a draft that is checked against the whole document as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from azdesk.core.errors import DocumentError
from azdesk.fleet import edit
from azdesk.fleet.paths import split
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.editors.base import Access, access, listed
from azdesk.ui.numbers.ticks import TickList
from azdesk.ui.widgets.field_row import FieldRow

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet
    from azdesk.ui.workbench import Workbench

NAME = "name"
_SIZE = (660, 640)


class EntryDialog(GrowingDialog):
    """One entry of a table of the document; taken over as one undoable step.

    Args:
        name: of the entry that is changed; empty: a new one.
        begin: values of a new one.
        after: entry behind which a new one stands.
    """

    taken = Signal(str)
    """Name of the entry that is in the document now."""
    table: ClassVar[str]
    keys: ClassVar[tuple[str, ...]]
    """Fields of the entry that the dialog has, each in a row of its name."""
    usual: ClassVar[Mapping[str, Any]]
    """Values of a new entry."""
    lists: ClassVar[tuple[str, ...]] = ()
    """Fields that are lists of words in a line."""
    together: ClassVar[Mapping[str, str]] = {}
    """Field → the one whose row it stands in."""

    def __init__(
        self,
        workbench: Workbench,
        ui: Any,
        *,
        name: str = "",
        begin: Mapping[str, Any] | None = None,
        after: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.old = name
        self.after = after
        self.touched: set[str] = set()
        self._checked: Fleet | None = None
        """What the last check made: a large document is not made twice."""
        self.rows: dict[str, FieldRow] = {}
        self.fields: dict[str, Access] = {}
        entry = getattr(workbench.fleet, self.table).get(name)
        self.values = (
            {**self.usual, **(begin or {})}
            if entry is None
            else {key: getattr(entry, key) for key in self.usual}
        )
        """As they were in the beginning."""
        self.ui = ui
        ui.setupUi(self)
        ui.ok.clicked.connect(self.take_over)
        ui.ok.setDefault(True)
        ui.cancel.clicked.connect(self.reject)

    # -- for subclasses ----------------------------------------------------------------------------------------

    def begin(self, title: str, name: str, first: QWidget) -> None:
        """Tie the fields to their widgets, and show the values; choices are filled by then.

        Args:
            name: what a new entry is called to begin with.
            first: the field where an entry that is there begins.
        """
        ui, values = self.ui, self.values
        ui.title.setText(title)
        self.setWindowTitle(title)
        hosts = self.workbench.fleet.hosts
        ui.hosts.set_names(
            [one for one, host in hosts.items() if "application" in host.roles or one in values["hosts"]],
            values["hosts"],
        )
        self.add(NAME, ui.name_row, ui.name)
        for key in self.keys:
            self.add(key, getattr(ui, f"{self.together.get(key, key)}_row"), getattr(ui, key))
        for key, value in {**values, NAME: self.old or name}.items():
            if key in self.fields:
                self.fields[key].show(value)
        self.show_fields()
        self.resize(*_SIZE)
        (first if self.old else ui.name).setFocus()
        ui.name.selectAll()

    def add(self, key: str, row: FieldRow, widget: QWidget, how: Access | None = None) -> None:
        """Tie a field of the entry to a widget in a row."""
        if how is None:
            if isinstance(widget, TickList):
                how = Access(read=widget.names, show=lambda _names: None, changed=widget.ticked)
            elif key in self.lists and isinstance(widget, QLineEdit):
                how = listed(widget)
            else:
                how = access(widget)
        self.rows[key], self.fields[key] = row, how
        how.changed.connect(partial(self._typed, key))

    def show_fields(self) -> None:
        """Show the fields that count, and what follows from what is entered."""

    def concerned(self, key: str) -> bool:
        """Whether a field counts as things stand; others keep their usual value."""
        return key in self.fields

    # -- what is entered ---------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The entry's name as it is entered."""
        return str(self.fields[NAME].read())

    def draft(self) -> dict[str, Any]:
        """The values as they are entered, without the name."""
        return {key: how.read() for key, how in self.fields.items() if key != NAME and self.concerned(key)}

    def made(self) -> Fleet:
        """The document with the entry.

        Raises:
            DocumentError: something is wrong with it.
        """
        raise NotImplementedError

    def check(self) -> dict[str, str]:
        """Problems by field, shown beneath those that have been touched."""
        found: dict[str, str] = {}
        self._checked = None
        if not self.name:
            found[NAME] = self.tr("it needs a name")
        elif self.name != self.old and self.name in getattr(self.workbench.fleet, self.table):
            found[NAME] = self.tr("“%1” is there already").replace("%1", self.name)
        try:
            self._checked = self.made()
        except DocumentError as error:
            for problem in error.problems:
                path = split(problem.path)
                key = path[2] if len(path) > 2 and path[0] == self.table else NAME
                found.setdefault(key if key in self.rows else NAME, problem.message)
        shown: dict[FieldRow, str] = {}
        for key, row in self.rows.items():
            # Where two fields share a row, the problem of one must not hide that of the other.
            shown[row] = shown.get(row) or (found.get(key, "") if key in self.touched else "")
        for row, words in shown.items():
            row.set_problem(words)
        return found

    def take_over(self) -> None:
        """Put it into the document, unless something is wrong."""
        self.touched.update(self.fields)
        found = self.check()
        if found:
            key = next((one for one in self.rows if one in found), NAME)
            self.focus(key)
            return
        name = self.name
        words = self.words()
        made = self._checked
        if made is not None and self.workbench.try_edit(lambda: made, words):
            self.kept()
            self.accept()
            self.taken.emit(self._normal(name))

    def words(self) -> str:
        """What is done, for Undo."""
        return self.tr("Change %1").replace("%1", self.name)

    def kept(self) -> None:
        """The entry is in the document now."""

    def focus(self, key: str) -> None:
        """Go to a field."""
        row = self.rows.get(key)
        if row is None or not row.fields():
            return
        field = row.fields()[0]
        self.ui.scroll.ensureWidgetVisible(row)
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # -- inside ------------------------------------------------------------------------------------------------

    def _normal(self, name: str) -> str:
        entries = getattr(self.workbench.fleet, self.table)
        return name if name in entries else name.lower()

    def _typed(self, key: str, *_value: object) -> None:
        self.touched.add(key)
        self.show_fields()
        self.check()

    def _with(
        self,
        add: Callable[..., Fleet],
        rename: Callable[[Fleet, str, str], Fleet],
    ) -> Fleet:
        fleet, name, draft = self.workbench.fleet, self.name, self.draft()
        if not self.old:
            return add(fleet, name or "?", draft, after=self.after)
        values = edit.with_value(fleet, (self.table, self.old), draft)
        return rename(values, self.old, name) if name and name != self.old else values

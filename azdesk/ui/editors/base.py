"""What all editors are made of: the scrolling page, and fields tied to values of the document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, Qt, SignalInstance
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QWidget,
)

from azdesk.core.errors import DocumentError
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.fleet.paths import Path, joined
from azdesk.ui.widgets.field_row import FieldRow

if TYPE_CHECKING:
    from azdesk.app.session import Observation
    from azdesk.ui.workbench import Workbench

NOT_READABLE = object()
"""What a field's `Access.read` gives for words that are no value; `Access.problem` says why."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """How a field's widget is read and written."""

    read: Callable[[], Any]
    show: Callable[[Any], None]
    changed: SignalInstance
    left: SignalInstance | None = None
    """Emitted when editing ends: the value is shown in its normal form then."""
    problem: Callable[[], str] = lambda: ""


def access(widget: QWidget) -> Access:
    """How the usual widgets are read and written; of a combo box it is the data of the chosen entry.

    Raises:
        TypeError: for other widgets.
    """
    match widget:
        case QLineEdit():
            return Access(
                read=lambda: widget.text().strip(),
                show=widget.setText,
                changed=widget.textEdited,
                left=widget.editingFinished,
            )
        case QSpinBox():
            return Access(read=widget.value, show=widget.setValue, changed=widget.valueChanged)
        case QComboBox():
            return Access(
                read=widget.currentData,
                show=lambda value: widget.setCurrentIndex(widget.findData(value)),
                changed=widget.activated,
            )
        case QCheckBox():
            return Access(read=widget.isChecked, show=widget.setChecked, changed=widget.toggled)
        case QPlainTextEdit():
            return Access(read=widget.toPlainText, show=widget.setPlainText, changed=widget.textChanged)
    raise TypeError(f"no way to edit a value with a {type(widget).__name__}")


def listed(field: QLineEdit) -> Access:
    """A line of words, separated by spaces or commas, as a tuple."""
    return Access(
        read=lambda: tuple(field.text().replace(",", " ").split()),
        show=lambda values: field.setText(" ".join(values)),
        changed=field.textEdited,
        left=field.editingFinished,
    )


class Binding(QObject):
    """One field tied to one value of the document.

    What is typed is checked at each keystroke; what is right goes into the document at once (typing is one undoable
    step), what is wrong stays in the field with the problem below it.
    """

    def __init__(
        self,
        workbench: Workbench,
        row: FieldRow,
        path: Callable[[], Path | None],
        words: str,
        how: Access,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self.row = row
        self._path = path
        self._words = words
        self._access = how
        self._shown: Any = NOT_READABLE
        self._showing = False
        how.changed.connect(self._typed)
        if how.left is not None:
            how.left.connect(self._left)

    def value(self) -> Any:
        """What the document says; None if it has no such place now."""
        path = self._path()
        if path is None:
            return None
        try:
            return edit.value_at(self._workbench.fleet, path)
        except DocumentError:
            return None

    def refresh(self) -> None:
        """Show the document's value, unless it is the one shown last: then what is being typed stays."""
        value = self.value()
        if value is None or value == self._shown:
            return
        self._shown = value
        typed = self._access.read()
        if typed is NOT_READABLE or typed != value:
            self._show(value)
        self.row.set_problem("")

    def set_value(self, value: Any) -> None:
        """Put a value into the document as if it had been typed: Adopt, for one."""
        path = self._path()
        if path is None:
            return
        try:
            fleet = edit.with_value(self._workbench.fleet, path, value)
        except DocumentError as error:
            self.row.set_problem(error.problems[0].message if error.problems else error.what)
            return
        self._workbench.edit(fleet, self._words, key="")

    def _show(self, value: Any) -> None:
        self._showing = True
        self._access.show(value)
        self._showing = False

    def _typed(self) -> None:
        path = self._path()
        if self._showing or path is None:
            return
        value = self._access.read()
        if value is NOT_READABLE:
            self.row.set_problem(self._access.problem())
            return
        problem = self._workbench.field_problem(path, value)
        self.row.set_problem(problem or "")
        if problem is None:
            fleet = edit.with_value(self._workbench.fleet, path, value)
            self._shown = edit.value_at(fleet, path)
            self._workbench.edit(fleet, self._words, key=joined(path))

    def _left(self) -> None:
        value = self._access.read()
        if value is not NOT_READABLE and self._shown is not NOT_READABLE and value != self._shown:
            path = self._path()
            if path is not None and self._workbench.field_problem(path, value) is None:
                self._show(self._shown)


class Form(QWidget):
    """A form over the document: bindings that follow it, and room for what a host has."""

    def __init__(self, workbench: Workbench | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if workbench is not None:
            self.workbench = workbench
        self.bindings: list[Binding] = []

    def adopt_rows(self) -> None:
        """Take the fields that stand in rows of a Designer form into those rows, in order."""
        for row in self.findChildren(FieldRow):
            for field in row.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
                if field.objectName():
                    row.add_field(field, 0 if not isinstance(field, _WIDE) else 1)
            fields = row.fields()
            for button in row.findChildren(QPushButton):
                if not button.objectName() and fields:  # the row's own Adopt comes after its fields
                    QWidget.setTabOrder(fields[-1], button)

    def bind(
        self,
        row: FieldRow,
        widget: QWidget,
        path: Callable[[], Path | None],
        words: str,
        how: Access | None = None,
    ) -> Binding:
        """Tie a widget to a value of the document."""
        binding = Binding(self.workbench, row, path, words, how or access(widget), self)
        self.bindings.append(binding)
        return binding


_WIDE = (QLineEdit, QComboBox, QSpinBox, QPlainTextEdit)


class Editor(QScrollArea):
    """One tab of a host's page (or a page of its own): a form that scrolls where it does not fit.

    Subclasses build their form in `body` and override `show_document` and `show_host`.
    """

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self.host = host
        self.body = Form(workbench)
        self.setWidget(self.body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The area itself takes part in no tabbing: its fields do.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.body.setAutoFillBackground(False)
        workbench.fleet_changed.connect(self._document_changed)
        workbench.observed.connect(self._observed)
        workbench.plan_changed.connect(self._thought)

    def bind(
        self, row: FieldRow, widget: QWidget, field: str, words: str, how: Access | None = None
    ) -> Binding:
        """Tie a widget to a field of this host; ``%1`` in the words is its name."""
        return self.body.bind(
            row,
            widget,
            lambda: ("hosts", self.host, field) if self.there else None,
            words.replace("%1", self.host),
            how,
        )

    @property
    def fleet(self) -> Fleet:
        return self.workbench.fleet

    @property
    def there(self) -> bool:
        """Whether the document still has what is edited here."""
        return self.host in self.fleet.hosts

    @property
    def domain(self) -> str:
        """The host's cluster, or an empty text."""
        return self.fleet.hosts[self.host].cluster if self.there else ""

    @property
    def seen(self) -> Observation | None:
        """The latest look at the host, if it could be read."""
        observation = self.workbench.observation(self.host)
        return observation if observation is not None and observation.readable else None

    def state(self, feature: str) -> Any | None:
        """What the host has of one feature, or None if that is not known."""
        return self.seen.states.get(feature) if self.seen is not None else None

    @property
    def differences(self) -> Mapping[str, tuple[str, ...]]:
        return self.workbench.differences(self.host)

    def concerned(self) -> tuple[str, ...]:
        """Hosts whose looks this editor shows."""
        return (self.host,)

    def refresh(self) -> None:
        """Show everything as it is now."""
        if not self.there:
            return
        self.show_document()
        for binding in self.body.bindings:
            binding.refresh()
        self.show_host()

    def show_document(self) -> None:
        """Show what is not a bound field, and fill the choices of those that are."""

    def show_host(self) -> None:
        """Show what the host has where that differs, and what else is known of it."""

    def _document_changed(self) -> None:
        self.refresh()

    def _observed(self, host: str) -> None:
        if self.there and host in self.concerned():
            self.show_host()

    def _thought(self, hosts: object) -> None:
        if self.there and isinstance(hosts, Collection) and set(hosts) & set(self.concerned()):
            self.show_host()


def while_there(owner: QObject, call: Callable[..., None]) -> Callable[..., None]:
    """`call`, until its owner is deleted: for functions that Qt cannot take along when a page or dialog closes."""

    def guarded(*values: object) -> None:
        if shiboken6.isValid(owner):
            call(*values)

    return guarded


def on_host(host: str, value: str) -> str:
    """The sentence below a field: what the host has now."""
    pattern = QCoreApplication.translate("Editors", "On %1 now: %2")
    return pattern.replace("%1", host).replace("%2", value)


def fill_choices(combo: QComboBox, entries: Sequence[tuple[str, object]]) -> None:
    """Fill a combo box with (words, data), keeping what is chosen; nothing happens where they are the same already."""
    before = [(combo.itemText(at), combo.itemData(at)) for at in range(combo.count())]
    if before == list(entries):
        return
    chosen = combo.currentData()
    combo.clear()
    for words, data in entries:
        combo.addItem(words, data)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))

"""One row of a form. All rows share one column grid, however long their words are."""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import Property, QChildEvent, QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from azdesk.ui import theme
from azdesk.ui.tokens import FIELD_MAX_PX, GRID, LABEL_COLUMN_PX
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.marks import StateLabel

_Line = TypeVar("_Line", bound=QWidget)

FIELD_HEIGHT = 30
LINE_HEIGHT = 18


class FieldRow(QWidget):
    """Label, field, and below the field: a note, a problem, what was checked, and what the host has now.

    Fields are child widgets: put them inside the row in Designer (no layout), or `add_field` them. Several stand side by side.
    `label` and `note` are Designer properties.
    """

    adopt_requested = Signal()
    """Take what the host has into the document."""

    def __init__(self, parent: QWidget | None = None, *, label: str = "", note: str = "") -> None:
        super().__init__(parent)
        self._label = QLabel()
        self._label.setFixedWidth(LABEL_COLUMN_PX)
        self._label.setMinimumHeight(FIELD_HEIGHT)
        self._label.setWordWrap(True)
        self._ranks: list[int] = []
        self._fields = QHBoxLayout()
        self._fields.setSpacing(GRID)
        self._own: set[QWidget] = {self._label}
        self._column = QWidget()
        self._column.setMaximumWidth(FIELD_MAX_PX)
        self._column.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._lines = QVBoxLayout(self._column)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(GRID // 2)
        self._lines.addLayout(self._fields)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self._label, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._column, 1000)
        row.addStretch(1)
        self._own.add(self._column)
        self.set_label(label)
        self.set_note(note)

    def add_field(self, field: QWidget, stretch: int = 1) -> None:
        """Put a field at the end of the row; the first gets the label's mnemonic and name."""
        if self._fields.indexOf(field) >= 0:
            return
        if isinstance(field, QAbstractSpinBox):
            # A style sheet cannot move the text of the field inside a spin box.
            field.lineEdit().setTextMargins(GRID, 0, 0, 0)
        if isinstance(field, StateLabel) or hasattr(field, "set_lines"):
            # Its first line stands beside the label, which is as high as a field.
            field.setContentsMargins(0, (FIELD_HEIGHT - LINE_HEIGHT) // 2, 0, 0)
        self._fields.addWidget(field, stretch)
        if self._fields.count() == 1:
            self._label.setBuddy(field)
            self._name_fields()

    def keep_left(self) -> None:
        """Fields that don't grow stand at the left of the row."""
        self._fields.addStretch(1)

    def fields(self) -> list[QWidget]:
        """The fields, in order."""
        items = (self._fields.itemAt(at) for at in range(self._fields.count()))
        return [widget for item in items if item is not None and (widget := item.widget()) is not None]

    def set_label(self, text: str) -> None:
        """Label with an optional ``&`` mnemonic."""
        self._label.setText(text)
        self._name_fields()

    def set_note(self, text: str) -> None:
        """A quiet word of explanation."""
        if text or "_note" in self.__dict__:
            self._note.setText(text)
            self._note.setVisible(bool(text))

    def set_problem(self, text: str) -> None:
        """What is wrong with the value; empty when nothing is."""
        if not text and "_problem" not in self.__dict__:
            return
        self._problem.set(State.FAILING if text else None, text)
        self._problem.setVisible(bool(text))
        for field in self.fields():
            theme.set_property(field, "problem", bool(text))
            field.setAccessibleDescription(text)

    def set_checked(self, state: State | None, text: str) -> None:
        """What a check on the host said about the value; None hides it."""
        if state is not None or "_checked" in self.__dict__:
            self._checked.set(state, text)
            self._checked.setVisible(state is not None)

    def set_on_host(self, text: str, *, adoptable: bool = True) -> None:
        """Where the host has something else: the whole sentence; empty when it has the same."""
        if not text and "_on_host" not in self.__dict__:
            return
        self._host.set(State.DIFFERS if text else None, text)
        self._adopt.setVisible(adoptable)
        self._adopt.setAccessibleName(
            self.tr("Adopt what the host has for %1").replace("%1", self._plain_label())
        )
        self._host_line.setVisible(bool(text))

    # -- lines below the fields: most rows need none of them, and a form of many rows is there the sooner ------------

    @cached_property
    def _note(self) -> QLabel:
        label = QLabel()
        label.setProperty("role", "note")
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return self._put(1, label)

    @cached_property
    def _problem(self) -> StateLabel:
        return self._put(2, StateLabel(role="problem"))

    @cached_property
    def _checked(self) -> StateLabel:
        return self._put(3, StateLabel(role="note"))

    @cached_property
    def _on_host(self) -> tuple[QWidget, StateLabel, QPushButton]:
        line, words, adopt = QWidget(), StateLabel(role="note"), QPushButton(self.tr("Adopt"))
        adopt.setProperty("kind", "link")
        adopt.setProperty("small", True)
        adopt.clicked.connect(self.adopt_requested)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(words, 1)
        row.addWidget(adopt, 0, Qt.AlignmentFlag.AlignTop)
        self._put(4, line)
        if fields := self.fields():
            QWidget.setTabOrder(fields[-1], adopt)
        return line, words, adopt

    @property
    def _host_line(self) -> QWidget:
        return self._on_host[0]

    @property
    def _host(self) -> StateLabel:
        return self._on_host[1]

    @property
    def _adopt(self) -> QPushButton:
        return self._on_host[2]

    def _put(self, rank: int, line: _Line) -> _Line:
        """Put a line at its place among those that are there."""
        line.hide()
        self._ranks.append(rank)
        self._ranks.sort()
        self._lines.insertWidget(1 + self._ranks.index(rank), line)
        return line

    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        child = event.child()
        if (
            event.type() == QEvent.Type.ChildPolished
            and isinstance(child, QWidget)
            and child not in self._own
        ):
            self.add_field(child)

    def _plain_label(self) -> str:
        return self._label.text().replace("&&", "\0").replace("&", "").replace("\0", "&")

    def _name_fields(self) -> None:
        for field in self.fields():
            if not field.accessibleName():
                field.setAccessibleName(self._plain_label())

    def _get_label(self) -> str:
        return self._label.text()

    def _get_note(self) -> str:
        return self._note.text()

    label = Property(str, _get_label, set_label)
    note = Property(str, _get_note, set_note)

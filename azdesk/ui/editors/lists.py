"""Short lists of sentences, each with its mark: what was checked, what was seen, what differs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.marks import StateLabel

Line = tuple[State | None, str]


class StateList(QWidget):
    """Sentences below each other; rows are kept where only their words change, so nothing flickers."""

    role = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[StateLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID // 2)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these sentences."""
        while len(self._rows) > len(lines):
            row = self._rows.pop()
            row.hide()
            row.deleteLater()
        while len(self._rows) < len(lines):
            row = StateLabel(role=self.role)
            self._rows.append(row)
            self._column.addWidget(row)
        for row, (state, text) in zip(self._rows, lines, strict=True):
            row.set(state, text)
            row.setAccessibleName(f"{row.mark.accessibleName()}: {text}".removeprefix(": "))
        self.setVisible(bool(lines))

    def lines(self) -> tuple[str, ...]:
        """What is shown."""
        return tuple(row.label.text() for row in self._rows)


class DifferenceList(QWidget):
    """What differs between the host and the document, with one Adopt for all of it; hidden when nothing does."""

    adopt_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = StateList()
        self.list.role = "note"
        self.adopt = QPushButton(self.tr("Adopt"))
        self.adopt.setProperty("kind", "link")
        self.adopt.setProperty("small", True)
        self.adopt.setAccessibleName(self.tr("Adopt what the host has"))
        self.adopt.clicked.connect(self.adopt_requested)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.list, 1)
        row.addWidget(self.adopt, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def set_sentences(self, sentences: Sequence[str], *, adoptable: bool = True) -> None:
        """Show what differs."""
        self.list.set_lines([(State.DIFFERS, text) for text in sentences])
        self.adopt.setVisible(adoptable)
        self.setVisible(bool(sentences))

"""The card: a surface with a title, actions, and room for anything below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.labels import ElidedLabel


class Card(QFrame):
    """A group of things that belong together.

    `body` is the layout to fill; `add_action` puts a button at the right of the title.
    """

    def __init__(self, parent: QWidget | None = None, *, title: str = "") -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.title = QLabel(title)
        self.title.setProperty("role", "heading")
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.note = ElidedLabel()
        self.note.setProperty("role", "note")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._head = QWidget()
        self._head.setMinimumHeight(30)
        self._actions = QHBoxLayout(self._head)
        self._actions.setContentsMargins(0, 0, 0, 0)
        self._actions.setSpacing(GRID)
        self._actions.addWidget(self.title)
        self._actions.addWidget(self.note, 1)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(GRID)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID + 2, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(self._head)
        column.addLayout(self.body)
        self._head.setVisible(bool(title))

    def set_title(self, title: str, note: str = "") -> None:
        """Title at the left, a quiet note at the right."""
        self.title.setText(title)
        self.note.setText(note)
        self.setAccessibleName(title)
        self._head.setVisible(bool(title))

    def add_action(self, text: str) -> QPushButton:
        """A button at the right of the title; connect to it."""
        button = QPushButton(text)
        self._actions.addWidget(button)
        self._head.show()
        return button

"""What a place shows while there is nothing in it: what belongs there, and the button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from azdesk.ui import icons
from azdesk.ui.tokens import GRID


class _LargeIcon(QLabel):
    """A 32 px icon that follows the palette."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setFixedSize(32, 32)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        scale = painter.device().devicePixelRatio()
        painter.drawPixmap(0, 0, icons.pixmap(self._name, "unknown", size=32, scale=scale))
        painter.end()


class EmptyState(QWidget):
    """An icon, a sentence, a line of help and the button that fills the place."""

    action = Signal()

    def __init__(
        self, icon: str, sentence: str, help_text: str = "", button: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.sentence = _centred(sentence, "heading")
        self.help = _centred(help_text, "note")
        self.button = QPushButton(button)
        self.button.clicked.connect(self.action)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 3 * GRID)
        column.setSpacing(GRID)
        column.addStretch(1)
        column.addWidget(_LargeIcon(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.sentence)
        column.addWidget(self.help)
        column.addSpacing(GRID // 2)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        # Only now that they have a place: before, each would come up as a window of its own for a moment.
        self.help.setVisible(bool(help_text))
        self.button.setVisible(bool(button))
        self.setAccessibleName(sentence)


def _centred(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label

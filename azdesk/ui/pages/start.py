"""What is shown while no document is open: the last ones, a new one, or a fleet to practise on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.card import Card


class StartPage(QWidget):
    """A small window of its own."""

    open_requested = Signal()
    new_requested = Signal()
    practice_requested = Signal()
    recent_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("AZDesk")
        self.setProperty("surface", "page")
        self.banner = Banner()
        title = QLabel("AZDesk")
        title.setProperty("role", "title")
        words = QLabel(
            self.tr(
                "One document says how your hosts should be. AZDesk looks at them, shows the difference, and sets it right."
            )
        )
        words.setWordWrap(True)
        words.setProperty("role", "quiet")
        self.open = QPushButton(self.tr("&Open a document…"))
        self.open.setProperty("kind", "primary")
        self.new = QPushButton(self.tr("&New document…"))
        self.practice = QPushButton(self.tr("&Practice fleet"))
        self.practice.setToolTip(
            self.tr("Hosts inside AZDesk, in a window of their own, to try everything without any risk")
        )
        self.open.clicked.connect(self.open_requested)
        self.new.clicked.connect(self.new_requested)
        self.practice.clicked.connect(self._practise)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for button in (self.open, self.new, self.practice):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.recent = Card(title=self.tr("Recent"))
        column = QVBoxLayout(self)
        column.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(title)
        column.addWidget(words)
        column.addWidget(self.banner)
        column.addLayout(buttons)
        column.addWidget(self.recent)
        column.addStretch(1)
        self.resize(620, 460)

    def set_recent(self, paths: Sequence[Path]) -> None:
        """Offer these documents."""
        while (item := self.recent.body.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for path in paths:
            row = QFrame()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            button = QPushButton(path.name)
            button.setProperty("kind", "link")
            button.setAccessibleDescription(str(path))
            button.clicked.connect(lambda _checked=False, to=str(path): self.recent_requested.emit(to))
            place = QLabel(str(path.parent))
            place.setProperty("role", "note")
            place.setTextFormat(Qt.TextFormat.PlainText)
            line.addWidget(button)
            line.addWidget(place)
            line.addStretch(1)
            self.recent.body.addWidget(row)
        self.recent.setVisible(bool(paths))

    def show_error(self, what: str, next_step: str = "") -> None:
        """Say why a document could not be opened."""
        self.practice_free()
        self.banner.show_message("error", what, next_step)

    def practice_free(self) -> None:
        """Another practice fleet may be started."""
        self.practice.setEnabled(True)
        self.practice.setText(self.tr("&Practice fleet"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def _practise(self) -> None:
        self.practice.setEnabled(False)
        self.practice.setText(self.tr("Starting…"))
        self.practice_requested.emit()

"""The page “Voice Records”: recorded calls of all hosts."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.labels import ElidedLabel


class VoiceRecordsPage(QWidget):
    """A head, a banner for what is missing, and what the presenter puts below."""

    seen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(text=self.tr("Voice Records"))
        self.title.setProperty("role", "title")
        self.subtitle = ElidedLabel()
        self.subtitle.setProperty("role", "quiet")
        self.banner = Banner()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(3 * GRID, 20, 3 * GRID, 0)
        self.column.setSpacing(2)
        self.column.addWidget(self.title)
        self.column.addWidget(self.subtitle)
        self.column.addSpacing(GRID)
        self.column.addWidget(self.banner)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit()

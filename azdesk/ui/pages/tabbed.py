"""A page with a head and tabs."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.side_tabs import SideTabs


class TabbedPage(QWidget):
    """Title, a line below it, room for buttons, tabs."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(text=title)
        self.title.setProperty("role", "title")
        self.subtitle = ElidedLabel()
        self.subtitle.setProperty("role", "quiet")
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self.title)
        titles.addWidget(self.subtitle)
        self.head = QHBoxLayout()
        self.head.setSpacing(GRID)
        self.head.setContentsMargins(0, 0, 2 * GRID, 0)
        self.head.addLayout(titles, 1)
        self.tabs = SideTabs()
        self.tabs.set_outer_margin(2 * GRID)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(3 * GRID, 20, GRID, 0)
        self.column.setSpacing(GRID + 4)
        self.column.addLayout(self.head)
        self.column.addWidget(self.tabs, 1)

    def set_subtitle(self, text: str) -> None:
        """What it is about, in a line."""
        self.subtitle.setText(text)

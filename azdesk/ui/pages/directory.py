"""The page “Directory & accounts” of the fleet: its tabs are editors of the document."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.side_tabs import SideTabs


class DirectoryPage(QWidget):
    """A head and tabs."""

    people_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(text=self.tr("Directory & accounts"))
        self.title.setProperty("role", "title")
        self.subtitle = ElidedLabel()
        self.subtitle.setProperty("role", "quiet")
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self.title)
        titles.addWidget(self.subtitle)
        self.people = QPushButton(self.tr("Pe&ople"))
        self.people.clicked.connect(self.people_requested)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.setContentsMargins(0, 0, 2 * GRID, 0)
        head.addLayout(titles, 1)
        head.addWidget(self.people)
        self.tabs = SideTabs()
        self.tabs.set_outer_margin(2 * GRID)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(3 * GRID, 20, GRID, 0)
        outer.setSpacing(GRID + 4)
        outer.addLayout(head)
        outer.addWidget(self.tabs, 1)

    def set_subtitle(self, text: str) -> None:
        """Which directory it is, in a line."""
        self.subtitle.setText(text)

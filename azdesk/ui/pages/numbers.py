"""The page “Numbers”: the number plan and everything that is seen of it."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.side_tabs import SideTabs


class NumbersPage(QWidget):
    """A head and tabs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(text=self.tr("Numbers"))
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
        self.more = QPushButton(self.tr("&More"))
        self.more.setProperty("menu", True)
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        self.head.addWidget(self.more)
        self.tabs = SideTabs()
        self.tabs.set_outer_margin(2 * GRID)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(3 * GRID, 20, GRID, 0)
        outer.setSpacing(GRID + 4)
        outer.addLayout(self.head)
        outer.addWidget(self.tabs, 1)

    def set_subtitle(self, text: str) -> None:
        """The plan in a line."""
        self.subtitle.setText(text)

"""The page “Numbers”: the number plan and everything that is seen of it."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from azdesk.ui.pages.tabbed import TabbedPage


class NumbersPage(TabbedPage):
    """A head with a menu, and tabs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Numbers"))
        self.more = QPushButton(self.tr("&More"))
        self.more.setProperty("menu", True)
        self.menu = QMenu(self.more)
        self.more.setMenu(self.menu)
        self.head.addWidget(self.more)

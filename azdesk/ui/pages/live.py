"""The page “Live”: what goes on just now, and what went on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from azdesk.ui.pages.tabbed import TabbedPage
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.banner import Banner


class LivePage(TabbedPage):
    """A head, a banner for hosts that do not answer, and tabs."""

    seen = Signal(bool)
    """Whether it can be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Live"))
        self.banner = Banner()
        beside = QHBoxLayout()
        beside.setContentsMargins(0, 0, 2 * GRID, 0)
        beside.addWidget(self.banner)
        self.column.insertLayout(1, beside)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.seen.emit(False)

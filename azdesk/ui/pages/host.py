"""A host's page: head, a message when there is one, and the tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from azdesk.ui.forms.host_page import Ui_HostPage
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import TabModel


class HostPage(QWidget):
    """The frame around a host's editors; tabs are added by whoever knows the features."""

    look_again_requested = Signal()
    adopt_requested = Signal()
    tab_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_HostPage()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.tabs = self.ui.tabs
        self.tabs.set_outer_margin(2 * GRID)
        self.banner = self.ui.banner
        self.ui.looked.set_pattern(self.tr("looked %1"), self.tr("not looked at yet"))
        self.ui.look_again.clicked.connect(self.look_again_requested)
        self.ui.adopt.clicked.connect(self.adopt_requested)
        self.tabs.current_changed.connect(self.tab_changed)

    def set_title(self, name: str, facts: str, looked_at: datetime | None = None) -> None:
        """The host's name, what is known of it in one line, and when it was looked at."""
        self.ui.title.setText(name)
        self.ui.subtitle.setText(facts)
        self.ui.looked.set_when(looked_at)

    def add_tab(self, tab: TabModel, factory: Callable[[], QWidget]) -> None:
        """Add an editor; made when first shown."""
        self.tabs.add_tab(tab, factory)

    def update_tabs(self, tabs: Sequence[TabModel]) -> None:
        """New marks for the tabs."""
        self.tabs.update_tabs(tabs)

"""A host's page: head, a message when there is one, and the tabs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from azdesk.ui.forms.host_page import Ui_HostPage
from azdesk.ui.viewmodels import TabModel


class HostPage(QWidget):
    """The frame around a host's editors; tabs are added by whoever knows the features."""

    look_again_requested = Signal()
    adopt_requested = Signal()
    terminal_requested = Signal()
    tab_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_HostPage()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.tabs = self.ui.tabs
        self.banner = self.ui.banner
        self.ui.look_again.clicked.connect(self.look_again_requested)
        self.ui.adopt.clicked.connect(self.adopt_requested)
        self.ui.terminal.clicked.connect(self.terminal_requested)
        self.tabs.current_changed.connect(self.tab_changed)

    def set_title(self, name: str, facts: str) -> None:
        """The host's name, and what is known of it in one line."""
        self.ui.title.setText(name)
        self.ui.subtitle.setText(facts)

    def add_tab(self, tab: TabModel, factory: Callable[[], QWidget]) -> None:
        """Add an editor; made when first shown."""
        self.tabs.add_tab(tab, factory)

    def update_tabs(self, tabs: Sequence[TabModel]) -> None:
        """New marks for the tabs."""
        self.tabs.update_tabs(tabs)

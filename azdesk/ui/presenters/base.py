"""What all presenters share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from azdesk.ui.desk import Desk
    from azdesk.ui.mapping.shown import HostShown
    from azdesk.ui.mapping.standing import FleetView
    from azdesk.ui.viewmodels import Attention


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The window's knowledge at one moment, worked out once for all pages."""

    view: FleetView
    hosts: Mapping[str, HostShown]
    wanting: tuple[Attention, ...]


class Presenter(QObject):
    """Keeps one page up to date; lives as long as the page."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self.desk = desk
        self.workbench = desk.workbench

    def refresh(self, shown: Shown) -> None:
        """Show the fleet as it stands; called for the page that is seen, and before a page is seen."""

    def look_again(self) -> None:
        """F5 on this page."""
        self.workbench.look()

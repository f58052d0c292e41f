"""A cluster's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.ui.mapping.overview import matrix
from azdesk.ui.mapping.tree import cluster_key, host_key
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.pages.cluster import SETTINGS, ClusterPage
from azdesk.ui.presenters.base import Presenter, Shown

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from azdesk.ui.desk import Desk


class ClusterPresenter(Presenter):
    """Shows one cluster: how its nodes stand, and what they share."""

    def __init__(self, desk: Desk, page: ClusterPage, domain: str) -> None:
        super().__init__(desk, page)
        self.page = page
        self.domain = domain
        page.add_settings(self._editor)
        page.host_requested.connect(desk.window.show_page)
        page.cell_requested.connect(self._cell)
        page.look_again_requested.connect(self.look_again)
        page.add_host_requested.connect(lambda: desk.add_host(domain))

    def refresh(self, shown: Shown) -> None:
        fleet = shown.view.fleet
        if self.domain not in fleet.clusters:
            return
        nodes = fleet.nodes(self.domain)
        words = counted(len(nodes), self.tr("1 node"), self.tr("%1 nodes"))
        if len(nodes) > 1:
            from azdesk.app.joining import leader

            first = leader(fleet, shown.view.observations, self.domain)
            words += " · " + filled(self.tr("the others join %1"), first)
        tiles = tuple(shown.hosts[node].tile for node in nodes)
        self.page.set_model(self.domain, words, matrix(fleet, shown.hosts, self.domain), tiles)

    def look_again(self) -> None:
        self.workbench.look(self.workbench.fleet.nodes(self.domain))

    def _editor(self) -> QWidget:
        from azdesk.ui.editors.domain import DomainEditor

        editor = DomainEditor(self.workbench, self.domain)
        editor.ui.title.hide()  # the page has it already
        editor.renamed.connect(self._renamed)
        return editor

    def _renamed(self, _old: str, new: str) -> None:
        self.desk.refresh_now()
        self.desk.window.show_page(cluster_key(new))
        page = self.desk.window.page(cluster_key(new))
        if isinstance(page, ClusterPage):
            page.tabs.set_current(SETTINGS)

    def _cell(self, _domain: str, _row: int, node: int) -> None:
        nodes = self.workbench.fleet.nodes(self.domain)
        if node < len(nodes):
            self.desk.window.show_page(host_key(nodes[node]))

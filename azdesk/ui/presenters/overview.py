"""The overview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.ui.mapping.overview import overview
from azdesk.ui.mapping.tree import cluster_key, host_key
from azdesk.ui.pages.overview import OverviewPage
from azdesk.ui.presenters.base import Presenter, Shown

if TYPE_CHECKING:
    from azdesk.ui.desk import Desk


class OverviewPresenter(Presenter):
    """Shows the fleet on its overview."""

    def __init__(self, desk: Desk, page: OverviewPage) -> None:
        super().__init__(desk, page)
        self.page = page
        page.attention_requested.connect(desk.deal_with)
        page.host_requested.connect(desk.window.show_page)
        page.cell_requested.connect(self._cell)
        page.look_again_requested.connect(self.look_again)
        page.report_requested.connect(desk.save_report)
        page.add_host_requested.connect(desk.add_host)

    def refresh(self, shown: Shown) -> None:
        self.page.set_model(overview(shown.view, shown.hosts, shown.wanting))

    def _cell(self, domain: str, _row: int, node: int) -> None:
        nodes = self.workbench.fleet.nodes(domain)
        self.desk.window.show_page(host_key(nodes[node]) if node < len(nodes) else cluster_key(domain))

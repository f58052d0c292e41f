"""All that the window shows of one host, wherever it shows it."""

from __future__ import annotations

from dataclasses import dataclass

from azdesk.ui.mapping.attention import attention_of
from azdesk.ui.mapping.overview import NodeValues, node_values, tile
from azdesk.ui.mapping.standing import FleetView, Standing, standing
from azdesk.ui.mapping.tree import row
from azdesk.ui.viewmodels import Attention, HostSummary, TreeItem


@dataclass(frozen=True, kw_only=True)
class HostShown:
    """One host as the tree, the overview and its cluster's page show it."""

    standing: Standing
    wanting: tuple[Attention, ...]
    row: TreeItem
    tile: HostSummary
    values: NodeValues


def host_shown(view: FleetView, host: str) -> HostShown:
    """What there is to show of a host."""
    how = standing(view, host)
    return HostShown(
        standing=how,
        wanting=attention_of(view, host),
        row=row(view.fleet, host, how),
        tile=tile(view, host, how),
        values=node_values(view.observations.get(host)),
    )

"""The fleet tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication

from azdesk.fleet.model import Fleet
from azdesk.ui.mapping.standing import Standing
from azdesk.ui.viewmodels import State, TreeItem, TreeKind

OVERVIEW: Final = "overview"
JOURNAL: Final = "journal"
FLEET: Final = "fleet"
_HOST: Final = "host:"
_CLUSTER: Final = "cluster:"
_GROUP: Final = "group:"


def host_key(name: str) -> str:
    """Key of a host's row and page."""
    return _HOST + name


def cluster_key(domain: str) -> str:
    """Key of a cluster's row and page."""
    return _CLUSTER + domain


def host_of(key: str) -> str:
    """Name of the host that a key stands for; empty if it is not a host's."""
    return key.removeprefix(_HOST) if key.startswith(_HOST) else ""


def cluster_of(key: str) -> str:
    """Domain of the cluster that a key stands for; empty if it is not a cluster's."""
    return key.removeprefix(_CLUSTER) if key.startswith(_CLUSTER) else ""


def group_of(key: str) -> str | None:
    """Heading that a key stands for (empty: hosts without one); None if it is not a heading's."""
    return key.removeprefix(_GROUP) if key.startswith(_GROUP) else None


def tree(fleet: Fleet, standings: Mapping[str, Standing], wanting: int) -> tuple[TreeItem, ...]:
    """All rows: the fleet's pages, clusters with their hosts, hosts outside by their headings.

    Args:
        fleet: the document.
        standings: of all hosts.
        wanting: number of things that want the admin.
    """
    tr = QCoreApplication.translate
    pages = (
        TreeItem(
            key=OVERVIEW,
            kind=TreeKind.PAGE,
            text=tr("Tree", "Overview"),
            icon="overview",
            note=str(wanting) if wanting else "",
        ),
        TreeItem(key=JOURNAL, kind=TreeKind.PAGE, text=tr("Tree", "Journal"), icon="journal"),
    )
    rows = [TreeItem(key=FLEET, kind=TreeKind.GROUP, text=fleet.name, children=pages)]
    for domain in fleet.clusters:
        hosts = tuple(_host(fleet, name, standings) for name in fleet.nodes(domain))
        rows.append(
            TreeItem(
                key=cluster_key(domain),
                kind=TreeKind.CLUSTER,
                text=domain,
                icon="cluster",
                children=hosts,
                renamable=True,
            )
        )
    groups: dict[str, list[str]] = {}
    for name, host in fleet.hosts.items():
        if not host.cluster:
            groups.setdefault(host.group, []).append(name)
    for group, names in groups.items():
        rows.append(
            TreeItem(
                key=_GROUP + group,
                kind=TreeKind.GROUP,
                text=group or tr("Tree", "Outside clusters"),
                children=tuple(_host(fleet, name, standings) for name in names),
            )
        )
    return tuple(rows)


def _host(fleet: Fleet, name: str, standings: Mapping[str, Standing]) -> TreeItem:
    host, how = fleet.hosts[name], standings[name]
    tooltip = "\n".join(part for part in (f"{name}  {host.address}", how.sentence, host.note) if part)
    return TreeItem(
        key=host_key(name),
        kind=TreeKind.HOST,
        text=name,
        state=how.state,
        note=how.note if how.state is not State.RIGHT else "",
        tooltip=tooltip,
        renamable=True,
    )

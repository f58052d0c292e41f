"""The fleet tree."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from azdesk.fleet.model import Fleet
from azdesk.ui.mapping.standing import Standing
from azdesk.ui.viewmodels import State, TreeItem, TreeKind

if TYPE_CHECKING:
    from azdesk.ui.mapping.shown import HostShown

OVERVIEW: Final = "overview"
PEOPLE: Final = "people"
NUMBERS: Final = "numbers"
LIVE: Final = "live"
VOICE_RECORDS: Final = "voice-records"
DIRECTORY: Final = "directory"
JOURNAL: Final = "journal"
FLEET: Final = "fleet"
_HOST: Final = "host:"
_CLUSTER: Final = "cluster:"
_GROUP: Final = "group:"
_TRUNK: Final = "trunk:"
TRUNKS: Final = "trunks"


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


def trunk_key(name: str) -> str:
    """Key of the row of a trunk to the outside; its place is on the page Numbers."""
    return _TRUNK + name


def trunk_of(key: str) -> str:
    """Name of the trunk that a key stands for; empty if it is not a trunk's."""
    return key.removeprefix(_TRUNK) if key.startswith(_TRUNK) else ""


def group_of(key: str) -> str | None:
    """Heading that a key stands for (empty: hosts without one); None if it is not a heading's."""
    return key.removeprefix(_GROUP) if key.startswith(_GROUP) else None


def tree(
    fleet: Fleet,
    hosts: Mapping[str, HostShown],
    wanting: int,
    people: int | None = None,
    plan: int = 0,
    marks: Mapping[str, State | None] = MappingProxyType({}),
) -> tuple[TreeItem, ...]:
    """All rows: the fleet's pages, clusters with their hosts, hosts outside by their headings, trunks to the outside.

    Args:
        fleet: the document.
        hosts: what is shown of each.
        wanting: number of things that want the admin.
        people: number of people in the directory; None: not known.
        plan: number of things that are wrong with the number plan.
        marks: trunk → how wrong something is with it in the number plan.
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
        TreeItem(
            key=PEOPLE,
            kind=TreeKind.PAGE,
            text=tr("Tree", "People"),
            icon="people",
            note=f"{people:,}" if people and fleet.directory.base else "",
        ),
        TreeItem(
            key=NUMBERS,
            kind=TreeKind.PAGE,
            text=tr("Tree", "Numbers"),
            icon="numbers",
            note=str(plan) if plan else "",
        ),
        TreeItem(key=LIVE, kind=TreeKind.PAGE, text=tr("Tree", "Live"), icon="clock"),
        TreeItem(key=VOICE_RECORDS, kind=TreeKind.PAGE, text=tr("Tree", "Voice Records"), icon="play"),
        TreeItem(
            key=DIRECTORY, kind=TreeKind.PAGE, text=tr("Tree", "Directory & accounts"), icon="directory"
        ),
        TreeItem(key=JOURNAL, kind=TreeKind.PAGE, text=tr("Tree", "Journal"), icon="journal"),
    )
    rows = [TreeItem(key=FLEET, kind=TreeKind.GROUP, text=fleet.name, children=pages)]
    rows.extend(
        TreeItem(
            key=cluster_key(domain),
            kind=TreeKind.CLUSTER,
            text=domain,
            icon="cluster",
            children=tuple(hosts[name].row for name in fleet.nodes(domain)),
            renamable=True,
        )
        for domain in fleet.clusters
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
                children=tuple(hosts[name].row for name in names),
            )
        )
    if fleet.trunks:
        trunks = tuple(
            TreeItem(
                key=trunk_key(name),
                kind=TreeKind.TRUNK,
                text=name,
                icon="trunk",
                state=marks.get(name),
                tooltip="\n".join(part for part in (f"{name}  {trunk.address}", trunk.note) if part),
            )
            for name, trunk in fleet.trunks.items()
        )
        rows.append(
            TreeItem(
                key=TRUNKS,
                kind=TreeKind.GROUP,
                text=tr("Tree", "Trunks to the outside"),
                children=trunks,
            )
        )
    return tuple(rows)


def row(fleet: Fleet, name: str, how: Standing) -> TreeItem:
    """A host's row."""
    host = fleet.hosts[name]
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

"""The overview page: what wants the admin, all hosts, and what must be equal in each cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from azdesk.ui.mapping.standing import FleetView, Standing
from azdesk.ui.mapping.tree import host_key
from azdesk.ui.mapping.words import counted, filled, moment
from azdesk.ui.viewmodels import (
    Attention,
    HostSummary,
    Matrix,
    MatrixCell,
    MatrixRow,
    OverviewModel,
    State,
)

if TYPE_CHECKING:
    from azdesk.app.session import Observation
    from azdesk.fleet.model import Fleet
    from azdesk.ui.mapping.shown import HostShown


def overview(
    view: FleetView, hosts: Mapping[str, HostShown], wanting: tuple[Attention, ...]
) -> OverviewModel:
    """Everything on the overview page.

    Args:
        hosts: what is shown of each.
    """
    tr = QCoreApplication.translate
    fleet = view.fleet
    words = [fleet.name]
    if fleet.clusters:
        words.append(counted(len(fleet.clusters), tr("Overview", "1 cluster"), tr("Overview", "%1 clusters")))
    words.append(counted(len(fleet.hosts), tr("Overview", "1 host"), tr("Overview", "%1 hosts")))
    looks = [seen.at for host, seen in view.observations.items() if host in fleet.hosts]
    return OverviewModel(
        title=tr("Overview", "Overview"),
        subtitle=" · ".join(words),
        looked_at=moment(max(looks)) if looks else None,
        attention=wanting,
        hosts=tuple(hosts[host].tile for host in fleet.hosts),
        matrices=tuple(matrix(fleet, hosts, domain) for domain in fleet.clusters if fleet.nodes(domain)),
    )


def tile(view: FleetView, host: str, how: Standing) -> HostSummary:
    """A host's tile."""
    return HostSummary(
        key=host_key(host),
        name=host,
        state=how.state,
        sentence=how.sentence,
        address=view.fleet.hosts[host].lan_address or view.fleet.hosts[host].address,
        looked_at=moment(seen.at) if (seen := view.observations.get(host)) else None,
    )


@dataclass(frozen=True, kw_only=True)
class NodeValues:
    """What must be equal on all nodes of a cluster, as text; None if it could not be read, empty if it has none."""

    version: str | None = None
    upload: str | None = None
    chat: str | None = None
    cookie: str | None = None
    port: str | None = None
    members: str | None = None
    name: str | None = None


def node_values(seen: Observation | None) -> NodeValues:
    """The values of one node."""
    if seen is None or not seen.readable:
        return NodeValues()
    return NodeValues(
        version=_version(seen),
        upload=_upload(seen),
        chat=_chat(seen),
        cookie=_cookie(seen),
        port=_port(seen),
        members=_members(seen),
        name=_own_name(seen),
    )


def matrix(fleet: Fleet, hosts: Mapping[str, HostShown], domain: str) -> Matrix:
    """What must be equal on all nodes of a cluster; a value other than the document's, or the others', is the error."""
    tr = QCoreApplication.translate
    cluster, nodes = fleet.clusters[domain], fleet.nodes(domain)
    values = [hosts[node].values for node in nodes]
    wanted_nodes = _nodes(sorted(f"ejabberd@{fleet.node(name)}" for name in nodes))
    chat = cluster.chat_log.directory if cluster.chat_log.enabled else tr("Overview", "off")
    url, port = cluster.upload.url or None, str(cluster.distribution_port)
    rows: list[tuple[str, list[str | None], str | None, State, Callable[[str], str]]] = [
        (tr("Overview", "ejabberd"), [node.version for node in values], None, State.FAILING, str),
        (tr("Overview", "File Upload URL"), [node.upload for node in values], url, State.DIFFERS, str),
        (tr("Overview", "Chat log"), [node.chat for node in values], chat, State.DIFFERS, str),
        (tr("Overview", "Cookie"), [node.cookie for node in values], None, State.FAILING, _digest),
        (tr("Overview", "Distribution port"), [node.port for node in values], port, State.DIFFERS, str),
        (
            tr("Overview", "Running db nodes"),
            [node.members for node in values],
            wanted_nodes,
            State.FAILING,
            _names,
        ),
    ]
    return Matrix(
        key=domain,
        title=domain,
        note=_agreement(values),
        nodes=nodes,
        rows=tuple(
            MatrixRow(label=label, cells=_cells(texts, wanted, worst, short))
            for label, texts, wanted, worst, short in rows
        ),
    )


def _cells(
    texts: Sequence[str | None], wanted: str | None, worst: State, short: Callable[[str], str]
) -> tuple[MatrixCell, ...]:
    tr = QCoreApplication.translate
    # Where the document does not say, the most frequent value is taken to be right; on a tie the first node's.
    frequent = Counter(text for text in texts if text).most_common(1)
    reference = wanted or (frequent[0][0] if frequent else "")

    def cell(text: str | None) -> MatrixCell:
        if text is None:
            return MatrixCell(text="–", state=State.UNKNOWN, full=tr("Overview", "not known"))
        shown = short(text) or tr("Overview", "none")
        if text == reference or not reference:
            return MatrixCell(text=shown, full=text)
        full = filled(tr("Overview", "%1 – it should be %2"), text or tr("Overview", "none"), reference)
        return MatrixCell(text=shown, state=worst, full=full)

    made = {text: cell(text) for text in dict.fromkeys(texts)}
    return tuple(made[text] for text in texts)


def _digest(text: str) -> str:
    """A digest by its first characters."""
    return f"{text[:4]}…" if len(text) > 4 else text


def _names(text: str) -> str:
    """A node list without what all names share."""
    return text.replace("ejabberd@", "").strip("[]") if text.startswith("[") else text


def _state(seen: Observation, feature: str) -> Any | None:
    return seen.states.get(feature)


def _version(seen: Observation) -> str | None:
    services = _state(seen, "services")
    return dict(services.versions).get("ejabberd", "").split("-", 1)[0] if services else None


def _upload(seen: Observation) -> str | None:
    upload = _state(seen, "upload")
    if upload is None:
        return None
    return upload.url or (upload.foreign.url if upload.foreign else "")


def _chat(seen: Observation) -> str | None:
    log = _state(seen, "chatlog")
    if log is None:
        return None
    return log.directory or QCoreApplication.translate("Overview", "off")


def _cookie(seen: Observation) -> str | None:
    cluster = _state(seen, "cluster")
    return cluster.cookie if cluster else None


def _port(seen: Observation) -> str | None:
    cluster = _state(seen, "cluster")
    if cluster is None:
        return None
    return str(cluster.port) if cluster.port else QCoreApplication.translate("Overview", "any")


def _nodes(names: Sequence[str]) -> str:
    return f"[{', '.join(names)}]" if names else ""


def _members(seen: Observation) -> str | None:
    cluster = _state(seen, "cluster")
    if cluster is None:
        return None
    return _nodes(sorted(cluster.members)) or QCoreApplication.translate("Overview", "stopped")


def _agreement(values: Sequence[NodeValues]) -> str:
    """The cluster in the nodes' own words, if they all say the same."""
    tr = QCoreApplication.translate
    said = [node.members for node in values]
    if any(text is None for text in said):
        return ""
    own = [node.name for node in values]
    together = len(set(own)) == len(own) and all(
        name in (said[0] or "").strip("[]").split(", ") for name in own
    )
    if len(set(said)) == 1 and together:
        return f"running db nodes = {said[0]}"
    # Fresh nodes are all called alike, so equal words alone do not make one cluster of them.
    if all(
        text in (_nodes([name or ""]), tr("Overview", "stopped"))
        for text, name in zip(said, own, strict=True)
    ):
        return tr("Overview", "the nodes do not see each other")
    return tr("Overview", "the nodes do not agree on who belongs to the cluster")


def _own_name(seen: Observation) -> str | None:
    cluster = _state(seen, "cluster")
    return cluster.node if cluster else None

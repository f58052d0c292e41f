"""The overview page: what wants the admin, all hosts, and what must be equal in each cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
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


def overview(
    view: FleetView, standings: Mapping[str, Standing], wanting: tuple[Attention, ...]
) -> OverviewModel:
    """Everything on the overview page."""
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
        hosts=tiles(view, standings, tuple(fleet.hosts)),
        matrices=tuple(matrix(view, domain) for domain in fleet.clusters if fleet.nodes(domain)),
    )


def tiles(
    view: FleetView, standings: Mapping[str, Standing], hosts: Sequence[str]
) -> tuple[HostSummary, ...]:
    """Tiles of some hosts."""
    return tuple(
        HostSummary(
            key=host_key(host),
            name=host,
            state=standings[host].state,
            sentence=standings[host].sentence,
            address=view.fleet.hosts[host].lan_address or view.fleet.hosts[host].address,
            looked_at=moment(seen.at) if (seen := view.observations.get(host)) else None,
        )
        for host in hosts
    )


Value = Callable[["Observation"], str | None]
"""A node's value as text; None if it could not be read, empty if it has none."""


def matrix(view: FleetView, domain: str) -> Matrix:
    """What must be equal on all nodes of a cluster; a value other than the document's, or the others', is the error."""
    tr = QCoreApplication.translate
    fleet, cluster = view.fleet, view.fleet.clusters[domain]
    nodes = fleet.nodes(domain)
    wanted_nodes = _nodes(sorted(f"ejabberd@{fleet.node(name)}" for name in nodes))
    chat = cluster.chat_log.directory if cluster.chat_log.enabled else tr("Overview", "off")
    rows: list[tuple[str, Value, str | None, State]] = [
        (tr("Overview", "ejabberd"), _version, None, State.FAILING),
        (tr("Overview", "File Upload URL"), _upload, cluster.upload.url or None, State.DIFFERS),
        (tr("Overview", "Chat log"), _chat, chat, State.DIFFERS),
        (tr("Overview", "Cookie"), _cookie, None, State.FAILING),
        (tr("Overview", "Distribution port"), _port, str(cluster.distribution_port), State.DIFFERS),
        (tr("Overview", "Running db nodes"), _members, wanted_nodes, State.FAILING),
    ]
    return Matrix(
        key=domain,
        title=domain,
        note=_agreement(view, nodes),
        nodes=nodes,
        rows=tuple(
            MatrixRow(label=label, cells=_cells(view, nodes, value, wanted, worst))
            for label, value, wanted, worst in rows
        ),
    )


def _cells(
    view: FleetView, nodes: Sequence[str], value: Value, wanted: str | None, worst: State
) -> tuple[MatrixCell, ...]:
    tr = QCoreApplication.translate
    texts = [_read(view.observations.get(node), value) for node in nodes]
    # Where the document does not say, the most frequent value is taken to be right; on a tie the first node's.
    frequent = Counter(text for text in texts if text).most_common(1)
    reference = wanted or (frequent[0][0] if frequent else "")

    def cell(text: str | None) -> MatrixCell:
        if text is None:
            return MatrixCell(text="–", state=State.UNKNOWN, full=tr("Overview", "not known"))
        shown = _short(text) or tr("Overview", "none")
        if text == reference or not reference:
            return MatrixCell(text=shown, full=text)
        full = filled(tr("Overview", "%1 – it should be %2"), text or tr("Overview", "none"), reference)
        return MatrixCell(text=shown, state=worst, full=full)

    made = {text: cell(text) for text in dict.fromkeys(texts)}
    return tuple(made[text] for text in texts)


def _short(text: str) -> str:
    """Digests by their first characters, node lists without what all names share."""
    if len(text) == 64 and " " not in text:
        return f"{text[:4]}…"
    return text.replace("ejabberd@", "").strip("[]") if text.startswith("[") else text


def _read(seen: Observation | None, value: Value) -> str | None:
    return value(seen) if seen is not None and seen.readable else None


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


def _agreement(view: FleetView, nodes: Sequence[str]) -> str:
    """The cluster in the nodes' own words, if they all say the same."""
    tr = QCoreApplication.translate
    said = [_read(view.observations.get(node), _members) for node in nodes]
    if any(text is None for text in said):
        return ""
    own = [_read(view.observations.get(node), _own_name) for node in nodes]
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

"""Whether a host can join its cluster: each precondition ticked by testing it, on both hosts.

ejabberd answers “This node cannot reach that node.” for a wrong cookie, an unreachable node and a wrong name
alike; these checks tell the three apart, before a join and after one that failed.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from azdesk.app.observing import observe, observe_host
from azdesk.app.session import Observation, Session
from azdesk.core.errors import AzdeskError, LinkError
from azdesk.core.probe import Connect, Probe, Readings, Resolve
from azdesk.core.progress import Job, Progress
from azdesk.features._base import PlanContext
from azdesk.features.cluster.standing import anchor, begins_anew, company
from azdesk.features.cluster.state import ClusterState, lost, node_name
from azdesk.fleet.model import Fleet


class CheckState(enum.StrEnum):
    """What came of one precondition."""

    OK = "ok"
    PLANNED = "planned"
    """Not so yet, but the plan makes it so."""
    WARNING = "warning"
    """It works, at a price that the admin should know."""
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One precondition, tested."""

    key: str
    """names, port, versions, cookie, node, data, or membership."""
    title: str
    state: CheckState
    detail: str
    """What was seen, and what to do if it failed."""


@dataclass(frozen=True, kw_only=True)
class JoinReport:
    """All preconditions for one host joining its cluster."""

    host: str
    target: str
    """Host that it joins; the host itself if it is the cluster's first node."""
    checks: tuple[Check, ...]

    @property
    def possible(self) -> bool:
        return all(check.state is not CheckState.FAILED for check in self.checks)


def leader(fleet: Fleet, observations: Mapping[str, Observation], domain: str) -> str:
    """The host that the others of a cluster join, by what was seen of them; the cluster has hosts."""
    host = fleet.nodes(domain)[0]
    seen = {name: one.states for name, one in observations.items() if one.readable}
    context = PlanContext(fleet=fleet, host=host, observed=seen)
    return anchor(context, context.of(host, "cluster") or ClusterState())


def check_join(session: Session, host: str, job: Job | None = None) -> JoinReport:
    """Test every precondition on the joiner and on the node it joins.

    Raises:
        LinkError: one of the two cannot be reached.
        AzdeskError: the host is in no cluster by the document.
    """
    job = job or Job()
    fleet = session.fleet
    domain = fleet.hosts[host].cluster
    if not domain:
        raise AzdeskError(
            "The document puts it in no cluster.", where=host, next_step="Choose a cluster for it first."
        )
    seen = observe(session, fleet.nodes(domain), job)
    own = _state(seen[host])
    context = PlanContext(
        fleet=fleet, host=host, observed={n: o.states for n, o in seen.items() if o.readable}
    )
    target = anchor(context, own)
    if target == host:
        return JoinReport(host=host, target=host, checks=(_first(fleet, host), _data(own)))
    theirs = _state(seen[target])
    job.report(Progress(text=f"Testing {host} against {target}", host=host))
    here = session.pool.link(host, job).look(_questions(fleet, target, theirs))
    there = session.pool.link(target, job).look({"join/name": Resolve(name=fleet.node(host))})
    checks = (
        _names(fleet, host, target, here, there),
        _node(fleet, target, theirs),
        _port(fleet, host, target, here, theirs),
        _versions(host, target, seen),
        _cookies(target, own, theirs, begins_anew=begins_anew(context, own)),
        _membership(fleet, host, target, own, theirs),
        _data(own),
    )
    return JoinReport(host=host, target=target, checks=checks)


def explain(session: Session, host: str, target: str, job: Job | None = None) -> str:
    """Why ejabberd refused a join, in words; looks after the joiner has been put back.

    ejabberd says the same in each case. What the plan itself had set on the joiner was right, so what is left is
    a node that runs under another name, a port that does not answer, or a node that runs with another cookie
    than its file has: the file is what was copied.
    """
    fleet = session.fleet
    wanted, port = node_name(fleet, target), fleet.clusters[fleet.hosts[target].cluster].distribution_port
    try:
        theirs = _state(observe_host(session, target, job or Job()))
        reading = session.pool.link(host, job).look(_questions(fleet, target, theirs)).get("join/port")
    except AzdeskError as error:
        return str(error)
    if not theirs.up:
        return f"ejabberd does not run on {target}. Start it there, then apply again."
    if wanted not in theirs.members:
        ran = theirs.node if theirs.node != wanted else ", ".join(theirs.members)
        return f"ejabberd on {target} runs as {ran}, not as {wanted}: look again, and let the plan rename it."
    if not reading["connected"]:
        return (
            f"{host} gets no connection to {fleet.lan_address(target)}:{port} ({reading.get('error') or 'refused'}), "
            f"although {wanted} runs: look for a firewall between the two."
        )
    return (
        f"{wanted} runs and answers on {fleet.lan_address(target)}:{port}, so it refused the cookie that its own file "
        f"has: it was started with another one. Restart ejabberd on {target}, then apply again."
    )


def _state(observation: Observation) -> ClusterState:
    if observation.error is not None:
        raise observation.error
    if "cluster" in observation.problems:
        raise observation.problems["cluster"]
    state: ClusterState = observation.states["cluster"]
    return state


def _questions(fleet: Fleet, other: str, theirs: ClusterState) -> Mapping[str, Probe]:
    port = theirs.port or fleet.clusters[fleet.hosts[other].cluster].distribution_port
    return {
        "join/name": Resolve(name=fleet.node(other)),
        "join/port": Connect(address=fleet.lan_address(other), port=port, timeout=3.0),
    }


def _first(fleet: Fleet, host: str) -> Check:
    return Check(
        key="membership",
        title="First node of its cluster",
        state=CheckState.OK,
        detail=f"{host} becomes {node_name(fleet, host)}; the other nodes join it.",
    )


def _names(fleet: Fleet, host: str, target: str, here: Readings, there: Readings) -> Check:
    title = "Names resolve both ways"
    wrong = []
    for at, name, readings in ((host, target, here), (target, host, there)):
        addresses = list(readings.get("join/name")["addresses"])
        if addresses[:1] != [fleet.lan_address(name)]:
            node = fleet.node(name)
            wrong.append(
                f"{at} takes {node} for {addresses[0]}" if addresses else f"{at} does not know {node}"
            )
    if not wrong:
        both = f"{fleet.node(host)} = {fleet.lan_address(host)}, {fleet.node(target)} = {fleet.lan_address(target)}"
        return Check(key="names", title=title, state=CheckState.OK, detail=both)
    return Check(
        key="names",
        title=title,
        state=CheckState.PLANNED,
        detail=f"{'; '.join(wrong)}. The plan writes the records into /etc/hosts.",
    )


def _node(fleet: Fleet, target: str, theirs: ClusterState) -> Check:
    wanted = node_name(fleet, target)
    title = f"{target} runs as {wanted}"
    if theirs.up and theirs.node == wanted and wanted in theirs.members:
        return Check(key="node", title=title, state=CheckState.OK, detail=f"It says so itself: {wanted}.")
    if theirs.up:
        ran = ", ".join(theirs.members)
        return Check(
            key="node",
            title=title,
            state=CheckState.PLANNED,
            detail=f"It runs as {ran} now. The plan gives it its name first.",
        )
    return Check(
        key="node",
        title=title,
        state=CheckState.FAILED,
        detail=f"ejabberd does not run on {target}. Start it there, then test again.",
    )


def _port(fleet: Fleet, host: str, target: str, here: Readings, theirs: ClusterState) -> Check:
    domain = fleet.hosts[host].cluster
    port = fleet.clusters[domain].distribution_port
    place = f"{fleet.lan_address(target)}:{port}"
    title = f"{place} is reachable from {host}"
    reading = here.get("join/port")
    if theirs.port != port and company(theirs) & {node_name(fleet, name) for name in fleet.nodes(domain)}:
        return Check(
            key="port",
            title=title,
            state=CheckState.FAILED,
            detail=f"The nodes run with port {theirs.port or 'any'} and cannot change it one by one. Set the port that "
            "they have; to change it, take all but one out of the cluster first.",
        )
    if theirs.port != port:
        return Check(
            key="port",
            title=title,
            state=CheckState.PLANNED,
            detail=f"{target} does not listen there yet. The plan sets the port, and tests it before the join.",
        )
    if reading["connected"]:
        return Check(
            key="port",
            title=title,
            state=CheckState.OK,
            detail=f"Answered in {float(reading['seconds']) * 1000:.1f} ms.",
        )
    return Check(
        key="port",
        title=title,
        state=CheckState.FAILED,
        detail=f"{host} gets no connection to {place} ({reading.get('error') or 'refused'}), although {target} "
        "listens there: look for a firewall between the two.",
    )


def _versions(host: str, target: str, seen: Mapping[str, Observation]) -> Check:
    found = {}
    for name in (host, target):
        services = seen[name].states.get("services")
        versions = dict(services.versions) if services else {}
        found[name] = str(versions.get("ejabberd", "")).split("-", 1)[0]
    title = "The same ejabberd version"
    if not all(found.values()):
        missing = next(name for name, version in found.items() if not version)
        return Check(
            key="versions",
            title=title,
            state=CheckState.FAILED,
            detail=f"ejabberd's package is not installed on {missing}.",
        )
    if found[host] == found[target]:
        return Check(key="versions", title=title, state=CheckState.OK, detail=f"{found[host]} on both.")
    return Check(
        key="versions",
        title=title,
        state=CheckState.FAILED,
        detail=f"{host} has {found[host]}, {target} has {found[target]}: tables of different versions do not mix. "
        "Bring both to the same version first.",
    )


def _cookies(target: str, own: ClusterState, theirs: ClusterState, *, begins_anew: bool) -> Check:
    title = "The cluster's cookie"
    if not theirs.cookie:
        return Check(
            key="cookie",
            title=title,
            state=CheckState.FAILED,
            detail=f"{target} has no cookie file. Start ejabberd there once; it makes one.",
        )
    if begins_anew:
        return Check(
            key="cookie",
            title=title,
            state=CheckState.PLANNED,
            detail=f"{target} leaves another cluster and gets a cookie of its own. The plan copies that one.",
        )
    if own.cookie == theirs.cookie:
        return Check(
            key="cookie", title=title, state=CheckState.OK, detail=f"The same on both ({own.cookie[:4]}…)."
        )
    return Check(
        key="cookie",
        title=title,
        state=CheckState.PLANNED,
        detail=f"It has {own.cookie[:4] or 'none'}…, {target} has {theirs.cookie[:4]}… (digests). "
        f"The plan copies {target}'s.",
    )


def _membership(fleet: Fleet, host: str, target: str, own: ClusterState, theirs: ClusterState) -> Check:
    title = "Not in another cluster"
    mine, target_node = node_name(fleet, host), node_name(fleet, target)
    if target_node in own.members and mine in theirs.members:
        return Check(
            key="membership",
            title="In the cluster",
            state=CheckState.OK,
            detail=f"Both say running db nodes = [{','.join(theirs.members)}].",
        )
    others = [node for node in (*own.members, *own.stopped) if node != own.node]
    if others:
        return Check(
            key="membership",
            title=title,
            state=CheckState.WARNING,
            detail=f"{host} is in a cluster with {', '.join(others)} now and leaves it by joining.",
        )
    if mine in theirs.stopped:
        return Check(
            key="membership",
            title=title,
            state=CheckState.PLANNED,
            detail=f"The cluster still has an old {mine}. The plan lets it forget that one first.",
        )
    return Check(key="membership", title=title, state=CheckState.OK, detail=f"{host} stands alone.")


def _data(own: ClusterState) -> Check:
    data = lost(own)
    if not data:
        return Check(
            key="data",
            title="Nothing is lost",
            state=CheckState.OK,
            detail="Its database holds no accounts, rosters or messages.",
        )
    return Check(
        key="data",
        title="Its own XMPP data is replaced",
        state=CheckState.WARNING,
        detail=f"Lost there: {data}. A backup is taken first and can be downloaded.",
    )


__all__ = ["Check", "CheckState", "JoinReport", "LinkError", "check_join", "explain", "leader"]

"""How the hosts of a cluster stand to each other: who leads, who runs with whom, who is on the way in or out."""

from __future__ import annotations

from collections.abc import Callable

from azdesk.features._base import PlanContext
from azdesk.features.cluster.state import ClusterState, node_name

KEY = "cluster"


def state_of(context: PlanContext, host: str, own: ClusterState) -> ClusterState | None:
    """What a host is, the planned one by its own word; None if it could not be read."""
    return own if host == context.host else context.of(host, KEY)


def domain_of(context: PlanContext) -> str:
    return context.fleet.hosts[context.host].cluster


def company(state: ClusterState) -> set[str]:
    """The other nodes that a node's database knows, running or not."""
    return {*state.members, *state.stopped} - {state.node}


def elsewhere(context: PlanContext, host: str, state: ClusterState) -> bool:
    """Whether a host is still a node of another cluster of the document: it has been moved since.

    Its own XMPP domain says so; where a whole cluster was renamed, nobody is left in the old one.
    """
    xmpp = context.of(host, "xmpp")
    domain = xmpp.domain if xmpp is not None else ""
    if domain == context.fleet.hosts[host].cluster or domain not in context.fleet.clusters:
        return False
    left_there = {node_name(context.fleet, other) for other in context.fleet.nodes(domain)}
    return bool(left_there & company(state)) if state.up else bool(left_there)


def _for_all_nodes(
    context: PlanContext, own: ClusterState, what: str, find: Callable[[PlanContext, ClusterState], str]
) -> str:
    """What is the same whichever node's plan asks, and found once for all of them."""
    if own is not context.of(context.host, KEY):
        return find(context, own)  # it speaks of a state of its own that nobody else has seen
    return context.once((KEY, what, domain_of(context)), lambda: find(context, own))


def keeper(context: PlanContext, own: ClusterState) -> str:
    """The host that already is what it should be and runs with most others; empty if there is none.

    Among equals the first that has data, so that a cluster never joins a node that was built anew.
    """
    return _for_all_nodes(context, own, "keeper", _keeper)


def _keeper(context: PlanContext, own: ClusterState) -> str:
    fleet, hosts = context.fleet, context.fleet.nodes(domain_of(context))
    wanted = {node_name(fleet, host) for host in hosts}
    best, most = "", (0, False)
    for host in hosts:
        state = state_of(context, host, own)
        if (
            state
            and state.up
            and state.node == node_name(fleet, host)
            and not elsewhere(context, host, state)
        ):
            # Nodes on their way out do not count: they would make the choice waver while they leave.
            rank = len(wanted & set(state.members)), any(n for _, n in state.records or ())
            if rank > most:
                best, most = host, rank
    return best


def anchor(context: PlanContext, own: ClusterState) -> str:
    """The host that the others join: the keeper of the cluster's data.

    With none such, the first host in the document that has been a node of it, else the first at all.
    """
    return _for_all_nodes(context, own, "anchor", _anchor)


def _anchor(context: PlanContext, own: ClusterState) -> str:
    if found := keeper(context, own):
        return found
    fleet, hosts = context.fleet, context.fleet.nodes(domain_of(context))
    for host in hosts:
        state = state_of(context, host, own)
        if (
            state
            and state.managed
            and state.node == node_name(fleet, host)
            and not elsewhere(context, host, state)
        ):
            return host
    return hosts[0]


def begins_anew(context: PlanContext, own: ClusterState) -> bool:
    """Whether the anchor itself comes from another cluster: it will have no data then, and a cookie of its own."""
    host = anchor(context, own)
    state = state_of(context, host, own)
    return state is not None and elsewhere(context, host, state)


def joined(context: PlanContext, own: ClusterState, wanted: ClusterState) -> bool:
    """Whether this host runs together with the anchor, by both their words."""
    if elsewhere(context, context.host, own):
        return False
    host = anchor(context, own)
    if host == context.host:
        return own.up and own.node == wanted.node
    theirs = state_of(context, host, own)
    together = node_name(context.fleet, host) in own.members
    return together and (theirs is None or not theirs.up or wanted.node in theirs.members)


def same_cookie(context: PlanContext, own: ClusterState) -> bool:
    theirs = state_of(context, anchor(context, own), own)
    return theirs is None or not theirs.cookie or theirs.cookie == own.cookie


def settled(own: ClusterState, wanted: ClusterState) -> bool:
    """Whether its settings are what they should be."""
    return (own.managed, own.node, own.interface, own.port) == (
        wanted.managed,
        wanted.node,
        wanted.interface,
        wanted.port,
    )


def at_rest(context: PlanContext, own: ClusterState, wanted: ClusterState) -> bool:
    """Whether it only does not run: started, it is in its cluster again by itself, with all its data."""
    if own.up or not settled(own, wanted) or elsewhere(context, context.host, own):
        return False
    theirs = state_of(context, anchor(context, own), own)
    if theirs is None or not same_cookie(context, own):
        return False
    return not theirs.up or wanted.node in theirs.stopped


def moves_port(context: PlanContext, own: ClusterState, wanted: ClusterState) -> bool:
    """Whether a cluster of several nodes is to have another distribution port.

    Every node reaches the others at the port that it listens on itself: one that comes back with another port finds
    nobody, and waits for the others before it starts [seen with ejabberd 26.07].
    """
    if own.port == wanted.port or own.node != wanted.node or elsewhere(context, context.host, own):
        return False
    hosts = context.fleet.nodes(domain_of(context))
    others = {
        state.node: state for host in hosts if host != context.host and (state := context.of(host, KEY))
    }
    staying = company(own) - set(strangers(context, own))
    if any(node not in others or others[node].port != wanted.port for node in staying):
        return True
    if not own.managed:
        return False
    # While it is down only the others can tell, or nobody can: then the same wrong port speaks for a cluster.
    apart = [state for state in others.values() if state.managed and state.port != wanted.port]
    return any(own.node in company(state) or not (own.up or state.up) for state in apart)


def loses_all_names(context: PlanContext, own: ClusterState, wanted: ClusterState) -> bool:
    """Whether all nodes that run together would get other names at once, so that none keeps the data."""
    if not own.up or own.node == wanted.node or keeper(context, own):
        return False
    hosts = context.fleet.nodes(domain_of(context))
    seen = [state.node for host in hosts if (state := state_of(context, host, own))]
    return bool(company(own) & set(seen))


def strangers(context: PlanContext, own: ClusterState) -> dict[str, str]:
    """Nodes that the cluster should forget → host in the document that they were, or an empty text.

    Those are nodes that the document does not have here and that do not run (or are on their way out), and
    nodes whose host was built anew: the cluster still has the old one.
    """
    if anchor(context, own) != context.host or not own.up or elsewhere(context, context.host, own):
        return {}
    fleet, domain = context.fleet, domain_of(context)
    hosts = {node_name(fleet, host): host for host in fleet.nodes(domain)}
    leaving = {
        state.node: host
        for host in fleet.hosts
        if fleet.hosts[host].cluster != domain and (state := context.of(host, KEY)) and state.managed
    }
    found = {}
    for node in (*own.members, *own.stopped):
        if node == own.node:
            continue
        if node not in hosts:
            if node in own.stopped or node in leaving:
                found[node] = leaving.get(node, "")
        elif node in own.stopped:
            state = context.of(hosts[node], KEY)
            if state and (state.node != node or (state.up and own.node not in state.members)):
                found[node] = ""
    return found

"""Steps that bring a host into its cluster, or out of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from azdesk.core.plan import Note
from azdesk.core.platform import Platform
from azdesk.core.probe import Command, Connect
from azdesk.core.step import Archive, Phase, Purge, Run, SecretUse, Step, Unit, Wait, WriteFile
from azdesk.features import _ejabberd as ejabberd
from azdesk.features._base import PlanContext
from azdesk.features._files import write_file
from azdesk.features.cluster.state import (
    COOKIE,
    SETTINGS,
    STOCK_NODE,
    ClusterState,
    lost,
    node_name,
    settings_text,
)

KEY = "cluster"
_COOKIE_TOKEN = "@@azdesk:cookie@@"  # noqa: S105 – a place holder, not a secret


def _state(context: PlanContext, host: str, own: ClusterState) -> ClusterState | None:
    return own if host == context.host else context.of(host, KEY)


def anchor(context: PlanContext, own: ClusterState) -> str:
    """The host that the others join: the one that already is what it should be and sees most nodes.

    With none such, the first host of the cluster in the document.
    """
    hosts = context.fleet.nodes(context.fleet.hosts[context.host].cluster)
    wanted = {node_name(context.fleet, host) for host in hosts}
    best, most = hosts[0], 0
    for host in hosts:
        state = _state(context, host, own)
        if state and state.up and state.node == node_name(context.fleet, host):
            # Nodes on their way out do not count: they would make the choice waver while they leave.
            company = len(wanted & set(state.members))
            if company > most:
                best, most = host, company
    return best


def _joined(context: PlanContext, own: ClusterState, wanted: ClusterState) -> bool:
    """Whether this host runs together with the anchor, by both their words."""
    host = anchor(context, own)
    if host == context.host:
        return own.up and own.node == wanted.node
    theirs = _state(context, host, own)
    together = node_name(context.fleet, host) in own.members
    return together and (theirs is None or not theirs.up or wanted.node in theirs.members)


def _same_cookie(context: PlanContext, own: ClusterState) -> bool:
    theirs = _state(context, anchor(context, own), own)
    return theirs is None or not theirs.cookie or theirs.cookie == own.cookie


def _settled(own: ClusterState, wanted: ClusterState) -> bool:
    return (own.managed, own.node, own.interface, own.port) == (
        wanted.managed,
        wanted.node,
        wanted.interface,
        wanted.port,
    )


def plan(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    if not observed.installed:
        return
    if not wanted.managed:
        if observed.managed:
            yield from _leave(context, observed, wanted)
        return
    if not _joined(context, observed, wanted):
        if anchor(context, observed) == context.host:
            yield from _become_first(context, observed, wanted)
        else:
            yield from _join(context, observed, wanted)
    elif not _settled(observed, wanted) or not _same_cookie(context, observed):
        # It runs in the cluster now and would not after its next start.
        yield from _accepted(context)
        yield from _cookie(context, observed, anchor(context, observed))
        yield from _settings(context, observed, wanted)
        yield from _restart(context)
    yield from _forget(context, observed, wanted)


def _accepted(context: PlanContext) -> Iterator[Step]:
    """A file that somebody broke by hand would keep ejabberd from starting, before and after a rollback alike."""
    yield from ejabberd.check_steps(context, ejabberd.platform(context.fleet, context.host))


def _stop(context: PlanContext) -> Step:
    unit = ejabberd.platform(context.fleet, context.host).ejabberd_unit
    return Unit(title="Stop ejabberd", unit=unit, action="stop", phase=Phase.STOP, timeout=120)


def _start(context: PlanContext) -> Step:
    unit = ejabberd.platform(context.fleet, context.host).ejabberd_unit
    return Unit(title="Start ejabberd", unit=unit, action="start", subject=unit, timeout=120)


def _restart(context: PlanContext) -> Iterator[Step]:
    unit = ejabberd.platform(context.fleet, context.host).ejabberd_unit
    yield Unit(title="Restart ejabberd", unit=unit, action="restart", subject=unit, timeout=120)
    yield _started()


def _started() -> Step:
    return Wait(
        title="Wait until ejabberd has started",
        probe=Command(argv=("ejabberdctl", "status"), timeout=30),
        expect="is running in that node",
        phase=Phase.ACT,
        interval=0.5,
        timeout=60,
        failure="ejabberd did not start. Its log says why: /var/log/ejabberd/ejabberd.log.",
    )


def _settings(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    text = settings_text(context.text(SETTINGS, observed.files.text(SETTINGS)), wanted)
    title = (
        f"Set the node name to {wanted.node}" if wanted.managed else "Take the node name out of the settings"
    )
    yield from write_file(context, observed.files, SETTINGS, text, title=title)


def _empty(context: PlanContext, observed: ClusterState, why: str) -> Iterator[Step]:
    """Back up and remove the Mnesia files; the admin is asked first if people would miss what they hold."""
    on = ejabberd.platform(context.fleet, context.host)
    data = lost(observed)
    name = context.fleet.node(context.host)
    yield Archive(
        title="Back up ejabberd's data",
        name="ejabberd",
        folder="/",
        patterns=(on.ejabberd_data.lstrip("/"), on.ejabberd_settings.lstrip("/")),
        timeout=600,
    )
    yield Purge(
        title="Remove the node's own Mnesia tables",
        folder=on.ejabberd_data,
        patterns=on.mnesia_patterns,
        irreversible=f"{why} Lost there: {data}. A backup is taken first and can be downloaded."
        if data
        else "",
        confirm=name if data else "",
    )


def _become_first(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    renamed = observed.node != wanted.node
    yield from _accepted(context)
    yield _stop(context)
    if renamed:
        yield from _empty(
            context, observed, f"{context.host} becomes {wanted.node}: a node's data cannot be renamed."
        )
    yield from _settings(context, observed, wanted)
    yield _start(context)
    yield _started()


def _join(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    fleet, first = context.fleet, anchor(context, observed)
    domain = fleet.hosts[context.host].cluster
    target, address = node_name(fleet, first), fleet.lan_address(first)
    port = fleet.clusters[domain].distribution_port
    yield Wait(
        title=f"Check that {fleet.node(first)} answers on {address}:{port}",
        probe=Connect(address=address, port=port),
        phase=Phase.CHECK,
        timeout=15,
        failure=f"{context.host} cannot reach {address}:{port}, the Erlang distribution of {target}. Check that "
        f"ejabberd runs on {first} and that no firewall between the two closes the port.",
    )
    yield from _accepted(context)
    yield _stop(context)
    yield from _empty(context, observed, f"{context.host} joins {domain}: its own XMPP data is replaced.")
    on = ejabberd.platform(fleet, context.host)
    yield from _cookie(context, observed, first)
    yield from _settings(context, observed, wanted)
    yield _start(context)
    yield _started()
    yield Run(
        title=f"Join {target}",
        argv=("ejabberdctl", "join_cluster", target),
        undo=("ejabberdctl", "leave_cluster", wanted.node),
        # The files put back make the node its old self in any case. Where the join was cut off before or the other
        # node does not answer, that one may keep a stopped node, which the next plan lets it forget.
        undo_may_fail=True,
        timeout=90,
    )
    yield _together("Wait until both nodes run together", (target, wanted.node), Phase.ACT)
    yield from _start_afresh(on)
    yield _together(
        f"Verify: running db nodes = [{target},{wanted.node}]", (target, wanted.node), Phase.VERIFY
    )


def _start_afresh(on: Platform) -> Iterator[Step]:
    """Stop and start ejabberd once more after a join.

    Joining stops the application inside ejabberd, which tells systemd that the service is stopping: the unit
    stays “deactivating” and is killed five minutes later [seen in the lab, 26.07].
    """
    name = on.ejabberd_unit
    yield Run(
        title="Stop ejabberd after the join",
        argv=("ejabberdctl", "stop"),
        # Only for the sake of leaving the cluster: without the other nodes it does not even start.
        undo=("systemctl", "start", name),
        undo_may_fail=True,
        timeout=30,
    )
    yield Wait(
        title="Wait until systemd has seen it stop",
        probe=Command(argv=("systemctl", "show", "--property=ActiveState", "--value", name)),
        expect=r"\A(inactive|failed)",
        phase=Phase.ACT,
        timeout=60,
        failure="ejabberd did not stop after the join.",
    )
    yield Unit(title="Start ejabberd as a member", unit=name, action="start", phase=Phase.ACT, timeout=120)


def _cookie(context: PlanContext, observed: ClusterState, first: str) -> Iterator[Step]:
    """Bring the cookie from the anchor: read there, written here, in no file of the workstation."""
    theirs = _state(context, first, observed)
    if theirs is not None and theirs.cookie == observed.cookie:
        return
    on = ejabberd.platform(context.fleet, context.host)
    yield WriteFile(
        title=f"Copy the cookie from {first}",
        path=COOKIE,
        content=_COOKIE_TOKEN,
        mode=0o400,
        owner=on.ejabberd_user,
        group=on.ejabberd_user,
        before=observed.cookie,
        secrets=(
            SecretUse(
                token=_COOKIE_TOKEN,
                source=f"host:{first}:{COOKIE}",
                sha256=theirs.cookie if theirs else "",
            ),
        ),
    )


def _together(title: str, nodes: Sequence[str], phase: Phase) -> Step:
    wanted = "".join(rf"(?=[^\]]*{re.escape(node)}[,\]\s])" for node in nodes)
    return Wait(
        title=title,
        probe=Command(argv=("ejabberdctl", "mnesia_info_ctl"), timeout=30),
        expect=rf"running db nodes\s*=\s*\[{wanted}",
        phase=phase,
        interval=0.5,
        timeout=60,
        failure="The join was accepted, but the nodes do not run together.",
    )


def _leave(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    on = ejabberd.platform(context.fleet, context.host)
    yield _stop(context)
    yield from _empty(
        context, observed, f"{context.host} leaves its cluster and starts anew as {STOCK_NODE}."
    )
    yield WriteFile(
        title="Give the node a cookie of its own",
        path=COOKIE,
        content=_COOKIE_TOKEN,
        mode=0o400,
        owner=on.ejabberd_user,
        group=on.ejabberd_user,
        before=observed.cookie,
        secrets=(SecretUse(token=_COOKIE_TOKEN, source="random:cookie"),),
    )
    yield from _settings(context, observed, wanted)
    yield _start(context)
    yield _started()


def _strangers(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> dict[str, str]:
    """Nodes that the cluster should forget → host in the document that they were, or an empty text.

    Those are nodes that the document does not have here and that do not run (or are on their way out), and
    nodes whose host was built anew: the cluster still has the old one.
    """
    if anchor(context, observed) != context.host or not observed.up:
        return {}
    fleet, domain = context.fleet, context.fleet.hosts[context.host].cluster
    hosts = {node_name(fleet, host): host for host in fleet.hosts if fleet.hosts[host].cluster == domain}
    leaving = {
        state.node: host
        for host in fleet.hosts
        if fleet.hosts[host].cluster != domain and (state := context.of(host, KEY)) and state.managed
    }
    found = {}
    for node in (*observed.members, *observed.stopped):
        if node == observed.node:
            continue
        if node not in hosts:
            if node in observed.stopped or node in leaving:
                found[node] = leaving.get(node, "")
        elif node in observed.stopped:
            state = context.of(hosts[node], KEY)
            if state and (state.node != node or (state.up and observed.node not in state.members)):
                found[node] = ""
    return found


def _forget(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    for node in _strangers(context, observed, wanted):
        yield Run(
            title=f"Let the cluster forget {node}", argv=("ejabberdctl", "leave_cluster", node), timeout=60
        )
        yield Wait(
            title=f"Verify: {node} is in no list of nodes",
            probe=Command(argv=("ejabberdctl", "mnesia_info_ctl"), timeout=30),
            expect=rf"\A(?![\s\S]*db nodes\s*=\s*\[[^\]]*{re.escape(node)}[,\]\s])",
            phase=Phase.VERIFY,
            interval=0.5,
            timeout=30,
            failure=f"The cluster still lists {node}.",
        )


def after(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Collection[str]:
    if not wanted.managed or not observed.installed:
        return ()
    first = anchor(context, observed)
    if first == context.host:
        return tuple(host for host in _strangers(context, observed, wanted).values() if host)
    return () if _joined(context, observed, wanted) else (first,)


def notes(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterable[Note]:
    if not wanted.managed:
        return
    first = anchor(context, observed)
    joined = _joined(context, observed, wanted)
    if first != context.host and not joined and _state(context, first, observed) is None:
        yield Note(
            text=f"{first} could not be read, and {context.host} is to join it. Look again when it answers.",
            blocking=True,
        )
    if not joined or first == context.host:
        yield Note(
            text="The Erlang distribution between nodes is guarded by the cookie alone and not encrypted: keep "
            f"port {wanted.port} closed to everyone but the nodes."
        )
    known = {node_name(context.fleet, host) for host in context.fleet.hosts}
    for node in observed.members:
        if node not in known and node != observed.node:
            yield Note(text=f"{node} runs in this cluster, but the document does not have it.")


def differences(observed: ClusterState, wanted: ClusterState) -> Iterable[str]:
    if not wanted.managed:
        if observed.managed:
            yield f"Still {observed.node} of a cluster that the document does not put it in"
        return
    if not observed.up:
        yield "ejabberd is not running"
    if observed.node != wanted.node:
        yield f"The node is called {observed.node}, not {wanted.node}"
    elif (observed.interface, observed.port) != (wanted.interface, wanted.port):
        now = f"{observed.interface or 'all addresses'}:{observed.port or 'any port'}"
        yield f"The distribution listens on {now}, not {wanted.interface}:{wanted.port}"
    missing = [node for node in wanted.members if node not in observed.members and node != wanted.node]
    if observed.up and missing:
        yield f"Not running together with {', '.join(missing)}"
    extra = [node for node in observed.members if node not in wanted.members and node != observed.node]
    if extra:
        yield f"Runs together with {', '.join(extra)}, which the document does not have"
    if observed.stopped:
        yield f"Stopped db nodes: {', '.join(observed.stopped)}"

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
from azdesk.features.cluster.standing import (
    anchor,
    at_rest,
    begins_anew,
    company,
    domain_of,
    elsewhere,
    joined,
    loses_all_names,
    moves_port,
    same_cookie,
    settled,
    state_of,
    strangers,
)
from azdesk.features.cluster.state import (
    COOKIE,
    SETTINGS,
    STOCK_NODE,
    ClusterState,
    lost,
    node_name,
    settings_text,
)

_COOKIE_TOKEN = "@@azdesk:cookie@@"  # noqa: S105 – a place holder, not a secret


def plan(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    if not observed.installed:
        return
    if not wanted.managed:
        if observed.managed:
            yield from _leave(context, observed, wanted)
        return
    if moves_port(context, observed, wanted):
        return
    if joined(context, observed, wanted):
        if not settled(observed, wanted) or not same_cookie(context, observed):
            # It runs in the cluster now and would not after its next start.
            yield from _accepted(context)
            yield from _cookie(context, observed, anchor(context, observed))
            yield from _settings(context, observed, wanted)
            yield from _restart(context)
    elif at_rest(context, observed, wanted):
        yield from _come_back(context, observed, wanted)
    elif anchor(context, observed) == context.host:
        yield from _become_first(context, observed, wanted)
    else:
        yield from _join(context, observed, wanted)
    for node in strangers(context, observed):
        yield from _forget(node)


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


def _started(title: str = "Wait until ejabberd has started") -> Step:
    return Wait(
        title=title,
        probe=Command(argv=("ejabberdctl", "status"), timeout=30),
        expect="is running in that node",
        phase=Phase.ACT,
        interval=0.5,
        timeout=60,
        failure="ejabberd did not start. Its log says why: /var/log/ejabberd/ejabberd.log.",
    )


def _settings(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    text = settings_text(context.text(SETTINGS, observed.files.text(SETTINGS)), wanted)
    if not wanted.managed:
        title = "Take the node name out of the settings"
    elif observed.node != wanted.node:
        title = f"Set the node name to {wanted.node}"
    else:
        title = f"Let {wanted.node} listen on {wanted.interface}:{wanted.port}"
    yield from write_file(context, observed.files, SETTINGS, text, title=title)


def _empty(
    context: PlanContext, observed: ClusterState, why: str, *, kept: bool = False, leaves: bool = False
) -> Iterator[Step]:
    """Back up and remove the Mnesia files; the admin is asked first if people would miss what they hold.

    Args:
        kept: the cluster that it joins has the very same data.
        leaves: the cluster that it leaves goes on with the data, if other nodes of it run.
    """
    on = ejabberd.platform(context.fleet, context.host)
    data = "" if kept else lost(observed)
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
        irreversible=f"{why} {_gone(observed, data, leaves)}. A backup is taken first and can be downloaded."
        if data
        else "",
        confirm=name if data else "",
    )


def _gone(observed: ClusterState, data: str, leaves: bool) -> str:
    others = [node for node in observed.members if node != observed.node]
    if leaves and others:
        keep = "keeps its copy" if len(others) == 1 else "keep theirs"
        return f"Removed there: {data}; {', '.join(others)} {keep}"
    return f"Lost there: {data}"


def _come_back(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    first = anchor(context, observed)
    yield _start(context)
    yield _started()
    theirs = state_of(context, first, observed)
    if first != context.host and theirs and theirs.up:
        yield _together(f"Verify: it runs with {first}", (theirs.node, wanted.node), Phase.VERIFY)


def _become_first(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterator[Step]:
    moved = elsewhere(context, context.host, observed)
    yield from _accepted(context)
    yield _stop(context)
    if moved:
        why = f"{context.host} leaves its cluster and becomes the first node of {domain_of(context)}."
        yield from _empty(context, observed, why, leaves=True)
        yield _own_cookie(context, observed)
    elif observed.node != wanted.node:
        why = f"{context.host} becomes {wanted.node}: a node's data cannot be renamed."
        yield from _empty(context, observed, why)
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
    theirs = state_of(context, first, observed)
    yield from _empty(
        context,
        observed,
        f"{context.host} joins {domain}: its own XMPP data is replaced.",
        # Two fresh hosts are both called ejabberd@localhost: each finds the other's name in its own list.
        kept=theirs is not None
        and not begins_anew(context, observed)
        and theirs.node != observed.node
        and theirs.node in observed.members
        and observed.node in theirs.members,
    )
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
        needs_all=True,
        timeout=90,
    )
    yield _together("Wait until both nodes run together", (target, wanted.node), Phase.ACT)
    yield from _start_afresh(on)
    if observed.node != wanted.node and theirs and observed.node in company(theirs):
        yield from _forget(observed.node)  # its own old name
    yield _together(
        f"Verify: running db nodes = [{target},{wanted.node}]", (target, wanted.node), Phase.VERIFY
    )


def _start_afresh(on: Platform) -> Iterator[Step]:
    """Stop and start ejabberd once more after a join.

    Joining stops the application inside ejabberd, which tells systemd that the service is stopping: the unit
    stays “deactivating” and is killed five minutes later [seen in the lab, 26.07].
    """
    name = on.ejabberd_unit
    # Its database runs with the other nodes before it knows its own commands again.
    yield _started("Wait until ejabberd runs after the join")
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
    theirs = state_of(context, first, observed)
    # One that begins anew makes another cookie by its own plan, which nobody knows yet.
    cookie = theirs.cookie if theirs is not None and not begins_anew(context, observed) else None
    if cookie == observed.cookie:
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
                sha256=cookie or "",
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
    yield _stop(context)
    why = f"{context.host} leaves its cluster and starts anew as {STOCK_NODE}."
    yield from _empty(context, observed, why, leaves=True)
    yield _own_cookie(context, observed)
    yield from _settings(context, observed, wanted)
    yield _start(context)
    yield _started()


def _own_cookie(context: PlanContext, observed: ClusterState) -> Step:
    """Without one of its own a node that left could still be let in, or let others in."""
    on = ejabberd.platform(context.fleet, context.host)
    return WriteFile(
        title="Give the node a cookie of its own",
        path=COOKIE,
        content=_COOKIE_TOKEN,
        mode=0o400,
        owner=on.ejabberd_user,
        group=on.ejabberd_user,
        before=observed.cookie,
        secrets=(SecretUse(token=_COOKIE_TOKEN, source="random:cookie"),),
    )


def _forget(node: str) -> Iterator[Step]:
    yield Run(title=f"Let the cluster forget {node}", argv=("ejabberdctl", "leave_cluster", node), timeout=60)
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
        return tuple(host for host in strangers(context, observed).values() if host)
    if joined(context, observed, wanted):
        # Restarted one after the other, the cluster is there all the time.
        ready = settled(observed, wanted) and same_cookie(context, observed)
        return () if ready else (first,)
    theirs = state_of(context, first, observed)
    if at_rest(context, observed, wanted) and theirs and not theirs.up:
        # All are down: the one that stopped last comes up by itself, and the others only together with it.
        return ()
    return (first,)


def notes(context: PlanContext, observed: ClusterState, wanted: ClusterState) -> Iterable[Note]:
    if not wanted.managed:
        return
    fleet, first, domain = context.fleet, anchor(context, observed), domain_of(context)
    in_it = joined(context, observed, wanted)
    if first != context.host and not in_it and state_of(context, first, observed) is None:
        yield Note(
            text=f"{first} could not be read, and {context.host} is to join it. Look again when it answers.",
            blocking=True,
        )
    if moves_port(context, observed, wanted):
        yield Note(
            text=f"{context.host} has port {observed.port or 'any'} and should have {wanted.port}, but a node reaches "
            f"the others at its own port alone, so the nodes of {domain} cannot change it one by one. Take all but "
            f"{first} out of {domain} and apply; set the port and apply; then put them in again.",
            blocking=True,
        )
    if loses_all_names(context, observed, wanted):
        yield Note(
            text=f"All nodes of {domain} would get other names at once, and none would keep its data. "
            "Rename one node after the other: it joins again under its new name.",
            blocking=True,
        )
    if at_rest(context, observed, wanted) and first != context.host:
        yield Note(
            text=f"{context.host} comes back into {domain} by being started. If it was not the last one to stop, it "
            "waits for that one first."
        )
    if not in_it or first == context.host:
        yield Note(
            text="The Erlang distribution between nodes is guarded by the cookie alone and not encrypted: keep "
            f"port {wanted.port} closed to everyone but the nodes."
        )
    known = {node_name(fleet, host) for host in fleet.hosts}
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

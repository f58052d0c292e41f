"""Put the features' steps together: one plan per host, ordered within and among hosts."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from azdesk.app.observing import applicable
from azdesk.app.session import Observation
from azdesk.core.errors import AzdeskError, PlanError
from azdesk.core.plan import HostPlan, Note, Plan
from azdesk.core.step import Phase, Step, Unit, WriteFile
from azdesk.features._base import Feature, PlanContext
from azdesk.fleet.model import Fleet

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A plan with what it was made from: this is what gets approved, and what then runs."""

    plan: Plan
    fleet: Fleet
    observations: Mapping[str, Observation]
    renew: frozenset[str] = frozenset()
    """Certificates that it replaces though they are not due, see `PlanContext.renew`."""


def preview(
    fleet: Fleet,
    observations: Mapping[str, Observation],
    hosts: Collection[str] | None = None,
    *,
    renew: frozenset[str] = frozenset(),
) -> Preview:
    """The difference between the document and what was seen, as a plan.

    Args:
        hosts: plan for these alone; what was seen of the others is still taken into account. One that can change
            only after another host is blocked if that one has changes and is not among them.
        renew: see `Preview`.

    Raises:
        PlanError: hosts wait for each other in a circle.
    """
    names = [host for host in fleet.hosts if hosts is None or host in hosts]
    plans = _stopped(fleet, observations, list(plan_hosts(fleet, observations, names, renew=renew).values()))
    ordered = _ordered(_in_turn(fleet, plans))
    return Preview(plan=Plan(hosts=ordered), fleet=fleet, observations=dict(observations), renew=renew)


def differences(fleet: Fleet, observation: Observation) -> Mapping[str, tuple[str, ...]]:
    """Feature key → sentences about what differs on a host; features in order are left out."""
    found = {}
    for feature in applicable(fleet, observation.host):
        if feature.key in observation.states:
            state = observation.states[feature.key]
            sentences = tuple(feature.differences(state, feature.desired(fleet, observation.host)))
            if sentences:
                found[feature.key] = sentences
    return found


def plan_host(
    fleet: Fleet,
    observations: Mapping[str, Observation],
    host: str,
    *,
    renew: frozenset[str] = frozenset(),
) -> HostPlan:
    """The steps for one host; pure. What cannot be planned blocks this host's plan alone."""
    return plan_hosts(fleet, observations, (host,), renew=renew)[host]


def plan_hosts(
    fleet: Fleet,
    observations: Mapping[str, Observation],
    hosts: Collection[str],
    *,
    renew: frozenset[str] = frozenset(),
) -> Mapping[str, HostPlan]:
    """The steps for each of some hosts, by host, in the order given; pure.

    What they have in common is worked out once.
    """
    states = {name: seen.states for name, seen in observations.items() if seen.error is None}
    common = PlanContext(fleet=fleet, host="", observed=states, renew=renew)
    return {host: _host(replace(common, host=host), observations.get(host)) for host in hosts}


def _host(context: PlanContext, seen: Observation | None) -> HostPlan:
    host = context.host
    if seen is None or seen.error is not None:
        why = str(seen.error) if seen else f"{host} has not been looked at yet."
        return HostPlan(host=host, notes=(Note(text=why, blocking=True),))
    parts: list[HostPlan] = []
    pending: dict[str, str] = {}
    for feature in applicable(context.fleet, host):
        part = _part(feature, replace(context, pending=dict(pending)), seen)
        pending.update({step.path: step.content for step in part.steps if isinstance(step, WriteFile)})
        parts.append(part)
    ordered = arrange(step for part in parts for step in part.steps)
    after = dict.fromkeys(other for part in parts for other in part.after)
    return HostPlan(
        host=host,
        steps=ordered,
        after=tuple(after) if ordered else (),
        notes=(
            *dict.fromkeys(note for part in parts for note in part.notes),
            *(Note(text=text) for text in dict.fromkeys(step.note for step in ordered if step.note)),
        ),
    )


def _part(feature: Feature[Any], context: PlanContext, seen: Observation) -> HostPlan:
    """One feature's part of a host's plan."""
    host, key = context.host, feature.key
    problem = seen.problems.get(key)
    if problem is not None or key not in seen.states:
        # Without a problem: it became applicable by an edit after the last look.
        return _blocked(host, key, str(problem or f"{feature.title} has not been looked at yet."))
    try:
        state, wanted = seen.states[key], feature.desired(context.fleet, host)
        return HostPlan(
            host=host,
            steps=tuple(replace(step, feature=key) for step in feature.plan(context, state, wanted)),
            after=tuple(feature.after(context, state, wanted)),
            notes=tuple(replace(note, feature=key) for note in feature.notes(context, state, wanted)),
        )
    except AzdeskError as error:
        return _blocked(host, key, str(error))
    except Exception as defect:
        _log.error("planning %s for %s failed", key, host, exc_info=defect)
        what = f"AZDesk itself failed at planning {feature.title} ({type(defect).__name__})."
        return _blocked(host, key, f"{what} Please report this.")


def _blocked(host: str, feature: str, why: str) -> HostPlan:
    return HostPlan(host=host, notes=(Note(text=why, feature=feature, blocking=True),))


def _stopped(
    fleet: Fleet, observations: Mapping[str, Observation], plans: Sequence[HostPlan]
) -> list[HostPlan]:
    """The plans, with those blocked that wait for a change which is not among them: their own could only fail."""
    planned = {plan.host for plan in plans}
    others = {host for plan in plans for host in plan.after} - planned
    missing = {host for host, plan in plan_hosts(fleet, observations, others).items() if plan.steps}
    return [
        replace(plan, notes=(*plan.notes, *(_left_out(host) for host in plan.after if host in missing)))
        for plan in plans
    ]


def _left_out(host: str) -> Note:
    return Note(
        text=f"It can change only after {host}, which has changes of its own that are not part of this plan: "
        f"plan for {host} as well.",
        blocking=True,
    )


def arrange(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Fold writes to one file into one, keep the strongest reload of each unit, sort by phase.

    A step that several features want is done once, where the first of them wants it.
    """
    folded = _one_write_per_file(list(steps))
    kept = _strongest_reload(folded)
    once: dict[Step, Step] = {}
    for step in kept:
        once.setdefault(replace(step, feature=""), step)
    return tuple(sorted(once.values(), key=_place))


def _place(step: Step) -> tuple[int, int]:
    # systemd has to know a unit's new form before anything starts it.
    return int(step.phase), 0 if step.subject == "systemd" else 1


def _one_write_per_file(steps: Sequence[Step]) -> list[Step]:
    last: dict[str, WriteFile] = {}
    features: dict[str, list[str]] = {}
    for step in steps:
        if isinstance(step, WriteFile):
            last[step.path] = step
            features.setdefault(step.path, []).append(step.feature)
    out: list[Step] = []
    for step in steps:
        if not isinstance(step, WriteFile):
            out.append(step)
        elif step.path in last:
            final = last.pop(step.path)
            out.append(replace(final, feature="+".join(dict.fromkeys(features[step.path]))))
    return out


_STRENGTH = {"reload": 1, "try-restart": 2, "restart": 3, "start": 4}


def _strength(step: Step) -> int:
    return _STRENGTH.get(step.action, 0) if isinstance(step, Unit) else 1


def _strongest_reload(steps: Sequence[Step]) -> list[Step]:
    best: dict[str, Step] = {}
    for step in steps:
        if step.phase is Phase.RELOAD and step.subject:
            known = best.get(step.subject)
            if known is None or _strength(step) > _strength(known):
                best[step.subject] = step
    chosen = {id(step) for step in best.values()}
    return [
        step for step in steps if step.phase is not Phase.RELOAD or not step.subject or id(step) in chosen
    ]


def _ordered(plans: Sequence[HostPlan]) -> tuple[HostPlan, ...]:
    """Each plan after those it waits for.

    Raises:
        PlanError: hosts wait for each other in a circle.
    """
    by_host = {plan.host: plan for plan in plans}
    out: dict[str, HostPlan] = {}
    visiting: list[str] = []

    def visit(plan: HostPlan) -> None:
        if plan.host in out:
            return
        if plan.host in visiting:
            circle = " → ".join([*visiting[visiting.index(plan.host) :], plan.host])
            raise PlanError(
                f"These hosts wait for each other: {circle}.",
                next_step="Apply the change of one of them first, by itself.",
            )
        visiting.append(plan.host)
        for other in plan.after:
            if other in by_host and by_host[other].steps:
                visit(by_host[other])
        visiting.pop()
        out[plan.host] = plan

    for plan in plans:
        visit(plan)
    return tuple(out.values())


def _in_turn(fleet: Fleet, plans: Sequence[HostPlan]) -> list[HostPlan]:
    """The plans, with hosts that belong together waiting for each other where the same service of theirs stops or restarts.

    Side by side, all of them would be away at the same time. Hosts that need all others (`Step.needs_all`: joining changes the
    schema, which takes all nodes that the cluster knows, and a host that has just joined starts once more) come after
    them. Who stands later waits for who stands earlier, in an order that fits already, so no circle can come of it; and nobody
    waits for a host that cannot be changed now.

    Raises:
        PlanError: hosts wait for each other in a circle already.
    """
    last: dict[tuple[str, str], str] = {}
    held = {plan.host for plan in plans if plan.blocked}
    found: dict[str, HostPlan] = {}
    for plan in _ordered(sorted(plans, key=_needs_all)):
        host = plan.host
        found[host] = plan
        if host in held or held.intersection(plan.after):
            held.add(host)
            continue
        services = dict.fromkeys(step.away for step in plan.steps if step.away)
        turns = [(group, service) for group in _together(fleet, host) for service in services]
        before = [last[turn] for turn in turns if turn in last]
        if before:
            found[host] = replace(plan, after=tuple(dict.fromkeys((*plan.after, *before))))
        last.update(dict.fromkeys(turns, host))
    return [found[plan.host] for plan in plans]


def _needs_all(plan: HostPlan) -> bool:
    return any(step.needs_all for step in plan.steps)


def _together(fleet: Fleet, host: str) -> Iterator[str]:
    """What a host is a part of, where others do its work while it is away."""
    if fleet.hosts[host].cluster:
        yield f"cluster {fleet.hosts[host].cluster}"
    if host in fleet.directory_hosts():
        yield "directory"


def left_over(approved: HostPlan, fresh: HostPlan) -> tuple[Step, ...]:
    """Steps of the approved plan that a fresh look would do again: what did not take effect.

    Steps that only became possible now (configuring what was just installed) are another plan, not a failure.
    """
    done = {_identity(step) for step in approved.steps if step.phase is not Phase.CHECK}
    return tuple(step for step in fresh.steps if _identity(step) in done)


def _identity(step: Step) -> tuple[Any, ...]:
    return step.kind, getattr(step, "path", ""), "" if isinstance(step, WriteFile) else step.title

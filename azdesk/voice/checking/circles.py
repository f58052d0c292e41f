"""Rules that lead back to themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azdesk.core.pattern import Pattern, pattern
from azdesk.fleet.model import Fleet
from azdesk.voice import deriving
from azdesk.voice.checking.findings import Finding
from azdesk.voice.checking.rules import destinations
from azdesk.voice.indexed import Lead, PlanIndex

_At = tuple[str, str]
"""Host and rule."""


def circling(fleet: Fleet) -> dict[str, str]:
    """Host → a sentence about a circle that calls get into from there; hosts that are not in it lead nowhere of the kind.

    A ring group that leads back to itself multiplies its calls until the host stands still, so such a plan must never be loaded.
    """
    if not deriving.hosts_of(fleet):
        return {}
    walk = _Circles(PlanIndex(fleet))
    walk.go()
    return {host: text for (host, _), text in reversed(walk.done.items()) if text}


def circles(plan: PlanIndex) -> Iterator[Finding]:
    """Rules that lead to each other, on one host or by way of others."""
    walk = _Circles(plan)
    walk.go()
    told: set[frozenset[str]] = set()
    for round_ in walk.rounds:
        names = frozenset(name for _, name in round_)
        if names not in told:
            told.add(names)
            yield Finding(
                weight="error",
                path=("rules", round_[-1][1]),
                text=f"Calls go round in circles: {_way(round_)}.",
                mend="Let one of the rules lead somewhere else.",
            )


def _way(round_: Iterable[_At]) -> str:
    return " → ".join(f"{name} at {host}" for host, name in round_)


class _Circles:
    """Follows rules from each host, deep first."""

    def __init__(self, plan: PlanIndex) -> None:
        self._plan = plan
        self._stack: list[_At] = []
        self.done: dict[_At, str] = {}
        """Each rule that was followed → the way round that it leads into; empty: none."""
        self.rounds: list[tuple[_At, ...]] = []
        """The ways round, each with where it begins at its end once more."""

    def go(self) -> None:
        for name, rule, hosts in self._plan.dialled:
            if rule.target in ("number", "ring-group"):
                for host in hosts:
                    self._follow((host, name))

    def _follow(self, here: _At) -> str:
        if here in self._stack:
            round_ = (*self._stack[self._stack.index(here) :], here)
            self.rounds.append(round_)
            return _way(round_)
        if here in self.done:
            return self.done[here]
        self.done[here] = ""
        self._stack.append(here)
        host, name = here
        rule = self._plan.fleet.rules[name]
        ways = [
            self._follow(after)
            for _, to in destinations(rule, pattern(rule.pattern))
            for lead in self._plan.leads(host, to)
            for after in _next(self._plan, host, to, lead)
        ]
        self._stack.pop()
        self.done[here] = next(filter(None, ways), "")
        return self.done[here]


def _next(plan: PlanIndex, host: str, to: Pattern, lead: Lead) -> Iterator[tuple[str, str]]:
    """Rules, with their hosts, that a number meets where it leads."""
    if lead.kind == "rule":
        if plan.fleet.rules[lead.name].target in ("number", "ring-group"):
            yield host, lead.name
    elif lead.name != host:
        prefix = plan.fleet.hosts[lead.name].calls.prefix
        there = pattern(to.text[len(prefix) :]) if to.text.startswith(prefix) and to.text != prefix else to
        for again in plan.leads(lead.name, there, inbound=True):
            if again.kind == "rule" and plan.fleet.rules[again.name].target == "ring-group":
                yield lead.name, again.name

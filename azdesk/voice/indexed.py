"""The number plan of a document, looked up by what is dialled where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple

from azdesk.core.pattern import Pattern, pattern
from azdesk.voice import deriving
from azdesk.voice.overlapping import Drawers

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet
    from azdesk.fleet.voice import Rule


class Lead(NamedTuple):
    """What a number leads to."""

    kind: Literal["block", "rule"]
    name: str
    """The host that has the block, or the rule."""


@dataclass(frozen=True)
class PlanIndex:
    """The document, with what is looked up often worked out once."""

    fleet: Fleet
    hosts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hosts", deriving.hosts_of(self.fleet))

    @cached_property
    def everywhere(self) -> frozenset[str]:
        return frozenset(self.hosts)

    def at(self, hosts: tuple[str, ...]) -> frozenset[str]:
        """Hosts that a rule or a trunk with this list is at."""
        return frozenset(hosts) & self.everywhere if hosts else self.everywhere

    @cached_property
    def dialled(self) -> tuple[tuple[str, Rule, frozenset[str]], ...]:
        """Rules for what phones dial: name, rule, hosts."""
        return tuple(
            (name, rule, self.at(rule.hosts)) for name, rule in self.fleet.rules.items() if not rule.callers
        )

    @cached_property
    def blocks(self) -> tuple[tuple[str, int, Pattern], ...]:
        """Own numbers: host, place in its list, block."""
        return tuple(
            (host, index, pattern(block))
            for host in self.hosts
            for index, block in enumerate(self.fleet.hosts[host].numbers)
        )

    @cached_property
    def global_blocks(self) -> tuple[tuple[str, int, Pattern], ...]:
        """Own numbers as other hosts dial them."""
        return tuple(
            (host, index, pattern(self.fleet.hosts[host].calls.prefix + one.text))
            for host, index, one in self.blocks
        )

    @cached_property
    def trunks(self) -> Mapping[str, frozenset[str]]:
        """Host → names of the trunks that are there."""
        found: dict[str, set[str]] = {host: set() for host in self.hosts}
        for name, trunk in self.fleet.trunks.items():
            for host in self.at(trunk.hosts):
                found[host].add(name)
        return {host: frozenset(names) for host, names in found.items()}

    @cached_property
    def reached(self) -> Mapping[str, frozenset[str]]:
        """Host → names of the trunks that its phones call out by: those that are there, and those it reaches through other hosts."""
        found = {host: set(names) for host, names in self.trunks.items()}
        for name, trunk in self.fleet.trunks.items():
            for host in trunk.gateway_for:
                if deriving.gateways_to(self.fleet, host, name):
                    found[host].add(name)
        return {host: frozenset(names) for host, names in found.items()}

    @cached_property
    def heard(self) -> Mapping[str, frozenset[str]]:
        """Trunk whose incoming calls some rule is for → the hosts that have such a rule."""
        found: dict[str, frozenset[str]] = {}
        for rule in self.fleet.rules.values():
            for name in rule.callers:
                found[name] = found.get(name, frozenset()) | self.at(rule.hosts)
        return found

    def own(self, host: str) -> tuple[Pattern, ...]:
        return self._own[host]

    @cached_property
    def _own(self) -> dict[str, tuple[Pattern, ...]]:
        return {
            host: tuple(pattern(block) for block in self.fleet.hosts[host].numbers) for host in self.hosts
        }

    @cached_property
    def groups(self) -> Mapping[str, str]:
        """Host → the hosts that call each other with it: its cluster's domain, or one name for all."""
        if self.fleet.number_plan.reach == "fleet":
            return dict.fromkeys(self.hosts, "*")
        return {host: self.fleet.hosts[host].cluster or f"={host}" for host in self.hosts}

    @cached_property
    def _rules(self) -> tuple[Drawers, Mapping[str, list[tuple[str, frozenset[str]]]]]:
        drawers, by_pattern = Drawers(), dict[str, list[tuple[str, frozenset[str]]]]()
        for name, rule, hosts in self.dialled:
            which = pattern(rule.pattern)
            if which.text not in by_pattern:
                drawers.add(which)
            by_pattern.setdefault(which.text, []).append((name, hosts))
        return drawers, by_pattern

    @cached_property
    def _owners(self) -> tuple[Drawers, Mapping[str, list[str]]]:
        drawers, by_pattern = Drawers(), dict[str, list[str]]()
        for host, _, one in self.global_blocks:
            if one.text not in by_pattern:
                drawers.add(one)
            by_pattern.setdefault(one.text, []).append(host)
        return drawers, by_pattern

    @cached_property
    def rules_by_pattern(self) -> Mapping[str, list[tuple[str, frozenset[str]]]]:
        """Pattern → rules for what phones dial, with their hosts."""
        return self._rules[1]

    def others(self, host: str, which: Pattern) -> list[tuple[str, Pattern]]:
        """Other hosts whose numbers, as this one dials them, are some of these: host, block with its prefix."""
        drawers, owners = self._owners
        return [
            (other, one)
            for one in drawers.sharing(which)
            for other in owners[one.text]
            if other != host and self.groups[other] == self.groups[host]
        ]

    def leads(self, host: str, to: Pattern, *, inbound: bool = False) -> list[Lead]:
        """Where numbers lead that are dialled at a host.

        Args:
            inbound: by somebody who came in by a trunk and has no way out.
        """
        own = [Lead("block", host)] if any(one.overlaps(to) for one in self.own(host)) else []
        drawers, rules = self._rules
        found = [
            Lead("rule", name)
            for one in drawers.sharing(to)
            for name, hosts in rules[one.text]
            if host in hosts
        ]
        if inbound:
            return own + [one for one in found if self.fleet.rules[one.name].target not in _AWAY]
        drawers, owners = self._owners
        others = [
            Lead("block", other)
            for one in drawers.sharing(to)
            for other in owners[one.text]
            if self.groups[other] == self.groups[host]
        ]
        short = deriving.scheme_of(self.fleet, host) == "short" or not self.fleet.hosts[host].calls.prefix
        return found + (own if short else []) + [one for one in others if one not in own or not short]


_AWAY = ("trunk", "messages", "number")
"""Targets that calls from elsewhere do not get to."""

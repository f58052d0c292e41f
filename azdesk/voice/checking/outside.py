"""Ways out of the house and in: trunks, and who could call at whose expense. Emergency numbers: `emergencies`; ways through other hosts: `gateways`."""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from azdesk.core.pattern import Pattern, pattern
from azdesk.voice import deriving
from azdesk.voice.checking.findings import Finding, Fix, named
from azdesk.voice.checking.rules import destinations
from azdesk.voice.indexed import PlanIndex

if TYPE_CHECKING:
    from azdesk.fleet.voice import Rule, Trunk

_WIDE: Final = {4: 16, 6: 32}
"""IP version → length of the prefix of a network that has more in it than one organisation."""


def ways_out(plan: PlanIndex) -> Iterator[Finding]:
    """Hosts whose phones cannot call out where others can."""
    out: set[str] = set()
    for _, rule, hosts in plan.dialled:
        if rule.target == "trunk" and not deriving.is_emergency(plan.fleet, rule):
            out |= {host for host in hosts if plan.reached[host].intersection(rule.trunks)}
    lacking = [host for host in plan.hosts if host not in out and plan.fleet.hosts[host].numbers]
    if out and lacking:
        yield Finding(
            weight="warning",
            path=("hosts", lacking[0], "calls"),
            text=f"Phones of {named(lacking)} cannot call out: no rule leads to a trunk there.",
            mend="Give a rule with target trunk to these hosts, too, and its trunk, or the way through a host that has it (gateway_for).",
        )


def trunks(plan: PlanIndex) -> Iterator[Finding]:
    fleet = plan.fleet
    used = {name for rule in fleet.rules.values() for name in rule.trunks}
    for name, trunk in fleet.trunks.items():
        if not plan.at(trunk.hosts):
            yield Finding(
                weight="warning",
                path=("trunks", name, "hosts"),
                text=f"The trunk {name} is at no host that the number plan is for.",
                mend="Name an application host.",
            )
        if name not in used:
            yield Finding(
                weight="warning",
                path=("trunks", name),
                text=f"No rule leads to the trunk {name}: nobody can call out by it.",
                mend="Make a rule with target trunk, such as 0. with one digit taken off.",
            )
        deaf = [
            host for host in plan.hosts if name in plan.trunks[host] and host not in plan.heard.get(name, ())
        ]
        if deaf:
            where = f" at {named(deaf)}" if name in plan.heard else ""
            yield Finding(
                weight="warning",
                path=("trunks", name),
                text=f"Calls that come in by the trunk {name} lead nowhere{where}.",
                mend="Make a rule whose callers are this trunk.",
            )
        yield from _wide(name, trunk)
    yield from _same_place(plan)


def _wide(name: str, trunk: Trunk) -> Iterator[Finding]:
    """Networks from which calls are taken without a password."""
    if trunk.challenge:
        return
    for at, source in enumerate(trunk.sources):
        network = ipaddress.ip_network(source, strict=False)
        if network.prefixlen <= _WIDE[network.version]:
            yield Finding(
                weight="error" if network.prefixlen == 0 else "warning",
                path=("trunks", name, "sources", str(at)),
                text=f"Whoever is in {source} can call by the trunk {name} without a password.",
                mend="Name the provider's own networks, or ask for a password (challenge).",
                fix=Fix(
                    words=f"Ask callers by {name} for the password",
                    values=((("trunks", name, "challenge"), True),),
                )
                if trunk.authentication != "address"
                else None,
            )


def _same_place(plan: PlanIndex) -> Iterator[Finding]:
    """Trunks to one address: who calls is known by that alone."""
    first: dict[tuple[str, str], str] = {}
    told: set[tuple[str, str]] = set()
    for name, trunk in plan.fleet.trunks.items():
        for host in plan.hosts:
            if name not in plan.trunks[host]:
                continue
            other = first.setdefault((host, trunk.address), name)
            if other != name and (other, name) not in told:
                told.add((other, name))
                yield Finding(
                    weight="warning",
                    path=("trunks", name, "address"),
                    text=f"The trunks {other} and {name} have the same address at {host}: calls from there come in by one of them only.",
                    mend="Make one trunk of them, or give them to different hosts.",
                )


def fraud(plan: PlanIndex) -> Iterator[Finding]:
    """Ways from one trunk to another: strangers would call at the organisation's expense."""
    fleet = plan.fleet
    ways_in = [name for name in fleet.trunks if name in plan.heard]
    for name, rule in fleet.rules.items():
        if rule.target != "ring-group":
            continue
        by = ", ".join(rule.callers or ways_in) or "other hosts"
        ways = (
            (member, way)
            for host in sorted(plan.at(rule.hosts), key=plan.hosts.index)
            for member in rule.members
            for way in _reached(plan, host, pattern(member), ())
        )
        for member, way in itertools.islice(ways, 1):
            yield Finding(
                weight="warning",
                path=("rules", name, "members"),
                text=f"Callers who come in by {by} can be led out again: the rule {name} calls {member} by the rule {' and then '.join(way)}.",
                mend="If the call to the outside is not meant, take the member out of the group.",
                fix=_without(name, rule, member),
            )


def _reached(plan: PlanIndex, host: str, to: Pattern, way: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Rules one after the other, the last one of which leads out, for a number that is dialled at a host."""
    for lead in plan.leads(host, to):
        if lead.kind != "rule" or lead.name in way:
            continue
        rule, further = plan.fleet.rules[lead.name], (*way, lead.name)
        if rule.target == "trunk":
            yield further
        elif rule.target == "number":
            # Ring groups are told themselves.
            for _, number in destinations(rule, pattern(rule.pattern)):
                yield from _reached(plan, host, number, further)


def _without(name: str, rule: Rule, member: str) -> Fix | None:
    left = tuple(one for one in rule.members if one != member)
    if not left:
        return None
    return Fix(words=f"Take {member} out of {name}", values=((("rules", name, "members"), left),))

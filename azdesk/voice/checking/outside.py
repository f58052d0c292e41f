"""Ways out of the house and in: emergency numbers, trunks, and who could call at whose expense."""

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


def emergency(plan: PlanIndex) -> Iterator[Finding]:
    fleet = plan.fleet
    if not fleet.number_plan.emergency:
        if fleet.trunks:
            yield Finding(
                weight="warning",
                path=("number_plan", "emergency"),
                text="No emergency numbers are named.",
                mend="Name them (112, 110, 911 …): then nothing can catch them, and it is checked that every host has a way for them.",
            )
        return
    for index, text in enumerate(fleet.number_plan.emergency):
        which = pattern(text)
        good: set[str] = set()
        for _, rule, hosts in plan.dialled:
            if rule.target == "trunk" and pattern(rule.pattern).covers(which):
                good |= {host for host in hosts if plan.reached[host].intersection(rule.trunks)}
        lacking = [host for host in plan.hosts if host not in good]
        if lacking:
            yield Finding(
                weight="error",
                path=("number_plan", "emergency", str(index)),
                text=f"The emergency number {text} leads to no trunk at {named(lacking)}.",
                mend=f"Make a rule for {text} with target trunk there.",
                fix=way_for(plan, text, lacking),
            )
        yield from _changed(plan, index, text)
        yield from _elsewhere(plan, index, text, good)
        for host, at, block in plan.blocks:
            if block.overlaps(which) and deriving.scheme_of(fleet, host) == "short":
                yield Finding(
                    weight="error",
                    path=("hosts", host, "numbers", str(at)),
                    text=f"The block {block.text} of {host} has the emergency number {text} in it, which goes before.",
                    mend="Choose another block.",
                )


def way_for(plan: PlanIndex, text: str, lacking: list[str]) -> Fix | None:
    """A rule that leads an emergency number out by the trunks that all of these hosts have."""
    common = frozenset.intersection(*(plan.reached[host] for host in lacking))
    trunks = tuple(name for name in plan.fleet.trunks if name in common)
    if not trunks:
        return None
    everywhere = len(lacking) == len(plan.hosts)
    values = {
        "pattern": text,
        "target": "trunk",
        "trunks": trunks,
        "hosts": () if everywhere else tuple(lacking),
    }
    return Fix(
        words=f"Lead {text} out by {named(trunks)}", rules=((f"Emergency {text}", tuple(values.items())),)
    )


def _elsewhere(plan: PlanIndex, index: int, text: str, good: set[str]) -> Iterator[Finding]:
    """Hosts whose emergency calls leave at another host: whoever answers there takes it for the place of the emergency."""
    which = pattern(text)
    own: set[str] = set()
    for _, rule, hosts in plan.dialled:
        if rule.target == "trunk" and pattern(rule.pattern).covers(which):
            own |= {host for host in hosts if plan.trunks[host].intersection(rule.trunks)}
    through = [host for host in plan.hosts if host in good and host not in own]
    if through:
        yield Finding(
            weight="warning",
            path=("number_plan", "emergency", str(index)),
            text=f"The emergency number {text} leaves {named(through)} through another host.",
            mend="If that host stands at another place, help would be sent there: give these hosts a trunk of their own.",
        )


def _changed(plan: PlanIndex, index: int, text: str) -> Iterator[Finding]:
    """An emergency number that leaves as another one."""
    which = pattern(text)
    taking = [
        (name, rule, hosts)
        for name, rule, hosts in plan.dialled
        if rule.target == "trunk" and pattern(rule.pattern).covers(which)
    ]
    first: dict[str, tuple[str, str]] = {}
    for name, rule, hosts in sorted(taking, key=lambda one: pattern(one[1].pattern).rank):
        for host in hosts:
            first.setdefault(host, (name, f"{rule.prepend}{text[rule.strip :]}"))
    for name in dict.fromkeys(name for name, sent in first.values() if sent != text):
        sent = next(sent for one, sent in first.values() if one == name)
        yield Finding(
            weight="warning",
            path=("number_plan", "emergency", str(index)),
            text=f"The emergency number {text} goes out as {sent or 'nothing'}, by the rule {name}.",
            mend=f"If {sent or 'that'} is not what the other side expects, make a rule for {text} alone.",
        )


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
        yield from _gateway(plan, name, trunk)
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
    yield from _by_address(plan)


def _by_address(plan: PlanIndex) -> Iterator[Finding]:
    """Hosts that call out through others which know them by nothing but an address: with UDP anybody in the LAN can write it on a packet."""
    between = plan.fleet.number_plan.between
    if between.authentication != "address" or between.transport != "udp":
        return
    through = [
        host
        for host in plan.hosts
        if any(deriving.gateways_to(plan.fleet, host, name) for name in plan.fleet.trunks)
    ]
    if through:
        yield Finding(
            weight="hint",
            path=("number_plan", "between", "authentication"),
            text=f"Other hosts let {named(through)} call out by their trunks, and know it by an address alone, which others in the LAN can pretend."
            if len(through) == 1
            else f"Other hosts let {named(through)} call out by their trunks, and know them by addresses alone, which others in the LAN can pretend.",
            mend="Let hosts know each other by passwords that AZDesk makes (not with chan_sip), or reach each other by TCP or TLS.",
            fix=Fix(
                words="Let hosts ask each other for passwords",
                values=((("number_plan", "between", "authentication"), "password"),),
            ),
        )


def _gateway(plan: PlanIndex, name: str, trunk: Trunk) -> Iterator[Finding]:
    """Hosts that are to go out by a trunk through others."""
    there = [host for host in trunk.gateway_for if name in plan.trunks.get(host, ())]
    if there:
        yield Finding(
            weight="hint",
            path=("trunks", name, "gateway_for"),
            text=f"{named(there)} has the trunk {name} itself, and needs no way to it through another host."
            if len(there) == 1
            else f"{named(there)} have the trunk {name} themselves, and need no way to it through another host.",
            fix=Fix(
                words=f"Leave out {named(there)}",
                values=(
                    (
                        ("trunks", name, "gateway_for"),
                        tuple(one for one in trunk.gateway_for if one not in there),
                    ),
                ),
            ),
        )
    cut_off = [
        host for host in trunk.gateway_for if host not in there and name not in plan.reached.get(host, ())
    ]
    if cut_off:
        yield Finding(
            weight="error",
            path=("trunks", name, "gateway_for"),
            text=f"No host with the trunk {name} is called by {named(cut_off)}: they do not get out by it.",
            mend="Put them into one cluster, or let all hosts of the fleet call each other (number_plan.reach).",
        )


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

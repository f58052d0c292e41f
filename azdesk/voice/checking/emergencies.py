"""Emergency numbers: whether each host leads them out, unchanged and from its own place, and whether anything else takes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from azdesk.core.pattern import Pattern, pattern
from azdesk.voice import deriving
from azdesk.voice.checking.findings import Finding, Fix, named
from azdesk.voice.checking.rules import destinations
from azdesk.voice.indexed import PlanIndex
from azdesk.voice.overlapping import Drawers

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet

_MOST_TRIED: Final = 200
"""Numbers of an emergency pattern that are tried."""


def ways(plan: PlanIndex) -> Iterator[Finding]:
    """Whether each host leads them out by a trunk, as they were dialled, and from where it stands."""
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
                fix=_way_for(plan, text, lacking),
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


def _way_for(plan: PlanIndex, text: str, lacking: list[str]) -> Fix | None:
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


class _Taker(NamedTuple):
    """A rule, or the block of a host, that holds an emergency number."""

    before: tuple[bool, tuple[int, tuple[tuple[int, int], ...]]]
    """Sort key: the context of emergency numbers is asked first, then the narrower pattern takes the number."""
    hosts: frozenset[str]
    rule: str = ""
    owner: str = ""
    """The host whose block it is."""
    block: str = ""


def caught(plan: PlanIndex) -> Iterator[Finding]:
    """Of several rules and blocks that hold a number Asterisk takes the narrowest, whatever it leads to."""
    rules = Drawers()
    for text in plan.rules_by_pattern:
        rules.add(pattern(text))
    for index, text in enumerate(plan.fleet.number_plan.emergency):
        which = pattern(text)
        found: dict[_Taker, set[str]] = {}
        for number in itertools.islice(which.numbers(), _MOST_TRIED):
            for taker, hosts in _first(plan, _takers(plan, rules, number)).items():
                found.setdefault(taker, set()).update(hosts)
        for taker, hosts in found.items():
            if wrong := sorted(
                (host for host in hosts if not _leads_out(plan, taker, host, which)), key=plan.hosts.index
            ):
                yield _finding(plan, index, text, taker, wrong)


def _takers(plan: PlanIndex, rules: Drawers, number: str) -> Iterator[_Taker]:
    fleet = plan.fleet
    for which in rules.holding(number):
        for name, hosts in plan.rules_by_pattern[which.text]:
            yield _Taker((not deriving.is_emergency(fleet, fleet.rules[name]), which.rank), hosts, rule=name)
    for host, _, one in plan.blocks:
        # What a host's own phones dial without its prefix is looked at with the block itself.
        if one.holds(number) and _is_short(fleet, host):
            yield _Taker((True, one.rank), frozenset((host,)), owner=host, block=one.text)
    for host, _, one in plan.global_blocks:
        if one.holds(number):
            near = frozenset(other for other in plan.hosts if plan.groups[other] == plan.groups[host])
            yield _Taker((True, one.rank), near, owner=host, block=one.text)


def _is_short(fleet: Fleet, host: str) -> bool:
    return deriving.scheme_of(fleet, host) == "short" or not fleet.hosts[host].calls.prefix


def _first(plan: PlanIndex, takers: Iterator[_Taker]) -> dict[_Taker, set[str]]:
    """Who takes it at which hosts; hosts where no rule would lead it out are left to the check for ways out."""
    every = sorted(takers, key=lambda one: one.before)
    led_out = {
        host
        for one in every
        if one.rule and plan.fleet.rules[one.rule].target == "trunk"
        for host in one.hosts
    }
    found: dict[_Taker, set[str]] = {}
    for one in every:
        if here := one.hosts & led_out:
            found[one] = set(here)
            led_out -= here
    return found


def _leads_out(plan: PlanIndex, taker: _Taker, host: str, which: Pattern) -> bool:
    if taker.owner:
        return taker.owner == host and _is_short(plan.fleet, host)
    rule = plan.fleet.rules[taker.rule]
    return rule.target == "trunk" or any(
        lead.kind == "rule" and plan.fleet.rules[lead.name].target == "trunk"
        for _, to in destinations(rule, which)
        for lead in plan.leads(host, to)
    )


def _finding(plan: PlanIndex, index: int, text: str, taker: _Taker, hosts: list[str]) -> Finding:
    alone = f"Make a rule for {text} alone with target trunk there"
    if taker.owner:
        return Finding(
            weight="error",
            path=("number_plan", "emergency", str(index)),
            text=f"Whoever dials the emergency number {text} at {named(hosts)} calls {taker.owner}, whose numbers are dialled as {taker.block}.",
            mend=f"{alone}, or give {taker.owner} another prefix.",
            fix=_way_for(plan, text, hosts),
        )
    rule = plan.fleet.rules[taker.rule]
    hidden = deriving.is_emergency(plan.fleet, rule)
    return Finding(
        weight="error",
        path=("rules", taker.rule, "pattern"),
        text=f"The rule {taker.rule} ({rule.pattern}) takes the emergency number {text} at {named(hosts)}, and does not lead out.",
        mend="Let it lead to a trunk, or remove it." if hidden else f"{alone}, or make the pattern narrower.",
        fix=None if hidden else _way_for(plan, text, hosts),
    )

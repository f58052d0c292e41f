"""Rules: each by itself, and which take numbers of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from azdesk.core.pattern import Pattern, pattern
from azdesk.voice import deriving
from azdesk.voice.checking import gateways
from azdesk.voice.checking.findings import Finding, named, removing
from azdesk.voice.indexed import PlanIndex
from azdesk.voice.overlapping import Drawers, pairs

if TYPE_CHECKING:
    from azdesk.fleet.voice import Rule


def by_themselves(plan: PlanIndex) -> Iterator[Finding]:
    """What is wrong with a rule by itself."""
    for name, rule in plan.fleet.rules.items():
        which = pattern(rule.pattern)
        if rule.strip > len(which.places) or (
            rule.strip == len(which.places) and not which.tail and not rule.prepend
        ):
            yield Finding(
                weight="error",
                path=("rules", name, "strip"),
                text=f"The rule {name} takes {rule.strip} digits off numbers that may have no more than {which.least}.",
                mend="Take off fewer, or put something in front.",
            )
            continue
        hosts = sorted(plan.at(rule.hosts), key=plan.hosts.index)
        if not hosts:
            yield Finding(
                weight="warning",
                path=("rules", name, "hosts"),
                text=f"The rule {name} is at no host that the number plan is for.",
                mend="Name an application host, or remove the rule.",
                fix=removing(name),
            )
        if rule.callers:
            yield from _from_nowhere(plan, name, rule, hosts)
        if rule.target == "trunk":
            lacking = [host for host in hosts if not plan.reached[host].intersection(rule.trunks)]
            if lacking:
                yield Finding(
                    weight="error",
                    path=("rules", name, "trunks"),
                    text=f"The rule {name} leads nowhere at {named(lacking)}: none of its trunks is there.",
                    mend="Let them go out through a host that has one (trunks.….gateway_for), or give the trunk to them "
                    "(trunks.….hosts), or the rule to hosts that have one (rules.….hosts).",
                    fix=gateways.through_others(plan, rule, lacking),
                )
            yield from _recorded_too(plan, name, rule)
        elif rule.target == "accounts":
            to = deriving.rewritten(which, rule)
            nobody = [host for host in hosts if not any(own.overlaps(to) for own in plan.own(host))]
            if nobody:
                yield Finding(
                    weight="error",
                    path=("rules", name, "target"),
                    text=f"The rule {name} calls {to.text} at {named(nobody)}, where no block has such numbers.",
                    mend="Correct strip and prepend, or give the rule to the host that has the block.",
                )
            yield from _holes(plan, name, to, [host for host in hosts if host not in nobody])
        elif rule.target == "number" or rule.members:
            yield from _leads_nowhere(plan, name, rule, hosts)


def _recorded_too(plan: PlanIndex, name: str, rule: Rule) -> Iterator[Finding]:
    """Which trunk takes a call is not known when recording begins: if one of them is recorded, calls by the others are, too."""
    trunks = plan.fleet.trunks
    others = [one for one in rule.trunks if not trunks[one].record]
    because = [one for one in rule.trunks if trunks[one].record]
    if others and because and not rule.record:
        yield Finding(
            weight="warning",
            path=("rules", name, "trunks"),
            text=f"Calls of the rule {name} are recorded by {named(others)}, too: {named(because)} in the same list is recorded.",
            mend="Have all trunks of the list recorded, or none; or say with the rule's own record that it is meant so.",
        )


def _from_nowhere(plan: PlanIndex, name: str, rule: Rule, hosts: list[str]) -> Iterator[Finding]:
    """Calls that it is for never come in there."""
    lacking = [host for host in hosts if not plan.trunks[host].intersection(rule.callers)]
    if lacking and (rule.hosts or len(lacking) == len(hosts)):
        yield Finding(
            weight="warning",
            path=("rules", name, "callers"),
            text=f"The rule {name} is for calls that come in by {named(rule.callers)}, which is not at {named(lacking)}.",
            mend="Give the trunk to that host, or the rule to the hosts that have it.",
        )


def _holes(plan: PlanIndex, name: str, to: Pattern, hosts: list[str]) -> Iterator[Finding]:
    """Some of the numbers that it makes are at home, others are not."""
    if to.tail:
        return  # how long its numbers are is not known
    left = [host for host in hosts if sum(_common(own, to) for own in plan.own(host)) < to.size]
    if left:
        yield Finding(
            weight="warning",
            path=("rules", name, "pattern"),
            text=f"Some numbers of the rule {name} lead nowhere: it calls {to.text}, of which blocks at {named(left)} have a part.",
            mend="Make its pattern narrower, or give the host the other numbers, too.",
        )


def _common(one: Pattern, two: Pattern) -> int:
    """How many numbers of digits two patterns share; the second has no open end."""
    if not one.overlaps(two):
        return 0
    count = 1
    for at, place in enumerate(two.places):
        signs = one.places[at] if at < len(one.places) else place
        count *= sum(1 for sign in signs if sign in place and sign.isdigit())
    return count


def _leads_nowhere(plan: PlanIndex, name: str, rule: Rule, hosts: Iterable[str]) -> Iterator[Finding]:
    which = pattern(rule.pattern)
    for key, to in destinations(rule, which):
        lost = [host for host in hosts if not plan.leads(host, to, inbound=bool(rule.callers))]
        if lost:
            place = " to callers from outside" if rule.callers else ""
            yield Finding(
                weight="error",
                path=("rules", name, key),
                text=f"The rule {name} calls {to.text}, which leads nowhere at {named(lost)}{place}.",
                mend="Call a number that phones there can dial."
                if not rule.callers
                else "Call a number that is at home on the host itself: what comes in never goes out again.",
            )


def destinations(rule: Rule, which: Pattern) -> Iterator[tuple[str, Pattern]]:
    if rule.target == "number":
        yield "number", pattern(rule.number) if rule.number else deriving.rewritten(which, rule)
    for member in rule.members:
        yield "members", pattern(member)


def same_pattern(plan: PlanIndex) -> Iterator[Finding]:
    """Of two rules with the very same pattern a host has the first one only."""
    for text, rules in plan.rules_by_pattern.items():
        first: dict[str, str] = {}
        for name, hosts in rules:
            lost: dict[str, list[str]] = {}
            for host in hosts:
                if (other := first.setdefault(host, name)) != name:
                    lost.setdefault(other, []).append(host)
            for other, where in lost.items():
                yield Finding(
                    weight="error",
                    path=("rules", name, "pattern"),
                    text=f"The rule {name} never counts at {named(sorted(where))}: the rule {other} has the same pattern ({text}).",
                    mend="Remove one of them, or give them different hosts.",
                    fix=removing(name) if len(where) == len(hosts) else None,
                )


def shared(plan: PlanIndex) -> Iterator[Finding]:
    """Numbers that two rules, or a rule and a block, both hold: the narrower pattern takes them."""
    rules = plan.rules_by_pattern
    at = {text: frozenset().union(*(hosts for _, hosts in some)) for text, some in rules.items()}
    for one, two in pairs(pattern(text) for text in rules):
        if not at[one.text] & at[two.text]:
            continue
        wins, loses = sorted((one, two), key=lambda which: which.rank)
        name = rules[loses.text][0][0]
        if wins.covers(loses):
            yield Finding(
                weight="error",
                path=("rules", name, "pattern"),
                text=f"The rule {name} ({loses.text}) never counts: {wins.text} of {rules[wins.text][0][0]} takes all its numbers.",
                mend="Remove it, or make its pattern narrower.",
                fix=removing(name)
                if len(rules[loses.text]) == 1 and at[loses.text] <= at[wins.text]
                else None,
            )
        elif not loses.covers(wins):
            yield Finding(
                weight="warning",
                path=("rules", name, "pattern"),
                text=f"{wins.text} of the rule {rules[wins.text][0][0]} takes some numbers of the rule {name} ({loses.text}).",
                mend="If that is not meant, make one of the patterns narrower.",
            )
    yield from _into_blocks(plan)


def _into_blocks(plan: PlanIndex) -> Iterator[Finding]:
    """Rules that take numbers of hosts."""
    drawers = Drawers()
    for text in plan.rules_by_pattern:
        drawers.add(pattern(text))
    if not drawers.every:
        return
    seen: set[tuple[str, str]] = set()
    for blocks, with_prefix in ((plan.blocks, False), (plan.global_blocks, True)):
        for host, _, block in blocks:
            if with_prefix and not plan.fleet.hosts[host].calls.prefix:
                continue
            for which in drawers.sharing(block):
                for name, hosts in plan.rules_by_pattern[which.text]:
                    near = {other for other in hosts if plan.groups[other] == plan.groups[host]}
                    concerned = near if with_prefix else {host} & hosts
                    if concerned and (name, block.text) not in seen:
                        seen.add((name, block.text))
                        yield from _takes(name, which, host, block)


def _takes(name: str, which: Pattern, host: str, block: Pattern) -> Iterator[Finding]:
    if which.rank < block.rank and which.covers(block):
        yield Finding(
            weight="error",
            path=("rules", name, "pattern"),
            text=f"The rule {name} ({which.text}) takes all numbers {block.text} of {host}: nobody there can be called.",
            mend="Make its pattern narrower, or change the block.",
        )
    elif block.rank < which.rank and block.covers(which):
        yield Finding(
            weight="error",
            path=("rules", name, "pattern"),
            text=f"The rule {name} ({which.text}) never counts: the block {block.text} of {host} takes its numbers.",
            mend="Make its pattern narrower than the block.",
        )
    elif block.covers(which):
        yield Finding(
            weight="hint",
            path=("rules", name, "pattern"),
            text=f"The rule {name} takes {which.text} out of the block {block.text} of {host}: an account of such a number is not called.",
        )
    elif not which.covers(block):
        yield Finding(
            weight="warning",
            path=("rules", name, "pattern"),
            text=f"The rule {name} ({which.text}) and the block {block.text} of {host} share numbers; the narrower pattern takes them.",
            mend="If that is not meant, make the rule's pattern narrower.",
        )

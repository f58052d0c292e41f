"""What is wrong with a number plan, looked at as a whole.

Each finding says where and what, and what would mend it. Nothing is derived or simulated for it: a plan of ten thousand rules over
two hundred hosts is checked in less than a second.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from azdesk.core.pattern import Pattern, pattern
from azdesk.voice import deriving
from azdesk.voice.indexed import Lead, PlanIndex
from azdesk.voice.overlapping import Drawers, pairs

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet
    from azdesk.fleet.voice import Rule

Weight = Literal["error", "warning", "hint"]
"""An error keeps calls from where they should go; a warning may be meant so; a hint says what follows from something usual."""
_MOST_NAMED: Final = 5


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing about the plan."""

    weight: Weight
    path: tuple[str, ...]
    """Where in the document."""
    text: str
    """A sentence."""
    mend: str = ""
    """What to do about it, as a sentence; empty where nothing needs to be done."""


def check(fleet: Fleet, numbers: Mapping[str, Collection[str]] | None = None) -> tuple[Finding, ...]:
    """All findings, the weightiest first, then in the order of the document.

    Args:
        numbers: number → accounts that have it, of the directory's people; None: they were not asked for.
    """
    if not deriving.hosts_of(fleet):
        return ()
    plan = PlanIndex(fleet)
    found = [
        *_blocks(plan),
        *_hidden(plan),
        *_reserved(plan),
        *_rules(plan),
        *_same_pattern(plan),
        *_shared(plan),
        *_emergency(plan),
        *_trunks(plan),
        *_circles(plan),
        *_fraud(plan),
        *_filters(plan),
        *(_people(plan, numbers) if numbers is not None else ()),
    ]
    order = {"error": 0, "warning": 1, "hint": 2}
    return tuple(sorted(found, key=lambda one: order[one.weight]))


def _blocks(plan: PlanIndex) -> Iterator[Finding]:
    for host in plan.hosts:
        value = plan.fleet.hosts[host]
        alone = sum(1 for one in plan.groups.values() if one == plan.groups[host]) == 1
        if not value.numbers and value.cluster:
            yield Finding(
                weight="warning",
                path=("hosts", host, "numbers"),
                text=f"{host} has no numbers of its own: nobody can be called there.",
                mend="Give it a block, such as 68XX.",
            )
        if not value.calls.prefix and deriving.scheme_of(plan.fleet, host) == "prefixed" and not alone:
            yield Finding(
                weight="error",
                path=("hosts", host, "calls", "prefix"),
                text=f"Numbers are dialled with a prefix, and {host} has none.",
                mend="Give it one that no other host has, such as 301.",
            )
    by_pattern: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for host, index, one in plan.global_blocks:
        by_pattern.setdefault((plan.groups[host], one.text), []).append((host, index))
    for (_, text), places in by_pattern.items():
        for host, index in places[1:]:
            yield _twice(host, index, text, places[0][0], text)
    for group in dict.fromkeys(plan.groups.values()):
        owners = {text: places[0] for (of, text), places in by_pattern.items() if of == group}
        for one, two in pairs(pattern(text) for text in owners):
            (first, _), (host, index) = owners[one.text], owners[two.text]
            yield _twice(host, index, two.text, first, one.text)


def _hidden(plan: PlanIndex) -> Iterator[Finding]:
    """Numbers of other hosts that a host's phones never reach, since they dial its own so."""
    for host, _, block in plan.blocks:
        if deriving.scheme_of(plan.fleet, host) == "prefixed" and plan.fleet.hosts[host].calls.prefix:
            continue
        for other, theirs in plan.others(host, block):
            if theirs.text != block.text or plan.fleet.hosts[host].calls.prefix:
                yield Finding(
                    weight="error",
                    path=("hosts", other, "calls", "prefix"),
                    text=f"Phones of {host} dial its own numbers as {block.text}: those of {other} ({theirs.text}) are not reached from there.",
                    mend=f"Give {other} another prefix or other numbers.",
                )


def _twice(host: str, index: int, text: str, other: str, its: str) -> Finding:
    what = text if text == its else f"{text} and {its} share numbers"
    if host == other:
        return Finding(
            weight="warning",
            path=("hosts", host, "numbers", str(index)),
            text=f"Blocks of {host} overlap: {what}.",
            mend="Keep one of them.",
        )
    return Finding(
        weight="error",
        path=("hosts", host, "numbers", str(index)),
        text=f"As others dial them, numbers of {host} are those of {other}, too: {what}.",
        mend="Give the hosts different prefixes, or one of them another block.",
    )


def _reserved(plan: PlanIndex) -> Iterator[Finding]:
    drawers = Drawers()
    for text in plan.fleet.number_plan.reserved:
        drawers.add(pattern(text))
    if not drawers.every:
        return
    for host, index, one in plan.blocks:
        for other in drawers.sharing(one):
            yield Finding(
                weight="error",
                path=("hosts", host, "numbers", str(index)),
                text=f"The block {one.text} of {host} has reserved numbers in it: {other.text}.",
                mend="Choose another block, or take the number out of number_plan.reserved.",
            )
    for name, rule, _ in plan.dialled:
        for other in drawers.sharing(pattern(rule.pattern)):
            yield Finding(
                weight="error",
                path=("rules", name, "pattern"),
                text=f"The rule {name} uses reserved numbers: {other.text}.",
                mend="Choose another pattern, or take the number out of number_plan.reserved.",
            )


def _rules(plan: PlanIndex) -> Iterator[Finding]:
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
            )
        if rule.target == "trunk":
            lacking = [host for host in hosts if not plan.trunks[host].intersection(rule.trunks)]
            if lacking:
                yield Finding(
                    weight="error",
                    path=("rules", name, "trunks"),
                    text=f"The rule {name} leads nowhere at {_named(lacking)}: none of its trunks is there.",
                    mend="Give the trunk to that host (trunks.….hosts), or the rule to the hosts that have one (rules.….hosts).",
                )
        elif rule.target == "accounts":
            to = deriving.rewritten(which, rule)
            nobody = [host for host in hosts if not any(own.overlaps(to) for own in plan.own(host))]
            if nobody:
                yield Finding(
                    weight="error",
                    path=("rules", name, "target"),
                    text=f"The rule {name} calls {to.text} at {_named(nobody)}, where no block has such numbers.",
                    mend="Correct strip and prepend, or give the rule to the host that has the block.",
                )
        elif rule.target == "number" or rule.members:
            yield from _leads_nowhere(plan, name, rule, hosts)


def _leads_nowhere(plan: PlanIndex, name: str, rule: Rule, hosts: Iterable[str]) -> Iterator[Finding]:
    which = pattern(rule.pattern)
    for key, to in _destinations(rule, which):
        lost = [host for host in hosts if not plan.leads(host, to, inbound=bool(rule.callers))]
        if lost:
            place = " to callers from outside" if rule.callers else ""
            yield Finding(
                weight="error",
                path=("rules", name, key),
                text=f"The rule {name} calls {to.text}, which leads nowhere at {_named(lost)}{place}.",
                mend="Call a number that phones there can dial."
                if not rule.callers
                else "Call a number that is at home on the host itself: what comes in never goes out again.",
            )


def _destinations(rule: Rule, which: Pattern) -> Iterator[tuple[str, Pattern]]:
    if rule.target == "number":
        yield "number", pattern(rule.number) if rule.number else deriving.rewritten(which, rule)
    for member in rule.members:
        yield "members", pattern(member)


def _same_pattern(plan: PlanIndex) -> Iterator[Finding]:
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
                    text=f"The rule {name} never counts at {_named(sorted(where))}: the rule {other} has the same pattern {text}.",
                    mend="Remove one of them, or give them different hosts.",
                )


def _shared(plan: PlanIndex) -> Iterator[Finding]:
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


def _emergency(plan: PlanIndex) -> Iterator[Finding]:
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
                good |= {host for host in hosts if plan.trunks[host].intersection(rule.trunks)}
        lacking = [host for host in plan.hosts if host not in good]
        if lacking:
            yield Finding(
                weight="error",
                path=("number_plan", "emergency", str(index)),
                text=f"The emergency number {text} leads to no trunk at {_named(lacking)}.",
                mend=f"Make a rule for {text} with target trunk there.",
            )
        for host, at, block in plan.blocks:
            if block.overlaps(which) and deriving.scheme_of(fleet, host) == "short":
                yield Finding(
                    weight="error",
                    path=("hosts", host, "numbers", str(at)),
                    text=f"The block {block.text} of {host} has the emergency number {text} in it, which goes before.",
                    mend="Choose another block.",
                )


def _trunks(plan: PlanIndex) -> Iterator[Finding]:
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
        if name not in plan.heard:
            yield Finding(
                weight="warning",
                path=("trunks", name),
                text=f"Calls that come in by the trunk {name} lead nowhere.",
                mend="Make a rule whose callers are this trunk.",
            )
        open_to = [one for one in trunk.sources if one.endswith("/0")]
        if open_to and not trunk.challenge:
            yield Finding(
                weight="error",
                path=("trunks", name, "sources"),
                text=f"Whoever is in {open_to[0]} can call by the trunk {name} without a password.",
                mend="Name the provider's own networks, or ask for a password (challenge).",
            )


def circling(fleet: Fleet) -> dict[str, str]:
    """Host → a sentence about a circle that calls get into from there; hosts that are not in it lead nowhere of the kind.

    A ring group that leads back to itself multiplies its calls until the host stands still, so such a plan must never be loaded.
    """
    if not deriving.hosts_of(fleet):
        return {}
    walk = _Circles(PlanIndex(fleet))
    walk.go()
    return {host: text for (host, _), text in reversed(walk.done.items()) if text}


def _circles(plan: PlanIndex) -> Iterator[Finding]:
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


_At = tuple[str, str]
"""Host and rule."""


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
            for _, to in _destinations(rule, pattern(rule.pattern))
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


def _fraud(plan: PlanIndex) -> Iterator[Finding]:
    """Ways from one trunk to another: strangers would call at the organisation's expense."""
    fleet = plan.fleet
    ways_in = [name for name in fleet.trunks if name in plan.heard]
    for name, rule in fleet.rules.items():
        if rule.target != "ring-group":
            continue
        for host in sorted(plan.at(rule.hosts), key=plan.hosts.index):
            for member in rule.members:
                out = [
                    lead.name
                    for lead in plan.leads(host, pattern(member))
                    if lead.kind == "rule" and fleet.rules[lead.name].target == "trunk"
                ]
                if out:
                    by = ", ".join(rule.callers or ways_in) or "other hosts"
                    yield Finding(
                        weight="warning",
                        path=("rules", name, "members"),
                        text=f"Callers who come in by {by} can be led out again: the rule {name} calls {member} by the rule {out[0]}.",
                        mend="If the call to the outside is not meant, take the member out of the group.",
                    )
                    break
            else:
                continue
            break


_SIMPLE_FILTER = re.compile(r"\(?\(AstAccountName=(\d*)\*\)\)?", re.IGNORECASE)


def _filters(plan: PlanIndex) -> Iterator[Finding]:
    """Whether a host's Selection Filter lets the phones of its blocks register; of a simple filter only can that be told."""
    for host in plan.hosts:
        value = plan.fleet.hosts[host]
        found = _SIMPLE_FILTER.fullmatch(value.sip.selection_filter)
        if value.sip.accounts != "directory" or not value.numbers:
            continue
        if not value.sip.selection_filter:
            if len(plan.hosts) > 1:
                yield Finding(
                    weight="warning",
                    path=("hosts", host, "sip", "selection_filter"),
                    text=f"{host} lets all phones of the directory register, also those of other hosts' numbers.",
                    mend=f"Set the Selection Filter to {_filter_for(plan.own(host))}.",
                )
            continue
        if not found:
            continue
        for index, block in enumerate(plan.own(host)):
            if not block.prefix.startswith(found[1]):
                yield Finding(
                    weight="error",
                    path=("hosts", host, "sip", "selection_filter"),
                    text=f"The Selection Filter of {host} keeps phones of its block {block.text} out.",
                    mend=f"Set it to {_filter_for(plan.own(host))}, or change the block.",
                )
            elif len(block.prefix) > len(found[1]) and len(plan.own(host)) == 1 and index == 0:
                yield Finding(
                    weight="hint",
                    path=("hosts", host, "sip", "selection_filter"),
                    text=f"The Selection Filter of {host} lets phones register that are outside its block {block.text}.",
                    mend=f"Set it to {_filter_for(plan.own(host))}.",
                )


def _filter_for(blocks: tuple[Pattern, ...]) -> str:
    parts = [f"(AstAccountName={prefix}*)" for prefix in dict.fromkeys(block.prefix for block in blocks)]
    return parts[0] if len(parts) == 1 else f"(|{''.join(parts)})"


def _people(plan: PlanIndex, numbers: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Accounts that nobody can call."""
    starts = Drawers()
    for _, _, block in plan.blocks:
        starts.add(block)
    outside = [
        number
        for number in numbers
        if not any(block.holds(number) for block in starts.sharing(pattern(number)))
    ]
    if outside:
        who = [next(iter(numbers[number]), number) for number in outside]
        yield Finding(
            weight="warning",
            path=("number_plan",),
            text=f"{len(outside)} number{'s' if len(outside) > 1 else ''} of people are in no block, so nobody can call them: "
            f"{_named([f'{one} ({number})' for one, number in zip(who, outside, strict=True)])}.",
            mend="Give a host a block with them, or the people other numbers.",
        )


def _named(names: Collection[str]) -> str:
    """Some names of many: “a251, a253 and 7 more”."""
    shown = list(names)[:_MOST_NAMED]
    rest = len(names) - len(shown)
    if rest:
        return f"{', '.join(shown)} and {rest} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"

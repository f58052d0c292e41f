"""The hosts' own numbers: given twice, hidden from others, reserved, missing."""

from __future__ import annotations

from collections.abc import Iterator

from azdesk.core.pattern import pattern
from azdesk.voice import deriving
from azdesk.voice.checking.findings import Finding, Fix
from azdesk.voice.indexed import PlanIndex
from azdesk.voice.overlapping import Drawers, pairs


def blocks(plan: PlanIndex) -> Iterator[Finding]:
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
                fix=_prefix(plan, host),
            )
    by_pattern: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for host, index, one in plan.global_blocks:
        by_pattern.setdefault((plan.groups[host], one.text), []).append((host, index))
    for (_, text), places in by_pattern.items():
        for host, index in places[1:]:
            yield _twice(plan, host, index, text, places[0][0], text)
    for group in dict.fromkeys(plan.groups.values()):
        owners = {text: places[0] for (of, text), places in by_pattern.items() if of == group}
        for one, two in pairs(pattern(text) for text in owners):
            (first, _), (host, index) = owners[one.text], owners[two.text]
            yield _twice(plan, host, index, two.text, first, one.text)


def hidden(plan: PlanIndex) -> Iterator[Finding]:
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


def _prefix(plan: PlanIndex, host: str) -> Fix:
    """One that is free: after the highest number among the others'."""
    given = {plan.fleet.hosts[one].calls.prefix for one in plan.hosts}
    highest = max((int(one) for one in given if one.isdigit()), default=300)
    return Fix(
        words=f"Give {host} the prefix {highest + 1}",
        values=((("hosts", host, "calls", "prefix"), str(highest + 1)),),
    )


def _twice(plan: PlanIndex, host: str, index: int, text: str, other: str, its: str) -> Finding:
    what = f"{text} on both" if text == its else f"{text} and {its} share numbers"
    own = plan.fleet.hosts[host].numbers
    narrow = pattern(its).covers(pattern(text))
    fix = (
        Fix(
            words=f"Remove the block {text} of {host}",
            values=((("hosts", host, "numbers"), (*own[:index], *own[index + 1 :])),),
        )
        if host == other and narrow
        else None
    )
    if host == other:
        return Finding(
            weight="warning",
            path=("hosts", host, "numbers", str(index)),
            text=f"Blocks of {host} overlap: {what}.",
            mend="Keep one of them.",
            fix=fix,
        )
    return Finding(
        weight="error",
        path=("hosts", host, "numbers", str(index)),
        text=f"As others dial them, numbers of {host} are those of {other}, too: {what}.",
        mend="Give the hosts different prefixes, or one of them another block.",
    )


def reserved(plan: PlanIndex) -> Iterator[Finding]:
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
                text=f"The block {one.text} of {host} has reserved numbers ({other.text}) in it.",
                mend="Choose another block, or take the number out of number_plan.reserved.",
            )
    for name, rule, _ in plan.dialled:
        for other in drawers.sharing(pattern(rule.pattern)):
            yield Finding(
                weight="error",
                path=("rules", name, "pattern"),
                text=f"The rule {name} uses reserved numbers ({other.text}).",
                mend="Choose another pattern, or take the number out of number_plan.reserved.",
            )

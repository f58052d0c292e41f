"""Who may register where, and people whom nobody can call."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from azdesk.core.pattern import Pattern, pattern
from azdesk.voice import deriving
from azdesk.voice.checking.findings import Finding, Fix, Weight, named
from azdesk.voice.indexed import PlanIndex
from azdesk.voice.overlapping import Drawers

_PART: Final = r"\(AstAccountName=(\d*)\*\)"
_ONE: Final = re.compile(rf"\(?{_PART}\)?", re.IGNORECASE)
_SEVERAL: Final = re.compile(rf"\(\|(?:{_PART})+\)", re.IGNORECASE)


def filters(plan: PlanIndex) -> Iterator[Finding]:
    """Whether a host's Selection Filter lets the phones of its blocks register; of a simple filter only can that be told."""
    for host in plan.hosts:
        value = plan.fleet.hosts[host]
        if value.sip.accounts != "directory" or not value.numbers:
            continue
        path = ("hosts", host, "sip", "selection_filter")
        meant = _filter_for(plan.own(host))
        fix = Fix(words=f"Set the Selection Filter of {host} to {meant}", values=((path, meant),))
        if not value.sip.selection_filter:
            if len(plan.hosts) > 1:
                yield Finding(
                    weight="warning",
                    path=path,
                    text=f"{host} lets all phones of the directory register, also those of other hosts' numbers.",
                    mend=f"Set the Selection Filter to {meant}.",
                    fix=fix,
                )
            continue
        let_in = _let_in(value.sip.selection_filter)
        if let_in is None:
            continue
        kept_out = [
            block.text
            for block in plan.own(host)
            if not all(any(start.startswith(one) for one in let_in) for start in _starts(block))
        ]
        starts = [start for block in plan.own(host) for start in _starts(block)]
        beyond = [one for one in let_in if not any(one.startswith(start) for start in starts)]
        if kept_out:
            yield Finding(
                weight="error",
                path=path,
                text=f"The Selection Filter of {host} keeps phones of its block {named(kept_out)} out.",
                mend=f"Set it to {meant}, or change the block.",
                fix=fix,
            )
        elif beyond:
            blocks = named([block.text for block in plan.own(host)])
            yield Finding(
                weight="hint",
                path=path,
                text=f"The Selection Filter of {host} also lets phones register that are outside {blocks}, its own numbers.",
                mend=f"Set it to {meant}.",
                fix=fix,
            )


def _let_in(text: str) -> tuple[str, ...] | None:
    """What numbers begin with that a filter lets in; None: it is none of the simple ones."""
    if found := _ONE.fullmatch(text):
        return (found[1],)
    return tuple(re.findall(_PART, text, re.IGNORECASE)) if _SEVERAL.fullmatch(text) else None


def _starts(block: Pattern) -> tuple[str, ...]:
    """What a block's numbers begin with."""
    if block.prefix or not block.places:
        return (block.prefix,)
    return tuple(sign for sign in block.places[0] if sign.isdigit())


def _filter_for(blocks: tuple[Pattern, ...]) -> str:
    starts = dict.fromkeys(start for block in blocks for start in _starts(block))
    parts = [f"(AstAccountName={start}*)" for start in starts]
    return parts[0] if len(parts) == 1 else f"(|{''.join(parts)})"


def people(plan: PlanIndex, numbers: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    """Accounts that nobody can call, or that cannot register where their numbers are at home."""
    found = _Sorted(plan)
    for number in numbers:
        found.put(number)
    shared = [number for number, accounts in numbers.items() if len(accounts) > 1]
    told: tuple[tuple[list[str], Weight, str, str], ...] = (
        (
            shared,
            "error",
            "number belongs to several accounts|numbers belong to several accounts",
            "Give each a number of its own.",
        ),
        (
            found.reserved,
            "error",
            "number of somebody is reserved or for emergencies|numbers of people are reserved or for emergencies",
            "Give them another number.",
        ),
        (
            found.outside,
            "warning",
            "number of people is in no block, so nobody can call it|numbers of people are in no block, so nobody can call them",
            "Give a host a block with them, or the people other numbers.",
        ),
        (
            found.taken,
            "error",
            "number of people is never called, since a rule takes it|numbers of people are never called, since rules take them",
            "Give them another number, or the rule another pattern.",
        ),
        (
            found.kept_out,
            "error",
            "number is kept out by the Selection Filter of the host where it is at home|numbers are kept out by the Selection Filters of the hosts where they are at home",
            "Set the Selection Filter to what the host's blocks begin with.",
        ),
    )
    for some, weight, words, mend in told:
        if some:
            one, _, many = words.partition("|")
            who = named([_who(number, numbers[number]) for number in some])
            yield Finding(
                weight=weight,
                path=("number_plan",),
                text=f"{len(some)} {one if len(some) == 1 else many}: {who}.",
                mend=mend,
            )


class _Sorted:
    """Numbers of people by what is wrong with them."""

    def __init__(self, plan: PlanIndex) -> None:
        self._plan = plan
        self.reserved: list[str] = []
        self.outside: list[str] = []
        self.taken: list[str] = []
        self.kept_out: list[str] = []
        self._homes: dict[str, list[str]] = {}
        for host, _, block in plan.blocks:
            self._homes.setdefault(block.text, []).append(host)
        self._blocks = _drawers(self._homes)
        self._rules = _drawers(plan.rules_by_pattern)
        special = plan.fleet.number_plan
        self._special = _drawers((*special.reserved, *special.emergency))
        self._let_in = {
            host: _let_in(value.sip.selection_filter)
            for host, value in plan.fleet.hosts.items()
            if value.sip.accounts == "directory" and value.sip.selection_filter
        }

    def put(self, number: str) -> None:
        if next(self._special.holding(number), None) is not None:
            self.reserved.append(number)
        blocks = list(self._blocks.holding(number))
        if not blocks:
            self.outside.append(number)
            return
        homes = [(host, block) for block in blocks for host in self._homes[block.text]]
        if all(self._takes(number, host, block) for host, block in homes):
            self.taken.append(number)
        if all(self._keeps_out(number, host) for host, _ in homes):
            self.kept_out.append(number)

    def _takes(self, number: str, host: str, block: Pattern) -> bool:
        """Whether a rule is asked before the block, and leads somewhere else."""
        fleet = self._plan.fleet
        if deriving.scheme_of(fleet, host) == "prefixed" and fleet.hosts[host].calls.prefix:
            return False
        for which in self._rules.holding(number):
            if which.rank >= block.rank:
                continue
            for name, hosts in self._plan.rules_by_pattern[which.text]:
                rule = fleet.rules[name]
                if host in hosts and not (rule.target == "accounts" and not rule.strip and not rule.prepend):
                    return True
        return False

    def _keeps_out(self, number: str, host: str) -> bool:
        let_in = self._let_in.get(host)
        return let_in is not None and not number.startswith(let_in)


def _drawers(texts: Iterable[str]) -> Drawers:
    drawers = Drawers()
    for text in texts:
        drawers.add(pattern(text))
    return drawers


def _who(number: str, accounts: Collection[str]) -> str:
    return f"{' and '.join(accounts) or 'nobody'} ({number})"

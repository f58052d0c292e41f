"""The map of number space: who owns which numbers, by their length.

Numbers of one length are put between 0 and 1 in their order. At the first place may stand ``*``, ``#`` or ``+``, too, where some
number of the plan begins so: then the digits share the room with these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from azdesk.core.pattern import DIGITS, Pattern, pattern
from azdesk.ui.mapping.numbers import target_words
from azdesk.ui.mapping.words import filled
from azdesk.ui.numbersmodels import Area, Kind, Lane, NumberMap, Path, Span
from azdesk.ui.viewmodels import State, TableRow
from azdesk.voice import deriving

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet

MOST_SPANS: Final = 200
"""A pattern that falls into more pieces is shown from its first number to its last."""
_MOST_PAIRS: Final = 2000
_SIGNS: Final = "*#+"


def number_map(fleet: Fleet, host: str = "") -> NumberMap:
    """The map.

    Args:
        host: as phones of this host dial; empty: as numbers are known in the whole fleet, with their prefixes.
    """
    entries = list(_entries(fleet, host))
    extra = "".join(sign for sign in _SIGNS if any(which.places[:1] == (sign,) for which, *_ in entries))
    lanes: dict[tuple[int, bool], list[Area]] = {}
    for at, (which, kind, owner, path, sentence) in enumerate(entries):
        area = Area(
            key=str(at),
            kind=kind,
            length=which.least,
            open=bool(which.tail),
            pattern=which.text,
            owner=owner,
            spans=spans(which, extra),
            path=path,
            sentence=sentence,
        )
        lanes.setdefault((area.length, area.open), []).append(area)
    everywhere = frozenset(deriving.hosts_of(fleet))
    at_hosts = {name: frozenset(rule.hosts) or everywhere for name, rule in fleet.rules.items()}
    return NumberMap(
        signs=DIGITS + extra,
        lanes=tuple(
            _lane(length, sorted(areas, key=_order), at_hosts) for (length, _), areas in sorted(lanes.items())
        ),
    )


def spans(which: Pattern, extra: str = "") -> tuple[Span, ...]:
    """Where a pattern's numbers are; of an open one where they begin."""
    if not which.places:
        return ()
    found: list[tuple[int, int]] = [(0, 1)]
    size = 1
    for place in reversed(which.places[1:]):
        found = _before(found, size, place if any(sign.isdigit() for sign in place) else DIGITS, DIGITS)
        size *= 10
    signs = DIGITS + extra
    found = _before(found, size, which.places[0], signs)
    whole = size * len(signs)
    return tuple(Span(first=first / whole, end=end / whole) for first, end in found)


def rows(found: NumberMap) -> tuple[TableRow, ...]:
    """The same as a table: numbers, whose, how many, shared with."""
    tr = QCoreApplication.translate
    by_key = {area.key: area for area in found.areas}
    words = {"rule": tr("Numbers", "rule %1")}
    words = {kind: words.get(kind, "%1") for kind in kind_words()}
    return tuple(
        TableRow(
            key=area.key,
            cells=(
                area.pattern,
                filled(words[area.kind], area.owner),
                f"{pattern(area.pattern).size:,}"
                if not area.open
                else QCoreApplication.translate("Numbers", "open"),
                ", ".join(dict.fromkeys(by_key[key].owner for key in area.shared[:5])),
            ),
            state=State.DIFFERS if area.shared else None,
            tooltip=area.sentence,
            path=area.path,
        )
        for area in found.areas
    )


def kind_words() -> dict[Kind, str]:
    """What kinds of numbers there are."""
    tr = QCoreApplication.translate
    return {
        "block": tr("Numbers", "block"),
        "rule": tr("Numbers", "rule"),
        "emergency": tr("Numbers", "emergency"),
        "reserved": tr("Numbers", "reserved"),
    }


# -- inside ---------------------------------------------------------------------------------------------------------------------

_Entry = tuple[Pattern, Kind, str, Path, str]


def _entries(fleet: Fleet, host: str) -> Iterator[_Entry]:
    tr = QCoreApplication.translate
    yield from _blocks(fleet, host)
    for name, rule in fleet.rules.items():
        if not rule.callers and (not host or not rule.hosts or host in rule.hosts):
            words = filled(
                tr("Numbers", "%1 · rule %2 · leads to: %3"), rule.pattern, name, target_words(rule)
            )
            yield pattern(rule.pattern), "rule", name, ("rules", name), words
    for kind, texts, words in (
        ("emergency", fleet.number_plan.emergency, tr("Numbers", "%1 · emergency number")),
        ("reserved", fleet.number_plan.reserved, tr("Numbers", "%1 · reserved: nobody may have it")),
    ):
        for at, text in enumerate(texts):
            owner = kind_words()[kind]  # type: ignore[index]
            yield pattern(text), kind, owner, ("number_plan", kind, str(at)), filled(words, text)  # type: ignore[misc]


def _blocks(fleet: Fleet, host: str) -> Iterator[_Entry]:
    tr = QCoreApplication.translate
    words = tr("Numbers", "%1 · at home on %2")
    owners = (host, *deriving.peers_of(fleet, host)) if host else deriving.hosts_of(fleet)
    for name in owners:
        value = fleet.hosts[name]
        short = name == host and (deriving.scheme_of(fleet, name) == "short" or not value.calls.prefix)
        for at, block in enumerate(value.numbers):
            path = ("hosts", name, "numbers", str(at))
            if short:
                yield pattern(block), "block", name, path, filled(words, block, name)
            if value.calls.prefix or not short:
                dialled = value.calls.prefix + block
                yield pattern(dialled), "block", name, path, filled(words, dialled, name)


def _before(found: list[tuple[int, int]], size: int, place: str, signs: str) -> list[tuple[int, int]]:
    """Pieces with one more place in front of them."""
    at = sorted(signs.index(sign) for sign in place if sign in signs)
    if found == [(0, size)]:
        pieces: Iterable[tuple[int, int]] = ((one * size, (one + 1) * size) for one in at)
    elif len(at) * len(found) > MOST_SPANS:
        pieces = ((one * size + found[0][0], one * size + found[-1][1]) for one in at)
    else:
        pieces = ((one * size + first, one * size + end) for one in at for first, end in found)
    out: list[tuple[int, int]] = []
    for first, end in pieces:
        if out and out[-1][1] == first:
            out[-1] = (out[-1][0], end)
        else:
            out.append((first, end))
    return out


def _order(area: Area) -> tuple[float, float]:
    return (area.spans[0].first, -area.spans[-1].end) if area.spans else (0.0, 0.0)


def _lane(length: int, areas: Sequence[Area], at_hosts: dict[str, frozenset[str]]) -> Lane:
    shared: dict[str, list[str]] = {}
    pieces: list[tuple[float, float]] = []
    if not areas[0].open:
        for one, other, first, end in _overlaps(areas, at_hosts):
            shared.setdefault(one.key, []).append(other.key)
            shared.setdefault(other.key, []).append(one.key)
            pieces.append((first, end))
    lanes: list[list[Area]] = []
    ends: list[float] = []
    for area in areas:
        if not area.spans:
            continue
        known = replace(area, shared=tuple(dict.fromkeys(shared.get(area.key, ()))))
        at = next((row for row, end in enumerate(ends) if area.spans[0].first >= end), len(ends))
        if at == len(ends):
            lanes.append([])
            ends.append(0.0)
        lanes[at].append(known)
        ends[at] = area.spans[-1].end
    return Lane(
        length=length,
        open=areas[0].open,
        rows=tuple(tuple(row) for row in lanes),
        shared=tuple(Span(first=first, end=end) for first, end in sorted(set(pieces))),
    )


def _overlaps(
    areas: Sequence[Area], at_hosts: dict[str, frozenset[str]]
) -> Iterator[tuple[Area, Area, float, float]]:
    """Pairs that share numbers, with what they share."""
    every = sorted(
        ((span.first, span.end, area) for area in areas for span in area.spans), key=lambda one: one[:2]
    )
    active: list[tuple[float, float, Area]] = []
    pairs = 0
    for first, end, area in every:
        active = [one for one in active if one[1] > first]
        for _, before, other in active:
            if other.key != area.key and _collide(area, other, at_hosts):
                yield other, area, first, min(before, end)
                pairs += 1
                if pairs >= _MOST_PAIRS:
                    return
        active.append((first, end, area))


def _collide(one: Area, other: Area, at_hosts: dict[str, frozenset[str]]) -> bool:
    """Whether it matters that two share numbers: an emergency number and its rule belong together."""
    kinds = {one.kind, other.kind}
    if kinds == {"rule"}:
        return bool(at_hosts[one.owner] & at_hosts[other.owner])
    return kinds not in ({"emergency", "rule"}, {"emergency"}, {"reserved"}, {"emergency", "reserved"})

"""Which of many patterns share numbers, without comparing each with each."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from azdesk.core.pattern import Pattern

_DEPTH: Final = 3
"""Places by which patterns are put into drawers."""
_MOST: Final = 120
"""Drawers that one pattern may take; a broader one is compared with all."""


@dataclass
class Drawers:
    """Patterns by how their numbers begin."""

    by_start: dict[str, list[Pattern]] = field(default_factory=dict)
    broad: list[Pattern] = field(default_factory=list)
    every: list[Pattern] = field(default_factory=list)

    def add(self, one: Pattern) -> None:
        self.every.append(one)
        starts = _starts(one)
        if starts is None:
            self.broad.append(one)
            return
        for start in starts:
            self.by_start.setdefault(start, []).append(one)

    def holding(self, number: str) -> Iterator[Pattern]:
        """Those that hold a number."""
        near = self.by_start.get(number[:_DEPTH], ())
        return (one for one in itertools.chain(near, self.broad) if one.holds(number))

    def sharing(self, one: Pattern) -> Iterator[Pattern]:
        """Those that share a number with a pattern, itself among them if it is there."""
        starts = _starts(one)
        if starts is None:
            found: Iterable[Pattern] = self.every
        else:
            near = itertools.chain.from_iterable(self.by_start.get(start, ()) for start in starts)
            found = {id(other): other for other in itertools.chain(near, self.broad)}.values()
        return (other for other in found if one.overlaps(other))


def _starts(one: Pattern) -> list[str] | None:
    """What its numbers begin with, as far as drawers go; None: there are too many."""
    places = one.places[:_DEPTH]
    if one.tail and len(places) < _DEPTH:
        return None
    count = 1
    for place in places:
        count *= len(place)
    if count > _MOST:
        return None
    # A short number has a drawer of its own: nothing longer is in it, and nothing of other length overlaps it but open patterns.
    return ["".join(signs) for signs in itertools.product(*places)]


def pairs(patterns: Iterable[Pattern]) -> Iterator[tuple[Pattern, Pattern]]:
    """All pairs that share a number, each once."""
    drawers = Drawers()
    for one in patterns:
        for other in drawers.sharing(one):
            yield other, one
        drawers.add(one)

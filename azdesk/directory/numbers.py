"""Phone numbers and the blocks they come from."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping

from azdesk.core.pattern import pattern


def home_of(blocks: Mapping[str, Iterable[str]], number: str) -> str:
    """The host at which a number is at home; empty: at none.

    Args:
        blocks: host → its patterns.
    """
    for host, patterns in blocks.items():
        if any(pattern(one).holds(number) for one in patterns):
            return host
    return ""


def free(patterns: Iterable[str], taken: Collection[str], count: int = 1) -> tuple[str, ...]:
    """The first numbers of these blocks that nobody has, in the order of the blocks."""
    used = set(taken)
    found: list[str] = []
    for one in patterns:
        for number in pattern(one).numbers():
            if number in used:
                continue
            if len(found) >= count:
                return tuple(found)
            found.append(number)
            used.add(number)
    return tuple(found[:count])


def overlaps(blocks: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str, str, str], ...]:
    """Pairs of blocks of different hosts that share numbers: host, pattern, other host, its pattern."""
    flat = [(host, pattern(one)) for host, patterns in blocks.items() for one in patterns]
    return tuple(
        (one, first.text, other, second.text)
        for (one, first), (other, second) in itertools.combinations(flat, 2)
        if one != other and first.overlaps(second)
    )

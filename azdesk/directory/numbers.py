"""Phone numbers and the blocks they come from, in the pattern language of Asterisk's dial plan: 68XX, 30[1-3]ZX, 7."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_SETS: Final = {"X": "0123456789", "Z": "123456789", "N": "23456789"}
_LONGEST_TAIL: Final = 3
"""Digits that are tried for a pattern which ends in “.” or “!”."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A number or a pattern."""

    text: str
    places: tuple[str, ...]
    """For each place the signs that may stand there, in order."""
    tail: str = ""
    """``.``: one sign or more may follow; ``!``: any or none."""

    def holds(self, number: str) -> bool:
        """Whether a number belongs to it."""
        size = len(self.places)
        if len(number) < size or (self.tail != "!" and len(number) < size + (self.tail == ".")):
            return False
        if len(number) > size and not self.tail:
            return False
        return all(sign in place for sign, place in zip(number, self.places, strict=False))

    @property
    def size(self) -> int:
        """How many numbers of digits it has; of an open pattern those that `numbers` gives."""
        fixed = 1
        for place in self.places:
            fixed *= sum(1 for sign in place if sign.isdigit())
        if not self.tail:
            return fixed
        tails: int = sum(10**length for length in range(1, _LONGEST_TAIL + 1))
        return fixed * (tails + (self.tail == "!"))

    @property
    def prefix(self) -> str:
        """The digits that all its numbers begin with."""
        return "".join(itertools.takewhile(bool, (one if len(one) == 1 else "" for one in self.places)))

    def numbers(self) -> Iterator[str]:
        """Its numbers, digits alone, in ascending order; the short ones of an open pattern first."""
        digits = ["".join(sign for sign in place if sign.isdigit()) for place in self.places]
        lengths = {"": (0,), ".": range(1, _LONGEST_TAIL + 1), "!": range(_LONGEST_TAIL + 1)}[self.tail]
        for length in lengths:
            for signs in itertools.product(*digits, *[_SETS["X"]] * length):
                yield "".join(signs)

    def overlaps(self, other: Block) -> bool:
        """Whether some number belongs to both."""
        for one, two in ((self, other), (other, self)):
            if len(one.places) + (one.tail == ".") > len(two.places) and not two.tail:
                return False
        return all(set(one) & set(two) for one, two in zip(self.places, other.places, strict=False))


@lru_cache(maxsize=512)
def block(pattern: str) -> Block:
    """A pattern taken apart; one that Asterisk would not understand has no numbers."""
    text = pattern.removeprefix("_").upper()
    tail = text[-1:] if text[-1:] in (".", "!") else ""
    parts = re.findall(r"\[[^\]]*\]|.", text[: len(text) - len(tail)])
    return Block(text=text, places=tuple(_signs(part) for part in parts), tail=tail)


def _signs(part: str) -> str:
    if len(part) == 1:
        return _SETS.get(part, part)
    found: list[str] = []
    inside = part[1:-1]
    at = 0
    while at < len(inside):
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            found += [chr(code) for code in range(ord(inside[at]), ord(inside[at + 2]) + 1)]
            at += 3
        else:
            found.append(inside[at])
            at += 1
    return "".join(sorted(set(found)))


def home_of(blocks: Mapping[str, Iterable[str]], number: str) -> str:
    """The host at which a number is at home; empty: at none.

    Args:
        blocks: host → its patterns.
    """
    for host, patterns in blocks.items():
        if any(block(pattern).holds(number) for pattern in patterns):
            return host
    return ""


def free(patterns: Iterable[str], taken: Collection[str], count: int = 1) -> tuple[str, ...]:
    """The first numbers of these blocks that nobody has, in the order of the blocks."""
    used = set(taken)
    found: list[str] = []
    for pattern in patterns:
        for number in block(pattern).numbers():
            if number in used:
                continue
            if len(found) >= count:
                return tuple(found)
            found.append(number)
            used.add(number)
    return tuple(found[:count])


def overlaps(blocks: Mapping[str, Iterable[str]]) -> tuple[tuple[str, str, str, str], ...]:
    """Pairs of blocks of different hosts that share numbers: host, pattern, other host, its pattern."""
    flat = [(host, block(pattern)) for host, patterns in blocks.items() for pattern in patterns]
    return tuple(
        (one, first.text, other, second.text)
        for (one, first), (other, second) in itertools.combinations(flat, 2)
        if one != other and first.overlaps(second)
    )

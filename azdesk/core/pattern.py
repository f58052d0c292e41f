"""The pattern language of Asterisk's dial plan: ``68XX``, ``30[1-3]ZX``, ``0.``, ``7``.

=========  =================================================================
``X``      a digit, 0 to 9
``Z``      a digit, 1 to 9
``N``      a digit, 2 to 9
``[1-37]`` one of these signs
``.``      at the end: one sign or more, whatever it is
``!``      at the end: any signs or none
else       the sign itself
=========  =================================================================

The document has patterns without the ``_`` that a dial plan puts in front of them. What matches, and which of several matching
patterns wins, is as in Asterisk's main/pbx.c (`_extension_match_core`, `ext_cmp`; 16 and 22 alike), and held to it in the lab.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

DIGITS: Final = "0123456789"
_CLASSES: Final = {"X": DIGITS, "Z": DIGITS[1:], "N": DIGITS[2:]}
_SIGNS: Final = DIGITS + "*#+"
_LONGEST_TAIL: Final = 3
"""Digits that are tried for a pattern which ends in “.” or “!”."""
_END: Final = (0x30000, 0)
_TAILS: Final = {".": (0x18000, 0), "!": (0x28000, 0)}


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """A number or a pattern, taken apart."""

    text: str
    """As in the document: without ``_``, letters in capitals."""
    places: tuple[str, ...]
    """For each place the signs that may stand there, in order."""
    tail: str = ""
    """``.``: one sign or more may follow; ``!``: any or none."""
    exact: bool = False
    """A dial plan has it without ``_``, as one number."""

    @property
    def extension(self) -> str:
        """As it stands in a dial plan."""
        return self.text if self.exact else f"_{self.text}"

    def holds(self, number: str) -> bool:
        """Whether a number belongs to it. Hyphens in a number do not count."""
        return self._expression.fullmatch(number.replace("-", "")) is not None

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        places = (
            _PLACE.get(place) or (f"[{re.escape(place)}]" if place else "(?!)") for place in self.places
        )
        tail = {"": "", ".": ".+", "!": ".*"}[self.tail]
        return re.compile("".join(places) + tail, re.DOTALL)

    @cached_property
    def rank(self) -> tuple[int, tuple[tuple[int, int], ...]]:
        """Sort key: of several in one context that hold a number, Asterisk takes the one of the lowest rank.

        A number goes before all patterns; then place after place the smaller set of signs does, at last ``.``, ``!`` and the end.
        """
        places = tuple((len(place) << 8 | ord(place[0]), -_bits(place)) for place in self.places if place)
        tail = (_TAILS[self.tail],) if self.tail else ()
        return (0 if self.exact else 1), (*places, *tail, _END)

    @property
    def least(self) -> int:
        """Signs of the shortest number that belongs to it."""
        return len(self.places) + (self.tail == ".")

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
            for signs in itertools.product(*digits, *[DIGITS] * length):
                yield "".join(signs)

    def examples(self, count: int = 3) -> tuple[str, ...]:
        """A few numbers that belong to it, the first and the last one among them: “6800, 6801, 6899”."""
        if not all(self.places):
            return ()
        first = "".join(place[0] for place in self.places)
        last = "".join(place[-1] for place in self.places)
        if self.tail:
            found = [first + more for more in ("" if self.tail == "!" else "1", "23", "4567")]
        else:
            middle = "".join(place[min(1, len(place) - 1)] for place in self.places[-1:])
            found = [first, first[:-1] + middle, last]
        return tuple(dict.fromkeys(found))[:count]

    def overlaps(self, other: Pattern) -> bool:
        """Whether some number belongs to both."""
        for one, two in ((self, other), (other, self)):
            if one.least > len(two.places) and not two.tail:
                return False
        return all(set(one) & set(two) for one, two in zip(self.places, other.places, strict=False))

    def covers(self, other: Pattern) -> bool:
        """Whether all numbers of another belong to it."""
        if not all(other.places):
            return True
        if self.tail:
            if len(self.places) > len(other.places) or self.least > other.least:
                return False
        elif other.tail or len(self.places) != len(other.places):
            return False
        return all(set(two) <= set(one) for one, two in zip(self.places, other.places, strict=False))


_PLACE: Final = {DIGITS: "[0-9]", DIGITS[1:]: "[1-9]", DIGITS[2:]: "[2-9]"}


def _bits(place: str) -> int:
    """The set of signs as Asterisk compares two of one size: the lower the signs, the larger."""
    return sum(1 << (255 - ord(sign)) for sign in place if ord(sign) < 256)


def fault(text: str) -> str:
    """What is wrong with a pattern of the document, as the end of a sentence that begins with it; empty: nothing."""
    at, places = 0, 0
    body = text.removeprefix("_")
    while at < len(body):
        sign = body[at].upper()
        if sign == "[":
            end = body.find("]", at)
            if end < 0:
                return "has a [ without its ]"
            if why := _set_fault(body[at + 1 : end]):
                return why
            at = end
        elif sign in ".!":
            if at + 1 < len(body):
                return f"has {sign} before its end, where Asterisk stops reading: put it last"
            if not places:
                return f"is {sign} alone, which matches whatever is dialled: put at least one digit before it"
        elif sign == "]":
            return "has a ] without its ["
        elif sign not in _SIGNS and sign not in _CLASSES:
            if sign in " -":
                return "has a space or a hyphen in it: write the digits alone"
            return f"has “{body[at]}” in it; allowed are digits, * # +, X (0-9), Z (1-9), N (2-9), sets such as [1-3], . or ! at the end"
        places += 1
        at += 1
    return "" if places else "is empty: write a number or a pattern such as 68XX"


def _set_fault(inside: str) -> str:
    if not inside:
        return "has an empty set []"
    if bad := next((sign for sign in inside if sign not in f"{_SIGNS}-"), ""):
        return f"has “{bad}” in a set; allowed there are digits, * # + and ranges such as 1-3"
    for found in re.finditer(r"(?=(.)-(.))", inside):
        if found[1] > found[2]:
            return f"has the range {found[1]}-{found[2]}, which runs backwards"
    if inside[0] == "-" or inside[-1] == "-":
        return "has a hyphen at the edge of a set: a range needs a sign on both sides"
    return ""


@lru_cache(maxsize=65536)
def pattern(text: str) -> Pattern:
    """A pattern of the document taken apart, with or without a ``_`` in front; a number without signs of the language is one number."""
    body = text.removeprefix("_").upper()
    tail = body[-1:] if body[-1:] in (".", "!") else ""
    places = _places(body[: len(body) - len(tail)])
    exact = not tail and "[" not in body and not any(sign in _CLASSES for sign in body)
    return Pattern(text=body, places=places, tail=tail, exact=exact)


@lru_cache(maxsize=65536)
def extension(text: str) -> Pattern:
    """An extension of a dial plan, taken apart: with ``_`` it is a pattern, without it one number or name (``s``, ``h``)."""
    if not text.startswith("_"):
        return Pattern(text=text, places=tuple(text.replace("-", "")), exact=True)
    body = re.sub(r"-(?![^\[]*\])", "", text[1:])
    stop = re.search(r"[.!](?![^\[]*\])", body)
    tail = stop[0] if stop else ""
    return Pattern(text=text[1:], places=_places(body[: stop.start()] if stop else body), tail=tail)


def _places(body: str) -> tuple[str, ...]:
    parts = re.findall(r"\[[^\]]*\]|.", body)
    return tuple(
        _CLASSES.get(part.upper(), part) if len(part) == 1 else _set(part[1:-1])
        for part in parts
        if part != "[]"
    )


def _set(inside: str) -> str:
    found: list[str] = []
    at = 0
    while at < len(inside):
        if inside[at + 1 : at + 2] == "-" and at + 2 < len(inside):
            found += [chr(code) for code in range(ord(inside[at]), ord(inside[at + 2]) + 1)]
            at += 3
        else:
            found.append(inside[at])
            at += 1
    return "".join(sorted(set(found)))

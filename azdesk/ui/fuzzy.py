"""Finding things by a few of their letters. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

T = TypeVar("T")

_RUN: Final = 5
_WORD_START: Final = 8
_SKIP: Final = -1


def score(needle: str, text: str) -> int | None:
    """How well the letters of `needle` occur in `text` in order; None if they do not. Case does not matter.

    Letters at the start of words and runs of letters count more, letters skipped count against it.
    """
    letters = [letter for letter in needle.casefold() if not letter.isspace()]
    if not letters:
        return 0
    hay = text.casefold()
    best: int | None = None
    start = hay.find(letters[0])
    while start >= 0:
        points = _from(letters, hay, start)
        if points is not None and (best is None or points > best):
            best = points
        start = hay.find(letters[0], start + 1)
    return best


def _from(letters: list[str], hay: str, start: int) -> int | None:
    points, at, previous = 0, start, start - 1
    for letter in letters:
        found = hay.find(letter, at)
        if found < 0:
            return None
        if found == 0 or not hay[found - 1].isalnum():
            points += _WORD_START
        if found == previous + 1:
            points += _RUN
        points += _SKIP * min(found - previous - 1, 10)
        previous, at = found, found + 1
    return points


def best(needle: str, entries: Iterable[tuple[T, str, str]], limit: int = 50) -> list[T]:
    """The entries that match, best first; each given as (entry, text, note), where the note counts for less."""
    ranked: list[tuple[int, int, T]] = []
    for order, (entry, text, note) in enumerate(entries):
        in_text = score(needle, text)
        in_both = score(needle, f"{text} {note}")
        points = max(
            (value for value in (in_text, None if in_both is None else in_both - 10) if value is not None),
            default=None,
        )
        if points is not None:
            ranked.append((-points, order, entry))
    ranked.sort(key=lambda found: found[:2])
    return [entry for _, _, entry in ranked[:limit]]

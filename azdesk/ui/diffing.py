"""The difference of two texts as rows to paint. Pure; safe to call off the GUI thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from functools import lru_cache
from itertools import zip_longest

_EXACT_LIMIT = 4_000_000
"""Product of changed line counts up to which the best match is searched; beyond it, popular lines are not matched."""


class RowKind(Enum):
    """What a row of a difference is."""

    SAME = " "
    ADDED = "+"
    REMOVED = "-"
    FOLD = "…"
    """Stands for `DiffRow.folded` rows that are the same."""


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One row; line numbers are 1-based and None on the side where the line is not."""

    kind: RowKind
    text: str
    old: int | None = None
    new: int | None = None
    folded: int = 0


@lru_cache(maxsize=128)
def diff_rows(before: str | None, after: str | None) -> tuple[DiffRow, ...]:
    """All rows of the difference, unfolded. None stands for a file that is not there.

    Results are kept, so that a worker can work them out before the window asks.
    """
    old = before.splitlines() if before else []
    new = after.splitlines() if after else []
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    rows = [DiffRow(RowKind.SAME, text, at, at) for at, text in enumerate(old[:head], 1)]
    rows.extend(_middle(old[head : len(old) - tail], new[head : len(new) - tail], head))
    old_at, new_at = len(old) - tail, len(new) - tail
    rows.extend(
        DiffRow(RowKind.SAME, text, old_at + at, new_at + at) for at, text in enumerate(old[old_at:], 1)
    )
    return tuple(rows)


def fold(rows: Sequence[DiffRow], context: int = 3) -> tuple[DiffRow, ...]:
    """Replace long runs of equal rows, `context` away from a change, by one FOLD row each."""
    near = bytearray(len(rows))
    for at, row in enumerate(rows):
        if row.kind is not RowKind.SAME:
            low, high = max(0, at - context), min(len(rows), at + context + 1)
            near[low:high] = b"\1" * (high - low)
    folded: list[DiffRow] = []
    at = 0
    while at < len(rows):
        end = at
        while end < len(rows) and not near[end]:
            end += 1
        if end - at > 1:
            folded.append(DiffRow(RowKind.FOLD, "", folded=end - at))
            at = end
        else:
            folded.append(rows[at])
            at += 1
    return tuple(folded)


def side_by_side(rows: Sequence[DiffRow]) -> tuple[tuple[DiffRow | None, DiffRow | None], ...]:
    """Pair the rows for two panes; None is a gap on that side."""
    pairs: list[tuple[DiffRow | None, DiffRow | None]] = []
    removed: list[DiffRow] = []
    added: list[DiffRow] = []

    def flush() -> None:
        pairs.extend(zip_longest(removed, added))
        removed.clear()
        added.clear()

    for row in rows:
        if row.kind is RowKind.REMOVED:
            removed.append(row)
        elif row.kind is RowKind.ADDED:
            added.append(row)
        else:
            flush()
            pairs.append((row, row))
    flush()
    return tuple(pairs)


def change_starts(kinds: Sequence[RowKind | None]) -> tuple[int, ...]:
    """Indexes at which a run of changed rows begins; None (a gap) counts as changed."""
    unchanged = (RowKind.SAME, RowKind.FOLD)
    return tuple(
        at
        for at, kind in enumerate(kinds)
        if kind not in unchanged and (at == 0 or kinds[at - 1] in unchanged)
    )


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count


def _middle(old: list[str], new: list[str], offset: int) -> Iterator[DiffRow]:
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) * len(new) > _EXACT_LIMIT)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            for step in range(old_to - old_from):
                yield DiffRow(
                    RowKind.SAME,
                    old[old_from + step],
                    offset + old_from + step + 1,
                    offset + new_from + step + 1,
                )
            continue
        for at in range(old_from, old_to):
            yield DiffRow(RowKind.REMOVED, old[at], offset + at + 1, None)
        for at in range(new_from, new_to):
            yield DiffRow(RowKind.ADDED, new[at], None, offset + at + 1)

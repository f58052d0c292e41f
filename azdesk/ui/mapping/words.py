"""Numbers and lists in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication


def counted(number: int, one: str, many: str) -> str:
    """`one` for 1, else `many` with the number in place of ``%1``."""
    return one if number == 1 else many.replace("%1", f"{number:,}")


def filled(pattern: str, *values: object) -> str:
    """A pattern with ``%1``, ``%2``, … filled in."""
    for at, value in enumerate(values, 1):
        pattern = pattern.replace(f"%{at}", str(value))
    return pattern


def listed(names: Sequence[str], most: int = 4) -> str:
    """``a250, a251 and 3 more``."""
    if len(names) <= most:
        return ", ".join(names)
    rest = len(names) - most + 1
    tr = QCoreApplication.translate
    return filled(tr("Words", "%1 and %2 more"), ", ".join(names[: most - 1]), rest)


def moment(seconds: float) -> datetime:
    """An aware time from seconds since the epoch."""
    return datetime.fromtimestamp(seconds, UTC)


def short_span(seconds: float) -> str:
    """``12 s``, ``3 min``, ``5 h``, ``2 d``: for a note in the tree."""
    tr = QCoreApplication.translate
    for size, words in (
        (86_400, tr("Words", "%1 d")),
        (3_600, tr("Words", "%1 h")),
        (60, tr("Words", "%1 min")),
    ):
        if seconds >= size:
            return filled(words, int(seconds // size))
    return filled(tr("Words", "%1 s"), int(seconds))


def unit_name(unit: str) -> str:
    """A unit as people call it."""
    return unit.removesuffix(".service")

"""In which order the rows are shown; worked out in a worker, in portions that let the window's thread through."""

from __future__ import annotations

import heapq
import re
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from azdesk.ui.peoplemodels import Column, PersonRow, Presences

if TYPE_CHECKING:
    from azdesk.core.progress import Job

PORTION = 4_000
"""Rows sorted at once: Python's sort lets no other thread run until it is done, which is a few milliseconds of these."""

_DIGITS = re.compile(r"\d+")


def order(
    rows: Sequence[PersonRow],
    column: Column,
    *,
    descending: bool,
    presences: Presences,
    job: Job,
) -> list[int]:
    """Positions of the rows as they are to be shown; rows that say nothing in that column come last.

    Raises:
        Cancelled: the admin looks for something else by now.
    """
    key = _key(column, presences)
    runs: list[list[tuple[Any, int]]] = []
    empty: list[int] = []
    for start in range(0, len(rows), PORTION):
        job.check()
        portion = []
        for at in range(start, min(start + PORTION, len(rows))):
            value = key(rows[at])
            if value:
                portion.append((value, at))
            else:
                empty.append(at)
        portion.sort(reverse=descending)
        runs.append(portion)
        time.sleep(0)  # whoever waits for the interpreter gets it now
    found: list[int] = []
    for number, (_value, at) in enumerate(heapq.merge(*runs, reverse=descending)):
        found.append(at)
        if number % PORTION == 0:
            job.check()
            time.sleep(0)
    return found + empty


def _key(column: Column, presences: Presences) -> Callable[[PersonRow], Any]:
    match column:
        case Column.NUMBER:
            return lambda row: _number(row.number)
        case Column.PHONE:
            return presences.phone
        case Column.CHAT:
            return presences.chat
        case Column.PLACE:
            return lambda row: row.key.casefold()
        case Column.ACCOUNT:
            return lambda row: row.account.casefold()
        case Column.NAME:
            return lambda row: row.name.casefold()
        case Column.HOME:
            return lambda row: row.home.casefold()
        case Column.MAIL:
            return lambda row: row.mail.casefold()
        case Column.KEPT:
            return lambda row: row.password


def _number(text: str) -> tuple[int, str] | None:
    """Numbers by their value where they are numbers: 99 before 6850."""
    if not text:
        return None
    found = _DIGITS.search(text)
    return (int(found[0][:18]) if found else 0, text)

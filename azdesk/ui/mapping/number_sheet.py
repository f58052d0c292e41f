"""A number plan from a sheet, as tables: what would change, or what is wrong with the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from azdesk.fleet.difference import shown
from azdesk.fleet.paths import joined
from azdesk.ui.mapping.numbers import target_words, where_words
from azdesk.ui.mapping.words import filled
from azdesk.ui.viewmodels import State, TableRow

if TYPE_CHECKING:
    from azdesk.core.errors import Problem
    from azdesk.fleet.difference import Change


def change_rows(changes: Sequence[Change]) -> tuple[TableRow, ...]:
    """What would change: where, how it is, how it would be."""
    return tuple(
        TableRow(
            key=str(at),
            cells=(_where(one), _value(one.old), _value(one.new)),
            state=State.DIFFERS if one.kind == "remove" else None,
            sort=(at,),
        )
        for at, one in enumerate(changes)
    )


def problem_rows(problems: Sequence[Problem]) -> tuple[TableRow, ...]:
    """What is wrong with a sheet: row, heading, what."""
    rows: list[TableRow] = []
    for at, one in enumerate(problems):
        place, _, heading = one.path.partition(", ")
        number = place.removeprefix("row ")
        found = number.isdigit()
        rows.append(
            TableRow(
                key=str(at),
                cells=(number if found else "", heading if found else one.path, one.message),
                state=State.FAILING,
                sort=(int(number) if found else 0,),
            )
        )
    return tuple(rows)


def _where(change: Change) -> str:
    tr = QCoreApplication.translate
    if change.kind == "order":
        return tr("Numbers", "order of the rules")
    words = {
        "add": tr("Numbers", "new: %1"),
        "remove": tr("Numbers", "gone: %1"),
        "rename": tr("Numbers", "new name: %1"),
    }.get(change.kind)
    place = where_words(change.keys)
    if words is not None:
        return filled(words, place)
    return f"{place}, {joined(change.keys[2:])}" if len(change.keys) > 2 else place


def _value(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "pattern"):
        return f"{value.pattern} → {target_words(value)}"
    return shown(value)

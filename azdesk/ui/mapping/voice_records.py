"""Recordings as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui.mapping.live import length
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.viewmodels import State, TableRow

if TYPE_CHECKING:
    from azdesk.app.recordings.finding import Recording
    from azdesk.core.errors import AzdeskError


def rows(found: Iterable[Recording]) -> tuple[TableRow, ...]:
    """When, direction with trunk, caller, callee, host, how long, where it lies."""
    return tuple(_row(one) for one in found)


def _row(one: Recording) -> TableRow:
    tr = QCoreApplication.translate
    direction = tr("VoiceRecords", "in") if one.direction == "in" else tr("VoiceRecords", "out")
    way = "" if one.way == "phone" else one.way.partition("-")[2]
    if one.growing:
        state, place = State.BUSY, tr("VoiceRecords", "goes on")
    elif one.place == "archive":
        state, place = State.RIGHT, tr("VoiceRecords", "archived")
    else:
        state, place = State.RIGHT, tr("VoiceRecords", "on the host")
    unknown = tr("VoiceRecords", "unknown")
    seconds = one.began.timestamp()
    return TableRow(
        key=one.name,
        cells=(
            f"{one.began:%Y-%m-%d %H:%M}", " · ".join(filter(None, (direction, way))), one.caller or unknown,
            one.callee or unknown, one.host, length(one.seconds), place,
        ),
        sort=(seconds, (one.direction, way), one.caller, one.callee, one.host, one.seconds, place),
        state=state if one.growing else None,
        tooltip="\n".join(
            (
                f"{one.caller or unknown} → {one.callee or unknown}",
                filled(tr("VoiceRecords", "%1 by the clock of %2"), f"{one.began:%Y-%m-%d %H:%M:%S %z}", one.host),
                filled(tr("VoiceRecords", "%1 MB"), f"{one.size / 1e6:.1f}"),
                one.name,
            )
        ),
    )  # fmt: skip


def trouble(problems: Mapping[str, AzdeskError]) -> tuple[str, str]:
    """What is missing in the list, and what to do; empty: nothing."""
    if not problems:
        return "", ""
    tr = QCoreApplication.translate
    host, error = next(iter(problems.items()))
    more = len(problems) - 1
    what = error.what if error.where != host else f"{host}: {error.what}"
    words = filled(tr("VoiceRecords", "This is not the whole list. %1"), what)
    if more:
        words += " " + counted(
            more,
            tr("VoiceRecords", "Those of 1 more host are missing."),
            tr("VoiceRecords", "Those of %1 more hosts are missing."),
        )
    return words, error.next_step

"""Calls, phones, trunks and call records as rows of tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui import relative
from azdesk.ui.mapping.words import counted, filled, listed, moment, short_span
from azdesk.ui.viewmodels import State, TableRow

if TYPE_CHECKING:
    from azdesk.app.cdr import Record
    from azdesk.app.live import Snapshot, Trunk
    from azdesk.app.whereabouts import Phone
    from azdesk.voice.live import Call


def length(seconds: float) -> str:
    """``0:04:31``."""
    whole = max(0, int(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def call_rows(calls: Iterable[Call], now: float) -> tuple[TableRow, ...]:
    """Calls in progress: since when, who, whom, how it is, where it goes, with what."""
    tr = QCoreApplication.translate
    states = {
        "dialling": (tr("Live", "dialling"), State.BUSY),
        "ringing": (tr("Live", "ringing"), State.BUSY),
        "talking": (tr("Live", "talking"), State.RIGHT),
    }
    rows = []
    for one in calls:
        words, state = states[one.state]
        recorded = tr("Live", "recorded") if one.recorded else ""
        rows.append(
            TableRow(
                key=one.key,
                cells=(
                    words,
                    length(now - one.since),
                    _named(one.caller, one.caller_name),
                    _named(one.callee, one.callee_name),
                    " → ".join((*((one.came_by,) if one.came_by else ()), *one.hosts, *one.left_by)),
                    one.codec,
                    recorded,
                ),
                state=state,
                sort=(words, -one.since),
                tooltip=_about(one),
            )
        )
    return tuple(rows)


def _named(number: str, name: str) -> str:
    if not number:
        return name or QCoreApplication.translate("Live", "unknown")
    return f"{number}  {name}" if name and name != number else number


def _about(one: Call) -> str:
    tr = QCoreApplication.translate
    lines = [
        f"{_named(one.caller, one.caller_name)} → {_named(one.callee, one.callee_name)}",
        filled(tr("Live", "Since %1"), relative.exact(moment(one.since))),
    ]
    if one.reached:
        lines.append(filled(tr("Live", "At the other end: %1"), ", ".join(one.reached)))
    if one.came_by:
        lines.append(filled(tr("Live", "Came in by %1"), one.came_by))
    if one.left_by:
        lines.append(filled(tr("Live", "Goes out by %1"), ", ".join(one.left_by)))
    lines.append(counted(one.legs, tr("Live", "1 leg"), tr("Live", "%1 legs")))
    return "\n".join(lines)


def phone_rows(phones: Iterable[Phone], now: datetime) -> tuple[TableRow, ...]:
    """Registered phones: account, host, address, client, answer time, for how long, until when."""
    tr = QCoreApplication.translate
    rows = []
    for one in phones:
        state = {True: State.RIGHT, False: State.UNREACHABLE, None: None}[one.reachable]
        until = one.until - now.timestamp() if one.until else 0.0
        since = short_span(now.timestamp() - one.since) if one.since else tr("Live", "longer")
        rows.append(
            TableRow(
                key=f"{one.host} {one.account} {one.contact}",
                cells=(
                    one.account, one.host, one.address, one.client, answer_time(one.reachable, one.milliseconds), since,
                    length(until) if one.until else "",
                ),
                state=state,
                sort=(one.account, one.host, one.address, one.client.casefold(), one.milliseconds, one.since, one.until),
                tooltip="\n".join(
                    part
                    for part in (
                        one.contact,
                        filled(tr("Live", "Registered %1"), relative.exact(moment(one.since))) if one.since else "",
                        filled(tr("Live", "Until %1"), relative.exact(moment(one.until))) if one.until else "",
                    )
                    if part
                ),
            )
        )  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.cells[0], row.cells[1])))


def answer_time(reachable: bool | None, milliseconds: float) -> str:
    """How far away somebody is, or that it is not known."""
    tr = QCoreApplication.translate
    if reachable is False:
        return tr("Live", "does not answer")
    if milliseconds:
        return filled(tr("Live", "%1 ms"), f"{milliseconds:.1f}")
    return tr("Live", "answers") if reachable else tr("Live", "not asked")


def trunk_rows(trunks: Iterable[Trunk]) -> tuple[TableRow, ...]:
    """Trunks of each host: to whom, whether it answers, how fast, registration, calls."""
    tr = QCoreApplication.translate
    rows = []
    for one in trunks:
        outside = one.endpoint.startswith("az-trunk-")
        name = one.endpoint.removeprefix("az-trunk-").removeprefix("az-host-")
        words = {
            "": tr("Live", "none") if outside else "",
            "Registered": tr("Live", "registered"),
            "Rejected": tr("Live", "refused"),
            "Unregistered": tr("Live", "not registered"),
        }
        registration = words.get(one.registration, one.registration)
        failing = one.reachable is False or one.registration not in ("", "Registered")
        rows.append(
            TableRow(
                key=f"{one.host} {one.endpoint}",
                cells=(
                    name, tr("Live", "outside") if outside else tr("Live", "host"), one.host,
                    answer_time(one.reachable, one.milliseconds), registration, str(one.calls) if one.calls else "",
                ),
                state=State.FAILING if failing else State.RIGHT if one.reachable else State.UNKNOWN,
                sort=(name, not outside, one.host, one.milliseconds, registration, one.calls),
                tooltip=one.endpoint,
            )
        )  # fmt: skip
    return tuple(sorted(rows, key=lambda row: (row.sort[1], row.cells[0], row.cells[2])))


def record_rows(records: Iterable[Record], first: int = 0) -> tuple[TableRow, ...]:
    """Call records: when, who, what was dialled, direction with trunk, host, how long, how it ended."""
    tr = QCoreApplication.translate
    directions = {
        "in": tr("Live", "in"),
        "out": tr("Live", "out"),
        "between": tr("Live", "between"),
        "internal": tr("Live", "internal"),
    }
    outcomes = {
        "ANSWERED": (tr("Live", "answered"), State.RIGHT),
        "NO ANSWER": (tr("Live", "no answer"), State.DIFFERS),
        "BUSY": (tr("Live", "busy"), State.DIFFERS),
        "FAILED": (tr("Live", "failed"), State.FAILING),
        "CONGESTION": (tr("Live", "congestion"), State.FAILING),
    }
    rows = []
    for at, one in enumerate(records, first):
        began = moment(one.start).astimezone()
        words, state = outcomes.get(one.outcome, (one.outcome.lower(), State.UNKNOWN))
        rows.append(
            TableRow(
                key=str(at),
                cells=(
                    f"{began:%Y-%m-%d %H:%M}", _named(one.caller, one.caller_name), one.number,
                    " · ".join((directions.get(one.direction, one.direction), *one.trunks)), one.host, length(one.talked), words,
                ),
                state=state,
                sort=(one.start, one.caller, one.number, (one.direction, *one.trunks), one.host, one.talked, words),
                tooltip="\n".join(
                    part
                    for part in (
                        f"{_named(one.caller, one.caller_name)} → {one.number}",
                        relative.exact(moment(one.start)), filled(tr("Live", "From %1"), one.near),
                        filled(tr("Live", "To %1"), one.far or one.application), one.dialled, one.id,
                    )
                    if part
                ),
            )
        )  # fmt: skip
    return tuple(rows)


def matching(rows: Iterable[TableRow], words: str) -> tuple[TableRow, ...]:
    """Rows that have all these words in them."""
    wanted = words.casefold().split()
    if not wanted:
        return tuple(rows)
    return tuple(row for row in rows if all(word in " ".join(row.cells).casefold() for word in wanted))


def trouble(seen: Snapshot) -> tuple[str, str]:
    """What keeps some of it from being known, and what to do; empty: nothing."""
    tr = QCoreApplication.translate
    silent: Mapping[str, object] = seen.silent
    deaf = tuple(name for name, one in seen.hosts.items() if one.deaf)
    if silent:
        host, error = next(iter(seen.silent.items()))
        if len(silent) == 1:
            return f"{host}: {error.what}", error.next_step
        words = filled(tr("Live", "Nothing is known of %1. %2: %3"), listed(tuple(silent)), host, error.what)
        return words, error.next_step
    if deaf:
        return (
            filled(tr("Live", "Asterisk on %1 does not tell AZDesk of calls: what is shown stands still."), listed(deaf)),
            tr("Live", "Review and apply what is left to do there: AZDesk's account may not hear of calls yet."),
        )  # fmt: skip
    return "", ""


def summary(seen: Snapshot, calls: int) -> str:
    """All of it in a line."""
    tr = QCoreApplication.translate
    parts: Collection[str] = (
        counted(calls, tr("Live", "1 call in progress"), tr("Live", "%1 calls in progress")),
        counted(len(seen.phones), tr("Live", "1 phone registered"), tr("Live", "%1 phones registered")),
        counted(len(seen.trunks), tr("Live", "1 trunk"), tr("Live", "%1 trunks")),
        filled(tr("Live", "waiting for %1"), listed(seen.waiting)) if seen.waiting else "",
    )
    return " · ".join(part for part in parts if part)


def nothing(seen: Snapshot | None) -> tuple[str, str]:
    """What an empty table says instead of its usual words, as long as it is not known that there is nothing; empty: it is."""
    tr = QCoreApplication.translate
    if seen is None or (seen.waiting and len(seen.waiting) + len(seen.silent) == len(seen.hosts)):
        return tr("Live", "Asking the hosts …"), tr(
            "Live", "Each tells what goes on there, and then what changes."
        )
    if not seen.hosts:
        return tr("Live", "No host is there for calls"), tr(
            "Live", "Hosts with the role “application” run Asterisk."
        )
    if len(seen.silent) == len(seen.hosts):
        return tr("Live", "No host tells"), tr("Live", "They are asked again by themselves.")
    return "", ""

"""``azdesk enrol-journal``: who showed, saved or printed whose code or password on this workstation."""

from __future__ import annotations

import time
from argparse import Namespace

from azdesk.app import enrolment
from azdesk.app.enrolment import Entry
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.terminal import Terminal, clean

_MOST = 5


def run(arguments: Namespace, terminal: Terminal) -> int:
    found = [
        entry
        for entry in enrolment.entries(limit=100_000 if arguments.person else arguments.limit)
        if not arguments.person or arguments.person.lower() in (one.lower() for one in entry.people)
    ][: arguments.limit]
    if arguments.json:
        answer(terminal, "enrol-journal", entries=[_shape(entry) for entry in found])
        return exits.OK
    for entry in found:
        terminal.line(_line(entry))
    if not found:
        terminal.line("No entries.")
    return exits.OK


def _line(entry: Entry) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at))
    shown = ", ".join(entry.people[:_MOST])
    more = f" and {len(entry.people) - _MOST:,} more" if len(entry.people) > _MOST else ""
    target = f"  → {entry.target}" if entry.target else ""
    return clean(f"{when}  {entry.who}  {entry.act.value}  {entry.form}  {shown}{more}{target}")


def _shape(entry: Entry) -> shapes.Json:
    return {
        "at": shapes.moment(entry.at),
        "who": entry.who,
        "act": entry.act.value,
        "people": list(entry.people),
        "form": entry.form,
        "fleet": entry.fleet,
        "layout": entry.layout,
        "target": entry.target,
    }

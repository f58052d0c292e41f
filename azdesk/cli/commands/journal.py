"""``azdesk journal``: what was changed on the hosts."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator

from azdesk.app.journal import Entry, Journal, read
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.error_text import show_error
from azdesk.cli.looking import at_work
from azdesk.cli.plan_text import counted, wrapped
from azdesk.cli.terminal import Terminal, clean

_STYLES = {"committed": "green", "rolled-back": "yellow", "recovered": "yellow", "needs-help": "red"}
_PAST_FILTERS = 500
"""Entries asked of each host where a filter may leave many of them out."""


def run(arguments: Namespace, terminal: Terminal) -> int:
    filtered = bool(arguments.state or arguments.who or arguments.since)
    limit = max(arguments.limit, _PAST_FILTERS) if filtered else arguments.limit
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        journal = desk.runner.run(lambda job: read(desk.session, desk.chosen, limit=limit, job=job))
    entries = tuple(_kept(journal, arguments))
    if arguments.json:
        answer(
            terminal,
            "journal",
            document=arguments.fleet,
            entries=[shapes.entry(entry) for entry in entries],
            errors=shapes.errors_by_host(journal.problems.items()),
        )
    else:
        for error in journal.problems.values():
            show_error(terminal, error)
        for entry in entries:
            for line in _lines(terminal, entry, with_steps=arguments.steps):
                terminal.line(line)
        if not entries:
            terminal.line("No entries.")
    return exits.ERROR if journal.problems else exits.OK


def _kept(journal: Journal, arguments: Namespace) -> Iterator[Entry]:
    count: dict[str, int] = {}
    for entry in journal.entries:
        wanted = (
            (not arguments.state or entry.state == arguments.state)
            and (not arguments.who or arguments.who.lower() in entry.who.lower())
            and (not arguments.since or entry.started >= arguments.since)
        )
        if wanted and count.get(entry.host, 0) < arguments.limit:
            count[entry.host] = count.get(entry.host, 0) + 1
            yield entry


def _lines(terminal: Terminal, entry: Entry, *, with_steps: bool) -> Iterator[str]:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.started))
    state = terminal.style(f"{clean(entry.state):<11}", _STYLES.get(entry.state, "cyan"))
    took = f", {entry.ended - entry.started:.1f} s" if entry.ended else ""
    host = terminal.style(entry.host, "bold")
    done = counted(len(entry.steps), "step")
    yield f"{when}  {host}  {state}  {clean(entry.title)}  {clean(entry.who)}  ({done}{took})"
    indent = " " * 6
    if entry.error:
        yield from wrapped(f"{indent}{clean(entry.error)}", terminal.width, indent)
    for sentence in entry.left:
        yield from wrapped(f"{indent}left to do by hand: {clean(sentence)}", terminal.width, indent)
    for name in entry.backups:
        yield f"{indent}backup kept on the host: {clean(name)}"
    if with_steps:
        yield f"{indent}{terminal.style(clean(entry.transaction), 'dim')}"
        for number, step in enumerate(entry.steps, 1):
            message = f": {clean(str(step['message']))}" if step.get("message") else ""
            yield f"{indent}{number:>2}. {clean(str(step.get('title', '')))}  {step.get('state', '')}{message}"

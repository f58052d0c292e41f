"""``azdesk cdr``: call detail records of all hosts."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from azdesk.app import cdr
from azdesk.app.cdr import Page, Query, Record, Search
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.error_text import show_error
from azdesk.cli.looking import Desk, at_work
from azdesk.cli.plan_text import counted
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError
from azdesk.core.progress import Progress

if TYPE_CHECKING:
    from azdesk.core.progress import Job


def run(arguments: Namespace, terminal: Terminal) -> int:
    path = Path(arguments.file) if arguments.part == "export" else None
    if path is not None and path.exists() and not arguments.replace:
        raise AzdeskError(
            "The file is there already.", where=str(path), next_step="With --replace it is replaced."
        )
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        search = Search(desk.session, _query(arguments), desk.chosen)

        def progress(news: Progress) -> None:
            if not desk.quiet and terminal.is_screen:
                terminal.transient(news.text)

        if path is not None:
            return _export(arguments, terminal, desk, search, path)
        page = desk.runner.run(lambda job: search.page(arguments.limit, job), progress)
        terminal.transient("")
    if arguments.json:
        answer(
            terminal,
            "cdr list",
            document=arguments.fleet,
            records=[shape(one) for one in page.records],
            more=page.more,
            empty=list(page.empty),
            errors=shapes.errors_by_host(page.silent.items()),
        )
    else:
        for error in page.silent.values():
            show_error(terminal, error)
        for line in _lines(page):
            terminal.line(line)
    return exits.ERROR if page.silent else exits.OK


def _query(arguments: Namespace) -> Query:
    return Query(
        first=arguments.since or 0.0,
        last=arguments.until or 0.0,
        number=arguments.number,
        direction=arguments.direction,
        trunk=arguments.trunk,
        answered=arguments.answered,
        shortest=float(arguments.shortest),
        longest=float(arguments.longest),
    )


def _export(arguments: Namespace, terminal: Terminal, desk: Desk, search: Search, path: Path) -> int:
    def work(job: Job) -> cdr.Exported:
        return cdr.export(search, path, job)

    done = desk.runner.run(work)
    if arguments.json:
        answer(
            terminal,
            "cdr export",
            document=arguments.fleet,
            file=str(path),
            count=done.count,
            errors=shapes.errors_by_host(done.silent.items()),
        )
    else:
        for error in done.silent.values():
            show_error(terminal, error)
        terminal.line(f"{counted(done.count, 'record')} in {clean(str(path))}.")
    return exits.ERROR if done.silent else exits.OK


def _lines(page: Page) -> Iterator[str]:
    rows = [
        (
            time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(one.start)), one.host, one.caller or "?",
            one.number or "?", one.direction, ", ".join(one.trunks), _length(one.talked), one.outcome.lower(),
        )
        for one in page.records
    ]  # fmt: skip
    clear = [tuple(clean(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*clear, strict=True)]
    for row in clear:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
    for host in page.empty:
        yield f"{host}: Asterisk has written no call records there."
    yield f"{counted(len(page.records), 'record')}{', and there are more (--limit)' if page.more else ''}."


def _length(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def shape(one: Record) -> shapes.Json:
    """A record as JSON."""
    return {
        "host": one.host,
        "start": shapes.moment(one.start),
        "answer": shapes.moment(one.answer),
        "end": shapes.moment(one.end),
        "caller": one.caller,
        "caller_name": one.caller_name,
        "number": one.number,
        "dialled": one.dialled,
        "near": one.near,
        "far": one.far,
        "direction": one.direction,
        "trunks": list(one.trunks),
        "duration": one.duration,
        "talked": one.talked,
        "outcome": one.outcome,
        "application": one.application,
        "id": one.id,
    }

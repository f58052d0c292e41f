"""``azdesk records``: recordings of calls listed, taken, handed on and deleted."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from azdesk.app.recordings.deleting import checked_reason, delete, delete_plans
from azdesk.app.recordings.finding import Filter, Recording, Search, named
from azdesk.app.recordings.taking import INDEX, download, export
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.commands.apply import refused
from azdesk.cli.error_text import show_error
from azdesk.cli.looking import Desk, at_work
from azdesk.cli.options import UsageError
from azdesk.cli.plan_text import counted
from azdesk.cli.results import show_outcome
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError, ObserveError
from azdesk.core.outcome import Outcome
from azdesk.core.progress import Job

_AT_ONCE = 500
_SHOWN = 20


def run(arguments: Namespace, terminal: Terminal) -> int:
    parts = {"list": _list, "get": _get, "export": _export, "delete": _delete}
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        return parts[arguments.part](desk, arguments)


def _search(desk: Desk, arguments: Namespace) -> Search:
    wanted = Filter(
        first=arguments.first,
        last=arguments.last,
        number=arguments.number,
        direction=arguments.direction,
        hosts=desk.chosen if arguments.host else (),
        shortest=arguments.shortest,
        longest=arguments.longest,
    )
    return Search(desk.session, wanted, hosts=desk.chosen if arguments.host else None)


def _list(desk: Desk, arguments: Namespace) -> int:
    search = _search(desk, arguments)
    found = desk.working(lambda job: search.more(arguments.limit, job))
    if arguments.json:
        answer(
            desk.terminal,
            "records list",
            document=arguments.fleet,
            recordings=[shape(one) for one in found],
            more=not search.over,
            errors=shapes.errors_by_host(search.problems.items()),
        )
        return exits.ERROR if search.problems else exits.OK
    for error in search.problems.values():
        show_error(desk.terminal, error)
    for line in _lines(found):
        desk.terminal.line(line)
    if not found:
        desk.terminal.line("No recordings.")
    if not search.over:
        desk.terminal.note(f"There are more than these {len(found):,}: give --limit, --from, --to or others.")
    if search.problems:
        desk.terminal.note("This is not the whole list: see the errors above.")
    return exits.ERROR if search.problems else exits.OK


def _lines(found: tuple[Recording, ...]) -> list[str]:
    hosts = max((len(one.host) for one in found), default=0)
    callers = max((len(one.caller) for one in found), default=0)
    callees = max((len(one.callee) for one in found), default=0)
    return [
        f"{one.began:%Y-%m-%d %H:%M:%S}  {one.host:<{hosts}}  {one.direction:<3}  {one.caller or '–':>{callers}} → "
        f"{one.callee or '–':<{callees}}  {length(one.seconds):>7}  {_place(one):<8}  {clean(one.name)}"
        for one in found
    ]


def _place(one: Recording) -> str:
    return "now" if one.growing else "archived" if one.place == "archive" else ""


def length(seconds: float) -> str:
    """For people: 1:05, or 1:00:07."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def shape(one: Recording) -> shapes.Json:
    return {
        "name": one.name,
        "host": one.host,
        "on": one.on,
        "day": one.day,
        "began": one.began.isoformat(),
        "direction": one.direction,
        "way": one.way,
        "caller": one.caller,
        "callee": one.callee,
        "seconds": round(one.seconds, 3),
        "size": one.size,
        "archived": one.place == "archive",
        "growing": one.growing,
        "call": one.ident,
    }


def _get(desk: Desk, arguments: Namespace) -> int:
    target = Path(arguments.output or arguments.name)
    if target.is_dir():
        target /= arguments.name

    def work(job: Job) -> tuple[Recording, int]:
        (recording,) = named(desk.session, [arguments.name], job)
        return recording, download(desk.session, recording, target, reason=arguments.reason, job=job)

    recording, size = desk.working(work)
    if arguments.json:
        answer(
            desk.terminal,
            "records get",
            document=arguments.fleet,
            recording=shape(recording),
            file=str(target),
            size=size,
        )
    else:
        desk.terminal.line(f"{clean(str(target))}  {length(recording.seconds)}")
    return exits.OK


def _chosen(desk: Desk, arguments: Namespace) -> tuple[tuple[Recording, ...], dict[str, AzdeskError]]:
    """Those that are named, or all that fit, and what hosts could not tell."""
    if arguments.name:
        return desk.working(lambda job: named(desk.session, arguments.name, job)), {}
    asked = ("host", "first", "last", "number", "direction", "longer", "shorter")
    if not any(getattr(arguments, one) for one in asked):
        raise UsageError(
            "Nothing says which recordings.",
            next_step="Name them as list shows them, or say which with --from, --to, --number and the like.",
        )
    search = _search(desk, arguments)

    def work(job: Job) -> tuple[Recording, ...]:
        found: list[Recording] = []
        while part := search.more(_AT_ONCE, job):
            found += part
        return tuple(found)

    return desk.working(work), search.problems


def _export(desk: Desk, arguments: Namespace) -> int:
    chosen, problems = _chosen(desk, arguments)
    if not chosen:
        for error in problems.values():
            raise error
        raise ObserveError("No recording fits.", next_step="See which there are with azdesk records list.")
    folder = Path(arguments.folder)
    exported = desk.working(
        lambda job: export(desk.session, chosen, folder, reason=arguments.reason, job=job)
    )
    if arguments.json:
        answer(
            desk.terminal,
            "records export",
            document=arguments.fleet,
            folder=str(folder),
            index=str(folder / INDEX),
            recordings=[shape(one) for one, _ in exported.files],
            failed=[{"name": name, "error": shapes.error(why)} for name, why in exported.problems.items()],
            errors=shapes.errors_by_host(problems.items()),
        )
    else:
        for error in (*problems.values(), *exported.problems.values()):
            show_error(desk.terminal, error)
        many = counted(len(exported.files), "recording")
        desk.terminal.line(f"{many} in {clean(str(folder))}, listed in {INDEX} there.")
    return exits.ERROR if problems or exported.problems else exits.OK


def _delete(desk: Desk, arguments: Namespace) -> int:
    reason = checked_reason(arguments.reason)
    chosen, problems = _chosen(desk, arguments)
    delete_plans(desk.fleet, chosen)  # says before the question what cannot be deleted
    if not arguments.json:
        for error in problems.values():
            show_error(desk.terminal, error)
        for line in _lines(chosen[:_SHOWN]):
            desk.terminal.line(line)
        if len(chosen) > _SHOWN:
            desk.terminal.line(f"and {len(chosen) - _SHOWN:,} more")
    why = ""
    outcome: Outcome | None = None
    if chosen:
        question = f"Delete {counted(len(chosen), 'recording')} for good?"
        why = refused(desk, question, (), yes=arguments.yes, allowed=(), quiet=arguments.json)
        if not why:
            outcome = desk.working(lambda job: delete(desk.session, chosen, reason, job))
    _told(desk, arguments, chosen, why, outcome, problems)
    if why:
        return exits.STOPPED
    return exits.ERROR if problems or (outcome is not None and not outcome.good) else exits.OK


def _told(
    desk: Desk,
    arguments: Namespace,
    chosen: tuple[Recording, ...],
    why: str,
    outcome: Outcome | None,
    problems: dict[str, Any],
) -> None:
    if arguments.json:
        answer(
            desk.terminal,
            "records delete",
            document=arguments.fleet,
            recordings=[shape(one) for one in chosen],
            outcome=shapes.outcome(outcome) if outcome else None,
            refused=why or None,
            errors=shapes.errors_by_host(problems.items()),
        )
    elif why:
        desk.terminal.note(why)
    elif outcome is not None:
        show_outcome(desk.terminal, outcome)
    else:
        desk.terminal.line("No recordings to delete.")

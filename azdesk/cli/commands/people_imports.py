"""``azdesk people import``, ``imports``, ``undo``."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from shlex import quote

from azdesk.app.people import People, importing, imports, undoing
from azdesk.app.people.importing import Planned, Result
from azdesk.app.people.revealing import PasswordFile
from azdesk.app.people.undoing import Undone
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.error_text import show_error
from azdesk.cli.looking import Desk
from azdesk.cli.options import UsageError
from azdesk.cli.people_shapes import finding_shape, finding_text
from azdesk.cli.plan_text import counted
from azdesk.cli.saving import refuse_existing
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import Cancelled
from azdesk.core.progress import Job
from azdesk.directory.bulk.plans import Action, Item, Plan
from azdesk.directory.bulk.sheets import Reading
from azdesk.directory.people import BY_KEY

_SHOWN = 20
"""Rows of each kind that are shown; the rest is counted."""


def run_import(desk: Desk, people: People, arguments: Namespace) -> int:
    if arguments.passwords:
        refuse_existing(arguments.passwords, "Give another one.")
    planned = desk.working(lambda job: _planned(people, arguments, job))
    if arguments.ldif:
        refuse_existing(arguments.ldif, "Give another one.")
        importing.save_ldif(people, planned, Path(arguments.ldif), secrets=arguments.ldif_passwords)
    if not arguments.json:
        _show_plan(desk, planned.plan)
    why = _refused(desk, planned.plan, arguments)
    result: Result | None = None
    if not why and planned.plan.work:
        keep = PasswordFile(people, Path(arguments.passwords)) if arguments.passwords else None
        result = desk.working(lambda job: importing.apply(people, planned, keep=keep, job=job))
    if arguments.json:
        answer(
            desk.terminal,
            "people import",
            document=arguments.fleet,
            sheet=planned.plan.sheet,
            notes=list(planned.plan.notes),
            counts={action.value: planned.plan.count(action) for action in Action},
            rows=[
                _row_shape(item)
                for item in planned.plan.items
                if item.action != Action.UNCHANGED or item.findings
            ],
            result=_result_shape(result) if result is not None else None,
            refused=why or None,
        )
    elif result is not None:
        _show_result(desk, result, arguments.fleet)
    elif why:
        desk.terminal.note(why)
    return _code(planned.plan, result, why, arguments)


def _planned(people: People, arguments: Namespace, job: Job) -> Planned:
    if arguments.resume is not None:
        if arguments.sheet:
            raise UsageError(
                "With --resume the sheet is the one from before.",
                where="people import",
                next_step="Leave it out.",
            )
        return importing.resume(people, arguments.resume, job=job)
    if not arguments.sheet:
        raise UsageError(
            "Which sheet?", where="people import", next_step="azdesk people import --help explains."
        )
    columns: dict[str, str] = {}
    for given in arguments.columns:
        heading, equals, key = given.rpartition("=")
        if not equals:
            raise UsageError(
                f"“{given}” says nothing about a column.", where="--column", next_step="Write HEADING=FIELD."
            )
        columns[heading] = key
    return importing.plan(
        people,
        Path(arguments.sheet),
        columns=columns,
        generate=arguments.generate,
        update=not arguments.new_only,
        reading=Reading(
            encoding=arguments.encoding, separator=arguments.separator, sheet=arguments.worksheet
        ),
        job=job,
    )


def _refused(desk: Desk, plan: Plan, arguments: Namespace) -> str:
    """Why nothing is written; empty: it may be."""
    bad = plan.count(Action.REFUSED)
    if bad and not arguments.leave_out:
        rows = "1 row is" if bad == 1 else f"{bad:,} rows are"
        return (
            f"{rows} refused, so nothing is written. Correct the sheet, or go on without them: --leave-out."
        )
    if not plan.work:
        return ""
    if arguments.yes:
        return ""
    if arguments.json or not desk.terminal.can_ask:
        return "Not confirmed, so nothing is written: give --yes."
    count = len(plan.work)
    return (
        ""
        if desk.terminal.ask_line(f"Write {counted(count, 'change')}? Type yes: ") == "yes"
        else "Not confirmed, so nothing is written."
    )


def _code(plan: Plan, result: Result | None, why: str, arguments: Namespace) -> int:
    if result is not None:
        if isinstance(result.stopped, Cancelled):
            return exits.STOPPED
        return exits.OK if result.good and not plan.count(Action.REFUSED) else exits.ERROR
    if plan.count(Action.REFUSED):
        return exits.ERROR if not arguments.leave_out or not why else exits.STOPPED
    return exits.STOPPED if why else exits.OK


# -- for reading ----------------------------------------------------------------------------------------------


def _show_plan(desk: Desk, plan: Plan) -> None:
    terminal = desk.terminal
    for note in plan.notes:
        terminal.note(clean(note))
    for action, mark, colour in ((Action.ADD, "+", "green"), (Action.CHANGE, "~", "yellow")):
        rows = list(plan.of(action))
        for item in rows[:_SHOWN]:
            terminal.line(terminal.style(f"{mark} {clean(_item_text(item))}", colour))
        if len(rows) > _SHOWN:
            terminal.line(f"  … and {len(rows) - _SHOWN:,} more to {action.value}")
    for item in [one for one in plan.items if one.findings][: _SHOWN * 5]:
        for finding in item.findings:
            terminal.line(finding_text(terminal, finding))
    if plan.replaced_passwords:
        terminal.note(
            f"{counted(plan.replaced_passwords, 'password')} that people have would be replaced, which undo does not bring back."
        )
    terminal.line(
        f"{plan.count(Action.ADD):,} to add, {plan.count(Action.CHANGE):,} to change, "
        f"{plan.count(Action.UNCHANGED):,} unchanged, {plan.count(Action.REFUSED):,} refused."
    )


def _item_text(item: Item) -> str:
    if item.before is None:
        number = f"  {item.after.number}" if item.after.number else ""
        return f"{item.account}{number}  {item.after.name}"
    told = []
    for key in item.changed:
        if key in BY_KEY:
            told.append(
                f"{BY_KEY[key].title}: {item.before.value(key) or '–'} → {item.after.value(key) or '–'}"
            )
        else:
            told.append(
                {"password": "another password", "enabled": "enabled" if item.after.enabled else "disabled"}[
                    key
                ]
            )
    return f"{item.account}  {'; '.join(told)}"


def _show_result(desk: Desk, result: Result, fleet: str) -> None:
    terminal = desk.terminal
    for item, error in result.refused[:_SHOWN]:
        terminal.line(clean(f"row {item.row}, {item.account}: {error.what}"))
    if len(result.refused) > _SHOWN:
        terminal.line(f"… and {len(result.refused) - _SHOWN:,} more that the directory refused.")
    if result.stopped is not None and not isinstance(result.stopped, Cancelled):
        show_error(terminal, result.stopped)
    left = ""
    if result.unknown or result.left:
        left = f", {len(result.unknown):,} perhaps (nobody saw the answer), {len(result.left):,} not yet"
    terminal.line(f"{len(result.done):,} written, {len(result.refused):,} refused by the directory{left}.")
    if result.unknown or result.left:
        terminal.line(f"Go on with: azdesk people import {clean(quote(fleet))} --resume {result.ident}")
    for text in result.untold:
        terminal.note(clean(text))
    if result.done:
        terminal.note(f"Taking it back: azdesk people undo {clean(quote(fleet))} {result.ident}")


# -- as JSON --------------------------------------------------------------------------------------------------


def _row_shape(item: Item) -> shapes.Json:
    return {
        "row": item.row,
        "account": item.account,
        "number": item.after.number,
        "action": item.action.value,
        "changed": list(item.changed),
        "findings": [finding_shape(one) for one in item.findings],
    }


def _result_shape(result: Result) -> shapes.Json:
    return {
        "id": result.ident,
        "done": len(result.done),
        "refused": [
            {"row": item.row, "account": item.account, "error": shapes.error(error)}
            for item, error in result.refused
        ],
        "unknown": [item.account for item in result.unknown],
        "left": len(result.left),
        "stopped": shapes.error(result.stopped) if result.stopped is not None else None,
        "good": result.good,
        "untold": list(result.untold),
    }


# -- earlier ones ---------------------------------------------------------------------------------------------


def show_imports(desk: Desk, people: People, arguments: Namespace) -> int:
    people.must_be_named()
    found = imports.all_imports(people.place, people.server)
    if arguments.json:
        answer(
            desk.terminal,
            "people imports",
            document=arguments.fleet,
            imports=[
                {
                    "id": one.ident,
                    "file": one.path,
                    "who": one.who,
                    "started": shapes.moment(one.started),
                    "ended": shapes.moment(one.ended),
                    "state": one.state,
                    "total": one.total,
                }
                for one in found
            ],
        )
        return exits.OK
    for one in found:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.started))
        desk.terminal.line(
            f"{when}  {one.ident}  {one.state:<8} {one.total:>7,}  {clean(one.who)}  {clean(Path(one.path).name)}"
        )
    if not found:
        desk.terminal.line("No imports.")
    return exits.OK


def run_undo(desk: Desk, people: People, arguments: Namespace) -> int:
    people.must_be_named()
    work = imports.one_import(
        people.place,
        people.server,
        arguments.ident,
        () if arguments.ident else ("done", "stopped", "running"),
    )
    count = sum(one.result in ("done", "unknown") for one in imports.written(work))
    question = f"Take back what the import of {Path(work.path).name} wrote ({counted(count, 'person').replace('persons', 'people')})?"
    agreed = arguments.yes or (
        not arguments.json
        and desk.terminal.can_ask
        and desk.terminal.ask_line(f"{clean(question)} Type yes: ") == "yes"
    )
    done: Undone | None = None
    if agreed:
        done = desk.working(lambda job: undoing.undo(people, work.ident, force=arguments.force, job=job))
    if arguments.json:
        answer(
            desk.terminal,
            "people undo",
            document=arguments.fleet,
            id=work.ident,
            count=count,
            done=done.done if done is not None else 0,
            kept=[{"account": account, "why": why} for account, why in done.kept] if done is not None else [],
            passwords=done.passwords if done is not None else 0,
            untold=list(done.untold) if done is not None else [],
            stopped=shapes.error(done.stopped) if done is not None and done.stopped is not None else None,
            refused=None if agreed else "Not confirmed: give --yes.",
        )
    elif done is None:
        desk.terminal.note(f"Nothing was changed. {clean(question)} Without a terminal, give --yes.")
    else:
        _show_undone(desk.terminal, done, arguments.fleet)
    if done is None or isinstance(done.stopped, Cancelled):
        return exits.STOPPED
    return exits.ERROR if done.stopped is not None or done.kept else exits.OK


def _show_undone(terminal: Terminal, done: Undone, fleet: str) -> None:
    for account, why in done.kept[: _SHOWN * 5]:
        terminal.line(clean(f"{account}  kept: {why}"))
    if done.stopped is not None:
        show_error(terminal, done.stopped)
        terminal.line(f"Go on with: azdesk people undo {clean(quote(fleet))} {done.ident}")
    terminal.line(f"{done.done:,} taken back, {len(done.kept):,} kept.")
    for text in done.untold:
        terminal.note(clean(text))
    if done.passwords:
        terminal.note(
            f"{counted(done.passwords, 'password')} that the import set stays as it is."
            if done.passwords == 1
            else f"{done.passwords:,} passwords that the import set stay as they are."
        )

"""``azdesk backup restore`` of a directory's backup: entries that are gone or others, written back one by one."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.commands.apply import refused
from azdesk.cli.error_text import show_error
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import Cancelled
from azdesk.core.plan import Plan

if TYPE_CHECKING:
    from azdesk.app.backups import Backup
    from azdesk.app.people.restoring import Restored, Restoring
    from azdesk.cli.looking import Desk

_SHOWN = 20
"""Entries of each kind that are shown; the rest is counted."""


def restore(desk: Desk, arguments: Namespace, backup: Backup) -> int:
    from azdesk.app.people import People, restoring

    only_missing = arguments.only_missing
    with People(desk.session) as people:
        made = desk.working(lambda job: restoring.plan(people, backup, only_missing=only_missing, job=job))
        if not arguments.json:
            _show(desk.terminal, made)
        found = made.difference
        why, result = "", None
        if not found.empty:
            why = refused(
                desk,
                f"Write these {len(found.adds) + len(found.changes):,} entries into {made.base}?",
                (backup.host,) if found.changes else (),
                yes=arguments.yes,
                allowed=arguments.allow_loss,
                quiet=arguments.json,
            )
            result = None if why else desk.working(lambda job: restoring.carry_out(people, made, job))
    if arguments.json:
        answer(
            desk.terminal,
            "backup restore",
            document=arguments.fleet,
            backup=shapes.backup(backup),
            plan=shapes.plan(Plan(hosts=()), {}),
            outcome=None,
            directory=_shape(made, result),
            refused=why or None,
            cancelled=result is not None and isinstance(result.stopped, Cancelled),
        )
    elif why:
        desk.terminal.note(why)
    elif result is not None:
        _tell(desk.terminal, result)
    if result is None:
        return exits.STOPPED if why else exits.OK
    if isinstance(result.stopped, Cancelled):
        return exits.STOPPED
    return exits.OK if result.good else exits.ERROR


def _show(terminal: Terminal, made: Restoring) -> None:
    found = made.difference
    terminal.line(
        f"Entries of {clean(made.base)}: {len(found.adds):,} to add, {len(found.changes):,} to change, {found.same:,} as in the backup; "
        f"{found.newer:,} that came later stay."
    )
    _some(terminal, [f"  + {clean(entry.dn)}" for entry in found.adds])
    _some(terminal, [f"  ~ {clean(one.back.dn)}: {', '.join(one.attributes)}" for one in found.changes])
    _some(terminal, [f"  ! {clean(f'{one.dn}: ' if one.dn else '')}{clean(one.why)}" for one in found.kept])
    if found.secrets:
        terminal.line(f"Passwords that are lost, for those of the backup: {found.secrets:,}.")


def _some(terminal: Terminal, lines: list[str]) -> None:
    for line in lines[:_SHOWN]:
        terminal.line(line)
    if len(lines) > _SHOWN:
        terminal.line(f"    and {len(lines) - _SHOWN:,} more")


def _tell(terminal: Terminal, result: Restored) -> None:
    terminal.line(f"Entries: {result.done:,} written.")
    _some(terminal, [f"  ! {clean(dn)}: {clean(why)}" for dn, why in result.refused])
    for sentence in result.untold:
        terminal.note(clean(sentence))
    if result.stopped is not None:
        show_error(terminal, result.stopped)
        terminal.note("Run it again to go on: what is there already is left alone.")


def _shape(made: Restoring, result: Restored | None) -> shapes.Json:
    found = made.difference
    return {
        "base": made.base,
        "added": [entry.dn for entry in found.adds],
        "changed": [{"dn": one.back.dn, "attributes": list(one.attributes)} for one in found.changes],
        "same": found.same,
        "newer": found.newer,
        "kept": [{"dn": one.dn, "why": one.why} for one in found.kept],
        "result": None
        if result is None
        else {
            "done": result.done,
            "refused": [{"dn": dn, "why": why} for dn, why in result.refused],
            "stopped": shapes.error(result.stopped) if result.stopped else None,
            "good": result.good,
            "untold": list(result.untold),
        },
    }

"""What is done with one or several people at once: each by itself, and what failed is said by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.progress import Job, Progress
from azdesk.ui.dialogs.prompts import ConfirmDialog
from azdesk.ui.mapping.words import counted, filled, listed

if TYPE_CHECKING:
    from azdesk.app.people import People
    from azdesk.directory.people import Person
    from azdesk.ui.peoplemodels import PersonRow
    from azdesk.ui.workbench import Workbench

TYPED_FROM = 10
"""Whoever deletes so many people has to type how many."""
NAMED = 6
_HOPELESS = 5


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of it."""

    keys: tuple[str, ...]
    """Entries with which it was done."""
    failed: tuple[tuple[str, str], ...] = ()
    """Account and why."""
    left: int = 0
    """How many were not tried, since it was stopped or hopeless."""


def each(people: People, rows: Sequence[PersonRow], act: Callable[[Person, Job], object], job: Job) -> Done:
    """Do something with each of these people, as they are by then."""
    from azdesk.app.people import looking

    done: list[str] = []
    failed: list[tuple[str, str]] = []
    for at, row in enumerate(rows):
        if job.cancelled or (not done and len(failed) >= _HOPELESS):
            return Done(keys=tuple(done), failed=tuple(failed), left=len(rows) - at)
        job.report(Progress(text=row.account, done=at, total=len(rows)))
        try:
            act(looking.get(people, row.key, job=job), job)
        except Cancelled:
            return Done(keys=tuple(done), failed=tuple(failed), left=len(rows) - at)
        except AzdeskError as error:
            failed.append((row.account, error.what))
        else:
            done.append(row.key)
    return Done(keys=tuple(done), failed=tuple(failed))


def delete(
    workbench: Workbench, people: People, rows: Sequence[PersonRow], then: Callable[[Done], None]
) -> ConfirmDialog:
    """Ask, then remove these people."""
    tr = QCoreApplication.translate
    from azdesk.app.people import changing

    what = (
        filled(tr("People", "Delete %1?"), rows[0].name or rows[0].account)
        if len(rows) == 1
        else filled(tr("People", "Delete %1 people?"), f"{len(rows):,}")
    )
    explain = _named(rows) + tr(
        "People",
        "Their entries go, and nobody can log in with them again; messages and files on the hosts stay. The log keeps the "
        "entries without passwords. To shut somebody out for a while, disable the account.",
    )
    word = str(len(rows)) if len(rows) >= TYPED_FROM else ""
    dialog = ConfirmDialog(what, explain, tr("People", "&Delete"), word=word, parent=workbench.window)
    dialog.accepted.connect(
        lambda: _run(
            workbench,
            people,
            rows,
            lambda who, job: changing.remove(people, who, job=job),
            counted(len(rows), tr("People", "Deleting 1 person"), tr("People", "Deleting %1 people")),
            then,
        )
    )
    dialog.open()
    return dialog


def switch(
    workbench: Workbench,
    people: People,
    rows: Sequence[PersonRow],
    *,
    on: bool,
    then: Callable[[Done], None],
) -> ConfirmDialog | None:
    """Let these people in again, or ask and shut them out."""
    tr = QCoreApplication.translate
    from azdesk.app.people import changing

    titles = (
        (tr("People", "Enabling 1 person"), tr("People", "Enabling %1 people"))
        if on
        else (tr("People", "Disabling 1 person"), tr("People", "Disabling %1 people"))
    )

    def act() -> None:
        _run(
            workbench,
            people,
            rows,
            lambda who, job: changing.set_enabled(people, who, on, job=job),
            counted(len(rows), *titles),
            then,
        )

    if on:
        act()
        return None
    what = (
        filled(tr("People", "Disable %1?"), rows[0].name or rows[0].account)
        if len(rows) == 1
        else filled(tr("People", "Disable %1 people?"), f"{len(rows):,}")
    )
    explain = _named(rows) + tr(
        "People",
        "Nobody can log in to chat or register a phone with the account until it is enabled again; the password is kept. "
        "Whoever is connected stays so until the connection ends.",
    )
    dialog = ConfirmDialog(what, explain, tr("People", "&Disable"), parent=workbench.window)
    dialog.accepted.connect(act)
    dialog.open()
    return dialog


def move(
    workbench: Workbench, people: People, rows: Sequence[PersonRow], host: str, then: Callable[[Done], None]
) -> None:
    """Enter another home host for these people. Their numbers stay what they are."""
    tr = QCoreApplication.translate
    from azdesk.app.people import changing
    from azdesk.app.people.access import home_address

    address = home_address(people.fleet, host)
    _run(
        workbench,
        people,
        rows,
        lambda who, job: changing.change(people, who, replace(who, home=address), job=job),
        filled(tr("People", "Moving people to %1"), host),
        then,
    )


def _run(
    workbench: Workbench,
    people: People,
    rows: Sequence[PersonRow],
    act: Callable[[Person, Job], object],
    title: str,
    then: Callable[[Done], None],
) -> None:
    def work(job: Job) -> Done:
        return each(people, rows, act, job)

    def done(result: Done) -> None:
        _say(workbench, result, title)
        then(result)

    workbench.run(work, title=title, done=done)


def _say(workbench: Workbench, done: Done, title: str) -> None:
    tr = QCoreApplication.translate
    count = len(done.keys)
    if not done.failed and not done.left:
        words = counted(count, tr("People", "1 person, done"), tr("People", "%1 people, done"))
        workbench.say("info", f"{title}: {words}.")
        return
    words = filled(
        tr("People", "%1: done with %2 of %3."), title, count, count + len(done.failed) + done.left
    )
    reasons = " ".join(f"{account}: {why}" for account, why in done.failed[:3])
    if len(done.failed) > 3:
        reasons += " " + filled(tr("People", "And %1 more."), len(done.failed) - 3)
    if done.left:
        reasons += " " + filled(tr("People", "%1 were not tried."), done.left)
    workbench.say("error", words, reasons.strip())


def _named(rows: Sequence[PersonRow]) -> str:
    if len(rows) == 1:
        return f"{rows[0].account} · {rows[0].number}\n\n" if rows[0].number else f"{rows[0].account}\n\n"
    return listed([row.name or row.account for row in rows], NAMED) + ".\n\n"

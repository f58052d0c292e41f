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
    untold: tuple[str, ...] = ()
    """Sentences about hosts that go on for some minutes with what they remember of these people."""


def each(
    people: People,
    rows: Sequence[PersonRow],
    act: Callable[[Person, Job], object],
    job: Job,
    *,
    forget: bool = False,
) -> Done:
    """Do something with each of these people, as they are by then.

    Args:
        forget: the hosts are to forget at once what they remember of them.
    """
    from azdesk.app.people import hosts, looking

    done: list[Person] = []
    failed: list[tuple[str, str]] = []
    tried = 0
    for at, row in enumerate(rows):
        if job.cancelled or (not done and len(failed) >= _HOPELESS):
            break
        job.report(Progress(text=row.account, done=at, total=len(rows)))
        try:
            person = looking.get(people, row.key, job=job)
            act(person, job)
        except Cancelled:
            break
        except AzdeskError as error:
            failed.append((row.account, error.what))
        else:
            done.append(person)
        tried = at + 1
    # Whoever is shut out is shut out, even if the rest was cancelled: its own job.
    untold = hosts.forget(people, done) if forget and done else ()
    return Done(
        keys=tuple(person.dn for person in done), failed=tuple(failed), left=len(rows) - tried, untold=untold
    )


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
            forget=True,
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
            forget=not on,
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
        "Chat sessions are ended, and phones signed out; calls in progress go on.",
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
    *,
    forget: bool = False,
) -> None:
    def work(job: Job) -> Done:
        return each(people, rows, act, job, forget=forget)

    def done(result: Done) -> None:
        _say(workbench, result, title)
        then(result)

    workbench.run(work, title=title, done=done)


def _say(workbench: Workbench, done: Done, title: str) -> None:
    tr = QCoreApplication.translate
    count = len(done.keys)
    if not done.failed and not done.left:
        words = counted(count, tr("People", "1 person, done"), tr("People", "%1 people, done"))
        workbench.say("warning" if done.untold else "info", f"{title}: {words}.", " ".join(done.untold))
        return
    words = filled(
        tr("People", "%1: done with %2 of %3."), title, count, count + len(done.failed) + done.left
    )
    reasons = " ".join(f"{account}: {why}" for account, why in done.failed[:3])
    if len(done.failed) > 3:
        reasons += " " + filled(tr("People", "And %1 more."), len(done.failed) - 3)
    if done.left:
        reasons += " " + filled(tr("People", "%1 were not tried."), done.left)
    workbench.say("error", words, " ".join((reasons.strip(), *done.untold)))


def _named(rows: Sequence[PersonRow]) -> str:
    if len(rows) == 1:
        return f"{rows[0].account} · {rows[0].number}\n\n" if rows[0].number else f"{rows[0].account}\n\n"
    return listed([row.name or row.account for row in rows], NAMED) + ".\n\n"

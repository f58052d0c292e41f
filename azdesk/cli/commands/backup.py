"""``azdesk backup``: list, download, put back and delete the backups that plans take."""

from __future__ import annotations

import time
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from azdesk.app import backups
from azdesk.app.backups import Backup
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.commands import backup_directory
from azdesk.cli.commands.apply import losses_of, refused
from azdesk.cli.error_text import show_error
from azdesk.cli.looking import Desk, at_work
from azdesk.cli.plan_text import show_plan
from azdesk.cli.progress import shown_for
from azdesk.cli.results import show_outcome
from azdesk.cli.saving import refuse_existing
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.outcome import HostOutcome, Outcome
from azdesk.core.plan import Plan
from azdesk.core.progress import Job


def run(arguments: Namespace, terminal: Terminal) -> int:
    parts = {"list": _list, "get": _get, "restore": _restore, "delete": _delete}
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        return parts[arguments.part](desk, arguments)


def _found(desk: Desk) -> tuple[list[Backup], dict[str, AzdeskError]]:
    def one(host: str, job: Job) -> tuple[Backup, ...] | AzdeskError:
        try:
            return backups.listed(desk.session, host, job)
        except Cancelled:
            raise
        except AzdeskError as error:
            return error

    def work(job: Job) -> dict[str, tuple[Backup, ...] | AzdeskError]:
        with ThreadPoolExecutor(16, thread_name_prefix="backups") as pool:
            answers = list(pool.map(lambda host: one(host, job), desk.chosen))
        return dict(zip(desk.chosen, answers, strict=True))

    answers = desk.runner.run(work)
    found = [backup for got in answers.values() if isinstance(got, tuple) for backup in got]
    errors = {host: got for host, got in answers.items() if isinstance(got, AzdeskError)}
    return sorted(found, key=lambda backup: backup.at, reverse=True), errors


def _list(desk: Desk, arguments: Namespace) -> int:
    found, errors = _found(desk)
    if arguments.json:
        answer(
            desk.terminal,
            "backup list",
            document=arguments.fleet,
            backups=[shapes.backup(one) for one in found],
            errors=shapes.errors_by_host(errors.items()),
        )
        return exits.ERROR if errors else exits.OK
    for error in errors.values():
        show_error(desk.terminal, error)
    for one in found:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.at))
        desk.terminal.line(f"{when}  {one.host}  {_size(one.size):>9}  {clean(one.name)}")
    if not found:
        desk.terminal.line("No backups.")
    return exits.ERROR if errors else exits.OK


def _get(desk: Desk, arguments: Namespace) -> int:
    backup = _named(desk, arguments.name)
    target = Path(arguments.output or backups.suggested_name(backup))
    if target.is_dir():
        target /= backups.suggested_name(backup)
    refuse_existing(target, "Give another one with --output.")
    size = desk.runner.run(lambda job: backups.download(desk.session, backup.host, backup.name, target, job))
    if arguments.json:
        answer(
            desk.terminal,
            "backup get",
            document=arguments.fleet,
            backup=shapes.backup(backup),
            file=str(target),
            size=size,
        )
    else:
        desk.terminal.line(f"{clean(str(target))}  {_size(size)}")
        desk.terminal.note(
            "It holds people's passwords: keep it where only you can read it."
            if backups.of_directory(backup.name)
            else "It holds the data of a node, its cookie among them: keep it where only you can read it."
        )
    return exits.OK


def _restore(desk: Desk, arguments: Namespace) -> int:
    backup = _named(desk, arguments.name)
    if backups.of_directory(backup.name):
        return backup_directory.restore(desk, arguments, backup)
    plan = Plan(hosts=(backups.restore_plan(desk.session, backup.host, backup.name),))
    if not arguments.json:
        show_plan(desk.terminal, plan, {})
    why = refused(
        desk,
        f"Put {backup.name} back on {backup.host}?",
        losses_of(plan),
        yes=arguments.yes,
        allowed=arguments.allow_loss,
        quiet=arguments.json,
    )
    outcome, cancelled = (None, False) if why else _put_back(desk, plan, backup, quiet=arguments.json)
    if arguments.json:
        answer(
            desk.terminal,
            "backup restore",
            document=arguments.fleet,
            backup=shapes.backup(backup),
            plan=shapes.plan(plan, {}),
            outcome=shapes.host_outcome(outcome) if outcome else None,
            directory=None,
            refused=why or None,
            cancelled=cancelled,
        )
    elif why:
        desk.terminal.note(why)
    if outcome is None or cancelled:
        return exits.STOPPED
    return exits.OK if outcome.good else exits.ERROR


def _put_back(desk: Desk, plan: Plan, backup: Backup, *, quiet: bool) -> tuple[HostOutcome, bool]:
    jobs: list[Job] = []

    def work(job: Job) -> HostOutcome:
        jobs.append(job)
        return backups.restore(desk.session, backup.host, backup.name, job)

    with shown_for(desk.terminal, plan.hosts, quiet=quiet) as shown:
        desk.runner.pause, desk.runner.resume = shown.pause, shown.resume
        outcome = desk.runner.run(work, shown)
    if not quiet:
        show_outcome(desk.terminal, Outcome(hosts=(outcome,)))
    return outcome, jobs[0].cancelled


def _delete(desk: Desk, arguments: Namespace) -> int:
    chosen = _to_delete(desk, arguments)
    if not arguments.json:
        for backup in chosen:
            desk.terminal.line(f"{backup.host}  {_size(backup.size):>9}  {clean(backup.name)}")
    many = "this backup" if len(chosen) == 1 else f"these {len(chosen)} backups"
    why = (
        refused(desk, f"Delete {many} for good?", (), yes=arguments.yes, allowed=(), quiet=arguments.json)
        if chosen
        else ""
    )
    outcomes: list[tuple[Backup, HostOutcome]] = []
    if chosen and not why:
        outcomes = desk.runner.run(
            lambda job: [(one, backups.delete(desk.session, one.host, one.name, job)) for one in chosen]
        )
        desk.say(f"{sum(outcome.good for _, outcome in outcomes)} deleted.")
    if arguments.json:
        answer(
            desk.terminal,
            "backup delete",
            document=arguments.fleet,
            backups=[shapes.backup(one) for one in chosen],
            deleted=[one.name for one, outcome in outcomes if outcome.good],
            refused=why or None,
        )
    elif why:
        desk.terminal.note(why)
    elif not chosen:
        desk.terminal.line("No backups to delete.")
    for one, outcome in outcomes:
        if not outcome.good:
            show_error(desk.terminal, AzdeskError(outcome.message, where=f"{one.host}: {one.name}"))
    if why:
        return exits.STOPPED
    return exits.OK if all(outcome.good for _, outcome in outcomes) else exits.ERROR


def _to_delete(desk: Desk, arguments: Namespace) -> list[Backup]:
    if not arguments.name and arguments.older_than is None:
        raise AzdeskError(
            "Nothing says which backups.", next_step="Name them as list shows them, or give --older-than."
        )
    everything = _found(desk)
    chosen = [_named(desk, name, everything) for name in arguments.name]
    if arguments.older_than is not None:
        found, errors = everything
        if errors:
            raise next(iter(errors.values()))
        chosen += [one for one in found if one.at < arguments.older_than]
    return list(dict.fromkeys(chosen))


def _named(
    desk: Desk, name: str, everything: tuple[list[Backup], dict[str, AzdeskError]] | None = None
) -> Backup:
    """The one backup of this name on the chosen hosts."""
    found, errors = everything or _found(desk)
    here = [backup for backup in found if backup.name == name]
    if len(here) == 1:
        return here[0]
    if here:
        hosts = ", ".join(backup.host for backup in here)
        raise AzdeskError(
            f"There is a backup {name} on {hosts}.", next_step="Say which one you mean with --host."
        )
    if errors:
        raise next(iter(errors.values()))
    raise AzdeskError(
        f"There is no backup {name} on these hosts.", next_step="azdesk backup list shows all there are."
    )


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"

"""``azdesk apply``: show the plan, ask, carry out exactly that plan."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Collection
from contextlib import suppress

from azdesk.app.applying import apply
from azdesk.app.planning import Preview, preview
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.commands.plan import code_of
from azdesk.cli.looking import Desk, at_work, errors_of, related
from azdesk.cli.plan_text import confirmation, counted, show_plan
from azdesk.cli.progress import shown_for
from azdesk.cli.results import show_outcome
from azdesk.cli.terminal import Terminal
from azdesk.core.errors import AzdeskError, Cancelled, PlanStale
from azdesk.core.outcome import HostState, Outcome
from azdesk.core.plan import Plan
from azdesk.core.progress import Job


def run(arguments: Namespace, terminal: Terminal, *, renew: bool = False, command: str = "apply") -> int:
    """Plan, ask, carry out.

    Args:
        renew: with new certificates for the hosts, though those they have are not due.
        command: what JSON calls it.
    """
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        made = desk.preview(renew=renew)
        errors = errors_of(made.observations)
        if not arguments.json:
            show_plan(terminal, made.plan, errors, with_diffs=not arguments.brief)
        outcome, refused, cancelled, left = None, "", False, 0
        if not made.plan.empty:
            refused = _refused(desk, made.plan, arguments)
            if not refused:
                outcome, cancelled = _carry_out(desk, made, arguments)
                left = _left(desk, made) if outcome.good else 0
        if arguments.json:
            answer(
                terminal,
                command,
                document=arguments.fleet,
                plan=shapes.plan(made.plan, errors),
                outcome=shapes.outcome(outcome) if outcome else None,
                refused=refused or None,
                cancelled=cancelled,
                left=left,
            )
        elif refused:
            terminal.note(refused)
        elif left:
            terminal.line(f"{counted(left, 'more step')} became possible by this: plan and apply again.")
    if outcome is None:
        return exits.STOPPED if refused else code_of(made)
    return _code(outcome, cancelled=cancelled, left=left)


def _code(outcome: Outcome, *, cancelled: bool, left: int) -> int:
    if any(host.state is HostState.NEEDS_HELP for host in outcome):
        return exits.ERROR
    if cancelled:
        return exits.STOPPED
    if not outcome.good:
        return exits.ERROR
    return exits.PENDING if left else exits.OK


def _refused(desk: Desk, plan: Plan, arguments: Namespace) -> str:
    """Why the plan may not run, empty if it may.

    Raises:
        PlanStale: it is not the plan that was approved.
    """
    shown = shapes.fingerprint(plan)
    if arguments.approve and arguments.approve != shown:
        raise PlanStale(
            f"The plan is another one ({shown}) than the one approved ({arguments.approve}).",
            next_step="Nothing was changed. Review the plan as it is now, then approve that.",
        )
    hosts = sum(bool(host.steps) and not host.blocked for host in plan)
    if not hosts:
        return "Nothing of this plan can run now."
    question = f"Apply to {counted(hosts, 'host')}?"
    return refused(
        desk,
        question,
        losses_of(plan),
        yes=arguments.yes or bool(arguments.approve),
        allowed=arguments.allow_loss,
        quiet=arguments.json,
    )


def losses_of(plan: Plan) -> tuple[str, ...]:
    """Names to type, or to give with ``--allow-loss``, for what cannot be undone."""
    return tuple(
        dict.fromkeys(
            confirmation(host, step) for host in plan if not host.blocked for step in host.irreversible
        )
    )


def refused(
    desk: Desk,
    question: str,
    losses: Collection[str],
    *,
    yes: bool,
    allowed: Collection[str],
    quiet: bool,
) -> str:
    """Ask what the options leave open; why it may not go on, empty if it may."""
    can_ask = desk.terminal.can_ask and not quiet
    missing = [node for node in losses if node not in allowed]
    if not can_ask:
        options = ["--yes"] if not yes else []
        options += [f"--allow-loss {node}" for node in missing]
        return (
            f"Nothing was changed. To go on without being asked, add {' '.join(options)}." if options else ""
        )
    try:
        if not yes and desk.terminal.ask_line(f"{question} [y/N] ").lower() not in ("y", "yes"):
            return "Nothing was changed."
        for node in missing:
            if desk.terminal.ask_line(f"Type {node} to allow what cannot be undone there: ") != node:
                return "Nothing was changed: that is not the node's name."
    except KeyboardInterrupt:
        return "\nCancelled. Nothing was changed."
    return ""


def _carry_out(desk: Desk, made: Preview, arguments: Namespace) -> tuple[Outcome, bool]:
    plans = [plan for plan in made.plan if plan.steps and not plan.blocked]
    jobs: list[Job] = []
    with shown_for(desk.terminal, plans, quiet=arguments.json) as shown:
        desk.runner.pause, desk.runner.resume = shown.pause, shown.resume

        def work(job: Job) -> Outcome:
            jobs.append(job)
            return apply(desk.session, made, job, title=arguments.title)

        outcome = desk.runner.run(work, shown)
    if not arguments.json:
        show_outcome(desk.terminal, outcome)
    return outcome, jobs[0].cancelled


def _left(desk: Desk, made: Preview) -> int:
    """Steps that became possible by this plan, such as configuring what was just installed."""

    def count() -> int:
        now = {**made.observations, **desk.session.observations}
        with suppress(AzdeskError):
            return preview(desk.fleet, now, desk.chosen).plan.changes
        return 0

    if not count():
        return 0
    # Hosts changed one after the other; before saying so, all of them are asked once more.
    from azdesk.app.observing import observe

    with suppress(Cancelled):
        desk.runner.run(lambda job: observe(desk.session, related(desk.fleet, desk.chosen), job))
    return count()

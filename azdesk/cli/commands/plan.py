"""``azdesk plan``: what would be changed."""

from __future__ import annotations

from argparse import Namespace

from azdesk.app.planning import Preview
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.looking import at_work, errors_of
from azdesk.cli.plan_text import show_plan
from azdesk.cli.terminal import Terminal


def run(arguments: Namespace, terminal: Terminal) -> int:
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        preview = desk.preview()
    errors = errors_of(preview.observations)
    if arguments.json:
        answer(terminal, "plan", document=arguments.fleet, plan=shapes.plan(preview.plan, errors))
    else:
        show_plan(terminal, preview.plan, errors, with_diffs=not arguments.brief)
    return code_of(preview)


def code_of(preview: Preview) -> int:
    """An error where a host could not be planned, else whether there is something to do."""
    if any(plan.blocked for plan in preview.plan):
        return exits.ERROR
    return exits.OK if preview.plan.empty else exits.PENDING

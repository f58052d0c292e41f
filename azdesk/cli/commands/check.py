"""``azdesk check``: whether the document is right."""

from __future__ import annotations

from argparse import Namespace

from azdesk.cli import exits
from azdesk.cli.answering import answer
from azdesk.cli.error_text import show_error
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import DocumentError
from azdesk.fleet import store


def run(arguments: Namespace, terminal: Terminal) -> int:
    try:
        opened = store.open(arguments.fleet)
    except DocumentError as error:
        if not error.problems:
            raise
        if arguments.json:
            from azdesk.cli import shapes

            problems = [shapes.problem(one) for one in error.problems]
            answer(terminal, "check", document=arguments.fleet, valid=False, problems=problems)
        else:
            show_error(terminal, error)
        return exits.ERROR
    fleet = opened.fleet
    if arguments.json:
        answer(
            terminal,
            "check",
            document=arguments.fleet,
            valid=True,
            problems=[],
            name=fleet.name,
            hosts=list(fleet.hosts),
            clusters=list(fleet.clusters),
            credentials=list(fleet.credentials),
            older_form=opened.migrated,
        )
        return exits.OK
    from azdesk.cli.plan_text import counted

    parts = (
        counted(len(fleet.hosts), "host"),
        counted(len(fleet.clusters), "cluster"),
        counted(len(fleet.credentials), "credential"),
    )
    terminal.line(f"{clean(arguments.fleet)} is right: {', '.join(parts)}.")
    if opened.migrated:
        terminal.line("It has an older form; the next save brings it up to date and keeps a copy.")
    return exits.OK

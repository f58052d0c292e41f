"""Whether a changed document is to be saved."""

from __future__ import annotations

from argparse import Namespace

from azdesk.cli.terminal import Terminal


def wanted(terminal: Terminal, arguments: Namespace) -> bool:
    """Whether somebody says so: with ``--yes``, or when asked."""
    if arguments.yes:
        return True
    if arguments.json or not terminal.can_ask:
        return False
    try:
        return terminal.ask_line("Save this in the document? [y/N] ").lower() in ("y", "yes")
    except KeyboardInterrupt:
        terminal.note()
        return False

"""Whether something is to be saved: a changed document, a new file."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from azdesk.cli.terminal import Terminal
from azdesk.core.errors import AzdeskError


def refuse_existing(path: str | Path, next_step: str = "Give another one, or --replace.") -> None:
    """Nothing is written over unasked.

    Raises:
        AzdeskError: there is something of that name.
    """
    if Path(path).exists():
        raise AzdeskError("There is already a file of this name.", where=str(path), next_step=next_step)


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

"""Answers of ``--json``: one object on standard output, nothing else there."""

from __future__ import annotations

from typing import Any

from azdesk.cli import shapes
from azdesk.cli.terminal import Terminal
from azdesk.core.errors import AzdeskError


def answer(terminal: Terminal, command: str, **content: Any) -> None:
    """Print the answer of a command."""
    _put(terminal, shapes.envelope(command, **content))


def answer_error(terminal: Terminal, command: str, error: AzdeskError) -> None:
    """Print what kept a command from having an answer."""
    _put(terminal, shapes.envelope(command, error=shapes.error(error)))


def _put(terminal: Terminal, content: shapes.Json) -> None:
    import json

    # Plain ASCII survives every pipe; so do bytes of file names that are not UTF-8.
    terminal.line(json.dumps(content, indent=2, ensure_ascii=True))

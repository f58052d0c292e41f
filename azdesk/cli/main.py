"""From the command line to an exit code."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from azdesk.cli import exits
from azdesk.cli.arguments import parsed, parser
from azdesk.cli.terminal import Terminal
from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.fleet.store import ENDINGS

if TYPE_CHECKING:
    from azdesk.cli.commands.enrol import Press

Window = Callable[[str | None], int]
"""Opens the window, with a document if one is given; returns the exit code."""
Sheets = Callable[[], "Press"]
"""Makes what paints sheets as PDF, in the main thread."""
Demo = Callable[[Path | None], int]
"""Opens the window on a practice fleet, or walks the guide into a folder; returns the exit code."""


def run(argv: Sequence[str], window: Window, demo: Demo, sheets: Sheets) -> int:
    """Do what the command line says.

    Args:
        argv: without the program's name; nothing, or a document alone, opens the window.
        window: opens it.
        demo: what ``azdesk demo`` does.
        sheets: what ``azdesk enrol`` paints with.

    Returns:
        the exit code, see `azdesk.cli.exits`.
    """
    terminal = Terminal()
    if not argv or (len(argv) == 1 and argv[0].endswith(ENDINGS)):
        return _guarded(terminal, "window", lambda: window(argv[0] if argv else None), as_json=False)
    return _guarded(
        terminal, _name(argv), lambda: _command(terminal, argv, demo, sheets), as_json="--json" in argv
    )


def _name(argv: Sequence[str]) -> str:
    """The command's name as answers give it, as far as the command line can be understood."""
    command = parser().parts.get(argv[0])
    return " ".join(argv[:2]) if command is not None and command.parts else argv[0]


def _command(terminal: Terminal, argv: Sequence[str], demo: Demo, sheets: Sheets) -> int:
    try:
        arguments = parsed(argv)
    except SystemExit as end:  # --help and --version
        return int(end.code or 0)
    if arguments.command == "demo":
        return demo(Path(arguments.headless) if arguments.headless else None)
    module = importlib.import_module(f"azdesk.cli.commands.{arguments.command.replace('-', '_')}")
    if arguments.command == "enrol":
        return int(module.run(arguments, terminal, sheets))
    return int(module.run(arguments, terminal))


def _guarded(terminal: Terminal, command: str, work: Callable[[], int], *, as_json: bool) -> int:
    """The exit code; every error is told in words, or as JSON."""
    error: AzdeskError
    try:
        return work()
    except (KeyboardInterrupt, Cancelled):
        error = Cancelled()
        code = exits.STOPPED
    except AzdeskError as failure:
        error, code = failure, exits.ERROR
    except Exception as failure:
        from azdesk.cli.error_text import save_fault

        error, code = save_fault(failure), exits.ERROR
    finally:
        terminal.transient("")
    if as_json:
        from azdesk.cli.answering import answer_error

        answer_error(terminal, command, error)
    else:
        from azdesk.cli.error_text import show_error

        show_error(terminal, error)
    return code

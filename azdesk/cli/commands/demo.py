"""``azdesk demo``: the practice fleet."""

from __future__ import annotations

import importlib
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from azdesk.cli.terminal import Terminal
from azdesk.core.errors import AzdeskError


def run(
    arguments: Namespace,
    _terminal: Terminal,
    open_window: Callable[[str], int] | None = None,
) -> int:
    """Start it: ``azdesk.app.demo.main(headless, open_window)`` gives the exit code."""
    try:
        demo = importlib.import_module("azdesk.app.demo")
    except ModuleNotFoundError as error:
        if error.name != "azdesk.app.demo":
            raise
        raise AzdeskError("This copy of AZDesk has no practice fleet.") from None
    headless = Path(arguments.headless) if arguments.headless else None
    code: int = demo.main(headless=headless, open_window=open_window)
    return code

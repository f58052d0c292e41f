"""``azdesk``, or ``python -m azdesk``: without arguments the window, else the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """The exit code."""
    from azdesk.cli.main import run

    return run(sys.argv[1:], _window)


def _window(document: str | None) -> int:
    # Qt takes its time to load, and servers have none.
    from azdesk.ui.app import main as show

    code: int = show([document] if document else [])
    return code


if __name__ == "__main__":
    sys.exit(main())

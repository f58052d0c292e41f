"""``azdesk``, or ``python -m azdesk``: without arguments the window, else the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azdesk.cli.commands.enrol import Press


def main() -> int:
    """The exit code, of the window; a command ends the process itself."""
    from azdesk.cli.main import run

    shown: list[str | None] = []

    def window(document: str | None) -> int:
        shown.append(document)
        # Qt takes its time to load, and servers have none.
        from azdesk.ui.app import main as show

        code: int = show([document] if document else [])
        return code

    def demo(headless: Path | None) -> int:
        shown.append(None)
        from azdesk.ui.demo import main as practise

        return practise(headless)

    def sheets() -> Press:
        from azdesk.ui.enrolment.headless import Press as Painting

        return Painting()

    code = run(sys.argv[1:], window, demo, sheets)
    if not shown:
        _leave(code)
    return code


def _leave(code: int) -> None:
    """End without taking the interpreter apart piece by piece: nothing is left to save, and it takes 40 ms."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())

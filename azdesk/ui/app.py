"""The window as a program of its own: ``main`` shows it and returns when the last window is closed."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from types import TracebackType

SWITCH_S = 0.001
"""How long a thread keeps the interpreter while others wait: looks at many hosts must not hold up the window."""


def main(documents: Sequence[str] = (), *, ready: Callable[[], None] | None = None) -> int:
    """Show the window.

    Args:
        documents: paths to open; none: the last document, or the start page.
        ready: called once the window can be used; for measuring.

    Returns:
        the exit code.
    """
    # The collector would run many times over the imports that follow, and find nothing.
    gc.disable()
    from PySide6.QtWidgets import QApplication

    from azdesk.ui import theme
    from azdesk.ui.program import Program, when_usable

    sys.setswitchinterval(SWITCH_S)
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication(["azdesk"])
    app.setApplicationName("AZDesk")
    app.setDesktopFileName("azdesk")
    program = Program(theme.install(app))

    def fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            app.quit()
            return
        sys.__excepthook__(kind, error, trace)
        program.crashed(error)

    before, sys.excepthook = sys.excepthook, fault
    try:
        program.begin(documents[0] if documents else None)
        for further in documents[1:]:
            program.open(further)

        def usable() -> None:
            if ready is not None:
                ready()
            program.usable()

        when_usable(app, usable)
        return app.exec()
    finally:
        program.finish()
        sys.excepthook = before

"""A window on practice hosts, for tests that drive it by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from azdesk.practice import PracticeFleet
from azdesk.ui import files
from azdesk.ui.desk import Desk
from azdesk.ui.program import Program, practice_session
from azdesk.ui.theme import Theme
from tests.ui.conftest import settle

DOMAIN = "test.local"
CTRL = Qt.KeyboardModifier.ControlModifier


def until(true: Callable[[], object], seconds: float = 30.0, what: str = "") -> None:
    """Let the window work until something is so; fails if it does not become so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"did not come about: {what or true}"
        QApplication.processEvents()
        time.sleep(0.003)
    settle(2)


def quiet(desk: Desk) -> None:
    """Wait until nothing runs and everything that is known is shown."""
    until(lambda: not desk.workbench.jobs and not desk.workbench.thinking, what="the window at rest")
    desk.refresh_now()
    settle()


@contextmanager
def program(theme: Theme, folder: Path) -> Iterator[Program]:
    """A program whose settings are in `folder`; a fault of it fails the test."""
    faults: list[object] = []
    native, files.NATIVE = files.NATIVE, False
    running = Program(theme, folder / "window.ini")
    running.crashed = faults.append  # type: ignore[method-assign]
    try:
        yield running
    finally:
        for desk in list(running.desks):
            desk.workbench.undo_stack.clear()
        running.finish()
        if running.start_page is not None:
            running.start_page.close()
        files.NATIVE = native
        settle()
        running.deleteLater()
        settle()
    for fault in faults:
        assert isinstance(fault, BaseException)
        raise fault


def open_on(
    running: Program, fleet: PracticeFleet, path: Path, *, domain: str = "", look: bool = True
) -> Desk:
    """Open a document on practice hosts, and wait until they have been looked at."""
    if not path.exists():
        fleet.write_document(path, domain=domain)
    desk = running.open(path, practice_session(fleet), look=False)
    assert desk is not None
    desk.window.activateWindow()
    if look:
        desk.workbench.look()
        until(lambda: len(desk.workbench.observations) == len(desk.workbench.fleet.hosts), what="all seen")
        quiet(desk)
    return desk


def note_of(desk: Desk, key: str) -> str:
    """The words at the right of a row of the tree."""
    from azdesk.ui.widgets.tree_model import ITEM_ROLE

    model = desk.window.ui.tree._model
    return str(model.index_of(key).data(ITEM_ROLE).note)


def state_of(desk: Desk, key: str) -> str:
    """The state of a row of the tree."""
    from azdesk.ui.widgets.tree_model import ITEM_ROLE

    model = desk.window.ui.tree._model
    return str(model.index_of(key).data(ITEM_ROLE).state)

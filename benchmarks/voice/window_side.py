"""The page Numbers with a large plan: ``window_side.py FOLDER`` prints its figures as JSON.

A timer fires every 5 ms in the window's thread; what it comes late is how long the window did not answer. On a busy machine that
is also the time of others, so the processor time of the thread between two beats is told beside it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from azdesk.app.session import AwaitedStore, Session
from azdesk.core.errors import Unreachable
from azdesk.fleet import store
from azdesk.fleet.model import Fleet
from azdesk.ui import theme
from azdesk.ui.app import SWITCH_S
from azdesk.ui.collecting import Collecting
from azdesk.ui.desk import Desk
from azdesk.ui.mapping import tree
from azdesk.ui.workbench import Workbench
from benchmarks.voice import document

BEAT_MS = 5
TABS = ("plan", "rules", "trunks", "map", "graph", "call", "findings")
DOCUMENT = "version = 1\n"


class Pool:
    """No host can be reached."""

    def link(self, host: str, _job: object = None) -> object:
        raise Unreachable("No answer.", where=host)

    def update(self, fleet: object) -> None: ...

    def close(self) -> None: ...


class Beat:
    """How long the window did not answer, since the last question."""

    def __init__(self) -> None:
        self._late: list[float] = []
        self._worked: list[float] = []
        self._before = time.thread_time()
        self._watch, self._timer = QElapsedTimer(), QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._watch.start()
        self._timer.start(BEAT_MS)

    def _tick(self) -> None:
        self._late.append(self._watch.nsecsElapsed() / 1e6 - BEAT_MS)
        self._watch.restart()
        now = time.thread_time()
        self._worked.append((now - self._before) * 1000)
        self._before = now

    def longest(self) -> tuple[float, float]:
        """The longest stall, and the most that this thread worked without a pause, in milliseconds."""
        QTest.qWait(2 * BEAT_MS)
        found = max(self._late, default=0.0), max(self._worked, default=0.0)
        self._late.clear()
        self._worked.clear()
        return found


def until(true: Callable[[], object], seconds: float = 60.0) -> float:
    """Let the window work until something is so; how long that took."""
    loop, started = QEventLoop(), time.perf_counter()
    look = QTimer()
    look.timeout.connect(lambda: loop.quit() if true() or time.perf_counter() - started > seconds else None)
    look.start(1)
    loop.exec()
    if not true():
        raise SystemExit("it did not come about")
    return time.perf_counter() - started


def main() -> None:
    sys.setswitchinterval(SWITCH_S)
    folder = Path(sys.argv[1])
    app = QApplication(sys.argv[:1])
    theme.install(app, theme.Mode.LIGHT)
    path = folder / "fleet.toml"
    opened = store.create(path, Fleet(**document()))

    def session(workbench: Workbench) -> Session:
        return Session(workbench.fleet, Pool(), awaited=AwaitedStore(folder / "awaited.json"), who="bench")  # type: ignore[arg-type]

    bench = Workbench(opened, session)
    desk = Desk(bench, None, look_every=0)
    desk.window.resize(1280, 800)
    desk.window.show()
    Collecting(lambda: bool(bench.jobs or bench.thinking), desk).begin()
    until(lambda: not desk.plan.busy and not bench.thinking, 120)
    found: dict[str, Any] = {}
    beat = Beat()

    def at_rest() -> bool:
        return not desk.plan.busy and not getattr(page.tabs.page(page.tabs.current_key()), "busy", False)

    page: Any = desk.window.show_page(tree.NUMBERS)
    until(at_rest)
    found["page"] = beat.longest()
    for key in TABS:
        page.tabs.set_current(key)
        until(at_rest)
        QTest.qWait(150)
        found[f"tab {key}"] = beat.longest()
    page.tabs.set_current("rules")
    rules = page.tabs.page("rules")
    until(at_rest)
    for words in ("r199", "conference"):
        for sign in words:
            QTest.keyClicks(rules.filter, sign)
            QTest.qWait(60)
        until(at_rest)
        rules.filter.clear()
        until(at_rest)
    found["filter"] = beat.longest()
    dialog = rules.ask_new()
    QTest.qWait(300)
    found["dialog, first time"] = beat.longest()
    dialog.reject()
    QTest.qWait(100)
    beat.longest()
    dialog = rules.ask_new()
    QTest.qWait(300)
    found["dialog"] = beat.longest()
    for sign in "0[1-9]XXX":
        QTest.keyClicks(dialog.ui.pattern, sign)
        QTest.qWait(120)
    found["typing"] = beat.longest()
    dialog.ui.target.setCurrentIndex(dialog.ui.target.findData("hang-up"))
    dialog.ui.target.activated.emit(dialog.ui.target.currentIndex())
    QTest.qWait(150)
    beat.longest()
    dialog.ui.ok.click()
    until(at_rest)
    until(lambda: not bench.thinking, 120)
    found["taken over"] = beat.longest()
    print(json.dumps(found), flush=True)
    bench.undo_stack.clear()
    desk.close()


if __name__ == "__main__":
    main()

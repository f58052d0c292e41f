"""The People page on a running slapd: ``azdesk_side.py FOLDER`` prints its figures as JSON.

A timer fires every 5 ms in the window's thread; what it comes late is how long the window did not answer.
"""

from __future__ import annotations

import json
import socket
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from azdesk.app.session import AwaitedStore, Session
from azdesk.core.errors import Unreachable
from azdesk.directory.streams import SocketStream
from azdesk.fleet import store
from azdesk.ui import theme
from azdesk.ui.app import SWITCH_S
from azdesk.ui.collecting import Collecting
from azdesk.ui.desk import Desk
from azdesk.ui.mapping import tree
from azdesk.ui.people.loading import BY_ITSELF
from azdesk.ui.people.page import PeoplePage
from azdesk.ui.presenters.people import PeoplePresenter
from azdesk.ui.workbench import Workbench

BEAT_MS = 5
DOCUMENT = """\
version = 1
name = "Benchmark"
[directory]
base = "dc=test,dc=local"
[clusters."test.local"]
[hosts.a250]
address = "192.168.11.250"
roles = ["directory"]
[hosts.a251]
address = "192.168.11.251"
cluster = "test.local"
numbers = ["1XXXXX"]
"""
TYPED = ("nana1", "100042", "louis", "gustav15", "dora12345", "zzzz")


class Pool:
    """Leads to the server's Unix socket; no host has a helper."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "ldapi")

    def relay(self, _host: str, _target: str, _job: object = None) -> SocketStream:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.connect(self.path)
        return SocketStream(connection)

    def link(self, host: str, _job: object = None) -> object:
        raise Unreachable("No answer.", where=host)

    def update(self, fleet: object) -> None: ...

    def close(self) -> None: ...


def peak_memory_mb() -> float:
    """VmHWM of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def until(true: Callable[[], object], seconds: float = 60.0) -> float:
    """Let the window work until something is so; how long that took."""
    loop, started = QEventLoop(), time.perf_counter()
    look = QTimer()
    look.setTimerType(Qt.TimerType.PreciseTimer)
    look.timeout.connect(lambda: loop.quit() if true() or time.perf_counter() - started > seconds else None)
    look.start(1)
    loop.exec()
    took = time.perf_counter() - started
    if not true():
        raise SystemExit("it did not come about")
    return took


def main() -> None:
    sys.setswitchinterval(SWITCH_S)
    folder = Path(sys.argv[1])
    app = QApplication(sys.argv[:1])
    theme.install(app, theme.Mode.LIGHT)
    path = folder / "fleet.toml"
    path.write_text(DOCUMENT)
    pool = Pool(folder)

    def session(workbench: Workbench) -> Session:
        return Session(workbench.fleet, pool, awaited=AwaitedStore(folder / "awaited.json"), who="bench")  # type: ignore[arg-type]

    bench = Workbench(store.open(path), session)
    desk = Desk(bench, None, look_every=0)
    desk.window.show()
    Collecting(lambda: bool(bench.jobs or bench.thinking), desk).begin()
    loop = QEventLoop()
    QTimer.singleShot(500, loop.quit)
    loop.exec()
    late: list[float] = []
    watch, beat = QElapsedTimer(), QTimer()
    beat.setTimerType(Qt.TimerType.PreciseTimer)

    def tick() -> None:
        late.append(watch.nsecsElapsed() / 1e6 - BEAT_MS)
        watch.restart()

    beat.timeout.connect(tick)
    started = time.perf_counter()
    page = desk.window.show_page(tree.PEOPLE)
    assert isinstance(page, PeoplePage)
    presenter = page.findChild(PeoplePresenter)
    assert presenter is not None
    until(lambda: page.table.people.rows)
    first = time.perf_counter() - started
    watch.start()
    beat.start(BEAT_MS)
    loader = presenter.loader

    def listed() -> bool:
        return loader.complete or len(page.table.people.rows) >= BY_ITSELF

    until(lambda: listed() and not bench.jobs)
    whole = time.perf_counter() - started
    page.table.scrollToBottom()
    page.table.verticalScrollBar().setValue(page.table.verticalScrollBar().maximum() // 2)
    keys: list[float] = []
    began: list[object] = []
    loader.began.connect(lambda: began.append(loader.query.words))
    for words in TYPED:
        for at in range(len(words)):
            began.clear()
            wanted = words[: at + 1]
            pressed = time.perf_counter()
            QTest.keyClicks(page.ui.filter, words[at])
            until(lambda wanted=wanted: wanted in began)
            keys.append((time.perf_counter() - pressed) * 1000)
            QTest.qWait(120)
        page.ui.filter.clear()
        until(lambda: listed() and not loader.query.words)
    beat.stop()
    found = {
        "first": first,
        "all": whole,
        "key": statistics.median(keys),
        "key_most": max(keys),
        "stall": max(late),
        "late99": statistics.quantiles(late, n=100)[-1],
        "memory": peak_memory_mb(),
    }
    print(json.dumps(found), flush=True)
    desk.close()


main()

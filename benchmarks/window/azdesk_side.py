"""The window on many hosts: ``azdesk_side.py DOCUMENT ROUNDS`` prints its figures as JSON.

A timer fires every 5 ms in the window's thread; what it comes late is how long the window did not answer.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from azdesk.fleet import store
from azdesk.ui import theme
from azdesk.ui.app import SWITCH_S
from azdesk.ui.collecting import Collecting
from azdesk.ui.desk import Desk
from azdesk.ui.workbench import Workbench

BEAT_MS = 5


def peak_memory_mb() -> float:
    """VmHWM of this process."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> None:
    sys.setswitchinterval(SWITCH_S)
    app = QApplication(sys.argv[:1])
    theme.install(app, theme.Mode.LIGHT)
    bench = Workbench(store.open(sys.argv[1]))
    desk = Desk(bench, None, look_every=0)
    desk.window.show()
    Collecting(lambda: bool(bench.jobs or bench.thinking), desk).begin()
    late: list[float] = []
    watch = QElapsedTimer()
    beat = QTimer()
    beat.setTimerType(Qt.TimerType.PreciseTimer)

    def tick() -> None:
        late.append(watch.nsecsElapsed() / 1e6 - BEAT_MS)
        watch.restart()

    beat.timeout.connect(tick)

    def settle(seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        loop.exec()

    def refresh() -> float:
        loop = QEventLoop()
        started = time.perf_counter()
        if not bench.look(then=loop.quit):
            raise SystemExit("no look could be begun")
        loop.exec()
        took = time.perf_counter() - started
        settle(1.0)
        return took

    settle(0.5)
    first = refresh()
    watch.start()
    beat.start(BEAT_MS)
    rounds = [refresh() for _ in range(int(sys.argv[2]))]
    beat.stop()
    unread = [host for host in bench.fleet.hosts if not (seen := bench.observation(host)) or seen.error]
    if unread:
        raise SystemExit(f"not read: {unread[:5]} and more of {len(unread)}")
    found = {
        "first": first,
        "round": statistics.median(rounds),
        "stall": max(late),
        "late99": statistics.quantiles(late, n=100)[-1],
        "memory": peak_memory_mb(),
    }
    print(json.dumps(found), flush=True)
    desk.window.close()
    bench.close()


main()

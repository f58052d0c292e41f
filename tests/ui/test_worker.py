"""The door off the GUI thread: what comes back, in which thread, in which order."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QObject, QTimer

from azdesk.core.errors import Unreachable
from azdesk.core.progress import Job, Progress
from azdesk.ui.worker import FLUSH_MS, Worker


@pytest.fixture
def worker(qapp):
    made = Worker(threads=4)
    yield made
    assert made.shutdown()
    made.deleteLater()


def test_result_comes_in_the_gui_thread(worker, qtbot):
    seen = []
    task = worker.start(
        lambda job: threading.current_thread(),
        title="x",
        done=lambda thread: seen.append((thread, threading.current_thread())),
    )
    assert worker.tasks == (task,)
    with qtbot.waitSignal(task.finished):
        pass
    (there, here) = seen[0]
    assert here is threading.main_thread()
    assert there is not here
    assert worker.tasks == ()


def test_expected_error_is_failed_and_a_bug_is_crashed(worker, qtbot):
    failed, crashed = [], []
    worker.crashed.connect(crashed.append)

    def refuse(job: Job):
        raise Unreachable("No answer.", where="a251")

    task = worker.start(refuse, title="x", failed=failed.append)
    with qtbot.waitSignal(task.finished):
        pass
    assert str(failed[0]) == "a251: No answer."
    assert crashed == []
    task = worker.start(lambda job: 1 // 0, title="x", failed=failed.append)
    with qtbot.waitSignal(task.finished):
        pass
    assert len(failed) == 1
    assert isinstance(crashed[0], ZeroDivisionError)


def test_cancel_stops_it(worker, qtbot):
    began = threading.Event()

    def wait(job: Job):
        began.set()
        while True:
            job.check()
            time.sleep(0.002)

    told = []
    task = worker.start(wait, title="x")
    task.cancelled.connect(lambda: told.append("cancelled"))
    task.succeeded.connect(lambda _result: told.append("succeeded"))
    assert began.wait(2)
    with qtbot.waitSignal(task.finished):
        task.cancel()
    assert told == ["cancelled"]


def test_progress_comes_before_the_result_and_nothing_is_lost_at_the_end(worker, qtbot):
    order = []

    def work(job: Job):
        for at in range(10):
            job.report(Progress(text=f"step {at}", done=at + 1, total=10))
        return "done"

    task = worker.start(
        work, title="x", progress=lambda batch: order.append(batch[-1].done), done=order.append
    )
    with qtbot.waitSignal(task.finished):
        pass
    assert order[-2:] == [10, "done"]


def test_bursts_are_joined(worker, qtbot):
    batches: list[tuple[Progress, ...]] = []
    reports = 20_000

    def work(job: Job):
        for at in range(reports):
            job.report(Progress(text="looking", host=f"h{at % 200}", done=at))

    began = time.monotonic()
    task = worker.start(work, title="x", progress=batches.append)
    with qtbot.waitSignal(task.finished, timeout=20_000):
        pass
    spent_ms = (time.monotonic() - began) * 1000
    assert len(batches) <= spent_ms / FLUSH_MS + 2
    assert max(len(batch) for batch in batches) <= 200
    newest = {}
    for batch in batches:
        newest.update({progress.host: progress.done for progress in batch})
    assert newest == {f"h{at}": reports - 200 + at for at in range(200)}


def test_event_loop_breathes_while_many_results_come(worker, qtbot):
    """Each handler takes 2 ms; without slices 100 of them at once would stop the window for 200 ms."""
    gate = threading.Event()
    stalls, last = [], time.monotonic()

    def tick():
        nonlocal last
        now = time.monotonic()
        stalls.append(now - last)
        last = now

    clock = QTimer()
    clock.setInterval(1)
    clock.timeout.connect(tick)
    done = []

    def handle(_value):
        time.sleep(0.002)
        done.append(1)

    for _ in range(100):
        worker.start(lambda job: gate.wait(5), title="x", done=handle)
    gate.set()
    time.sleep(0.2)
    last = time.monotonic()
    clock.start()
    qtbot.waitUntil(lambda: len(done) == 100, timeout=10_000)
    clock.stop()
    assert sorted(stalls)[len(stalls) // 2] < 0.03
    assert len(stalls) > 5


def test_receiver_may_go_before_the_work_is_done(worker, qtbot):
    class Page(QObject):
        def take(self, value):
            raise AssertionError("a deleted page was called")

    gate = threading.Event()
    page = Page()
    task = worker.start(lambda job: gate.wait(5), title="x", done=page.take)
    page.deleteLater()
    del page
    from tests.ui.conftest import settle

    settle()
    with qtbot.waitSignal(task.finished):
        gate.set()


def test_shutdown_says_so_when_a_function_will_not_stop(qapp):
    stubborn = Worker(threads=1)
    gate = threading.Event()
    stubborn.start(lambda job: gate.wait(5), title="x")
    time.sleep(0.05)
    assert stubborn.shutdown(wait_s=0.05) is False
    gate.set()
    assert stubborn.shutdown(wait_s=2) is True
    stubborn.deleteLater()

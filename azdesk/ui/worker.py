"""The one door off the GUI thread.

`Worker.start` runs a blocking function of `azdesk.app` in a pool and hands back a `Task`, whose signals arrive in the GUI thread.
Nothing but a parameterless wake-up crosses the thread border as a Qt signal: values wait in Python containers, so a burst of
progress from hundreds of hosts costs the event loop one delivery in `FLUSH_MS`, with the newest word per host and step.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.progress import Job, Progress

FLUSH_MS: Final = 50
"""Progress reaches the window at most this often."""
SLICE_S: Final = 0.008
"""Longest time results are handed out before the event loop gets its turn."""


class Task(QObject):
    """One piece of work under way. Signals come in the GUI thread; `finished` is always the last, and always comes."""

    progressed = Signal(object)
    """tuple[Progress, ...]: the newest per host and step since the last time, oldest first."""
    succeeded = Signal(object)
    """What the function returned."""
    failed = Signal(object)
    """The `AzdeskError` it raised."""
    cancelled = Signal()
    """It stopped because it was asked to."""
    finished = Signal()

    def __init__(self, title: str, worker: Worker) -> None:
        super().__init__()
        self.title = title
        self.job = Job(self._report)
        self._worker = worker
        self._lock = threading.Lock()
        self._waiting: dict[tuple[str, object], Progress] = {}
        self.running = True

    def cancel(self) -> None:
        """Ask it to stop; returns at once."""
        self.job.cancel()

    def _report(self, progress: Progress) -> None:
        key = (progress.host, progress.step)
        with self._lock:
            self._waiting.pop(key, None)
            self._waiting[key] = progress
        self._worker.progress_waits(self)

    def flush(self) -> None:
        """Hand out the progress that waits (GUI thread)."""
        with self._lock:
            waiting = tuple(self._waiting.values())
            self._waiting.clear()
        if waiting:
            self.progressed.emit(waiting)


class Worker(QObject):
    """A pool of threads for blocking functions; made once, shut down once.

    Args:
        threads: how many functions run at the same time; the rest wait their turn.
    """

    crashed = Signal(object)
    """An exception outside the error tree: a bug, for the crash dialog."""
    activity = Signal()
    """A task started or finished; look at `tasks`."""
    _wake = Signal()

    def __init__(self, threads: int = 8, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread_prefix = f"azdesk-worker-{id(self):x}"
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=self._thread_prefix)
        self._lock = threading.Lock()
        self._inbox: deque[Callable[[], None]] = deque()
        self._noisy: dict[Task, None] = {}
        self._awake = False
        self._closed = False
        self._tasks: dict[Task, None] = {}
        self._wake.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._flush_timer = QTimer(self)
        self._flush_timer.setSingleShot(True)
        self._flush_timer.setInterval(FLUSH_MS)
        self._flush_timer.timeout.connect(self._flush)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Tasks that have not finished, oldest first."""
        return tuple(self._tasks)

    def start(
        self,
        work: Callable[[Job], object],
        *,
        title: str,
        done: Callable[..., None] | None = None,
        failed: Callable[[AzdeskError], None] | None = None,
        progress: Callable[[tuple[Progress, ...]], None] | None = None,
    ) -> Task:
        """Run `work` in the pool; the callbacks are connected to the task's signals before it can finish.

        Callbacks that are methods of a `QObject` are dropped by Qt when that object is deleted, so a page may close while its work
        goes on. An error outside `AzdeskError` goes to `crashed`, never to `failed`.
        """
        task = Task(title, self)
        if done is not None:
            task.succeeded.connect(done)
        if failed is not None:
            task.failed.connect(failed)
        if progress is not None:
            task.progressed.connect(progress)
        self._tasks[task] = None
        self._pool.submit(self._run, task, work)
        self.activity.emit()
        return task

    def shutdown(self, wait_s: float = 5.0) -> bool:
        """Cancel everything and wait; False if a thread was still busy after `wait_s` seconds.

        Nothing is delivered any more. A function that ignores cancelling keeps its thread until it returns.
        """
        with self._lock:
            self._closed = True
        for task in self._tasks:
            task.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + wait_s
        ours = [thread for thread in threading.enumerate() if thread.name.startswith(self._thread_prefix)]
        for thread in ours:
            thread.join(max(0.0, until - time.monotonic()))
        self._flush_timer.stop()
        self._tasks.clear()
        return not any(thread.is_alive() for thread in ours)

    # -- in the pool ----------------------------------------------------------------------------------------------------------

    def _run(self, task: Task, work: Callable[[Job], object]) -> None:
        outcome: Callable[[], None]
        try:
            task.job.check()
            result = work(task.job)
        except Cancelled:
            outcome = task.cancelled.emit
        except AzdeskError as error:
            outcome = _later(task.failed.emit, error)
        except Exception as error:  # the border: whatever it is, it is shown, not lost
            outcome = _later(self.crashed.emit, error)
        else:
            outcome = _later(task.succeeded.emit, result)
        self._post(_later(self._finish, task, outcome))

    def progress_waits(self, task: Task) -> None:
        """Called by `Task` from any thread: it has progress to hand out."""
        with self._lock:
            self._noisy[task] = None
        self._post(None)

    def _post(self, call: Callable[[], None] | None) -> None:
        with self._lock:
            if self._closed:
                return
            if call is not None:
                self._inbox.append(call)
            if self._awake:
                return
            self._awake = True
            self._wake.emit()

    # -- in the GUI thread ----------------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        with self._lock:
            self._awake = False
        if self._noisy and not self._flush_timer.isActive():
            self._flush_timer.start()
        until = time.monotonic() + SLICE_S
        while self._inbox and not self._closed:
            self._inbox.popleft()()
            if self._inbox and time.monotonic() > until:
                self._post(None)
                return

    def _flush(self) -> None:
        with self._lock:
            noisy = tuple(self._noisy)
            self._noisy.clear()
        for task in noisy:
            if task.running:
                task.flush()

    def _finish(self, task: Task, outcome: Callable[[], None]) -> None:
        task.flush()
        task.running = False
        self._tasks.pop(task, None)
        outcome()
        task.finished.emit()
        self.activity.emit()


def _later(call: Callable[..., None], *values: object) -> Callable[[], None]:
    return lambda: call(*values)

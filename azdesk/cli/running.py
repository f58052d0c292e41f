"""Run blocking work beside the main thread, which keeps to questions and to Ctrl+C.

One Ctrl+C cancels the work and waits until every host is whole; a second one says what leaving would mean; a
third one leaves.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from azdesk.cli import exits
from azdesk.cli.terminal import Terminal
from azdesk.core.errors import Cancelled
from azdesk.core.progress import Job, Progress

T = TypeVar("T")

STOPPING = "Stopping. Hosts that are being changed are put back first …"
LEAVING = (
    "Still waiting for hosts to be put back. Leaving now stops nothing there: a host that loses the link puts "
    "itself back, and its journal says so (azdesk journal). Press Ctrl+C once more to leave."
)

_WAKE = 0.25
"""Seconds; on Windows a signal is noticed only between two waits."""


class Runner:
    """Runs one piece of work after the other."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._inbox: queue.SimpleQueue[Callable[[], object] | str] = queue.SimpleQueue()
        self._asking = False
        self._interrupts = 0
        self.pause: Callable[[], None] = _nothing
        """Called before a question is asked while work runs: progress bars make room."""
        self.resume: Callable[[], None] = _nothing

    def run(self, work: Callable[[Job], T], on_progress: Callable[[Progress], None] | None = None) -> T:
        """Do the work in a thread of its own; its result, or what it raises.

        Raises:
            Cancelled: by Ctrl+C, if the work lets it through.
        """
        job, outcome = Job(on_progress), Future[T]()
        self._interrupts = 0

        def body() -> None:
            try:
                outcome.set_result(work(job))
            except BaseException as error:
                outcome.set_exception(error)
            self._inbox.put("done")

        with self._signals():
            threading.Thread(target=body, name="work", daemon=True).start()
            self._serve(job)
        return outcome.result()

    def ask(self, question: Callable[[], T]) -> T:
        """Ask in the main thread, from whichever thread.

        Raises:
            Cancelled: the person pressed Ctrl+C instead of answering.
        """
        if threading.current_thread() is threading.main_thread():
            return question()
        answer = Future[T]()

        def put() -> None:
            if self._interrupts:
                answer.set_exception(Cancelled())
                return
            try:
                answer.set_result(question())
            except KeyboardInterrupt:
                answer.set_exception(Cancelled())
                raise
            except BaseException as error:
                answer.set_exception(error)

        self._inbox.put(put)
        return answer.result()

    def _serve(self, job: Job) -> None:
        while True:
            try:
                item = self._inbox.get(timeout=_WAKE)
            except queue.Empty:
                continue
            if item == "done":
                return
            if item == "interrupt":
                self._interrupted(job)
            elif callable(item):
                self._question(item, job)

    def _question(self, question: Callable[[], object], job: Job) -> None:
        self.pause()
        self._asking = True
        try:
            question()
        except KeyboardInterrupt:
            self._terminal.note()
            self._interrupted(job)
        finally:
            self._asking = False
            self.resume()

    def _interrupted(self, job: Job) -> None:
        self._interrupts += 1
        if self._interrupts == 1:
            self._terminal.note(STOPPING)
            job.cancel()
        elif self._interrupts == 2:
            self._terminal.note(LEAVING)
        else:
            self._terminal.flush()
            os._exit(exits.STOPPED)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def handler(_number: int, _frame: FrameType | None) -> None:
            if self._asking:
                raise KeyboardInterrupt
            self._inbox.put("interrupt")

        names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
        before: dict[int, Any] = {}
        for name in names:
            number = getattr(signal, name)
            # A signal that the caller had ignored (nohup) stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, handler)
        try:
            yield
        finally:
            for number, old in before.items():
                signal.signal(number, old)


def _nothing() -> None:
    return

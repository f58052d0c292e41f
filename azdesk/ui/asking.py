"""The way from a worker's thread to a question for the admin, and back with the answer."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar, cast

from PySide6.QtCore import QObject, Qt, QThread, Signal

from azdesk.core.errors import Cancelled

T = TypeVar("T")


class _Question:
    def __init__(self, call: Callable[[], object]) -> None:
        self.call = call
        self.answered = threading.Event()
        self.answer: object = None
        self.error: BaseException | None = None


class Hop(QObject):
    """Runs a function in the GUI thread for a thread that waits for its result; one at a time, in order."""

    _wake = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: deque[_Question] = deque()
        self._asking = False
        self._closed = False
        self._wake.connect(self._serve, Qt.ConnectionType.QueuedConnection)

    def ask(self, call: Callable[[], T]) -> T:
        """The result of `call`, made in the GUI thread; what it raises is raised here.

        Raises:
            Cancelled: the window was closed before there was an answer.
        """
        if QThread.currentThread() is self.thread():
            return call()
        question = _Question(call)
        with self._lock:
            if self._closed:
                raise Cancelled()
            self._waiting.append(question)
        self._wake.emit()
        question.answered.wait()
        if question.error is not None:
            raise question.error
        return cast("T", question.answer)

    def close(self) -> None:
        """Let everybody go who still waits."""
        with self._lock:
            self._closed = True
            waiting = list(self._waiting)
            self._waiting.clear()
        for question in waiting:
            question.error = Cancelled()
            question.answered.set()

    def _serve(self) -> None:
        # A dialog has its own event loop, in which further questions arrive: they wait for this one's answer.
        if self._asking:
            return
        self._asking = True
        try:
            while self._waiting and not self._closed:
                self._answer(self._waiting[0])
                with self._lock:
                    if self._waiting:
                        self._waiting.popleft()
        finally:
            self._asking = False

    def _answer(self, question: _Question) -> None:
        try:
            question.answer = question.call()
        except BaseException as error:  # it belongs to the thread that asked
            question.error = error
        question.answered.set()

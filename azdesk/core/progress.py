"""Progress and cancelling, as blocking functions see them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from azdesk.core.errors import Cancelled


@dataclass(frozen=True, kw_only=True)
class Progress:
    """One sign of life of a running job."""

    text: str
    """What is being done, for people."""
    host: str = ""
    """Name of the host it is about; empty for the job as a whole."""
    done: int = 0
    """Steps finished so far."""
    total: int = 0
    """Steps in all; 0 when not known."""
    step: int = -1
    """Index of the step it is about in the host's plan; -1 for none."""
    state: str = ""
    """State of that step: one of the values of `azdesk.core.outcome.StepState`, or empty."""


class Job:
    """Handed to every blocking function of `azdesk.app`: report to it, and ask it whether to stop.

    Safe to use from several threads. `on_progress` is called in the thread that reports.
    """

    def __init__(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        self._on_progress = on_progress
        self._cancel = threading.Event()
        self._hooks: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    def report(self, progress: Progress) -> None:
        """Tell whoever watches."""
        if self._on_progress is not None:
            self._on_progress(progress)

    def cancel(self) -> None:
        """Ask the job to stop; returns at once."""
        with self._lock:
            self._cancel.set()
            hooks = list(self._hooks)
        for hook in hooks:
            hook()

    def on_cancel(self, hook: Callable[[], None]) -> Callable[[], None]:
        """Call `hook` (from the cancelling thread) when cancelled; returns a function that takes it back."""
        with self._lock:
            self._hooks.append(hook)
            already = self._cancel.is_set()
        if already:
            hook()

        def remove() -> None:
            with self._lock:
                if hook in self._hooks:
                    self._hooks.remove(hook)

        return remove

    @property
    def cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._cancel.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if stopping was asked for."""
        if self._cancel.is_set():
            raise Cancelled()

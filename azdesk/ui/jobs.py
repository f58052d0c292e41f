"""What runs in the background for one document, as the change bar shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from azdesk.core.errors import AzdeskError
from azdesk.core.progress import Job, Progress
from azdesk.ui.worker import Task, Worker

T = TypeVar("T")


@dataclass(kw_only=True)
class Running:
    """Something that runs, as the change bar shows it."""

    key: str
    title: str
    host: str = ""
    hosts: set[str] = field(default_factory=set)
    """Hosts it is at now."""
    text: str = ""
    """Newest word of it."""
    done: int = 0
    total: int = 0
    """0 while it is not known."""
    cancellable: bool = True
    hidden: bool = False
    """It goes on by itself, or is over in a moment, so the change bar does not show it."""
    quiet: bool = False
    """It only looks: hosts are not shown as busy for it."""
    per_host: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Steps done and in all, where hosts go their own pace."""

    def take(self, progress: Progress) -> None:
        """Note how it goes on."""
        if progress.host:
            self.hosts.add(progress.host)
        self.text = progress.text
        if progress.step >= 0 or progress.host in self.per_host:
            self.per_host[progress.host] = (progress.done, progress.total)
            counts = self.per_host.values()
            self.done, self.total = sum(done for done, _ in counts), sum(all_ for _, all_ in counts)
        elif progress.total:
            self.done, self.total = progress.done, progress.total


class Jobs(QObject):
    """Starts work in the background and keeps account of it; lives in the GUI thread.

    Args:
        worker: who does it.
        failed: told of an `AzdeskError` that nobody else wants.
    """

    changed = Signal()
    """Something began, went on or ended."""
    news = Signal()
    """Work went on or ended: hosts may have said something. Emitted before `changed`, and before the work's own callbacks."""

    def __init__(self, worker: Worker, failed: Callable[[AzdeskError], None], parent: QObject) -> None:
        super().__init__(parent)
        self._worker = worker
        self._unwanted = failed
        self._running: dict[Task, Running] = {}
        self._count = 0

    @property
    def running(self) -> tuple[Running, ...]:
        """What runs now, oldest first."""
        return tuple(self._running.values())

    def of(self, task: Task) -> Running:
        """The account of a task that has not finished."""
        return self._running[task]

    def run(
        self,
        work: Callable[[Job], T],
        *,
        title: str,
        host: str = "",
        hosts: Collection[str] = (),
        done: Callable[..., object] | None = None,
        failed: Callable[[AzdeskError], None] | None = None,
        progress: Callable[[tuple[Progress, ...]], None] | None = None,
        cancellable: bool = True,
        quiet: bool = False,
        hidden: bool = False,
        steps: Mapping[str, int] | None = None,
    ) -> Task:
        """Run a blocking function; see `azdesk.ui.workbench.Workbench.run`."""
        task = self._worker.start(work, title=title, done=self._heard, failed=failed or self._unwanted)
        self._count += 1
        running = Running(
            key=str(self._count),
            title=title,
            host=host,
            text=title,
            cancellable=cancellable,
            quiet=quiet,
            hidden=hidden,
        )
        running.hosts.update(hosts, (host,) if host else ())
        if steps:
            running.per_host = {name: (0, count) for name, count in steps.items()}
            running.total = sum(steps.values())
        self._running[task] = running
        task.progressed.connect(partial(self._progressed, task))
        if progress is not None:
            task.progressed.connect(progress)
        if done is not None:
            task.succeeded.connect(done)
        task.finished.connect(partial(self._ended, task))
        self.changed.emit()
        return task

    def busy(self, host: str) -> str:
        """What is being done on a host, looking apart; empty if nothing."""
        for running in self._running.values():
            if host in running.hosts and not running.quiet:
                return running.text or running.title
        return ""

    def cancel(self, key: str = "") -> None:
        """Ask a job to stop, by `Running.key`; empty: all of them."""
        for task, running in list(self._running.items()):
            if key in ("", running.key):
                task.cancel()

    def forget(self) -> None:
        """The worker is shut down: nothing will be heard of what still runs."""
        self._running.clear()

    def _progressed(self, task: Task, news: tuple[Progress, ...]) -> None:
        running = self._running.get(task)
        if running is None:
            return
        for progress in news:
            running.take(progress)
        self.news.emit()
        self.changed.emit()

    def _heard(self, _result: object) -> None:
        self.news.emit()

    def _ended(self, task: Task) -> None:
        self._running.pop(task, None)
        self.news.emit()
        self.changed.emit()

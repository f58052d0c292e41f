"""The same question to many hosts at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar

from azdesk.core.progress import Job

AT_ONCE = 32
"""Hosts at work on side by side."""
CROWD = 8
"""As many of a larger fleet: threads of all hosts and the window share one interpreter, and the window comes first."""
_HEED = 0.1
"""Seconds within which a cancelled job is heeded."""

T = TypeVar("T")


def side_by_side(
    hosts: Collection[str], ask: Callable[[str], T], job: Job, *, name: str
) -> Iterator[tuple[str, T]]:
    """Host and answer, in the order in which they come.

    Args:
        ask: called with each host, in a thread of its own; what it raises is raised here.
        name: what threads are called, for whoever looks at them.

    Raises:
        Cancelled: by the job, at once; what has been asked already is no longer waited for.
    """
    finished: SimpleQueue[Future[T]] = SimpleQueue()
    threads = len(hosts) if len(hosts) <= AT_ONCE else CROWD
    pool = ThreadPoolExecutor(max(1, threads), thread_name_prefix=name)
    try:
        futures = {pool.submit(ask, host): host for host in hosts}
        for future in futures:
            future.add_done_callback(finished.put)
        for _ in futures:
            future = _next(finished, job)
            yield futures[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _next(finished: SimpleQueue[Future[T]], job: Job) -> Future[T]:
    while True:
        job.check()
        try:
            return finished.get(timeout=_HEED)
        except Empty:
            continue

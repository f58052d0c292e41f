"""Fixtures for tests of features."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest


@pytest.fixture
def benchmark_seconds() -> Callable[[Callable[[], None]], float]:
    """CPU seconds of the quickest of many calls: what the code costs, not what else the machine does."""

    def measure(function: Callable[[], None]) -> float:
        best = float("inf")
        for _ in range(30):
            started = time.thread_time()
            function()
            best = min(best, time.thread_time() - started)
        return best

    return measure

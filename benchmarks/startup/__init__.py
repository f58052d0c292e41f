"""The window with a document of three hosts, until it can be used, against a bare PySide6 window: whole processes."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import measure

HERE = Path(__file__).parent


def run(runs: int) -> str:
    """A Markdown section."""
    sides = {
        "bare PySide6 window": lambda _: [sys.executable, str(HERE / "bare_side.py")],
        "AZDesk": lambda _: [
            sys.executable,
            str(HERE / "azdesk_side.py"),
            "resources/examples/two-hosts.toml",
        ],
    }
    environment = {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd())}
    figures = measure.in_turn(sides, runs=max(runs, 5), environment=environment, warm_up=2)
    rows = "\n".join(figures[name].row(figures["bare PySide6 window"]) for name in sides)
    return f"## startup: window usable, whole process\n\n{measure.machine()}\n\n{measure.HEAD}\n{rows}\n"

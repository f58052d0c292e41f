"""200 practice hosts refreshing: the longest stall of the window's thread, and the memory of its process.

The hosts live in a process of their own and are reached over real SSH on loopback.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import measure

HERE = Path(__file__).parent
HOSTS = 200
ROUNDS = 3


def run(runs: int) -> str:
    """A Markdown section."""
    rows = []
    for number in range(max(1, min(runs, 3))):
        found = _once()
        rows.append(
            f"| {number + 1} | {found['first']:.1f} s | {found['round']:.1f} s | {found['stall']:.0f} ms "
            f"| {found['late99']:.0f} ms | {found['memory']:.0f} MB |"
        )
    return (
        f"## window: {HOSTS} practice hosts refreshing\n\n{measure.machine()}\n\n"
        "| run | first look | a refresh, median | longest stall while refreshing | 99th percentile | memory, peak |\n"
        "|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _once() -> dict[str, float]:
    fleet = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "azdesk.practice",
            "--hosts",
            str(HOSTS),
            "--domain",
            "test.local",
            "--minutes",
            "10",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert fleet.stdin is not None
    assert fleet.stdout is not None
    try:
        document = Path(fleet.stdout.readline().strip())
        with tempfile.TemporaryDirectory() as data:
            shutil.copy(document.with_name("known_hosts"), Path(data) / "known_hosts")
            done = subprocess.run(
                [sys.executable, str(HERE / "azdesk_side.py"), str(document), str(ROUNDS)],
                env={"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd()), "AZDESK_DATA": data, "HOME": data,
                     "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
                capture_output=True, text=True, timeout=400, check=False,
            )  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"the window ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return found
    finally:
        fleet.stdin.close()
        fleet.wait(timeout=30)

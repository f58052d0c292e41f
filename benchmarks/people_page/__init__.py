"""The People page on a directory of 100,000 people, or more: first rows, keystrokes, the longest stall of the window's thread, memory.

slapd and its entries are real and on this machine; the window reaches it through its Unix socket, as root, as it does through a host.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import measure

HERE = Path(__file__).parent


def run(runs: int, people: int) -> str:
    """A Markdown section."""
    from tests.slapd import Slapd, entries

    rows = []
    with tempfile.TemporaryDirectory(prefix="azdesk-bench-") as place:
        server = Slapd(Path(place) / "slapd")
        server.load("".join(entries(people)).encode())
        with server:
            for number in range(max(1, min(runs, 3))):
                found = _once(server.folder, Path(place) / f"data{number}")
                rows.append(
                    f"| {number + 1} | {found['first']:.2f} s | {found['all']:.1f} s "
                    f"| {found['key']:.0f} ms | {found['key_most']:.0f} ms | {found['stall']:.0f} ms "
                    f"| {found['late99']:.0f} ms | {found['memory']:.0f} MB |"
                )
    return (
        f"## people_page: the People page on {people:,} people\n\n{measure.machine()}\n\n"
        "| run | first rows | all rows in order | keystroke to rows, median | most | longest stall | 99th percentile | memory, peak |\n"
        "|---|---|---|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _once(folder: Path, data: Path) -> dict[str, float]:
    data.mkdir()
    done = subprocess.run(
        [sys.executable, str(HERE / "azdesk_side.py"), str(folder)],
        env={"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd()), "AZDESK_DATA": str(data), "HOME": str(data),
             "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(f"the window ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found

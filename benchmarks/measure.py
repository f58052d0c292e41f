"""Whole processes, timed from outside, in turn: A B C A B C …, so that a change of the machine's pace hits all alike."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(kw_only=True)
class Figures:
    """What was measured of one side."""

    name: str
    wall: list[float] = field(default_factory=list)
    """Seconds, one for each run."""
    cpu: list[float] = field(default_factory=list)
    """Seconds of the process and its children on this machine."""

    @property
    def median(self) -> float:
        return statistics.median(self.wall)

    def row(self, reference: Figures) -> str:
        """A row of a Markdown table; the ratio is the median of the pairwise ratios."""
        ratio = statistics.median(
            mine / theirs for mine, theirs in zip(self.wall, reference.wall, strict=True)
        )
        return (
            f"| {self.name} | {self.median:.2f} s | {min(self.wall):.2f}–{max(self.wall):.2f} s "
            f"| {statistics.median(self.cpu):.2f} s | {ratio:.2f} |"
        )


HEAD = "| | wall, median | min–max | CPU here | ratio |\n|---|---|---|---|---|"


def in_turn(
    sides: Mapping[str, Callable[[int], Sequence[str]]],
    *,
    runs: int,
    environment: Mapping[str, str] | None = None,
    warm_up: int = 1,
) -> dict[str, Figures]:
    """Run every side's command once per run; a command gets the run's number, so that each run changes something.

    Raises:
        SystemExit: a command failed; its output is shown.
    """
    figures = {name: Figures(name=name) for name in sides}
    for number in range(-warm_up, runs):
        for name, command in sides.items():
            wall, cpu = _once(command(number), {**os.environ, **(environment or {})})
            if number >= 0:
                figures[name].wall.append(wall)
                figures[name].cpu.append(cpu)
            print(f"  {name}: {wall:.2f} s{'' if number >= 0 else ' (warm-up)'}", file=sys.stderr)
    return figures


def _once(argv: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        argv,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(argv)}\nexited with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def peak_memory_mb(argv: Sequence[str], environment: Mapping[str, str]) -> float:
    """Peak of a command's resident memory, its children not counted."""
    script = (
        "import os, sys\n"
        "pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)\n"
        "_, status, used = os.wait4(pid, 0)\n"
        "assert status == 0\n"
        "print(used.ru_maxrss / 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *argv],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    return float(done.stdout.splitlines()[-1])


def peers() -> Path:
    """The folder of programs of the environment that has the peers; made anew when its lock is another one."""
    venv, lock = Path("build/bench-venv"), Path("requirements/bench.lock")
    made_from = venv / "made-from.lock"
    if not made_from.exists() or made_from.read_bytes() != lock.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], check=True)
        argv = [str(venv / "bin/pip"), "install", "-q", "--require-hashes", "-r", str(lock)]
        subprocess.run(argv, check=True)
        made_from.write_bytes(lock.read_bytes())
    return venv / "bin"


def machine() -> str:
    """The machine in one line."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, Linux {os.uname().release.split('-')[0]}, Python {sys.version.split()[0]}, load average now, after the runs: {load}"

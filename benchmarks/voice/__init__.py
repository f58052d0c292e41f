"""The number plan: ten thousand rules over two hundred hosts checked, and ten thousand calls simulated, in one process."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import measure

HOSTS = 200
RULES = 50
"""For each host."""
CALLS = 10_000


def run(runs: int) -> str:
    """A Markdown section."""
    from azdesk.fleet.model import Fleet
    from azdesk.voice.checking import check
    from azdesk.voice.planned import planned
    from azdesk.voice.simulating import simulate

    fleet = Fleet(**document())
    chance = random.Random(1)
    calls = [(_host(chance.randrange(HOSTS)), _number(chance)) for _ in range(CALLS)]
    checks, cold, warm = [], [], []
    for _ in range(max(1, runs)):
        checks.append(_timed(lambda: check(fleet)))
        world = planned(fleet)

        def all_calls() -> None:
            for host, number in calls:
                simulate(world, host, "all", "6801", number)  # noqa: B023

        cold.append(_timed(all_calls))
        warm.append(_timed(all_calls))
    return (
        f"## voice: a plan of {HOSTS * RULES:,} rules over {HOSTS} hosts\n\n{measure.machine()}\n\n"
        "| | median | min–max |\n|---|---|---|\n"
        + _row("checked as a whole", checks)
        + _row(f"{CALLS:,} calls simulated, dial plans of all hosts derived first", cold)
        + _row(f"{CALLS:,} calls simulated", warm)
        + _window(max(1, min(runs, 3)))
    )


def _window(runs: int) -> str:
    """The page Numbers with this plan: how long the window did not answer."""
    found: list[dict[str, tuple[float, float]]] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="azdesk-bench-") as place:
            done = subprocess.run(
                [sys.executable, str(Path(__file__).with_name("window_side.py")), place],
                env={"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd()), "AZDESK_DATA": place, "HOME": place,
                     "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LANG": "C.UTF-8"},
                capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
        if done.returncode != 0:
            raise SystemExit(f"the window ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        found.append(json.loads(done.stdout.splitlines()[-1]))
    rows = "".join(
        f"| {what} | {max(one[what][0] for one in found):.0f} ms | {max(one[what][1] for one in found):.0f} ms |\n"
        for what in found[0]
    )
    return (
        "\nThe page *Numbers* with it, longest of all runs. On a busy machine stalls are also the time of others.\n\n"
        "| | longest stall | of that, work of the window's thread |\n|---|---|---|\n" + rows
    )


def document() -> dict[str, Any]:
    """Plain values of a document: a block and a prefix for each host, a trunk, fifty rules of all kinds."""
    hosts, rules, trunks = {}, {}, {}
    for index in range(HOSTS):
        name = _host(index)
        hosts[name] = {
            "address": f"10.0.{index // 250}.{index % 250 + 1}",
            "cluster": "test.local",
            "numbers": ["68XX"],
            "calls": {"prefix": f"3{index:03d}"},
        }
        trunks[f"t{index:03d}"] = {"address": f"192.0.2.{index % 250 + 1}", "hosts": [name]}
        for number in range(RULES):
            rules[f"r{index:03d}-{number}"] = {"hosts": [name], **_rule(index, number)}
    return {
        "clusters": {"test.local": {}},
        "hosts": hosts,
        "trunks": trunks,
        "rules": rules,
        "number_plan": {"scheme": "short"},
    }


def _rule(host: int, number: int) -> dict[str, Any]:
    kinds: tuple[dict[str, Any], ...] = (
        {"pattern": f"0{number:02d}.", "target": "trunk", "strip": 1, "trunks": [f"t{host:03d}"]},
        {"pattern": f"7{number:02d}X", "target": "number", "number": "6801"},
        {"pattern": f"72{number:02d}", "target": "ring-group", "members": ["6801", "6802"]},
        {
            "pattern": f"+49{host:03d}{number:02d}68XX",
            "target": "accounts",
            "strip": 8,
            "callers": [f"t{host:03d}"],
        },
        {"pattern": f"74{number:02d}", "target": "conference", "number": "1"},
    )
    return kinds[number % len(kinds)]


def _host(index: int) -> str:
    return f"h{index:03d}"


def _number(chance: random.Random) -> str:
    return chance.choice(
        (
            f"68{chance.randrange(100):02d}",
            f"3{chance.randrange(HOSTS):03d}68{chance.randrange(100):02d}",
            f"000{chance.randrange(10**6)}",
            f"701{chance.randrange(10)}",
            "7202",
            "9999",
        )
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _row(what: str, seconds: list[float]) -> str:
    return f"| {what} | {statistics.median(seconds):.2f} s | {min(seconds):.2f}–{max(seconds):.2f} s |\n"

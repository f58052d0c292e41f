"""``python -m tests.lab.faults.table [results…]``: the results of test_cuts.py as a table for docs/faults.md."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.lab.faults.test_cuts import RESULTS


def rows(files: Iterable[Path]) -> dict[tuple[str, str], dict[str, object]]:
    """The newest result of each case."""
    found = {}
    for file in files:
        for line in file.read_text().splitlines():
            row = json.loads(line)
            found[row["place"], row["kind"]] = row
    return found


def cell(row: dict[str, object]) -> str:
    if "failed" in row:
        return "**failed**"
    return f"{row['ended']}, {row['seconds']:.1f} s{' ¹' if row['forgotten'] else ''}"


def table(found: dict[tuple[str, str], dict[str, object]]) -> str:
    """One line for each case, as they were measured."""
    lines = [["place", "cut", "ended"], ["---"] * 3, *([*case, cell(row)] for case, row in found.items())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def summary(found: dict[tuple[str, str], dict[str, object]]) -> str:
    good = [row for row in found.values() if "failed" not in row]
    old, new = (sum(row["ended"] == end for row in good) for end in ("old", "new"))
    return f"{len(found)} cases: {old} ended old, {new} ended new, {len(found) - len(good)} failed."


if __name__ == "__main__":
    read = rows([Path(name) for name in sys.argv[1:]] or [RESULTS])
    print(summary(read), table(read), sep="\n\n")

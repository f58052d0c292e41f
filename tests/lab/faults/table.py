"""``python -m tests.lab.faults.table [results…]``: the results of test_cuts.py as a table for docs/faults.md."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.lab.faults.cuts import KINDS
from tests.lab.faults.test_cuts import RESULTS, every_place


def rows(files: Iterable[Path]) -> dict[tuple[str, str], dict[str, object]]:
    """The newest result of each case."""
    found = {}
    for file in files:
        for line in file.read_text().splitlines():
            row = json.loads(line)
            found[row["place"], row["kind"]] = row
    return found


def cell(row: dict[str, object] | None) -> str:
    if row is None:
        return "–"
    if "failed" in row:
        return "**failed**"
    return f"{row['ended']}, {row['seconds']:.1f} s{' ¹' if row['forgotten'] else ''}"


def table(found: dict[tuple[str, str], dict[str, object]]) -> str:
    kinds = list(KINDS)
    rows = [[place, *(cell(found.get((place, kind))) for kind in kinds)] for place in every_place()]
    lines = [["place", *kinds], ["---"] * (len(kinds) + 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def summary(found: dict[tuple[str, str], dict[str, object]]) -> str:
    good = [row for row in found.values() if "failed" not in row]
    old, new = (sum(row["ended"] == end for row in good) for end in ("old", "new"))
    return f"{len(found)} cases: {old} ended old, {new} ended new, {len(found) - len(good)} failed."


if __name__ == "__main__":
    read = rows([Path(name) for name in sys.argv[1:]] or [RESULTS])
    print(summary(read), table(read), sep="\n\n")

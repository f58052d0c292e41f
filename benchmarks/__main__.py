"""Run benchmarks and print Markdown: ``python -m benchmarks [NAME ...] [--runs N] [--people N]``; without a name all of them."""

from __future__ import annotations

import argparse
import importlib

WITH_PEOPLE = ("directory", "people", "people_page")
"""Those whose directory can be made larger."""
NAMES = (
    "fanout",
    "startup",
    "window",
    "people_page",
    "enrolment",
    "directory",
    "people",
    "voice",
    "dial_plan",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="|".join(NAMES), help="all of them by default")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each side (default 5)")
    parser.add_argument(
        "--people",
        type=int,
        default=100_000,
        help=f"how many there are in the directory (default 100000), for {', '.join(WITH_PEOPLE)}",
    )
    wanted = parser.parse_args()
    for name in wanted.names or NAMES:
        own = {"people": wanted.people} if name in WITH_PEOPLE else {}
        print(importlib.import_module(f"benchmarks.{name}").run(wanted.runs, **own), flush=True)


if __name__ == "__main__":
    main()

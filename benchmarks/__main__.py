"""Run benchmarks and print Markdown: ``python -m benchmarks [NAME ...] [--runs N]``; without a name all of them."""

from __future__ import annotations

import argparse
import importlib

NAMES = ("fanout", "startup", "window", "people_page", "enrolment", "directory", "people", "voice")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="|".join(NAMES), help="all of them by default")
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each side (default 5)")
    wanted = parser.parse_args()
    for name in wanted.names or NAMES:
        print(importlib.import_module(f"benchmarks.{name}").run(wanted.runs), flush=True)


if __name__ == "__main__":
    main()

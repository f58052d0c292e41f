"""A practice fleet as a process of its own: prints where its document is, ends with its standard input.

``python -m azdesk.practice --hosts 3`` prints the document's path as the first line. The process stops when its
standard input ends, when it is asked to (SIGINT, SIGTERM), or when its time is over.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from azdesk.practice.fleet import DEFAULT_SPEED, PracticeFleet


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m azdesk.practice", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--hosts", type=int, default=3, metavar="N", help="how many hosts (default: 3)")
    parser.add_argument(
        "--folder", type=Path, help="an empty folder for the hosts' files (default: a temporary one)"
    )
    parser.add_argument(
        "--domain", default="", help="put all application hosts into a cluster of this domain"
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=DEFAULT_SPEED,
        help="how many times faster than real software (default: 10)",
    )
    parser.add_argument(
        "--minutes", type=float, default=60.0, help="stop after so many minutes (default: 60)"
    )
    given = parser.parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        fleet = PracticeFleet.start(given.hosts, folder=given.folder, speed=given.speed)
    except (OSError, ValueError) as error:
        print(f"The practice fleet cannot start: {error}", file=sys.stderr)
        return 1
    with fleet:
        print(fleet.write_document(domain=given.domain), flush=True)
        threading.Thread(target=_watch_input, args=(ended,), name="standard input", daemon=True).start()
        if not ended.wait(given.minutes * 60):
            print(f"The practice fleet ends after {given.minutes:g} minutes.", file=sys.stderr)
    return 0


def _watch_input(ended: threading.Event) -> None:
    try:
        while os.read(sys.stdin.fileno(), 1024):
            pass
    except (OSError, ValueError):
        pass  # there is none: the same as its end
    if not ended.is_set():
        print("The practice fleet ends with its standard input.", file=sys.stderr)
    ended.set()


if __name__ == "__main__":
    sys.exit(main())

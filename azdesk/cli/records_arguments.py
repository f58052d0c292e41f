"""What can be typed after ``azdesk records``."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime

from azdesk.cli.options import Add, Parser, confirmed, positive, reaching, span


def records(command: Parser, add: Add) -> None:
    parts = command.add_subparsers(dest="part", metavar="PART", parser_class=Parser, required=True)

    def part(name: str, help_: str) -> Parser:
        return reaching(add(name, help_, into=parts), hosts="recorded by these hosts alone (repeatable)")

    listed = part("list", "recordings of all hosts, the newest first")
    _filter(listed)
    listed.add_argument("--limit", type=positive, default=50, metavar="N", help="at most N (50)")
    get = part("get", "download a recording; the host's journal notes it")
    get.add_argument("name", metavar="RECORDING", help="as list shows it")
    get.add_argument("--output", "-o", metavar="FILE", help="where to write it; its own name if not given")
    _reason(get)
    export = part("export", "download recordings into a folder, with an index as CSV; the journals note it")
    export.add_argument("folder", metavar="FOLDER", help="empty, or not there yet")
    export.add_argument("name", metavar="RECORDING", nargs="*", help="as list shows it; none: those that fit")
    _filter(export)
    _reason(export)
    delete = part("delete", "delete recordings for good; the journals note it with the reason")
    delete.add_argument("name", metavar="RECORDING", nargs="*", help="as list shows it; none: those that fit")
    _filter(delete)
    delete.add_argument("--reason", required=True, metavar="TEXT", help="why; the hosts' journals keep it")
    confirmed(delete)


def _reason(command: Parser) -> None:
    command.add_argument("--reason", default="", metavar="TEXT", help="why, for the hosts' journals")


def _filter(command: Parser) -> None:
    which = command.add_argument_group("which")
    which.add_argument(
        "--since", dest="first", type=_day, metavar="DAY", help="of 2026-01-31 or later; or 7d (ago)"
    )
    which.add_argument("--until", dest="last", type=_day, metavar="DAY", help="of that day or earlier")
    which.add_argument(
        "--number", default="", metavar="DIGITS", help="caller or callee has these digits in it"
    )
    which.add_argument("--direction", default="", choices=("in", "out"), help="calls to phones, or by trunks")
    which.add_argument(
        "--shortest", type=positive, default=0, metavar="SECONDS", help="that last at least so long"
    )
    which.add_argument(
        "--longest", type=positive, default=0, metavar="SECONDS", help="that last at most so long"
    )


def _day(text: str) -> date:
    try:
        return datetime.fromtimestamp(span(text), tz=UTC).astimezone().date()
    except (argparse.ArgumentTypeError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"“{text}” is no day: write 2026-01-31 or 7d") from None

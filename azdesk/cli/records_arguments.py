"""What can be typed after ``azdesk records``."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

_Command: TypeAlias = argparse.ArgumentParser
_Add: TypeAlias = Callable[..., Any]
"""Adds a command, see `azdesk.cli.arguments`."""


def records(command: _Command, add: _Add) -> None:
    parts = command.add_subparsers(dest="part", metavar="PART", parser_class=type(command), required=True)

    def part(name: str, help_: str) -> _Command:
        made: _Command = add(name, help_, into=parts)
        made.add_argument("fleet", metavar="FLEET", help="the document, such as office.azfleet")
        made.add_argument("--json", action="store_true", help="print the answer as JSON and nothing else")
        made.add_argument(
            "--host",
            action="append",
            default=[],
            metavar="NAME",
            help="recorded by these hosts alone (repeatable)",
        )
        made.add_argument(
            "--trust",
            action="append",
            default=[],
            metavar="SHA256:…",
            help="accept and remember a host key never seen before if it has this fingerprint (repeatable)",
        )
        return made

    listed = part("list", "recordings of all hosts, the newest first")
    _filter(listed)
    listed.add_argument("--limit", type=_count, default=50, metavar="N", help="at most N (50)")
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
    delete.add_argument("--yes", action="store_true", help="do it without asking")


def _reason(command: _Command) -> None:
    command.add_argument("--reason", default="", metavar="TEXT", help="why, for the hosts' journals")


def _filter(command: _Command) -> None:
    which = command.add_argument_group("which")
    which.add_argument("--from", dest="first", type=_day, metavar="DAY", help="of 2026-01-31 or later")
    which.add_argument("--to", dest="last", type=_day, metavar="DAY", help="of 2026-01-31 or earlier")
    which.add_argument(
        "--number", default="", metavar="DIGITS", help="caller or callee has these digits in it"
    )
    which.add_argument("--direction", default="", choices=("in", "out"), help="calls to phones, or by trunks")
    which.add_argument(
        "--longer", type=_length, default=0.0, metavar="TIME", help="that last 90s, 5m or longer"
    )
    which.add_argument(
        "--shorter", type=_length, default=0.0, metavar="TIME", help="that last 90s, 5m or less"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no day: write 2026-01-31") from None


def _length(text: str) -> float:
    match = re.fullmatch(r"(\d{1,6})([smh]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"“{text}” is no length: write 90s, 5m or 1h")
    return int(match[1]) * {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}[match[2]]


def _count(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 to 100000")
    return int(text)

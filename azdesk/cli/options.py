"""What many commands of ``azdesk`` share: how they are parsed, and options that mean the same everywhere."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Never, Protocol

from azdesk.core.errors import AzdeskError
from azdesk.fleet.store import ENDINGS


class UsageError(AzdeskError):
    """The command line cannot be understood."""


class Parser(argparse.ArgumentParser):
    """Reports mistakes as errors like all others, with exit code 1: 2 means pending changes here."""

    parts: Mapping[str, Parser] = MappingProxyType({})
    """Name → commands below it."""

    def add_subparsers(self, **options: Any) -> argparse._SubParsersAction[Parser]:  # type: ignore[override]
        made: argparse._SubParsersAction[Parser] = super().add_subparsers(**options)
        self.parts = made.choices
        return made

    def error(self, message: str) -> Never:
        # Every error begins with the program's name already.
        command = self.prog.removeprefix("azdesk").strip()
        what = f"{message[:1].upper()}{message[1:]}."
        next_step = f"{self.prog} --help explains."
        if found := _WRONG_WORD.fullmatch(message):
            from azdesk.fleet.form import meant

            word = found["word"].strip("'\"")
            what = f"There is no command “{word}”{meant(word, self.parts) or '.'}"
            if word.endswith(ENDINGS):
                what, next_step = (
                    "The command comes before the document.",
                    f"For instance: {self.prog} check {word}",
                )
        raise UsageError(what, where=command, next_step=next_step)


_WRONG_WORD = re.compile(r"argument (?:COMMAND|PART): invalid choice: (?P<word>.+) \(choose from .+\)")
"""What argparse says of a command that does not exist."""


class Add(Protocol):
    """Type of the function that adds a command."""

    def __call__(
        self, name: str, help_: str, *, into: argparse._SubParsersAction[Parser] | None = None
    ) -> Parser: ...


def document(command: Parser) -> Parser:
    command.add_argument("fleet", metavar="FLEET", help="the document, such as office.azfleet")
    command.add_argument("--json", action="store_true", help="print the answer as JSON and nothing else")
    return command


def reaching(command: Parser, *, hosts: str = "these hosts alone (repeatable)") -> Parser:
    """Options of the commands that connect to hosts."""
    document(command)
    command.add_argument("--host", action="append", default=[], metavar="NAME", help=hosts)
    return trusting(command)


def trusting(command: Parser) -> Parser:
    command.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="SHA256:…",
        help="accept and remember a host key never seen before if it has this fingerprint (repeatable)",
    )
    return command


def confirmed(command: Parser) -> Parser:
    command.add_argument("--yes", action="store_true", help="do it without asking")
    return command


def positive(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number above 0")
    return int(text)


def span(text: str) -> float:
    """Seconds since the epoch for ``90m``, ``12h``, ``7d`` (ago), or a date with or without time."""
    import time
    from datetime import datetime

    if match := re.fullmatch(r"(\d{1,6})([smhdw])", text):
        return time.time() - int(match[1]) * {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[match[2]]
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(f"“{text}” is no time: write 90m, 12h, 7d or 2026-01-31") from None


def until(text: str) -> float:
    """As `span`; a day without a time counts to its end."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return span(text)
    from datetime import datetime, timedelta

    span(text)  # a mistake is told in its words
    return (datetime.fromisoformat(text) + timedelta(days=1)).timestamp() - 1e-3

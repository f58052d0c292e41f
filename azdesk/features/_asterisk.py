"""What the features share that write Asterisk's configuration.

Each has files of its own; where a stock file does not take them in by itself, one block at its end does. How Asterisk reads
its files [main/config.c; seen in the lab, 22.10]:

- Of two sections of one name only the first counts, but ``[name](+)`` goes on with it, and of an option that comes
  twice the last one counts: a block at the end of a file has the last word.
- An ``#include`` that matches nothing, an unclosed ``[`` or a ``(+)`` without its section make the whole file invalid. A reload
  then keeps what was loaded before, prints nothing and exits with 0: only asking for what should be new tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Literal

from azdesk.core import blocks
from azdesk.core.platform import PLATFORMS, Platform
from azdesk.core.probe import Command
from azdesk.core.step import Phase, Step, Unit, Wait
from azdesk.features._base import PlanContext
from azdesk.features._files import FileSet, remove_file, write_file
from azdesk.fleet.model import Fleet

COMMENT = ";"
LOGS = ("/var/log/asterisk/messages.log", "/var/log/asterisk/messages")
"""Asterisk's log: Debian's since 12, and before."""
HEADER = (
    "; Written by AZDesk from the fleet document. Changes made here by hand are shown there as differences.\n"
)


def platform(fleet: Fleet, host: str) -> Platform:
    return PLATFORMS[fleet.hosts[host].platform]


def applies(fleet: Fleet, host: str) -> bool:
    """Whether the host is there to run Asterisk."""
    return "application" in fleet.hosts[host].roles


Recipe = Literal["pjsip", "chan_sip"]
"""Asterisk's driver for SIP: chan_sip up to 16 on Debian 11."""


def recipe_of(version: str) -> Recipe:
    """Which driver an Asterisk has, by the version of Debian's package."""
    found = re.match(r"(?:\d+:)?(\d+)", version)
    return "chan_sip" if found and int(found[1]) < 18 else "pjsip"


_REMARK = re.compile(r";--(?!-)(?:.|\n)*?--;")
_COMMENT = re.compile(r"(?<!\\);.*")


def _lines(text: str) -> Iterator[str]:
    """Lines without comments and space around them."""
    for line in _REMARK.sub("", text).split("\n"):
        # Most of a stock file's lines: told without an expression, for some have two thousand of them.
        if line and line[0] != ";":
            bare = _COMMENT.sub("", line).strip()
            if bare:
                yield bare


def has_section(text: str, name: str) -> bool:
    """Whether a file has a section of this name itself."""
    return any(re.match(rf"\[{re.escape(name)}\]", line) for line in _lines(text))


def options(text: str, section: str) -> dict[str, str]:
    """What a file itself says in one section, names in lower case."""
    found: dict[str, str] = {}
    inside = seen = False
    for line in _lines(text):
        head = re.match(r"\[([^]]*)\](?:\(([^)]*)\))?", line)
        if head:
            more = "+" in (head[2] or "")
            inside = head[1].strip() == section and (more or not seen)
            seen = seen or inside
        elif inside and "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            found[name.strip().lower()] = value.removeprefix(">").strip()
    return found


def includes(text: str, folder: str, path: str) -> bool:
    """Whether a file in a folder takes in the file of that path."""
    for line in _lines(text):
        found = re.match(r"#(?:try)?include\s+(?:\"([^\"]+)\"|<([^>]+)>|(\S+))", line)
        if found:
            pattern = found[1] or found[2] or found[3]
            if fnmatchcase(path, pattern if pattern.startswith("/") else f"{folder}/{pattern}"):
                return True
    return False


def is_true(value: str) -> bool:
    """As Asterisk takes a word for yes (ast_true)."""
    return value.lower() in ("yes", "true", "y", "t", "1", "on")


def escaped(value: str) -> str:
    """A value as it stands in a file: a semicolon would begin a comment."""
    return value.replace(";", "\\;")


def sayable(value: str) -> bool:
    """Whether a value can stand in a file at all: Asterisk takes space around it away [seen in the lab, 22.10]."""
    return value == value.strip() and value.isprintable()


def value_of(text: str) -> str:
    """The value that stands in a file in this form."""
    return text.replace("\\;", ";")


def sections(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Name and options of each section of a file itself, names of options in lower case."""
    name, found = "", dict[str, str]()
    for line in _lines(text):
        head = re.match(r"\[([^]]*)\]", line)
        if head:
            if name:
                yield name, found
            name, found = head[1].strip(), {}
        elif "=" in line and not line.startswith("#"):
            option, _, value = line.partition("=")
            found[option.strip().lower()] = value.removeprefix(">").strip()
    if name:
        yield name, found


def every(text: str, option: str) -> tuple[str, ...]:
    """All values of an option in a file itself, whatever the section."""
    found = []
    for line in _lines(text):
        name, sign, value = line.partition("=")
        if sign and name.strip().lower() == option and not line.startswith(("[", "#")):
            found.append(value_of(value.removeprefix(">").strip()))
    return tuple(found)


def bare(text: str) -> str:
    """A stock file without any block of ours."""
    return _OURS.sub("", text) if "; BEGIN AZDesk" in text else text


_OURS = re.compile(r"^; BEGIN AZDesk ([\w-]+) .*\n(?:.*\n)*?; END AZDesk \1\n?", re.MULTILINE)


def traces(files: FileSet, stock: Mapping[str, str], own: Mapping[str, str], block: str) -> bool:
    """Whether anything of a feature is there: a file of its own, or its block in a stock file.

    Args:
        files: those that were read.
        stock, own: part → path of the stock file and of the one of ours that it takes in.
        block: name of the feature's blocks.
    """
    return any(files.get(path).exists for path in own.values()) or any(
        without_block(files.text(path), block) != files.text(path) for path in stock.values()
    )


def as_written(
    files: FileSet, stock: Mapping[str, str], own: Mapping[str, str], block: str, wanted: Mapping[str, str]
) -> bool:
    """Whether our files, and the blocks that take them in, are what we write: `wanted`, path → content."""
    return all(files.get(path).text == text for path, text in wanted.items()) and all(
        included(files.text(stock[part]), block, path)
        if path in wanted
        else not files.get(path).exists
        and without_block(files.text(stock[part]), block) == files.text(stock[part])
        for part, path in own.items()
    )


def link(
    context: PlanContext, files: FileSet, path: str, block: str, own: str, *, taken_in: bool
) -> Iterator[Step]:
    """Let a stock file take in ours, or no longer."""
    there = files.get(path).exists or path in context.pending
    before = context.text(path, files.get(path).text)
    after = with_include(before, block, own) if taken_in else without_block(before, block)
    if not there and not taken_in:
        return
    if not after and files.get(path).exists and before:
        # There was none before ours.
        yield from remove_file(files, path)
        return
    yield from write_file(context, files, path, after)


def with_include(text: str, block: str, own: str) -> str:
    """A stock file with a block at its end that takes in our own file beside it."""
    return blocks.write(text, block, f'#include "{own.rpartition("/")[2]}"\n', comment=COMMENT)


def included(text: str, block: str, own: str) -> bool:
    """Whether the block takes in our file, in the words that we use."""
    body = blocks.read(text, block, COMMENT)
    return body is not None and body.strip() == f'#include "{own.rpartition("/")[2]}"'


def without_block(text: str, block: str) -> str:
    return blocks.write(text, block, "", comment=COMMENT)


def restart(on: Platform, why: str) -> Step:
    """Restart Asterisk: some of its files are read at no other time."""
    return Unit(
        title="Restart Asterisk",
        unit=on.asterisk_unit,
        action="restart",
        subject=on.asterisk_unit,
        timeout=120,
        note=why,
    )


def booted() -> Step:
    """Wait until Asterisk answers after a start."""
    return Wait(
        title="Wait until Asterisk has started",
        probe=Command(argv=("asterisk", "-rx", "core waitfullybooted"), timeout=30),
        expect="fully booted",
        phase=Phase.ACT,
        timeout=60,
        failure="Asterisk did not start. Its log says why: /var/log/asterisk/messages.log.",
    )

"""Where things stand in a TOML text: the lines for problems, the spans for edits.

Works on a text that `tomllib` has accepted, so it needs to find the structure, not to judge it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from azdesk.fleet.paths import Path, unescaped

_BLANK = re.compile(r"[ \t\r\n]*(?:#[^\n]*)?")
_KEY = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')[ \t]*""")
# After the third quote, up to two more may belong to the text.
_STRINGS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' r"|'''(?:[^']|'(?!''))*'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One key as it stands in the text, a piece of a dotted key or header perhaps."""

    path: Path
    """From the root up to and with this key."""
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Item:
    """One ``key = value``, or one element of a list."""

    path: Path
    start: int
    """Where the key begins (for an element: the value)."""
    value: int
    end: int
    """End of the value."""
    header: int
    """Index of the header it stands under."""
    inside: bool
    """Within an inline table or a list."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """One ``[table]`` or ``[[list of tables]]``; the first one stands for the root, before any header."""

    path: Path
    start: int
    """Begin of its line."""
    end: int
    """Behind the closing bracket."""
    many: bool


@dataclass(kw_only=True)
class Scan:
    """Everything found, in the order of the text."""

    text: str
    headers: list[Header] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    _newlines: list[int] = field(default_factory=list)

    def line(self, position: int) -> int:
        """1-based number of the line at a position."""
        if not self._newlines:
            self._newlines.extend(match.start() for match in re.finditer("\n", self.text))
        return bisect.bisect_left(self._newlines, position) + 1

    def line_end(self, position: int) -> int:
        """End of the line at a position, behind its newline."""
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end + 1

    def line_start(self, position: int) -> int:
        return self.text.rfind("\n", 0, position) + 1

    def places(self) -> dict[Path, int]:
        """Position of everything by its path: where it is named first."""
        places: dict[Path, int] = {}
        for part in self.parts:
            places.setdefault(part.path, part.start)
        for item in self.items:
            places.setdefault(item.path, item.start)
        for header in self.headers[1:]:
            places.setdefault(header.path, header.start)
        return places


def scan(text: str) -> Scan:
    """Find all tables, keys and values of a valid TOML text."""
    found = Scan(text=text)
    found.headers.append(Header(path=(), start=0, end=0, many=False))
    _Scanner(found).run()
    return found


def line_of(path: Path, found: Scan, places: dict[Path, int]) -> int | None:
    """The line of a path, or of the nearest table around it that is in the text; None for the root."""
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return found.line(places[path[:length]])
    return None


class _Scanner:
    def __init__(self, found: Scan) -> None:
        self.found = found
        self.text = found.text
        self.at = 0
        self.counts: dict[Path, int] = {}
        """How many tables each ``[[list]]`` has so far."""

    def run(self) -> None:
        base: Path = ()
        while True:
            self._skip()
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                base = self._header()
            else:
                self._pair(base, inside=False)

    def _skip(self) -> None:
        """Over white space, newlines and comments."""
        while match := _BLANK.match(self.text, self.at):
            if match.end() == self.at:
                return
            self.at = match.end()

    def _keys(self) -> Iterator[tuple[str, int, int]]:
        """The pieces of a dotted key with their spans."""
        while match := _KEY.match(self.text, self.at):
            bare, basic, literal = match.groups()
            key = bare if bare is not None else unescaped(basic) if basic is not None else literal
            start = match.end() - len(match.group().lstrip())
            self.at = match.end()
            yield key, start, start + len(match.group().strip())
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def _header(self) -> Path:
        start = self.found.line_start(self.at)
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        path: Path = ()
        pieces = list(self._keys())
        for index, (key, begin, end) in enumerate(pieces):
            path = (*path, key)
            self.found.parts.append(Part(path=path, start=begin, end=end))
            if many and index == len(pieces) - 1:
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:
                path = (*path, str(self.counts[path] - 1))
        self.at += 2 if many else 1
        self.found.headers.append(Header(path=path, start=start, end=self.at, many=many))
        return path

    def _pair(self, base: Path, *, inside: bool) -> None:
        start = self.at
        path = base
        for key, begin, end in self._keys():
            path = (*path, key)
            self.found.parts.append(Part(path=path, start=begin, end=end))
        self.at += 1  # the equals sign
        while self.text[self.at] in " \t":
            self.at += 1
        self._item(path, start, inside)

    def _item(self, path: Path, start: int, inside: bool) -> None:
        value = self.at
        slot = len(self.found.items)
        header = len(self.found.headers) - 1
        # The item comes before what is inside it, but its end is known only afterwards.
        self.found.items.append(
            Item(path=path, start=start, value=value, end=value, header=header, inside=inside)
        )
        self._value(path)
        self.found.items[slot] = Item(
            path=path, start=start, value=value, end=self.at, header=header, inside=inside
        )

    def _value(self, path: Path) -> None:
        first = self.text[self.at]
        if first in "\"'":
            match = _STRINGS.match(self.text, self.at)
            self.at = match.end() if match else len(self.text)
        elif first in "[{":
            self._inside(path, "]" if first == "[" else "}")
        else:
            match = _SCALAR.match(self.text, self.at)
            self.at += len(match.group().rstrip()) if match else 0

    def _inside(self, path: Path, closing: str) -> None:
        self.at += 1
        index = 0
        while True:
            self._skip()
            if self.at >= len(self.text) or self.text[self.at] == closing:
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
            elif closing == "]":
                self._item((*path, str(index)), self.at, inside=True)
                index += 1
            else:
                self._pair(path, inside=True)

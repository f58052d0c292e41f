"""Changing a document's text as little as possible: comments, order and layout of the rest stay.

The changes between two fleets become replacements of spans in the text. Whatever way the admin wrote it
(tables, dotted keys, inline tables) is kept; what is new is written as tables.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from azdesk.fleet.difference import Change, difference
from azdesk.fleet.form import ListOf, TableOf, Value, parts_of
from azdesk.fleet.model import Fleet
from azdesk.fleet.paths import Path, joined, written
from azdesk.fleet.render import section_text, value_text
from azdesk.fleet.scan import Item, Scan, scan


@dataclass(frozen=True, kw_only=True)
class Edit:
    """Replace a span of the text; an insertion has an empty span."""

    start: int
    end: int
    text: str
    table: bool = False
    """Inserts whole tables: comes behind single lines for the same place, or they would become part of it."""


def rewritten(text: str, old: Fleet, new: Fleet) -> str:
    """The text of `old` changed so that it says `new`.

    The caller must check that it does: TOML allows layouts that this does not try to keep.
    """
    crlf = "\r\n" in text and not re.search(r"(?<!\r)\n", text)
    if crlf:
        text = text.replace("\r\n", "\n")
    before = text
    changes = difference(old, new)
    for change in changes:
        if change.kind == "rename":
            text = _rename(text, change)
    text = _Page(text).changed([change for change in changes if change.kind in ("set", "add", "remove")], new)
    tables = {
        change.keys if change.kind == "order" else change.keys[:-1]
        for change in changes
        if change.kind != "set"
    }
    for table in sorted(tables):
        text = _Page(text).ordered(table, list(_at(new, table)))
    text = _tidy(text, before)
    return text.replace("\n", "\r\n") if crlf else text


def _tidy(text: str, before: str) -> str:
    """Without the doubled blank lines that moving and removing leaves, if there were none before."""
    if "\n\n\n" not in before and not re.search("\"\"\"|'''", text):
        text = re.sub(r"\n{3,}", "\n\n", text)
    return text if before.endswith("\n\n") else re.sub(r"\n\n+\Z", "\n", text)


def spliced(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; insertions at one place keep their order."""
    out: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end, edit.table)):
        if edit.start > at:
            out.append(text[at : edit.start])
        out.append(edit.text)
        at = max(at, edit.end)
    out.append(text[at:])
    return "".join(out)


def _at(fleet: Value, path: Path) -> Any:
    value: Any = fleet
    for key in path:
        value = getattr(value, key) if isinstance(value, Value) else value[key]
    return value


def _rename(text: str, change: Change) -> str:
    page = _Page(text)
    path = page.as_written(change.keys)
    spans = {(part.start, part.end) for part in page.found.parts if part.path == path}
    return spliced(text, [Edit(start=start, end=end, text=written(change.new)) for start, end in spans])


class _Page:
    """One text with all that was found in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: Scan = scan(text)
        self.items: dict[Path, Item] = {item.path: item for item in self.found.items}
        self.children: dict[Path, list[str]] = {}
        for path in self.found.places():
            self.children.setdefault(path[:-1], []).append(path[-1])
        self.edits: list[Edit] = []
        # Lines for one place are gathered, so that a new table gets one header.
        self.tables: dict[Path, tuple[int, list[str]]] = {}

    def as_written(self, path: Path) -> Path:
        """A path in the document's own spelling: names of hosts may have capitals there."""
        out: Path = ()
        form: Any = Fleet
        for key in path:
            kind = parts_of(form)[key].kind if isinstance(form, type) and key in parts_of(form) else None
            if isinstance(form, TableOf):
                spelling = next((raw for raw in self.children.get(out, ()) if _same(form, raw, key)), key)
                out, form = (*out, spelling), form.item.cls
                continue
            if isinstance(kind, TableOf):
                form = kind
            else:
                form = getattr(kind, "cls", None)
            out = (*out, key)
        return out

    def changed(self, changes: list[Change], new: Fleet) -> str:
        """The text after these changes."""
        removed = {change.keys for change in changes if change.kind == "remove"}
        came = {change.keys for change in changes if change.kind == "add"}
        for change in changes:
            if change.kind == "set":
                self._set(self.as_written(change.keys), change)
            elif change.kind == "remove":
                self._remove(self.as_written(change.keys))
            else:
                self._add_entry(change, list(_at(new, change.keys[:-1])), came | removed)
        for path, (position, lines) in self.tables.items():
            self._insert(position, f"\n[{joined(path)}]\n" + "".join(lines))
        return spliced(self.text, self.edits)

    def _insert(self, position: int, text: str) -> None:
        if position and self.text[position - 1 : position] != "\n":
            text = "\n" + text
        elif position == 0 or self.text[max(0, position - 2) : position] == "\n\n":
            text = text.removeprefix("\n") if text.startswith("\n[") else text
            if position < len(self.text) and self.text[position] != "\n" and "[" in text[:1]:
                text += "\n"
        table = text.lstrip("\n").startswith("[")
        self.edits.append(Edit(start=position, end=position, text=text, table=table))

    # Values

    def _set(self, path: Path, change: Change) -> None:
        item = self.items.get(path)
        if item is None:
            cut = [
                index for index, h in enumerate(self.found.headers) if index and h.path[: len(path)] == path
            ]
            for index in cut:  # a list written as [[tables]] becomes one value
                self._cut(*self._block(index))
            if change.new != self._default(change.keys):
                self._add_value(path, change.new)
            return
        commented = "#" in self.text[item.end : self.found.line_end(item.end)]
        if (
            change.new in ("", ())
            and change.new == self._default(change.keys)
            and not (commented or item.inside)
        ):
            start, end = self.found.line_start(item.start), self.found.line_end(item.end)
            self.edits.append(Edit(start=start, end=end, text=""))
        else:
            self.edits.append(Edit(start=item.value, end=item.end, text=self._like(item, change.new)))

    @staticmethod
    def _default(keys: Path) -> Any:
        form: Any = Fleet
        part: Any = None
        for key in keys:
            if isinstance(form, TableOf):
                form = form.item.cls
                continue
            part = parts_of(form)[key]
            form = part.kind if isinstance(part.kind, TableOf | ListOf) else getattr(part.kind, "cls", None)
        return part.default

    def _like(self, item: Item, value: Any) -> str:
        """A value in the style of the one it replaces."""
        before = self.text[item.value : item.end]
        if isinstance(value, tuple) and "\n" in before:
            return self._long_list(item, value)
        literal = before.startswith("'") and not before.startswith("'''")
        if literal and isinstance(value, str) and not re.search(r"['\x00-\x1f\x7f]", value):
            return f"'{value}'"
        return value_text(value)

    def _long_list(self, item: Item, value: tuple[Any, ...]) -> str:
        """A list with one element on each line; comments stay with their elements."""
        before: dict[str, tuple[str, str]] = {}
        at = self.text.find("\n", item.value) + 1
        opening = self.text[item.value : at]
        indent = "    "
        for index in range(len(self.found.items)):
            element = self.items.get((*item.path, str(index)))
            if element is None:
                break
            end = self.found.line_end(element.end)
            lead = self.text[at : max(at, self.found.line_start(element.start))]
            rest = re.match(r"[ \t]*,?([ \t]*#[^\n]*)?", self.text[element.end : end])
            before[self.text[element.value : element.end]] = (lead, (rest and rest[1]) or "")
            if not self.text[self.found.line_start(element.start) : element.start].strip():
                indent = self.text[self.found.line_start(element.start) : element.start]
            at = min(max(at, end), item.end)
        closing = self.text[at : item.end] if at < item.end else "]"
        lines = []
        for element_text in map(value_text, value):
            lead, comment = before.get(element_text, ("", ""))
            lines.append(f"{lead}{indent}{element_text},{comment}\n")
        return (opening if opening.strip()[1:].strip()[:1] in ("", "#") else "[\n") + "".join(lines) + closing

    def _add_value(self, path: Path, value: Any) -> None:
        """Write a key that was not there, wherever its table is or could be."""
        text = value_text(value)
        for depth in range(len(path) - 1, 0, -1):
            table, rest = path[:depth], path[depth:]
            headers = [i for i, h in enumerate(self.found.headers) if i and h.path[:depth] == table]
            own = next((i for i in headers if self.found.headers[i].path == table), None)
            if own is not None and len(rest) == 1:
                self._insert(self._end(own), f"{self._indent(own)}{written(rest[0])} = {text}\n")
            elif (inline := self.items.get(table)) is not None:
                self._add_inline(inline, f"{joined(rest)} = {text}")
            elif dotted := [i for i in self._direct(table) if len(self.found.headers[i.header].path) < depth]:
                last = dotted[-1]
                base = len(self.found.headers[last.header].path)
                start = self.found.line_start(last.start)
                line = f"{self.text[start : last.start]}{joined(path[base:])} = {text}\n"
                self._insert(self.found.line_end(last.end), line)
            elif headers and len(rest) == 1:
                self._add_to_table(path, self._block(headers[0])[0], text)
            elif headers:
                self._add_to_table(path, self._block(headers[-1])[1], text)
            else:
                continue
            return
        if len(path) == 1:
            self._add_to_root(path[0], text)
        else:
            self._add_to_table(path, len(self.text), text)

    def _add_to_table(self, path: Path, position: int, text: str) -> None:
        _, lines = self.tables.setdefault(path[:-1], (position, []))
        lines.append(f"{written(path[-1])} = {text}\n")

    def _add_to_root(self, key: str, text: str) -> None:
        items = [item for item in self.found.items if item.header == 0 and not item.inside]
        if items:
            self._insert(self.found.line_end(items[-1].end), f"{written(key)} = {text}\n")
        elif len(self.found.headers) > 1:
            self._insert(self._block(1)[0], f"{written(key)} = {text}\n\n")
        else:
            self._insert(len(self.text), f"{written(key)} = {text}\n")

    def _add_inline(self, table: Item, pair: str) -> None:
        inner = [item for item in self.found.items if item.inside and table.value < item.start < table.end]
        if not inner and not any(edit.start == table.end - 1 for edit in self.edits):
            self.edits.append(Edit(start=table.value + 1, end=table.end - 1, text=f" {pair} "))
        elif not inner:
            self.edits.append(Edit(start=table.end - 1, end=table.end - 1, text=f", {pair}"))
        else:
            last = max(item.end for item in inner)
            self.edits.append(Edit(start=last, end=last, text=f", {pair}"))

    def _direct(self, table: Path) -> list[Item]:
        """Lines whose dotted key goes through a table."""
        depth = len(table)
        return [
            i for i in self.found.items if not i.inside and len(i.path) > depth and i.path[:depth] == table
        ]

    def _indent(self, header: int) -> str:
        last = [item for item in self.found.items if item.header == header and not item.inside]
        return self.text[self.found.line_start(last[-1].start) : last[-1].start] if last else ""

    # Entries

    def _add_entry(self, change: Change, order: list[str], not_there: set[Path]) -> None:
        table = change.keys[:-1]
        raw = self.as_written(table)
        around = next((self.items[raw[:n]] for n in range(1, len(raw) + 1) if raw[:n] in self.items), None)
        if around is not None:
            self._add_inline(around, f"{joined(change.keys[len(around.path) :])} = {value_text(change.new)}")
            return
        index = order.index(change.keys[-1])
        position = None
        for name in reversed(order[:index]):
            if (*table, name) not in not_there:
                position = self._end_of_entry(self.as_written((*table, name)))
                break
        if position is None:
            headers = [i for i, h in enumerate(self.found.headers) if i and h.path[: len(table)] == table]
            later = self._later(table[0])
            if not headers and later is not None:
                text = section_text(change.keys, change.new) + "\n"
                self.edits.append(Edit(start=later, end=later, text=text, table=True))
                return
            position = self._block(headers[-1])[1] if headers else len(self.text)
        self._insert(position, "\n" + section_text(change.keys, change.new))

    def _later(self, section: str) -> int | None:
        """Where the first section begins that the model has behind this one."""
        names = list(parts_of(Fleet))
        behind = names[names.index(section) + 1 :]
        index = next((i for i, h in enumerate(self.found.headers) if i and h.path[0] in behind), None)
        return None if index is None else self._block(index)[0]

    def _end_of_entry(self, entry: Path) -> int | None:
        """Where the table that holds the last piece of an entry ends."""
        depth = len(entry)
        headers = [i for i, h in enumerate(self.found.headers) if i and h.path[:depth] == entry]
        headers += [item.header for item in self.found.items if item.path[:depth] == entry]
        last = max(headers, default=0)
        return self._block(last)[1] if last else None

    def _pieces(self, entry: Path) -> list[tuple[int, int]]:
        """Spans of everything an entry is made of."""
        depth = len(entry)
        headers = [i for i, h in enumerate(self.found.headers) if i and h.path[:depth] == entry]
        spans = [self._block(index) for index in headers]
        spans += [
            (self.found.line_start(item.start), self.found.line_end(item.end))
            for item in self.found.items
            if item.path[:depth] == entry and not item.inside and item.header not in headers
        ]
        return sorted(spans)

    def _remove(self, entry: Path) -> None:
        for start, end in self._pieces(entry):
            self._cut(start, end)
        inside = [i for i in self.found.items if i.inside and i.path[: len(entry)] == entry]
        around = [item for item in inside if not any(_within(item, other) for other in inside)]
        if around and not self._pieces(entry):
            for item in around:
                self._cut_inline(item)

    def _cut(self, start: int, end: int) -> None:
        before, after = self.text[:start], self.text[end:]
        if not before or before.endswith("\n\n"):
            blank = re.match(r"(?:[ \t]*\n)*", after)
            end += blank.end() if blank else 0
        self.edits.append(Edit(start=start, end=end, text=""))

    def _cut_inline(self, item: Item) -> None:
        behind = re.match(r"\s*,\s*", self.text[item.end :])
        if behind:
            self.edits.append(Edit(start=item.start, end=item.end + behind.end(), text=""))
        else:
            before = re.search(r"\s*,?\s*$", self.text[: item.start])
            self.edits.append(Edit(start=before.start() if before else item.start, end=item.end, text=""))

    def _end(self, header: int) -> int:
        """Behind the last line of a table."""
        items = [item for item in self.found.items if item.header == header and not item.inside]
        return self.found.line_end(items[-1].end if items else self.found.headers[header].end)

    def _block(self, header: int) -> tuple[int, int]:
        """Span of a table with the comments that stand right above it and right below its last line."""
        start = self.found.headers[header].start
        floor = self._end(header - 1) if header > 1 or self.found.items else 0
        while start > floor:
            line = self.found.line_start(start - 1)
            if line < floor or not self.text[line:start].lstrip().startswith("#"):
                break
            start = line
        end = self._end(header)
        below = re.compile(r"(?:[ \t]*#[^\n]*(?:\n|$))+(?=[ \t]*\n|$)").match(self.text, end)
        return start, below.end() if below and below.end() > end else end

    def ordered(self, table: Path, names: list[str]) -> str:
        """The text with the entries of one table in this order."""
        raw = self.as_written(table)
        data: Any = tomllib.loads(self.text)
        for key in raw:
            data = data.get(key, {})
        entries = {name: self.as_written((*table, name)) for name in names}
        if list(data) == [entry[-1] for entry in entries.values()]:
            return self.text
        pieces = {name: self._pieces(entry) for name, entry in entries.items()}
        slots = sorted((spans[0], name) for name, spans in pieces.items() if spans)
        edits = [Edit(start=s, end=e, text="") for spans in pieces.values() for s, e in spans[1:]]
        wanted = [name for name in names if pieces[name]]
        for (span, _), name in zip(slots, wanted, strict=True):
            texts = [_whole_line(self.text[start:end]) for start, end in pieces[name]]
            gap = "\n" if texts[0].lstrip().startswith(("[", "#")) else ""
            edits.append(Edit(start=span[0], end=span[1], text=gap.join(texts)))
        return spliced(self.text, edits)


def _whole_line(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _same(table: TableOf, raw: str, name: str) -> bool:
    rule = table.key.rule
    try:
        return raw == name or (rule is not None and rule.normal(raw) == name)
    except ValueError:
        return False


def _within(item: Item, other: Item) -> bool:
    return other is not item and other.start <= item.start and item.end <= other.end


def comments(text: str) -> Iterator[str]:
    """Every comment of a TOML text, without white space around it."""
    found = scan(text)
    covered = sorted((item.start, item.end) for item in found.items if not item.inside)
    gaps = zip([0, *(end for _, end in covered)], [*(start for start, _ in covered), len(text)], strict=True)
    for start, end in gaps:
        for match in re.finditer(r"#[^\n]*", text[start:end]):
            yield match.group().strip()

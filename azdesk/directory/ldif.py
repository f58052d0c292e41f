"""LDIF (RFC 2849): entries and changes as text.

Values are bytes throughout: a directory holds passwords and photographs, and their text form is the caller's business.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from azdesk.core.errors import DirectoryError

Values: TypeAlias = Sequence[bytes]
Attributes: TypeAlias = Mapping[str, Values]
"""Attribute description → values, as in the directory: more than one, in no order that means anything."""

WIDTH: Final = 76
LONGEST_LINE: Final = 16 << 20
"""Bytes of one value; a file with longer ones is no directory's."""

_SAFE = re.compile(rb"(?![ :<])[\x01-\x09\x0b\x0c\x0e-\x7f]*(?<! )\Z")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*|[0-9]+(\.[0-9]+)+")
_DESCRIPTION = re.compile(rf"(?:{_NAME.pattern})(?:;[A-Za-z0-9-]+)*")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry, or a change that adds one."""

    dn: str
    attributes: Attributes


@dataclass(frozen=True, kw_only=True)
class Change:
    """One of the values of an attribute are added, deleted or replaced (RFC 4511, 4.6)."""

    operation: Literal["add", "delete", "replace"]
    attribute: str
    values: Values = ()
    """None with ``delete`` or ``replace``: the whole attribute goes."""


@dataclass(frozen=True, kw_only=True)
class Modify:
    """Changes of one entry: all of them, or none."""

    dn: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Delete:
    """An entry goes."""

    dn: str


@dataclass(frozen=True, kw_only=True)
class Rename:
    """An entry gets another name, in another place if `superior` is given."""

    dn: str
    rdn: str
    delete_old: bool = True
    superior: str = ""


Record: TypeAlias = Entry | Modify | Delete | Rename


# -- writing ---------------------------------------------------------------------------------------------------


def written(records: Iterable[Record], *, changes: bool = False) -> Iterator[bytes]:
    """The text of records in pieces, one for each, ASCII with folded lines.

    Args:
        changes: whether entries are written as ``changetype: add``, as ldapmodify wants them.
    """
    yield b"version: 1\n"
    for record in records:
        yield b"\n" + lines(record, changes=changes)


def lines(record: Record, *, changes: bool) -> bytes:
    """The lines of one record."""
    return b"".join(_lines(record, changes))


def text(records: Iterable[Record], *, changes: bool = True) -> str:
    """The same as one text."""
    return b"".join(written(records, changes=changes)).decode("ascii")


def _lines(record: Record, changes: bool) -> Iterator[bytes]:
    yield _line("dn", record.dn.encode())
    if isinstance(record, Entry):
        if changes:
            yield b"changetype: add\n"
        yield _attribute_lines(record.attributes)
    elif isinstance(record, Modify):
        yield b"changetype: modify\n"
        for change in record.changes:
            yield _line(change.operation, change.attribute.encode())
            for value in change.values:
                yield _line(change.attribute, value)
            yield b"-\n"
    elif isinstance(record, Delete):
        yield b"changetype: delete\n"
    else:
        yield b"changetype: modrdn\n"
        yield _line("newrdn", record.rdn.encode())
        yield b"deleteoldrdn: %d\n" % record.delete_old
        if record.superior:
            yield _line("newsuperior", record.superior.encode())


def _attribute_lines(attributes: Attributes) -> bytes:
    """All lines of an entry in one go: an export has millions of them."""
    safe, out = _SAFE.match, list[bytes]()
    for name, values in attributes.items():
        head = name.encode("ascii") + b": "
        room = WIDTH - len(head)
        for value in values:
            if len(value) <= room and (value.isalnum() or safe(value)):
                out += (head, value, b"\n")
            else:
                out.append(_line(name, value))
    return b"".join(out)


def _line(name: str, value: bytes) -> bytes:
    line = name.encode("ascii") + (b": " + value if _SAFE.match(value) else b":: " + base64.b64encode(value))
    if len(line) <= WIDTH:
        return line + b"\n"
    parts = [line[:WIDTH]]
    parts += [b" " + line[at : at + WIDTH - 1] for at in range(WIDTH, len(line), WIDTH - 1)]
    return b"\n".join(parts) + b"\n"


# -- reading ---------------------------------------------------------------------------------------------------


@dataclass
class _Block:
    """The unfolded lines of one record."""

    first: int = 0
    lines: list[tuple[int, str, bytes]] = field(default_factory=list)
    """Number of the line, attribute description (or ``-``), value."""


def read(lines: Iterable[bytes], *, where: str = "") -> Iterator[Record]:
    """Records of an LDIF file, one after the other; the whole file is never held.

    Args:
        lines: of the file, with their ends, such as an open binary file gives them.
        where: the file's name, for errors.

    Raises:
        DirectoryError: with the number of the line and what is wrong there.
    """
    for block in _blocks(lines, where):
        yield _record(block, where)


def _blocks(lines: Iterable[bytes], where: str) -> Iterator[_Block]:
    block = _Block()
    for number, line in _unfolded(lines, where):
        if not line:
            if block.lines:
                yield block
            block = _Block()
            continue
        if not block.lines and line.lower().startswith(b"version:"):
            if line.partition(b":")[2].strip() != b"1":
                raise _fault(where, number, "only version 1 of LDIF is known")
            continue
        if not block.lines:
            block.first = number
        block.lines.append((number, *_parsed(line, number, where)))
    if block.lines:
        yield block


def _unfolded(lines: Iterable[bytes], where: str) -> Iterator[tuple[int, bytes]]:
    """Whole lines with the number of their first part; comments are left out."""
    whole, first, comment = bytearray(), 0, False
    started = False
    for number, raw in enumerate(lines, 1):
        line = raw.rstrip(b"\r\n")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.startswith(b" ") and started:
            if not comment:
                whole += line[1:]
                if len(whole) > LONGEST_LINE:
                    raise _fault(where, first, f"is longer than {LONGEST_LINE >> 20} MiB")
            continue
        if started and not comment:
            yield first, bytes(whole)
        started, comment, first = True, line.startswith(b"#"), number
        if len(line) > LONGEST_LINE:
            raise _fault(where, first, f"is longer than {LONGEST_LINE >> 20} MiB")
        whole = bytearray(line)
    if started and not comment:
        yield first, bytes(whole)


def _parsed(line: bytes, number: int, where: str) -> tuple[str, bytes]:
    if line == b"-":
        return "-", b""
    name, colon, value = line.partition(b":")
    try:
        description = name.decode("ascii")
    except UnicodeDecodeError:
        description = ""
    if not colon or not _DESCRIPTION.fullmatch(description):
        raise _fault(where, number, "is no “attribute: value”")
    if value.startswith(b":"):
        try:
            return description, base64.b64decode(value[1:].strip(), validate=True)
        except binascii.Error:
            raise _fault(where, number, f"the value of {description} is not base64") from None
    if value.startswith(b"<"):
        raise _fault(where, number, "names a file or URL to read, which AZDesk does not follow")
    return description, value.lstrip(b" ")


def _record(block: _Block, where: str) -> Record:
    number, name, value = block.lines[0]
    if name.lower() != "dn":
        raise _fault(where, number, f"a record begins with dn, not with {name}")
    dn = _text(value, number, where)
    rest = block.lines[1:]
    if rest and rest[0][1].lower() == "control":
        raise _fault(where, rest[0][0], "has a control, which AZDesk does not send")
    kind = "add"
    explicit = bool(rest) and rest[0][1].lower() == "changetype"
    if explicit:
        kind = _text(rest[0][2], rest[0][0], where).lower()
        rest = rest[1:]
    if kind == "add":
        return Entry(dn=dn, attributes=_attributes(rest, block.first, where))
    if kind == "delete":
        if rest:
            raise _fault(where, rest[0][0], "nothing follows “changetype: delete”")
        return Delete(dn=dn)
    if kind == "modify":
        return Modify(dn=dn, changes=tuple(_changes(rest, where)))
    if kind in ("modrdn", "moddn"):
        return _rename(dn, rest, block.first, where)
    raise _fault(where, block.first, f"there is no changetype “{kind}”")


def _attributes(lines: Sequence[tuple[int, str, bytes]], first: int, where: str) -> Attributes:
    found: dict[str, list[bytes]] = {}
    spelled: dict[str, str] = {}
    for number, name, value in lines:
        if name == "-":
            raise _fault(where, number, "a “-” belongs into a modification only")
        # Names are compared without case; the first spelling stays.
        found.setdefault(spelled.setdefault(name.lower(), name), []).append(value)
    if not found:
        raise _fault(where, first, "the entry has no attributes")
    return found


def _changes(lines: Sequence[tuple[int, str, bytes]], where: str) -> Iterator[Change]:
    at = 0
    while at < len(lines):
        number, operation, value = lines[at]
        attribute = _text(value, number, where)
        at += 1
        values: list[bytes] = []
        while at < len(lines) and lines[at][1] != "-":
            if lines[at][1].lower() != attribute.lower():
                raise _fault(where, lines[at][0], f"here only values of {attribute} can stand")
            values.append(lines[at][2])
            at += 1
        at += 1  # the “-”, which may be missing at the very end
        match operation.lower():
            case "add" | "delete" | "replace" as known:
                if known == "add" and not values:
                    raise _fault(where, number, f"no value of {attribute} is given to add")
                yield Change(operation=known, attribute=attribute, values=tuple(values))
            case _:
                raise _fault(where, number, f"“{operation}” is not add, delete or replace")


def _rename(dn: str, lines: Sequence[tuple[int, str, bytes]], first: int, where: str) -> Rename:
    given = {name.lower(): _text(value, number, where) for number, name, value in lines}
    if "newrdn" not in given or given.get("deleteoldrdn") not in ("0", "1"):
        raise _fault(where, first, "a renaming needs newrdn, and deleteoldrdn with 0 or 1")
    return Rename(
        dn=dn,
        rdn=given["newrdn"],
        delete_old=given["deleteoldrdn"] == "1",
        superior=given.get("newsuperior", ""),
    )


def _text(value: bytes, number: int, where: str) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise _fault(where, number, "is not UTF-8") from None


def _fault(where: str, number: int, what: str) -> DirectoryError:
    return DirectoryError(f"Line {number}: {what}.", where=where, next_step="Correct the file and try again.")

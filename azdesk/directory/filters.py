"""Search filters: their text (RFC 4515), and what is sent (RFC 4511, 4.5.1.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from azdesk.core.errors import DirectoryError
from azdesk.directory import ber

_TYPE: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*)(?:;[A-Za-z0-9-]+)*")
_MATCHING: Final = re.compile(rf"({_TYPE.pattern})?((?::dn)?)(?::([A-Za-z0-9.-]+))?:", re.IGNORECASE)
_HEX: Final = re.compile(r"[0-9A-Fa-f]{2}")
_DEEPEST: Final = 50


@dataclass(frozen=True)
class Junction:
    """All, any, or (with one part) not."""

    kind: Literal["and", "or", "not"]
    parts: tuple[Filter, ...]


@dataclass(frozen=True)
class Comparison:
    """An attribute has a value that is equal, greater or equal, less or equal, or like this."""

    kind: Literal["=", ">=", "<=", "~="]
    attribute: str
    value: bytes


@dataclass(frozen=True)
class Present:
    attribute: str


@dataclass(frozen=True)
class Substrings:
    """Pieces in this order; the first and the last one may be empty."""

    attribute: str
    pieces: tuple[bytes, ...]


@dataclass(frozen=True)
class Matching:
    """Compared by a rule that is named (extensible match)."""

    attribute: str
    rule: str
    value: bytes
    names_too: bool = False


Filter: TypeAlias = Junction | Comparison | Present | Substrings | Matching

JunctionKind: TypeAlias = Literal["and", "or", "not"]
ComparisonKind: TypeAlias = Literal["=", ">=", "<=", "~="]
_JUNCTIONS: Final[dict[str, JunctionKind]] = {"&": "and", "|": "or", "!": "not"}
_TAGS: Final[dict[JunctionKind, int]] = {"and": 0xA0, "or": 0xA1, "not": 0xA2}
_COMPARISONS: Final[dict[ComparisonKind, int]] = {"=": 0xA3, ">=": 0xA5, "<=": 0xA6, "~=": 0xA8}


def encoded(text: str) -> bytes:
    """A filter's text as it is sent.

    Raises:
        DirectoryError: it is no filter; says where.
    """
    return to_ber(parsed(text))


# -- text ------------------------------------------------------------------------------------------------------


def parsed(text: str) -> Filter:
    """What a filter's text means. The outermost parentheses may be left out.

    Raises:
        DirectoryError: it is no filter; says where.
    """
    whole = text.strip()
    if not whole.startswith("("):
        whole = f"({whole})"
    found, end = _filter(whole, 0, 0)
    if end != len(whole):
        raise _fault(whole, end, "the filter ends here")
    return found


def _filter(text: str, at: int, depth: int) -> tuple[Filter, int]:
    if text[at : at + 1] != "(":
        raise _fault(text, at, "a “(” belongs here")
    if depth > _DEEPEST:
        raise _fault(text, at, "it is nested too deeply")
    kind = _JUNCTIONS.get(text[at + 1 : at + 2])
    if kind is None:
        return _item(text, at + 1)
    at += 2
    parts: list[Filter] = []
    while text[at : at + 1] == "(":
        part, at = _filter(text, at, depth + 1)
        parts.append(part)
    if text[at : at + 1] != ")":
        raise _fault(text, at, "a “)” belongs here")
    if kind == "not" and len(parts) != 1:
        raise _fault(text, at, "“!” has one part")
    return Junction(kind, tuple(parts)), at + 1


def _item(text: str, at: int) -> tuple[Filter, int]:
    end = text.find(")", at)
    opened = text.find("(", at)
    if end < 0:
        raise _fault(text, len(text), "a “)” is missing")
    if 0 <= opened < end:
        raise _fault(text, opened, r"a parenthesis in a value is written \28 or \29")
    head, equals, value = text[at:end].partition("=")
    if not equals:
        raise _fault(text, at, "an “=” is missing")
    if head.endswith(":"):
        return _matching(text, at, head, value), end + 1
    kind: ComparisonKind = "="
    for known in _COMPARISONS:
        if known != "=" and head.endswith(known[0]):
            kind, head = known, head[:-1]
            break
    head = head.strip()
    if not _TYPE.fullmatch(head):
        raise _fault(text, at, "an attribute belongs here")
    if kind != "=" or "*" not in value:
        return Comparison(kind, head, _bytes(text, at, value)), end + 1
    if value == "*":
        return Present(head), end + 1
    pieces = tuple(_bytes(text, at, piece) for piece in value.split("*"))
    # Stars that stand together say no more than one.
    inner = tuple(piece for piece in pieces[1:-1] if piece)
    return Substrings(head, (pieces[0], *inner, pieces[-1])), end + 1


def _matching(text: str, at: int, head: str, value: str) -> Matching:
    found = _MATCHING.fullmatch(head)
    if found is None or not (found[1] or found[3]):
        raise _fault(text, at, "a matching rule is named like attribute:rule:=value")
    return Matching(found[1] or "", found[3] or "", _bytes(text, at, value), bool(found[2]))


def _bytes(text: str, at: int, value: str) -> bytes:
    if "\\" not in value:
        return value.encode("utf-8", "surrogatepass")
    first, *rest = value.split("\\")
    out = bytearray(first.encode("utf-8", "surrogatepass"))
    for part in rest:
        if not _HEX.match(part):
            raise _fault(text, at, r"“\” is followed by two hexadecimal digits")
        out.append(int(part[:2], 16))
        out += part[2:].encode("utf-8", "surrogatepass")
    return bytes(out)


def _fault(text: str, at: int, what: str) -> DirectoryError:
    return DirectoryError(
        f"“{text[:200]}” is no filter: at sign {at + 1}, {what}.",
        next_step="Write it like (&(objectClass=posixAccount)(uid=68*)).",
    )


# -- what is sent ----------------------------------------------------------------------------------------------


def to_ber(value: Filter) -> bytes:
    """The filter as a part of a search request."""
    if isinstance(value, Junction):
        return ber.element(_TAGS[value.kind], *(to_ber(part) for part in value.parts))
    if isinstance(value, Comparison):
        return ber.element(_COMPARISONS[value.kind], ber.octets(value.attribute), ber.octets(value.value))
    if isinstance(value, Present):
        return ber.octets(value.attribute, 0x87)
    if isinstance(value, Substrings):
        *before, last = value.pieces
        first, *inner = before
        pieces = [ber.octets(first, 0x80)] if first else []
        pieces += [ber.octets(piece, 0x81) for piece in inner]
        pieces += [ber.octets(last, 0x82)] if last else []
        return ber.element(0xA4, ber.octets(value.attribute), ber.sequence(*pieces))
    parts = [ber.octets(value.rule, 0x81)] if value.rule else []
    parts += [ber.octets(value.attribute, 0x82)] if value.attribute else []
    parts += [ber.octets(value.value, 0x83)]
    parts += [ber.boolean(True, 0x84)] if value.names_too else []
    return ber.element(0xA9, *parts)


def from_ber(reader: ber.Reader, depth: int = 0) -> Filter:
    """The filter that comes next.

    Raises:
        BerError: it is none.
    """
    if depth > _DEEPEST:
        raise ber.BerError("a filter nested too deeply")
    tag = reader.tag
    for kind, known in _TAGS.items():
        if tag == known:
            inside = reader.inside(tag)
            parts = []
            while inside.more:
                parts.append(from_ber(inside, depth + 1))
            return Junction(kind, tuple(parts))
    for sign, known in _COMPARISONS.items():
        if tag == known:
            inside = reader.inside(tag)
            return Comparison(sign, inside.text(), inside.octets())
    if tag == 0x87:
        return Present(reader.text(0x87))
    if tag == 0xA4:
        return _substrings(reader.inside(0xA4))
    if tag == 0xA9:
        return _extensible(reader.inside(0xA9))
    raise ber.BerError(f"a filter of kind {tag:#04x}")


def _substrings(inside: ber.Reader) -> Substrings:
    attribute = inside.text()
    first, inner, last = b"", [], b""
    pieces = inside.inside()
    while pieces.more:
        if pieces.tag == 0x80:
            first = pieces.octets(0x80)
        elif pieces.tag == 0x82:
            last = pieces.octets(0x82)
        else:
            inner.append(pieces.octets(0x81))
    return Substrings(attribute, (first, *inner, last))


def _extensible(inside: ber.Reader) -> Matching:
    rule = inside.text(0x81) if inside.tag == 0x81 else ""
    attribute = inside.text(0x82) if inside.tag == 0x82 else ""
    value = inside.octets(0x83)
    return Matching(attribute, rule, value, inside.boolean(0x84) if inside.tag == 0x84 else False)

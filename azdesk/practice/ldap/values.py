"""Values: which syntaxes they have, when two are the same, and which entries a filter means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from azdesk.core.errors import DirectoryError
from azdesk.directory import filters, names
from azdesk.directory.schema import Schema

Attributes = Mapping[str, Sequence[bytes]]
_STANDARD: Final = "1.3.6.1.4.1.1466.115.121.1."
_OWN_SYNTAXES: Final = {
    "OMsDirectoryString": f"{_STANDARD}15",
    "OMsIA5String": f"{_STANDARD}26",
    "OMsInteger": f"{_STANDARD}27",
    "OMsBoolean": f"{_STANDARD}7",
    "OMsDN": f"{_STANDARD}12",
    "OMsOctetString": f"{_STANDARD}40",
}
_UUID: Final = re.compile(rb"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


# -- syntaxes --------------------------------------------------------------------------------------------------


def valid(schema: Schema, name: str, value: bytes) -> bool:
    """Whether a value is as the attribute's syntax wants it; those that nothing here needs take everything."""
    syntax = schema.rule(name, "syntax").partition("{")[0]
    syntax = _OWN_SYNTAXES.get(syntax, syntax)
    if name.lower() == "objectclass":
        return schema.object_class(value.decode("utf-8", "replace")) is not None
    check = _SYNTAXES.get(syntax)
    return check is None or check(value)


def _directory_string(value: bytes) -> bool:
    try:
        return bool(value.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _dn(value: bytes) -> bool:
    try:
        names.parsed(value.decode("utf-8"))
    except (UnicodeDecodeError, DirectoryError):
        return False
    return True


_SYNTAXES: Final[dict[str, Callable[[bytes], bool]]] = {
    f"{_STANDARD}15": _directory_string,
    f"{_STANDARD}26": bytes.isascii,
    f"{_STANDARD}27": lambda value: re.fullmatch(rb"0|-?[1-9][0-9]*", value) is not None,
    f"{_STANDARD}7": lambda value: value in (b"TRUE", b"FALSE"),
    f"{_STANDARD}12": _dn,
    f"{_STANDARD}24": lambda value: (
        re.fullmatch(rb"\d{10}(\d{2}){0,2}([.,]\d+)?(Z|[+-]\d{2,4})", value) is not None
    ),
    f"{_STANDARD}36": lambda value: re.fullmatch(rb"[0-9 ]+", value) is not None,
    f"{_STANDARD}50": _directory_string,
    f"{_STANDARD}44": lambda value: bool(value) and value.isascii(),
    "1.3.6.1.1.16.1": lambda value: _UUID.fullmatch(value) is not None,
}


# -- equality --------------------------------------------------------------------------------------------------


def normal(schema: Schema, name: str, value: bytes) -> bytes:
    """A form in which two values are equal if the attribute's rule says so."""
    return _normal(schema.rule(name, "equality"), value)


@lru_cache(maxsize=1 << 16)
def _normal(rule: str, value: bytes) -> bytes:
    if rule.startswith(("caseIgnore", "caseExact", "telephone", "numeric")):
        text = " ".join(value.decode("utf-8", "replace").split(" ")).strip()
        text = re.sub(" +", " ", text)
        if rule.startswith("numeric"):
            text = text.replace(" ", "")
        if rule.startswith("telephone"):
            text = re.sub("[ -]", "", text)
        return text.encode() if rule.startswith("caseExact") else text.lower().encode()
    if rule == "distinguishedNameMatch":
        try:
            return names.comparable(value.decode("utf-8", "replace")).encode()
        except DirectoryError:
            return value.lower()
    if rule.startswith(("objectIdentifier", "UUID", "boolean")):
        return value.lower()
    return value


def order(schema: Schema, name: str, value: bytes) -> tuple[int, bytes]:
    """A key to sort by."""
    if schema.rule(name, "equality").startswith("integer"):
        try:
            return int(value), b""
        except ValueError:
            return 0, value
    return 0, normal(schema, name, value)


# -- filters ---------------------------------------------------------------------------------------------------

Getter = Callable[[str], Sequence[bytes]]
"""Values of an attribute by name, those of attributes derived from it too."""


def matches(schema: Schema, wanted: filters.Filter, get: Getter) -> bool | None:
    """Whether an entry is meant; None where nobody can say (an attribute that is not known)."""
    if isinstance(wanted, filters.Junction):
        if wanted.kind == "not":
            inner = matches(schema, wanted.parts[0], get)
            return None if inner is None else not inner
        decisive, unsure = wanted.kind == "or", False
        for part in wanted.parts:
            found = matches(schema, part, get)
            if found is decisive:
                return decisive
            unsure = unsure or found is None
        return None if unsure else not decisive
    if isinstance(wanted, filters.Matching):
        return _extensible(schema, wanted, get)
    name = wanted.attribute
    known = schema.attribute(name)
    if known is None:
        return None
    if isinstance(wanted, filters.Present):
        return bool(get(name))
    if isinstance(wanted, filters.Substrings):
        if not schema.rule(name, "substr"):
            return None
        return any(_like(_normal_piece(schema, name, value), _pieces(schema, wanted)) for value in get(name))
    if not schema.rule(name, "equality"):
        return None
    value = wanted.value
    if name.lower() == "objectclass":
        return _has_class(schema, value, get(name))
    if wanted.kind in ("=", "~="):
        mine = normal(schema, name, value)
        return any(normal(schema, name, each) == mine for each in get(name))
    if not schema.rule(name, "ordering"):
        return None
    key = order(schema, name, value)
    if wanted.kind == ">=":
        return any(order(schema, name, each) >= key for each in get(name))
    return any(order(schema, name, each) <= key for each in get(name))


def _has_class(schema: Schema, wanted: bytes, present: Sequence[bytes]) -> bool | None:
    """A class is also there where one that is derived from it is."""
    found = schema.object_class(wanted.decode("utf-8", "replace"))
    if found is None:
        return None
    return found in schema.family(value.decode("utf-8", "replace") for value in present)


def _extensible(schema: Schema, wanted: filters.Matching, get: Getter) -> bool | None:
    if not wanted.attribute or schema.attribute(wanted.attribute) is None:
        return None
    rule = wanted.rule or schema.rule(wanted.attribute, "equality")
    rule = {"2.5.13.2": "caseIgnoreMatch", "2.5.13.5": "caseExactMatch", "2.5.13.14": "integerMatch"}.get(
        rule, rule
    )
    if not rule or rule[0].isdigit():
        return None
    mine = _normal(rule, wanted.value)
    return any(_normal(rule, value) == mine for value in get(wanted.attribute))


def _normal_piece(schema: Schema, name: str, value: bytes) -> bytes:
    exact = "Exact" in schema.rule(name, "substr")
    text = re.sub(" +", " ", value.decode("utf-8", "replace"))
    return (text if exact else text.lower()).encode()


def _pieces(schema: Schema, wanted: filters.Substrings) -> list[bytes]:
    return [_normal_piece(schema, wanted.attribute, piece) for piece in wanted.pieces]


def _like(value: bytes, pieces: list[bytes]) -> bool:
    first, *inner, last = pieces
    if not value.startswith(first):
        return False
    at = len(first)
    for piece in inner:
        found = value.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(value) - at >= len(last) and value.endswith(last)


def names_in(wanted: filters.Filter) -> set[str]:
    """The attributes that a filter asks about."""
    if isinstance(wanted, filters.Junction):
        return {name for part in wanted.parts for name in names_in(part)}
    return {wanted.attribute} if wanted.attribute else set()

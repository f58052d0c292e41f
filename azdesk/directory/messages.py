"""LDAP's messages (RFC 4511): what is around a request, and answers as they come. The requests are in `requests`.

Pure: bytes in, bytes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from azdesk.directory import ber, ldif

BIND: Final = 0x60
UNBIND: Final = 0x42
SEARCH: Final = 0x63
MODIFY: Final = 0x66
ADD: Final = 0x68
DELETE: Final = 0x4A
RENAME: Final = 0x6C
COMPARE: Final = 0x6E
ABANDON: Final = 0x50
EXTENDED: Final = 0x77

BIND_DONE: Final = 0x61
ENTRY: Final = 0x64
SEARCH_DONE: Final = 0x65
REFERENCE: Final = 0x73
MODIFY_DONE: Final = 0x67
ADD_DONE: Final = 0x69
DELETE_DONE: Final = 0x6B
RENAME_DONE: Final = 0x6D
COMPARE_DONE: Final = 0x6F
EXTENDED_DONE: Final = 0x78
INTERMEDIATE: Final = 0x79

START_TLS: Final = "1.3.6.1.4.1.1466.20037"
WHO_AM_I: Final = "1.3.6.1.4.1.4203.1.11.3"
NOTICE_OF_DISCONNECTION: Final = "1.3.6.1.4.1.1466.20036"

Scope: TypeAlias = Literal["base", "one", "sub"]
SCOPES: Final[tuple[Scope, ...]] = ("base", "one", "sub")


@dataclass(frozen=True, kw_only=True)
class Control:
    """A request or an answer says more (RFC 4511, 4.1.11)."""

    oid: str
    value: bytes | None = None
    critical: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The last message of an operation."""

    kind: int
    code: int = 0
    matched: str = ""
    """The nearest entry above one that does not exist."""
    said: str = ""
    """What the server adds to the code, in English."""
    referrals: tuple[str, ...] = ()
    controls: Mapping[str, bytes] = field(default_factory=dict)
    """By OID."""
    name: str = ""
    value: bytes = b""
    """Of an extended operation, or of a SASL bind."""


# -- around a request --------------------------------------------------------------------------------------------------


def message(ident: int, operation: bytes, controls: Iterable[Control] = ()) -> bytes:
    """A whole message."""
    listed = [_control(control) for control in controls]
    return ber.sequence(ber.integer(ident), operation, *([ber.element(0xA0, *listed)] if listed else []))


def _control(control: Control) -> bytes:
    parts = [ber.octets(control.oid)]
    if control.critical:
        parts.append(ber.boolean(True))
    if control.value is not None:
        parts.append(ber.octets(control.value))
    return ber.sequence(*parts)


# -- answers ---------------------------------------------------------------------------------------------------


def opened(data: bytes) -> tuple[int, int, int]:
    """A message's number, its operation's tag, and where that begins.

    Raises:
        BerError: it is no message of LDAP.
    """
    inside = ber.Reader(data).inside()
    ident = inside.integer()
    return ident, inside.tag, inside.at


def answer(data: bytes, at: int) -> Answer:
    """The answer that begins at `at`, with its controls.

    Raises:
        BerError: it is none.
    """
    outer = ber.Reader(data, at)
    kind = outer.tag
    inside = outer.inside(kind)
    code = inside.integer(ber.ENUMERATED)
    matched = inside.octets().decode("utf-8", "replace")
    said = inside.octets().decode("utf-8", "replace")
    referrals: tuple[str, ...] = ()
    name, value = "", b""
    while inside.more:
        if inside.tag == 0xA3:
            referrals = tuple(_texts(inside.inside(0xA3)))
        elif inside.tag == 0x8A:
            name = inside.text(0x8A)
        elif inside.tag in (0x8B, 0x87):
            value = inside.octets(inside.tag)
        else:
            inside.skip()
    return Answer(
        kind=kind,
        code=code,
        matched=matched,
        said=said,
        referrals=referrals,
        controls={control.oid: control.value or b"" for control in controls(outer)},
        name=name,
        value=value,
    )


def controls(outer: ber.Reader) -> Iterable[Control]:
    """The controls at a message's end."""
    if outer.tag != 0xA0:
        return
    inside = outer.inside(0xA0)
    while inside.more:
        one = inside.inside()
        oid = one.text()
        critical = one.boolean() if one.tag == ber.BOOLEAN else False
        yield Control(oid=oid, critical=critical, value=one.octets() if one.more else None)


def _texts(inside: ber.Reader) -> Iterable[str]:
    while inside.more:
        yield inside.octets().decode("utf-8", "replace")


class _Names(dict[bytes, str]):
    """Attribute descriptions as text, each made once."""

    def __missing__(self, raw: bytes) -> str:
        if len(self) > 4096:
            self.clear()
        made = self[raw] = raw.decode("utf-8", "replace")
        return made


_NAMES: Final = _Names()


def entry(data: bytes, at: int) -> ldif.Entry:
    """The search result entry that begins at `at`.

    Written out instead of using `ber.Reader`, which would take three times as long.

    Raises:
        BerError: it is none.
    """
    try:
        dn, attributes = _entry(data, at)
    except (IndexError, UnicodeDecodeError) as error:
        raise ber.BerError("an entry that ends too early or has no readable name") from error
    return ldif.Entry(dn=dn, attributes=attributes)


def _entry(data: bytes, at: int) -> tuple[str, dict[str, list[bytes]]]:
    names, long_length = _NAMES, ber.long_length
    size = data[at + 1]
    at += 2
    if size > 127:
        size, at = long_length(data, size, at)
    last = at + size
    size = data[at + 1]
    at += 2
    if size > 127:
        size, at = long_length(data, size, at)
    dn = data[at : at + size].decode("utf-8")
    at += size
    size = data[at + 1]
    at += 2
    if size > 127:
        size, at = long_length(data, size, at)
    if at + size != last or last > len(data):
        raise ber.BerError("an entry whose parts do not fit")
    found: dict[str, list[bytes]] = {}
    while at < last:
        size = data[at + 1]
        at += 2
        if size > 127:
            size, at = long_length(data, size, at)
        end = at + size
        size = data[at + 1]
        at += 2
        if size > 127:
            size, at = long_length(data, size, at)
        name = data[at : at + size]
        at += size
        size = data[at + 1]
        at += 2
        if size > 127:
            size, at = long_length(data, size, at)
        if at + size != end:
            raise ber.BerError("an attribute whose parts do not fit")
        values = []
        while at < end:
            size = data[at + 1]
            at += 2
            if size > 127:
                size, at = long_length(data, size, at)
            values.append(data[at : at + size])
            at += size
        if at != end:
            raise ber.BerError("a value that does not fit")
        found[names[name]] = values
    if at != last:
        raise ber.BerError("an attribute that does not fit")
    return dn, found


def referrals_of(data: bytes, at: int) -> tuple[str, ...]:
    """URLs of a search result reference."""
    return tuple(_texts(ber.Reader(data, at).inside(REFERENCE)))

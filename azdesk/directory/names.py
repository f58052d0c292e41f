"""Distinguished names (RFC 4514), and text put safely into them and into search filters (RFC 4515)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, TypeAlias

from azdesk.core.errors import DirectoryError

Pair: TypeAlias = tuple[str, bytes]
"""Attribute and value."""
Rdn: TypeAlias = tuple[Pair, ...]
"""One step of a name: usually one pair."""
Name: TypeAlias = tuple[Rdn, ...]
"""From the entry itself up to the root."""

_ATTRIBUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)*")
_SPECIAL: Final = frozenset('",+;<>\\=')
_HEX: Final = re.compile(r"[0-9A-Fa-f]{2}")


# -- putting text in -------------------------------------------------------------------------------------------


def escape_filter(value: str | bytes) -> str:
    r"""A value as it may stand in a filter: whatever it has in it, it stays one value.

    Text stays readable; NUL, ``( ) * \`` and bytes that are no UTF-8 are written as ``\xx``.
    """
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError:
            return "".join(f"\\{byte:02x}" for byte in value)
    return "".join(f"\\{ord(sign):02x}" if sign in "\0()*\\" else sign for sign in value)


def escape_value(value: str) -> str:
    """A value as it may stand in a distinguished name."""
    out = []
    for at, sign in enumerate(value):
        edge = (at == 0 and sign in " #") or (at == len(value) - 1 and sign == " ")
        if ord(sign) < 0x20 or sign == "\x7f":
            out.append(f"\\{ord(sign):02X}")
        elif edge or sign in _SPECIAL:
            out.append(f"\\{sign}")
        else:
            out.append(sign)
    return "".join(out)


def child(attribute: str, value: str, parent: str) -> str:
    """The name of an entry below `parent`."""
    own = f"{attribute}={escape_value(value)}"
    return f"{own},{parent}" if parent else own


# -- taking names apart ----------------------------------------------------------------------------------------


def parsed(dn: str) -> Name:
    """The steps of a name; the empty name has none.

    Raises:
        DirectoryError: it is no distinguished name.
    """
    if not dn.strip():
        return ()
    rdns: list[Rdn] = []
    pairs: list[Pair] = []
    at = 0
    while True:
        pair, at = _pair(dn, at)
        pairs.append(pair)
        sign = dn[at : at + 1]
        if sign == "+":
            at += 1
            continue
        rdns.append(tuple(pairs))
        pairs = []
        if not sign:
            return tuple(rdns)
        at += 1


def _pair(dn: str, at: int) -> tuple[Pair, int]:
    while dn[at : at + 1] == " ":
        at += 1
    found = _ATTRIBUTE.match(dn, at)
    if found is None:
        raise _fault(dn)
    at = found.end()
    while dn[at : at + 1] == " ":
        at += 1
    if dn[at : at + 1] != "=":
        raise _fault(dn)
    at += 1
    while dn[at : at + 1] == " ":
        at += 1
    if dn[at : at + 1] == "#":
        return _hex_pair(dn, found[0], at + 1)
    value = bytearray()
    kept = 0
    while at < len(dn) and dn[at] not in ",;+":
        sign = dn[at]
        if sign == "\\":
            code = dn[at + 1 : at + 3]
            if _HEX.fullmatch(code):
                value.append(int(code, 16))
                at += 3
            elif code[:1] in {*_SPECIAL, " ", "#"}:
                value += code[0].encode()
                at += 2
            else:
                raise _fault(dn)
            kept = len(value)
            continue
        if sign in '"<>\0':
            raise _fault(dn)
        value += sign.encode("utf-8", "surrogatepass")
        at += 1
        if sign != " ":
            kept = len(value)
    return (found[0], bytes(value[:kept])), at


def _hex_pair(dn: str, attribute: str, at: int) -> tuple[Pair, int]:
    """A value written as the BER of an octet string: ``#0403616263``."""
    end = at
    while end < len(dn) and dn[end] not in ",;+":
        end += 1
    try:
        data = bytes.fromhex(dn[at:end])
    except ValueError:
        raise _fault(dn) from None
    if len(data) < 2 or data[1] != len(data) - 2:
        raise _fault(dn)
    return (attribute, data[2:]), end


def _fault(dn: str) -> DirectoryError:
    return DirectoryError(
        f"“{dn[:200]}” is no name of an entry.",
        next_step="Write it like uid=6801,ou=People,dc=company,dc=com.",
    )


def written(name: Iterable[Rdn]) -> str:
    """A name as text."""
    return ",".join("+".join(f"{kind}={_shown(value)}" for kind, value in rdn) for rdn in name)


def _shown(value: bytes) -> str:
    try:
        return escape_value(value.decode("utf-8"))
    except UnicodeDecodeError:
        return "".join(f"\\{byte:02X}" for byte in value)


# -- comparing -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1 << 14)
def comparable(dn: str) -> str:
    """A form in which two names are equal if they name the same entry.

    Values are compared without case and with runs of spaces as one, which is how the attributes that names are made of are
    compared in practice; a server may have stricter rules for some.
    """
    return key(parsed(dn))


def key(name: Iterable[Rdn]) -> str:
    """The same for a name that is taken apart."""
    return ",".join(
        "+".join(sorted(f"{kind.lower()}={_shown(_folded(value))}" for kind, value in rdn)) for rdn in name
    )


def _folded(value: bytes) -> bytes:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        return value
    lower = unicodedata.normalize("NFKC", text).lower()
    return " ".join(part for part in lower.split(" ") if part).encode()


def same(one: str, other: str) -> bool:
    """Whether two names name the same entry."""
    return comparable(one) == comparable(other)


def parent(dn: str) -> str:
    """The name of the entry above; empty at the top."""
    return written(parsed(dn)[1:])


def is_below(dn: str, base: str) -> bool:
    """Whether an entry is `base` or stands somewhere below it."""
    above = parsed(base)
    steps = parsed(dn)
    return len(steps) >= len(above) and key(steps[len(steps) - len(above) :]) == key(above)

"""Controls that AZDesk sends with searches: pages, sorting, and a window on a long list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from azdesk.directory import ber
from azdesk.directory.messages import Control

PAGED: Final = "1.2.840.113556.1.4.319"
"""Simple paged results (RFC 2696)."""
SORT: Final = "1.2.840.113556.1.4.473"
SORTED: Final = "1.2.840.113556.1.4.474"
"""Server side sorting (RFC 2891)."""
VIEW: Final = "2.16.840.1.113730.3.4.9"
VIEWED: Final = "2.16.840.1.113730.3.4.10"
"""Virtual list views (draft-ietf-ldapext-ldapv3-vlv-09)."""


@dataclass(frozen=True, kw_only=True)
class SortKey:
    """What a list is sorted by."""

    attribute: str
    reverse: bool = False
    rule: str = ""
    """Name of a matching rule for order; empty: the attribute's own."""

    @classmethod
    def of(cls, text: str) -> SortKey:
        """From ``attribute``, ``-attribute`` (backwards) or ``attribute:rule``."""
        name, _, rule = text.lstrip("-").partition(":")
        return cls(attribute=name, reverse=text.startswith("-"), rule=rule)


def paged(size: int, cookie: bytes = b"") -> Control:
    return Control(oid=PAGED, value=ber.sequence(ber.integer(size), ber.octets(cookie)), critical=True)


def page_done(value: bytes) -> tuple[int, bytes]:
    """The server's estimate of how many there are in all (0: it does not say), and the cookie (empty: this was the last page)."""
    inside = ber.Reader(value).inside()
    return inside.integer(), inside.octets()


def sort(key: SortKey, *, critical: bool = False) -> Control:
    parts = [ber.octets(key.attribute)]
    if key.rule:
        parts.append(ber.octets(key.rule, 0x80))
    if key.reverse:
        parts.append(ber.boolean(True, 0x81))
    return Control(oid=SORT, value=ber.sequence(ber.sequence(*parts)), critical=critical)


def sort_done(value: bytes) -> int:
    """The code of what came of sorting: 0 when sorted."""
    return ber.Reader(value).inside().integer(ber.ENUMERATED)


def view(offset: int, count: int, total: int, context: bytes = b"") -> Control:
    """A window on the list: `count` entries from number `offset` (from 0).

    Args:
        total: how many entries the caller believes there are; 0: whatever the server says.
        context: as the server gave it with the window before.
    """
    place = ber.element(0xA0, ber.integer(offset + 1), ber.integer(total))
    parts = [ber.integer(0), ber.integer(max(count - 1, 0)), place]
    if context:
        parts.append(ber.octets(context))
    return Control(oid=VIEW, value=ber.sequence(*parts), critical=True)


def view_done(value: bytes) -> tuple[int, int, int, bytes]:
    """Number of the window's first entry (from 0), how many there are in all, a code, and the context."""
    inside = ber.Reader(value).inside()
    position, total = inside.integer(), inside.integer()
    code = inside.integer(ber.ENUMERATED)
    return position - 1, total, code, inside.octets() if inside.more else b""

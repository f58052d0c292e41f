"""The part of BER (X.690) that LDAP uses: one-byte tags, definite lengths (RFC 4511, 5.1).

Small and quick on purpose: a directory's export is some ten million of these elements.
"""

from __future__ import annotations

from typing import Final

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
OCTETS: Final = 0x04
ENUMERATED: Final = 0x0A
SEQUENCE: Final = 0x30
SET: Final = 0x31


class BerError(ValueError):
    """The bytes are no BER, or not what should stand there."""


# -- writing ---------------------------------------------------------------------------------------------------


def element(tag: int, *parts: bytes) -> bytes:
    """An element with the joined parts as its contents."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    return element(SEQUENCE, *parts)


def octets(value: bytes | str, tag: int = OCTETS) -> bytes:
    return element(tag, value.encode() if isinstance(value, str) else value)


def integer(value: int, tag: int = INTEGER) -> bytes:
    """In two's complement, as short as it can be."""
    return element(tag, value.to_bytes((value + (value < 0)).bit_length() // 8 + 1, "big", signed=True))


def boolean(value: bool, tag: int = BOOLEAN) -> bytes:
    return element(tag, b"\xff" if value else b"\x00")


# -- reading ---------------------------------------------------------------------------------------------------


def long_length(data: bytes, first: int, at: int) -> tuple[int, int]:
    """A length of more than one byte.

    Args:
        first: its first byte, more than 0x7f.
        at: where the next one stands.

    Returns:
        The length, and where the contents begin.
    """
    count = first & 0x7F
    if not 0 < count <= 4:
        raise BerError("a length that LDAP does not have")
    return int.from_bytes(data[at : at + count], "big"), at + count


class Reader:
    """Reads elements one after the other.

    Args:
        data: bytes that hold them.
        at: where the first one begins.
        end: where the last one ends; None for the end of the data.
    """

    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes, at: int = 0, end: int | None = None) -> None:
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end

    @property
    def more(self) -> bool:
        """Whether another element follows."""
        return self.at < self.end

    @property
    def tag(self) -> int:
        """The next element's tag; 0 at the end."""
        return self.data[self.at] if self.at < self.end else 0

    def skip(self) -> tuple[int, int, int]:
        """The next element's tag, and where its contents begin and end.

        Raises:
            BerError: there is no whole one.
        """
        at = self.at
        if at + 2 > self.end:
            raise BerError("an element is missing")
        tag, size = self.data[at], self.data[at + 1]
        at += 2
        if size > 0x7F:
            size, at = long_length(self.data, size, at)
        if at + size > self.end:
            raise BerError("an element is longer than what holds it")
        self.at = at + size
        return tag, at, self.at

    def _expect(self, tag: int) -> tuple[int, int]:
        found, start, end = self.skip()
        if found != tag:
            raise BerError(f"tag {found:#04x} where {tag:#04x} belongs")
        return start, end

    def inside(self, tag: int = SEQUENCE) -> Reader:
        """A reader of what the next element holds."""
        start, end = self._expect(tag)
        return Reader(self.data, start, end)

    def octets(self, tag: int = OCTETS) -> bytes:
        start, end = self._expect(tag)
        return self.data[start:end]

    def text(self, tag: int = OCTETS) -> str:
        try:
            return self.octets(tag).decode("utf-8")
        except UnicodeDecodeError:
            raise BerError("a text that is not UTF-8") from None

    def integer(self, tag: int = INTEGER) -> int:
        start, end = self._expect(tag)
        if not 0 < end - start <= 8:
            raise BerError("a number that LDAP does not have")
        return int.from_bytes(self.data[start:end], "big", signed=True)

    def boolean(self, tag: int = BOOLEAN) -> bool:
        return self.octets(tag) != b"\x00"


class Splitter:
    """Cuts a stream of bytes into its outermost elements.

    Args:
        longest: bytes that one element may have.
    """

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._data = b""
        self._at = 0

    def feed(self, data: bytes) -> None:
        self._data = self._data[self._at :] + data
        self._at = 0

    def next(self) -> bytes | None:
        """The next whole element, or None if more bytes are needed.

        Raises:
            BerError: what comes is no sequence, or too long.
        """
        data, at = self._data, self._at
        left = len(data) - at
        if left < 2:
            return None
        if data[at] != SEQUENCE:
            raise BerError("the bytes are not LDAP")
        size, start = data[at + 1], at + 2
        if size > 0x7F:
            if left < 2 + (size & 0x7F):
                return None
            size, start = long_length(data, size, start)
        if size > self._longest:
            raise BerError(f"a message of {size} bytes")
        if start + size > len(data):
            return None
        self._at = start + size
        return data[at : self._at]

"""QR codes as plain matrices, and whether a printed one scans.

The mask is a fixed one: choosing the best of the eight costs four fifths of the time that a code takes, and readers read all of them.
(The benchmark `enrolment` measures it; the tests read every code back.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from azdesk.core.errors import EnrolmentError

if TYPE_CHECKING:
    from azdesk.enrol.payload import Payload

MASK: Final = 3
QUIET: Final = 4
"""Modules of white around a code (ISO/IEC 18004, section 6.3.8)."""
GOOD_MM: Final = 0.34
"""Side of a module from which every phone reads it: four dots of a 300 dpi printer, as Denso Wave advises."""
ROOMY_MM: Final = 0.7
"""Side of a module from which more error correction helps more than larger modules."""
LEAST_MM: Final = 0.25
"""Below this phones do not get near enough and still see it sharply."""
MOST_VERSION: Final = 25
"""117 modules: denser ones do not scan reliably, however large they are printed."""
_DOT_MM: Final = 25.4 / 600
"""Modules are a whole number of dots of an office printer, so that all are equally wide."""


class Level(StrEnum):
    """How much of a code may be dirty or torn: about 7, 15, 25 and 30 per cent."""

    L = "L"
    M = "M"
    Q = "Q"
    H = "H"


class Scans(StrEnum):
    """Whether a code of a certain size can be read."""

    GOOD = "good"
    DENSE = "dense"
    """By good cameras, with a steady hand."""
    NO = "no"


_ECI_UTF8: Final = (0b0111 << 8 | 26, 12)
"""Mode and designator (ISO/IEC 18004, section 7.4.2) with their length: what follows is UTF-8. Without it some readers take “ü” for Shift-JIS."""
_BYTES: Final = (0b0100, 4)
"""Mode of bytes."""

# The standard's own numbers for the levels, which are not in the order of their strength.
_NUMBER: Final = {Level.L: 1, Level.M: 0, Level.Q: 3, Level.H: 2}


@dataclass(frozen=True, kw_only=True)
class Code:
    """A QR code."""

    version: int
    """1 to 40; a code has 17 + 4 * version modules a side."""
    level: Level
    rows: tuple[tuple[bool, ...], ...]
    """From the top, each from the left; True is dark. Without the quiet zone."""

    @property
    def modules(self) -> int:
        """Modules a side."""
        return len(self.rows)


def version_for(data: bytes, level: Level) -> int | None:
    """The smallest version that holds the data; None: not even the largest does."""
    from qrcode.util import BIT_LIMIT_TABLE

    limits = BIT_LIMIT_TABLE[_NUMBER[level]]
    bits = 8 * len(data) + _BYTES[1] + (0 if data.isascii() else _ECI_UTF8[1])
    for version in range(1, 41):
        if bits + _count_bits(version) <= limits[version]:
            return version
    return None


def _count_bits(version: int) -> int:
    """Bits of the number of bytes (table 3)."""
    return 8 if version < 10 else 16


def module_mm(version: int, side: float) -> float:
    """Side of a module where the code with its quiet zone has `side` millimetres."""
    exact = side / (17 + 4 * version + 2 * QUIET)
    return max(1, int(exact / _DOT_MM + 1e-9)) * _DOT_MM


def scans(version: int, side: float) -> Scans:
    """Whether a code of this version can be read where it has `side` millimetres with its quiet zone."""
    if version > MOST_VERSION:
        return Scans.NO
    module = module_mm(version, side)
    return Scans.GOOD if module >= GOOD_MM else Scans.DENSE if module >= LEAST_MM else Scans.NO


def level_for(data: bytes, side: float) -> Level:
    """The level for some data on `side` millimetres: a stronger one where there is room, a weaker one for larger modules."""
    for level, wanted in ((Level.H, ROOMY_MM), (Level.Q, ROOMY_MM), (Level.M, GOOD_MM)):
        version = version_for(data, level)
        if version is not None and version <= MOST_VERSION and module_mm(version, side) >= wanted:
            return level
    return Level.L


def version_of(payload: Payload, side: float, level: Level | None = None) -> int:
    """The version of a payload's code for a place of `side` millimetres, without making it.

    Raises:
        EnrolmentError: it would be too dense to be read.
    """
    return _choose(payload, side, level)[0]


def fitting(payload: Payload, side: float, level: Level | None = None) -> Code:
    """The code of a payload for a place of `side` millimetres.

    Args:
        level: None: the strongest one that scans well there.

    Raises:
        EnrolmentError: it would be too dense to be read.
    """
    version, chosen = _choose(payload, side, level)
    return _make(payload, version, chosen)


def encode(payload: Payload, level: Level) -> Code:
    """The code of a payload, for a place of any size.

    Raises:
        EnrolmentError: it is too large for any code that scans.
    """
    return _make(payload, _version(payload, level), level)


def svg(code: Code) -> str:
    """The code as an SVG picture with its quiet zone: one path, one unit a module."""
    side = code.modules + 2 * QUIET
    runs = "".join(
        f"M{QUIET + start} {QUIET + at}h{length}v1h-{length}z"
        for at, row in enumerate(code.rows)
        for start, length in runs_of(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}mm" height="{side}mm">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{runs}" fill="#000" shape-rendering="crispEdges"/></svg>\n'
    )


def runs_of(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Runs of dark modules: first one, and how many."""
    start = -1
    for column, dark in enumerate((*row, False)):
        if dark and start < 0:
            start = column
        elif not dark and start >= 0:
            yield start, column - start
            start = -1


def _version(payload: Payload, level: Level) -> int:
    version = version_for(_data(payload), level)
    if version is None or version > MOST_VERSION:
        raise EnrolmentError(
            f"{payload.size} bytes are too many for a QR code that scans.",
            where=payload.uid,
            next_step="Choose weaker error correction, a form with less in it, or hand it over as a file.",
        )
    return version


def _choose(payload: Payload, side: float, level: Level | None) -> tuple[int, Level]:
    level = level or level_for(_data(payload), side)
    version = _version(payload, level)
    if scans(version, side) is Scans.NO:
        raise EnrolmentError(
            f"{payload.size} bytes are too many for a code of {side:.0f} mm: it would be too dense to be read.",
            where=payload.uid,
            next_step="Choose larger cards, weaker error correction, or a form with less in it.",
        )
    return version, level


def _data(payload: Payload) -> bytes:
    return payload.text.reveal().encode()


def _make(payload: Payload, version: int, level: Level) -> Code:
    import qrcode
    from qrcode.base import rs_blocks
    from qrcode.util import BitBuffer, create_bytes

    made = qrcode.QRCode(version=version, error_correction=_NUMBER[level], mask_pattern=MASK)
    blocks = rs_blocks(version, _NUMBER[level])
    buffer = BitBuffer()
    buffer.buffer = list(_codewords(_data(payload), version, sum(block.data_count for block in blocks)))
    buffer.length = 8 * len(buffer.buffer)
    # The library cannot say which encoding the text has, so it gets the codewords ready-made.
    made.data_cache = create_bytes(buffer, blocks)
    made.makeImpl(False, MASK)
    return Code(version=version, level=level, rows=tuple(tuple(map(bool, row)) for row in made.modules))


def _codewords(data: bytes, version: int, room: int) -> bytes:
    """The data as codewords, filled up to `room` (section 7.4)."""
    bits, length = 0, 0
    head = [] if data.isascii() else [_ECI_UTF8]
    for value, width in (*head, _BYTES, (len(data), _count_bits(version))):
        bits, length = bits << width | value, length + width
    bits, length = bits << 8 * len(data) | int.from_bytes(data), length + 8 * len(data)
    end = min(4, 8 * room - length)  # the terminator may be cut short
    end += -(length + end) % 8
    words = (bits << end).to_bytes((length + end) // 8)
    return words + bytes((0xEC, 0x11)[at % 2] for at in range(room - len(words)))

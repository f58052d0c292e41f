"""QR codes as plain matrices, and whether a printed one scans.

The mask is a fixed one: choosing the best of the eight costs four fifths of the time that a code takes, and readers read all of them.
(The benchmark `enrolment` measures it; the tests read every code back.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
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
ROOMY_VERSION: Final = 14
"""73 modules: above it more error correction costs more in finding the modules than it gives."""
LEAST_MM: Final = 0.25
"""Below this phones do not get near enough and still see it sharply."""
MOST_VERSION: Final = 25
"""117 modules: denser ones do not scan reliably, however large they are printed."""
DOT_MM: Final = 25.4 / 600
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

_DARK: Final = re.compile(b"\x01+")

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
    return max(1, int(exact / DOT_MM + 1e-9)) * DOT_MM


def scans(version: int, side: float) -> Scans:
    """Whether a code of this version can be read where it has `side` millimetres with its quiet zone."""
    if version > MOST_VERSION:
        return Scans.NO
    module = module_mm(version, side)
    return Scans.GOOD if module >= GOOD_MM else Scans.DENSE if module >= LEAST_MM else Scans.NO


def level_for(data: bytes, side: float) -> Level:
    """The level for some data on `side` millimetres: a stronger one where there is room, a weaker one for larger modules."""
    for level, least, most in (
        (Level.H, ROOMY_MM, ROOMY_VERSION),
        (Level.Q, ROOMY_MM, ROOMY_VERSION),
        (Level.M, GOOD_MM, MOST_VERSION),
    ):
        version = version_for(data, level)
        if version is not None and version <= most and module_mm(version, side) >= least:
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
    for run in _DARK.finditer(bytes(row)):
        yield run.start(), run.end() - run.start()


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
    blank = _blank(version, level)
    words = _codewords(_data(payload), version, sum(data for data, _ in blank.blocks))
    rows = [list(row) for row in blank.rows]
    bits = int.from_bytes(_interleaved(words, blank.blocks)) << blank.rest
    for flips, (row, column) in zip(f"{bits:0{len(blank.cells)}b}", blank.cells, strict=True):
        if flips == "1":
            rows[row][column] = not rows[row][column]
    return Code(version=version, level=level, rows=tuple(tuple(row) for row in rows))


@dataclass(frozen=True, kw_only=True)
class _Blank:
    """A code that says nothing: all data bits are 0, the mask is applied. A bit of 1 turns its module over."""

    rows: tuple[tuple[bool, ...], ...]
    cells: tuple[tuple[int, int], ...]
    """(row, column) of each data bit, in order."""
    rest: int
    """Bits at the end that carry nothing."""
    blocks: tuple[tuple[int, int], ...]
    """(data codewords, error correction codewords) of each block."""


@lru_cache(maxsize=160)
def _blank(version: int, level: Level) -> _Blank:
    """The library places the patterns and the mask, once for each version and level; what differs between codes is little."""
    import qrcode
    from qrcode.base import rs_blocks

    made = qrcode.QRCode(version=version, error_correction=_NUMBER[level], mask_pattern=MASK)
    # An empty list is all zeros: the library fills up what is missing.
    made.data_cache = []
    made.makeImpl(False, MASK)
    patterns = qrcode.main.precomputed_qr_blanks[version]
    side = len(patterns)
    reserved = {(8, at) for at in (*range(9), *range(side - 8, side))}
    reserved |= {(at, 8) for at in (*range(9), *range(side - 8, side))}
    if version >= _WITH_VERSION:
        reserved |= {(at, side - 11 + more) for at in range(6) for more in range(3)}
        reserved |= {(side - 11 + more, at) for at in range(6) for more in range(3)}
    cells = tuple(
        cell for cell in _zigzag(side) if patterns[cell[0]][cell[1]] is None and cell not in reserved
    )
    blocks = tuple(
        (block.data_count, block.total_count - block.data_count)
        for block in rs_blocks(version, _NUMBER[level])
    )
    rest = len(cells) - 8 * sum(data + correction for data, correction in blocks)
    return _Blank(
        rows=tuple(tuple(map(bool, row)) for row in made.modules), cells=cells, rest=rest, blocks=blocks
    )


_WITH_VERSION: Final = 7
"""From this version on a code says which one it is."""


def _zigzag(side: int) -> Iterator[tuple[int, int]]:
    """The way of the data through a code (section 7.7.3): up and down in columns of two, past the timing pattern."""
    upwards = True
    for right in (*range(side - 1, 6, -2), *range(5, 0, -2)):
        for row in range(side - 1, -1, -1) if upwards else range(side):
            yield row, right
            yield row, right - 1
        upwards = not upwards


def _interleaved(words: bytes, blocks: Sequence[tuple[int, int]]) -> bytes:
    """Data with its error correction, block by block in turn (section 7.6)."""
    data: list[bytes] = []
    start = 0
    for count, _ in blocks:
        data.append(words[start : start + count])
        start += count
    correction = [_correction(part, count) for part, (_, count) in zip(data, blocks, strict=True)]
    return bytes(
        part[at]
        for parts in (data, correction)
        for at in range(max(map(len, parts)))
        for part in parts
        if at < len(part)
    )


def _correction(data: bytes, count: int) -> bytes:
    """Error correction codewords: the remainder of a division, a byte at a time (section 7.5.2)."""
    table = _division(count)
    top, mask, rest = 8 * (count - 1), (1 << 8 * count) - 1, 0
    for byte in data:
        rest = (rest << 8 & mask) ^ table[rest >> top ^ byte]
    return rest.to_bytes(count)


@lru_cache(maxsize=32)
def _division(count: int) -> tuple[int, ...]:
    """What each leading byte takes away, as one number of `count` bytes."""
    from qrcode.base import gexp, glog

    # The generator polynomial: the product of (x - 2^i), coefficients from the second highest on.
    generator = [1]
    for power in range(count):
        shifted, raised = [*generator, 0], [0, *(_times(one, gexp(power)) for one in generator)]
        generator = [one ^ other for one, other in zip(shifted, raised, strict=True)]
    logs = [glog(one) for one in generator[1:]]
    return (
        0,
        *(int.from_bytes(bytes(gexp(log + glog(factor)) for log in logs)) for factor in range(1, 256)),
    )


def _times(one: int, other: int) -> int:
    """In the field of 256 elements."""
    from qrcode.base import gexp, glog

    return gexp(glog(one) + glog(other)) if one and other else 0


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

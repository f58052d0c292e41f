"""QR codes as plain matrices, and whether a printed one scans.

The mask is a fixed one: choosing the best of the eight costs four fifths of the time that a code takes, and readers read all of them.
(The benchmark `enrolment` measures it; the tests read every code back.)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from azdesk.core.errors import EnrolmentError

if TYPE_CHECKING:
    from azdesk.enrol.payload import Payload

MASK: Final = 3
QUIET: Final = 4
"""Modules of white around a code (ISO/IEC 18004, section 6.3.8)."""
BYTE_MODE_BITS: Final = 4
GOOD_MM: Final = 0.34
"""Side of a module from which every phone reads it: four dots of a 300 dpi printer, as Denso Wave advises."""
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


def version_for(size: int, level: Level) -> int | None:
    """The smallest version that holds so many bytes; None: not even the largest does."""
    from qrcode.util import BIT_LIMIT_TABLE

    limits = BIT_LIMIT_TABLE[_NUMBER[level]]
    for version in range(1, 41):
        count_bits = 8 if version < 10 else 16
        if BYTE_MODE_BITS + count_bits + 8 * size <= limits[version]:
            return version
    return None


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


def level_for(size: int, side: float) -> Level:
    """The strongest level at which so many bytes still scan well on `side` millimetres; `Level.L` if none does."""
    for level in (Level.H, Level.Q, Level.M):
        version = version_for(size, level)
        if version is not None and scans(version, side) is Scans.GOOD:
            return level
    return Level.L


def encode(payload: Payload, level: Level) -> Code:
    """The code of a payload.

    Raises:
        EnrolmentError: it is too large for any code that scans.
    """
    import qrcode
    from qrcode.util import MODE_8BIT_BYTE, QRData

    data = payload.text.reveal().encode()
    version = version_for(len(data), level)
    if version is None or version > MOST_VERSION:
        raise EnrolmentError(
            f"{len(data)} bytes are too many for a QR code that scans.",
            where=payload.uid,
            next_step="Choose a form with less in it, or hand it over as a file.",
        )
    made: qrcode.QRCode[qrcode.image.base.BaseImage] = qrcode.QRCode(
        version=version, error_correction=_NUMBER[level], mask_pattern=MASK
    )
    made.add_data(QRData(data, mode=MODE_8BIT_BYTE), optimize=0)
    made.make(fit=False)
    return Code(version=version, level=level, rows=tuple(tuple(map(bool, row)) for row in made.modules))


def fitting(payload: Payload, side: float, level: Level | None = None) -> Code:
    """The code of a payload for a place of `side` millimetres.

    Args:
        level: None: the strongest one that scans well there.

    Raises:
        EnrolmentError: it would be too dense to be read.
    """
    level = level or level_for(payload.size, side)
    version = version_for(payload.size, level)
    if version is not None and version <= MOST_VERSION and scans(version, side) is Scans.NO:
        raise EnrolmentError(
            f"{payload.size} bytes are too many for a code of {side:.0f} mm: it would be too dense to be read.",
            where=payload.uid,
            next_step="Choose larger cards, weaker error correction, or a form with less in it.",
        )
    return encode(payload, level)

"""Page sizes and layouts: where cards lie on a page. All lengths in millimetres.

Label stocks have the sizes that their makers print on the packet; where only size and gaps are given, the labels are centred on the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

_INCH: Final = 25.4


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle; y goes down."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def inside(self, margin: float) -> Box:
        """What is left within a margin."""
        return Box(
            x=self.x + margin,
            y=self.y + margin,
            width=self.width - 2 * margin,
            height=self.height - 2 * margin,
        )


class Paper(StrEnum):
    """Page sizes."""

    A4 = "A4"
    LETTER = "Letter"

    @property
    def width(self) -> float:
        return 210.0 if self is Paper.A4 else 8.5 * _INCH

    @property
    def height(self) -> float:
        return 297.0 if self is Paper.A4 else 11 * _INCH


class Kind(StrEnum):
    """What one person gets."""

    SHEET = "sheet"
    """A page, with steps."""
    CARD = "card"
    """A part of a page that is cut out along lines."""
    LABEL = "label"
    """A label of a stock: nothing is printed near its edges."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where people lie on a page."""

    key: str
    title: str
    kind: Kind
    columns: int = 1
    rows: int = 1
    paper: Paper | None = None
    """The stock's; None: any."""
    size: tuple[float, float] | None = None
    """Width and height of a label; None: what the page has room for."""
    pitch: tuple[float, float] | None = None
    """From one label to the next; None: without gaps."""

    @property
    def per_page(self) -> int:
        """People on a page."""
        return self.columns * self.rows

    def cells(self, paper: Paper) -> tuple[Box, ...]:
        """The places on a page, row by row."""
        if self.size is None:
            width = (paper.width - 2 * _MARGIN) / self.columns
            height = (paper.height - 2 * _MARGIN) / self.rows
        else:
            width, height = self.size
        step_x, step_y = self.pitch or (width, height)
        left = (paper.width - step_x * (self.columns - 1) - width) / 2
        top = (paper.height - step_y * (self.rows - 1) - height) / 2
        return tuple(
            Box(x=left + column * step_x, y=top + row * step_y, width=width, height=height)
            for row in range(self.rows)
            for column in range(self.columns)
        )


_MARGIN: Final = 10.0
"""What office printers leave white, and a bit."""


def _a4(key: str, columns: int, rows: int, width: float, height: float, gap: float) -> Layout:
    return Layout(
        key=key,
        title=f"Avery {key.upper()}: {columns * rows} labels, {width:g} × {height:g} mm",
        kind=Kind.LABEL,
        columns=columns,
        rows=rows,
        paper=Paper.A4,
        size=(width, height),
        pitch=(width + gap, height),
    )


def _letter(
    key: str, columns: int, rows: int, width: float, height: float, pitch: float, words: str
) -> Layout:
    return Layout(
        key=key,
        title=f"Avery {key}: {columns * rows} labels, {words}",
        kind=Kind.LABEL,
        columns=columns,
        rows=rows,
        paper=Paper.LETTER,
        size=(width * _INCH, height * _INCH),
        pitch=(pitch * _INCH, height * _INCH),
    )


LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {
        layout.key: layout
        for layout in (
            Layout(key="sheet", title="One sheet per person", kind=Kind.SHEET),
            Layout(key="cards-4", title="4 cards per page", kind=Kind.CARD, columns=2, rows=2),
            Layout(key="cards-8", title="8 cards per page", kind=Kind.CARD, columns=2, rows=4),
            Layout(
                key="cards-10",
                title="10 business cards, 85 × 54 mm",
                kind=Kind.CARD,
                columns=2,
                rows=5,
                size=(85.0, 54.0),
            ),
            _a4("l7165", 2, 4, 99.1, 67.7, 2.5),
            _a4("l7163", 2, 7, 99.1, 38.1, 2.5),
            _a4("l7160", 3, 7, 63.5, 38.1, 2.5),
            _letter("5164", 2, 3, 4, 10 / 3, 4.1875, "4 × 3⅓ in"),
            _letter("5163", 2, 5, 4, 2, 4.1875, "4 × 2 in"),
            _letter("5160", 3, 10, 2.625, 1, 2.75, "2⅝ × 1 in"),
        )
    }
)
"""Key → layout, in the order in which they are offered."""

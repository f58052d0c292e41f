"""Words in boxes: shrunk as far as allowed, then ended with an ellipsis; never outside.

All in units of 1/100 mm and without hinting, so that a text has the same lines on every screen, printer and in a PDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QTextLayout, QTextOption

from azdesk.core.secret import MASK, Secret
from azdesk.enrol.items import LEADING, Place, Text
from azdesk.ui.theme import ui_font

UNIT: Final = 100
"""Units in a millimetre."""
_STEP: Final = 0.94
_INDENT: Final = 1.7
"""Of steps beside their number, in sizes of letters."""
_GAP: Final = 0.3
"""Between steps, in heights of a line."""
_PLACES: Final = {Place.TOP: 0.0, Place.MIDDLE: 0.5, Place.BOTTOM: 1.0}
_SLACK: Final = 0.02
"""Of a line: boxes are as high as their lines, but for what gets lost in rounding."""
_ELLIPSIS: Final = "…"


@lru_cache(maxsize=256)
def paper_font(size: int, bold: bool) -> QFont:
    """The font of sheets, `size` units high. Shared: not to be changed."""
    font = QFont(ui_font())
    font.setPixelSize(max(1, size))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@dataclass(kw_only=True)
class Set:
    """Words with their lines, ready to be drawn."""

    lines: list[tuple[QTextLayout, QPointF]]
    """Layouts of one or more lines, each with its place within the box."""
    height: float
    fits: bool
    """Whether all words are there, and none is broken."""


def set_text(text: Text, *, reveal: bool = True) -> Set:
    """Lay the words of a box out, as large as they fit.

    Args:
        reveal: whether secrets are shown, rather than a mask.
    """
    words = [(word.reveal() if reveal else MASK) if isinstance(word, Secret) else word for word in text.words]
    width, height = text.box.width * UNIT, text.box.height * UNIT
    size = text.size * UNIT
    smallest = min(size, text.smallest * UNIT)
    while True:
        made = _at(text, words, size, width, height, last=False)
        if made.fits:
            return made
        if size <= smallest:
            return _at(text, words, smallest, width, height, last=True)
        size = max(smallest, size * _STEP)


def draw_text(painter: QPainter, text: Text, *, reveal: bool = True) -> Set:
    """Draw them; the painter's units are `UNIT` to a millimetre, its pen has the colour."""
    made = set_text(text, reveal=reveal)
    x, y = text.box.x * UNIT, text.box.y * UNIT
    y += max(0.0, text.box.height * UNIT - made.height) * _PLACES[text.place]
    for layout, place in made.lines:
        layout.draw(painter, QPointF(x + place.x(), y + place.y()))
    return made


def unprintable(made: Set) -> bool:
    """Whether some letter has no picture in any font of this computer."""
    return any(0 in run.glyphIndexes() for layout, _ in made.lines for run in layout.glyphRuns())


def _at(text: Text, words: list[str], size: float, width: float, height: float, *, last: bool) -> Set:
    """The words at one size.

    Args:
        last: there is no smaller one: break words, and leave out what does not fit.
    """
    font = paper_font(round(size), text.bold)
    leading = size * LEADING
    indent = size * _INDENT if text.numbered else 0.0
    gap = leading * _GAP if text.numbered else 0.0
    lines: list[tuple[QTextLayout, QPointF]] = []
    y, fits = 0.0, True
    for at, paragraph in enumerate(words):
        y += gap if at else 0.0
        room = int((height - y) / leading + _SLACK)
        if not room:
            fits = False
            if at or not last:
                break
            room = 1  # one line at least, even where the box is too low for it
        if text.numbered:
            lines.append((_line(font, f"{at + 1}.", indent), QPointF(0, y)))
        pieces, good = _pieces(font, paragraph, width - indent, room, wrap=text.wrap, last=last)
        fits = fits and good
        for layout in pieces:
            free = width - indent - layout.lineAt(0).naturalTextWidth()
            lines.append((layout, QPointF(indent + (max(0.0, free) if text.to_right else 0.0), y)))
            y += leading
    return Set(lines=lines, height=y, fits=fits)


def _pieces(
    font: QFont, paragraph: str, width: float, room: int, *, wrap: bool, last: bool
) -> tuple[list[QTextLayout], bool]:
    """A paragraph's lines, and whether it is whole without a broken word."""
    if not paragraph:
        return [], True
    if not wrap:
        whole = QFontMetricsF(font).horizontalAdvance(paragraph) <= width
        return [
            _line(font, paragraph if whole or not last else _elided(font, paragraph, width), width)
        ], whole
    layout = QTextLayout(paragraph, font)
    option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(
        QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere if last else QTextOption.WrapMode.WordWrap
    )
    layout.setTextOption(option)
    layout.beginLayout()
    ranges: list[tuple[int, int]] = []
    good = True
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        good = good and line.naturalTextWidth() <= width + 0.5
        ranges.append((line.textStart(), line.textLength()))
        if len(ranges) > room:
            good = False
            break
    layout.endLayout()
    # Positions count in UTF-16; Python counts letters.
    units = paragraph.encode("utf-16-le", "surrogatepass")

    def part(start: int, length: int | None = None) -> str:
        end = None if length is None else 2 * (start + length)
        return units[2 * start : end].decode("utf-16-le", "replace")

    made = [_line(font, part(start, length).rstrip(), width) for start, length in ranges[:room]]
    if len(ranges) > room and last:
        made[-1] = _line(font, _elided(font, part(ranges[room - 1][0]), width), width)
    return made, good


def _elided(font: QFont, words: str, width: float) -> str:
    shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, width)
    return shown if shown.endswith(_ELLIPSIS) or shown == words else shown + _ELLIPSIS


def _line(font: QFont, words: str, width: float) -> QTextLayout:
    layout = QTextLayout(words, font)
    option = QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(width)
    layout.endLayout()
    return layout

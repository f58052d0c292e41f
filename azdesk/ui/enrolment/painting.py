"""Paints pages of sheets with any QPainter: screen, printer and PDF alike, all as lines, areas and letters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter, QPainterPath, QPen

from azdesk.core.errors import EnrolmentError
from azdesk.enrol.items import CodePlace, Frame, Ink, Logo, Page, Text
from azdesk.enrol.layouts import Box
from azdesk.enrol.qr import DOT_MM, QUIET, Code, module_mm, runs_of
from azdesk.ui.enrolment.lettering import UNIT, draw_text, unprintable

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

INKS: Final = {Ink.TEXT: "#000000", Ink.QUIET: "#555555", Ink.WARNING: "#9B1C1C"}
"""On paper: dark enough for a bad copier."""
_GROUNDS: Final = {Ink.TEXT: "#F2F2F2", Ink.QUIET: "#F2F2F2", Ink.WARNING: "#FBECEC"}
_MASKED: Final = "#B4BAC4"
_MASKED_GROUND: Final = "#ECEEF1"
_DOT: Final = DOT_MM * UNIT
_HAIR: Final = 0.15
"""Width of a line, in mm."""
_LOGO_PIXELS: Final = 1200
"""Longest side of a logo as it is printed: 16 mm at more than 600 dots an inch."""
_LOGO_BYTES: Final = 20 * 2**20


class LogoPicture:
    """A logo, as pixels or as SVG.

    Args:
        path: an image in a format that Qt reads.

    Raises:
        EnrolmentError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._image: QImage | None = None
        self._svg: QSvgRenderer | None = None
        try:
            if path.stat().st_size > _LOGO_BYTES:
                raise self._refused(path, "it is larger than 20 MB")
            data = QByteArray(path.read_bytes())
        except OSError as error:
            raise self._refused(path, error.strerror or str(error)) from error
        if path.suffix.lower() in (".svg", ".svgz"):
            from PySide6.QtSvg import QSvgRenderer

            self._svg = QSvgRenderer(data)
            if not self._svg.isValid():
                raise self._refused(path, "it is no SVG image")
            self._size = self._svg.defaultSize()
        else:
            self._image = self._pixels(path)
            self._size = self._image.size()

    @staticmethod
    def _refused(path: Path, why: str) -> EnrolmentError:
        return EnrolmentError(
            f"The logo cannot be read: {why}.", where=str(path), next_step="Choose a PNG, JPEG or SVG image."
        )

    def _pixels(self, path: Path) -> QImage:
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid() and max(size.width(), size.height()) > _LOGO_PIXELS:
            reader.setScaledSize(
                size.scaled(QSize(_LOGO_PIXELS, _LOGO_PIXELS), Qt.AspectRatioMode.KeepAspectRatio)
            )
        image = reader.read()
        if image.isNull():
            raise self._refused(path, reader.errorString().rstrip("."))
        return image

    def draw(self, painter: QPainter, box: QRectF) -> None:
        """As large as fits, at the left and in the middle of the height."""
        scaled = self._size.toSizeF().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(
            box.x(), box.y() + (box.height() - scaled.height()) / 2, scaled.width(), scaled.height()
        )
        if self._svg is not None:
            self._svg.render(painter, place)
        elif self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._image)


def rectangle(box: Box) -> QRectF:
    """In the painter's units."""
    return QRectF(box.x * UNIT, box.y * UNIT, box.width * UNIT, box.height * UNIT)


def code_path(code: Code, x: float, y: float, module: float) -> QPainterPath:
    """The dark modules as one path, rows of them joined, from the top left corner of the first."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    for at, row in enumerate(code.rows):
        top = y + at * module
        for start, length in runs_of(row):
            path.addRect(x + start * module, top, length * module, module)
    return path


def draw_code(painter: QPainter, code: Code, box: Box) -> None:
    """A code in the middle of a box, its quiet zone within."""
    module = module_mm(code.version, box.width) * UNIT
    side = (code.modules + 2 * QUIET) * module
    inset = (box.width * UNIT - side) / 2 + QUIET * module
    # On the dots of a printer: every edge is sharp there, and short to write in a PDF.
    x, y = (round((place * UNIT + inset) / _DOT) * _DOT for place in (box.x, box.y))
    # As one path. Rectangles (drawRects) are shorter, but some programs that show or print a PDF then move each
    # one's edges for themselves, and readers stumble over the squares that come of it.
    painter.fillPath(code_path(code, x, y, module), QColor(Qt.GlobalColor.black))


def draw_mask(painter: QPainter, box: Box) -> None:
    """What stands for a code that is not shown: its shape, and nothing to read."""
    area = rectangle(box)
    inset = area.width() * 0.09
    area.adjust(inset, inset, -inset, -inset)
    grey = QColor(_MASKED)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_MASKED_GROUND))
    painter.drawRect(area)
    corner = area.width() * 0.16
    pen = QPen(grey)
    pen.setWidthF(corner / 7)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    half = corner / 14
    for x, y in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)):
        left = area.x() + x * (area.width() - corner)
        top = area.y() + y * (area.height() - corner)
        ring = QRectF(left, top, corner, corner)
        painter.fillRect(ring, QColor(Qt.GlobalColor.white))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(ring.adjusted(half, half, -half, -half))
        inner = corner * 2 / 7
        painter.fillRect(ring.adjusted(inner, inner, -inner, -inner), grey)
    painter.restore()


def draw_page(
    painter: QPainter,
    page: Page,
    code_of: Callable[[int], Code] | None,
    logo: LogoPicture | None,
) -> set[int]:
    """Draw one page.

    Args:
        painter: with `UNIT` units to a millimetre, from the corner of the paper.
        code_of: a person's code by index; None: masks stand for codes and passwords.

    Returns:
        indices of people with letters that no font of this computer has.
    """
    odd: set[int] = set()
    for item in page.items:
        if isinstance(item, Frame):
            _draw_frame(painter, item)
    for item in page.items:
        if isinstance(item, Text):
            painter.setPen(QColor(INKS[item.ink]))
            made = draw_text(painter, item, reveal=code_of is not None)
            if not all(isinstance(word, str) and word.isascii() for word in item.words) and unprintable(made):
                odd.add(item.person)
        elif isinstance(item, CodePlace):
            if code_of is None:
                draw_mask(painter, item.box)
            else:
                draw_code(painter, code_of(item.person), item.box)
        elif isinstance(item, Logo) and logo is not None:
            painter.save()
            logo.draw(painter, rectangle(item.box))
            painter.restore()
    return odd


def _draw_frame(painter: QPainter, frame: Frame) -> None:
    pen = QPen(QColor(INKS[frame.ink] if frame.filled else "#999999"))
    pen.setWidthF(_HAIR * UNIT)
    painter.setPen(pen)
    if frame.box.height == 0:
        box = rectangle(frame.box)
        painter.drawLine(box.topLeft(), box.topRight())
        return
    if frame.filled:
        painter.setBrush(QColor(_GROUNDS[frame.ink]))
        painter.drawRoundedRect(rectangle(frame.box), 2 * UNIT, 2 * UNIT)
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rectangle(frame.box))
    painter.setBrush(Qt.BrushStyle.NoBrush)

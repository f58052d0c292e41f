"""Painting shared by the lists: rounded grounds, and a row of mark, text and note."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from azdesk.ui import icons, theme
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.marks import paint_mark

ROW_PX = 28
MARK_COLUMN_PX = 24


def ground(painter: QPainter, rect: QRect, tone: str, *, radius: float = 6.0, outline: str = "") -> None:
    """Fill a rounded rectangle in a token's colour; `outline` names another for a 1 px line."""
    tokens = theme.tokens()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(getattr(tokens, tone)))
    if outline:
        painter.setPen(QColor(getattr(tokens, outline)))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(rect), radius, radius)
    painter.restore()


def focus_ring(painter: QPainter, rect: QRect, *, radius: float = 6.0) -> None:
    """The 2 px ring around what has the keyboard."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = painter.pen()
    pen.setColor(QColor(theme.tokens().accent))
    pen.setWidth(2)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius)
    painter.restore()


def words(
    painter: QPainter,
    rect: QRect,
    text: str,
    *,
    font: QFont,
    tone: str = "text",
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """One line of text, shortened with … where it does not fit."""
    painter.setFont(font)
    painter.setPen(QColor(getattr(theme.tokens(), tone)))
    shown = QFontMetrics(font).elidedText(text, elide, rect.width())
    painter.drawText(rect, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)


def mark_text_note(
    painter: QPainter,
    rect: QRect,
    *,
    text: str,
    note: str,
    font: QFont,
    note_font: QFont,
    icon: str = "",
    state: State | None = None,
    note_tone: str = "quiet_strong",
    text_tone: str = "text",
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
) -> None:
    """A row: mark or icon, text, and a note at the right that never takes more than about half."""
    left = rect.left()
    if state is not None or icon:
        box = QRect(left, rect.top(), 16, rect.height())
        if state is not None:
            paint_mark(painter, box, state)
        else:
            icons.paint(painter, box, icon)
        left += MARK_COLUMN_PX
    room = rect.right() + 1 - left
    note_width = 0
    if note:
        wanted = QFontMetrics(note_font).horizontalAdvance(note) + 1
        text_width = QFontMetrics(font).horizontalAdvance(text) + 1
        note_width = min(wanted, max(room - text_width - 8, int(room * 0.45)))
        words(
            painter,
            QRect(rect.right() + 1 - note_width, rect.top(), note_width, rect.height()),
            note,
            font=note_font,
            tone=note_tone,
            align=Qt.AlignmentFlag.AlignRight,
        )
        note_width += 8
    words(
        painter,
        QRect(left, rect.top(), max(0, room - note_width), rect.height()),
        text,
        font=font,
        tone=text_tone,
        elide=elide,
    )

"""The map of number space, painted: a lane for each length of numbers, a bar for whoever owns some."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from azdesk.ui import theme
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.numbersmodels import Area, Kind, Lane, NumberMap
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets import rows

HEAD_PX = 28
BAR_PX = 22
GAP_PX = 4
LANE_GAP_PX = 12
LABEL_PX = 104
_LEAST_BAR_PX = 4.0
_WORDS_PX = 24
_TONES: dict[Kind, tuple[str, str, str]] = {
    "block": ("selected", "accent", "text"),
    "rule": ("right_soft", "right", "text"),
    "emergency": ("failing_soft", "failing", "text"),
    "reserved": ("hover", "unknown", "text"),
}
"""Ground, outline and words of a bar."""


@dataclass(frozen=True)
class _Bar:
    """One area, or several that are too narrow to be told apart."""

    left: float
    right: float
    areas: tuple[Area, ...]


class NumberMapView(QWidget):
    """Shows a `NumberMap`, or the part of it whose numbers begin with `prefix`; paints only what is visible.

    Digits and clicks on the head go in, Backspace goes out; the arrows walk through the bars, Return opens one.
    """

    chosen = Signal(str)
    """Key of the area that is the current one."""
    opened = Signal(str)
    """Key of an area on which there was a double click, or Return."""
    prefix_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map = NumberMap(lanes=())
        self._firsts: dict[tuple[int, int], list[float]] = {}
        self._tops: list[tuple[int, Lane]] = []
        self.prefix = ""
        self.current = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Map of numbers"))
        self.setAccessibleDescription(
            self.tr(
                "The table beside it has the same. Digits go in, Backspace goes out, arrows walk, Return opens."
            )
        )

    # -- content -----------------------------------------------------------------------------------------------

    def set_map(self, found: NumberMap) -> None:
        """Show this."""
        self._map = found
        self._tops = []
        self._firsts = {}
        top = HEAD_PX
        for at, lane in enumerate(found.lanes):
            self._tops.append((top, lane))
            top += len(lane.rows) * (BAR_PX + GAP_PX) + LANE_GAP_PX
            for row, areas in enumerate(lane.rows):
                self._firsts[at, row] = [area.spans[0].first for area in areas]
        self.setFixedHeight(max(HEAD_PX + BAR_PX, top))
        if self.current and not any(area.key == self.current for area in found.areas):
            self.current = ""
        if self.prefix and self.prefix[0] not in found.signs:
            self.set_prefix("")
        self.update()

    def set_prefix(self, prefix: str) -> None:
        """Show the numbers that begin so."""
        if prefix != self.prefix:
            self.prefix = prefix
            self.prefix_changed.emit(prefix)
            self.update()

    def set_current(self, key: str) -> None:
        """Put the ring around an area, without `chosen`; goes out where it cannot be seen."""
        self.current = key
        area = next((one for one in self._map.areas if one.key == key), None)
        if area is not None and not self._visible(area):
            while self.prefix and not self._visible(area):
                self.set_prefix(self.prefix[:-1])
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, self.height())

    @property
    def window_(self) -> tuple[float, float]:
        """The part of all numbers that is shown, between 0 and 1."""
        low, size = 0.0, 1.0
        for at, sign in enumerate(self.prefix):
            signs = self._map.signs if at == 0 else "0123456789"
            size /= len(signs)
            low += signs.index(sign) * size
        return low, low + size

    @property
    def columns(self) -> str:
        """The signs that can come next."""
        return self._map.signs if not self.prefix else "0123456789"

    # -- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        seen = event.rect()
        for at, (top, lane) in enumerate(self._tops):
            height = len(lane.rows) * (BAR_PX + GAP_PX)
            if top + height >= seen.top() and top <= seen.bottom():
                self._paint_lane(painter, at, top, lane, seen)
        if self.hasFocus() and not self.current:
            rows.focus_ring(painter, self.rect())
        painter.end()

    def _paint_head(self, painter: QPainter) -> None:
        signs = self.columns
        for at, sign in enumerate(signs):
            rect = self._column(at)
            rows.words(
                painter,
                rect,
                self.prefix + sign if rect.width() > _WORDS_PX + 7 * len(self.prefix) else sign,
                font=theme.note_font(),
                tone="quiet_strong",
                align=Qt.AlignmentFlag.AlignHCenter,
            )

    def _paint_lane(self, painter: QPainter, at: int, top: int, lane: Lane, seen: QRect) -> None:
        tokens = theme.tokens()
        height = len(lane.rows) * (BAR_PX + GAP_PX)
        ground = QRect(LABEL_PX, top, self.width() - LABEL_PX, height)
        painter.fillRect(ground, QColor(tokens.window))
        painter.setPen(QColor(tokens.line))
        for column in range(len(self.columns) + 1):
            x = LABEL_PX + round(column * (self.width() - 1 - LABEL_PX) / len(self.columns))
            painter.drawLine(x, top, x, top + height)
        rows.words(
            painter,
            QRect(0, top, LABEL_PX - GRID, BAR_PX + GAP_PX),
            _lane_words(self, lane),
            font=theme.note_font(),
            tone="quiet_strong",
        )
        for row in range(len(lane.rows)):
            y = top + row * (BAR_PX + GAP_PX) + GAP_PX // 2
            if y + BAR_PX >= seen.top() and y <= seen.bottom():
                for bar in self._bars(at, row):
                    self._paint_bar(painter, bar, y)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(QColor(tokens.failing), Qt.BrushStyle.BDiagPattern))
        low, high = self.window_
        for span in lane.shared:
            if span.end > low and span.first < high:
                left, right = self._x(span.first), self._x(span.end)
                painter.drawRect(QRect(round(left), top, max(4, round(right - left)), height))

    def _paint_bar(self, painter: QPainter, bar: _Bar, y: int) -> None:
        area = bar.areas[0]
        fill, outline, tone = _TONES[area.kind]
        for left, right in self._pieces(bar):
            rect = QRect(round(left), y, max(4, round(right - left)), BAR_PX)
            rows.ground(painter, rect, fill, radius=4, outline=outline)
            if area.kind == "reserved":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QBrush(QColor(theme.tokens().unknown), Qt.BrushStyle.Dense6Pattern))
                painter.drawRect(rect.adjusted(2, 2, -2, -2))
            if area.open:
                # Longer numbers belong to it, too: it has no end.
                hatched = rect.adjusted(rect.width() * 2 // 3 if rect.width() > _WORDS_PX else 2, 2, -2, -2)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QBrush(QColor(getattr(theme.tokens(), outline)), Qt.BrushStyle.BDiagPattern))
                painter.drawRect(hatched)
            if rect.width() > _WORDS_PX:
                both = f"{area.pattern}  {area.owner}"
                fits = QFontMetrics(theme.note_font()).horizontalAdvance(both) <= rect.width() - 10
                words = counted(len(bar.areas), both if fits else area.pattern, self._many(bar, rect))
                rows.words(painter, rect.adjusted(5, 0, -5, 0), words, font=theme.note_font(), tone=tone)
            if any(one.key == self.current for one in bar.areas):
                rows.focus_ring(painter, rect.adjusted(-1, -1, 1, 1), radius=5)

    def _many(self, bar: _Bar, rect: QRect) -> str:
        """Words for several areas in one bar; their number alone where there is no room."""
        words = counted(len(bar.areas), "", self.tr("%1 areas"))
        fits = QFontMetrics(theme.note_font()).horizontalAdvance(words) <= rect.width() - 10
        return words if fits else str(len(bar.areas))

    # -- where things are --------------------------------------------------------------------------------------

    def _x(self, value: float) -> float:
        low, high = self.window_
        room = self.width() - 1 - LABEL_PX
        return LABEL_PX + min(1.0, max(0.0, (value - low) / (high - low))) * room

    def _column(self, at: int) -> QRect:
        room = self.width() - 1 - LABEL_PX
        left = LABEL_PX + round(at * room / len(self.columns))
        right = LABEL_PX + round((at + 1) * room / len(self.columns))
        return QRect(left, 0, right - left, HEAD_PX)

    def _visible(self, area: Area) -> bool:
        low, high = self.window_
        return any(span.end > low and span.first < high for span in area.spans)

    def _bars(self, at: int, row: int) -> Iterator[_Bar]:
        """What of a row can be seen, from left to right; neighbours that are too narrow become one."""
        low, high = self.window_
        areas = self._map.lanes[at].rows[row]
        begin = max(0, bisect_left(self._firsts[at, row], low) - 1)
        waiting: _Bar | None = None
        for area in areas[begin:]:
            if area.spans[0].first >= high:
                break
            if not self._visible(area):
                continue
            left, right = self._x(area.spans[0].first), self._x(area.spans[-1].end)
            narrow = right - left < _LEAST_BAR_PX
            right = max(right, left + _LEAST_BAR_PX)
            if (
                waiting is not None
                and narrow
                and left - waiting.right < 2
                and waiting.areas[0].kind == area.kind
            ):
                waiting = _Bar(waiting.left, right, (*waiting.areas, area))
                continue
            if waiting is not None:
                yield waiting
            waiting = _Bar(left, right, (area,))
            if not narrow:
                yield waiting
                waiting = None
        if waiting is not None:
            yield waiting

    def _pieces(self, bar: _Bar) -> Iterator[tuple[float, float]]:
        if len(bar.areas) > 1:
            yield bar.left, bar.right
            return
        low, high = self.window_
        for span in bar.areas[0].spans:
            if span.end > low and span.first < high:
                yield self._x(span.first), self._x(span.end)

    def _bar_at(self, place: QPoint) -> _Bar | None:
        for at, (top, lane) in enumerate(self._tops):
            row = (place.y() - top) // (BAR_PX + GAP_PX)
            if place.y() >= top and row < len(lane.rows):
                for bar in self._bars(at, row):
                    if any(
                        left - 1 <= place.x() <= max(right, left + 4) + 1 for left, right in self._pieces(bar)
                    ):
                        return bar
        return None

    # -- hands -------------------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bar = self._bar_at(event.pos())
            QToolTip.showText(event.globalPos(), "" if bar is None else self.words_of(bar.areas), self)
            return True
        return super().event(event)

    def words_of(self, areas: tuple[Area, ...]) -> str:
        """What is told of a bar."""
        lines = [area.sentence for area in areas[:8]]
        if len(areas) > 8:
            lines.append(filled(self.tr("and %1 more: click to see them apart"), len(areas) - 8))
        by_key = {area.key: area for area in self._map.areas} if len(areas) == 1 and areas[0].shared else {}
        if by_key:
            names = ", ".join(f"{by_key[key].pattern} {by_key[key].owner}" for key in areas[0].shared[:4])
            lines.append(filled(self.tr("shares numbers with %1"), names))
        return "\n".join(lines)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if place.y() < HEAD_PX:
            for at, sign in enumerate(self.columns):
                if self._column(at).contains(place):
                    self.set_prefix(self.prefix + sign)
            return
        bar = self._bar_at(place)
        if bar is None:
            return
        if len(bar.areas) > 1:
            self._go_into(place.x())
        else:
            self._choose(bar.areas[0].key)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        bar = self._bar_at(event.position().toPoint())
        if bar is not None and len(bar.areas) == 1:
            self.opened.emit(bar.areas[0].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current:
            self.opened.emit(self.current)
        elif event.key() == Qt.Key.Key_Backspace and self.prefix:
            self.set_prefix(self.prefix[:-1])
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._walk(-1 if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up) else 1)
        elif text and text in self.columns:
            self.set_prefix(self.prefix + text)
        else:
            super().keyPressEvent(event)

    def _go_into(self, x: int) -> None:
        for at, sign in enumerate(self.columns):
            rect = self._column(at)
            if rect.left() <= x <= rect.right():
                self.set_prefix(self.prefix + sign)
                return

    def _walk(self, by: int) -> None:
        seen = [area.key for area in self._map.areas if self._visible(area)]
        if seen:
            at = seen.index(self.current) + by if self.current in seen else (0 if by > 0 else len(seen) - 1)
            self._choose(seen[max(0, min(len(seen) - 1, at))])

    def _choose(self, key: str) -> None:
        if key != self.current:
            self.current = key
            self.chosen.emit(key)
            self.update()


def _lane_words(view: NumberMapView, lane: Lane) -> str:
    if lane.open:
        return filled(view.tr("%1 and more"), lane.length)
    return counted(lane.length, view.tr("1 digit"), view.tr("%1 digits"))

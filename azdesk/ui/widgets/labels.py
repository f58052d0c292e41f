"""Labels with manners: text that is shortened rather than cut, and times that stay true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from azdesk.ui import relative
from azdesk.ui.hover import hover


class ElidedLabel(QLabel):
    """One line that ends in … where it does not fit, with the whole text on hover."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        whole_or_none: bool = False,
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self._whole_or_none = whole_or_none
        self._whole = text
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def set_mode(self, mode: Qt.TextElideMode) -> None:
        """Where to shorten: paths in the middle, sentences at the end."""
        self._mode = mode
        self.update()

    def setText(self, text: str) -> None:
        self._whole = text
        super().setText(text)
        self.setAccessibleName(text)
        self._hint()

    def minimumSizeHint(self) -> QSize:
        few = self.fontMetrics().horizontalAdvance("MM…")
        return QSize(min(few, super().sizeHint().width()), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._hint()

    def _hint(self) -> None:
        fits = self.fontMetrics().horizontalAdvance(self._whole) <= self.contentsRect().width()
        self.setToolTip("" if fits else hover(self._whole))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = self.contentsRect()
        shown = self.fontMetrics().elidedText(self._whole, self._mode, rect.width())
        if self._whole_or_none and shown != self._whole:
            shown = ""
        align = self.alignment() | Qt.AlignmentFlag.AlignVCenter
        self.style().drawItemText(
            painter, rect, int(align), self.palette(), self.isEnabled(), shown, self.foregroundRole()
        )
        painter.end()


class RelativeTime(QLabel):
    """``looked 12 seconds ago``; the exact time on hover. Its timer runs only while it can be seen."""

    def __init__(self, parent: QWidget | None = None, *, pattern: str = "%1") -> None:
        super().__init__(parent)
        self._pattern = pattern
        self._when: datetime | None = None
        self._never = ""
        self._clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._refresh)

    def set_clock(self, clock: Callable[[], datetime]) -> None:
        """Take the present from elsewhere; for pictures that must not change."""
        self._clock = clock
        self._refresh()

    def set_pattern(self, pattern: str, never: str = "") -> None:
        """Words around the time (``%1``), and those for no time at all."""
        self._pattern = pattern
        self._never = never
        self._refresh()

    def set_when(self, when: datetime | None) -> None:
        """Show an aware time; None shows the words for never."""
        self._when = when
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._refresh()

    def _refresh(self) -> None:
        self._timer.stop()
        if self._when is None:
            self.setText(self._never)
            self.setToolTip("")
            return
        now = self._clock()
        self.setText(self._pattern.replace("%1", relative.ago(self._when, now)))
        self.setToolTip(relative.exact(self._when))
        if self.isVisible():
            self._timer.start(relative.seconds_until_next_wording(self._when, now) * 1000)

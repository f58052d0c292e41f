"""A code on the screen, or what stands for it while it is masked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from azdesk.enrol.layouts import Box
from azdesk.enrol.qr import QUIET, Code
from azdesk.ui import icons, theme
from azdesk.ui.enrolment.lettering import UNIT
from azdesk.ui.enrolment.painting import code_path, draw_mask

SIDE_PX: Final = 232
_CORNER: Final = 6


class CodeView(QWidget):
    """A square of white paper, in the dark palette too: readers need dark modules on a light ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code: Code | None = None
        self.setFixedSize(SIDE_PX, SIDE_PX)
        self.set_code(None)

    @property
    def shown(self) -> bool:
        """Whether a code can be seen."""
        return self._code is not None

    def set_code(self, code: Code | None) -> None:
        """Show a code; None masks it."""
        self._code = code
        self.setAccessibleName(self.tr("QR code") if code else self.tr("QR code, masked"))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE_PX, SIDE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens().line)))
        painter.setBrush(QColor(Qt.GlobalColor.white))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _CORNER, _CORNER)
        if self._code is not None:
            self._draw(painter, self._code)
        else:
            painter.save()
            painter.scale(1 / UNIT, 1 / UNIT)
            draw_mask(painter, Box(x=0, y=0, width=self.width(), height=self.height()))
            painter.restore()
            side = 32
            scale = self.devicePixelRatioF()
            painter.drawPixmap(
                (self.width() - side) // 2,
                (self.height() - side) // 2,
                icons.pixmap("eye-off", "unknown", size=side, scale=scale),
            )
        painter.end()

    def _draw(self, painter: QPainter, code: Code) -> None:
        # Whole device pixels a module: the edges stay sharp.
        scale = self.devicePixelRatioF()
        count = code.modules + 2 * QUIET
        module = max(1, int(self.width() * scale / count)) / scale
        start = round((self.width() - code.modules * module) / 2 * scale) / scale
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.fillPath(code_path(code, start, start, module), QColor(Qt.GlobalColor.black))

"""The pages of a batch as they will be printed, one at a time, painted in a worker."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from azdesk.ui import theme
from azdesk.ui.editors.base import while_there
from azdesk.ui.enrolment.lettering import UNIT
from azdesk.ui.enrolment.painting import LogoPicture, draw_page
from azdesk.ui.forms.sheet_preview import Ui_SheetPreview
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.app.enrolment import Batch
    from azdesk.core.errors import AzdeskError
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

_KEPT: Final = 12
"""Pages whose pictures are remembered."""
_PAUSE_MS: Final = 80
"""After the last change of size, before a page is painted anew."""
_FIT_PAGE, _FIT_WIDTH = -1.0, -2.0
_EDGE: Final = 16
"""Pixels around the paper."""

_Key = tuple[int, int, int, bool]
"""Batch, page, width in pixels, whether codes are shown."""


@dataclass(frozen=True)
class _Picture:
    """A page as it will look."""

    image: QImage
    lacking: bool
    """Whether some letters of it are in no font of this computer."""


def _picture(batch: Batch, number: int, width: int, logo: Path | None, *, reveal: bool) -> _Picture:
    """A page in pixels; for a worker's thread.

    Args:
        width: pixels of the paper's width.

    Raises:
        EnrolmentError: a code cannot be made, or the logo cannot be read.
    """
    paper = batch.design.page
    scale = width / paper.width
    image = QImage(width, round(paper.height * scale), QImage.Format.Format_RGB32)
    image.fill(QColor(Qt.GlobalColor.white))
    drawn = LogoPicture(logo) if logo is not None and batch.design.has_logo else None
    painter = QPainter(image)
    try:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale / UNIT, scale / UNIT)
        odd = draw_page(painter, batch.page(number), batch.code if reveal else None, drawn)
    finally:
        painter.end()
    return _Picture(image, bool(odd))


class _Paper(QWidget):
    """A sheet of paper with a picture on it."""

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.size_px = QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.size_px.isEmpty():
            return
        painter = QPainter(self)
        left = max(_EDGE, (self.width() - self.size_px.width()) // 2)
        top = max(_EDGE, (self.height() - self.size_px.height()) // 2)
        place = QRectF(left, top, self.size_px.width(), self.size_px.height())
        painter.fillRect(place, QColor(Qt.GlobalColor.white))
        if self.image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self.image)
        painter.setPen(QPen(QColor(theme.tokens().field_line)))
        painter.drawRect(place.adjusted(-0.5, -0.5, -0.5, -0.5))
        painter.end()


class SheetPreview(QWidget):
    """Shows a batch; codes and passwords are masked unless the admin asks for them."""

    page_changed = Signal()
    """Another page of the same batch is shown."""
    failed = Signal(object)
    """The `AzdeskError` for which a page cannot be painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = ui = Ui_SheetPreview()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._workbench: Workbench | None = None
        self._batch: Batch | None = None
        self._count = 0
        self._logo: Path | None = None
        self._pictures: OrderedDict[_Key, _Picture] = OrderedDict()
        self._painting: _Key | None = None
        self._serial = 0
        self.allow_codes: Callable[[], bool] = lambda: True
        """Asked before codes are shown."""
        self._paper = _Paper()
        ui.area.setWidget(self._paper)
        ui.area.setWidgetResizable(True)
        self._paper.setAutoFillBackground(False)  # the ground of the frame shows around it
        ui.area.viewport().installEventFilter(self)
        for words, value in (
            (self.tr("Whole page"), _FIT_PAGE),
            (self.tr("Page width"), _FIT_WIDTH),
            ("100 %", 1.0),
            ("200 %", 2.0),
        ):
            ui.zoom.addItem(words, value)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_PAUSE_MS)
        self._soon.timeout.connect(self._paint)
        ui.back.clicked.connect(lambda: self.go_to(self.page - 1))
        ui.forth.clicked.connect(lambda: self.go_to(self.page + 1))
        ui.number.valueChanged.connect(lambda _number: self._turned())
        ui.zoom.currentIndexChanged.connect(lambda _index: self._fit())
        ui.show_codes.toggled.connect(self._toggled)
        ui.letters.set(
            State.DIFFERS,
            self.tr(
                "No font of this computer has all letters of this page: they would be missing on paper, too. "
                "Install one that has them, and start AZDesk again."
            ),
        )
        ui.letters.hide()
        self._buttons()

    def set_workbench(self, workbench: Workbench) -> None:
        """Whose worker paints; before anything is shown."""
        self._workbench = workbench

    @property
    def page(self) -> int:
        """The page shown, from 0."""
        return self.ui.number.value() - 1

    @property
    def pages(self) -> int:
        return self._count

    @property
    def revealed(self) -> bool:
        """Whether codes are shown."""
        return bool(self.ui.show_codes.isChecked())

    @property
    def painted(self) -> bool:
        """Whether the present page is there as it should be."""
        return self._batch is not None and self._painting is None and self._wanted() in self._pictures

    @property
    def people(self) -> tuple[str, ...]:
        """Names in the directory of those on the page shown."""
        if self._batch is None or not self._count:
            return ()
        return tuple(self._batch.people[index].uid for index in self._batch.page(self.page).people)

    def set_batch(self, batch: Batch, logo: Path | None = None) -> None:
        """Show another batch, at the page where the last one was, with codes masked."""
        self._serial += 1
        self._batch, self._logo, self._count = batch, logo, batch.pages
        self._pictures.clear()
        self.hide_codes()
        self.ui.number.blockSignals(True)
        self.ui.number.setRange(min(1, self._count), max(1, self._count))
        self.ui.number.blockSignals(False)
        self.ui.of.setText(self.tr("of %1").replace("%1", f"{self._count:,}"))
        self._buttons()
        self._fit()

    def go_to(self, page: int) -> None:
        """Show a page, from 0."""
        self.ui.number.setValue(page + 1)

    def hide_codes(self) -> None:
        """Hide codes again."""
        self.ui.show_codes.setChecked(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            step = 1 if event.angleDelta().y() > 0 else -1
            self.ui.zoom.setCurrentIndex(
                max(0, min(self.ui.zoom.count() - 1, self.ui.zoom.currentIndex() + step))
            )
            return True
        if isinstance(event, QResizeEvent):
            self._fit()
        return super().eventFilter(watched, event)

    # -- inside -----------------------------------------------------------------------------------------------

    def _toggled(self, on: bool) -> None:
        if on and not self.allow_codes():
            self.ui.show_codes.setChecked(False)
            return
        if not on:  # what was shown is not kept
            for key in [key for key in self._pictures if key[3]]:
                del self._pictures[key]
        self._paint()

    def _turned(self) -> None:
        self._buttons()
        self.page_changed.emit()
        self._paint()

    def _buttons(self) -> None:
        self.ui.back.setEnabled(self.page > 0)
        self.ui.forth.setEnabled(self.page + 1 < self._count)
        self.ui.number.setEnabled(self._count > 1)
        self.ui.show_codes.setEnabled(self._count > 0)

    def _fit(self) -> None:
        if self._batch is None:
            return
        paper = self._batch.design.page
        room = self.ui.area.viewport().size() - QSize(2 * _EDGE, 2 * _EDGE)
        zoom = float(self.ui.zoom.currentData())
        if zoom == _FIT_PAGE:
            scale = min(room.width() / paper.width, room.height() / paper.height)
        elif zoom == _FIT_WIDTH:
            scale = room.width() / paper.width
        else:
            scale = zoom * self.logicalDpiX() / 25.4
        size = QSize(max(1, int(paper.width * scale)), max(1, int(paper.height * scale)))
        self._paper.size_px = size if self._count else QSize(0, 0)
        least = size + QSize(2 * _EDGE, 2 * _EDGE)
        self._paper.setMinimumSize(QSize(0, 0) if zoom == _FIT_PAGE else least)
        self._paper.update()
        self._soon.start()

    def _wanted(self) -> _Key:
        width = round(self._paper.size_px.width() * self.devicePixelRatioF())
        return (self._serial, self.page, width, self.revealed)

    def _paint(self) -> None:
        """Show the page: from memory, or as soon as a worker has painted it."""
        batch, workbench, key = self._batch, self._workbench, self._wanted()
        if batch is None or workbench is None or not self._count or key[2] < 2:
            self._show(None)
            return
        if key in self._pictures:
            self._pictures.move_to_end(key)
            self._show(self._pictures[key])
            return
        if self._painting is not None:
            return  # one at a time; the next one when it is done
        shown = self._paper.image
        if shown is not None and not self.revealed:
            self._show(self._nearest(key))
        self._painting = key
        logo = self._logo

        def work(_job: Job) -> _Picture:
            return _picture(batch, key[1], key[2], logo, reveal=key[3])

        task = workbench.run(
            work,
            title=self.tr("Painting a page"),
            done=while_there(self, partial(self._painted, key)),
            failed=while_there(self, partial(self._not_painted, key)),
            quiet=True,
            hidden=True,
        )
        task.finished.connect(while_there(self, partial(self._ended, key)))

    def _show(self, picture: _Picture | None) -> None:
        self._paper.image = picture.image if picture is not None else None
        self._paper.update()
        self.ui.letters.setVisible(picture is not None and picture.lacking)

    def _nearest(self, key: _Key) -> _Picture | None:
        """The same page in another size, until it is there in this one."""
        for (serial, page, _width, revealed), picture in self._pictures.items():
            if (serial, page, revealed) == (key[0], key[1], key[3]):
                return picture
        return None

    def _painted(self, key: _Key, picture: _Picture) -> None:
        self._painting = None
        if key[0] == self._serial and (self.revealed or not key[3]):
            self._pictures[key] = picture
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        self._paint()

    def _not_painted(self, key: _Key, error: AzdeskError) -> None:
        self._painting = None
        if key[0] == self._serial:
            self.failed.emit(error)
        else:
            self._paint()

    def _ended(self, key: _Key) -> None:
        # The next one may be under way by now; this one is still noted only if it was cancelled.
        if self._painting == key:
            self._painting = None

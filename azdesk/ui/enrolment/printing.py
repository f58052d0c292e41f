"""A batch on paper: as PDF, or on a printer. Blocking; for a worker's thread.

Qt allows painting on these outside the window's thread. A PDF is written beside its place and put there when it is whole.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QFile, QIODevice, QLocale, QMarginsF
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPageSize, QPainter, QPdfWriter

from azdesk.app.enrolment import Printed
from azdesk.core.errors import EnrolmentError
from azdesk.core.progress import Job, Progress
from azdesk.enrol.layouts import Paper
from azdesk.enrol.words import WORDS
from azdesk.ui.enrolment.lettering import UNIT
from azdesk.ui.enrolment.painting import LogoPicture, draw_page

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from azdesk.app.enrolment import Batch

_DOTS: Final = 1200
"""An inch, in a PDF: coordinates are that fine."""


def page_size(paper: Paper) -> QPageSize:
    """Qt's."""
    return QPageSize(QPageSize.PageSizeId.A4 if paper is Paper.A4 else QPageSize.PageSizeId.Letter)


def today(language: str) -> str:
    """The day, as readers of this language write it."""
    return QLocale(language).toString(QDate.currentDate(), WORDS[language].date)


def write_pdf(
    path: Path, batch: Batch, *, logo: Path | None = None, title: str = "", job: Job | None = None
) -> Printed:
    """Write a batch as PDF, for its owner's eyes alone.

    Raises:
        EnrolmentError: it cannot be written, a code cannot be made, or the logo cannot be read.
        Cancelled: by the job; nothing is left behind.
    """
    job = job or Job()
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    temporary = Path(name)
    os.close(handle)
    try:
        done = _write(temporary, batch, logo, title, job)
        temporary.replace(path)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return done


def _unwritable(path: Path, why: str) -> EnrolmentError:
    return EnrolmentError(
        f"The sheets could not be written: {why}.", where=str(path), next_step="Choose another place."
    )


def _write(path: Path, batch: Batch, logo: Path | None, title: str, job: Job) -> Printed:
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise _unwritable(path, file.errorString())
    writer = QPdfWriter(file)
    writer.setResolution(_DOTS)
    writer.setPageSize(page_size(batch.design.page))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    writer.setTitle(title)
    writer.setCreator("AZDesk")
    try:
        done = paint(writer, writer.resolution(), batch, range(batch.pages), logo, job)
    finally:
        file.close()
    if file.error() is not QFile.FileError.NoError:
        raise _unwritable(path, file.errorString())
    return done


def print_out(
    printer: QPrinter, batch: Batch, *, logo: Path | None = None, job: Job | None = None
) -> Printed:
    """Print a batch, or the pages of it that the printer's settings name.

    Raises:
        EnrolmentError: the printer does not take it, a code cannot be made, or the logo cannot be read.
        Cancelled: by the job; what is printed by then stays printed.
    """
    first = max(1, printer.fromPage()) if printer.fromPage() else 1
    last = min(batch.pages, printer.toPage()) if printer.toPage() else batch.pages
    return paint(printer, printer.resolution(), batch, range(first - 1, last), logo, job or Job())


def paint(
    device: QPagedPaintDevice, dots: int, batch: Batch, numbers: range, logo: Path | None, job: Job
) -> Printed:
    """Paint pages on a device that has pages.

    Args:
        dots: its resolution, an inch.
    """
    picture = LogoPicture(logo) if logo is not None and batch.design.has_logo else None
    painter = QPainter()
    if not painter.begin(device):
        raise EnrolmentError(
            "The printer cannot be used.", next_step="Choose another one, or save the sheets as PDF."
        )
    odd: set[int] = set()
    people = 0
    try:
        painter.scale(dots / 25.4 / UNIT, dots / 25.4 / UNIT)
        for at, number in enumerate(numbers):
            job.check()
            if at:
                device.newPage()
            page = batch.page(number)
            odd |= draw_page(painter, page, batch.code, picture)
            people += len(page.people)
            job.report(Progress(text=f"Page {at + 1} of {len(numbers)}", done=at + 1, total=len(numbers)))
    finally:
        painter.end()
    return Printed(
        pages=len(numbers),
        people=people,
        unprintable=tuple(batch.people[index].uid for index in sorted(odd)),
    )

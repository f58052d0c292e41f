"""A batch on paper: as PDF, or on a printer. Blocking; for a worker's thread.

Qt allows painting on these outside the window's thread. A PDF is written beside its place and put there when it is whole.
"""

from __future__ import annotations

import ctypes
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
_IPP_NO_SUCCESS: Final = 0x0100
"""From here on a status of IPP says that something was not done (RFC 8011, B.1)."""
_IPP_NO_SERVER: Final = (0x0500, 0x0502)
"""Internal error, and service unavailable: of CUPS's library, too, with words about sockets, where nothing listens."""


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
    with _put_in_place(path) as temporary:
        return _write(temporary, batch, logo, title, job or Job())


@contextmanager
def _put_in_place(path: Path) -> Iterator[Path]:
    """A file beside this one, for its owner alone, which takes its place if all goes well."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    temporary = Path(name)
    os.close(handle)
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


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


def pages_asked(printer: QPrinter, batch: Batch) -> range:
    """The pages that a printer's settings name, from 0. Which of them the system leaves out by itself is not known."""
    first = max(1, printer.fromPage()) if printer.fromPage() else 1
    last = min(batch.pages, printer.toPage()) if printer.toPage() else batch.pages
    return range(first - 1, last)


def print_out(
    printer: QPrinter, batch: Batch, *, logo: Path | None = None, job: Job | None = None
) -> Printed:
    """Print a batch, or the pages of it that the printer's settings name, on paper or into the file that they name.

    Raises:
        EnrolmentError: the printer does not take it, a code cannot be made, or the logo cannot be read.
        Cancelled: by the job; what is printed by then stays printed.
    """

    def work() -> Printed:
        return paint(printer, printer.resolution(), batch, pages_asked(printer, batch), logo, job or Job())

    if name := printer.outputFileName():
        with _put_in_place(Path(name)) as temporary:
            printer.setOutputFileName(str(temporary))
            return work()
    done = work()
    if why := _refusal():
        raise EnrolmentError(
            f"The printer did not take the sheets: {why}.",
            where=printer.printerName(),
            next_step="See whether it is there and takes jobs, or choose another one.",
        )
    return done


def _refusal() -> str:
    """Why CUPS did not take what this thread has just printed; empty if it did.

    Qt leaves its answer unread (QCupsPrintEngine), but CUPS keeps each thread's last one.
    """
    if not sys.platform.startswith("linux"):
        return ""
    try:
        cups = ctypes.CDLL("libcups.so.2")
    except OSError:
        return ""
    code = cups.cupsLastError()
    if 0 <= code < _IPP_NO_SUCCESS:
        return ""
    cups.cupsLastErrorString.restype = ctypes.c_char_p
    said = (cups.cupsLastErrorString() or b"").decode(errors="replace").strip().rstrip(".")
    if code in _IPP_NO_SERVER:
        return f"the print server does not answer as it should ({said or 'no reason given'})"
    return said or f"CUPS says {code:#06x}"


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

"""One person's code in a file, for its owner's eyes alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from azdesk.core import file_replace
from azdesk.core.errors import EnrolmentError
from azdesk.enrol.payload import Payload
from azdesk.enrol.qr import QUIET, Code, svg
from azdesk.ui.enrolment.painting import code_path

_PIXELS = 10
"""Of a module."""


def save_payload(path: Path, payload: Payload, code: Code | None) -> None:
    """Write it as a picture (.svg, .png), or as its text where the ending is another one.

    Raises:
        EnrolmentError: it cannot be written, or the form is none for pictures.
    """
    ending = path.suffix.lower()
    if ending in (".svg", ".png") and code is None:
        raise EnrolmentError(
            "This form is a file, not a picture.",
            where=str(path),
            next_step="Choose a name with another ending.",
        )
    if ending == ".svg" and code is not None:
        data = svg(code).encode()
    elif ending == ".png" and code is not None:
        data = _png(code)
    else:
        data = payload.text.reveal().encode()
    try:
        file_replace.replace(path, data)
    except OSError as error:
        raise EnrolmentError(
            f"The code could not be saved: {error.strerror or error}.",
            where=str(path),
            next_step="Choose another place.",
        ) from error


def _png(code: Code) -> bytes:
    side = (code.modules + 2 * QUIET) * _PIXELS
    image = QImage(side, side, QImage.Format.Format_Grayscale8)
    image.fill(QColor(Qt.GlobalColor.white))
    painter = QPainter(image)
    painter.fillPath(code_path(code, QUIET * _PIXELS, QUIET * _PIXELS, _PIXELS), QColor(Qt.GlobalColor.black))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())

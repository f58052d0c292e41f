"""Sheets without a window: for the terminal, on machines without a screen too."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from azdesk.app.enrolment import Batch, Printed
from azdesk.core.progress import Job
from azdesk.ui.enrolment.printing import today, write_pdf


class Press:
    """What paints; made in the main thread, used in any."""

    def __init__(self) -> None:
        if sys.platform not in ("win32", "darwin"):
            # Nothing is shown, so no display is asked for; fonts are the system's all the same.
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
            os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
        self._app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])

    @staticmethod
    def today(language: str) -> str:
        """The day, as readers of this language write it."""
        return today(language)

    @staticmethod
    def write(path: Path, batch: Batch, logo: Path | None, title: str, job: Job) -> Printed:
        """Write a batch as PDF; see `azdesk.ui.enrolment.printing.write_pdf`."""
        return write_pdf(path, batch, logo=logo, title=title, job=job)

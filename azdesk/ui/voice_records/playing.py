"""Recordings heard with the system's own player: private copies that go when they were heard."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from azdesk.ui.mapping.words import filled

if TYPE_CHECKING:
    from pathlib import Path

    from azdesk.app.recordings.finding import Recording
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

GRACE_S = 900.0
"""Beyond its own length a copy stays so long, for stopping and going back."""
_SWEEP_MS = 60_000


class Player(QObject):
    """Fetches in the background, hands over to whatever plays such files here, and clears away: at the latest when the window closes."""

    def __init__(self, workbench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self._copies: list[tuple[float, ExitStack]] = []
        """When each goes, and what removes it."""
        self._sweep = QTimer(self)
        self._sweep.setInterval(_SWEEP_MS)
        self._sweep.timeout.connect(lambda: self.clear(time.monotonic()))
        workbench.closing.connect(self.clear)
        workbench.run(_forget_stale, title=self.tr("Clearing away copies of recordings"), hidden=True)

    def play(self, recording: Recording, reason: str) -> None:
        """Let one be heard; its host's journal notes it first."""
        workbench, copy = self.workbench, ExitStack()

        def work(job: Job) -> Path:
            from azdesk.app.recordings.taking import private_copy

            return copy.enter_context(private_copy(workbench.session, recording, reason=reason, job=job))

        workbench.run(
            work,
            title=self.tr("Fetching a recording"),
            host=recording.on,
            done=partial(self._fetched, recording, copy),
        )

    def _fetched(self, recording: Recording, copy: ExitStack, path: Path) -> None:
        if QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self._copies.append((time.monotonic() + recording.seconds + GRACE_S, copy))
            self._sweep.start()
        else:
            copy.close()
            words = self.tr("Nothing on this computer plays %1. Save it and choose a program for it.")
            self.workbench.say("warning", filled(words, path.name))

    def clear(self, until: float = float("inf")) -> None:
        """Remove copies whose time is over."""
        for at, copy in self._copies:
            if at <= until:
                copy.close()
        self._copies = [one for one in self._copies if one[0] > until]
        if not self._copies:
            self._sweep.stop()


def _forget_stale(_job: Job) -> None:
    from azdesk.app.recordings.taking import forget_stale_copies

    forget_stale_copies()

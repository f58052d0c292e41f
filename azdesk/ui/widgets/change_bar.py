"""The bar at the bottom: what is changed and not applied, what runs, and the way to the review."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from azdesk.ui import theme
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import ChangeSummary, RunningJob, State
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import StateMark

BAR_PX = 48


class ChangeBar(QFrame):
    """Always one click away from the review; shows the oldest running job and how many more there are."""

    undo_requested = Signal()
    redo_requested = Signal()
    review_requested = Signal()
    cancel_requested = Signal(str)
    """Key of the running job."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bar")
        self.setFixedHeight(BAR_PX)
        self._job_key = ""
        self.mark = StateMark()
        self.headline = QLabel()
        self.headline.setProperty("role", "heading")
        self.note = ElidedLabel()
        self.note.setProperty("role", "quiet")
        self.undo = _link(self.tr("&Undo"))
        self.redo = _link(self.tr("Red&o"))
        self.job_text = ElidedLabel()
        self.job_text.setProperty("role", "quiet")
        self.job_text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(140)
        self.cancel = _link(self.tr("&Cancel"))
        self.review = QPushButton()
        self.review.setProperty("kind", "primary")
        self.undo.clicked.connect(self.undo_requested)
        self.redo.clicked.connect(self.redo_requested)
        self.review.clicked.connect(self.review_requested)
        self.cancel.clicked.connect(lambda: self.cancel_requested.emit(self._job_key))
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.setSpacing(GRID)
        for widget in (self.mark, self.headline, self.note, self.undo, self.redo):
            row.addWidget(widget)
        # Room goes to the words of the running job first; without one it is just room.
        row.addStretch(0)
        row.addWidget(self.job_text, 1)
        row.addWidget(self.progress)
        row.addWidget(self.cancel)
        row.addWidget(self.review)
        self.set_changes(ChangeSummary())
        self.set_jobs(())

    def set_changes(self, summary: ChangeSummary) -> None:
        """What differs between the document and the hosts."""
        if summary.changes:
            self.mark.set_state(State.DIFFERS)
            self.headline.setText(
                self.tr("%1 on %2")
                .replace("%1", _count(summary.changes, self.tr("1 change"), self.tr("%1 changes")))
                .replace("%2", _count(summary.hosts, self.tr("1 host"), self.tr("%1 hosts")))
            )
        else:
            self.mark.set_state(State.UNKNOWN if summary.unknown else State.RIGHT)
            self.headline.setText(self.tr("No changes known") if summary.unknown else self.tr("No changes"))
        self.note.setText(summary.note)
        for button, words, name in (
            (self.undo, summary.undo, self.tr("Undo")),
            (self.redo, summary.redo, self.tr("Redo")),
        ):
            button.setVisible(bool(words))
            button.setToolTip(f"{name}: {words}")
        self.review.setText(self.tr("&Review…") + "   Ctrl+↵")
        self.review.setAccessibleName(self.tr("Review"))
        self.review.setEnabled(bool(summary.changes))

    def set_review_open(self, is_open: bool) -> None:
        """While the review is shown it has the page's primary button, so ours goes."""
        self.review.setVisible(not is_open)

    def set_jobs(self, jobs: Sequence[RunningJob]) -> None:
        """What runs now; the first is shown."""
        shown = bool(jobs)
        for widget in (self.job_text, self.progress, self.cancel):
            widget.setVisible(shown)
        if not jobs:
            return
        job = jobs[0]
        self._job_key = job.key
        more = self.tr(" (and %1 more)").replace("%1", str(len(jobs) - 1)) if len(jobs) > 1 else ""
        self.job_text.setText(job.text + more)
        self.progress.setRange(0, job.total)
        self.progress.setValue(job.done)
        self.progress.setAccessibleName(job.text)
        self.cancel.setVisible(job.cancellable)
        self.cancel.setAccessibleName(self.tr("Cancel %1").replace("%1", job.text))
        theme.set_property(self.progress, "busy", job.total == 0)


def _link(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("kind", "link")
    return button


def _count(number: int, one: str, many: str) -> str:
    return one if number == 1 else many.replace("%1", str(number))

"""The document's history: browse, compare, restore."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from azdesk.fleet import history, store
from azdesk.ui import relative
from azdesk.ui.mapping.words import filled
from azdesk.ui.reviewmodels import FileDiff
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.card import Card
from azdesk.ui.widgets.diff_view import DiffView

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet
    from azdesk.ui.workbench import Workbench

_BEFORE, _NOW = "before", "now"


class HistoryDialog(QDialog):
    """Revisions at the left, newest first; at the right what each changed, or how it differs from now."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._revisions: tuple[history.Revision, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(filled(self.tr("History of %1"), workbench.opened.path.name))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Revisions"))
        self.list.setWordWrap(True)
        self.list.setSpacing(2)
        self.list.setProperty("flat", True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(lambda _row: self._show())
        self.against = QComboBox()
        self.against.addItem(self.tr("What it changed"), _BEFORE)
        self.against.addItem(self.tr("How it differs from the document now"), _NOW)
        self.against.setAccessibleName(self.tr("Compare with"))
        self.against.currentIndexChanged.connect(lambda _at: self._show())
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setProperty("role", "note")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.diff = DiffView()
        self.restore = QPushButton(self.tr("&Restore this text…"))
        self.restore.clicked.connect(self._restore)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.restore, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        revisions = Card(title=self.tr("Saved texts"))
        revisions.body.addWidget(self.list)
        right = Card()
        side = right.body
        line = QHBoxLayout()
        line.addWidget(self.against)
        line.addStretch(1)
        side.addLayout(line)
        side.addWidget(self.words)
        side.addWidget(self.diff, 1)
        splitter = QSplitter()
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(12)
        splitter.addWidget(revisions)
        splitter.addWidget(right)
        splitter.setSizes([300, 660])
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        column.addWidget(splitter, 1)
        column.addWidget(buttons)
        self.resize(980, 600)
        self._read()

    def _read(self) -> None:
        path = self._workbench.opened.path

        def work(_job: Job) -> tuple[history.Revision, ...]:
            return history.history(path)

        self._workbench.run(work, title=self.tr("Reading the history"), done=self._have, quiet=True)

    def _have(self, revisions: tuple[history.Revision, ...]) -> None:
        self._revisions = revisions
        self.list.clear()
        for revision in revisions:
            who = f" · {revision.who}" if revision.who else ""
            item = QListWidgetItem(f"{revision.when:%Y-%m-%d %H:%M}{who}\n{revision.summary}")
            item.setToolTip(relative.exact(revision.when))
            self.list.addItem(item)
        self.restore.setEnabled(bool(revisions))
        if revisions:
            self.list.setCurrentRow(0)
        else:
            self.words.setText(self.tr("Nothing yet: each save of the document is kept here."))

    def _show(self) -> None:
        at = self.list.currentRow()
        if not 0 <= at < len(self._revisions):
            return
        chosen = self._revisions[at]
        bench = self._workbench
        if self.against.currentData() == _NOW:
            before, after = chosen.text, store.text_of(bench.opened, bench.fleet)
        else:
            before = self._revisions[at + 1].text if at + 1 < len(self._revisions) else ""
            after = chosen.text
        changed = history.compare(before, after)
        words = list(changed.words)
        self.words.setText("\n".join(words[:6] + ([f"… {len(words) - 6}"] if len(words) > 6 else [])))
        self.words.setVisible(bool(words))
        self.diff.show_diff(FileDiff(path=bench.opened.path.name, before=before or None, after=after))
        self.restore.setEnabled(chosen.text != bench.opened.text or bench.modified)

    def _restore(self) -> None:
        at = self.list.currentRow()
        if not 0 <= at < len(self._revisions):
            return
        chosen, bench = self._revisions[at], self._workbench

        def write(opened: store.Opened, _fleet: Fleet) -> store.Opened:
            return store.restore(opened, chosen)

        bench.write(write, title=self.tr("Restoring the document"), done=bench.reread)
        self.accept()

"""Two workstations saved one document: both sides' changes, and the choice where they clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from azdesk.fleet import store
from azdesk.fleet.difference import difference
from azdesk.fleet.merge import Merged, Side, merge
from azdesk.fleet.model import Fleet
from azdesk.ui.mapping.words import filled
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.card import Card

if TYPE_CHECKING:
    from azdesk.ui.workbench import Workbench


class ConflictDialog(QDialog):
    """Merge and save, or take one side."""

    def __init__(self, workbench: Workbench, theirs: store.Opened, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._theirs = theirs
        self._base = workbench.opened.fleet
        self._decided: dict[str, Side] = {}
        self._choices: dict[str, QComboBox] = {}
        self._merged = Merged(fleet=None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Both changed"))
        head = QLabel(filled(self.tr("%1 was changed by someone else since it was opened"), theirs.path.name))
        head.setProperty("role", "heading")
        note = QLabel(
            self.tr(
                "Nothing has been written yet. Changes to different things go together; where both changed the same thing, choose."
            )
        )
        note.setProperty("role", "note")
        note.setWordWrap(True)
        self.mine = _changes(self._base, workbench.fleet, self.tr("Your changes"))
        self.others = _changes(self._base, theirs.fleet, self.tr("The other side's changes"))
        sides = QHBoxLayout()
        sides.setSpacing(2 * GRID)
        for title, view in (
            (self.tr("Your changes"), self.mine),
            (self.tr("The other side's changes"), self.others),
        ):
            card = Card(title=title)
            card.body.addWidget(view)
            sides.addWidget(card, 1)
        self._clashes = QGridLayout()
        self._clashes.setHorizontalSpacing(GRID)
        self._clashes.setColumnStretch(0, 1)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.save = QPushButton(self.tr("&Merge and save"))
        self.save.setProperty("kind", "primary")
        self.take = QPushButton(self.tr("Drop mine, take &theirs"))
        self.buttons.addButton(self.take, QDialogButtonBox.ButtonRole.DestructiveRole)
        self.buttons.addButton(self.save, QDialogButtonBox.ButtonRole.AcceptRole)
        self.save.clicked.connect(self._save)
        self.take.clicked.connect(self._take)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        for widget in (head, note):
            column.addWidget(widget)
        column.addLayout(sides, 1)
        column.addLayout(self._clashes)
        column.addWidget(self.buttons)
        self.resize(760, 420)
        self._merge()

    def choose(self, path: str, side: Side) -> None:
        """Decide a clash."""
        self._decided[path] = side
        self._merge()

    def clashes(self) -> tuple[str, ...]:
        """Paths that still have to be decided, or were."""
        return tuple(self._choices)

    def _merge(self) -> None:
        self._merged = merge(self._base, self._workbench.fleet, self._theirs.fleet, decided=self._decided)
        for clash in self._merged.clashes:
            if clash.path in self._choices:
                continue
            row = len(self._choices)
            label = QLabel(clash.message)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            box = QComboBox()
            box.addItem(self.tr("Choose…"), None)
            box.addItem(self.tr("Mine"), "mine")
            box.addItem(self.tr("Theirs"), "theirs")
            box.setAccessibleName(clash.message)
            box.activated.connect(lambda _at, path=clash.path, own=box: self._chosen(path, own))
            self._choices[clash.path] = box
            self._clashes.addWidget(label, row, 0)
            self._clashes.addWidget(box, row, 1, Qt.AlignmentFlag.AlignTop)
        self.save.setEnabled(self._merged.fleet is not None)

    def _chosen(self, path: str, box: QComboBox) -> None:
        side = box.currentData()
        if side is None:
            self._decided.pop(path, None)
            self._merge()
        else:
            self.choose(path, side)

    def _save(self) -> None:
        if self._merged.fleet is not None:
            self._workbench.save_over(self._theirs, self._merged.fleet)
            self.accept()

    def _take(self) -> None:
        self._workbench.reread(self._theirs)
        self.accept()


def _changes(old: Fleet, new: Fleet, name: str) -> QListWidget:
    view = QListWidget()
    view.setWordWrap(True)
    view.setSpacing(2)
    view.setProperty("flat", True)
    view.setSelectionMode(QListWidget.SelectionMode.NoSelection)
    view.setAccessibleName(name)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    for change in difference(old, new):
        view.addItem(str(change))
    return view

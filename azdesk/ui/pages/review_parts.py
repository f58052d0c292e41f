"""Pieces of the review: a row of the plan, the word to be typed, and states in words."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from azdesk.core.outcome import HostState, StepState
from azdesk.ui import theme
from azdesk.ui.reviewmodels import Irreversible, ReviewHost, ReviewStep
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets import rows

VALUE_ROLE: Final = Qt.ItemDataRole.UserRole
STATE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
NOTE_ROLE: Final = Qt.ItemDataRole.UserRole + 2

STEP_MARK: Final = {
    StepState.WAITING: State.UNKNOWN,
    StepState.RUNNING: State.BUSY,
    StepState.DONE: State.RIGHT,
    StepState.FAILED: State.FAILING,
    StepState.ROLLED_BACK: State.DIFFERS,
    StepState.NOT_RUN: State.UNKNOWN,
}
HOST_MARK: Final = {
    HostState.RIGHT: State.RIGHT,
    HostState.CHANGED: State.RIGHT,
    HostState.ROLLED_BACK: State.FAILING,
    HostState.NOT_RUN: State.UNKNOWN,
    HostState.AWAITED: State.UNREACHABLE,
    HostState.NEEDS_HELP: State.FAILING,
}


class StepDelegate(QStyledItemDelegate):
    """Paints a host or a step of the plan."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        value, state = index.data(VALUE_ROLE), index.data(STATE_ROLE)
        if isinstance(value, ReviewHost):
            text, font = value.name, theme.heading_font()
        elif isinstance(value, ReviewStep):
            text, font = f"{value.verb}  {value.text}", theme.ui_font()
        else:
            return
        rows.mark_text_note(
            painter,
            option.rect.adjusted(0, 0, -8, 0),
            text=text,
            note=index.data(NOTE_ROLE) or "",
            font=font,
            note_font=theme.note_font(),
            state=state,
            elide=Qt.TextElideMode.ElideMiddle,
            icon="warning" if isinstance(value, ReviewStep) and value.irreversible and state is None else "",
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(80, rows.ROW_PX)


class Confirm(QWidget):
    """One thing that cannot be undone, with the word to be typed."""

    changed = Signal()
    backup = Signal(str)

    def __init__(self, item: Irreversible) -> None:
        super().__init__()
        self.item = item
        sentence = QLabel(item.sentence)
        sentence.setWordWrap(True)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.word = QLineEdit()
        self.word.setPlaceholderText(self.tr("Type %1 to allow it").replace("%1", item.confirm))
        self.word.setAccessibleName(self.word.placeholderText())
        self.word.setAccessibleDescription(item.sentence)
        self.word.setFixedWidth(240)
        self.word.textChanged.connect(lambda _text: self.changed.emit())
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(self.word)
        if item.backup:
            download = QPushButton(item.backup)
            download.clicked.connect(lambda: self.backup.emit(item.key))
            line.addWidget(download)
        line.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(sentence)
        column.addLayout(line)

    @property
    def allowed(self) -> bool:
        return self.word.text().strip() == self.item.confirm


def step_word(state: StepState) -> str:
    """A step's state in a word."""
    tr = QCoreApplication.translate
    return {
        StepState.WAITING: "",
        StepState.RUNNING: tr("ReviewPage", "running"),
        StepState.DONE: tr("ReviewPage", "done"),
        StepState.FAILED: tr("ReviewPage", "failed"),
        StepState.ROLLED_BACK: tr("ReviewPage", "rolled back"),
        StepState.NOT_RUN: tr("ReviewPage", "not run"),
    }[state]


def host_word(state: HostState) -> str:
    """A host's state in a few words."""
    tr = QCoreApplication.translate
    return {
        HostState.RIGHT: tr("ReviewPage", "already right"),
        HostState.CHANGED: tr("ReviewPage", "changed and verified"),
        HostState.ROLLED_BACK: tr("ReviewPage", "rolled back"),
        HostState.NOT_RUN: tr("ReviewPage", "not touched"),
        HostState.AWAITED: tr("ReviewPage", "link lost, asked again"),
        HostState.NEEDS_HELP: tr("ReviewPage", "needs help"),
    }[state]

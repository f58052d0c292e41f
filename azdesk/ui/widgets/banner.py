"""A message across a page: what happened, where, what to do next."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from azdesk.ui import icons, theme
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.marks import IconMark

Kind = Literal["info", "success", "warning", "error"]
_ROLE: dict[str, tuple[str, str]] = {
    "info": ("info", "accent_strong"),
    "success": ("state-right", "right"),
    "warning": ("warning", "differs_text"),
    "error": ("error", "failing_text"),
}


class Banner(QFrame):
    """Says one thing in a coloured box, with at most one button; hidden until `show_message`."""

    action = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = IconMark()
        self._what = _wrapping("heading")
        self._next = _wrapping("note")
        self._button = QPushButton()
        self._button.clicked.connect(self.action)
        self._close = QToolButton()
        self._close.setToolTip(self.tr("Close this message"))
        self._close.setAccessibleName(self.tr("Close this message"))
        self._close.setIcon(icons.icon("close", "text"))
        self._close.clicked.connect(self._dismiss)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._what)
        words.addWidget(self._next)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID + 2, GRID, GRID + 2)
        row.setSpacing(GRID + 2)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def show_message(
        self, kind: Kind, what: str, next_step: str = "", *, button: str = "", closable: bool = True
    ) -> None:
        """Show a message.

        Args:
            what: one sentence, what happened and where.
            next_step: one sentence, what can be done.
            button: words for `action`; no button when empty.
        """
        theme.set_property(self, "surface", f"box-{kind}")
        icon, role = _ROLE[kind]
        self._mark.set_icon(icon, role)
        self._what.setText(what)
        self._next.setText(next_step)
        self._next.setVisible(bool(next_step))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._close.setVisible(closable)
        self.setAccessibleName(f"{what} {next_step}".strip())
        self.show()

    def set_trouble(self, what: str, next_step: str) -> None:
        """Say what is missing on a page; empty: nothing is."""
        if what:
            self.show_message("warning", what, next_step, closable=False)
        else:
            self.hide()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_close"):
            self._close.setIcon(icons.icon("close", "text"))

    def _dismiss(self) -> None:
        self.hide()
        self.closed.emit()


def _wrapping(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label

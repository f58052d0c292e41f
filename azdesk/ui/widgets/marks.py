"""How something stands, by shape and colour, alone or with words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from azdesk.ui import icons
from azdesk.ui.viewmodels import State

MARK_PX = 16

_TOKEN = {
    State.RIGHT: "right",
    State.DIFFERS: "differs",
    State.FAILING: "failing",
    State.UNREACHABLE: "failing",
    State.UNKNOWN: "unknown",
    State.BUSY: "accent",
}


def mark_icon(state: State) -> str:
    """Name of the icon that shows a state."""
    return f"state-{state}"


def mark_token(state: State) -> str:
    """Name of the colour token that goes with a state."""
    return _TOKEN[state]


def state_word(state: State) -> str:
    """The state in a word, for screen readers and hovering."""
    tr = QCoreApplication.translate
    return {
        State.RIGHT: tr("State", "right"),
        State.DIFFERS: tr("State", "differs"),
        State.FAILING: tr("State", "failing"),
        State.UNREACHABLE: tr("State", "unreachable"),
        State.UNKNOWN: tr("State", "not known"),
        State.BUSY: tr("State", "busy"),
    }[state]


def paint_mark(painter: QPainter, rect: QRect, state: State) -> None:
    """Draw a state's mark centred in `rect`."""
    icons.paint(painter, rect, mark_icon(state), mark_token(state))


class IconMark(QWidget):
    """An icon of the family, painted in a token's colour at the sharpness of the screen."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "", role: str = "quiet_strong") -> None:
        super().__init__(parent)
        self._name = name
        self._role = role
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, name: str, role: str) -> None:
        """Show another icon; an empty name shows nothing."""
        if (name, role) != (self._name, self._role):
            self._name, self._role = name, role
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(MARK_PX, MARK_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._name:
            painter = QPainter(self)
            icons.paint(painter, self.rect(), self._name, self._role)
            painter.end()


class StateMark(IconMark):
    """The mark of one state; says the state in words to whoever cannot see it."""

    def __init__(self, parent: QWidget | None = None, *, state: State | None = None) -> None:
        super().__init__(parent)
        self.set_state(state)

    def set_state(self, state: State | None) -> None:
        """Show a state; None leaves the place empty."""
        word = state_word(state) if state else ""
        self.set_icon(mark_icon(state) if state else "", mark_token(state) if state else "unknown")
        self.setToolTip(word)
        self.setAccessibleName(word)


class StateLabel(QWidget):
    """A mark and words beside it that wrap; selectable, so that they can be copied into a mail."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        text: str = "",
        state: State | None = None,
        role: str = "",
    ) -> None:
        super().__init__(parent)
        self.mark = StateMark(state=state)
        self.label = QLabel(text)
        self.label.setWordWrap(True)
        self.label.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if role:
            self.label.setProperty("role", role)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.label, 1)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def set(self, state: State | None, text: str) -> None:
        """Show a state with its words."""
        self.mark.set_state(state)
        self.label.setText(text)

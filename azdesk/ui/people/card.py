"""The card of one person, at the right of the table."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from azdesk.ui.mapping.words import counted
from azdesk.ui.peoplemodels import CardLine, PersonCard
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import StateLabel, StateMark

LABEL_PX = 84
MOST_PROBLEMS = 4


class PersonCardView(QFrame):
    """Shows a `PersonCard`, or how many people are selected, or that nobody is."""

    edit_requested = Signal()
    password_requested = Signal()
    disable_requested = Signal()
    delete_requested = Signal()
    print_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(280)
        self._shown: PersonCard | None = None
        self.title = ElidedLabel()
        self.title.setProperty("role", "title")
        self.subtitle = ElidedLabel()
        self.subtitle.setProperty("role", "quiet")
        self.edit = QPushButton(self.tr("&Edit…"))
        self.password = QPushButton(self.tr("&Password…"))
        self.disable = QPushButton(self.tr("&Disable…"))
        self.delete = QPushButton(self.tr("De&lete…"))
        self.delete.setProperty("kind", "danger")
        self.print = QPushButton(self.tr("P&rint…"))
        self.warning = Banner()
        self.code = QVBoxLayout()
        self.code.setContentsMargins(0, 0, 0, 0)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID)
        self._grid.setColumnStretch(2, 1)
        self._cells: list[QWidget] = []
        self._problems = QVBoxLayout()
        self._problems.setSpacing(GRID // 2)
        self.nobody = EmptyState(
            "people", self.tr("Nobody is selected"), self.tr("Select somebody to see the account here.")
        )
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(1, 1, 1, 1)
        self._stack.addWidget(self.nobody)
        self._stack.addWidget(self._build())
        for button, signal in (
            (self.edit, self.edit_requested),
            (self.password, self.password_requested),
            (self.disable, self.disable_requested),
            (self.delete, self.delete_requested),
            (self.print, self.print_requested),
        ):
            button.clicked.connect(signal)

    @property
    def shown(self) -> PersonCard | None:
        """Whose card it is."""
        return self._shown

    def show_nobody(self) -> None:
        """Nobody is selected."""
        self._shown = None
        self._stack.setCurrentIndex(0)

    def show_waiting(self, title: str, subtitle: str) -> None:
        """Somebody is selected of whom no more is known yet than the row says."""
        if self._shown is not None and self._shown.title == title:
            return
        self._shown = None
        self._head(title, subtitle)
        self._lines(())
        self._set_problems(())
        self.warning.hide()
        self._set_single(single=True)
        self._set_code_visible(shown=False)
        self._stack.setCurrentIndex(1)

    def show_many(self, names: tuple[str, ...], more: int) -> None:
        """Several people are selected."""
        self._shown = None
        count = len(names) + more
        self._head(counted(count, self.tr("1 person"), self.tr("%1 people")), self.tr("selected"))
        lines = [CardLine(label="", text=name) for name in names]
        if more:
            lines.append(CardLine(label="", text=self.tr("and %1 more").replace("%1", f"{more:,}")))
        self._lines(tuple(lines))
        self._set_problems(())
        self.warning.hide()
        self._set_single(single=False)
        self._set_code_visible(shown=False)
        self._stack.setCurrentIndex(1)

    def show_person(self, card: PersonCard) -> None:
        """Show somebody."""
        if card == self._shown:
            return
        self._shown = card
        self._head(card.title, card.subtitle)
        self._lines(card.lines)
        self._set_problems(card.problems)
        if card.warning:
            self.warning.show_message("warning", card.warning, closable=False)
        else:
            self.warning.hide()
        self._set_single(single=True)
        self._set_code_visible(shown=True)
        self.disable.setText(self.tr("E&nable…") if card.disabled else self.tr("&Disable…"))
        self._stack.setCurrentIndex(1)

    def show_problem(self, title: str, what: str, next_step: str) -> None:
        """The card of the one who is selected could not be read."""
        self._shown = None
        self._head(title, "")
        self._lines(())
        self._set_problems(())
        self._set_code_visible(shown=False)
        self.warning.show_message("error", what, next_step, closable=False)
        self._stack.setCurrentIndex(1)

    def set_writable(self, *, writable: bool) -> None:
        """Whether the directory can be changed."""
        for button in (self.edit, self.password, self.disable, self.delete):
            button.setEnabled(writable)

    def set_code(self, widget: QWidget) -> None:
        """Put the widget with the person's code into its place."""
        self.code.addWidget(widget)

    def _build(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.title, 1)
        head.addWidget(self.edit)
        actions = QHBoxLayout()
        actions.setSpacing(GRID)
        for button in (self.password, self.disable, self.delete):
            actions.addWidget(button)
        actions.addStretch(1)
        self._code_place = QWidget()
        self._code_place.setLayout(self.code)
        body = QWidget()
        body.setProperty("surface", "page")
        inner = QVBoxLayout(body)
        inner.setContentsMargins(2 * GRID, 0, 2 * GRID, 2 * GRID)
        inner.setSpacing(GRID + 4)
        inner.addWidget(self.warning)
        inner.addWidget(self._code_place)
        inner.addLayout(self._problems)
        inner.addLayout(self._grid)
        inner.addWidget(self.print, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        whole = QWidget()
        whole.setProperty("surface", "page")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 2 * GRID, 0, 0)
        column.setSpacing(GRID + 4)
        top = QVBoxLayout()
        top.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        top.setSpacing(2)
        top.addLayout(head)
        top.addWidget(self.subtitle)
        top.addSpacing(GRID)
        top.addLayout(actions)
        column.addLayout(top)
        column.addWidget(scroll, 1)
        return whole

    def _head(self, title: str, subtitle: str) -> None:
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.setAccessibleName(title)

    def _set_single(self, *, single: bool) -> None:
        for button in (self.edit, self.password):
            button.setVisible(single)
        self.print.setVisible(not single)  # somebody alone has it beside the code
        if not single:
            self.disable.setText(self.tr("&Disable…"))

    def _set_code_visible(self, *, shown: bool) -> None:
        self._code_place.setVisible(shown and self.code.count() > 0)

    def _lines(self, lines: tuple[CardLine, ...]) -> None:
        for widget in self._cells:
            self._grid.removeWidget(widget)
            widget.deleteLater()
        self._cells.clear()
        for at, line in enumerate(lines):
            words = _words(line)
            top = Qt.AlignmentFlag.AlignTop
            if not line.label:
                self._grid.addWidget(words, at, 0, 1, 3, top)
                self._cells.append(words)
                continue
            mark = StateMark(state=line.state)
            label = QLabel(line.label)
            label.setProperty("role", "heading")
            label.setFixedWidth(LABEL_PX)
            words.setAccessibleName(f"{line.label}: {line.text}")
            for column, widget in enumerate((mark, label, words)):
                self._grid.addWidget(widget, at, column, top)
                self._cells.append(widget)

    def _set_problems(self, problems: tuple[str, ...]) -> None:
        while (item := self._problems.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        shown = problems[:MOST_PROBLEMS]
        for text in shown:
            self._problems.addWidget(StateLabel(text=text, state=State.DIFFERS, role="note"))
        if len(problems) > len(shown):
            more = self.tr("and %1 more").replace("%1", str(len(problems) - len(shown)))
            self._problems.addWidget(StateLabel(text=more, state=State.DIFFERS, role="note"))


def _words(line: CardLine) -> QLabel:
    if not line.whole:
        short = ElidedLabel(text=line.text, mode=Qt.TextElideMode.ElideMiddle)
        short.setProperty("role", "note")
        short.setMinimumWidth(1)
        return short
    words = QLabel(line.text)
    words.setProperty("role", "note")
    words.setWordWrap(True)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return words

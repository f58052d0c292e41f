"""The first tab of a host's page: how it stands, what differs, what runs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from azdesk.ui import theme
from azdesk.ui.mapping.host import Differing, HostModel, Service
from azdesk.ui.mapping.words import filled
from azdesk.ui.tokens import GRID, LABEL_COLUMN_PX
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.card import Card
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import StateLabel

_NAME_PX = 15 * GRID
"""Width of a unit's name; the words and buttons beside it have to fit into the smallest window, too."""

_ACTIONS = ("start", "stop", "restart", "log")


class _ServiceRow(QWidget):
    """A unit: its mark, name, state in words, and what can be done."""

    asked = Signal(str, str)
    """unit; start, stop, restart or log."""

    def __init__(self, unit: str) -> None:
        super().__init__()
        self._unit = unit
        self.state = StateLabel()
        self.words = ElidedLabel()
        self.words.setProperty("role", "note")
        texts = (self.tr("Start"), self.tr("Stop…"), self.tr("Restart"), self.tr("Log…"))
        self.buttons = {action: QPushButton(text) for action, text in zip(_ACTIONS, texts, strict=True)}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        self.state.setFixedWidth(_NAME_PX)
        row.addWidget(self.state, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)
        for action, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, what=action: self.asked.emit(self._unit, what))
            row.addWidget(button)

    def set(self, service: Service, *, usable: bool) -> None:
        """Show how the unit stands; `usable` is whether the host can be asked to do something now."""
        self.state.set(service.state, service.name)
        self.words.setText(service.words)
        there = service.state is not State.UNKNOWN
        for action, button in self.buttons.items():
            fits = there and (action == "log" or (action == "start") is not service.runs)
            button.setVisible(fits)
            button.setEnabled(usable)
            button.setAccessibleName(f"{button.text()} {service.name}")


class _Difference(QWidget):
    """One feature: what differs, and Adopt."""

    adopt = Signal(str)

    def __init__(self, item: Differing) -> None:
        super().__init__()
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        head = QLabel(item.title)
        head.setProperty("role", "heading")
        words.addWidget(head)
        for sentence in item.sentences:
            words.addWidget(StateLabel(text=sentence, state=State.DIFFERS))
        button = QPushButton(self.tr("Adopt"))
        button.setToolTip(self.tr("Take what the host has into the document"))
        button.setAccessibleName(filled(self.tr("Adopt %1"), item.title))
        button.clicked.connect(lambda: self.adopt.emit(item.feature))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addLayout(words, 1)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)


class HostOverview(QScrollArea):
    """Shows a `HostModel`; only what changed is built anew."""

    adopt_requested = Signal(str)
    """Key of the feature."""
    review_requested = Signal()
    service_requested = Signal(str, str)
    """unit; start, stop, restart or log."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: HostModel | None = None
        self._rows: dict[str, _ServiceRow] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setProperty("surface", "page")
        self.setWidget(body)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 3 * GRID)
        column.setSpacing(2 * GRID)
        self.state = Card(title=self.tr("State"))
        self.sentence = StateLabel()
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(GRID)
        self.facts.setVerticalSpacing(GRID // 2)
        self.facts.setColumnMinimumWidth(0, LABEL_COLUMN_PX)
        self.facts.setColumnStretch(1, 1)
        self.state.body.addWidget(self.sentence)
        self.state.body.addLayout(self.facts)
        self.differing = Card(title=self.tr("Differs from the document"))
        self.review = self.differing.add_action(self.tr("&Review…"))
        self.review.clicked.connect(self.review_requested)
        self.notes = Card(title=self.tr("To be known"))
        self.services = Card(title=self.tr("Services"))
        for card in (self.state, self.differing, self.notes, self.services):
            column.addWidget(card)
        column.addStretch(1)

    def set_model(self, model: HostModel, *, usable: bool = True) -> None:
        """Show a host. `usable` is whether it can be asked to do something now."""
        old, self._shown = self._shown, model
        self.sentence.set(model.standing.state, model.problem or model.standing.sentence)
        if old is None or old.rows != model.rows:
            _fill_facts(self.facts, model.rows)
        if old is None or old.differing != model.differing:
            self._fill_differing(model.differing)
        self.differing.setVisible(bool(model.differing))
        self.review.setEnabled(usable)
        notes: list[tuple[State | None, str]] = [(State.FAILING, text) for text in model.unreadable]
        notes += [(None, text) for text in model.notes]
        if old is None or (old.unreadable, old.notes) != (model.unreadable, model.notes):
            _clear(self.notes.body)
            for state, text in notes:
                label = StateLabel(text=text, state=state)
                if state is None:
                    label.mark.set_icon("info", "quiet_strong")
                self.notes.body.addWidget(label)
        self.notes.setVisible(bool(notes))
        self._fill_services(model.services, usable=usable)
        self.services.setVisible(bool(model.services))

    def _fill_differing(self, items: tuple[Differing, ...]) -> None:
        _clear(self.differing.body)
        for item in items:
            row = _Difference(item)
            row.adopt.connect(self.adopt_requested)
            self.differing.body.addWidget(row)

    def _fill_services(self, services: tuple[Service, ...], *, usable: bool) -> None:
        units = [service.unit for service in services]
        if units != list(self._rows):
            _clear(self.services.body)
            self._rows = {unit: _ServiceRow(unit) for unit in units}
            for row in self._rows.values():
                row.asked.connect(self.service_requested)
                self.services.body.addWidget(row)
        for service in services:
            self._rows[service.unit].set(service, usable=usable)


def _fill_facts(grid: QGridLayout, rows: tuple[tuple[str, str], ...]) -> None:
    while (item := grid.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    for at, (what, value) in enumerate(rows):
        name = QLabel(what)
        name.setProperty("role", "quiet")
        text = QLabel(value)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setFont(theme.ui_font())
        grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(text, at, 1)


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()

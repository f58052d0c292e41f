"""The overview: what needs attention, all hosts, and what must be equal in each cluster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from azdesk.ui.forms.overview_page import Ui_OverviewPage
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import Attention, Matrix, OverviewModel, State
from azdesk.ui.widgets.card import Card
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.host_grid import HostGrid
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.marks import StateLabel, StateMark
from azdesk.ui.widgets.matrix_view import MatrixView

ATTENTION_SHOWN = 6
"""More than so many things at once are behind one button."""


class _AttentionRow(QWidget):
    def __init__(self, item: Attention, act: Callable[[str], None]) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID + 2)
        row.addWidget(StateMark(state=item.state), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(0)
        sentence = ElidedLabel(text=item.sentence)
        words.addWidget(sentence)
        if item.detail:
            detail = ElidedLabel(text=item.detail)
            detail.setProperty("role", "note")
            words.addWidget(detail)
        row.addLayout(words, 1)
        if item.action:
            button = QPushButton(item.action)
            button.setAccessibleDescription(item.sentence)
            button.clicked.connect(lambda: act(item.key))
            row.addWidget(button)
        self.setMinimumHeight(36)


class OverviewPage(QWidget):
    """Shows an `OverviewModel`; rebuilds only the cards whose content changed."""

    attention_requested = Signal(str)
    """Key of the `Attention` whose button was pressed."""
    host_requested = Signal(str)
    cell_requested = Signal(str, int, int)
    look_again_requested = Signal()
    report_requested = Signal()
    add_host_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_OverviewPage()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._shown: OverviewModel | None = None
        self._all = False
        self._column = self.ui.body_layout
        self.attention = Card(title=self.tr("Needs attention"))
        self.hosts = Card(title=self.tr("Hosts"))
        self.grid = HostGrid()
        self.hosts.body.addWidget(self.grid)
        self._matrices = QVBoxLayout()
        self._matrices.setSpacing(2 * GRID)
        self._matrix_cards: dict[str, tuple[Card, MatrixView]] = {}
        self.empty = EmptyState(
            "host",
            self.tr("No hosts yet"),
            self.tr(
                "Add the first host with its address and a login; AZDesk looks at it and changes nothing."
            ),
            self.tr("&Add host…"),
        )
        self._column.addWidget(self.attention)
        self._column.addLayout(self._matrices)
        self._column.addWidget(self.hosts)
        self._column.addWidget(self.empty, 1)
        self._column.addStretch(0)
        self.ui.scroll.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.grid.host_requested.connect(self.host_requested)
        self.empty.action.connect(self.add_host_requested)
        self.ui.look_again.clicked.connect(self.look_again_requested)
        self.ui.report.clicked.connect(self.report_requested)

    def set_clock(self, clock: Callable[[], datetime]) -> None:
        """Take the present from elsewhere; for pictures that must not change."""
        self.ui.subtitle.set_clock(clock)

    def set_model(self, model: OverviewModel) -> None:
        """Show the fleet as it stands."""
        old, self._shown = self._shown, model
        self.ui.title.setText(model.title)
        self.ui.subtitle.set_pattern(
            f"{model.subtitle} · " + self.tr("looked %1"), f"{model.subtitle} · " + self.tr("never looked at")
        )
        self.ui.subtitle.set_when(model.looked_at)
        if old is None or old.attention != model.attention:
            self._fill_attention()
        if old is None or old.matrices != model.matrices:
            self._fill_matrices(model.matrices)
        self.grid.set_hosts(model.hosts)
        some = bool(model.hosts)
        for card in (self.attention, self.hosts):
            card.setVisible(some)
        self.empty.setVisible(not some)
        self.hosts.set_title(self.tr("Hosts"), _tally(model) if some else "")

    def _make_room(self, _least: int, most: int) -> None:
        # The scroll bar stands in the page's margin, so that cards end where the head ends.
        bar = self.ui.scroll.verticalScrollBar().sizeHint().width() if most else 0
        margins = self._column.contentsMargins()
        self._column.setContentsMargins(margins.left(), margins.top(), 3 * GRID - bar, margins.bottom())

    def _fill_attention(self) -> None:
        assert self._shown is not None
        _clear(self.attention.body)
        items = self._shown.attention
        if not items:
            calm = StateLabel(
                text=self.tr("Nothing. Every host that was looked at is as the document says."),
                state=State.RIGHT,
            )
            self.attention.body.addWidget(calm)
            return
        shown = items if self._all else items[:ATTENTION_SHOWN]
        for item in shown:
            self.attention.body.addWidget(_AttentionRow(item, self.attention_requested.emit))
        if len(items) > ATTENTION_SHOWN:
            words = (
                self.tr("Show fewer") if self._all else self.tr("Show all %1").replace("%1", str(len(items)))
            )
            more = QPushButton(words)
            more.setProperty("kind", "link")
            more.clicked.connect(self._toggle_all)
            self.attention.body.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _toggle_all(self) -> None:
        self._all = not self._all
        self._fill_attention()

    def _fill_matrices(self, matrices: tuple[Matrix, ...]) -> None:
        if [matrix.key for matrix in matrices] != list(self._matrix_cards):
            _clear(self._matrices)
            self._matrix_cards = {}
            for matrix in matrices:
                card, view = Card(title=matrix.title), MatrixView()
                view.cell_requested.connect(self.cell_requested)
                card.body.addWidget(view)
                self._matrices.addWidget(card)
                self._matrix_cards[matrix.key] = card, view
        for matrix in matrices:
            card, view = self._matrix_cards[matrix.key]
            card.set_title(matrix.title, matrix.note)
            view.set_matrix(matrix)


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _tally(model: OverviewModel) -> str:
    tr = QCoreApplication.translate
    words = {
        State.RIGHT: tr("OverviewPage", "%1 right"),
        State.DIFFERS: tr("OverviewPage", "%1 differing"),
        State.FAILING: tr("OverviewPage", "%1 failing"),
        State.UNREACHABLE: tr("OverviewPage", "%1 unreachable"),
        State.UNKNOWN: tr("OverviewPage", "%1 not looked at"),
        State.BUSY: tr("OverviewPage", "%1 busy"),
    }
    counts = {state: sum(host.state is state for host in model.hosts) for state in State}
    return " · ".join(words[state].replace("%1", str(count)) for state, count in counts.items() if count)

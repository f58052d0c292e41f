"""A cluster's page: what must be equal on its nodes, and the nodes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import HostSummary, Matrix, TabModel
from azdesk.ui.widgets.card import Card
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.host_grid import HostGrid
from azdesk.ui.widgets.labels import ElidedLabel
from azdesk.ui.widgets.matrix_view import MatrixView
from azdesk.ui.widgets.side_tabs import SideTabs

OVERVIEW = "overview"
SETTINGS = "settings"


class ClusterPage(QWidget):
    """Shows one cluster."""

    host_requested = Signal(str)
    cell_requested = Signal(str, int, int)
    look_again_requested = Signal()
    add_host_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._matrix: Matrix | None = None
        self.title = ElidedLabel()
        self.title.setProperty("role", "title")
        self.subtitle = ElidedLabel()
        self.subtitle.setProperty("role", "quiet")
        titles = QVBoxLayout()
        titles.setSpacing(2)
        titles.addWidget(self.title)
        titles.addWidget(self.subtitle)
        again = QPushButton(self.tr("&Look again   F5"))
        again.clicked.connect(self.look_again_requested)
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addLayout(titles, 1)
        head.addWidget(again)
        self.equal = Card(title=self.tr("Must be equal"))
        self.view = MatrixView(headed=False)
        self.view.cell_requested.connect(self.cell_requested)
        self.equal.body.addWidget(self.view)
        self.nodes = Card(title=self.tr("Nodes"))
        self.grid = HostGrid()
        self.grid.host_requested.connect(self.host_requested)
        self.nodes.body.addWidget(self.grid)
        for card in (self.equal, self.nodes):
            card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.empty = EmptyState(
            "cluster",
            self.tr("No nodes yet"),
            self.tr(
                "Drag a host here in the tree, or add one. The first node is the one that the others join."
            ),
            self.tr("&Add host…"),
        )
        self.empty.action.connect(self.add_host_requested)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setProperty("surface", "page")
        scroll.setWidget(body)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 3 * GRID)
        column.setSpacing(2 * GRID)
        column.addWidget(self.equal)
        column.addWidget(self.nodes)
        column.addWidget(self.empty, 1)
        column.addStretch(0)
        self.tabs = SideTabs()
        self.tabs.set_outer_margin(2 * GRID)
        self.tabs.add_tab(TabModel(key=OVERVIEW, title=self.tr("Overview")), lambda: scroll)
        head.setContentsMargins(0, 0, 2 * GRID, 0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(3 * GRID, 20, GRID, 0)
        outer.setSpacing(GRID + 4)
        outer.addLayout(head)
        outer.addWidget(self.tabs, 1)

    def add_settings(self, factory: Callable[[], QWidget]) -> None:
        """Add the tab for what the nodes share; made when first shown."""
        self.tabs.add_tab(TabModel(key=SETTINGS, title=self.tr("Shared settings")), factory)

    def set_model(self, title: str, subtitle: str, matrix: Matrix, hosts: tuple[HostSummary, ...]) -> None:
        """Show a cluster."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        some = bool(hosts)
        if some and matrix != self._matrix:
            self._matrix = matrix
            self.equal.set_title(self.tr("Must be equal"), matrix.note)
            self.view.set_matrix(matrix)
        self.grid.set_hosts(hosts)
        for widget in (self.equal, self.nodes):
            widget.setVisible(some)
        self.empty.setVisible(not some)

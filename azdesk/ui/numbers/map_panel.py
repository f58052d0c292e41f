"""The map of number space, with the table that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from azdesk.ui.editors.base import fill_choices
from azdesk.ui.mapping.words import filled
from azdesk.ui.numbers.map_view import NumberMapView
from azdesk.ui.numbers.working import Latest
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from azdesk.ui.numbersmodels import NumberMap
    from azdesk.ui.viewmodels import TableRow
    from azdesk.ui.workbench import Workbench


@dataclass(frozen=True, kw_only=True)
class _Worked:
    """What is worked out in the background."""

    map: NumberMap
    rows: tuple[TableRow, ...]
    paths: dict[str, tuple[str, ...]]


class MapPanel(QWidget):
    """Who owns which numbers."""

    opened = Signal(object)
    """Path in the document."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self._paths: dict[str, tuple[str, ...]] = {}
        self._latest = Latest(workbench, self)
        self._latest.done.connect(self._show)
        self.seen_from = QComboBox()
        self.seen_from.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.seen_from.setMinimumContentsLength(18)
        label = QLabel(self.tr("As &dialled"))
        label.setBuddy(self.seen_from)
        self.seen_from.setAccessibleName(self.tr("As dialled"))
        self.place = QLabel()
        self.place.setProperty("role", "quiet")
        self.out = QPushButton(self.tr("&Back"))
        self.out.setToolTip(self.tr("One digit less   Backspace"))
        self.view = NumberMapView()
        area = QScrollArea()
        area.setWidget(self.view)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        self.view.setAutoFillBackground(False)
        area.setMinimumSize(QSize(240, 120))
        self.table = PlainTable(
            self.tr("Numbers"),
            (
                self.tr("Numbers"),
                self.tr("Whose"),
                self.tr("Count"),
                self.tr("Shared"),
            ),
            (92, 116, 52, 104),
        )
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        for widget in (area, self.table):
            card = QFrame()
            card.setProperty("surface", "card")
            inside = QVBoxLayout(card)
            inside.setContentsMargins(GRID, GRID // 2, GRID, GRID)
            inside.addWidget(widget)
            self.splitter.addWidget(card)
        self.splitter.setStretchFactor(0, 11)
        self.splitter.setStretchFactor(1, 9)
        self.splitter.setSizes([550, 450])
        self.splitter.setChildrenCollapsible(False)
        self.empty = EmptyState(
            "numbers",
            self.tr("No numbers yet"),
            self.tr("Choose a scheme under Plan, and give hosts their blocks, such as 68XX, on their pages."),
        )
        line = QHBoxLayout()
        line.setSpacing(GRID)
        line.addWidget(label)
        line.addWidget(self.seen_from)
        line.addWidget(self.out)
        line.addWidget(self.place, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(line)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.empty, 1)
        self.empty.hide()
        self.seen_from.activated.connect(lambda _at: self.refresh())
        self.out.clicked.connect(lambda: self.view.set_prefix(self.view.prefix[:-1]))
        self.view.prefix_changed.connect(lambda _prefix: self._show_place())
        self.view.chosen.connect(lambda key: self.table.select((key,)))
        self.view.opened.connect(self._open)
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(self._open)
        workbench.fleet_changed.connect(self.refresh)
        self._show_place()
        self.refresh()

    @property
    def busy(self) -> bool:
        """Whether the map is older than the document."""
        return self._latest.busy

    def refresh(self) -> None:
        """Work the map out anew."""
        fleet = self.workbench.fleet
        if fleet.number_plan.scheme == "as-is":
            choices: list[tuple[str, object]] = []
        else:
            from azdesk.voice.deriving import hosts_of

            words = self.tr("by phones at %1")
            choices = [(filled(words, host), host) for host in hosts_of(fleet)]
        fill_choices(self.seen_from, [(self.tr("in the whole fleet"), ""), *choices])
        host = str(self.seen_from.currentData() or "")

        def work() -> _Worked:
            from azdesk.ui.mapping.number_map import number_map, rows

            found = number_map(fleet, host)
            return _Worked(map=found, rows=rows(found), paths={area.key: area.path for area in found.areas})

        self._latest.work_out(work)

    def _show(self, found: _Worked) -> None:
        self.view.set_map(found.map)
        self.table.set_rows(found.rows)
        self._paths = found.paths
        some = bool(found.map.lanes)
        self.splitter.setVisible(some)
        self.empty.setVisible(not some)

    def _show_place(self) -> None:
        prefix = self.view.prefix
        self.out.setEnabled(bool(prefix))
        self.place.setText(
            filled(self.tr("Numbers that begin with %1"), prefix)
            if prefix
            else self.tr("All numbers. A digit, or a click on one, goes in.")
        )

    def _chosen(self) -> None:
        keys = self.table.selected()
        if len(keys) == 1 and keys[0] != self.view.current:
            self.view.set_current(keys[0])

    def _open(self, key: str) -> None:
        self.opened.emit(self._paths[key])

"""The graph of hosts and trunks, painted: hosts by whom they reach directly, trunks to the outside at the right."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from azdesk.ui import theme
from azdesk.ui.mapping.words import counted, filled, listed
from azdesk.ui.numbers.working import Latest
from azdesk.ui.numbersmodels import Graph, GraphGroup, GraphHost, GraphTrunk
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets import rows
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azdesk.ui.workbench import Workbench
    from azdesk.voice.checking import Finding

_HOST = QSize(148, 44)
_HOST_SMALL = QSize(112, 28)
_TRUNK_PX = 232
_GUTTER_PX = 120
"""Room for the lines between hosts and trunks."""
_RING_MOST = 6
"""So many hosts stand on a circle, with a line for each trunk between them; more stand in a ring that says the same."""
_STRAIGHT_PX = GRID
"""A line that would rise or fall by no more goes straight on: it still meets the trunk's box."""
_LINES_MOST = 4
"""A trunk has lines to so many hosts; to more, one to their group."""


@dataclass
class _Placed:
    """Where things stand."""

    frames: dict[str, QRect] = field(default_factory=dict)
    hosts: dict[str, QRect] = field(default_factory=dict)
    trunks: dict[str, QRect] = field(default_factory=dict)
    height: int = 0


class GraphView(QWidget):
    """Shows a `Graph`; the arrows walk through hosts and trunks, Return opens one."""

    opened = Signal(object)
    """Path in the document."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._graph = Graph(groups=(), trunks=())
        self._placed = _Placed()
        self.current: tuple[str, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Hosts and trunks"))

    def set_graph(self, found: Graph) -> None:
        """Show this."""
        self._graph = found
        if self.current not in self.paths():
            self.current = ()
        self._place()
        self.update()

    def paths(self) -> list[tuple[str, ...]]:
        """Everything that can be opened, in order."""
        hosts = [("hosts", host.name) for group in self._graph.groups for host in group.hosts]
        return [*hosts, *(("trunks", trunk.name) for trunk in self._graph.trunks)]

    def words_of(self, path: tuple[str, ...]) -> str:
        """What is told of a host or a trunk."""
        for group in self._graph.groups:
            for host in group.hosts:
                if path == ("hosts", host.name):
                    return "\n".join((host.name, host.numbers, f"{group.title}: {group.note}"))
        for trunk in self._graph.trunks:
            if path == ("trunks", trunk.name):
                lines = [trunk.name, trunk.note]
                lines.append(filled(self.tr("calls out: %1"), listed(trunk.rules_out) or self.tr("no rule")))
                lines.append(filled(self.tr("calls in: %1"), listed(trunk.rules_in) or self.tr("no rule")))
                if trunk.hosts:
                    lines.append(filled(self.tr("at %1"), listed(trunk.hosts)))
                if trunk.through:
                    lines.append(filled(self.tr("way out also for %1"), listed(trunk.through)))
                return "\n".join(lines)
        return ""

    # -- where things stand ------------------------------------------------------------------------------------

    def _place(self) -> None:
        placed = _Placed()
        room = max(320, self.width() - (_TRUNK_PX + _GUTTER_PX if self._graph.trunks else 0))
        top = 0
        for group in self._graph.groups:
            top = self._place_group(placed, group, room, top) + 2 * GRID
        height = 0
        for trunk in self._graph.trunks:
            lines = 2 + min(4, len(trunk.rules_out) + len(trunk.rules_in)) or 1
            rect = QRect(self.width() - _TRUNK_PX, height, _TRUNK_PX - 1, lines * 18 + 2 * GRID)
            placed.trunks[trunk.name] = rect
            height = rect.bottom() + 2 * GRID
        placed.height = max(top, height, 120)
        self._placed = placed
        self.setFixedHeight(placed.height)

    def _place_group(self, placed: _Placed, group: GraphGroup, room: int, top: int) -> int:
        """Places a group's frame and hosts; gives its lower edge."""
        head = 48
        count = len(group.hosts)
        if 2 < count <= _RING_MOST:
            width, height = min(room, 460), 108 + 44 * count
            frame = QRect(0, top, width, head + height)
            centre = QPointF(width / 2, top + head + height / 2 - GRID)
            for at, host in enumerate(group.hosts):
                angle = 2 * math.pi * at / count - math.pi / 2
                x = centre.x() + math.cos(angle) * (width / 2 - _HOST.width() / 2 - 2 * GRID)
                y = centre.y() + math.sin(angle) * (height / 2 - _HOST.height() / 2 - GRID)
                placed.hosts[host.name] = QRect(
                    round(x - _HOST.width() / 2), round(y - _HOST.height() / 2), _HOST.width(), _HOST.height()
                )
        else:
            size = _HOST if count <= 2 else _HOST_SMALL
            gap = 4 * GRID if count <= 2 else GRID
            across = max(1, (room - 4 * GRID + gap) // (size.width() + gap))
            if across < count:
                # The last column ends where the frame does.
                size = QSize((room - 4 * GRID + gap) // across - gap, size.height())
            across = min(across, count)
            for at, host in enumerate(group.hosts):
                column, line = at % across, at // across
                placed.hosts[host.name] = QRect(
                    2 * GRID + column * (size.width() + gap),
                    top + head + line * (size.height() + gap),
                    size.width(),
                    size.height(),
                )
            down = (count + across - 1) // across
            wide = max(4 * GRID + across * (size.width() + gap) - gap, min(room, 360))
            frame = QRect(0, top, wide, head + down * (size.height() + gap) - gap + 2 * GRID)
        placed.frames[group.key] = frame
        return frame.bottom()

    # -- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = event.rect()
        near = [group for group in self._graph.groups if self._placed.frames[group.key].intersects(seen)]
        for group in near:
            self._paint_group(painter, group, self._placed.frames[group.key])
        for at, trunk in enumerate(self._graph.trunks):
            self._paint_links(painter, trunk, at)
        for group in near:
            for host in group.hosts:
                rect = self._placed.hosts[host.name]
                if rect.intersects(seen):
                    self._paint_host(painter, host, rect)
        for trunk in self._graph.trunks:
            if self._placed.trunks[trunk.name].intersects(seen):
                self._paint_trunk(painter, trunk)
        painter.end()

    def _paint_group(self, painter: QPainter, group: GraphGroup, frame: QRect) -> None:
        tokens = theme.tokens()
        many = len(group.hosts) > 1
        painter.setBrush(QColor(tokens.window))
        # The ring stands for the mesh: each in it has a trunk to each other.
        painter.setPen(QPen(QColor(tokens.accent if many else tokens.line), 2 if many else 1))
        painter.drawRoundedRect(QRectF(frame).adjusted(1, 1, -1, -1), 12, 12)
        line = frame.adjusted(2 * GRID, GRID, -2 * GRID, 0)
        line.setHeight(18)
        rows.words(painter, line, group.title, font=theme.heading_font(), elide=Qt.TextElideMode.ElideMiddle)
        rows.words(painter, line.translated(0, 18), group.note, font=theme.note_font(), tone="quiet_strong")
        if 1 < len(group.hosts) <= _RING_MOST:
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            places = [QRectF(self._placed.hosts[host.name]).center() for host in group.hosts]
            for at, one in enumerate(places):
                for other in places[at + 1 :]:
                    painter.drawLine(one, other)

    def _paint_host(self, painter: QPainter, host: GraphHost, rect: QRect) -> None:
        rows.ground(painter, rect, "surface", radius=6, outline="field_line")
        line = QRect(rect.left() + GRID, rect.top() + 4, rect.width() - 2 * GRID, 20)
        rows.mark_text_note(
            painter,
            line,
            text=host.name,
            note="",
            font=theme.ui_font(),
            note_font=theme.note_font(),
            state=host.state,
            elide=Qt.TextElideMode.ElideMiddle,
        )
        if rect.height() > 40:
            rows.words(
                painter, line.translated(0, 17), host.numbers, font=theme.note_font(), tone="quiet_strong"
            )
        if self.current == ("hosts", host.name):
            rows.focus_ring(painter, rect.adjusted(-2, -2, 2, 2), radius=8)

    def _paint_trunk(self, painter: QPainter, trunk: GraphTrunk) -> None:
        rect = self._placed.trunks[trunk.name]
        rows.ground(painter, rect, "surface", radius=6, outline="field_line")
        line = QRect(rect.left() + GRID, rect.top() + GRID, rect.width() - 2 * GRID, 18)
        rows.mark_text_note(
            painter,
            line,
            text=trunk.name,
            note="",
            font=theme.heading_font(),
            note_font=theme.note_font(),
            icon="trunk",
            state=trunk.state,
            elide=Qt.TextElideMode.ElideMiddle,
        )
        line = line.translated(0, 18)
        rows.words(painter, line, trunk.note, font=theme.note_font(), tone="quiet_strong")
        told = [f"→ {rule}" for rule in trunk.rules_out] + [f"← {rule}" for rule in trunk.rules_in]
        if len(told) > 4:
            told = [*told[:3], counted(len(told) - 3, self.tr("and 1 more"), self.tr("and %1 more"))]
        for words in told:
            line = line.translated(0, 18)
            rows.words(painter, line, words, font=theme.note_font())
        if self.current == ("trunks", trunk.name):
            rows.focus_ring(painter, rect.adjusted(0, 0, 1, 0), radius=8)

    def _paint_links(self, painter: QPainter, trunk: GraphTrunk, at: int) -> None:
        tokens = theme.tokens()
        to = self._placed.trunks[trunk.name]
        end = QPointF(to.left(), to.center().y())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.right), 1.5))
        starts = [_edge(self._placed.frames[key]) for key in trunk.whole]
        if len(trunk.hosts) <= _LINES_MOST:
            for host in trunk.hosts:
                # Out below the host, in the gap between the rows: no line goes through another host.
                rect = self._placed.hosts[host]
                foot = QPointF(rect.center().x(), rect.bottom() + 1)
                bend = foot + QPointF(0, GRID / 2)
                painter.drawLine(foot, bend)
                starts.append(bend)
        else:
            of = {host.name: group.key for group in self._graph.groups for host in group.hosts}
            painter.setPen(QPen(QColor(tokens.right), 1.5, Qt.PenStyle.DashLine))
            starts += [
                _edge(self._placed.frames[key]) for key in dict.fromkeys(of[one] for one in trunk.hosts)
            ]
        for start in starts:
            if abs(start.y() - end.y()) <= _STRAIGHT_PX:
                painter.drawLine(start, QPointF(end.x(), start.y()))
                continue
            middle = end.x() - _GUTTER_PX / 2 + (at % 5 - 2) * GRID
            painter.drawLine(start, QPointF(middle, start.y()))
            painter.drawLine(QPointF(middle, start.y()), QPointF(middle, end.y()))
            painter.drawLine(QPointF(middle, end.y()), end)

    # -- hands -------------------------------------------------------------------------------------------------

    def path_at(self, place: QPointF) -> tuple[str, ...]:
        """What is at a place; empty: nothing."""
        point = place.toPoint()
        for name, rect in self._placed.trunks.items():
            if rect.contains(point):
                return ("trunks", name)
        return next(
            (("hosts", name) for name, rect in self._placed.hosts.items() if rect.contains(point)), ()
        )

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_of(self.path_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(self.path_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if path := self.path_at(event.position()):
            self.opened.emit(path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        paths = self.paths()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current:
            self.opened.emit(self.current)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Down) and paths:
            by = -1 if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Up) else 1
            at = paths.index(self.current) + by if self.current else (0 if by > 0 else len(paths) - 1)
            self._choose(paths[max(0, min(len(paths) - 1, at))])
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place()

    def _choose(self, path: tuple[str, ...]) -> None:
        self.current = path
        self.setAccessibleDescription(self.words_of(path))
        port = self.parentWidget()
        area = port.parentWidget() if port is not None else None
        rect = self._placed.hosts.get(path[1]) if path[:1] == ("hosts",) else None
        if isinstance(area, QScrollArea) and rect is not None:
            area.ensureVisible(rect.center().x(), rect.center().y())
        self.update()


def _edge(rect: QRect) -> QPointF:
    return QPointF(rect.right() + 1, rect.center().y())


class GraphPanel(QWidget):
    """The graph of the document."""

    opened = Signal(object)
    """Path in the document."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self._findings: tuple[Finding, ...] = ()
        self._latest = Latest(workbench, self)
        self._latest.done.connect(self._show)
        self.view = GraphView()
        self.view.opened.connect(self.opened)
        self.area = QScrollArea()
        self.area.setWidget(self.view)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.viewport().setAutoFillBackground(False)
        self.view.setAutoFillBackground(False)
        self.empty = EmptyState(
            "network",
            self.tr("No trunks yet"),
            self.tr("Once the number plan has a scheme, the hosts of a cluster have trunks to each other."),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 2 * GRID)
        column.addWidget(self.area, 1)
        column.addWidget(self.empty, 1)
        workbench.fleet_changed.connect(self.refresh)
        self.refresh()

    def set_findings(self, findings: Sequence[Finding]) -> None:
        """Mark hosts and trunks with what is wrong with them."""
        self._findings = tuple(findings)
        self.refresh()

    def refresh(self) -> None:
        """Show the document as it is now."""
        fleet, findings = self.workbench.fleet, self._findings

        def work() -> Graph:
            from azdesk.ui.mapping.call_graph import graph

            return graph(fleet, findings)

        self._latest.work_out(work)

    @property
    def busy(self) -> bool:
        """Whether the graph is older than the document."""
        return self._latest.busy

    def _show(self, found: Graph) -> None:
        self.view.set_graph(found)
        self.area.setVisible(bool(found.groups))
        self.empty.setVisible(not found.groups)

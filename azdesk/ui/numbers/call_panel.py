"""The call simulator: who dials what, and the way that the call takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from azdesk.ui import theme
from azdesk.ui.editors.base import fill_choices
from azdesk.ui.mapping.words import filled
from azdesk.ui.numbers.working import Latest
from azdesk.ui.numbersmodels import CallWay, Hop
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets import rows
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.marks import StateLabel, paint_mark, state_word

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet
    from azdesk.ui.workbench import Workbench
    from azdesk.voice.simulating import World

Index = QModelIndex | QPersistentModelIndex
_HOP = Qt.ItemDataRole.UserRole
_LINE_PX = 20
_RAIL_PX = 36
ALL_TRUNKS = "*"


class _Hops(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hops: tuple[Hop, ...] = ()

    def set_hops(self, hops: tuple[Hop, ...]) -> None:
        self.beginResetModel()
        self.hops = hops
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.hops)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        hop = self.hops[index.row()]
        if role == _HOP:
            return hop
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            ends = state_word(hop.state) if hop.state else ""
            return ", ".join(part for part in (*head_words(hop), hop.what, *hop.actions, ends) if part)
        return None


def head_words(hop: Hop) -> tuple[str, str]:
    """Host and number of a hop; context and pattern."""
    return f"{hop.host}   {hop.number}", f"{hop.context} · {hop.pattern}"


class _Delegate(QStyledItemDelegate):
    """A stop on the way: the rail at the left goes on to the next one."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hop = index.data(_HOP)
        if not isinstance(hop, Hop):
            return
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            rows.ground(painter, rect.adjusted(2, 2, -2, -2), "selected")
        elif option.state & QStyle.StateFlag.State_MouseOver:
            rows.ground(painter, rect.adjusted(2, 2, -2, -2), "hover")
        indent = 3 * GRID if hop.aside else 0
        self._rail(painter, rect.adjusted(indent, 0, 0, 0), hop, index)
        left = rect.left() + indent + _RAIL_PX
        top = rect.top() + GRID
        line = QRect(left, top, rect.right() - left - GRID, _LINE_PX)
        first, second = head_words(hop)
        rows.mark_text_note(
            painter,
            line,
            text=first,
            note=second,
            font=theme.heading_font(),
            note_font=theme.file_font(),
        )
        for words, tone in ((hop.what, "quiet_strong"), *((one, "text") for one in hop.actions)):
            if words:
                line = line.translated(0, _LINE_PX)
                rows.words(painter, line, words, font=theme.ui_font(), tone=tone)

    def _rail(self, painter: QPainter, rect: QRect, hop: Hop, index: Index) -> None:
        x, y = rect.left() + 18, rect.top() + GRID + _LINE_PX // 2
        last = index.row() + 1 == index.model().rowCount()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.tokens().field_line), 2))
        if index.row():
            painter.drawLine(x, rect.top(), x, y - 9)
        if not last:
            painter.drawLine(x, y + 9, x, rect.bottom() + 1)
        if hop.state is not None:
            paint_mark(painter, QRect(x - 8, y - 8, 16, 16), hop.state)
        else:
            painter.setPen(QPen(QColor(theme.tokens().accent), 2))
            painter.setBrush(QColor(theme.tokens().surface))
            painter.drawEllipse(x - 5, y - 5, 10, 10)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hop = index.data(_HOP)
        lines = 1 + bool(hop.what) + len(hop.actions)
        return QSize(200, lines * _LINE_PX + 2 * GRID)


class CallPanel(QWidget):
    """Tries a call on the document as it stands."""

    opened = Signal(object)
    """Path in the document."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self._latest = Latest(workbench, self)
        self._latest.done.connect(self._show)
        self.host, self.begins, self.phones, self.down = (QComboBox() for _ in range(4))
        self.caller, self.number = QLineEdit(), QLineEdit()
        self.caller.setPlaceholderText("6853")
        self.number.setPlaceholderText("3016801")
        top, below = QHBoxLayout(), QHBoxLayout()
        for line, words, widget, stretch in (
            (top, self.tr("&From"), self.begins, 2),
            (top, self.tr("&at"), self.host, 2),
            (top, self.tr("&number"), self.caller, 1),
            (top, self.tr("&dials"), self.number, 2),
            (below, self.tr("&Phones"), self.phones, 1),
            (below, self.tr("&Trunks"), self.down, 1),
        ):
            label = QLabel(words)
            label.setBuddy(widget)
            widget.setAccessibleName(words.replace("&", ""))
            line.addWidget(label)
            line.addWidget(widget, stretch)
            line.setSpacing(GRID)
            if isinstance(widget, QComboBox):
                widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
                widget.setMinimumContentsLength(9)
                widget.activated.connect(lambda _at: self.simulate())
            else:
                widget.textEdited.connect(lambda _text: self.simulate())
        below.addStretch(1)
        fill_choices(
            self.phones,
            [
                (self.tr("all are registered and answer"), "answers"),
                (self.tr("none is registered"), "away"),
                (self.tr("all are busy"), "busy"),
                (self.tr("nobody answers"), "silent"),
            ],
        )
        self.result = StateLabel(role="heading")
        self.detail = QLabel()
        self.detail.setProperty("role", "quiet")
        self.detail.setWordWrap(True)
        self.list = QListView()
        self._hops = _Hops(self)
        self.list.setModel(self._hops)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(False)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Way of the call"))
        self.list.setToolTip(self.tr("A double click, or Return, leads to the rule or the block."))
        self.list.activated.connect(self._open)
        self.empty = EmptyState(
            "numbers",
            self.tr("Which way does a call take?"),
            self.tr(
                "Enter who dials what: every hop is shown, what matched, what is rewritten, and why it fails."
            ),
        )
        self.card = QFrame()
        self.card.setProperty("surface", "card")
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(2 * GRID, GRID + 4, 2 * GRID, GRID)
        inside.setSpacing(GRID // 2)
        inside.addWidget(self.result)
        inside.addWidget(self.detail)
        inside.addSpacing(GRID)
        inside.addWidget(self.list, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self.card, 1)
        column.addWidget(self.empty, 1)
        self.card.hide()
        workbench.fleet_changed.connect(self.refresh)
        self.refresh()

    @property
    def busy(self) -> bool:
        """Whether what is shown is older than what was entered."""
        return self._latest.busy

    @property
    def hops(self) -> tuple[Hop, ...]:
        """What is shown."""
        return self._hops.hops

    def refresh(self) -> None:
        """The document is another one."""
        fleet = self.workbench.fleet
        hosts: tuple[str, ...] = ()
        if fleet.number_plan.scheme != "as-is":
            from azdesk.voice.deriving import hosts_of

            hosts = hosts_of(fleet)
        fill_choices(self.host, [(host, host) for host in hosts])
        trunks = [(filled(self.tr("trunk %1"), name), name) for name in fleet.trunks]
        fill_choices(self.begins, [(self.tr("a phone"), ""), *trunks])
        down = [(filled(self.tr("%1 is down"), name), name) for name in (*fleet.trunks, *hosts)]
        every = (self.tr("none to the outside is up"), ALL_TRUNKS)
        fill_choices(self.down, [(self.tr("all are up"), ""), *((every,) if fleet.trunks else ()), *down])
        self.simulate()

    def simulate(self) -> None:
        """Follow the call that is entered."""
        fleet, host, number = self.workbench.fleet, self.host.currentData(), self.number.text().strip()
        some = bool(host and number)
        self.card.setVisible(some)
        self.empty.setVisible(not some)
        if not some:
            return
        trunk, caller = str(self.begins.currentData() or ""), self.caller.text().strip()
        down = self.down.currentData() or ""
        gone = tuple(fleet.trunks) if down == ALL_TRUNKS else (down,) if down else ()
        phones = self.phones.currentData()

        def work() -> CallWay:
            return _followed(fleet, host, trunk, caller, number, phones, gone)

        self._latest.work_out(work)

    def _show(self, way: CallWay) -> None:
        self.result.set(way.state, way.sentence)
        self.detail.setText(way.detail)
        self._hops.set_hops(way.hops)

    def _open(self, index: QModelIndex) -> None:
        hop = index.data(_HOP)
        if isinstance(hop, Hop) and hop.path:
            self.opened.emit(hop.path)


def _followed(
    fleet: Fleet, host: str, trunk: str, caller: str, number: str, phones: Any, down: tuple[str, ...]
) -> CallWay:
    """What comes of a call; without Qt, in a worker."""
    from azdesk.ui.mapping.calls import call_way
    from azdesk.voice.deriving import inbound
    from azdesk.voice.planned import planned
    from azdesk.voice.simulating import simulate

    world: World = planned(fleet, phones=lambda _host, _number: phones, down=down)
    context = inbound(trunk) if trunk else fleet.number_plan.context
    return call_way(fleet, simulate(world, host, context, caller, number), number)

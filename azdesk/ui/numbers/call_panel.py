"""The call simulator: who dials what, and the way that the call takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTime, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from azdesk.ui.editors.base import fill_choices, while_there
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.numbers.hops import HOP, HopDelegate, HopModel
from azdesk.ui.numbers.working import Latest
from azdesk.ui.numbersmodels import CallWay, Hop
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.marks import StateLabel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azdesk.app.loaded_calls import Loaded
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet
    from azdesk.ui.workbench import Workbench
    from azdesk.voice.deriving import Driver
    from azdesk.voice.simulating import Answer, World

ALL_TRUNKS = "*"
PLANNED, LOADED = "planned", "loaded"


class CallPanel(QWidget):
    """Tries a call on the document as it stands, or on what the hosts have loaded."""

    opened = Signal(object)
    """Path in the document."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self._latest = Latest(workbench, self)
        self._latest.done.connect(self._show)
        self._loaded: Loaded | None = None
        self._asking = False
        self.host, self.begins, self.phones, self.down, self.source = (QComboBox() for _ in range(5))
        self.caller, self.number = QLineEdit(), QLineEdit()
        self.caller.setPlaceholderText("6853")
        self.number.setPlaceholderText("3016801")
        top, below, by = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for line, words, widget, stretch in (
            (top, self.tr("&From"), self.begins, 2),
            (top, self.tr("&at"), self.host, 2),
            (top, self.tr("&number"), self.caller, 1),
            (top, self.tr("&dials"), self.number, 2),
            (by, self.tr("&By"), self.source, 0),
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
        self.again = QPushButton(self.tr("As&k again"))
        self.again.setToolTip(self.tr("Ask the hosts for their dial plans and phones once more"))
        self.again.clicked.connect(self.ask_hosts)
        self.again.hide()
        fill_choices(
            self.source,
            [(self.tr("the document"), PLANNED), (self.tr("what the hosts have loaded"), LOADED)],
        )
        self.source.setMinimumContentsLength(22)
        self._fill_phones()
        self.asked = QLabel()
        self.asked.setProperty("role", "quiet")
        self.asked.setWordWrap(True)
        self.asked.hide()
        self.compared = StateLabel(role="note")
        self.compared.hide()
        self.result = StateLabel(role="heading")
        self.detail = QLabel()
        self.detail.setProperty("role", "quiet")
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setWordWrap(True)
        self.list = QListView()
        self._hops = HopModel(self)
        self.list.setModel(self._hops)
        self.list.setItemDelegate(HopDelegate(self.list))
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
        inside.addWidget(self.compared)
        inside.addSpacing(GRID)
        inside.addWidget(self.list, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 2 * GRID)
        column.setSpacing(GRID)
        column.addLayout(top)
        column.addLayout(below)
        by.addWidget(self.again)
        by.addWidget(self.asked, 1)
        by.addStretch(0)
        column.addLayout(by)
        column.addWidget(self.card, 1)
        column.addWidget(self.empty, 1)
        self.card.hide()
        workbench.fleet_changed.connect(self.refresh)
        self.refresh()

    @property
    def busy(self) -> bool:
        """Whether what is shown is older than what was entered."""
        return self._latest.busy or self._asking

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
        by_hosts = self.source.currentData() == LOADED
        self.again.setVisible(by_hosts)
        self.asked.setVisible(by_hosts)
        self._fill_phones()
        if by_hosts and self._loaded is None:
            self.ask_hosts()
        some = bool(host and number) and not (by_hosts and self._loaded is None)
        self.card.setVisible(some)
        self.empty.setVisible(not some)
        if not some:
            return
        trunk, caller = str(self.begins.currentData() or ""), self.caller.text().strip()
        down = self.down.currentData() or ""
        gone = tuple(fleet.trunks) if down == ALL_TRUNKS else (down,) if down else ()
        phones: Answer | None = self.phones.currentData() or None
        there = self._loaded.world if by_hosts and self._loaded is not None else None
        drivers = self._drivers()

        def work() -> CallWay:
            return _followed(fleet, host, trunk, caller, number, phones, gone, there, drivers)

        self._latest.work_out(work)

    def ask_hosts(self) -> None:
        """Ask all hosts for what they have loaded, and who is registered there."""
        if self._asking:
            return
        self._asking = True
        self.again.setEnabled(False)
        self.asked.setText(self.tr("Asking the hosts for their dial plans and phones…"))

        def work(job: Job) -> Loaded:
            from azdesk.app.loaded_calls import loaded

            return loaded(self.workbench.session, job=job)

        task = self.workbench.run(
            work,
            title=self.tr("Asking the hosts for their dial plans"),
            done=while_there(self, self._have_loaded),
            quiet=True,
        )
        task.finished.connect(while_there(self, self._asked))

    def _have_loaded(self, found: Loaded) -> None:
        self._loaded = found
        count = len(found.world.exchanges)
        hosts = counted(count, self.tr("1 host"), self.tr("%1 hosts"))
        when = QTime.currentTime().toString("HH:mm:ss")
        words = [filled(self.tr("As %1 said at %2."), hosts, when)]
        words += [
            filled(self.tr("%1 could not be asked: %2"), host, why)
            for host, why in list(found.silent.items())[:5]
        ]
        if len(found.silent) > 5:
            words.append(filled(self.tr("And %1 more."), len(found.silent) - 5))
        self.asked.setText(" ".join(words))

    def _asked(self) -> None:
        self._asking = False
        self.again.setEnabled(True)
        if self._loaded is None:
            self.asked.setText(self.tr("The hosts were not asked."))
            self.source.setCurrentIndex(0)
        self.simulate()

    def _drivers(self) -> dict[str, Driver]:
        """Host → what it has for SIP, as far as it was seen."""
        return {
            host: state.recipe
            for host, seen in self.workbench.observations.items()
            if (state := seen.states.get("trunks")) is not None
        }

    def _fill_phones(self) -> None:
        by_hosts = self.source.currentData() == LOADED
        first = by_hosts and self.phones.findData("") < 0
        now = [(self.tr("as they are just now"), "")] if by_hosts else []
        fill_choices(
            self.phones,
            [
                *now,
                (self.tr("all are registered and answer"), "answers"),
                (self.tr("none is registered"), "away"),
                (self.tr("all are busy"), "busy"),
                (self.tr("nobody answers"), "silent"),
            ],
        )
        if first:
            self.phones.setCurrentIndex(0)

    def _show(self, way: CallWay) -> None:
        self.result.set(way.state, way.sentence)
        self.detail.setText(way.detail)
        self.compared.set(State.RIGHT if way.same else State.DIFFERS, way.compared)
        self.compared.setVisible(bool(way.compared))
        self._hops.set_hops(way.hops)

    def _open(self, index: QModelIndex) -> None:
        hop = index.data(HOP)
        if isinstance(hop, Hop) and hop.path:
            self.opened.emit(hop.path)


def _followed(
    fleet: Fleet,
    host: str,
    trunk: str,
    caller: str,
    number: str,
    phones: Answer | None,
    down: tuple[str, ...],
    there: World | None,
    drivers: Mapping[str, Driver],
) -> CallWay:
    """What comes of a call; without Qt, in a worker.

    Args:
        phones: what all phones do; None: as it is in `there`.
        there: what the hosts have loaded; None: only the document counts.
    """
    from azdesk.ui.mapping.calls import call_way, compared
    from azdesk.voice.deriving import inbound
    from azdesk.voice.planned import planned
    from azdesk.voice.simulating import simulate, supposing

    def alike(_host: str, _number: str) -> Answer:
        return phones or "answers"

    answering = None if phones is None else alike
    now = there.phones if there is not None else alike
    world: World = planned(fleet, phones=answering or now, down=down, drivers=drivers)
    context = inbound(trunk) if trunk else fleet.number_plan.context
    way = call_way(fleet, simulate(world, host, context, caller, number), number)
    if there is None:
        return way
    real = simulate(supposing(there, down=down, phones=answering), host, context, caller, number)
    return compared(call_way(fleet, real, number), way)

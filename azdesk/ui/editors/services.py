"""Services: units with their state and what can be done to them, packages with their versions."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from azdesk.ui import theme
from azdesk.ui.editors.base import Editor, while_there
from azdesk.ui.forms.services_editor import Ui_ServicesEditor
from azdesk.ui.tokens import GRID
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.labels import ElidedLabel, RelativeTime
from azdesk.ui.widgets.marks import StateMark

if TYPE_CHECKING:
    from azdesk.core.outcome import HostOutcome
    from azdesk.core.probe import UnitReading
    from azdesk.core.progress import Job
    from azdesk.features.services import ServicesState
    from azdesk.ui.editors.lists import Line
    from azdesk.ui.workbench import Workbench

_STATE = {
    "active": State.RIGHT,
    "reloading": State.BUSY,
    "refreshing": State.BUSY,
    "activating": State.BUSY,
    "deactivating": State.BUSY,
    "failed": State.FAILING,
}


class UnitRow(QWidget):
    """One unit: mark, name, state and since when; start or stop, restart, log."""

    asked = Signal(str)
    """start, stop, restart, or log."""

    def __init__(self, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.unit = unit
        name = unit.removesuffix(".service")
        self.mark = StateMark()
        self.name = QLabel(name)
        self.name.setFont(theme.heading_font())
        self.words = ElidedLabel()
        self.words.setProperty("role", "note")
        self.since = RelativeTime(pattern=self.tr("since %1"))
        self.since.setProperty("role", "note")
        self.start = self._button(self.tr("Start"), "start")
        self.stop = self._button(self.tr("Stop…"), "stop")
        self.restart = self._button(self.tr("Restart"), "restart")
        self.log = self._button(self.tr("Log…"), "log")
        below = QHBoxLayout()
        below.setSpacing(GRID)
        below.addWidget(self.words)
        below.addWidget(self.since)
        below.addStretch(1)
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addWidget(self.name)
        text.addLayout(below)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(text, 1)
        for button in (self.start, self.stop, self.restart, self.log):
            row.addWidget(button)

    def show_unit(self, reading: UnitReading, *, boot: bool) -> None:
        """Show its state."""
        found = reading.load not in ("not-found", "")
        masked = "masked" in (reading.load, reading.enabled)
        state = _STATE.get(reading.active, State.FAILING) if found and not masked else State.FAILING
        self.mark.set_state(state)
        at_boot = self.tr("starts at boot") if boot else self.tr("does not start at boot")
        if not found:
            words = self.tr("There is no such unit on the host.")
        elif masked:
            words = self.tr("Masked: somebody on the host does not want it started.")
        else:
            words = (
                f"{reading.active} ({reading.sub}) · {at_boot}"
                if reading.sub
                else f"{reading.active} · {at_boot}"
            )
        self.words.setText(words)
        self.since.set_when(datetime.fromtimestamp(reading.since, UTC) if reading.since else None)
        running = reading.active in ("active", "reloading", "refreshing", "activating")
        self.start.setVisible(not running)
        self.stop.setVisible(running)
        self.restart.setVisible(running)
        for button in (self.start, self.stop, self.restart):
            button.setEnabled(found and not masked)
        self.setAccessibleName(f"{self.name.text()}: {words}")

    def set_busy(self, busy: bool) -> None:
        """While something is being done to it nothing else can be asked for."""
        for button in (self.start, self.stop, self.restart):
            button.setEnabled(not busy)
        if busy:
            self.mark.set_state(State.BUSY)

    def _button(self, words: str, what: str) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(f"{words.rstrip('…')} {self.unit.removesuffix('.service')}")
        button.clicked.connect(lambda: self.asked.emit(what))
        return button


class ServicesEditor(Editor):
    """Units and packages that the host's roles need."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(workbench, host, parent)
        self.ui = Ui_ServicesEditor()
        self.ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.rows: dict[str, UnitRow] = {}
        self._busy: set[str] = set()
        nothing = EmptyState(
            "service",
            self.tr("%1 has not been looked at yet").replace("%1", host),
            self.tr("Which services run there and which packages it has is read from the host itself."),
            self.tr("&Look now"),
        )
        nothing.action.connect(lambda: workbench.look((host,)))
        self.ui.nothing_layout.addWidget(nothing)
        self.ui.services_differs.adopt.hide()
        self.ui.install.clicked.connect(lambda: workbench.show_review((host,)))
        self.refresh()

    def show_host(self) -> None:
        ui = self.ui
        state: ServicesState | None = self.state("services")
        observation = self.workbench.observation(self.host)
        error = None
        if observation is not None:
            error = observation.error or observation.problems.get("services")
        if error is not None:
            ui.banner.show_message("error", error.what, error.next_step, closable=False)
        elif not self._busy and ui.banner.property("surface") != "box-warning":
            ui.banner.hide()
        ui.nothing_place.setVisible(observation is None)
        for card in (ui.units, ui.packages):
            card.setVisible(state is not None)
        if state is None:
            return
        ui.units_note.setText(state.system)
        self._show_units(state)
        lines = self._package_lines(state)
        ui.package_list.set_lines(lines)
        ui.install.setVisible(any(mark is State.FAILING for mark, _ in lines))
        shown = [
            one
            for one in self.differences.get("services", ())
            if not one.startswith("The package ") and "does not start at boot" in one
        ]
        ui.services_differs.set_sentences(shown, adoptable=False)

    def _show_units(self, state: ServicesState) -> None:
        units = dict(state.units)
        for unit in [unit for unit in self.rows if unit not in units]:
            row = self.rows.pop(unit)
            row.hide()
            row.deleteLater()
        for unit, reading in units.items():
            if unit not in self.rows:
                row = self.rows[unit] = UnitRow(unit)
                row.asked.connect(partial(self._asked, unit))
                self.ui.unit_rows_layout.addWidget(row)
            self.rows[unit].show_unit(reading, boot=unit in state.enabled)
            if unit in self._busy:
                self.rows[unit].set_busy(True)

    def _package_lines(self, state: ServicesState) -> list[Line]:
        from azdesk.features.services import required_packages

        versions = dict(state.versions)
        lines: list[Line] = []
        for name in sorted({*required_packages(self.fleet, self.host), *versions}):
            if name in versions:
                lines.append((State.RIGHT, f"{name}  {versions[name]}"))
            else:
                lines.append(
                    (State.FAILING, self.tr("%1 is missing; Review installs it.").replace("%1", name))
                )
        return lines

    # -- what can be done ------------------------------------------------------------------------------------

    def _asked(self, unit: str, what: str) -> None:
        if what == "log":
            from azdesk.ui.dialogs.log_dialog import LogDialog

            LogDialog(self.workbench, self.host, unit, self.window()).open()
        elif what == "stop":
            self._confirm_stop(unit)
        else:
            self.act(unit, what)

    def _confirm_stop(self, unit: str) -> None:
        from azdesk.ui.dialogs.prompts import ConfirmDialog

        name = unit.removesuffix(".service")
        dialog = ConfirmDialog(
            self.tr("Stop %1 on %2?").replace("%1", name).replace("%2", self.host),
            self.tr(
                "Whoever uses it is disconnected, and it stays stopped until somebody starts it or the host restarts."
            ),
            self.tr("&Stop %1").replace("%1", name),
            parent=self.window(),
        )
        dialog.accepted.connect(lambda: self.act(unit, "stop"))
        dialog.open()

    def act(self, unit: str, action: str) -> None:
        """Start, stop or restart a unit in the background, then look again."""
        name, host, workbench = unit.removesuffix(".service"), self.host, self.workbench
        title = {
            "start": self.tr("Start %1 on %2"),
            "stop": self.tr("Stop %1 on %2"),
            "restart": self.tr("Restart %1 on %2"),
        }[action]

        def work(job: Job) -> HostOutcome:
            from azdesk.app.service_actions import act

            return act(workbench.session, host, unit, action, job)

        self.ui.banner.hide()
        self._busy.add(unit)
        if unit in self.rows:
            self.rows[unit].set_busy(True)
        task = workbench.run(
            work,
            title=title.replace("%1", name).replace("%2", host),
            host=host,
            done=self._acted,
        )
        task.finished.connect(while_there(self, partial(self._finished, unit)))

    def _acted(self, outcome: HostOutcome) -> None:
        if not outcome.good:
            self.ui.banner.show_message("warning", outcome.message or self.tr("It was not done."))

    def _finished(self, unit: str) -> None:
        self._busy.discard(unit)
        self.workbench.look((self.host,))
        self.show_host()

"""The page “Live”."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

from azdesk.ui.live.following import Following
from azdesk.ui.mapping import live as mapping
from azdesk.ui.mapping.words import filled, moment
from azdesk.ui.presenters.base import Presenter, Shown
from azdesk.ui.viewmodels import TabModel

if TYPE_CHECKING:
    from azdesk.core.outcome import HostOutcome
    from azdesk.core.progress import Job
    from azdesk.ui.desk import Desk
    from azdesk.ui.live.panels import CallsPanel, LivePanel
    from azdesk.ui.live.records import RecordsPanel
    from azdesk.ui.pages.live import LivePage
    from azdesk.voice.live import Call

CALLS, PHONES, TRUNKS, RECORDS = "calls", "phones", "trunks", "records"
TICK_MS = 1000
"""Lengths of calls are shown anew this often."""


class LivePresenter(Presenter):
    """Follows the hosts while the page is seen, and lets them go when it is not."""

    def __init__(self, desk: Desk, page: LivePage) -> None:
        super().__init__(desk, page)
        self.page = page
        self._calls: tuple[Call, ...] = ()
        self._hosts: tuple[str, ...] = ()
        self._trouble: tuple[str, str] = ("", "")
        self.calls: CallsPanel | None = None
        self.phones: LivePanel | None = None
        self.trunks: LivePanel | None = None
        self.records: RecordsPanel | None = None
        self.following = Following(desk.workbench, self)
        self.following.changed.connect(self._news)
        for key, title, make in (
            (CALLS, self.tr("Calls"), self._make_calls),
            (PHONES, self.tr("Phones"), self._make_phones),
            (TRUNKS, self.tr("Trunks"), self._make_trunks),
            (RECORDS, self.tr("Call records"), self._make_records),
        ):
            page.tabs.add_tab(TabModel(key=key, title=title), make)
        page.set_subtitle(self.tr("what goes on just now on all hosts"))
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._show)
        page.seen.connect(self._seen)
        page.tabs.current_changed.connect(self._tab)
        desk.workbench.closing.connect(self._leave)

    def refresh(self, shown: Shown) -> None:
        hosts = tuple(shown.view.fleet.hosts)
        if self._hosts and hosts != self._hosts:
            self.following.restart()
        self._hosts = hosts

    def look_again(self) -> None:
        """F5: connect anew; on the records' tab, search again."""
        if self.page.tabs.current_key() == RECORDS and self.records is not None:
            self.records.search()
        else:
            self.following.restart()

    # -- following ---------------------------------------------------------------------------------------------

    def _seen(self, visible: bool) -> None:
        if visible:
            self.following.start()
            self._tick.start()
        else:
            self._leave()

    def _leave(self) -> None:
        self._tick.stop()
        self.following.stop()

    def _news(self) -> None:
        seen = self.following.snapshot
        assert seen is not None
        self._calls = seen.calls
        self.page.set_subtitle(mapping.summary(seen, len(self._calls)))
        self._show()
        self._show_trouble()

    def _tab(self, key: str) -> None:
        if key == RECORDS and self.records is not None:
            self.records.begin()
        self._show()
        self._show_trouble()

    def _show(self) -> None:
        """Fill the table that is seen."""
        seen = self.following.snapshot
        key, nothing = self.page.tabs.current_key(), mapping.nothing(seen)
        if key == CALLS and self.calls is not None:
            self.calls.show_rows(mapping.call_rows(self._calls, time.time()), nothing)
        elif key == PHONES and self.phones is not None:
            rows = mapping.phone_rows(seen.phones, moment(time.time())) if seen else ()
            self.phones.show_rows(rows, nothing)
        elif key == TRUNKS and self.trunks is not None:
            self.trunks.show_rows(mapping.trunk_rows(seen.trunks) if seen else (), nothing)

    def _show_trouble(self) -> None:
        if self.page.tabs.current_key() == RECORDS:
            self.page.banner.set_trouble(*self._trouble)
        elif self.following.snapshot is not None:
            self.page.banner.set_trouble(*mapping.trouble(self.following.snapshot))

    # -- tabs --------------------------------------------------------------------------------------------------

    def _make_calls(self) -> QWidget:
        from azdesk.ui.live.panels import CallsPanel

        self.calls = CallsPanel()
        self.calls.hang_up_requested.connect(self.ask_hang_up)
        QTimer.singleShot(0, self, self._show)
        return self.calls

    def _make_phones(self) -> QWidget:
        from azdesk.ui.live.panels import phones_panel

        self.phones = phones_panel()
        QTimer.singleShot(0, self, self._show)
        return self.phones

    def _make_trunks(self) -> QWidget:
        from azdesk.ui.live.panels import trunks_panel

        self.trunks = trunks_panel()
        QTimer.singleShot(0, self, self._show)
        return self.trunks

    def _make_records(self) -> QWidget:
        from azdesk.ui.live.records import RecordsPanel

        self.records = RecordsPanel(self.workbench)
        self.records.trouble.connect(self._records_trouble)
        QTimer.singleShot(0, self.records, self.records.begin)
        return self.records

    def _records_trouble(self, what: str, next_step: str) -> None:
        self._trouble = (what, next_step)
        self._show_trouble()

    # -- hanging up --------------------------------------------------------------------------------------------

    def ask_hang_up(self, key: str) -> None:
        """Ask, then end that call."""
        call = next((one for one in self._calls if one.key == key), None)
        if call is None:
            return
        box = QMessageBox(self.page)
        box.setWindowTitle(self.tr("Hang up"))
        box.setIcon(QMessageBox.Icon.NoIcon)
        # What callers call themselves is anybody's words.
        box.setTextFormat(Qt.TextFormat.PlainText)
        caller, callee = call.caller or self.tr("unknown"), call.callee or self.tr("unknown")
        box.setText(filled(self.tr("Hang up the call from %1 to %2?"), caller, callee))
        box.setInformativeText(
            filled(self.tr("It ends for both. The journal of %1 will say who did it."), call.hosts[0])
        )
        end = box.addButton(self.tr("&Hang up"), QMessageBox.ButtonRole.DestructiveRole)
        keep = box.addButton(self.tr("&Let them talk"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.buttonClicked.connect(lambda button: self.hang_up(call) if button is end else None)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def hang_up(self, call: Call) -> None:
        """End it in the background."""
        workbench = self.workbench
        host = call.hosts[0]

        def work(job: Job) -> HostOutcome:
            from azdesk.app import hanging_up

            return hanging_up.hang_up(workbench.session, call, job)

        workbench.run(work, title=self.tr("Hanging up"), host=host, done=partial(self._hung_up, host))

    def _hung_up(self, host: str, outcome: HostOutcome) -> None:
        from azdesk.core.outcome import HostState

        if outcome.state is not HostState.CHANGED:
            self.workbench.say("error", f"{host}: {outcome.message or outcome.state}")

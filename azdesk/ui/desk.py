"""One document's window at work: joins the workbench with the shell and its pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QWidget

from azdesk.ui import session as sessions
from azdesk.ui.main_window import REVIEW_KEY, MainWindow
from azdesk.ui.mapping import changes, tree
from azdesk.ui.mapping.attention import attention, parts
from azdesk.ui.mapping.shown import host_shown
from azdesk.ui.mapping.standing import STALE_S, FleetView
from azdesk.ui.numbers.checking import PlanCheck
from azdesk.ui.per_host import PerHost
from azdesk.ui.presenters.base import Presenter, Shown

if TYPE_CHECKING:
    from azdesk.core.errors import ConflictError
    from azdesk.core.outcome import Outcome
    from azdesk.ui.review_flow import ReviewFlow
    from azdesk.ui.viewmodels import State
    from azdesk.ui.workbench import Workbench

REFRESH_MS = 100
"""What is shown follows what is known at most this often."""
TICK_MS = 20_000
"""Ages are shown anew this often."""
LOOK_EVERY_S = 60


class Desk(QObject):
    """A window on one document.

    Args:
        workbench: the document.
        settings: where places and choices are remembered.
        look_every: seconds between looks while the window can be seen; 0: only when asked.
    """

    review_ended = Signal(object)
    """The `Outcome` of a plan that was carried out from here."""
    closed = Signal()

    def __init__(
        self,
        workbench: Workbench,
        settings: QSettings | None = None,
        *,
        look_every: float = LOOK_EVERY_S,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self.settings = settings
        self.window = MainWindow(self._make_page)
        self.window.go_to_place = self._go_to_place
        workbench.window = self.window
        self._presenters: dict[str, Presenter] = {}
        self._hosts = PerHost(host_shown)
        self._review: ReviewFlow | None = None
        self._before_review = tree.OVERVIEW
        self._shown: Shown | None = None
        self._tabs: dict[str, str] = {}
        self.plan = PlanCheck(workbench, self)
        self.people: int | None = None
        """How many people the directory has; None: not known."""
        self._look_every = look_every
        self._closed = False
        self._soon = _timer(self, REFRESH_MS, self.refresh_now, once=True)
        self._tick = _timer(self, TICK_MS, self.refresh_soon)
        self._periodic = _timer(self, max(1, int(look_every * 1000)), self._look_periodically)
        self._connect()
        self._add_actions()
        self.refresh_now()
        self.window.show_page(tree.OVERVIEW)

    # -- what is shown -----------------------------------------------------------------------------------------

    def view(self) -> FleetView:
        """All that is known now."""
        bench = self.workbench
        busy: dict[str, str] = {}
        for running in bench.jobs:
            if not running.quiet:
                busy.update(dict.fromkeys(running.hosts, running.text))
        return FleetView(
            fleet=bench.fleet,
            observations=bench.observations,
            thoughts=bench.thoughts,
            busy=busy,
            outcomes=bench.outcomes,
            looking=bench.being_looked_at,
            now=time.time(),
            stale=max(STALE_S, 3 * self._look_every),
        )

    def refresh_soon(self) -> None:
        """Show what is known; many calls cost one refresh."""
        if not self._closed and not self._soon.isActive():
            self._soon.start()

    def refresh_now(self) -> None:
        """Show what is known."""
        if self._closed:
            return
        view = self.view()
        hosts = {host: self._hosts.of(view, host) for host in view.fleet.hosts}
        self._hosts.forget(view)
        wanting = attention(view, hosts, self.plan.findings)
        self._shown = Shown(view=view, hosts=hosts, wanting=wanting)
        self.window.set_tree(
            tree.tree(view.fleet, hosts, len(wanting), self.people, self.plan.faults, self._trunk_marks())
        )
        self._presenters = {key: made for key, made in self._presenters.items() if self.window.page(key)}
        self._show_changes(view)
        presenter = self._presenters.get(self.window.current_page())
        if presenter is not None:
            presenter.refresh(self._shown)
        elif not self.window.current_page():
            self.window.show_page(tree.OVERVIEW)

    def _trunk_marks(self) -> dict[str, State | None]:
        if not self.plan.findings or not self.workbench.fleet.trunks:
            return {}
        from azdesk.ui.mapping.numbers import of_entry, worst

        told = of_entry(one for one in self.plan.findings if one.path[0] == "trunks")
        return {path[1]: worst(found) for path, found in told.items() if len(path) > 1}

    def _show_changes(self, view: FleetView) -> None:
        stack = self.workbench.undo_stack
        self.window.set_changes(
            changes.changes(
                view, modified=self.workbench.modified, undo=stack.undoText(), redo=stack.redoText()
            )
        )

    def _show_jobs(self) -> None:
        self.window.set_jobs(changes.running(self.workbench.jobs))
        self.refresh_soon()

    def _show_title(self) -> None:
        bench = self.workbench
        self.window.setWindowTitle(f"{bench.fleet.name} – {bench.opened.path.name}[*] – AZDesk")
        self.window.setWindowModified(bench.modified)
        self.window.setWindowFilePath(str(bench.opened.path))
        self.refresh_soon()

    def say(self, level: str, text: str) -> None:
        """Show a message across the window."""
        what, _, next_step = text.partition("\n")
        kind = level if level in ("info", "warning", "error") else "info"
        self.window.banner.show_message(kind, what, next_step)  # type: ignore[arg-type]

    # -- pages -------------------------------------------------------------------------------------------------

    def _make_page(self, key: str) -> QWidget | None:
        # Each kind of page is loaded when first wanted: the window is to be there soon.
        presenter: Presenter
        page: QWidget
        fleet = self.workbench.fleet
        host, domain = tree.host_of(key), tree.cluster_of(key)
        if key == REVIEW_KEY:
            return self._review_flow().page
        if key == tree.OVERVIEW:
            from azdesk.ui.pages.overview import OverviewPage
            from azdesk.ui.presenters.overview import OverviewPresenter

            page = OverviewPage()
            presenter = OverviewPresenter(self, page)
        elif key == tree.PEOPLE:
            from azdesk.ui.people.page import PeoplePage
            from azdesk.ui.presenters.people import PeoplePresenter

            page = PeoplePage()
            presenter = PeoplePresenter(self, page)
        elif key == tree.DIRECTORY:
            from azdesk.ui.pages.directory import DirectoryPage
            from azdesk.ui.presenters.directory import DirectoryPresenter

            page = DirectoryPage()
            presenter = DirectoryPresenter(self, page)
            page.tabs.set_current(self._tabs.get(key, ""))
        elif key == tree.NUMBERS:
            from azdesk.ui.pages.numbers import NumbersPage
            from azdesk.ui.presenters.numbers import NumbersPresenter

            page = NumbersPage()
            presenter = NumbersPresenter(self, page)
            page.tabs.set_current(self._tabs.get(key, ""))
        elif key == tree.LIVE:
            from azdesk.ui.pages.live import LivePage
            from azdesk.ui.presenters.live import LivePresenter

            page = LivePage()
            presenter = LivePresenter(self, page)
            page.tabs.set_current(self._tabs.get(key, ""))
        elif key == tree.VOICE_RECORDS:
            from azdesk.ui.pages.voice_records import VoiceRecordsPage
            from azdesk.ui.presenters.voice_records import VoiceRecordsPresenter

            page = VoiceRecordsPage()
            presenter = VoiceRecordsPresenter(self, page)
        elif key == tree.JOURNAL:
            from azdesk.ui.pages.journal import JournalPage
            from azdesk.ui.presenters.journal import JournalPresenter

            page = JournalPage()
            presenter = JournalPresenter(self, page)
        elif host in fleet.hosts:
            from azdesk.ui.pages.host import HostPage
            from azdesk.ui.presenters.host import HostPresenter

            page = HostPage()
            presenter = HostPresenter(self, page, host)
            page.tabs.set_current(self._tabs.get(key, ""))
        elif domain in fleet.clusters:
            from azdesk.ui.pages.cluster import ClusterPage
            from azdesk.ui.presenters.cluster import ClusterPresenter

            page = ClusterPage()
            presenter = ClusterPresenter(self, page, domain)
            page.tabs.set_current(self._tabs.get(key, ""))
        else:
            return None
        self._presenters[key] = presenter
        return page

    def _go_to_place(self, key: str) -> QWidget | None:
        trunk = tree.trunk_of(key)
        return self.show_trunk(trunk) if trunk in self.workbench.fleet.trunks else None

    def show_trunk(self, name: str, *, edit: bool = False) -> QWidget | None:
        """Go to a trunk to the outside on the page Numbers, and open its dialog with `edit`."""
        from azdesk.ui.presenters.numbers import NumbersPresenter

        page = self.window.show_page(tree.NUMBERS)
        presenter = self._presenters.get(tree.NUMBERS)
        if isinstance(presenter, NumbersPresenter):
            presenter.show_trunk(name, edit=edit)
        return page

    def _page_shown(self, key: str) -> None:
        if key != REVIEW_KEY:
            self._before_review = key
        presenter = self._presenters.get(key)
        if presenter is not None and self._shown is not None:
            presenter.refresh(self._shown)

    def look_again(self) -> None:
        """F5: what the page is about, else everything."""
        key = self.window.current_page()
        if key == REVIEW_KEY and self._review is not None:
            self._review.make_again()
            return
        presenter = self._presenters.get(key)
        if presenter is not None:
            presenter.look_again()
        else:
            self.workbench.look()

    def _look_periodically(self) -> None:
        if self.window.isVisible() and not self.window.isMinimized():
            self.workbench.look_quietly()

    # -- the review --------------------------------------------------------------------------------------------

    def show_review(self, hosts: object = None) -> None:
        """Show what would be done on these hosts (None: all)."""
        flow = self._review_flow()
        if not flow.applying:
            flow.show(hosts if isinstance(hosts, tuple) else None)
        self.window.show_page(REVIEW_KEY)

    def show_renewal(self, hosts: object) -> None:
        """Show what would be done to give these hosts new certificates."""
        flow = self._review_flow()
        if not flow.applying and isinstance(hosts, tuple):
            flow.show(hosts, renew=True)
        self.window.show_page(REVIEW_KEY)

    def _review_flow(self) -> ReviewFlow:
        if self._review is None:
            from azdesk.ui.pages.review import ReviewPage
            from azdesk.ui.review_flow import ReviewFlow

            self._review = ReviewFlow(self.workbench, ReviewPage(), self)
            self._review.close_requested.connect(self.close_review)
            self._review.ended.connect(self._applied)
        return self._review

    def close_review(self) -> None:
        """Back to the page before."""
        self.window.show_page(self._before_review) or self.window.show_page(tree.OVERVIEW)

    def _applied(self, outcome: Outcome) -> None:
        self.review_ended.emit(outcome)
        if self.window.current_page() != REVIEW_KEY:
            from azdesk.ui.mapping.review import result
            from azdesk.ui.viewmodels import State

            came = result(outcome)
            self.workbench.say("info" if came.state is State.RIGHT else "error", came.sentence, came.detail)

    # -- what the admin asks -----------------------------------------------------------------------------------

    def deal_with(self, key: str) -> None:
        """Do what the button of an attention stands for."""
        from azdesk.ui import attending

        action, host, *more = parts(key)
        attending.deal_with(self, action, host, *more)

    def add_host(self, cluster: str = "") -> None:
        """Open the dialog for a new host, a node of a cluster if one is named."""
        from azdesk.ui.dialogs.add_host import AddHostDialog

        AddHostDialog(self.workbench, self.window, cluster=cluster).open()

    def save_report(self) -> None:
        """Write the overview into a text file."""
        from azdesk.ui import reporting

        if self._shown is not None:
            reporting.save(self, self._shown)

    # -- ends --------------------------------------------------------------------------------------------------

    def show(self) -> None:
        """Restore places and show the window."""
        if self.settings is not None:
            remembered = sessions.load(self.settings)
            self._tabs = dict(remembered.tabs)
            if remembered.page == REVIEW_KEY:
                remembered.page = tree.OVERVIEW
            self.window.restore(remembered)
        self._show_title()
        self.window.show()

    def start(self) -> None:
        """Look at everything, and again from time to time; once the window is there."""
        self.workbench.look()
        self._tick.start()
        if self._look_every:
            self._periodic.start()

    @property
    def applying(self) -> bool:
        """Whether a plan is being carried out."""
        return self._review is not None and self._review.applying

    def tabs(self) -> dict[str, str]:
        """Page key → key of the tab that is open there."""
        from azdesk.ui.widgets.side_tabs import SideTabs

        found = dict(self._tabs)
        for key in self._presenters:
            tabs = getattr(self.window.page(key), "tabs", None)
            if isinstance(tabs, SideTabs):
                found[key] = tabs.current_key()
        return found

    def close(self) -> None:
        """End everything; the window is closed already."""
        if self._closed:
            return
        if self.settings is not None:
            kept = self.window.session()
            kept.tabs = self.tabs()
            sessions.save(self.settings, kept)
        self._closed = True
        for timer in (self._soon, self._tick, self._periodic):
            timer.stop()
        self.window.removeEventFilter(self)
        self.workbench.close()
        self.window.deleteLater()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            from azdesk.ui.document_flow import may_close

            if not may_close(self):
                event.ignore()
                return True
            self.close()
        elif event.type() == QEvent.Type.WindowStateChange or event.type() == QEvent.Type.Show:
            self._tick.start()
        return super().eventFilter(watched, event)

    # -- inside ------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        bench, window = self.workbench, self.window
        for signal in (bench.fleet_changed, bench.plan_changed, bench.observed):
            signal.connect(self._known_changed)
        self.plan.checked.connect(self.refresh_soon)
        bench.document_changed.connect(self._show_title)
        bench.job_changed.connect(self._show_jobs)
        bench.message.connect(self.say)
        bench.review_requested.connect(self.show_review)
        bench.renewal_requested.connect(self.show_renewal)
        bench.conflict.connect(self._conflict)
        bench.page_requested.connect(window.show_page)
        window.installEventFilter(self)
        window.page_shown.connect(self._page_shown)
        window.add_host_requested.connect(self.add_host)
        window.undo_requested.connect(bench.undo_stack.undo)
        window.redo_requested.connect(bench.undo_stack.redo)
        window.save_requested.connect(bench.save)
        window.review_requested.connect(self.show_review)
        window.cancel_requested.connect(bench.cancel)
        window.look_again_requested.connect(self.look_again)
        window.rename_requested.connect(self._rename)
        window.move_requested.connect(self._move)
        window.menu_requested.connect(self._menu)

    def _known_changed(self, *_what: object) -> None:
        self.refresh_soon()

    def _conflict(self, error: ConflictError) -> None:
        from azdesk.ui.document_flow import show_conflict

        show_conflict(self, error)

    def _rename(self, key: str, name: str) -> None:
        from azdesk.ui import arranging

        arranging.rename(self, key, name)

    def _move(self, keys: object, parent: str, row: int) -> None:
        from azdesk.ui import arranging

        if isinstance(keys, tuple):
            arranging.move(self, keys, parent, row)

    def _menu(self, key: str, place: object) -> None:
        from azdesk.ui import arranging

        arranging.show_menu(self, key, place)

    def _add_actions(self) -> None:
        from azdesk.ui.commands import add_commands

        add_commands(self)


def _timer(parent: QObject, interval_ms: int, call: Callable[[], object], *, once: bool = False) -> QTimer:
    timer = QTimer(parent)
    timer.setInterval(interval_ms)
    timer.setSingleShot(once)
    timer.timeout.connect(call)
    return timer

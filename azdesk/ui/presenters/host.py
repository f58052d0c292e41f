"""A host's page: its head, the overview tab, the editors, its journal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from azdesk.ui import service_control
from azdesk.ui.editors import EDITORS, EditorEntry
from azdesk.ui.mapping.host import host as host_model
from azdesk.ui.pages.host import HostPage
from azdesk.ui.pages.host_overview import HostOverview
from azdesk.ui.pages.journal import JournalPage
from azdesk.ui.presenters.base import Presenter, Shown
from azdesk.ui.presenters.journal import JournalPresenter
from azdesk.ui.viewmodels import State, TabModel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from azdesk.ui.desk import Desk

OVERVIEW = "overview"
JOURNAL = "journal"


class HostPresenter(Presenter):
    """Shows one host."""

    def __init__(self, desk: Desk, page: HostPage, host: str) -> None:
        super().__init__(desk, page)
        self.page = page
        self.host = host
        self._overview: HostOverview | None = None
        self._shown: Shown | None = None
        page.add_tab(TabModel(key=OVERVIEW, title=self.tr("Overview")), self._make_overview)
        for entry in EDITORS:
            page.add_tab(TabModel(key=entry.key, title=entry.words), partial(self._make_editor, entry))
        page.add_tab(TabModel(key=JOURNAL, title=self.tr("Journal")), self._make_journal)
        page.look_again_requested.connect(self.look_again)
        page.adopt_requested.connect(self._adopt)
        page.banner.action.connect(self._login)

    def refresh(self, shown: Shown) -> None:
        if self.host not in shown.view.fleet.hosts:
            return
        self._shown = shown
        model = host_model(shown.view, self.host)
        self.page.set_title(model.name, model.facts, model.looked_at)
        if model.problem:
            self.page.banner.show_message(
                "error",
                model.problem,
                model.next_step,
                button=self.tr("&Login…") if model.standing.state is State.FAILING else "",
                closable=False,
            )
        else:
            self.page.banner.hide()
        differs = {item.feature for item in model.differing}
        tabs = [
            TabModel(
                key=entry.key,
                title=entry.words,
                state=State.DIFFERS if differs.intersection(entry.features) else None,
            )
            for entry in EDITORS
        ]
        self.page.update_tabs(tabs)
        self.page.ui.adopt.setEnabled(bool(model.differing))
        if self._overview is not None:
            busy = bool(shown.view.busy.get(self.host))
            self._overview.set_model(model, usable=not busy and not model.problem)

    def look_again(self) -> None:
        if self.page.tabs.current_key() == JOURNAL:
            page = self.page.tabs.page(JOURNAL)
            presenter = page.findChild(JournalPresenter) if page is not None else None
            if presenter is not None:
                presenter.look_again()
        self.workbench.look((self.host,))

    def _make_overview(self) -> QWidget:
        self._overview = HostOverview()
        self._overview.adopt_requested.connect(lambda feature: self.workbench.adopt(self.host, (feature,)))
        self._overview.review_requested.connect(lambda: self.workbench.show_review((self.host,)))
        self._overview.service_requested.connect(self._service)
        if self._shown is not None:
            self.refresh(self._shown)
        return self._overview

    def _make_editor(self, entry: EditorEntry) -> QWidget:
        make: Callable[..., QWidget] = entry.load()
        return make(self.workbench, self.host)

    def _make_journal(self) -> QWidget:
        page = JournalPage()
        JournalPresenter(self.desk, page, self.host)
        return page

    def _service(self, unit: str, action: str) -> None:
        if action == "log":
            service_control.show_log(self.workbench, self.host, unit, self.desk.window)
        else:
            service_control.act(self.workbench, self.host, unit, action, parent=self.desk.window)

    def _adopt(self) -> None:
        self.workbench.adopt(self.host)

    def _login(self) -> None:
        self.page.tabs.set_current(EDITORS[0].key)

"""The page “Directory & accounts”."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.ui.mapping import tree
from azdesk.ui.mapping.words import filled, listed
from azdesk.ui.pages.directory import DirectoryPage
from azdesk.ui.presenters.base import Presenter, Shown
from azdesk.ui.viewmodels import TabModel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from azdesk.ui.desk import Desk

DIRECTORY = "directory"
AUTHORITY = "authority"
ENROLMENT = "enrolment"


class DirectoryPresenter(Presenter):
    """Makes the tabs when they are first shown."""

    def __init__(self, desk: Desk, page: DirectoryPage) -> None:
        super().__init__(desk, page)
        self.page = page
        page.tabs.add_tab(TabModel(key=DIRECTORY, title=self.tr("Directory")), self._directory)
        page.tabs.add_tab(TabModel(key=AUTHORITY, title=self.tr("Certificates")), self._authority)
        page.tabs.add_tab(TabModel(key=ENROLMENT, title=self.tr("Codes and sheets")), self._enrolment)
        page.people_requested.connect(lambda: desk.window.show_page(tree.PEOPLE))

    def refresh(self, shown: Shown) -> None:
        fleet = shown.view.fleet
        directory = fleet.directory
        if not directory.base:
            words = self.tr("no directory yet")
        elif directory.managed:
            hosts = fleet.directory_hosts()
            words = filled(self.tr("%1 on %2"), directory.base, listed(hosts) or self.tr("no host yet"))
        else:
            words = filled(self.tr("%1 on %2"), directory.base, listed(directory.urls))
        self.page.set_subtitle(words)

    def _directory(self) -> QWidget:
        from azdesk.ui.editors.directory import DirectoryEditor

        return DirectoryEditor(self.workbench)

    def _authority(self) -> QWidget:
        from azdesk.ui.editors.authority import AuthorityEditor

        return AuthorityEditor(self.workbench)

    def _enrolment(self) -> QWidget:
        from azdesk.ui.editors.enrolment import EnrolmentEditor

        return EnrolmentEditor(self.workbench)

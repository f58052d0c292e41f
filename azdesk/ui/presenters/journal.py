"""The journal, of all hosts or of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject

from azdesk.ui import files
from azdesk.ui.mapping import journal as mapping
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.pages.journal import JournalPage
from azdesk.ui.presenters.base import Presenter

if TYPE_CHECKING:
    from azdesk.app.journal import Journal
    from azdesk.core.errors import AzdeskError
    from azdesk.core.progress import Job
    from azdesk.ui.desk import Desk
    from azdesk.ui.reviewmodels import JournalEntry

LIMIT = 100
"""Entries asked of each host."""


class JournalPresenter(Presenter):
    """Asks hosts for their journals when the page is shown, and after each change."""

    def __init__(self, desk: Desk, page: JournalPage, host: str = "") -> None:
        super().__init__(desk, page)
        self.page = page
        self.host = host
        self._reading = False
        self._wanted = True
        self._entries: tuple[JournalEntry, ...] = ()
        if host:
            page.set_single()
        page.look_again_requested.connect(self.look_again)
        page.export_requested.connect(self.export)
        desk.review_ended.connect(self._changed)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            seen = self.workbench.observation(self.host)
            if self._wanted or (seen is not None and seen.recovered):
                self.look_again()
        return super().eventFilter(watched, event)

    def look_again(self) -> None:
        """Ask the hosts."""
        if self._reading:
            return
        self._reading, self._wanted = True, False
        workbench = self.workbench
        seen = workbench.observations
        hosts = (
            (self.host,)
            if self.host
            else tuple(host for host in workbench.fleet.hosts if host not in seen or seen[host].readable)
        )

        def work(job: Job) -> Journal:
            from azdesk.app.journal import read

            return read(workbench.session, hosts, limit=LIMIT, job=job)

        title = (
            filled(self.tr("Reading the journal of %1"), self.host)
            if self.host
            else self.tr("Reading the journals")
        )
        task = workbench.run(
            work, title=title, host=self.host, done=self._have, failed=self._failed, quiet=True
        )
        task.finished.connect(self._read)

    def export(self) -> None:
        """Write what is shown into a text file."""
        path = files.ask_save(self.page, self.tr("Save the journal"), "journal.txt")
        if path is None:
            return
        files.write_text(self.workbench, path, mapping.as_text(self._entries))

    def _changed(self, _outcome: object) -> None:
        self._wanted = True
        if self.page.isVisible():
            self.look_again()

    def _read(self) -> None:
        self._reading = False

    def _have(self, journal: Journal) -> None:
        self._entries = mapping.entries(journal)
        if self.host and not journal.problems:
            self.workbench.recovery_noticed((self.host,))
        words = counted(len(self._entries), self.tr("1 change"), self.tr("%1 changes"))
        problems = mapping.problems(journal)
        self.page.set_entries(self._entries, " · ".join(part for part in (words, problems) if part))

    def _failed(self, error: AzdeskError) -> None:
        self._wanted = True
        self.workbench.say("error", str(error))

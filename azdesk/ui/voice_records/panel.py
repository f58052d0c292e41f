"""Recordings: what is looked for, what was found page by page, and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QLineEdit, QPushButton

from azdesk.core.errors import AzdeskError
from azdesk.ui import files
from azdesk.ui.dialogs.prompts import TextPrompt
from azdesk.ui.forms.voice_records import Ui_VoiceRecords
from azdesk.ui.host_search import HostSearch, fill
from azdesk.ui.mapping import voice_records as mapping
from azdesk.ui.mapping.words import counted, filled, listed
from azdesk.ui.voice_records.playing import Player
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.plain_table import PlainTable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from azdesk.app.recordings.finding import Filter, Recording, Search
    from azdesk.app.recordings.taking import Exported
    from azdesk.core.outcome import Outcome
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

PAGE: Final = 200


class VoiceRecordsPanel(HostSearch):
    """Fields for what is looked for, the table, and buttons for what is selected."""

    def __init__(self, workbench: Workbench) -> None:
        ui = Ui_VoiceRecords()
        super().__init__(workbench, ui)
        self.ui = ui
        self.player = Player(workbench, self)
        tr = self.tr
        table = PlainTable(
            tr("Recordings"),
            (tr("When"), tr("Direction"), tr("Caller"), tr("Callee"), tr("Host"), tr("Length"), tr("Where")),
            (172, 120, 130, 130, 72, 72, 92),
            steady=(0,),
        )
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("Reason"))
        self.reason.setToolTip(tr("Why you hear or save it: the journals of the hosts keep it"))
        self.reason.setAccessibleName(tr("Reason, for the hosts' journals"))
        self.play = QPushButton(tr("&Play"))
        self.play.setToolTip(tr("Hear the selected recording   Return"))
        self.save = QPushButton(tr("Sa&ve…"))
        self.delete = QPushButton(tr("&Delete…"))
        self.delete.setToolTip(tr("Delete the selected recordings for good   Del"))
        self.lay_out(
            table,
            EmptyState("play", "", ""),
            self.reason,
            self.play,
            self.save,
            self.delete,
            job=tr("Looking for recordings"),
        )
        self.found: tuple[Recording, ...] = ()
        self._search: Search | None = None
        fill(
            ui.direction, ((tr("Both ways"), ""), (tr("To phones here"), "in"), (tr("Out by trunks"), "out"))
        )
        table.offer(self.play, self.save, self.delete)
        table.chosen.connect(self._show_buttons)
        table.opened.connect(lambda _key: self.hear())
        table.removed.connect(self.ask_delete)
        self.play.clicked.connect(self.hear)
        self.save.clicked.connect(self.ask_save)
        self.delete.clicked.connect(self.ask_delete)
        self._show_buttons()
        self._say(tr("Nothing was looked for yet"), "")

    def wanted(self) -> Filter:
        """What the fields say.

        Raises:
            ObserveError: it can hold for no recording.
        """
        from azdesk.app.recordings.finding import Filter

        ui = self.ui
        first, last = self.days()
        return Filter(
            first=first,
            last=last,
            number=ui.number.text().strip(),
            direction=ui.direction.currentData(),
            hosts=self.hosts(),
            shortest=float(ui.shortest.value()),
            longest=float(ui.longest.value()),
        )

    def _pages(self) -> Callable[[Job], tuple[Recording, ...]]:
        from azdesk.app.recordings.finding import Search

        search = self._search = Search(self.workbench.session, self.wanted())
        return lambda job: search.more(PAGE, job)

    def _clear(self) -> None:
        self.found, self._search = (), None
        self._show_buttons()

    def _have(self, page: Any) -> None:
        if self._search is not None:
            self.have(page, more=not self._search.over, problems=dict(self._search.problems))

    def have(self, found: tuple[Recording, ...], *, more: bool, problems: dict[str, AzdeskError]) -> None:
        """Show these below those that are there."""
        chosen = self.table.selected()
        self.found = (*self.found, *found)
        self._show(
            mapping.rows(self.found),
            more=more,
            words=counted(len(self.found), self.tr("1 recording"), self.tr("%1 recordings")),
            nothing=self.tr("No recordings were found"),
            help_text=self.tr(
                "Calls are recorded where a rule, a host or a trunk on the page Numbers asks for it."
            ),
        )
        if chosen:
            self.table.select(chosen)
        self.trouble.emit(*mapping.trouble(problems))
        self._show_buttons()

    # -- what is selected --------------------------------------------------------------------------------------

    def chosen(self) -> tuple[Recording, ...]:
        """The selected ones, in the list's order."""
        keys = set(self.table.selected())
        return tuple(one for one in self.found if one.name in keys)

    def _show_buttons(self) -> None:
        count = len(self.table.selected())
        self.play.setEnabled(count == 1)
        self.save.setEnabled(count > 0)
        self.delete.setEnabled(count > 0)

    def why(self) -> str:
        return self.reason.text().strip()

    def hear(self) -> None:
        """Let the selected one be heard."""
        chosen = self.chosen()
        if len(chosen) == 1:
            self.player.play(chosen[0], self.why())

    def ask_save(self) -> None:
        """Ask where to: one into a file, several into a folder with an index."""
        chosen = self.chosen()
        if len(chosen) == 1:
            path = files.ask_save(self, self.tr("Save the recording"), chosen[0].name)
            if path is not None:
                self.save_one(chosen[0], path)
        elif chosen:
            folder = files.ask_folder(self, self.tr("An empty folder for the recordings"))
            if folder is not None:
                self.save_all(chosen, folder)

    def save_one(self, recording: Recording, path: Path) -> None:
        """Download it in the background."""
        workbench, reason = self.workbench, self.why()

        def work(job: Job) -> int:
            from azdesk.app.recordings.taking import download

            # The dialog has asked whether to replace what is there.
            return download(workbench.session, recording, path, reason=reason, replace=True, job=job)

        workbench.run(
            work,
            title=self.tr("Saving a recording"),
            host=recording.on,
            done=lambda _size: workbench.say("info", filled(self.tr("Saved as %1."), path)),
        )

    def save_all(self, chosen: tuple[Recording, ...], folder: Path) -> None:
        """Download them and write an index, in the background."""
        workbench, reason = self.workbench, self.why()

        def work(job: Job) -> Exported:
            from azdesk.app.recordings.taking import export

            return export(workbench.session, chosen, folder, reason=reason, job=job)

        workbench.run(work, title=self.tr("Saving recordings"), done=self._saved)

    def _saved(self, exported: Exported) -> None:
        words = counted(
            len(exported.files), self.tr("1 recording saved in %2."), self.tr("%1 recordings saved in %2.")
        )
        words = words.replace("%2", str(exported.folder))
        if exported.problems:
            why = next(iter(exported.problems.values())).what
            missing = counted(len(exported.problems), self.tr("1 is missing."), self.tr("%1 are missing."))
            self.workbench.say("warning", f"{words} {missing} {why}")
        else:
            self.workbench.say("info", words)

    def ask_delete(self) -> None:
        """Ask why, then delete the selected ones."""
        chosen = self.chosen()
        if not chosen:
            return
        from azdesk.app.recordings.deleting import checked_reason, delete_plans

        try:
            delete_plans(self.workbench.fleet, chosen)
        except AzdeskError as error:
            self.workbench.say("warning", str(error))
            return

        def problem(text: str) -> str:
            try:
                checked_reason(text)
            except AzdeskError as error:
                return error.what
            return ""

        hosts = listed(tuple(dict.fromkeys(one.on for one in chosen)))
        question = counted(
            len(chosen),
            self.tr("Why is this recording deleted?"),
            self.tr("Why are these %1 recordings deleted?"),
        )
        dialog = TextPrompt(
            question,
            filled(
                self.tr("They are gone for good. The journal of %1 keeps the reason, and who did it."), hosts
            )
            if len(chosen) > 1
            else filled(
                self.tr("It is gone for good. The journal of %1 keeps the reason, and who did it."), hosts
            ),
            check=problem,
            parent=self,
        )
        dialog.ui.ok.setText(self.tr("&Delete"))
        dialog.given.connect(partial(self.do_delete, chosen))
        dialog.open()

    def do_delete(self, chosen: tuple[Recording, ...], reason: str) -> None:
        """Delete them in the background."""
        workbench = self.workbench

        def work(job: Job) -> Outcome:
            from azdesk.app.recordings.deleting import delete

            return delete(workbench.session, chosen, reason, job)

        workbench.run(work, title=self.tr("Deleting recordings"), done=partial(self._deleted, chosen))

    def _deleted(self, chosen: tuple[Recording, ...], outcome: Outcome) -> None:
        good = {host.host for host in outcome if host.good}
        gone = {one.name for one in chosen if one.on in good}
        for host in outcome:
            if not host.good:
                self.workbench.say("error", f"{host.host}: {host.message}")
        if gone:
            left = tuple(one for one in self.found if one.name not in gone)
            self.found = ()
            self.table.set_rows(())
            self.have(left, more=self._more, problems=dict(self._search.problems) if self._search else {})
            self.workbench.say(
                "info", counted(len(gone), self.tr("1 recording deleted."), self.tr("%1 recordings deleted."))
            )

"""Directory, on the page of a host that serves it: what slapd has there, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from azdesk.ui.editors.base import Editor
from azdesk.ui.editors.lists import Line
from azdesk.ui.forms.host_directory_editor import Ui_HostDirectoryEditor
from azdesk.ui.mapping.words import filled
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from azdesk.ui.workbench import Workbench


class HostDirectoryEditor(Editor):
    """The feature ``directory`` of one host."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(workbench, host, parent)
        self.ui = ui = Ui_HostDirectoryEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        self.nothing = EmptyState(
            "directory",
            self.tr("%1 does not serve the directory").replace("%1", host),
            self.tr("Hosts with the role “directory”, under General, have the people of the fleet."),
        )
        ui.nothing_layout.addWidget(self.nothing)
        ui.settings.clicked.connect(self.open_settings)
        ui.backups.clicked.connect(self.backups)
        ui.differs.adopt_requested.connect(lambda: workbench.adopt(host, ("directory",)))
        self.refresh()

    def show_document(self) -> None:
        ui, fleet = self.ui, self.fleet
        serves = "directory" in fleet.hosts[self.host].roles
        ui.nothing_place.setVisible(not serves)
        ui.slapd.setVisible(serves)
        ui.slapd_note.setText(fleet.directory.base)

    def show_host(self) -> None:
        ui, fleet = self.ui, self.fleet
        hosts = fleet.directory_hosts()
        lines: list[Line] = []
        if not fleet.directory.base:
            lines.append((State.UNKNOWN, self.tr("The document has no directory yet.")))
        elif fleet.directory.urls:
            words = self.tr("The document names somebody else's directory: this host's slapd is left alone.")
            lines.append((State.UNKNOWN, words))
        elif hosts and hosts[0] == self.host:
            words = self.tr("Everything is written here, and AZDesk goes in as root over SSH.")
            lines.append((State.RIGHT, words))
            lines += [
                (State.RIGHT, filled(self.tr("%1 follows, and answers while this host is away."), other))
                for other in hosts[1:]
            ]
        elif hosts:
            lines.append((State.RIGHT, filled(self.tr("Follows %1."), hosts[0])))
        ui.facts.set_lines(lines)
        ui.differs.set_sentences(self.differences.get("directory", ()))
        observation = self.workbench.observation(self.host)
        error = None
        if observation is not None:
            error = observation.error or observation.problems.get("directory")
        if error is None:
            ui.banner.hide()
        else:
            ui.banner.show_message("error", error.what, error.next_step, closable=False)

    def open_settings(self) -> None:
        """Go to the page of the fleet's directory."""
        from azdesk.ui.mapping import tree

        self.workbench.page_requested.emit(tree.DIRECTORY)

    def backups(self) -> None:
        """Open the list of this host's backups."""
        from azdesk.ui.dialogs.backups import BackupsDialog

        BackupsDialog(self.workbench, self.host, self.window()).open()

"""Files & logs: uploads and chat logging as this host sees them; the values are the cluster's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from azdesk.ui.editors.base import Editor
from azdesk.ui.forms.files_editor import Ui_FilesEditor
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from azdesk.ui.workbench import Workbench


class FilesEditor(Editor):
    """The cluster's shared cards, with what this host has beside them."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(workbench, host, parent)
        self.ui = Ui_FilesEditor()
        self.ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.files = self.ui.files
        self.files.attach(workbench, lambda: self.domain, lambda: (self.host,))
        self.body.bindings = self.files.bindings
        nothing = EmptyState(
            "folder",
            self.tr("Uploads and chat logs belong to a cluster"),
            self.tr(
                "%1 is in none yet. All nodes of a cluster share these settings; they are entered once."
            ).replace("%1", host),
            self.tr("&Join a cluster…"),
        )
        nothing.action.connect(self.join)
        self.ui.nothing_layout.addWidget(nothing)
        self.refresh()

    def show_document(self) -> None:
        domain = self.domain
        self.ui.nothing_place.setVisible(not domain)
        self.ui.files.setVisible(bool(domain))
        self.ui.protect.setVisible(bool(domain))
        if domain:
            self.files.show_document()

    def show_host(self) -> None:
        observation = self.workbench.observation(self.host)
        error = None
        if observation is not None:
            error = (
                observation.error or observation.problems.get("upload") or observation.problems.get("chatlog")
            )
        if error is None:
            self.ui.banner.hide()
        else:
            self.ui.banner.show_message("error", error.what, error.next_step, closable=False)
        if self.domain:
            self.files.show_hosts()

    def join(self) -> None:
        """Open the join wizard for this host."""
        from azdesk.ui.dialogs.join import JoinDialog

        JoinDialog(self.workbench, self.window(), host=self.host).show()

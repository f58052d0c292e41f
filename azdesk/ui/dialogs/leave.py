"""Taking a host out of its cluster: what happens, what is lost, then the nodes' own word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from azdesk.core.errors import DocumentError
from azdesk.fleet import edit
from azdesk.ui.dialogs.backups import BackupsDialog
from azdesk.ui.dialogs.prompts import GrowingDialog, let_the_window_go
from azdesk.ui.editors.base import while_there
from azdesk.ui.editors.words import members_words, state_of
from azdesk.ui.forms.leave import Ui_LeaveDialog
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.features.cluster.state import ClusterState
    from azdesk.ui.editors.lists import Line
    from azdesk.ui.workbench import Workbench

_WIDTH, _HEIGHT = 680, 520


class LeaveDialog(GrowingDialog):
    """Says what leaving does, and opens the review; does not block the window."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench, self.host = workbench, host
        self.domain = workbench.fleet.hosts[host].cluster
        self.others = tuple(name for name in workbench.fleet.nodes(self.domain) if name != host)
        self._left = False
        self.ui = ui = Ui_LeaveDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        title = self.tr("%1 leaves %2").replace("%1", host).replace("%2", self.domain)
        self.setWindowTitle(title)
        ui.title.setText(title)
        ui.purpose.setText(
            self.tr(
                "Clean on both sides: the host starts anew by itself, and the cluster forgets it, so that it cannot come back unasked."
            )
        )
        ui.loss_mark.set_icon("warning", "differs_text")
        ui.words_card.setVisible(bool(self.others))
        ui.test.clicked.connect(lambda: workbench.look((host, *self.others)))
        ui.go.clicked.connect(self.review)
        ui.backups.clicked.connect(lambda: BackupsDialog(workbench, host, self).open())
        ui.close_dialog.clicked.connect(self.reject)
        for button in (ui.test, ui.go, ui.backups, ui.close_dialog):
            button.setAutoDefault(False)
        workbench.observed.connect(self._observed)
        workbench.fleet_changed.connect(self._show)
        self.resize(_WIDTH, _HEIGHT)
        self._show()
        workbench.look((host, *self.others))

    def review(self) -> None:
        """Take the host out in the document and open the review."""
        words = self.tr("Take %1 out of %2").replace("%1", self.host).replace("%2", self.domain)
        try:
            fleet = edit.move_host(self.workbench.fleet, self.host, "")
        except DocumentError as error:
            self.ui.banner.show_message("error", error.what, closable=False)
            return
        self._left = True
        self.workbench.edit(fleet, words)
        concerned = (self.host, *self.others)
        self.ui.go.hide()
        self.ui.purpose.setText(
            self.tr(
                "The review is open in the window. What the nodes say themselves stands here as it changes."
            )
        )
        self._show()
        let_the_window_go(self)
        if not self.workbench.look(
            concerned, then=while_there(self, lambda: self.workbench.show_review(concerned))
        ):
            self.workbench.show_review(concerned)

    # -- inside ----------------------------------------------------------------------------------------------

    def _observed(self, host: str) -> None:
        if host == self.host or host in self.others:
            self._show()

    def _show(self) -> None:
        ui = self.ui
        if self.host not in self.workbench.fleet.hosts:
            self.reject()
            return
        state: ClusterState | None = state_of(self.workbench, self.host, "cluster")
        lines, blocked = self._what_happens(state)
        ui.checks.set_lines(lines)
        loss = self._loss(state)
        ui.loss.setVisible(bool(loss))
        ui.loss_text.setText(loss)
        ui.words.set_lines(self._words())
        ui.go.setEnabled(not blocked)

    def _what_happens(self, state: ClusterState | None) -> tuple[list[Line], bool]:
        from azdesk.features.cluster.state import STOCK_NODE

        seen = self.workbench.observation(self.host)
        if seen is not None and seen.error is not None:
            return [
                (State.UNREACHABLE, f"{seen.error.what} {seen.error.next_step}".strip()),
                (
                    None,
                    self.tr(
                        "It can be taken out of the document now. The cluster forgets it once it no longer runs; the host itself is set right when it can be reached."
                    ),
                ),
            ], False
        if state is None:
            return [(State.BUSY, self.tr("Looking at %1…").replace("%1", self.host))], True
        if self._left and not state.managed:
            return [
                (
                    State.RIGHT,
                    self.tr("%1 runs by itself as %2.").replace("%1", self.host).replace("%2", state.node),
                )
            ], False
        if not state.managed:
            return [
                (
                    State.RIGHT,
                    self.tr(
                        "%1 was never joined. Only the document changes, and the nodes' records of its name."
                    ).replace("%1", self.host),
                )
            ], False
        lines: list[Line] = [
            (
                State.DIFFERS,
                self.tr("ejabberd stops on %1; whoever is connected there is disconnected.").replace(
                    "%1", self.host
                ),
            ),
            (
                State.DIFFERS,
                self.tr(
                    "A backup of its data is taken; then it starts anew as %1 with a cookie of its own."
                ).replace("%1", STOCK_NODE),
            ),
        ]
        if self.others:
            lines.append(
                (
                    State.DIFFERS,
                    self.tr("The other nodes (%1) forget it: it cannot join again by itself.").replace(
                        "%1", ", ".join(self.others)
                    ),
                )
            )
        lines.append(
            (
                State.DIFFERS,
                self.tr("Records of names, upload and chat logging settings of %1 are taken off it.").replace(
                    "%1", self.domain
                ),
            )
        )
        return lines, False

    def _loss(self, state: ClusterState | None) -> str:
        from azdesk.features.cluster.state import lost

        if state is None or not state.managed:
            return ""
        data = lost(state)
        if not data:
            return ""
        if self.others:
            return (
                self.tr(
                    "%1 keeps no copy of the cluster's data (%2); the other nodes keep theirs. A backup is taken first and can be downloaded."
                )
                .replace("%1", self.host)
                .replace("%2", data)
            )
        return (
            self.tr(
                "%1 is the last node: its data is lost with it (%2). A backup is taken first and can be downloaded."
            )
            .replace("%1", self.host)
            .replace("%2", data)
        )

    def _words(self) -> list[Line]:
        if not self._left:
            return members_words(self.workbench, self.domain)
        node = f"ejabberd@{self.workbench.fleet.node(self.host)}"
        lines: list[Line] = []
        for other in self.others:
            state: ClusterState | None = state_of(self.workbench, other, "cluster")
            if state is None:
                lines.append((State.UNKNOWN, self.tr("%1 has not been asked yet.").replace("%1", other)))
                continue
            known = node in (*state.members, *state.stopped)
            words = (
                self.tr("%1 says: running db nodes = [%2]")
                .replace("%1", other)
                .replace("%2", ",".join(state.members))
            )
            lines.append((State.DIFFERS if known else State.RIGHT, words))
        return lines

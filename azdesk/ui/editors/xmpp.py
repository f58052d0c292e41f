"""XMPP & cluster: the host as a node, the other nodes, and the records of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from azdesk.ui.editors.base import Editor, on_host
from azdesk.ui.editors.words import cookie_lines, members_words, record_lines
from azdesk.ui.forms.xmpp_editor import Ui_XmppEditor
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from azdesk.features.cluster.state import ClusterState
    from azdesk.ui.workbench import Workbench


class XmppEditor(Editor):
    """Node name, LAN address, distribution port, cookie, members in their own words, records of names."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(workbench, host, parent)
        self.ui = ui = Ui_XmppEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        self.node = self.bind(ui.node_row, ui.node_name, "node", self.tr("Change the node name of %1"))
        self.lan = self.bind(
            ui.lan_row, ui.lan_address, "lan_address", self.tr("Change the LAN address of %1")
        )
        self.port = self.body.bind(
            ui.port_row,
            ui.port,
            lambda: ("clusters", self.domain, "distribution_port") if self.domain else None,
            self.tr("Change the distribution port"),
        )
        self.nothing = EmptyState(
            "cluster",
            self.tr("%1 is in no cluster").replace("%1", host),
            self.tr(
                "A cluster is an XMPP domain that several hosts serve together; one host alone is one too."
            ),
            self.tr("&Join a cluster…"),
        )
        self.nothing.action.connect(self.join)
        ui.nothing_layout.addWidget(self.nothing)
        ui.node_row.adopt_requested.connect(self._adopt_node)
        ui.lan_row.adopt_requested.connect(self._adopt_lan)
        ui.port_row.adopt_requested.connect(self._adopt_port)
        ui.cluster_differs.adopt_requested.connect(lambda: workbench.adopt(host, ("xmpp", "cluster")))
        ui.names_differs.adopt_requested.connect(lambda: workbench.adopt(host, ("names",)))
        ui.join.clicked.connect(self.join)
        ui.leave.clicked.connect(self.leave)
        ui.backups.clicked.connect(self.backups)
        ui.ask_again.clicked.connect(lambda: workbench.look(self.concerned()))
        ui.ask_again.setAccessibleName(self.tr("Ask all nodes again"))
        self.refresh()

    def concerned(self) -> tuple[str, ...]:
        return self.fleet.nodes(self.domain) if self.domain else (self.host,)

    def show_document(self) -> None:
        ui, domain = self.ui, self.domain
        ui.nothing_place.setVisible(not domain)
        for card in (ui.node, ui.members, ui.names):
            card.setVisible(bool(domain))
        application = "application" in self.fleet.hosts[self.host].roles
        self.nothing.button.setVisible(application)
        self.nothing.help.setText(
            self.tr(
                "A cluster is an XMPP domain that several hosts serve together; one host alone is one too."
            )
            if application
            else self.tr("Only hosts with the role “application” can be nodes of a cluster.")
        )
        if domain:
            ui.node_note.setText(self.tr("node of %1").replace("%1", domain))
            ui.port_row.set_note(
                self.tr("Shared by %1: changing it here changes it for all nodes.").replace("%1", domain)
            )
            ui.node_name.setPlaceholderText(self.host)
            host = self.fleet.hosts[self.host]
            ui.lan_address.setPlaceholderText("" if host.lan_address else self.fleet.lan_address(self.host))

    def show_host(self) -> None:
        ui = self.ui
        if not self.domain:
            return
        state: ClusterState | None = self.state("cluster")
        self._show_problem()
        self._show_node(state)
        for row in (ui.lan_row, ui.port_row):
            row.set_on_host("")
        if state is not None and state.managed:
            wanted, port = self.fleet.lan_address(self.host), self.port.value()
            if state.interface != wanted:
                ui.lan_row.set_on_host(
                    on_host(self.host, state.interface or self.tr("all addresses")),
                    adoptable=bool(state.interface),
                )
            if state.port != port:
                ui.port_row.set_on_host(
                    on_host(self.host, str(state.port or self.tr("any port"))), adoptable=bool(state.port)
                )
        sentences = [*self.differences.get("xmpp", ()), *self._rest(state)]
        ui.cluster_differs.set_sentences(sentences, adoptable="xmpp" in self.differences)
        ui.cookie.set_lines(cookie_lines(self.workbench, self.domain))
        ui.words.set_lines(members_words(self.workbench, self.domain))
        ui.records.set_lines(record_lines(self.workbench, self.host))
        shadowed = [one for one in self.differences.get("names", ()) if not one.startswith("No record of")]
        ui.names_differs.set_sentences(shadowed)

    def join(self) -> None:
        """Open the join wizard for this host."""
        from azdesk.ui.dialogs.join import JoinDialog

        JoinDialog(self.workbench, self.window(), host=self.host).show()

    def leave(self) -> None:
        """Open the dialog that takes this host out of its cluster."""
        from azdesk.ui.dialogs.leave import LeaveDialog

        LeaveDialog(self.workbench, self.host, self.window()).show()

    def backups(self) -> None:
        """Open the list of this host's backups."""
        from azdesk.ui.dialogs.backups import BackupsDialog

        BackupsDialog(self.workbench, self.host, self.window()).open()

    def _rest(self, state: ClusterState | None) -> list[str]:
        """Differences of the cluster that no field shows already."""
        found = list(self.differences.get("cluster", ()))
        if state is not None and state.managed:
            found = [
                one
                for one in found
                if not one.startswith(
                    ("The distribution listens on", "The node is called", "Not running together")
                )
            ]
        elif state is not None:
            found = [one for one in found if not one.startswith("Not running together")]
        return found

    def _show_problem(self) -> None:
        observation = self.workbench.observation(self.host)
        error = None
        if observation is not None:
            error = observation.error or next(
                (
                    observation.problems[key]
                    for key in ("cluster", "xmpp", "names")
                    if key in observation.problems
                ),
                None,
            )
        if error is None:
            self.ui.banner.hide()
        else:
            self.ui.banner.show_message("error", error.what, error.next_step, closable=False)

    def _show_node(self, state: ClusterState | None) -> None:
        from azdesk.features.cluster.state import lost

        row, wanted = self.ui.node_row, f"ejabberd@{self.fleet.node(self.host)}"
        row.set_on_host("")
        row.set_checked(None, "")
        row.set_note("")
        if state is None:
            row.set_note(self.tr("Runs as %1.").replace("%1", wanted))
        elif state.node == wanted:
            row.set_checked(
                State.RIGHT if state.up else State.FAILING,
                (self.tr("Runs as %1.") if state.up else self.tr("Is called %1, but does not run.")).replace(
                    "%1", wanted
                ),
            )
        else:
            row.set_on_host(on_host(self.host, state.node), adoptable=state.managed)
            data = lost(state)
            if data:
                row.set_note(
                    self.tr("Renaming replaces this node's XMPP data: %1. AZDesk backs it up first.").replace(
                        "%1", data
                    )
                )

    def _adopt_node(self) -> None:
        state = self.state("cluster")
        if state is not None:
            self.node.set_value(state.node.partition("@")[2])

    def _adopt_lan(self) -> None:
        state = self.state("cluster")
        if state is not None:
            self.lan.set_value(state.interface)

    def _adopt_port(self) -> None:
        state = self.state("cluster")
        if state is not None:
            self.port.set_value(state.port)

"""General: where a host is, how to log in, what it is there for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from azdesk.core.errors import DocumentError
from azdesk.fleet import edit
from azdesk.ui.editors.base import Access, Editor, fill_choices, on_host
from azdesk.ui.forms.general_editor import Ui_GeneralEditor

if TYPE_CHECKING:
    from azdesk.ui.workbench import Workbench


class _Roles(QObject):
    """Several check boxes as one value."""

    changed = Signal()

    def __init__(self, boxes: dict[str, QCheckBox], parent: QObject) -> None:
        super().__init__(parent)
        self._boxes = boxes
        for box in boxes.values():
            box.toggled.connect(self.changed)

    def read(self) -> tuple[str, ...]:
        return tuple(role for role, box in self._boxes.items() if box.isChecked())

    def show(self, value: tuple[str, ...]) -> None:
        for role, box in self._boxes.items():
            box.setChecked(role in value)


class GeneralEditor(Editor):
    """Address, login, jump hosts, roles, cluster, LAN address, group, note."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(workbench, host, parent)
        self.ui = ui = Ui_GeneralEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        bind = self.bind
        bind(ui.address_row, ui.address, "address", self.tr("Change the address of %1"))
        bind(ui.port_row, ui.port, "port", self.tr("Change the SSH port of %1"))
        bind(ui.credential_row, ui.credential, "credential", self.tr("Change the credential of %1"))
        jump = Access(
            read=lambda: tuple(part.strip() for part in ui.jump.text().split(",") if part.strip()),
            show=lambda value: ui.jump.setText(", ".join(value)),
            changed=ui.jump.textEdited,
            left=ui.jump.editingFinished,
        )
        bind(ui.jump_row, ui.jump, "jump", self.tr("Change the jump hosts of %1"), jump)
        roles = _Roles(
            {
                "application": ui.role_application,
                "directory": ui.role_directory,
                "storage": ui.role_storage,
            },
            self,
        )
        how = Access(read=roles.read, show=roles.show, changed=roles.changed)
        bind(ui.roles_row, ui.role_application, "roles", self.tr("Change the roles of %1"), how)
        bind(ui.cluster_row, ui.cluster, "cluster", self.tr("Change the cluster of %1"))
        bind(ui.lan_row, ui.lan_address, "lan_address", self.tr("Change the LAN address of %1"))
        bind(ui.group_row, ui.group, "group", self.tr("Change the group of %1"))
        bind(ui.note_row, ui.note, "note", self.tr("Change the note on %1"))
        for box, name in (
            (ui.role_application, self.tr("Role: application")),
            (ui.role_directory, self.tr("Role: directory")),
            (ui.role_storage, self.tr("Role: storage")),
        ):
            box.setAccessibleName(name)
        ui.manage.setAccessibleName(self.tr("Manage credentials"))
        ui.new_cluster.setAccessibleName(self.tr("New cluster"))
        ui.test_login.clicked.connect(self.test_login)
        ui.manage.clicked.connect(self.manage_credentials)
        ui.new_cluster.clicked.connect(self.new_cluster)
        self.refresh()

    def show_document(self) -> None:
        fleet, host = self.fleet, self.fleet.hosts[self.host]
        none = self.tr("None: what ~/.ssh/config and the agent say, as root")
        fill_choices(self.ui.credential, [(none, ""), *((name, name) for name in fleet.credentials)])
        fill_choices(self.ui.cluster, [(self.tr("None"), ""), *((name, name) for name in fleet.clusters)])
        self.ui.group_row.setVisible(not host.cluster)
        own = fleet.lan_address(self.host) if not host.lan_address else ""
        self.ui.lan_address.setPlaceholderText(own)

    def show_host(self) -> None:
        observation = self.workbench.observation(self.host)
        if observation is not None and observation.error is not None:
            error = observation.error
            self.ui.banner.show_message("error", error.what, error.next_step, closable=False)
        else:
            self.ui.banner.hide()
        state = self.state("cluster")
        wanted = self.fleet.lan_address(self.host)
        now = state.interface if state is not None and self.domain else ""
        self.ui.lan_row.set_on_host("")
        if now and now != wanted:
            self.ui.lan_row.set_on_host(on_host(self.host, now), adoptable=False)

    def test_login(self) -> None:
        """Open the dialog that tries the login as it is entered here, step by step."""
        from azdesk.ui.dialogs.login_test_dialog import LoginTestDialog

        LoginTestDialog(self.workbench, self.host, self.window()).open()

    def manage_credentials(self) -> None:
        """Open the dialog with all credentials, at the one used here."""
        from azdesk.ui.dialogs.credentials import CredentialsDialog

        name = self.fleet.hosts[self.host].credential
        CredentialsDialog(self.workbench, self.window(), chosen=name).open()

    def new_cluster(self) -> None:
        """Ask for a domain, and put the host into a cluster of that name."""
        from azdesk.ui.dialogs.prompts import TextPrompt

        prompt = TextPrompt(
            self.tr("A new cluster, with %1 as its first node").replace("%1", self.host),
            self.tr("Its XMPP domain, such as test.local or chat.example.org."),
            check=self._cluster_problem,
            parent=self.window(),
        )
        prompt.ui.text.setAccessibleName(self.tr("Domain"))
        prompt.given.connect(self._make_cluster)
        prompt.open()

    def _cluster_problem(self, domain: str) -> str:
        try:
            fleet = edit.add_cluster(self.fleet, domain)
            edit.move_host(fleet, self.host, domain.lower())
        except DocumentError as error:
            return error.problems[0].message if error.problems else error.what
        return ""

    def _make_cluster(self, domain: str) -> None:
        words = self.tr("Put %1 into the new cluster %2").replace("%1", self.host).replace("%2", domain)
        self.workbench.try_edit(
            lambda: edit.move_host(edit.add_cluster(self.fleet, domain), self.host, domain.lower()), words
        )

"""Adding a host: where it is, how to log in, tried step by step before it is in the document."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from azdesk.core.errors import AzdeskError, DocumentError
from azdesk.fleet import edit
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.dialogs.secrets import keeper
from azdesk.ui.editors.base import while_there
from azdesk.ui.forms.add_host import Ui_AddHostDialog
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.fleet.difference import Change
    from azdesk.fleet.model import Fleet
    from azdesk.ui.widgets.field_row import FieldRow
    from azdesk.ui.workbench import Workbench

_SIZE = (960, 640)
_NEW = "\0new"
_NONE = ""


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """What is entered, as the document would have it."""

    name: str
    fleet: Fleet
    credential: str


class AddHostDialog(GrowingDialog):
    """Two pages: the entries with the login test beside them, then what the host has.

    Args:
        cluster: domain that is chosen to begin with.
        address: as the admin typed it elsewhere.
    """

    def __init__(
        self, workbench: Workbench, parent: QWidget | None = None, *, cluster: str = "", address: str = ""
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.ui = ui = Ui_AddHostDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._name_typed = False
        self._touched: set[str] = set()
        self.added = ""
        """Name of the host once it is in the document."""
        self._rows: dict[str, FieldRow] = {
            "address": ui.address_row,
            "port": ui.address_row,
            "name": ui.name_row,
            "jump": ui.jump_row,
            "cluster": ui.cluster_row,
            "lan_address": ui.cluster_row,
            "credential": ui.credential_row,
        }
        self._build()
        ui.port.setValue(22)
        ui.address.setText(address)
        ui.cluster.setCurrentIndex(max(0, ui.cluster.findData(cluster)))
        self.resize(*_SIZE)
        self._changed()
        ui.address.setFocus()
        workbench.observed.connect(self._observed)
        workbench.run(
            lambda _job: keeper(workbench).state,
            title=self.tr("Asking for the keyring"),
            done=ui.login.set_keyring,
        )

    def _build(self) -> None:
        ui, fleet = self.ui, self.workbench.fleet
        for row, fields in (
            (ui.address_row, (ui.address, ui.port)),
            (ui.name_row, (ui.name,)),
            (ui.credential_row, (ui.credential,)),
            (ui.credential_name_row, (ui.credential_name,)),
            (ui.jump_row, (ui.jump,)),
            (ui.cluster_row, (ui.cluster,)),
        ):
            for field in fields:
                row.add_field(field)
        ui.credential.addItem(self.tr("~/.ssh/config and agent, as root"), _NONE)
        for name in fleet.credentials:
            ui.credential.addItem(name, name)
        ui.credential.addItem(self.tr("A new one…"), _NEW)
        if fleet.credentials:
            ui.credential.setCurrentIndex(1)
        ui.credential_name.setText(edit.free_name(fleet.credentials, "admins"))
        ui.cluster.addItem(self.tr("None"), "")
        for domain in fleet.clusters:
            ui.cluster.addItem(domain, domain)
        ui.address.textEdited.connect(self._address_typed)
        ui.name.textEdited.connect(self._typed_name)
        ui.jump.textEdited.connect(lambda _text: self._touch("jump"))
        ui.credential_name.textEdited.connect(lambda _text: self._touch("credential_name"))
        ui.port.valueChanged.connect(lambda _value: self._touch("port"))
        ui.credential.activated.connect(lambda _index: self._touch("credential"))
        ui.cluster.activated.connect(lambda _index: self._touch("cluster"))
        ui.login.changed.connect(lambda: self._touch("login"))
        ui.login_test.started.connect(self._foot)
        ui.login_test.finished.connect(self._tested)
        ui.test.clicked.connect(self.test)
        ui.add.clicked.connect(self.add)
        ui.cancel.clicked.connect(self.reject)
        ui.done.clicked.connect(self.accept)
        ui.leave.clicked.connect(self.accept)
        ui.adopt.clicked.connect(self._adopt)
        for button in (ui.cancel, ui.add, ui.done, ui.leave):
            button.setAutoDefault(False)
        ui.test.setDefault(True)

    # -- what a hand does ------------------------------------------------------------------------------------

    def test(self) -> None:
        """Try the login as it is entered."""
        self._touched.update(self._rows)
        entry = self._entry()
        if entry is None:
            self._first_problem()
            return
        typed = self.ui.login.secrets() if self._is_new else {}
        self.ui.login_test.start(self.workbench, entry.fleet, entry.name, typed=typed)

    def add(self) -> None:
        """Put the host into the document, keep its secrets, and look at it."""
        self._touched.update(self._rows)
        entry = self._entry()
        if entry is None:
            self._first_problem()
            return
        self.ui.login_test.stop()
        typed = self.ui.login.secrets() if self._is_new else {}
        place = self.ui.login.place
        self.ui.login.clear_secrets()
        self.added = entry.name
        self.workbench.edit(entry.fleet, self.tr("Add the host %1").replace("%1", entry.name))
        self._show_result()
        if not typed:
            self._look()
            return
        kept = keeper(self.workbench)

        def work(_job: Job) -> None:
            for what, secret in typed.items():
                kept.keep(entry.credential, what, secret, place)

        self.workbench.run(
            work,
            title=self.tr("Keeping the secret of %1").replace("%1", entry.credential),
            done=while_there(self, lambda _none: self._look()),
            failed=while_there(self, self._not_kept),
            cancellable=False,
        )

    def done(self, result: int) -> None:
        self.ui.login_test.stop()
        super().done(result)

    # -- the entries -----------------------------------------------------------------------------------------

    @property
    def _is_new(self) -> bool:
        return str(self.ui.credential.currentData()) == _NEW

    def _typed_name(self, text: str) -> None:
        self._name_typed = bool(text.strip())
        self._touch("name")

    def _address_typed(self, text: str) -> None:
        if not self._name_typed:
            self.ui.name.setText(_name_of(text.strip()))
        self._touch("address")

    def _touch(self, field: str) -> None:
        self._touched.add(field)
        self.ui.login_test.stop()
        self.ui.login_test.clear()
        self._changed()

    def _changed(self) -> None:
        self.ui.fresh.setVisible(self._is_new)
        self._entry()
        self._foot()

    def _entry(self) -> _Entry | None:
        """What is entered; None where something is wrong, which is shown then."""
        for row in {*self._rows.values(), self.ui.credential_name_row}:
            row.set_problem("")
        self.ui.login.clear_problems()
        ui, fleet = self.ui, self.workbench.fleet
        name, address = ui.name.text().strip().lower(), ui.address.text().strip()
        credential = str(ui.credential.currentData())
        try:
            if self._is_new:
                credential = ui.credential_name.text().strip()
                fleet = edit.add_credential(fleet, credential, self.ui.login.values())
            jump = [part.strip() for part in ui.jump.text().split(",") if part.strip()]
            values = {
                "address": address,
                "port": ui.port.value(),
                "credential": credential,
                "jump": jump,
                "cluster": ui.cluster.currentData(),
            }
            after = (fleet.nodes(values["cluster"]) or ("",))[-1] if values["cluster"] else ""
            fleet = edit.add_host(fleet, name, values, after=after)
        except DocumentError as error:
            self._show_problems(error, name)
            return None
        return _Entry(name=name, fleet=fleet, credential=credential)

    def _show_problems(self, error: DocumentError, name: str) -> None:
        for problem in error.problems:
            table, _, rest = problem.path.partition(".")
            field = rest.rpartition(".")[2] if rest.count(".") else ""
            if table == "credentials":
                if field in ("user", "method", "key_file", "sudo"):
                    if "login" in self._touched or "credential" in self._touched:
                        self.ui.login.set_problem(field, problem.message)
                else:
                    self.ui.credential_name_row.set_problem(problem.message)
                continue
            where = field if field in self._rows else "name"
            if where == "lan_address":
                where = "cluster"
            # What nobody has filled in yet is no mistake.
            empty = {"address": self.ui.address, "name": self.ui.name}.get(where)
            if where in self._touched and not (empty is not None and not empty.text() and name == ""):
                self._rows[where].set_problem(problem.message)
            elif where == "name" and self.ui.name.text() and "address" in self._touched:
                self.ui.name_row.set_problem(problem.message)

    def _first_problem(self) -> None:
        ui = self.ui
        for field in (ui.address, ui.name):
            if not field.text().strip():
                field.setFocus()
                return

    def _tested(self, _good: bool) -> None:
        self._foot()
        if _good:
            self.ui.add.setDefault(True)
            self.ui.add.setFocus()

    def _foot(self) -> None:
        test = self.ui.login_test
        steps = test.steps
        if test.running or not steps:
            words = self.tr("It is added to the document only; nothing is changed on the host.")
        elif steps[-1].error is None:
            words = self.tr("The login works. Adding changes the document only.")
        else:
            words = self.tr("The login does not work yet. The host can be added all the same.")
        self.ui.foot_note.setText(words)
        missing = not self.ui.address.text().strip() or not self.ui.name.text().strip()
        self.ui.add.setEnabled(not missing)
        self.ui.test.setEnabled(not missing)

    # -- afterwards ------------------------------------------------------------------------------------------

    def _show_result(self) -> None:
        ui = self.ui
        ui.result_title.setText(self.tr("%1 is in the document").replace("%1", self.added))
        ui.result_state.set(State.BUSY, self.tr("Looking at it…"))
        ui.adopt_card.hide()
        ui.adopt.hide()
        ui.leave.hide()
        ui.pages.setCurrentWidget(ui.result)
        ui.done.setFocus()

    def _look(self) -> None:
        if self.added not in self.workbench.fleet.hosts or not self.workbench.look((self.added,)):
            self._observed(self.added)

    def _not_kept(self, error: AzdeskError) -> None:
        self.workbench.say("error", error.what, error.next_step)
        self._look()

    def _observed(self, host: str) -> None:
        if not self.added or host != self.added or host not in self.workbench.fleet.hosts:
            return
        ui = self.ui
        seen = self.workbench.observation(host)
        if seen is None:
            return
        if seen.error is not None:
            ui.result_state.set(State.UNREACHABLE, f"{seen.error.what} {seen.error.next_step}".strip())
            return
        ui.result_state.set(State.RIGHT, self.tr("It was reached and read. Nothing was changed there."))
        found = self._adoptable()
        ui.adopt_list.clear()
        ui.adopt_list.addItems(found)
        for widget in (ui.adopt_card, ui.adopt, ui.leave):
            widget.setVisible(bool(found))
        ui.done.setVisible(not found)
        (ui.adopt if found else ui.done).setFocus()

    def _adoptable(self) -> list[str]:
        """What adopting would change in the document, in sentences."""
        from azdesk.app.adopting import adopt
        from azdesk.fleet.difference import difference

        seen = self.workbench.observation(self.added)
        if seen is None or seen.error is not None:
            return []
        fleet = self.workbench.fleet
        return [_words(change) for change in difference(fleet, adopt(fleet, seen))]

    def _adopt(self) -> None:
        self.workbench.adopt(self.added)
        self.accept()


def _words(change: Change) -> str:
    """One change of the document, for people."""
    from azdesk.fleet.difference import shown

    tr = QCoreApplication.translate
    called = {
        ("cluster",): tr("AddHostDialog", "Cluster of %1"),
        ("node",): tr("AddHostDialog", "Node name of %1"),
        ("lan_address",): tr("AddHostDialog", "LAN address of %1"),
        ("distribution_port",): tr("AddHostDialog", "Distribution port of %1"),
        ("upload", "url"): tr("AddHostDialog", "File Upload URL of %1"),
        ("upload", "directory"): tr("AddHostDialog", "Folder for uploads of %1"),
        ("upload", "max_size"): tr("AddHostDialog", "Largest upload of %1, in bytes"),
        ("chat_log", "enabled"): tr("AddHostDialog", "Chat logging of %1"),
        ("chat_log", "directory"): tr("AddHostDialog", "Folder for chat logs of %1"),
    }.get(change.keys[2:])
    if change.kind != "set" or called is None:
        text = str(change)
        return text[:1].upper() + text[1:]
    words = called.replace("%1", change.keys[1])
    before = "" if change.old in ("", ()) else f"{shown(change.old)} → "
    return f"{words}: {before}{shown(change.new)}"


def _name_of(address: str) -> str:
    """A name to suggest: the first label of a host name; for an address none."""
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return address.split(".", 1)[0].lower() if not address.replace(".", "").isdigit() else ""
    return ""

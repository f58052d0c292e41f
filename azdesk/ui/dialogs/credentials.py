"""All credentials: named logins that hosts share, and their secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QListWidgetItem, QWidget

from azdesk.core.errors import AzdeskError, DocumentError
from azdesk.fleet import edit
from azdesk.fleet.model import Credential
from azdesk.ui import icons
from azdesk.ui.dialogs.keeping import Place
from azdesk.ui.dialogs.prompts import ConfirmDialog, GrowingDialog, TextPrompt
from azdesk.ui.dialogs.secrets import keeper
from azdesk.ui.editors.base import while_there
from azdesk.ui.forms.credentials import Ui_CredentialsDialog

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.fleet.system_keyring import KeyringState
    from azdesk.ui.workbench import Workbench

_NAME = Qt.ItemDataRole.UserRole
_SIZE = (880, 600)


class CredentialsDialog(GrowingDialog):
    """List at the left, the chosen entry at the right; edits go into the document as they are made."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None, *, chosen: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.ui = ui = Ui_CredentialsDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._chosen = chosen
        self._showing = False
        ui.entries.currentItemChanged.connect(lambda _item, _before: self._choose())
        ui.login.changed.connect(self._edited)
        ui.add.clicked.connect(self.add)
        ui.rename.clicked.connect(self.rename)
        ui.remove.clicked.connect(self.remove)
        ui.save_secret.clicked.connect(self.save_secret)
        ui.forget.clicked.connect(self.forget)
        ui.store.clicked.connect(self._open_store)
        ui.close_dialog.clicked.connect(self.reject)
        for button in (ui.add, ui.rename, ui.remove, ui.save_secret, ui.forget, ui.store):
            button.setAutoDefault(False)
        workbench.fleet_changed.connect(self.refresh)
        self.resize(*_SIZE)
        self.refresh()
        workbench.run(
            lambda _job: keeper(workbench).state,
            title=self.tr("Asking for the keyring"),
            done=self._keyring_known,
        )

    @property
    def name(self) -> str:
        """Name of the chosen entry; empty if none."""
        item = self.ui.entries.currentItem()
        return str(item.data(_NAME)) if item is not None else ""

    def refresh(self) -> None:
        """Show the document's entries."""
        ui, names = self.ui, list(self.workbench.fleet.credentials)
        shown = [ui.entries.item(row).data(_NAME) for row in range(ui.entries.count())]
        if shown != names:
            wanted = self._chosen if self._chosen in names else self.name
            self._showing = True
            ui.entries.clear()
            for name in names:
                item = QListWidgetItem(icons.icon("key"), name)
                item.setToolTip(name)
                item.setData(_NAME, name)
                ui.entries.addItem(item)
            ui.entries.setCurrentRow(names.index(wanted) if wanted in names else (0 if names else -1))
            self._showing = False
        self._choose()

    def add(self) -> None:
        """Ask for a name and add an entry."""
        prompt = TextPrompt(
            self.tr("A new credential"),
            self.tr("A name for it, such as “admins” or “head office”."),
            check=self._name_problem,
            parent=self,
        )
        prompt.given.connect(self._add)
        prompt.open()

    def rename(self) -> None:
        """Ask for another name; hosts follow, and the secrets are kept under both names."""
        prompt = TextPrompt(
            self.tr("Rename the credential %1").replace("%1", self.name),
            text=self.name,
            check=lambda text: "" if text == self.name else self._name_problem(text),
            parent=self,
        )
        prompt.given.connect(self._rename)
        prompt.open()

    def remove(self) -> None:
        """Remove the entry; asks first if hosts use it."""
        users = self._users()
        if not users:
            self._remove()
            return
        dialog = ConfirmDialog(
            self.tr("Remove the credential %1?").replace("%1", self.name),
            self.tr("%1 will log in as ~/.ssh/config and the agent say, as root.").replace(
                "%1", ", ".join(users)
            ),
            self.tr("&Remove"),
            parent=self,
        )
        dialog.accepted.connect(self._remove)
        dialog.open()

    def save_secret(self) -> None:
        """Keep what was typed into the secret fields where it is said to be kept."""
        name, place, typed = self.name, self.ui.login.place, self.ui.login.secrets()
        if not typed:
            self.ui.login.ui.secret.setFocus()
            return
        kept = keeper(self.workbench)

        def work(_job: Job) -> None:
            for what, secret in typed.items():
                kept.keep(name, what, secret, place)

        self.ui.login.clear_secrets()
        self.workbench.run(
            work,
            title=self.tr("Keeping the secret of %1").replace("%1", name),
            done=while_there(self, lambda _none: self._kept(name, place)),
            failed=self._failed,
            cancellable=False,
        )

    def forget(self) -> None:
        """Delete the entry's secrets wherever they are kept."""
        name, kept = self.name, keeper(self.workbench)

        def work(_job: Job) -> None:
            kept.forget(name)

        self.workbench.run(
            work,
            title=self.tr("Forgetting the secrets of %1").replace("%1", name),
            done=while_there(self, lambda _none: self._forgotten(name)),
            failed=self._failed,
            cancellable=False,
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "ui"):
            for row in range(self.ui.entries.count()):
                self.ui.entries.item(row).setIcon(icons.icon("key"))

    # -- inside ----------------------------------------------------------------------------------------------

    def _users(self) -> list[str]:
        return [host for host, value in self.workbench.fleet.hosts.items() if value.credential == self.name]

    def _choose(self) -> None:
        if self._showing:
            return
        ui, name = self.ui, self.name
        entry = self.workbench.fleet.credentials.get(name)
        for widget in (ui.rename, ui.remove, ui.save_secret, ui.forget):
            widget.setEnabled(entry is not None)
        ui.login.setVisible(entry is not None)
        ui.used_title.setVisible(entry is not None)
        if entry is None:
            ui.name.setText(self.tr("No credential yet"))
            ui.kept.setText(
                self.tr("Hosts without one log in as ~/.ssh/config and the SSH agent say, as root.")
            )
            ui.used.clear()
            return
        if name != self._chosen or ui.login.values() != _plain(entry):
            changed_entry = name != ui.name.text()
            if changed_entry or not self._typing():
                ui.login.show_credential(entry)
            if changed_entry:
                self._ask_kept(name)
        self._chosen = name
        ui.name.setText(name)
        users = self._users()
        ui.used.setText(", ".join(users) if users else self.tr("No host yet."))

    def _typing(self) -> bool:
        form = self.ui.login.ui
        return form.user.hasFocus() or form.key_file.hasFocus()

    def _edited(self) -> None:
        name, values = self.name, self.ui.login.values()
        self.ui.login.clear_problems()
        if not name:
            return
        try:
            fleet = edit.with_value(self.workbench.fleet, ("credentials", name), values)
        except DocumentError as error:
            for problem in error.problems:
                self.ui.login.set_problem(problem.path.rpartition(".")[2], problem.message)
            return
        self.workbench.edit(
            fleet, self.tr("Change the credential %1").replace("%1", name), key=f"credentials.{name}"
        )

    def _name_problem(self, text: str) -> str:
        try:
            edit.add_credential(self.workbench.fleet, text, Credential())
        except DocumentError as error:
            return error.problems[0].message if error.problems else error.what
        return ""

    def _add(self, name: str) -> None:
        self._chosen = name
        self.workbench.try_edit(
            lambda: edit.add_credential(self.workbench.fleet, name, Credential()),
            self.tr("Add the credential %1").replace("%1", name),
        )
        self.ui.login.ui.user.setFocus()

    def _rename(self, new: str) -> None:
        old, kept = self.name, keeper(self.workbench)
        self._chosen = new
        done = self.workbench.try_edit(
            lambda: edit.rename_credential(self.workbench.fleet, old, new),
            self.tr("Rename the credential %1").replace("%1", old),
        )

        def work(_job: Job) -> None:
            # The old name keeps its secrets: other documents may use it, and so does this one after Undo.
            kept.copy(old, new)

        if done:
            self.workbench.run(
                work,
                title=self.tr("Keeping the secrets of %1").replace("%1", new),
                failed=self._failed,
                cancellable=False,
            )

    def _remove(self) -> None:
        name = self.name
        self.workbench.try_edit(
            lambda: edit.remove_credential(self.workbench.fleet, name, release=True),
            self.tr("Remove the credential %1").replace("%1", name),
        )

    def _ask_kept(self, name: str) -> None:
        kept = keeper(self.workbench)
        self.ui.kept.setText("")
        self.workbench.run(
            lambda _job: kept.kept(name),
            title=self.tr("Asking for the keyring"),
            done=while_there(self, lambda found: self._show_kept(name, found)),
            failed=self._failed,
        )

    def _show_kept(self, name: str, found: dict[str, Place]) -> None:
        if name != self.name:
            return
        if not found:
            self.ui.kept.setText(self.tr("Nothing is kept in the keyring for it."))
            return
        words = {
            "password": self.tr("the password"),
            "sudo": self.tr("the sudo password"),
            "passphrase": self.tr("the passphrase"),
        }
        text = ", ".join(words[what] for what in found)
        self.ui.kept.setText(self.tr("Kept in the keyring: %1.").replace("%1", text))

    def _kept(self, name: str, place: Place) -> None:
        words = {
            Place.KEYRING: self.tr("The secret of %1 is in the keyring."),
            Place.FILE: self.tr("The secret of %1 is in the encrypted file."),
            Place.NOWHERE: self.tr("AZDesk knows the secret of %1 until it ends."),
        }[place]
        self.ui.banner.show_message("info", words.replace("%1", name))
        self._ask_kept(name)

    def _forgotten(self, name: str) -> None:
        self.ui.banner.show_message("info", self.tr("The secrets of %1 are forgotten.").replace("%1", name))
        self._ask_kept(name)

    def _failed(self, error: AzdeskError) -> None:
        self.ui.banner.show_message("error", str(error.what), error.next_step)

    def _keyring_known(self, state: KeyringState) -> None:
        self.ui.login.set_keyring(state)
        if not state.usable:
            self.ui.banner.show_message(
                "warning",
                state.message,
                self.tr(
                    "Secrets can be kept in an encrypted file instead, or AZDesk asks each time it is started."
                ),
            )

    def _open_store(self) -> None:
        from azdesk.ui.dialogs.secret_store import SecretStoreDialog

        SecretStoreDialog(self.workbench, self).open()


def _plain(entry: Credential) -> dict[str, str]:
    return {"user": entry.user, "method": entry.method, "key_file": entry.key_file, "sudo": entry.sudo}

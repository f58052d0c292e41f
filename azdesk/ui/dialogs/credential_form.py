"""The fields of one credential: how to log in, the secrets it needs, and where they are kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from azdesk.core.secret import Secret
from azdesk.fleet.model import Credential
from azdesk.fleet.system_keyring import KeyringState
from azdesk.ui.dialogs.keeping import Place
from azdesk.ui.editors.base import Form
from azdesk.ui.forms.credential_form import Ui_CredentialForm

METHODS = ("agent", "key", "password", "keyboard-interactive")
SUDO = ("no", "without-password", "with-password")

Problem = Callable[[str, object], str | None]
"""(field, value) → what would be wrong."""


def method_words(method: str) -> str:
    """A method in words."""
    tr = QCoreApplication.translate
    return {
        "agent": tr("CredentialForm", "SSH agent"),
        "key": tr("CredentialForm", "Key file"),
        "password": tr("CredentialForm", "Password"),
        "keyboard-interactive": tr("CredentialForm", "The host's own questions"),
    }[method]


class CredentialForm(Form):
    """User, method, key file, sudo; the secret fields that go with them. `changed` after each edit by hand."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.ui = ui = Ui_CredentialForm()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.adopt_rows()
        for method in METHODS:
            ui.method.addItem(method_words(method), method)
        for value, words in zip(
            SUDO,
            (
                self.tr("nothing: it is root"),
                self.tr("sudo without a password"),
                self.tr("sudo with a password"),
            ),
            strict=True,
        ):
            ui.sudo.addItem(words, value)
        self._sudo_chosen = False
        self._keep_chosen = False
        self.set_keyring(None)
        ui.user.textEdited.connect(self._user_typed)
        ui.sudo.activated.connect(self._sudo_taken)
        for signal in (
            ui.method.activated,
            ui.key_file.textEdited,
            ui.secret.textEdited,
            ui.sudo_secret.textEdited,
        ):
            signal.connect(lambda _value: self._edited())
        ui.keep.activated.connect(self._keep_taken)
        ui.browse.clicked.connect(self._browse)
        ui.browse.setAutoDefault(False)
        ui.browse.setAccessibleName(self.tr("Browse for the key file"))
        self.show_credential(Credential())

    def set_keyring(self, state: KeyringState | None) -> None:
        """What can be said of this system's keyring; None while it is not known."""
        keep = self.ui.keep
        chosen = keep.currentData()
        keep.clear()
        if state is not None and state.usable:
            keep.addItem(self.tr("the keyring (%1)").replace("%1", state.name), Place.KEYRING)
        keep.addItem(self.tr("an encrypted file, opened with a passphrase"), Place.FILE)
        keep.addItem(self.tr("nothing: ask once each time AZDesk is started"), Place.NOWHERE)
        at = keep.findData(chosen) if self._keep_chosen else -1
        usable = state is not None and state.usable
        keep.setCurrentIndex(at if at >= 0 else keep.findData(Place.KEYRING if usable else Place.NOWHERE))
        self._keyring_note = "" if usable or state is None else state.message
        self.ui.keep_row.set_note(self._keyring_note)

    def show_credential(self, credential: Credential) -> None:
        """Show an entry; secrets are empty."""
        ui = self.ui
        ui.user.setText(credential.user)
        ui.method.setCurrentIndex(ui.method.findData(credential.method))
        ui.key_file.setText(credential.key_file)
        ui.sudo.setCurrentIndex(ui.sudo.findData(credential.sudo))
        self._sudo_chosen = credential.sudo != "no"
        self.clear_secrets()
        for row in (ui.user_row, ui.key_row, ui.sudo_row, ui.method_row):
            row.set_problem("")
        self._fit()

    def clear_secrets(self) -> None:
        """Forget what was typed into the secret fields."""
        self.ui.secret.clear()
        self.ui.sudo_secret.clear()

    def values(self) -> dict[str, str]:
        """What is entered, as plain values of `azdesk.fleet.model.Credential`."""
        ui = self.ui
        method = str(ui.method.currentData())
        return {
            "user": ui.user.text().strip(),
            "method": method,
            "key_file": ui.key_file.text().strip() if method == "key" else "",
            "sudo": str(ui.sudo.currentData()),
        }

    def secrets(self) -> dict[str, Secret]:
        """Purpose → what was typed; without the empty ones."""
        ui = self.ui
        first = "passphrase" if ui.method.currentData() == "key" else "password"
        found = {first: ui.secret.text()} if not ui.secret_row.isHidden() else {}
        if ui.sudo.currentData() == "with-password":
            found["sudo"] = ui.sudo_secret.text()
        return {what: Secret(text) for what, text in found.items() if text}

    @property
    def place(self) -> Place:
        """Where the secrets are to be kept."""
        return Place(self.ui.keep.currentData())

    def set_problem(self, field: str, text: str) -> None:
        """Show what is wrong with a field of the credential."""
        rows = {"user": self.ui.user_row, "key_file": self.ui.key_row, "sudo": self.ui.sudo_row}
        rows.get(field, self.ui.method_row).set_problem(text)

    def clear_problems(self) -> None:
        """Nothing is wrong any more."""
        for row in (self.ui.user_row, self.ui.key_row, self.ui.sudo_row, self.ui.method_row):
            row.set_problem("")

    # -- inside ----------------------------------------------------------------------------------------------

    def _user_typed(self, user: str) -> None:
        # Whoever is not root needs sudo: chosen along, until somebody chooses by hand.
        if not self._sudo_chosen:
            wanted = "no" if user.strip() in ("", "root") else "with-password"
            self.ui.sudo.setCurrentIndex(self.ui.sudo.findData(wanted))
        self._edited()

    def _sudo_taken(self) -> None:
        self._sudo_chosen = True
        self._edited()

    def _keep_taken(self) -> None:
        self._keep_chosen = True
        self._edited()

    def _edited(self) -> None:
        self._fit()
        self.changed.emit()

    def _fit(self) -> None:
        """Show the fields that go with the method."""
        ui = self.ui
        method, sudo = ui.method.currentData(), ui.sudo.currentData()
        ui.key_row.setVisible(method == "key")
        ui.secret_row.setVisible(method in ("key", "password"))
        ui.secret_row.set_label(self.tr("&Passphrase") if method == "key" else self.tr("&Password"))
        ui.secret.setPlaceholderText(
            self.tr("none, or asked when needed") if method == "key" else self.tr("asked when needed")
        )
        ui.secret.setAccessibleName(
            self.tr("Passphrase of the key") if method == "key" else self.tr("Password")
        )
        ui.sudo_secret_row.setVisible(sudo == "with-password")
        ui.sudo_secret.setPlaceholderText(self.tr("asked when needed"))
        ui.keep_row.setVisible(method in ("key", "password") or sudo == "with-password")
        ui.method_row.set_note(
            self.tr("Codes and questions are asked at each login and never kept.")
            if method == "keyboard-interactive"
            else ""
        )

    def _browse(self) -> None:
        begin = Path(self.ui.key_file.text() or "~/.ssh").expanduser()
        chosen, _kind = QFileDialog.getOpenFileName(self, self.tr("Private key"), str(begin))
        if chosen:
            self.ui.key_file.setText(_short(chosen))
            self._edited()


def _short(path: str) -> str:
    """With ``~`` for the home folder, so that the document fits every workstation."""
    try:
        return f"~/{Path(path).relative_to(Path.home()).as_posix()}"
    except ValueError:
        return path

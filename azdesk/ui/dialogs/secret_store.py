"""Where secrets are kept: says what this system has, and makes the encrypted file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from azdesk.core.errors import AzdeskError
from azdesk.core.secret import Secret
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.dialogs.secrets import keeper
from azdesk.ui.forms.secret_store import Ui_SecretStoreDialog
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.fleet.system_keyring import KeyringState
    from azdesk.ui.workbench import Workbench

_SIZE = (620, 540)
SHORT = 10
"""Passphrases shorter than this are warned about."""


class SecretStoreDialog(GrowingDialog):
    """Keyring, encrypted file, or asking: what there is here, in words."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.keeper = keeper(workbench)
        self.ui = ui = Ui_SecretStoreDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        ui.passphrase_row.add_field(ui.passphrase)
        ui.again_row.add_field(ui.again)
        ui.keyring_state.set(State.BUSY, self.tr("Asking the system…"))
        ui.passphrase.textChanged.connect(lambda _text: self._typed())
        ui.again.textChanged.connect(lambda _text: self._typed())
        ui.set_passphrase.clicked.connect(self.set_passphrase)
        ui.set_passphrase.setAutoDefault(False)
        ui.close_dialog.clicked.connect(self.reject)
        self._show_file()
        self._typed()
        self.resize(*_SIZE)
        kept = self.keeper
        workbench.run(
            lambda _job: kept.state, title=self.tr("Asking for the keyring"), done=self._keyring_known
        )

    def set_passphrase(self) -> None:
        """Make the file, or encrypt it anew."""
        new, kept = Secret(self.ui.passphrase.text()), self.keeper
        self.ui.passphrase.clear()
        self.ui.again.clear()

        def work(_job: Job) -> None:
            kept.set_passphrase(new)

        self.ui.set_passphrase.setEnabled(False)
        self.workbench.run(
            work,
            title=self.tr("Encrypting the secrets"),
            done=self._made,
            failed=self._failed,
            cancellable=False,
        )

    def _typed(self) -> None:
        ui = self.ui
        first, second = ui.passphrase.text(), ui.again.text()
        same = first == second
        ui.again_row.set_problem(
            self.tr("is not the same") if second and not first.startswith(second) else ""
        )
        short = self.tr("Short: whoever gets the file can try many a second. Several words are better.")
        ui.passphrase_row.set_note(short if 0 < len(first) < SHORT else "")
        ui.set_passphrase.setEnabled(bool(first) and same)

    def _show_file(self) -> None:
        ui, file = self.ui, self.keeper.file
        if file.exists:
            ui.file_state.set(
                State.RIGHT,
                self.tr("%1: encrypted with a passphrase (scrypt, AES-256).").replace("%1", str(file.path)),
            )
            ui.set_passphrase.setText(self.tr("&Change the passphrase"))
        else:
            ui.file_state.set(None, self.tr("None yet. It would be %1.").replace("%1", str(file.path)))

    def _keyring_known(self, state: KeyringState) -> None:
        self.ui.keyring_state.set(State.RIGHT if state.usable else State.DIFFERS, state.message)

    def _made(self, _none: object) -> None:
        self._show_file()
        self._typed()
        self.ui.banner.show_message("info", self.tr("The file is encrypted with the new passphrase."))

    def _failed(self, error: AzdeskError) -> None:
        self._typed()
        self.ui.banner.show_message("error", error.what, error.next_step)

"""Asking for a secret: passwords, passphrases, sudo, and whatever a host asks at login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from azdesk.core.secret import Secret
from azdesk.fleet.credentials import PURPOSES
from azdesk.ui.dialogs.keeping import Place, SecretKeeper
from azdesk.ui.dialogs.prompts import GrowingDialog, settle_size
from azdesk.ui.forms.secret_prompt import Ui_SecretPrompt
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

_ANSWER = "answer: "


def keeper(workbench: Workbench) -> SecretKeeper:
    """Where the open document's secrets are kept; making it reads nothing."""
    return SecretKeeper(workbench.session.secrets, workbench.ask_passphrase, renewed=workbench.secret_kept)


def ask_secret(workbench: Workbench, name: str, what: str) -> Secret | None:
    """Ask for the secret of a credential; from the GUI thread. None: not given."""
    kept = keeper(workbench)
    place = Place.KEYRING if kept.state.usable else Place.FILE
    users = [host for host, value in workbench.fleet.hosts.items() if value.credential == name]
    prompt = SecretPrompt.for_credential(name, what, users, place, kept.state.message, workbench.window)
    secret = prompt.ask()
    if secret is None:
        return None
    if prompt.remembers and what in PURPOSES:

        def work(_job: Job) -> None:
            kept.keep(name, what, secret, place)

        title = prompt.tr("Keeping the secret of %1").replace("%1", name)
        workbench.run(work, title=title, cancellable=False)
    return secret


def ask_passphrase(workbench: Workbench) -> Secret | None:
    """Ask for what opens the encrypted file, or for a new passphrase where there is no file yet; from the GUI thread."""
    from azdesk.app.opening import secrets_file

    file = secrets_file()
    return SecretPrompt.for_file(str(file.path), new=not file.exists, parent=workbench.window).ask()


class SecretPrompt(GrowingDialog):
    """One secret, masked until asked to show it; `ask` waits for it.

    Args:
        what: the question.
        explain: what it is for.
        remember: words of the check box; none when empty.
        keep_note: where it would be kept.
        twice: ask for it twice, for a new one.
        check: says what is wrong with what is typed; empty if nothing.
    """

    def __init__(
        self,
        what: str,
        explain: str,
        *,
        remember: str = "",
        keep_note: str = "",
        twice: bool = False,
        check: Callable[[Secret], str] = lambda _secret: "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._check = check
        self.ui = Ui_SecretPrompt()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        ui = self.ui
        self._twice = twice
        self.setWindowTitle(what)
        ui.mark.set_icon("key", "quiet_strong")
        ui.what.setText(what)
        ui.explain.setText(explain)
        ui.explain.setVisible(bool(explain))
        ui.secret.setAccessibleName(what)
        ui.again.setVisible(twice)
        ui.again.setPlaceholderText(self.tr("the same again"))
        ui.again.setAccessibleName(self.tr("The same again"))
        ui.shown.setVisible(False)
        ui.problem.hide()
        ui.remember.setText(remember)
        ui.remember.setVisible(bool(remember))
        ui.keep_note.setText(keep_note)
        ui.keep_note.setVisible(bool(keep_note))
        ui.secret.textChanged.connect(lambda _text: self._typed())
        ui.again.textChanged.connect(lambda _text: self._typed())
        ui.ok.clicked.connect(self.accept)
        ui.ok.setDefault(True)
        ui.ok.setEnabled(False)
        ui.cancel.clicked.connect(self.reject)
        ui.secret.setFocus()
        settle_size(self, forget=False)

    @classmethod
    def for_credential(
        cls, name: str, what: str, users: list[str], place: Place, keyring: str, parent: QWidget | None = None
    ) -> SecretPrompt:
        """The prompt for a credential's secret.

        Args:
            what: purpose, see `azdesk.fleet.credentials`.
            users: hosts that the credential is for.
            place: where it would be kept.
            keyring: what is to be said of this system's keyring.
        """
        tr = _translator
        called = name or tr("the login without a credential")
        questions = {
            "password": tr("Password of %1"),
            "sudo": tr("sudo password of %1"),
            "passphrase": tr("Passphrase of the key of %1"),
        }
        if what.startswith(_ANSWER):
            question = what.removeprefix(_ANSWER)
            explain = tr("Asked by the host at the login with %1.").replace("%1", called)
        else:
            question = questions.get(what, tr("Secret of %1")).replace("%1", called)
            explain = _used_by(users)
        keepable = what in PURPOSES and bool(name)
        remember = (
            tr("&Remember in the keyring") if place is Place.KEYRING else tr("&Remember in an encrypted file")
        )
        note = (
            ""
            if place is Place.KEYRING
            else tr(
                "%1 Unless you let it be kept in an encrypted file, AZDesk asks each time it is started."
            ).replace("%1", keyring)
        )
        return cls(
            question,
            explain,
            remember=remember if keepable else "",
            keep_note=note if keepable else "",
            parent=parent,
        )

    @classmethod
    def for_file(cls, path: str, *, new: bool, parent: QWidget | None = None) -> SecretPrompt:
        """The prompt for the encrypted file's passphrase."""
        tr = _translator
        if new:
            explain = tr(
                "It encrypts the file in which AZDesk keeps secrets (%1). Without it the secrets in the file are lost."
            )
            return cls(tr("A new passphrase"), explain.replace("%1", path), twice=True, parent=parent)
        explain = tr("It opens the file with the secrets (%1) until AZDesk ends.").replace("%1", path)
        return cls(tr("Passphrase of the encrypted file"), explain, parent=parent)

    @property
    def remembers(self) -> bool:
        """Whether it is to be kept."""
        return self.ui.remember.isChecked()

    def ask(self) -> Secret | None:
        """Wait for the secret; None if there is none."""
        given = self.exec() == QDialog.DialogCode.Accepted
        secret = Secret(self.ui.secret.text()) if given else None
        self.ui.secret.clear()
        self.ui.again.clear()
        self.deleteLater()
        return secret

    def _typed(self) -> None:
        ui = self.ui
        same = not self._twice or ui.secret.text() == ui.again.text()
        why = self._check(Secret(ui.secret.text()))
        ui.problem.set(State.FAILING if why else None, why)
        ui.problem.setVisible(bool(why))
        ui.ok.setEnabled(bool(ui.secret.text()) and same and not why)
        if self._twice:
            from azdesk.ui import theme

            theme.set_property(ui.again, "problem", bool(ui.again.text()) and not same)
            ui.again.setEchoMode(QLineEdit.EchoMode.Password)


def _translator(text: str) -> str:
    from PySide6.QtCore import QCoreApplication

    return QCoreApplication.translate("SecretPrompt", text)


def _used_by(users: list[str]) -> str:
    if not users:
        return ""
    if len(users) > 4:
        words = _translator("Used by %1 and %2 more hosts.")
        return words.replace("%1", ", ".join(users[:3])).replace("%2", str(len(users) - 3))
    return _translator("Used by %1.").replace("%1", ", ".join(users))

"""Host keys, secrets and credentials: asked, compared, kept and forgotten by hand."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton

from azdesk.core.errors import HostKeyChanged, HostKeyUnknown
from azdesk.core.secret import Secret
from azdesk.fleet.secret_file import FileSecrets
from azdesk.fleet.system_keyring import KeyringState
from azdesk.hosts.known import fingerprint
from azdesk.ui.dialogs.credentials import CredentialsDialog
from azdesk.ui.dialogs.host_key import (
    HostKeyChangedDialog,
    HostKeyDialog,
    ask_host_key,
    removal_command,
    same_fingerprint,
)
from azdesk.ui.dialogs.keeping import Place
from azdesk.ui.dialogs.prompts import ConfirmDialog, TextPrompt
from azdesk.ui.dialogs.secret_store import SecretStoreDialog
from azdesk.ui.dialogs.secrets import SecretPrompt, ask_passphrase, ask_secret
from azdesk.ui.workbench import Workbench
from tests.ui import bench
from tests.ui.conftest import settle
from tests.ui.test_editors import mnemonics_twice

KEY = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0 " + bytes(range(32))).decode()
PRINT = fingerprint(KEY)


def unknown(where: str = "a251") -> HostKeyUnknown:
    return HostKeyUnknown(
        "Nobody has accepted the host's key yet.",
        where=where,
        address="[192.168.11.251]:2222",
        key_type="ssh-ed25519",
        key_base64=KEY,
        fingerprint=PRINT,
    )


def changed() -> HostKeyChanged:
    return HostKeyChanged(
        "The host shows another key than the one known.",
        where="a251",
        known=f"ssh-ed25519 {PRINT} (/home/alice/.local/share/azdesk/known_hosts:3), "
        "ssh-rsa SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU (/home/alice/.ssh/known_hosts:12)",
        shown="SHA256:x5Fp0rQjVqkVwV2k5J8zq3Zc1lTz4mJb2rZ0bLk9yQs",
    )


@pytest.fixture
def keyring() -> bench.MemoryKeyring:
    return bench.MemoryKeyring()


@pytest.fixture
def workbench(tmp_path: Path, monkeypatch, keyring, qapp) -> Iterator[Workbench]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path))
    monkeypatch.delenv("AZDESK_PASSPHRASE", raising=False)
    made = bench.open_bench(tmp_path, keyring=keyring)
    yield made
    made.close()
    made.undo_stack.clear()
    made.deleteLater()
    settle()


@pytest.fixture
def shown(keep):
    def show(dialog: QDialog) -> QDialog:
        keep(dialog)
        dialog.show()
        settle()
        return dialog

    return show


def when_asked(act) -> None:
    """Do something with the next dialog that waits for an answer."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(5, look)
        else:
            act(dialog)

    QTimer.singleShot(0, look)


def idle(qtbot, workbench: Workbench) -> None:
    qtbot.waitUntil(lambda: not workbench.jobs, timeout=20_000)
    settle()


def click(qtbot, button: QPushButton) -> None:
    assert button.isEnabled(), button.objectName()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()


# -- host keys ----------------------------------------------------------------------------------------------------------------


def test_an_unknown_key_is_refused_by_return_and_escape(shown, qtbot):
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        dialog = shown(HostKeyDialog(unknown()))
        qtbot.keyClick(dialog.focusWidget(), key)
        assert dialog.result() == QDialog.DialogCode.Rejected
        assert not dialog.isVisible()


def test_comparing_decides(shown, qtbot, snapshot):
    dialog = shown(HostKeyDialog(unknown(bench.LONG)))
    assert dialog.ui.shown.text() == PRINT
    snapshot(dialog, "dialog-host-key")
    qtbot.keyClicks(dialog.ui.compare, PRINT[:20])
    assert dialog.ui.accept_key.isEnabled()
    assert not dialog.ui.compare.property("problem")
    qtbot.keyClicks(dialog.ui.compare, "x")
    assert not dialog.ui.accept_key.isEnabled()
    assert "Not the same" in dialog.ui.compare.accessibleDescription()
    dialog.ui.compare.clear()
    qtbot.keyClicks(dialog.ui.compare, f"256 {PRINT} root@a251 (ED25519)")
    qtbot.keyClick(dialog.ui.compare, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_fingerprints_are_the_same_only_if_whole():
    assert same_fingerprint(PRINT, PRINT)
    assert same_fingerprint(PRINT, PRINT.removeprefix("SHA256:"))
    assert same_fingerprint(PRINT, f"256 {PRINT}= comment (ED25519)")
    assert not same_fingerprint(PRINT, PRINT[:-1])
    assert not same_fingerprint(PRINT, PRINT.lower())
    assert not same_fingerprint(PRINT, "")


def test_the_answer_reaches_who_asked(workbench, qtbot):
    when_asked(lambda dialog: click(qtbot, dialog.ui.accept_key))
    assert ask_host_key(workbench, unknown()) is True
    when_asked(lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    assert ask_host_key(workbench, unknown()) is False


def test_a_changed_key_offers_nothing_to_go_on_with(shown, qtbot, snapshot):
    dialog = shown(HostKeyChangedDialog(changed()))
    buttons = [button.objectName() for button in dialog.findChildren(QPushButton) if button.isVisible()]
    assert sorted(buttons) == ["close_dialog", "copy"]
    snapshot(dialog, "dialog-host-key-changed")
    click(qtbot, dialog.ui.copy)
    assert QGuiApplication.clipboard().text() == removal_command(changed())
    assert removal_command(changed()) == (
        "sed -i '3d' '/home/alice/.local/share/azdesk/known_hosts' && sed -i '12d' '/home/alice/.ssh/known_hosts'"
    )
    qtbot.keyClick(dialog.ui.close_dialog, Qt.Key.Key_Return)
    assert not shiboken6.isValid(dialog) or not dialog.isVisible()


# -- prompts ------------------------------------------------------------------------------------------------------------------


def test_a_password_is_masked_given_and_remembered(workbench, keyring, qtbot, snapshot):
    def act(dialog: SecretPrompt) -> None:
        assert dialog.ui.secret.echoMode() == QLineEdit.EchoMode.Password
        assert not dialog.ui.ok.isEnabled()
        assert "a251, a253" in dialog.ui.explain.text()
        qtbot.keyClicks(dialog.ui.secret, "swordfish")
        qtbot.keyClick(dialog.ui.remember, Qt.Key.Key_Space)
        qtbot.keyClick(dialog.ui.secret, Qt.Key.Key_Return)

    when_asked(act)
    assert ask_secret(workbench, "admins", "sudo") == Secret("swordfish")
    idle(qtbot, workbench)
    assert keyring.kept == {("azdesk", "admins/sudo"): "swordfish"}


def test_an_answer_is_never_kept_and_escape_gives_none(workbench, qtbot):
    def act(dialog: SecretPrompt) -> None:
        assert dialog.ui.what.text() == "Verification code:"
        assert dialog.ui.remember.isHidden()
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    when_asked(act)
    assert ask_secret(workbench, "admins", "answer: Verification code:") is None


def test_a_new_passphrase_is_entered_twice(workbench, qtbot):
    def act(dialog: SecretPrompt) -> None:
        qtbot.keyClicks(dialog.ui.secret, "correct horse")
        qtbot.keyClicks(dialog.ui.again, "correct house")
        assert not dialog.ui.ok.isEnabled()
        qtbot.keyClick(dialog.ui.again, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(dialog.ui.again, "correct horse")
        qtbot.keyClick(dialog.ui.again, Qt.Key.Key_Return)

    when_asked(act)
    assert ask_passphrase(workbench) == Secret("correct horse")


def test_prompts_look_right(shown, snapshot):
    none = KeyringState(
        usable=False, name="none", message="This system has no keyring, so AZDesk keeps no secret in it."
    )
    many = [f"a{number}" for number in range(251, 260)]
    snapshot(
        shown(SecretPrompt.for_credential("head office", "password", many, Place.FILE, none.message)),
        "dialog-secret",
    )
    snapshot(
        shown(SecretPrompt.for_credential("admins", "passphrase", ["a251"], Place.KEYRING, "")),
        "dialog-secret-keyring",
    )
    snapshot(
        shown(SecretPrompt.for_file("/home/alice/.local/share/azdesk/secrets", new=True)), "dialog-passphrase"
    )
    snapshot(
        shown(ConfirmDialog("Stop ejabberd on a253?", "Whoever uses it is disconnected.", "&Stop ejabberd")),
        "dialog-confirm",
    )
    prompt = shown(
        TextPrompt(
            "A new credential", "A name for it.", check=lambda text: "is there already; take another name"
        )
    )
    prompt.ui.text.setText("admins")
    snapshot(prompt, "dialog-text")


def test_a_word_must_be_typed_before_it_is_done(shown, qtbot):
    dialog = shown(ConfirmDialog("Restore?", "Data is replaced.", "&Restore", word="a253"))
    assert not dialog.ui.ok.isEnabled()
    qtbot.keyClicks(dialog.ui.word, "a25")
    assert not dialog.ui.ok.isEnabled()
    qtbot.keyClicks(dialog.ui.word, "3")
    done = []
    dialog.accepted.connect(lambda: done.append(True))
    click(qtbot, dialog.ui.ok)
    assert done == [True]


# -- credentials --------------------------------------------------------------------------------------------------------------


def test_credentials_are_edited_and_their_secrets_kept_and_forgotten(
    workbench, keyring, shown, qtbot, snapshot
):
    dialog = shown(CredentialsDialog(workbench, chosen="admins"))
    idle(qtbot, workbench)
    ui, form = dialog.ui, dialog.ui.login.ui
    assert dialog.name == "admins"
    assert ui.used.text() == "a251, a253"
    assert "Test keyring" in form.keep.currentText()
    assert mnemonics_twice(dialog) == []
    snapshot(dialog, "dialog-credentials")
    qtbot.keyClick(form.user, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(form.user, "-bob")
    assert "user name" in form.user.accessibleDescription()
    qtbot.keyClick(form.user, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(form.user, "bob")
    assert workbench.fleet.credentials["admins"].user == "bob"
    qtbot.keyClicks(form.secret, "open sesame")
    qtbot.keyClicks(form.sudo_secret, "please")
    click(qtbot, ui.save_secret)
    idle(qtbot, workbench)
    assert keyring.kept == {
        ("azdesk", "admins/passphrase"): "open sesame",
        ("azdesk", "admins/sudo"): "please",
    }
    assert form.secret.text() == ""
    assert "sudo password" in ui.kept.text()
    click(qtbot, ui.rename)
    prompt = dialog.findChild(TextPrompt)
    qtbot.keyClicks(prompt.ui.text, "head office")
    assert not prompt.ui.ok.isEnabled()
    qtbot.keyClick(prompt.ui.text, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(prompt.ui.text, "ops")
    qtbot.keyClick(prompt.ui.text, Qt.Key.Key_Return)
    idle(qtbot, workbench)
    assert workbench.fleet.hosts["a251"].credential == "ops"
    # The old name keeps them, for Undo and for other documents.
    old = {("azdesk", "admins/passphrase"), ("azdesk", "admins/sudo")}
    assert set(keyring.kept) == {("azdesk", "ops/passphrase"), ("azdesk", "ops/sudo")} | old
    assert dialog.name == "ops"
    click(qtbot, ui.forget)
    idle(qtbot, workbench)
    assert set(keyring.kept) == old
    click(qtbot, ui.remove)
    question = dialog.findChild(ConfirmDialog)
    assert "a251, a253" in question.ui.explain.text()
    click(qtbot, question.ui.ok)
    assert "ops" not in workbench.fleet.credentials
    assert workbench.fleet.hosts["a251"].credential == ""
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    idle(qtbot, workbench)


def test_adding_one_asks_for_a_name(workbench, shown, qtbot):
    dialog = shown(CredentialsDialog(workbench))
    idle(qtbot, workbench)
    click(qtbot, dialog.ui.add)
    prompt = dialog.findChild(TextPrompt)
    qtbot.keyClicks(prompt.ui.text, "night shift")
    qtbot.keyClick(prompt.ui.text, Qt.Key.Key_Return)
    settle()
    assert dialog.name == "night shift"
    form = dialog.ui.login.ui
    form.method.setFocus()
    qtbot.keyClick(form.method, Qt.Key.Key_Down)
    assert "needs the path of a key" in form.key_file.accessibleDescription()
    qtbot.keyClicks(form.key_file, "~/.ssh/night")
    assert workbench.fleet.credentials["night shift"].key_file == "~/.ssh/night"
    idle(qtbot, workbench)


def test_without_a_keyring_it_is_said_and_a_file_is_made(tmp_path, monkeypatch, shown, qtbot, snapshot):
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path))
    made = bench.open_bench(tmp_path)
    try:
        dialog = shown(CredentialsDialog(made))
        idle(qtbot, made)
        assert "keyring" in dialog.ui.banner._what.text()
        assert dialog.ui.login.place is Place.NOWHERE
        snapshot(dialog, "dialog-credentials-no-keyring")
        store = shown(SecretStoreDialog(made))
        idle(qtbot, made)
        qtbot.keyClicks(store.ui.passphrase, "short")
        assert "Short" in store.ui.passphrase_row._note.text()
        qtbot.keyClicks(store.ui.again, "shorter")
        assert not store.ui.set_passphrase.isEnabled()
        snapshot(store, "dialog-secret-store")
        for field in (store.ui.passphrase, store.ui.again):
            field.clear()
            qtbot.keyClicks(field, "correct horse battery")
        click(qtbot, store.ui.set_passphrase)
        idle(qtbot, made)
        assert store.ui.passphrase.text() == ""
        kept = FileSecrets(tmp_path / "secrets", lambda: Secret("correct horse battery"))
        assert kept.exists
        dialog.ui.entries.setCurrentRow(1)
        form = dialog.ui.login
        form.ui.keep.setCurrentIndex(form.ui.keep.findData(Place.FILE))
        qtbot.keyClicks(form.ui.secret, "open sesame")
        click(qtbot, dialog.ui.save_secret)
        idle(qtbot, made)
        assert kept.get("head office", "password") == Secret("open sesame")
        assert b"sesame" not in (tmp_path / "secrets").read_bytes()
    finally:
        made.close()
        made.undo_stack.clear()
        made.deleteLater()
        settle()

"""Adding hosts, joining, leaving, backups and logs: by hand, on practice hosts over real SSH."""

from __future__ import annotations

import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from azdesk.app import planning
from azdesk.app.applying import apply
from azdesk.app.backups import Backup
from azdesk.app.joining import Check, CheckState, JoinReport
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.errors import NoPython
from azdesk.core.outcome import StepState
from azdesk.fleet import store
from azdesk.fleet.credentials import AskedSecrets, SecretChain
from azdesk.fleet.system_keyring import KeyringSecrets
from azdesk.hosts.check import LoginStage, LoginStep
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.hosts.ssh import SshTransport
from azdesk.practice import PracticeFleet
from azdesk.ui.dialogs.add_host import AddHostDialog
from azdesk.ui.dialogs.backups import BackupsDialog
from azdesk.ui.dialogs.join import JoinDialog
from azdesk.ui.dialogs.leave import LeaveDialog
from azdesk.ui.dialogs.log_dialog import LogDialog
from azdesk.ui.dialogs.login_test_dialog import LoginTestDialog
from azdesk.ui.dialogs.prompts import ConfirmDialog
from azdesk.ui.workbench import Workbench
from tests.ui import bench
from tests.ui.conftest import settle
from tests.ui.test_editors import mnemonics_twice

WAIT_MS = 60_000
DOMAIN = "test.local"

BACKUP = "20261122T210401-1f2e3d4c-ejabberd.tar.gz"


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[PracticeFleet]:
    before = set(threading.enumerate())
    with PracticeFleet.start(("a251", "a253"), folder=tmp_path / "practice") as fleet:
        yield fleet
    # A connection's thread notices at its next reading that it was closed; on a busy machine that takes a while.
    until = time.monotonic() + 15
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, until - time.monotonic()))


@pytest.fixture
def keyring() -> bench.MemoryKeyring:
    return bench.MemoryKeyring()


@pytest.fixture
def real(practice: PracticeFleet, tmp_path: Path, monkeypatch, keyring, qapp) -> Iterator[Workbench]:
    """A workbench on the practice hosts, with its own known_hosts and no cluster yet."""
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path))
    known = tmp_path / "known_hosts"
    known.write_bytes(practice.known_hosts.read_bytes())
    path = practice.write_document(tmp_path / "fleet.toml")

    def make(workbench: Workbench) -> Session:
        secrets = SecretChain([KeyringSecrets(keyring), AskedSecrets(workbench.ask_secret)])
        transport = SshTransport(secrets=secrets, trust=HostKeys(own=known, others=()))
        pool = HostPool(workbench.fleet, transport=transport)
        return Session(
            workbench.fleet, pool, secrets=secrets, awaited=AwaitedStore(tmp_path / "awaited.json")
        )

    made = Workbench(store.open(path), make)
    yield made
    made.close()
    made.undo_stack.clear()
    made.deleteLater()
    settle()


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch, keyring, qapp) -> Iterator[Workbench]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path))
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


def idle(qtbot, workbench: Workbench) -> None:
    qtbot.waitUntil(lambda: not workbench.jobs and not workbench.thinking, timeout=WAIT_MS)
    settle()


def click(qtbot, button: QPushButton) -> None:
    assert button.isEnabled(), button.objectName()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()


def choose(qtbot, combo, words: str) -> None:
    """With the keyboard, as far as the entry that begins with these words."""
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.count()):
        if combo.currentText().startswith(words):
            return
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    raise AssertionError(f"{words} is not among {[combo.itemText(at) for at in range(combo.count())]}")


def visible(widget: QWidget) -> list[str]:
    return sorted(button.objectName() for button in widget.findChildren(QPushButton) if button.isVisible())


# -- adding a host ------------------------------------------------------------------------------------------------------------


def test_a_host_is_added_with_a_new_credential_after_its_login_was_tried(
    real, practice, keyring, shown, qtbot, snapshot, tmp_path
):
    (tmp_path / "known_hosts").write_text("")
    from azdesk.fleet import edit

    real.edit(edit.remove_host(real.fleet, "a253"), "Remove a253")
    host = practice.host("a253")
    password = practice.credentials.passwords["alice"].reveal()
    dialog = shown(AddHostDialog(real))
    ui, login = dialog.ui, dialog.ui.login.ui
    idle(qtbot, real)
    assert not ui.add.isEnabled()
    qtbot.keyClicks(ui.address, "127.0.0.1")
    ui.port.setValue(host.ssh.port)
    qtbot.keyClicks(ui.name, "a251")
    assert "there already" in ui.name.accessibleDescription()
    qtbot.keyClick(ui.name, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(ui.name, "a253")
    choose(qtbot, ui.credential, "A new one")
    assert ui.fresh.isVisible()
    qtbot.keyClick(login.user, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(login.user, "alice")
    assert login.sudo.currentData() == "with-password"
    choose(qtbot, login.method, "Password")
    qtbot.keyClicks(login.secret, password)
    qtbot.keyClicks(login.sudo_secret, "wrong")
    qtbot.keyClick(ui.address, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not ui.login_test.running and bool(ui.login_test.steps), timeout=WAIT_MS)
    settle()
    test = ui.login_test
    assert [row.mark.accessibleName() for row in test.rows] == ["right", "right", "right", "failing"]
    assert test.ui.fingerprint.text().replace("\u200b", "").startswith("SHA256:")
    assert visible(test) == ["accept_key", "refuse_key"]
    assert mnemonics_twice(dialog) == []
    assert dialog.width() <= 1024
    snapshot(dialog, "dialog-add-host-key")
    click(qtbot, test.ui.accept_key)
    qtbot.waitUntil(lambda: len(test.rows) > 5 and not test.running, timeout=WAIT_MS)
    idle(qtbot, real)
    assert "sudo" in test.rows[-1].text.text()
    assert test.rows[-1].mark.accessibleName() == "failing"
    snapshot(dialog, "dialog-add-host-sudo")
    login.sudo_secret.clear()
    qtbot.keyClicks(login.sudo_secret, password)
    assert not test.rows
    click(qtbot, ui.test)
    qtbot.waitUntil(lambda: bool(test.steps) and not test.running, timeout=WAIT_MS)
    settle()
    assert test.steps[-1].stage is LoginStage.HELPER
    assert test.steps[-1].state is StepState.DONE
    assert ui.add.hasFocus()
    assert "login works" in ui.foot_note.text()
    snapshot(dialog, "dialog-add-host-good")
    assert "a253" not in real.fleet.hosts
    qtbot.keyClick(ui.add, Qt.Key.Key_Return)
    idle(qtbot, real)
    assert real.fleet.hosts["a253"].credential == "admins"
    assert real.fleet.credentials["admins"].user == "alice"
    assert keyring.kept == {("azdesk", "admins/password"): password, ("azdesk", "admins/sudo"): password}
    assert real.observation("a253").readable
    assert "reached" in ui.result_state.label.text()
    snapshot(dialog, "dialog-add-host-result")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    settle()


def test_what_a_host_has_is_offered_for_adoption(real, practice, shown, qtbot, snapshot):
    from azdesk.fleet import edit

    main = practice.host("a253").files.text("/etc/ejabberd/ejabberd.yml")
    assert "- localhost" in main
    file = practice.host("a253").folder / "etc/ejabberd/ejabberd.yml"
    file.write_text(main.replace("- localhost", "- chat.example.org", 1))
    port = real.fleet.hosts["a253"].port
    real.edit(edit.remove_host(real.fleet, "a253"), "Remove a253")
    dialog = shown(AddHostDialog(real, address="127.0.0.1"))
    ui = dialog.ui
    ui.port.setValue(port)
    qtbot.keyClicks(ui.name, "a253")
    choose(qtbot, ui.credential, "practice")
    click(qtbot, ui.add)
    idle(qtbot, real)
    offered = [ui.adopt_list.item(row).text() for row in range(ui.adopt_list.count())]
    assert any("chat.example.org" in line for line in offered)
    snapshot(dialog, "dialog-add-host-adopt")
    click(qtbot, ui.adopt)
    assert real.fleet.hosts["a253"].cluster == "chat.example.org"


def test_a_login_test_says_what_is_wrong_and_what_to_do(real, practice, shown, qtbot, snapshot):
    practice.change_host_key("a251")
    dialog = shown(LoginTestDialog(real, "a251"))
    qtbot.waitUntil(lambda: bool(dialog.test.steps) and not dialog.test.running, timeout=WAIT_MS)
    settle()
    assert visible(dialog.test) == ["refuse_key"]
    assert "changed" in dialog.test.ui.box_title.text()
    snapshot(dialog, "dialog-login-changed")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    idle(qtbot, real)


def test_python_is_offered_and_installed(real, practice, shown, qtbot, snapshot):
    practice.host("a251").faults.no_python = True
    dialog = shown(LoginTestDialog(real, "a251"))
    test = dialog.test
    qtbot.waitUntil(lambda: bool(test.steps) and not test.running, timeout=WAIT_MS)
    settle()
    assert test.steps[-1].stage is LoginStage.PYTHON
    click(qtbot, test.ui.install_python)
    qtbot.waitUntil(lambda: bool(test.steps) and test.steps[-1].stage is LoginStage.HELPER, timeout=WAIT_MS)
    idle(qtbot, real)
    assert test.steps[-1].state is StepState.DONE
    assert not practice.host("a251").faults.no_python
    assert real.observation("a251").readable


def test_every_step_and_the_offer_of_python(made_up, shown, snapshot):
    dialog = shown(LoginTestDialog(made_up, "a251"))
    test = dialog.test
    test.stop()
    test.clear()
    error = NoPython("There is no python3.", where="a251", next_step="Install it.")
    test.steps = [
        LoginStep(stage=stage, title=title, state=state, seconds=seconds, message=message, error=problem)
        for stage, title, state, seconds, message, problem in (
            (
                LoginStage.RESOLVE,
                "Resolve gate.voice.example.org",
                StepState.DONE,
                0.021,
                "203.0.113.7, 2001:db8::7",
                None,
            ),
            (
                LoginStage.CONNECT,
                "Connect to gate.voice.example.org:22",
                StepState.DONE,
                1.31,
                "203.0.113.7:22",
                None,
            ),
            (LoginStage.SSH, "Speak SSH", StepState.DONE, 0.08, "SSH-2.0-OpenSSH_10.6p1 Debian-1", None),
            (LoginStage.ROOT, "Become root with sudo", StepState.DONE, 0.2, "", None),
            (LoginStage.PYTHON, "Find python3", StepState.FAILED, 0.2, "", error),
        )
    ]
    test.ui.empty_place.hide()
    test.ui.steps.show()
    test._ended()
    settle()
    assert visible(test) == ["install_python"]
    snapshot(dialog, "dialog-login-python")
    made_up.cancel()


# -- join and leave -----------------------------------------------------------------------------------------------------------


def test_joining_is_tested_reviewed_and_told_by_both_nodes(real, practice, shown, qtbot, snapshot, tmp_path):
    reviews = []
    real.review_requested.connect(reviews.append)
    first = shown(JoinDialog(real, host="a251"))
    qtbot.keyClicks(first.ui.cluster.lineEdit(), DOMAIN)
    qtbot.keyClick(first.ui.cluster.lineEdit(), Qt.Key.Key_Return)
    idle(qtbot, real)
    assert first.report is not None, first.ui.banner._what.text()
    assert first.report.possible
    assert real.fleet.hosts["a251"].cluster == ""
    snapshot(first, "dialog-join-first")
    click(qtbot, first.ui.go)
    idle(qtbot, real)
    assert reviews == [("a251",)]
    assert real.fleet.hosts["a251"].cluster == DOMAIN
    carry_out(real, qtbot, ("a251",))
    assert first.ui.outcome_state.mark.accessibleName() == "right"
    qtbot.keyClick(first, Qt.Key.Key_Escape)

    second = shown(JoinDialog(real, host="a253", cluster=DOMAIN))
    idle(qtbot, real)
    assert second.report is not None, second.ui.banner._what.text()
    checks = {check.key: check.state for check in second.report.checks}
    assert checks["versions"] is CheckState.OK
    assert checks["port"] is CheckState.OK
    assert checks["cookie"] is CheckState.PLANNED
    assert second.ui.target.isVisible()
    snapshot(second, "dialog-join")
    click(qtbot, second.ui.go)
    idle(qtbot, real)
    assert reviews[-1] == ("a251", "a253")
    assert "Not joined yet" in second.ui.outcome_state.label.text()
    carry_out(real, qtbot, ("a251", "a253"))
    assert second.ui.words.lines() == (
        "a251 says: running db nodes = [ejabberd@a251,ejabberd@a253]",
        "a253 says: running db nodes = [ejabberd@a251,ejabberd@a253]",
    )
    assert second.ui.outcome_state.mark.accessibleName() == "right"
    snapshot(second, "dialog-join-outcome")
    qtbot.keyClick(second, Qt.Key.Key_Escape)
    leave_again(real, reviews, shown, qtbot, snapshot, tmp_path)


def leave_again(real, reviews, shown, qtbot, snapshot, folder: Path) -> None:
    dialog = shown(LeaveDialog(real, "a253"))
    idle(qtbot, real)
    assert any("forget it" in line for line in dialog.ui.checks.lines())
    snapshot(dialog, "dialog-leave")
    click(qtbot, dialog.ui.go)
    idle(qtbot, real)
    assert reviews[-1] == ("a253", "a251")
    assert real.fleet.hosts["a253"].cluster == ""
    carry_out(real, qtbot, ("a251", "a253"))
    assert dialog.ui.words.lines() == ("a251 says: running db nodes = [ejabberd@a251]",)
    assert "runs by itself" in dialog.ui.checks.lines()[0]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    backups = shown(BackupsDialog(real, "a253"))
    idle(qtbot, real)
    assert backups.ui.table.topLevelItemCount() >= 1
    snapshot(backups, "dialog-backups")
    oldest = backups.ui.table.topLevelItem(backups.ui.table.topLevelItemCount() - 1)
    backups.ui.table.setCurrentItem(oldest)
    target = folder / "joined.tar.gz"
    backups.download_to(target)
    idle(qtbot, real)
    with tarfile.open(target) as archive:
        assert any("ejabberd" in name for name in archive.getnames())
    assert target.stat().st_mode & 0o077 == 0
    click(qtbot, backups.ui.restore)
    question = backups.findChild(ConfirmDialog)
    qtbot.keyClicks(question.ui.word, "a253")
    qtbot.keyClick(question.ui.word, Qt.Key.Key_Return)
    idle(qtbot, real)
    assert "restored" in backups.ui.banner._what.text()
    assert backups.ui.banner.property("surface") == "box-info", backups.ui.banner._what.text()
    qtbot.keyClick(backups, Qt.Key.Key_Escape)


def carry_out(real: Workbench, qtbot, hosts: tuple[str, ...]) -> None:
    """What the review does once it is approved."""
    preview = planning.preview(real.fleet, dict(real.observations), hosts)
    real.run(lambda job: apply(real.session, preview, job), title="Apply", done=real.applied)
    idle(qtbot, real)
    assert all(outcome.good for outcome in real.outcomes.values()), [
        (outcome.host, outcome.message) for outcome in real.outcomes.values()
    ]


def test_a_join_that_cannot_be_says_why(made_up, shown, qtbot, snapshot):
    bench.see(made_up, bench.look("a251"), bench.look("a253"))
    dialog = shown(JoinDialog(made_up, host="a254", cluster=DOMAIN))
    idle(qtbot, made_up)
    assert dialog.ui.banner.isVisible()
    assert not dialog.ui.go.isEnabled()
    dialog.ui.banner.hide()
    dialog._looks = {
        "a251": bench.look("a251"),
        "a254": bench.look("a254", cluster=bench.node("a254", cookie="4f1c77aa")),
    }
    long = "a254 gets no connection to 192.168.11.251:5210 (Connection timed out), although a251 listens there: look for a firewall between the two."
    lost = "Lost there: 1240 accounts, 11023 roster entries, 3 offline messages. A backup is taken first and can be downloaded."
    dialog._show_report(
        JoinReport(
            host="a254",
            target="a251",
            checks=(
                Check(
                    key="names",
                    title="Names resolve both ways",
                    state=CheckState.PLANNED,
                    detail="a254 does not know a251. The plan writes the records into /etc/hosts.",
                ),
                Check(
                    key="node",
                    title="a251 runs as ejabberd@a251",
                    state=CheckState.OK,
                    detail="It says so itself: ejabberd@a251.",
                ),
                Check(
                    key="port",
                    title="192.168.11.251:5210 is reachable from a254",
                    state=CheckState.FAILED,
                    detail=long,
                ),
                Check(
                    key="versions",
                    title="The same ejabberd version",
                    state=CheckState.OK,
                    detail="26.07 on both.",
                ),
                Check(
                    key="cookie",
                    title="The cluster's cookie",
                    state=CheckState.PLANNED,
                    detail="It has 4f1c…, a251 has 9ab2… (digests). The plan copies a251's.",
                ),
                Check(
                    key="membership",
                    title="Not in another cluster",
                    state=CheckState.OK,
                    detail="a254 stands alone.",
                ),
                Check(
                    key="data", title="Its own XMPP data is replaced", state=CheckState.WARNING, detail=lost
                ),
            ),
        )
    )
    settle()
    assert not dialog.ui.go.isEnabled()
    assert "1240 accounts" in dialog.ui.loss_text.text()
    assert dialog.ui.checks._rows[2].mark.accessibleName() == "failing"
    assert mnemonics_twice(dialog) == []
    snapshot(dialog, "dialog-join-failed")
    assert dialog.height() <= 700
    assert dialog.width() <= 1024


def test_the_document_is_not_touched_by_a_test(made_up, shown, qtbot):
    before = made_up.fleet
    dialog = shown(JoinDialog(made_up, host="a254", cluster=DOMAIN))
    idle(qtbot, made_up)
    click(qtbot, dialog.ui.test)
    idle(qtbot, made_up)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert made_up.fleet is before


# -- backups and logs ---------------------------------------------------------------------------------------------------------


def test_backups_are_empty_then_listed_downloaded_and_restored_after_typing(
    real, practice, shown, qtbot, snapshot, tmp_path
):
    dialog = shown(BackupsDialog(real, "a253"))
    idle(qtbot, real)
    assert dialog.ui.empty_place.isVisible()
    assert not dialog.ui.restore.isEnabled()
    snapshot(dialog, "dialog-backups-empty")
    backup = Backup(host="a253", name=BACKUP, size=1_887_436, at=1_795_380_000.0)
    dialog._show((backup, backup))
    assert dialog.chosen == backup
    click(qtbot, dialog.ui.restore)
    question = dialog.findChild(ConfirmDialog)
    assert not question.ui.ok.isEnabled()
    qtbot.keyClicks(question.ui.word, "a253")
    click(qtbot, question.ui.ok)
    idle(qtbot, real)
    assert dialog.ui.banner.isVisible()
    assert dialog.ui.banner.property("surface") == "box-error"


def test_a_backup_is_deleted_once_it_was_asked(real, practice, shown, qtbot, snapshot):
    path = f"/var/lib/azdesk/backups/{BACKUP}"
    files = practice.host("a253").files
    files.folder("/var/lib/azdesk/backups")
    files.write(path, b"an archive")
    dialog = shown(BackupsDialog(real, "a253"))
    idle(qtbot, real)
    assert dialog.chosen is not None
    click(qtbot, dialog.ui.delete_backup)
    question = dialog.findChild(ConfirmDialog)
    snapshot(question, "dialog-backup-delete")
    click(qtbot, question.ui.cancel)
    assert files.exists(path)
    click(qtbot, dialog.ui.delete_backup)
    click(qtbot, dialog.findChildren(ConfirmDialog)[-1].ui.ok)
    qtbot.waitUntil(lambda: not files.exists(path), timeout=10_000)
    idle(qtbot, real)
    assert dialog.ui.empty_place.isVisible()
    assert dialog.ui.banner.property("surface") == "box-info", dialog.ui.banner._what.text()


def test_the_log_is_read_filtered_and_copied(real, shown, qtbot, snapshot):
    dialog = shown(LogDialog(real, "a251", "ejabberd.service"))
    idle(qtbot, real)
    assert not dialog.ui.banner.isVisible(), dialog.ui.banner._what.text()
    assert dialog.ui.text.toPlainText()
    everything = dialog.shown()
    word = everything[-1].split()[-1]
    qtbot.keyClicks(dialog.ui.filter, word)
    qtbot.waitUntil(
        lambda: all(word.lower() in line.lower() for line in dialog.ui.text.toPlainText().splitlines())
    )
    snapshot(dialog, "dialog-log")
    click(qtbot, dialog.ui.copy)
    from PySide6.QtGui import QGuiApplication

    assert QGuiApplication.clipboard().text() == dialog.ui.text.toPlainText()
    qtbot.keyClick(dialog.ui.filter, Qt.Key.Key_Escape)
    assert dialog.shown() == everything
    closed = []
    dialog.rejected.connect(lambda: closed.append(True))
    qtbot.keyClick(dialog.ui.filter, Qt.Key.Key_Escape)
    assert closed == [True]


def test_adding_fits_small_screens_with_everything_open(made_up, shown, qtbot, snapshot):
    dialog = shown(AddHostDialog(made_up, address="192.168.11.77"))
    choose(qtbot, dialog.ui.credential, "A new one")
    choose(qtbot, dialog.ui.login.ui.method, "Key file")
    qtbot.keyClicks(dialog.ui.login.ui.user, "x")
    settle()
    assert mnemonics_twice(dialog) == []
    snapshot(dialog, "dialog-add-host-open")
    assert dialog.minimumSizeHint().height() <= 700
    assert dialog.minimumSizeHint().width() <= 1024
    idle(qtbot, made_up)

"""The editors of directory, authority, enrolment and accounts, driven as a hand would drive them, and their pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from azdesk.fleet import edit, secret_names
from azdesk.pki.authority import issue, new_authority
from azdesk.ui.dialogs.backups import BackupsDialog
from azdesk.ui.dialogs.prompts import ConfirmDialog
from azdesk.ui.dialogs.secrets import SecretPrompt
from azdesk.ui.editors.accounts import AccountsEditor
from azdesk.ui.editors.authority import AuthorityEditor
from azdesk.ui.editors.base import Editor
from azdesk.ui.editors.calls import CallsEditor
from azdesk.ui.editors.directory import DirectoryEditor
from azdesk.ui.editors.domain import DomainEditor
from azdesk.ui.editors.enrolment import EnrolmentEditor
from azdesk.ui.editors.host_directory import HostDirectoryEditor
from azdesk.ui.workbench import Workbench
from tests.ui import bench
from tests.ui.conftest import settle
from tests.ui.test_editors import TAB_SIZES, Page, mnemonics_twice, type_over

NOW = datetime.now(UTC)
OTHER = """
[directory]
base = "dc=corp,dc=example"
kind = "active-directory"
urls = ["ldaps://dc1.corp.example", "ldaps://dc2-with-a-rather-long-name.datacenter.corp.example"]
reader = "CN=azreader,CN=Users,DC=corp,DC=example"
manager = "CN=azmanager,CN=Users,DC=corp,DC=example"
"""
OWN = '\n[directory]\nbase = "dc=test,dc=local"\n'


@pytest.fixture
def keyring() -> bench.MemoryKeyring:
    return bench.MemoryKeyring()


@pytest.fixture
def benches(tmp_path: Path, qapp, keyring) -> Iterator[Callable[[str], Workbench]]:
    made: list[Workbench] = []

    def open_one(more: str = "") -> Workbench:
        made.append(bench.open_bench(tmp_path, bench.DOCUMENT + more, keyring=keyring))
        return made[-1]

    yield open_one
    for workbench in made:
        workbench.close()
        workbench.undo_stack.clear()
        workbench.deleteLater()
    settle()


@pytest.fixture
def shown(keep) -> Callable[[Editor], Editor]:
    def show(editor: Editor) -> Editor:
        page = keep(Page(editor))
        page.resize(TAB_SIZES[0])
        page.show()
        settle()
        return editor

    return show


def choose(qtbot, box, data: str) -> None:
    """As a hand would: open the list, go there, Return."""
    box.setFocus()
    box.setCurrentIndex(box.findData(data))
    box.activated.emit(box.currentIndex())


def quiet(qtbot, workbench: Workbench) -> None:
    qtbot.waitUntil(lambda: not workbench.jobs)
    settle()


# -- directory ----------------------------------------------------------------------------------------------------------------


def test_a_directory_of_ones_own_takes_a_base(benches, shown, qtbot):
    workbench = benches()
    ui = shown(DirectoryEditor(workbench)).ui
    assert not ui.urls_row.isVisible()
    assert not ui.test.isVisible()
    type_over(qtbot, ui.base, "dc=test,dc")
    assert (
        "distinguished name" in ui.base_row._problem.label.text().lower() or ui.base_row._problem.isVisible()
    )
    type_over(qtbot, ui.base, "dc=test,dc=local")
    assert workbench.fleet.directory.base == "dc=test,dc=local"
    assert ui.people.placeholderText() == "ou=People,dc=test,dc=local"
    assert ui.test.isVisible()
    assert any("a250" in line for line in ui.hosts.lines())
    workbench.undo_stack.undo()
    assert not workbench.fleet.directory.base


def test_somebody_elses_servers_and_back(benches, shown, qtbot):
    workbench = benches()
    ui = shown(DirectoryEditor(workbench)).ui
    choose(qtbot, ui.whose, "other")
    assert ui.urls_row.isVisible()
    type_over(qtbot, ui.base, "dc=corp,dc=example")
    type_over(qtbot, ui.urls, "ldaps://dc1.corp.example ldaps://dc2.corp.example")
    choose(qtbot, ui.kind, "active-directory")
    assert workbench.fleet.directory.urls == ("ldaps://dc1.corp.example", "ldaps://dc2.corp.example")
    assert ui.kind_row._problem.isVisible(), "an Active Directory needs a reader"
    assert "reader" in ui.kind_row._problem.label.text()
    type_over(qtbot, ui.reader, "CN=azreader,DC=corp,DC=example")
    assert workbench.fleet.directory.kind == "active-directory"
    assert not ui.kind_row._problem.isVisible()
    assert ui.account.placeholderText() == "sAMAccountName"
    assert not ui.passwords_row.isVisible()
    choose(qtbot, ui.whose, "own")
    assert workbench.fleet.directory.urls == ()
    assert workbench.fleet.directory.kind == "openldap"
    assert not ui.urls_row.isVisible()


def test_the_readers_password_is_kept_and_the_hosts_get_it(benches, shown, qtbot, keyring, monkeypatch):
    workbench = benches(OTHER)
    ui = shown(DirectoryEditor(workbench)).ui

    refused: list[bool] = []

    def answer(prompt: SecretPrompt) -> int:
        for typed in ("quite secret ", "quite\x07secret"):
            prompt.ui.secret.setText(typed)
            refused.append(not prompt.ui.problem.isHidden() and not prompt.ui.ok.isEnabled())
        prompt.ui.secret.setText("quite secret")
        assert prompt.ui.ok.isEnabled()
        assert prompt.ui.problem.isHidden()
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(SecretPrompt, "exec", answer)
    qtbot.mouseClick(ui.reader_password, Qt.MouseButton.LeftButton)
    quiet(qtbot, workbench)
    assert refused == [True, True], "Asterisk's files cannot hold them"
    assert "quite secret" in str(keyring.kept)
    assert workbench.session.secrets.get(*secret_names.reader(workbench.fleet)).reveal() == "quite secret"
    since = workbench.fleet.directory.reader_since
    assert since.startswith(str(datetime.now(UTC).year))
    qtbot.mouseClick(ui.manager_password, Qt.MouseButton.LeftButton)
    quiet(qtbot, workbench)
    assert workbench.session.secrets.get(*secret_names.manager(workbench.fleet)).reveal() == "quite secret"
    assert refused[2:] == [False, False], "hosts never get this one"
    assert workbench.fleet.directory.reader_since == since
    assert "quite secret" not in repr(workbench.fleet)


def test_codecs_and_phones(benches, shown, qtbot):
    workbench = benches(OWN)
    ui = shown(DirectoryEditor(workbench)).ui
    type_over(qtbot, ui.codecs, "opus, alaw")
    assert workbench.fleet.directory.phones.codecs == ("opus", "alaw")
    type_over(qtbot, ui.codecs, "opus mp3")
    assert ui.codecs_row._problem.isVisible()
    assert (
        workbench.fleet.directory.phones.codecs == ("opus",)
        or "mp3" not in workbench.fleet.directory.phones.codecs
    )
    ui.contacts.setValue(2)
    assert workbench.fleet.directory.phones.max_contacts == 2


def test_an_authority_from_a_file(benches, shown, qtbot, tmp_path, monkeypatch):
    workbench = benches(OTHER)
    ui = shown(DirectoryEditor(workbench)).ui
    file = tmp_path / "ca.pem"
    file.write_text(new_authority("Corp", NOW).certificate)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(file), ""))
    qtbot.mouseClick(ui.ca_load, Qt.MouseButton.LeftButton)
    quiet(qtbot, workbench)
    assert "BEGIN CERTIFICATE" in workbench.fleet.directory.ca
    assert "Corp authority" in ui.ca.label.text()
    qtbot.mouseClick(ui.ca_remove, Qt.MouseButton.LeftButton)
    assert not workbench.fleet.directory.ca
    said: list[str] = []
    workbench.message.connect(lambda _level, text: said.append(text))
    file.write_bytes(b"\x00\x01 no certificate")
    qtbot.mouseClick(ui.ca_load, Qt.MouseButton.LeftButton)
    quiet(qtbot, workbench)
    assert "no certificate in PEM form" in said[0]
    assert not workbench.fleet.directory.ca


# -- authority ----------------------------------------------------------------------------------------------------------------


def test_an_authority_is_made_kept_and_undone(benches, shown, qtbot, keyring):
    workbench = benches()
    editor = shown(AuthorityEditor(workbench))
    qtbot.mouseClick(editor.nothing.button, Qt.MouseButton.LeftButton)
    quiet(qtbot, workbench)
    pem = workbench.fleet.authority.certificate
    assert "BEGIN CERTIFICATE" in pem
    key = workbench.session.secrets.get(*secret_names.authority_key(pem))
    assert key is not None
    assert "PRIVATE KEY" in key.reveal()
    assert "PRIVATE KEY" not in str(workbench.fleet)
    assert editor.ui.facts.lines()[0] == "Practice fleet authority"
    workbench.undo_stack.undo()
    assert editor.nothing.isVisible()


def test_one_authority_follows_another_step_by_step(benches, shown, qtbot, snapshot):
    """Prepared, withdrawn, prepared again, changed over after a question, let go; each step can be undone."""
    workbench = benches()
    editor = shown(AuthorityEditor(workbench))
    ui = editor.ui
    qtbot.mouseClick(editor.nothing.button, Qt.MouseButton.LeftButton)
    quiet(qtbot, workbench)
    old = workbench.fleet.authority.certificate

    def go_on(button=ui.change) -> None:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        quiet(qtbot, workbench)

    def confirmed() -> str:
        (asked,) = [one for one in editor.window().findChildren(ConfirmDialog) if one.isVisible()]
        words = f"{asked.ui.what.text()} {asked.ui.explain.text()}"
        qtbot.mouseClick(asked.ui.ok, Qt.MouseButton.LeftButton)
        quiet(qtbot, workbench)
        return words

    assert not ui.withdraw.isVisible()
    go_on()
    assert "is to follow" in ui.change_words.label.text()
    assert "Not yet so: a251, a253, a254 and 2 more." in ui.change_words.label.text()
    assert not ui.renew.isVisible()
    snapshot(editor.window(), "editor-authority-next", page=True, sizes=TAB_SIZES)
    go_on(ui.withdraw)
    assert workbench.fleet.authority.also == ""
    go_on()
    following = workbench.fleet.authority.next
    assert workbench.session.secrets.get(*secret_names.authority_key(following)) is not None
    go_on()
    assert workbench.fleet.authority.certificate == old, "asked first"
    assert "hosts have not come along yet" in confirmed()
    authority = workbench.fleet.authority
    assert (authority.certificate, authority.next, authority.former) == (following, "", old)
    assert "was before it" in ui.change_words.label.text()
    go_on()
    confirmed()
    assert workbench.fleet.authority.also == ""
    workbench.undo_stack.undo()
    assert workbench.fleet.authority.former == old
    assert mnemonics_twice(editor) == []


def test_certificates_of_the_hosts_are_renewed_after_a_review(benches, shown, qtbot):
    workbench = benches()
    editor = shown(AuthorityEditor(workbench))
    assert not editor.ui.renew_hosts.isVisible()
    asked: list[tuple[str, ...]] = []
    workbench.renewal_requested.connect(asked.append)
    qtbot.mouseClick(editor.nothing.button, Qt.MouseButton.LeftButton)
    quiet(qtbot, workbench)
    qtbot.mouseClick(editor.ui.renew_hosts, Qt.MouseButton.LeftButton)
    services = {"application", "directory"}
    assert asked == [tuple(name for name, host in workbench.fleet.hosts.items() if services & {*host.roles})]
    assert asked[0]


def test_an_authority_is_imported_with_its_key_and_a_wrong_key_is_refused(
    benches, shown, qtbot, tmp_path, monkeypatch
):
    workbench = benches()
    made, other = new_authority("Old", NOW), new_authority("Other", NOW)
    (tmp_path / "ca.pem").write_text(made.certificate)
    (tmp_path / "wrong.key").write_text(other.key.reveal())
    (tmp_path / "right.key").write_text(made.key.reveal())
    editor = shown(AuthorityEditor(workbench))
    said: list[str] = []
    workbench.message.connect(lambda _level, text: said.append(text))
    for key in ("wrong.key", "right.key"):
        answers = iter((str(tmp_path / "ca.pem"), str(tmp_path / key)))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, it=answers, **_k: (next(it), ""))
        editor.take()
        quiet(qtbot, workbench)
        quiet(qtbot, workbench)
        if key == "wrong.key":
            assert "belongs to another certificate" in said[0]
            assert not workbench.fleet.authority.certificate
    assert workbench.fleet.authority.certificate.strip() == made.certificate.strip()


def test_a_certificate_from_elsewhere_in_all_its_forms(benches, shown, qtbot, tmp_path, monkeypatch, keyring):
    """A key beside it, in it, behind a passphrase; what it does not hold for is told, what cannot be used is refused."""
    workbench = benches()
    editor = shown(AccountsEditor(workbench, "a251"))
    above = new_authority("Elsewhere", NOW)
    good = issue(above.certificate, above.key, names=["a251"], addresses=["192.168.11.251"], now=NOW)
    some = issue(above.certificate, above.key, names=["a251"], addresses=[], now=NOW)
    other = issue(above.certificate, above.key, names=["shop.example"], addresses=[], now=NOW)
    form = (Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open sesame"))
    locked = load_pem_private_key(some.key.reveal().encode(), None).private_bytes(*form)
    (tmp_path / "good.pem").write_text(good.certificate + good.key.reveal())
    (tmp_path / "some.crt").write_text(some.certificate)
    (tmp_path / "some.key").write_bytes(locked)
    (tmp_path / "other.pem").write_text(other.certificate + other.key.reveal())
    said: list[str] = []
    asked: list[str] = []
    workbench.message.connect(lambda _level, text: said.append(text))

    def load(*files: str, word: str = "") -> str:
        answers = iter(files)
        monkeypatch.setattr(
            QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(tmp_path / next(answers)), "")
        )

        def answer(prompt: SecretPrompt) -> int:
            asked.append(prompt.ui.what.text())
            prompt.ui.secret.setText(word)
            return int(QDialog.DialogCode.Accepted)

        monkeypatch.setattr(SecretPrompt, "exec", answer)
        qtbot.mouseClick(editor.ui.certificate_load, Qt.MouseButton.LeftButton)
        for _ in range(3):
            quiet(qtbot, workbench)
        return workbench.fleet.hosts["a251"].certificate

    assert load("other.pem") == ""
    assert "for none of the host's names" in said.pop()
    assert load("some.crt", "some.key", word="wrong") == ""
    assert "passphrase is another one" in said.pop()
    assert load("some.crt", "some.key", word="open sesame") == some.certificate
    assert asked == ["Passphrase of some.key"] * 2
    assert "does not hold for" in said.pop()
    assert load("good.pem") == good.certificate
    assert len(asked) == 2
    kept = workbench.session.secrets.get(*secret_names.certificate_key(good.certificate))
    assert kept.reveal() == good.key.reveal()
    assert "PRIVATE" not in repr(workbench.fleet)


# -- enrolment ----------------------------------------------------------------------------------------------------------------


def test_enrolment_is_edited(benches, shown, qtbot):
    workbench = benches()
    ui = shown(EnrolmentEditor(workbench)).ui
    type_over(qtbot, ui.organisation, "Example Organisation")
    choose(qtbot, ui.code, "linphone")
    assert ui.linphone_row.isVisible()
    assert not ui.h264_row.isVisible()
    type_over(qtbot, ui.wan_address, "phones.example.org")
    qtbot.mouseClick(ui.steps, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(ui.steps, "Scan the code.")
    enrolment = workbench.fleet.enrolment
    assert enrolment.organisation == "Example Organisation"
    assert enrolment.code == "linphone"
    assert enrolment.wan_address == "phones.example.org"
    assert enrolment.steps == "Scan the code."


# -- accounts of a host -------------------------------------------------------------------------------------------------------


def test_phones_from_the_directory_with_a_selection_filter(benches, shown, qtbot):
    workbench = benches(OWN)
    ui = shown(AccountsEditor(workbench, "a251")).ui
    assert not ui.filter_row.isVisible()
    choose(qtbot, ui.accounts, "directory")
    type_over(qtbot, ui.selection_filter, "(AstAccountName=68*")
    assert ui.filter_row._problem.isVisible()
    type_over(qtbot, ui.selection_filter, "(AstAccountName=68*)")
    for box in (ui.tcp, ui.udp):
        qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(10, box.height() // 2))
    sip = workbench.fleet.hosts["a251"].sip
    assert (sip.accounts, sip.selection_filter) == ("directory", "(AstAccountName=68*)")
    assert sip.transports == ("tcp", "tls")
    assert sip.lookup == "live"
    choose(qtbot, ui.lookup, "copied")
    assert workbench.fleet.hosts["a251"].sip.lookup == "copied"
    type_over(qtbot, shown(CallsEditor(workbench, "a251")).ui.numbers, "68XX 7001")
    assert workbench.fleet.hosts["a251"].numbers == ("68XX", "7001")


def test_without_a_directory_accounts_cannot_come_from_it(benches, shown, qtbot):
    workbench = benches()
    ui = shown(AccountsEditor(workbench, "a251")).ui
    choose(qtbot, ui.accounts, "directory")
    assert ui.accounts_row._problem.isVisible()
    assert workbench.fleet.hosts["a251"].sip.accounts == "as-is"
    domain = shown(DomainEditor(workbench, "test.local")).ui
    choose(qtbot, domain.accounts, "directory")
    assert domain.accounts_row._problem.isVisible()
    choose(qtbot, domain.federation, "verified")
    assert workbench.fleet.clusters["test.local"].federation == "verified"


def test_who_may_chat_is_said_once_for_the_cluster(benches, shown, qtbot):
    workbench = benches(OWN)
    domain = shown(DomainEditor(workbench, "test.local")).ui
    assert not domain.account_filter_row.isVisible()
    choose(qtbot, domain.accounts, "directory")
    type_over(qtbot, domain.account_filter, "(gidNumber=1007)")
    cluster = workbench.fleet.clusters["test.local"]
    assert (cluster.accounts, cluster.account_filter) == ("directory", "(gidNumber=1007)")
    host = shown(AccountsEditor(workbench, "a253")).ui
    assert host.chat_words.lines()[0].startswith("Everybody in the directory")


def test_shared_numbers_are_said(benches, shown, qtbot):
    workbench = benches(OWN)
    fleet = edit.with_value(workbench.fleet, ("hosts", "a253", "numbers"), ("6[5-9]XX",))
    workbench.edit(fleet, "Numbers")
    ui = shown(CallsEditor(workbench, "a251")).ui
    type_over(qtbot, ui.numbers, "68XX")
    assert "a253" in ui.overlaps.lines()[0]
    for row, differ in ((ui.dialplan_row, ui.calls_differ), (ui.media_found_row, ui.media_differ)):
        assert row.isHidden(), "it would leave a gap in its card"
        assert not differ.list.lines()


def test_a_host_that_serves_no_accounts_or_no_directory_says_so(benches, shown):
    workbench = benches(OWN)
    accounts = shown(AccountsEditor(workbench, "a250"))
    assert accounts.nothing.isVisible()
    assert accounts.ui.certificate_card.isVisible()
    assert shown(HostDirectoryEditor(workbench, "a251")).nothing.isVisible()
    serves = shown(HostDirectoryEditor(workbench, "a250"))
    assert serves.ui.slapd.isVisible()
    wanted: list[str] = []
    workbench.page_requested.connect(wanted.append)
    serves.ui.settings.click()
    assert wanted == ["directory"]
    serves.ui.backups.click()
    backups = serves.window().findChild(BackupsDialog)
    assert backups.host == "a250"
    backups.reject()


# -- all of them --------------------------------------------------------------------------------------------------------------


def _pictured(benches, which: str) -> tuple[Workbench, Editor]:
    issued = new_authority("Practice fleet", NOW)
    if which == "directory-other":
        workbench = benches(OTHER)
        old = new_authority("Corp Enterprise Root Certification", NOW - timedelta(days=3640))
        workbench.edit(edit.with_value(workbench.fleet, ("directory", "ca"), old.certificate), "Load")
        return workbench, DirectoryEditor(workbench)
    workbench = benches(OWN if which != "authority-none" else "")
    if which == "directory":
        return workbench, DirectoryEditor(workbench)
    if which == "directory-problems":
        editor = DirectoryEditor(workbench)
        editor.ui.base.setText("dc=test,,dc")
        editor.ui.base.textEdited.emit("dc=test,,dc")
        editor.ui.result_row.show()
        return workbench, editor
    if which == "authority-none":
        return workbench, AuthorityEditor(workbench)
    fleet = edit.with_value(workbench.fleet, ("authority", "certificate"), issued.certificate)
    if which == "authority":
        workbench.edit(fleet, "Authority")
        return workbench, AuthorityEditor(workbench)
    if which == "enrolment":
        return workbench, EnrolmentEditor(workbench)
    if which == "host-directory":
        return workbench, HostDirectoryEditor(workbench, "a250")
    own = issue(issued.certificate, issued.key, names=["chat.example.org"], addresses=[], now=NOW)
    fleet = edit.with_value(fleet, ("hosts", "a251", "certificate"), own.certificate)
    fleet = edit.with_value(fleet, ("hosts", "a251", "sip", "accounts"), "directory")
    fleet = edit.with_value(fleet, ("hosts", "a251", "sip", "selection_filter"), "(AstAccountName=68*)")
    fleet = edit.with_value(fleet, ("hosts", "a251", "numbers"), ("68XX", "7[0-4]XX"))
    fleet = edit.with_value(fleet, ("hosts", "a253", "numbers"), ("6[5-9]XX",))
    workbench.edit(fleet, "Accounts")
    return workbench, AccountsEditor(workbench, "a251")


@pytest.mark.parametrize(
    "which",
    [
        "directory",
        "directory-other",
        "directory-problems",
        "authority",
        "authority-none",
        "enrolment",
        "host-directory",
        "accounts",
    ],
)
def test_pictures_names_and_mnemonics(benches, shown, snapshot, which):
    _workbench, editor = _pictured(benches, which)
    shown(editor)
    for kind in ("QLineEdit", "QComboBox", "QSpinBox", "QCheckBox", "QPushButton", "QPlainTextEdit"):
        for widget in editor.findChildren(QWidget):
            if widget.metaObject().className() == kind and not widget.objectName().startswith("qt_"):
                named = widget.accessibleName() or getattr(widget, "text", lambda: "")()
                assert named or not widget.objectName(), f"{widget.objectName()} has no name"
    assert mnemonics_twice(editor) == []
    snapshot(editor.parentWidget(), f"editor-fleet-{which}", page=True, sizes=TAB_SIZES)
    assert editor.horizontalScrollBar().maximum() == 0

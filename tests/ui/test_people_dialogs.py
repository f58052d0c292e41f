"""The dialogs of the People page over a real slapd, driven as a hand would drive them, and their pictures."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import openpyxl
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QPushButton,
)

from azdesk.app import enrolment
from azdesk.app.people import changing, looking
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.errors import Unreachable
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.directory.connection import check_bind
from azdesk.directory.endpoint import Endpoint, Simple
from azdesk.directory.people import Person
from azdesk.fleet import edit, store
from azdesk.ui import files
from azdesk.ui.desk import Desk
from azdesk.ui.dialogs.list_dialog import ListDialog
from azdesk.ui.dialogs.prompts import ConfirmDialog
from azdesk.ui.enrolment.sheets_dialog import EnrolmentSheetsDialog
from azdesk.ui.people.exporting import ExportDialog
from azdesk.ui.people.import_dialog import ImportDialog
from azdesk.ui.people.import_passwords import Where
from azdesk.ui.people.password_dialog import PasswordDialog
from azdesk.ui.people.person_dialog import PersonDialog
from azdesk.ui.workbench import Workbench
from tests.slapd import PEOPLE, RootPool, Slapd, entries, needs_slapd
from tests.ui.conftest import settle
from tests.ui.desks import until
from tests.ui.test_editors import mnemonics_twice, type_over
from tests.ui.test_people import DOCUMENT, Place

pytestmark = needs_slapd


class Hosts(RootPool):
    """The directory answers through its host; the helper on none of them does."""

    def link(self, host: str, job: Job | None = None) -> NoReturn:
        raise Unreachable("No answer.", where=host, next_step="Look.")


@pytest.fixture
def server(tmp_path: Path, monkeypatch) -> Iterator[Slapd]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    made = Slapd(tmp_path / "slapd")
    made.load("".join(entries(30, first=6800)).encode())
    with made:
        yield made


@pytest.fixture
def here(server: Slapd, tmp_path: Path, theme, monkeypatch) -> Iterator[Place]:
    monkeypatch.setattr(files, "NATIVE", False)
    path = tmp_path / "fleet.toml"
    path.write_text(DOCUMENT, encoding="utf-8")

    def session(workbench: Workbench) -> Session:
        pool = Hosts(server)
        return Session(
            workbench.fleet,
            pool,  # type: ignore[arg-type]
            awaited=AwaitedStore(tmp_path / "awaited.json"),
            who="anna@desk",
        )

    desk = Desk(Workbench(store.open(path), session), None, look_every=0)
    desk.workbench.setParent(desk)
    desk.show()
    desk.window.activateWindow()
    place = Place(desk, None)  # type: ignore[arg-type]
    place.open(wait=False)
    until(lambda: place.presenter.standing is not None and place.presenter.loader.complete, what="the list")
    quiet(place)
    yield place
    desk.close()
    desk.deleteLater()
    settle()


def quiet(here: Place) -> None:
    until(lambda: not here.desk.workbench.jobs, what="nothing under way")
    here.desk.refresh_now()
    settle()


def dialog(kind: type[QDialog]) -> QDialog:
    def found() -> list[QDialog]:
        return [one for one in QApplication.topLevelWidgets() if isinstance(one, kind) and one.isVisible()]

    until(found, what=f"a {kind.__name__}")  # it may come from a job that another one has begun
    (one,) = found()
    return one


def choose_row(here: Place, account: str) -> None:
    page = here.page
    at = next(
        at
        for at in range(page.table.people.rowCount())
        if (row := page.table.people.row(at)) is not None and row.account == account
    )
    page.table.selectRow(at)
    until(lambda: not here.presenter._card_soon.isActive())
    quiet(here)


def in_directory(here: Place, account: str) -> Person:
    people = here.presenter.source.people
    return looking.get(people, account, secrets=True)


def test_the_list_and_the_card_come_from_the_directory(here, qtbot):
    page = here.page
    assert page.table.people.rowCount() == 30
    assert page.ui.subtitle.text().startswith("dc=test,dc=local on a250 · 30 people")
    choose_row(here, "dora6808")
    card = page.ui.card
    assert card.title.text() == "Dora6808 Louis"
    assert card.subtitle.text() == "dora6808@test.local · 6808"
    assert any("a251, by the number block 68XX" in line.text for line in card.shown.lines)
    assert card.shown.problems == ()
    here.type(qtbot, "dora")
    here.found()
    assert {row.account[:4] for row in page.table.people.rows} == {"dora"}


def test_somebody_is_added_with_the_next_free_number(here, qtbot):
    qtbot.mouseClick(here.page.ui.add, Qt.MouseButton.LeftButton)
    adding = dialog(PersonDialog)
    quiet(here)
    assert adding.ui.number.text() == "6830"
    qtbot.keyClicks(adding.ui.name, "Hernan Ibanez")
    qtbot.keyClicks(adding.ui.account, "hernan")
    until(lambda: not adding._soon.isActive())
    quiet(here)
    qtbot.mouseClick(adding.ui.generate, Qt.MouseButton.LeftButton)
    secret = adding.ui.password.text()
    assert len(secret) > 8
    assert adding.ui.password.echoMode() is QLineEdit.EchoMode.Password
    until(adding.ui.ok.isEnabled)
    quiet(here)
    qtbot.keyClick(adding.ui.account, Qt.Key.Key_Return)
    until(lambda: not adding.isVisible(), 10, what="the dialog closes")
    quiet(here)
    assert in_directory(here, "hernan").password == Secret(secret)
    assert in_directory(here, "hernan").mailbox == "6830"
    row = here.page.table.current_row()
    assert row is not None
    assert row.account == "hernan", "who was added is selected"
    assert here.page.table.people.rowCount() == 31


def checked(here: Place, form: PersonDialog) -> None:
    """Wait until what was typed was compared with the directory."""
    until(lambda: not form._soon.isActive())
    quiet(here)


def test_duplicates_and_rules_are_refused_at_the_field(here, qtbot):
    here.presenter.actions.add()
    adding = dialog(PersonDialog)
    quiet(here)
    qtbot.keyClicks(adding.ui.account, "dora6808")
    type_over(qtbot, adding.ui.number, "6800")
    checked(here, adding)
    assert "already" in adding.ui.account_row._problem.label.text()
    assert "emil6800" in adding.ui.number_row._problem.label.text()
    assert not adding.ui.ok.isEnabled()
    type_over(qtbot, adding.ui.account, "root")
    type_over(qtbot, adding.ui.number, "7777")
    checked(here, adding)
    assert "system" in adding.ui.account_row._problem.label.text()
    assert "no host's block" in adding.ui.number_row._checked.label.text()
    type_over(qtbot, adding.ui.account, "a b@c")
    checked(here, adding)
    assert adding.ui.account_row._problem.isVisible()
    qtbot.keyClick(adding, Qt.Key.Key_Escape)
    quiet(here)
    assert here.page.table.people.rowCount() == 30


def test_somebody_is_changed_and_renamed_and_the_rest_is_kept(here, qtbot):
    choose_row(here, "emil6800")
    qtbot.keyClick(here.page.table, Qt.Key.Key_Return)
    quiet(here)
    form = dialog(PersonDialog)
    assert not form.ui.ok.isEnabled()
    assert not form.ui.password_row.isVisible()
    type_over(qtbot, form.ui.name, "Emil Nolde")
    type_over(qtbot, form.ui.account, "emil")
    qtbot.mouseClick(form.ui.more, Qt.MouseButton.LeftButton)
    assert form.fields["pickup_group"].isVisible()
    type_over(qtbot, form.fields["pickup_group"], "1,3")
    checked(here, form)
    qtbot.mouseClick(form.ui.ok, Qt.MouseButton.LeftButton)
    quiet(here)
    now = in_directory(here, "emil")
    assert (now.name, now.pickup_group, now.number) == ("Emil Nolde", "1,3", "6800")
    assert now.caller_id == "emil<6800>", "what followed from the account follows again"
    assert now.password == Secret("00001a90")
    accounts = [row.account for row in here.page.table.people.rows]
    assert "emil" in accounts
    assert "emil6800" not in accounts


def test_what_somebody_else_changed_meanwhile_is_not_written_over(here, qtbot):
    choose_row(here, "emil6800")
    here.presenter.actions.edit()
    quiet(here)
    form = dialog(PersonDialog)
    people = here.presenter.source.people
    other = looking.get(people, "emil6800")
    changing.change(people, other, replace(other, name="Emil Other"))
    type_over(qtbot, form.ui.name, "Emil Mine")
    checked(here, form)
    form.save()
    quiet(here)
    assert form.isVisible()
    assert "changed meanwhile" in form.ui.banner._what.text()
    assert in_directory(here, "emil6800").name == "Emil Other"
    form.reject()


def test_a_password_is_made_up_masked_and_set_for_both(here, qtbot):
    choose_row(here, "emil6800")
    qtbot.mouseClick(here.page.ui.card.password, Qt.MouseButton.LeftButton)
    quiet(here)
    asked = dialog(PasswordDialog)
    qtbot.keyClicks(asked.ui.password, "vPass:abc")
    assert not asked.ui.ok.isEnabled()
    assert "cuts a QR code" in asked.ui.problem.label.text()
    qtbot.mouseClick(asked.ui.generate, Qt.MouseButton.LeftButton)
    secret = asked.ui.password.text()
    assert asked.ui.password.echoMode() is QLineEdit.EchoMode.Password
    qtbot.mouseClick(asked.ui.ok, Qt.MouseButton.LeftButton)
    quiet(here)
    assert in_directory(here, "emil6800").password == Secret(secret)


def test_somebody_is_disabled_and_enabled_again(here, qtbot):
    choose_row(here, "emil6800")
    qtbot.mouseClick(here.page.ui.card.disable, Qt.MouseButton.LeftButton)
    asked = dialog(ConfirmDialog)
    assert "Emil6800 Louis" in asked.ui.what.text()
    qtbot.mouseClick(asked.ui.ok, Qt.MouseButton.LeftButton)
    quiet(here)
    assert not in_directory(here, "emil6800").enabled
    choose_row(here, "emil6800")
    assert here.page.table.current_row().disabled
    assert here.page.ui.card.disable.text() == "E&nable…"
    qtbot.mouseClick(here.page.ui.card.disable, Qt.MouseButton.LeftButton)
    quiet(here)
    now = in_directory(here, "emil6800")
    assert now.enabled
    assert now.password == Secret("00001a90")


def test_deleting_names_the_people_and_esc_does_nothing(here, qtbot):
    choose_row(here, "emil6800")
    here.page.table.setFocus()
    qtbot.keyClick(here.page.table, Qt.Key.Key_Delete)
    asked = dialog(ConfirmDialog)
    assert asked.focusWidget() is asked.ui.cancel
    qtbot.keyClick(asked, Qt.Key.Key_Escape)
    quiet(here)
    assert in_directory(here, "emil6800")
    here.desk.window.activateWindow()
    here.page.table.setFocus()
    here.page.table.selectAll()
    settle()
    qtbot.keyClick(here.page.table, Qt.Key.Key_Delete)
    asked = dialog(ConfirmDialog)
    assert asked.ui.what.text() == "Delete 30 people?"
    assert not asked.ui.ok.isEnabled()
    qtbot.keyClicks(asked.ui.word, "30")
    qtbot.mouseClick(asked.ui.ok, Qt.MouseButton.LeftButton)
    quiet(here)
    assert here.page.instead is not None
    assert here.page.instead.sentence.text() == "Nobody yet"


def test_people_move_to_another_home_host(here, qtbot):
    here.type(qtbot, "dora")
    here.found()
    here.page.table.selectAll()
    settle()
    menu = here.presenter.actions.menu(here.page.table.selected())
    move = next(one.menu() for one in menu.actions() if one.menu() is not None)
    next(one for one in move.actions() if one.text() == "a253").trigger()
    menu.close()
    quiet(here)
    assert in_directory(here, "dora6808").home == "192.168.11.253"


def test_everybody_is_looked_through_and_the_log_is_shown(here, qtbot, snapshot):
    people = here.presenter.source.people
    old = looking.get(people, "emil6800")
    changing.change(people, old, replace(old, name="Emil Nolde"))
    here.presenter.actions.check_everybody()
    quiet(here)
    found = dialog(ListDialog)
    assert found.ui.count.text()
    snapshot(found, "people-check")
    found.reject()
    here.presenter.actions.show_log()
    quiet(here)
    log = dialog(ListDialog)
    assert "Emil Nolde" in log.ui.text.toPlainText()
    assert "done" in log.ui.text.toPlainText()
    snapshot(log, "people-log")
    qtbot.keyClicks(log.ui.filter, "xyzzy")
    until(lambda: log.ui.text.toPlainText() == "")
    log.reject()


def exported(here, qtbot, tmp_path, monkeypatch, choice: int, *, secrets: bool = False) -> str:
    target = tmp_path / "out.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(target), ""))
    asked = dialog(ExportDialog)
    assert isinstance(asked, ExportDialog)
    asked.ui.whom.setCurrentIndex(choice)
    asked.ui.secrets.setChecked(secrets)
    qtbot.mouseClick(asked.ui.ok, Qt.MouseButton.LeftButton)
    quiet(here)
    return target.read_text("utf-8-sig")


def test_export_of_everybody_without_passwords(here, qtbot, tmp_path, monkeypatch):
    here.presenter.actions.export()
    text = exported(here, qtbot, tmp_path, monkeypatch, 0)
    assert "emil6800" in text
    assert len(text.splitlines()) == 31
    assert "00001a90" not in text
    assert enrolment.entries() == ()


def test_export_of_who_is_selected_or_found(here, qtbot, tmp_path, monkeypatch, snapshot):
    table = here.page.table
    table.selectRow(2)
    here.presenter.actions.export()
    asked = dialog(ExportDialog)
    assert [asked.ui.whom.itemText(at).split(":")[0] for at in range(asked.ui.whom.count())] == [
        "the one who is selected",
        "everybody",
    ]
    assert asked.ui.whom.currentText() == "everybody"
    asked.reject()
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    table.selectionModel().select(table.people.index(4, 0), flags)
    quiet(here)
    chosen = [row.account for row in table.selected()]
    here.presenter.actions.export()
    asked = dialog(ExportDialog)
    assert asked.ui.whom.itemText(0) == "the 2 who are selected"
    assert mnemonics_twice(asked) == []
    snapshot(asked, "export")
    text = exported(here, qtbot, tmp_path, monkeypatch, 0, secrets=True)
    assert {line.split(",")[0] for line in text.splitlines()[1:]} == set(chosen)
    (noted,) = enrolment.entries()
    assert (noted.act, set(noted.people)) == ("saved", set(chosen))
    qtbot.keyClicks(here.page.ui.filter, "681")
    until(lambda: here.presenter.loader.query.words == "681" and here.presenter.loader.complete)
    quiet(here)
    table.clearSelection()
    here.presenter.actions.export()
    found = exported(here, qtbot, tmp_path, monkeypatch, 0).splitlines()[1:]
    assert len(found) == 10
    assert all("681" in line for line in found)


# -- import -------------------------------------------------------------------------------------------------------------------

SHEET = """Login;Full name;Extension;Department;Passwort
hernan;Hernán Ibáñez;6890;Sales;Korrekt7Pferd
emil6800;Emil Nolde;6800;Art;
dora6808;Dora6808 Louis;6808;;
bad;Bad Number;68x1;;Korrekt7Pferd
twice;Same Number;6890;;Korrekt7Pferd
"""


def importing(here: Place, tmp_path: Path, monkeypatch, text: str | bytes = SHEET) -> ImportDialog:
    path = tmp_path / "people.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a, **_k: (str(path), ""))
    here.presenter.actions.import_sheet()
    wizard = dialog(ImportDialog)
    assert isinstance(wizard, ImportDialog)
    quiet(here)
    return wizard


def test_a_sheet_is_checked_whole_shown_as_a_plan_written_and_undone(
    here, qtbot, tmp_path, monkeypatch, snapshot
):
    wizard = importing(here, tmp_path, monkeypatch)
    ui = wizard.ui
    assert not ui.next.isEnabled()
    qtbot.mouseClick(ui.choose, Qt.MouseButton.LeftButton)
    quiet(here)
    assert wizard.columns.chosen["Login"] == "account"
    assert wizard.columns.chosen["Department"] == ""
    shown = [wizard.columns.index(row, 1).data() for row in range(wizard.columns.rowCount())]
    assert "Korrekt7Pferd" not in " ".join(shown)
    assert mnemonics_twice(wizard) == []
    snapshot(wizard, "import-columns")
    ui.generate.setChecked(False)
    qtbot.mouseClick(ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    assert ui.pages.currentWidget() is ui.plan_page
    assert mnemonics_twice(wizard) == []
    refused = [wizard.plan.items[row].account for row in range(wizard.plan.rowCount())]
    assert refused == ["bad", "twice"]
    assert "row 5, bad, Number" in ui.detail.toPlainText()
    snapshot(wizard, "import-plan")
    assert here.presenter.loader.total == 30, "nothing is written yet"
    ldif = tmp_path / "plan.ldif"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(ldif), ""))
    qtbot.mouseClick(ui.save_ldif, Qt.MouseButton.LeftButton)
    quiet(here)
    assert "Emil Nolde" in ldif.read_text()
    assert "Korrekt7Pferd" not in ldif.read_text()
    qtbot.mouseClick(ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    assert ui.pages.currentWidget() is ui.result_page
    assert in_directory(here, "emil6800").name == "Emil Nolde"
    assert here.presenter.loader.total == 31
    assert mnemonics_twice(wizard) == []
    snapshot(wizard, "import-result")
    qtbot.mouseClick(ui.undo, Qt.MouseButton.LeftButton)
    asked = dialog(ConfirmDialog)
    qtbot.mouseClick(asked.ui.ok, Qt.MouseButton.LeftButton)
    quiet(here)
    assert in_directory(here, "emil6800").name == "Emil6800 Louis"
    assert here.presenter.loader.total == 30
    qtbot.mouseClick(ui.next, Qt.MouseButton.LeftButton)
    quiet(here)


def test_another_sheet_of_a_workbook_or_another_encoding_is_chosen(
    here, qtbot, tmp_path, monkeypatch, snapshot
):
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "Rooms"
    for line in (["Room", "Phone"], ["Big", 6899]):
        first.append(line)
    staff = book.create_sheet("Staff")
    for row in (["Staff, November"], [], ["Login", "Name", "Number"], ["hernan", "Hernán Ibáñez", 6890]):
        staff.append(row)
    file = io.BytesIO()
    book.save(file)
    wizard = importing(here, tmp_path, monkeypatch, file.getvalue())
    ui = wizard.ui
    assert not ui.reading.isVisible()
    qtbot.mouseClick(ui.choose, Qt.MouseButton.LeftButton)
    quiet(here)
    assert ui.reading.isVisible()
    assert not ui.next.isEnabled()
    assert "which column has the accounts" in ui.banner.accessibleName()
    snapshot(wizard, "import-worksheet")
    ui.reading.setFocus()
    qtbot.keyClick(ui.reading, Qt.Key.Key_Down)
    quiet(here)
    assert wizard.columns.headings == ("Login", "Name", "Number")
    assert ui.reading.currentText() == "Staff"
    qtbot.mouseClick(ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    assert [item.account for item in wizard.plan.items] == ["hernan"]
    # A text in the letters of another part of the world.
    qtbot.mouseClick(ui.back, Qt.MouseButton.LeftButton)
    (tmp_path / "people.csv").write_bytes("Login;Name;Number\nlukasz;Łukasz;6890\n".encode("cp1250"))
    qtbot.mouseClick(ui.choose, Qt.MouseButton.LeftButton)
    quiet(here)
    assert "1252" in ui.reading.currentText()
    qtbot.keyClick(ui.reading, Qt.Key.Key_Down)
    quiet(here)
    assert "1250" in ui.reading.currentText()
    qtbot.mouseClick(ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    assert [item.after.name for item in wizard.plan.items] == ["Łukasz"]
    wizard.stop()


MADE_UP = "Account;Number\nhernan;6890\nines;6891\n"


def planned_with_hashes(here, qtbot, tmp_path, monkeypatch) -> ImportDialog:
    """The wizard on its second page, with passwords that the directory would not keep in clear."""
    bench = here.desk.workbench
    bench.edit(edit.with_value(bench.fleet, "directory.passwords", "hashed"), "Keep hashes")
    quiet(here)
    wizard = importing(here, tmp_path, monkeypatch, MADE_UP)
    qtbot.mouseClick(wizard.ui.choose, Qt.MouseButton.LeftButton)
    quiet(here)
    wizard.ui.generate.setChecked(True)
    qtbot.mouseClick(wizard.ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    assert wizard.ui.pages.currentWidget() is wizard.ui.plan_page
    return wizard


def test_passwords_that_would_be_lost_are_saved_to_a_file(
    here, server, qtbot, tmp_path, monkeypatch, snapshot
):
    wizard = planned_with_hashes(here, qtbot, tmp_path, monkeypatch)
    ui = wizard.ui
    choices = [ui.passwords.itemData(at) for at in range(ui.passwords.count())]
    assert choices == [Where.SHEETS, Where.FILE]
    assert mnemonics_twice(wizard) == []
    snapshot(wizard, "import-plan-passwords")
    kept = tmp_path / "kept.csv"
    ui.passwords.setCurrentIndex(1)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: ("", ""))
    qtbot.mouseClick(ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    assert here.presenter.loader.total == 30, "without a file nothing is written"
    assert ui.pages.currentWidget() is ui.plan_page
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(kept), ""))
    qtbot.mouseClick(ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    assert ui.next.hasFocus(), "not Undo"
    assert here.presenter.loader.total == 32
    assert str(kept) in ui.banner.accessibleName()
    snapshot(wizard, "import-result-passwords")
    with kept.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["Account"] for row in rows] == ["hernan", "ines"]
    assert kept.stat().st_mode & 0o077 == 0
    for row in rows:
        check_bind(
            Endpoint(url=server.url), Simple(f"uid={row['Account']},{PEOPLE}", Secret(row["Password"]))
        )
    (noted,) = enrolment.entries()
    assert (noted.act, noted.people, noted.target) == ("saved", ("hernan", "ines"), str(kept))
    qtbot.mouseClick(ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    assert not [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.isModal()]


def test_passwords_that_would_be_lost_go_straight_to_sheets(here, qtbot, tmp_path, monkeypatch):
    wizard = planned_with_hashes(here, qtbot, tmp_path, monkeypatch)
    qtbot.mouseClick(wizard.ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    sheets = dialog(EnrolmentSheetsDialog)
    assert isinstance(sheets, EnrolmentSheetsDialog)
    accounts = {one.uid: one.password for one in sheets.model.people}
    assert set(accounts) == {"hernan", "ines"}
    assert all(accounts.values())
    sheets.close()
    quiet(here)
    assert not wizard.isModal(), "the sheets could not be worked with"
    qtbot.mouseClick(wizard.ui.next, Qt.MouseButton.LeftButton)
    quiet(here)


def test_passwords_are_not_lost_without_a_question(here, qtbot, tmp_path, monkeypatch):
    from azdesk.app import enrolment as enrolling

    def none(*_a, **_k):
        raise Unreachable("No answer.", where="a250", next_step="Look.")

    wizard = planned_with_hashes(here, qtbot, tmp_path, monkeypatch)
    monkeypatch.setattr(enrolling, "fetch", none)
    qtbot.mouseClick(wizard.ui.next, Qt.MouseButton.LeftButton)
    quiet(here)
    qtbot.mouseClick(wizard.ui.next, Qt.MouseButton.LeftButton)
    asked = dialog(ConfirmDialog)
    assert "would need a new one" in asked.ui.explain.text()
    qtbot.mouseClick(asked.ui.cancel, Qt.MouseButton.LeftButton)
    quiet(here)
    assert wizard.isVisible()
    wizard.reject()
    qtbot.mouseClick(dialog(ConfirmDialog).ui.ok, Qt.MouseButton.LeftButton)
    quiet(here)
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, ImportDialog)]


def test_a_column_is_chosen_by_hand(here, qtbot, tmp_path, monkeypatch):
    wizard = importing(here, tmp_path, monkeypatch, "Wer;Name\nhernan;Hernán\n")
    wizard.choose()
    quiet(here)
    assert not wizard.ui.next.isEnabled()
    wizard.ui.columns.setCurrentIndex(wizard.columns.index(0, 2))
    settle()
    box = wizard.ui.columns.findChildren(QComboBox)[0]
    box.setCurrentIndex(box.findData("account"))
    box.activated.emit(box.currentIndex())
    settle()
    assert wizard.columns.chosen["Wer"] == "account"
    assert wizard.ui.next.isEnabled()
    wizard.stop()


@pytest.mark.parametrize(
    ("text", "words"), [(b"\x00\x01\x02\x03", ""), ("Login;Login\na;b\n", "two columns"), ("", "empty")]
)
def test_bad_sheets_say_what_is_wrong(here, qtbot, tmp_path, monkeypatch, text, words):
    wizard = importing(here, tmp_path, monkeypatch, text)
    wizard.choose()
    quiet(here)
    assert wizard.ui.banner.isVisible()
    assert words in wizard.ui.banner._what.text()
    assert not wizard.ui.next.isEnabled()
    wizard.stop()


def test_a_directory_that_dies_in_an_import_is_said_and_gone_on_with(
    here, qtbot, tmp_path, monkeypatch, server
):
    rows = "".join(f"new{at};New {at};{70000 + at}\n" for at in range(3000))
    wizard = importing(here, tmp_path, monkeypatch, "Login;Name;Number\n" + rows)
    wizard.choose()
    quiet(here)
    wizard.ui.generate.setChecked(False)
    wizard.next()
    quiet(here)
    wizard.next()
    until(lambda: "of 3,000" in wizard.ui.working.text(), what="writing began")
    server.kill()
    quiet(here)
    assert wizard.ui.pages.currentWidget() is wizard.ui.result_page
    assert "not tried" in wizard.ui.result.label.text()
    assert wizard.ui.resume.isVisible()
    server.start()
    qtbot.mouseClick(wizard.ui.resume, Qt.MouseButton.LeftButton)
    quiet(here)
    assert wizard.ui.pages.currentWidget() is wizard.ui.plan_page
    wizard.next()
    quiet(here)
    assert "not" not in wizard.ui.result.label.text()
    assert here.presenter.loader.total == 3030
    wizard.next()
    quiet(here)


# -- pictures -----------------------------------------------------------------------------------------------------------------


def test_pictures_of_the_dialogs(here, qtbot, snapshot):
    here.presenter.actions.add()
    adding = dialog(PersonDialog)
    quiet(here)
    qtbot.keyClicks(adding.ui.name, "Fernanda Alves de Souza")
    qtbot.keyClicks(adding.ui.account, "dora6808")
    checked(here, adding)
    assert mnemonics_twice(adding) == []
    snapshot(adding, "person-add")
    adding.ui.more.setChecked(True)
    settle()
    assert adding.ui.scroll.horizontalScrollBar().maximum() == 0
    snapshot(adding, "person-add-more")
    adding.reject()
    choose_row(here, "emil6800")
    here.presenter.actions.set_password()
    quiet(here)
    asked = dialog(PasswordDialog)
    qtbot.keyClicks(asked.ui.password, "12345678")
    settle()
    assert mnemonics_twice(asked) == []
    snapshot(asked, "person-password")
    asked.reject()
    quiet(here)
    snapshot(here.desk.window, "people-card", page=True)
    for button in here.page.findChildren(QPushButton):
        assert not button.isVisible() or button.accessibleName() or button.text()

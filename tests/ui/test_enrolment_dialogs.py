"""Enrolment sheets in the window: chosen, previewed, saved and printed as a hand would, and noted in the journal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from azdesk.app import enrolment
from azdesk.app.enrolment import Act
from azdesk.app.people import People
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.progress import Job
from azdesk.enrol.account import Account
from azdesk.enrol.layouts import Paper
from azdesk.fleet import store
from azdesk.ui.dialogs.prompts import ConfirmDialog
from azdesk.ui.enrolment.journal_dialog import EnrolmentJournalDialog
from azdesk.ui.enrolment.person_code import PersonCode
from azdesk.ui.enrolment.sheets_dialog import EnrolmentSheetsDialog
from azdesk.ui.workbench import Workbench
from tests.slapd import BASE, RootPool, Slapd, entries, needs_slapd
from tests.ui import bench
from tests.ui.conftest import render, settle
from tests.ui.reading import codes_in, codes_of_cells, needs_reader, pages_of
from tests.ui.test_editors import mnemonics_twice
from tests.unit.enrol.people import ALICE, people

WAIT_MS = 30_000


@pytest.fixture
def workbench(tmp_path: Path, monkeypatch, qapp) -> Iterator[Workbench]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path))
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 130 40" width="130" height="40">'
        '<rect width="40" height="40" rx="8" fill="#2B67D1"/>'
        '<text x="48" y="29" font-size="26" font-family="DejaVu Sans" font-weight="bold">acme</text></svg>'
    )
    text = bench.DOCUMENT + '\n[enrolment]\norganisation = "Example Company Ltd."\nlogo = "logo.svg"\n'
    made = bench.open_bench(tmp_path, text)
    yield made
    made.close()
    made.undo_stack.clear()
    made.deleteLater()
    settle()


@pytest.fixture
def opened(keep, workbench, qtbot):
    def show(crowd=None, **more) -> EnrolmentSheetsDialog:
        dialog = keep(EnrolmentSheetsDialog(workbench, people(20) if crowd is None else crowd, **more))
        dialog.show()
        ready(qtbot, dialog)
        return dialog

    return show


def ready(qtbot, dialog: EnrolmentSheetsDialog) -> None:
    settle()
    qtbot.waitUntil(
        lambda: dialog.batch is not None and (dialog.ui.preview.painted or not dialog.ui.preview.pages),
        timeout=WAIT_MS,
    )
    qtbot.waitUntil(lambda: not dialog.workbench.jobs, timeout=WAIT_MS)
    settle()


def click(qtbot, button: QPushButton) -> None:
    assert button.isEnabled(), button.objectName()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()


def choose(qtbot, combo, words: str) -> None:
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    for _ in range(combo.count()):
        if combo.currentText().startswith(words):
            return
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    raise AssertionError(words)


def confirm(qtbot, dialog: QDialog) -> ConfirmDialog:
    asked = dialog.findChild(ConfirmDialog)
    assert asked is not None
    return asked


def shot(dialog: EnrolmentSheetsDialog, folder: Path, name: str) -> Path:
    """The page as the preview shows it, from the screen."""
    path = folder / f"{name}.png"
    image = dialog.ui.preview._paper.image
    assert image is not None
    QImage(image).save(str(path))
    return path


def test_sheets_are_previewed_and_saved(opened, qtbot, snapshot, tmp_path: Path, monkeypatch) -> None:
    dialog = opened()
    ui = dialog.ui
    assert ui.title.text() == "Enrolment sheets for 20 people"
    assert ui.count.text() == "20 people on 20 pages"
    assert mnemonics_twice(dialog) == []
    assert "password in clear" in dialog.options.ui.form_note.text()
    assert "Scans well" in dialog.options.ui.fit_note.text()
    assert not dialog.options.ui.first.isVisible()
    snapshot(dialog, "dialog-sheets")
    choose(qtbot, dialog.options.ui.layout, "8 cards")
    ready(qtbot, dialog)
    assert ui.count.text() == "20 people on 3 pages"
    click(qtbot, ui.preview.ui.forth)
    ready(qtbot, dialog)
    assert ui.preview.people == tuple(f"p{at}" for at in range(8, 16))
    snapshot(dialog, "dialog-sheets-cards")
    chosen = tmp_path / "sheets.pdf"
    monkeypatch.setattr("azdesk.ui.enrolment.sheets_dialog.ask_save", lambda *_: chosen)
    click(qtbot, ui.save_pdf)
    asked = confirm(qtbot, dialog)
    assert "20 people" in asked.ui.what.text()
    snapshot(asked, "dialog-sheets-confirm")
    assert enrolment.entries() == ()
    click(qtbot, asked.ui.ok)
    qtbot.waitUntil(chosen.exists, timeout=WAIT_MS)
    ready(qtbot, dialog)
    assert "Saved as" in ui.banner.accessibleName()
    (noted,) = enrolment.entries()
    assert (noted.act, noted.target, noted.layout) == (Act.SAVED, str(chosen), "cards-8")
    assert noted.people == tuple(f"p{at}" for at in range(20))
    assert chosen.read_bytes().startswith(b"%PDF")
    snapshot(dialog, "dialog-sheets-saved")


@needs_reader
def test_codes_on_the_screen_are_masked_until_asked_for(opened, qtbot, snapshot, tmp_path: Path) -> None:
    dialog = opened((ALICE,))
    assert dialog.ui.title.text() == "Enrolment sheet for Alice Example"
    dialog.options.ui.show_password.click()
    ready(qtbot, dialog)
    assert codes_in(shot(dialog, tmp_path, "masked")) == []
    assert enrolment.entries() == ()
    choose(qtbot, dialog.ui.preview.ui.zoom, "Page width")
    dialog.ui.preview.ui.show_codes.click()
    ready(qtbot, dialog)
    assert codes_in(shot(dialog, tmp_path, "shown")) == [dialog.batch.payload(0).text.reveal()]
    assert [(entry.act, entry.people) for entry in enrolment.entries()] == [(Act.SHOWN, ("alice",))]
    snapshot(dialog, "dialog-sheets-codes")
    dialog.ui.preview.ui.show_codes.click()
    ready(qtbot, dialog)
    assert codes_in(shot(dialog, tmp_path, "again")) == []
    assert not any(key[3] for key in dialog.ui.preview._pictures)


def test_letters_that_no_font_has_are_told_in_the_preview(opened, qtbot, snapshot) -> None:
    """Before paper is wasted; a page without them says nothing."""
    dialog = opened((replace(ALICE, name="Alice \U000e1234\U000e1235"), *people(1)))
    preview = dialog.ui.preview
    assert preview.ui.letters.isVisible()
    assert "No font of this computer" in preview.ui.letters.label.text()
    snapshot(dialog, "dialog-sheets-letters")
    click(qtbot, preview.ui.forth)
    ready(qtbot, dialog)
    assert not preview.ui.letters.isVisible()


def test_where_it_cannot_be_noted_nothing_is_shown(opened, qtbot, tmp_path: Path) -> None:
    dialog = opened((ALICE,))
    (tmp_path / "enrolment.jsonl").mkdir()
    dialog.ui.preview.ui.show_codes.click()
    settle()
    assert not dialog.ui.preview.revealed
    assert "journal cannot be written" in dialog.ui.banner.accessibleName()
    dialog.save_pdf(tmp_path / "x.pdf")
    ready(qtbot, dialog)
    assert not (tmp_path / "x.pdf").exists()


def test_labels_ask_what_labels_need(opened, qtbot, snapshot) -> None:
    dialog = opened(people(40))
    options = dialog.options.ui
    choose(qtbot, options.layout, "Avery 5160")
    ready(qtbot, dialog)
    assert options.paper.currentData() == Paper.LETTER
    assert not options.paper.isEnabled()
    assert options.first.isVisible()
    options.first.setValue(21)
    options.shift_x.setValue(1.5)
    ready(qtbot, dialog)
    assert len(dialog.ui.preview.people) == 10
    assert dialog.batch.design.shift == (1.5, 0.0)
    assert "dense" in options.fit_note.text()
    snapshot(dialog, "dialog-sheets-labels")
    choose(qtbot, options.layout, "One sheet")
    ready(qtbot, dialog)
    assert options.paper.currentData() == Paper.A4


def test_people_are_chosen(opened, qtbot, snapshot) -> None:
    dialog = opened()
    ui = dialog.ui
    ui.tabs.setCurrentIndex(1)
    settle()
    click(qtbot, ui.no_people)
    settle()
    qtbot.waitUntil(lambda: dialog.batch is not None, timeout=WAIT_MS)
    settle()
    assert not ui.save_pdf.isEnabled()
    assert ui.tabs.tabText(1) == "People (0)"
    qtbot.keyClicks(ui.filter, "rgen 68")
    qtbot.waitUntil(lambda: ui.people.model().rowCount() == 2, timeout=WAIT_MS)
    click(qtbot, ui.all_people)
    ui.filter.clear()
    ready(qtbot, dialog)
    assert [account.uid for account in dialog.batch.people] == ["p1", "p11"]
    index = ui.people.model().index(0, 0)
    ui.people.setCurrentIndex(index)
    ui.people.setFocus()
    qtbot.keyClick(ui.people, Qt.Key.Key_Space)
    ready(qtbot, dialog)
    assert [account.uid for account in dialog.batch.people] == ["p0", "p1", "p11"]
    snapshot(dialog, "dialog-sheets-people")


def test_who_cannot_have_one_is_told(opened, qtbot, snapshot, tmp_path: Path) -> None:
    crowd = (
        *people(3),
        replace(ALICE, uid="bob", password=None),
        replace(ALICE, uid="eve", email="x h264: y"),
    )
    dialog = opened(crowd)
    ui = dialog.ui
    assert ui.tabs.tabText(2) == "Left out (2)"
    ui.tabs.setCurrentIndex(2)
    settle()
    assert "bob: The password is not known" in ui.left_out.toPlainText()
    assert "eve: The e-mail address" in ui.left_out.toPlainText()
    assert ui.count.text() == "3 people on 3 pages"
    snapshot(dialog, "dialog-sheets-left-out")
    dialog.save_pdf(tmp_path / "x.pdf")
    ready(qtbot, dialog)
    assert enrolment.entries()[0].people == ("p0", "p1", "p2")


def test_nobody_can_have_one(opened, qtbot) -> None:
    dialog = opened((replace(ALICE, password=None),))
    assert "None of these people" in dialog.ui.banner.accessibleName()
    assert not dialog.ui.print_out.isEnabled()
    choose(qtbot, dialog.options.ui.form, "XMPP")
    ready(qtbot, dialog)
    assert dialog.ui.print_out.isEnabled()
    assert not dialog.ui.banner.isVisible()


@needs_reader
def test_printing(opened, qtbot, tmp_path: Path) -> None:
    from PySide6.QtPrintSupport import QPrinter

    dialog = opened(people(9))
    choose(qtbot, dialog.options.ui.layout, "8 cards")
    ready(qtbot, dialog)
    batch = dialog.batch
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    dialog.print_with(printer)
    qtbot.waitUntil(lambda: "Saved as" in dialog.ui.banner.accessibleName(), timeout=WAIT_MS)
    ready(qtbot, dialog)
    first, second = pages_of(tmp_path / "out.pdf", tmp_path)
    cells = batch.design.chosen.cells(batch.design.page)
    assert codes_of_cells(first, cells) == [batch.payload(at).text.reveal() for at in range(8)]
    assert codes_of_cells(second, cells[:1]) == [batch.payload(8).text.reveal()]
    assert enrolment.entries()[0].act is Act.PRINTED


def test_a_printer_is_asked_for_only_after_a_yes(opened, qtbot) -> None:
    from PySide6.QtPrintSupport import QPrintDialog

    dialog = opened((ALICE,))
    click(qtbot, dialog.ui.print_out)
    asked = confirm(qtbot, dialog)
    assert asked.ui.cancel.hasFocus() or asked.ui.cancel.isDefault()
    assert dialog.findChild(QPrintDialog) is None
    click(qtbot, asked.ui.ok)
    printers = dialog.findChild(QPrintDialog)
    assert printers.isVisible()
    assert printers.minPage() == printers.maxPage() == 1
    printers.reject()
    settle()
    assert enrolment.entries() == ()
    choose(qtbot, dialog.options.ui.form, "XMPP")  # nothing secret: not asked
    ready(qtbot, dialog)
    click(qtbot, dialog.ui.print_out)
    printers = dialog.findChild(QPrintDialog)
    assert printers.isVisible()
    printers.reject()
    settle()


def test_stopping_and_closing(opened, qtbot, tmp_path: Path) -> None:
    dialog = opened(people(300))
    dialog.save_pdf(tmp_path / "x.pdf")
    settle()
    assert dialog.ui.stop.isVisible()
    assert not dialog.ui.save_pdf.isEnabled()
    click(qtbot, dialog.ui.stop)
    qtbot.waitUntil(dialog.ui.save_pdf.isEnabled, timeout=WAIT_MS)
    assert not (tmp_path / "x.pdf").exists()
    dialog.save_pdf(tmp_path / "x.pdf")
    workbench = dialog.workbench
    dialog.reject()
    qtbot.waitUntil(lambda: not workbench.jobs, timeout=WAIT_MS)
    assert not (tmp_path / "x.pdf").exists()


def test_a_broken_logo_is_told(tmp_path: Path, keep, qtbot, workbench) -> None:
    (tmp_path / "logo.svg").write_text("nothing")
    dialog = keep(EnrolmentSheetsDialog(workbench, (ALICE,)))
    dialog.show()
    qtbot.waitUntil(lambda: "logo cannot be read" in dialog.ui.banner.accessibleName(), timeout=WAIT_MS)
    dialog.close()


def test_the_journal(workbench, keep, qtbot, snapshot) -> None:
    empty = keep(EnrolmentJournalDialog(workbench))
    empty.show()
    qtbot.waitUntil(empty.ui.empty_place.isVisible, timeout=WAIT_MS)
    snapshot(empty, "dialog-enrolment-journal-empty")
    enrolment.note(who="alice@desk", act=Act.SHOWN, people=("bob",), form="azblink-1")
    enrolment.note(
        who="carol@a-workstation-with-a-long-name",
        act=Act.PRINTED,
        people=[f"p{at}" for at in range(120)],
        form="azblink-1",
        layout="cards-8",
        target="Laser 1",
    )
    enrolment.note(who="alice@desk", act=Act.COPIED, people=("x" * 64, "y" * 64, "z"), form="xmpp")
    dialog = keep(EnrolmentJournalDialog(workbench))
    dialog.show()
    table = dialog.ui.table
    qtbot.waitUntil(lambda: table.topLevelItemCount() == 3, timeout=WAIT_MS)
    assert [table.topLevelItem(1).text(column) for column in (1, 2, 3)] == [
        "carol@a-workstation-with-a-long-name",
        "printed: Azblink phone client",
        "120 people",
    ]
    snapshot(dialog, "dialog-enrolment-journal", sizes=(QSize(820, 520),))
    qtbot.keyClicks(dialog.ui.filter, "bob")
    qtbot.waitUntil(lambda: table.topLevelItem(0).isHidden(), timeout=WAIT_MS)
    assert not table.topLevelItem(2).isHidden()


@needs_slapd
@needs_reader
def test_people_of_a_real_directory(keep, tmp_path: Path, qtbot, monkeypatch, qapp) -> None:
    """From accounts chosen in the directory to a code that logs them in."""
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path))
    server = Slapd(tmp_path / "slapd")
    server.load("".join(entries(12)).encode())
    text = f"""version = 1
[directory]
base = "{BASE}"
[enrolment]
wan_address = "vpn.company.com"
vpn_address = "172.16.38.1"
[clusters."company.com"]
[hosts.a250]
address = "192.168.11.250"
roles = ["directory"]
[hosts.a251]
address = "192.168.11.251"
cluster = "company.com"
"""
    path = tmp_path / "fleet.toml"
    path.write_text(text)
    pool: Any = RootPool(server)
    workbench = Workbench(
        store.open(path),
        lambda bench: Session(
            bench.fleet, pool, awaited=AwaitedStore(tmp_path / "awaited.json"), who="a@desk"
        ),
    )
    board = keep(QWidget())
    with server, People(workbench.session) as directory:
        code = PersonCode(workbench, board)

        def fetch(who: str, job: Job) -> Account:
            found = enrolment.fetch(directory, (who,), job=job)
            if found.left_out:
                raise found.left_out[0]
            return found.accounts[0]

        code.set_person("ben100001", partial(fetch, "ben100001"))
        board.resize(320, 560)
        board.show()
        code.ui.show_code.click()
        qtbot.waitUntil(lambda: code.ui.view.shown, timeout=WAIT_MS)
        shot_of = tmp_path / "code.png"
        render(board, 2).save(str(shot_of))
        (said,) = codes_in(shot_of)
        assert "vAccount:ben100001\nvPass:000186a1\nsAccount:100001\n" in said
        found = enrolment.fetch(directory, ["ben100001", "nobody", "chris100002"])
        dialog = keep(EnrolmentSheetsDialog(workbench, found.accounts, left_out=found.left_out, parent=board))
        dialog.show()
        ready(qtbot, dialog)
        assert [account.uid for account in dialog.batch.people] == ["ben100001", "chris100002"]
        assert "nobody: There is nobody" in dialog.ui.left_out.toPlainText()
        dialog.close()
        code.set_person("gone", partial(fetch, "gone"))
        code.ui.show_code.click()
        qtbot.waitUntil(code.ui.problem.isVisible, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: not workbench.worker.tasks, timeout=WAIT_MS)
    workbench.close()
    workbench.undo_stack.clear()
    workbench.deleteLater()
    settle()

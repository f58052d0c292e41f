"""A person's code: masked, shown, copied, saved, printed; and each of it noted."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from azdesk.app import enrolment
from azdesk.app.enrolment import Act
from azdesk.core.errors import DirectoryError
from azdesk.enrol.forms import FORMS
from azdesk.ui import clipboard
from azdesk.ui.enrolment import person_code
from azdesk.ui.enrolment.person_code import PersonCode
from azdesk.ui.enrolment.sheets_dialog import EnrolmentSheetsDialog
from azdesk.ui.widgets.card import Card
from tests.ui.conftest import render, settle
from tests.ui.reading import codes_in, needs_reader
from tests.ui.test_editors import mnemonics_twice
from tests.ui.test_enrolment_dialogs import WAIT_MS, workbench
from tests.unit.enrol.people import ALICE

__all__ = ["workbench"]
TEXT = FORMS["azblink-1"].payload(ALICE).text.reveal()


@pytest.fixture
def asked() -> list[int]:
    """How often the person was fetched."""
    return []


@pytest.fixture
def board(keep, workbench, asked) -> QWidget:
    def fetch(_job):
        asked.append(1)
        return ALICE

    board = keep(QWidget())
    board.setProperty("surface", "window")
    column = QVBoxLayout(board)
    card = Card(title="Code")
    widget = PersonCode(workbench)
    card.body.addWidget(widget)
    column.addWidget(card)
    column.addStretch(1)
    widget.set_person("alice", fetch)
    board.resize(320, 520)
    board.show()
    settle()
    return board


@pytest.fixture
def code(board) -> PersonCode:
    return board.findChild(PersonCode)


def click(qtbot, code: PersonCode, button: QPushButton) -> None:
    assert button.isEnabled(), button.objectName()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not code.workbench.jobs and not code.workbench.worker.tasks, timeout=WAIT_MS)
    settle()


def acts() -> list[tuple[Act, tuple[str, ...], str]]:
    return [(entry.act, entry.people, entry.form) for entry in enrolment.entries()]


def screen(code: PersonCode, folder: Path) -> list[str]:
    path = folder / "screen.png"
    render(code, 2).save(str(path))
    return codes_in(path)


@needs_reader
def test_it_is_masked_until_asked_for(board, code, qtbot, asked, snapshot, tmp_path: Path) -> None:
    assert mnemonics_twice(code) == []
    assert (asked, acts()) == ([], [])
    assert "password in clear" in code.ui.contains.text()
    assert code.ui.view.accessibleName() == "QR code, masked"
    assert screen(code, tmp_path) == []
    snapshot(board, "person-code", sizes=(QSize(320, 520),))
    click(qtbot, code, code.ui.show_code)
    assert screen(code, tmp_path) == [TEXT]
    assert "bytes" in code.ui.says.text()
    assert acts() == [(Act.SHOWN, ("alice",), "azblink-1")]
    snapshot(board, "person-code-shown", sizes=(QSize(320, 520),))
    click(qtbot, code, code.ui.show_code)
    assert screen(code, tmp_path) == []
    assert len(acts()) == 1


def test_it_hides_itself(code, board, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(person_code, "SHOWN_MS", 50)
    click(qtbot, code, code.ui.show_code)
    qtbot.waitUntil(lambda: not code.ui.view.shown, timeout=WAIT_MS)
    monkeypatch.undo()
    click(qtbot, code, code.ui.show_code)
    assert code.ui.view.shown
    board.hide()
    assert not code.ui.view.shown
    board.show()
    click(qtbot, code, code.ui.show_code)
    code.set_person("bob", lambda _job: replace(ALICE, uid="bob"))
    assert not code.ui.view.shown


def test_what_comes_too_late_is_not_shown(code, qtbot) -> None:
    qtbot.mouseClick(code.ui.show_code, Qt.MouseButton.LeftButton)
    code.set_person("bob", lambda _job: replace(ALICE, uid="bob"))
    qtbot.waitUntil(lambda: not code.workbench.worker.tasks, timeout=WAIT_MS)
    settle()
    assert not code.ui.view.shown


def test_copying_clears_itself(code, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(clipboard, "CLIPBOARD_MS", 60)
    click(qtbot, code, code.ui.copy)
    board = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: board.text() == "" and not code.ui.says.isVisible(), timeout=WAIT_MS)
    click(qtbot, code, code.ui.copy)
    board.setText("mine")
    qtbot.wait(120)
    assert board.text() == "mine"
    assert [act for act, *_ in acts()] == [Act.COPIED, Act.COPIED]


def test_copied_text_is_the_codes(code, qtbot) -> None:
    click(qtbot, code, code.ui.copy)
    assert QGuiApplication.clipboard().text() == TEXT
    clipboard._Forgetter.instance().forget()
    assert QGuiApplication.clipboard().text() == ""


@needs_reader
@pytest.mark.parametrize("ending", [".svg", ".png", ".txt"])
def test_saving(code, qtbot, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"alice{ending}"
    code.save_as(path)
    qtbot.waitUntil(path.exists, timeout=WAIT_MS)
    settle()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    if ending == ".txt":
        assert path.read_text() == TEXT
    else:
        if ending == ".svg":
            from PySide6.QtGui import QImage

            image = QImage(str(path)).scaled(600, 600)
            path = tmp_path / "svg.png"
            image.save(str(path))
        assert codes_in(path) == [TEXT]
    assert acts() == [(Act.SAVED, ("alice",), "azblink-1")]


def test_the_linphone_file_is_a_file(code, qtbot, tmp_path: Path) -> None:
    code.ui.form.setCurrentIndex(code.ui.form.findData("linphone-file"))
    settle()
    assert not code.ui.view.isVisible()
    assert not code.ui.show_code.isEnabled()
    code.save_as(tmp_path / "alice.xml")
    qtbot.waitUntil((tmp_path / "alice.xml").exists, timeout=WAIT_MS)
    assert "<config" in (tmp_path / "alice.xml").read_text()
    code.save_as(tmp_path / "alice.png")
    qtbot.waitUntil(code.ui.problem.isVisible, timeout=WAIT_MS)
    assert "not a picture" in code.ui.problem.text()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (lambda _job: replace(ALICE, password=None), "password is not known"),
        (lambda _job: replace(ALICE, email="wanip:"), "wanip:"),
    ],
)
def test_what_cannot_be_made_says_why(board, code, qtbot, source, words: str, snapshot) -> None:
    code.set_person("alice", source)
    click(qtbot, code, code.ui.show_code)
    assert words in code.ui.problem.text()
    assert acts() == []
    snapshot(board, "person-code-problem", sizes=(QSize(320, 560),))


def test_a_directory_that_does_not_answer(code, qtbot) -> None:
    def fetch(_job):
        raise DirectoryError("The directory does not answer.", next_step="Look at slapd.")

    code.set_person("alice", fetch)
    click(qtbot, code, code.ui.copy)
    assert code.ui.problem.text() == "The directory does not answer. Look at slapd."


def test_printing_opens_the_sheet(code, qtbot, keep) -> None:
    code.ui.form.setCurrentIndex(code.ui.form.findData("xmpp"))
    click(qtbot, code, code.ui.print_code)
    dialog = code.window().findChild(EnrolmentSheetsDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.batch is not None and dialog.ui.preview.painted, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not code.workbench.worker.tasks, timeout=WAIT_MS)
    assert dialog.batch.design.form == "xmpp"
    assert dialog.batch.people == (ALICE,)
    assert acts() == []
    dialog.close()


def test_nobody(code) -> None:
    code.set_person("", None)
    assert not code.isEnabled()

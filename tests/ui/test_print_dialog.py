"""From the enrolment sheets to the printer's tray, by hand: Print, a yes, the print dialog, a printer, and what arrives there is read."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QRadioButton, QSpinBox

from azdesk.app import enrolment
from azdesk.app.enrolment import Act
from azdesk.ui.enrolment.sheets_dialog import EnrolmentSheetsDialog
from tests.ui import cups
from tests.ui.cups import PRINTER, Cups, needs_printer
from tests.ui.reading import codes_of_cells, needs_reader, pages_of
from tests.ui.test_enrolment_dialogs import WAIT_MS, choose, click, confirm, ready
from tests.ui.test_enrolment_dialogs import opened as _opened
from tests.ui.test_enrolment_dialogs import workbench as _workbench
from tests.unit.enrol.people import people

pytestmark = [needs_printer, needs_reader]
workbench, opened = _workbench, _opened


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cups]:
    with cups.running(monkeypatch) as made:
        yield made


def asked(qtbot, dialog: EnrolmentSheetsDialog) -> QPrintDialog:
    """Print is clicked, and that passwords come onto paper is granted."""
    click(qtbot, dialog.ui.print_out)
    click(qtbot, confirm(qtbot, dialog).ui.ok)
    printers = dialog.findChildren(QPrintDialog)[-1]
    assert printers.isVisible()
    return printers


def button(printers: QPrintDialog, words: str) -> QPushButton:
    (found,) = [
        each for each in printers.findChildren(QPushButton) if each.text().replace("&", "").startswith(words)
    ]
    return found


def printed(qtbot, dialog: EnrolmentSheetsDialog, words: str = "Sent to") -> None:
    qtbot.waitUntil(lambda: words in dialog.ui.banner.accessibleName(), timeout=WAIT_MS)
    ready(qtbot, dialog)


def read(dialog: EnrolmentSheetsDialog, pdf: Path, folder: Path, pages: range) -> None:
    """Every code of these pages says exactly what was meant, and stands where it should."""
    batch = dialog.batch
    cells = batch.design.chosen.cells(batch.design.page)
    pictures = pages_of(pdf, folder)
    assert len(pictures) == len(pages)
    for number, picture in zip(pages, pictures, strict=True):
        of = batch.page(number).people
        assert codes_of_cells(picture, cells[: len(of)]) == [batch.payload(at).text.reveal() for at in of]


def test_sheets_go_through_the_print_dialog(opened, server: Cups, qtbot, tmp_path: Path) -> None:
    dialog = opened(people(20))
    choose(qtbot, dialog.options.ui.layout, "8 cards")
    ready(qtbot, dialog)

    printers = asked(qtbot, dialog)
    choose(qtbot, printers.findChild(QComboBox, "printers"), PRINTER)
    click(qtbot, button(printers, "Print"))
    printed(qtbot, dialog)
    assert f"Sent to {PRINTER}." in dialog.ui.banner.accessibleName()
    qtbot.waitUntil(lambda: len(server.jobs()) == 1, timeout=WAIT_MS)
    read(dialog, server.jobs()[0], tmp_path, range(3))
    (noted,) = enrolment.entries()
    assert (noted.act, noted.target, len(noted.people)) == (Act.PRINTED, PRINTER, 20)


def test_some_pages(opened, server: Cups, qtbot, tmp_path: Path) -> None:
    """Pages that are chosen in the dialog are printed and noted, and no others."""
    dialog = opened(people(20))
    choose(qtbot, dialog.options.ui.layout, "8 cards")
    ready(qtbot, dialog)
    printers = asked(qtbot, dialog)
    click(qtbot, button(printers, "Options"))
    click(qtbot, printers.findChild(QRadioButton, "printRange"))
    for name in ("from", "to"):
        page = printers.findChild(QSpinBox, name)
        page.setFocus()
        page.selectAll()
        qtbot.keyClicks(page, "2")
    click(qtbot, button(printers, "Print"))
    printed(qtbot, dialog)
    qtbot.waitUntil(lambda: len(server.jobs()) == 1, timeout=WAIT_MS)
    read(dialog, server.jobs()[0], tmp_path, range(1, 2))
    (noted,) = enrolment.entries()
    assert noted.people == tuple(f"p{at}" for at in range(8, 16))


def test_into_a_file(opened, server: Cups, qtbot, tmp_path: Path) -> None:
    """Qt's *Print to File* is as private as *Save as PDF*."""
    dialog = opened(people(3))
    printers = asked(qtbot, dialog)
    choose(qtbot, printers.findChild(QComboBox, "printers"), "Print to File")
    name, path = printers.findChild(QLineEdit, "filename"), tmp_path / "own.pdf"
    name.setFocus()
    name.selectAll()
    qtbot.keyClicks(name, str(path))
    click(qtbot, button(printers, "Print"))
    printed(qtbot, dialog, "Saved as")
    read(dialog, path, tmp_path, range(3))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert server.jobs() == []
    assert enrolment.entries()[0].target == str(path)


def test_a_printer_that_is_gone(opened, server: Cups, qtbot) -> None:
    """It was there when it was chosen: that nothing was printed is said, though Qt does not tell."""
    dialog = opened(people(3))
    printers = asked(qtbot, dialog)
    choose(qtbot, printers.findChild(QComboBox, "printers"), PRINTER)
    server.reject()
    click(qtbot, button(printers, "Print"))
    printed(qtbot, dialog, "did not take the sheets")
    assert "not accepting jobs" in dialog.ui.banner.accessibleName()
    printers = asked(qtbot, dialog)
    choose(qtbot, printers.findChild(QComboBox, "printers"), PRINTER)
    server.stop()
    click(qtbot, button(printers, "Print"))
    printed(qtbot, dialog, "the print server does not answer")
    assert server.jobs() == []

"""Sheets on paper: what a reader that knows nothing of us finds in the PDF is exactly what was meant."""

from __future__ import annotations

import re
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter

from azdesk.app.enrolment import Batch, check
from azdesk.core.errors import Cancelled, EnrolmentError
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.enrol import items, sheets
from azdesk.enrol.design import Design
from azdesk.enrol.forms import CODES
from azdesk.enrol.items import Text
from azdesk.enrol.layouts import LAYOUTS, Box, Kind
from azdesk.enrol.qr import Level
from azdesk.ui.enrolment import lettering
from azdesk.ui.enrolment.painting import LogoPicture, draw_page
from azdesk.ui.enrolment.printing import print_out, write_pdf
from tests.ui.reading import codes_of_cells, needs_reader, pages_of, run
from tests.unit.enrol.people import ALICE, people, person

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 1"><rect width="3" height="1" fill="#2B67D1"/></svg>'


@pytest.fixture
def logo(tmp_path: Path) -> Path:
    path = tmp_path / "logo.svg"
    path.write_text(SVG)
    return path


def meant(batch: Batch, page: int) -> list[str]:
    return [batch.payload(index).text.reveal() for index in batch.page(page).people]


def read(batch: Batch, pdf: Path, folder: Path, pages: range | None = None, dots: int = 300) -> None:
    """Every cell of every page has one code, that of its person, and says exactly what was meant."""
    pictures = pages_of(pdf, folder, dots)
    pages = pages or range(batch.pages)
    assert len(pictures) == len(pages)
    cells = batch.design.chosen.cells(batch.design.page)
    for number, picture in zip(pages, pictures, strict=True):
        people = len(batch.page(number).people)
        assert codes_of_cells(picture, cells[:people], dots) == meant(batch, number), (batch.design, number)
        picture.unlink()


@needs_reader
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_code_on_every_page_reads_as_meant(layout: str, theme, tmp_path: Path, logo: Path) -> None:
    """All forms on all layouts, with the oddest people, more than one page of them."""
    for form in CODES:
        design = Design(layout=layout, form=form, has_logo=True, date="2026-11-25", language="de")
        count = 3 if design.chosen.kind is Kind.SHEET else design.chosen.per_page + 3
        checked = check(Batch(people=people(count), design=design))
        # The longest accounts do not go onto the smallest labels in every form, and are told apart beforehand.
        assert all("too dense" in problem.what for problem in checked.problems)
        assert len(checked.problems) <= (
            count * 0.6 if layout in ("5160", "l7160", "cards-10", "5163") else 0
        )
        batch = Batch(people=checked.good, design=design)
        pdf = tmp_path / f"{form}.pdf"
        done = write_pdf(pdf, batch, logo=logo, title="Sheets")
        assert (done.pages, done.people) == (batch.pages, len(batch.people))
        read(batch, pdf, tmp_path)


@needs_reader
@pytest.mark.parametrize("level", list(Level))
def test_every_level_reads(level: Level, theme, tmp_path: Path) -> None:
    batch = Batch(people=people(8), design=Design(layout="cards-4", level=level))
    batch = replace(batch, people=check(batch).good)
    assert len(batch.people) >= 4
    write_pdf(tmp_path / "x.pdf", batch)
    read(batch, tmp_path / "x.pdf", tmp_path)


@needs_reader
@pytest.mark.parametrize("dots", [200, 400, 600])
def test_it_reads_at_other_resolutions(dots: int, theme, tmp_path: Path) -> None:
    """Edges that fall between the dots must not move: codes of single rectangles failed here."""
    for layout, level in (("l7160", None), ("cards-4", Level.H)):
        batch = Batch(people=people(10), design=Design(layout=layout, level=level))
        batch = replace(batch, people=check(batch).good)
        write_pdf(tmp_path / "x.pdf", batch)
        read(batch, tmp_path / "x.pdf", tmp_path, dots=dots)


@needs_reader
def test_the_reader_would_notice(theme, tmp_path: Path) -> None:
    """A batch with another password reads differently: the proof above can fail."""
    batch = Batch(people=(ALICE,), design=Design(layout="l7160"))
    other = replace(batch, people=(replace(ALICE, password=Secret("another")),))
    write_pdf(tmp_path / "x.pdf", other)
    with pytest.raises(AssertionError):
        read(batch, tmp_path / "x.pdf", tmp_path)


@needs_reader
def test_the_pdf_is_lines_and_letters(theme, tmp_path: Path, logo: Path) -> None:
    picture = QImage(3000, 1000, QImage.Format.Format_RGB32)
    picture.fill(QColor("#2B67D1"))
    pixels = tmp_path / "logo.png"
    picture.save(str(pixels))
    batch = Batch(people=people(16), design=Design(layout="cards-8", has_logo=True))
    write_pdf(tmp_path / "vector.pdf", batch, logo=logo)
    assert len(run("pdfimages", "-list", tmp_path / "vector.pdf").splitlines()) == 2  # its head alone
    write_pdf(tmp_path / "pixels.pdf", batch, logo=pixels)
    images = [line.split() for line in run("pdfimages", "-list", tmp_path / "pixels.pdf").splitlines()[2:]]
    assert len({(line[10], line[11]) for line in images}) == 1  # the logo, embedded once
    assert int(images[0][3]) <= 1200
    said = run("pdftotext", tmp_path / "vector.pdf", "-")
    for account in (ALICE, person(1)):
        assert account.jid in said
    assert "Jürgen" in said
    assert (tmp_path / "vector.pdf").stat().st_size < 400_000
    pages = re.findall(r"Page size: +([\d.]+) x ([\d.]+)", run("pdfinfo", tmp_path / "vector.pdf"))
    assert [tuple(map(round, map(float, page))) for page in pages] == [(595, 842)]


def test_the_pdf_is_its_owners(theme, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_text("old")
    path.chmod(0o644)
    write_pdf(path, Batch(people=(ALICE,)))
    assert path.read_bytes().startswith(b"%PDF")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["x.pdf"]


def test_a_stopped_or_failed_pdf_leaves_the_old_one(theme, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_text("old")
    job = Job(lambda progress: job.cancel() if progress.done == 2 else None)
    with pytest.raises(Cancelled):
        write_pdf(path, Batch(people=people(9)), job=job)
    with pytest.raises(EnrolmentError, match="not known"):
        write_pdf(path, Batch(people=(replace(ALICE, password=None),)))
    with pytest.raises(EnrolmentError, match="could not be written"):
        write_pdf(tmp_path / "no" / "x.pdf", Batch(people=(ALICE,)))
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["x.pdf"]


def test_a_logo_that_is_none(theme, tmp_path: Path) -> None:
    for name, content in (("x.png", b"no image"), ("x.svg", b"<svg"), ("gone.png", None)):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(EnrolmentError, match="logo cannot be read"):
            LogoPicture(path)


def test_painting_in_another_thread(theme, tmp_path: Path) -> None:
    """As the window does it: several at once, while it lives on."""
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            write_pdf(tmp_path / name, Batch(people=people(30), design=Design(layout="cards-8")))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(f"{at}.pdf",)) for at in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        lettering.set_text(
            Text(box=Box(x=0, y=0, width=40, height=9), words=("Ängström",), size=4, smallest=2)
        )
    assert not failures
    sizes = {(tmp_path / f"{at}.pdf").stat().st_size // 1000 for at in range(3)}
    assert len(sizes) == 1


@needs_reader
def test_a_printer_gets_the_same(theme, tmp_path: Path) -> None:
    from PySide6.QtPrintSupport import QPrinter

    batch = Batch(people=people(24), design=Design(layout="cards-8"))
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setFullPage(True)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFromTo(2, 3)
    done = print_out(printer, batch)
    assert (done.pages, done.people) == (2, 16)
    read(batch, tmp_path / "printed.pdf", tmp_path, range(1, 3))


# -- words in boxes -----------------------------------------------------------------------------------------------------------

WORDS = (
    "short", "Wolfeschlegelsteinhausenbergerdorff", "a b c d e f g h i j k l m n o p q r s t u v w x y z",
    "w" * 64, "王小明" * 20, "محمد بن عبد الله " * 6, "\U0001f600" * 40, "", " ", "é" * 300, "a\u0301" * 90,
)  # fmt: skip


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("height", [2.2, 5.0, 12.0])
def test_words_stay_in_their_box(words: str, wrap: bool, height: float, theme) -> None:
    text = Text(box=Box(x=10, y=10, width=38, height=height), words=(words,), size=4, smallest=1.7, wrap=wrap)
    made = lettering.set_text(text)
    assert made.height <= max(height, 1.7 * items.LEADING) * lettering.UNIT * 1.02
    for layout, place in made.lines:
        line = layout.lineAt(0)
        assert place.x() >= 0
        assert place.x() + line.naturalTextWidth() <= 38 * lettering.UNIT * 1.005, layout.text()
    said = "".join(layout.text() for layout, _ in made.lines)
    if made.fits:
        assert said.replace(" ", "") == words.replace(" ", "")
    else:
        assert said.endswith("…") or "".join(said.split()) == "".join(words.split())


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_we_say_ourselves_is_never_cut(language: str, theme) -> None:
    """Notices, steps and headings fit on every layout, in full."""
    for layout in LAYOUTS.values():
        for form in CODES:
            design = Design(layout=layout.key, form=form, language=language, date="25. November 2026")
            account = replace(ALICE, name="Bo", user="bo", email="", organisation="")
            for item in sheets.page(design, (account,), 0).items:
                if isinstance(item, Text):
                    assert lettering.set_text(item).fits, (layout.key, form, item.words)


def test_paint_stays_in_its_cell(theme) -> None:
    """Even of the oddest people, no ink is outside the cells of the smallest labels."""
    dots = 12
    for layout in ("l7160", "5160", "l7163"):
        design = Design(layout=layout, language="de", has_logo=False)
        checked = check(Batch(people=people(40), design=design))
        batch = Batch(people=checked.good, design=design)
        image = QImage(
            round(design.page.width * dots), round(design.page.height * dots), QImage.Format.Format_Grayscale8
        )
        image.fill(255)
        painter = QPainter(image)
        painter.scale(dots / lettering.UNIT, dots / lettering.UNIT)
        page = batch.page(0)
        draw_page(painter, page, batch.code, None)
        for cell in design.chosen.cells(design.page):
            painter.fillRect(
                int(cell.x * lettering.UNIT), int(cell.y * lettering.UNIT),
                int(cell.width * lettering.UNIT) + 2, int(cell.height * lettering.UNIT) + 2, QColor("white"),
            )  # fmt: skip
        painter.end()
        assert bytes(image.constBits()).count(255) == image.sizeInBytes()
        assert QSizeF(image.size()).width() == image.width()


def test_names_that_no_font_has_are_told(theme, tmp_path: Path) -> None:
    unassigned = "\U000e1234\U000e1235"
    batch = Batch(people=(ALICE, replace(ALICE, uid="odd", name=f"Bob {unassigned}")))
    done = write_pdf(tmp_path / "x.pdf", batch)
    assert done.unprintable == ("odd",)

"""Reads printed sheets as a stranger would: poppler makes pixels of the PDF, zbar looks for codes in them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from azdesk.enrol.layouts import Box

MISSING = [
    package
    for program, package in (("pdftoppm", "poppler-utils"), ("zbarimg", "zbar-tools"))
    if not shutil.which(program)
]
needs_reader = pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")


def run(*argv: str | Path) -> str:
    return subprocess.run(
        [str(one) for one in argv], check=True, capture_output=True, timeout=100
    ).stdout.decode()


def pages_of(pdf: Path, folder: Path, dots: int = 300) -> list[Path]:
    """A grey picture of each page."""
    run("pdftoppm", "-r", str(dots), "-gray", pdf, folder / pdf.stem)
    return sorted(folder.glob(f"{pdf.stem}-*.pgm"))


def codes_in(*pictures: Path) -> list[str]:
    """What the codes in pictures say, in the order of the pictures.

    Not as XML, which the reader gets wrong beyond ASCII: one after the other, each with its kind in front.
    """
    said = subprocess.run(
        ["zbarimg", "--quiet", "--nodbus", "-Sdisable", "-Sqrcode.enable", *map(str, pictures)],
        check=False,
        capture_output=True,
        timeout=100,
    )
    assert said.returncode in (0, 4), said.stderr  # 4: a picture without any code
    first, *found = ("\n" + said.stdout.decode()).split("\nQR-Code:")
    assert not first.strip()
    # Each ends with a line feed of the reader's own, which the split has taken from all but the last.
    return [*found[:-1], found[-1].removesuffix("\n")] if found else []


def codes_of_cells(page: Path, cells: Sequence[Box], dots: int = 300) -> list[str]:
    """What the reader finds when it is shown one cell after the other, as a person holds a phone over it."""
    image = QImage(str(page))
    scale = dots / 25.4
    pictures: list[Path] = []
    for at, cell in enumerate(cells):
        part = image.copy(
            round(cell.x * scale),
            round(cell.y * scale),
            round(cell.width * scale),
            round(cell.height * scale),
        )
        pictures.append(page.with_name(f"{page.stem}-cell{at:02}.png"))
        part.save(str(pictures[-1]))
    found = codes_in(*pictures)
    for picture in pictures:
        picture.unlink()
    return found

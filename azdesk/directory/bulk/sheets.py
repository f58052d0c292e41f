"""A sheet: headings and rows of text, whatever file it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import Final

from azdesk.core.errors import DirectoryError
from azdesk.directory.bulk.headings import SYNONYMS, simple

LARGEST: Final = 64 << 20
"""Bytes of a file; the sheet of a million people has about as many."""
MOST_ROWS: Final = 300_000
MOST_COLUMNS: Final = 200
LONGEST_LINE: Final = 1 << 20
_LOOKED_AT: Final = 10
"""Rows among which the headings are looked for."""
LONGEST_CELL: Final = 32_767
"""Signs; Excel has no longer ones."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """The cells below the headings."""

    number: int
    """As spreadsheets count, from 1."""
    cells: tuple[str, ...]
    """As many as there are headings, without spaces around."""
    problem: str = ""
    """What is wrong with the row itself, one sentence."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What was read."""

    name: str
    """Of the file."""
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    assumed: tuple[str, ...] = ()
    """Sentences about what the file itself did not say, such as its encoding."""
    title: str = ""
    """Of the sheet in a workbook."""
    titles: tuple[str, ...] = ()
    """Of all sheets that the workbook shows."""
    guessed: str = ""
    """The encoding that a text was taken for, where its bytes did not say."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a person says about a file that AZDesk would find out itself; empty: find out."""

    encoding: str = ""
    separator: str = ""
    """Of cells."""
    sheet: str = ""
    """Name of the sheet in a workbook."""


def read(path: Path, how: Reading | None = None) -> Sheet:
    """A sheet from a file.

    Raises:
        DirectoryError: it cannot be read; says where in the file and what to do.
    """
    how = how or Reading()
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise wrong(
                path.name,
                f"The file has {size >> 20} MB, and {LARGEST >> 20} is the most.",
                "Split it, or take out what does not belong to the list.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise wrong(
            path.name, f"The file cannot be read: {error.strerror or error}.", "Check its name and place."
        ) from error
    return of_bytes(data, path.name, how)


def of_bytes(data: bytes, name: str, how: Reading | None = None) -> Sheet:
    """The same from the contents of a file."""
    how = how or Reading()
    if not data.strip():
        raise wrong(name, "The file is empty.", "Save the sheet again.")
    if data.startswith(b"PK\x03\x04"):
        from azdesk.directory.bulk import xlsx_files

        return xlsx_files.sheet(data, name, how)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise wrong(
            name,
            "This is an old Excel file (.xls), or one that is protected by a password.",
            "Save it as .xlsx or CSV, without a password.",
        )
    for magic, kind in _OTHERS.items():
        if data.startswith(magic):
            raise wrong(name, f"This is {kind}, not a sheet.", "Save the list as .xlsx or CSV.")
    lines = data[:_BEGINNING].removeprefix(b"\xef\xbb\xbf").splitlines()
    if _LDIF.match(next((one for one in lines if one.strip() and not one.startswith(b"#")), b"")):
        raise wrong(
            name,
            "This is LDIF, not a sheet.",
            "Export the list as .xlsx or .csv; changes as LDIF are made on the server with ldapmodify.",
        )
    from azdesk.directory.bulk import csv_files

    return csv_files.sheet(data, name, how)


_BEGINNING: Final = 4096
_LDIF: Final = re.compile(rb"version: ?1\s*\Z|dn::?\s", re.IGNORECASE)
_OTHERS: Final = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a packed file (gzip)",
    b"7z\xbc\xaf": "a packed file (7z)",
    b"Rar!": "a packed file (RAR)",
    b"\x7fELF": "a program",
    b"MZ\x90\x00": "a program",
    b"SQLite format 3": "a database",
    b"<!DOCTYPE": "a web page",
    b"<html": "a web page",
    b"{\\rtf": "a text document (RTF)",
}


def made(name: str, rows: Iterable[tuple[int, tuple[str, ...], str]], assumed: Iterable[str]) -> Sheet:
    """A sheet from numbered rows; the headings are looked for among the first ones, empty rows are left out.

    Args:
        rows: number, cells, and what is wrong with the row.
    """
    source = (one for one in rows if any(one[1]) or one[2])
    top = tuple(islice(source, _LOOKED_AT))
    if not top:
        raise wrong(name, "There is nothing in the sheet.", "Save it again, with headings in its first row.")
    at = _heading_row([cells for _, cells, _ in top])
    number, cells, problem = top[at]
    if problem:
        raise wrong(name, f"Row {number}: {problem}", "Correct the row with the headings.")
    headings = _headings(name, number, cells)
    found = tuple(_rows(name, chain(top[at + 1 :], source), len(headings)))
    if not found:
        raise wrong(name, "Below the headings there is nothing.", "Fill in the rows below them.")
    said = (f"The headings were taken from row {number}; what is above is left out.",) if at else ()
    return Sheet(
        name=name, headings=headings, rows=found, assumed=(*assumed, *said, *_nameless(headings, found))
    )


def _heading_row(top: Sequence[tuple[str, ...]]) -> int:
    """Which of the first rows has the headings: above them may be a title, or headings of groups of columns."""

    def known(cells: tuple[str, ...]) -> set[str]:
        return {SYNONYMS.get(simple(cell), "") for cell in cells} - {""}

    if "account" in known(top[0]):
        return 0
    for at, cells in enumerate(top[1:-1], 1):
        # What is above headings is narrower; else it has them itself, and this is a row that reads like some.
        if {"account"} < known(cells) and sum(map(bool, cells)) > max(
            sum(map(bool, one)) for one in top[:at]
        ):
            return at
    alone = list(takewhile(lambda cells: sum(map(bool, cells)) == 1 and not known(cells), top))
    return len(alone) if len(alone) < len(top) else 0


def _nameless(headings: tuple[str, ...], rows: Sequence[Row]) -> Iterator[str]:
    """Columns without a heading that are not empty, such as those below the right half of a merged one."""
    found = [
        str(place + 1)
        for place, heading in enumerate(headings)
        if not heading and any(row.cells[place] for row in rows)
    ]
    if found:
        yield f"Columns without a heading are left out: {', '.join(found)}."


def _headings(name: str, number: int, cells: tuple[str, ...]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise wrong(name, f"Row {number} has {len(cells)} headings, and {MOST_COLUMNS} are the most.", "")
    seen: dict[str, str] = {}
    for cell in cells:
        if cell and (other := seen.setdefault(cell.casefold(), cell)) is not cell:
            raise wrong(
                name,
                f"Row {number}: two columns are called “{other}”.",
                "Rename one of them: nobody can know which one counts.",
            )
    return cells


def _rows(name: str, rows: Iterator[tuple[int, tuple[str, ...], str]], width: int) -> Iterator[Row]:
    for count, (number, cells, problem) in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise wrong(name, f"The sheet has more than {MOST_ROWS} rows.", "Split it.")
        said = problem
        if any(cells[width:]) and not said:
            said = f"It has {len(cells)} cells, but there are {width} headings: is a separator without quotes in it?"
        yield Row(number=number, cells=(cells + ("",) * (width - len(cells)))[:width], problem=said)


def cleaned(cell: str) -> str:
    """A cell without spaces around, and without what spreadsheets need to keep digits as text: ``="007"``, ``'007``."""
    text = cell.strip()
    if len(text) > 3 and text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip()
    return text[1:].strip() if _KEPT_AS_TEXT.match(text) else text


_KEPT_AS_TEXT: Final = re.compile(r"'+(?:[=+\-@]|\d+\.?\Z)")
"""Each apostrophe more is for one that belongs to the value, see `azdesk.directory.bulk.writing.kept`."""


def wrong(name: str, what: str, next_step: str) -> DirectoryError:
    return DirectoryError(what, where=name, next_step=next_step)

"""Workbooks (.xlsx): the values of one sheet, read without trusting the file."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, Final
from xml.parsers import expat

from azdesk.core.errors import DirectoryError
from azdesk.directory.bulk.sheets import LONGEST_CELL, MOST_COLUMNS, Reading, Sheet, cleaned, made, wrong

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

LARGEST_INSIDE: Final = 192 << 20
"""Bytes of all parts, unpacked."""
LARGEST_STRINGS: Final = 32 << 20
"""Bytes of the table of texts, unpacked: it is held in memory."""
MOST_PARTS: Final = 2000
MOST_CELLS: Final = 1 << 14
"""Of a row, as many as a spreadsheet program has columns."""
LAST_ROW: Final = 1 << 20
"""Number of the last row that a spreadsheet program has. A file may claim others, and those before it would be gone through."""

_PIECE: Final = 1 << 16
_DEEPEST: Final = 500
"""Elements within each other."""
_PADDING: Final = re.compile(r"0{2,}")
"""Formats of numbers that fill up with zeros."""
_ERRORS: Final = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|GETTING_DATA|SPILL!|CALC!)")


def sheet(data: bytes, name: str, how: Reading) -> Sheet:
    """A sheet from the contents of a file.

    Raises:
        DirectoryError: it is no workbook, or not one that is safe to read.
    """
    formulas, padded = _looked_into(data, name)
    book = _opened(data, name, values=True)
    try:
        title, others = _chosen(book, name, how.sheet)
        assumed = (
            (f"The sheet “{title}” was read; there are others: {', '.join(others[:5])}.",) if others else ()
        )
        titles = _shown(book)
        if not formulas:
            found = made(name, _rows(book, name, title, None, padded=padded), assumed)
            return replace(found, title=title, titles=titles)
        written = _opened(data, name, values=False)
        try:
            found = made(name, _rows(book, name, title, written, padded=padded), assumed)
            return replace(found, title=title, titles=titles)
        finally:
            written.close()
    finally:
        book.close()


def _looked_into(data: bytes, name: str) -> tuple[bool, bool]:
    """Whether there are formulas in it, and formats that show 104 as 0104.

    Raises:
        DirectoryError: it would unpack to more than a list of people has, or is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or not any(one.startswith("xl/") for one in names):
                raise wrong(
                    name, "This is a packed file, but no workbook (.xlsx).", "Save the list as .xlsx or CSV."
                )
            _fits(parts, name)
            formulas = padded = False
            for part in parts:
                look = _Look(part.filename, name)
                with packed.open(part) as file:
                    look.through(file)
                formulas |= look.formulas
                padded |= look.padded
            return formulas, padded
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise wrong(
            name, "The workbook is damaged or protected.", "Save it again, without a password."
        ) from error


def _fits(parts: list[zipfile.ZipInfo], name: str) -> None:
    total = sum(part.file_size for part in parts)
    strings = sum(part.file_size for part in parts if part.filename.lower() == "xl/sharedstrings.xml")
    if len(parts) > MOST_PARTS or total > LARGEST_INSIDE or strings > LARGEST_STRINGS:
        raise wrong(
            name,
            f"The workbook unpacks to {total >> 20} MB in {len(parts)} parts, more than a list has.",
            "Save the one sheet as CSV.",
        )


class _Look:
    """Goes through one part of a workbook before the library does, which builds each row as a whole.

    Args:
        part: its name; a sheet may hide under any.
        name: the file's.
    """

    def __init__(self, part: str, name: str) -> None:
        self._sheet = part.startswith("xl/worksheets/")
        self._name = name
        self.formulas = False
        """Whether it is a sheet with formulas."""
        self.padded = False
        """Whether it knows a format that fills numbers up with zeros."""
        self._children: list[int] = []
        """Of each element that is open, how many it has so far; rows count down from the most that they may have."""

    def through(self, file: IO[bytes]) -> None:
        """Look at all of it.

        Raises:
            DirectoryError: it is not safe to read.
        """
        piece = file.read(_PIECE)
        wide = piece.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"))
        text = piece.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
        if text[:1] not in (b"<", b"") or (not text and not wide and b"\0" in piece):
            return  # a picture or the like
        if wide:
            raise self._strange()
        parser = expat.ParserCreate()
        parser.XmlDeclHandler = self._declared
        parser.StartDoctypeDeclHandler = self._with_declarations
        parser.StartElementHandler = self._begins
        parser.EndElementHandler = self._ends
        # What is no XML is for the library to refuse, if it needs it at all.
        with suppress(expat.ExpatError):
            while piece:
                parser.Parse(piece, False)
                piece = file.read(_PIECE)

    def _begins(self, tag: str, attributes: dict[str, str]) -> None:
        own = tag.rpartition(":")[2]
        children = self._children
        if len(children) > _DEEPEST:
            raise self._strange()
        if children:
            children[-1] += 1
            if children[-1] == 0:
                raise wrong(
                    self._name,
                    f"A row of the workbook has more than {MOST_CELLS} cells, which no spreadsheet program writes.",
                    "Save it again.",
                )
        children.append(-MOST_CELLS - 1 if own == "row" else 1)
        if own == "f" and self._sheet:
            self.formulas = True
        if own == "numFmt" and _PADDING.fullmatch(attributes.get("formatCode", "")):
            self.padded = True

    def _ends(self, _: str) -> None:
        self._children.pop()

    def _declared(self, _version: str, encoding: str | None, _alone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "us-ascii", "ascii"):
            raise self._strange()

    def _with_declarations(self, *_: object) -> None:
        raise self._strange()

    def _strange(self) -> DirectoryError:
        return wrong(
            self._name,
            "The workbook has declarations or an encoding in it that no spreadsheet program writes.",
            "Save it again.",
        )


def _opened(data: bytes, name: str, *, values: bool) -> Workbook:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that no list of people needs
            return openpyxl.load_workbook(
                io.BytesIO(data), read_only=True, data_only=values, keep_links=False, keep_vba=False
            )
    except Exception as error:  # the library lets whatever a strange file brings through
        raise wrong(
            name, f"The workbook cannot be read ({type(error).__name__}).", "Save it again, or as CSV."
        ) from error


def _chosen(book: Workbook, name: str, wanted: str) -> tuple[str, list[str]]:
    titles = [one.title for one in book.worksheets]
    shown = _shown(book)
    if wanted:
        if wanted not in titles:
            raise wrong(name, f"There is no sheet “{wanted}”.", f"There are: {', '.join(titles)}.")
        return wanted, []
    if not shown:
        raise wrong(name, "There is no sheet in the workbook.", "Save it again.")
    return shown[0], list(shown[1:])


def _shown(book: Workbook) -> tuple[str, ...]:
    visible = tuple(one.title for one in book.worksheets if one.sheet_state == "visible")
    return visible or tuple(one.title for one in book.worksheets)


def _rows(
    book: Workbook, name: str, title: str, written: Workbook | None, *, padded: bool
) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """Rows with their numbers; a formula whose value was not saved makes its row a wrong one."""
    own = _padded(book, title) if padded else _cells(book, title)
    other = _cells(written, title) if written is not None else None
    try:
        for number, values in enumerate(own, 1):
            if number > LAST_ROW:
                raise wrong(
                    name, f"The sheet “{title}” claims to have more than {LAST_ROW} rows.", "Save it again."
                )
            problem = ""
            formulas: tuple[Any, ...] = next(other, ()) if other is not None else ()
            if _empty(values) and _empty(formulas):
                continue  # of which there may be very many before the last one
            for at, value in enumerate(values):
                formula = formulas[at] if at < len(formulas) else None
                if value is None and isinstance(formula, str) and formula.startswith("="):
                    problem = f"Column {at + 1} has a formula whose value was not saved."
                elif isinstance(value, str) and _ERRORS.fullmatch(value):
                    problem = f"Column {at + 1} has the error {value}."
            cells = tuple(_text(value) for value in values)
            for at, cell in enumerate(cells):
                if len(cell) > LONGEST_CELL:
                    problem = f"Column {at + 1} has {len(cell)} signs, and {LONGEST_CELL} are the most."
            yield number, cells, problem
    except DirectoryError:
        raise
    except Exception as error:  # as above: the rows are only taken apart now
        raise wrong(
            name, f"The sheet “{title}” cannot be read ({type(error).__name__}).", "Save it again, or as CSV."
        ) from error


def _empty(values: tuple[Any, ...]) -> bool:
    return values.count(None) == len(values)


def _cells(book: Workbook, title: str, *, values: bool = True) -> Iterator[tuple[Any, ...]]:
    sheet: Any = book[title]
    sheet.reset_dimensions()  # what the file says about its size need not be true
    return iter(sheet.iter_rows(values_only=values, max_col=MOST_COLUMNS + 1))


def _padded(book: Workbook, title: str) -> Iterator[tuple[Any, ...]]:
    """Values as their admin sees them: 104 as 0104, where a format such as 0000 says so."""
    for row in _cells(book, title, values=False):
        yield tuple(
            str(int(cell.value)).zfill(len(cell.number_format))
            if isinstance(cell.value, int | float)
            and not isinstance(cell.value, bool)
            and float(cell.value).is_integer()
            and _PADDING.fullmatch(cell.number_format)
            else cell.value
            for cell in row
        )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # A number that was typed: 6853 is kept as 6853.0.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return cleaned(str(value))

"""Text with separators: found out how it is encoded and separated, and read as strictly as that allows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from azdesk.core.errors import DirectoryError
from azdesk.directory.bulk.sheets import LONGEST_CELL, LONGEST_LINE, Reading, Sheet, cleaned, made, wrong

SEPARATORS: Final = (";", ",", "\t", "|")
_NAMES: Final = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "vertical bars"}
_LOOKED_AT: Final = 40
"""Rows by which the separator is found out."""


def sheet(data: bytes, name: str, how: Reading) -> Sheet:
    """A sheet from the contents of a file.

    Raises:
        DirectoryError: it cannot be understood; names the row.
    """
    text, assumed = decoded(data, name, how.encoding)
    taken_for_it = assumed == (_TAKEN,)
    _short_lines(text, name)
    text, told = _told_separator(text)
    separator = how.separator or told
    if not separator:
        separator = found_separator(text, name)
        if separator and separator != ",":
            assumed = (*assumed, f"Cells were taken to be separated by {_NAMES[separator]}.")
    found = made(name, _rows(text, name, separator or ","), assumed)
    return replace(found, guessed=GUESSED if taken_for_it else "")


# -- encoding -------------------------------------------------------------------------------------------------


def decoded(data: bytes, name: str, encoding: str = "") -> tuple[str, tuple[str, ...]]:
    """The text, and what was assumed about it."""
    if encoding:
        return _as(data, name, encoding), ()
    for mark, kind in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _as(data, name, kind), ()
    if b"\0" in data:
        wide = _wide(data)
        if not wide:
            row = data[: data.index(b"\0")].count(b"\n") + 1
            raise wrong(
                name,
                f"Row {row} has bytes in it that no text has: this is no CSV file.",
                "Save the list as CSV or .xlsx.",
            )
        return _as(data, name, wide), (f"The text was taken for {wide.upper()}.",)
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        _not_mixed(data, name, error)
    return _as(data, name, GUESSED), (_TAKEN,)


GUESSED: Final = "cp1252"
_TAKEN: Final = "The text is not UTF-8 and was taken for Windows-1252 (Western European): look whether names with accents are right."


def _wide(data: bytes) -> str:
    """UTF-16 without its mark, as some programs write it: every other byte of its ASCII letters is 0."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and even < odd // 8:
        return "utf-16-le"
    if even > len(head) // 4 and odd < even // 8:
        return "utf-16-be"
    return ""


def _not_mixed(data: bytes, name: str, error: UnicodeDecodeError) -> None:
    """Refuse a file that is UTF-8 in some rows and not in others: read as either, some names would be wrong."""
    lenient = data.decode("utf-8", "surrogateescape")
    good = sum(1 for sign in lenient if ord(sign) > 0x7F and not 0xDC80 <= ord(sign) <= 0xDCFF)
    if good > 2:
        row = data[: error.start].count(b"\n") + 1
        raise wrong(
            name,
            f"Row {row} is not UTF-8, though others are: two encodings are mixed.",
            "Save the whole sheet as “CSV UTF-8”.",
        ) from None


def _as(data: bytes, name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise wrong(
            name, f"There is no encoding “{encoding}”.", "Use utf-8, utf-16 or cp1252, for example."
        ) from None
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise wrong(
            name,
            f"Row {row} has a byte that is nothing in {encoding} (0x{data[error.start]:02X}).",
            "Save the sheet as “CSV UTF-8”, or say which encoding it has.",
        ) from None


# -- separators and rows --------------------------------------------------------------------------------------


def _short_lines(text: str, name: str) -> None:
    at, number = 0, 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        number += 1
        if end - at > LONGEST_LINE:
            raise wrong(
                name,
                f"Row {number} is a line of {(end - at) >> 10} KB: this is no list, or its line ends are lost.",
                "Save the sheet again as CSV.",
            )
        at = end + 1


def _told_separator(text: str) -> tuple[str, str]:
    """Excel's own first line, ``sep=;``, is no row."""
    found = re.match(r"sep=(.)\r?\n", text)
    return (text[found.end() :], found[1]) if found else (text, "")


def found_separator(text: str, name: str) -> str:
    """The separator with which the first rows have the most cells, all alike; empty: there is one column only."""
    best, most = "", 1.0
    for separator in SEPARATORS:
        try:
            widths = [
                len(cells)
                for _, (_, cells, _) in zip(range(_LOOKED_AT), _rows(text, name, separator), strict=False)
                if any(cells)
            ]
        except DirectoryError:
            continue
        if not widths or widths[0] < 2:
            continue
        alike = sum(width == widths[0] for width in widths) / len(widths)
        score = alike * (1 + widths[0] / 100)
        if best == "" or score > most:
            best, most = separator, score
    return best


def _rows(text: str, name: str, separator: str) -> Iterator[tuple[int, tuple[str, ...], str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        begun = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise wrong(
                name, f"Row {number + 1} (line {begun}): {_quotes(str(error))}", _QUOTES_NEXT
            ) from None
        number += 1
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise wrong(
                name,
                f"Row {number} (line {begun}) has a cell of more than {LONGEST_CELL} signs: a quotation mark is not closed.",
                _QUOTES_NEXT,
            )
        yield number, tuple(map(cleaned, cells)), ""


_QUOTES_NEXT: Final = (
    "Put quotation marks around the whole cell, and write one that belongs to the value twice."
)


def _quotes(said: str) -> str:
    if "field larger" in said:
        return "a quotation mark is not closed, so the cell goes on for more than 100 KB."
    if "unexpected end" in said:
        return "a quotation mark is opened and never closed."
    if "expected after" in said:
        return "something follows a closing quotation mark within a cell."
    if "new-line character" in said:
        return "a bare line end (CR) stands within a cell."
    return f"it cannot be taken apart ({said})."

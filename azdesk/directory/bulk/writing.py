"""Sheets of people, written row by row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, Final

from azdesk.core.errors import DirectoryError
from azdesk.directory.bulk.headings import ENABLED, PASSWORD, TARGETS
from azdesk.directory.bulk.sheets import LONGEST_CELL, cleaned
from azdesk.directory.people import BY_KEY, FIELDS, Layout, Person

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_NOT_IN_WORKBOOKS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def keys(layout: Layout, *, secrets: bool) -> tuple[str, ...]:
    """The columns of an export: what the directory has a place for, headed so that an import knows them again."""
    found = [one.key for one in FIELDS if layout.attribute(one.key)]
    return (*found, ENABLED, *((PASSWORD,) if secrets else ()))


def cells(who: Person, wanted: Sequence[str]) -> list[str]:
    """A person as a row."""
    return [
        getattr(who, key) if key in BY_KEY else _ENABLED[who.enabled] if key == ENABLED else _password(who)
        for key in wanted
    ]


_ENABLED: Final = {True: "yes", False: "no"}


def _password(who: Person) -> str:
    return who.password.reveal() if who.password is not None else ""


def harmless(text: str) -> str:
    """A cell that no spreadsheet program takes for a formula; read back, it is the same."""
    # Nearly all of a hundred thousand people's: nothing that begins so is taken for anything.
    if not text or text[0].isalnum():
        return text
    return f"'{text}" if text.startswith(_FORMULA) else kept(text)


def kept(text: str) -> str:
    """A cell of which nothing is taken for a sign that keeps digits as text when it is read back."""
    return f"'{text}" if cleaned(text) != text.strip() else text


def csv_bytes(people: Iterable[Person], wanted: Sequence[str]) -> Iterator[bytes]:
    """CSV in UTF-8 with its mark, which Excel needs, in pieces."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([TARGETS[key] for key in wanted])
    yield b"\xef\xbb\xbf"
    for count, who in enumerate(people, 1):
        writer.writerow([harmless(text) for text in cells(who, wanted)])
        if count % 500 == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx(
    people: Iterable[Person], wanted: Sequence[str], file: BinaryIO, told: Callable[[int], None]
) -> None:
    """A workbook, every cell a text: numbers keep their zeros, and nothing is a formula.

    Raises:
        DirectoryError: a value is longer than a cell can be.
    """
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("People")
    sheet.freeze_panes = "A2"
    heads = []
    for key in wanted:
        head = WriteOnlyCell(sheet, TARGETS[key])
        head.font = Font(bold=True)
        heads.append(head)
    sheet.append(heads)
    for count, who in enumerate(people, 1):
        row = []
        for key, text in zip(wanted, cells(who, wanted), strict=True):
            shown = kept(_NOT_IN_WORKBOOKS.sub("\ufffd", text))
            if len(shown) > LONGEST_CELL:  # the library would cut it
                raise DirectoryError(
                    f"{TARGETS[key]} has {len(text)} signs, and a cell of a workbook holds {LONGEST_CELL}.",
                    where=who.account or who.dn,
                    next_step="Export into CSV or LDIF, or correct the entry.",
                )
            cell = WriteOnlyCell(sheet, shown)
            cell.data_type = "s"
            row.append(cell)
        sheet.append(row)
        if count % 500 == 0:
            told(count)
    book.save(file)

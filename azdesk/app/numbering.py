"""The number plan: into a sheet and out of one, and checked together with what the directory says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from azdesk.core import file_replace
from azdesk.core.errors import DocumentError, Problem
from azdesk.core.progress import Progress
from azdesk.directory import search
from azdesk.directory.bulk import sheets, writing
from azdesk.directory.people import person
from azdesk.voice import csv_plan

PAGE: Final = 1000

if TYPE_CHECKING:
    from azdesk.app.people import People
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """The numbers of a directory's people."""

    accounts: Mapping[str, tuple[str, ...]]
    """Number → accounts that have it."""
    partial: bool = False
    """Whether the server kept some back."""


def of_people(people: People, job: Job) -> Numbers:
    """Read all numbers of the directory, page by page.

    Raises:
        DirectoryError, LinkError: it cannot be read.
        Cancelled: by the job.
    """
    layout = people.layout
    account, number = (layout.attribute(key) for key in ("account", "number"))
    found: dict[str, tuple[str, ...]] = {}
    partial, done = False, 0
    pages = people.connection(job, tried=True).pages(
        layout.people, search.people_filter(layout), (account, number), PAGE, job=job
    )
    for page in pages:
        job.check()
        for entry in page.entries:
            who = person(layout, entry)
            if who.number:
                found[who.number] = (*found.get(who.number, ()), who.account or who.dn)
        done += len(page.entries)
        partial = partial or page.partial
        job.report(Progress(text="Reading people's numbers", done=done))
    return Numbers(accounts=found, partial=partial)


def export(fleet: Fleet, path: Path) -> int:
    """Write blocks and rules as CSV that spreadsheets open right; an older file of that name is replaced whole.

    Returns:
        how many rows were written.

    Raises:
        DocumentError: it cannot be written; the old file stays.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(csv_plan.HEADINGS)
    found = list(csv_plan.rows(fleet))
    writer.writerows([[_as_text(cell) for cell in row] for row in found])
    try:
        file_replace.replace(path, b"\xef\xbb\xbf" + out.getvalue().encode())
    except OSError as error:
        raise DocumentError(
            f"The file cannot be written: {error.strerror or error}.",
            where=str(path),
            next_step="Choose another place.",
        ) from error
    return len(found)


def _as_text(cell: str) -> str:
    """A cell that no spreadsheet program makes another of; read back, it is the same."""
    return f"'{cell}" if _NOT_KEPT.fullmatch(cell) else writing.harmless(cell)


_NOT_KEPT: Final = re.compile(r"0\d+|\d+\.|\d{12,}")
"""Numbers that come back from a spreadsheet as others: ``0.`` as 0, ``0049`` as 49, long ones with an exponent."""


def taken_in(fleet: Fleet, path: Path) -> Fleet:
    """The document with the number plan of a sheet (CSV, XLSX).

    Raises:
        DirectoryError: the file cannot be read as a sheet.
        DocumentError: something in it is wrong: row and heading are named; the document stays as it is.
    """
    sheet = sheets.read(path)
    odd = [Problem(path=f"row {row.number}", message=row.problem) for row in sheet.rows if row.problem]
    if odd:
        raise csv_plan.wrong(sheet.name, odd)
    return csv_plan.taken_in(
        fleet,
        sheet.headings,
        ((row.number, [sheets.cleaned(cell) for cell in row.cells]) for row in sheet.rows),
        sheet.name,
    )

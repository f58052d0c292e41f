"""The whole directory, or what a search finds, into a file: CSV, XLSX or LDIF. Nothing is held but one page."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from azdesk.app.people.access import People
from azdesk.core.errors import DirectoryError, LimitReached
from azdesk.core.progress import Job, Progress
from azdesk.directory import ldif, search
from azdesk.directory.bulk import writing
from azdesk.directory.ldif import Entry
from azdesk.directory.people import Person, Values, person, secret_free

Kind = Literal["csv", "xlsx", "ldif"]


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written."""

    path: Path
    count: int
    partial: bool = False
    """Whether a limit of the server kept it from being all."""
    why: str = ""


def kind_of(path: Path) -> Kind:
    """What a file's name says it is to be.

    Raises:
        DirectoryError: nothing that AZDesk writes.
    """
    match path.suffix.lower():
        case ".csv":
            return "csv"
        case ".xlsx":
            return "xlsx"
        case ".ldif" | ".ldf":
            return "ldif"
        case other:
            raise DirectoryError(
                f"AZDesk writes no files of kind “{other}”.",
                where=str(path),
                next_step="Let the name end with .csv, .xlsx or .ldif.",
            )


def export(
    people: People,
    path: Path,
    *,
    text: str = "",
    kind: Kind | None = None,
    secrets: bool = False,
    job: Job | None = None,
) -> Exported:
    """Write people into a file that only its user can read; an older one of that name is replaced once the new one is whole.

    Args:
        text: who is meant, see `azdesk.directory.search.people_filter`; empty: all.
        secrets: with passwords: in sheets those that are kept in clear, in LDIF whatever stands there.

    Raises:
        DirectoryError: the directory ends in the middle, or the file cannot be written; the old file stays.
        EnrolmentError: whose passwords are in it cannot be noted; the old file stays.
        Cancelled: by the job.
    """
    job = job or Job()
    kind = kind or kind_of(path)
    run = _Export(people, text, secrets, job)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    except OSError as error:
        raise _unwritable(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            run.write(kind, file)
        if secrets:
            run.note(path)
        temporary.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return Exported(path=path, count=run.count, partial=bool(run.why), why=run.why)


class _Export:
    def __init__(self, people: People, text: str, secrets: bool, job: Job) -> None:
        self.people, self.secrets, self.job = people, secrets, job
        self.layout = people.layout
        self.filter = search.people_filter(self.layout, text)
        self.accounts: list[str] = []
        """Whose passwords are written."""
        self.count = 0
        self.why = ""

    def write(self, kind: Kind, file: BinaryIO) -> None:
        if kind == "ldif":
            file.write(b"version: 1\n")
            for entry in self._entries(("*",)):
                kept = entry if self.secrets else Entry(dn=entry.dn, attributes=secret_free(entry.attributes))
                file.write(b"\n" + ldif.lines(kept, changes=False))
            return
        wanted = writing.keys(self.layout, secrets=self.secrets)
        if kind == "csv":
            file.writelines(writing.csv_bytes(self._persons(), wanted))
        else:
            writing.xlsx(self._persons(), wanted, file, lambda _: self.job.check())

    def note(self, path: Path) -> None:
        """Write down whose passwords the file has, before it gets its name."""
        from azdesk.app import enrolment

        enrolment.note(
            who=self.people.session.who,
            act=enrolment.Act.SAVED,
            people=self.accounts,
            form=enrolment.PASSWORD,
            fleet=self.people.fleet.name,
            target=str(path),
        )

    def _persons(self) -> Iterator[Person]:
        for entry in self._entries(self.layout.readable(secrets=self.secrets)):
            yield person(self.layout, entry, secrets=self.secrets)

    def _entries(self, attributes: tuple[str, ...]) -> Iterator[Entry]:
        found = self.people.connection(self.job, tried=True).each(
            self.layout.people, self.filter, attributes, job=self.job
        )
        try:
            for entry in found:
                self.count += 1
                if self.secrets:
                    self.accounts.append(
                        Values(entry.attributes).text(self.layout.attribute("account")) or entry.dn
                    )
                if self.count % 1000 == 0:
                    self.job.check()
                    self.job.report(Progress(text="Writing people into the file", done=self.count))
                yield entry
        except LimitReached as error:
            # What came is good; that it is not all has to be said.
            self.why = error.what


def _unwritable(path: Path, error: OSError) -> DirectoryError:
    return DirectoryError(
        f"The file cannot be written: {error.strerror or error}.",
        where=str(path),
        next_step="Choose another place.",
    )

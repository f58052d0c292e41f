"""The whole directory, what a search finds, or people chosen one by one, into a file: CSV, XLSX or LDIF. Nothing is held but one page."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from azdesk.app.people import revealing
from azdesk.app.people.access import People, at_home
from azdesk.core.errors import DirectoryError, LimitReached
from azdesk.core.progress import Job, Progress
from azdesk.directory import ldif, search
from azdesk.directory.bulk import writing
from azdesk.directory.ldif import Entry
from azdesk.directory.people import Layout, Person, Values, person, secret_free

if TYPE_CHECKING:
    from azdesk.directory.connection import Directory

Kind = Literal["csv", "xlsx", "ldif"]
_AT_ONCE = 100
"""Accounts that one search asks for."""


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written."""

    path: Path
    count: int
    partial: bool = False
    """Whether a limit of the server kept it from being all."""
    why: str = ""
    missing: tuple[str, ...] = ()
    """Accounts that were asked for and that nobody has."""


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
    home: str = "",
    accounts: Sequence[str] | None = None,
    kind: Kind | None = None,
    secrets: bool = False,
    job: Job | None = None,
) -> Exported:
    """Write people into a file that only its user can read; an older one of that name is replaced once the new one is whole.

    Args:
        text: who is meant, see `azdesk.directory.search.people_filter`; empty: all.
        home: of these, those who are at home on this host.
        accounts: these, whatever the others say.
        secrets: with passwords: in sheets those that are kept in clear, in LDIF whatever stands there.

    Raises:
        DirectoryError: the directory ends in the middle, or the file cannot be written; the old file stays.
        EnrolmentError: whose passwords are in it cannot be noted; the old file stays.
        Cancelled: by the job.
    """
    job = job or Job()
    kind = kind or kind_of(path)
    run = _Export(people, Whom(text=text, home=home, accounts=accounts), secrets, job)
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
    return Exported(
        path=path, count=run.count, partial=bool(run.why), why=run.why, missing=run.whom.missing(run.there)
    )


@dataclass(frozen=True, kw_only=True)
class Whom:
    """Who is exported."""

    text: str = ""
    home: str = ""
    accounts: Sequence[str] | None = None

    def filters(self, layout: Layout) -> Iterator[str]:
        """For searches one after the other."""
        if self.accounts is None:
            yield search.people_filter(layout, self.text)
            return
        wanted = list({account.casefold(): account for account in self.accounts}.values())
        for at in range(0, len(wanted), _AT_ONCE):
            yield search.any_of(layout, "account", wanted[at : at + _AT_ONCE])

    def missing(self, there: Collection[str]) -> tuple[str, ...]:
        """Accounts that were asked for and not found."""
        return tuple(account for account in self.accounts or () if account.casefold() not in there)


class _Export:
    def __init__(self, people: People, whom: Whom, secrets: bool, job: Job) -> None:
        self.people, self.whom, self.secrets, self.job = people, whom, secrets, job
        self.layout = people.layout
        self.home_of = at_home(people.fleet)
        self.there: set[str] = set()
        """Accounts in small letters that were found, where they were asked for one by one."""
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
        revealing.note_saved(self.people, self.accounts, path)

    def _persons(self) -> Iterator[Person]:
        for entry in self._entries(self.layout.readable(secrets=self.secrets)):
            yield person(self.layout, entry, secrets=self.secrets)

    def _entries(self, attributes: tuple[str, ...]) -> Iterator[Entry]:
        directory = self.people.connection(self.job, tried=True)
        account_of = self.layout.attribute("account")
        try:
            for entry in self._found(directory, attributes):
                if self.whom.accounts is not None:
                    self.there.add(Values(entry.attributes).text(account_of).casefold())
                if self.whom.home and self.home_of(person(self.layout, entry)) != self.whom.home:
                    continue
                self.count += 1
                if self.secrets:
                    self.accounts.append(Values(entry.attributes).text(account_of) or entry.dn)
                if self.count % 1000 == 0:
                    self.job.check()
                    self.job.report(Progress(text="Writing people into the file", done=self.count))
                yield entry
        except LimitReached as error:
            # What came is good; that it is not all has to be said.
            self.why = error.what

    def _found(self, directory: Directory, attributes: tuple[str, ...]) -> Iterator[Entry]:
        for wanted in self.whom.filters(self.layout):
            yield from directory.each(self.layout.people, wanted, attributes, job=self.job)


def _unwritable(path: Path, error: OSError) -> DirectoryError:
    return DirectoryError(
        f"The file cannot be written: {error.strerror or error}.",
        where=str(path),
        next_step="Choose another place.",
    )

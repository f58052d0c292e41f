"""Enrolment: batches of sheets, what is wrong with them, and the journal of who handed out whose account.

Codes have passwords in them: whatever shows, copies, saves or prints one is noted first, and is not done where that fails. So is
what shows or exports the passwords of people who have them.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from azdesk.app.people import People, looking
from azdesk.app.people.access import blocks, home_name
from azdesk.core import places
from azdesk.core.errors import EnrolmentError
from azdesk.core.file_lock import alone_at
from azdesk.core.progress import Job
from azdesk.directory import numbers
from azdesk.directory.people import Person
from azdesk.enrol import home, qr, sheets
from azdesk.enrol.account import Access, Account
from azdesk.enrol.design import Design
from azdesk.enrol.forms import FORMS
from azdesk.enrol.items import Page
from azdesk.enrol.payload import Payload
from azdesk.fleet.model import Fleet


@dataclass(frozen=True, kw_only=True)
class Batch:
    """People and how their sheets are to look."""

    people: Sequence[Account]
    design: Design = field(default_factory=Design)

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return sheets.page_count(self.design, len(self.people))

    def page(self, number: int) -> Page:
        """One page, from 0."""
        return sheets.page(self.design, self.people, number)

    def payload(self, index: int) -> Payload:
        """What one person's code says.

        Raises:
            EnrolmentError: it cannot be made.
        """
        return FORMS[self.design.form].payload(self.people[index])

    def code(self, index: int) -> qr.Code:
        """One person's code.

        Raises:
            EnrolmentError: it cannot be made, or would be too dense.
        """
        return qr.fitting(self.payload(index), sheets.code_side(self.design), self.design.level)


@dataclass(frozen=True, kw_only=True)
class Check:
    """What came of looking a batch through before it is printed."""

    good: tuple[Account, ...]
    """Those whose codes can be made."""
    problems: tuple[EnrolmentError, ...]
    """One for each of the others; `where` is the person."""
    dense: int = 0
    """How many of the good ones have codes that only good cameras read."""
    densest_mm: float = 0.0
    """Smallest module of all, in mm; 0: there are none."""


def check(batch: Batch, job: Job | None = None) -> Check:
    """Look all people of a batch through; nothing is drawn yet.

    Raises:
        Cancelled: by the job.
    """
    job = job or Job()
    side = sheets.code_side(batch.design)
    good: list[Account] = []
    problems: list[EnrolmentError] = []
    dense, densest = 0, 0.0
    for index, account in enumerate(batch.people):
        job.check()
        try:
            version = qr.version_of(batch.payload(index), side, batch.design.level)
        except EnrolmentError as problem:
            problems.append(problem)
            continue
        good.append(account)
        dense += qr.scans(version, side) is qr.Scans.DENSE
        module = qr.module_mm(version, side)
        densest = min(densest, module) if densest else module
    return Check(good=tuple(good), problems=tuple(problems), dense=dense, densest_mm=densest)


def check_payloads(batch: Batch) -> Check:
    """The same for files: whether what is in the codes can be made, whatever its size."""
    good: list[Account] = []
    problems: list[EnrolmentError] = []
    for index, account in enumerate(batch.people):
        try:
            batch.payload(index)
        except EnrolmentError as problem:
            problems.append(problem)
        else:
            good.append(account)
    return Check(good=tuple(good), problems=tuple(problems))


# -- people of the directory --------------------------------------------------------------------------------------------------


def home_host(fleet: Fleet, person: Person) -> str:
    """Where a person is at home; empty: it cannot be told.

    The blocks of numbers come first, since phones go by them; then the host that the entry names.
    """
    found = numbers.home_of(blocks(fleet), person.number) if person.number else ""
    if found := found or home_name(fleet, person.home):
        return found
    serving = [name for name, host in fleet.hosts.items() if host.cluster and "application" in host.roles]
    # Where all hosts serve one domain, the first will do: people may log in on each of them.
    return serving[0] if len({fleet.hosts[name].cluster for name in serving}) == 1 else ""


def accounts_of(
    fleet: Fleet, people: Iterable[Person]
) -> tuple[tuple[Account, ...], tuple[EnrolmentError, ...]]:
    """What codes and sheets need of people, read with their passwords; and who is disabled or at home nowhere."""
    accounts: list[Account] = []
    problems: list[EnrolmentError] = []
    shared: dict[str, Access] = {}
    for person in people:
        if not person.enabled:
            problems.append(
                EnrolmentError(
                    "This person is disabled, and could not log in with a code.",
                    where=person.account or person.dn,
                    next_step="Enable the person first.",
                )
            )
            continue
        host = home_host(fleet, person)
        if not host:
            problems.append(
                EnrolmentError(
                    "It is not known at which host this person is at home.",
                    where=person.account or person.dn,
                    next_step="Give the hosts their blocks of numbers in the document, or the person a home host.",
                )
            )
            continue
        if host not in shared:
            shared[host] = home.access(fleet, host)
        accounts.append(
            Account(
                uid=person.account,
                name=person.name,
                user=person.account,
                access=shared[host],
                number=person.number,
                password=person.password,
                email=person.mail,
                organisation=home.organisation(fleet),
                host=host,
            )
        )
    return tuple(accounts), tuple(problems)


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """People with their passwords, as far as the directory gives them."""

    accounts: tuple[Account, ...]
    left_out: tuple[EnrolmentError, ...]
    """Who was asked for by name and is not there, is disabled, or at home nowhere."""
    partial: str = ""
    """Why there may be more than these; empty: there are not."""


def fetch(
    people: People, accounts: Sequence[str] = (), *, text: str | None = None, job: Job | None = None
) -> Fetched:
    """Read people from the directory, with their passwords.

    Args:
        accounts: these, in this order.
        text: who has all the words in account, name or number, too; empty: everybody; None: nobody.

    Raises:
        DirectoryError: the directory cannot be read.
        Cancelled: by the job.
    """
    wanted, partial = list(accounts), ""
    if text is not None:
        listing = looking.find(people, text, job=job)
        wanted += [person.account for person in listing.people]
        partial = listing.why if listing.partial else ""
    found = looking.several(people, wanted, job=job)
    there = {person.account.lower() for person in found}
    missing = [
        EnrolmentError(
            "There is nobody of this name in the directory.",
            where=name,
            next_step="Look for the person by a part of the name.",
        )
        for name in dict.fromkeys(accounts)
        if name.lower() not in there
    ]
    made, homeless = accounts_of(people.fleet, found)
    return Fetched(accounts=made, left_out=(*missing, *homeless), partial=partial)


@dataclass(frozen=True, kw_only=True)
class Printed:
    """What came of printing a batch."""

    pages: int
    people: int
    unprintable: tuple[str, ...] = ()
    """Names in the directory of people with letters that no font of this computer has."""


def logo_file(fleet: Fleet, document: Path) -> Path | None:
    """The logo that the document names, beside the document unless it says otherwise; None: it names none."""
    if not fleet.enrolment.logo:
        return None
    path = Path(fleet.enrolment.logo).expanduser()
    return path if path.is_absolute() else document.parent / path


# -- the journal --------------------------------------------------------------------------------------------------------------


PASSWORD = "password"  # noqa: S105 – a word for the journal
"""Form of entries about passwords themselves, without a code."""


class Act(StrEnum):
    """What was done with codes, or passwords."""

    SHOWN = "shown"
    COPIED = "copied"
    SAVED = "saved"
    PRINTED = "printed"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Somebody did something with the codes of these people. Never what is in them."""

    at: float
    """Seconds since the epoch."""
    who: str
    """``user@workstation``."""
    act: Act
    people: tuple[str, ...]
    """Names in the directory."""
    form: str
    """Key of the form, or `PASSWORD`."""
    fleet: str = ""
    """Name of the document."""
    layout: str = ""
    """Key of the layout; empty: no sheet."""
    target: str = ""
    """File or printer; empty: the screen, the clipboard."""


def journal_file() -> Path:
    """Where the journal is: on this workstation, for its user alone."""
    return places.data_folder() / "enrolment.jsonl"


def note(
    *,
    who: str,
    act: Act,
    people: Iterable[str],
    form: str,
    fleet: str = "",
    layout: str = "",
    target: str = "",
) -> Entry:
    """Write down what is about to be done. One line, on the disk when this returns.

    Raises:
        EnrolmentError: it cannot be written; then it must not be done either.
    """
    entry = Entry(
        at=time.time(),
        who=who,
        act=act,
        people=tuple(people),
        form=form,
        fleet=fleet,
        layout=layout,
        target=target,
    )
    line = json.dumps(
        {
            "at": entry.at,
            "who": who,
            "act": act.value,
            "people": entry.people,
            "form": form,
            "fleet": fleet,
            "layout": layout,
            "target": target,
        }
    )
    path = journal_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with alone_at(path):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as file:
                if file.tell() and not _ends_a_line(path):  # the last one was cut short by a crash
                    file.write(b"\n")
                file.write(line.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
    except OSError as error:
        raise EnrolmentError(
            f"The enrolment journal cannot be written: {error.strerror or error}.",
            where=str(path),
            next_step="Nothing was shown or printed. Make room there, or give yourself the right to write.",
        ) from error
    return entry


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def entries(limit: int = 500) -> tuple[Entry, ...]:
    """The newest entries, the newest first. Lines that make no sense are left out.

    Raises:
        EnrolmentError: it cannot be read.
    """
    path = journal_file()
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise EnrolmentError(
            f"The enrolment journal cannot be read: {error.strerror or error}.", where=str(path)
        ) from error
    found: list[Entry] = []
    for line in reversed(lines):
        if len(found) == limit:
            break
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            found.append(_entry(json.loads(line)))
    return tuple(found)


def _entry(raw: dict[str, Any]) -> Entry:
    return Entry(
        at=float(raw["at"]),
        who=str(raw["who"]),
        act=Act(raw["act"]),
        people=tuple(str(one) for one in raw["people"]),
        form=str(raw["form"]),
        fleet=str(raw.get("fleet", "")),
        layout=str(raw.get("layout", "")),
        target=str(raw.get("target", "")),
    )

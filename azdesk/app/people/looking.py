"""Lists of people, searches, one person, and what is wrong with them. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from azdesk.app.people.access import People, blocks
from azdesk.core.errors import DirectoryError, DirectoryLost, DirectoryRefused, LimitReached, NoSuchEntry
from azdesk.core.pattern import pattern
from azdesk.core.progress import Job, Progress
from azdesk.directory import checks, names, numbers, search
from azdesk.directory.checks import Finding
from azdesk.directory.ldif import Entry
from azdesk.directory.people import Layout, Person, person
from azdesk.directory.refusals import BUSY

if TYPE_CHECKING:
    from azdesk.directory.connection import Directory, Page

PAGE = 1000
_MOST_FINDINGS = 5000


@dataclass(frozen=True, kw_only=True)
class Listing:
    """People as they were found."""

    people: tuple[Person, ...]
    partial: bool = False
    """Whether a limit of the server, or the one asked for, kept it from being the whole list."""
    why: str = ""
    """One sentence about that."""
    total: int = 0
    """How many there are in all, as the server estimates; 0: it does not say."""
    ordered: bool = False
    """Whether the server sorted them."""


def find(people: People, text: str = "", *, limit: int = 0, job: Job | None = None) -> Listing:
    """Who has all the words in account, name or number; everybody for an empty text.

    Args:
        limit: most people to be given; 0: as many as the server lets.
    """
    layout = people.layout
    found = people.reading(
        lambda directory: directory.search(
            layout.people, search.people_filter(layout, text), layout.readable(), limit=limit, job=job
        ),
        job,
    )
    return Listing(
        people=tuple(person(layout, entry) for entry in found.entries), partial=found.partial, why=found.why
    )


def pages(
    people: People, text: str = "", *, size: int = PAGE, sort: str = "", job: Job | None = None
) -> Iterator[Listing]:
    """The same, page by page, each asked for when it is wanted.

    Args:
        sort: key of a field; with a ``-`` before it backwards. The server sorts, where it can.
    """
    layout = people.layout
    wanted = (
        search.sort_key_of_server(layout, sort.lstrip("-"), backwards=sort.startswith("-")) if sort else ""
    )
    for page in _paged(people, search.people_filter(layout, text), size, wanted, job):
        yield Listing(
            people=tuple(person(layout, entry) for entry in page.entries),
            partial=page.partial,
            why=page.why,
            total=page.total,
            ordered=page.ordered,
        )


def _paged(people: People, wanted: str, size: int, sort: str, job: Job | None) -> Iterator[Page]:
    layout = people.layout

    def begin() -> Iterator[Page]:
        return people.connection(job).pages(layout.people, wanted, layout.readable(), size, sort, job=job)

    found = begin()
    try:
        first = next(found)
    except DirectoryLost:
        found = begin()
        first = next(found)
    except DirectoryRefused as error:
        # slapd keeps each sorted list that was not read to its end, and only a few of a connection's.
        if error.code not in BUSY or not sort:
            raise
        people.close()
        found = begin()
        first = next(found)
    yield first
    yield from found


def entry(people: People, who: str, *, job: Job | None = None) -> Entry:
    """The whole entry of one person, passwords included.

    Args:
        who: account, or name of the entry.

    Raises:
        NoSuchEntry: nobody is called that.
        DirectoryError: several are.
    """
    layout = people.layout
    if _is_dn(people, who):
        found = people.reading(lambda directory: directory.read(who, job=job), job)
        if found is not None:
            return found
        entries: tuple[Entry, ...] = ()
    else:
        wanted = search.exactly(layout, account=who)
        entries = people.reading(
            lambda directory: directory.search(layout.people, wanted, ("*",), limit=2, job=job), job
        ).entries
    if not entries:
        raise NoSuchEntry(
            f"There is nobody called “{who}”.",
            code=32,
            where=people.place,
            next_step="Look for them by a part of the name: azdesk people list.",
        )
    if len(entries) > 1:
        raise DirectoryError(
            f"Several entries are called “{who}”: {', '.join(one.dn for one in entries)}.",
            where=people.place,
            next_step="Give the name of the entry instead.",
        )
    return entries[0]


def _is_dn(people: People, who: str) -> bool:
    try:
        return names.is_below(who, people.layout.base)
    except DirectoryError:  # no name of an entry: an account may have an “=” in it
        return False


def get(people: People, who: str, *, secrets: bool = False, job: Job | None = None) -> Person:
    """One person, with all that the entry says.

    Args:
        who: account, or name of the entry.
        secrets: whether the password is wanted, where the directory keeps it in clear; else only whether there is one.
    """
    from dataclasses import replace

    found = person(people.layout, entry(people, who, job=job), secrets=True)
    return found if secrets else replace(found, password=None)


def several(people: People, accounts: Sequence[str], *, job: Job | None = None) -> tuple[Person, ...]:
    """People by their accounts, passwords included where the directory keeps them in clear; who does not exist is left out."""
    layout = people.layout
    found: dict[str, Person] = {}
    wanted_accounts = list(dict.fromkeys(accounts))
    for at in range(0, len(wanted_accounts), 100):
        part = wanted_accounts[at : at + 100]
        entries = people.reading(partial(_of_accounts, layout, part, job), job)
        for one in entries:
            who = person(layout, one, secrets=True)
            found[who.account.lower()] = who
    return tuple(found[name.lower()] for name in wanted_accounts if name.lower() in found)


def _of_accounts(
    layout: Layout, accounts: Sequence[str], job: Job | None, directory: Directory
) -> Sequence[Entry]:
    wanted = search.any_of(layout, "account", accounts)
    return directory.search(layout.people, wanted, ("*",), job=job).entries


def having(people: People, *, job: Job | None = None, **values: str) -> tuple[Person, ...]:
    """Who has one of these values already, such as ``number="6853"``: for refusing duplicates at the field."""
    layout = people.layout
    known = {key: value for key, value in values.items() if value and layout.attribute(key)}
    if not known:
        return ()
    wanted = search.exactly(layout, **known)
    found = people.reading(
        lambda directory: directory.search(layout.people, wanted, layout.readable(), limit=20, job=job), job
    )
    return tuple(person(layout, one) for one in found.entries)


def free_numbers(people: People, host: str, count: int = 1, *, job: Job | None = None) -> tuple[str, ...]:
    """The first numbers of a host's blocks that nobody has; none where it has no blocks, or all are taken."""
    patterns = people.fleet.hosts[host].numbers
    return numbers.free(patterns, _taken(people, patterns, job), count) if patterns else ()


def _taken(people: People, patterns: Sequence[str], job: Job | None) -> set[str]:
    layout = people.layout
    attribute = layout.attribute("number")
    prefixes = {pattern(one).prefix for one in patterns}
    tests = "".join(f"({attribute}={prefix}*)" for prefix in sorted(prefixes))
    wanted = f"(&{layout.filter}(|{tests}))"
    found: set[str] = set()
    for page in people.connection(job, tried=True).pages(layout.people, wanted, (attribute,), job=job):
        for one in page.entries:
            found |= {
                value.decode("utf-8", "replace") for values in one.attributes.values() for value in values
            }
        if page.partial:
            raise LimitReached(
                "The server does not tell all numbers that are taken.",
                where=people.place,
                next_step="Choose a number yourself; it is compared when you save.",
            )
    return found


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What is wrong with the people of a directory."""

    findings: tuple[Finding, ...]
    """The first thousands."""
    count: int = 0
    """How many findings there are in all."""
    people: int = 0
    """How many people were looked at."""
    partial: bool = False
    overlaps: tuple[str, ...] = field(default=())
    """Sentences about blocks of numbers that hosts share."""


def check(people: People, *, job: Job | None = None) -> Checked:
    """Look through all people: who breaks the phones' recipe, who shares a number, whose values make trouble.

    Raises:
        Cancelled: by the job.
    """
    job = job or Job()
    layout, home = people.layout, blocks(people.fleet)
    found: list[Finding] = []
    seen: dict[str, dict[str, str]] = {key: {} for key in checks.UNIQUE}
    count = total = 0
    partial = False

    def note(finding: Finding) -> None:
        nonlocal count
        count += 1
        if len(found) < _MOST_FINDINGS:
            found.append(finding)

    wanted = search.people_filter(layout)
    for page in people.connection(job, tried=True).pages(
        layout.people, wanted, layout.readable(secrets=True), PAGE, job=job
    ):
        job.check()
        for one in page.entries:
            who = person(layout, one, secrets=_shows_passwords(people))
            total += 1
            for finding in (*checks.entry(layout, who), *checks.homes(layout, home, who)):
                note(finding)
            shared: list[str] = []
            for key, others in seen.items():
                value = who.value(key).casefold()
                if not value:
                    continue
                other = others.setdefault(value, who.account or who.dn)
                if other != (who.account or who.dn) and not checks.follows(key, who, shared):
                    shared.append(key)
                    note(
                        Finding(
                            field=key, text=f"{who.value(key)} is {other}'s, too.", who=who.account or who.dn
                        )
                    )
        partial = partial or page.partial
        job.report(Progress(text="Looking through people", done=total))
    return Checked(
        findings=tuple(found), count=count, people=total, partial=partial, overlaps=_overlaps(people)
    )


def _shows_passwords(people: People) -> bool:
    """Whether a missing password means that there is none: on the fleet's own directory root sees all."""
    return people.fleet.directory.managed


def _overlaps(people: People) -> tuple[str, ...]:
    return tuple(
        f"{first} of {one} and {second} of {other} share numbers."
        for one, first, other, second in numbers.overlaps(blocks(people.fleet))
    )

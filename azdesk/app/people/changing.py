"""One person at a time: add, change, set a password, shut out, remove. Each is read again afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from azdesk.app.people import looking
from azdesk.app.people.access import People, blocks
from azdesk.app.people.log import Log
from azdesk.core.errors import (
    AzdeskError,
    DirectoryError,
    DirectoryLost,
    NoSuchEntry,
    SchemaViolation,
)
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.directory import checks, entries, names, passwords
from azdesk.directory.checks import Finding
from azdesk.directory.ldif import Delete, Entry, Modify, Record, Rename
from azdesk.directory.people import BY_KEY, Layout, Person, Values, person
from azdesk.directory.schema import Schema


def findings(
    people: People,
    who: Person,
    password: Secret | None = None,
    *,
    old: Person | None = None,
    job: Job | None = None,
) -> tuple[Finding, ...]:
    """What is wrong with a person as they would be written, duplicates among it: for the fields of a form.

    Args:
        old: as they stand now, if they do.
    """
    layout = people.layout
    found = list(checks.values(layout, who))
    if old is None:
        found += checks.new(layout, who)
    found += checks.homes(layout, blocks(people.fleet), who)
    if password is not None:
        found += checks.password(layout, who, password)
    unique = {
        key: who.value(key)
        for key in checks.UNIQUE
        if who.value(key) and (old is None or old.value(key) != who.value(key))
    }
    dn = old.dn if old is not None else ""
    for other in looking.having(people, job=job, **unique) if unique else ():
        if dn and names.same(other.dn, dn):
            continue
        same = [key for key, value in unique.items() if other.value(key).casefold() == value.casefold()]
        found += [
            Finding(field=key, text=_taken(key, unique[key], other), who=who.account)
            for key in same
            if not checks.follows(key, who, same)
        ]
    return tuple(found)


def _taken(key: str, value: str, other: Person) -> str:
    if key == "account":
        return "There is somebody of that account already."
    return f"{value} is {other.account or other.dn}'s already."


def add(
    people: People,
    who: Person,
    password: Secret | None,
    *,
    ready: Callable[[], None] | None = None,
    job: Job | None = None,
) -> Person:
    """A new person, see `azdesk.directory.entries.completed`.

    Args:
        password: None: nobody can log in until one is set.
        ready: called when all is found to be right, just before it is written; nothing is if it raises.

    Raises:
        DirectoryError: something is wrong with the values, or the directory refuses them; nothing was changed.
    """
    layout = people.layout
    who = entries.completed(layout, who)
    _must_be_fine(findings(people, who, password, job=job), people)
    made = entries.new_entry(layout, who, password)
    schema_knows(people.connection(job, write=True).schema(job=job), made.attributes, people.place)
    if ready is not None:
        ready()
    write(people, (made,), f"Add {who.account}", job=job)
    return looking.get(people, made.dn, job=job)


def change(
    people: People,
    old: Person,
    new: Person,
    password: Secret | None = None,
    *,
    ready: Callable[[], None] | None = None,
    job: Job | None = None,
) -> Person:
    """Other values for a person; who was renamed has another `Person.dn` afterwards.

    Args:
        old: as it was shown when it was changed.
        password: a new one, too; needed where the directory keeps a digest and the number changes.
        ready: as for `add`.

    Raises:
        DirectoryError: somebody else changed the same values meanwhile, or something is wrong with them.
    """
    layout = people.layout
    entry = looking.entry(people, old.dn, job=job)
    now = person(layout, entry)
    for key, item in BY_KEY.items():
        if old.value(key) != new.value(key) and now.value(key) != old.value(key):
            raise DirectoryError(
                f"{item.title} of {old.account} was changed meanwhile: it is “{now.value(key)}” now.",
                where=people.place,
                next_step="Load the person again.",
            )
    # What was not changed here is taken as it is now.
    kept = {key: now.value(key) for key in BY_KEY if old.value(key) == new.value(key)}
    new = replace(new, dn=entry.dn, **kept)  # type: ignore[arg-type]
    if layout.passwords == "digest" and now.number != new.number and password is None and new.number:
        raise DirectoryError(
            "The directory keeps a digest of number and password, so another number needs a new password.",
            where=f"{people.place}: {old.account}",
            next_step="Set one together with the number.",
        )
    _must_be_fine(_news(findings(people, new, password, old=now, job=job), layout, now, new), people)
    records = _with_password(layout, entry, entries.changes(layout, entry, new), password, new.number)
    if not records:
        return looking.get(people, entry.dn, job=job)
    if ready is not None:
        ready()
    write(people, records, f"Change {old.account}", job=job)
    return looking.get(people, _renamed(records, entry.dn), job=job)


def set_password(
    people: People,
    who: Person,
    password: Secret,
    *,
    ready: Callable[[], None] | None = None,
    job: Job | None = None,
) -> Person:
    """Another password, for chat and phones in one change. Who is shut out stays so.

    Args:
        ready: as for `add`.

    Raises:
        DirectoryError: it cannot be used, or the directory refuses it.
    """
    layout = people.layout
    _must_be_fine(checks.password(layout, who, password), people)
    entry = looking.entry(people, who.dn, job=job)
    if ready is not None:
        ready()
    write(
        people,
        (passwords.with_password(layout, entry, password),),
        f"Set the password of {who.account}",
        job=job,
    )
    return looking.get(people, who.dn, job=job)


def set_enabled(people: People, who: Person, enabled: bool, *, job: Job | None = None) -> Person:
    """Let a person in again, or shut them out of chat and phones; the password is kept either way.

    Raises:
        DirectoryError: the directory does not let its manager see passwords, so they could not be kept.
    """
    layout = people.layout
    entry = looking.entry(people, who.dn, job=job)
    made = passwords.enabled(layout, entry) if enabled else passwords.disabled(layout, entry)
    if made is not None:
        if not enabled and not layout.active_directory and not people.fleet.directory.managed:
            _must_see_password(entry, people)
        write(people, (made,), f"{'Enable' if enabled else 'Disable'} {who.account}", job=job)
    return looking.get(people, who.dn, job=job)


def remove(people: People, who: Person, *, job: Job | None = None) -> None:
    """A person goes, with the entry. The log keeps all of it but the passwords."""
    entry = looking.entry(people, who.dn, job=job)
    write(people, (Delete(dn=entry.dn),), f"Remove {who.account}", before=entry, job=job)


# -- writing --------------------------------------------------------------------------------------------------


def write(
    people: People,
    records: Sequence[Record],
    title: str,
    *,
    before: Entry | None = None,
    job: Job | None = None,
) -> None:
    """Write records one after the other, all of them or none, and log each.

    Raises:
        DirectoryRefused: the directory does not take one; what was written before it was taken back.
        DirectoryLost: the connection ended and it could not be found out whether the record was written.
    """
    directory = people.connection(job, write=True)
    done: list[Record] = []
    with Log(people.place, people.session.who, title) as log:
        for record in records:
            try:
                _one(people, record, before, job)
            except AzdeskError as error:
                log.note(record, error, before)
                _take_back(people, done, log, error)
                log.flush()
                raise
            done.append(record)
            log.note(record, None, before)
        log.flush()
    del directory


def _one(people: People, record: Record, before: Entry | None, job: Job | None) -> None:
    try:
        _sent(people, record, job)
    except DirectoryLost:
        # Whether the server still did it can be seen: once more would be refused if it did.
        if _is_done(people, record, before, job):
            return
        raise


def _sent(people: People, record: Record, job: Job | None) -> None:
    failure: AzdeskError | None = None

    def told(_: Record, error: DirectoryError | None) -> None:
        nonlocal failure
        failure = error

    people.connection(job, write=True, tried=True).apply((record,), told, job=job)
    if failure is not None:
        raise failure


def _is_done(people: People, record: Record, before: Entry | None, job: Job | None) -> bool:
    directory = people.connection(job, write=True)
    now = directory.read(record.dn, job=job)
    if isinstance(record, Entry):
        return now is not None and _has(now, record.attributes.items())
    if isinstance(record, Delete):
        return now is None and before is not None
    if isinstance(record, Rename):
        return now is None and directory.read(_renamed((record,), record.dn), job=job) is not None
    if now is None:
        return False
    have = Values(now.attributes)
    for one in record.changes:
        there = set(have.all(one.attribute))
        if one.operation == "replace" and there != set(one.values):
            return False
        if one.operation == "add" and not set(one.values) <= there:
            return False
        if one.operation == "delete" and set(one.values) & there and not _comes_back(record, one.attribute):
            return False
    return True


def _comes_back(record: Modify, attribute: str) -> bool:
    return any(one.operation == "add" and one.attribute == attribute for one in record.changes)


def _has(entry: Entry, wanted: Iterable[tuple[str, Sequence[bytes]]]) -> bool:
    have = Values(entry.attributes)
    return all(set(values) <= set(have.all(name)) for name, values in wanted)


def _take_back(people: People, done: Sequence[Record], log: Log, error: AzdeskError) -> None:
    """Put back what was written before the record that failed, or say what is left."""
    for record in reversed(done):
        back = entries.inverse(record)
        try:
            if back is None:
                raise DirectoryError("It cannot be taken back.")
            _sent(people, back, None)
        except AzdeskError as failure:
            if back is not None:
                log.note(back, failure)
            error.next_step = (
                f"{error.next_step} What was written before it could not be taken back ({failure.what}): "
                f"look at {record.dn}."
            ).strip()
            return
        log.note(back)


# -- looking before writing -----------------------------------------------------------------------------------


def schema_knows(schema: Schema, wanted: Iterable[str], place: str, classes: Iterable[bytes] = ()) -> None:
    """Whether the server knows all that is to be written.

    Raises:
        SchemaViolation: it does not; names what is missing.
    """
    missing = [name for name in wanted if schema.attribute(name) is None and name.lower() != "unicodepwd"]
    missing += [one.decode() for one in classes if schema.object_class(one.decode()) is None]
    if missing:
        raise SchemaViolation(
            f"The server does not know {', '.join(missing[:6])}{' and others' if len(missing) > 6 else ''}.",
            code=17,
            attribute=missing[0],
            where=place,
            next_step="Add the schema to the server: Directory shows which, and the change that would mend it.",
        )


def _must_be_fine(found: Iterable[Finding], people: People) -> None:
    serious = [one for one in found if one.serious]
    if serious:
        raise DirectoryError(
            " ".join(f"{one.title}: {one.text}" if one.title else one.text for one in serious),
            where=f"{people.place}: {serious[0].who}",
            next_step="Correct it; nothing was changed.",
        )


def _news(found: Iterable[Finding], layout: Layout, old: Person, new: Person) -> list[Finding]:
    """Findings that the change brings: what was wrong before does not keep anybody from mending something else."""
    before = {(one.field, one.text) for one in checks.values(layout, old)}
    changed = {key for key in BY_KEY if old.value(key) != new.value(key)} | {"password"}
    return [one for one in found if (one.field, one.text) not in before or one.field in changed]


def _with_password(
    layout: Layout, entry: Entry, records: tuple[Record, ...], password: Secret | None, number: str
) -> tuple[Record, ...]:
    """The password goes into the same modification."""
    if password is None:
        return records
    made = passwords.with_password(layout, entry, password, number)
    if records and isinstance(records[0], Modify):
        first = replace(records[0], changes=(*records[0].changes, *made.changes))
        return (first, *records[1:])
    return (made, *records)


def _renamed(records: Sequence[Record], dn: str) -> str:
    for record in records:
        if isinstance(record, Rename):
            above = names.written(names.parsed(dn)[1:])
            return f"{record.rdn},{above}" if above else record.rdn
    return dn


def _must_see_password(entry: Entry, people: People) -> None:
    if "userPassword" not in Values(entry.attributes):
        raise NoSuchEntry(
            "The manager may not see the password there, or there is none; so it could not be kept.",
            code=32,
            where=f"{people.place}: {entry.dn}",
            next_step="Let the manager read userPassword, or disable the person by the directory's own means.",
        )

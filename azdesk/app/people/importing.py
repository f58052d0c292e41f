"""Many people at a time: a sheet is compared with the directory, the plan is carried out in batches, gone on with, taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from azdesk.app.people import hosts, revealing
from azdesk.app.people.access import People, blocks, home_address
from azdesk.app.people.changing import schema_knows
from azdesk.app.people.imports import Import, Journal, now, one_import
from azdesk.app.people.log import Log
from azdesk.app.session import new_transaction
from azdesk.core import file_replace
from azdesk.core.errors import AzdeskError, DirectoryError, DirectoryLost, LimitReached
from azdesk.core.progress import Job, Progress
from azdesk.directory import entries
from azdesk.directory.bulk import plans
from azdesk.directory.bulk.plans import Action, Item, Options, Plan
from azdesk.directory.bulk.sheets import Reading
from azdesk.directory.people import BY_KEY

if TYPE_CHECKING:
    from azdesk.directory.ldif import Entry, Record

BATCH = 500
"""Records between two moments in which everything is on the disk."""
_HOPELESS = 50
"""Records refused one after the other, none taken: the rest would be, too."""

Keep = Callable[[Sequence[Item]], None]
"""Told of items with their passwords before they are written."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """The file that a plan was made from."""

    path: Path
    sha256: str
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A plan and what it was made from."""

    plan: Plan
    source: Source
    options: Options
    server: str
    """Which directory it was compared with, see `azdesk.app.people.access.People.server`."""
    ident: str = ""
    """Of the import that is gone on with; empty: a new one."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of carrying out a plan."""

    ident: str
    done: tuple[Item, ...] = ()
    refused: tuple[tuple[Item, DirectoryError], ...] = ()
    unknown: tuple[Item, ...] = ()
    """Sent, but the connection ended before the answer: going on finds out."""
    left: tuple[Item, ...] = ()
    """Not sent."""
    stopped: AzdeskError | None = None
    """Why not all was sent: the directory was lost, or the admin stopped it."""
    untold: tuple[str, ...] = ()
    """Sentences about hosts that go on for a while with what they remember."""

    @property
    def good(self) -> bool:
        return not (self.refused or self.unknown or self.left or self.stopped)


# -- planning -------------------------------------------------------------------------------------------------


def plan(
    people: People,
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    generate: bool = False,
    update: bool = True,
    reading: Reading | None = None,
    job: Job | None = None,
) -> Planned:
    """Read a sheet, look at all of it, and compare it with the directory. Nothing is changed.

    Args:
        columns: heading → value, where AZDesk would not know; see `azdesk.directory.bulk.headings`.
        generate: whether those without a password get one.
        update: whether people who are there already are changed.

    Raises:
        DirectoryError: the sheet cannot be read; the directory does not tell all who are there, or lacks classes.
        Cancelled: by the job.
    """
    from azdesk.directory.bulk import sheets

    job = job or Job()
    reading = reading or Reading()
    server = people.server
    job.report(Progress(text=f"Reading {path.name}"))
    sheet = sheets.read(path, reading)
    source = Source(path=path.resolve(), sha256=_digest(path), reading=reading)
    options = Options(
        columns=dict(columns or {}),
        generate=generate,
        update=update,
        hosts={name: home_address(people.fleet, name) for name in people.fleet.hosts},
        blocks=blocks(people.fleet),
    )
    made = _compared(people, sheet, options, job)
    return Planned(plan=made, source=source, options=options, server=server)


def _compared(people: People, sheet: object, options: Options, job: Job) -> Plan:
    from azdesk.directory.bulk.planning import plan as compare
    from azdesk.directory.bulk.sheets import Sheet

    assert isinstance(sheet, Sheet)
    made = compare(
        sheet, people.layout, options, _everybody(people, job), sees_passwords=people.fleet.directory.managed
    )
    _known_there(people, made, job)
    return made


def _everybody(people: People, job: Job) -> Iterator[Entry]:
    layout = people.layout
    found = people.connection(job, tried=True).each(
        layout.people, layout.filter, layout.readable(secrets=True), job=job
    )
    try:
        for count, entry in enumerate(found, 1):
            if count % 1000 == 0:
                job.report(Progress(text="Reading who is there", done=count))
            yield entry
    except LimitReached as error:
        raise LimitReached(
            "The directory does not tell all who are there, so nobody could know what is taken.",
            code=error.code,
            where=people.place,
            next_step="Have the server's size limit raised for the login that changes it.",
        ) from error


def _known_there(people: People, made: Plan, job: Job) -> None:
    """Whether the server knows all attributes and classes that would be written."""
    kinds: dict[frozenset[str], Item] = {}
    for item in made.work:
        kinds.setdefault(frozenset(key for key in BY_KEY if item.after.value(key)), item)
    if not kinds:
        return
    schema = people.connection(job).schema(job=job)
    for item in kinds.values():
        entry = entries.new_entry(made.layout, item.after, None)
        schema_knows(schema, entry.attributes, people.place, entry.attributes.get("objectClass", ()))


# -- carrying out ---------------------------------------------------------------------------------------------


def apply(
    people: People, planned: Planned, *, keep: Keep | None = None, batch: int = BATCH, job: Job | None = None
) -> Result:
    """Carry out a plan, several records under way at a time. What could not be done is in the result, not raised.

    Args:
        keep: told of each batch's items before they are written: for keeping passwords that AZDesk made up.

    Raises:
        DirectoryError: nothing was begun: passwords would be lost, or nothing can be noted down.
    """
    job = job or Job()
    if keep is None and plans.must_not_be_lost(planned.plan.layout, planned.plan):
        raise DirectoryError(
            "The directory keeps hashes, so the passwords that AZDesk makes up would be known to nobody.",
            where=people.place,
            next_step="Say where to write them down: --passwords FILE.",
        )
    work = _begun(people, planned)
    run = _Run(people=people, planned=planned, work=work, keep=keep, job=job)
    with (
        Journal(work) as journal,
        Log(people.place, people.session.who, f"Import {planned.plan.sheet}") as log,
    ):
        try:
            run.all(journal, log, batch)
        except AzdeskError as error:
            run.stopped = error
        finally:
            result = run.result()
            work.save(state="done" if result.good else "stopped", ended=now())
    return replace(result, untold=_tell_hosts(people, result.done))


def _tell_hosts(people: People, done: Sequence[Item]) -> tuple[str, ...]:
    changed = [(item.before, item) for item in done if item.before is not None]
    out = [
        before
        for before, item in changed
        if (before.enabled and not item.after.enabled)
        or hosts.must_sign_out(before, item.after, item.password)
    ]
    # What is written is written, even if the rest was cancelled: a job of its own.
    return hosts.forget_everybody(people, out) if changed else ()


def resume(people: People, ident: str = "", *, job: Job | None = None) -> Planned:
    """The plan of what is left of an import: the same sheet, compared with the directory as it is now.

    Args:
        ident: which one; empty: the newest that was not finished.

    Raises:
        DirectoryError: there is none, or the sheet is another one by now.
    """
    people.must_be_named()
    work = one_import(people.place, people.server, ident, () if ident else ("stopped", "running"))
    path = Path(work.path)
    if not path.is_file() or _digest(path) != work.sha256:
        raise DirectoryError(
            "The sheet is not there any more, or is another one than was imported.",
            where=work.path,
            next_step="Put it back; or import the new one: what is written already is left alone.",
        )
    found = plan(
        people,
        path,
        columns=work.columns,
        generate=work.generate,
        update=work.update,
        reading=Reading(**work.reading),
        job=job,
    )
    return replace(found, ident=work.ident)


def _begun(people: People, planned: Planned) -> Import:
    if planned.ident:
        return one_import(people.place, planned.server, planned.ident).save(state="running", ended=0.0)
    return Import(
        ident=new_transaction(),
        base=people.place,
        server=planned.server,
        who=people.session.who,
        path=str(planned.source.path),
        sha256=planned.source.sha256,
        started=now(),
        total=len(planned.plan.work),
        reading={key: value for key, value in asdict(planned.source.reading).items() if value},
        columns=dict(planned.options.columns),
        generate=planned.options.generate,
        update=planned.options.update,
    ).save()


@dataclass(kw_only=True)
class _Run:
    people: People
    planned: Planned
    work: Import
    keep: Keep | None
    job: Job
    done: list[Item] = field(default_factory=list)
    refused: list[tuple[Item, DirectoryError]] = field(default_factory=list)
    unknown: list[Item] = field(default_factory=list)
    stopped: AzdeskError | None = None
    sent: int = 0

    def all(self, journal: Journal, log: Log, batch: int) -> None:
        wanted = self.planned.plan.work
        for at in range(0, len(wanted), batch):
            self.job.check()
            self._batch(wanted[at : at + batch], journal, log)
            if not self.done and len(self.refused) >= _HOPELESS:
                raise DirectoryError(
                    f"The directory refused the first {len(self.refused)} people, so the rest was not tried.",
                    where=self.people.place,
                    next_step=f"The first reason: {self.refused[0][1].what}",
                )

    def _batch(self, items: Sequence[Item], journal: Journal, log: Log) -> None:
        layout = self.planned.plan.layout
        self.people.must_still_be(layout.base, self.work.server)
        directory = self.people.connection(self.job, write=True, tried=True)
        if self.keep is not None:
            self.keep([item for item in items if item.password is not None])
        records: dict[int, tuple[Item, Record, int]] = {}
        for item in items:
            record = plans.record(layout, item)
            if record is None:
                continue
            switched = item.before is not None and item.before.enabled != item.after.enabled
            number = journal.will(
                record,
                plans.undo(layout, item, record),
                row=item.row,
                account=item.account,
                action=item.action.value,
                password=item.password is not None,
                enabled=item.after.enabled if switched else None,
            )
            records[id(record)] = (item, record, number)
        journal.flush()
        self.sent += len(records)

        def told(record: Record, error: DirectoryError | None) -> None:
            item, _, number = records.pop(id(record))
            log.note(record, error)
            if error is None:
                self.done.append(item)
                journal.did(number, "done")
            elif isinstance(error, DirectoryLost):
                self.unknown.append(item)
                journal.did(number, "unknown")
            else:
                self.refused.append((item, error))
                journal.did(number, "refused")
            self._report()

        try:
            directory.apply(
                [record for _, record, _ in records.values()], told, job=self.job, stop_at_first=False
            )
        except AzdeskError:
            for (
                _,
                _,
                number,
            ) in records.values():  # never sent; after a crash nobody knows, which is what is noted then
                journal.did(number, "refused")
            raise
        finally:
            journal.flush()
            log.flush()

    def _report(self) -> None:
        count = len(self.done) + len(self.refused)
        if count % 50 == 0 or count == len(self.planned.plan.work):
            self.job.report(Progress(text="Writing people", done=count, total=len(self.planned.plan.work)))

    def result(self) -> Result:
        settled = {item.row for item in (*self.done, *self.unknown, *(item for item, _ in self.refused))}
        return Result(
            ident=self.work.ident,
            done=tuple(self.done),
            refused=tuple(self.refused),
            unknown=tuple(self.unknown),
            left=tuple(item for item in self.planned.plan.work if item.row not in settled),
            stopped=self.stopped,
        )


# -- LDIF of a plan -------------------------------------------------------------------------------------------


def as_ldif(planned: Planned, *, secrets: bool = False) -> Iterator[bytes]:
    """A plan as LDIF, as ldapmodify takes it.

    Args:
        secrets: with passwords; else a comment stands in their place, and the file is for reading.
    """
    from azdesk.app.people.log import masked
    from azdesk.directory import ldif

    yield b"version: 1\n"
    for item in planned.plan.of(Action.ADD, Action.CHANGE):
        record = plans.record(planned.plan.layout, item)
        if record is None:
            continue
        hidden: tuple[str, ...] = ()
        shown: Record | None = record
        if not secrets:
            shown, hidden = masked(record)
        yield f"\n# row {item.row}\n".encode()
        for name in hidden:
            yield f"# {name}: a password, left out\n".encode()
        yield ldif.lines(shown, changes=True) if shown is not None else f"# dn: {record.dn}\n".encode()


def save_ldif(people: People, planned: Planned, path: Path, *, secrets: bool = False) -> None:
    """Write a plan as LDIF into a file that only its user can read; with passwords it is noted before whose.

    Raises:
        DirectoryError: it cannot be written.
        EnrolmentError: it cannot be noted; nothing was written.
    """
    if secrets:
        noted = [item.account for item in planned.plan.work if item.password is not None]
        if noted:
            revealing.note_saved(people, noted, path)
    try:
        file_replace.replace(path, b"".join(as_ldif(planned, secrets=secrets)))
    except OSError as error:
        raise DirectoryError(
            f"The file cannot be written: {error.strerror or error}.",
            where=str(path),
            next_step="Choose another place.",
        ) from error


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DirectoryError(
            f"The file cannot be read: {error.strerror or error}.",
            where=str(path),
            next_step="Check its place.",
        ) from error

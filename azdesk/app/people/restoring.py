"""A backup of the fleet's directory put back: compared with the directory as it is, shown, and written over LDAP.

slapd goes on meanwhile. What came after the backup stays; so do the accounts that AZDesk sets up by itself, whose passwords hosts have.
"""

from __future__ import annotations

import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from azdesk.app.people import hosts
from azdesk.app.people.access import People
from azdesk.app.people.log import Log
from azdesk.core.errors import AzdeskError, DirectoryError, DirectoryLost
from azdesk.core.progress import Job, Progress
from azdesk.directory import ldif, names
from azdesk.directory.ldif import Modify, Record
from azdesk.directory.people import Values, person
from azdesk.directory.restoring import Difference, Rules, There, difference
from azdesk.features.directory.wishes import defaults_dn, replicator_dn
from azdesk.fleet.accounts import CHECK_PREFIX

if TYPE_CHECKING:
    from azdesk.app.backups import Backup

BATCH: Final = 500
"""Records between two moments in which everything is on the disk."""
_IN_MEMORY: Final = 64 << 20
_MEMBER: Final = "directory.ldif"


@dataclass(frozen=True, kw_only=True)
class Restoring:
    """What putting a backup back would do."""

    host: str
    name: str
    base: str
    server: str
    """Which directory it was compared with, see `azdesk.app.people.access.People.server`."""
    difference: Difference


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came of it. It can be begun again: what is there already is left alone."""

    done: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    """Names of entries, and why the server did not take them back."""
    stopped: AzdeskError | None = None
    """Why not all was sent."""
    untold: tuple[str, ...] = ()
    """Sentences about hosts that go on for a while with what they remember."""

    @property
    def good(self) -> bool:
        return not (self.refused or self.stopped)


def plan(people: People, backup: Backup, *, only_missing: bool = False, job: Job | None = None) -> Restoring:
    """Compare a backup with the directory. Nothing is changed.

    Args:
        only_missing: entries that are there stay as they are.

    Raises:
        DirectoryError: it is no backup of this directory, or the directory does not tell everything.
        LinkError: a host is not reached.
        Cancelled: by the job.
    """
    job = job or Job()
    people.must_be_named()
    if not people.fleet.directory.managed:
        raise DirectoryError(
            "The document names somebody else's directory, which AZDesk puts no backup into.",
            where=backup.name,
            next_step="Open a document whose directory is the fleet's own.",
        )
    directory = people.connection(job, write=True, tried=True)
    base = people.place
    above = directory.read(people.layout.people, ("seeAlso",), job=job)
    rules = Rules(
        layout=people.layout,
        schema=directory.schema(job=job),
        ours=_ours(people),
        prefix=CHECK_PREFIX,
        shown=frozenset(value.lower() for value in Values(above.attributes if above else {}).all("seeAlso")),
    )
    job.report(Progress(text="Looking at everybody in the directory"))
    there = There(rules, directory.each(base, attributes=("*",), job=job))
    found = difference(
        rules,
        _entries(people, backup, job),
        there,
        lambda dn: directory.read(dn, ("*",), job=job),
        only_missing=only_missing,
    )
    return Restoring(host=backup.host, name=backup.name, base=base, server=people.server, difference=found)


def _ours(people: People) -> frozenset[str]:
    fleet = people.fleet
    described = fleet.directory
    dns = (described.base, described.people_dn, described.sip_dn, described.reader_dn)
    return frozenset(names.comparable(dn) for dn in (*dns, replicator_dn(fleet), defaults_dn(fleet)))


def _entries(people: People, backup: Backup, job: Job) -> Iterator[Record]:
    """What is in a backup; a large one is on the disk meanwhile, in a file without a name."""
    where = f"{backup.host}: {backup.name}"
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as archive:
        file = cast("BinaryIO", archive)
        people.session.pool.link(backup.host, job).fetch_backup(backup.name, file, job)
        archive.seek(0)
        try:
            with tarfile.open(fileobj=file, mode="r:gz") as tar:
                lines = tar.extractfile(_MEMBER)
                if lines is None:
                    raise KeyError(f"{_MEMBER} is no file in it")
                yield from ldif.read(lines, where=where)
        except (tarfile.TarError, KeyError, EOFError, OSError, zlib.error) as error:
            raise DirectoryError(
                f"The backup cannot be read: {error}.", where=where, next_step="Take another one."
            ) from error


def carry_out(people: People, restoring: Restoring, job: Job | None = None) -> Restored:
    """Write what a plan says, entries above first; hosts forget what they remember of people, and who has another password is signed out.

    Raises:
        DirectoryError: the document names another directory by now, or nothing can be noted down.
    """
    job = job or Job()
    people.must_still_be(restoring.base, restoring.server)
    found = restoring.difference
    run = _Run(people=people, total=len(found.adds) + len(found.changes), job=job)
    with Log(people.place, people.session.who, f"Restore {restoring.name} of {restoring.host}") as log:
        try:
            # First those who are there: they may have what somebody gets back.
            run.all([one.back for one in found.changes], log)
            run.all(found.adds, log)
        except AzdeskError as error:
            run.stopped = error
    changed = [person(people.layout, one.now) for one in found.changes if one.back.dn in run.changed]
    return Restored(
        done=run.done,
        refused=tuple(run.refused),
        stopped=run.stopped,
        untold=hosts.forget_everybody(people, changed) if run.done else (),
    )


class _Run:
    def __init__(self, *, people: People, total: int, job: Job) -> None:
        self.people, self.total, self.job = people, total, job
        self.done = 0
        self.changed: set[str] = set()
        """Names of entries that were there and are others now."""
        self.refused: list[tuple[str, str]] = []
        self.stopped: AzdeskError | None = None

    def all(self, records: Sequence[Record], log: Log) -> None:
        def told(record: Record, error: DirectoryError | None) -> None:
            log.note(record, error)
            if error is None:
                self.done += 1
                if isinstance(record, Modify):
                    self.changed.add(record.dn)
            elif not isinstance(error, DirectoryLost):
                self.refused.append((record.dn, error.what))

        for at in range(0, len(records), BATCH):
            self.job.check()
            try:
                self.people.connection(self.job, write=True).apply(
                    records[at : at + BATCH], told, job=self.job, stop_at_first=False
                )
            finally:
                log.flush()
            self.job.report(Progress(text="Writing entries back", done=self.done, total=self.total))

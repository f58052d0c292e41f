"""Taking an import back: who came goes, what was changed is as it was. Passwords stay as they were set: nobody kept the old ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from azdesk.app.people import hosts
from azdesk.app.people.access import People
from azdesk.app.people.imports import Import, Journal, Written, now, one_import, written
from azdesk.app.people.log import Log
from azdesk.core.errors import AzdeskError, DirectoryError, DirectoryLost, NoSuchEntry
from azdesk.core.progress import Job, Progress
from azdesk.directory import ldif, names, passwords, search
from azdesk.directory.ldif import Delete, Entry, Record
from azdesk.directory.people import FIELDS, Layout, Values, is_secret

BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What came of it."""

    ident: str
    done: int = 0
    kept: tuple[tuple[str, str], ...] = ()
    """Account and why that was not taken back, one sentence."""
    passwords: int = 0
    """How many people keep the password that the import set."""
    stopped: AzdeskError | None = None
    untold: tuple[str, ...] = ()
    """Sentences about hosts that go on for a while with what they remember."""


def undo(people: People, ident: str = "", *, force: bool = False, job: Job | None = None) -> Undone:
    """Take back what an import has written, the last first. It can be stopped and gone on with.

    Args:
        ident: which import; empty: the newest one.
        force: whether people whom it added go even if they were changed since.

    Raises:
        DirectoryError: there is no such import, or nothing can be noted down.
    """
    job = job or Job()
    people.must_be_named()
    work = one_import(people.place, people.server, ident, () if ident else ("done", "stopped", "running"))
    run = _Undo(people=people, work=work, force=force, job=job)
    with Journal(work) as journal, Log(people.place, people.session.who, f"Undo import {work.ident}") as log:
        try:
            run.all(journal, log)
        except AzdeskError as error:
            run.stopped = error
    if run.stopped is None:
        work.save(state="undone", ended=now())
    return Undone(
        ident=work.ident,
        done=run.done,
        kept=tuple(run.kept),
        passwords=run.passwords,
        stopped=run.stopped,
        untold=hosts.forget_everybody(people) if run.done else (),
    )


class _Undo:
    def __init__(self, *, people: People, work: Import, force: bool, job: Job) -> None:
        self.people, self.work, self.force, self.job = people, work, force, job
        self.done = self.passwords = 0
        self.kept: list[tuple[str, str]] = []
        self.renamed: dict[int, str] = {}
        """Of those who were added and are not there: who has their number by now, by the number of the record."""
        self.stopped: AzdeskError | None = None

    def all(self, journal: Journal, log: Log) -> None:
        todo = [one for one in reversed(written(self.work)) if one.result in ("done", "unknown")]
        for at in range(0, len(todo), BATCH):
            self.job.check()
            self._batch(todo[at : at + BATCH], journal, log)
            self.job.report(Progress(text="Taking it back", done=min(at + BATCH, len(todo)), total=len(todo)))

    def _batch(self, part: Sequence[Written], journal: Journal, log: Log) -> None:
        self.people.must_still_be(self.work.base, self.work.server)
        now_there = self._there(part)
        self._renamed([one for one in part if names.comparable(one.dn) not in now_there])
        sent: dict[int, Written] = {}
        records: list[Record] = []
        for one in part:
            found = now_there.get(names.comparable(one.dn))
            for record in self._records(one, found):
                sent[id(record)] = one
                records.append(record)
        failed: set[int] = set()

        def told(record: Record, error: DirectoryError | None) -> None:
            log.note(record, error, now_there.get(names.comparable(record.dn)))
            one = sent.pop(id(record))
            if error is not None and not isinstance(error, NoSuchEntry):
                failed.add(one.number)
                if not isinstance(error, DirectoryLost):
                    self.kept.append((one.account, f"It was changed since: {error.what}"))

        try:
            self.people.connection(self.job, write=True).apply(
                records, told, job=self.job, stop_at_first=False
            )
        finally:
            left = (
                {one.number for one in sent.values()}
                | failed
                | {one.number for one in part if one.account in dict(self.kept)}
            )
            for one in part:
                if one.number not in left:
                    self.done += 1
                    journal.did(one.number, "undone")
            journal.flush()
            log.flush()

    def _records(self, one: Written, found: Entry | None) -> list[Record]:
        layout = self.people.layout
        if one.action == "add":
            if found is None:
                if other := self.renamed.get(one.number):
                    self.kept.append(
                        (one.account, f"{other} has its number by now: remove that one by itself.")
                    )
                return []
            if not self.force and (why := _other(layout, one, found)):
                self.kept.append((one.account, why))
                return []
            return [Delete(dn=found.dn)]
        if found is None:
            self.kept.append((one.account, "It is gone, or has another account by now."))
            return []
        self.passwords += one.password
        made: list[Record] = []
        if one.back:
            made += ldif.read(one.back.encode().splitlines(keepends=True))
        if one.enabled is not None:
            switch = passwords.disabled if one.enabled else passwords.enabled
            switched = switch(layout, found)
            made += [switched] if switched is not None else []
        return made

    def _there(self, part: Sequence[Written]) -> dict[str, Entry]:
        """The entries as they are now, by their comparable names."""
        layout: Layout = self.people.layout
        wanted = search.any_of(layout, "account", [one.account for one in part])
        found = self.people.connection(self.job, write=True, tried=True).search(
            layout.people, wanted, ("*",), job=self.job
        )
        return {names.comparable(entry.dn): entry for entry in found.entries}

    def _renamed(self, gone: Sequence[Written]) -> None:
        layout = self.people.layout
        attribute = layout.attribute("number")
        wanted = {
            one.number: number
            for one in gone
            if one.action == "add" and (number := Values(_made(one).attributes).text(attribute))
        }
        if not wanted:
            return
        found = self.people.connection(self.job, write=True, tried=True).search(
            layout.people,
            search.any_of(layout, "number", wanted.values()),
            (layout.attribute("account"), attribute),
            job=self.job,
        )
        have = [Values(entry.attributes) for entry in found.entries]
        owners = {one.text(attribute): one.text(layout.attribute("account")) for one in have}
        self.renamed |= {at: owners[number] for at, number in wanted.items() if number in owners}


def _made(one: Written) -> Entry:
    (made,) = ldif.read(one.made.encode().splitlines(keepends=True))
    assert isinstance(made, Entry)
    return made


def _other(layout: Layout, one: Written, found: Entry) -> str:
    """Why an entry is not the one that was added any more; empty: it is."""
    made = _made(one)
    had = {name.lower(): {value.lower() for value in values} for name, values in made.attributes.items()}
    has = {name.lower(): {value.lower() for value in values} for name, values in found.attributes.items()}
    # Overlays may put in what nobody wrote (collective seeAlso, memberOf).
    spelled = {name.lower(): name for name in (*found.attributes, *made.attributes)}
    looked_at = set(had) | {name for name in set(has) - _BY_SERVERS if not is_secret(name)}
    changed = {name for name in looked_at if had.get(name) != has.get(name)}
    if not changed:
        return ""
    fields = [field.title for field in FIELDS if layout.attribute(field.key).lower() in changed]
    others = sorted(spelled[name] for name in changed - layout.known)
    return f"It was changed since ({', '.join((*fields, *others))})."


_BY_SERVERS = frozenset(
    {
        "seealso", "memberof", "cn", "distinguishedname", "instancetype", "whencreated", "whenchanged", "usncreated", "usnchanged",
        "name", "objectguid", "objectsid", "objectcategory", "samaccounttype", "primarygroupid", "pwdlastset", "badpwdcount",
        "codepage", "countrycode", "badpasswordtime", "lastlogoff", "lastlogon", "logoncount", "accountexpires", "useraccountcontrol",
        "lastlogontimestamp", "objectclass", "dscorepropagationdata",
    }
)  # fmt: skip
"""What servers write into entries by themselves, or in another order; in lower case."""

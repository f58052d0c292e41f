"""The one door to a directory: a connection that is logged in, and all that can be asked of it.

Requests are made by ldap3; what comes back is read here, see docs/decisions. Entries are what came over the wire, values as bytes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self, TypedDict

from azdesk.core.errors import (
    AzdeskError,
    BindRefused,
    DirectoryError,
    DirectoryRefused,
    DirectoryUnreachable,
)
from azdesk.core.progress import Job
from azdesk.directory import ber, controls, messages, refusals, requests
from azdesk.directory.batch import WINDOW, Batch, OnResult, refusal_of
from azdesk.directory.endpoint import Anonymous, Bind, Endpoint, External, Simple
from azdesk.directory.ldif import Change, Delete, Entry, Modify, Record, Rename
from azdesk.directory.messages import Answer, Control, Scope
from azdesk.directory.results import Page, RootDse, SearchResult, View, root_dse_of
from azdesk.directory.schema import Schema
from azdesk.directory.wire import Wire

ALL: Final = ("*",)
ANY: Final = "(objectClass=*)"
PAGE: Final = 1000


class _Cut(TypedDict):
    partial: bool
    why: str


class Directory:
    """A connection that is logged in; made by `open`. Threads may share it and wait for each other.

    Every method that asks the server raises `DirectoryRefused` (or one of its kinds) when the server says no,
    `DirectoryLost` when the connection ends, and `Cancelled` when its job is cancelled, which leaves the connection usable.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._lock = threading.RLock()
        self._root: RootDse | None = None
        self._schema: Schema | None = None
        self._lists = 0

    @classmethod
    def open(cls, endpoint: Endpoint, bind: Bind, job: Job | None = None) -> Directory:
        """Reach a server and log in.

        Raises:
            DirectoryUnreachable: nobody answers, or not the right one.
            BindRefused: name or password is wrong.
            LinkError: a host on the way cannot be reached.
            Cancelled: by the job.
        """
        job = job or Job()
        if isinstance(bind, Simple) and (not bind.password or not bind.dn.strip()):
            # Servers take this for an anonymous login and say yes.
            raise BindRefused(
                "A login needs a name and a password.", code=49, where=endpoint.place, next_step="Enter both."
            )
        wire = Wire(endpoint, job)
        made = cls(wire)
        forget = job.on_cancel(wire.close)
        try:
            made._bind(bind, job)
        except BaseException as error:
            wire.close()
            if isinstance(error, DirectoryUnreachable):
                job.check()
            raise
        finally:
            forget()
        return made

    def _bind(self, bind: Bind, job: Job) -> None:
        if isinstance(bind, Anonymous):
            return
        if isinstance(bind, Simple):
            request, who = requests.simple_bind(bind.dn, bind.password.reveal().encode()), bind.dn
        else:
            assert isinstance(bind, External)
            request, who = requests.external_bind(), ""
        answer = self._wire.answer(self._wire.send(request), job, self.endpoint.connect_timeout)
        if answer.code:
            raise refusals.refusal(answer, where=self.where, doing="bind", who=who)

    @property
    def endpoint(self) -> Endpoint:
        return self._wire.endpoint

    @property
    def where(self) -> str:
        """The server, for texts."""
        return self.endpoint.place

    @property
    def alive(self) -> bool:
        """Whether another request can be tried."""
        return self._wire.alive

    def close(self) -> None:
        """End the connection; whoever waits for an answer gets `DirectoryLost`."""
        if self._lock.acquire(timeout=0.2):
            try:
                self._wire.close(politely=True)
            finally:
                self._lock.release()
        else:
            self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- looking -------------------------------------------------------------------------------------------

    def search(
        self,
        base: str,
        filter: str = ANY,  # noqa: A002 - the word of the field
        attributes: Sequence[str] = ALL,
        scope: Scope = "sub",
        limit: int = 0,
        *,
        job: Job | None = None,
    ) -> SearchResult:
        """All entries at once; a limit that was reached is no error but `SearchResult.partial`.

        Args:
            scope: the base itself, the entries right below it, or the base and all below.
            limit: most entries to be given; 0: as many as the server lets.
        """
        request = requests.search(base, scope, filter, attributes, limit=limit)
        with self._turn():
            entries, links, answer = self._found(request, (), job or Job())
        return SearchResult(entries=tuple(entries), referrals=links, **self._cut(answer, limit, len(entries)))

    def read(self, dn: str, attributes: Sequence[str] = ALL, *, job: Job | None = None) -> Entry | None:
        """One entry; None if it does not exist, or may not be seen."""
        try:
            found = self.search(dn, ANY, attributes, "base", job=job).entries
        except DirectoryRefused as error:
            if error.code == refusals.NO_SUCH_ENTRY:
                return None
            raise
        return found[0] if found else None

    def pages(
        self,
        base: str,
        filter: str = ANY,  # noqa: A002
        attributes: Sequence[str] = ALL,
        page_size: int = PAGE,
        sort: str = "",
        *,
        scope: Scope = "sub",
        job: Job | None = None,
    ) -> Iterator[Page]:
        """The same in pages (RFC 2696), each asked for when it is wanted.

        A server keeps one such list for each connection: once another one is begun here, this one cannot go on.

        Args:
            sort: ``attribute``, ``-attribute`` or ``attribute:rule``, sorted by the server where it can (RFC 2891).
        """
        job = job or Job()
        request = requests.search(base, scope, filter, attributes)
        order = [controls.sort(controls.SortKey.of(sort))] if sort and self.root_dse().sorts else []
        with self._lock:
            self._lists += 1
            number = self._lists
        cookie = b""
        while True:
            with self._turn():
                self._same_list(number)
                entries, links, answer = self._found(
                    request, [controls.paged(page_size, cookie), *order], job
                )
                if not cookie and not entries and _takes_no_pages(answer):
                    entries, links, answer = self._found(request, order, job)
            total, cookie = self._page_done(answer)
            yield Page(
                entries=tuple(entries),
                referrals=links,
                total=total,
                ordered=bool(order) and self._sorted(answer),
                **self._cut(answer, 0, 0),
            )
            if not cookie or answer.code:
                return

    def each(
        self,
        base: str,
        filter: str = ANY,  # noqa: A002
        attributes: Sequence[str] = ALL,
        *,
        scope: Scope = "sub",
        page_size: int = PAGE,
        job: Job | None = None,
    ) -> Iterator[Entry]:
        """One entry after the other, for an export: the server is at work on the next page while one is handled.

        Raises:
            LimitReached: at the end, if a limit kept the server from giving all.
        """
        job = job or Job()
        request = requests.search(base, scope, filter, attributes)
        with self._lock:
            self._lists += 1
            number = self._lists
        ident, cookie = 0, b""
        try:
            while True:
                with self._turn():
                    self._same_list(number)
                    first = not ident
                    if first:
                        ident = self._wire.send(request, [controls.paged(page_size)])
                    raw, answer = self._raw(ident, job)
                    if first and not raw and _takes_no_pages(answer):
                        ident = self._wire.send(request, [])
                        raw, answer = self._raw(ident, job)
                    self._wire.let_go(ident)
                    _, cookie = self._page_done(answer)
                    ident = 0
                    if cookie and not answer.code:
                        ident = self._wire.send(request, [controls.paged(page_size, cookie)])
                        self._wire.keep(ident)
                for tag, data, at in raw:
                    if tag == messages.ENTRY:
                        yield messages.entry(data, at)
                if answer.code:
                    raise refusals.refusal(answer, where=self.where, doing="search")
                if not ident:
                    return
        except ber.BerError as error:
            raise self._wire.nonsense(str(error)) from error
        finally:
            self._wire.let_go(ident)

    def view(
        self,
        base: str,
        filter: str,  # noqa: A002
        attributes: Sequence[str],
        offset: int,
        count: int,
        sort: str,
        *,
        before: View | None = None,
        scope: Scope = "sub",
        job: Job | None = None,
    ) -> View:
        """A window on the sorted list of what is found, anywhere in it (virtual list view).

        Args:
            offset: number of its first entry, from 0.
            before: a window on the same list, whose sorting the server still has.

        Raises:
            DirectoryRefused: the server has no such thing; see `RootDse.views`.
        """
        request = requests.search(base, scope, filter, attributes)
        total, context = (before.total, before.context) if before is not None else (0, b"")
        asked = [
            controls.sort(controls.SortKey.of(sort), critical=True),
            controls.view(offset, count, total, context),
        ]
        with self._turn():
            entries, links, answer = self._found(request, asked, job or Job())
        try:
            position, total, code, context = controls.view_done(answer.controls.get(controls.VIEWED, b""))
        except ber.BerError:
            position, total, code, context = offset, 0, answer.code, b""
        if code or answer.code:
            raise refusals.refusal(
                answer if answer.code else _coded(answer, code), where=self.where, doing="search"
            )
        return View(entries=tuple(entries), referrals=links, offset=position, total=total, context=context)

    def compare(self, dn: str, attribute: str, value: bytes, *, job: Job | None = None) -> bool:
        """Whether an entry has a value, which also tells of values that may not be read."""
        answer = self._one(requests.compare(dn, attribute, value), job)
        if answer.code in (refusals.COMPARE_TRUE, refusals.COMPARE_FALSE):
            return answer.code == refusals.COMPARE_TRUE
        raise refusals.refusal(answer, where=f"{self.where}: {dn}", doing="compare")

    def who_am_i(self, *, job: Job | None = None) -> str:
        """Who is logged in, as the server sees it: ``dn:…``, ``u:…``, or nothing for nobody (RFC 4532)."""
        answer = self._one(requests.extended(messages.WHO_AM_I), job)
        if answer.code:
            raise refusals.refusal(answer, where=self.where)
        return answer.value.decode("utf-8", "replace")

    # -- the server itself ---------------------------------------------------------------------------------

    def root_dse(self, *, job: Job | None = None) -> RootDse:
        """What the server says of itself; asked once."""
        if self._root is None:
            entry = self.read("", ("*", "+"), job=job)
            self._root = root_dse_of(entry.attributes if entry is not None else {})
        return self._root

    def schema(self, *, fresh: bool = False, job: Job | None = None) -> Schema:
        """The attributes and classes that the server knows; asked once, or again if `fresh`."""
        if self._schema is None or fresh:
            place = self.root_dse(job=job).subschema or "cn=Subschema"
            wanted = ("attributeTypes", "objectClasses")
            found = self.search(place, "(objectClass=subschema)", wanted, "base", job=job).entries
            if not found:
                raise DirectoryError(
                    "The server does not show its schema.",
                    where=self.where,
                    next_step="Log in as somebody who may see it.",
                )
            texts = {
                name.lower(): [value.decode("utf-8", "replace") for value in values]
                for name, values in found[0].attributes.items()
            }
            self._schema = Schema.of(texts.get("attributetypes", ()), texts.get("objectclasses", ()))
        return self._schema

    # -- changing ------------------------------------------------------------------------------------------

    def add(self, entry: Entry, *, job: Job | None = None) -> None:
        self._change(entry, job)

    def modify(self, dn: str, changes: Iterable[Change], *, job: Job | None = None) -> None:
        """All of the changes, or none."""
        self._change(Modify(dn=dn, changes=tuple(changes)), job)

    def delete(self, dn: str, *, job: Job | None = None) -> None:
        """One entry that has none below it."""
        self._change(Delete(dn=dn), job)

    def rename(
        self, dn: str, rdn: str, *, delete_old: bool = True, superior: str = "", job: Job | None = None
    ) -> None:
        """Another name, and another place if `superior` is given."""
        self._change(Rename(dn=dn, rdn=rdn, delete_old=delete_old, superior=superior), job)

    def _change(self, record: Record, job: Job | None) -> None:
        answer = self._one(requests.of_record(record), job)
        if answer.code:
            raise refusal_of(record, answer, self.where)

    def apply(
        self,
        records: Iterable[Record],
        on_result: OnResult,
        *,
        job: Job | None = None,
        window: int = WINDOW,
        stop_at_first: bool = True,
    ) -> int:
        """Carry out records, several under way at a time: entries that have to do with each other keep their order.

        After a refusal (unless told to go on) nothing further is sent; of all that was sent, `on_result` tells.

        Returns:
            How many were carried out.

        Raises:
            DirectoryLost: the connection ended; `on_result` was told of each that was under way.
            Cancelled: by the job, with nothing left under way.
        """
        with self._turn():
            done = Batch(self._wire, on_result).carry_out(
                records, job or Job(), window=window, stop_at_first=stop_at_first
            )
        if job is not None:
            job.check()
        return done

    # -- turns and answers ---------------------------------------------------------------------------------

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=self.endpoint.answer_timeout):
            raise DirectoryError(
                "The connection to the directory is busy.",
                where=self.where,
                next_step="Wait until that is done.",
            )
        try:
            yield
        except (AzdeskError, GeneratorExit):
            raise
        except BaseException:
            # Interrupted in the middle of something: only ending it leaves a clear state.
            self._wire.close()
            raise
        finally:
            self._lock.release()

    def _one(self, request: bytes, job: Job | None) -> Answer:
        with self._turn():
            return self._wire.answer(self._wire.send(request), job or Job(), self.endpoint.answer_timeout)

    def _found(
        self, request: bytes, asked: Sequence[Control], job: Job
    ) -> tuple[list[Entry], tuple[str, ...], Answer]:
        raw, answer = self._raw(self._wire.send(request, asked), job)
        if answer.code and answer.code not in refusals.PARTIAL:
            viewed = controls.VIEWED in answer.controls
            if not viewed:
                raise refusals.refusal(answer, where=self.where, doing="search")
        entries: list[Entry] = []
        links: list[str] = []
        try:
            for tag, data, at in raw:
                if tag == messages.ENTRY:
                    entries.append(messages.entry(data, at))
                else:
                    links += messages.referrals_of(data, at)
        except ber.BerError as error:
            raise self._wire.nonsense(str(error)) from error
        return entries, tuple(links), answer

    def _raw(self, ident: int, job: Job) -> tuple[list[tuple[int, bytes, int]], Answer]:
        """Entries and references of a search as they came, and its answer."""
        raw: list[tuple[int, bytes, int]] = []
        receive, timeout, wanted = self._wire.receive, self.endpoint.answer_timeout, (ident,)
        try:
            while True:
                _, tag, data, at = receive(wanted, job, timeout)
                if tag in (messages.ENTRY, messages.REFERENCE):
                    raw.append((tag, data, at))
                elif tag == messages.SEARCH_DONE:
                    return raw, messages.answer(data, at)
                elif tag != messages.INTERMEDIATE:
                    raise self._wire.nonsense("an answer of another kind to a search")
        except ber.BerError as error:
            raise self._wire.nonsense(str(error)) from error
        except AzdeskError:
            if self._wire.alive:  # cancelled: the server need not go on
                self._wire.send(requests.abandon(ident))
            raise

    def _page_done(self, answer: Answer) -> tuple[int, bytes]:
        value = answer.controls.get(controls.PAGED)
        if value is None:
            return 0, b""
        try:
            return controls.page_done(value)
        except ber.BerError as error:
            raise self._wire.nonsense(str(error)) from error

    def _sorted(self, answer: Answer) -> bool:
        try:
            return controls.sort_done(answer.controls[controls.SORTED]) == 0
        except (KeyError, ber.BerError):
            return False

    def _same_list(self, number: int) -> None:
        if number != self._lists:
            raise DirectoryError(
                "Another list was begun on this connection, so this one cannot go on.",
                where=self.where,
                next_step="Begin it again.",
            )

    def _cut(self, answer: Answer, limit: int, count: int) -> _Cut:
        if answer.code not in refusals.PARTIAL:
            return {"partial": False, "why": ""}
        if answer.code == refusals.SIZE_LIMIT and limit and count >= limit:
            return {"partial": True, "why": f"Only the first {limit} were asked for."}
        return {"partial": True, "why": f"{refusals.limit(answer.code)}."}


def check_bind(endpoint: Endpoint, bind: Bind, job: Job | None = None) -> str:
    """Log in on a connection of its own, and end it; returns who that is for the server, or nothing if it does not say.

    Raises:
        AzdeskError: as `Directory.open`.
    """
    with Directory.open(endpoint, bind, job) as directory:
        try:
            return directory.who_am_i(job=job)
        except DirectoryRefused:
            return ""


def _takes_no_pages(answer: Answer) -> bool:
    """Whether a server that gave nothing may give more without pages: it may refuse pages, or those of this size (olcLimits' size.pr)."""
    return answer.code == refusals.ADMIN_LIMIT


def _coded(answer: Answer, code: int) -> Answer:
    return Answer(kind=answer.kind, code=code, said=answer.said)


__all__ = ["Directory", "OnResult", "Page", "Record", "RootDse", "SearchResult", "View", "check_bind"]

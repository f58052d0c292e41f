"""The People page's source over the directory of the open document."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.app.domain_users import seen_by
from azdesk.app.people import People, looking
from azdesk.app.people.access import at_home
from azdesk.app.presence import connected
from azdesk.app.whereabouts import chat_sessions, phones
from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.progress import Job
from azdesk.ui.people.cards import card_of, presences_of, with_connections
from azdesk.ui.peoplemodels import PeoplePage, PersonCard, PersonRow, Presences, Query, Standing

if TYPE_CHECKING:
    from azdesk.app.people.looking import Listing as Found
    from azdesk.app.whereabouts import ChatSession
    from azdesk.directory.people import Layout, Person
    from azdesk.fleet.model import Fleet
    from azdesk.ui.people.source import Listing
    from azdesk.ui.workbench import Workbench

FIRST = 100
"""Entries of the first page: a screen and a bit, so that it is there at once."""
SIZE = 1000
"""Entries of the others."""
_KEYS = ("account", "name", "number", "mail", "home", "mailbox", "uid_number")
"""Values that rows show or are judged by."""


class _Lists(People):
    """Asks for what rows show, and no more: most of the time of a long list goes into values."""

    @property
    def layout(self) -> Layout:
        whole = super().layout
        return replace(whole, attributes={key: whole.attribute(key) for key in _KEYS if whole.attribute(key)})


class AppListing:
    """Rows of one query, page after page. The list is begun anew after a small first page, which is there at once."""

    def __init__(self, people: People, fleet: Fleet, query: Query) -> None:
        self._people = people
        self._fleet = fleet
        self._query = query
        self._job = Job()
        self._pages: Iterator[Found] | None = None
        self._first: frozenset[str] | None = None
        """Entries of the first page, until the list that was begun anew has passed them; empty from then on."""

    def more(self, job: Job) -> PeoplePage:
        if self._first is None:
            found = self._next(job, FIRST)
            page = self._page(found, FIRST)
            if found is not None and not page.last:
                self._first, self._pages = frozenset(who.dn for who in found.people), None
            return page
        page = self._page(self._next(job, SIZE), SIZE)
        if self._first:
            rows = tuple(row for row in page.rows if row.key not in self._first)
            self._first = frozenset()
            page = replace(page, rows=rows)
        return page

    def close(self) -> None:
        self._job.cancel()
        self._pages = None

    def _next(self, job: Job, size: int) -> Found | None:
        if self._pages is None:
            self._pages = looking.pages(self._people, self._query.words, size=size, job=self._job)
        # The listing outlives the job of each page.
        undo = job.on_cancel(self._job.cancel)
        try:
            return next(self._pages, None)
        finally:
            undo()

    def _page(self, found: Found | None, size: int) -> PeoplePage:
        if found is None:
            return PeoplePage(rows=(), last=True)
        rows = rows_of(self._fleet, found.people, self._query.home)
        return PeoplePage(
            rows=rows,
            total=0 if self._query.home else found.total,
            # Servers fill each page but the last; knowing that spares asking whether there is another one.
            last=found.partial or len(found.people) < size,
            partial=found.why if found.partial else "",
        )


class SeenListing:
    """The accounts that a host's ejabberd sees: its “domain users”. It tells all of them at once, and nothing but their names."""

    def __init__(self, workbench: Workbench, query: Query) -> None:
        self._workbench = workbench
        self._query = query

    def more(self, job: Job) -> PeoplePage:
        found = seen_by(self._workbench.session, self._query.seen_by, job)
        words = self._query.words.casefold().split()
        rows = tuple(
            PersonRow(key=account, account=account, name="", number="")
            for account in found.accounts
            if all(word in account.casefold() for word in words)
        )
        return PeoplePage(rows=rows, total=len(rows), partial=found.partial)

    def close(self) -> None:
        pass


class AppSource:
    """Reads and changes through `azdesk.app.people`.

    Lists have a connection of their own: a server keeps one list for each, and a long one must not hold up a card.
    """

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._lock = threading.Lock()
        self._lists: People | None = None
        self._single: People | None = None
        self._closed = False

    @property
    def people(self) -> People:
        """For one person at a time."""
        with self._lock:
            self._check()
            if self._single is None:
                self._single = People(self._workbench.session)
            return self._single

    def standing(self, job: Job) -> Standing:
        people = self.people
        people.connection(job)
        fleet = people.fleet
        tr = QCoreApplication.translate
        host = next(iter(fleet.directory_hosts()), "")
        if fleet.directory.managed:
            server, tls = host, tr("People", "as root over SSH")
        else:
            server = people.connection(job).where
            tls = tr("People", "LDAPS verified") if server.startswith("ldaps") else ""
        return Standing(base=fleet.directory.base, server=server, tls=tls, writable=not people.read_only)

    def find(self, query: Query) -> Listing:
        if query.seen_by:
            return SeenListing(self._workbench, query)
        with self._lock:
            self._check()
            if self._lists is None:
                self._lists = _Lists(self._workbench.session)
            return AppListing(self._lists, self._workbench.fleet, query)

    def card(self, key: str, job: Job) -> PersonCard:
        people = self.people
        return card_of(people.fleet, people.layout, looking.get(people, key, job=job))

    def live(self, card: PersonCard, job: Job) -> PersonCard:
        session = self._workbench.session
        found = phones(session, card.number, job) if card.number else None
        if found is not None:
            # That a host says nothing is worth telling only where phones of these people belong.
            hosts = session.fleet.hosts
            told = [one for one in found.unknown if hosts[one[0]].sip.accounts == "directory"]
            found = replace(found, unknown=tuple(told))
        chats: tuple[ChatSession, ...] | AzdeskError | None = None
        if card.address:
            try:
                chats = chat_sessions(session, card.address, job)
            except Cancelled:
                raise
            except AzdeskError as error:
                chats = error
        return with_connections(card, found, chats)

    def presences(self, job: Job) -> Presences:
        return presences_of(self._workbench.fleet, connected(self._workbench.session, job))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            for people in (self._lists, self._single):
                if people is not None:
                    people.close()

    def _check(self) -> None:
        if self._closed:
            raise Cancelled()


def rows_of(fleet: Fleet, people: tuple[Person, ...], home: str = "") -> tuple[PersonRow, ...]:
    """Rows for the table.

    Args:
        home: host at which they have to be at home; empty: anywhere.
    """
    host_of = at_home(fleet)
    rows = []
    for who in people:
        at = host_of(who)
        if home and at != home:
            continue
        rows.append(
            PersonRow(
                key=who.dn,
                account=who.account,
                name=who.name,
                number=who.number,
                home=at,
                mail=who.mail,
                problem=_problem(who),
                disabled=not who.enabled,
            )
        )
    return tuple(rows)


def _problem(who: Person) -> str:
    """What a list can tell: the rest is on the card."""
    if not who.number:
        return ""
    tr = QCoreApplication.translate
    for value, words in (
        (who.mailbox, tr("People", "The mailbox is not the number: phones cannot log in.")),
        (who.uid_number, tr("People", "The Unix ID is not the number: phones cannot log in.")),
    ):
        if value != who.number and who.classes:
            return words
    return ""

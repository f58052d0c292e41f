"""A directory of people for tests of the window: in memory, as large as wanted, with the faults of real ones."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from azdesk.core.errors import AzdeskError
from azdesk.core.progress import Job
from azdesk.ui.peoplemodels import (
    CardLine,
    PeoplePage,
    PersonCard,
    PersonRow,
    Phone,
    Presences,
    Query,
    Standing,
)
from azdesk.ui.viewmodels import State

BASE = "dc=test,dc=local"
FIRST = ("Nana", "Hernán", "Fernanda", "Nanette", "Nancy", "Wei", "Olga", "Jürgen", "Siobhán", "Mehmet")
LAST = (
    "Louis",
    "Ibáñez",
    "Alves de Souza",
    "Koenig",
    "Wu",
    "Okonkwo-Featherstonehaugh",
    "Lindqvist",
    "O’Neill",
)


def people(count: int) -> tuple[PersonRow, ...]:
    """So many people, in no order that means anything."""
    found = []
    for at in range(count):
        number = 6800 + at * 7919 % count
        first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
        account = f"{first[:4].lower()}{number}"
        found.append(
            PersonRow(
                f"uid={account},ou=People,{BASE}",
                account,
                f"{first} {last}",
                str(number),
                "a251" if number % 3 else "a253",
                f"{account}@example.org" if number % 4 else "",
                "no password" if number % 97 == 0 else "",
                "The mailbox is 6812, but the number 6811." if number % 41 == 0 else "",
                number % 53 == 0,
            )
        )
    return tuple(found)


class FakeListing:
    """Rows of one query."""

    def __init__(self, source: FakePeople, query: Query) -> None:
        self.source = source
        self.query = query
        self.at = 0
        self.closed = 0
        self._found: list[PersonRow] | None = None

    def more(self, job: Job) -> PeoplePage:
        source = self.source
        assert threading.current_thread() is not threading.main_thread(), "asked in the window's thread"
        assert not self.closed
        source.asked.append(self.query)
        if source.hold is not None:
            source.hold.wait(10)
        if source.delay_s:
            time.sleep(source.delay_s)
        job.check()
        if source.error is not None:
            raise source.error
        if self._found is None:
            self._found = [row for row in source.rows if _matches(row, self.query)]
        size = source.page_size
        rows = tuple(self._found[self.at : self.at + size])
        self.at += len(rows)
        cut = bool(source.limit) and self.at >= source.limit
        return PeoplePage(
            rows=rows,
            total=len(self._found),
            last=self.at >= len(self._found) or cut,
            partial=f"The server gave no more than {source.limit:,} entries." if cut else "",
        )

    def close(self) -> None:
        self.closed += 1


class FakePeople:
    """Stands for `azdesk.ui.people.source.PeopleSource`."""

    def __init__(self, rows: Iterable[PersonRow] = (), *, page_size: int = 1000) -> None:
        self.rows = tuple(rows)
        self.page_size = page_size
        self.delay_s = 0.0
        self.limit = 0
        self.error: AzdeskError | None = None
        self.hold: threading.Event | None = None
        self.asked: list[Query] = []
        self.listings: list[FakeListing] = []
        self.closed = False
        self.writable = True

    def standing(self, job: Job) -> Standing:
        if self.error is not None:
            raise self.error
        return Standing(base=BASE, server="a250", tls="LDAPS verified", writable=self.writable)

    def find(self, query: Query) -> FakeListing:
        self.listings.append(FakeListing(self, query))
        return self.listings[-1]

    def card(self, key: str, job: Job) -> PersonCard:
        row = next((row for row in self.rows if row.key == key), None)
        if row is None:
            raise AzdeskError("Nobody has this name any more.", where=key, next_step="Look again.")
        apart = int(row.number) % 5 == 0
        return PersonCard(
            key=key,
            title=row.name,
            subtitle=f"{row.account}@test.local · {row.number}",
            lines=(
                CardLine(
                    label="Phone",
                    text="registered on a251, Linphone 6.1, 2 min ago",
                    state=State.RIGHT,
                ),
                CardLine(label="Chat", text=f"1 session on {'a253' if apart else 'a251'}", state=State.RIGHT),
                CardLine(label="Home", text=f"{row.home}, by the number block 68XX", state=State.RIGHT),
                CardLine(label="E-mail", text=row.mail or "none", state=None),
                CardLine(label="Entry", text=row.key, whole=False),
            ),
            warning="Phone and chat are on different hosts: a call wakes the app on one of them only."
            if apart
            else "",
            problems=(row.problem,) if row.problem else (),
            disabled=row.disabled,
        )

    @property
    def people(self) -> None:
        return None

    def live(self, card: PersonCard, job: Job) -> PersonCard:
        return card

    def presences(self, job: Job) -> Presences:
        some = [row for row in self.rows[:5000] if int(row.number) // 10 % 2]
        return Presences(
            phones={row.number: Phone("a251", "registered") for row in some},
            chats={row.account: row.home for row in some if int(row.number) // 10 % 3},
        )

    def close(self) -> None:
        self.closed = True


def _matches(row: PersonRow, query: Query) -> bool:
    words = query.words.casefold().split()
    hay = f"{row.account} {row.name} {row.number}".casefold()
    return all(word in hay for word in words) and query.home in ("", row.home)

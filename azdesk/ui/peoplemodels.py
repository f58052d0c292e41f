"""What the People page shows, as plain values.

Like `azdesk.ui.viewmodels`, but loaded with that page only. Secrets are never among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from azdesk.ui.viewmodels import State


class Column(StrEnum):
    """Columns of the table of people, in the order in which they stand at first."""

    ACCOUNT = "account"
    NAME = "name"
    NUMBER = "number"
    HOME = "home"
    PHONE = "phone"
    CHAT = "chat"
    MAIL = "mail"
    KEPT = "password"
    """How the password is kept, where something is to be said of it."""
    PLACE = "place"


class PersonRow(NamedTuple):
    """One row; a tuple, since a hundred thousand of them are made in a moment."""

    key: str
    """Distinguished name."""
    account: str
    name: str
    number: str
    home: str = ""
    """Host at which the number is at home."""
    mail: str = ""
    password: str = ""
    """What is to be said of it; empty where it is as it should be."""
    problem: str = ""
    """What is wrong with the entry, in a sentence."""
    disabled: bool = False


class Phone(NamedTuple):
    """A phone that is registered now."""

    host: str
    words: str
    """Short, for a cell: ``registered``, ``2 phones``."""


@dataclass(frozen=True, kw_only=True)
class Presences:
    """Who is connected now, as the hosts say."""

    phones: Mapping[str, Phone] = field(default_factory=dict)
    """By number."""
    chats: Mapping[str, str] = field(default_factory=dict)
    """Account, in lower case → nodes with a session, joined by commas."""

    def phone(self, row: PersonRow) -> Phone | None:
        """Somebody's phone."""
        return self.phones.get(row.number) if row.number else None

    def chat(self, row: PersonRow) -> str:
        """Where somebody chats; empty: nowhere."""
        return self.chats.get(row.account.lower(), "")


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is looked for; each change of it is a new listing."""

    words: str = ""
    """Part of a name, account or number."""
    home: str = ""
    """Host at which they are at home; empty: everywhere."""
    seen_by: str = ""
    """Host whose view is shown; empty: the directory's own."""

    @property
    def narrowed(self) -> bool:
        """Whether it leaves anybody out."""
        return bool(self.words or self.home)


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """The next rows of a listing."""

    rows: tuple[PersonRow, ...]
    total: int = 0
    """How many rows the listing has, as far as the server says; 0: not known."""
    last: bool = True
    """Nothing comes after these."""
    partial: str = ""
    """Why these are not all there are, in a sentence; empty where they are."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is said of the directory in the page's head."""

    base: str
    server: str
    """Its name or address."""
    tls: str = ""
    """``LDAPS verified``; empty where the link needs none."""
    writable: bool = True


@dataclass(frozen=True, kw_only=True)
class CardLine:
    """One line of a person's card."""

    label: str
    text: str
    state: State | None = None
    whole: bool = True
    """Shown on as many lines as it takes; else on one, shortened in the middle."""


@dataclass(frozen=True, kw_only=True)
class PersonCard:
    """Everything the card at the right says of one person."""

    key: str
    title: str
    subtitle: str
    """Chat address and number."""
    account: str = ""
    number: str = ""
    address: str = ""
    """Of chat."""
    lines: tuple[CardLine, ...] = ()
    warning: str = ""
    """Such as phone and chat on different hosts."""
    problems: tuple[str, ...] = ()
    disabled: bool = False

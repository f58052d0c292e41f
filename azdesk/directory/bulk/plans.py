"""What a sheet would do to a directory: each row an item, checked alone, against the other rows and against who is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from azdesk.core.secret import Secret
from azdesk.directory import entries, passwords
from azdesk.directory.checks import Finding
from azdesk.directory.ldif import Entry, Modify, Record
from azdesk.directory.people import BY_KEY, Layout, Person


class Action(StrEnum):
    """What would be done with a row."""

    ADD = "add"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a sheet is taken."""

    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Heading → value, where AZDesk would not know."""
    generate: bool = False
    """Whether those without a password get one."""
    update: bool = True
    """Whether people who are there already are changed; else their rows are refused."""
    hosts: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Host → what stands in entries of people at home there."""
    blocks: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)
    """Host → its blocks of numbers."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """A row, understood."""

    row: int
    action: Action
    after: Person
    """As the person would be."""
    before: Person | None = None
    """As the person is; None: there is nobody of that account."""
    findings: tuple[Finding, ...] = ()
    password: Secret | None = field(default=None, repr=False)
    """One to be set."""
    generated: bool = False
    """Whether AZDesk made it up."""
    entry: Entry | None = field(default=None, repr=False, compare=False)
    """As it stands in the directory, passwords included."""

    @property
    def account(self) -> str:
        return self.after.account

    @property
    def changed(self) -> tuple[str, ...]:
        """Keys of the fields that would be others, ``password`` and ``enabled`` among them."""
        if self.before is None:
            return ()
        found = [key for key in BY_KEY if self.before.value(key) != self.after.value(key)]
        found += ["enabled"] if self.before.enabled != self.after.enabled else []
        return (*found, *(("password",) if self.password is not None else ()))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All rows of a sheet."""

    sheet: str
    """Name of the file."""
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()
    """Sentences about the sheet as a whole."""
    layout: Layout = field(repr=False)

    def count(self, action: Action) -> int:
        return self.counts.get(action, 0)

    @cached_property
    def counts(self) -> Mapping[Action, int]:
        return Counter(item.action for item in self.items)

    def of(self, *actions: Action) -> Iterator[Item]:
        return (item for item in self.items if item.action in actions)

    @cached_property
    def work(self) -> tuple[Item, ...]:
        """What there is to do."""
        return tuple(self.of(Action.ADD, Action.CHANGE))

    @property
    def replaced_passwords(self) -> int:
        """How many people would get another password than they have, which cannot be undone."""
        return sum(item.password is not None and item.before is not None for item in self.work)


# -- what is written ------------------------------------------------------------------------------------------


def record(layout: Layout, item: Item) -> Record | None:
    """What carries an item out: one record, so that each person is written whole or not at all.

    Raises:
        DirectoryError: it cannot be written as it is.
    """
    if item.action == Action.ADD:
        return entries.new_entry(layout, item.after, item.password)
    if item.action != Action.CHANGE or item.entry is None or item.before is None:
        return None
    found = [one for one in entries.changes(layout, item.entry, item.after) if isinstance(one, Modify)]
    changes = [change for one in found for change in one.changes]
    entry = item.entry
    if item.password is not None:
        made = passwords.with_password(layout, entry, item.password, item.after.number)
        changes += made.changes
        entry = entries.carried_out(entry, made)
    if item.before.enabled != item.after.enabled:
        switched = (passwords.enabled if item.after.enabled else passwords.disabled)(layout, entry)
        changes += switched.changes if switched is not None else ()
    return Modify(dn=entry.dn, changes=tuple(changes)) if changes else None


def undo(layout: Layout, item: Item, made: Record) -> Record | None:
    """What takes an item back, but for passwords; None: there was nothing but a password in it, or somebody was shut out, see `Item`."""
    if isinstance(made, Modify) and item.before is not None:
        assert item.entry is not None
        visible = [one for one in entries.changes(layout, item.entry, item.after) if isinstance(one, Modify)]
        return entries.inverse(visible[0]) if visible else None
    return entries.inverse(made)


def must_not_be_lost(layout: Layout, work: Plan) -> bool:
    """Whether passwords that were made up would be known to nobody once they are written."""
    return layout.passwords != "plain" and any(item.generated for item in work.work)

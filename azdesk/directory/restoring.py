"""A backup of a directory (LDIF, as slapcat writes it) against the directory as it is: what has to be written to have its entries back.

Entries that came after the backup stay. Values name what goes, so that a server refuses a change whose ground was changed meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from azdesk.core.errors import DirectoryError
from azdesk.directory import ldif, names
from azdesk.directory.ldif import Change, Entry, Modify, Record
from azdesk.directory.people import Layout, Values, is_secret
from azdesk.directory.schema import Schema

_UNIQUE: Final = ("account", "number")
"""Keys of fields of which two people never have the same value."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An entry of the backup that is not written, or an entry that stays as it is."""

    dn: str
    why: str
    """A sentence."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """An entry that is another one than it was."""

    now: Entry
    back: Modify

    @property
    def attributes(self) -> tuple[str, ...]:
        """Names of what changes."""
        return tuple(dict.fromkeys(change.attribute for change in self.back.changes))


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What there is to do, and what is left alone."""

    adds: tuple[Entry, ...] = field(default=(), repr=False)
    """Entries that are gone; those above come first."""
    changes: tuple[Changed, ...] = field(default=(), repr=False)
    same: int = 0
    """Entries that are as in the backup."""
    newer: int = 0
    """Entries that are not in the backup: they stay."""
    kept: tuple[Kept, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.adds or self.changes)

    @property
    def secrets(self) -> int:
        """How many people get another password than they have now."""
        return sum(any(is_secret(name) for name in one.attributes) for one in self.changes)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How entries of this directory are compared."""

    layout: Layout
    schema: Schema
    ours: Collection[str]
    """Comparable names of entries that AZDesk sets up by itself, with passwords that hosts have: they stay as they are."""
    prefix: str
    """What accounts of AZDesk's own begin with: the same."""
    shown: frozenset[bytes] = frozenset()
    """Values of seeAlso, in lower case, that the server shows in entries which do not have them."""

    skipped: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Attribute → whether servers write it by themselves; a hundred thousand entries ask the same."""

    @cached_property
    def base(self) -> str:
        return names.comparable(self.layout.base)

    @cached_property
    def people(self) -> str:
        return names.comparable(self.layout.people)

    def mine(self, dn: str) -> bool:
        """Whether an entry is one of AZDesk's own, by its comparable name."""
        return dn in self.ours or dn.startswith(f"{self.layout.attribute('account').lower()}={self.prefix}")

    def bare(self, entry: Entry) -> Entry:
        """Without what servers write by themselves."""
        found: dict[str, tuple[bytes, ...]] = {}
        for name, values in entry.attributes.items():
            skip = self.skipped.get(name)
            if skip is None:
                known = self.schema.attribute(name)
                skip = self.skipped[name] = known is not None and (known.operational or known.read_only)
            if skip:
                continue
            if name.lower() != "seealso":
                found[name] = tuple(values)
                continue
            own = tuple(value for value in values if value.lower() not in self.shown)
            if own:
                found[name] = own
        return Entry(dn=entry.dn, attributes=found)


class There:
    """The entries as they are now, as little of each as comparing takes: a hundred thousand of them are looked at."""

    def __init__(self, rules: Rules, entries: Iterable[Entry]) -> None:
        self.digests: dict[str, bytes] = {}
        self.holders: dict[str, dict[bytes, str]] = {key: {} for key in _UNIQUE}
        """By key: value in lower case → comparable name of who has it."""
        for entry in entries:
            dn = names.comparable(entry.dn)
            self.digests[dn] = _digest(rules.bare(entry))
            for key in _UNIQUE:
                for value in _values(rules, dn, entry, key):
                    self.holders[key][value] = dn


def difference(
    rules: Rules,
    backup: Iterable[Record],
    there: There,
    entry_of: Callable[[str], Entry | None],
    *,
    only_missing: bool = False,
) -> Difference:
    """Compare all of a backup.

    Args:
        entry_of: the entry of a name as it is now.
        only_missing: entries that are there stay as they are.

    Raises:
        DirectoryError: the backup is of another directory, or is none.
    """
    found: list[tuple[str, Entry]] = []
    known: set[str] = set()
    same = differing = 0
    for record in backup:
        if not isinstance(record, Entry):
            raise _none("has changes in it, not entries", record.dn)
        dn = names.comparable(record.dn)
        if not _below(dn, rules.base):
            raise _none(f"is of another directory than {rules.layout.base}", record.dn)
        known.add(dn)
        entry = rules.bare(record)
        if dn in there.digests and (rules.mine(dn) or there.digests[dn] == _digest(entry)):
            same += 1
        elif dn in there.digests and only_missing:
            differing += 1
        elif not rules.mine(dn):
            found.append((dn, entry))
    if not known:
        raise _none("has no entries", "")
    kept: list[Kept] = []
    if differing:
        kept.append(Kept(dn="", why=f"Entries that are others than in the backup, and stay so: {differing}."))
    # Who is in the backup gives back what others have in it.
    stay = there.digests.keys() - known if not only_missing else there.digests.keys()
    adds: list[Entry] = []
    changes: list[Changed] = []
    # A name is longer than that of what is above.
    for dn, entry in sorted(found, key=lambda one: len(one[0])):
        why = _in_the_way(rules, dn, entry, there, stay)
        if why:
            kept.append(Kept(dn=entry.dn, why=why))
            continue
        now = entry_of(entry.dn) if dn in there.digests else None
        if now is None:
            adds.append(entry)
        elif back := modification(rules, rules.bare(now), entry):
            changes.append(Changed(now=now, back=back))
    return Difference(
        adds=tuple(adds),
        changes=tuple(changes),
        same=same,
        newer=sum(1 for dn in there.digests.keys() - known if not rules.mine(dn)),
        kept=tuple(kept),
    )


def modification(rules: Rules, now: Entry, then: Entry) -> Modify | None:
    """What makes an entry what it was."""
    spelled = {name.lower(): name for name in (*now.attributes, *then.attributes)}
    old, new = _lowered(now.attributes), _lowered(then.attributes)
    changes: list[Change] = []
    for low in sorted(spelled):
        has, had = old.get(low, ()), new.get(low, ())
        goes = tuple(value for value in has if value not in had)
        comes = tuple(value for value in had if value not in has)
        if not (goes or comes):
            continue
        if not rules.schema.rule(spelled[low], "equality"):
            # No value of such an attribute can be named.
            changes.append(Change(operation="replace", attribute=spelled[low], values=tuple(had)))
            continue
        if goes:
            changes.append(Change(operation="delete", attribute=spelled[low], values=goes))
        if comes:
            changes.append(Change(operation="add", attribute=spelled[low], values=comes))
    return Modify(dn=now.dn, changes=tuple(changes)) if changes else None


def _in_the_way(rules: Rules, dn: str, entry: Entry, there: There, stay: Collection[str]) -> str:
    """Why an entry cannot come back; empty: nothing is in the way."""
    for name in entry.attributes:
        if rules.schema.attribute(name) is None:
            return f"The directory does not know the attribute {name}."
    for key in _UNIQUE:
        for value in _values(rules, dn, entry, key):
            holder = there.holders[key].get(value, dn)
            if holder != dn and holder in stay:
                shown = value.decode("utf-8", "replace")
                return f"Somebody else has the {key} {shown} by now: {holder}."
    return ""


def _values(rules: Rules, dn: str, entry: Entry, key: str) -> tuple[bytes, ...]:
    attribute = rules.layout.attribute(key)
    if not attribute or not _below(dn, rules.people):
        return ()
    return tuple(value.lower() for value in Values(entry.attributes).all(attribute))


def _below(dn: str, base: str) -> bool:
    """The same as `names.is_below`, of comparable names."""
    return dn == base or dn.endswith(f",{base}")


def _digest(entry: Entry) -> bytes:
    parts = [
        b"%s:%d:%s" % (name.encode(), len(value), value)
        for name, values in sorted(_lowered(entry.attributes).items())
        for value in sorted(values)
    ]
    return hashlib.sha256(b"".join(parts)).digest()


def _lowered(attributes: ldif.Attributes) -> Mapping[str, tuple[bytes, ...]]:
    """By names in lower case; classes, too, in which servers change the case."""
    return {
        name.lower(): tuple(value.lower() for value in values)
        if name.lower() == "objectclass"
        else tuple(values)
        for name, values in attributes.items()
    }


def _none(why: str, dn: str) -> DirectoryError:
    return DirectoryError(
        f"The backup {why}.",
        where=dn,
        next_step="Download it and look into directory.ldif, or take another one.",
    )

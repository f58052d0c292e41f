"""What differs between two fleets, as values: for counting, for undo texts, for saving, for merging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from azdesk.fleet.form import Section, TableOf, Value, parts_of
from azdesk.fleet.model import Fleet
from azdesk.fleet.paths import Path, joined


@dataclass(frozen=True, kw_only=True)
class Change:
    """One difference."""

    kind: Literal["set", "add", "remove", "rename", "order"]
    keys: Path
    """Of the value that was set, of the entry that was added, removed or renamed (its old name), or of the
    table whose entries have another order."""
    old: Any = None
    """The value before; for ``rename`` the old name, for ``order`` the names in the old order."""
    new: Any = None
    """The value after; for ``rename`` the new name, for ``order`` the names in the new order."""

    @property
    def path(self) -> str:
        """Dotted, such as ``hosts.a251.node``."""
        return joined(self.keys)

    def __str__(self) -> str:
        if self.kind == "set":
            return f"{self.path}: {shown(self.old)} → {shown(self.new)}"
        if self.kind == "order":
            return f"{self.path}: order {', '.join(self.new)}"
        what = f"{_SINGULAR.get(self.keys[0], self.keys[0])} {self.keys[-1]}"
        if self.kind == "rename":
            return f"{what} renamed to {self.new}"
        return f"{what} added" if self.kind == "add" else f"{what} removed"


_SINGULAR = {"hosts": "host", "clusters": "cluster", "credentials": "credential"}


def difference(old: Fleet, new: Fleet) -> tuple[Change, ...]:
    """All changes from one fleet to another, in document order; empty if they are equal."""
    return tuple(_section((), old, new))


def summary(changes: tuple[Change, ...]) -> str:
    """One line for a list of changes: an undo text, a line of the history."""
    if not changes:
        return "no change"
    if len(changes) <= 2:
        return "; ".join(str(change) for change in changes)
    hosts = sorted(
        {change.keys[1] for change in changes if change.keys[0] == "hosts" and len(change.keys) > 1}
    )
    where = f" ({', '.join(hosts)})" if 0 < len(hosts) <= 4 else f" on {len(hosts)} hosts" if hosts else ""
    return f"{len(changes)} changes{where}"


def _section(at: Path, old: Value, new: Value) -> Iterator[Change]:
    for name, part in parts_of(type(old)).items():
        before, after = getattr(old, name), getattr(new, name)
        if before == after:
            continue
        path = (*at, name)
        if isinstance(part.kind, Section):
            yield from _section(path, before, after)
        elif isinstance(part.kind, TableOf):
            yield from _table(path, before, after)
        else:
            yield Change(kind="set", keys=path, old=before, new=after)


def _table(at: Path, old: Mapping[str, Value], new: Mapping[str, Value]) -> Iterator[Change]:
    renamed = _renamed(old, new)
    for name, value in old.items():
        if name in renamed:
            yield Change(kind="rename", keys=(*at, name), old=name, new=renamed[name])
            yield from _section((*at, renamed[name]), value, new[renamed[name]])
        elif name in new:
            yield from _section((*at, name), value, new[name])
        else:
            yield Change(kind="remove", keys=(*at, name), old=value)
    came = set(renamed.values())
    for name, value in new.items():
        if name not in old and name not in came:
            yield Change(kind="add", keys=(*at, name), new=value)
    before = [renamed.get(name, name) for name in old if name in new or name in renamed]
    before += [name for name in new if name not in old and name not in came]
    if before != list(new):
        yield Change(kind="order", keys=at, old=tuple(before), new=tuple(new))


def _renamed(old: Mapping[str, Value], new: Mapping[str, Value]) -> dict[str, str]:
    """Old name → new name of entries that only changed their name.

    Knowing this keeps the comments inside the entry when the document is saved. It is a guess: two entries
    are the same one if what they must say (a host's address) is the same, or, where nothing is a must, if
    they say the same in the same place.
    """
    gone = [name for name in old if name not in new]
    came = [name for name in new if name not in old]
    before, after = _predecessors(old), _predecessors(new)
    renamed: dict[str, str] = {}
    for name in gone:
        for other in came:
            previous = before[name]
            same_place = after[other] == renamed.get(previous, previous)
            if other not in renamed.values() and _same_entry(old[name], new[other], same_place=same_place):
                renamed[name] = other
                break
    return renamed


def _predecessors(table: Mapping[str, Value]) -> dict[str, str]:
    names = list(table)
    return dict(zip(names, ["", *names], strict=False))


def _same_entry(old: Value, new: Value, *, same_place: bool) -> bool:
    must = [name for name, part in parts_of(type(old)).items() if part.required]
    if must:
        return all(getattr(old, name) == getattr(new, name) for name in must)
    return old == new and (same_place or bool(old.plain()))


def shown(value: Any) -> str:
    """A value in a sentence, short and on one line."""
    if isinstance(value, str | tuple) and not value:
        return "(empty)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    text = str(value)
    return text if len(text) <= 60 and "\n" not in text else text.splitlines()[0][:59] + "…"

"""Two workstations changed one document: putting both changes together.

By values, not by lines: what only one side changed is taken, what both changed to the same is no question,
and only what both changed differently is a clash that somebody has to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from azdesk.core.errors import DocumentError
from azdesk.fleet import edit, form
from azdesk.fleet.difference import difference, shown
from azdesk.fleet.form import Section, TableOf, Value, parts_of
from azdesk.fleet.model import Fleet
from azdesk.fleet.paths import Path, joined

Side: TypeAlias = Literal["mine", "theirs"]

ABSENT: Final = None
"""Stands in a clash for an entry that one side does not have."""


@dataclass(frozen=True, kw_only=True)
class Clash:
    """Something that both sides changed, each differently."""

    path: str
    base: Any
    mine: Any
    theirs: Any
    message: str
    """A sentence with both sides' wishes, or why they cannot both be had."""


@dataclass(frozen=True, kw_only=True)
class Merged:
    """What came of merging."""

    fleet: Fleet | None
    """Both sides' changes together; None while there are clashes."""
    clashes: tuple[Clash, ...] = ()


def merge(base: Fleet, mine: Fleet, theirs: Fleet, *, decided: Mapping[str, Side] | None = None) -> Merged:
    """Put two sets of changes to one document together.

    Args:
        base: what both began with.
        mine: this workstation's.
        theirs: what is in the file now.
        decided: for clashes of an earlier call, by path, which side to take. For a clash of values that are
            only together wrong, deciding takes that side's document as a whole for the entry.
    """
    work = _Merge(decided or {})
    base, mine, theirs = work.renames(base, mine, theirs)
    raw = work.section((), base, mine, theirs)
    if work.clashes:
        return Merged(fleet=None, clashes=tuple(work.clashes))
    faults: form.Faults = []
    fleet = form.read_value(Fleet, raw, (), faults)
    if not faults:
        return Merged(fleet=fleet)
    together = []
    for path, message in faults:
        values = [_value(side, path) for side in (base, mine, theirs)]
        together.append(
            Clash(
                path=joined(path),
                base=values[0],
                mine=values[1],
                theirs=values[2],
                message=f"{joined(path)}: the two changes do not go together: {message}",
            )
        )
    return Merged(fleet=None, clashes=tuple(together))


def _value(fleet: Fleet, path: Path) -> Any:
    with suppress(DocumentError):
        return edit.value_at(fleet, path)
    return ABSENT


class _Merge:
    def __init__(self, decided: Mapping[str, Side]) -> None:
        self.decided = decided
        self.clashes: list[Clash] = []

    def choose(self, path: Path, base: Any, mine: Any, theirs: Any) -> Any:
        """Three-way choice of one value."""
        if theirs in {mine, base}:
            return mine
        if mine == base:
            return theirs
        name = joined(path)
        side = self.decided.get(name)
        if side is None:
            told = f"mine is {_told(mine)}, theirs is {_told(theirs)}, before it was {_told(base)}"
            self.clashes.append(
                Clash(
                    path=name,
                    base=base,
                    mine=mine,
                    theirs=theirs,
                    message=f"{name}: {told}",
                )
            )
        return theirs if side == "theirs" else mine

    def renames(self, base: Fleet, mine: Fleet, theirs: Fleet) -> tuple[Fleet, Fleet, Fleet]:
        """All three with the entries' new names, so that a rename on one side meets changes on the other."""
        by_me, by_them = _renames(base, mine), _renames(base, theirs)
        for path in [*by_me, *(path for path in by_them if path not in by_me)]:
            new = self.choose(path, path[-1], by_me.get(path, path[-1]), by_them.get(path, path[-1]))
            base = _renamed(base, path, None, new)
            mine = _renamed(mine, path, by_me.get(path), new)
            theirs = _renamed(theirs, path, by_them.get(path), new)
        return base, mine, theirs

    def section(self, at: Path, base: Value, mine: Value, theirs: Value) -> dict[str, Any]:
        """The fields of a merged section."""
        out: dict[str, Any] = {}
        for name, part in parts_of(type(base)).items():
            before, my, their = (getattr(side, name) for side in (base, mine, theirs))
            if isinstance(part.kind, Section):
                out[name] = self.section((*at, name), before, my, their)
            elif isinstance(part.kind, TableOf):
                out[name] = self.table((*at, name), before, my, their)
            else:
                out[name] = self.choose((*at, name), before, my, their)
        return out

    def table(
        self, at: Path, base: Mapping[str, Value], mine: Mapping[str, Value], theirs: Mapping[str, Value]
    ) -> dict[str, Any]:
        """The entries of a merged table."""
        entries: dict[str, Any] = {}
        for name in [*theirs, *(name for name in mine if name not in theirs)]:
            before, my, their = base.get(name), mine.get(name), theirs.get(name)
            if before is not None and my is not None and their is not None:
                entries[name] = self.section((*at, name), before, my, their)
            elif (entry := self.choose((*at, name), before, my, their)) is not None:
                entries[name] = entry
        order = self._order(at, list(base), list(mine), list(theirs))
        return {name: entries[name] for name in order if name in entries}

    def _order(self, at: Path, base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
        everywhere = set(base) & set(mine) & set(theirs)
        before, my, their = ([name for name in side if name in everywhere] for side in (base, mine, theirs))
        chosen = self.choose(at, tuple(before), tuple(my), tuple(their))
        lead, other = (mine, theirs) if chosen == tuple(my) != tuple(their) else (theirs, mine)
        out = list(lead)
        for index, name in enumerate(other):
            if name not in out:
                previous = next((earlier for earlier in reversed(other[:index]) if earlier in out), None)
                out.insert(out.index(previous) + 1 if previous is not None else 0, name)
        return out


def _renames(base: Fleet, side: Fleet) -> dict[Path, str]:
    return {change.keys: change.new for change in difference(base, side) if change.kind == "rename"}


def _renamed(side: Fleet, path: Path, own: str | None, new: str) -> Fleet:
    table, old = path
    now = own or old
    if now == new or now not in getattr(side, table) or new in getattr(side, table):
        return side
    rename = {
        "hosts": edit.rename_host,
        "clusters": edit.rename_cluster,
        "credentials": edit.rename_credential,
    }[table]
    with suppress(DocumentError):
        return rename(side, now, new)
    return side


def _told(value: Any) -> str:
    if value is ABSENT:
        return "“not there”"
    if isinstance(value, Value):
        return (
            "“" + ", ".join(f"{key} = {shown(item)}" for key, item in list(value.plain().items())[:4]) + "”"
        )
    return f"“{shown(value)}”"

"""What the page Numbers shows, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from azdesk.ui.viewmodels import State

Path = tuple[str, ...]
"""Where in the document."""


Kind = Literal["block", "rule", "emergency", "reserved"]


@dataclass(frozen=True, kw_only=True)
class Span:
    """Numbers of one length that follow each other and belong to one entry of the plan."""

    first: float
    """Where they begin when all numbers of that length are put between 0 and 1."""
    end: float
    """Where they end; exclusive."""


@dataclass(frozen=True, kw_only=True)
class Area:
    """The numbers of one entry of the plan that have the same length."""

    key: str
    """Unique on the map."""
    kind: Kind
    length: int
    """How many digits; of an open pattern the fewest."""
    open: bool
    """Whether longer numbers belong to it, too."""
    pattern: str
    """As it is dialled."""
    owner: str
    """The host, or the rule."""
    spans: tuple[Span, ...]
    path: Path
    sentence: str
    """What the numbers are, in words."""
    shared: tuple[str, ...] = ()
    """Keys of areas that have some of its numbers, too."""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """All areas of one length, in rows in which nothing overlaps."""

    length: int
    open: bool
    """Whether numbers go on."""
    rows: tuple[tuple[Area, ...], ...]
    shared: tuple[Span, ...] = ()
    """Numbers that several have."""


@dataclass(frozen=True, kw_only=True)
class NumberMap:
    """Who owns which numbers, as seen from one place."""

    signs: str = "0123456789"
    """What numbers begin with: the columns of the map."""
    lanes: tuple[Lane, ...]

    @property
    def areas(self) -> tuple[Area, ...]:
        return tuple(area for lane in self.lanes for row in lane.rows for area in row)


@dataclass(frozen=True, kw_only=True)
class GraphHost:
    """A host in the graph."""

    name: str
    numbers: str
    """Its prefix and blocks."""
    state: State | None = None


@dataclass(frozen=True, kw_only=True)
class GraphGroup:
    """Hosts that call each other directly."""

    key: str
    title: str
    note: str
    """How they reach each other, and by how many trunks."""
    hosts: tuple[GraphHost, ...]


@dataclass(frozen=True, kw_only=True)
class GraphTrunk:
    """A trunk to somebody else."""

    name: str
    note: str
    """Where it leads to."""
    rules_out: tuple[str, ...]
    """What leads to it: pattern and name of each rule."""
    rules_in: tuple[str, ...]
    whole: tuple[str, ...]
    """Keys of groups all of whose hosts have it."""
    hosts: tuple[str, ...]
    """Hosts that have it, of the other groups."""
    through: tuple[str, ...] = ()
    """Hosts that go out by it through those."""
    state: State | None = None


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Hosts and trunks."""

    groups: tuple[GraphGroup, ...]
    trunks: tuple[GraphTrunk, ...]


@dataclass(frozen=True, kw_only=True)
class Hop:
    """A stretch of a call's way that one extension of one host's dial plan is responsible for."""

    host: str
    context: str
    number: str
    """As it arrives here."""
    pattern: str
    """What matched it."""
    what: str
    """The rule or block in words."""
    actions: tuple[str, ...]
    """What happens, in sentences."""
    path: Path = ()
    aside: bool = False
    """It is a branch beside the caller's own way: a member of a group."""
    state: State | None = None
    """How the call ends, on its last hop."""
    differs: str = ""
    """On the first hop that the document plans in another way: what it plans."""


@dataclass(frozen=True, kw_only=True)
class CallWay:
    """What comes of a call."""

    state: State
    sentence: str
    detail: str
    hops: tuple[Hop, ...]
    compared: str = ""
    """Where it is the way that hosts have loaded: whether the document plans the same."""
    same: bool = True

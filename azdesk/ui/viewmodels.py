"""What the window shows, as plain values.

The application layer maps the fleet, what was observed, plans and outcomes to these; widgets take them and emit signals. Nothing
here knows Qt, hosts or files, and every text is ready to be read. ``key`` values are opaque to the widgets: they come back in
signals as they were given. What the review and the journal show is in `azdesk.ui.reviewmodels`: it is loaded when first wanted,
because the window is to be there soon.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How something stands; each has a shape and a colour of its own."""

    RIGHT = "right"
    DIFFERS = "differs"
    FAILING = "failing"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    """Not looked at, or not for a while."""
    BUSY = "busy"


class TreeKind(StrEnum):
    """What a row of the fleet tree stands for."""

    GROUP = "group"
    """A heading such as the fleet or *Outside*."""
    PAGE = "page"
    """A page of the whole fleet."""
    CLUSTER = "cluster"
    HOST = "host"
    TRUNK = "trunk"


@dataclass(frozen=True, kw_only=True)
class TreeItem:
    """A row of the fleet tree with the rows below it."""

    key: str
    """Unique in the tree; what `page_requested` carries."""
    kind: TreeKind
    text: str
    icon: str = ""
    """Name of an icon; a state's mark takes its place."""
    state: State | None = None
    note: str = ""
    """A few words at the right: a count, ``2 differ``, ``3 h ago``."""
    tooltip: str = ""
    children: tuple[TreeItem, ...] = ()
    renamable: bool = False


@dataclass(frozen=True, kw_only=True)
class HostSummary:
    """One tile of the host grid."""

    key: str
    name: str
    state: State
    sentence: str
    """What is to be known about it in one line."""
    address: str = ""
    looked_at: datetime | None = None
    """Aware; None if never."""


@dataclass(frozen=True, kw_only=True)
class Attention:
    """Something that wants the admin, with the button that deals with it."""

    key: str
    state: State
    sentence: str
    detail: str = ""
    action: str = ""
    """Words on the button; no button when empty."""


@dataclass(frozen=True, kw_only=True)
class MatrixCell:
    """One node's value of a thing that must be equal on all nodes."""

    text: str
    """Short form; secrets as the first characters of a hash."""
    state: State | None = None
    """None where it is as it should be."""
    full: str = ""
    """The whole value, shown on hover."""


@dataclass(frozen=True, kw_only=True)
class MatrixRow:
    """One thing that must be equal on all nodes."""

    label: str
    cells: tuple[MatrixCell, ...]
    """One per node, in the order of `Matrix.nodes`."""


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The must-be-equal matrix of one cluster."""

    key: str
    title: str
    note: str = ""
    """Such as the nodes that ejabberd itself says are running."""
    nodes: tuple[str, ...] = ()
    rows: tuple[MatrixRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OverviewModel:
    """Everything on the overview page."""

    title: str
    subtitle: str
    looked_at: datetime | None = None
    attention: tuple[Attention, ...] = ()
    hosts: tuple[HostSummary, ...] = ()
    matrices: tuple[Matrix, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ChangeSummary:
    """What the change bar says about the document."""

    changes: int = 0
    hosts: int = 0
    note: str = ""
    """Such as ``edited just now · not applied``."""
    undo: str = ""
    """What undo would take back; empty if nothing."""
    redo: str = ""
    unknown: int = 0
    """Hosts of which nothing is known, so that they may differ as well."""


@dataclass(frozen=True, kw_only=True)
class RunningJob:
    """What runs now, for the change bar."""

    key: str
    text: str
    done: int = 0
    total: int = 0
    """0 while it is not known."""
    cancellable: bool = True


@dataclass(frozen=True, kw_only=True)
class PaletteEntry:
    """Something the Ctrl+K palette can do or go to."""

    key: str
    text: str
    note: str = ""
    """Where it belongs, or the host's address; searched as well."""
    shortcut: str = ""
    icon: str = ""
    state: State | None = None


@dataclass(frozen=True, kw_only=True)
class TabModel:
    """One tab of a host's page."""

    key: str
    title: str
    state: State | None = None
    """None where there is nothing to say."""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One row of a table."""

    key: str
    """Unique in the table."""
    cells: tuple[str, ...]
    state: State | None = None
    """The mark in the first cell."""
    tooltip: str = ""
    sort: tuple[object, ...] = ()
    """What cells are sorted by, where it is something else than their words."""
    path: tuple[str, ...] = ()
    """What in the document it stands for."""
    quiet: bool = False
    """Whether it counts for less."""

    def sorted_by(self, column: int) -> Any:
        """What a cell is sorted by; within a column of one kind."""
        return self.sort[column] if column < len(self.sort) else self.cells[column].casefold()

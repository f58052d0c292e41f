"""The form every feature has.

A feature is one frozen record of pure functions: what to read on a host, how to understand it, what the
document wants, and the steps between the two. One folder, one line in `registry`, one editor in the window.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from azdesk.core.plan import Note
from azdesk.core.probe import Probe, Readings
from azdesk.core.step import Step
from azdesk.fleet.model import Fleet

S = TypeVar("S")


@dataclass(frozen=True, kw_only=True)
class PlanContext:
    """What a planner may look at beside its own two states."""

    fleet: Fleet
    host: str
    """Name of the host the plan is for."""
    observed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """host → feature key → observed state, for all hosts that could be read; the own host is among them."""

    renew: frozenset[str] = frozenset()
    """Fingerprints (SHA-256, hex) of certificates that are to be replaced though they are not due."""

    pending: Mapping[str, str] = field(default_factory=dict)
    """path → content it will have after the steps of the features before this one."""

    worked_out: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    """What `once` remembers: shared by the planners of all hosts that are planned together."""

    def text(self, path: str, observed: str | None) -> str:
        """Content of a file as this feature will find it: several features may each change a part of one file.

        The planner folds their writes into one step.
        """
        return self.pending.get(path, observed or "")

    def of(self, host: str, feature: str) -> Any | None:
        """Another host's observed state, or None if that host could not be read."""
        return self.observed.get(host, {}).get(feature)

    def once(self, key: Hashable, work_out: Callable[[], S]) -> S:
        """A value that follows from the document and the observed states alone, worked out for the first host only.

        In a cluster of n nodes each plan asks who leads it, which takes a look at all n.
        """
        if key not in self.worked_out:
            self.worked_out[key] = work_out()
        found: S = self.worked_out[key]
        return found


def _nobody(context: PlanContext, observed: Any, desired: Any) -> Collection[str]:
    return ()


def _nothing(context: PlanContext, observed: Any, desired: Any) -> Iterable[Note]:
    return ()


def _always(fleet: Fleet, host: str) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Feature(Generic[S]):
    """One thing a host can have. `S` is its state: frozen, comparable, made of JSON-able values."""

    key: str
    title: str
    """What the tab and the review say."""
    state: type[S]
    probes: Callable[[Fleet, str], Mapping[str, Probe]]
    """(document, host name) → what to read there. Must cover all that `parse` needs."""
    parse: Callable[[Readings], S]
    """Readings → observed. Raises `ObserveError` for what cannot be understood."""
    desired: Callable[[Fleet, str], S]
    """(document, host name) → what this host should have; “nothing” is a state too: what remove leaves."""
    plan: Callable[[PlanContext, S, S], Iterator[Step]]
    """(context, observed, desired) → steps; nothing when they agree."""
    adopt: Callable[[Fleet, str, S], Fleet]
    """(document, host name, observed) → a document that says what the host has."""
    differences: Callable[[S, S], Iterable[str]]
    """(observed, desired) → one short sentence for each thing that differs, for the tree and the editors."""
    applies: Callable[[Fleet, str], bool] = _always
    """Whether the feature makes sense for this host at all (role)."""
    after: Callable[[PlanContext, S, S], Collection[str]] = _nobody
    """Hosts whose plans must succeed before this host's."""
    notes: Callable[[PlanContext, S, S], Iterable[Note]] = _nothing
    """What the admin should know before approving; blocking notes stop the host's plan."""

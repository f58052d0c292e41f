"""What is shown of each host, worked out again only for hosts of which something new is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from azdesk.ui.mapping.standing import FleetView

T = TypeVar("T")


class PerHost(Generic[T]):
    """Remembers a function of one host's part of the view.

    While a large fleet is being looked at, the window is brought up to date many times a second, each time for a few hosts.

    Args:
        work_out: may use of the view what belongs to that host, the document, whether the last look is stale, and
            for a host that was never seen whether it is being looked at.
    """

    def __init__(self, work_out: Callable[[FleetView, str], T]) -> None:
        self._work_out = work_out
        self._known: dict[str, tuple[tuple[object, ...], T]] = {}

    def of(self, view: FleetView, host: str) -> T:
        """What the function gives for this host."""
        seen = view.observations.get(host)
        if seen is not None and view.now - seen.at > view.stale:
            return self._work_out(view, host)  # its words have the time in them
        # What is observed, thought and documented is never changed in place, only replaced.
        parts = (view.fleet, seen, view.thoughts.get(host), view.outcomes.get(host))
        words = (view.busy.get(host), seen is None and host in view.looking)
        known = self._known.get(host)
        if (
            known is not None
            and known[0][-1] == words
            and all(a is b for a, b in zip(known[0], parts, strict=False))
        ):
            return known[1]
        value = self._work_out(view, host)
        self._known[host] = ((*parts, words), value)
        return value

    def forget(self, view: FleetView) -> None:
        """Drop hosts that the document no longer has."""
        for host in self._known.keys() - view.fleet.hosts.keys():
            del self._known[host]

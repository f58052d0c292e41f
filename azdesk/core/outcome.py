"""What came of a plan: per step and per host, never "unknown"."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass


class StepState(enum.StrEnum):
    """State of one step."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    """Carried out (and not taken back)."""
    FAILED = "failed"
    ROLLED_BACK = "rolled-back"
    """Carried out, then taken back because another step failed."""
    NOT_RUN = "not-run"


class HostState(enum.StrEnum):
    """State of one host after a plan."""

    RIGHT = "right"
    """Nothing had to be done."""
    CHANGED = "changed"
    """Changed, and verified by reading again."""
    ROLLED_BACK = "rolled-back"
    """A step failed; the host is as it was before."""
    NOT_RUN = "not-run"
    """Nothing was touched: blocked, stale, locked, unreachable, or waiting for a host that failed."""
    AWAITED = "awaited"
    """The link was lost in the middle. The host itself ends old or new; asked again when it can be reached."""
    NEEDS_HELP = "needs-help"
    """A rollback step failed as well; the message says what is left to do by hand."""


@dataclass(frozen=True, kw_only=True)
class StepOutcome:
    """What came of one step."""

    title: str
    state: StepState
    message: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class HostOutcome:
    """What came of one host's plan."""

    host: str
    state: HostState
    message: str = ""
    """Why, and what next; empty when all went well."""
    transaction: str = ""
    """Identifier in the host's journal; empty when none was begun."""
    steps: tuple[StepOutcome, ...] = ()
    backups: tuple[str, ...] = ()
    """Archives made on the host, by file name."""

    @property
    def good(self) -> bool:
        return self.state in (HostState.RIGHT, HostState.CHANGED)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a whole plan, in the order of its hosts."""

    hosts: tuple[HostOutcome, ...] = ()

    @property
    def good(self) -> bool:
        return all(host.good for host in self.hosts)

    def host(self, name: str) -> HostOutcome:
        """The outcome for one host.

        Raises:
            KeyError: the plan had nothing for this host.
        """
        for outcome in self.hosts:
            if outcome.host == name:
                return outcome
        raise KeyError(name)

    def __iter__(self) -> Iterator[HostOutcome]:
        return iter(self.hosts)

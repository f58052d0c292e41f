"""The difference between what is and what should be, as steps in order.

A plan is a value: what was approved is what runs. Most of it is one chain of steps per host, carried out
there as one transaction; `HostPlan.after` orders hosts among each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from azdesk.core.step import Step


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something the admin should know about a plan."""

    text: str
    feature: str = ""
    blocking: bool = False
    """The plan for this host may not run while this stands."""


@dataclass(frozen=True, kw_only=True)
class HostPlan:
    """All steps for one host, in order: one transaction."""

    host: str
    steps: tuple[Step, ...] = ()
    after: tuple[str, ...] = ()
    """Hosts whose plans must have succeeded before this one starts."""
    notes: tuple[Note, ...] = ()

    @property
    def blocked(self) -> bool:
        return any(note.blocking for note in self.notes)

    @property
    def irreversible(self) -> tuple[Step, ...]:
        """The steps that cannot be undone once done."""
        return tuple(step for step in self.steps if step.irreversible)

    def wire(self) -> list[dict[str, Any]]:
        """The steps for the helper."""
        return [step.wire() for step in self.steps]

    @property
    def fingerprint(self) -> str:
        """Digest over everything that will be done; equal plans have equal fingerprints."""
        warnings = [step.irreversible for step in self.steps]
        text = json.dumps([self.host, self.wire(), warnings], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Plans of all hosts that were looked at, sorted so that each comes after those it waits for."""

    hosts: tuple[HostPlan, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether everything is already right."""
        return not any(host.steps for host in self.hosts)

    @property
    def changes(self) -> int:
        """Number of steps over all hosts."""
        return sum(len(host.steps) for host in self.hosts)

    def host(self, name: str) -> HostPlan:
        """The plan for one host; an empty one if it has nothing to do."""
        return next((plan for plan in self.hosts if plan.host == name), HostPlan(host=name))

    def __iter__(self) -> Iterator[HostPlan]:
        return iter(self.hosts)

"""Keeps, for each host, what differs and what would be done there: worked out off the GUI thread, in small portions."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from azdesk.core.errors import AzdeskError, PlanError

if TYPE_CHECKING:
    from azdesk.app.session import Observation
    from azdesk.core.plan import HostPlan
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet
    from azdesk.ui.worker import Task, Worker

_log = logging.getLogger(__name__)

PORTION: Final = 20
"""Hosts thought about at once."""


@dataclass(frozen=True, kw_only=True)
class Thought:
    """What the document and the last look at a host come to."""

    plan: HostPlan
    differences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Feature key → sentences; features in order are left out."""
    problems: Mapping[str, AzdeskError] = field(default_factory=dict)
    """Feature key → why it could not be compared with the document."""

    @cached_property
    def changes(self) -> int:
        """Things that applying would change."""
        if not self.plan.steps:
            return 0
        return max(1, sum(len(sentences) for sentences in self.differences.values()))


def think(
    fleet: Fleet, observations: Mapping[str, Observation], hosts: Collection[str]
) -> dict[str, Thought]:
    """Differences and plans of some hosts; pure.

    A comparison that fails is that feature's problem on that host, even if it fails in a way nobody thought of.
    """
    from azdesk.app.planning import plan_hosts

    found = {}
    known = [host for host in hosts if host in fleet.hosts]
    for host, plan in plan_hosts(fleet, observations, known).items():
        seen = observations.get(host)
        if seen is None or not seen.readable:
            found[host] = Thought(plan=plan)
            continue
        differs, problems = _compared(fleet, seen)
        found[host] = Thought(plan=plan, differences=differs, problems=problems)
    return found


def _compared(
    fleet: Fleet, seen: Observation
) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, AzdeskError]]:
    """Differences of one host, and by feature why some are not known."""
    from azdesk.app.planning import differences

    try:
        return differences(fleet, seen), {}
    except Exception:  # whose it is shows when each feature is asked by itself
        found: dict[str, tuple[str, ...]] = {}
        problems: dict[str, AzdeskError] = {}
    for key, state in seen.states.items():
        try:
            found |= differences(fleet, replace(seen, states={key: state}))
        except AzdeskError as error:
            problems[key] = error
        except Exception as defect:
            _log.error("comparing %s on %s failed", key, seen.host, exc_info=defect)
            problems[key] = PlanError(
                f"AZDesk itself failed at comparing {key} with the document ({type(defect).__name__}).",
                where=seen.host,
                next_step="Please report this; the rest of the host can be worked on.",
            )
    return found, problems


class Thinker(QObject):
    """Thinks again about hosts whose document or observation changed."""

    thought = Signal(object)
    """Names of the hosts that were thought about."""

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thoughts: dict[str, Thought] = {}
        self._worker = worker
        self._fleet: Fleet | None = None
        self._observations: Mapping[str, Observation] = {}
        self._waiting: dict[str, None] = {}
        self._task: Task | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._start)

    @property
    def busy(self) -> bool:
        """Whether some thoughts are not of the present document and observations yet."""
        return self._task is not None or bool(self._waiting)

    def again(
        self, fleet: Fleet, observations: Mapping[str, Observation], hosts: Collection[str] | None = None
    ) -> None:
        """Something changed that concerns these hosts (None: all)."""
        if fleet is not self._fleet:
            hosts = None
            self.thoughts = {name: thought for name, thought in self.thoughts.items() if name in fleet.hosts}
        self._fleet, self._observations = fleet, observations
        self._waiting.update(dict.fromkeys(fleet.hosts if hosts is None else hosts))
        if self._waiting and self._task is None:
            self._soon.start()

    def stop(self) -> None:
        """Think no more."""
        self._soon.stop()
        self._waiting.clear()

    def _start(self) -> None:
        fleet = self._fleet
        if self._task is not None or fleet is None or not self._waiting:
            return
        portion = list(self._waiting)[:PORTION]
        for host in portion:
            del self._waiting[host]
        seen = dict(self._observations)

        def work(_job: Job) -> dict[str, Thought]:
            return think(fleet, seen, portion)

        def done(found: dict[str, Thought]) -> None:
            if fleet is self._fleet:
                self.thoughts.update(found)
                self.thought.emit(tuple(found))

        self._task = self._worker.start(work, title="", done=done)
        self._task.finished.connect(self._ended)

    def _ended(self) -> None:
        self._task = None
        if self._waiting:
            self._soon.start()

"""Carry out an approved plan: one transaction per host, hosts side by side, waiting where they must."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from azdesk.app.afterwards import ask_awaited, settled
from azdesk.app.changing import AdHocChange, HostChange
from azdesk.app.introducing import introduce
from azdesk.app.planning import Preview
from azdesk.app.session import Session
from azdesk.app.side_by_side import AT_ONCE
from azdesk.core.outcome import HostOutcome, HostState, Outcome, StepOutcome, StepState
from azdesk.core.plan import HostPlan, Plan
from azdesk.core.progress import Job, Progress
from azdesk.features.registry import FEATURES

_log = logging.getLogger(__name__)
_ABOUT_CALLS = frozenset({"media", "trunks", "services"})
"""Features whose changes a host's peers notice: their Asterisks ask it whether it is there."""


def apply(session: Session, approved: Preview, job: Job | None = None, *, title: str = "") -> Outcome:
    """Carry out the plan. Every host ends as changed, as before, or not touched; the outcome says which and why.

    Args:
        title: for the hosts' journals; empty: for each host the titles of the features that change it.

    Never raises for what happens on a host; a cancelled job rolls back what runs and leaves the rest alone.
    """
    job = _Watched(job or Job())
    plans = [plan for plan in approved.plan if plan.steps]
    if not plans:
        return Outcome(hosts=tuple(_nothing_to_do(plan) for plan in approved.plan))
    outcome = _Run(session=session, approved=approved, job=job, title=title).all(plans)
    changed = {host.host for host in outcome.hosts if host.state is HostState.CHANGED}
    about_calls = [plan.host for plan in plans if plan.host in changed and _features(plan) & _ABOUT_CALLS]
    if about_calls:
        introduce(session, about_calls, job)
    return outcome


def run_steps(session: Session, plan: HostPlan, job: Job, *, title: str) -> HostOutcome:
    """Carry out steps that no document asks for (restart a service, restore a backup), as a transaction.

    Proof is in the steps themselves; the plan is not compared with the document.
    """
    approved = Preview(plan=Plan(hosts=(plan,)), fleet=session.fleet, observations=session.observations)
    change = AdHocChange(session=session, approved=approved, plan=plan, job=_Watched(job), title=title)
    return change.run()


class _Watched(Job):
    """A job whose watcher may fail: that is reported, and no reason to take back what hosts are doing."""

    def __init__(self, inner: Job) -> None:
        super().__init__(inner.report)
        inner.on_cancel(self.cancel)

    def report(self, progress: Progress) -> None:
        try:
            super().report(progress)
        except Exception as defect:
            _log.error("showing progress failed", exc_info=defect)


def _title(plan: HostPlan) -> str:
    """What is done on one host, for its journal: the titles of the features whose steps it has."""
    keys = _features(plan)
    return ", ".join(feature.title for feature in FEATURES if feature.key in keys) or "Change"


def _features(plan: HostPlan) -> set[str]:
    return {key for step in plan.steps for key in step.feature.split("+")}


def _why_blocked(plan: HostPlan) -> str:
    # The host's name stands beside every outcome.
    return " ".join(note.text.removeprefix(f"{plan.host}: ") for note in plan.notes if note.blocking)


def _nothing_to_do(plan: HostPlan) -> HostOutcome:
    """Right as it is, or not known well enough to say so."""
    state = HostState.NOT_RUN if plan.blocked else HostState.RIGHT
    return HostOutcome(host=plan.host, state=state, message=_why_blocked(plan))


@dataclass(kw_only=True)
class _Run:
    """One application of a plan; its state is shared by the threads of the hosts."""

    session: Session
    approved: Preview
    job: Job
    title: str
    """For every host's journal; empty: what is done there."""
    turns: dict[str, threading.Lock] = field(default_factory=dict)
    """One for each host that others wait for: nodes that join it at one time would fight over its schema."""

    def all(self, plans: list[HostPlan]) -> Outcome:
        futures: dict[str, Future[HostOutcome]] = {}
        # Each plan comes after those it waits for, so the first that is not done always has a thread.
        with ThreadPoolExecutor(min(AT_ONCE, len(plans)), thread_name_prefix="apply") as pool:
            for plan in plans:
                if plan.after:
                    self.turns.setdefault(plan.after[0], threading.Lock())
                waits = {host: futures[host] for host in plan.after if host in futures}
                futures[plan.host] = pool.submit(self._one, plan, waits)
            done = {host: future.result() for host, future in futures.items()}
        return Outcome(
            hosts=tuple(done.get(plan.host) or _nothing_to_do(plan) for plan in self.approved.plan)
        )

    def _one(self, plan: HostPlan, waits: Mapping[str, Future[HostOutcome]]) -> HostOutcome:
        if why := self._obstacle(plan, waits):
            return self._not_run(plan, why)
        if not plan.after:
            return self._host(plan)
        with self.turns[plan.after[0]]:
            return self._host(plan)

    def _obstacle(self, plan: HostPlan, waits: Mapping[str, Future[HostOutcome]]) -> str:
        """Why the plan cannot be carried out, once those it waits for have ended; empty if it can."""
        for host, future in waits.items():
            if not future.result().good:
                return f"It waits for {host}, which was not changed."
        for host in plan.after:
            if self.approved.plan.host(host).blocked:
                return f"It waits for {host}, which cannot be changed now."
        return _why_blocked(plan)

    def _host(self, plan: HostPlan) -> HostOutcome:
        if self.job.cancelled:
            return self._not_run(plan, "Cancelled before it began.")
        change = HostChange(
            session=self.session,
            approved=self.approved,
            plan=plan,
            job=self.job,
            title=self.title or _title(plan),
        )
        outcome = change.run()
        count = len(plan.steps)
        self.job.report(Progress(text=outcome.state, host=plan.host, done=count, total=count))
        return outcome

    def _not_run(self, plan: HostPlan, why: str) -> HostOutcome:
        self.job.report(Progress(text=why, host=plan.host, total=len(plan.steps)))
        return HostOutcome(
            host=plan.host,
            state=HostState.NOT_RUN,
            message=why,
            steps=tuple(StepOutcome(title=step.title, state=StepState.NOT_RUN) for step in plan.steps),
        )


__all__ = ["apply", "ask_awaited", "run_steps", "settled"]

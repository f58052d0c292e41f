"""The change of one host: a transaction there, from the lock to the proof."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from azdesk.app.afterwards import end_of, place_of
from azdesk.app.joining import explain
from azdesk.app.observing import probes_for, understand
from azdesk.app.planning import Preview, left_over, plan_host
from azdesk.app.session import Awaited, Observation, Session, new_transaction
from azdesk.app.supplying import Supply
from azdesk.core.errors import (
    AzdeskError,
    Cancelled,
    LinkError,
    LinkLost,
    PlanStale,
    StepFailed,
)
from azdesk.core.outcome import HostOutcome, HostState, StepOutcome, StepState
from azdesk.core.plan import HostPlan
from azdesk.core.probe import Readings
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import Secret
from azdesk.core.step import Run
from azdesk.hosts.link import Applied, Link

RECONNECT_FOR = 45.0
"""Seconds that a lost link is tried again before the outcome is left to be asked for later."""

_log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class HostChange:
    """Carries out the approved plan of one host; `run` once."""

    session: Session
    approved: Preview
    plan: HostPlan
    job: Job
    title: str
    transaction: str = field(default_factory=new_transaction)
    _states: list[StepState] = field(init=False)
    _messages: list[str] = field(init=False)
    _seconds: list[float] = field(init=False)
    _begun: bool = False
    _backups: tuple[str, ...] = ()
    _after: Observation | None = None
    """What the host was after the last step; true if the change is kept."""

    def __post_init__(self) -> None:
        count = len(self.plan.steps)
        self._states, self._messages = [StepState.WAITING] * count, [""] * count
        self._seconds = [0.0] * count

    @property
    def host(self) -> str:
        return self.plan.host

    def run(self) -> HostOutcome:
        """Change the host. Never raises for what happens there, nor for a fault of our own."""
        try:
            with self.session.changing(self.host):
                return self._run()
        except AzdeskError as error:
            return self._ended(HostState.NOT_RUN, self._told(error))
        except Exception as defect:
            _log.error("preparing the change of %s failed", self.host, exc_info=defect)
            return self._ended(HostState.NOT_RUN, _fault_of_ours(defect))

    def _run(self) -> HostOutcome:
        # All that can be missing on this side is found out before the host is asked for anything.
        self.job.check()
        link = self.session.pool.link(self.host, self.job)
        secrets = self._secrets()
        try:
            self._carry_out(link, secrets)
        except LinkError as error:
            told = self._told(error)
            return self._ask_afterwards(told) if self._begun else self._ended(HostState.NOT_RUN, told)
        except AzdeskError as error:
            return self._after_failure(f"{self._told(error)} {self._explained()}".strip())
        except Exception as defect:
            _log.error("changing %s failed", self.host, exc_info=defect)
            link.close()  # so the host puts itself back
            return self._ask_afterwards(_fault_of_ours(defect))
        return self._ended(HostState.CHANGED, "", self._backups)

    def _carry_out(self, link: Link, secrets: Mapping[str, Secret]) -> None:
        probes = probes_for(self.approved.fleet, self.host)
        self._begun = True
        try:
            before = link.begin(
                transaction=self.transaction, who=self.session.who, title=self.title, probes=probes
            )
        except AzdeskError as error:
            self._begun = isinstance(error, LinkError)  # in which case nobody knows yet
            raise
        with self._or_back(link):
            self.check(before)
            self.job.check()
        applied = link.apply(
            self.transaction, self.plan.steps, secrets, probes, job=self.job, on_step=self._on_step
        )
        with self._or_back(link):
            self._backups = applied.backups
            self._after = self.prove(applied)
            if any(step.new_login for step in self.plan.steps):
                self._log_in_anew()
            self.job.check()
        link.commit(self.transaction)

    @contextmanager
    def _or_back(self, link: Link) -> Iterator[None]:
        """Take the open transaction back at once if anything goes wrong, instead of leaving it to the heartbeat."""
        try:
            yield
        except Exception as error:
            link.rollback(self.transaction, error.what if isinstance(error, AzdeskError) else "AZDesk failed")
            raise

    # -- what differs between a reviewed plan and steps of the moment ----------------------------------------

    def check(self, readings: Readings) -> None:
        """Plan again from what the host is now, under its lock: it must be the plan that was approved.

        Raises:
            PlanStale: it is another one.
        """
        again = self._planned(self._seen_with(self._observation(readings)))
        if again.fingerprint == self.plan.fingerprint and not again.blocked:
            return
        old, new = {step.title for step in self.plan.steps}, {step.title for step in again.steps}
        changed = sorted(old ^ new) or [note.text for note in again.notes if note.blocking]
        raise PlanStale(
            "The host is no longer as it was when the plan was reviewed "
            f"({'; '.join(changed) or 'the contents of a file'}).",
            where=self.host,
            next_step="Nothing was changed. Look again and review the new plan.",
        )

    def prove(self, applied: Applied) -> Observation:
        """What the host is now, if nothing of the plan is left to do.

        Raises:
            StepFailed: something did not take effect.
        """
        fresh = self._observation(applied.readings)
        seen = {**self._seen_with(fresh), **{peer: self._peer(peer) for peer in self.plan.after}}
        left = left_over(self.plan, self._planned(seen))
        if left or fresh.problems:
            why = "; ".join([*(step.title for step in left), *map(str, fresh.problems.values())])
            raise StepFailed(f"Read again after the change, this was still not so: {why}.")
        return fresh

    def _log_in_anew(self) -> None:
        """Raises:
        StepFailed: the host does not let this workstation in any more.
        """
        self.job.report(Progress(text="Logging in anew", host=self.host))
        try:
            self.session.pool.try_login(self.host, self.job)
        except LinkError as error:
            raise StepFailed(
                f"After the change the host did not let AZDesk in by a new connection: {error.what}",
                where=self.host,
            ) from error

    def _planned(self, seen: Mapping[str, Observation]) -> HostPlan:
        return plan_host(self.approved.fleet, seen, self.host, renew=self.approved.renew)

    def _observation(self, readings: Readings) -> Observation:
        states, problems = understand(self.approved.fleet, readings.host, readings)
        return Observation(host=readings.host, at=time.time(), states=states, problems=problems)

    def _seen_with(self, fresh: Observation) -> dict[str, Observation]:
        return {**self.approved.observations, fresh.host: fresh}

    def _peer(self, peer: str) -> Observation:
        """The other host's own word for what was done."""
        fleet = self.approved.fleet
        try:
            readings = self.session.pool.link(peer, self.job).look(probes_for(fleet, peer))
        except Cancelled:
            raise
        except AzdeskError:
            return self.approved.observations[peer]
        observation = self._observation(readings)
        self.session.keep(observation)
        return observation

    def _secrets(self) -> Mapping[str, Secret]:
        supply = Supply(session=self.session, fleet=self.approved.fleet, host=self.host, job=self.job)
        return supply.of(self.plan.steps)

    # -- meanwhile -------------------------------------------------------------------------------------------

    def _on_step(self, index: int, state: StepState, message: str, seconds: float) -> None:
        self._states[index], self._messages[index], self._seconds[index] = state, message, seconds
        self.job.report(
            Progress(
                text=message or self.plan.steps[index].title,
                host=self.host,
                done=self._states.count(StepState.DONE),
                total=len(self.plan.steps),
                step=index,
                state=state,
            )
        )
        if state is StepState.RUNNING:
            # A cancel that reached the host just before the steps did was not heeded there.
            self.job.check()

    # -- afterwards ------------------------------------------------------------------------------------------

    def _told(self, error: AzdeskError) -> str:
        """An error's sentences without the host's name, which stands beside every outcome."""
        where = "" if error.where == self.host else error.where.removeprefix(f"{self.host}: ")
        said = f"{where}: {error.what}" if where else error.what
        # A lost link is opened again by itself: there is nothing to do about it.
        return said if isinstance(error, LinkLost) else f"{said} {error.next_step}".rstrip()

    def _explained(self) -> str:
        """For a join that failed: which of the three faults that ejabberd reports alike it was."""
        for step, state in zip(self.plan.steps, self._states, strict=True):
            if state is StepState.FAILED and isinstance(step, Run) and "join_cluster" in step.argv:
                return explain(self.session, self.host, self.plan.after[0]) if self.plan.after else ""
        return ""

    def _after_failure(self, message: str) -> HostOutcome:
        """The host took everything back; its journal knows whether that went well."""
        if all(state is StepState.WAITING for state in self._states):
            return self._ended(HostState.NOT_RUN, message)
        end = end_of(self.session, self.host, self.transaction)
        if end is None:
            return self._ask_afterwards(message)
        if end.state is not HostState.ROLLED_BACK:
            message = f"{message} {end.message}"
        return self._ended(end.state, message, end.backups)

    def _ask_afterwards(self, why: str) -> HostOutcome:
        """Its end was not seen: the host ends old or new by itself; connect again and ask which."""
        deadline = time.monotonic() + RECONNECT_FOR
        self.job.report(Progress(text="Link lost, connecting again", host=self.host))
        pause = 0.3
        while time.monotonic() < deadline and not self.job.cancelled:
            end = end_of(self.session, self.host, self.transaction, self.job)
            if end is not None:
                return self._ended(end.state, f"{why} {end.message}", end.backups)
            time.sleep(pause)
            pause = min(pause * 1.5, 3.0)
        self.session.awaited.add(
            Awaited(
                host=self.host,
                transaction=self.transaction,
                title=self.title,
                since=time.time(),
                place=place_of(self.session, self.host),
            )
        )
        return self._ended(
            HostState.AWAITED,
            f"{why} The host itself ends in the old state or in the new one; AZDesk asks as soon as it answers.",
        )

    def _ended(self, state: HostState, message: str, backups: tuple[str, ...] = ()) -> HostOutcome:
        if state is HostState.CHANGED and self._after is not None:
            self.session.keep(self._after)
        steps = tuple(
            StepOutcome(title=step.title, state=_final(state, one), message=said, seconds=took)
            for step, one, said, took in zip(
                self.plan.steps, self._states, self._messages, self._seconds, strict=True
            )
        )
        return HostOutcome(
            host=self.host,
            state=state,
            message=message,
            transaction=self.transaction if self._begun else "",
            steps=steps,
            backups=backups,
        )


class AdHocChange(HostChange):
    """Steps that no document asks for: nothing was planned from what was read, and the proof is in the steps."""

    def check(self, readings: Readings) -> None:
        del readings

    def prove(self, applied: Applied) -> Observation:
        return self._observation(applied.readings)


def _fault_of_ours(defect: Exception) -> str:
    """Without the exception's own text, which may have been made from what was read."""
    return f"AZDesk itself failed ({type(defect).__name__}). Please report this."


def _final(host: HostState, step: StepState) -> StepState:
    """A step's state once its host's is known."""
    if host is HostState.NOT_RUN:
        return StepState.NOT_RUN
    if host is HostState.CHANGED:
        return StepState.DONE
    if host is HostState.ROLLED_BACK and step is not StepState.FAILED:
        return StepState.NOT_RUN if step is StepState.WAITING else StepState.ROLLED_BACK
    return step

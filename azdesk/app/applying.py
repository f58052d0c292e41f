"""Carry out an approved plan: one transaction per host, hosts side by side, waiting where they must."""

from __future__ import annotations

import secrets as randomness
import string
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from azdesk.app.joining import explain
from azdesk.app.observing import probes_for, understand
from azdesk.app.planning import Preview, left_over, plan_host
from azdesk.app.session import Awaited, Observation, Session, new_transaction
from azdesk.core.errors import (
    AzdeskError,
    Cancelled,
    CredentialError,
    LinkError,
    PlanStale,
)
from azdesk.core.outcome import HostOutcome, HostState, Outcome, StepOutcome, StepState
from azdesk.core.plan import HostPlan, Plan
from azdesk.core.probe import Readings
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import Secret
from azdesk.core.step import Run, SecretUse, WriteFile
from azdesk.hosts.link import Applied, Link

RECONNECT_FOR = 45.0
"""Seconds that a lost link is tried again before the outcome is left to be asked for later."""

_ENDED = {
    "committed": HostState.CHANGED,
    "rolled-back": HostState.ROLLED_BACK,
    "recovered": HostState.ROLLED_BACK,
    "needs-help": HostState.NEEDS_HELP,
    "never-begun": HostState.NOT_RUN,
}


def apply(session: Session, approved: Preview, job: Job | None = None, *, title: str = "") -> Outcome:
    """Carry out the plan. Every host ends as changed, as before, or not touched; the outcome says which and why.

    Never raises for what happens on a host; a cancelled job rolls back what runs and leaves the rest alone.
    """
    job = job or Job()
    plans = [plan for plan in approved.plan if plan.steps]
    if not plans:
        return Outcome(hosts=tuple(_nothing_to_do(plan) for plan in approved.plan))
    run = _Run(session=session, approved=approved, job=job, title=title or _title(plans))
    return run.all(plans)


def _title(plans: list[HostPlan]) -> str:
    features = dict.fromkeys(step.feature for plan in plans for step in plan.steps if step.feature)
    return ", ".join(features) or "change"


def _nothing_to_do(plan: HostPlan) -> HostOutcome:
    """Right as it is, or not known well enough to say so."""
    why = " ".join(note.text for note in plan.notes if note.blocking)
    state = HostState.NOT_RUN if plan.blocked else HostState.RIGHT
    return HostOutcome(host=plan.host, state=state, message=why)


@dataclass(kw_only=True)
class _Run:
    """One application of a plan; its state is shared by the threads of the hosts."""

    session: Session
    approved: Preview
    job: Job
    title: str
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def all(self, plans: list[HostPlan]) -> Outcome:
        futures: dict[str, Future[HostOutcome]] = {}
        done: dict[str, HostOutcome] = {}
        with ThreadPoolExecutor(len(plans), thread_name_prefix="apply") as pool:
            for plan in plans:
                waits = {host: futures[host] for host in plan.after if host in futures}
                futures[plan.host] = pool.submit(self._when_ready, plan, waits)
            for host, future in futures.items():
                done[host] = future.result()
        return Outcome(
            hosts=tuple(done.get(plan.host) or _nothing_to_do(plan) for plan in self.approved.plan)
        )

    def _when_ready(self, plan: HostPlan, waits: Mapping[str, Future[HostOutcome]]) -> HostOutcome:
        for host, future in waits.items():
            if not future.result().good:
                return self._not_run(plan, f"It waits for {host}, which was not changed.")
        if plan.blocked:
            why = " ".join(note.text for note in plan.notes if note.blocking)
            return self._not_run(plan, why)
        if self.job.cancelled:
            return self._not_run(plan, "Cancelled before it began.")
        # Nodes that join the same cluster at one time would fight over its schema.
        if plan.after:
            with self.one_at_a_time:
                return self._host(plan)
        return self._host(plan)

    def _host(self, plan: HostPlan) -> HostOutcome:
        try:
            outcome = _Host(run=self, plan=plan).change()
        except Exception as error:
            # A defect on our side: the link is given up so that the host puts itself back, and says so.
            self.session.pool.drop(plan.host)
            self._tell(plan, "failed")
            return HostOutcome(
                host=plan.host,
                state=HostState.AWAITED,
                message=f"AZDesk itself failed ({type(error).__name__}); the host rolls back. Look again.",
            )
        self._tell(plan, outcome.state)
        return outcome

    def _tell(self, plan: HostPlan, state: str) -> None:
        self.job.report(Progress(text=state, host=plan.host, done=len(plan.steps), total=len(plan.steps)))

    def _not_run(self, plan: HostPlan, why: str) -> HostOutcome:
        self.job.report(Progress(text=why, host=plan.host, total=len(plan.steps)))
        return HostOutcome(
            host=plan.host,
            state=HostState.NOT_RUN,
            message=why,
            steps=tuple(StepOutcome(title=step.title, state=StepState.NOT_RUN) for step in plan.steps),
        )


@dataclass(kw_only=True)
class _Host:
    """The transaction of one host."""

    run: _Run
    plan: HostPlan
    transaction: str = field(default_factory=new_transaction)
    states: list[StepState] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    begun: bool = False

    def __post_init__(self) -> None:
        count = len(self.plan.steps)
        self.states, self.messages, self.seconds = [StepState.WAITING] * count, [""] * count, [0.0] * count

    @property
    def host(self) -> str:
        return self.plan.host

    def change(self) -> HostOutcome:
        session, job = self.run.session, self.run.job
        try:
            link = session.pool.link(self.host, job)
            secrets = self._secrets()
            probes = probes_for(self.run.approved.fleet, self.host)
            self.begun = True
            before = link.begin(
                transaction=self.transaction, who=session.who, title=self.run.title, probes=probes
            )
            try:
                self._still_as_approved(before)
            except AzdeskError as error:
                link.rollback(self.transaction, error.what)
                raise
            applied = link.apply(
                self.transaction, self.plan.steps, secrets, probes, job=job, on_step=self._on_step
            )
            return self._prove(link, applied)
        except LinkError as error:
            if not self.begun:
                return self._ended(HostState.NOT_RUN, str(error))
            return self._ask_afterwards(error)
        except (PlanStale, CredentialError) as error:
            state = HostState.ROLLED_BACK if StepState.DONE in self.states else HostState.NOT_RUN
            return self._ended(state, str(error))
        except Cancelled:
            return self._after_failure("Cancelled.")
        except AzdeskError as error:
            return self._after_failure(f"{error} {self._explained()}".strip())

    def _explained(self) -> str:
        """For a join that failed: which of the three faults that ejabberd reports alike it was."""
        failed = [
            step
            for step, state in zip(self.plan.steps, self.states, strict=True)
            if state is StepState.FAILED
        ]
        if failed and isinstance(failed[0], Run) and "join_cluster" in failed[0].argv and self.plan.after:
            return explain(self.run.session, self.host, self.plan.after[0])
        return ""

    def _after_failure(self, message: str) -> HostOutcome:
        """The helper took everything back by itself; its journal knows whether that went well."""
        if not any(state is not StepState.WAITING for state in self.states):
            return self._ended(HostState.NOT_RUN, message)
        state, left = HostState.ROLLED_BACK, ""
        try:
            entry = self.run.session.pool.link(self.host, None).outcome(self.transaction)
            state = _ENDED.get(str(entry.get("state")), HostState.ROLLED_BACK)
            left = " ".join(str(sentence) for sentence in entry.get("left") or ())
        except AzdeskError:
            # The failure itself was reported; that the journal cannot be read adds nothing to it.
            state = HostState.ROLLED_BACK
        if state is HostState.NEEDS_HELP:
            message = f"{message} Not everything could be put back: {left}"
        return self._ended(state, message)

    # -- before ----------------------------------------------------------------------------------------------

    def _secrets(self) -> Mapping[str, Secret]:
        uses = [use for step in self.plan.steps if isinstance(step, WriteFile) for use in step.secrets]
        return {use.token: self._secret(use) for use in uses}

    def _secret(self, use: SecretUse) -> Secret:
        kind, _, rest = use.source.partition(":")
        if kind == "host":
            host, _, path = rest.partition(":")
            return self.run.session.pool.link(host, self.run.job).read_secret(path, use.sha256)
        if kind == "random":
            return Secret("".join(randomness.choice(string.ascii_uppercase) for _ in range(20)))
        source = self.run.session.secrets
        found = source.get(rest, "value") if source else None
        if found is None:
            raise CredentialError(
                f"There is no secret named “{rest}”.",
                where=self.host,
                next_step="Enter it under Credentials.",
            )
        return found

    def _observations(self, readings: Readings) -> dict[str, Observation]:
        fleet = self.run.approved.fleet
        states, problems = understand(fleet, self.host, readings)
        fresh = Observation(host=self.host, at=time.time(), states=states, problems=problems)
        return {**self.run.approved.observations, self.host: fresh}

    def _still_as_approved(self, readings: Readings) -> None:
        """Plan again from what the host is now, under its lock: it must be the plan that was approved."""
        fleet = self.run.approved.fleet
        again = plan_host(fleet, self._observations(readings), self.host)
        if again.fingerprint == self.plan.fingerprint:
            return
        old, new = {step.title for step in self.plan.steps}, {step.title for step in again.steps}
        changed = sorted(old ^ new) or ["the contents of a file"]
        raise PlanStale(
            f"The host is no longer as it was when the plan was reviewed ({'; '.join(changed)}).",
            where=self.host,
            next_step="Nothing was changed. Look again and review the new plan.",
        )

    # -- meanwhile -------------------------------------------------------------------------------------------

    def _on_step(self, index: int, state: StepState, message: str, seconds: float) -> None:
        self.states[index], self.messages[index] = state, message
        self.seconds[index] = seconds
        done = sum(one is StepState.DONE for one in self.states)
        self.run.job.report(
            Progress(
                text=message or self.plan.steps[index].title,
                host=self.host,
                done=done,
                total=len(self.plan.steps),
                step=index,
                state=state,
            )
        )

    # -- afterwards ------------------------------------------------------------------------------------------

    def _prove(self, link: Link, applied: Applied) -> HostOutcome:
        """Read everything again; keep the change only if nothing of the plan is left to do."""
        fleet = self.run.approved.fleet
        seen = self._observations(applied.readings)
        for peer in self.plan.after:
            seen[peer] = self._peer(peer)
        left = left_over(self.plan, plan_host(fleet, seen, self.host))
        problems = [str(problem) for problem in seen[self.host].problems.values()]
        if left or problems:
            why = "; ".join([*(step.title for step in left), *problems])
            reason = f"Read again after the change, this was still not so: {why}."
            link.rollback(self.transaction, reason)
            return self._ended(HostState.ROLLED_BACK, reason)
        link.commit(self.transaction)
        self.run.session.keep(seen[self.host])
        return self._ended(HostState.CHANGED, "", applied.backups)

    def _peer(self, peer: str) -> Observation:
        """The other host's own word for what was done."""
        fleet = self.run.approved.fleet
        try:
            readings = self.run.session.pool.link(peer, self.run.job).look(probes_for(fleet, peer))
        except AzdeskError:
            return self.run.approved.observations[peer]
        states, problems = understand(fleet, peer, readings)
        observation = Observation(host=peer, at=time.time(), states=states, problems=problems)
        self.run.session.keep(observation)
        return observation

    def _ask_afterwards(self, error: LinkError) -> HostOutcome:
        """The link was lost in the middle: the host ends old or new by itself; connect again and ask which."""
        deadline = time.monotonic() + RECONNECT_FOR
        self.run.job.report(Progress(text="Link lost, connecting again", host=self.host))
        pause = 0.3
        while time.monotonic() < deadline and not self.run.job.cancelled:
            ended = settled(self.run.session, self.host, self.transaction)
            if ended is not None:
                state, message = ended
                return self._ended(state, f"{error} {message}".strip())
            time.sleep(pause)
            pause = min(pause * 1.5, 3.0)
        self.run.session.awaited.add(
            Awaited(host=self.host, transaction=self.transaction, title=self.run.title, since=time.time())
        )
        return self._ended(
            HostState.AWAITED,
            f"{error} The host itself ends in the old state or in the new one; AZDesk asks as soon as it answers.",
        )

    def _ended(self, state: HostState, message: str, backups: tuple[str, ...] = ()) -> HostOutcome:
        final = _FINAL.get(state, _unchanged)
        steps = tuple(
            StepOutcome(title=step.title, state=final(one), message=said, seconds=took)
            for step, one, said, took in zip(
                self.plan.steps, self.states, self.messages, self.seconds, strict=True
            )
        )
        return HostOutcome(
            host=self.host,
            state=state,
            message=message,
            transaction=self.transaction if self.begun else "",
            steps=steps,
            backups=backups,
        )


def _unchanged(state: StepState) -> StepState:
    return state


def _not_run(_: StepState) -> StepState:
    return StepState.NOT_RUN


def _taken_back(state: StepState) -> StepState:
    if state is StepState.FAILED:
        return state
    return StepState.NOT_RUN if state is StepState.WAITING else StepState.ROLLED_BACK


_FINAL: Mapping[HostState, Callable[[StepState], StepState]] = {
    HostState.ROLLED_BACK: _taken_back,
    HostState.NOT_RUN: _not_run,
}


def settled(session: Session, host: str, transaction: str) -> tuple[HostState, str] | None:
    """How a transaction ended, by the host's own journal; None while the host does not say.

    Connecting starts a new helper, which first takes back what it finds unfinished.
    """
    try:
        entry = session.pool.link(host).outcome(transaction)
    except AzdeskError:
        session.pool.drop(host)
        return None
    state = _ENDED.get(str(entry.get("state")))
    if state is None:
        return None
    messages = {
        HostState.CHANGED: "The host had kept the change all the same.",
        HostState.ROLLED_BACK: "The host put everything back as it was before.",
        HostState.NOT_RUN: "Nothing had been changed.",
        HostState.NEEDS_HELP: "Not everything could be put back: "
        + " ".join(str(sentence) for sentence in entry.get("left") or ()),
    }
    return state, messages[state]


def ask_awaited(session: Session, report: Callable[[Awaited, HostState, str], None]) -> None:
    """Ask the hosts for the outcomes that were not seen, and forget those that are known now."""
    for item in session.awaited.all():
        if item.host not in session.fleet.hosts:
            continue
        ended = settled(session, item.host, item.transaction)
        if ended is not None:
            session.awaited.remove(item.transaction)
            report(item, *ended)


def run_steps(session: Session, plan: HostPlan, job: Job, *, title: str) -> HostOutcome:
    """Carry out steps that no document asks for (restart a service, restore a backup), as a transaction.

    Proof is in the steps themselves; the plan is not compared with the document.
    """
    approved = Preview(plan=Plan(hosts=(plan,)), fleet=session.fleet, observations=session.observations)
    return _AdHoc(run=_Run(session=session, approved=approved, job=job, title=title), plan=plan).change()


class _AdHoc(_Host):
    def _still_as_approved(self, readings: Readings) -> None:
        del readings  # nothing was planned from them

    def _prove(self, link: Link, applied: Applied) -> HostOutcome:
        link.commit(self.transaction)
        self.run.session.keep(self._observations(applied.readings)[self.host])
        return self._ended(HostState.CHANGED, "", applied.backups)

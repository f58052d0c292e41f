"""Testing a login step by step, for the add-host dialog and the terminal."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from azdesk.core.errors import AzdeskError, LinkError, NoPython, SudoRefused
from azdesk.core.outcome import StepState
from azdesk.core.progress import Job
from azdesk.fleet.model import Fleet
from azdesk.hosts.attempt import Attempt
from azdesk.hosts.link import Hello, Link
from azdesk.hosts.route import Hop, route
from azdesk.hosts.ssh import SshTransport


class LoginStage(enum.StrEnum):
    """What is tested, in this order."""

    JUMP = "jump"
    RESOLVE = "resolve"
    CONNECT = "connect"
    SSH = "ssh"
    HOST_KEY = "host-key"
    LOGIN = "login"
    ROOT = "root"
    PYTHON = "python"
    HELPER = "helper"


@dataclass(frozen=True, kw_only=True)
class LoginStep:
    """One step of a test: first RUNNING, then DONE or FAILED."""

    stage: LoginStage
    title: str
    state: StepState
    seconds: float = 0.0
    message: str = ""
    """What was found: address, version, fingerprint, user."""
    error: AzdeskError | None = None
    """Why it failed; a `HostKeyUnknown` can be accepted (`HostKeys.accept`) and the test begun again."""


def check_login(
    transport: SshTransport, fleet: Fleet, host: str, *, job: Job | None = None
) -> Iterator[LoginStep]:
    """Try a login; nothing is changed on the host. Ends after the first step that fails.

    Args:
        transport: the one in use, or one of its own for a login that is still being typed.
        fleet: a document that has the host, saved or not.
        job: to stop it: the step then fails with `Cancelled`.
    """
    yield from _Check(transport, fleet, host, job or Job()).run()


class _Check:
    def __init__(self, transport: SshTransport, fleet: Fleet, host: str, job: Job) -> None:
        self._transport = transport
        self._fleet = fleet
        self._host = host
        self._job = job
        self._failed = False

    def run(self) -> Iterator[LoginStep]:
        try:
            hops = route(self._fleet, self._host, self._transport.config)
        except AzdeskError as error:
            yield LoginStep(
                stage=LoginStage.RESOLVE, title="Find the way", state=StepState.FAILED, error=error
            )
            return
        *jumps, hop = hops
        release: Callable[[], None] | None = None
        through = None
        if jumps:
            names = ", ".join(jump.name for jump in jumps)

            def jump() -> str:
                nonlocal through, release
                through, release = self._transport.through(tuple(jumps), self._host, self._job)
                return f"{jumps[-1].user} on {jumps[-1].place}"

            yield from self._step(LoginStage.JUMP, f"Log in on {names}", jump)
            if self._failed:
                return
        attempt = self._transport.attempt(hop, self._host, through)
        forget = self._job.on_cancel(attempt.abort)
        stages = (
            (LoginStage.RESOLVE, f"Resolve {hop.address}", attempt.resolve),
            (LoginStage.CONNECT, f"Connect to {hop.place}", attempt.dial),
            (LoginStage.SSH, "Speak SSH", attempt.handshake),
            (LoginStage.HOST_KEY, "Compare the host's key", attempt.verify),
            (LoginStage.LOGIN, f"Log in as {hop.user}", attempt.login),
        )
        try:
            for stage, title, act in stages:
                yield from self._step(stage, title, act)
                if self._failed:
                    return
            yield from self._helper(attempt, hop)
        finally:
            forget()
            attempt.abort()
            if release is not None:
                release()

    def _step(self, stage: LoginStage, title: str, act: Callable[[], str]) -> Iterator[LoginStep]:
        yield LoginStep(stage=stage, title=title, state=StepState.RUNNING)
        started = time.perf_counter()
        try:
            self._job.check()
            message = act()
            state, error = StepState.DONE, None
        except AzdeskError as failure:
            message, state, error = "", StepState.FAILED, failure
            self._failed = True
        seconds = time.perf_counter() - started
        yield LoginStep(stage=stage, title=title, state=state, seconds=seconds, message=message, error=error)

    def _helper(self, attempt: Attempt, hop: Hop) -> Iterator[LoginStep]:
        """Becoming root, python3 and the helper: one command, told apart by what it says."""
        from azdesk.hosts.session import Reached, start_helper

        assert attempt.connection is not None
        reached = Reached(connection=attempt.connection, hop=hop, where=self._host, release=lambda: None)
        titles = {
            LoginStage.ROOT: "Be root" if hop.sudo == "no" else "Become root with sudo",
            LoginStage.PYTHON: "Find python3",
            LoginStage.HELPER: "Start the helper",
        }
        yield LoginStep(stage=LoginStage.ROOT, title=titles[LoginStage.ROOT], state=StepState.RUNNING)
        started = time.perf_counter()
        hello: Hello | None = None
        failure: AzdeskError | None = None
        try:
            link = Link(self._host, start_helper(reached, self._transport.secrets, self._job))
            hello = link.hello
            link.close()
        except AzdeskError as error:
            failure = error
        seconds = time.perf_counter() - started
        bad = _stage_of(failure) if failure is not None else None
        said = {
            LoginStage.ROOT: f"uid {hello.uid}" if hello else "",
            LoginStage.PYTHON: f"Python {hello.python}" if hello else "",
            LoginStage.HELPER: f"on {hello.hostname}" if hello else "",
        }
        for stage, title in titles.items():
            failed = stage is bad
            yield LoginStep(
                stage=stage,
                title=title,
                state=StepState.FAILED if failed else StepState.DONE,
                seconds=seconds if stage is LoginStage.ROOT or failed else 0.0,
                message=said[stage],
                error=failure if failed else None,
            )
            if failed:
                return


def _stage_of(error: AzdeskError) -> LoginStage:
    if isinstance(error, NoPython):
        return LoginStage.PYTHON
    if isinstance(error, SudoRefused) or not isinstance(error, LinkError):
        return LoginStage.ROOT
    return LoginStage.HELPER

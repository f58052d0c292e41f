"""Values that the simulated systemd works with: units' states, services, answers, the journal."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from azdesk.practice.units import UnitFile

if TYPE_CHECKING:
    from azdesk.practice.logins import Attempt

LINES_KEPT = 2000
Pause = Callable[[float], None]
"""Waits so many seconds of the real software; raises when whoever waits gives up."""


class StartFailed(Exception):
    """A service's program ended instead of becoming ready; `status` is its exit status."""

    def __init__(self, status: int = 1) -> None:
        super().__init__(status)
        self.status = status


class Service(Protocol):
    """What a unit runs. Called with the world's lock held."""

    unit: str
    start_seconds: float
    stop_seconds: float

    def start(self, settings: UnitFile) -> bool:
        """Start; raises `StartFailed`. Returns whether it is ready; if not, it calls `program_is_ready` later."""

    def stop(self) -> None:
        """End."""

    def reload(self) -> int:
        """Read the configuration again; returns the exit status of ExecReload."""

    def ports(self) -> list[tuple[int, str]]:
        """Listening TCP ports with the own address they are bound to, empty for all."""

    def udp_ports(self) -> list[tuple[int, str]]:
        """The same for UDP."""

    def login(self, asked: Attempt) -> str | None:
        """End of a sentence on a login that was taken; None if it does not listen at that port.

        Raises:
            Refused: it does not take the login.
        """

    def http(self, port: int, path: str, body: str) -> tuple[int, str] | None:
        """Status and body in answer to a POST; None if it has no server in plain HTTP at that port.

        Raises:
            OSError: it has one that does not speak HTTP.
        """


@dataclass
class UnitState:
    """A unit as systemd holds it."""

    name: str
    file: UnitFile
    active: str = "inactive"
    sub: str = "dead"
    result: str = "success"
    main_pid: int = 0
    since: float = 0.0
    restarts: int = 0
    exit_status: int = 0
    queued: bool = False
    """A start waits until the end of the program, and happens then even if nobody waits for it any more."""
    epoch: int = 0
    """Counts state changes, so that a late event knows it is too late."""

    def become(self, active: str, sub: str, moment: float) -> None:
        if active != self.active:
            self.since = moment
        self.active, self.sub = active, sub
        self.epoch += 1


@dataclass(frozen=True)
class Line:
    """One line of the journal."""

    moment: float
    unit: str
    source: str
    pid: int
    text: str


@dataclass(frozen=True)
class Answer:
    """What systemctl prints and its exit status."""

    exit: int = 0
    out: str = ""
    err: str = ""


@dataclass
class Journal:
    """Log lines of one host, newest last."""

    lines: deque[Line] = field(default_factory=lambda: deque(maxlen=LINES_KEPT))

    def add(self, unit: str, source: str, pid: int, text: str, moment: float | None = None) -> None:
        for line in text.split("\n"):
            self.lines.append(Line(time.time() if moment is None else moment, unit, source, pid, line))

    def of(self, unit: str) -> list[Line]:
        return [line for line in self.lines if not unit or line.unit == unit]


def full_name(name: str) -> str:
    """With its suffix: systemctl takes a bare name for a service."""
    return name if "." in name.rpartition("@")[2] and name.rpartition(".")[2] in _KINDS else f"{name}.service"


_KINDS = frozenset({"service", "socket", "timer", "mount", "target", "path"})


def title(state: UnitState) -> str:
    return f"{state.name} - {state.file.description}"


def no_unit(action: str, name: str) -> Answer:
    name = full_name(name)
    words = f"Failed to {action} {name}: Unit {name} not found.\n"
    if action == "stop":
        words = f"Failed to stop {name}: Unit {name} not loaded.\n"
    return Answer(5, err=words)


def job_failed(state: UnitState) -> Answer:
    return Answer(
        1,
        err=f"Job for {state.name} failed because the control process exited with error code.\n"
        f'See "systemctl status {state.name}" and "journalctl -xeu {state.name}" for details.\n',
    )

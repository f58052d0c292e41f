"""systemd of one practice host: units, their states, what starting and stopping does, and the journal.

The words are those of systemd 262 as seen on a Debian host.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from azdesk.practice import units
from azdesk.practice.units import UnitFile

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

LINES_KEPT = 2000
_WANTS = "/etc/systemd/system/multi-user.target.wants"
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


class Manager:
    """systemd itself.

    Args:
        host: whose units these are.
    """

    def __init__(self, host: PracticeHost) -> None:
        self.host = host
        self.journal = Journal()
        self.services: dict[str, Service] = {}
        self._units: dict[str, UnitState] = {}
        self._next_pid = 300

    def add(self, service: Service) -> None:
        """Give a unit something to run."""
        self.services[service.unit] = service

    def unit(self, name: str) -> UnitState | None:
        """A unit by name, loaded if it was not; None if there is none."""
        name = full_name(name)
        state = self._units.get(name)
        if state is None:
            file = units.read(self.host.files, name)
            if file is None:
                return None
            state = self._units[name] = UnitState(name=name, file=file)
        return state

    def boot(self) -> None:
        """Start what is enabled, without taking time."""
        for name in list(self.services):
            state = self.unit(name)
            if state is not None and self.enabled(name) == "enabled":
                self._started(state, self.host.world.time())

    # -- questions -----------------------------------------------------------------------------------------

    def enabled(self, name: str) -> str:
        """systemctl is-enabled's word, or "not-found"."""
        name = full_name(name)
        if self.host.files.exists(f"{_WANTS}/{name}"):
            return "enabled"
        file = units.read(self.host.files, name)
        if file is None:
            return "not-found"
        return "disabled" if any(section == "Install" for section, _ in file.settings) else "static"

    def needs_reload(self, state: UnitState) -> bool:
        """Whether the files changed since they were loaded."""
        now = units.read(self.host.files, state.name)
        return now is None or now.text != state.file.text

    def reading(self, name: str) -> dict[str, object]:
        """A unit as the probe `Units` reads it."""
        state = self.unit(name)
        if state is None:
            return {
                "load": "not-found",
                "active": "inactive",
                "sub": "dead",
                "enabled": "",
                "description": full_name(name),
                "since": 0.0,
                "main_pid": 0,
                "result": "success",
            }
        enabled = self.enabled(name)
        return {
            "load": "loaded",
            "active": state.active,
            "sub": state.sub,
            "enabled": "" if enabled == "not-found" else enabled,
            "description": state.file.description,
            "since": state.since,
            "main_pid": state.main_pid,
            "result": state.result,
        }

    # -- orders --------------------------------------------------------------------------------------------

    def daemon_reload(self) -> None:
        """Read all unit files again."""
        for name, state in list(self._units.items()):
            file = units.read(self.host.files, name)
            if file is not None:
                state.file = file
            elif state.active == "inactive":
                del self._units[name]

    def start(self, name: str, pause: Pause) -> Answer:
        """Start a unit and wait until it is ready."""
        with self.host.world.lock:
            state = self.unit(name)
            if state is None:
                return _no_unit("start", name)
            if state.active in ("active", "reloading"):
                return Answer()
            if state.active == "deactivating":
                state.queued = True
        if state.queued:
            return self._wait_for_start(state, pause)
        return self._launch(state, pause)

    def stop(self, name: str, pause: Pause) -> Answer:
        """Stop a unit and wait for its end."""
        with self.host.world.lock:
            state = self.unit(name)
            if state is None:
                return _no_unit("stop", name)
            if state.active == "inactive":
                return Answer()
            if state.active == "failed":
                return Answer()
            if state.active == "activating" and state.sub == "auto-restart":
                state.become("inactive", "dead", self.host.world.time())
                self._say(state, f"Stopped {_title(state)}.")
                return Answer()
            ending = state.active == "deactivating"
            if ending:
                state.queued = False
            else:
                state.become("deactivating", "stop", self.host.world.time())
                self._say(state, f"Stopping {_title(state)}...")
        if ending:
            self._wait_for_end(state, pause)
            return Answer()
        service = self.services.get(state.name)
        pause(service.stop_seconds if service else 0.05)
        with self.host.world.lock:
            if service is not None:
                service.stop()
            self._ended(state)
        return Answer()

    def restart(self, name: str, pause: Pause, *, only_running: bool = False) -> Answer:
        """Stop, then start; with `only_running`, nothing if it does not run."""
        with self.host.world.lock:
            state = self.unit(name)
            if state is None:
                return Answer() if only_running else _no_unit("restart", name)
            if only_running and state.active in ("inactive", "failed"):
                return Answer()
            if state.active == "deactivating":
                state.queued = True
        if state.queued:
            return self._wait_for_start(state, pause)
        self.stop(name, pause)
        return self._launch(state, pause)

    def reload(self, name: str, pause: Pause) -> Answer:
        """Have the service read its configuration again."""
        with self.host.world.lock:
            state = self.unit(name)
            if state is None:
                return _no_unit("reload", name)
            if not state.file.all("Service", "ExecReload"):
                return Answer(
                    3,
                    err=f"Failed to reload {state.name}: Job type reload is not applicable for unit {state.name}.\n",
                )
            if state.active != "active":
                self._say(state, "Unit cannot be reloaded because it is inactive.")
                return Answer(1, err=f"{state.name} is not active, cannot reload.\n")
            state.sub = "reload"
            self._say(state, f"Reloading {_title(state)}...")
        pause(0.35)
        with self.host.world.lock:
            service = self.services.get(state.name)
            status = service.reload() if service is not None else 0
            if state.active != "active":
                return _job_failed(state)
            state.sub = "running"
            if status:
                self._say(state, f"Control process exited, code=exited, status={status}/FAILURE")
                self._say(state, f"Reload failed for {_title(state)}.")
                return _job_failed(state)
            self._say(state, f"Reloaded {_title(state)}.")
        return Answer()

    def enable(self, name: str) -> Answer:
        """Have it started at boot."""
        name = full_name(name)
        with self.host.world.lock:
            file = units.read(self.host.files, name)
            if file is None:
                return Answer(1, err=f"Failed to enable unit: Unit {name} does not exist\n")
            self.daemon_reload()
            link = f"{_WANTS}/{name}"
            if self.host.files.exists(link):
                return Answer()
            if not self.host.files.link(link, file.path):
                self.host.files.write(link, "")
            return Answer(err=f"Created symlink '{link}' → '{file.path}'.\n")

    def disable(self, name: str) -> Answer:
        """No longer have it started at boot."""
        name = full_name(name)
        with self.host.world.lock:
            link = f"{_WANTS}/{name}"
            if self.host.files.exists(link):
                self.host.files.remove(link)
                self.daemon_reload()
                return Answer(err=f"Removed '{link}'.\n")
            if units.read(self.host.files, name) is None:
                return Answer(1, err=f"Failed to disable unit: Unit {name} does not exist\n")
        return Answer()

    def kill(self, name: str) -> Answer:
        """Send the main process a signal that ends it."""
        with self.host.world.lock:
            state = self.unit(name)
            if state is None:
                return Answer(1, err=f"Failed to kill unit {full_name(name)}: Unit not loaded\n")
            if state.main_pid:
                service = self.services.get(state.name)
                if service is not None:
                    service.stop()
                self.program_ended(state.name, status=0)
        return Answer()

    # -- what services report ------------------------------------------------------------------------------

    def program_ended(self, name: str, *, status: int) -> None:
        """A service's program ended by itself; with the lock held."""
        state = self.unit(name)
        if state is None or not state.main_pid:
            return
        if state.active == "deactivating" or status == 0:
            self._ended(state)
            return
        self._failed(state, status)

    def program_is_stopping(self, name: str) -> None:
        """A service said STOPPING=1 though nobody asked it to stop; sd_notify(3).

        From then on systemd waits for its end and refuses READY=1: a restart inside the program leaves the
        unit so until the program ends or TimeoutStopSec is over.
        """
        state = self.unit(name)
        if state is None or state.active != "active":
            return
        state.become("deactivating", "stop-sigterm", self.host.world.time())
        epoch = state.epoch
        timeout = state.file.seconds(
            "Service", "TimeoutStopSec", state.file.seconds("Service", "TimeoutSec", 90.0)
        )

        def too_late(moment: float) -> None:
            if state.epoch == epoch:
                self._say(state, "State 'stop-sigterm' timed out. Killing.")
                service = self.services.get(state.name)
                if service is not None:
                    service.stop()
                state.main_pid, state.result = 0, "timeout"
                state.become("failed", "failed", moment)
                self._say(state, "Failed with result 'timeout'.")
                self._start_queued(state)

        self.host.world.later(timeout, too_late)

    def program_is_ready(self, name: str) -> None:
        """READY=1 of a program that took its time."""
        state = self.unit(name)
        if state is not None and state.active == "activating":
            self._is_ready(state, self.host.world.time())

    def program_is_ready_again(self, name: str) -> None:
        """READY=1 after STOPPING=1."""
        state = self.unit(name)
        if state is not None and state.active == "deactivating":
            self._say(
                state,
                "Service must stop after STOPPING=1 notification, refusing attempted transition to READY.",
            )

    def say(self, name: str, text: str) -> None:
        """A line that a unit's program prints."""
        state = self.unit(name)
        command = state.file.last("Service", "ExecStart").split(" ")[0] if state else name
        source = command.rpartition("/")[2] or name
        self.journal.add(full_name(name), source, state.main_pid if state else 0, text)

    # -- inside --------------------------------------------------------------------------------------------

    def _launch(self, state: UnitState, pause: Pause) -> Answer:
        service = self.services.get(state.name)
        with self.host.world.lock:
            state.restarts = 0
            self._starting(state)
        pause(service.start_seconds if service else 0.05)
        with self.host.world.lock:
            if state.active != "activating":
                return _job_failed(state)
            if not self._started(state, self.host.world.time()):
                return _job_failed(state)
        return self._wait_for_start(state, pause)

    def _starting(self, state: UnitState) -> None:
        state.become("activating", "start", self.host.world.time())
        state.result = "success"
        self._say(state, f"Starting {_title(state)}...")

    def _started(self, state: UnitState, moment: float) -> bool:
        service = self.services.get(state.name)
        self._next_pid += 17
        state.main_pid = self._next_pid
        try:
            if state.name.removesuffix(".service") in self.host.faults.will_not_start:
                self.say(state.name, "cannot start: the practice fleet was told so")
                raise StartFailed()
            ready = service.start(state.file) if service is not None else True
        except StartFailed as failure:
            self._failed(state, failure.status)
            return False
        if ready:
            self._is_ready(state, moment)
        else:
            self._limit_start(state, service)
        return True

    def _limit_start(self, state: UnitState, service: Service | None) -> None:
        epoch = state.epoch
        timeout = state.file.seconds(
            "Service", "TimeoutStartSec", state.file.seconds("Service", "TimeoutSec", 90.0)
        )

        def too_late(moment: float) -> None:
            if state.epoch == epoch and service is not None:
                self._say(state, "start operation timed out. Terminating.")
                service.stop()
                self._failed(state, 0, "timeout")

        self.host.world.later(timeout, too_late)

    def _is_ready(self, state: UnitState, moment: float) -> None:
        state.result, state.exit_status = "success", 0
        state.become("active", "running", moment)
        self._say(state, f"Started {_title(state)}.")

    def _failed(self, state: UnitState, status: int, result: str = "exit-code") -> None:
        moment = self.host.world.time()
        starting = state.active == "activating"
        state.main_pid, state.exit_status, state.result = 0, status, result
        if status:
            self._say(state, f"Main process exited, code=exited, status={status}/FAILURE")
        self._say(state, f"Failed with result '{result}'.")
        if starting:
            self._say(state, f"Failed to start {_title(state)}.")
        if state.file.last("Service", "Restart") not in ("on-failure", "always"):
            state.become("failed", "failed", moment)
            return
        state.become("activating", "auto-restart", moment)
        epoch = state.epoch

        def again(moment: float) -> None:
            if state.epoch == epoch:
                state.restarts += 1
                self._say(state, f"Scheduled restart job, restart counter is at {state.restarts}.")
                self._starting(state)
                self._started(state, moment)

        self.host.world.later(state.file.seconds("Service", "RestartSec", 0.1), again)

    def _ended(self, state: UnitState) -> None:
        state.main_pid, state.result, state.exit_status = 0, "success", 0
        state.become("inactive", "dead", self.host.world.time())
        self._say(state, "Deactivated successfully.")
        self._say(state, f"Stopped {_title(state)}.")
        self._start_queued(state)

    def _start_queued(self, state: UnitState) -> None:
        if not state.queued:
            return
        state.queued = False
        self._starting(state)
        epoch = state.epoch
        service = self.services.get(state.name)

        def ready(moment: float) -> None:
            if state.epoch == epoch:
                self._started(state, moment)

        self.host.world.later(service.start_seconds if service else 0.05, ready)

    def _wait_for_start(self, state: UnitState, pause: Pause) -> Answer:
        while True:
            self.host.world.settle()
            with self.host.world.lock:
                if state.active == "active":
                    return Answer()
                if not state.queued and (state.active != "activating" or state.sub == "auto-restart"):
                    return _job_failed(state)
            pause(0.2)

    def _wait_for_end(self, state: UnitState, pause: Pause) -> None:
        # A second order for a unit that is stopping waits until that is over.
        while True:
            self.host.world.settle()
            if state.active != "deactivating":
                return
            pause(0.2)

    def _say(self, state: UnitState, text: str) -> None:
        prefix = "" if text.startswith(("Start", "Stop", "Reload", "Failed to")) else f"{state.name}: "
        self.journal.add(state.name, "systemd", 1, prefix + text)


def full_name(name: str) -> str:
    """With its suffix: systemctl takes a bare name for a service."""
    return name if "." in name.rpartition("@")[2] and name.rpartition(".")[2] in _KINDS else f"{name}.service"


_KINDS = frozenset({"service", "socket", "timer", "mount", "target", "path"})


def _title(state: UnitState) -> str:
    return f"{state.name} - {state.file.description}"


def _no_unit(action: str, name: str) -> Answer:
    name = full_name(name)
    words = f"Failed to {action} {name}: Unit {name} not found.\n"
    if action == "stop":
        words = f"Failed to stop {name}: Unit {name} not loaded.\n"
    return Answer(5, err=words)


def _job_failed(state: UnitState) -> Answer:
    return Answer(
        1,
        err=f"Job for {state.name} failed because the control process exited with error code.\n"
        f'See "systemctl status {state.name}" and "journalctl -xeu {state.name}" for details.\n',
    )

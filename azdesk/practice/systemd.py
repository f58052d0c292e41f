"""systemd of one practice host: units, their states, what starting and stopping does, and the journal.

The words are those of systemd 262 as seen on a Debian host.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from azdesk.practice.states import (
    Answer,
    Journal,
    Pause,
    Service,
    StartFailed,
    UnitState,
    full_name,
    job_failed,
    no_unit,
    title,
)
from azdesk.practice.unittable import UnitTable

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost
    from azdesk.practice.world import Action


class Manager(UnitTable):
    """systemd itself.

    Args:
        host: whose units these are.
    """

    def __init__(self, host: PracticeHost) -> None:
        super().__init__(host)
        self.journal = Journal()
        self.services: dict[str, Service] = {}
        self._next_pid = 300

    def add(self, service: Service) -> None:
        """Give a unit something to run."""
        self.services[service.unit] = service

    def boot(self) -> None:
        """Start what is enabled, without taking time."""
        for name in list(self.services):
            state = self.unit(name)
            if state is not None and self.enabled(name) == "enabled":
                self._started(state, self.host.world.time())

    # -- orders --------------------------------------------------------------------------------------------

    def start(self, name: str, pause: Pause) -> Answer:
        """Start a unit and wait until it is ready. As with all orders, it goes on when nobody waits any more."""
        with self.host.world.lock:
            state = self.unit(name)
            if state is None:
                return no_unit("start", name)
            if state.active in ("active", "reloading"):
                return Answer()
            if not self._wanted_now(state):
                self._say(state, f"{title(state)} was skipped because no trigger condition checks were met.")
                return Answer()
            if state.active == "deactivating":
                state.queued = True
            elif state.active != "activating" or state.sub == "auto-restart":
                state.restarts = 0
                self._starting(state)
        return self._wait_for_start(state, pause)

    def stop(self, name: str, pause: Pause) -> Answer:
        """Stop a unit and wait for its end."""
        with self.host.world.lock:
            state = self.unit(name)
            if state is None:
                return no_unit("stop", name)
            state.queued = False
            self._stopping(state)
        self._wait(pause, lambda: state.active != "deactivating")
        return Answer()

    def restart(self, name: str, pause: Pause, *, only_running: bool = False) -> Answer:
        """Stop, then start; with `only_running`, nothing if it does not run."""
        with self.host.world.lock:
            state = self.unit(name)
            if state is None:
                return Answer() if only_running else no_unit("restart", name)
            if state.active in ("inactive", "failed"):
                if only_running:
                    return Answer()
                self._starting(state)
            else:
                state.queued = True
                self._stopping(state)
            state.restarts = 0
        return self._wait_for_start(state, pause)

    def start_at_once(self, name: str) -> None:
        """Start a unit without taking time, as at boot or by a package that is installed."""
        state = self.unit(name)
        if state is not None and state.active != "active":
            state.become("activating", "start", self.host.world.time())
            self._started(state, self.host.world.time())

    def stop_at_once(self, name: str) -> None:
        """Stop a unit without taking time."""
        state = self.unit(name)
        service = self.services.get(full_name(name))
        if state is not None and state.active != "inactive":
            if service is not None:
                service.stop()
            self._ended(state)

    def reload(self, name: str, pause: Pause) -> Answer:
        """Have the service read its configuration again."""
        with self.host.world.lock:
            state = self.unit(name)
            if state is None:
                return no_unit("reload", name)
            if not state.file.all("Service", "ExecReload"):
                return Answer(
                    3,
                    err=f"Failed to reload {state.name}: Job type reload is not applicable for unit {state.name}.\n",
                )
            if state.active != "active":
                self._say(state, "Unit cannot be reloaded because it is inactive.")
                return Answer(1, err=f"{state.name} is not active, cannot reload.\n")
            state.sub = "reload"
            self._say(state, f"Reloading {title(state)}...")
        pause(0.35)
        with self.host.world.lock:
            service = self.services.get(state.name)
            status = service.reload() if service is not None else 0
            if state.active != "active":
                return job_failed(state)
            state.sub = "running"
            if status:
                self._say(state, f"Control process exited, code=exited, status={status}/FAILURE")
                self._say(state, f"Reload failed for {title(state)}.")
                return job_failed(state)
            self._say(state, f"Reloaded {title(state)}.")
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
        timeout = state.file.seconds(
            "Service", "TimeoutStopSec", state.file.seconds("Service", "TimeoutSec", 90.0)
        )

        def too_late(moment: float) -> None:
            self._say(state, "State 'stop-sigterm' timed out. Killing.")
            service = self.services.get(state.name)
            if service is not None:
                service.stop()
            state.main_pid, state.result = 0, "timeout"
            state.become("failed", "failed", moment)
            self._say(state, "Failed with result 'timeout'.")
            self._start_queued(state)

        self._after(timeout, state, too_late)

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

    def _wanted_now(self, state: UnitState) -> bool:
        """ConditionPathExists=, as far as one of several has to hold; systemd.unit(5)."""
        conditions = state.file.all("Unit", "ConditionPathExists")
        found = [
            self.host.files.exists(one.lstrip("|!")) is ("!" not in one)
            for one in conditions
            if one.startswith("|")
        ]
        return any(found) or not found

    def _starting(self, state: UnitState) -> None:
        state.become("activating", "start", self.host.world.time())
        state.result = "success"
        self._say(state, f"Starting {title(state)}...")
        service = self.services.get(state.name)

        def ready(moment: float) -> None:
            self._started(state, moment)

        self._after(service.start_seconds if service else 0.05, state, ready)

    def _stopping(self, state: UnitState) -> None:
        if state.active in ("inactive", "failed", "deactivating"):
            return
        if state.sub == "auto-restart":
            state.become("inactive", "dead", self.host.world.time())
            self._say(state, f"Stopped {title(state)}.")
            self._start_queued(state)
            return
        state.become("deactivating", "stop", self.host.world.time())
        self._say(state, f"Stopping {title(state)}...")
        service = self.services.get(state.name)

        def end(moment: float) -> None:
            if service is not None:
                service.stop()
            self._ended(state)

        self._after(service.stop_seconds if service else 0.05, state, end)

    def _after(self, seconds: float, state: UnitState, action: Action) -> None:
        """Let something happen to a unit later, unless something else happens to it before."""
        epoch = state.epoch

        def now(moment: float) -> None:
            if state.epoch == epoch:
                action(moment)

        self.host.world.later(seconds, now)

    def _started(self, state: UnitState, moment: float) -> None:
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
            return
        if ready:
            self._is_ready(state, moment)
        else:
            self._limit_start(state, service)

    def _limit_start(self, state: UnitState, service: Service | None) -> None:
        timeout = state.file.seconds(
            "Service", "TimeoutStartSec", state.file.seconds("Service", "TimeoutSec", 90.0)
        )

        def too_late(moment: float) -> None:
            self._say(state, "start operation timed out. Terminating.")
            if service is not None:
                service.stop()
            self._failed(state, 0, "timeout")

        self._after(timeout, state, too_late)

    def _is_ready(self, state: UnitState, moment: float) -> None:
        state.result, state.exit_status = "success", 0
        if _ends(state):
            state.main_pid = 0
            state.become("inactive", "dead", moment)
            self._say(state, "Deactivated successfully.")
            self._say(state, f"Finished {title(state)}.")
            return
        state.become("active", "running", moment)
        self._say(state, f"Started {title(state)}.")

    def _failed(self, state: UnitState, status: int, result: str = "exit-code") -> None:
        moment = self.host.world.time()
        starting = state.active == "activating"
        state.main_pid, state.exit_status, state.result = 0, status, result
        if status:
            self._say(state, f"Main process exited, code=exited, status={status}/FAILURE")
        self._say(state, f"Failed with result '{result}'.")
        if starting:
            self._say(state, f"Failed to start {title(state)}.")
        if state.file.last("Service", "Restart") not in ("on-failure", "always"):
            state.become("failed", "failed", moment)
            return
        state.become("activating", "auto-restart", moment)

        def again(moment: float) -> None:
            state.restarts += 1
            self._say(state, f"Scheduled restart job, restart counter is at {state.restarts}.")
            self._starting(state)

        self._after(state.file.seconds("Service", "RestartSec", 0.1), state, again)

    def _ended(self, state: UnitState) -> None:
        state.main_pid, state.result, state.exit_status = 0, "success", 0
        state.become("inactive", "dead", self.host.world.time())
        self._say(state, "Deactivated successfully.")
        self._say(state, f"Stopped {title(state)}.")
        self._start_queued(state)

    def _start_queued(self, state: UnitState) -> None:
        if state.queued:
            state.queued = False
            self._starting(state)

    def _wait_for_start(self, state: UnitState, pause: Pause) -> Answer:
        def over() -> bool:
            return not state.queued and (
                state.active not in ("activating", "deactivating") or state.sub == "auto-restart"
            )

        self._wait(pause, over)
        done = _ends(state) and state.active == "inactive" and state.result == "success"
        return Answer() if state.active == "active" or done else job_failed(state)

    def _wait(self, pause: Pause, over: Callable[[], bool]) -> None:
        step = max(0.05, 0.002 * self.host.world.speed)
        while True:
            with self.host.world.lock:
                self.host.world.settle()
                if over():
                    return
            pause(step)

    def _say(self, state: UnitState, text: str) -> None:
        prefix = "" if text.startswith(("Start", "Stop", "Reload", "Failed to")) else f"{state.name}: "
        self.journal.add(state.name, "systemd", 1, prefix + text)


def _ends(state: UnitState) -> bool:
    """Whether the unit is something to be done once, and not to be there."""
    oneshot = state.file.last("Service", "Type") == "oneshot"
    return oneshot and state.file.last("Service", "RemainAfterExit") != "yes"

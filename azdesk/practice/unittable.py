"""The units of one practice host as systemd has loaded them, and which are started at boot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azdesk.practice import units
from azdesk.practice.states import Answer, UnitState, full_name

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

_WANTS = "/etc/systemd/system/multi-user.target.wants"


class UnitTable:
    """Units by name, loaded when first asked for.

    Args:
        host: whose units these are.
    """

    def __init__(self, host: PracticeHost) -> None:
        self.host = host
        self._units: dict[str, UnitState] = {}

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

    def enabled(self, name: str) -> str:
        """The word of systemctl is-enabled, or "not-found"."""
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

    def unload(self, name: str) -> None:
        """Forget a unit whose file was there for a moment only."""
        self._units.pop(full_name(name), None)

    def daemon_reload(self) -> None:
        """Read all unit files again."""
        for name, state in list(self._units.items()):
            file = units.read(self.host.files, name)
            if file is not None:
                state.file = file
            elif state.active == "inactive":
                del self._units[name]

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

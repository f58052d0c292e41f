"""Control groups: how a host's processes are kept together, and all ended at once."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from tests.lab.harness.errors import LabError
from tests.lab.harness.requirements import cgroup_mount

GRACE = 2.0


def lab_group(instance: int) -> Path:
    """The group that holds all hosts of an instance."""
    mount = cgroup_mount()
    if mount is None:
        raise LabError(
            "No cgroup v2 hierarchy is mounted on this machine; mount one, for instance on /sys/fs/cgroup."
        )
    return mount / f"azdesk-lab-{instance}"


def processes(group: Path) -> list[int]:
    """All processes in the group and beneath it, by their numbers on this machine."""
    found: list[int] = []
    for listing in group.rglob("cgroup.procs"):
        with contextlib.suppress(OSError):
            found += [int(line) for line in listing.read_text().split() if line != "0"]
    return found


def end(group: Path, timeout: float = 10.0) -> None:
    """Kill everything in the group, wait until it is gone, and remove the group in every hierarchy."""
    if group.is_dir():
        # Killing the systems first lets each systemd-nspawn end by itself and remove its own files under /run.
        for payload in group.rglob("payload"):
            _kill(payload)
        _wait_until_empty(group, GRACE)
        _kill_all(group, timeout)
    for twin in _twins(group):
        _remove(twin)


def _kill_all(group: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while left := processes(group):
        _kill(group)
        if time.monotonic() > deadline:
            raise LabError(
                f"Processes {left} in {group} outlive SIGKILL; see /proc/PID/stack for what holds them."
            )
        time.sleep(0.02)


def _kill(group: Path) -> None:
    # Linux before 5.14 has no cgroup.kill.
    if (group / "cgroup.kill").exists():
        (group / "cgroup.kill").write_text("1")
        return
    for process in processes(group):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _wait_until_empty(group: Path, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    while processes(group) and time.monotonic() < deadline:
        time.sleep(0.02)


def _twins(group: Path) -> list[Path]:
    """The group itself, and those of the same name that systemd-nspawn made in v1 hierarchies beside it."""
    found = []
    inside = group.relative_to(cgroup_mount() or group.parent)
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if after.split(" ", 1)[0] in ("cgroup", "cgroup2"):
            found.append(Path(before.split(" ")[4]) / inside)
    return [twin for twin in found if twin.is_dir()]


def _remove(group: Path) -> None:
    for folder, _names, _files in os.walk(group, topdown=False):
        for attempt in range(100):
            try:
                os.rmdir(folder)
                break
            except FileNotFoundError:
                break
            except OSError:
                if attempt == 99:
                    raise
                time.sleep(0.02)

"""What the on-host helper works on when the host is a practice host."""

from __future__ import annotations

import errno
import itertools
import json
import os
import platform
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from azdesk.onhost.machine import Machine, Result
from azdesk.practice.faults import PowerCut
from azdesk.practice.files import Attributes
from azdesk.practice.world import WORKSTATION

if TYPE_CHECKING:
    from azdesk.onhost.live import Talk
    from azdesk.practice.host import PracticeHost

_PIDS = itertools.count(2000)
_DISK = 40 << 30
_FREE = 25 << 30
_SLICE = 0.05


class TimedOut(Exception):
    """A simulated command took longer than it may, or has to end."""


class PracticeMachine(Machine):
    """One run of the helper on a practice host.

    Args:
        host: the host.
        cut: breaks the link this helper serves; returns when the helper can know of it.
        user: whose process it is; only root's may change anything.
    """

    separate = False

    def __init__(
        self, host: PracticeHost, cut: Callable[[], None] | None = None, *, user: str = "root"
    ) -> None:
        super().__init__(host.files.root)
        self.host = host
        self.files = host.files
        self.user = user
        self.pid = next(_PIDS)
        self.dead = False
        """Set when the power is cut: whatever is tried then ends the helper."""
        self._cut = cut
        self._doomed = threading.local()
        self._armed = False
        self._locks: set[str] = set()

    def close(self) -> None:
        """The helper has ended: its locks are free."""
        with self.host.world.lock:
            for path in self._locks:
                self.host.locks.pop(path, None)
            self._locks.clear()

    def note(self, action: str, path: str) -> None:
        self._alive()
        if action == "ran":
            return
        if self.user != "root":
            raise PermissionError(13, "Permission denied", path)
        if self._armed and not path.startswith(self.state):
            self._break()
        if action != "run":
            self.files.faults.refuse(path, self.resolve)

    def _alive(self) -> None:
        """Let nothing happen once the power is off: the thread it struck ends, others see their work fail."""
        if not self.dead:
            return
        if getattr(self._doomed, "here", False):
            raise PowerCut
        raise OSError(errno.EIO, "The power is off")

    # -- time and self -------------------------------------------------------------------------------------

    def whoami(self) -> dict[str, Any]:
        return {
            "python": platform.python_version(),
            "uid": self.files.users().get(self.user, 65534),
            "pid": self.pid,
            "hostname": self.host.hostname,
        }

    def connection(self) -> tuple[str, int]:
        return WORKSTATION, 22

    # -- paths and attributes ------------------------------------------------------------------------------

    def real(self, path: str) -> str:
        return self.files.real(path)

    def resolve(self, path: str) -> str:
        return self.files.resolve(path)

    def attributes(self, st: os.stat_result) -> tuple[int, str, str]:
        found = self.files.attributes_of(st)
        return found.mode, found.owner, found.group

    def is_system_user(self, owner: str) -> bool:
        return owner == "root" or self.files.users().get(owner, 65534) < 1000

    def may_give_away(self) -> bool:
        return True

    # -- reading: the last part of a path may be a link, which must not lead out of the folder ---------------

    def names(self, path: str) -> list[str]:
        return sorted(os.listdir(self.files.target(path)))

    def read(self, path: str, limit: int = -1, skip: int = 0) -> bytes:
        return super().read(self.resolve(path), limit, skip)

    def digest(self, path: str) -> str:
        return super().digest(self.resolve(path))

    # -- changing ------------------------------------------------------------------------------------------

    def write_new(self, path: str, data: bytes, mode: int = 0o600, *, sync: bool = True) -> None:
        self._alive()
        self.files.faults.take_space(len(data), path)
        super().write_new(path, data, 0o600, sync=sync)
        self.files.remember(self.real(path), Attributes(mode=mode))

    def open_new(self, path: str) -> BinaryIO:
        file = super().open_new(path)
        self.files.remember(self.real(path), Attributes(mode=0o600))
        return file

    def append(self, path: str, data: bytes, *, sync: bool) -> None:
        self._alive()
        if path.startswith(self.state + "/transactions/") and path.endswith("/log"):
            self._follow(data)
        self.files.faults.take_space(len(data), path)
        place = self.resolve(path)
        fresh = not self.files.exists(place)
        super().append(place, data, sync=sync)
        if fresh:
            self.files.remember(self.real(place), Attributes(mode=0o600))

    def fsync(self, fd: int) -> None:
        """Nothing: a practice host need not outlive this program."""

    def sync_folder(self, path: str) -> None:
        self.note("sync", path)
        if not self.files.is_folder(path):
            raise FileNotFoundError(2, "No such file or directory", path)

    def set_attributes(self, path: str, mode: int, owner: str, group: str) -> None:
        self.note("attributes", path)
        if owner not in self.files.users() and not owner.isdigit():
            raise LookupError(f"There is no user “{owner}”")
        if group not in self.files.groups() and not group.isdigit():
            raise LookupError(f"There is no group “{group}”")
        self.files.remember(self.files.target(path), Attributes(mode=mode, owner=owner, group=group))

    def set_mtime(self, path: str, mtime_ns: int) -> None:
        super().set_mtime(self.resolve(path), mtime_ns)

    def replace(self, source: str, target: str) -> None:
        self.note("rename", target)
        self.files.forget(self.real(target))
        os.replace(self.real(source), self.real(target))

    def link(self, source: str, target: str) -> None:
        self.note("link", target)
        os.link(self.real(source), self.real(target), follow_symlinks=os.name == "nt")

    def remove(self, path: str) -> None:
        self.note("remove", path)
        self.files.remove(path)

    def make_folder(self, path: str, mode: int = 0o700) -> None:
        self.note("mkdir", path)
        self.files.faults.take_space(1, path)
        os.mkdir(self.real(path))
        self.files.remember(self.real(path), Attributes(mode=mode))

    def remove_folder(self, path: str) -> None:
        self.note("rmdir", path)
        self.files.forget(self.real(path))
        os.rmdir(self.real(path))

    def lock(self, path: str, holder: bytes) -> Callable[[], None] | None:
        self._alive()
        self.files.faults.refuse(path, self.resolve)
        with self.host.world.lock:
            if path in self.host.locks:
                return None
            self.host.locks[path] = self
            self._locks.add(path)
        self.files.write(path, holder, Attributes(mode=0o600))

        def let_go() -> None:
            with self.host.world.lock:
                self._locks.discard(path)
                if self.host.locks.get(path) is self:
                    del self.host.locks[path]

        return let_go

    # -- breaking the link at a step -----------------------------------------------------------------------

    def _follow(self, line: bytes) -> None:
        """See which step the helper is at, from what it writes into its log."""
        planned = self.host.faults.breaks
        if planned is None:
            return
        try:
            change = json.loads(line)
        except ValueError:
            return
        if change.get("step") != planned.step:
            return
        if change.get("state") == "running":
            if planned.when == "before":
                self._break()
            self._armed = planned.when == "middle"
        elif change.get("state") == "done" and (planned.when == "after" or self._armed):
            self._break()

    def _break(self) -> None:
        planned, self.host.faults.breaks, self._armed = self.host.faults.breaks, None, False
        if planned is not None and planned.power:
            self.dead = self._doomed.here = True
        if self._cut is not None:
            self._cut()
        self._alive()

    # -- the system ----------------------------------------------------------------------------------------

    def run(
        self,
        argv: Sequence[str],
        timeout: float,
        *,
        stop: Callable[[], bool] | None = None,
        environment: Mapping[str, str] | None = None,
        feed: bytes = b"",
    ) -> Result:
        self._alive()
        deadline = time.monotonic() + timeout

        def pause(seconds: float) -> None:
            until = time.monotonic() + seconds / self.host.world.speed
            while (left := until - time.monotonic()) > 0:
                if time.monotonic() >= deadline or (stop is not None and stop()):
                    raise TimedOut
                time.sleep(min(left, _SLICE, max(0.001, deadline - time.monotonic())))
            self._alive()

        try:
            output = self.host.run(
                list(argv), user=self.user, pause=pause, environment=environment or {}, feed=feed
            )
        except TimedOut:
            return Result(137, timed_out=True)
        if output is None:
            return Result(127, "", f"{argv[0]}: not found", found=False)
        return Result(output.exit, output.out, output.err)

    def end_strays(self, transaction: str) -> None:
        """Nothing: simulated commands end with who waits for them."""

    def units(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        self._alive()
        with self.host.world.lock:
            self.host.world.settle()
            return {name: self.host.systemd.reading(name) for name in names}

    def mounts(self) -> list[tuple[str, str, str, str]]:
        table = [("/", "/dev/vda1", "ext4", "rw,relatime")]
        return table + [
            (folder, "/dev/vda1", "ext4", "ro,relatime") for folder in sorted(self.host.faults.read_only)
        ]

    def space(self, path: str) -> tuple[int, int]:
        free = self.host.faults.free_space
        return _FREE if free is None else free, _DISK

    def http(self, port: int, path: str, body: str, timeout: float) -> dict[str, Any]:
        self._alive()
        answer = self.host.http(port, path, body)
        if answer is None:
            return {"answered": False, "status": 0, "body": ""}
        return {"answered": True, "status": answer[0], "body": answer[1]}

    def ami(
        self,
        port: int,
        user: str,
        secret: str,
        actions: Sequence[Sequence[Sequence[str]]],
        *,
        timeout: float,
        keep: int,
    ) -> dict[str, Any]:
        self._alive()
        return self.host.ami(port, user, secret, actions, keep)

    def ami_listen(self, port: int, user: str, secret: str, timeout: float) -> Talk:
        self._alive()
        return self.host.ami_listen(port, user, secret)

    def connect(self, address: str, port: int, timeout: float) -> dict[str, Any]:
        self._alive()
        started = time.monotonic()
        found = self.host.resolve(address)
        if not found:
            return {"connected": False, "seconds": 0.0, "error": "Name or service not known"}
        attempt = self.host.world.connect(self.host, found[0], port)
        if attempt.silent:
            self.host.world.pause(timeout)
            error = f"no answer within {timeout:g} s"
        else:
            error = attempt.error
        return {"connected": not error, "seconds": time.monotonic() - started, "error": error}

    def login(
        self, server: str, request: Mapping[str, Any], password: str, timeout: float
    ) -> tuple[str, str]:
        self._alive()
        # Not before a login is tried: it takes certificates and TLS, which nothing else here needs.
        from azdesk.practice import logins

        return logins.attempt(self.host, server, request, password)

    def addresses_of(self, name: str) -> list[str]:
        self._alive()
        return self.host.resolve(name)

    def own_addresses(self) -> list[str]:
        return [self.host.lan_address]

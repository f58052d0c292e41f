"""The machine the helper works on: everything it does to the world goes through here.

A practice host or a test puts its own subclass in place: paths may lie below a folder, commands may be
simulated. Paths are those of the host, absolute and with slashes, everywhere but in the few functions here
that open them.
"""

from __future__ import annotations

import os
import sys
import time

from azdesk.onhost.disk import BINARY, NO_FOLLOW, Disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from azdesk.onhost.live import Talk


class Result:
    """What came of a command."""

    __slots__ = ("err", "exit", "found", "out", "timed_out")

    def __init__(
        self, code: int = 0, out: str = "", err: str = "", *, found: bool = True, timed_out: bool = False
    ) -> None:
        self.exit = code
        self.out = out
        self.err = err
        self.found = found
        self.timed_out = timed_out

    def wire(self) -> dict[str, Any]:
        return {
            "found": self.found,
            "exit": self.exit,
            "out": self.out,
            "err": self.err,
            "timed_out": self.timed_out,
        }


class Machine(Disk):
    """This host.

    Args:
        root: folder that stands for ``/``; empty: the real root.
    """

    separate = True
    """Whether steps run in a process of their own, so that no single kill leaves a transaction half done.
    False for machines inside another program: there it is a thread."""
    state = "/var/lib/azdesk"
    """Folder of lock, journal, transactions and backups."""

    def __init__(self, root: str = "") -> None:
        super().__init__(root)
        self._memory: dict[str, Any] = {}

    def memory(self, name: str, make: Callable[[], Any]) -> Any:
        """Something kept for the life of the machine, such as an open connection; made when first asked for."""
        if name not in self._memory:
            self._memory[name] = make()
        return self._memory[name]

    def forget(self) -> None:
        """Drop all that `memory` keeps."""
        for connection in self._memory.get("bus", {}).values():
            connection.close()
        self._memory.clear()
        self.forget_names()

    def distrust(self) -> None:
        """Ask everything anew the next time, also what would have told of a change."""
        for connection in self._memory.get("bus", {}).values():
            connection.kept.clear()
        self._memory.pop("packages", None)

    # -- time and self -------------------------------------------------------------------------------------

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds of a clock that only goes forward."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def whoami(self) -> dict[str, Any]:
        """Parts of the hello: python, uid, pid, hostname."""
        return {
            "python": "%d.%d.%d" % sys.version_info[:3],
            "uid": os.geteuid() if hasattr(os, "geteuid") else 0,
            "pid": os.getpid(),
            "hostname": os.uname().nodename if hasattr(os, "uname") else "",
        }

    def connection(self) -> tuple[str, int]:
        """Where the SSH connection comes from that this process serves, and the port it came to; empty and 0 if none is found."""
        from azdesk.onhost import network

        return network.ssh_connection()

    # -- holding -------------------------------------------------------------------------------------------

    def lock(self, path: str, holder: bytes) -> Callable[[], None] | None:
        """Take the lock of that file and write the holder into it; returns what lets go of it, or None if
        another has it.

        The lock ends with the last process that has it, however that ends.
        """
        import fcntl

        fd = os.open(self.real(path), os.O_RDWR | os.O_CREAT | NO_FOLLOW | BINARY, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        os.ftruncate(fd, 0)
        os.pwrite(fd, holder, 0)
        held = [fd]

        def let_go() -> None:
            # Closing, not unlocking: the worker may have it as well, and then keeps it.
            if held:
                os.close(held.pop())

        return let_go

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
        """Run a command without a shell, with `feed` as its input; its whole process group is killed after
        `timeout` seconds or when `stop` says so."""
        from azdesk.onhost import process

        return process.run(argv, timeout, stop=stop, environment=environment, feed=feed)

    def end_strays(self, transaction: str) -> None:
        """Kill commands that a worker which died has left behind."""
        from azdesk.onhost import process

        process.end_strays(transaction)

    def units(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """State of systemd units, as the probe `Units` reads it."""
        from azdesk.onhost import bus

        return bus.units(self, names)

    def packages(self, names: Sequence[str]) -> dict[str, str | None]:
        """Versions of packages, None for those not installed."""
        from azdesk.onhost import system

        installed = system.installed(self)
        return {name: installed.get(name) for name in names}

    def mounts(self) -> list[tuple[str, str, str, str]]:
        """What is mounted, later ones above earlier ones: path, source, type, options."""
        from azdesk.onhost import mounts

        return mounts.table(self)

    def space(self, path: str) -> tuple[int, int]:
        """Free and whole size of the file system that holds a path, in bytes."""
        st = os.statvfs(self.real(path))
        return st.f_bavail * st.f_frsize, st.f_blocks * st.f_frsize

    def http(self, port: int, path: str, body: str, timeout: float) -> dict[str, Any]:
        """As the probe `Http` reads it."""
        from azdesk.onhost import network

        return network.post(port, path, body, timeout)

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
        """As the probe `Ami` reads it."""
        from azdesk.onhost import ami

        return ami.ask(port, user, secret, actions, timeout=timeout, keep=keep)

    def ami_listen(self, port: int, user: str, secret: str, timeout: float) -> Talk:
        """A login at Asterisk's manager interface that hears events."""
        from azdesk.onhost import ami

        return ami.listen(port, user, secret, timeout)

    def connect(self, address: str, port: int, timeout: float) -> dict[str, Any]:
        """As the probe `Connect` reads it."""
        from azdesk.onhost import network

        return network.connect(address, port, timeout)

    def login(
        self, server: str, request: Mapping[str, Any], password: str, timeout: float
    ) -> tuple[str, str]:
        """Log in to one server as the step `Login` asks: a word of `login.REASONS` why not, empty if it is taken, and a sentence."""
        from azdesk.onhost import login

        return login.attempt(server, request, password, timeout)

    def addresses_of(self, name: str) -> list[str]:
        """What a name resolves to."""
        from azdesk.onhost import network

        return network.addresses_of(name)

    def own_addresses(self) -> list[str]:
        """Addresses of this host, those of the loopback and of single links left out."""
        from azdesk.onhost import network

        return network.own_addresses()


def from_environment() -> Machine:
    """This host, or what two environment variables say: `AZDESK_ROOT`, a folder that stands for ``/``, and
    `AZDESK_MACHINE`, a Python file whose ``machine(root)`` returns another machine."""
    root, other = os.environ.get("AZDESK_ROOT", ""), os.environ.get("AZDESK_MACHINE", "")
    if not other:
        return Machine(root)
    with open(other, encoding="utf-8") as file:
        space: dict[str, Any] = {"Machine": Machine, "Result": Result, "__name__": "azdesk_machine"}
        exec(compile(file.read(), other, "exec"), space)
    made: Machine = space["machine"](root)
    return made

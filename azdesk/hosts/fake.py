"""A transport without SSH: the real helper in a thread of this process, on a machine given for each host.

It ships with AZDesk so that anything above can be tested without a network.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING

from azdesk.core.errors import LinkError, Unreachable
from azdesk.core.progress import Job
from azdesk.fleet.model import Fleet

if TYPE_CHECKING:
    from azdesk.onhost.machine import Machine


class FakeTransport:
    """Runs ``azdesk.onhost``'s helper on machines in this process.

    Args:
        machines: by host name, what the helper works on (see `azdesk.onhost.machine`).

    Faults can be set at any time: an entry in `refusals` is raised instead of connecting, `cut` ends the open
    links of a host as a broken network would.
    """

    def __init__(self, machines: Mapping[str, Machine]) -> None:
        self.machines = machines
        self.refusals: dict[str, LinkError] = {}
        self.targets: dict[tuple[str, str], Callable[[socket.socket], None]] = {}
        """What relays lead to, by host and target: called in a thread of its own with a connected socket."""
        self.opened: list[str] = []
        """Host names in the order in which links were opened."""
        self._streams: dict[str, list[SocketStream]] = {}
        self._lock = threading.Lock()

    def open(self, fleet: Fleet, host: str, job: Job) -> SocketStream:  # noqa: ARG002
        from azdesk.onhost.server import serve

        job.check()
        if host in self.refusals:
            raise self.refusals[host]
        if host not in self.machines:
            raise Unreachable("Nothing answers there.", where=host, next_step="Look at the host's address.")
        ours, theirs = socket.socketpair()
        machine = self.machines[host]
        machine.separate = False  # a worker process would be a copy of this whole program

        def run() -> None:
            with theirs:
                serve(theirs, theirs, machine)

        threading.Thread(target=run, name=f"helper of {host}", daemon=True).start()
        stream = SocketStream(ours)
        with self._lock:
            self.opened.append(host)
            self._streams.setdefault(host, []).append(stream)
        return stream

    def relay(self, fleet: Fleet, host: str, target: str, job: Job) -> SocketStream:  # noqa: ARG002
        job.check()
        if host in self.refusals:
            raise self.refusals[host]
        serve = self.targets.get((host, target))
        if serve is None:
            raise Unreachable(f"Nothing listens at {target} there.", where=host)
        ours, theirs = socket.socketpair()

        def run() -> None:
            with theirs:
                serve(theirs)

        threading.Thread(target=run, name=f"{target} of {host}", daemon=True).start()
        stream = SocketStream(ours)
        with self._lock:
            self._streams.setdefault(host, []).append(stream)
        return stream

    def cut(self, host: str) -> None:
        """Break all links to a host, without a word to either side."""
        with self._lock:
            streams = self._streams.pop(host, [])
        for stream in streams:
            stream.close()

    def route(self, fleet: Fleet, host: str) -> Hashable:
        value = fleet.hosts[host]
        return (
            value.address,
            value.port,
            value.credential,
            fleet.credentials.get(value.credential),
            value.jump,
        )

    def close(self) -> None:
        for host in list(self._streams):
            self.cut(host)


class SocketStream:
    """A stream over a connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._closed = False
        self._reading = threading.Lock()

    @property
    def alive(self) -> bool:
        return not self._closed

    def read(self, timeout: float) -> bytes:
        with self._reading:
            if self._closed:
                return b""
            self._socket.settimeout(max(timeout, 0.001))
            data = self._socket.recv(1 << 16)
        if not data:
            self._closed = True
        return data

    def write(self, data: bytes, timeout: float) -> None:  # noqa: ARG002 - the helper here always reads
        self._socket.sendall(data)

    def explain(self, said: bytes) -> LinkError | None:  # noqa: ARG002
        return None

    def close(self) -> None:
        self._closed = True
        with contextlib.suppress(OSError):  # the other side may have been first
            self._socket.shutdown(socket.SHUT_RDWR)
        # A reader is awake by now; closing under its hands could give its number to another socket.
        if self._reading.acquire(timeout=1.0):
            self._socket.close()
            self._reading.release()

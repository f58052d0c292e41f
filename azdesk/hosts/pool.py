"""Links to all hosts of a fleet: opened when first needed, kept open, one queue per host."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import LinkError, LinkLost
from azdesk.core.progress import Job
from azdesk.fleet.model import Fleet
from azdesk.hosts.link import HEARTBEAT, Link
from azdesk.hosts.stream import Transport

if TYPE_CHECKING:
    from azdesk.fleet.credentials import SecretSource
    from azdesk.hosts.known import HostKeys


Opened = TypeVar("Opened")


class _Slot:
    """What belongs to one host; its lock is held while a link is being opened."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.link: Link | None = None
        self.route: Hashable = None
        """The way the link was opened by."""


class HostPool:
    """Gives links to hosts by their names in the document. Any thread may use it.

    Args:
        fleet: the document as it is now; tell `update` when it changes.
        secrets: where passwords and passphrases come from.
        trust: which host keys are known.
        transport: what carries the links; SSH unless a test brings another.
        heartbeat: seconds without a sign of the workstation after which a host rolls back.
    """

    def __init__(
        self,
        fleet: Fleet,
        *,
        secrets: SecretSource | None = None,
        trust: HostKeys | None = None,
        transport: Transport | None = None,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        if transport is None:
            from azdesk.hosts.ssh import SshTransport  # brings paramiko along, which takes its time

            transport = SshTransport(secrets=secrets, trust=trust)
        self._transport = transport
        self._fleet = fleet
        self._heartbeat = heartbeat
        self._slots: dict[str, _Slot] = {}
        self._opening: set[Job] = set()
        self._relays: list[tuple[str, Hashable, ByteStream | Link]] = []
        """What is open beside the shared links, by host and way."""
        self._lock = threading.Lock()
        self._closed = False

    @property
    def transport(self) -> Transport:
        """What carries the links."""
        return self._transport

    def link(self, host: str, job: Job | None = None) -> Link:
        """The open link to a host, or a new one. Threads asking for the same host get the same link.

        It leads where the document says now: a link whose way was edited while it was being opened is closed, and the
        host is reached by the new way.

        The helper's hello is not waited for: the first request goes out together with the helper's source,
        and raises what kept the helper from starting.

        Raises:
            LinkError: it cannot be reached or not logged in to; see its subclasses.
            CredentialError: a password or passphrase is missing.
            Cancelled: by the job, while connecting.
        """
        with self._lock:
            if self._closed:
                raise LinkLost("The window or command that used this link has ended.", where=host)
            slot = self._slots.setdefault(host, _Slot())
        with slot.lock:
            way = self._route(self._fleet, host)
            if slot.link is not None and slot.link.alive and slot.route == way:
                return slot.link
            while True:
                if slot.link is not None:
                    slot.link.close()
                    slot.link = None
                fleet = self._fleet
                slot.route = self._route(fleet, host)
                slot.link = self._open(fleet, host, job)
                if slot.route == self._route(self._fleet, host):
                    return slot.link

    def own_link(self, host: str, job: Job | None = None) -> Link:
        """A new link to a host beside the shared one, for what goes on and on; the caller closes it.

        It ends by itself, too, when the host's address or login is edited, and with the pool.

        Raises:
            LinkError, CredentialError, Cancelled: as `link`.
        """
        if self._closed:
            raise LinkLost("The window or command that used this link has ended.", where=host)
        fleet = self._fleet
        way = self._route(fleet, host)
        link = self._open(fleet, host, job)
        self._keep(host, way, link)
        return link

    def relay(self, host: str, target: str, job: Job | None = None) -> ByteStream:
        """A new stream, carried over SSH with the host's login, to something that listens on its side.

        It ends when either side closes it, when the host's address or login is edited, and with the pool.

        Args:
            target: path of a Unix socket, opened there as root, or ``address:port`` as the host sees it.

        Raises:
            Unreachable: the host, or the target from there.
            LinkError: not logged in to, or not become root.
            CredentialError: a password or passphrase is missing.
            Cancelled: by the job, while connecting.
        """
        if self._closed:
            raise LinkLost("The window or command that used this link has ended.", where=host)
        fleet = self._fleet
        way = self._route(fleet, host)
        stream = self._connect(fleet, host, job, lambda own: self._transport.relay(fleet, host, target, own))
        self._keep(host, way, stream)
        return stream

    def _keep(self, host: str, way: Hashable, made: ByteStream | Link) -> None:
        """Remember what has to end with the pool, or with the way to its host."""
        with self._lock:
            self._relays = [kept for kept in self._relays if kept[2].alive]
            self._relays.append((host, way, made))
            current = not self._closed and way == self._route(self._fleet, host)
        if not current:
            made.close()

    def try_login(self, host: str, job: Job | None = None) -> None:
        """Log in anew, beside the open link, and leave again: proof that the host still lets this workstation in.

        Raises:
            LinkError: it does not.
            CredentialError: a password or passphrase is missing.
            Cancelled: by the job.
        """
        fleet = self._fleet
        link = self._open(fleet, host, job)
        try:
            link.look({})
        finally:
            link.close()

    def is_open(self, host: str) -> bool:
        """Whether a usable link to the host is open, without trying anything."""
        slot = self._slots.get(host)
        return slot is not None and (link := slot.link) is not None and link.alive

    def update(self, fleet: Fleet) -> None:
        """Take an edited document; links to hosts whose address or login changed are closed."""
        with self._lock:
            self._fleet = fleet
            slots, relays = dict(self._slots), list(self._relays)
        for host, way, stream in relays:
            if way != self._route(fleet, host):
                stream.close()
        for host, slot in slots.items():
            # One that is still being opened is not there yet: `link` compares once more.
            if (link := slot.link) is not None and slot.route != self._route(fleet, host):
                link.close()

    def drop(self, host: str) -> None:
        """Close the link to one host, if there is one; the next use opens it again."""
        slot = self._slots.get(host)
        if slot is not None and (link := slot.link) is not None:
            link.close()

    def close(self) -> None:
        """Close all links and stop those being opened."""
        with self._lock:
            self._closed = True
            opening, slots = list(self._opening), list(self._slots.values())
            relays, self._relays = self._relays, []
        for job in opening:
            job.cancel()
        for _, _, stream in relays:
            stream.close()
        for slot in slots:
            if (link := slot.link) is not None:
                link.close()
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, fleet: Fleet, host: str, job: Job | None) -> Link:
        return self._connect(
            fleet,
            host,
            job,
            lambda own: Link(host, self._transport.open(fleet, host, own), heartbeat=self._heartbeat),
        )

    def _connect(self, fleet: Fleet, host: str, job: Job | None, connect: Callable[[Job], Opened]) -> Opened:
        if host not in fleet.hosts:
            raise LinkError("There is no such host in the document.", where=host)
        own = Job()
        forget = job.on_cancel(own.cancel) if job is not None else None
        with self._lock:
            self._opening.add(own)
        try:
            if self._closed:
                own.cancel()
            return connect(own)
        finally:
            if forget is not None:
                forget()
            with self._lock:
                self._opening.discard(own)

    def _route(self, fleet: Fleet, host: str) -> Hashable:
        return self._transport.route(fleet, host) if host in fleet.hosts else None

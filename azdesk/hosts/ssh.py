"""The transport over SSH."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import Cancelled, LinkError
from azdesk.core.progress import Job
from azdesk.fleet.credentials import NoSecrets, SecretSource
from azdesk.fleet.model import Fleet
from azdesk.hosts.attempt import Attempt
from azdesk.hosts.known import HostKeys
from azdesk.hosts.route import Hop, Route, SshConfig, route
from azdesk.hosts.unlocked import UnlockedKeys

if TYPE_CHECKING:
    from azdesk.hosts.lean import Connection
    from azdesk.hosts.session import ChannelStream, Reached

Closer: TypeAlias = Callable[[], None]


@dataclass
class _Shared:
    """A connection to a jump host that several hosts use."""

    connection: Connection
    users: int
    release: Closer


class SshTransport:
    """Opens links over SSH. Connections to jump hosts are shared by the hosts behind them.

    Args:
        secrets: where passwords and passphrases come from; None: there are none.
        trust: known host keys; None: those of the usual files.
        config: the admin's ssh_config.
    """

    def __init__(
        self,
        *,
        secrets: SecretSource | None = None,
        trust: HostKeys | None = None,
        config: SshConfig | None = None,
    ) -> None:
        self.secrets = secrets if secrets is not None else NoSecrets()
        self.trust = trust if trust is not None else HostKeys()
        self.config = config if config is not None else SshConfig()
        self._unlocked = UnlockedKeys()
        self._shared: dict[Route, _Shared] = {}
        self._gates: dict[Route, threading.Lock] = {}
        self._lock = threading.Lock()

    def route(self, fleet: Fleet, host: str) -> Hashable:
        """The hops; see `azdesk.hosts.route`."""
        try:
            return route(fleet, host, self.config)
        except LinkError as error:
            return str(error)

    def open(self, fleet: Fleet, host: str, job: Job) -> ChannelStream:
        """See `azdesk.hosts.stream.Transport`."""
        from azdesk.hosts.session import start_helper

        job.check()
        with self.connected(fleet, host, job) as reached:
            return start_helper(reached, self.secrets, job)

    def relay(self, fleet: Fleet, host: str, target: str, job: Job) -> ByteStream:
        """See `azdesk.hosts.stream.Transport`. It has a login of its own, so that it outlives a helper's troubles."""
        from azdesk.hosts.relay import start_relay

        job.check()
        with self.connected(fleet, host, job) as reached:
            return start_relay(reached, target, self.secrets, job)

    @contextlib.contextmanager
    def connected(self, fleet: Fleet, host: str, job: Job) -> Iterator[Reached]:
        """A login on the host; it is closed if the block fails, and else by `Reached.close`."""
        hops = route(fleet, host, self.config)
        through, release = self._through(hops[:-1], host, job)
        attempt = self.attempt(hops[-1], host, through)
        forget = job.on_cancel(attempt.abort)
        try:
            connection = attempt.run()
            from azdesk.hosts.session import Reached  # not before the hosts were dialled

            yield Reached(connection=connection, hop=hops[-1], where=host, release=release)
        except BaseException as error:
            attempt.abort()
            release()
            if job.cancelled and not isinstance(error, Cancelled):
                raise Cancelled(where=host) from error
            raise
        finally:
            forget()

    def attempt(self, hop: Hop, where: str, through: Connection | None) -> Attempt:
        """The stages for one hop, none run yet."""
        return Attempt(hop, where, through, trust=self.trust, secrets=self.secrets, unlocked=self._unlocked)

    def through(self, hops: Route, host: str, job: Job) -> tuple[Connection | None, Closer]:
        """A connection to the last of these jump hosts, and what gives it back."""
        return self._through(hops, host, job)

    def close(self) -> None:
        with self._lock:
            shared, self._shared = list(self._shared.values()), {}
        for one in shared:
            one.connection.close()

    def _through(self, hops: Route, host: str, job: Job) -> tuple[Connection | None, Closer]:
        if not hops:
            return None, _nothing
        with self._lock:
            gate = self._gates.setdefault(hops, threading.Lock())
        with gate:
            with self._lock:
                shared = self._shared.get(hops)
                if shared is not None and shared.connection.is_active():
                    shared.users += 1
                    return shared.connection, self._releaser(hops, shared)
            before, release = self._through(hops[:-1], host, job)
            attempt = self.attempt(hops[-1], f"{host} via {hops[-1].name}", before)
            forget = job.on_cancel(attempt.abort)
            try:
                connection = attempt.run()
            except BaseException as error:
                attempt.abort()
                release()
                if job.cancelled and not isinstance(error, Cancelled):
                    raise Cancelled(where=host) from error
                raise
            finally:
                forget()
            shared = _Shared(connection=connection, users=1, release=release)
            with self._lock:
                self._shared[hops] = shared
            return connection, self._releaser(hops, shared)

    def _releaser(self, hops: Route, shared: _Shared) -> Closer:
        once = threading.Lock()

        def release() -> None:
            if not once.acquire(blocking=False):
                return
            with self._lock:
                shared.users -= 1
                last = shared.users == 0
                if last and self._shared.get(hops) is shared:
                    del self._shared[hops]
            if last:
                shared.connection.close()
                shared.release()

        return release


def _nothing() -> None:
    pass

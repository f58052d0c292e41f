"""Links over SSH: reach the host (through jump hosts), know its key, log in, become root, start the helper."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from pathlib import Path

from azdesk.core.errors import (
    Cancelled,
    CredentialError,
    LinkError,
    LinkLost,
    LinkTimeout,
    ProtocolError,
    Unreachable,
)
from azdesk.core.progress import Job
from azdesk.fleet.credentials import NoSecrets, SecretSource
from azdesk.fleet.model import Fleet
from azdesk.hosts.keys import UnlockedKeys
from azdesk.hosts.known import HostKeys
from azdesk.hosts.lean import Connection, paramiko
from azdesk.hosts.login import Login
from azdesk.hosts.route import Hop, Route, SshConfig, route
from azdesk.hosts.start import Start, SudoTalk, complaint

BANNER_TIMEOUT = 10.0
"""Seconds until the host's sshd has said who it is, and again for the key exchange."""
CHANNEL_TIMEOUT = 15.0
SUDO_TIMEOUT = 30.0
KEEPALIVE = 15
"""Seconds of silence after which a sign of life is sent."""
GONE_AFTER = 25
"""Seconds after which a connection whose packets nobody acknowledges is given up (where the system can)."""

Closer = Callable[[], None]


class Hops:
    """Connections to the hosts of one route, opened stage by stage; `connections` are those to the jump hosts.

    Each stage is a method, so that the add-host dialog can show them one by one.
    """

    def __init__(
        self,
        hop: Hop,
        where: str,
        through: Connection | None,
        trust: HostKeys,
        secrets: SecretSource,
        unlocked: UnlockedKeys,
    ) -> None:
        self.hop = hop
        self.where = where
        self._through = through
        self._trust = trust
        self._secrets = secrets
        self._unlocked = unlocked
        self._addresses: list[tuple[socket.AddressFamily, tuple[object, ...]]] = []
        self._socket: object = None
        self.connection: Connection | None = None
        self._aborted = False
        self._lock = threading.Lock()

    def abort(self) -> None:
        """Wake and fail whatever is running, from another thread."""
        with self._lock:
            self._aborted = True
            opened = (self.connection, self._socket)
        for one in opened:
            if one is not None:
                _close_quietly(one)

    def run(self) -> Connection:
        """All stages."""
        self.resolve()
        self.dial()
        self.handshake()
        self.verify()
        self.login()
        assert self.connection is not None
        return self.connection

    def resolve(self) -> str:
        """Name to addresses; behind a jump host that is the jump host's work."""
        if self._through is not None or self.hop.proxy_command:
            return self.hop.address
        self._addresses = _resolved(self.hop, self.where)
        return ", ".join(dict.fromkeys(str(address[0]) for _, address in self._addresses))

    def dial(self) -> str:
        """A connection to its port."""
        if self._through is not None:
            self._keep(_tunnel(self._through, self.hop, self.where))
        elif self.hop.proxy_command:
            self._keep(_proxy(self.hop, self.where))
        else:
            self._connect()
        return self.hop.place

    def handshake(self) -> str:
        """SSH version and key exchange; returns the version the host tells."""
        connection = Connection(self._socket)  # type: ignore[arg-type]
        connection.banner_timeout = BANNER_TIMEOUT
        connection.handshake_timeout = BANNER_TIMEOUT
        with self._lock:
            self.connection = connection
        self._check()
        connection.prefer(self._trust.known_types(self.hop.known_name, self.hop.known_files))
        try:
            connection.start_client(timeout=2 * BANNER_TIMEOUT)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise self._no_handshake(error) from error
        if not connection.initial_kex_done:
            raise LinkTimeout(
                "Its sshd did not finish the key exchange.", where=self.where, next_step="Try again."
            )
        return str(connection.remote_version)

    def verify(self) -> str:
        """The host's key against those known; nothing about the admin has been sent before this."""
        assert self.connection is not None
        key = self.connection.get_remote_server_key()
        self._trust.check(
            self.where, self.hop.known_name, key.get_name(), key.get_base64(), self.hop.known_files
        )
        return f"{key.get_name()} {key.fingerprint}"

    def login(self) -> str:
        """The user's login."""
        assert self.connection is not None
        Login(self.connection, self.hop, self._secrets, self._unlocked, self.where).run()
        self.connection.set_keepalive(KEEPALIVE)
        return self.hop.user

    def _check(self) -> None:
        if self._aborted:
            self.abort()
            raise Cancelled(where=self.where)

    def _keep(self, opened: object) -> None:
        with self._lock:
            self._socket = opened
        self._check()

    def _connect(self) -> None:
        failure: OSError | None = None
        for family, address in self._addresses:
            connection = socket.socket(family, socket.SOCK_STREAM)
            self._keep(connection)
            connection.settimeout(self.hop.connect_timeout)
            try:
                connection.connect(address)
            except OSError as error:
                connection.close()
                self._check()
                failure = error
                continue
            _tune(connection)
            return
        raise self._unreachable(failure)

    def _unreachable(self, error: OSError | None) -> Unreachable:
        place = self.hop.place
        if isinstance(error, TimeoutError):
            return Unreachable(
                f"No answer from {place} within {self.hop.connect_timeout:g} s.",
                where=self.where,
                next_step="Check the address, whether the host is on, and firewalls in between.",
            )
        if isinstance(error, ConnectionRefusedError):
            return Unreachable(
                f"{place} refuses connections.",
                where=self.where,
                next_step="Check the port, and whether sshd runs there.",
            )
        why = error.strerror if error is not None and error.strerror else "no address to try"
        return Unreachable(
            f"{place} cannot be reached: {why}.", where=self.where, next_step="Check the network."
        )

    def _no_handshake(self, error: Exception) -> LinkError:
        text = str(error)
        if isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
            return LinkError(
                f"Its SSH server offers no algorithm that is safe by today's measure ({text}).",
                where=self.where,
                next_step="Upgrade the SSH server there.",
            )
        if "Indecipherable" in text or "Invalid SSH banner" in text:
            return ProtocolError(
                f"What answers at {self.hop.place} is not an SSH server.",
                where=self.where,
                next_step="Check address and port.",
            )
        if ("banner" in text and "timed out" in text.lower()) or isinstance(error.__context__, TimeoutError):
            return LinkTimeout(
                f"{self.hop.place} takes connections, but no SSH server speaks there.",
                where=self.where,
                next_step="Check the port; if it is right, the host may be overloaded.",
            )
        return Unreachable(
            f"{self.hop.place} ended the connection before the login.",
            where=self.where,
            next_step="Its sshd may be busy (MaxStartups), or it bars this address (fail2ban, AllowUsers, firewall).",
        )


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
        self._config = config if config is not None else SshConfig()
        self._unlocked = UnlockedKeys()
        self._shared: dict[Route, _Shared] = {}
        self._gates: dict[Route, threading.Lock] = {}
        self._lock = threading.Lock()

    def route(self, fleet: Fleet, host: str) -> Hashable:
        """The hops; see `azdesk.hosts.route`."""
        try:
            return route(fleet, host, self._config)
        except LinkError as error:
            return str(error)

    def open(self, fleet: Fleet, host: str, job: Job) -> ChannelStream:
        """See `azdesk.hosts.stream.Transport`."""
        job.check()
        with self.connected(fleet, host, job) as reached:
            return start_helper(reached, self.secrets, job)

    @contextlib.contextmanager
    def connected(self, fleet: Fleet, host: str, job: Job) -> Iterator[Reached]:
        """A login on the host; it is closed if the block fails, and else by `Reached.close`."""
        hops = route(fleet, host, self._config)
        through, release = self._through(hops[:-1], host, job)
        attempt = self.attempt(hops[-1], host, through)
        forget = job.on_cancel(attempt.abort)
        try:
            connection = attempt.run()
            yield Reached(connection=connection, hop=hops[-1], where=host, release=release)
        except BaseException as error:
            attempt.abort()
            release()
            if job.cancelled and not isinstance(error, Cancelled):
                raise Cancelled(where=host) from error
            raise
        finally:
            forget()

    def attempt(self, hop: Hop, where: str, through: Connection | None) -> Hops:
        """The stages for one hop, none run yet."""
        return Hops(hop, where, through, self.trust, self.secrets, self._unlocked)

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


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A host that is logged in to."""

    connection: Connection
    hop: Hop
    where: str
    release: Closer
    """Gives the jump host back."""

    def close(self) -> None:
        self.connection.close()
        self.release()

    def channel(self) -> paramiko.Channel:
        """A channel for one command.

        Raises:
            LinkError: the host does not give one.
        """
        try:
            return self.connection.open_session(timeout=CHANNEL_TIMEOUT)
        except (paramiko.SSHException, EOFError, OSError) as error:
            if not self.connection.is_active():
                raise LinkLost("The connection ended after the login.", where=self.where) from error
            raise LinkError(
                f"Its sshd gives no further session: {error}.",
                where=self.where,
                next_step="See MaxSessions there.",
            ) from error


class ChannelStream:
    """A stream over an SSH channel whose other end is the helper."""

    def __init__(self, channel: paramiko.Channel, reached: Reached) -> None:
        self._channel = channel
        self._reached = reached
        self._complaint = b""
        self._closed = False

    @property
    def alive(self) -> bool:
        channel = self._channel
        return (
            not (self._closed or channel.closed or channel.eof_received)
            and self._reached.connection.is_active()
        )

    def read(self, timeout: float) -> bytes:
        channel = self._channel
        channel.settimeout(max(timeout, 0.001))
        data = channel.recv(1 << 18)
        if channel.recv_stderr_ready():
            # Unread, it would fill the window that the answers need too.
            self._complaint = (self._complaint + channel.recv_stderr(1 << 15))[-8192:]
        return data

    def write(self, data: bytes, timeout: float) -> None:
        channel = self._channel
        channel.settimeout(timeout)
        view = memoryview(data)
        while view:
            sent = channel.send(bytes(view[: 1 << 17]))
            if not sent:
                raise BrokenPipeError("the channel is closed")
            view = view[sent:]

    def read_complaint(self, timeout: float) -> bytes:
        """Some bytes of standard error, or none at its end."""
        self._channel.settimeout(max(timeout, 0.001))
        return self._channel.recv_stderr(4096)

    def explain(self) -> LinkError | None:
        if not self._reached.connection.is_active():
            return None
        channel = self._channel
        channel.status_event.wait(2.0)
        with contextlib.suppress(TimeoutError):
            channel.settimeout(0.2)
            while (data := channel.recv_stderr(1 << 15)) and len(self._complaint) < 1 << 16:
                self._complaint += data
        status = channel.exit_status if channel.exit_status >= 0 else None
        text = self._complaint.decode("utf-8", "replace")
        return complaint(text, status, self._reached.hop.user, self._reached.where)

    def close(self) -> None:
        self._closed = True
        self._reached.close()


def start_helper(reached: Reached, secrets: SecretSource, job: Job) -> ChannelStream:
    """Start the helper on a host that is logged in to, and send its source.

    Raises:
        SudoRefused: the user cannot become root (known now only where a password is asked for; else with the hello).
        CredentialError: the sudo password is missing.
    """
    from azdesk.onhost import bundle

    hop, where = reached.hop, reached.where
    start = Start(bundle.loader(), hop.sudo)
    stream = ChannelStream(run_command(reached, start.command), reached)
    try:
        if start.waits:
            give_password(stream, start, hop, secrets, where)
        job.check()
        stream.write(bundle.payload(), CHANNEL_TIMEOUT)
    except TimeoutError as error:
        raise LinkTimeout(
            "It did not take the helper in time.", where=where, next_step="Try again."
        ) from error
    except OSError as error:
        why = stream.explain()
        raise why or LinkLost("The connection ended while the helper was started.", where=where) from error
    return stream


def run_command(reached: Reached, command: str) -> paramiko.Channel:
    """Start one command on a channel of its own."""
    channel = reached.channel()
    try:
        channel.exec_command(command)
    except (paramiko.SSHException, EOFError, OSError) as error:
        if not reached.connection.is_active():
            raise LinkLost("The connection ended after the login.", where=reached.where) from error
        raise LinkError(
            "Its sshd lets this login run no command.",
            where=reached.where,
            next_step="Look for ForceCommand there, or a restriction of this key in authorized_keys.",
        ) from error
    return channel


def give_password(stream: ChannelStream, start: Start, hop: Hop, secrets: SecretSource, where: str) -> None:
    """Answer sudo's question, if it asks."""
    talk = SudoTalk(start, hop.user, where)
    deadline = time.monotonic() + SUDO_TIMEOUT
    while True:
        try:
            data = stream.read_complaint(deadline - time.monotonic())
        except TimeoutError as error:
            raise LinkTimeout("sudo did not answer in time.", where=where, next_step="Try again.") from error
        if not data:
            raise talk.ended()
        action = talk.feed(data.decode("utf-8", "replace"))
        if action == "started":
            return
        if action == "password":
            # The login's password is the usual one for sudo too, so one entry is enough.
            password = secrets.get(hop.credential, "sudo") or secrets.get(hop.credential, "password")
            if password is None:
                raise CredentialError(
                    f"There is no sudo password for the credential “{hop.credential}”.",
                    where=where,
                    next_step="Enter it in the window, or keep it in the keyring.",
                )
            stream.write(password.reveal().encode() + b"\n", CHANNEL_TIMEOUT)
            deadline = time.monotonic() + SUDO_TIMEOUT


def _resolved(hop: Hop, where: str) -> list[tuple[socket.AddressFamily, tuple[object, ...]]]:
    found: list[tuple[socket.AddressFamily, tuple[object, ...]]] = []
    failure: list[OSError] = []

    def ask() -> None:
        try:
            for family, _, _, _, address in socket.getaddrinfo(
                hop.address, hop.port, type=socket.SOCK_STREAM
            ):
                found.append((family, address))
        except (OSError, UnicodeError) as error:
            failure.append(error if isinstance(error, OSError) else OSError(str(error)))

    if _is_ip(hop.address):
        ask()
    else:
        # A resolver without a server takes half a minute and cannot be interrupted.
        asking = threading.Thread(target=ask, name=f"resolving {hop.address}", daemon=True)
        asking.start()
        asking.join(hop.connect_timeout)
    if not found:
        why = f": {failure[0].strerror or failure[0]}" if failure else " in time"
        raise Unreachable(
            f"The name {hop.address} does not resolve{why}.",
            where=where,
            next_step="Check the spelling and your name server, or enter an IP address.",
        )
    return found


def _is_ip(address: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            socket.inet_pton(family, address)
            return True
    return False


def _tune(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_AFTER * 1000)


def _tunnel(through: Connection, hop: Hop, where: str) -> paramiko.Channel:
    try:
        return through.open_channel(
            "direct-tcpip", (hop.address, hop.port), ("127.0.0.1", 0), timeout=hop.connect_timeout
        )
    except paramiko.ChannelException as error:
        said = {1: "the jump host does not allow it (AllowTcpForwarding)", 2: "no connection from there"}
        raise Unreachable(
            f"{hop.place} cannot be reached through the jump host: {said.get(error.code, error.text)}.",
            where=where,
            next_step="Check the address as seen from the jump host.",
        ) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise Unreachable(
            f"{hop.place} cannot be reached through the jump host: {error or 'the connection ended'}.",
            where=where,
            next_step="Try again.",
        ) from error


def _proxy(hop: Hop, where: str) -> object:
    try:
        return paramiko.ProxyCommand(hop.proxy_command)
    except (OSError, ValueError) as error:
        raise Unreachable(
            f"The ProxyCommand of your ssh configuration could not be run: {error}.",
            where=where,
            next_step="Mend it in ~/.ssh/config.",
        ) from error


def _close_quietly(opened: object) -> None:
    if isinstance(opened, socket.socket):
        with contextlib.suppress(OSError):
            opened.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(Exception):
        opened.close()  # type: ignore[attr-defined]


def _nothing() -> None:
    pass


__all__ = ["ChannelStream", "Path", "Reached", "SshTransport", "run_command", "start_helper"]

"""SSH servers of the practice hosts: one listening port each on 127.0.0.1, all accepted by one thread."""

from __future__ import annotations

import contextlib
import errno
import io
import selectors
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paramiko.common import (
    AUTH_FAILED,
    AUTH_SUCCESSFUL,
    OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED,
    OPEN_FAILED_CONNECT_FAILED,
    OPEN_SUCCEEDED,
    cMSG_CHANNEL_SUCCESS,
)
from paramiko.server import InteractiveQuery

from azdesk.hosts.lean import Transport, paramiko
from azdesk.practice.shell import Login
from azdesk.practice.world import WORKSTATION

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

LOOPBACK = "127.0.0.1"
WITHOUT_PASSWORD = frozenset({"bob"})
"""Users whom sudo asks for nothing."""
KEYBOARD_ONLY = frozenset({"carol"})
"""Users who log in keyboard-interactively and no other way."""
_CHUNK = 1 << 15


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """Who may log in to all hosts of a fleet."""

    public_key: str
    """Base64 text of the key that root, alice and bob may use."""
    passwords: dict[str, str] = field(repr=False)
    """By user; also what sudo asks for. Root has none."""

    def check(self, user: str, password: str) -> bool:
        return self.passwords.get(user) == password


def new_key() -> tuple[str, paramiko.PKey]:
    """A fresh Ed25519 key: as an OpenSSH private key file, and for paramiko."""
    text = (
        Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
        .decode()
    )
    return text, paramiko.Ed25519Key(file_obj=io.StringIO(text))


class SshServer:
    """One host's SSH server.

    Args:
        host: what logins land on.
        accounts: who may log in.
        key: the host key.
    """

    def __init__(self, host: PracticeHost, accounts: Accounts, key: paramiko.PKey) -> None:
        self.host = host
        self.accounts = accounts
        self.key = key
        self.port = 0
        self._listener: socket.socket | None = None
        self._connections: list[paramiko.Transport] = []
        self._held: list[socket.socket] = []
        self._lock = threading.Lock()

    def bind(self) -> socket.socket:
        """Listen; on the same port as before if there was one."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, self.port))
        listener.listen(16)
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        self._listener = listener
        return listener

    def accept(self) -> None:
        """Take one connection that waits."""
        assert self._listener is not None
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return  # whoever it was has gone away again
        connection.setblocking(True)
        if self.host.faults.unreachable == "refused":
            _reset(connection)
        elif self.host.faults.unreachable == "silent" or not self.host.lets_in(WORKSTATION, 22):
            self._held.append(connection)
        else:
            self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = _Transport(connection)
        transport.local_version = "SSH-2.0-OpenSSH_10.6p1 Debian-1"
        transport.add_server_key(self.key)
        transport.daemon = True
        with self._lock:
            self._connections = [each for each in self._connections if each.is_active()]
            self._connections.append(transport)
        with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
            # The event keeps it from waiting for the end of the handshake here.
            transport.start_server(event=threading.Event(), server=_Door(self, transport))

    @property
    def connections(self) -> int:
        """Number of open connections."""
        with self._lock:
            return sum(1 for each in self._connections if each.is_active())

    def cut(self) -> None:
        """Break all connections without a word, as a pulled cable would."""
        with self._lock:
            connections, self._connections = self._connections, []
            held, self._held = self._held, []
        for transport in connections:
            _break(transport)
        for connection in held:
            connection.close()

    def close(self) -> None:
        """Stop listening and end all connections."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self.cut()


class Acceptor:
    """The one thread that waits for connections to all hosts."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._waker, self._bell = socket.socketpair()
        self._selector.register(self._waker, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._work, name="practice hosts", daemon=True)

    def add(self, server: SshServer) -> None:
        """Listen for a host; before `start`."""
        self._selector.register(server.bind(), selectors.EVENT_READ, server)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; the listeners are closed by whoever owns them, afterwards."""
        self._bell.send(b".")
        self._thread.join(5)
        self._selector.close()
        self._waker.close()
        self._bell.close()

    def _work(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                key.data.accept()


class _Transport(Transport):
    """A connection on which a command starts once its request has been answered.

    Started from the request itself, a quick one could have ended before the client knows that it began.
    """

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.after_reply: list[threading.Thread] = []

    def _send_user_message(self, data: paramiko.Message) -> None:
        super()._send_user_message(data)  # type: ignore[misc]
        if data.asbytes()[:1] == cMSG_CHANNEL_SUCCESS:
            while self.after_reply:
                self.after_reply.pop().start()


class _Door(paramiko.ServerInterface):
    """What one connection may do."""

    def __init__(self, server: SshServer, transport: _Transport) -> None:
        self._server = server
        self._transport = transport
        self._user = ""

    def get_allowed_auths(self, username: str) -> str:
        return "keyboard-interactive" if username in KEYBOARD_ONLY else "publickey,password"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        known = username in ("root", *self._server.accounts.passwords) and username not in KEYBOARD_ONLY
        return self._let_in(username, known and key.get_base64() == self._server.accounts.public_key)

    def check_auth_password(self, username: str, password: str) -> int:
        allowed = username not in KEYBOARD_ONLY
        return self._let_in(username, allowed and self._server.accounts.check(username, password))

    def check_auth_interactive(self, username: str, submethods: str) -> int | InteractiveQuery:
        if username not in KEYBOARD_ONLY:
            return AUTH_FAILED
        self._user = username
        query = InteractiveQuery("", "")
        query.add_prompt(f"({username}@{self._server.host.name}) Password: ", echo=False)
        return query

    def check_auth_interactive_response(self, responses: list[str]) -> int:
        right = len(responses) == 1 and self._server.accounts.check(self._user, responses[0])
        return self._let_in(self._user, right)

    def _let_in(self, user: str, right: bool) -> int:
        if right:
            self._user = user
        return AUTH_SUCCESSFUL if right else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        if kind == "session":
            return OPEN_SUCCEEDED
        return OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        pipe = _ChannelPipe(channel, self._transport)
        login = Login(self._server.host, self._user, pipe, self._server.accounts, WITHOUT_PASSWORD)
        text = command.decode("utf-8", "surrogateescape")
        name = f"{self._user}@{self._server.host.name}"
        work = threading.Thread(target=_carry_out, args=(login, text, channel), name=name, daemon=True)
        self._transport.after_reply.append(work)
        return True

    def check_channel_env_request(self, channel: paramiko.Channel, name: bytes, value: bytes) -> bool:
        return False

    def check_channel_direct_tcpip_request(
        self, chanid: int, origin: tuple[str, int], destination: tuple[str, int]
    ) -> int:
        """A jump to another practice host, to the address and port it has among them."""
        host = self._server.host
        found = host.resolve(destination[0])
        target = host.world.connect(host, found[0], destination[1]).host if found else None
        if target is None or target.ssh is None or destination[1] != 22:
            return OPEN_FAILED_CONNECT_FAILED
        threading.Thread(
            target=self._forward, args=(chanid, target.ssh.port), name="jump", daemon=True
        ).start()
        return OPEN_SUCCEEDED

    def _forward(self, chanid: int, port: int) -> None:
        while (channel := self._transport.accept(10)) is not None:
            if channel.get_id() == chanid:
                break
        else:
            return
        with contextlib.suppress(OSError, EOFError), socket.create_connection((LOOPBACK, port), 10) as onward:
            onward.settimeout(None)
            back = threading.Thread(target=_pump, args=(onward, channel), name="jump back", daemon=True)
            back.start()
            _pump(channel, onward)
            onward.shutdown(socket.SHUT_RDWR)
            back.join(5)
        # The workstation may have ended the whole connection meanwhile.
        with contextlib.suppress(OSError, EOFError):
            channel.close()


class _ChannelPipe:
    """An SSH channel as a command's streams."""

    def __init__(self, channel: paramiko.Channel, transport: paramiko.Transport) -> None:
        self._channel = channel
        self._transport = transport

    def recv(self, size: int) -> bytes:
        return bytes(self._channel.recv(size))

    def sendall(self, data: bytes) -> None:
        try:
            self._channel.sendall(data)
        except EOFError as error:
            raise BrokenPipeError(errno.EPIPE, "the connection has ended") from error

    def sendall_stderr(self, data: bytes) -> None:
        try:
            self._channel.sendall_stderr(data)
        except EOFError as error:
            raise BrokenPipeError(errno.EPIPE, "the connection has ended") from error

    def cut(self) -> None:
        _break(self._transport)


def _carry_out(login: Login, command: str, channel: paramiko.Channel) -> None:
    # The other side may be gone at any moment; then there is nobody to tell.
    with contextlib.suppress(OSError, EOFError):
        status = login.run(command)
        channel.send_exit_status(status)
        channel.shutdown_write()
    with contextlib.suppress(OSError, EOFError):
        channel.close()


def _pump(source: socket.socket | paramiko.Channel, target: socket.socket | paramiko.Channel) -> None:
    with contextlib.suppress(OSError, EOFError):
        while data := source.recv(_CHUNK):
            target.sendall(data)


def _reset(connection: socket.socket) -> None:
    """End a connection so that the other side sees a reset, not an end."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def _break(transport: paramiko.Transport) -> None:
    with contextlib.suppress(OSError):
        transport.sock.shutdown(socket.SHUT_RDWR)
    transport.close()

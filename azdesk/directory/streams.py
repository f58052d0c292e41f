"""Byte streams to a directory server: a TCP connection, and TLS over any stream."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time

from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import DirectoryUnreachable

CHUNK = 1 << 18


class SocketStream:
    """A connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._closed = False

    @property
    def alive(self) -> bool:
        return not self._closed

    def read(self, timeout: float) -> bytes:
        self._socket.settimeout(max(timeout, 0.001))
        return self._socket.recv(CHUNK)

    def write(self, data: bytes, timeout: float) -> None:
        self._socket.settimeout(max(timeout, 0.001))
        self._socket.sendall(data)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()


class TlsStream:
    """TLS over another stream.

    Args:
        under: the stream.
        context: what is trusted.
        server_name: name or IP address that the certificate must hold for.
        timeout: seconds for the handshake.

    Raises:
        ssl.SSLError: the certificate is not trusted, or no TLS can be agreed on.
        OSError: the stream broke (or was too slow) on the way.
    """

    def __init__(self, under: ByteStream, context: ssl.SSLContext, server_name: str, timeout: float) -> None:
        self._under = under
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        deadline = time.monotonic() + timeout
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush(deadline - time.monotonic())
                self._pull(deadline - time.monotonic())
                continue
            except ssl.SSLError:
                # The other side gets to know why.
                with contextlib.suppress(OSError):
                    self._flush(1.0)
                raise
            break
        self._flush(deadline - time.monotonic())

    @property
    def alive(self) -> bool:
        return self._under.alive

    @property
    def certificate(self) -> bytes:
        """The server's certificate, DER."""
        return self._tls.getpeercert(binary_form=True) or b""

    def read(self, timeout: float) -> bytes:
        deadline = time.monotonic() + timeout
        while True:
            try:
                parts = [self._tls.read(CHUNK)]
            except ssl.SSLWantReadError:
                self._pull(deadline - time.monotonic())
                continue
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLError as error:
                if self._incoming.eof:
                    return b""
                raise OSError(str(error)) from error
            # One call gives one record of TLS at most; the rest that has come needs no waiting.
            with contextlib.suppress(ssl.SSLError):
                while len(parts) < 32 and (more := self._tls.read(CHUNK)):
                    parts.append(more)
            return b"".join(parts)

    def write(self, data: bytes, timeout: float) -> None:
        try:
            self._tls.write(data)
        except ssl.SSLError as error:
            raise OSError(str(error)) from error
        self._flush(timeout)

    def close(self) -> None:
        self._under.close()

    def _flush(self, timeout: float) -> None:
        if data := self._outgoing.read():
            self._under.write(data, max(timeout, 0.001))

    def _pull(self, timeout: float) -> None:
        if timeout <= 0:
            raise TimeoutError("no answer in time")
        if data := self._under.read(timeout):
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


def connect(host: str, port: int, timeout: float, where: str) -> SocketStream:
    """A TCP connection.

    Raises:
        DirectoryUnreachable: the name does not resolve, or nothing answers.
    """
    failure: OSError | None = None
    for family, address in _resolved(host, port, timeout, where):
        connection = socket.socket(family, socket.SOCK_STREAM)
        connection.settimeout(timeout)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
            continue
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return SocketStream(connection)
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if isinstance(failure, TimeoutError):
        raise DirectoryUnreachable(
            f"No answer from {place} within {timeout:g} s.",
            where=where,
            next_step="Check the address, and firewalls in between; or reach it through one of the hosts.",
        ) from failure
    if isinstance(failure, ConnectionRefusedError):
        raise DirectoryUnreachable(
            f"{place} refuses connections.",
            where=where,
            next_step="Check the port, and whether the directory server runs there.",
        ) from failure
    why = failure.strerror if failure is not None and failure.strerror else "no address to try"
    raise DirectoryUnreachable(
        f"{place} cannot be reached: {why}.", where=where, next_step="Check the network."
    ) from failure


def _resolved(
    host: str, port: int, timeout: float, where: str
) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    found: list[tuple[socket.AddressFamily, tuple[str, int]]] = []
    failure: list[Exception] = []

    def ask() -> None:
        try:
            for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                found.append((family, address))  # type: ignore[arg-type]
        except (OSError, ValueError) as error:
            failure.append(error)

    # A resolver without a server takes half a minute and cannot be interrupted.
    asking = threading.Thread(target=ask, name=f"resolving {host}", daemon=True)
    asking.start()
    asking.join(timeout)
    if not found:
        why = f": {getattr(failure[0], 'strerror', None) or failure[0]}" if failure else " in time"
        raise DirectoryUnreachable(
            f"The name {host} does not resolve{why}.",
            where=where,
            next_step="Check the spelling and your name server, or enter an IP address.",
        )
    return found

"""A server that answers as a test says, on a pair of sockets or on loopback with TLS."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from azdesk.core.progress import Job
from azdesk.directory import ber, messages
from azdesk.directory.endpoint import Endpoint
from azdesk.directory.streams import SocketStream

Reply = Callable[[int, int, ber.Reader], Iterable[bytes] | None]
"""Gets a request's number, tag and a reader of its contents; gives messages, or None to end the connection."""


def done(
    ident: int,
    kind: int,
    code: int = 0,
    said: str = "",
    *more: bytes,
    controls: Iterable[messages.Control] = (),
) -> bytes:
    body = ber.element(kind, ber.integer(code, ber.ENUMERATED), ber.octets(""), ber.octets(said), *more)
    return messages.message(ident, body, controls)


def entry(ident: int, dn: str, **attributes: bytes) -> bytes:
    listed = [
        ber.sequence(ber.octets(name), ber.element(ber.SET, ber.octets(value)))
        for name, value in attributes.items()
    ]
    return messages.message(ident, ber.element(messages.ENTRY, ber.octets(dn), ber.sequence(*listed)))


KINDS = {
    messages.BIND: messages.BIND_DONE,
    messages.SEARCH: messages.SEARCH_DONE,
    messages.ADD: messages.ADD_DONE,
    messages.MODIFY: messages.MODIFY_DONE,
    messages.DELETE: messages.DELETE_DONE,
    messages.RENAME: messages.RENAME_DONE,
    messages.EXTENDED: messages.EXTENDED_DONE,
    messages.COMPARE: messages.COMPARE_DONE,
}


def yes(ident: int, tag: int, _: ber.Reader) -> list[bytes]:
    """Success to everything."""
    return [done(ident, KINDS[tag])] if tag in KINDS else []


@dataclass
class Scripted:
    """Serves connections; what it was asked is in `seen`."""

    reply: Reply = yes
    seen: list[tuple[int, int]] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def endpoint(self, **values: object) -> Endpoint:
        return Endpoint(dial=self.dial, where="a250", **values)  # type: ignore[arg-type]

    def dial(self, job: Job) -> SocketStream:
        ours, theirs = socket.socketpair()
        self.serve_in_thread(theirs)
        return SocketStream(ours)

    def serve_in_thread(self, connection: socket.socket) -> None:
        thread = threading.Thread(target=self.serve, args=(connection,), daemon=True)
        thread.start()
        self.threads.append(thread)

    def serve(self, connection: socket.socket) -> None:
        splitter = ber.Splitter(1 << 24)
        with connection, contextlib.suppress(OSError, ber.BerError):
            while data := connection.recv(1 << 16):
                splitter.feed(data)
                while (message := splitter.next()) is not None:
                    ident, tag, at = messages.opened(message)
                    self.seen.append((ident, tag))
                    answers = self.reply(ident, tag, ber.Reader(message, at).inside(tag))
                    if answers is None:
                        return
                    for answer in answers:
                        connection.sendall(answer)

    def ended(self) -> bool:
        for thread in self.threads:
            thread.join(5)
        return not any(thread.is_alive() for thread in self.threads)


@contextlib.contextmanager
def listening(server: Scripted, context: ssl.SSLContext | None) -> Iterator[int]:
    """The server on a port of the loopback, with TLS from the start if there is a context."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                if context is not None:
                    try:
                        connection = context.wrap_socket(connection, server_side=True)
                    except (ssl.SSLError, OSError):
                        connection.close()
                        continue
                server.serve_in_thread(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)

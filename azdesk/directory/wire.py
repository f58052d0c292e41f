"""Messages to a server and from it, by number."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterable
from typing import TypeAlias

from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import AzdeskError, DirectoryLost, DirectoryUnreachable
from azdesk.core.progress import Job
from azdesk.directory import ber, messages, requests
from azdesk.directory.endpoint import Endpoint, address_of, dialled, secured
from azdesk.directory.messages import Answer, Control

Message: TypeAlias = tuple[int, int, bytes, int]
"""A request's number, the operation's tag, the whole message, and where the operation begins in it."""
LONGEST = 64 << 20
"""Bytes of one message; a longer one is no directory's."""
_SLICE = 0.1
"""Seconds after which waiting looks whether it was cancelled."""


class Wire:
    """One connection, not logged in yet. One thread at a time.

    Raises:
        AzdeskError: the server cannot be reached, or not safely.
    """

    def __init__(self, endpoint: Endpoint, job: Job) -> None:
        self.endpoint = endpoint
        self._splitter = ber.Splitter(LONGEST)
        self._last = 0
        self._kept: dict[int, deque[Message]] = {}
        self._closed = False
        self._stream: ByteStream = dialled(endpoint, job)
        address = address_of(endpoint.url)
        try:
            if address.scheme == "ldaps":
                self._stream = secured(endpoint, self._stream)
            elif not address.loopback:
                self._start_tls(job)
        except BaseException:
            self.close()
            raise

    def _start_tls(self, job: Job) -> None:
        ident = self.send(requests.extended(messages.START_TLS))
        answer = self.answer(ident, job, self.endpoint.connect_timeout)
        if answer.code:
            said = f" ({answer.said})" if answer.said else ""
            raise DirectoryUnreachable(
                f"The server does not begin TLS{said}.",
                where=self.endpoint.place,
                next_step="Give the server a certificate, or use an ldaps:// address.",
            )
        # Whatever came in clear behind the answer must not be taken for what the server says under TLS.
        self._splitter = ber.Splitter(LONGEST)
        self._stream = secured(self.endpoint, self._stream)

    @property
    def alive(self) -> bool:
        """Whether another request can be tried."""
        return not self._closed and self._stream.alive

    def send(self, operation: bytes, controls: Iterable[Control] = (), *, close: bool = True) -> int:
        """Send a request; returns its number.

        Args:
            close: whether the connection is closed if it cannot be sent; else what came before can still be received.

        Raises:
            DirectoryLost: the connection has ended.
        """
        if self._closed:
            raise self._lost("The connection to the directory was closed.")
        self._last += 1
        try:
            self._stream.write(
                messages.message(self._last, operation, controls), self.endpoint.answer_timeout
            )
        except TimeoutError as error:
            raise self._lost("The server takes nothing any more.", close=close) from error
        except OSError as error:
            raise self._lost("The connection to the directory ended.", close=close) from error
        return self._last

    def keep(self, ident: int) -> None:
        """Keep what comes for a request while something else is waited for; else it is dropped."""
        self._kept[ident] = deque()

    def let_go(self, ident: int) -> None:
        """Keep nothing for it any more."""
        self._kept.pop(ident, None)

    def receive(self, wanted: Collection[int], job: Job, timeout: float) -> Message:
        """The next message for one of these requests; what belongs to none that anybody waits for is dropped.

        Raises:
            DirectoryLost: none came; the connection is closed.
            Cancelled: by the job; the connection goes on.
        """
        if self._kept:
            for ident in wanted:
                if held := self._kept.get(ident):
                    return held.popleft()
        while True:
            message = self._next(job, timeout)
            if message[0] in wanted:
                return message
            if (held := self._kept.get(message[0])) is not None:
                held.append(message)

    def _next(self, job: Job, timeout: float) -> Message:
        try:
            data = self._splitter.next()
            if data is None:
                data = self._more(job, timeout)
            ident, tag, at = messages.opened(data)
            if ident == 0 and tag == messages.EXTENDED_DONE:
                raise self._notice(messages.answer(data, at))
        except ber.BerError as error:
            raise self.nonsense(str(error)) from error
        if not 0 < ident <= self._last:
            raise self.nonsense("an answer to something that was not asked")
        return ident, tag, data, at

    def _more(self, job: Job, timeout: float) -> bytes:
        deadline = time.monotonic() + timeout
        while True:
            job.check()
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._lost(
                    f"The directory server did not answer within {timeout:g} s.",
                    "Look whether it is overloaded, or the network in between loses packets.",
                )
            try:
                data = self._stream.read(min(left, _SLICE))
            except TimeoutError:
                continue
            except OSError as error:
                raise self._lost("The connection to the directory ended.") from error
            if not data:
                raise self._lost("The directory server ended the connection.")
            self._splitter.feed(data)
            if (whole := self._splitter.next()) is not None:
                return whole

    def answer(self, ident: int, job: Job, timeout: float) -> Answer:
        """The answer to a request that has one message as its answer."""
        while True:
            _, tag, data, at = self.receive((ident,), job, timeout)
            if tag == messages.INTERMEDIATE:
                continue
            try:
                return messages.answer(data, at)
            except ber.BerError as error:
                raise self.nonsense(str(error)) from error

    def nonsense(self, what: str) -> DirectoryUnreachable:
        """What answers is no directory server; the connection is closed."""
        self.close()
        return DirectoryUnreachable(
            f"What answers there does not speak LDAP ({what}).",
            where=self.endpoint.place,
            next_step="Check the port: ldaps:// is 636, ldap:// is 389.",
        )

    def close(self, *, politely: bool = False) -> None:
        """End the connection. May be called twice, and from another thread unless politely."""
        if politely and self.alive:
            try:
                self._last += 1
                self._stream.write(messages.message(self._last, requests.unbind()), 1.0)
            except OSError:
                pass
        self._closed = True
        self._stream.close()

    def _notice(self, answer: Answer) -> AzdeskError:
        said = f": {answer.said}" if answer.said else ""
        if answer.code == 13:
            return self._lost(
                f"The server wants TLS and ended the connection{said}.", "Use an ldaps:// address."
            )
        return self._lost(f"The directory server ended the connection{said}.")

    def _lost(self, what: str, next_step: str = "Connect again.", *, close: bool = True) -> DirectoryLost:
        if close:
            self.close()
        return DirectoryLost(what, where=self.endpoint.place, next_step=next_step)

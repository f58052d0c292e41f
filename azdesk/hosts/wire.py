"""The wire of a link: requests and answers by number, turns, and signs of life."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from azdesk.core import errors
from azdesk.core.errors import AzdeskError, LinkError, LinkLost, LinkTimeout, ProtocolError
from azdesk.hosts.frames import FrameReader, wrap
from azdesk.hosts.stream import Stream

VERSION = 1
"""Version of the protocol."""
HEARTBEAT = 12.0
"""Seconds without a frame after which the helper rolls an open transaction back."""
AFTER_NOISE = 15.0
"""Seconds until the hello has to come when a login shell has printed something."""
START_TIMEOUT = 90.0
"""Seconds the helper may take to say hello; recovering an unfinished transaction may come first."""
_FROM_HELPER = {
    kind.__name__: kind
    for kind in (
        errors.LinkLost,
        errors.LinkTimeout,
        errors.ProtocolError,
        errors.ObserveError,
        errors.PlanError,
        errors.PlanStale,
        errors.HostLocked,
        errors.StepFailed,
        errors.Cancelled,
        errors.CredentialError,
        AzdeskError,
    )
}


@dataclass(frozen=True, kw_only=True)
class Hello:
    """What the helper says of itself when it starts."""

    version: int
    python: str
    uid: int
    pid: int
    hostname: str
    recovered: tuple[str, ...] = ()
    """Transactions that were found unfinished and have been rolled back."""


class Wire:
    """Carries requests to a started helper and answers back; `azdesk.hosts.link.Link` says what they mean."""

    def __init__(self, host: str, stream: Stream, *, heartbeat: float = HEARTBEAT) -> None:
        self.host = host
        self.heartbeat = heartbeat
        self._stream = stream
        self._frames = FrameReader(host, skip_noise=True)
        self._hello: Hello | None = None
        self._turn = threading.Lock()
        self._writing = threading.Lock()
        self._last_id = 0
        self._closed = False
        self._doing = ""
        self._pulse: _Pulse | None = None

    # -- state ---------------------------------------------------------------------------------------------

    @property
    def alive(self) -> bool:
        """Whether another request can be tried."""
        return not self._closed and self._stream.alive

    @property
    def hello(self) -> Hello:
        """The helper's own words; waits for them if they have not come yet.

        Raises:
            LinkError: the helper did not start.
        """
        if self._hello is None:
            with self._having_turn(START_TIMEOUT, "starting the helper"):
                deadline = time.monotonic() + START_TIMEOUT
                while self._hello is None:
                    self._take_hello(self._receive(deadline))
        assert self._hello is not None
        return self._hello

    def close(self) -> None:
        """End the link; an open transaction is rolled back by the host. Does not block."""
        self._closed = True
        if self._pulse is not None:
            self._pulse.stop()
        self._stream.close()

    # -- the wire ------------------------------------------------------------------------------------------

    @contextmanager
    def _having_turn(self, timeout: float, doing: str) -> Iterator[None]:
        if not self._turn.acquire(timeout=timeout):
            raise LinkTimeout(
                f"The link was busy for {timeout:.0f} s ({self._doing}).",
                where=self.host,
                next_step="Wait until that is done.",
            )
        try:
            self._doing = doing
            yield
        except AzdeskError as error:
            if isinstance(error, LinkError):
                self.close()
            raise
        except BaseException:
            # Interrupted between two frames or in the middle of one: only ending it leaves a clear state.
            self.close()
            raise
        finally:
            self._doing = ""
            self._turn.release()

    def _ask(
        self,
        op: str,
        body: bytes,
        *,
        timeout: float,
        silence: float | None = None,
        on_event: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> dict[str, Any]:
        """One request and its answer; `silence` is how long no frame at all may come."""
        ident = self._send(op, body, timeout=min(timeout, 60.0))
        deadline = time.monotonic() + timeout + (START_TIMEOUT if self._hello is None else 0.0)
        while True:
            until = deadline if silence is None else min(deadline, time.monotonic() + silence)
            frame = self._receive(until)
            if self._hello is None:
                self._take_hello(frame)
                continue
            got = frame.get("id")
            if got != ident:
                if got == 0 and isinstance(error := frame.get("error"), dict):
                    raise self._reported(error)  # the helper could not make out what it was asked
                if not isinstance(got, int) or not 0 < got <= self._last_id:
                    raise self._nonsense("an answer to something that was not asked")
                continue  # of a ping, a cancel, or a request that someone gave up waiting for
            if isinstance(event := frame.get("event"), dict):
                if on_event is not None:
                    on_event(event)
            elif isinstance(answer := frame.get("ok"), dict):
                return answer
            elif isinstance(error := frame.get("error"), dict):
                raise self._reported(error)
            else:
                raise self._nonsense("an answer that says neither ok nor error")

    def _send(self, op: str, body: bytes = b"", *, timeout: float = 30.0) -> int:
        with self._writing:
            self._last_id += 1
            ident = self._last_id
            head = b'{"id":%d,"op":"%b"' % (ident, op.encode())
            frame = wrap(head + (b"," + body if body else b"") + b"}")
            try:
                self._stream.write(frame, timeout)
            except TimeoutError as error:
                self.close()
                raise LinkTimeout(f"It took nothing for {timeout:.0f} s.", where=self.host) from error
            except OSError as error:
                raise self._lost() from error
        return ident

    def _receive(self, deadline: float) -> dict[str, Any]:
        try:
            while (frame := self._frames.next()) is None:
                if self._hello is None and self._frames.pending:
                    deadline = min(deadline, time.monotonic() + AFTER_NOISE)
                data = self._stream.read(max(0.0, deadline - time.monotonic()))
                if not data:
                    raise self._lost()
                self._frames.feed(data)
        except TimeoutError as error:
            if self._hello is None and (said := self._frames.pending):
                first = said.decode("utf-8", "replace").strip().splitlines()[:1]
                raise self._nonsense(f"text instead of its hello ({''.join(first)[:200]!r})") from error
            raise LinkTimeout(
                "It is connected but did not answer in time.",
                where=self.host,
                next_step="Look whether it is overloaded, or the network in between loses packets.",
            ) from error
        except OSError as error:
            raise self._lost() from error
        return frame

    def _take_hello(self, frame: Mapping[str, Any]) -> None:
        raw = frame.get("hello")
        try:
            if not isinstance(raw, dict):
                raise TypeError("no hello")
            hello = Hello(
                version=int(raw["version"]),
                python=str(raw["python"]),
                uid=int(raw["uid"]),
                pid=int(raw["pid"]),
                hostname=str(raw["hostname"]),
                recovered=tuple(str(name) for name in raw.get("recovered") or ()),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise self._nonsense("something else than the helper's hello") from error
        if hello.version != VERSION:
            raise self._nonsense(f"version {hello.version} of the protocol")
        self._hello = hello

    def _lost(self) -> AzdeskError:
        why = self._stream.explain(self._frames.pending) if self._hello is None and not self._closed else None
        closed_here = self._closed
        self.close()
        if why is not None:
            return why
        if closed_here:
            return LinkLost("The link was closed.", where=self.host)
        return LinkLost(
            "The connection ended.", where=self.host, next_step="It is opened again with the next question."
        )

    def _reported(self, raw: Mapping[str, Any]) -> AzdeskError:
        kind = _FROM_HELPER.get(str(raw.get("kind")), ProtocolError)
        where = str(raw.get("where") or "")
        return kind(
            str(raw.get("what") or "It failed without saying why."),
            where=f"{self.host}: {where}" if where and where != self.host else self.host,
            next_step=str(raw.get("next") or ""),
        )

    def _nonsense(self, what: str) -> ProtocolError:
        return ProtocolError(f"The helper sent {what}.", where=self.host, next_step="Connect again.")

    # -- staying alive -------------------------------------------------------------------------------------

    def signal(self, op: str, *, timeout: float) -> None:
        """Send something that is answered at once also while steps run; the answer is not waited for."""
        self._send(op, timeout=timeout)

    def _keep_alive(self) -> None:
        if self._pulse is None:
            self._pulse = _Pulse(self, self.heartbeat / 3)

    def _let_go(self) -> None:
        if self._pulse is not None:
            self._pulse.stop()
            self._pulse = None

    def _cancel(self) -> None:
        # Writing may block, and the one who cancels may be the window: the pulse's thread does it.
        if (pulse := self._pulse) is not None:
            pulse.cancel()


class _Pulse:
    """Sends a ping every `interval` seconds, or a cancel when told to, from a thread of its own."""

    def __init__(self, link: Wire, interval: float) -> None:
        self._link = link
        self._interval = interval
        self._wake = threading.Event()
        self._stopped = False
        self._cancelling = False
        threading.Thread(target=self._run, name=f"pulse of {link.host}", daemon=True).start()

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()

    def cancel(self) -> None:
        self._cancelling = True
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped:
            self._wake.wait(self._interval)
            self._wake.clear()
            if self._stopped or not self._link.alive:
                return
            op, self._cancelling = ("cancel" if self._cancelling else "ping"), False
            try:
                self._link.signal(op, timeout=self._interval)
            except AzdeskError:
                return

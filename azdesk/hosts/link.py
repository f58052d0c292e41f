"""One helper on one host: requests, answers, and the transaction kept alive."""

from __future__ import annotations

import base64
import binascii
import functools
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from azdesk.core import errors
from azdesk.core.errors import AzdeskError, LinkError, LinkLost, LinkTimeout, ProtocolError
from azdesk.core.outcome import StepOutcome, StepState
from azdesk.core.probe import Probe, Readings
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import Secret
from azdesk.core.step import Step
from azdesk.hosts.frames import FrameReader, wrap
from azdesk.hosts.stream import Stream

VERSION = 1
"""Version of the protocol."""
HEARTBEAT = 12.0
"""Seconds without a frame after which the helper rolls an open transaction back."""
START_TIMEOUT = 30.0
"""Seconds the helper may take to say hello; recovering an unfinished transaction may come first."""
_CHUNK = 1 << 20
_KEPT = 1024

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


@dataclass(frozen=True, kw_only=True)
class Applied:
    """All steps were carried out; the transaction is still open: commit it or roll it back."""

    readings: Readings
    """Read again after the last step."""
    steps: tuple[StepOutcome, ...]
    backups: tuple[str, ...]
    """File names of the archives made on the host."""


OnStep = Callable[[int, StepState, str, float], None]
"""Called with a step's index, state, message and seconds."""


class Link:
    """A started helper. Requests wait for each other; any thread may ask.

    When anything goes wrong on the way (lost, late, nonsense) the link closes itself, so that the helper sees
    the end of its input and rolls back an open transaction. An error the helper reports leaves it usable.
    """

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
        self._kept: dict[str, tuple[Probe, str, Mapping[str, Any]]] = {}
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

    # -- requests ------------------------------------------------------------------------------------------

    def look(self, probes: Mapping[str, Probe], *, timeout: float = 60.0) -> Readings:
        """Read everything in one round trip; what did not change since the last look is not sent again.

        Args:
            probes: what to read, by keys of the caller's choice.
            timeout: seconds for waiting until the link is free and, again, for the answer.

        Raises:
            LinkError: no answer came. A probe that cannot be read is no error here: see `Readings`.
        """
        with self._having_turn(timeout, "looking"):
            kept = self._kept
            have = {
                key: kept[key][1] for key, probe in probes.items() if key in kept and kept[key][0] == probe
            }
            body = b'"probes":%b,"have":%b' % (_encoded(tuple(probes.items())), _json(have))
            return self._readings(probes, self._ask("look", body, timeout=timeout), have)

    def begin(
        self, *, transaction: str, who: str, title: str, probes: Mapping[str, Probe], timeout: float = 60.0
    ) -> Readings:
        """Take the host's lock and look; from now on the link keeps the transaction alive.

        Raises:
            HostLocked: another workstation holds the lock; says who, and since when.
        """
        fields = _json({"transaction": transaction, "who": who, "title": title, "heartbeat": self.heartbeat})
        body = b'"probes":%b,%b' % (_encoded(tuple(probes.items())), fields[1:-1])
        with self._having_turn(timeout, title):
            self._keep_alive()
            try:
                return self._readings(probes, self._ask("begin", body, timeout=timeout), {})
            except BaseException:
                self._let_go()
                raise

    def apply(
        self,
        transaction: str,
        steps: Sequence[Step],
        secrets: Mapping[str, Secret],
        probes: Mapping[str, Probe],
        *,
        job: Job,
        on_step: OnStep,
    ) -> Applied:
        """Carry out the steps of the transaction begun before; `on_step` is called in this thread.

        Raises:
            StepFailed: a step failed; the host has put everything back.
            PlanStale: a file is no longer the one the plan was made from; nothing was changed.
            Cancelled: by the job; the host has put everything back.
            LinkError: the link was lost: the host rolls back by itself. Ask `outcome` on a new link.
        """
        request = {
            "transaction": transaction,
            "steps": [step.wire() for step in steps],
            "secrets": {token: secret.reveal() for token, secret in secrets.items()},
        }
        body = b'"probes":%b,%b' % (_encoded(tuple(probes.items())), _json(request)[1:-1])
        del request
        failed: list[BaseException] = []

        def event(raw: Mapping[str, Any]) -> None:
            index, state, message, seconds = _step_event(self.host, raw, len(steps))
            if failed:
                return
            try:
                on_step(index, state, message, seconds)
            except BaseException as error:  # the answer has to be read in any case: the host is at work
                failed.append(error)
                self._cancel()

        with self._having_turn(60.0, "applying"):
            self._keep_alive()
            forget = job.on_cancel(self._cancel)
            try:
                longest = sum(step.timeout for step in steps) * 2 + 120.0
                answer = self._ask("apply", body, timeout=longest, silence=3 * self.heartbeat, on_event=event)
                applied = Applied(
                    readings=self._readings(probes, answer, {}),
                    steps=tuple(_step_outcome(self.host, raw) for raw in answer["steps"]),
                    backups=tuple(str(name) for name in answer["backups"]),
                )
            except (KeyError, TypeError) as error:
                raise self._nonsense("an answer without the parts it must have") from error
            except BaseException:
                self._let_go()
                raise
            finally:
                forget()
        if failed:
            self.rollback(transaction, "the workstation stopped")
            raise failed[0]
        return applied

    def commit(self, transaction: str, *, timeout: float = 60.0) -> None:
        """Keep what was applied: originals dropped, lock released."""
        with self._having_turn(timeout, "committing"):
            try:
                self._ask("commit", _json({"transaction": transaction})[1:-1], timeout=timeout)
            finally:
                self._let_go()

    def rollback(self, transaction: str, reason: str, *, timeout: float = 300.0) -> tuple[str, ...]:
        """Take everything back; returns sentences about what could not be put back, normally none."""
        body = _json({"transaction": transaction, "reason": reason})[1:-1]
        with self._having_turn(timeout, "rolling back"):
            try:
                answer = self._ask("rollback", body, timeout=timeout)
            finally:
                self._let_go()
        return tuple(str(sentence) for sentence in answer.get("left") or ())

    def outcome(self, transaction: str, *, timeout: float = 30.0) -> Mapping[str, Any]:
        """That transaction's entry in the host's journal, or ``{"state": "never-begun"}``."""
        with self._having_turn(timeout, "asking for an outcome"):
            return self._ask("outcome", _json({"transaction": transaction})[1:-1], timeout=timeout)

    def journal(
        self, limit: int = 50, before: str = "", *, timeout: float = 30.0
    ) -> tuple[Mapping[str, Any], ...]:
        """Entries of the host's journal, the newest first; if given, only those older than `before`."""
        with self._having_turn(timeout, "reading the journal"):
            answer = self._ask("journal", _json({"limit": limit, "before": before})[1:-1], timeout=timeout)
        entries = answer.get("entries")
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._nonsense("a journal that is none")
        return tuple(entries)

    def read_secret(self, path: str, sha256: str, *, timeout: float = 30.0) -> Secret:
        """A secret file's content, if its digest is still `sha256`.

        Raises:
            PlanStale: it is another one by now.
        """
        with self._having_turn(timeout, "reading a secret"):
            answer = self._ask("read-secret", _json({"path": path, "sha256": sha256})[1:-1], timeout=timeout)
        value = answer.pop("value", None)
        if not isinstance(value, str):
            raise self._nonsense("an answer without the parts it must have")
        return Secret(value)

    def fetch_backup(self, name: str, out: BinaryIO, job: Job) -> int:
        """Download an archive into `out`; returns its size in bytes.

        Raises:
            Cancelled: by the job; `out` then has a part of it.
        """
        offset, total = 0, 1
        while offset < total:
            job.check()
            body = _json({"backup": name, "offset": offset, "size": _CHUNK})[1:-1]
            with self._having_turn(60.0, "downloading"):
                answer = self._ask("fetch", body, timeout=60.0)
            try:
                data = base64.b64decode(answer["data"], validate=True)
                total = int(answer["total"])
            except (KeyError, TypeError, ValueError, binascii.Error) as error:
                raise self._nonsense("a piece of a backup that is none") from error
            if not data and offset < total:
                raise LinkLost(f"{name} ended after {offset} of {total} bytes.", where=self.host)
            out.write(data)
            offset += len(data)
            job.report(Progress(text=f"Downloading {name}", host=self.host, done=offset, total=total))
        return offset

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
                data = self._stream.read(max(0.0, deadline - time.monotonic()))
                if not data:
                    raise self._lost()
                self._frames.feed(data)
        except TimeoutError as error:
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

    def _readings(
        self, probes: Mapping[str, Probe], answer: Mapping[str, Any], have: Mapping[str, str]
    ) -> Readings:
        got, tags = answer.get("readings"), answer.get("tags") or {}
        taken_at = answer.get("time", 0.0)
        if not isinstance(got, dict) or not isinstance(tags, dict) or not isinstance(taken_at, int | float):
            raise self._nonsense("readings that are none")
        raw: dict[str, Mapping[str, Any]] = {}
        for key, probe in probes.items():
            if key in got:
                if not isinstance(got[key], dict):
                    raise self._nonsense("a reading that is none")
                raw[key] = got[key]
                if isinstance(tag := tags.get(key), str):
                    self._kept.pop(key, None)
                    self._kept[key] = (probe, tag, got[key])
            elif key in have:
                raw[key] = self._kept[key][2]
        while len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return Readings(self.host, raw, taken_at=float(taken_at))

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

    def __init__(self, link: Link, interval: float) -> None:
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


@functools.lru_cache(maxsize=64)
def _encoded(probes: tuple[tuple[str, Probe], ...]) -> bytes:
    """JSON of the probes; the same question goes to many hosts, so it is encoded once."""
    return _json({key: probe.wire() for key, probe in probes})


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _step_event(host: str, raw: Mapping[str, Any], count: int) -> tuple[int, StepState, str, float]:
    try:
        index, state = int(raw["step"]), StepState(raw["state"])
        if not 0 <= index < count:
            raise ValueError(index)
        return index, state, str(raw.get("message") or ""), float(raw.get("seconds") or 0.0)
    except (KeyError, TypeError, ValueError) as error:
        raise ProtocolError("The helper reported on a step that does not exist.", where=host) from error


def _step_outcome(host: str, raw: Any) -> StepOutcome:
    try:
        return StepOutcome(
            title=str(raw["title"]),
            state=StepState(raw["state"]),
            message=str(raw.get("message") or ""),
            seconds=float(raw.get("seconds") or 0.0),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProtocolError("The helper reported on a step that does not exist.", where=host) from error

"""One helper on one host: what can be asked of it."""

from __future__ import annotations

import base64
import binascii
import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from azdesk.core.errors import LinkError, LinkLost, ProtocolError
from azdesk.core.outcome import StepOutcome, StepState
from azdesk.core.probe import Probe, Readings
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import Secret
from azdesk.core.step import Step
from azdesk.hosts.stream import Stream
from azdesk.hosts.wire import HEARTBEAT, Hello, Wire

_CHUNK = 1 << 20
_KEPT = 1024
_FOR_EVER = 10 * 365 * 86400.0
_SILENCE = 40.0
"""Seconds: a helper that watches gives a sign every ten."""


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


class Link(Wire):
    """A started helper. Requests wait for each other; any thread may ask.

    When anything goes wrong on the way (lost, late, nonsense) the link closes itself, so that the helper sees
    the end of its input and rolls back an open transaction. An error the helper reports leaves it usable.
    """

    def __init__(self, host: str, stream: Stream, *, heartbeat: float = HEARTBEAT) -> None:
        super().__init__(host, stream, heartbeat=heartbeat)
        self._kept: dict[str, tuple[Probe, str, Mapping[str, Any]]] = {}

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

    def watch(
        self, account: Mapping[str, object], job: Job, on_news: Callable[[Mapping[str, Any]], None]
    ) -> None:
        """Follow what Asterisk tells of calls and phones until the job is cancelled; the link does nothing else meanwhile.

        Args:
            account: ``account``, ``user`` and ``port`` as of the probe `Ami`.
            job: ends it.
            on_news: called in this thread with each word; see docs/link.md.

        Raises:
            ObserveError: Asterisk does not tell, or went away.
            Cancelled: by the job.
            LinkError: the link was lost.
        """
        forget = job.on_cancel(self.close)
        try:
            with self._having_turn(60.0, "watching calls"):
                self._ask(
                    "watch", _json(dict(account))[1:-1], timeout=_FOR_EVER, silence=_SILENCE, on_event=on_news
                )
        except LinkError:
            job.check()
            raise
        finally:
            forget()
            self.close()

    def calls(self, account: Mapping[str, object], *, timeout: float = 30.0) -> Mapping[str, Any]:
        """What Asterisk tells of calls and phones now; as the first word of `watch`.

        Raises:
            ObserveError: it does not tell.
            LinkError: the link was lost.
        """
        with self._having_turn(timeout, "asking for calls"):
            return self._ask("watch", _json({**account, "once": True})[1:-1], timeout=timeout)

    def cdr(self, query: Mapping[str, object], *, timeout: float = 60.0) -> Mapping[str, Any]:
        """The next call detail records; see docs/link.md.

        Raises:
            ObserveError: they cannot be read.
            LinkError: the link was lost.
        """
        with self._having_turn(timeout, "reading call records"):
            return self._ask("cdr", _json(dict(query))[1:-1], timeout=timeout)

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
        return self._fetch("fetch", {"backup": name}, name, out, job)

    def _fetch(self, op: str, request: Mapping[str, Any], name: str, out: BinaryIO, job: Job) -> int:
        offset, total = 0, 1
        while offset < total:
            job.check()
            body = _json({**request, "offset": offset, "size": _CHUNK})[1:-1]
            with self._having_turn(60.0, "downloading"):
                answer = self._ask(op, body, timeout=60.0)
            try:
                data = base64.b64decode(answer["data"], validate=True)
                total = int(answer["total"])
            except (KeyError, TypeError, ValueError, binascii.Error) as error:
                raise self._nonsense("a piece of a file that is none") from error
            if not data and offset < total:
                raise LinkLost(f"{name} ended after {offset} of {total} bytes.", where=self.host)
            out.write(data)
            offset += len(data)
            job.report(Progress(text=f"Downloading {name}", host=self.host, done=offset, total=total))
        return offset

    def recordings(self, request: Mapping[str, Any], *, timeout: float = 90.0) -> Mapping[str, Any]:
        """One page of a host's recordings, see `azdesk.onhost.recordings.listing`."""
        with self._having_turn(timeout, "listing recordings"):
            return self._ask("recordings", _json(request)[1:-1], timeout=timeout)

    def open_recordings(self, request: Mapping[str, Any], *, timeout: float = 60.0) -> tuple[int, ...]:
        """Write an access to recordings into the host's journal; returns their sizes in bytes, -1 for one that cannot be read.

        Args:
            request: ``{transaction, who, title, act, recordings: [{folder, day, name}]}``.
        """
        with self._having_turn(timeout, "opening recordings"):
            answer = self._ask("open-recordings", _json(request)[1:-1], timeout=timeout)
        sizes = answer.get("sizes")
        if not isinstance(sizes, list) or not all(isinstance(size, int) for size in sizes):
            raise self._nonsense("sizes that are none")
        return tuple(sizes)

    def read_recording(self, transaction: str, index: int, name: str, out: BinaryIO, job: Job) -> int:
        """Download one of those that `open_recordings` has opened; returns its size in bytes.

        Raises:
            Cancelled: by the job; `out` then has a part of it.
        """
        return self._fetch("read-recording", {"transaction": transaction, "index": index}, name, out, job)

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


__all__ = ["HEARTBEAT", "Applied", "Hello", "Link", "OnStep"]

"""What the use cases work on: a document, links to its hosts, and what was seen there last."""

from __future__ import annotations

import getpass
import json
import os
import socket
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from azdesk.core import file_replace
from azdesk.core.errors import AzdeskError, HostLocked
from azdesk.core.file_lock import alone_at
from azdesk.core.places import state_folder
from azdesk.fleet.model import Fleet

if TYPE_CHECKING:
    from azdesk.fleet.credentials import SecretSource
    from azdesk.hosts.link import Link
    from azdesk.hosts.pool import HostPool


@dataclass(frozen=True, kw_only=True)
class Observation:
    """One look at one host."""

    host: str
    at: float
    """When, by the workstation's clock, in seconds since the epoch."""
    states: Mapping[str, Any] = field(default_factory=dict)
    """feature key → observed state."""
    problems: Mapping[str, AzdeskError] = field(default_factory=dict)
    """feature key → why its state could not be read."""
    error: AzdeskError | None = None
    """Why nothing could be read at all."""
    recovered: tuple[str, ...] = ()
    """Transactions that the host found unfinished and took back when AZDesk connected: told by the first look over
    a link, and by those after it until `Session.recovery_noticed`."""
    round_trip: float = 0.0
    """Seconds the look took, connecting included."""

    @property
    def readable(self) -> bool:
        return self.error is None


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A transaction whose end was not seen, because the link was lost."""

    host: str
    transaction: str
    title: str
    since: float
    place: str = ""
    """``address:port`` of the host then; empty: not known."""


class AwaitedStore:
    """Remembers awaited transactions across restarts of the program; no secrets, only names."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or state_folder() / "awaited.json"
        self._lock = threading.Lock()

    def all(self) -> tuple[Awaited, ...]:
        with self._lock:
            return tuple(self._read())

    def add(self, item: Awaited) -> None:
        with self._alone():
            self._write([*self._read(), item])

    def remove(self, transaction: str) -> None:
        with self._alone():
            self._write([item for item in self._read() if item.transaction != transaction])

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """From reading to writing nobody else writes: no thread, nor another AZDesk."""
        with suppress(OSError):  # as for writing
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._lock, alone_at(self._path):
            yield

    def _read(self) -> list[Awaited]:
        try:
            return [Awaited(**item) for item in json.loads(self._path.read_text("utf-8"))]
        except (OSError, ValueError, TypeError):
            return []

    def _write(self, items: list[Awaited]) -> None:
        with suppress(OSError):  # a convenience: without it the host's own journal still knows
            file_replace.replace(self._path, json.dumps([asdict(item) for item in items]).encode())


class Session:
    """One open document at work. Any thread may use it."""

    def __init__(
        self,
        fleet: Fleet,
        pool: HostPool,
        *,
        secrets: SecretSource | None = None,
        awaited: AwaitedStore | None = None,
        who: str = "",
    ) -> None:
        self.pool = pool
        self.secrets = secrets
        self.awaited = awaited or AwaitedStore()
        self.who = who or _who()
        self._fleet = fleet
        self._lock = threading.Lock()
        self._observations: dict[str, Observation] = {}
        self._being_changed: set[str] = set()
        self._looked_over: dict[str, Link] = {}

    @property
    def fleet(self) -> Fleet:
        return self._fleet

    def update(self, fleet: Fleet) -> None:
        """The document was edited; what was seen of hosts stays, links that lead elsewhere now are closed."""
        with self._lock:
            self._fleet = fleet
            for host in list(self._observations):
                if host not in fleet.hosts:
                    del self._observations[host]
                    self._looked_over.pop(host, None)
        self.pool.update(fleet)

    @property
    def observations(self) -> Mapping[str, Observation]:
        """Latest look at each host; hosts never looked at are missing."""
        with self._lock:
            return dict(self._observations)

    def keep(self, observation: Observation) -> None:
        """Remember a look; a failed one keeps nothing of the one before: old is not the same as now.

        One that found everything as the look before has that one's `states`, the very same object: so who follows
        the observations sees at once that there is nothing new to think about. What the host took back is told on.
        """
        with self._lock:
            before = self._observations.get(observation.host)
            if before is not None and _identical(before.states, observation.states):
                observation = replace(observation, states=before.states)
            if before is not None and before.recovered:
                recovered = tuple(dict.fromkeys((*before.recovered, *observation.recovered)))
                observation = replace(observation, recovered=recovered)
            self._observations[observation.host] = observation

    def first_look(self, host: str, link: Link) -> bool:
        """Whether no look over this link has been taken before; from now on there has."""
        with self._lock:
            first = self._looked_over.get(host) is not link
            self._looked_over[host] = link
            return first

    def recovery_noticed(self, hosts: Collection[str]) -> None:
        """The admin knows what these hosts took back: their observations tell it no longer."""
        with self._lock:
            for host in hosts:
                seen = self._observations.get(host)
                if seen is not None and seen.recovered:
                    self._observations[host] = replace(seen, recovered=())

    @contextmanager
    def changing(self, host: str) -> Iterator[None]:
        """While one change of a host is under way, another one of this document has to wait.

        Raises:
            HostLocked: one is.
        """
        with self._lock:
            if host in self._being_changed:
                raise HostLocked(
                    "It is being changed right now, from here.",
                    where=host,
                    next_step="Wait until that is done.",
                )
            self._being_changed.add(host)
        try:
            yield
        finally:
            with self._lock:
                self._being_changed.discard(host)

    def close(self) -> None:
        self.pool.close()


def _identical(one: Any, other: Any) -> bool:
    """Whether two states are equal in all their parts, also in those that count for nothing in a comparison."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if is_dataclass(one):
        return all(_identical(getattr(one, part.name), getattr(other, part.name)) for part in fields(one))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_identical, one, other))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(_identical(value, other[key]) for key, value in one.items())
    return bool(one == other)


def _who() -> str:
    """``alice@workstation``, for journals and locks."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "someone"
    return f"{user}@{socket.gethostname()}"


def new_transaction() -> str:
    """An identifier that sorts by time."""
    return f"{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}-{os.urandom(4).hex()}"

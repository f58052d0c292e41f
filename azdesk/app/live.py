"""Calls, phones and trunks of all hosts as they are just now, kept up to date by what the hosts push."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from azdesk.app.side_by_side import side_by_side
from azdesk.app.whereabouts import Phone
from azdesk.core.errors import AzdeskError, Cancelled, ObserveError
from azdesk.core.progress import Job
from azdesk.features import manager, trunks
from azdesk.voice import live
from azdesk.voice.live import Call, Channel

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.features.trunks import Live as TrunkLive

ACCOUNT: Mapping[str, object] = {"account": manager.OWN, "user": manager.ACCOUNT, "port": manager.PORT}
AGAIN = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds before a host is tried again, after one failure, two, …"""
TRUNKS_EVERY = 30.0
"""Seconds after which registrations are asked for again: not all that becomes of them is an event."""
_ASIDE = 4
_PREFIX = "az-"


@dataclass(frozen=True, kw_only=True)
class Trunk:
    """A trunk of one host just now."""

    host: str
    endpoint: str
    """``az-trunk-provider``, ``az-host-a253``."""
    reachable: bool | None
    """None: it is not asked."""
    milliseconds: float
    """How long its answer took; 0: not known."""
    registration: str
    """In Asterisk's word; empty: it does not register."""
    calls: int
    """Legs of calls that take it now."""


@dataclass(frozen=True, kw_only=True)
class HostLive:
    """What is known of one host."""

    host: str
    error: AzdeskError | None = None
    """Why nothing is known now."""
    heard: float = 0.0
    """When the last word came, in seconds since the epoch by the workstation's clock; 0: none yet."""
    channels: tuple[Channel, ...] = ()
    phones: tuple[Phone, ...] = ()
    trunks: tuple[Trunk, ...] = ()
    deaf: bool = False
    """The account may ask, but hears nothing: what is shown stands still."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """All hosts at one moment."""

    hosts: Mapping[str, HostLive] = field(default_factory=dict)

    @property
    def calls(self) -> tuple[Call, ...]:
        """The newest first; over several hosts as one."""
        return live.calls(one for host in self.hosts.values() for one in host.channels)

    @property
    def phones(self) -> tuple[Phone, ...]:
        return tuple(one for host in self.hosts.values() for one in host.phones)

    @property
    def trunks(self) -> tuple[Trunk, ...]:
        return tuple(one for host in self.hosts.values() for one in host.trunks)

    @property
    def silent(self) -> Mapping[str, AzdeskError]:
        """Hosts that do not tell, and why."""
        return {host: one.error for host, one in self.hosts.items() if one.error is not None}

    @property
    def waiting(self) -> tuple[str, ...]:
        """Hosts that have not said anything yet."""
        return tuple(name for name, one in self.hosts.items() if not one.heard and one.error is None)


def hosts_of(session: Session, hosts: Collection[str] | None = None) -> tuple[str, ...]:
    """Those that are there to run Asterisk."""
    fleet = session.fleet
    return tuple(
        name
        for name in fleet.hosts
        if (hosts is None or name in hosts) and manager.FEATURE.applies(fleet, name)
    )


def now(session: Session, hosts: Collection[str] | None = None, job: Job | None = None) -> Snapshot:
    """Ask once.

    Raises:
        Cancelled: by the job.
    """
    job = job or Job()
    asked = hosts_of(session, hosts)

    def ask(host: str) -> HostLive:
        rows = _Rows(host)
        try:
            rows.take({"whole": True, **session.pool.link(host, job).calls(ACCOUNT)})
            rows.take_trunks(_trunks(session, host, job))
        except Cancelled:
            raise
        except AzdeskError as error:
            return HostLive(host=host, error=error)
        return rows.shown()

    found = dict(side_by_side(asked, ask, job, name="calls"))
    return Snapshot(hosts={host: found[host] for host in asked})


def _trunks(session: Session, host: str, job: Job) -> dict[str, TrunkLive]:
    """What Asterisk has loaded, and how registrations are: two lists of its console, over the shared link."""
    readings = session.pool.link(host, job).look(trunks.FEATURE.probes(session.fleet, host))
    state = trunks.FEATURE.parse(readings)
    assert isinstance(state, trunks.TrunksState)
    return {one.endpoint: one for one in state.live}


class _Rows:
    """One host's rows, as the helper's words make them."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.heard = 0.0
        self._deaf = False
        self._channels: dict[str, Channel] = {}
        self._contacts: dict[str, Mapping[str, Any]] = {}
        self._trunks: dict[str, TrunkLive] = {}
        self._lock = threading.Lock()

    def take(self, news: Mapping[str, Any]) -> bool:
        """Fold one word in; whether anything is other than before.

        Raises:
            ObserveError: it has not the form that docs/link.md says.
        """
        self.heard = time.time()
        try:
            with self._lock:
                self._take(news)
        except (TypeError, ValueError, AttributeError) as error:
            raise ObserveError("The host tells of calls in another form.", where=self.host) from error
        return bool(news)

    def _take(self, news: Mapping[str, Any]) -> None:
        if news.get("whole"):
            self._channels.clear()
            self._contacts.clear()
        self._deaf = self._deaf or bool(news.get("deaf"))
        for key, row in dict(news.get("channels") or {}).items():
            self._channels[key] = live.channel(self.host, key, row)
        for key, row in dict(news.get("contacts") or {}).items():
            self._contact(key, row)
        for key in news.get("gone-channels") or ():
            self._channels.pop(key, None)
        for key in news.get("gone-contacts") or ():
            self._contacts.pop(key, None)

    def take_trunks(self, found: Mapping[str, TrunkLive]) -> None:
        """What was asked just now."""
        with self._lock:
            self._trunks = dict(found)

    def _contact(self, key: str, row: Mapping[str, Any]) -> None:
        account = str(row.get("account") or "")
        known = self._trunks.get(account)
        if account.startswith(_PREFIX):
            # The other side of a trunk; what it was asked with the console's lists is older.
            if known is not None:
                reachable = row.get("reachable")
                self._trunks[account] = replace(
                    known,
                    reachable=reachable if isinstance(reachable, bool) else None,
                    milliseconds=_number(row, "milliseconds"),
                )
            return
        self._contacts[key] = row

    def shown(self) -> HostLive:
        with self._lock:
            return self._shown()

    def _shown(self) -> HostLive:
        count: dict[str, int] = {}
        for _, endpoint in live.between(self._channels.values()):
            count[endpoint] = count.get(endpoint, 0) + 1
        return HostLive(
            host=self.host,
            heard=self.heard,
            deaf=self._deaf,
            channels=tuple(self._channels.values()),
            phones=tuple(_phone(self.host, row) for row in self._contacts.values()),
            trunks=tuple(
                Trunk(
                    host=self.host,
                    endpoint=name,
                    reachable=one.reachable,
                    milliseconds=one.milliseconds,
                    registration=one.registration,
                    calls=count.get(name, 0),
                )
                for name, one in self._trunks.items()
            ),
        )


def _phone(host: str, row: Mapping[str, Any]) -> Phone:
    reachable = row.get("reachable")
    return Phone(
        host=host,
        account=str(row.get("account") or ""),
        client=str(row.get("client") or ""),
        address=str(row.get("address") or ""),
        contact=str(row.get("contact") or "").replace("^3B", ";"),
        until=_number(row, "until"),
        reachable=reachable if isinstance(reachable, bool) else None,
        milliseconds=_number(row, "milliseconds"),
        since=_number(row, "since"),
    )


def _number(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


class Watch:
    """Follows hosts until its job is cancelled; each in a thread of its own, with a link of its own.

    Args:
        session: the open document.
        hosts: only these; None: all that are there to run Asterisk.
    """

    def __init__(self, session: Session, hosts: Collection[str] | None = None) -> None:
        self._session = session
        self._hosts = hosts_of(session, hosts)
        self._lock = threading.Lock()
        self._found = {host: HostLive(host=host) for host in self._hosts}
        self._changed = threading.Event()
        self._aside = ThreadPoolExecutor(_ASIDE, thread_name_prefix="trunks")

    def snapshot(self) -> Snapshot:
        """What is known now. Any thread may ask."""
        with self._lock:
            return Snapshot(hosts=dict(self._found))

    def run(self, job: Job, changed: Callable[[], None]) -> None:
        """Follow; `changed` is called in this thread, at most ten times in a second.

        Raises:
            Cancelled: in the end, by the job.
        """
        forget = job.on_cancel(self._changed.set)
        threads = [
            threading.Thread(target=self._follow, args=(host, job), name=f"calls of {host}", daemon=True)
            for host in self._hosts
        ]
        try:
            for thread in threads:
                thread.start()
            while True:
                self._changed.wait()
                job.check()
                self._changed.clear()
                changed()
                _pause(job, 0.1)
        finally:
            forget()
            self._aside.shutdown(wait=False, cancel_futures=True)
            for thread in threads:
                thread.join(5.0)

    def _follow(self, host: str, job: Job) -> None:
        failures = 0
        while not job.cancelled:
            rows = _Rows(host)
            try:
                self._listen(host, rows, job)
                error: AzdeskError = ObserveError("Asterisk stopped telling of calls.", where=host)
            except Cancelled:
                return
            except AzdeskError as known:
                error = known
            failures = 1 if rows.heard else failures + 1
            self._keep(HostLive(host=host, error=error))
            _pause(job, AGAIN[min(failures, len(AGAIN)) - 1])

    def _listen(self, host: str, rows: _Rows, job: Job) -> None:
        own = Job()
        forget = job.on_cancel(own.cancel)
        problem: list[AzdeskError] = []
        asked_at = [0.0]

        def news(word: Mapping[str, Any]) -> None:
            try:
                changed = rows.take(word)
            except AzdeskError as error:
                problem.append(error)
                own.cancel()
                return
            if word.get("whole") or word.get("stirred") or time.monotonic() > asked_at[0] + TRUNKS_EVERY:
                asked_at[0] = time.monotonic()
                # Aside: a change of that host may keep the shared link busy for long, and calls go on meanwhile.
                self._aside.submit(self._ask_trunks, host, rows, own)
            if changed:
                self._keep(rows.shown())

        try:
            self._session.pool.own_link(host, own).watch(ACCOUNT, own, news)
        except Cancelled:
            if problem and not job.cancelled:
                raise problem[0] from None
            raise
        finally:
            own.cancel()
            forget()

    def _ask_trunks(self, host: str, rows: _Rows, own: Job) -> None:
        if own.cancelled:
            return
        with suppress(
            AzdeskError
        ):  # asked again soon; what else is wrong with the host is told where calls are heard
            rows.take_trunks(_trunks(self._session, host, own))
            if not own.cancelled:
                self._keep(rows.shown())

    def _keep(self, found: HostLive) -> None:
        with self._lock:
            self._found[found.host] = found
        self._changed.set()


def _pause(job: Job, seconds: float) -> None:
    """Wait, unless the job is cancelled."""
    over = threading.Event()
    forget = job.on_cancel(over.set)
    over.wait(seconds)
    forget()

"""Which recordings there are: hosts are asked page by page, and what they say is merged, the newest first."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from azdesk.app.session import Session
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled, ObserveError, ProtocolError
from azdesk.core.progress import Job, Progress
from azdesk.fleet.model import Fleet
from azdesk.onhost import recorded

_PAGE = 200
"""Recordings that a host is asked for at once."""
Place = Literal["local", "archive"]


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One recorded call, or a part of one."""

    on: str
    """Host that has it, or sees it on shared storage."""
    host: str
    """Host that recorded it."""
    day: str
    """By that host's clock: 2026-01-31."""
    name: str
    """Of the file; no two are alike."""
    began: datetime
    """With the host's offset from UTC."""
    direction: Literal["in", "out"]
    way: str
    """Trunk by which it left: ``host-a253``, ``trunk-provider``, or ``phone`` for none."""
    caller: str
    callee: str
    place: Place
    size: int
    """Bytes."""
    growing: bool = False
    """The call may still go on."""

    @property
    def seconds(self) -> float:
        return recorded.seconds_of(self.size)

    @property
    def ident(self) -> str:
        """Asterisk's identifier of the call's leg, as in its call detail records."""
        found = recorded.parts(self.name)
        return found[6] if found else ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What is looked for; what is empty or 0 takes all.

    Raises:
        ObserveError: it can hold for no recording.
    """

    first: date | None = None
    last: date | None = None
    """Days, by the clocks of the hosts, both of them included."""
    number: str = ""
    """Digits that caller or callee has in it."""
    direction: Literal["", "in", "out"] = ""
    hosts: tuple[str, ...] = ()
    """Hosts that recorded."""
    shortest: float = 0.0
    longest: float = 0.0
    """Seconds."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\+?[0-9]*", self.number):
            raise ObserveError(
                f"“{self.number}” is no number.",
                next_step="Numbers in names of recordings have digits alone, and maybe a + in front.",
            )
        if self.first and self.last and self.first > self.last:
            raise ObserveError(
                f"{self.first} comes after {self.last}.", next_step="Give the earlier day first."
            )
        if self.longest and self.shortest > self.longest:
            raise ObserveError("The shortest length is above the longest.", next_step="Exchange the two.")

    def wire(self) -> dict[str, Any]:
        """Its part of the request."""
        return {
            "first": self.first.isoformat() if self.first else "",
            "last": self.last.isoformat() if self.last else "",
            "number": self.number,
            "direction": self.direction,
            "hosts": list(self.hosts),
            "shortest": self.shortest,
            "longest": self.longest,
        }


def folders(fleet: Fleet) -> dict[Place, str]:
    """Where a host's recordings lie."""
    return {"local": fleet.recording.directory, "archive": fleet.recording.archive}


def hosts_with_calls(fleet: Fleet) -> tuple[str, ...]:
    """Hosts that may have recordings, in document order."""
    return tuple(name for name, host in fleet.hosts.items() if "application" in host.roles)


class _Stream:
    """What one host has, page by page."""

    def __init__(self) -> None:
        self.found: deque[Recording] = deque()
        self.before = ""
        self.over = False


class Search:
    """Recordings of all hosts in one order. One thread at a time may ask it."""

    def __init__(
        self, session: Session, wanted: Filter | None = None, *, hosts: Iterable[str] | None = None
    ) -> None:
        self.wanted = wanted or Filter()
        self.problems: dict[str, AzdeskError] = {}
        """Host → why what it has is missing here, or a part of that."""
        self._session = session
        self._folders = folders(session.fleet)
        asked = hosts_with_calls(session.fleet) if hosts is None else hosts
        self._streams = {host: _Stream() for host in asked}
        self._last = ""

    @property
    def over(self) -> bool:
        """Whether all have been told."""
        return all(stream.over and not stream.found for stream in self._streams.values())

    def more(self, count: int, job: Job | None = None) -> tuple[Recording, ...]:
        """The next ones, at most `count`; fewer only when there are no more.

        Raises:
            Cancelled: by the job; what was asked for already is kept for the next time.
        """
        job = job or Job()
        found: list[Recording] = []
        while len(found) < count:
            self._refill(job)
            waiting = [stream for stream in self._streams.values() if stream.found]
            if not waiting:
                break
            # On shared storage each host sees all: the one that recorded it goes first, the others' are dropped.
            stream = max(waiting, key=lambda one: _order(one.found[0]))
            recording = stream.found.popleft()
            if recording.name != self._last:
                self._last = recording.name
                found.append(recording)
        return tuple(found)

    def _refill(self, job: Job) -> None:
        """Until each host that may have more has something to compare."""
        while hungry := [host for host, one in self._streams.items() if not one.found and not one.over]:
            job.check()

            def ask(host: str) -> Mapping[str, Any] | AzdeskError:
                request = {
                    **self.wanted.wire(),
                    "folders": self._folders,
                    "before": self._streams[host].before,
                    "limit": _PAGE,
                }
                try:
                    return self._session.pool.link(host, job).recordings(request)
                except Cancelled:
                    raise
                except AzdeskError as error:
                    return error

            for number, (host, answer) in enumerate(side_by_side(hungry, ask, job, name="recordings"), 1):
                job.report(Progress(text="Looking for recordings", done=number, total=len(hungry)))
                self._take(host, answer)

    def _take(self, host: str, answer: Mapping[str, Any] | AzdeskError) -> None:
        stream = self._streams[host]
        if isinstance(answer, AzdeskError):
            self.problems[host] = answer
            stream.over = True
            return
        try:
            stream.found.extend(_recording(host, raw) for raw in answer["recordings"])
            stream.before = str(answer["next"])
            for place, why in answer["problems"].items():
                self.problems.setdefault(host, self._unread(host, place, str(why)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ProtocolError("Its list of recordings has another form.", where=host) from error
        stream.over = not stream.before

    def _unread(self, host: str, place: str, why: str) -> AzdeskError:
        folder = self._folders["archive" if place == "archive" else "local"]
        what = "archived recordings" if place == "archive" else "recordings"
        return ObserveError(
            f"Its {what} in {folder} could not be read: {why.rstrip('.')}.",
            where=host,
            next_step="Is its storage mounted? Those that are missing here are not lost.",
        )


def _order(recording: Recording) -> tuple[float, str, bool]:
    return recording.began.timestamp(), recording.name, recording.on == recording.host


def _recording(on: str, raw: Mapping[str, Any]) -> Recording:
    name = str(raw["name"])
    found = recorded.parts(name)
    day = str(raw["day"])
    if found is None or not recorded.is_day(day):
        raise ValueError(name)
    stamp, direction, host, way, caller, callee, _ident = found
    return Recording(
        on=on,
        host=host,
        day=day,
        name=name,
        began=datetime.strptime(stamp, "%Y%m%dT%H%M%S%z"),
        direction="in" if direction == "in" else "out",
        way=way,
        caller=caller,
        callee=callee,
        place="archive" if raw["where"] == "archive" else "local",
        size=int(raw["size"]),
        growing=bool(raw["growing"]),
    )


def named(session: Session, names: Iterable[str], job: Job | None = None) -> tuple[Recording, ...]:
    """Recordings by their names, as a list has shown them.

    Raises:
        ObserveError: there is none of a name.
        LinkError: the host that should have it does not answer, and no other one sees it.
    """
    job = job or Job()
    return tuple(_named(session, name, job) for name in dict.fromkeys(names))


def _named(session: Session, name: str, job: Job) -> Recording:
    found = recorded.parts(name)
    everywhere = hosts_with_calls(session.fleet)
    if found is None:
        raise ObserveError(
            f"“{name}” is not the name of a recording.",
            next_step="A list of them shows names such as 20260131T142530+0100_in_a251_phone_6853_6801_1769865930.12.wav.",
        )
    day, host = f"{name[:4]}-{name[4:6]}-{name[6:8]}", found[2]
    request = {
        "folders": folders(session.fleet),
        "first": day,
        "last": day,
        "before": f"{day}/{name}~",
        "limit": 1,
    }
    failed: AzdeskError | None = None
    # Others see it where the archive is shared.
    for on in dict.fromkeys((*((host,) if host in everywhere else ()), *everywhere)):
        try:
            answer = session.pool.link(on, job).recordings(request)
        except Cancelled:
            raise
        except AzdeskError as error:
            failed = failed or error
            continue
        for raw in answer["recordings"]:
            if raw["name"] == name:
                return _recording(on, raw)
    if failed is not None:
        raise failed
    raise ObserveError(
        f"There is no recording {name}.",
        next_step="It may have been deleted: list them again.",
    )

"""Call detail records of all hosts as one list, the newest first, read page by page."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from azdesk.app.live import hosts_of
from azdesk.app.side_by_side import side_by_side
from azdesk.core import file_replace
from azdesk.core.errors import AzdeskError, Cancelled, ObserveError
from azdesk.core.progress import Job, Progress

if TYPE_CHECKING:
    from azdesk.app.session import Session

Direction = Literal["in", "out", "between", "internal"]
"""From outside, to outside, to or from another host of the fleet, within a host: by the trunks that AZDesk makes."""
PAGE = 200
_LARGE = 2000
_NAMED = re.compile(r'"?(.*?)"? <[^>]*>')


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is looked for; what is empty means any."""

    first: float = 0.0
    """Calls that began then or later, in seconds since the epoch."""
    last: float = 0.0
    """Calls that began then or earlier."""
    number: str = ""
    """Digits in the caller's number or name, or in what was dialled."""
    direction: Direction | Literal[""] = ""
    trunk: str = ""
    """Name in the document of a trunk to others."""
    answered: bool | None = None
    shortest: float = 0.0
    """Seconds that were talked, at least."""
    longest: float = 0.0

    def wire(self) -> dict[str, object]:
        """As the helper takes it."""
        fields = asdict(self)
        return {"from": fields.pop("first"), "to": fields.pop("last"), **fields}


@dataclass(frozen=True, kw_only=True)
class Record:
    """One leg of a call as Asterisk recorded it; a call that rang several phones has several, one over two hosts one on each."""

    host: str
    start: float
    """Seconds since the epoch, by the host's clock."""
    answer: float
    """0: nobody took it."""
    end: float
    caller: str
    caller_name: str
    number: str
    """What was dialled, as far as the dial plan left it so."""
    dialled: str
    """What Asterisk called then: ``PJSIP/301234@az-trunk-provider``."""
    near: str
    """Account or trunk that called."""
    far: str
    """Account or trunk that was called; empty: none was."""
    direction: Direction
    trunks: tuple[str, ...]
    """Names in the document of the trunks to others."""
    duration: int
    """Seconds from the first ringing on."""
    talked: int
    """Seconds from the answer on."""
    outcome: str
    """In Asterisk's words: ANSWERED, NO ANSWER, BUSY, FAILED, CONGESTION."""
    application: str
    id: str
    """Asterisk's unique id; empty where it is not recorded."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """The next records."""

    records: tuple[Record, ...]
    more: bool
    silent: Mapping[str, AzdeskError] = field(default_factory=dict)
    """Hosts that do not tell: theirs are missing."""
    empty: tuple[str, ...] = ()
    """Hosts on which Asterisk has written no records at all."""
    lines: int = 0
    """Lines that were looked at so far, on all hosts."""


@dataclass
class _Source:
    """One host's records."""

    host: str
    waiting: deque[Record] = field(default_factory=deque)
    before: str = ""
    begun: bool = False
    error: AzdeskError | None = None
    empty: bool = False
    lines: int = 0

    @property
    def wants(self) -> bool:
        """Whether it has to be asked before it is known which record comes next."""
        return not self.waiting and self.error is None and (not self.begun or bool(self.before))


class Search:
    """A query that goes on page by page. One thread at a time.

    Args:
        hosts: only these; None: all that are there to run Asterisk.
    """

    def __init__(self, session: Session, query: Query, hosts: Collection[str] | None = None) -> None:
        self._session = session
        self._query = query
        self._sources = [_Source(host) for host in hosts_of(session, hosts)]

    def page(self, size: int = PAGE, job: Job | None = None) -> Page:
        """The next records, the newest first.

        Raises:
            Cancelled: by the job; the search goes on from where it was.
        """
        job = job or Job()
        found: list[Record] = []
        while len(found) < size:
            asked = [one for one in self._sources if one.wants]
            if asked:
                self._ask(asked, size, job)
                continue
            ready = [one for one in self._sources if one.waiting]
            if not ready:
                break
            newest = max(ready, key=lambda one: one.waiting[0].end)
            found.append(newest.waiting.popleft())
        return Page(
            records=tuple(found),
            more=any(one.waiting or one.wants for one in self._sources),
            silent={one.host: one.error for one in self._sources if one.error is not None},
            empty=tuple(one.host for one in self._sources if one.empty),
            lines=sum(one.lines for one in self._sources),
        )

    def _ask(self, sources: list[_Source], size: int, job: Job) -> None:
        by_host = {one.host: one for one in sources}

        def ask(host: str) -> None:
            one = by_host[host]
            request = {**self._query.wire(), "limit": size, "before": one.before}
            try:
                _take(one, self._session.pool.link(host, job).cdr(request))
            except Cancelled:
                raise
            except AzdeskError as error:
                one.error = error

        for host, _ in side_by_side(list(by_host), ask, job, name="records"):
            lines = sum(one.lines for one in self._sources)
            job.report(Progress(text=f"{lines:,} records looked at", host=host))


def _take(source: _Source, answer: Mapping[str, Any]) -> None:
    try:
        source.waiting.extend(_record(source.host, row) for row in answer["rows"])
        source.before = str(answer["before"])
        source.empty = not answer["found"]
        source.lines += int(answer["lines"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ObserveError("It tells of call records in another form.", where=source.host) from error
    source.begun = True


def _record(host: str, row: Mapping[str, Any]) -> Record:
    name = _NAMED.fullmatch(str(row["clid"]))
    return Record(
        host=host,
        start=float(row["start"]),
        answer=float(row["answer"]),
        end=float(row["end"]),
        caller=str(row["src"]),
        caller_name=name[1] if name else "",
        number=str(row["dst"]),
        dialled=str(row["dialled"]),
        near=str(row["near"]),
        far=str(row["far"]),
        direction=row["direction"],
        trunks=tuple(str(one) for one in row["trunks"]),
        duration=int(row["duration"]),
        talked=int(row["billsec"]),
        outcome=str(row["disposition"]),
        application=str(row["app"]),
        id=str(row["id"]),
    )


HEADINGS = (
    "host", "start", "answer", "end", "caller", "caller_name", "number", "dialled", "near", "far", "direction", "trunks",
    "duration", "talked", "outcome", "application", "id",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(records: Collection[Record], *, heading: bool) -> str:
    """Records as lines of a CSV file, times in ISO 8601 and UTC. What a spreadsheet would take for a formula gets a ' in front:
    names of callers are anybody's words.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if heading:
        writer.writerow(HEADINGS)
    for one in records:
        writer.writerow([_cell(name, getattr(one, name)) for name in HEADINGS])
    return out.getvalue()


def _cell(name: str, value: object) -> str:
    if name in ("start", "answer", "end"):
        assert isinstance(value, float)
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else ""
    text = " ".join(value) if isinstance(value, tuple) else str(value)
    number = re.fullmatch(r"[+-]?\d+", text) is not None
    return f"'{text}" if text.startswith(_FORMULA) and not number else text


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What came of an export."""

    count: int
    silent: Mapping[str, AzdeskError]
    """Hosts whose records are missing."""


def export(search: Search, path: Path, job: Job | None = None) -> Exported:
    """Write all records that are left of a search into a CSV file, readable by its owner alone.

    Raises:
        AzdeskError: the file cannot be written.
        Cancelled: by the job; there is no file then, or the one that was there before.
    """
    job, count, silent = job or Job(), 0, dict[str, AzdeskError]()

    def pages() -> Iterator[bytes]:
        nonlocal count
        more = True
        while more:
            page = search.page(_LARGE, job)
            more = page.more
            silent.update(page.silent)
            yield sheet(page.records, heading=not count).encode()
            count += len(page.records)
            job.report(Progress(text=f"{count:,} records written"))

    try:
        file_replace.replace_with(path, pages())
    except OSError as error:
        raise AzdeskError(
            f"It cannot be written: {error.strerror or error}.",
            where=str(path),
            next_step="Choose another place.",
        ) from error
    return Exported(count=count, silent=silent)

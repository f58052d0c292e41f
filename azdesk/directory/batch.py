"""Many changes on one connection, several under way at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from azdesk.core.errors import DirectoryError, DirectoryLost, DirectoryRefused, DirectoryUnreachable
from azdesk.core.progress import Job
from azdesk.directory import ber, messages, names, refusals, requests
from azdesk.directory.ldif import Entry, Record, Rename
from azdesk.directory.messages import Answer
from azdesk.directory.wire import Wire

WINDOW: Final = 16
"""Changes that may be under way at the same time."""
OnResult: TypeAlias = Callable[[Record, DirectoryError | None], None]
"""Told of each record what came of it: None when it was carried out. A `DirectoryLost` says that nobody knows."""

_UnderWay: TypeAlias = tuple[Record, frozenset[str]]
"""A record, and the names it has to do with."""
_LOST: Final = -1


class Batch:
    """Carries out records that are given one after the other; entries that have to do with each other keep their order.

    Args:
        wire: a connection that is logged in, and nobody else's until this is done.
    """

    def __init__(self, wire: Wire, on_result: OnResult) -> None:
        self._wire = wire
        self._on_result = on_result
        self._under_way: dict[int, _UnderWay] = {}
        self._done = 0
        self._refused = self._lost = False

    def carry_out(self, records: Iterable[Record], job: Job, *, window: int, stop_at_first: bool) -> int:
        """All of them, or until one is refused; see `azdesk.directory.connection.Directory.apply`."""
        waiting: _UnderWay | None = None
        source = iter(records)
        while True:
            while not self._stops(job, stop_at_first) and len(self._under_way) < window:
                if waiting is None and (record := next(source, None)) is not None:
                    waiting = self._looked_at(record)
                    if waiting is None:
                        continue
                if waiting is None or not _free(waiting, self._under_way.values()):
                    break
                self._send(waiting)
                waiting = None
            if not self._under_way:
                return self._done
            self._take_answer()

    def _stops(self, job: Job, stop_at_first: bool) -> bool:
        return self._lost or job.cancelled or (self._refused and stop_at_first)

    def _looked_at(self, record: Record) -> _UnderWay | None:
        try:
            return record, _touched(record)
        except DirectoryError as fault:  # its name is none: not sent at all
            self._refused = True
            self._on_result(record, fault)
            return None

    def _send(self, waiting: _UnderWay) -> None:
        try:
            ident = self._wire.send(requests.of_record(waiting[0]), close=False)
        except DirectoryLost:
            # What the server has answered to others before it went can still be read.
            self._lost, ident = True, _LOST
        self._under_way[ident] = waiting

    def _take_answer(self) -> None:
        ident, answer = self._answer()
        record, _ = self._under_way.pop(ident)
        error = refusal_of(record, answer, self._wire.endpoint.place) if answer.code else None
        self._refused = self._refused or error is not None
        self._done += error is None
        self._on_result(record, error)

    def _answer(self) -> tuple[int, Answer]:
        """The next answer to any of the requests."""
        try:
            # Not to be cancelled: what was sent will be done, and has to be told of.
            ident, _, data, at = self._wire.receive(
                self._under_way, Job(), self._wire.endpoint.answer_timeout
            )
            return ident, messages.answer(data, at)
        except (DirectoryUnreachable, ber.BerError) as error:
            told = error if isinstance(error, DirectoryUnreachable) else self._wire.nonsense(str(error))
            for record, _ in self._under_way.values():
                self._on_result(record, told)
            raise told from error


def refusal_of(record: Record, answer: Answer, place: str) -> DirectoryRefused:
    """The error for a record that the server at `place` refused."""
    doing = "add" if isinstance(record, Entry) else "modify"
    return refusals.refusal(answer, where=f"{place}: {record.dn}", doing=doing)


def _touched(record: Record) -> frozenset[str]:
    """The names of the entries that a record has to do with: its own and those above, comparable."""
    found = set()
    places = [record.dn]
    if isinstance(record, Rename):
        steps = names.parsed(record.dn)
        above = record.superior or names.written(steps[1:])
        places += [f"{record.rdn},{above}" if above else record.rdn]
    for place in places:
        found.add(names.comparable(place))
    return frozenset(found)


def _free(wanted: _UnderWay, under_way: Iterable[_UnderWay]) -> bool:
    """Whether a record has nothing to do with any that is under way: not the same entry, none above or below."""
    for _, touched in under_way:
        for one in touched:
            for mine in wanted[1]:
                if one == mine or one.endswith(f",{mine}") or mine.endswith(f",{one}"):
                    return False
    return True

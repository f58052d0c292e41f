"""Recordings of calls on a host: which there are, told by their names alone, and pieces of them.

Asterisk writes ``<folder>/<day>/<name>``, where the name says all (`parts`), so there is no database that could be wrong. At the end of the
day they are moved to another folder of the same form. No more than one page of them is ever told, and only a bounded number of names
is looked at for it, so that a hundred thousand on a day do no harm.
"""

from __future__ import annotations

import contextlib
import os
from _queue import Empty, SimpleQueue
from _thread import start_new_thread

from azdesk.onhost import probes
from azdesk.onhost.fault import Fault
from azdesk.onhost.recorded import SETTINGS, is_day, parts, seconds_of
from azdesk.onhost.store import ACCESS, checked_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from azdesk.onhost.disk import OpenFolder
    from azdesk.onhost.machine import Machine
    from azdesk.onhost.store import Store

    T = TypeVar("T")

PAGE = 500
"""Recordings in one answer, at most."""
MOST_NAMES, MOST_STATS = 200_000, 20_000
"""Names and attributes that are looked at for one answer, about; then it says from where to go on."""
PIECE = 4 << 20
"""Bytes of a recording in one answer, at most."""
GROWING = 10.0
"""Seconds after its last change in which a file may still grow: Asterisk writes every two seconds."""
STORAGE_TIMEOUT = 15.0
"""Seconds that network storage has for a day's folder."""


class Wanted:
    """What is looked for, from a request.

    Raises:
        Fault: it makes no sense.
    """

    def __init__(self, request: dict[str, Any]) -> None:
        try:
            self.folders = {str(where): str(path) for where, path in request["folders"].items()}
            self.first, self.last = str(request.get("first", "")), str(request.get("last", ""))
            self.number, self.direction = str(request.get("number", "")), str(request.get("direction", ""))
            self.hosts = frozenset(str(host) for host in request.get("hosts", ()))
            self.shortest = float(request.get("shortest", 0))
            self.longest = float(request.get("longest", 0))
            self.limit = max(1, min(int(request.get("limit", PAGE)), PAGE))
            self.before_day, _, self.before_name = str(request.get("before", "")).partition("/")
        except (KeyError, TypeError, ValueError, AttributeError):
            raise Fault("ProtocolError", "The request for recordings makes no sense.") from None
        if not all(path.startswith("/") for path in self.folders.values()):
            raise Fault("ProtocolError", "Folders of recordings are absolute paths.")

    def has_day(self, day: str) -> bool:
        return (
            is_day(day)
            and self.first <= day
            and (not self.last or day <= self.last)
            and (not self.before_day or day <= self.before_day)
        )

    def has(self, name: str) -> bool:
        if self.number and self.number not in name:
            return False  # most names, and quickly
        found = parts(name)
        return (
            found is not None
            and (not self.direction or found[1] == self.direction)
            and (not self.hosts or found[2] in self.hosts)
            and (not self.number or self.number in found[4] or self.number in found[5])
        )

    def lasts(self, seconds: float) -> bool:
        return self.shortest <= seconds and (not self.longest or seconds <= self.longest)


def listing(machine: Machine, request: dict[str, Any]) -> dict[str, Any]:
    """One page, the newest first: ``{"recordings": [{day, name, where, size, growing}], "next": text, "problems": {where: text}}``.

    `next` is for `before` of the next request; empty: there are no more. `problems` says which folder could not be read, and why.
    """
    wanted = Wanted(request)
    search = _Search(machine, wanted)
    days: dict[str, list[str]] = {}
    for where in wanted.folders:
        for day in search.tried([where], lambda w=where: search.days(w)) or ():  # type: ignore[misc]
            days.setdefault(day, []).append(where)
    for day in sorted(days, reverse=True):
        if search.names >= MOST_NAMES:
            # Greater than any name: from that day's end.
            return search.answer(day + "/~")
        before = wanted.before_name if day == wanted.before_day else "~"
        reached = search.tried(days[day], lambda d=day, b=before: search.look(d, days[d], b))  # type: ignore[misc]
        if reached is None and len(days[day]) > 1:
            left = [where for where in days[day] if where not in search.problems]
            reached = search.tried(left, lambda d=day, b=before, w=left: search.look(d, w, b))  # type: ignore[misc]
        if reached:
            return search.answer("%s/%s" % (day, reached))
    return search.answer("")


class _Search:
    """One page in the making."""

    def __init__(self, machine: Machine, wanted: Wanted) -> None:
        self.machine = machine
        self.wanted = wanted
        self.found: list[dict[str, Any]] = []
        self.problems: dict[str, str] = {}
        self.names = self.stats = 0
        self._now = machine.time()
        self._look = probes.Look(machine, self._now)

    def answer(self, reached: str) -> dict[str, Any]:
        return {"recordings": self.found, "next": reached, "problems": self.problems}

    def days(self, where: str) -> list[str]:
        try:
            with self.machine.opened(self.wanted.folders[where]) as folder:
                return [name for name in folder.names() if self.wanted.has_day(name)]
        except FileNotFoundError:
            # Who has recorded nothing yet has no folder; but an archive that was set up is there, or its storage is away.
            if where != "local" and self.machine.stat(SETTINGS) is not None:
                self.problems[where] = "%s is not there" % self.wanted.folders[where]
            return []

    def look(self, day: str, places: list[str], before: str) -> str:
        """Take a day's recordings; returns the name to go on after, empty when the day is done."""
        with contextlib.ExitStack() as stack:
            folders: dict[str, OpenFolder] = {}
            names: dict[str, str] = {}
            for where in places:
                with contextlib.suppress(FileNotFoundError):  # emptied and removed meanwhile
                    path = "%s/%s" % (self.wanted.folders[where], day)
                    folders[where] = stack.enter_context(self.machine.opened(path))
                    # One that is being moved is in both: the archived one is whole by the time it has its name.
                    names.update(dict.fromkeys(folders[where].names(), where))
            self.names += len(names)
            for name in sorted(names, reverse=True):
                if name >= before or not self.wanted.has(name):
                    continue
                st = folders[names[name]].stat(name)
                self.stats += 1
                if st is not None and st.st_mode & 0o170000 == 0o100000:
                    self._take(day, name, names[name], st)
                if len(self.found) >= self.wanted.limit or self.stats >= MOST_STATS:
                    return name
        return ""

    def _take(self, day: str, name: str, where: str, st: os.stat_result) -> None:
        if self.wanted.lasts(seconds_of(st.st_size)):
            growing = where == "local" and self._now - st.st_mtime < GROWING
            one = {"day": day, "name": name, "where": where, "size": st.st_size, "growing": growing}
            self.found.append(one)

    def tried(self, places: list[str], work: Callable[[], T]) -> T | None:
        """Do something with folders; None, and a problem, where they cannot be read or their storage does not answer."""
        remote = [where for where in places if self._look.is_remote(self.wanted.folders[where])]
        try:
            if not remote:
                return work() if places else None
            return self._in_time(remote, work)
        except OSError as error:
            for where in remote or places:
                self.problems[where] = error.strerror or str(error)
            return None

    def _in_time(self, remote: list[str], work: Callable[[], T]) -> T:
        # A thread that hangs in dead storage cannot be ended; no second one is sent after it.
        stuck: dict[str, bool] = self.machine.memory("stuck recordings", dict)
        paths = [self.wanted.folders[where] for where in remote]
        if any(path in stuck for path in paths):
            raise OSError(110, "The storage still does not answer")
        done: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
        found = len(self.found)

        def aside() -> None:
            try:
                done.put((work(), None))
            except BaseException as error:
                done.put((None, error))
            for path in paths:
                stuck.pop(path, None)

        stuck.update(dict.fromkeys(paths, True))
        start_new_thread(aside, ())
        try:
            result, error = done.get(timeout=STORAGE_TIMEOUT)
        except Empty:
            # What the thread may find after all goes into a list of its own.
            self.found = self.found[:found]
            raise OSError(110, "The storage does not answer") from None
        if error is not None:
            raise error
        return result  # type: ignore[return-value]


def located(request: dict[str, Any]) -> tuple[str, str]:
    """Folder and name of a recording that a request names.

    Raises:
        Fault: it is no recording's.
    """
    folder, day, name = (request.get(key) for key in ("folder", "day", "name"))
    if (
        not isinstance(folder, str)
        or not folder.startswith("/")
        or not isinstance(day, str)
        or not is_day(day)
        or not isinstance(name, str)
        or "/" in name
        or "\0" in name
        or parts(name) is None
    ):
        raise Fault("ProtocolError", "“%.120s” is no recording." % (name,))
    return "%s/%s" % (folder, day), name


def open_some(store: Store, request: dict[str, Any]) -> dict[str, Any]:
    """Write an access into the journal; only then pieces are handed out. Returns ``{"sizes": [bytes, or -1: cannot be read]}``.

    Raises:
        Fault: the request makes no sense, or the journal cannot be written.
    """
    machine = store.machine
    asked, transaction = request.get("recordings"), checked_id(request.get("transaction"))
    if not isinstance(asked, list) or not asked or not transaction.startswith(ACCESS):
        raise Fault("ProtocolError", "An access to recordings has to have a name and say to which.")
    act = str(request.get("act", "Read"))
    sizes, steps = [], []
    for one in asked:
        folder, name = located(one)
        why = ""
        try:
            with machine.opened(folder) as there:
                fd = there.open(name)
                sizes.append(os.fstat(fd).st_size)
                os.close(fd)
        except OSError as error:
            sizes.append(-1)
            why = error.strerror or str(error)
        state = "failed" if why else "done"
        path = "%s/%s" % (folder, name)
        steps.append(
            {
                "title": "%s %s" % (act, path),
                "kind": "recording",
                "path": path,
                "state": state,
                "message": why,
                "seconds": 0.0,
            }
        )
    store.prepare()
    now = machine.time()
    entry = {
        "transaction": transaction,
        "who": str(request.get("who", "")),
        "title": str(request.get("title", "")),
        "started": now,
        "ended": now,
        "state": "committed",
        "steps": steps,
        "error": "",
        "left": [],
        "backups": [],
    }
    try:
        if store.entry(transaction) is not None:
            raise Fault("ProtocolError", "There was an access of the name %s already." % transaction)
        store.write_entry(entry)
        store.prune()
    except OSError as error:
        raise Fault(
            "ObserveError",
            "The access cannot be written into the journal: %s. Nothing was handed out." % error.strerror,
            store.journal,
            "Make room on that disk.",
        ) from error
    return {"sizes": sizes}


def piece(machine: Machine, one: dict[str, Any], size: int, request: dict[str, Any]) -> dict[str, Any]:
    """A piece of a recording: ``{"data": base64, "total": bytes}``; of one that grows what was there when it was opened.

    Raises:
        Fault: the request makes no sense, or it is gone.
    """
    offset, length = request.get("offset", 0), request.get("size", 1 << 20)
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 0:
        raise Fault("ProtocolError", "A piece of a recording needs offset and size.")
    import binascii

    folder, name = located(one)
    try:
        with machine.opened(folder) as there:
            fd = there.open(name)
    except OSError as error:
        raise Fault(
            "ObserveError",
            "The recording cannot be read: %s." % (error.strerror or error),
            "%s/%s" % (folder, name),
            "It may have been archived or deleted: list them again.",
        ) from error
    with os.fdopen(fd, "rb") as file:
        file.seek(offset)
        data = file.read(max(0, min(length, PIECE, size - offset)))
    return {"data": binascii.b2a_base64(data, newline=False).decode(), "total": size}

"""Moves recordings into their archive at the end of the day: what AZDesk's timer runs on a host.

A recording is removed only after a whole copy of it, read back, is in the archive. Whatever goes wrong leaves it where it is, to be moved the
next time: no storage where there should be some, no room, a file that still grows. What came of it is in a status file, which AZDesk reads.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time

from azdesk.onhost.machine import Machine
from azdesk.onhost.recorded import SETTINGS, is_day, parts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from azdesk.onhost.disk import OpenFolder

FOLDER = "/var/lib/azdesk-recordings"
STATUS = FOLDER + "/status.json"
IDLE = 600.0
"""Seconds without a change after which a call is over."""
ROOM = 256 << 20
"""Bytes that stay free in the archive, for whoever else keeps something there."""
_TOLD = 10
_DAY = 86400.0


class Away(Exception):
    """Nothing can be moved now; the text is a sentence that says why."""


class Skipped(Exception):
    """This one stays where it is; the text says why."""


class Archiving:
    """One run."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.moved = self.bytes = self.left = self.removed = 0
        self.problems: list[str] = []
        self.source = self.archive = self.mount = ""
        self.keep_days = 0

    def run(self) -> tuple[int, str]:
        """Exit code and a sentence, which are in the status, too."""
        state, why = "done", ""
        try:
            self._settings()
            self._write_status("running", "")
            self._check()
            self._move_all()
        except Away as away:
            state, why = "away", str(away)
        except OSError as error:
            state, why = "away", "%s: %s." % (error.filename or self.archive, error.strerror or error)
        if state == "away":
            self.left = self._count()
        else:
            self._forget_old()
        if self.problems and state == "done":
            state, why = "partial", self.problems[0]
        self._write_status(state, why)
        said = "%d recordings moved, %d bytes; %d stay for now; %d removed as too old. %s"
        return int(state != "done"), said % (self.moved, self.bytes, self.left, self.removed, why)

    def _settings(self) -> None:
        try:
            found = json.loads(self.machine.read(SETTINGS).decode())
            self.source, self.archive = str(found["directory"]), str(found["archive"])
            self.mount, self.keep_days = str(found["mount"]), int(found["keep_days"])
        except (OSError, ValueError, KeyError, TypeError):
            raise Away("%s cannot be read." % SETTINGS) from None

    def _check(self) -> None:
        if self.mount and not is_mounted(self.machine, self.mount):
            raise Away("Nothing is mounted at %s." % self.mount)
        st = self.machine.stat(self.archive)
        if st is None:
            raise Away("%s is not there." % self.archive)
        if st.type != "dir":
            raise Away("%s is no folder." % self.archive)

    # -- moving --------------------------------------------------------------------------------------------

    def _days(self, folder: str) -> list[str]:
        try:
            with self.machine.opened(folder) as there:
                return sorted(name for name in there.names() if is_day(name))
        except FileNotFoundError:
            return []

    def _move_all(self) -> None:
        for day in self._days(self.source):
            here = "%s/%s" % (self.source, day)
            with self.machine.opened(here) as folder:
                for name in sorted(folder.names()):
                    if parts(name) is not None:
                        self._move(folder, day, name)
            if day != self._today():
                with contextlib.suppress(OSError):  # something is in it
                    self.machine.remove_folder(here)

    def _today(self) -> str:
        return time.strftime("%Y-%m-%d", time.localtime(self.machine.time()))

    def _move(self, folder: OpenFolder, day: str, name: str) -> None:
        st = folder.stat(name)
        if st is None:
            return
        if self.machine.time() - st.st_mtime < IDLE:
            self.left += 1
            return
        if self.machine.space(self.archive)[0] - st.st_size < ROOM:
            self.left += self._count()
            raise Away("%s has no room." % self.archive)
        try:
            self._copy(folder, day, name, st)
            now = folder.stat(name)
            if now is None or _mark(now) != _mark(st):
                raise Skipped("it changed while it was copied")
        except Skipped as skipped:
            self.left += 1
            self._problem("%s: %s." % (name, skipped))
            return
        self.machine.remove("%s/%s/%s" % (self.source, day, name))
        self.moved += 1
        self.bytes += st.st_size

    def _copy(self, folder: OpenFolder, day: str, name: str, st: os.stat_result) -> None:
        """A whole copy in the archive; one that is there already is as good, if it is the same."""
        there = "%s/%s" % (self.archive, day)
        if self.machine.stat(there) is None:
            self.machine.make_folder(there, 0o750)
        part, final = "%s/.%s.part" % (there, name), "%s/%s" % (there, name)
        self.machine.remove(part)
        whole = hashlib.sha256()
        size = 0
        try:
            fd = folder.open(name)
        except OSError as error:
            raise Skipped(error.strerror or str(error)) from error
        with os.fdopen(fd, "rb") as source, self.machine.open_new(part) as copy:
            while piece := source.read(1 << 20):
                whole.update(piece)
                size += len(piece)
                copy.write(piece)
            copy.flush()
            self.machine.fsync(copy.fileno())
            if hasattr(os, "posix_fadvise"):
                # What is read back has to come from the storage, as far as this host can have it so.
                os.posix_fadvise(copy.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if size != st.st_size or self._digest(there, part) != whole.hexdigest():
            self.machine.remove(part)
            raise Skipped("the copy in the archive is another one")
        if self.machine.stat(final) is not None:
            same = self._digest(there, final) == whole.hexdigest()
            self.machine.remove(part)
            if not same:
                raise Skipped("the archive has another one of this name")
            return
        self.machine.set_mtime(part, st.st_mtime_ns)
        self.machine.replace(part, final)
        self.machine.sync_folder(there)

    def _digest(self, folder: str, path: str) -> str:
        found = hashlib.sha256()
        with self.machine.opened(folder) as there:
            fd = there.open(path.rpartition("/")[2])
        with os.fdopen(fd, "rb") as file:
            while piece := file.read(1 << 20):
                found.update(piece)
        return found.hexdigest()

    # -- what is old ---------------------------------------------------------------------------------------

    def _forget_old(self) -> None:
        """Remove recordings of days that are longer ago than they are kept, from the archive."""
        if not self.keep_days:
            return
        limit = time.strftime("%Y-%m-%d", time.localtime(self.machine.time() - self.keep_days * _DAY))
        for day in self._days(self.archive):
            if day >= limit:
                continue
            place = "%s/%s" % (self.archive, day)
            try:
                with self.machine.opened(place) as folder:
                    names = [name for name in folder.names() if parts(name) is not None]
                for name in names:
                    self.machine.remove("%s/%s" % (place, name))
                    self.removed += 1
                with contextlib.suppress(OSError):
                    self.machine.remove_folder(place)
            except OSError as error:
                self._problem("%s: %s." % (place, error.strerror or error))

    # -- telling -------------------------------------------------------------------------------------------

    def _count(self) -> int:
        count = 0
        for day in self._days(self.source) if self.source else ():
            with self.machine.opened("%s/%s" % (self.source, day)) as folder:
                count += sum(parts(name) is not None for name in folder.names())
        return count

    def _problem(self, text: str) -> None:
        if len(self.problems) < _TOLD:
            self.problems.append(text)

    def _write_status(self, state: str, why: str) -> None:
        status: dict[str, Any] = {
            "state": state,
            "why": why,
            "at": self.machine.time(),
            "moved": self.moved,
            "bytes": self.bytes,
            "left": self.left,
            "removed": self.removed,
            "problems": self.problems,
        }
        if self.machine.stat(FOLDER) is None:
            self.machine.make_folder(FOLDER, 0o700)
        self.machine.remove(STATUS + ".new")
        self.machine.write_new(STATUS + ".new", json.dumps(status, indent=1).encode() + b"\n")
        self.machine.replace(STATUS + ".new", STATUS)


def _mark(st: os.stat_result) -> tuple[int, int, int]:
    return st.st_ino, st.st_size, st.st_mtime_ns


def is_mounted(machine: Machine, path: str) -> bool:
    """Whether a file system of its own begins there.

    The table of mounts is of no use to a service: those of its folders that it may write are in it as well.
    """
    if machine.root:
        return any(at == path for at, _, _, _ in machine.mounts())
    own, above = machine.stat(path), machine.stat(path.rpartition("/")[0] or "/")
    return own is not None and above is not None and own.device != above.device


def main() -> int:
    code, said = Archiving(Machine()).run()
    print(said.strip())
    return code

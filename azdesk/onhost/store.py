"""What the helper keeps on the host's disk: the lock, the log of a running transaction, the journal.

The log (``transactions/<transaction>/log``) gets one line of JSON for each thing that is going to happen, before it
happens; whoever finds it later can take everything back. A last line that was cut off counts as not written:
what it would have announced has not happened. The journal entry is made from it when the transaction ends.
"""

from __future__ import annotations

from azdesk.onhost import frames
from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from azdesk.onhost.machine import Machine

ENTRIES_KEPT = 500
"""Journal entries; older ones are dropped."""
ACCESS, ACCESSES_KEPT = "access-", 20_000
"""How names of entries begin that say who has heard or taken recordings, and how many of those are kept: they push no changes out."""
RESERVE = 1 << 16
"""Bytes put aside in each transaction, so that taking it back can be written down on a full disk."""
ENDED = ("committed", "rolled-back", "recovered", "needs-help")
_ID_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


def checked_id(value: object) -> str:
    """A transaction's identifier that is safe as a file name.

    Raises:
        Fault: it is not.
    """
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= 80
        or value.startswith(".")
        or set(value) - _ID_SIGNS
    ):
        raise Fault("ProtocolError", "“%.80s” is no transaction's name." % (value,))
    return value


class Store:
    """The state folder of one machine."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.folder = machine.state
        self.backups = self.folder + "/backups"
        self.journal = self.folder + "/journal"
        self.transactions = self.folder + "/transactions"

    def prepare(self) -> None:
        """Make the folders, for root alone.

        Raises:
            Fault: not possible.
        """
        try:
            make_folders(self.machine, self.folder)
            for folder in (self.backups, self.journal, self.transactions):
                make_folders(self.machine, folder)
        except OSError as error:
            raise Fault(
                "PlanError",
                "%s cannot be made: %s. Nothing was changed." % (self.folder, error.strerror),
                self.folder,
                "Log in as root or allow sudo; see that the disk is not full and not read-only.",
            ) from error

    def take_lock(self, holder: dict[str, Any]) -> Callable[[], None]:
        """Take the host's lock; returns what lets go of it.

        Raises:
            Fault: HostLocked, with who has it and since when.
        """
        try:
            let_go = self.machine.lock(self.folder + "/lock", frames.dumps(holder).encode())
        except OSError as error:
            raise Fault(
                "PlanError",
                "The lock of this host cannot be taken: %s. Nothing was changed." % error.strerror,
                self.folder + "/lock",
                "Log in as root or allow sudo; see that the disk is not full and not read-only.",
            ) from error
        if let_go is None:
            raise self._locked()
        return let_go

    def _locked(self) -> Fault:
        try:
            other = frames.decode(self.machine.read(self.folder + "/lock", 1 << 16))
        except (OSError, ValueError):
            other = {}
        since = other.get("since")
        when = " since %s" % clock(since) if isinstance(since, (int, float)) else ""
        title = " (“%s”)" % other["title"] if other.get("title") else ""
        return Fault(
            "HostLocked",
            "%s is changing this host%s%s; nothing was changed."
            % (other.get("who") or "Another workstation", when, title),
            next_step="Wait until that is done, then look again.",
        )

    def unfinished(self) -> list[str]:
        """Transactions that have a folder: running, or left over."""
        try:
            return self.machine.names(self.transactions)
        except OSError:
            return []

    def entry(self, transaction: str) -> dict[str, Any] | None:
        """An ended transaction's entry, None if there is none."""
        try:
            entry = frames.decode(self.machine.read("%s/%s.json" % (self.journal, transaction)))
        except (OSError, ValueError):
            return None
        return entry if entry.get("state") in ENDED else None

    def write_entry(self, entry: dict[str, Any]) -> None:
        """Write an entry so that it lasts, all or nothing.

        Raises:
            OSError: it could not be written.
        """
        place = "%s/%s.json" % (self.journal, entry["transaction"])
        self.machine.remove(place + ".part")
        self.machine.write_new(place + ".part", frames.dumps(entry).encode())
        self.machine.replace(place + ".part", place)
        self.machine.sync_folder(self.journal)

    def forget_entry(self, transaction: str) -> None:
        """Take back an entry that may not last."""
        try:
            self.machine.remove("%s/%s.json" % (self.journal, transaction))
        except OSError:
            pass

    def entries(self, limit: int, before: str) -> list[dict[str, Any]]:
        """Entries, the newest first; with `before`, those older than that transaction."""
        found = []
        for name in self._names():
            st = self.machine.stat("%s/%s" % (self.journal, name))
            if st is not None:
                found.append((st.mtime_ns, name[: -len(".json")]))
        names = [name for _, name in sorted(found, reverse=True)]
        running = [name for name in self.unfinished() if name not in names]
        names = running + names
        if before in names:
            names = names[names.index(before) + 1 :]
        entries: list[dict[str, Any]] = []
        for name in names:
            if len(entries) >= limit:
                break
            entry = self.entry(name)
            if entry is None and name in running:
                record = Record.load(self, name)
                entry = record.entry() if record else None
            if entry is not None:
                entries.append(entry)
        return entries

    def prune(self) -> None:
        """Drop the oldest journal entries beyond `ENTRIES_KEPT`, and `ACCESSES_KEPT`."""
        names = self._names()
        accesses = [name for name in names if name.startswith(ACCESS)]
        changes = [name for name in names if not name.startswith(ACCESS)]
        for some, kept in ((changes, ENTRIES_KEPT), (accesses, ACCESSES_KEPT)):
            if len(some) <= kept:
                continue
            dated = [(self.machine.stat("%s/%s" % (self.journal, name)), name) for name in some]
            oldest = sorted((st.mtime_ns if st else 0, name) for st, name in dated)
            for _, name in oldest[: len(some) - kept]:
                self.machine.remove("%s/%s" % (self.journal, name))

    def _names(self) -> list[str]:
        try:
            return [name for name in self.machine.names(self.journal) if name.endswith(".json")]
        except OSError:
            return []


class Record:
    """What is known of one transaction: its log, in memory and on disk."""

    def __init__(self, store: Store, transaction: str) -> None:
        self.store = store
        self.machine = store.machine
        self.transaction = transaction
        self.folder = "%s/%s" % (store.transactions, transaction)
        self.header: dict[str, Any] = {}
        self.steps: list[dict[str, Any]] = []
        self.undo: dict[int, dict[str, Any]] = {}
        self.ready: dict[int, list[int]] = {}
        self.backups: list[str] = []
        self.refused: set[int] = set()
        """Steps whose command ended by itself and said that it had failed."""
        self.state = "running"
        self.error = ""
        self.left: list[str] = []
        self.ended: float | None = None

    @classmethod
    def begin(cls, store: Store, header: dict[str, Any]) -> Record:
        """Make the folder and write the first line; `header` has transaction, who, title, started and steps.

        Raises:
            OSError: it could not be written.
        """
        record = cls(store, header["transaction"])
        record.machine.make_folder(record.folder)
        record.machine.write_new(record.folder + "/reserve", bytes(RESERVE), sync=False)
        record.log({"header": header}, sync=True)
        record.machine.sync_folder(record.folder)
        record.machine.sync_folder(store.transactions)
        return record

    @classmethod
    def load(cls, store: Store, transaction: str) -> Record | None:
        """Read a log back; None if not even its first line was written."""
        record = cls(store, transaction)
        try:
            lines = store.machine.read(record.folder + "/log").split(b"\n")
        except OSError:
            return None
        for line in lines:
            try:
                record._take(frames.decode(line))
            except (ValueError, LookupError, TypeError):
                continue
        return record if record.header else None

    def log(self, change: dict[str, Any], *, sync: bool = False, must: bool = True) -> None:
        """Note a change.

        Args:
            sync: whether it has to be on disk before the next thing happens.
            must: whether failing to write it is an error.

        Raises:
            OSError: it could not be written, and must.
        """
        self._take(change)
        line = frames.dumps(change).encode() + b"\n"
        place = self.folder + "/log"
        try:
            self.machine.append(place, line, sync=sync)
        except OSError:
            if must:
                raise
            try:
                self.machine.remove(self.folder + "/reserve")
                # A line of its own, whatever part of it the first try has left.
                self.machine.append(place, b"\n" + line, sync=sync)
            except OSError:
                pass

    def seal(self) -> None:
        """End a line that was cut off, before another one is written."""
        try:
            self.machine.append(self.folder + "/log", b"\n", sync=False)
        except OSError:
            pass

    def _take(self, change: dict[str, Any]) -> None:
        if "header" in change:
            self.header = change["header"]
            self.steps = [
                {**step, "state": "waiting", "message": "", "seconds": 0.0} for step in self.header["steps"]
            ]
        if "undo" in change:
            self.undo.update({int(index): undo for index, undo in change["undo"].items()})
        if "ready" in change:
            self.ready.update({int(index): place for index, place in change["ready"].items()})
        if "step" in change:
            step = self.steps[change["step"]]
            step.update({key: change[key] for key in ("state", "message", "seconds") if key in change})
            return
        if "refused" in change:
            self.refused.add(change["refused"])
        if "backup" in change:
            self.backups.append(change["backup"])
        for name in ("state", "error", "left", "ended"):
            if name in change:
                setattr(self, name, change[name])

    def entry(self) -> dict[str, Any]:
        """The journal entry, as docs/link.md has it."""
        return {
            "transaction": self.transaction,
            "who": self.header.get("who", ""),
            "title": self.header.get("title", ""),
            "started": self.header.get("started", 0.0),
            "ended": self.ended,
            "state": self.state,
            "steps": self.steps,
            "error": self.error,
            "left": self.left,
            "backups": self.backups,
        }

    def close(self) -> None:
        """Remove the folder with all originals in it, the log last."""
        clear(self.machine, self.folder, last="log")


def make_folders(machine: Machine, path: str, mode: int = 0o700) -> None:
    """Make a folder for root alone, and its parents for all."""
    if machine.stat(path) is None:
        parent = path.rpartition("/")[0]
        if parent:
            make_folders(machine, parent, 0o755)
        machine.make_folder(path, mode)


def clear(machine: Machine, folder: str, last: str = "") -> None:
    """Remove a folder and all below it; `last` goes last, so that an interruption can be resumed."""
    if machine.stat(folder) is None:
        return
    for name in sorted(machine.names(folder), key=lambda name: name == last):
        path = "%s/%s" % (folder, name)
        st = machine.stat(path)
        if st is not None and st.type == "dir":
            clear(machine, path)
        else:
            machine.remove(path)
    machine.remove_folder(folder)


def clock(seconds: float) -> str:
    """A moment for people."""
    import time

    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))

"""Carrying out the steps of one transaction; runs apart from the link, in a process or thread of its own.

Whatever happens here ends in one of two ways: all steps done and committed, or everything taken back.
"""

from __future__ import annotations

from _queue import Empty, SimpleQueue

from azdesk.onhost import undo
from azdesk.onhost.fault import Fault, Stop
from azdesk.onhost.files import FileSteps
from azdesk.onhost.store import Record, clear
from azdesk.onhost.system import SystemSteps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from azdesk.onhost.machine import Machine
    from azdesk.onhost.store import Store

    Step = dict[str, Any]

PUT_BACK = "Everything was put back as it was."
UNTOUCHED = "Nothing was changed."
SEE_TO_IT = "See to the cause on the host, then apply again."

_FIELDS: dict[str, dict[str, type]] = {
    "write-file": {"path": str, "content": str, "mode": int, "owner": str, "group": str, "before": str},
    "remove-file": {"path": str, "before": str},
    "make-folder": {"path": str, "mode": int, "owner": str, "group": str},
    "remove-folder": {"path": str},
    "keep-folder": {"folder": str, "unit": str},
    "purge": {"folder": str, "patterns": list},
    "archive": {"name": str, "folder": str, "patterns": list},
    "restore-archive": {"archive": str, "folder": str},
    "run": {"argv": list},
    "unit": {"unit": str, "action": str},
    "install-packages": {"names": list},
    "wait": {"probe": dict},
    "login": {"servers": list, "account": str, "password": str},
}
_PATHS = ("path", "folder")


class Control:
    """The worker's ear: orders of the link's side, and whether that side still lives.

    Args:
        machine: whose clock counts.
        tell: sends a message to the link's side; never raises.
        silence: seconds without any word after which the link's side counts as hung.
    """

    def __init__(self, machine: Machine, tell: Callable[[dict[str, Any]], None], silence: float) -> None:
        self.tell = tell
        self._machine = machine
        self._silence = silence
        self._inbox: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._heard = machine.monotonic()
        self._order: dict[str, Any] | None = None

    def put(self, message: dict[str, Any]) -> None:
        """Called from other threads and signal handlers: an order, or a sign of life."""
        self._inbox.put(message)

    def check(self) -> None:
        """Raises:
        Stop: the transaction has to end.
        """
        self._take(0.0)
        if self._order is not None:
            raise _stop(self._order)

    def stopped(self) -> bool:
        """Whether `check` would raise."""
        self._take(0.0)
        return self._order is not None

    def pause(self, seconds: float) -> None:
        """Sleep, but not longer than until an order comes.

        Raises:
            Stop: the transaction has to end.
        """
        until = self._machine.monotonic() + seconds
        while (left := until - self._machine.monotonic()) > 0 and self._order is None:
            self._take(min(left, 1.0))
        self.check()

    def decision(self) -> None:
        """Wait for the order to commit.

        Raises:
            Stop: the order, or the lack of one, is to roll back.
        """
        while self._order is None:
            self._take(1.0)
        if self._order.get("do") != "commit":
            raise _stop(self._order)

    def _take(self, patience: float) -> None:
        now = self._machine.monotonic()
        try:
            while True:
                message = self._inbox.get(timeout=patience) if patience else self._inbox.get_nowait()
                patience = 0.0
                self._heard = now
                if "do" in message and self._order is None:
                    self._order = message
        except Empty:
            pass
        if self._order is None and self._machine.monotonic() - self._heard > self._silence:
            self._order = {"do": "rollback", "reason": "nothing was heard from the link any more"}


def _stop(order: dict[str, Any]) -> Stop:
    return Stop(str(order.get("reason") or "the workstation asked for it"), asked=bool(order.get("asked")))


class Worker:
    """One transaction being carried out. Also what the steps share.

    Args:
        order: transaction, who, title, started, steps and secrets, as they came over the link.
    """

    def __init__(self, machine: Machine, store: Store, control: Control, order: Mapping[str, Any]) -> None:
        self.machine = machine
        self.store = store
        self.control = control
        self.steps: list[Step] = order["steps"]
        self.order = order
        self.secrets: dict[str, str] = order["secrets"]
        self.record: Record | None = None
        self.doing = ""
        """What to blame an operating system error on: "staging /etc/hosts"."""
        self.changed = False
        """Whether anything but the helper's own folder was touched."""
        self.unaccountable = False
        """Whether a step has run that may change files by itself."""
        self.unsynced: set[str] = set()
        """Folders whose names have to be made to last before the transaction counts as applied."""
        self._current = -1

    def work(self) -> None:
        """Everything from the first step to the end of the transaction; tells the link's side."""
        try:
            self._begin()
            self._run_all()
            self.control.decision()
        except BaseException as error:
            self._fail(error)
            return
        self._commit()

    def log(self, change: dict[str, Any], *, sync: bool = False) -> None:
        assert self.record is not None
        self.record.log(change, sync=sync)

    def plan_undo(self, index: int, how: dict[str, Any]) -> None:
        """Note how a step is taken back; it is on disk when this returns, so that the step may begin."""
        self.doing = "writing the journal"
        self.log({"undo": {str(index): how}}, sync=True)
        self.changed = True

    def fill_in(self, text: str) -> str:
        """A text with its tokens replaced by secrets."""
        for token, secret in self.secrets.items():
            text = text.replace(token, secret)
        return text

    def scrub(self, text: str) -> str:
        """A text without any of the transaction's secrets."""
        for secret in self.secrets.values():
            for part in {secret, secret.strip(), *secret.splitlines()}:
                if len(part) >= 4:
                    text = text.replace(part, "•••")
        return text

    # -- the way forward -----------------------------------------------------------------------------------

    def _begin(self) -> None:
        self.doing = "writing the journal"
        check_steps(self.steps)
        header = {key: self.order.get(key) for key in ("transaction", "who", "title", "started")}
        header["steps"] = [_heading(step) for step in self.steps]
        self.record = Record.begin(self.store, header)
        self.files = FileSteps(self)
        self.system = SystemSteps(self)
        self.files.prepare(self.steps)

    def _run_all(self) -> None:
        for index, step in enumerate(self.steps):
            self.control.check()
            self._current = index
            started = self.machine.monotonic()
            self._tell_step(index, "running", "", 0.0)
            message = self.scrub(self._run(index, step) or "")
            self._tell_step(index, "done", message, self.machine.monotonic() - started)
        self._current = -1
        self.doing = "making the changes last"
        for folder in sorted(self.unsynced):
            if self.machine.stat(folder) is not None:  # a later step may have removed it
                self.machine.sync_folder(folder)
        self.log({"state": "applied"})
        assert self.record is not None
        self.control.tell({"applied": {"steps": self.record.steps, "backups": self.record.backups}})

    def _run(self, index: int, step: Step) -> str | None:
        kind = step["kind"].replace("-", "_")
        room = self.files if hasattr(FileSteps, kind) else self.system
        run: Callable[[int, Step], str | None] = getattr(room, kind)
        return run(index, step)

    def _tell_step(self, index: int, state: str, message: str, seconds: float) -> None:
        change = {"step": index, "state": state, "message": message, "seconds": round(seconds, 4)}
        assert self.record is not None
        self.record.log(change, must=state != "failed")
        self.control.tell({"event": change})

    def _commit(self) -> None:
        record = self.record
        assert record is not None
        record.state, record.ended = "committed", self.machine.time()
        try:
            self.store.write_entry(record.entry())
        except BaseException as error:
            self.doing = "writing the journal"
            self.store.forget_entry(record.transaction)
            self._fail(error)
            return
        # From here on the new state is the one that counts: what is left over is cleared at the next start.
        try:
            undo.drop(record, committed=True)
            self.store.prune()
        except OSError:
            pass
        self.control.tell({"ended": {"state": "committed", "entry": record.entry()}})

    # -- the way back --------------------------------------------------------------------------------------

    def _fail(self, error: BaseException) -> None:
        fault = self._explain(error)
        record = self.record
        if record is None:
            self._forget_folder()
            fault.what = "%s %s" % (fault.what, UNTOUCHED)
            self.control.tell({"ended": {"state": "rolled-back", "error": fault.wire(), "entry": None}})
            return
        if self._current >= 0:
            asked = isinstance(error, Stop)
            words = "Interrupted." if asked else fault.what
            self._tell_step(self._current, "failed", words, 0.0)
        record.log({"error": fault.what}, must=False)
        left = undo.take_back(record, self.scrub)
        if left:
            fault.what = "%s Not everything could be put back: %s" % (fault.what, " ".join(left))
            fault.next_step = "Mend by hand what is named here, then look again."
        else:
            fault.what = "%s %s" % (fault.what, PUT_BACK if self.changed else UNTOUCHED)
        undo.finish(record, "needs-help" if left else "rolled-back", fault.what)
        self.control.tell(
            {"ended": {"state": record.state, "error": fault.wire(), "left": left, "entry": record.entry()}}
        )

    def _forget_folder(self) -> None:
        """A transaction that could not even begin leaves nothing."""
        if isinstance(self.order.get("transaction"), str):
            try:
                clear(self.machine, "%s/%s" % (self.store.transactions, self.order["transaction"]))
            except OSError:
                pass

    def _explain(self, error: BaseException) -> Fault:
        """The error with all that the admin needs to know, and no secret."""
        if isinstance(error, Fault):
            fault = error
        elif isinstance(error, Stop):
            what = "Cancelled." if error.asked else "Given up: %s." % error.reason
            fault = Fault("Cancelled" if error.asked else "StepFailed", what)
        elif isinstance(error, OSError):
            reason = error.strerror or str(error)
            fault = Fault(
                "StepFailed", "%s while %s." % (reason, self.doing), next_step=_advice(error, self.doing)
            )
        elif isinstance(error, LookupError) and error.args and str(error.args[0]).startswith("There is no"):
            fault = Fault("StepFailed", "%s on this host, while %s." % (error.args[0], self.doing))
        else:
            fault = Fault(
                "StepFailed",
                "The helper itself failed while %s (%s: %s)." % (self.doing, type(error).__name__, error),
                next_step="This is a fault of AZDesk; please report it.",
            )
        what = self.scrub(fault.what)
        if self._current >= 0 and fault.kind == "StepFailed" and not isinstance(error, Stop):
            title = str(self.steps[self._current].get("title") or self.steps[self._current]["kind"])
            what = "Step %d of %d (%s) failed: %s" % (self._current + 1, len(self.steps), title, what)
        return Fault(fault.kind, what, self.scrub(fault.where), self.scrub(fault.next_step or SEE_TO_IT))


def recover(record: Record) -> dict[str, Any]:
    """Take back a transaction whose worker is gone; returns its journal entry."""
    record.machine.end_strays(record.transaction)
    record.seal()
    for index, step in enumerate(record.steps):
        if step["state"] == "running":
            record.log({"step": index, "state": "failed", "message": "Interrupted."}, must=False)
    if not record.error:
        record.log({"error": "The work on the host was interrupted."}, must=False)
    left = undo.take_back(record, lambda text: text)
    error = "%s %s" % (record.error, " ".join(left) or PUT_BACK)
    undo.finish(record, "needs-help" if left else "recovered", error)
    return record.entry()


def check_steps(steps: object) -> None:
    """See that each step is complete, before anything is touched.

    Raises:
        Fault: one is not.
    """
    if not isinstance(steps, list):
        raise Fault("ProtocolError", "The steps are no list.")
    for number, step in enumerate(steps, 1):
        fields = _FIELDS.get(step.get("kind", "")) if isinstance(step, dict) else None
        if fields is None:
            raise Fault("ProtocolError", "Step %d is of a kind this helper does not know." % number)
        for name, form in fields.items():
            if not isinstance(step.get(name), form):
                raise Fault("ProtocolError", "Step %d (%s) has no valid “%s”." % (number, step["kind"], name))
        for name in _PATHS:
            if name in step and (not str(step[name]).startswith("/") or "\0" in str(step[name])):
                raise Fault("ProtocolError", "Step %d: “%s” is no absolute path." % (number, step[name]))


def _heading(step: Step) -> dict[str, Any]:
    heading = {"title": str(step.get("title", "")), "kind": step["kind"]}
    for name in _PATHS:
        if name in step:
            heading["path"] = step[name]
    return heading


def _advice(error: OSError, doing: str) -> str:
    place = doing.rpartition(" ")[2]
    if error.errno in (28, 122):  # ENOSPC, EDQUOT
        return "Free space on the file system of %s and apply again." % place
    if error.errno == 30:  # EROFS
        return "Make the file system of %s writable (see dmesg for why it is not) and apply again." % place
    if error.errno in (1, 13):  # EPERM, EACCES
        return "See whether %s is protected (lsattr, ACLs) and whether the login is root." % place
    return SEE_TO_IT

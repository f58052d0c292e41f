"""One link: requests come in, answers go out, and the open transaction is watched over.

Other threads only put things into the inbox; all decisions are made in the one loop that reads it. The steps of
a transaction run in a worker, see `worker`; if that is killed, this side takes its work back, and the other
way round.
"""

from __future__ import annotations

import os
from _queue import Empty, SimpleQueue
from _thread import start_new_thread

from azdesk.onhost import frames
from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from azdesk.onhost.machine import Machine
    from azdesk.onhost.store import Store
    from azdesk.onhost.watching import Watching

VERSION = 1
"""Of the protocol in docs/link.md."""
HEARTBEAT = 12.0
"""Seconds without a frame that a transaction survives, unless its `begin` says otherwise."""

_OPENED = 64
"""Accesses to recordings that a link remembers."""


class Transaction:
    """The open transaction, as the link's side knows it."""

    def __init__(
        self, ident: str, who: str, title: str, heartbeat: float, let_go: Callable[[], None]
    ) -> None:
        self.ident = ident
        self.who = who
        self.title = title
        self.heartbeat = heartbeat
        self.let_go = let_go
        self.phase = "begun"
        """begun, applying (steps run), reading (steps done, looking), applied, ending."""
        self.send: Callable[[dict[str, Any]], None] | None = None
        """Reaches the worker, once there is one."""
        self.pid = 0
        """Of the worker's process; 0 for a thread."""
        self.request: dict[str, Any] | None = None
        """What waits for the worker: apply, commit or rollback."""
        self.applied: dict[str, Any] = {}
        self.ended: dict[str, Any] | None = None


def serve(stdin: Any, stdout: Any, machine: Machine) -> None:
    """Serve one link until its end; then nothing is left of it.

    Args:
        stdin: file descriptor, socket or binary file with the workstation's frames.
        stdout: the same for the answers.
        machine: the machine to work on.
    """
    Server(stdin, stdout, machine).run()


class Server:
    """See the module."""

    def __init__(self, stdin: Any, stdout: Any, machine: Machine) -> None:
        self.machine = machine
        self._read = frames.reader(stdin)
        self._write = frames.writer(stdout)
        self._inbox: SimpleQueue[tuple[str, Any]] = SimpleQueue()
        self._waiting: list[dict[str, Any]] = []
        self._looking = False
        self._watching: Watching | None = None
        self._open: Transaction | None = None
        self._over: dict[str, str] = {}
        """Why transactions of this link ended that the workstation did not end itself."""
        self._opened: dict[str, list[tuple[dict[str, Any], int]]] = {}
        """Recordings that the journal knows to be handed out on this link, by access: which, and their sizes."""
        self._heard = machine.monotonic()
        self._ending = ""

    @property
    def store(self) -> Store:
        from azdesk.onhost.store import Store

        return Store(self.machine)

    # -- the loop ------------------------------------------------------------------------------------------

    def run(self) -> None:
        recovered = self._recover()
        self._send({"hello": {"version": VERSION, **self.machine.whoami(), "recovered": recovered}})
        start_new_thread(self._listen, ())
        while not self._ending or self._open is not None:
            try:
                what, value = self._inbox.get(timeout=self._patience())
            except Empty:
                what, value = "", None
            self._take(what, value)
            while not self._busy() and self._waiting and not self._ending:
                self._serve_one(self._waiting.pop(0))
            self._watch()

    def _listen(self) -> None:
        while True:
            try:
                body = frames.read(self._read)
            except frames.Rubbish as error:
                self._inbox.put(("rubbish", str(error)))
                return
            except OSError:
                body = None
            if body is None:
                self._inbox.put(("end", "the connection ended"))
                return
            try:
                request = frames.decode(body)
            except ValueError:
                self._inbox.put(("nonsense", None))
            else:
                self._inbox.put(("request", request))

    def _take(self, what: str, value: Any) -> None:
        if what in ("request", "nonsense"):
            self._heard = self.machine.monotonic()
            if self._open is not None and self._open.send is not None:
                self._open.send({"alive": True})
        if what == "request":
            self._request(value)
        elif what == "nonsense":
            self._fail({"id": 0}, Fault("ProtocolError", "A message was no JSON object."))
        elif what == "rubbish":
            self._fail({"id": 0}, Fault("ProtocolError", "What came was no message: %s." % value))
            self._end("the workstation sent nonsense")
        elif what == "end":
            self._end(value)
        elif what == "worker":
            self._from_worker(*value)
        elif what == "gone":
            self._worker_gone(value)
        elif what == "looked":
            self._looking = False
            value()
        elif what == "concluded":
            self._conclude(*value)
        elif what == "told":
            self._told(*value)
        elif what == "watched":
            self._watched(*value)

    def _request(self, request: dict[str, Any]) -> None:
        op = request.get("op")
        if not isinstance(request.get("id"), int) or isinstance(request.get("id"), bool):
            self._fail({"id": 0}, Fault("ProtocolError", "A request had no number."))
        elif op == "ping":
            self._answer(request, {})
        elif op == "cancel":
            self._cancel()
            self._answer(request, {})
        elif not self._ending:
            self._waiting.append(request)

    def _busy(self) -> bool:
        """Whether an answer is being worked on, or the end of a transaction."""
        transaction = self._open
        return self._looking or (
            transaction is not None and transaction.phase in ("applying", "reading", "ending")
        )

    def _patience(self) -> float | None:
        if self._open is None or self._open.phase == "ending":
            return None
        return max(0.01, self._heard + self._open.heartbeat - self.machine.monotonic())

    def _watch(self) -> None:
        """Give a transaction up when the workstation is silent."""
        transaction = self._open
        if transaction is None or transaction.phase == "ending" or not self._inbox.empty():
            return
        if self.machine.monotonic() - self._heard >= transaction.heartbeat:
            self._abandon("the workstation was silent for %g s" % transaction.heartbeat)

    def _end(self, reason: str) -> None:
        self._ending = reason
        if self._watching is not None:
            self._watching.stop()
        self._waiting.clear()
        self._abandon(reason)

    def _abandon(self, reason: str, *, asked: bool = False) -> None:
        """Roll the open transaction back without having been asked to."""
        transaction = self._open
        if transaction is None or transaction.phase == "ending":
            return
        self._over[transaction.ident] = reason
        if transaction.send is None:
            self._close(transaction)
        else:
            transaction.phase = "ending"
            transaction.send({"do": "rollback", "reason": reason, "asked": asked})

    def _cancel(self) -> None:
        if self._watching is not None:
            self._watching.stop()
        if self._open is not None and self._open.phase in ("applying", "reading"):
            self._abandon("cancelled", asked=True)

    # -- answers -------------------------------------------------------------------------------------------

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._write(frames.pack(message))
        except (OSError, ValueError):
            # Nobody listens any more; the end of the input will tell.
            pass

    def _answer(self, request: dict[str, Any], answer: dict[str, Any]) -> None:
        self._send({"id": request["id"], "ok": answer})

    def _fail(self, request: dict[str, Any], fault: Fault, entry: dict[str, Any] | None = None) -> None:
        error = fault.wire()
        if entry is not None:
            error["entry"] = entry
        self._send({"id": request["id"], "error": error})

    def _serve_one(self, request: dict[str, Any]) -> None:
        try:
            op = _OPS.get(str(request.get("op")))
            if op is None:
                raise Fault("ProtocolError", "The helper knows no request “%.60s”." % (request.get("op"),))
            op(self, request)
        except Fault as fault:
            self._fail(request, fault)
        except OSError as error:
            what = "%s (%s)." % (error.strerror or error, request.get("op"))
            self._fail(request, Fault("ObserveError", what, str(error.filename or "")))
        except Exception as error:
            what = "The helper failed at “%.60s” (%s)." % (request.get("op"), type(error).__name__)
            self._fail(
                request, Fault("ProtocolError", what, "", "Look at the request; if it is right, report this.")
            )

    # -- looking -------------------------------------------------------------------------------------------

    def look(self, request: dict[str, Any]) -> None:
        self._look_then(request, lambda readings: self._answer(request, readings))

    def _look_then(
        self,
        request: dict[str, Any],
        then: Callable[[dict[str, Any]], None],
        otherwise: Callable[[Fault], None] | None = None,
    ) -> None:
        """Look, aside if that may take long, so that pings are answered meanwhile."""
        from azdesk.onhost import probes

        wanted, have = request.get("probes", {}), request.get("have", {})
        if not isinstance(wanted, dict) or not isinstance(have, dict):
            raise Fault("ProtocolError", "A look needs its probes as an object.")
        if self._open is not None:
            # What a plan is judged by is never taken from memory.
            self.machine.distrust()
        if not any(probes.may_take_long(probe) for probe in wanted.values()):
            then(probes.look(self.machine, wanted, have))
            return

        def work() -> None:
            try:
                readings = probes.look(self.machine, wanted, have)
            except BaseException as error:
                fault = (
                    error
                    if isinstance(error, Fault)
                    else Fault("ObserveError", "Looking failed: %s." % error)
                )
                if otherwise is not None:
                    otherwise_then = otherwise
                    self._inbox.put(("looked", lambda: otherwise_then(fault)))
                else:
                    self._inbox.put(("looked", lambda: self._fail(request, fault)))
            else:
                self._inbox.put(("looked", lambda: then(readings)))

        self._looking = True
        start_new_thread(work, ())

    def records(self, request: dict[str, Any]) -> None:
        from azdesk.onhost import cdr

        def work() -> None:
            try:
                answer, fault = cdr.search(self.machine, request), None
            except Fault as known:
                answer, fault = {}, known
            except Exception as error:
                answer, fault = (
                    {},
                    Fault("ObserveError", "Call records cannot be read: %s." % error, cdr.FOLDER),
                )
            self._inbox.put(("watched", (request, answer, fault)))

        self._looking = True
        start_new_thread(work, ())

    def watch(self, request: dict[str, Any]) -> None:
        """Other requests wait until it is cancelled: a link that watches does nothing else."""
        from azdesk.onhost.watching import Watching

        if self._open is not None:
            raise Fault("ProtocolError", "A link with an open transaction cannot watch.")
        self._looking = True
        self._watching = Watching(self.machine, request, self._inbox.put)
        start_new_thread(self._watching.run, ())

    def _told(self, request: dict[str, Any], event: dict[str, Any]) -> None:
        self._send({"id": request["id"], "event": event})
        if self._watching is not None:
            self._watching.sent()

    def _watched(self, request: dict[str, Any], answer: dict[str, Any], fault: Fault | None) -> None:
        self._looking, self._watching = False, None
        if fault is None:
            self._answer(request, answer)
        else:
            self._fail(request, fault)

    # -- transactions --------------------------------------------------------------------------------------

    def _recover(self) -> list[str]:
        from azdesk.onhost import recovery

        return recovery.at_start(self.machine)

    def begin(self, request: dict[str, Any]) -> None:
        from azdesk.onhost import recovery
        from azdesk.onhost.store import checked_id

        ident = checked_id(request.get("transaction"))
        if self._open is not None:
            raise Fault("PlanError", "This link has a transaction open already (%s)." % self._open.ident)
        heartbeat = request.get("heartbeat", HEARTBEAT)
        if not isinstance(heartbeat, (int, float)) or not 0 < heartbeat <= 3600:
            raise Fault("ProtocolError", "The heartbeat has to be between 0 and 3600 seconds.")
        who, title = str(request.get("who", "")), str(request.get("title", ""))
        store = self.store
        store.prepare()
        holder = {
            "who": who,
            "title": title,
            "since": self.machine.time(),
            "pid": os.getpid(),
            "transaction": ident,
        }
        let_go = store.take_lock(holder)
        try:
            recovery.all_left(store)
            if store.entry(ident) is not None or ident in store.unfinished():
                raise Fault("ProtocolError", "There was a transaction of the name %s already." % ident)
        except BaseException:
            let_go()
            raise
        self._open = Transaction(ident, who, title, float(heartbeat), let_go)
        transaction = self._open

        def refused(fault: Fault) -> None:
            self._close(transaction)
            self._fail(request, fault)

        try:
            self._look_then(request, lambda readings: self._answer(request, readings), refused)
        except BaseException:
            self._close(transaction)
            raise

    def _current(self, request: dict[str, Any], phase: str) -> Transaction:
        from azdesk.onhost.store import checked_id

        ident = checked_id(request.get("transaction"))
        transaction = self._open
        if transaction is None or transaction.ident != ident:
            reason = self._over.get(ident)
            what = (
                "Transaction %s was rolled back: %s." % (ident, reason)
                if reason
                else ("Transaction %s is not open." % ident)
            )
            raise Fault("PlanError", what, "", "Look again and review the new plan.")
        if transaction.phase != phase and phase:
            raise Fault(
                "ProtocolError", "Transaction %s is “%s”, not “%s”." % (ident, transaction.phase, phase)
            )
        return transaction

    def apply(self, request: dict[str, Any]) -> None:
        transaction = self._current(request, "begun")
        steps, secrets = request.get("steps"), request.get("secrets", {})
        if not isinstance(steps, list) or not isinstance(secrets, dict):
            raise Fault("ProtocolError", "Applying needs a list of steps and an object of secrets.")
        order = {
            "transaction": transaction.ident,
            "who": transaction.who,
            "title": transaction.title,
            "started": self.machine.time(),
            "steps": steps,
            "secrets": {str(token): str(secret) for token, secret in secrets.items()},
        }
        from azdesk.onhost import workers

        transaction.phase = "applying"
        transaction.request = request
        workers.start(self.machine, self.store, transaction, order, self._inbox.put)
        request.pop("secrets", None)

    def commit(self, request: dict[str, Any]) -> None:
        transaction = self._current(request, "applied")
        assert transaction.send is not None
        transaction.request = request
        transaction.phase = "ending"
        transaction.send({"do": "commit"})

    def rollback(self, request: dict[str, Any]) -> None:
        transaction = self._current(request, "")
        if transaction.send is None:
            self._close(transaction)
            self._answer(request, {"state": "rolled-back", "left": []})
            return
        transaction.request = request
        transaction.phase = "ending"
        transaction.send(
            {"do": "rollback", "reason": str(request.get("reason") or "the workstation asked for it")}
        )

    def _from_worker(self, transaction: Transaction, message: dict[str, Any]) -> None:
        if transaction is not self._open:
            return
        request = transaction.request
        if "event" in message and request is not None and request["op"] == "apply":
            self._send({"id": request["id"], "event": message["event"]})
        elif "applied" in message and transaction.phase == "applying":
            transaction.phase = "reading"
            transaction.applied = message["applied"]
            assert request is not None
            try:
                self._look_then(
                    {**request, "have": {}}, self._applied, lambda fault: self._abandon(fault.what)
                )
            except Fault as fault:
                self._abandon(fault.what)
        elif "ended" in message:
            transaction.ended = message["ended"]

    def _applied(self, readings: dict[str, Any]) -> None:
        transaction = self._open
        if transaction is None or transaction.phase != "reading" or transaction.request is None:
            return
        transaction.phase = "applied"
        request, transaction.request = transaction.request, None
        self._answer(request, {**transaction.applied, **readings})

    def _worker_gone(self, transaction: Transaction) -> None:
        """The worker has ended, as it should after its last words, or by force."""
        if transaction is not self._open:
            return
        from azdesk.onhost import workers

        workers.bury(transaction)
        transaction.phase = "ending"
        if transaction.ended is not None:
            self._conclude(transaction, transaction.ended)
            return

        def work() -> None:
            from azdesk.onhost import recovery

            self._inbox.put(("concluded", (transaction, recovery.after_kill(self.store, transaction.ident))))

        start_new_thread(work, ())

    def _conclude(self, transaction: Transaction, ended: dict[str, Any]) -> None:
        request = transaction.request
        self._close(transaction)
        if request is None:
            return
        state, entry = ended["state"], ended.get("entry")
        if request["op"] == "rollback" and state != "committed":
            self._answer(request, {"state": "rolled-back", "left": ended.get("left", []), "entry": entry})
        elif request["op"] == "commit" and state == "committed":
            self._answer(request, {"state": "committed"})
        else:
            error = ended.get("error") or {}
            fault = Fault(
                error.get("kind", "ProtocolError"),
                error.get("what", "The transaction is %s." % state),
                error.get("where", ""),
                error.get("next", ""),
            )
            self._fail(request, fault, entry)

    def _close(self, transaction: Transaction) -> None:
        transaction.let_go()
        if self._open is transaction:
            self._open = None

    # -- the journal and files -----------------------------------------------------------------------------

    def outcome(self, request: dict[str, Any]) -> None:
        from azdesk.onhost import recovery
        from azdesk.onhost.store import checked_id

        self._answer(request, recovery.outcome(self.store, checked_id(request.get("transaction"))))

    def journal(self, request: dict[str, Any]) -> None:
        limit, before = request.get("limit", 50), request.get("before") or ""
        if not isinstance(limit, int) or not isinstance(before, str):
            raise Fault("ProtocolError", "The journal needs a number and a transaction's name.")
        self._answer(request, {"entries": self.store.entries(max(0, min(limit, 1000)), before)})

    def read_secret(self, request: dict[str, Any]) -> None:
        from azdesk.onhost import secrets

        self._answer(request, {"value": secrets.read(self.machine, request)})

    def fetch(self, request: dict[str, Any]) -> None:
        from azdesk.onhost import archives

        self._answer(request, archives.fetch(self.store, request))

    # -- recordings ----------------------------------------------------------------------------------------

    def recordings(self, request: dict[str, Any]) -> None:
        from azdesk.onhost import recordings

        self._aside(request, lambda: recordings.listing(self.machine, request))

    def open_recordings(self, request: dict[str, Any]) -> None:
        from azdesk.onhost import recordings

        def work() -> dict[str, Any]:
            answer = recordings.open_some(self.store, request)
            self._opened[request["transaction"]] = list(zip(request["recordings"], answer["sizes"]))
            while len(self._opened) > _OPENED:
                del self._opened[next(iter(self._opened))]
            return answer

        self._aside(request, work)

    def read_recording(self, request: dict[str, Any]) -> None:
        from azdesk.onhost import recordings

        opened, index = self._opened.get(str(request.get("transaction")), []), request.get("index")
        if not isinstance(index, int) or not 0 <= index < len(opened):
            raise Fault("ProtocolError", "Recordings have to be opened first, which the journal is told of.")
        one, size = opened[index]
        self._aside(request, lambda: recordings.piece(self.machine, one, size, request))

    def _aside(self, request: dict[str, Any], work: Callable[[], dict[str, Any]]) -> None:
        """Answer from a thread, so that pings are answered meanwhile."""

        def run() -> None:
            try:
                answer = work()
            except Exception as error:
                what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
                fault = error if isinstance(error, Fault) else Fault("ObserveError", "It failed: %s." % what)
                self._inbox.put(("looked", lambda: self._fail(request, fault)))
            else:
                self._inbox.put(("looked", lambda: self._answer(request, answer)))

        self._looking = True
        start_new_thread(run, ())


_OPS: dict[str, Callable[[Server, dict[str, Any]], None]] = {
    "look": Server.look,
    "watch": Server.watch,
    "cdr": Server.records,
    "begin": Server.begin,
    "apply": Server.apply,
    "commit": Server.commit,
    "rollback": Server.rollback,
    "outcome": Server.outcome,
    "journal": Server.journal,
    "read-secret": Server.read_secret,
    "fetch": Server.fetch,
    "recordings": Server.recordings,
    "open-recordings": Server.open_recordings,
    "read-recording": Server.read_recording,
}

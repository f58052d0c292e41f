"""Transactions that nobody is at work on any more: taken back by whoever comes next."""

from __future__ import annotations

from azdesk.onhost.fault import Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from azdesk.onhost.machine import Machine
    from azdesk.onhost.store import Store


def at_start(machine: Machine) -> list[str]:
    """Take back what was left unfinished, unless another helper is at work; names of those taken back."""
    try:
        if not machine.names(machine.state + "/transactions"):
            return []
    except OSError:
        return []
    from azdesk.onhost.store import Store

    store = Store(machine)
    try:
        let_go = store.take_lock({"who": "the helper, recovering", "since": machine.time()})
    except Fault:
        return []
    try:
        return all_left(store)
    finally:
        let_go()


def all_left(store: Store) -> list[str]:
    """The same for one who has the lock."""
    taken_back = []
    for transaction in store.unfinished():
        if store.entry(transaction) is None:
            entry = one(store, transaction)
            if entry is not None:
                taken_back.append(transaction)
        else:
            one(store, transaction)
    return taken_back


def one(store: Store, transaction: str) -> dict[str, Any] | None:
    """Bring a transaction without worker to its end; returns its journal entry, None if it did nothing.

    For one who has the lock.
    """
    from azdesk.onhost import undo, worker
    from azdesk.onhost.store import Record, clear

    entry = store.entry(transaction)
    record = Record.load(store, transaction)
    if entry is not None:
        # Decided already: what it kept is not needed any more, unless somebody has to look at it.
        if record is not None and entry["state"] != "needs-help":
            try:
                undo.drop(record, committed=entry["state"] == "committed")
            except OSError:
                pass
        elif record is None:
            clear(store.machine, "%s/%s" % (store.transactions, transaction))
        return entry
    if record is None:
        clear(store.machine, "%s/%s" % (store.transactions, transaction))
        return None
    return worker.recover(record)


def after_kill(store: Store, transaction: str) -> dict[str, Any]:
    """Take over from a worker that was killed; what it would have said at its end."""
    try:
        entry = one(store, transaction)
    except Exception as error:
        what = "The worker on the host was killed, and taking its work back failed: %s." % error
        fault = Fault("StepFailed", what, "", "Connect again: the next helper on the host tries once more.")
        return {"state": "needs-help", "error": fault.wire(), "left": [fault.what], "entry": None}
    if entry is None:
        entry = {"state": "rolled-back", "error": "Nothing was changed.", "left": []}
    what = "The worker on the host was killed. %s" % entry["error"]
    fault = Fault("StepFailed", what, "", "Look again and review the new plan.")
    return {"state": entry["state"], "error": fault.wire(), "left": entry["left"], "entry": entry}


def outcome(store: Store, transaction: str) -> dict[str, Any]:
    """The journal's word on a transaction; one that is left over is taken back first."""
    from azdesk.onhost.store import Record

    entry = store.entry(transaction)
    if entry is None and transaction in store.unfinished():
        try:
            let_go = store.take_lock({"who": "the helper, recovering", "since": store.machine.time()})
        except Fault:
            record = Record.load(store, transaction)
            entry = record.entry() if record else None
        else:
            try:
                entry = one(store, transaction)
            finally:
                let_go()
        entry = entry or store.entry(transaction)
    return entry or {"state": "never-begun"}

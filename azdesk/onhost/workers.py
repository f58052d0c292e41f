"""Starting the worker: a process of its own on a real machine, a thread inside another program."""

from __future__ import annotations

import os
from _thread import start_new_thread

from azdesk.onhost import frames
from azdesk.onhost.worker import Control, Worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from azdesk.onhost.machine import Machine
    from azdesk.onhost.server import Transaction
    from azdesk.onhost.store import Store

    Post = Callable[[tuple[str, Any]], None]


def start(
    machine: Machine, store: Store, transaction: Transaction, order: dict[str, Any], post: Post
) -> None:
    """Start carrying out an order. What the worker says is posted as ``("worker", (transaction, message))``, its
    end as ``("gone", transaction)``."""
    if machine.separate:
        _start_process(machine, store, transaction, order, post)
    else:
        _start_thread(machine, store, transaction, order, post)


def bury(transaction: Transaction) -> None:
    """Clear away after a worker that has ended."""
    transaction.send = None
    if transaction.pid:
        try:
            os.waitpid(transaction.pid, 0)
        except ChildProcessError:
            pass
        transaction.pid = 0


def _silence(transaction: Transaction) -> float:
    # The link's side gives up after one heartbeat; this is for when it cannot even do that.
    return 2 * transaction.heartbeat + 1.0


def _start_thread(
    machine: Machine, store: Store, transaction: Transaction, order: dict[str, Any], post: Post
) -> None:
    control = Control(
        machine, lambda message: post(("worker", (transaction, message))), _silence(transaction)
    )
    transaction.send = control.put

    def work() -> None:
        try:
            Worker(machine, store, control, order).work()
        finally:
            post(("gone", transaction))

    start_new_thread(work, ())


def _start_process(
    machine: Machine, store: Store, transaction: Transaction, order: dict[str, Any], post: Post
) -> None:
    import _socket

    here, there = _socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            here.close()
            _live_apart()
            _be_worker(machine, store, transaction, order, there)
        finally:
            os._exit(0)
    there.close()
    transaction.pid = pid

    def send(message: dict[str, Any]) -> None:
        try:
            here.sendall(frames.pack(message))
        except OSError:
            pass  # it is dead; the thread below finds out, too

    def listen() -> None:
        try:
            while (body := frames.read(here.recv)) is not None:
                post(("worker", (transaction, frames.decode(body))))
        except (OSError, ValueError, frames.Rubbish):
            pass
        post(("gone", transaction))

    transaction.send = send
    start_new_thread(listen, ())


def _live_apart() -> None:
    """Let go of all by which the end of the connection could end this process, too."""
    os.setsid()
    os.chdir("/")
    os.umask(0o077)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    os.close(nothing)


def _be_worker(
    machine: Machine, store: Store, transaction: Transaction, order: dict[str, Any], link: Any
) -> None:
    import signal

    def tell(message: dict[str, Any]) -> None:
        try:
            link.sendall(frames.pack(message))
        except OSError:
            pass  # the link's side is dead; that order comes through `listen`

    control = Control(machine, tell, _silence(transaction))

    def ordered(number: int, _frame: object) -> None:
        control.put({"do": "rollback", "reason": "the worker was told to end (signal %d)" % number})

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, ordered)

    def listen() -> None:
        try:
            while (body := frames.read(link.recv)) is not None:
                control.put(frames.decode(body))
        except (OSError, ValueError, frames.Rubbish):
            pass
        control.put({"do": "rollback", "reason": "the connection ended"})

    start_new_thread(listen, ())
    # What the link's process had open, such as its talk with systemd, is not shared.
    machine.forget()
    Worker(machine, store, control, order).work()

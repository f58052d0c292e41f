"""Calls in progress, hung up and gone; on practice and lab alike."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from azdesk.app import cdr, hanging_up, journal, live
from azdesk.app.planning import differences
from azdesk.app.session import Session
from azdesk.core.errors import Cancelled
from azdesk.core.outcome import HostState
from azdesk.core.progress import Job
from azdesk.fleet import edit
from azdesk.practice.asterisk.channels import PracticeCall
from tests.contract.backends import HOSTS, Backend, PracticeBackend, change, look, settled
from tests.contract.test_trunks import numbers
from tests.lab.clients.sip import own_address

A251, A253 = HOSTS
ROOM = "6899"
RECORDS = "/etc/asterisk/cdr.conf"


@contextmanager
def watched(session: Session) -> Iterator[live.Watch]:
    """Followed, as long as the block runs."""
    watch, job = live.Watch(session), Job()

    def run() -> None:
        with suppress(Cancelled):
            watch.run(job, lambda: None)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield watch
    finally:
        job.cancel()
        thread.join(10)
        assert not thread.is_alive()


def until(watch: live.Watch, what: Callable[[live.Snapshot], bool], seconds: float = 15) -> float:
    """Wait for something to be shown; how long that took."""
    started = time.monotonic()
    while not what(watch.snapshot()):
        assert time.monotonic() - started < seconds, watch.snapshot()
        time.sleep(0.02)
    return time.monotonic() - started


PHONE = """
[lab-phone]
type = endpoint
context = all
disallow = all
allow = ulaw
callerid = 6801
[lab-phone]
type = identify
endpoint = lab-phone
match = {address}
"""


@contextmanager
def calling(backend: Backend, number: str) -> Iterator[Callable[[], bool]]:
    """A phone at the first host calls: on the lab a real one (sipp). What is given says whether its call is over."""
    if isinstance(backend, PracticeBackend):
        made = PracticeCall(backend.host(A251), "6801", number)
        yield lambda: not made.open
        return
    place = backend.lan_address(A251)
    argv = [
        "sipp",
        f"{place}:5060",
        "-sn",
        "uac",
        "-s",
        number,
        "-i",
        own_address(place),
        "-m",
        "1",
        "-d",
        "60000",
        "-nostdin",
    ]
    phone = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"TERM": "dumb", "PATH": "/usr/bin:/bin"},
    )
    try:
        yield lambda: phone.poll() is not None
    finally:
        phone.kill()
        phone.wait()


def records(session: Session, query: cdr.Query) -> list[cdr.Record]:
    """What is found, once there is anything; Asterisk writes a record a moment after the call."""
    end = time.monotonic() + (0 if query.last else 10)
    while True:
        page = cdr.Search(session, query).page(10)
        assert not page.silent
        assert not page.more
        if page.records or time.monotonic() > end:
            return list(page.records)
        time.sleep(0.1)


def test_a_call_over_two_hosts_is_one_and_can_be_hung_up(backend: Backend) -> None:
    if not isinstance(backend, PracticeBackend):
        # A phone of the admin's own making: known by its address.
        text = backend.run(A251, "cat", "/etc/asterisk/pjsip.conf")
        text += PHONE.format(address=own_address(backend.lan_address(A251)))
        backend.write(A251, "/etc/asterisk/pjsip.conf", text.encode())
    fleet = numbers(backend, rules={"room": {"pattern": ROOM, "target": "conference", "number": ROOM}})
    with backend.session() as session:
        change(session, fleet, HOSTS)
        with watched(session) as watch:
            until(watch, lambda seen: not seen.waiting and len(seen.trunks) == 2)
            assert not watch.snapshot().silent
            assert watch.snapshot().calls == ()
            until(watch, lambda seen: all(one.reachable and one.milliseconds for one in seen.trunks))

            with calling(backend, f"302{ROOM}") as over:
                until(watch, lambda seen: any(one.hosts == HOSTS for one in seen.calls))
                until(watch, lambda seen: seen.calls[0].state == "talking" and bool(seen.calls[0].codec))
                (found,) = watch.snapshot().calls
                assert (found.caller, found.callee, found.codec) == ("6801", f"302{ROOM}", "ulaw")
                assert not found.recorded
                assert [one.calls for one in watch.snapshot().trunks] == [1, 1]
                assert live.now(session).calls[0].key == found.key
                assert not over()

                outcome = hanging_up.hang_up(session, found)
                assert outcome.state is HostState.CHANGED, outcome.message
                until(watch, lambda seen: not seen.calls)
                until(watch, lambda _seen: over())

            # Asterisk goes, and comes back: so does what is known of it.
            backend.run(A251, "systemctl", "stop", "asterisk")
            until(watch, lambda seen: list(seen.silent) == [A251])
            assert "Asterisk" in str(watch.snapshot().silent[A251])
            backend.run(A251, "systemctl", "start", "asterisk")
            until(watch, lambda seen: not seen.silent and not seen.waiting, 40)
        entry = journal.read(session, [A251], limit=1).entries[0]
        assert (entry.who, entry.title) == ("contract", hanging_up.title_of(found))
        (kept, *_) = records(session, cdr.Query(number=f"302{ROOM}", direction="between"))
        assert (kept.host, kept.number, kept.far) == (A251, f"302{ROOM}", f"az-host-{A253}")
        assert kept.outcome == "ANSWERED"
        assert abs(kept.end - time.time()) < 60
        assert {one.host for one in records(session, cdr.Query(number=ROOM))} == set(HOSTS)
        assert not records(session, cdr.Query(number=ROOM, last=time.time() - 3600))
        again = hanging_up.hang_up(session, found)
        assert again.state is HostState.ROLLED_BACK
        assert "The call is over already." in again.message
        for host in HOSTS:
            assert "0 active calls" in backend.run(host, "asterisk", "-rx", "core show channels count")

        # Somebody switches records off, and loses the section that they need: seen where the document asks for them, and put right.
        text = backend.run(A251, "cat", RECORDS)
        without = text.replace("\n[csv]\n", "\n;[csv]\n") + "[general](+)\nenable = no\n"
        backend.write(A251, RECORDS, without.encode())
        for module in ("cdr", "cdr_csv.so"):
            backend.run(A251, "asterisk", "-rx", f"module reload {module}")
        settled(session, fleet)
        kept = edit.with_value(fleet, ("number_plan", "call_records"), "kept")
        seen = look(session, kept)
        assert set(differences(kept, seen.observations[A251])) == {"call_records"}
        change(session, kept)
        status = backend.run(A251, "asterisk", "-rx", "cdr show status")
        assert "Enabled" in status
        assert "\n    csv\n" in status
        change(session, fleet)
        assert backend.run(A251, "cat", RECORDS) == without

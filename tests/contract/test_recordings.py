"""A recorded call from its end to its end: listed, taken whole, archived by the host, still listed, deleted; on practice and lab alike."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

from azdesk.app import journal
from azdesk.app.recordings.deleting import delete
from azdesk.app.recordings.finding import Filter, Recording, Search
from azdesk.app.recordings.taking import download
from azdesk.app.session import Session
from azdesk.practice.asterisk.channels import PracticeCall
from tests.contract.backends import HOSTS, Backend, PracticeBackend, change
from tests.contract.test_live import PHONE, ROOM, calling
from tests.contract.test_trunks import numbers
from tests.lab.clients.sip import own_address

A251, A253 = HOSTS
TALK = 3.0
"""Seconds."""


def recorded(session: Session) -> tuple[Recording, ...]:
    search = Search(session, Filter(number=f"302{ROOM}"))
    found = search.more(10)
    assert search.problems == {}
    return found


def talk(backend: Backend) -> None:
    """A phone at the first host calls a room of the second one and talks for a moment."""
    if isinstance(backend, PracticeBackend):
        made = PracticeCall(backend.host(A251), "6801", f"302{ROOM}")
        made.end(talked=TALK)
        return
    with calling(backend, f"302{ROOM}"):
        end = time.monotonic() + 20
        while "1 active call" not in backend.run(A253, "asterisk", "-rx", "core show channels count"):
            assert time.monotonic() < end
            time.sleep(0.1)
        time.sleep(TALK)
        backend.run(A251, "asterisk", "-rx", "channel request hangup all")


def age(backend: Backend, path: str) -> None:
    if isinstance(backend, PracticeBackend):
        os.utime(backend.host(A251).files.target(path), (time.time() - 7200,) * 2)
    else:
        backend.run(A251, "touch", "-d", "2 hours ago", path)


def test_a_recorded_call_from_end_to_end(backend: Backend, tmp_path: Path) -> None:
    if not isinstance(backend, PracticeBackend):
        text = backend.run(A251, "cat", "/etc/asterisk/pjsip.conf")
        text += PHONE.format(address=own_address(backend.lan_address(A251)))
        backend.write(A251, "/etc/asterisk/pjsip.conf", text.encode())
    fleet = numbers(
        backend,
        rules={"room": {"pattern": ROOM, "target": "conference", "number": ROOM}},
        number_plan__between__record=True,
    )
    with backend.session() as session:
        change(session, fleet, HOSTS)
        talk(backend)
        end = time.monotonic() + 15
        while not (found := recorded(session)):
            assert time.monotonic() < end, "no recording"
            time.sleep(0.2)
        (one,) = found
        assert (one.host, one.on, one.direction, one.way) == (A251, A251, "out", f"host-{A253}")
        assert (one.caller, one.callee, one.place) == ("6801", f"302{ROOM}", "local")
        assert abs(one.began.timestamp() - time.time()) < 120
        place = f"/home/voice/{one.day}/{one.name}"

        # Long enough ago for nobody to write to it any more.
        age(backend, place)
        (one,) = recorded(session)
        assert not one.growing
        assert TALK - 1 <= one.seconds <= TALK + 15
        (digest,) = {entry[3] for path, entry in backend.files(A251, "/home/voice").items() if path == place}
        target = tmp_path / "call.wav"
        assert download(session, one, target, reason="a test") == one.size
        whole = target.read_bytes()
        assert hashlib.sha256(whole).hexdigest() == digest
        assert whole[:4] == b"RIFF"

        backend.run(A251, "systemctl", "start", "azdesk-recordings.service")
        (archived,) = recorded(session)
        assert (archived.name, archived.place, archived.size) == (one.name, "archive", one.size)
        there = backend.files(A251, "/home")
        assert place not in there
        mode, owner, _group, kept = there[f"/home/chat/voice/{one.day}/{one.name}"]
        assert (mode & 0o077, owner, kept) == (0, "root", digest)

        outcome = delete(session, [archived], "the caller asked for it")
        assert outcome.good, outcome
        assert recorded(session) == ()
        titles = [entry.title for entry in journal.read(session, [A251], limit=2).entries]
        assert titles == ["Delete a recording: the caller asked for it", "Download a recording: a test"]

"""The dial plan that follows from the number plan, on Asterisk itself and on its simulation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from azdesk.app.applying import apply
from azdesk.app.planning import differences
from azdesk.app.session import Session
from azdesk.core.outcome import HostState
from azdesk.features.dialplan.content import BOXES, MAIN, MODULES, OWN
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.voice import reading
from azdesk.voice.deriving import dial_plan
from tests.contract.backends import HOSTS, Backend, change, look, refused, settled
from tests.contract.test_features import changes

A251, A253 = HOSTS


RULES: Mapping[str, Any] = {
    "Out": {"pattern": "0.", "target": "trunk", "strip": 1, "trunks": ("provider",)},
    "Emergency": {"pattern": "112", "target": "trunk", "trunks": ("provider",)},
    "Messages": {"pattern": "*97", "target": "messages"},
}


def office(backend: Backend, *, blocks: tuple[str, ...] = ("68XX",), **rules: Any) -> Fleet:
    """The guide's two hosts with a number plan, in no cluster, which would take time to join."""
    values: dict[tuple[str, ...], Any] = {
        ("number_plan",): {"scheme": "short", "reach": "fleet", "emergency": ("112",)},
        ("trunks",): {"provider": {"address": "192.0.2.7", "record": True}},
        ("rules",): {**RULES, **rules},
    }
    for host, prefix in zip(HOSTS, ("301", "302"), strict=True):
        values["hosts", host, "numbers"] = blocks
        values["hosts", host, "calls"] = {"prefix": prefix, "unanswered": "voicemail"}
    return edit.with_values(backend.outside, values)


def is_loaded(backend: Backend, fleet: Fleet, host: str = A251) -> bool:
    shown = backend.run(host, "asterisk", "-rx", "dialplan show")
    return reading.same(dial_plan(fleet, host), reading.parse(shown))


def shown(session: Session, fleet: Fleet) -> tuple[str, ...]:
    """What the window says of a251's dial plan."""
    seen = look(session, fleet)
    return tuple(differences(fleet, seen.observations[A251]).get("dialplan", ()))


def test_a_number_plan_and_its_end(backend: Backend) -> None:
    """Loaded on both hosts as derived, with mailboxes and a folder for recordings; another rule; no trace afterwards."""
    before = {host: backend.files(host, "/etc", "/home") for host in HOSTS}
    fleet = office(backend)
    with backend.session() as session:
        settled(session, backend.outside, HOSTS)
        change(session, fleet, HOSTS)
        assert all(is_loaded(backend, fleet, host) for host in HOSTS)
        boxes = backend.run(A251, "asterisk", "-rx", "voicemail show users for az").splitlines()
        assert [line.split()[:2] for line in (boxes[1], boxes[-2])] == [["az", "6800"], ["az", "6899"]]
        assert backend.files(A251, "/home")["/home/voice"][:3] == (0o2770, "asterisk", "asterisk")
        more = office(backend, Fax={"pattern": "6800", "target": "number", "number": "6801"})
        change(session, more, HOSTS)
        assert is_loaded(backend, more)
        assert not is_loaded(backend, fleet)
        # Stopped meanwhile: it is started and has it; mailboxes follow the blocks.
        backend.run(A251, "systemctl", "stop", "asterisk")
        other = office(backend, blocks=("7XX",))
        change(session, other, HOSTS)
        assert is_loaded(backend, other)
        assert "799 => " in backend.run(A251, "cat", BOXES)
        change(session, backend.outside, HOSTS)
    for host in HOSTS:
        assert "There is no existence of" in backend.run(host, "asterisk", "-rx", "dialplan show az-phones")
        assert changes(before[host], backend.files(host, "/etc", "/home")) <= {"/home/flv"}


def takes_messages(backend: Backend) -> bool:
    return "Info about Application" in backend.run(A251, "asterisk", "-rx", "core show application VoiceMail")


def restart(backend: Backend) -> None:
    backend.run(A251, "systemctl", "restart", "asterisk")
    backend.run(A251, "asterisk", "-rx", "core waitfullybooted")


def test_messages_are_taken(backend: Backend) -> None:
    """Voicemail in a database, which there is none of, would take the application away from the other one."""
    fleet = office(backend)
    with backend.session() as session:
        settled(session, backend.outside)
        stock = backend.run(A251, "cat", MODULES)
        assert not takes_messages(backend), "the reason for all this is gone"
        change(session, fleet)
        assert takes_messages(backend)
        backend.write(A251, MODULES, stock.encode())
        restart(backend)
        assert "Asterisk has no application for messages: who is led to voicemail hears nothing" in shown(
            session, fleet
        )
        change(session, fleet)
        assert takes_messages(backend)
        change(session, backend.outside)
        assert backend.run(A251, "cat", MODULES) == stock


def test_circles_never_reach_a_host(backend: Backend) -> None:
    """Each call would be another one, until nothing is left of the host."""
    rules = {
        "Round": {"pattern": "77", "target": "ring-group", "members": ("78", "6801")},
        "Back": {"pattern": "78", "target": "number", "number": "77"},
    }
    with backend.session() as session:
        settled(session, backend.outside)
        seen = look(session, office(backend, **rules))
        (note,) = [note.text for note in seen.plan.host(A251).notes if note.blocking]
        assert "Calls go round in circles: Round at a251 → Back at a251 → Round at a251" in note
        outcome = apply(session, seen).host(A251)
        assert outcome.state is HostState.NOT_RUN
        assert OWN not in backend.files(A251, "/etc/asterisk")


def test_what_was_done_by_hand_is_shown_and_put_right(backend: Backend) -> None:
    """In the file or at the console; loaded or not."""
    fleet = office(backend)
    with backend.session() as session:
        change(session, fleet)
        text = backend.run(A251, "cat", OWN)
        for bad in (
            text.replace("[az-hosts]", "[az-hosts"),
            text.replace(",VoiceMailMain(", ",NoSuchApplication("),
        ):
            backend.write(A251, OWN, bad.encode())
            assert shown(session, fleet) != ()
            assert backend.run(A251, "asterisk", "-rx", "dialplan reload") == "Dialplan reloaded.\n"
            assert not is_loaded(backend, fleet), "Asterisk takes it without a word"
            backend.write(A251, OWN, text.encode())
            told = shown(session, fleet)
            assert told, "the file is right by now, but Asterisk has loaded the other one"
            assert all("Asterisk has" in one for one in told)
            change(session, fleet)
            assert is_loaded(backend, fleet)
        for order in (
            "dialplan add extension 6899,1,NoOp,x into az-phones",
            "dialplan remove context az-ring",
            "dialplan remove extension 112@az-emergency",
        ):
            backend.run(A251, "asterisk", "-rx", order)
            assert len(shown(session, fleet)) == 1, order
            change(session, fleet)
            assert is_loaded(backend, fleet)


def test_a_dial_plan_that_asterisk_does_not_take(backend: Backend) -> None:
    """The admin's own file has an unclosed bracket: Asterisk keeps what it has, and the host is as before."""
    fleet = office(backend)
    with backend.session() as session:
        change(session, fleet)
        main = backend.run(A251, "cat", MAIN)
        backend.write(A251, MAIN, main.replace("[globals]", "[globals").encode())
        before = backend.files(A251, "/etc", "/home")
        more = office(backend, Fax={"pattern": "6800", "target": "number", "number": "6801"})
        outcome = refused(session, more)
        assert "Asterisk" in outcome.message
        assert changes(before, backend.files(A251, "/etc", "/home")) == set()
        assert is_loaded(backend, fleet)


def test_a_complaint_in_the_log_takes_it_back(backend: Backend) -> None:
    """A file of the admin's own goes on with one of our contexts: the same extension twice."""
    fleet = office(backend)
    with backend.session() as session:
        change(session, fleet)
        main = backend.run(A251, "cat", MAIN)
        own = b"[az-local]\nexten => 6800,1,NoOp(mine)\n"
        backend.write(A251, "/etc/asterisk/site.conf", own)
        backend.write(A251, MAIN, ('#include "site.conf"\n' + main).encode())
        more = office(backend, Fax={"pattern": "6800", "target": "hang-up"})
        outcome = refused(session, more)
        assert "already in use" in outcome.message


def test_a_context_of_the_admins_with_our_name(backend: Backend) -> None:
    """Asterisk would make one of both: nothing is done, and the notes name them."""
    main = backend.run(A251, "cat", MAIN)
    more = "[all]\nexten => 7777,1,NoOp(mine)\n[az-phones]\n"
    backend.write(A251, MAIN, f"{main}\n{more}".encode())
    with backend.session() as session:
        seen = look(session, office(backend))
        found = [note.text for note in seen.plan.host(A251).notes if note.blocking]
        assert [text.partition(", too")[0] for text in found] == [
            f"{MAIN} has a context all",
            f"{MAIN} has a context az-phones",
        ]

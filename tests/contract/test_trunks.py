"""Trunks between two hosts: loaded, reachable, put right after a change by hand, gone without a trace; on practice and lab alike."""

from __future__ import annotations

import time

from azdesk.app.planning import differences
from azdesk.app.session import Session
from azdesk.core.secret import Secret
from azdesk.features.trunks import TrunksState
from azdesk.features.trunks.content import OWN, pair_file
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from tests.contract.backends import HOSTS, Backend, change, look, refused, settled

A251, A253 = HOSTS
FILE = OWN["pjsip"]


def numbers(backend: Backend, **changes: object) -> Fleet:
    values: dict[str, object] = {
        "number_plan": {"scheme": "prefixed", "reach": "fleet", "between": {"qualify": 1}},
        f"hosts.{A251}.calls.prefix": "301",
        f"hosts.{A253}.calls.prefix": "302",
        f"hosts.{A251}.numbers": ["68XX"],
        f"hosts.{A253}.numbers": ["68XX"],
    }
    fleet = edit.with_values(backend.outside, values)
    return edit.with_values(fleet, {path.replace("__", "."): value for path, value in changes.items()})


def trunks(session: Session, host: str = A251) -> TrunksState:
    state = session.observations[host].states["trunks"]
    assert isinstance(state, TrunksState)
    return state


def test_trunks_between_hosts(backend: Backend) -> None:
    before = {host: backend.files(host, "/etc") for host in HOSTS}
    with backend.session() as session:
        plain = numbers(backend)
        change(session, plain, HOSTS)
        end = time.monotonic() + 20
        while not (trunks(session).live and trunks(session).live[0].reachable):
            assert time.monotonic() < end, trunks(session)
            look(session, plain, HOSTS)
        assert trunks(session).live[0].milliseconds > 0
        assert backend.files(A251, "/etc/asterisk")[FILE][:3] == (0o640, "root", "asterisk")

        # PJSIP drops what it does not understand alone when it starts.
        text = backend.run(A251, "cat", FILE)
        backend.write(A251, FILE, text.replace("direct_media = no", "no_such_option = 1").encode())
        backend.run(A251, "systemctl", "restart", "asterisk")
        backend.run(A251, "asterisk", "-rx", "core waitfullybooted")
        seen = look(session, plain, HOSTS)
        assert trunks(session).unloaded == (f"az-host-{A253}",)
        assert "trunks" in differences(plain, seen.observations[A251])
        change(session, plain, HOSTS)

        # With passwords that hosts make up: the first of two has a file, which the other's is made from.
        shared = numbers(backend, number_plan__between__authentication="password")
        change(session, shared, HOSTS)
        password = backend.run(A251, "cat", pair_file(A253))
        assert len(password) == 20
        for host in HOSTS:
            assert f"password = {password}\n" in backend.run(host, "cat", FILE)
        assert backend.files(A251, "/etc/azdesk-trunks")[pair_file(A253)][:2] == (0o600, "root")
        assert password not in repr(session.observations)

        # New ones, once somebody has asked for them.
        shared = edit.with_value(shared, "number_plan.between.password_since", "today")
        change(session, shared, HOSTS)
        renewed = backend.run(A251, "cat", pair_file(A253, "today"))
        assert len(renewed) == 20
        assert renewed != password
        assert pair_file(A253) not in backend.files(A251, "/etc/azdesk-trunks")
        for host in HOSTS:
            assert f"password = {renewed}\n" in backend.run(host, "cat", FILE)

        gateway = {"address": "192.0.2.1", "authentication": "registration", "user": "4930123", "qualify": 0}
        more = edit.with_value(shared, ("trunks",), {"gateway": gateway})
        backend.secrets[secret_names.trunk(more.trunks["gateway"])] = Secret("top;secret")
        change(session, more, HOSTS)
        assert "password = top\\;secret\n" in backend.run(A251, "cat", FILE)
        assert [one.endpoint for one in trunks(session).live] == [f"az-host-{A253}", "az-trunk-gateway"]
        assert "az-trunk-gateway" in backend.run(A251, "asterisk", "-rx", "pjsip show registrations")
        assert "top;secret" not in repr(session.observations)

        change(session, backend.outside, HOSTS)
        assert "No objects found" in backend.run(A251, "asterisk", "-rx", "pjsip show endpoints")
    after = {host: backend.files(host, "/etc") for host in HOSTS}
    for host in HOSTS:
        changed = {
            path
            for path in before[host].keys() | after[host].keys()
            if before[host].get(path) != after[host].get(path)
        }
        assert not {path for path in changed if "asterisk" in path or "azdesk" in path}


def test_what_asterisk_complains_of_is_taken_back(backend: Backend) -> None:
    """A trunk's name that the admin has used, too, in lines that Asterisk does not understand."""
    main = "/etc/asterisk/pjsip.conf"
    with backend.session() as session:
        settled(session, backend.outside)
        text = backend.run(A251, "cat", main)
        backend.write(A251, main, f"{text}\n[az-host-{A253}]\ntype = endpoint\nno_such_option = 1\n".encode())
        outcome = refused(session, numbers(backend))
        assert "no_such_option" in outcome.message or f"az-host-{A253}" in outcome.message
        assert FILE not in backend.files(A251, "/etc/asterisk")
        backend.write(A251, main, text.encode())

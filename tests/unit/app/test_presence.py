"""Who is connected: the hosts' answers as values, and nothing made up where they tell nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from azdesk.app import presence
from azdesk.app.presence import connected
from azdesk.app.session import Session
from azdesk.core.errors import Unreachable
from azdesk.core.probe import Probe, Readings
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

NOW = 1_000_000.0
FLEET = edit.with_values(
    Fleet(),
    {
        "clusters": {"test.local": {}},
        "hosts": {
            "a251": {"address": "192.168.11.251", "cluster": "test.local"},
            "a253": {"address": "192.168.11.253", "cluster": "test.local", "node": "second"},
            "a250": {"address": "192.168.11.250", "roles": ["directory"]},
        },
    },
)
CONTACT = {
    "via_addr": "172.16.38.14",
    "user_agent": "Linphone iPhone/6.1",
    "expiration_time": str(int(NOW) + 600),
    "endpoint": "6853",
    "uri": "sip:6853@172.16.38.14:5060",
}
KEY = "/registrar/contact/6853;@00112233445566778899aabbccddeeff"
USERS = {
    "answered": True,
    "status": 200,
    "body": json.dumps(
        [
            {"jid": "anna@test.local/azblink.Xk2", "node": "ejabberd@second", "uptime": 90},
            {"jid": "anna@test.local/desk", "node": "ejabberd@a251", "uptime": 10},
        ]
    ),
}


def manager(*pairs: tuple[str, Any]) -> dict[str, Any]:
    events = [
        {
            "Event": "DBGetTreeResponse",
            "Key": key,
            "Val": value if isinstance(value, str) else json.dumps(value),
        }
        for key, value in pairs
    ]
    return {"answered": True, "error": "", "replies": [[{"Response": "Success"}, *events]]}


class Hosts:
    """Stands for the pool of links: by host, what each probe reads; None: it cannot be reached."""

    def __init__(self, **answers: Mapping[str, Any] | None) -> None:
        self.answers = answers
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def link(self, host: str, job: object = None) -> One:
        return One(self, host)


class One:
    def __init__(self, hosts: Hosts, host: str) -> None:
        self.hosts, self.host = hosts, host

    def look(self, probes: Mapping[str, Probe], *, timeout: float = 60.0) -> Readings:
        self.hosts.asked.append((self.host, tuple(probes)))
        answers = self.hosts.answers[self.host]
        if answers is None:
            raise Unreachable("No answer.", where=self.host)
        return Readings(self.host, {key: answers.get(key, {"found": False}) for key in probes}, taken_at=NOW)


def ask(**answers: Mapping[str, Any] | None) -> tuple[presence.Connected, Hosts]:
    hosts = Hosts(**answers)
    session: Any = type("Stub", (), {"fleet": FLEET, "pool": hosts})()
    assert not isinstance(session, Session)
    return connected(session), hosts


def test_phones_and_chats_of_all_hosts_with_applications() -> None:
    found, hosts = ask(a251={"manager": manager((KEY, CONTACT)), "users": USERS}, a253={"manager": manager()})
    assert found.phones == {"6853": ("a251",)}
    assert found.chats == {"anna@test.local": ("a251", "a253")}
    assert found.silent == ()
    assert {host for host, _ in hosts.asked} == {"a251", "a253"}, (
        "a host with a directory alone has no phones"
    )


def test_a_registration_that_ran_out_does_not_count() -> None:
    old = CONTACT | {"expiration_time": str(int(NOW) - 1)}
    found, _ = ask(a251={"manager": manager((KEY, old))}, a253=None)
    assert found.phones == {}
    assert found.silent == ("a253",)


def test_without_an_account_at_the_manager_interface_the_command_line_is_read() -> None:
    out = f"{KEY:50}: {json.dumps(CONTACT)}\n1 results found.\n"
    found, hosts = ask(
        a251={
            "manager": {"answered": False, "error": "no account"},
            "new": {"found": True, "exit": 0, "out": out},
        },
        a253={"manager": manager()},
    )
    assert found.phones == {"6853": ("a251",)}
    assert ("a251", ("new", "old")) in hosts.asked


def test_phones_of_chan_sip() -> None:
    found, _ = ask(
        a251={"manager": manager(("/SIP/Registry/6854", "10.0.0.7:5060:3600:6854:sip:6854@10.0.0.7"))},
        a253={"manager": manager(("/SIP/Registry/6855", "[2001:db8::7]:5060:3600:6855:sip:6855@x"))},
    )
    assert found.phones == {"6854": ("a251",), "6855": ("a253",)}


def test_nonsense_is_nobody() -> None:
    bad = {"answered": True, "status": 200, "body": '[{"no": "jid"}]'}
    found, _ = ask(
        a251={"manager": manager((KEY, "{"), (KEY + "1", "[]"), ("/other", "x")), "users": bad},
        a253={"manager": {"error": "boom"}, "users": {"answered": True, "status": 403, "body": "{}"}},
    )
    assert found == presence.Connected()

"""What hosts tell of accounts and of who is logged in: their answers as values, and nothing made up where they tell nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from azdesk.app import domain_users, whereabouts
from azdesk.app.session import Session
from azdesk.core.errors import ObserveError, Unreachable
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Probe, Readings
from azdesk.core.secret import Secret
from azdesk.directory.connection import Directory
from azdesk.directory.endpoint import Endpoint, Simple
from azdesk.directory.ldif import Entry
from azdesk.features._ejabberd import with_include
from azdesk.features.accounts.state import PART, content, desired
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from tests.unit.features.cases import file

NOW = 1_000_000.0
FLEET = edit.with_values(
    Fleet(),
    {
        "directory": {"base": "dc=test,dc=local", "urls": ["ldaps://dc1.corp.example"], "reader": "cn=r,dc=test,dc=local"},
        "clusters": {"test.local": {"accounts": "directory"}},
        "hosts": {
            "a251": {"address": "192.168.11.251", "cluster": "test.local"},
            "a253": {"address": "192.168.11.253", "cluster": "test.local", "node": "second"},
            "a250": {"address": "192.168.11.250"},
        },
    },
)  # fmt: skip
ROW = {
    "connection": "c2s_tls", "ip": "::ffff:10.1.2.3", "node": "ejabberd@second", "port": 50312, "priority": 0,
    "resource": "azblink.Xk2", "status": "available", "statustext": "", "uptime": 90,
}  # fmt: skip


class Hosts:
    """Stands for the pool of links: each host has one answer, or cannot be reached."""

    def __init__(self, **answers: Mapping[str, Any] | None) -> None:
        self.answers = answers
        self.main = ""
        self.own: str | None = None
        self.asked: list[Probe] = []
        self._host = ""

    def link(self, host: str, job: object = None) -> Hosts:
        self._host = host
        return self

    def look(self, probes: Mapping[str, Probe], *, timeout: float = 60.0) -> Readings:
        answer = self.answers[self._host]
        if answer is None:
            raise Unreachable("No answer.", where=self._host)
        if "phones" in probes:
            return Readings(self._host, {"phones": asterisk(answer, probes["phones"])}, taken_at=NOW)
        if "own" in probes:  # what ejabberd is configured to
            texts = {"main": self.main, "own": self.own, "ca": None}
            return Readings(self._host, {key: file(text) for key, text in texts.items()})
        self.asked += probes.values()
        return Readings(self._host, dict.fromkeys(probes, answer), taken_at=NOW)


def asterisk(knows: Mapping[str, Any], probe: Probe) -> dict[str, Any]:
    """What Asterisk's manager interface says: values by variable, what is known of a peer, or why it says nothing."""
    if "error" in knows:
        return {"answered": False, "error": knows["error"], "replies": []}

    def reply(asked: dict[str, str]) -> dict[str, str]:
        if name := asked.get("Variable"):
            return {"Response": "Success", "Variable": name, "Value": knows.get(name, "")}
        return knows.get("peers", {}).get(
            asked["Peer"], {"Response": "Error", "Message": "Invalid/unknown command"}
        )

    replies = [[reply(dict(action))] for action in probe.wire()["actions"]]
    return {"answered": True, "error": "", "replies": replies}


def session(**answers: Mapping[str, Any] | None) -> tuple[Session, Hosts]:
    hosts: Any = Hosts(**answers)
    return Session(FLEET, hosts), hosts


def api(value: Any, status: int = 200) -> dict[str, Any]:
    return {
        "answered": True,
        "status": status,
        "body": value if isinstance(value, str) else json.dumps(value),
    }


def test_sessions_of_somebody() -> None:
    later = {
        **ROW,
        "uptime": 5,
        "node": "ejabberd@elsewhere",
        "resource": "phone",
        "ip": "fd00::1",
        "connection": "c2s",
    }
    own, hosts = session(a251=api([ROW, later]), a253=None)
    newest, first = whereabouts.chat_sessions(own, "anna@test.local")
    assert (first.host, first.node, first.resource, first.address) == (
        "a253",
        "ejabberd@second",
        "azblink.Xk2",
        "10.1.2.3",
    )
    assert (first.since, first.encrypted, first.status) == (NOW - 90, True, "available")
    assert (newest.host, newest.address, newest.encrypted) == ("", "fd00::1", False)
    (probe,) = hosts.asked
    assert json.loads(probe.wire()["body"]) == {"user": "anna", "host": "test.local"}


def test_the_next_node_is_asked_where_one_does_not_answer() -> None:
    assert whereabouts.chat_sessions(session(a251=None, a253=api([]))[0], "anna@test.local") == ()
    with pytest.raises(Unreachable):
        whereabouts.chat_sessions(session(a251=None, a253=None)[0], "anna@test.local")


@pytest.mark.parametrize(
    "answer",
    [
        api("{}"),
        api("nonsense"),
        api([{"node": "x"}]),
        api([1]),
        api([], 403),
        {"answered": False, "status": 0, "body": ""},
    ],
)
def test_what_is_no_answer_is_not_taken_for_nobody(answer: Mapping[str, Any]) -> None:
    with pytest.raises(ObserveError, match="does not tell who is logged in"):
        whereabouts.chat_sessions(session(a251=answer, a253=answer)[0], "anna@test.local")


def test_an_account_of_nobodys_domain() -> None:
    with pytest.raises(ObserveError, match=r"serves elsewhere\.org"):
        whereabouts.chat_sessions(session()[0], "anna@elsewhere.org")


def first(value: Any, status: int = 200) -> dict[str, Any]:
    return {"used": "first", "reading": api(value, status)}


def command(**result: Any) -> dict[str, Any]:
    return {
        "used": "otherwise",
        "reading": {"found": True, "exit": 0, "out": "", "err": "", "timed_out": False, **result},
    }


def test_whom_a_host_sees() -> None:
    seen = domain_users.seen_by(session(a251=first(["cleo", "anna", "azcheck-a251"]))[0], "a251")
    assert (seen.accounts, seen.domain, seen.partial) == (("anna", "cleo"), "test.local", "")
    seen = domain_users.seen_by(session(a251=command(out="anna\nbert\n"))[0], "a251")
    assert seen.accounts == ("anna", "bert")
    assert domain_users.seen_by(session(a251=command())[0], "a251").accounts == ()


@pytest.mark.parametrize(
    ("count", "directory", "partial"), [(1000, True, True), (999, True, False), (1000, False, False)]
)
def test_an_answer_that_may_have_been_cut(*, count: int, directory: bool, partial: bool) -> None:
    """Where an admin bound ejabberd to a directory, whose server may give no more than so many."""
    own, hosts = session(a251=first([f"p{number}" for number in range(count)]))
    if directory:
        hosts.main = "auth_method: ldap\nldap_servers: [x]\nldap_base: dc=x\n"
    assert ("gave 1000 accounts" in domain_users.seen_by(own, "a251").partial) == partial


@pytest.mark.parametrize(
    "answer",
    [
        first("nonsense"), first([1]), first("{}"), command(exit=3, out="Failed RPC connection: nodedown"),
        command(found=False), command(timed_out=True),
    ],
)  # fmt: skip
def test_accounts_that_are_not_told(answer: Mapping[str, Any]) -> None:
    with pytest.raises(ObserveError, match="does not tell its accounts"):
        domain_users.seen_by(session(a251=answer)[0], "a251")


def bound_elsewhere(**changed: object) -> tuple[Session, Hosts]:
    """A host whose own file says where accounts are looked up: as the document does but for what is changed."""
    own, hosts = session(a251=first([]))
    wanted = desired(FLEET, "a251")
    assert wanted.binding is not None
    hosts.main = with_include("", DEBIAN, PART)
    hosts.own = content(replace(wanted, binding=replace(wanted.binding, **changed)))
    return own, hosts


@pytest.mark.parametrize(
    "changed",
    [
        {"servers": ("evil.example",)},
        {"tls": False, "port": 389},
        {"port": 1636},
        {"base": "ou=people,dc=evil"},
        {"base": ""},
        {"reader": "cn=admin,dc=test,dc=local"},
        {"account": "userPassword"},
    ],
)
def test_no_password_goes_where_only_a_hosts_file_says(
    changed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    own, _ = bound_elsewhere(**changed)
    monkeypatch.setattr("azdesk.app.binding.testing.reader_password", lambda *_: pytest.fail("asked for it"))
    with pytest.raises(ObserveError, match="otherwise than the document says") as caught:
        domain_users.seen_by(own, "a251")
    said = str(next(iter(changed.values())) or "none").strip("(),'")
    assert said in caught.value.what or "ldap://dc1.corp.example:389" in caught.value.what


def test_servers_that_the_document_does_not_name_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    own, _ = bound_elsewhere(servers=("evil.example", "dc1.corp.example"))
    monkeypatch.setattr("azdesk.app.binding.testing.reader_password", lambda *_: Secret("geheim"))
    asked: list[tuple[str, str]] = []

    def through(_pool: object, _host: str, url: str, authority: str) -> Endpoint:
        asked.append((url, authority))
        return Endpoint(url=url, authority=authority)

    class Answers:
        def __enter__(self) -> Answers:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def each(self, base: str, *_: object, **__: object) -> Iterator[Entry]:
            assert base == FLEET.directory.people_dn
            yield Entry(dn="uid=anna", attributes={"uid": [b"Anna"]})

    def opened(_endpoint: Endpoint, login: Simple, _job: object) -> Answers:
        assert login.dn == FLEET.directory.reader_dn
        return Answers()

    monkeypatch.setattr("azdesk.hosts.relay.directory_through", through)
    monkeypatch.setattr(Directory, "open", opened)
    seen = domain_users.seen_by(own, "a251")
    assert asked == [("ldaps://dc1.corp.example:636", FLEET.directory.ca)]
    assert seen.accounts == ("anna",)
    assert seen.partial == "Not asked, since the document does not name it: ldaps://evil.example:636."


def test_a_host_without_a_domain() -> None:
    with pytest.raises(ObserveError, match="in no cluster"):
        domain_users.seen_by(session()[0], "a250")


CONTACT = "6853;@a06faf15e587027f9992f20127a50812"
PJSIP = {
    "PJSIP_AOR(6853,contact)": f"{CONTACT},6853;@b2",
    f"PJSIP_CONTACT({CONTACT},uri)": "sip:6853@10.1.2.3:5060;transport=UDP",
    f"PJSIP_CONTACT({CONTACT},user_agent)": "azblink 1.2",
    f"PJSIP_CONTACT({CONTACT},via_addr)": "10.1.2.3",
    f"PJSIP_CONTACT({CONTACT},via_port)": "50600",
    f"PJSIP_CONTACT({CONTACT},expiration_time)": "1795595029",
    f"PJSIP_CONTACT({CONTACT},status)": "Reachable",
    "PJSIP_CONTACT(6853;@b2,via_addr)": "fd00::5",
    "PJSIP_CONTACT(6853;@b2,via_port)": "5061",
    "PJSIP_CONTACT(6853;@b2,status)": "Unreachable",
}


def test_phones_of_somebody_on_all_hosts() -> None:
    own, _ = session(a251=PJSIP, a253={"error": "nothing listens there"}, a250=None)
    seen = whereabouts.phones(own, "6853")
    first, second = seen.found
    assert (first.host, first.client, first.address, first.until, first.reachable) == (
        "a251", "azblink 1.2", "10.1.2.3:50600", 1795595029.0, True,
    )  # fmt: skip
    assert (second.client, second.address, second.until, second.reachable) == (
        "",
        "[fd00::5]:5061",
        0.0,
        False,
    )
    assert [(host, type(error)) for host, error in seen.unknown] == [
        ("a253", ObserveError),
        ("a250", Unreachable),
    ]
    assert whereabouts.phones(session(a251=PJSIP)[0], "6854", hosts=["a251"]) == whereabouts.Phones(found=())


PEER = {
    "Response": "Success", "ObjectName": "6853", "RegExpire": "70 seconds", "Address-IP": "10.1.2.3", "Address-Port": "59186",
    "Status": "OK (12 ms)", "SIP-Useragent": "baresip v1.0.0 (x86_64/linux)", "Reg-Contact": "sip:6853@10.1.2.3:45923;transport=tls",
}  # fmt: skip


def test_a_phone_of_an_old_asterisk() -> None:
    (phone,) = whereabouts.phones(session(a251={"peers": {"6853": PEER}})[0], "6853", hosts=["a251"]).found
    assert (phone.client, phone.address, phone.contact, phone.until, phone.reachable, phone.milliseconds) == (
        "baresip v1.0.0 (x86_64/linux)",
        "10.1.2.3:59186",
        "sip:6853@10.1.2.3:45923;transport=tls",
        NOW + 70,
        True,
        12.0,
    )


@pytest.mark.parametrize(
    ("said", "reachable"),
    [("UNREACHABLE", False), ("LAGGED (2500 ms)", True), ("Unmonitored", None), ("UNKNOWN", None)],
)
def test_whether_a_phone_of_an_old_asterisk_answers(said: str, reachable: bool | None) -> None:
    peers = {"6853": {**PEER, "Status": said, "RegExpire": "-1 seconds"}}
    (phone,) = whereabouts.phones(session(a251={"peers": peers})[0], "6853", hosts=["a251"]).found
    assert (phone.reachable, phone.until) == (reachable, 0.0)


def test_a_peer_of_an_old_asterisk_that_is_not_registered() -> None:
    peers = {"6853": {**PEER, "Address-IP": "(null)", "Address-Port": "0", "Reg-Contact": ""}}
    assert whereabouts.phones(session(a251={"peers": peers})[0], "6853", hosts=["a251"]).found == ()


@pytest.mark.parametrize("account", ["", "68),SHELL(id)", "a b", "x,y", "é"])
def test_what_is_no_account_at_asterisk_is_not_asked(account: str) -> None:
    own, hosts = session(a251=PJSIP)
    assert whereabouts.phones(own, account) == whereabouts.Phones(found=())
    assert hosts.asked == []

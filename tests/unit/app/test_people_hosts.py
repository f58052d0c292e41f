"""What hosts are told to forget."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from azdesk.app.people import People, hosts
from azdesk.app.people.hosts import commands, forget, forget_everybody
from azdesk.app.session import Session
from azdesk.core.errors import Unreachable
from azdesk.core.probe import Command, Readings
from azdesk.core.secret import Secret
from azdesk.directory.people import Person
from azdesk.fleet import store
from azdesk.fleet.model import Fleet

DOCUMENT = """
version = 1
[directory]
base = "dc=test,dc=local"
[clusters."test.local"]
accounts = "directory"
[clusters."other.local"]
[hosts.a250]
address = "192.168.11.250"
roles = ["directory"]
[hosts.a251]
address = "192.168.11.251"
cluster = "test.local"
sip.accounts = "directory"
[hosts.a252]
address = "192.168.11.252"
cluster = "test.local"
[hosts.a253]
address = "192.168.11.253"
cluster = "other.local"
"""
ANNA = Person(account="Anna", number="6853")


def fleet() -> Fleet:
    return store.parse(DOCUMENT)


def rounds(*args: Any, **kwargs: Any) -> list[list[str]]:
    return [[" ".join(one.argv) for one in some.values()] for some in commands(*args, **kwargs)]


def test_each_host_is_told_what_is_its_business() -> None:
    assert {host: rounds(fleet(), host, [ANNA]) for host in fleet().hosts} == {
        "a250": [[], []],
        "a251": [
            [
                "asterisk -rx sorcery memory cache expire res_pjsip/endpoint 6853",
                "asterisk -rx sorcery memory cache expire res_pjsip/auth 6853",
                "asterisk -rx sorcery memory cache expire res_pjsip/aor 6853",
                "asterisk -rx sip unregister 6853",
                "ejabberdctl kick_user anna test.local",
            ],
            # A peer that is pruned can no longer be unregistered, and what is deleted could come back by a cache.
            [
                "asterisk -rx sip prune realtime peer 6853",
                "asterisk -rx database query \"DELETE FROM astdb WHERE key GLOB '/registrar/contact/6853;*'\"",
            ],
        ],
        "a252": [[], []],
        "a253": [[], []],
    }
    quiet = [line for some in rounds(fleet(), "a251", [ANNA], sign_out=False) for line in some]
    assert quiet
    assert not any(word in line for line in quiet for word in ("unregister", "DELETE", "kick"))
    many = [Person(account="x", number=f"{10**14 + at}") for at in range(20)]
    lines = [line for line in rounds(fleet(), "a251", many)[1] if "DELETE" in line]
    assert [line.count("GLOB") for line in lines] == [8, 8, 4]
    assert max(map(len, lines)) < 500
    odd = Person(account="x", number="1;core stop now")
    assert all("core stop" not in line for some in rounds(fleet(), "a251", [odd]) for line in some)


def test_rounds_are_asked_one_after_the_other() -> None:
    """A host runs what is in one question side by side."""
    pool: Any = Answering({"found": True, "exit": 0, "out": ""})
    assert forget(People(Session(fleet(), pool, who="anna@desk")), [ANNA]) == ()
    first, then = pool.asked
    assert any(" ".join(one.argv) == "asterisk -rx sip unregister 6853" for one in first.values())
    assert any(" ".join(one.argv) == "asterisk -rx sip prune realtime peer 6853" for one in then.values())


def test_after_many_were_changed_everybody_is_looked_up_anew() -> None:
    assert rounds(fleet(), "a251", [ANNA], everybody=True) == [
        [
            "asterisk -rx sorcery memory cache expire res_pjsip/endpoint",
            "asterisk -rx sorcery memory cache expire res_pjsip/auth",
            "asterisk -rx sorcery memory cache expire res_pjsip/aor",
            "asterisk -rx sip unregister 6853",
            "ejabberdctl kick_user anna test.local",
        ],
        [
            "asterisk -rx sip prune realtime all",
            "asterisk -rx database query \"DELETE FROM astdb WHERE key GLOB '/registrar/contact/6853;*'\"",
        ],
    ]
    pool: Any = Answering({"found": True, "exit": 0, "out": ""})
    people = People(Session(fleet(), pool, who="anna@desk"))
    assert forget_everybody(people, [ANNA] * hosts.MOST) == ()
    (left,) = forget_everybody(people, [ANNA] * (hosts.MOST + 2))
    assert left.startswith("2 were not signed out")


def test_who_is_signed_out_by_a_change() -> None:
    assert not hosts.must_sign_out(ANNA, replace(ANNA, name="Anna B"))
    assert hosts.must_sign_out(ANNA, replace(ANNA, number="6854"))
    assert hosts.must_sign_out(ANNA, replace(ANNA, account="anne"))
    assert hosts.must_sign_out(ANNA, ANNA, Secret("another"))


class Answering:
    """A link whose commands all say the same."""

    def __init__(self, answer: dict[str, Any] | None) -> None:
        self.answer = answer
        self.asked: list[dict[str, Command]] = []

    def link(self, host: str, job: object) -> Answering:
        if self.answer is None:
            raise Unreachable("No answer.", where=host)
        return self

    def look(self, probes: dict[str, Command], timeout: float) -> Readings:
        assert self.answer is not None
        self.asked.append(probes)
        return Readings("a251", dict.fromkeys(probes, self.answer))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {
                "found": True,
                "exit": 0,
                "out": "Successfully expired object '6853' from cache 'res_pjsip/auth'\n",
            },
            "",
        ),
        (
            {
                "found": True,
                "exit": 0,
                "out": "Object '6853' was not expired from cache 'res_pjsip/auth' as it was not found\n",
            },
            "",
        ),
        ({"found": True, "exit": 1, "out": "Unable to connect to remote asterisk (…)\n"}, ""),
        ({"found": True, "exit": 0, "out": "Usage: sorcery memory cache expire …\n"}, "does not know"),
        (
            {"found": True, "exit": 1, "err": "Failed RPC connection to the node\nmore"},
            "Failed RPC connection",
        ),
        ({"found": True, "timed_out": True}, "does not answer"),
        ({"found": False}, "not there"),
        (None, "No answer"),
    ],
)
def test_what_came_of_it(answer: dict[str, Any] | None, said: str) -> None:
    pool: Any = Answering(answer)
    found = forget(People(Session(fleet(), pool, who="anna@desk")), [ANNA])
    assert (said in found[0] and found[0].startswith("a251 could not be told")) if said else found == ()


def test_a_host_with_a_copy_is_told_to_copy_again() -> None:
    copying = store.parse(
        DOCUMENT.replace('sip.accounts = "directory"', 'sip = {accounts = "directory", lookup = "copied"}')
    )
    told = [line for some in rounds(copying, "a251", [ANNA]) for line in some]
    assert told[0] == "systemctl start azdesk-phones.service"
    assert not any("sorcery" in line or "prune" in line for line in told)
    assert any("registrar/contact/6853" in line for line in told)

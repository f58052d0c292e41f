"""What the test of a binding makes of answers; that it asks real directories rightly, tests/lab/test_binding.py shows."""

from __future__ import annotations

import threading

import pytest

from azdesk.app.binding import contents, schema, testing, trusting
from azdesk.app.binding.findings import TITLES, BindingReport, Trial, Verdict, bad, good, note, worst
from azdesk.core.probe import Readings
from azdesk.directory import filters
from azdesk.directory.endpoint import Address, address_of
from azdesk.directory.ldif import Entry
from azdesk.fleet.accounts import Directory as Described

NAMED = address_of("ldaps://dc1.corp.example")
NUMBERED = address_of("ldaps://10.0.0.1:1636")


def answers(**raw: object) -> Readings:
    return Readings("a251", raw)  # type: ignore[arg-type]


def handshake(said: str, code: int = 1) -> Readings:
    return answers(trust={"found": True, "exit": code, "out": "", "err": said, "timed_out": False})


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (NAMED, ["dc1.corp.example:636", "-verify_hostname", "dc1.corp.example"]),
        (NUMBERED, ["10.0.0.1:1636", "-verify_ip", "10.0.0.1"]),
        (address_of("ldaps://[fd00::1]"), ["[fd00::1]:636", "-verify_ip", "fd00::1"]),
    ],
)
def test_a_host_is_asked_for_name_and_address_alike(address: Address, words: list[str]) -> None:
    asked = trusting.probes(address)
    argv = asked["trust"].wire()["argv"]
    assert all(word in argv for word in words)
    assert ("resolve" in asked) is (address is NAMED)
    assert "trust" not in trusting.probes(address_of("ldap://dc1.corp.example"))


def test_what_a_host_reaches() -> None:
    up = {"connected": True, "seconds": 0.1, "error": ""}
    down = {"connected": False, "seconds": 3.0, "error": "timed out"}
    found = trusting.reached(NAMED, answers(resolve={"addresses": ["10.0.0.1"]}, connect=up))
    assert [(one.key, one.verdict) for one in found] == [("name", "good"), ("port", "good")]
    found = trusting.reached(NAMED, answers(resolve={"addresses": []}, connect=down))
    assert [(one.key, one.verdict) for one in found] == [("name", "bad")]
    found = trusting.reached(
        NAMED, answers(resolve={"error": "the name server does not answer"}, connect=down)
    )
    assert "the name server does not answer" in found[0].text
    found = trusting.reached(NUMBERED, answers(connect=down))
    assert [(one.key, one.verdict, "timed out" in one.text) for one in found] == [("port", "bad", True)]


@pytest.mark.parametrize(
    ("said", "brings", "verdict", "words"),
    [
        (
            "verify error:num=19:self-signed certificate in certificate chain",
            False,
            "bad",
            "into the document",
        ),
        ("verify error:num=20:unable to get local issuer certificate", True, "note", "apply the plan"),
        ("verify error:num=10:certificate has expired", True, "bad", "certificate has expired"),
        ("verify error:num=62:hostname mismatch", True, "bad", "hostname mismatch"),
        ("connect:errno=111", True, "warning", "errno=111"),
        ("", False, "warning", "no answer"),
    ],
)
def test_what_a_host_trusts(said: str, brings: bool, verdict: str, words: str) -> None:
    found = trusting.trusted(handshake(f"depth=0\n{said}\n" if said else ""), brings_authority=brings)
    assert found.verdict == verdict
    assert words in found.text + found.next_step


def test_a_host_that_trusts_and_one_that_cannot_say() -> None:
    ok = handshake("CONNECTION ESTABLISHED\nVerification: OK\nDONE", code=0)
    assert trusting.trusted(ok, brings_authority=False).verdict is Verdict.GOOD
    without = answers(trust={"found": False})
    assert trusting.trusted(without, brings_authority=False).verdict is Verdict.NOTE


@pytest.mark.parametrize(
    ("version", "fit"),
    [
        ("21.01-2", False),
        ("1:20.12", False),
        ("21.04-1", True),
        ("26.07-1", True),
        (None, True),
        ("git", True),
    ],
)
def test_an_ejabberd_too_old_to_verify(version: str | None, fit: bool) -> None:
    found = trusting.verifies(answers(ejabberd={"packages": {"ejabberd": version}}))
    assert (found is None) is fit
    if found is not None:
        assert (found.key, found.verdict) == ("chat", Verdict.BAD)


def test_a_server_that_only_hosts_reach_is_no_fault() -> None:
    here = Trial(url="ldaps://x", findings=(bad("port", "No."),))
    there = Trial(url="ldaps://x", origin="a251", findings=(good("login", "Yes."),))
    softened = testing._judged([here, there])
    assert BindingReport(trials=softened).good
    assert [one.verdict for one in softened[0].findings] == ["warning", "note"]
    assert testing._judged([here]) == (here,)
    other = Trial(url="ldaps://y", origin="a251", findings=(good("login", "Yes."),))
    assert not BindingReport(trials=testing._judged([here, other])).good


def test_verdicts_have_an_order_and_keys_a_title() -> None:
    assert worst([]) is Verdict.GOOD
    assert worst([Verdict.WARNING, Verdict.GOOD, Verdict.UNTRIED]) is Verdict.WARNING
    assert [one.title for one in (note("tls", ""), bad("secrecy", ""))] == [TITLES["tls"], TITLES["secrecy"]]
    assert BindingReport(trials=(), contents=(bad("base", "No."),)).verdict is Verdict.BAD


def test_one_refused_login_is_the_last() -> None:
    logins = testing._Logins()
    tried: list[int] = []

    def one(number: int) -> None:
        with logins.turn() as may_try:
            if may_try:
                tried.append(number)
                logins.ended(proven=False, refused=True)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tried) == 1


def test_after_a_good_login_all_may_go_at_once() -> None:
    logins = testing._Logins()
    with logins.turn() as first:
        assert first
        logins.ended(proven=True, refused=False)
    with logins.turn() as one, logins.turn() as other:
        assert (one, other) == (True, True)


def test_what_a_filter_compares() -> None:
    text = "(&(objectClass=user)(!(cn=a*))(|(memberOf:1.2.840.113556.1.4.1941:=cn=g)(MAIL=*)(mail=x)))"
    assert contents.filter_attributes(filters.parsed(text)) == ("objectClass", "cn", "memberOf", "MAIL")
    assert contents._memberships(filters.parsed(text)) == (("cn=g", True),)


def test_limits_and_names() -> None:
    described = Described(base="dc=x,dc=y")
    cut = contents.People(count=500, limit="The server gives no more entries than its size limit allows.")
    assert contents.limits(cut, described).verdict is Verdict.WARNING
    people = contents.People(count=3)
    people.accounts.update(["anna", "anna", "bob"])
    people.unusable.append("o'neil")
    found = list(contents._names_in_use(people, "uid"))
    assert [
        (one.verdict, words in one.text) for one, words in zip(found, ("anna", "o'neil"), strict=True)
    ] == [
        ("bad", True),
        ("warning", True),
    ]


def test_the_schema_that_phones_need_is_ours() -> None:
    from azdesk.directory import asterisk_schema

    assert set(schema._USED) <= set(asterisk_schema.ATTRIBUTES)


def test_azdesks_own_accounts_are_no_people() -> None:
    found = contents.People()
    for account in ("anna", "azcheck-a251", "azcheck-a253"):
        contents._count(
            found, Entry(dn=f"uid={account},ou=People", attributes={"uid": [account.encode()]}), "uid"
        )
    described = Described(base="dc=test,dc=local")
    assert contents.matching(found, described, ()).text == (
        "The filter matches 3 people. Among them are AZDesk's own for trying logins: 2."
    )

"""Batches looked through, and the journal of who handed out whose account."""

from __future__ import annotations

import json
import os
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from azdesk.app import enrolment
from azdesk.app.enrolment import Act, Batch, check
from azdesk.core.errors import Cancelled, EnrolmentError
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.directory.people import Person
from azdesk.enrol.design import Design
from azdesk.fleet import store
from tests.unit.enrol.people import ALICE, people
from tests.unit.enrol.test_home import DOCUMENT


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_everybody_is_looked_at_and_each_fault_named() -> None:
    bob = replace(ALICE, uid="bob", password=None)
    eve = replace(ALICE, uid="eve", user="evewanip:eve")
    long = replace(ALICE, uid="long", email="x" * 600)
    tight = replace(ALICE, uid="tight", email="x" * 120)
    found = check(Batch(people=(ALICE, bob, eve, long, tight), design=Design(layout="5160")))
    assert found.good == (ALICE, tight)
    assert [problem.where for problem in found.problems] == ["bob", "eve", "long"]
    assert found.dense == 1
    assert 0.25 <= found.densest_mm < 0.34
    roomy = check(Batch(people=people(3), design=Design(layout="sheet")))
    assert (len(roomy.good), roomy.dense) == (3, 0)
    assert check(Batch(people=())).densest_mm == 0


def test_looking_can_be_stopped() -> None:
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled):
        check(Batch(people=(ALICE,)), job)


def test_the_journal_keeps_order_and_no_secrets(data: Path) -> None:
    assert enrolment.entries() == ()
    for act, whose in ((Act.SHOWN, ("alice",)), (Act.PRINTED, ("alice", "bob ü\n"))):
        enrolment.note(
            who="admin@desk", act=act, people=whose, form="azblink-1", layout="sheet", target="Laser 1"
        )
    newest, oldest = enrolment.entries()
    assert (newest.act, newest.people, newest.target) == (Act.PRINTED, ("alice", "bob ü\n"), "Laser 1")
    assert (oldest.act, oldest.who) == (Act.SHOWN, "admin@desk")
    assert newest.at >= oldest.at
    assert enrolment.entries(1) == (newest,)
    lines = (data / "enrolment.jsonl").read_text().splitlines()
    assert [json.loads(line)["act"] for line in lines] == ["shown", "printed"]
    if os.name == "posix":
        assert stat.S_IMODE((data / "enrolment.jsonl").stat().st_mode) == 0o600


def test_a_damaged_journal_is_read_as_far_as_it_goes(data: Path) -> None:
    enrolment.note(who="a", act=Act.SAVED, people=("x",), form="xmpp")
    path = data / "enrolment.jsonl"
    path.write_bytes(b'\xff\n[1]\n{"at": "no"}\nnull\n' + path.read_bytes() + b'{"at": 1, "who')
    assert [entry.people for entry in enrolment.entries()] == [("x",)]
    enrolment.note(who="a", act=Act.SAVED, people=("y",), form="xmpp")
    assert [entry.people for entry in enrolment.entries()] == [("y",), ("x",)]


def test_many_write_at_once() -> None:
    def write(name: str) -> None:
        for at in range(10):
            enrolment.note(who=name, act=Act.COPIED, people=(f"{name}{at}",), form="xmpp")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({entry.people for entry in enrolment.entries()}) == 40


def test_where_nothing_can_be_noted_nothing_is_done(data: Path) -> None:
    data.parent.joinpath("data").write_text("a file where the folder should be")
    with pytest.raises(EnrolmentError, match="cannot be written") as refused:
        enrolment.note(who="a", act=Act.SHOWN, people=("x",), form="xmpp")
    assert "Nothing was shown" in refused.value.next_step
    with pytest.raises(EnrolmentError, match="cannot be read"):
        enrolment.entries()


def test_a_batch_makes_what_it_promises() -> None:
    batch = Batch(people=people(10), design=Design(layout="cards-8"))
    assert batch.pages == 2
    assert batch.payload(3).uid == "p3"
    assert batch.code(3).modules > 20
    assert list(batch.page(1).people) == [8, 9]


def test_people_of_the_directory() -> None:
    fleet = store.parse(DOCUMENT)
    people = (
        Person(account="alice", name="Alice", number="6801", mail="a@b.c", password=Secret("x")),
        Person(account="bob", number="1", home="192.0.2.3"),
        Person(account="eve", number="2"),
        Person(account="out", number="6802", enabled=False),
    )
    accounts, problems = enrolment.accounts_of(fleet, people)
    assert [(one.uid, one.host, one.jid) for one in accounts] == [
        ("alice", "a251", "alice@a.example"),
        ("bob", "a253", "bob@b.example"),
    ]
    assert accounts[0].password == Secret("x")
    assert accounts[0].organisation == "Example"
    assert [problem.where for problem in problems] == ["eve", "out"]
    assert "disabled" in problems[1].what


def test_at_which_host_a_person_is_at_home() -> None:
    fleet = store.parse(DOCUMENT)

    def home(number: str = "", address: str = "") -> str:
        return enrolment.home_host(fleet, Person(number=number, home=address))

    assert home("6801", "192.0.2.3") == "a251"
    assert home("1234", "192.0.2.3") == "a253"
    assert home("", "b.example.org") == "a253"
    assert home("1234", "elsewhere") == ""
    fleet = store.parse(DOCUMENT.replace('cluster = "b.example"', 'cluster = "a.example"'))
    assert home("1234") == "a251"

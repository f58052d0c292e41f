"""Calls, phones and trunks in the terminal, against practice hosts."""

from __future__ import annotations

import csv
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from azdesk.onhost.login import Place
from azdesk.practice import PracticeFleet
from azdesk.practice.asterisk import registrar
from azdesk.practice.asterisk.channels import PracticeCall
from azdesk.practice.asterisk.service import of
from azdesk.practice.logins import Attempt

from .conftest import Home, Screen
from .test_shapes import holds

PLAN = """
[number_plan]
scheme = "prefixed"
reach = "fleet"
[number_plan.between]
qualify = 1
[rules.room]
pattern = "6899"
target = "conference"
number = "6899"
"""


@pytest.fixture
def office(fleet: PracticeFleet, home: Home, document: Path) -> Path:
    """Two hosts that call each other."""
    text = document.read_text() + PLAN
    for host, prefix in (("a251", "301"), ("a253", "302")):
        text = text.replace(
            f"[hosts.{host}]\n", f'[hosts.{host}]\nnumbers = ["68XX"]\ncalls.prefix = "{prefix}"\n'
        )
    document.write_text(text)
    home.knows(fleet)
    said = home.run(
        "apply", document, "--yes", "--allow-loss", "ejabberd@a251", "--allow-loss", "ejabberd@a253"
    )
    assert said.code in (0, 2), said
    return document


def call(fleet: PracticeFleet, number: str = "3026899") -> PracticeCall:
    made = PracticeCall(fleet.host("a251"), "6801", number)
    assert made.journey.connected, made.journey
    return made


def test_calls_phones_and_trunks(fleet: PracticeFleet, home: Home, office: Path) -> None:
    host = fleet.host("a251")
    running = of(host)
    assert running is not None
    place = Place("sip://127.0.0.1:5060", 3.0)
    phone = Attempt(source=fleet.host("a253"), place=place, account="6801", password="")
    registrar.keep(running.database, phone, time.time() + 600)
    call(fleet)

    seen = holds(home.run("live", "calls", office, "--json"), "live-calls")
    (one,) = seen["calls"]
    assert (one["hosts"], one["caller"], one["callee"], one["state"], one["codec"]) == (
        ["a251", "a253"], "6801", "3026899", "talking", "ulaw",
    )  # fmt: skip
    said = home.run("live", "calls", office)
    assert said.code == 0
    assert "6801  3026899  talking" in said.out
    assert "a251 → a253" in said.out
    assert said.out.endswith("1 call in progress.\n")
    assert home.run("live", "calls", office, "--number", "9999").out == "0 calls in progress.\n"

    (known,) = holds(home.run("live", "phones", office, "--json"), "live-phones")["phones"]
    assert (known["account"], known["host"], known["client"], known["since"]) == (
        "6801",
        "a251",
        "practice",
        None,
    )
    found = holds(home.run("live", "trunks", office, "--json"), "live-trunks")["trunks"]
    assert [(each["host"], each["name"], each["calls"]) for each in found] == [
        ("a251", "az-host-a253", 1), ("a253", "az-host-a251", 1),
    ]  # fmt: skip
    assert "0.8 ms" in home.run("live", "trunks", office).out

    # Asked first; with --yes done, noted by the host, and gone on both.
    key = one["id"]
    assert home.run("live", "hang-up", office, key).code == 3
    unsure = holds(home.run("live", "hang-up", office, key, "--json"), "live-hang-up")
    assert unsure["outcome"] is None
    done = home.run("live", "hang-up", office, key, "--yes")
    assert (done.code, done.out) == (0, "It is over.\n")
    assert home.run("live", "calls", office).out == "0 calls in progress.\n"
    assert "Hang up the call from 6801 to 3026899" in home.run("journal", office, "--host", "a251").out
    gone = home.run("live", "hang-up", office, key, "--yes")
    assert gone.code == 1
    assert "There is no call" in gone.err


def test_call_records(fleet: PracticeFleet, home: Home, office: Path, tmp_path: Path) -> None:
    assert "Asterisk has written no call records there." in home.run("cdr", "list", office).out
    for _ in range(3):
        call(fleet).end()
    found = holds(home.run("cdr", "list", office, "--limit", "4", "--json"), "cdr-list")
    assert (len(found["records"]), found["more"]) == (4, True)
    assert {one["host"] for one in found["records"]} == {"a251", "a253"}
    said = home.run(
        "cdr", "list", office, "--host", "a251", "--number", "3026899", "--direction", "between", "--answered"
    )
    assert said.code == 0
    assert said.out.endswith("3 records.\n")
    assert "6801  3026899  between" in said.out
    assert home.run("cdr", "list", office, "--missed", "--since", "1h").out == "0 records.\n"

    target = tmp_path / "calls.csv"
    done = holds(home.run("cdr", "export", office, target, "--since", "1h", "--json"), "cdr-export")
    assert done["count"] == 6
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert {row["outcome"] for row in rows} == {"ANSWERED"}
    again = home.run("cdr", "export", office, target)
    assert again.code == 1
    assert "--replace" in again.err
    assert home.run("cdr", "export", office, target, "--replace", "--number", "nobody").out.startswith(
        "0 records in"
    )


def test_a_host_that_does_not_answer(fleet: PracticeFleet, home: Home, office: Path) -> None:
    call(fleet)
    stopped = fleet.host("a253").run(["systemctl", "stop", "asterisk"])
    assert stopped is not None
    seen = home.run("live", "calls", office)
    assert seen.code == 1
    assert "a253" in seen.err
    assert "Asterisk" in seen.err
    assert "0 calls in progress." in seen.out  # it ended with one of its two sides


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
def test_watching_tells_what_begins_and_ends(
    fleet: PracticeFleet, home: Home, office: Path, screen: Callable[..., Screen]
) -> None:
    at = screen("live", "calls", office, "--watch")
    time.sleep(1.0)
    made = call(fleet)
    at.wait_for("6801 → 3026899  talking  a251 → a253")
    made.end()
    at.wait_for("over")
    at.process.send_signal(signal.SIGINT)
    assert at.end() == 0

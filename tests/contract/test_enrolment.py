"""People of the fleet's own directory onto codes: the same on the practice fleet and on a real slapd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from azdesk.app import enrolment
from azdesk.app.enrolment import Batch
from azdesk.app.people import People, changing, looking
from azdesk.core.errors import EnrolmentError
from azdesk.core.secret import Secret
from azdesk.enrol import client
from azdesk.fleet.accounts import Enrolment
from azdesk.fleet.model import Cluster
from tests.contract.test_directory import Server
from tests.contract.test_people import binds, data, otto, people, server

__all__ = ["data", "people", "server"]
"""Fixtures."""


@pytest.fixture
def office(people: People) -> Iterator[People]:
    """The same people, of a document that says what goes into codes."""
    fleet = people.fleet
    hosts = {**fleet.hosts, "a251": replace(fleet.hosts["a251"], cluster="test.local")}
    people.session.update(
        replace(
            fleet,
            hosts=hosts,
            clusters={"test.local": Cluster()},
            enrolment=Enrolment(wan_address="vpn.example.org", vpn_address="172.16.38.1"),
        )
    )
    yield people
    people.session.update(fleet)  # the server's links are shared with the next test


def says(people: People, account: str) -> dict[str, str]:
    """What the phone client makes of a person's code."""
    fetched = enrolment.fetch(people, (account,))
    if fetched.left_out:
        raise fetched.left_out[0]
    batch = Batch(people=fetched.accounts)
    assert batch.code(0).modules
    return client.read(batch.payload(0).text.reveal(), client.LAYOUTS[1])


def test_what_a_code_says_logs_in(office: People, server: Server) -> None:
    made = changing.add(office, otto(), Secret("Kennwört 7 €"))
    read = says(office, "otto")
    assert (read["user"], read["number"], read["domain"]) == ("otto", "6853", "test.local")
    assert binds(server, "otto", read["password"])
    changing.set_password(office, made, Secret("Richtig8Hund"))
    assert says(office, "OTTO")["password"] == "Richtig8Hund"
    assert binds(server, "otto", says(office, "otto")["sip_password"])


def test_who_gets_none(office: People) -> None:
    made = changing.add(office, otto(), Secret("Korrekt7Pferd"))
    changing.set_enabled(office, made, False)
    with pytest.raises(EnrolmentError, match="disabled"):
        says(office, "otto")
    changing.add(office, otto(account="berta", number="6854"), None)
    with pytest.raises(EnrolmentError, match="not known") as refused:
        says(office, "berta")
    assert refused.value.where == "berta"
    with pytest.raises(EnrolmentError, match="nobody of this name"):
        says(office, "nobody")


def test_by_words_and_everybody(office: People) -> None:
    changing.add(office, otto(), Secret("Korrekt7Pferd"))
    (found,) = enrolment.fetch(office, text="otto 6853").accounts
    assert (found.uid, found.host) == ("otto", "a251")
    assert len(enrolment.fetch(office, text="").accounts) == len(looking.find(office).people)
    both = enrolment.fetch(office, ("otto", "nobody"), text="otto")
    assert ([one.uid for one in both.accounts], [one.where for one in both.left_out]) == (
        ["otto"],
        ["nobody"],
    )

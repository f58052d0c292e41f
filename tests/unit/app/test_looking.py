"""Looking, and asking other things of hosts: one host's trouble is its own."""

from __future__ import annotations

import dataclasses
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from azdesk.app import backups, journal, observing, service_actions
from azdesk.app.adopting import adopt
from azdesk.app.observing import observe
from azdesk.app.planning import preview
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled, LinkTimeout, ObserveError, Unreachable
from azdesk.core.outcome import HostState
from azdesk.core.progress import Job, Progress
from azdesk.features.registry import FEATURES
from azdesk.fleet import edit
from azdesk.hosts.link import Link
from tests.unit.app.conftest import DOMAIN, Office


def test_hosts_are_looked_at_side_by_side(office: Office) -> None:
    office.practice.host("a253").faults.unreachable = "refused"
    office.practice.host("a251").faults.slow = 1.0
    told: list[Progress] = []
    found = observe(office.session, job=Job(told.append))
    assert [(name, one.readable) for name, one in found.items()] == [
        ("a251", True),
        ("a253", False),
        ("a254", True),
    ]
    assert isinstance(found["a253"].error, Unreachable)
    assert [one.host for one in told][-1] == "a251", "the slow one keeps nobody waiting"
    assert [one.done for one in told] == [1, 2, 3]
    assert dict(office.session.observations) == dict(found)


def test_a_lost_link_is_opened_again(office: Office) -> None:
    assert observe(office.session, ["a251"])["a251"].readable
    office.practice.cut_links("a251")
    assert observe(office.session, ["a251"])["a251"].readable


def test_what_a_host_took_back_is_told_until_it_was_noticed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = office.session
    link = session.pool.link("a251")
    hello = dataclasses.replace(link.hello, recovered=("t1",))
    monkeypatch.setattr(type(link), "hello", hello)
    assert observe(session, ["a251"])["a251"].recovered == ("t1",)
    assert observe(session, ["a251"])["a251"].recovered == ()
    assert session.observations["a251"].recovered == ("t1",), "kept for who has not seen it yet"
    states = session.observations["a251"].states
    session.recovery_noticed(["a251"])
    assert session.observations["a251"].recovered == ()
    assert session.observations["a251"].states is states
    observe(session, ["a251"])
    assert session.observations["a251"].recovered == ()
    office.practice.cut_links("a251")
    observe(session, ["a251"])
    assert session.observations["a251"].recovered == ("t1",), "another link has its own news"


def test_looking_stops_at_once_when_cancelled(office: Office) -> None:
    job = Job()
    office.practice.host("a251").faults.slow = 30.0
    threading.Timer(0.5, job.cancel).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        observe(office.session, job=job)
    assert time.monotonic() - started < 5
    with pytest.raises(Cancelled):
        journal.read(office.session, job=job)


def test_looking_does_not_cut_off_a_change(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    look, link = Link.look, office.session.pool.link("a251")
    monkeypatch.setattr(Link, "look", lambda self, probes: look(self, probes, timeout=0.2))
    with link._having_turn(1.0, "applying"):
        found = observe(office.session, ["a251"])["a251"]
    assert isinstance(found.error, LinkTimeout)
    assert link.alive
    assert observe(office.session, ["a251"])["a251"].readable
    assert office.session.pool.link("a251") is link


@pytest.mark.parametrize("part", ["parse", "probes"])
def test_a_fault_in_one_feature_is_one_hosts_problem(
    office: Office, monkeypatch: pytest.MonkeyPatch, part: str, a_fault_of_ours: Any
) -> None:
    """A parser's fault is its feature's; a host whose questions cannot be asked says so."""
    first = FEATURES[0]
    working = getattr(first, part)

    def broken(*args: Any) -> Any:
        if (args[0].host if part == "parse" else args[1]) == "a253":
            raise KeyError("oops")
        return working(*args)

    monkeypatch.setattr(
        observing,
        "FEATURES",
        (dataclasses.replace(first, **{part: broken}), *FEATURES[1:]),  # type: ignore[arg-type]
    )
    found = observe(office.session)
    assert [one.readable and not one.problems for one in found.values()] == [True, False, True]
    wrong = found["a253"].problems.get(first.key) or found["a253"].error
    assert isinstance(wrong, ObserveError)
    assert "oops" not in str(wrong)
    assert "Please report this" in str(wrong)
    if part == "parse":
        assert "names" in found["a253"].states
    assert preview(office.outside, found).plan.host("a253").blocked


def test_what_is_raised_side_by_side_comes_through() -> None:
    def ask(host: str) -> str:
        if host == "b":
            raise ObserveError("no", where=host)
        return host.upper()

    assert sorted(side_by_side(["a", "c"], ask, Job(), name="t")) == [("a", "A"), ("c", "C")]
    assert list(side_by_side([], ask, Job(), name="t")) == []
    with pytest.raises(ObserveError):
        list(side_by_side(["b"], ask, Job(), name="t"))


# -- adopting -------------------------------------------------------------------------------------------------------


def guided(office: Office) -> Any:
    shared = {
        ("clusters", DOMAIN, "upload", "url"): "https://172.16.38.1:5443/upload",
        ("clusters", DOMAIN, "chat_log", "enabled"): True,
        ("clusters", DOMAIN, "distribution_port"): 5333,
    }
    return edit.with_values(office.cluster("a251", "a253"), shared)


def test_a_cluster_is_taken_into_a_document_that_knows_only_its_hosts(office: Office) -> None:
    fleet = guided(office)
    office.settle(fleet)
    empty = edit.remove_cluster(fleet, DOMAIN, release=True)
    observations = office.review(empty).observations
    for host in ("a251", "a253"):
        empty = adopt(empty, observations[host])
    assert empty == fleet
    assert office.review(empty).plan.empty


def test_one_node_names_the_others(office: Office) -> None:
    fleet = guided(office)
    office.settle(fleet)
    alone = edit.remove_host(edit.remove_cluster(fleet, DOMAIN, release=True), "a253")
    found = adopt(alone, office.review(alone).observations["a251"])
    assert found.nodes(DOMAIN) == ("a251", "a253")
    assert found.lan_address("a253") == fleet.lan_address("a253")


def test_only_what_was_asked_for_is_adopted(office: Office) -> None:
    office.settle(guided(office))
    seen = office.review(office.outside).observations["a251"]
    found = adopt(office.outside, seen, ["xmpp"])
    assert found.hosts["a251"].cluster == DOMAIN
    assert not found.clusters[DOMAIN].upload.enabled


def test_nothing_is_adopted_from_a_host_that_was_not_read(office: Office) -> None:
    office.practice.host("a251").faults.unreachable = "refused"
    with pytest.raises(ObserveError, match="nothing to adopt"):
        adopt(office.outside, observe(office.session, ["a251"])["a251"])


# -- backups ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def backed_up(office: Office) -> Office:
    """a251 with an account, which was put into a cluster of one."""
    office.say("a251", "ejabberdctl register ann localhost pw")
    office.settle(office.cluster("a253", "a251"))
    return office


def test_a_backup_brings_the_accounts_back(backed_up: Office) -> None:
    assert backed_up.nodes("a253") == {"a251", "a253"}
    first = backups.listed(backed_up.session, "a251")[-1]
    assert first.name.endswith("-ejabberd.tar.gz")
    outcome = backups.restore(backed_up.session, "a251", first.name)
    assert outcome.state is HostState.CHANGED
    assert backed_up.accounts("a251", "localhost") == ["ann"]
    assert backed_up.nodes("a251") == {"localhost"}
    # In the document's eyes it is a node that was built anew.
    approved = backed_up.review(backed_up.cluster("a253", "a251"))
    assert "1 account" in approved.plan.host("a251").irreversible[0].irreversible
    backed_up.settle(backed_up.cluster("a253", "a251"))
    assert backed_up.nodes("a253") == {"a251", "a253"}
    times = [one.at for one in backups.listed(backed_up.session, "a251")]
    assert times == sorted(times, reverse=True)
    assert len(times) == 3, "each time what was there was kept"


def test_a_backup_that_is_not_there_changes_nothing(backed_up: Office) -> None:
    outcome = backups.restore(backed_up.session, "a251", "nosuch.tar.gz")
    assert outcome.state is HostState.ROLLED_BACK
    assert "There is no backup" in outcome.message
    assert backed_up.nodes("a253") == {"a251", "a253"}


def test_a_download_is_whole_or_not_there(backed_up: Office, tmp_path: Path) -> None:
    session, backup = backed_up.session, backups.listed(backed_up.session, "a251")[0]
    target = tmp_path / backups.suggested_name(backup)
    assert backups.download(session, "a251", backup.name, target) == backup.size == target.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o600
    content = target.read_bytes()
    job = Job()
    job.cancel()
    with pytest.raises(AzdeskError):
        backups.download(session, "a251", backup.name, target, job)
    assert target.read_bytes() == content
    with pytest.raises(AzdeskError, match="nosuch"):
        backups.download(session, "a251", "nosuch.tar.gz", target)
    with pytest.raises(AzdeskError, match="could not be written"):
        backups.download(session, "a251", backup.name, tmp_path / "no" / "such.tar.gz")
    assert not [path for path in tmp_path.iterdir() if ".part" in path.name]
    assert target.read_bytes() == content


# -- journal and services ---------------------------------------------------------------------------------------------


def test_the_journal_of_all_hosts(office: Office) -> None:
    office.settle(office.cluster("a251", "a253"))
    service_actions.act(office.session, "a254", "asterisk.service", "restart")
    office.practice.host("a253").faults.unreachable = "refused"
    office.practice.cut_links("a253")
    found = journal.read(office.session)
    assert set(found.problems) == {"a253"}
    assert (found.entries[0].host, found.entries[0].title) == ("a254", "Restart asterisk")
    assert [entry.started for entry in found.entries] == sorted(
        (entry.started for entry in found.entries), reverse=True
    )
    assert journal.read(office.session, []).entries == ()
    assert len(journal.read(office.session, ["a251"], limit=1).entries) == 1


def test_services_are_started_and_stopped(office: Office) -> None:
    session, unit = office.session, "asterisk.service"
    assert service_actions.act(session, "a251", unit, "stop").good
    assert session.observations["a251"].states["services"].running == ("ejabberd.service",)
    assert service_actions.act(session, "a251", unit, "start").good
    assert "asterisk" in service_actions.last_lines(session, "a251", unit, 5)
    with pytest.raises(AzdeskError, match="not something a unit can do"):
        service_actions.act(session, "a251", unit, "explode")
    outcome = service_actions.act(session, "a251", "nosuch.service", "start")
    assert outcome.state is HostState.ROLLED_BACK

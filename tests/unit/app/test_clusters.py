"""Whatever becomes of a cluster, one plan brings it to what the document says, and no data is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from azdesk.app.joining import Check, CheckState, check_join, leader
from azdesk.app.planning import Preview, preview
from azdesk.core.errors import ObserveError
from azdesk.core.outcome import HostState
from azdesk.features.cluster.state import ClusterState
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from tests.unit.app.conftest import DOMAIN, Office, titles

PORT = ("clusters", DOMAIN, "distribution_port")
SPOOL = "/var/lib/ejabberd"


def lost(approved: Preview, host: str) -> list[str]:
    return [step.irreversible for step in approved.plan.host(host).irreversible]


def wipe(office: Office, host: str) -> None:
    """As if the host had been set up again under its old name."""
    files = office.practice.host(host).files
    office.say(host, "systemctl stop ejabberd")
    for pattern in ("*.D*", "*.LOG"):
        for name in files.names(SPOOL, pattern):
            files.remove(f"{SPOOL}/{name}")
    office.say(host, "systemctl start ejabberd")


@pytest.fixture
def pair(office: Office) -> Office:
    """a251 and a253 as a cluster with one account."""
    office.settle(office.cluster("a251", "a253"))
    office.say("a251", f"ejabberdctl register ann {DOMAIN} pw")
    return office


def test_three_join_at_once(office: Office) -> None:
    office.settle(office.cluster("a251", "a253", "a254"))
    for host in ("a251", "a253", "a254"):
        assert office.nodes(host) == {"a251", "a253", "a254"}


@pytest.mark.parametrize("down", [["a253"], ["a251"], ["a251", "a253"], ["a253", "a251"]], ids="-".join)
def test_a_node_that_only_stopped_is_only_started(pair: Office, down: list[str]) -> None:
    """Also where all are down: the one that stopped first comes back with the other, though it may be the seed."""
    for host in down:
        pair.say(host, "systemctl stop ejabberd")
    fleet = pair.cluster("a251", "a253")
    approved = pair.review(fleet)
    for host in down:
        assert titles(approved, host)[:2] == ["Start ejabberd", "Wait until ejabberd has started"]
        assert not lost(approved, host)
    pair.settle(fleet)
    assert pair.nodes("a251") == pair.nodes("a253") == {"a251", "a253"}
    assert pair.accounts("a253") == ["ann"]


def test_the_seed_built_anew_joins_those_that_have_the_data(pair: Office) -> None:
    wipe(pair, "a251")
    assert pair.nodes("a251") == {"a251"}
    approved = pair.review(pair.cluster("a251", "a253"))
    assert approved.plan.host("a251").after == ("a253",)
    assert leader(approved.fleet, approved.observations, DOMAIN) == "a253"
    assert leader(approved.fleet, {}, DOMAIN) == "a251"
    pair.settle(pair.cluster("a251", "a253"))
    assert pair.accounts("a251") == pair.accounts("a253") == ["ann"]


def test_a_port_is_not_changed_under_a_running_cluster(pair: Office) -> None:
    before = {host: pair.files(host) for host in ("a251", "a253")}
    fleet = edit.with_value(pair.cluster("a251", "a253"), PORT, 5300)
    approved = pair.review(fleet)
    outcome = pair.apply(approved)
    for host in ("a251", "a253"):
        assert titles(approved, host) == []
        assert outcome.host(host).state is HostState.NOT_RUN
        assert "Take all but a251 out" in outcome.host(host).message
        assert pair.files(host) == before[host]
    for host in ("a251", "a253"):
        pair.say(host, "systemctl stop ejabberd")
    assert all(plan.blocked for plan in pair.review(fleet).plan if plan.host != "a254")


def test_a_port_is_changed_the_way_that_the_note_tells(pair: Office) -> None:
    fleet = edit.with_value(pair.cluster("a251", "a253"), PORT, 5300)
    pair.settle(edit.move_host(fleet, "a253", ""))
    pair.settle(fleet)
    assert pair.nodes("a251") == pair.nodes("a253") == {"a251", "a253"}
    assert pair.accounts("a253") == ["ann"]
    states = [pair.session.observations[host].states["cluster"] for host in ("a251", "a253")]
    assert all(isinstance(state, ClusterState) and state.port == 5300 for state in states)


def test_a_node_is_renamed_in_one_plan(pair: Office) -> None:
    fleet = edit.with_value(pair.cluster("a251", "a253"), ("hosts", "a251", "node"), "b251")
    assert not lost(pair.review(fleet), "a251"), "the other node has the same data"
    pair.settle(fleet)
    assert pair.nodes("a253") == {"b251", "a253"}
    assert "stopped db nodes   = []" in pair.say("a253", "ejabberdctl mnesia_info_ctl")
    assert pair.accounts("a251") == ["ann"]


def test_not_all_nodes_are_renamed_at_once(pair: Office) -> None:
    names = {"hosts.a251.node": "b251", "hosts.a253.node": "b253"}
    outcome = pair.apply(pair.review(edit.with_values(pair.cluster("a251", "a253"), names)))
    assert "Rename one node after the other" in outcome.host("a251").message
    assert outcome.host("a253").message == "It waits for a251, which was not changed."
    assert pair.accounts("a251") == ["ann"]


def test_a_host_moves_to_a_cluster_of_its_own(office: Office) -> None:
    fleet = office.cluster("a251", "a253", "a254")
    office.settle(fleet)
    office.say("a253", f"ejabberdctl register ann {DOMAIN} pw")
    cookie = office.files("a253")["cookie"]
    fleet = office.cluster("a251", domain="other.local", base=fleet)
    assert "1 account" in lost(office.review(fleet), "a251")[0]
    office.settle(fleet)
    assert office.nodes("a251") == {"a251"}
    assert office.accounts("a251", "other.local") == []
    assert office.files("a251")["cookie"] != cookie
    office.say("a251", "systemctl restart ejabberd")
    assert office.nodes("a253") == {"a253", "a254"}, "it did not come back by itself"
    office.settle(office.cluster("a253", domain="other.local", base=fleet))
    assert office.nodes("a251") == {"a251", "a253"}
    assert office.accounts("a254") == ["ann"]


@pytest.mark.parametrize("second", ["a253", "a254"], ids=["moved-with-it", "fresh"])
def test_a_host_joins_one_that_is_moved_in_the_same_plan(pair: Office, second: str) -> None:
    """The moved one gets another cookie meanwhile: neither the old one nor its digest is of any use."""
    fleet = pair.cluster("a251", "a253")
    if second == "a253":
        fleet = pair.cluster("a254", base=fleet)
        pair.settle(fleet)  # somebody has to be left there, or the cluster is only renamed
    old = pair.files("a251")["cookie"]
    moved = pair.cluster("a251", second, domain="other.local", base=fleet)
    check = next(one for one in _join_checks(pair, moved, second) if one.key == "cookie")
    assert check.state is CheckState.PLANNED
    assert "a cookie of its own" in check.detail
    pair.settle(moved)
    assert pair.nodes("a251") == pair.nodes(second) == {"a251", second}
    assert pair.files("a251")["cookie"] == pair.files(second)["cookie"] != old


def _join_checks(office: Office, fleet: Fleet, host: str) -> tuple[Check, ...]:
    office.session.update(fleet)
    return check_join(office.session, host).checks


def test_a_domain_that_is_renamed_keeps_its_nodes_together(pair: Office) -> None:
    fleet = edit.rename_cluster(pair.cluster("a251", "a253"), DOMAIN, "new.local")
    approved = pair.review(fleet)
    assert not lost(approved, "a251") + lost(approved, "a253")
    pair.settle(fleet)
    assert pair.nodes("a251") == {"a251", "a253"}


def test_a_cluster_taken_out_of_the_document_is_dissolved(pair: Office) -> None:
    approved = pair.review(pair.outside)
    assert all("1 account" in lost(approved, host)[0] for host in ("a251", "a253"))
    assert {step.confirm for step in approved.plan.host("a253").irreversible} == {"a253"}
    pair.settle(pair.outside)
    assert pair.nodes("a251") == pair.nodes("a253") == {"localhost"}
    assert pair.files("a251")["cookie"] != pair.files("a253")["cookie"]


def test_a_host_taken_out_of_the_document_is_only_named(pair: Office) -> None:
    fleet = edit.remove_host(pair.cluster("a251", "a253"), "a253")
    approved = pair.review(fleet)
    assert "Let the cluster forget ejabberd@a253" not in titles(approved, "a251")
    assert "ejabberd@a253 runs in this cluster, but the document does not have it." in [
        note.text for note in approved.plan.host("a251").notes
    ]


def test_names_set_after_our_block_do_not_win(pair: Office) -> None:
    pair.practice.host("a253").files.append("/etc/default/ejabberd", "INET_DIST_INTERFACE=127.0.0.1\n")
    pair.settle(pair.cluster("a251", "a253"))
    assert pair.nodes("a251") == {"a251", "a253"}


def test_settings_are_set_right_one_node_after_the_other(pair: Office) -> None:
    for host in ("a251", "a253"):
        path = "/etc/default/ejabberd"
        files = pair.practice.host(host).files
        files.write(path, "\n".join(line for line in files.text(path).split("\n") if "AZDesk" not in line))
    approved = pair.review(pair.cluster("a251", "a253"))
    assert titles(approved, "a251")
    assert titles(approved, "a253")
    assert approved.plan.host("a253").after == ("a251",), "both would be away at the same time"
    pair.settle(pair.cluster("a251", "a253"))
    assert pair.nodes("a251") == {"a251", "a253"}


UPLOAD = ("clusters", DOMAIN, "upload", "url")


@pytest.fixture
def three(office: Office) -> Office:
    """a251, a253 and a254 as a cluster."""
    office.settle(office.cluster("a251", "a253", "a254"))
    return office


def restarted(approved: Preview) -> list[str]:
    return [plan.host for plan in approved.plan if "Restart ejabberd" in titles(approved, plan.host)]


def test_nodes_restart_one_after_the_other_whatever_they_restart_for(three: Office) -> None:
    fleet = three.cluster("a251", "a253", "a254")
    fleet = edit.with_value(fleet, UPLOAD, "https://172.16.38.1:5443/upload")
    recording = edit.with_value(fleet, ("clusters", DOMAIN, "chat_log", "enabled"), True)
    moved = edit.with_value(recording, ("clusters", DOMAIN, "chat_log", "directory"), "/srv/chat/logs")
    for wanted in (fleet, recording, moved):
        approved = three.review(wanted)
        assert restarted(approved) == ["a251", "a253", "a254"]
        assert [plan.after for plan in approved.plan] == [(), ("a251",), ("a253",)]
        three.settle(wanted)
    one = three.review(edit.with_value(recording, UPLOAD, ""), ["a253"])
    assert one.plan.host("a253").after == ()


def test_a_plan_says_that_it_loads_what_was_edited_by_hand(pair: Office) -> None:
    fleet = edit.with_value(pair.cluster("a251", "a253"), UPLOAD, "https://172.16.38.1:5443/upload")
    plan = pair.review(fleet).plan.host("a251")
    assert plan.steps[0].title.startswith("Load ejabberd's present configuration")
    assert [note.text for note in plan.notes if "edited there by hand" in note.text]


def test_no_node_restarts_after_one_that_failed(three: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    fleet = edit.with_value(three.cluster("a251", "a253", "a254"), UPLOAD, "https://172.16.38.1:5443/upload")
    approved = three.review(fleet)
    host = three.practice.host("a253")
    run, before = host.run, three.files("a254")

    def refusing(argv: list[str], **more: Any) -> Any:
        return run(["no-such-program"] if "reload_config" in argv else argv, **more)

    monkeypatch.setattr(host, "run", refusing)
    outcome = three.apply(approved)
    assert [one.state for one in outcome] == [HostState.CHANGED, HostState.ROLLED_BACK, HostState.NOT_RUN]
    assert outcome.host("a254").message == "It waits for a253, which was not changed."
    assert three.files("a254") == before


def test_a_host_joins_when_the_nodes_have_restarted(pair: Office) -> None:
    fleet = edit.with_value(pair.cluster("a251", "a253", "a254"), UPLOAD, "https://172.16.38.1:5443/upload")
    approved = pair.review(fleet)
    assert approved.plan.host("a254").after == ("a251", "a253")
    pair.settle(fleet)
    assert pair.nodes("a254") == {"a251", "a253", "a254"}


def test_a_plan_without_the_host_that_it_waits_for_is_blocked(office: Office) -> None:
    fleet = office.cluster("a251", "a253")
    approved = office.review(fleet, ["a253"])
    plan = approved.plan.host("a253")
    assert plan.steps
    (why,) = [note.text for note in plan.notes if note.blocking]
    assert why.startswith("It can change only after a251, which has changes of its own")
    assert office.apply(approved).host("a253").state is HostState.NOT_RUN
    assert not office.review(fleet, ["a251"]).plan.host("a251").blocked
    assert not any(one.blocked for one in office.review(fleet).plan)


def test_nodes_do_not_wait_for_one_that_cannot_be_changed(three: Office) -> None:
    fleet = edit.with_value(three.cluster("a251", "a253", "a254"), UPLOAD, "https://172.16.38.1:5443/upload")
    observed = dict(three.review(fleet).observations)
    seen = observed["a253"]
    observed["a253"] = replace(
        seen,
        states={key: state for key, state in seen.states.items() if key != "chatlog"},
        problems={"chatlog": ObserveError("too large", where="a253")},
    )
    plan = preview(fleet, observed).plan
    assert plan.host("a253").blocked
    assert "Restart ejabberd" in [step.title for step in plan.host("a253").steps]
    assert plan.host("a254").after == ("a251",)


def test_hosts_swap_clusters(office: Office) -> None:
    fleet = office.cluster("a253", "a251")
    fleet = office.cluster("a254", domain="other.local", base=fleet)
    office.settle(fleet)
    swapped = office.cluster("a253", domain="other.local", base=fleet)
    swapped = office.cluster("a254", domain=DOMAIN, base=swapped)
    office.settle(swapped)
    assert office.nodes("a251") == {"a251", "a254"}
    assert office.nodes("a253") == {"a253"}

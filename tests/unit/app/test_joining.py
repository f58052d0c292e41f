"""Every precondition of a join in each of its states, and the faults that ejabberd reports alike told apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from azdesk.app.joining import CheckState, JoinReport, check_join
from azdesk.core.errors import AzdeskError, LinkError
from azdesk.core.outcome import HostState
from azdesk.fleet import edit
from tests.unit.app.conftest import DOMAIN, Office

COOKIE = "/var/lib/ejabberd/.erlang.cookie"
OK, PLANNED, WARNING, FAILED = CheckState.OK, CheckState.PLANNED, CheckState.WARNING, CheckState.FAILED


@pytest.fixture
def first(office: Office) -> Office:
    """a251 is the first of the cluster; a253 is to join it."""
    office.settle(office.cluster("a251"))
    office.session.update(office.cluster("a251", "a253"))
    return office


def states(report: JoinReport) -> dict[str, CheckState]:
    return {check.key: check.state for check in report.checks}


def detail(report: JoinReport, key: str) -> str:
    return next(check.detail for check in report.checks if check.key == key)


def test_two_fresh_hosts(office: Office) -> None:
    office.session.update(office.cluster("a251", "a253"))
    seed = check_join(office.session, "a251")
    assert (seed.target, seed.possible, states(seed)) == ("a251", True, {"membership": OK, "data": OK})
    report = check_join(office.session, "a253")
    assert (report.target, report.possible) == ("a251", True)
    assert states(report) == {
        "names": PLANNED,
        "node": PLANNED,
        "port": PLANNED,
        "versions": OK,
        "cookie": PLANNED,
        "membership": OK,
        "data": OK,
    }
    assert "a253 does not know a251" in detail(report, "names")


def test_a_first_node_that_is_ready(first: Office) -> None:
    first.say("a253", "ejabberdctl register ann localhost pw")
    report = check_join(first.session, "a253")
    assert states(report) == {
        "names": PLANNED,
        "node": OK,
        "port": OK,
        "versions": OK,
        "cookie": PLANNED,
        "membership": OK,
        "data": WARNING,
    }
    assert "1 account" in detail(report, "data")
    assert "ms" in detail(report, "port")
    for host in ("a251", "a253"):
        assert first.files(host)["cookie"].decode() not in repr(report)


def test_a_host_that_has_joined(first: Office) -> None:
    first.settle(first.cluster("a251", "a253"))
    report = check_join(first.session, "a253")
    assert {state for key, state in states(report).items() if key != "data"} == {OK}
    assert "running db nodes = [ejabberd@a251,ejabberd@a253]" in detail(report, "membership")


def test_a_closed_port(first: Office) -> None:
    first.practice.host("a251").faults.closed_ports.add(5210)
    report = check_join(first.session, "a253")
    assert states(report)["port"] is FAILED
    assert "firewall" in detail(report, "port")
    assert not report.possible


def test_a_target_that_is_down(first: Office) -> None:
    first.say("a251", "systemctl stop ejabberd")
    report = check_join(first.session, "a253")
    assert states(report)["node"] is FAILED
    assert "Start it there" in detail(report, "node")


def test_other_versions_and_none(first: Office) -> None:
    status = "/var/lib/dpkg/status"
    files = first.practice.host("a253").files
    text = files.text(status)
    assert "Package: ejabberd\n" in text
    head, tail = text.split("Package: ejabberd\n", 1)
    own, rest = tail.split("\n\n", 1)
    version = next(line for line in own.split("\n") if line.startswith("Version: "))
    files.write(status, f"{head}Package: ejabberd\n{own.replace(version, 'Version: 21.12-1')}\n\n{rest}")
    report = check_join(first.session, "a253")
    assert states(report)["versions"] is FAILED
    assert "a253 has 21.12, a251 has 26.07" in detail(report, "versions")
    files.write(status, f"{head}{rest}")
    assert "not installed on a253" in detail(check_join(first.session, "a253"), "versions")


def test_a_target_without_a_cookie(first: Office) -> None:
    first.practice.host("a251").files.remove(COOKIE)
    assert states(check_join(first.session, "a253"))["cookie"] is FAILED


def test_a_host_of_another_cluster(office: Office) -> None:
    fleet = office.cluster("a251")
    fleet = office.cluster("a253", "a254", domain="other.local", base=fleet)
    office.settle(fleet)
    office.session.update(office.cluster("a253", base=fleet))
    report = check_join(office.session, "a253")
    assert states(report)["membership"] is WARNING
    assert "ejabberd@a254" in detail(report, "membership")


def test_a_host_that_was_built_anew(first: Office) -> None:
    first.settle(first.cluster("a251", "a253"))
    files = first.practice.host("a253").files
    first.say("a253", "systemctl stop ejabberd")
    for pattern in ("*.D*", "*.LOG"):
        for name in files.names("/var/lib/ejabberd", pattern):
            files.remove(f"/var/lib/ejabberd/{name}")
    first.say("a253", "systemctl start ejabberd")
    report = check_join(first.session, "a253")
    assert states(report)["membership"] is PLANNED
    assert "an old ejabberd@a253" in detail(report, "membership")


def test_a_port_that_the_running_nodes_do_not_have(office: Office) -> None:
    office.settle(office.cluster("a251", "a254"))
    fleet = office.cluster("a251", "a254", "a253")
    office.session.update(edit.with_value(fleet, ("clusters", DOMAIN, "distribution_port"), 5300))
    report = check_join(office.session, "a253")
    assert states(report)["port"] is FAILED
    assert "cannot change it one by one" in detail(report, "port")


def test_what_cannot_be_tested_is_said(first: Office) -> None:
    with pytest.raises(AzdeskError, match="in no cluster"):
        check_join(first.session, "a254")
    first.practice.host("a253").faults.unreachable = "refused"
    first.practice.cut_links("a253")
    with pytest.raises(LinkError):
        check_join(first.session, "a253")


# -- faults that ejabberd reports alike ---------------------------------------------------------------------------


def other_cookie(office: Office) -> None:
    """The first node runs with another cookie than its file has."""
    files = office.practice.host("a251").files
    kept, own = files.text(COOKIE), files.attributes(COOKIE)
    office.say("a251", "systemctl stop ejabberd")
    files.write(COOKIE, "OTHERONE", own)
    office.say("a251", "systemctl start ejabberd")
    files.write(COOKIE, kept, own)


def other_name(office: Office) -> None:
    files = office.practice.host("a251").files
    office.say("a251", "systemctl stop ejabberd")
    for pattern in ("*.D*", "*.LOG"):
        for name in files.names("/var/lib/ejabberd", pattern):
            files.remove(f"/var/lib/ejabberd/{name}")
    text = files.text("/etc/default/ejabberd").replace("ejabberd@a251", "ejabberd@a252")
    files.write("/etc/default/ejabberd", text)
    files.append("/etc/hosts", "192.168.11.251 a252\n")
    office.say("a251", "systemctl start ejabberd")


@pytest.mark.parametrize(
    ("fault", "words", "not_words"),
    [
        (other_cookie, "refused the cookie", ("firewall", "ejabberd@a252")),
        (other_name, "runs as ejabberd@a252", ("firewall", "cookie")),
    ],
)
def test_a_refused_join_is_explained(
    first: Office, fault: Callable[[Office], None], words: str, not_words: tuple[str, ...]
) -> None:
    assert first.apply(first.review(first.cluster("a251", "a253"), ["a251"])).good
    approved = first.review(first.cluster("a251", "a253"), ["a253"])
    before = first.files("a253")
    fault(first)
    outcome = first.apply(approved).host("a253")
    assert outcome.state is HostState.ROLLED_BACK
    assert words in outcome.message
    assert not any(word in outcome.message for word in not_words)
    assert "OTHERONE" not in outcome.message
    assert first.files("a253") == before


def test_a_port_closed_while_joining_is_explained(first: Office) -> None:
    """After the test that the plan itself makes of it, so that ejabberd meets it."""
    approved = first.review(first.cluster("a251", "a253"))

    def close(progress: object) -> None:
        if getattr(progress, "text", "") == "Stop ejabberd":
            first.practice.host("a251").faults.closed_ports.add(5210)

    outcome = first.apply(approved, close).host("a253")
    assert outcome.state is HostState.ROLLED_BACK
    assert "look for a firewall between the two" in outcome.message
    assert "cookie" not in outcome.message

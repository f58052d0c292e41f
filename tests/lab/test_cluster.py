"""Clusters of real ejabberd: what goes wrong is told apart, what is left is clean, what is lost can be brought back."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from azdesk.app import backups
from azdesk.app.applying import ask_awaited
from azdesk.core.outcome import HostOutcome, HostState, Outcome
from tests.lab.faults import breakpoints, picture
from tests.lab.faults.workstation import Workstation, document, fleet_of
from tests.lab.harness import Host, Lab

pytestmark = pytest.mark.timeout(300)
FIRST, SECOND, THIRD = "a253", "a251", "a254"


class Office:
    """A lab, and AZDesk with one document after the other."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.folder = folder

    @contextlib.contextmanager
    def desk(self, cluster: tuple[str, ...], alone: tuple[str, ...] = ()) -> Iterator[Workstation]:
        text = document(self.lab, cluster, alone, chat=False)
        with Workstation(fleet_of(text), self.lab.known_hosts, self.folder) as own:
            yield own

    def apply(self, cluster: tuple[str, ...], alone: tuple[str, ...] = ()) -> Outcome:
        """Bring the hosts into that state; nothing is left to do afterwards."""
        with self.desk(cluster, alone) as own:
            outcome = own.carry_out()
            assert outcome.good, [(one.host, one.state, one.message) for one in outcome]
            left = own.review().plan
            assert left.empty, [step.title for plan in left for step in plan.steps]
        return outcome

    def together(self, *names: str) -> None:
        """All of them say that these, and no others, are their cluster."""
        wanted = {f"ejabberd@{name}" for name in names}
        for name in names:
            seen = picture.take(self.lab.host(name))
            assert (seen.running, seen.stopped) == (wanted, set()), name
            assert seen.units["ejabberd.service"] == "active/running/enabled", name


@pytest.fixture
def office(lab: Lab, tmp_path: Path) -> Office:
    lab.reset(FIRST, SECOND)
    return Office(lab, tmp_path)


# -- three faults that ejabberd reports alike ------------------------------------------------------------


@contextlib.contextmanager
def packets_dropped(at: Host, port: int) -> Iterator[None]:
    """A firewall on a host that drops what comes to one port."""
    rules = (
        f"table inet fault {{ chain in {{ type filter hook input priority 0; tcp dport {port} drop; }}; }}\n"
    )
    at.run(["nft", "-f", "-"], input=rules)
    try:
        yield
    finally:
        at.run(["nft", "delete", "table", "inet", "fault"])


def join_after(office: Office, fault: Callable[[Host], object]) -> HostOutcome:
    """Apply the join, with something gone wrong at the first node since the review."""
    office.apply((FIRST,), (SECOND,))
    with office.desk((FIRST, SECOND)) as own:
        assert own.carry_out([FIRST]).good
        before = picture.take(office.lab.host(SECOND))
        approved = own.review([SECOND])
        fault(office.lab.host(FIRST))
        outcome = own.apply(approved).host(SECOND)
    assert outcome.state in (HostState.ROLLED_BACK, HostState.NOT_RUN), outcome
    assert not before.difference(picture.take(office.lab.host(SECOND)))
    return outcome


def test_an_unreachable_port_is_told(office: Office) -> None:
    office.apply((FIRST,), (SECOND,))
    with office.desk((FIRST, SECOND)) as own, packets_dropped(office.lab.host(FIRST), 5210):
        assert own.carry_out([FIRST]).good
        approved = own.review([SECOND])
        outcome = own.apply(approved).host(SECOND)
    said = outcome.message
    assert f"cannot reach {office.lab.host(FIRST).address}:5210" in said
    assert "firewall" in said
    assert "cookie" not in said
    assert outcome.state is HostState.ROLLED_BACK


def test_another_cookie_is_told(office: Office) -> None:
    """The running node has another one than its file by now, so the right file is the wrong cookie."""

    def other_cookie(host: Host) -> None:
        # What is compared on the way are the files: the process keeps the one it was started with.
        host.sh("ejabberdctl --no-timeout eval 'erlang:set_cookie(node(), otherone).' || true")
        path = "/var/lib/ejabberd/.erlang.cookie"
        host.sh(
            f"systemctl stop ejabberd; cp -a {path} /root/kept; printf OTHERONE > {path}; systemctl start ejabberd"
        )
        host.sh(f"cp -a /root/kept {path}; rm /root/kept")

    said = join_after(office, other_cookie).message
    assert "cookie" in said
    assert "firewall" not in said


def test_another_node_name_is_told(office: Office) -> None:
    def rename(host: Host) -> None:
        host.sh("systemctl stop ejabberd; rm -f /var/lib/ejabberd/*.D* /var/lib/ejabberd/*.LOG")
        host.sh("sed -i 's/^ERLANG_NODE=.*/ERLANG_NODE=ejabberd@a252/' /etc/default/ejabberd")
        host.sh("echo 127.0.0.1 a252 >> /etc/hosts; systemctl start ejabberd")

    said = join_after(office, rename).message
    assert "ejabberd@a252" in said
    assert "cookie" not in said
    assert "firewall" not in said


# -- what is left ------------------------------------------------------------------------------------------


def test_a_join_taken_back_leaves_nothing_that_a_plan_does_not_mend(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    breakpoints.install(monkeypatch)
    office.apply((FIRST,), (SECOND,))
    second = office.lab.host(SECOND)
    with office.desk((FIRST, SECOND)) as own:
        assert own.carry_out([FIRST]).good
        approved = own.review([SECOND])
        titles = [step.title for step in approved.plan.host(SECOND).steps]
        place = f"after {titles.index('Start ejabberd as a member')}"
        with breakpoints.held(second, place) as point:
            said: list[HostOutcome] = []
            work = threading.Thread(target=lambda: said.append(own.apply(approved).host(SECOND)))
            work.start()
            point.reached(timeout=90, still=work)
            # So the node can tell nobody that it leaves: the first one keeps it in its list.
            with second.drop_packets():
                second.run(["kill", "-KILL", str(point.reached(timeout=1)[0])])
                point.go_on()
                office_until_rest(second)
            work.join(timeout=120)
        told = [said[0].state]
        if told == [HostState.AWAITED]:  # it took longer than AZDesk waits
            ask_awaited(own.session, lambda item, state, text: told.append(state))
        assert told[-1] is HostState.ROLLED_BACK
        plan = own.review().plan.host(FIRST)
        assert [step.title for step in plan.steps][:1] == [f"Let the cluster forget ejabberd@{SECOND}"]
        assert own.carry_out([FIRST]).good
    office.together(FIRST)
    office.apply((FIRST, SECOND))
    office.together(FIRST, SECOND)


def office_until_rest(host: Host) -> None:
    deadline = time.monotonic() + 120
    while any((host.file("/var/lib/azdesk") / "transactions").iterdir()):
        assert time.monotonic() < deadline, "the host does not put itself back"
        time.sleep(0.1)


def test_leaving_is_clean_and_the_host_can_come_back(office: Office) -> None:
    office.apply((FIRST, SECOND))
    office.together(FIRST, SECOND)
    office.apply((FIRST,), (SECOND,))
    office.together(FIRST)
    second = office.lab.host(SECOND)
    for _ in range(2):
        left = picture.take(second)
        assert (left.node, left.running, left.stopped) == (
            "ejabberd@localhost",
            {"ejabberd@localhost"},
            set(),
        )
        # It does not come back by itself.
        second.run(["systemctl", "restart", "ejabberd"])
        office.lab.host(FIRST).run(["systemctl", "restart", "ejabberd"])
    office.together(FIRST)
    assert second.read("/var/lib/ejabberd/.erlang.cookie") != office.lab.host(FIRST).read(
        "/var/lib/ejabberd/.erlang.cookie"
    )
    office.apply((FIRST, SECOND))
    office.together(FIRST, SECOND)


def test_three_nodes_of_which_one_is_built_anew(office: Office) -> None:
    lab = office.lab
    if THIRD in lab.hosts:
        lab.reset(THIRD)
    else:
        lab.need(THIRD)
    try:
        office.apply((FIRST, SECOND, THIRD))
        office.together(FIRST, SECOND, THIRD)
        for name in (FIRST, SECOND, THIRD):
            lab.host(name).run(["systemctl", "restart", "ejabberd"])
        office.together(FIRST, SECOND, THIRD)
        lab.host(SECOND).rebuild()
        lab.learn_keys()
        assert picture.take(lab.host(FIRST)).stopped == {f"ejabberd@{SECOND}"}
        # First the cluster forgets the node that was, then the new one joins.
        with office.desk((FIRST, SECOND, THIRD)) as own:
            for _ in range(2):
                outcome = own.carry_out()
                assert outcome.good, [(one.host, one.state, one.message) for one in outcome]
            assert own.review().plan.empty
        office.together(FIRST, SECOND, THIRD)
    finally:
        lab.remove_host(THIRD)


def test_what_a_join_replaces_is_counted_and_comes_back_from_its_backup(office: Office) -> None:
    second = office.lab.host(SECOND)
    for user in ("anna", "bert", "cleo"):
        second.run(["ejabberdctl", "register", user, "localhost", f"pw-of-{user}"])
    with office.desk((FIRST, SECOND)) as own:
        assert own.carry_out([FIRST]).good
        approved = own.review([SECOND])
        (step,) = approved.plan.host(SECOND).irreversible
        assert "3 accounts" in step.irreversible
        assert step.confirm == SECOND
        joined = own.apply(approved).host(SECOND)
        assert joined.state is HostState.CHANGED, joined
        assert second.sh("ejabberdctl registered_users localhost").split() == []
        (archive,) = joined.backups
        (kept,) = backups.listed(own.session, SECOND)
        assert kept.name == archive
        copy = office.folder / "copy.tar.gz"
        assert backups.download(own.session, SECOND, archive, copy) == kept.size == copy.stat().st_size
        assert copy.read_bytes()[:2] == b"\x1f\x8b"
        back = backups.restore(own.session, SECOND, archive)
        assert back.state is HostState.CHANGED, back
    assert second.sh("ejabberdctl registered_users localhost").split() == ["anna", "bert", "cleo"]
    for user in ("anna", "bert", "cleo"):
        assert second.run(
            ["ejabberdctl", "check_password", user, "localhost", f"pw-of-{user}"], check=False
        ).ok
    seen = picture.take(second)
    assert seen.running == {"ejabberd@localhost"}
    assert re.search("running", seen.units["ejabberd.service"])

"""Clusters of practice hosts: every rule here was seen on real hosts with ejabberd 26.07 and systemd 262."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from azdesk.practice import PracticeFleet, PracticeHost
from azdesk.practice.ejabberd.node import COOKIE
from azdesk.practice.files import Attributes
from tests.practice.conftest import properties, run, said

SETTINGS = "/etc/default/ejabberd"
SPOOL = "/var/lib/ejabberd"
MNESIA = ("*.DAT", "*.DCD", "*.DCL", "*.LOG", "*.TMP")
OWN = Attributes(mode=0o400, owner="ejabberd", group="ejabberd")


def purge(host: PracticeHost) -> None:
    for pattern in MNESIA:
        for name in host.files.names(SPOOL, pattern):
            host.files.remove(f"{SPOOL}/{name}")


def name_node(host: PracticeHost) -> None:
    """Everything the guide asks of a node before it joins, but the cookie."""
    said(host, "systemctl stop ejabberd")
    purge(host)
    host.files.write("/etc/hosts", "127.0.0.1 localhost\n192.168.11.251 a251\n192.168.11.253 a253\n")
    host.files.append(
        SETTINGS,
        f"ERLANG_NODE=ejabberd@{host.name}\nINET_DIST_INTERFACE={host.lan_address}\nERL_DIST_PORT=5210\n",
    )


def copy_cookie(source: PracticeHost, target: PracticeHost) -> None:
    target.files.write(COOKIE, source.files.text(COOKIE), OWN)


def eventually(true: Callable[[], bool], seconds: float = 5.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.005)


def listed(host: PracticeHost) -> list[str]:
    output = run(host, "ejabberdctl list_cluster")
    return output.out.splitlines() if output.exit == 0 else []


@pytest.fixture
def nodes(a251: PracticeHost, a253: PracticeHost) -> tuple[PracticeHost, PracticeHost]:
    """Two named nodes that know each other and have the same cookie, each alone."""
    name_node(a251)
    name_node(a253)
    copy_cookie(a253, a251)
    for host in (a251, a253):
        said(host, "systemctl start ejabberd")
    return a251, a253


@pytest.fixture
def joined(nodes: tuple[PracticeHost, PracticeHost]) -> tuple[PracticeHost, PracticeHost]:
    """The two as one cluster, its units in order."""
    a251, a253 = nodes
    said(a251, "ejabberdctl join_cluster ejabberd@a253")
    eventually(lambda: len(listed(a251)) == 2)
    said(a251, "ejabberdctl stop")
    said(a251, "systemctl start ejabberd")
    assert listed(a251) == ["ejabberd@a253", "ejabberd@a251"]
    return a251, a253


def test_each_host_has_a_cookie_of_its_own(a251: PracticeHost, a253: PracticeHost) -> None:
    assert a251.files.text(COOKIE) != a253.files.text(COOKIE)
    assert a251.files.attributes(COOKIE) == OWN
    assert said(a251, "ejabberdctl get_cookie") == [a251.files.text(COOKIE)]


def test_a_fresh_node_is_alone(a251: PracticeHost) -> None:
    assert said(a251, "ejabberdctl status") == [
        "The node ejabberd@localhost is started with status: started",
        "ejabberd 26.07 is running in that node",
    ]
    assert listed(a251) == ["ejabberd@localhost"]
    assert "running db nodes   = [ejabberd@localhost]" in said(a251, "ejabberdctl mnesia_info_ctl")


def test_joining_shows_only_after_a_while_and_replaces_what_the_joiner_had(
    nodes: tuple[PracticeHost, PracticeHost], fleet: PracticeFleet
) -> None:
    a251, a253 = nodes
    fleet.world.speed = 0.5
    said(a251, "ejabberdctl register joe localhost pw")
    said(a253, "ejabberdctl register ann localhost pw")
    assert said(a251, "ejabberdctl join_cluster ejabberd@a253") == [
        "Trying to join that cluster, wait a few seconds and check the list of nodes."
    ]
    assert listed(a253) == ["ejabberd@a253"]
    fleet.world.speed = 20
    eventually(lambda: listed(a251) == ["ejabberd@a253", "ejabberd@a251"])
    assert listed(a253) == ["ejabberd@a251", "ejabberd@a253"]
    assert said(a251, "ejabberdctl registered_users localhost") == ["ann"]
    assert "running db nodes   = [ejabberd@a253,ejabberd@a251]" in said(a251, "ejabberdctl mnesia_info_ctl")


def test_while_it_joins_a_node_knows_no_commands(
    nodes: tuple[PracticeHost, PracticeHost], fleet: PracticeFleet
) -> None:
    a251, _ = nodes
    fleet.world.speed = 2
    said(a251, "ejabberdctl join_cluster ejabberd@a253")
    answers: list[str] = []

    def both_listed() -> bool:
        output = a251.run(["ejabberdctl", "list_cluster"], pause=lambda seconds: None)
        assert output is not None
        answers.append(output.out)
        return len(output.out.splitlines()) == 2

    eventually(both_listed)
    assert list(dict.fromkeys(answers)) == [
        "ejabberd@a251\n",
        "Error: unknown command 'list_cluster'. Did you mean 'list_cluster'?\n",
        "ejabberd@a253\nejabberd@a251\n",
    ]


def test_joining_leaves_the_unit_waiting_for_its_end(nodes: tuple[PracticeHost, PracticeHost]) -> None:
    a251, _ = nodes
    said(a251, "ejabberdctl join_cluster ejabberd@a253")
    eventually(lambda: len(listed(a251)) == 2)
    shown = properties(a251)
    assert (shown["ActiveState"], shown["SubState"]) == ("deactivating", "stop-sigterm")
    assert run(a251, "systemctl is-active ejabberd").exit == 3
    assert run(a251, "systemctl reload ejabberd").err == "ejabberd.service is not active, cannot reload.\n"
    said(a251, "ejabberdctl stop")
    assert properties(a251)["ActiveState"] == "inactive"
    said(a251, "systemctl start ejabberd")
    assert len(listed(a251)) == 2


def test_a_start_waits_for_the_end_of_the_unit_and_happens_then(
    nodes: tuple[PracticeHost, PracticeHost],
) -> None:
    a251, _ = nodes
    said(a251, "ejabberdctl join_cluster ejabberd@a253")
    eventually(lambda: len(listed(a251)) == 2)
    starting = threading.Thread(target=lambda: run(a251, "systemctl restart ejabberd"))
    starting.start()
    time.sleep(0.05)
    assert starting.is_alive()
    said(a251, "systemctl kill ejabberd")
    starting.join(10)
    assert not starting.is_alive()
    assert said(a251, "systemctl is-active ejabberd") == ["active"]


def test_after_five_minutes_systemd_kills_the_joiner(
    nodes: tuple[PracticeHost, PracticeHost], fleet: PracticeFleet
) -> None:
    a251, a253 = nodes
    fleet.world.speed = 3000
    said(a251, "ejabberdctl join_cluster ejabberd@a253")
    eventually(lambda: properties(a251)["ActiveState"] == "failed")
    assert properties(a251)["Result"] == "timeout"
    assert listed(a253) == ["ejabberd@a253"]


@pytest.mark.parametrize("fault", ["cookie", "port", "name", "address", "network", "down"])
def test_all_reasons_why_a_node_is_not_reached_sound_alike(
    nodes: tuple[PracticeHost, PracticeHost], fault: str
) -> None:
    a251, a253 = nodes
    target = "ejabberd@a253"
    if fault == "cookie":
        said(a251, "systemctl stop ejabberd")
        a251.files.write(COOKIE, "ANOTHERCOOKIE", OWN)
        said(a251, "systemctl start ejabberd")
    elif fault == "port":
        a253.faults.closed_ports.add(5210)
    elif fault == "name":
        target = "ejabberd@other"
    elif fault == "address":
        a251.files.write("/etc/hosts", "192.168.11.251 a251\n192.168.11.77 a253\n")
    elif fault == "network":
        a253.faults.off_the_lan = True
    else:
        said(a253, "systemctl stop ejabberd")
    output = run(a251, f"ejabberdctl join_cluster {target}")
    assert (output.exit, output.out) == (1, 'Error: error\nError: "This node cannot reach that node."\n')
    assert run(a251, f"ejabberdctl ping {target}").out == "pang\n"


def test_the_other_node_notes_a_wrong_cookie(nodes: tuple[PracticeHost, PracticeHost]) -> None:
    a251, a253 = nodes
    a251.files.write(COOKIE, "ANOTHERCOOKIE", OWN)
    run(a251, "ejabberdctl ping ejabberd@a253")
    assert "rejected. Invalid challenge reply." in said(a253, "journalctl -u ejabberd -n 1 -o cat")[0]


def test_joining_twice_is_refused(joined: tuple[PracticeHost, PracticeHost]) -> None:
    output = run(joined[0], "ejabberdctl join_cluster ejabberd@a253")
    assert (output.exit, output.out) == (
        1,
        'Error: error\nError: "This node already joined that running node."\n',
    )


def test_a_stopped_node_stays_in_the_list_of_stopped_ones(joined: tuple[PracticeHost, PracticeHost]) -> None:
    a251, a253 = joined
    said(a253, "systemctl stop ejabberd")
    assert listed(a251) == ["ejabberd@a251"]
    info = said(a251, "ejabberdctl mnesia_info_ctl")
    assert "running db nodes   = [ejabberd@a251]" in info
    assert "stopped db nodes   = [ejabberd@a253]" in info
    assert "ejabberd@a253\tfalse\t[]\t-1\t-1\t-1\tunknown" in said(a251, "ejabberdctl list_cluster_detailed")
    said(a253, "systemctl start ejabberd")
    assert len(listed(a253)) == 2


def test_the_one_that_stopped_first_waits_for_the_other(joined: tuple[PracticeHost, PracticeHost]) -> None:
    a251, a253 = joined
    said(a251, "systemctl stop ejabberd")
    said(a253, "systemctl stop ejabberd")
    starting = threading.Thread(target=lambda: run(a251, "systemctl start ejabberd"))
    starting.start()
    eventually(lambda: properties(a251)["MainPID"] != "0")
    assert properties(a251)["SubState"] == "start"
    status = run(a251, "ejabberdctl status")
    assert status.exit == 1
    assert "ejabberd is not running in that node" in status.out
    said(a253, "systemctl start ejabberd")
    starting.join(10)
    assert len(listed(a251)) == 2


def test_leaving_by_its_own_hand_ends_the_node_and_looks_like_a_failure(
    joined: tuple[PracticeHost, PracticeHost],
) -> None:
    a251, a253 = joined
    output = run(a251, "ejabberdctl leave_cluster ejabberd@a251")
    assert output.exit == 3
    assert output.out.startswith("Failed RPC connection to the node ejabberd@a251: nodedown\n")
    assert properties(a251)["ActiveState"] == "inactive"
    assert "stopped db nodes   = []" in said(a253, "ejabberdctl mnesia_info_ctl")


def test_a_node_put_out_by_another_comes_back_by_itself(joined: tuple[PracticeHost, PracticeHost]) -> None:
    a251, a253 = joined
    output = run(a253, "ejabberdctl leave_cluster ejabberd@a251")
    assert (output.exit, output.out) == (1, "Error: {badrpc,nodedown}\n")
    assert listed(a253) == ["ejabberd@a253"]
    eventually(lambda: properties(a251)["ActiveState"] == "active")
    assert len(listed(a253)) == 2


@pytest.mark.parametrize("clean", [False, True])
def test_a_forgotten_node_comes_back_unless_it_was_purged(
    joined: tuple[PracticeHost, PracticeHost], clean: bool
) -> None:
    a251, a253 = joined
    said(a251, "systemctl stop ejabberd")
    said(a253, "ejabberdctl leave_cluster ejabberd@a251")
    assert "stopped db nodes   = []" in said(a253, "ejabberdctl mnesia_info_ctl")
    if clean:
        purge(a251)
    said(a251, "systemctl start ejabberd")
    assert len(listed(a253)) == (1 if clean else 2)


def test_forgetting_an_unknown_node_is_no_error(joined: tuple[PracticeHost, PracticeHost]) -> None:
    assert run(joined[0], "ejabberdctl leave_cluster ejabberd@zzz").exit == 0


def test_a_rebuilt_node_can_join_under_its_old_name(joined: tuple[PracticeHost, PracticeHost]) -> None:
    a251, a253 = joined
    said(a251, "systemctl stop ejabberd")
    purge(a251)
    said(a251, "systemctl start ejabberd")
    assert listed(a251) == ["ejabberd@a251"]
    assert listed(a253) == ["ejabberd@a253"]
    said(a251, "ejabberdctl join_cluster ejabberd@a253")
    eventually(lambda: len(listed(a251)) == 2)
    assert len(listed(a253)) == 2


def test_a_renamed_node_does_not_start_until_it_is_purged(a251: PracticeHost) -> None:
    said(a251, "systemctl is-active ejabberd")
    a251.files.write("/etc/hosts", "127.0.0.1 localhost\n192.168.11.251 a251\n")
    a251.files.append(SETTINGS, "ERLANG_NODE=ejabberd@a251\n")
    assert run(a251, "ejabberdctl status").exit == 3
    assert run(a251, "systemctl restart ejabberd").exit == 1
    assert "node_not_running,ejabberd@a251" in "".join(said(a251, "journalctl -u ejabberd -n 8 -o cat"))
    said(a251, "systemctl stop ejabberd")
    purge(a251)
    said(a251, "systemctl start ejabberd")
    assert listed(a251) == ["ejabberd@a251"]


def test_what_was_purged_can_be_put_back(a251: PracticeHost) -> None:
    said(a251, "ejabberdctl register ann localhost pw")
    said(a251, "ejabberdctl add_rosteritem ann localhost eve localhost Eve Friends both")
    said(a251, "ejabberdctl send_message chat eve@localhost ann@localhost", "", "hello")
    kept = {
        name: a251.files.read(f"{SPOOL}/{name}")
        for pattern in MNESIA
        for name in a251.files.names(SPOOL, pattern)
    }
    assert len(kept) > 20
    said(a251, "systemctl stop ejabberd")
    purge(a251)
    said(a251, "systemctl start ejabberd")
    assert said(a251, "ejabberdctl stats registeredusers") == ["0"]
    said(a251, "systemctl stop ejabberd")
    mine = Attributes(mode=0o644, owner="ejabberd", group="ejabberd")
    for name, content in kept.items():
        a251.files.write(f"{SPOOL}/{name}", content, mine)
    said(a251, "systemctl start ejabberd")
    assert said(a251, "ejabberdctl registered_users localhost") == ["ann"]
    assert said(a251, "ejabberdctl get_roster ann localhost") == [
        "eve@localhost\tEve\tboth\tundefined\tFriends"
    ]
    assert said(a251, "ejabberdctl get_offline_count ann localhost") == ["1"]


def test_a_node_bound_to_the_lan_is_not_found_at_127_0_1_1(a251: PracticeHost) -> None:
    # Debian's own line in /etc/hosts, which the guide's records must not leave as the only one.
    said(a251, "systemctl stop ejabberd")
    purge(a251)
    a251.files.append(
        SETTINGS, "ERLANG_NODE=ejabberd@a251\nINET_DIST_INTERFACE=192.168.11.251\nERL_DIST_PORT=5210\n"
    )
    said(a251, "systemctl start ejabberd")
    assert run(a251, "ejabberdctl status").exit == 3


def test_a_cookie_that_others_may_read_is_refused(a251: PracticeHost) -> None:
    said(a251, "systemctl stop ejabberd")
    a251.files.write(COOKIE, "COOKIE", Attributes(mode=0o644, owner="ejabberd", group="ejabberd"))
    assert run(a251, "systemctl start ejabberd").exit == 1
    assert run(a251, "ejabberdctl status").exit == 1


def test_the_cookie_is_read_at_the_start_only(a251: PracticeHost) -> None:
    said(a251, "systemctl is-active ejabberd")
    a251.files.write(COOKIE, "ANOTHERCOOKIE", OWN)
    assert run(a251, "ejabberdctl status").exit == 3
    said(a251, "systemctl restart ejabberd")
    assert run(a251, "ejabberdctl status").exit == 0

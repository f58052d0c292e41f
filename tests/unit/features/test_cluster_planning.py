"""Which node leads, who joins whom, who is forgotten: what several hosts' states together mean."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from azdesk.core.step import Step, WriteFile
from azdesk.features._base import PlanContext
from azdesk.features.cluster import FEATURE, standing
from azdesk.features.cluster.state import ClusterState, node_name
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

NAMES = ("a", "b", "c")
FLEET = edit.with_values(
    Fleet(),
    {
        "clusters": {"x.org": {}, "y.org": {}},
        "hosts": {name: {"address": f"10.0.0.{n}", "cluster": "x.org"} for n, name in enumerate(NAMES, 1)},
    },
)
SOME, NONE = (("passwd", 3),), (("passwd", 0),)


def node(host: str, *members: str, fleet: Fleet = FLEET, **changes: Any) -> ClusterState:
    """A host set up as the document says, running with these (itself included); down if there are none."""
    state = ClusterState(
        managed=True,
        node=node_name(fleet, host),
        interface=fleet.lan_address(host),
        port=5210,
        members=tuple(sorted(f"ejabberd@{name}" for name in members)),
        cookie="c1",
        records=SOME if members else None,
    )
    return replace(state, **changes)


def stock(host: str, **changes: Any) -> ClusterState:
    """As after installing."""
    fresh = ClusterState(
        node="ejabberd@localhost", members=("ejabberd@localhost",), cookie=f"own-{host}", records=NONE
    )
    return replace(fresh, **changes)


def together(*hosts: str) -> dict[str, ClusterState]:
    return {host: node(host, *hosts) for host in hosts}


class World:
    """What was seen of all hosts."""

    def __init__(self, fleet: Fleet, /, **states: ClusterState) -> None:
        self.fleet, self.states = fleet, states
        self.observed: dict[str, dict[str, Any]] = {
            host: {"cluster": state} for host, state in states.items()
        }

    def serving(self, domain: str) -> World:
        """All of them have been configured for this domain."""
        for host in self.states:
            self.observed[host]["xmpp"] = SimpleNamespace(domain=domain)
        return self

    def parts(self, host: str) -> tuple[PlanContext, ClusterState, ClusterState]:
        context = PlanContext(fleet=self.fleet, host=host, observed=self.observed)
        return context, self.states[host], FEATURE.desired(self.fleet, host)

    def anchor(self, host: str) -> str:
        context, own, _ = self.parts(host)
        return standing.anchor(context, own)

    def steps(self, host: str) -> list[Step]:
        return list(FEATURE.plan(*self.parts(host)))

    def titles(self, host: str) -> list[str]:
        return [step.title for step in self.steps(host)]

    def after(self, host: str) -> tuple[str, ...]:
        return tuple(FEATURE.after(*self.parts(host)))

    def blocking(self, host: str) -> list[str]:
        return [note.text for note in FEATURE.notes(*self.parts(host)) if note.blocking]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({h: stock(h) for h in NAMES}, "a"),
        (together("a", "b", "c"), "a"),
        ({"a": stock("a"), **together("b", "c")}, "b"),
        ({"a": node("a"), **together("b", "c")}, "b"),
        ({"a": node("a", "a"), **together("b", "c")}, "b"),
        ({"a": node("a", "a", records=NONE), "b": node("b", "b"), "c": stock("c")}, "b"),
        ({"a": node("a", "a"), "b": node("b", "b", records=NONE), "c": stock("c")}, "a"),
        ({"a": stock("a", members=()), "b": node("b"), "c": node("c")}, "b"),
        ({h: stock(h, members=()) for h in NAMES}, "a"),
        ({"b": node("b", "b")}, "b"),
    ],
    ids=[
        "all-fresh", "all-together", "seed-built-anew", "seed-down", "seed-alone", "seed-empty-and-alone",
        "split-with-data", "seed-anew-others-down", "nothing-runs", "seed-not-read",
    ],
)  # fmt: skip
def test_whom_the_others_join(states: dict[str, ClusterState], expected: str) -> None:
    world = World(FLEET, **states)
    assert {world.anchor(host) for host in states} == {expected}, "all hosts' plans must agree on it"


def test_a_split_cluster_is_put_together_by_its_keeper() -> None:
    world = World(
        FLEET,
        a=node("a", "a", stopped=("ejabberd@b", "ejabberd@c")),
        b=node("b", "b", "c", stopped=("ejabberd@a",)),
        c=node("c", "b", "c", stopped=("ejabberd@a",)),
    )
    assert world.titles("b") == [
        "Let the cluster forget ejabberd@a",
        "Verify: ejabberd@a is in no list of nodes",
    ]
    assert world.after("a") == ("b",)
    assert "Join ejabberd@b" in world.titles("a")
    assert [step.irreversible[:14] for step in world.steps("a") if step.irreversible] == ["a joins x.org:"]
    assert world.titles("c") == []


def test_a_node_at_rest_needs_to_be_known_and_right() -> None:
    others = {host: node(host, "a", "b", stopped=("ejabberd@c",)) for host in ("a", "b")}
    start = ["Start ejabberd", "Wait until ejabberd has started", "Verify: it runs with a"]
    assert World(FLEET, **others, c=node("c")).titles("c") == start
    for wrong in (
        node("c", port=1),
        node("c", cookie="c2"),
        node("c", managed=False),
        stock("c", members=()),
    ):
        assert "Join ejabberd@a" in World(FLEET, **others, c=wrong).titles("c")
    forgotten = {host: node(host, "a", "b") for host in ("a", "b")}
    assert "Join ejabberd@a" in World(FLEET, **forgotten, c=node("c")).titles("c")


def test_all_down_start_side_by_side() -> None:
    world = World(FLEET, a=node("a"), b=node("b"), c=node("c"))
    assert [world.after(host) for host in NAMES] == [(), (), ()]
    assert {tuple(world.titles(host)) for host in NAMES} == {
        ("Start ejabberd", "Wait until ejabberd has started")
    }


def test_who_joins_waits_and_is_blocked_while_the_other_is_not_known() -> None:
    world = World(FLEET, b=stock("b"))
    assert world.anchor("b") == "a"
    assert world.blocking("b") == ["a could not be read, and b is to join it. Look again when it answers."]


def test_the_cookie_is_named_and_never_there() -> None:
    world = World(FLEET, a=node("a", "a"), b=stock("b"), c=stock("c"))
    step = next(step for step in world.steps("b") if isinstance(step, WriteFile) and step.secrets)
    assert step.secrets[0].source == "host:a:/var/lib/ejabberd/.erlang.cookie"
    assert step.secrets[0].sha256 == "c1"
    assert step.before == "own-b"
    assert step.before_text is None
    assert (step.mode, step.owner) == (0o400, "ejabberd")


def test_a_moved_host_is_emptied_wherever_it_goes() -> None:
    fleet = edit.move_host(FLEET, "a", "y.org")
    world = World(fleet, **together(*NAMES)).serving("x.org")
    assert world.titles("a")[:3] == [
        "Stop ejabberd", "Back up ejabberd's data", "Remove the node's own Mnesia tables"
    ]  # fmt: skip
    assert "Give the node a cookie of its own" in world.titles("a")
    assert (world.anchor("b"), world.after("b")) == ("b", ("a",))
    assert world.titles("c") == []
    # Two that move together: one begins anew, the other joins it.
    world = World(edit.move_host(fleet, "b", "y.org"), **together(*NAMES)).serving("x.org")
    assert world.after("b") == ("a",)
    assert "Join ejabberd@a" in world.titles("b")
    assert [step.irreversible[:14] for step in world.steps("b") if step.irreversible] == ["b joins y.org:"]
    assert sorted(world.after("c")) == ["a", "b"]
    # Down, it would come back where it was.
    world = World(fleet, a=node("a"), b=node("b", "b", "c"), c=node("c", "b", "c")).serving("x.org")
    assert "Remove the node's own Mnesia tables" in world.titles("a")


def test_the_cookie_of_an_anchor_that_begins_anew_is_not_known_yet() -> None:
    fleet = edit.move_host(edit.move_host(FLEET, "a", "y.org"), "b", "y.org")
    world = World(fleet, **together(*NAMES)).serving("x.org")
    (use,) = [use for step in world.steps("b") if isinstance(step, WriteFile) for use in step.secrets]
    assert (use.source, use.sha256) == ("host:a:/var/lib/ejabberd/.erlang.cookie", "")


def test_a_whole_cluster_under_another_domain_stays_whole() -> None:
    fleet = edit.rename_cluster(FLEET, "x.org", "z.org")
    world = World(fleet, **together(*NAMES)).serving("x.org")
    assert [world.titles(host) for host in NAMES] == [[], [], []]


def test_a_host_outside_leaves_and_is_forgotten_after_that() -> None:
    world = World(edit.move_host(FLEET, "c", ""), **together(*NAMES))
    assert "Give the node a cookie of its own" in world.titles("c")
    assert world.after("a") == ("c",)
    assert world.titles("b") == []


def test_who_leaves_is_told_that_the_others_keep_the_data() -> None:
    fleet, records = edit.move_host(FLEET, "c", ""), (("passwd", 3),)
    states = {host: replace(state, records=records) for host, state in together(*NAMES).items()}
    (step,) = [step for step in World(fleet, **states).steps("c") if step.irreversible]
    assert "Removed there: 3 accounts; ejabberd@a, ejabberd@b keep theirs." in step.irreversible
    alone = World(fleet, c=replace(node("c", "c"), records=records))
    (step,) = [step for step in alone.steps("c") if step.irreversible]
    assert "Lost there: 3 accounts." in step.irreversible


def test_settings_are_changed_by_one_restart_after_the_other() -> None:
    states = {host: replace(state, managed=False) for host, state in together(*NAMES).items()}
    world = World(FLEET, **states)
    assert [world.after(host) for host in NAMES] == [(), ("a",), ("a",)]
    assert all("Restart ejabberd" in world.titles(host) for host in NAMES)
    # A cookie file that differs from the keeper's would keep the node out after its next start.
    world = World(FLEET, **{**together(*NAMES), "b": node("b", *NAMES, cookie="c2")})
    assert world.titles("b")[0] == "Copy the cookie from a"
    assert world.titles("c") == []


@pytest.mark.parametrize("members", [NAMES, ()], ids=["running", "down"])
def test_a_port_is_not_changed_where_others_would_be_cut_off(members: tuple[str, ...]) -> None:
    fleet = edit.with_value(FLEET, ("clusters", "x.org", "distribution_port"), 5300)
    world = World(fleet, **{host: node(host, *members) for host in NAMES})
    for host in NAMES:
        assert world.titles(host) == []
        assert "cannot change it one by one" in world.blocking(host)[0]
    alone = World(fleet, a=node("a", "a"), b=stock("b"), c=stock("c"))
    assert alone.blocking("a") == []
    assert "Restart ejabberd" in alone.titles("a")
    assert alone.after("b") == ("a",)


def test_names_are_changed_one_at_a_time() -> None:
    one = edit.with_value(FLEET, ("hosts", "a", "node"), "z")
    world = World(one, **together(*NAMES))
    assert world.anchor("a") == "b"
    assert "Let the cluster forget ejabberd@a" in world.titles("a")
    assert world.blocking("a") == []
    everyone = edit.with_values(FLEET, {("hosts", name, "node"): f"z{name}" for name in NAMES})
    world = World(everyone, **together(*NAMES))
    assert all("Rename one node after the other" in world.blocking(host)[0] for host in NAMES)


def test_no_ejabberd_no_steps() -> None:
    world = World(FLEET, a=stock("a", installed=False), b=stock("b"), c=stock("c"))
    assert world.titles("a") == []
    assert world.after("a") == ()

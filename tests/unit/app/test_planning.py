"""Plans as values: folded, ordered, and blocked where something is not known."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from azdesk.app import observing, planning
from azdesk.app.planning import arrange, differences, left_over, plan_host, preview
from azdesk.app.session import Observation
from azdesk.core.errors import ObserveError, PlanError, Unreachable
from azdesk.core.plan import HostPlan, Note
from azdesk.core.probe import Command
from azdesk.core.step import Phase, Run, Step, Unit, Wait, WriteFile
from azdesk.features import _template
from azdesk.features._base import Feature
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

HOSTS = {name: {"address": f"10.0.0.{n}"} for n, name in enumerate(("a", "b", "c"), 1)}
FLEET = edit.with_values(Fleet(), {"hosts": HOSTS})


def write(path: str, content: str, feature: str = "", **more: Any) -> WriteFile:
    return WriteFile(title=f"Write {path}", path=path, content=content, feature=feature, **more)


def unit(action: str, feature: str = "") -> Unit:
    return Unit(title=f"{action} it", unit="x.service", action=action, subject="x.service", feature=feature)


# -- one host -----------------------------------------------------------------------------------------------------


def test_writes_to_one_file_become_one() -> None:
    steps = arrange(
        [
            write("/a", "1", "one", before="d1", before_text="0"),
            write("/b", "b", "one"),
            write("/a", "12", "two", before="d1", before_text="0"),
        ]
    )
    assert [(s.path, s.content, s.feature) for s in steps if isinstance(s, WriteFile)] == [
        ("/a", "12", "one+two"),
        ("/b", "b", "one"),
    ]


@pytest.mark.parametrize(
    ("actions", "kept"),
    [
        (["reload", "restart"], ["restart"]),
        (["restart", "reload"], ["restart"]),
        (["start", "restart", "reload"], ["start"]),
        (["try-restart", "reload"], ["try-restart"]),
        (["reload", "reload"], ["reload"]),
    ],
)
def test_the_strongest_reload_of_a_unit_is_kept(actions: list[str], kept: list[str]) -> None:
    command = Run(title="reload by command", argv=("r",), phase=Phase.RELOAD, subject="x.service")
    other = dataclasses.replace(unit("reload"), subject="y.service", unit="y.service")
    steps = arrange([*map(unit, actions), command, other])
    assert [step.action for step in steps if isinstance(step, Unit) and step.unit == "x.service"] == kept
    assert other in steps
    assert (command in steps) is False


def test_steps_stand_in_the_order_of_their_phases_and_each_once() -> None:
    check = Run(title="check", argv=("c",), phase=Phase.CHECK, feature="one")
    again = dataclasses.replace(check, feature="two")
    systemd = Run(title="daemon-reload", argv=("d",), phase=Phase.RELOAD, subject="systemd")
    act = Run(title="act", argv=("a",))
    steps = arrange([act, unit("restart"), systemd, write("/a", ""), check, again])
    assert [step.title for step in steps] == ["check", "Write /a", "daemon-reload", "restart it", "act"]
    assert steps[0].feature == "one"


def test_what_is_left_over() -> None:
    check = Run(title="check", argv=("c",), phase=Phase.CHECK)
    start = unit("start")
    approved = HostPlan(host="a", steps=(check, write("/a", "1"), start))
    fresh: tuple[Step, ...] = (check, write("/a", "other"), write("/new", ""), unit("restart"))
    assert left_over(approved, HostPlan(host="a", steps=fresh)) == (fresh[1],)
    assert left_over(approved, HostPlan(host="a")) == ()
    wait = Wait(title="start it", probe=Command(argv=("x",)))
    assert left_over(approved, HostPlan(host="a", steps=(wait,))) == (), "another kind of step"


# -- what is not known -----------------------------------------------------------------------------------------------


def seen(host: str, **states: Any) -> Observation:
    return Observation(host=host, at=1.0, states=states)


@pytest.fixture
def only_notes(monkeypatch: pytest.MonkeyPatch) -> Feature[Any]:
    """One feature, the simplest there is."""
    monkeypatch.setattr(observing, "FEATURES", (_template.FEATURE,))
    return _template.FEATURE


def blocking(plan: HostPlan) -> list[str]:
    return [note.text for note in plan.notes if note.blocking]


def test_a_host_nobody_looked_at_or_that_does_not_answer() -> None:
    assert blocking(plan_host(FLEET, {}, "a")) == ["a has not been looked at yet."]
    gone = Observation(host="a", at=1.0, error=Unreachable("No answer.", where="a"))
    assert blocking(plan_host(FLEET, {"a": gone}, "a")) == ["a: No answer."]
    assert plan_host(FLEET, {"a": gone}, "a").blocked


def test_a_feature_that_was_not_read_blocks_its_host(only_notes: Feature[Any]) -> None:
    key = only_notes.key
    assert blocking(plan_host(FLEET, {"a": seen("a")}, "a")) == [
        f"{only_notes.title} has not been looked at yet."
    ]
    error = ObserveError("too large", where="a")
    plan = plan_host(FLEET, {"a": Observation(host="a", at=1.0, problems={key: error})}, "a")
    assert plan.notes == (Note(text="a: too large", feature=key, blocking=True),)


@pytest.mark.parametrize("part", ["plan", "after", "notes", "desired"])
def test_a_fault_in_planning_blocks_its_host_alone(
    only_notes: Feature[Any], monkeypatch: pytest.MonkeyPatch, part: str, a_fault_of_ours: Any
) -> None:
    working = getattr(only_notes, part)

    def broken(*args: Any) -> Any:
        host = args[1] if part == "desired" else args[0].host
        if host == "b":
            raise KeyError("oops")
        return working(*args)

    state = only_notes.desired(FLEET, "a")
    monkeypatch.setattr(
        observing,
        "FEATURES",
        (dataclasses.replace(only_notes, **{part: broken}),),  # type: ignore[arg-type]
    )
    found = preview(FLEET, {name: seen(name, **{only_notes.key: state}) for name in "abc"})
    assert [plan.blocked for plan in found.plan] == [False, True, False]
    assert "AZDesk itself failed" in blocking(found.plan.host("b"))[0]
    assert "oops" not in blocking(found.plan.host("b"))[0]


def test_a_planner_that_says_no_blocks_its_host(
    only_notes: Feature[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise PlanError("Not like this.")

    monkeypatch.setattr(observing, "FEATURES", (dataclasses.replace(only_notes, plan=refuse),))
    state = only_notes.desired(FLEET, "a")
    plan = plan_host(FLEET, {"a": seen("a", **{only_notes.key: state})}, "a")
    assert blocking(plan) == ["Not like this."]


def test_differences_of_what_was_read(only_notes: Feature[Any]) -> None:
    state = only_notes.desired(FLEET, "a")
    other = only_notes.desired(edit.with_value(FLEET, "hosts.a.note", "x"), "a")
    assert differences(FLEET, seen("a", **{only_notes.key: state})) == {}
    assert set(differences(FLEET, seen("a", **{only_notes.key: other}))) == {only_notes.key}
    assert differences(FLEET, seen("a")) == {}


# -- several hosts ----------------------------------------------------------------------------------------------------


def ordered(**after: str) -> list[str]:
    """Names in the order of their plans; each waits for the hosts in its text."""
    step = (Run(title="x", argv=("true",)),)
    plans = [HostPlan(host=host, steps=step, after=tuple(others)) for host, others in after.items()]
    return [plan.host for plan in planning._ordered(plans)]


def test_hosts_stand_behind_those_they_wait_for() -> None:
    assert ordered(a="", b="", c="") == ["a", "b", "c"]
    assert ordered(a="c", b="a", c="") == ["c", "a", "b"]
    assert ordered(a="bz", b="") == ["b", "a"], "z is not planned for"


def test_hosts_that_wait_for_each_other() -> None:
    with pytest.raises(PlanError, match="b → c → b"):
        ordered(a="b", b="c", c="b")


def test_turns_close_no_circle() -> None:
    """Whoever waits for whom already: a node that has to come after one that joins does."""
    away = Unit(title="Restart ejabberd", unit="ejabberd.service", action="restart")
    join = Run(title="Join", argv=("ejabberdctl", "join_cluster", "ejabberd@b"), needs_all=True)
    fleet = edit.with_values(
        FLEET, {"clusters": {"x.org": {}}, **{f"hosts.{name}.cluster": "x.org" for name in "abc"}}
    )
    plans = [
        HostPlan(host="a", steps=(away, join), after=("b",)),
        HostPlan(host="b", steps=(away,)),
        HostPlan(host="c", steps=(away,), after=("a",)),
    ]
    found = planning._ordered(planning._in_turn(fleet, plans))
    assert [(plan.host, plan.after) for plan in found] == [("b", ()), ("a", ("b",)), ("c", ("a",))]


def test_only_some_hosts_are_planned_for(only_notes: Feature[Any]) -> None:
    fleet = edit.with_values(FLEET, {f"hosts.{name}.note": "x" for name in "abc"})
    state = only_notes.desired(FLEET, "a")
    found = preview(fleet, {name: seen(name, **{only_notes.key: state}) for name in "abc"}, ["c", "a"])
    assert [plan.host for plan in found.plan] == ["a", "c"]
    assert all(plan.steps for plan in found.plan)
    assert set(found.observations) == set("abc")


def test_hosts_join_one_by_one() -> None:
    join = (
        Unit(title="Stop ejabberd", unit="ejabberd.service", action="stop"),
        Run(title="Join", argv=("ejabberdctl", "join_cluster", "ejabberd@a"), needs_all=True),
    )
    fleet = edit.with_values(
        FLEET, {"clusters": {"x.org": {}}, **{f"hosts.{name}.cluster": "x.org" for name in "abc"}}
    )
    plans = [HostPlan(host="b", steps=join, after=("a",)), HostPlan(host="c", steps=join, after=("a",))]
    found = planning._in_turn(fleet, plans)
    assert [(plan.host, plan.after) for plan in found] == [("b", ("a",)), ("c", ("a", "b"))]


def test_the_same_service_of_hosts_that_belong_together_is_never_away_at_one_time() -> None:
    """Asterisk's calls and logins go to the others meanwhile; a service of its own makes no host wait."""
    fleet = edit.with_values(
        FLEET,
        {
            "clusters": {"x.org": {}},
            "hosts.a.cluster": "x.org",
            "hosts.b.cluster": "x.org",
            "directory.base": "dc=x",
            "hosts.b.roles": ["application", "directory"],
            "hosts.c.roles": ["directory"],
        },
    )
    asterisk = Unit(title="Restart Asterisk", unit="asterisk.service", action="restart")
    slapd = Unit(title="Restart slapd", unit="slapd.service", action="restart")
    reload = Unit(title="Reload slapd", unit="slapd.service", action="reload")

    def turns(**steps: tuple[Step, ...]) -> dict[str, tuple[str, ...]]:
        plans = [HostPlan(host=host, steps=of) for host, of in steps.items()]
        return {plan.host: plan.after for plan in planning._in_turn(fleet, plans)}

    assert turns(a=(asterisk,), b=(asterisk,), c=(slapd,)) == {"a": (), "b": ("a",), "c": ()}
    assert turns(a=(slapd,), b=(slapd,), c=(slapd,)) == {"a": (), "b": ("a",), "c": ("b",)}
    assert turns(a=(asterisk,), b=(slapd,), c=(reload,)) == {"a": (), "b": (), "c": ()}


def test_what_a_step_wants_the_admin_to_know_is_said_once(only_notes: Feature[Any]) -> None:
    twice = Run(title="Reload it", argv=("x",), note="It reads all its files again.")

    def plan(*_: Any) -> Any:
        yield twice
        yield dataclasses.replace(twice, title="Reload it again")

    loud = dataclasses.replace(only_notes, plan=plan)
    state = only_notes.desired(FLEET, "a")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(observing, "FEATURES", (loud,))
        found = plan_host(FLEET, {"a": seen("a", **{only_notes.key: state})}, "a")
    assert [note.text for note in found.notes] == ["It reads all its files again."]

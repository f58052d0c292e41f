"""Where calls go."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azdesk.fleet.model import Fleet
from azdesk.voice.deriving import dial_plan
from azdesk.voice.dialplan import Context, DialPlan, Extension, Step, text_of
from azdesk.voice.planned import planned
from azdesk.voice.simulating import Answer, Exchange, Journey, World, hosts_on, simulate
from tests.unit.voice.fleets import OFFICE, fleet


def call(number: str, made: Fleet | None = None, host: str = "a251", does: Answer = "answers") -> Journey:
    world = planned(made or fleet(), phones=lambda _host, _account: does)
    return simulate(world, host, "all", "6853", number)


@pytest.mark.parametrize(
    ("number", "end", "where", "hosts"),
    [
        ("6801", "answered", "6801", ["a251"]),
        ("3016801", "answered", "6801", ["a251"]),
        ("3026801", "answered", "6801", ["a251", "a253"]),
        ("6800", "answered", "6853", ["a251", "a253"]),
        ("0301234567", "left", "provider", ["a251"]),
        ("112", "left", "provider", ["a251"]),
        ("7000", "refused", "", []),
        ("3036801", "refused", "", []),
    ],
)
def test_ends(number: str, end: str, where: str, hosts: list[str]) -> None:
    journey = call(number)
    assert (journey.end, journey.where, list(hosts_on(journey))) == (end, where, hosts), journey.why


def test_rewriting_is_shown() -> None:
    journey = call("0301234567")
    assert journey.steps[-1].data == "PJSIP/301234567@az-trunk-provider,60,i"
    assert journey.steps[-1].origin == "rules.Out"
    assert journey.why == "it leaves a251 by provider as 301234567"


def test_recorded_and_woken() -> None:
    assert call("3026801").recorded == ("a253",)
    assert call("0301").recorded == ("a251",)
    assert call("6801").recorded == ()
    inside = simulate(planned(fleet()), "a251", "az-in-provider", "+4917", "+49301236853")
    assert (inside.end, inside.woken, inside.recorded) == ("answered", ("6853",), ("a251",))


def test_nobody_answers() -> None:
    assert call("6801", does="away").end == "voicemail"
    assert call("3026801", does="away").end == "refused"
    assert "no phone is registered" in call("3026801", does="away").why
    assert call("3026801", does="busy").end == "busy"
    assert call("3026801", does="silent").end == "silent"


def test_the_second_trunk_takes_over() -> None:
    world = planned(fleet())
    exchange = world.exchanges["a251"]
    ways = {**exchange.ways, "az-trunk-provider": replace(exchange.ways["az-trunk-provider"], up=False)}
    down = World(exchanges={"a251": replace(exchange, ways=ways)})
    journey = simulate(down, "a251", "all", "6853", "0301")
    assert (journey.end, journey.where) == ("left", "backup")
    assert [step.data for step in journey.steps if step.app == "Set"][-1] == "CALLERID(num)=+4930123"


def test_loops_end() -> None:
    circle = (
        OFFICE
        + '[rules.A]\npattern = "71"\ntarget = "number"\nnumber = "72"\n[rules.B]\npattern = "72"\ntarget = "number"\nnumber = "71"\n'
    )
    assert "never comes to an end" in call("71", fleet(circle)).why


@pytest.mark.parametrize(
    ("target", "end"),
    [
        ('target = "conference"\nnumber = "9"', "conference"),
        ('target = "announcement"\nsound = "custom/closed"', "announcement"),
        ('target = "hang-up"', "refused"),
        ('target = "messages"', "messages"),
        ('target = "voicemail"', "refused"),
        ('target = "voicemail"\nnumber = "6801"', "voicemail"),
        ('target = "number"\nnumber = "6801"', "answered"),
    ],
)
def test_targets(target: str, end: str) -> None:
    assert call("77", fleet(f'{OFFICE}[rules.Odd]\npattern = "77"\n{target}\n')).end == end


def test_messages_are_those_of_the_phone_alone() -> None:
    """Not of the number that it shows, and callers who are led there from outside show what they like."""
    led = OFFICE.replace('members = ["6853", "3026801"]', 'members = ["*97"]')
    led += '[rules.own]\npattern = "*97"\ntarget = "messages"\n'
    world = planned(fleet(led))
    assert simulate(world, "a251", "all", "6801", "*97").where == "6801"
    assert simulate(world, "a251", "all", "6801", "6800").end == "refused"
    assert simulate(world, "a251", "az-local", "6801", "6800").end == "refused"
    for driver, item in (("pjsip", "endpoint"), ("chan_sip", "peername")):
        assert f",VoiceMailMain(${{FILTER(0-9+,${{CHANNEL({item})}})}}@az,s)" in text_of(
            dial_plan(fleet(led), "a251", driver)
        )


def plan(*extensions: tuple[str, list[tuple[int, str, str]]]) -> World:
    made = tuple(
        Extension(exten=exten, steps=tuple(Step(app=app, args=args, priority=at) for at, app, args in steps))
        for exten, steps in extensions
    )
    return World(exchanges={"h": Exchange(plan=DialPlan(contexts=(Context(name="c", extensions=made),)))})


def test_priorities_run_on_in_other_patterns() -> None:
    """Asterisk's trap: the next priority may stand in another extension that holds the number."""
    world = plan(
        ("_12", [(1, "NoOp", "one")]),
        ("_1X", [(1, "NoOp", "two"), (2, "NoOp", "three"), (3, "Hangup", "")]),
    )
    journey = simulate(world, "h", "c", "", "12")
    assert [step.data for step in journey.steps] == ["one", "three", ""]


def test_what_is_not_known_is_said() -> None:
    unknown = simulate(plan(("_1X", [(1, "AGI", "x.py")])), "h", "c", "", "12")
    assert (unknown.end, unknown.why) == ("unknown", "AZDesk does not know what AGI does at h")
    function = simulate(plan(("_1X", [(1, "NoOp", "${ODBC_X(1)}")])), "h", "c", "", "12")
    assert (function.end, function.why) == ("unknown", "AZDesk does not know the function ODBC_X at h, c")


def test_goto_without_a_number_stays_with_the_one_that_was_dialled() -> None:
    steps = (Step(app="Goto", args="all,${EXTEN:3},1"),)
    plan = DialPlan(contexts=(Context(name="all", extensions=(Extension(exten="_6.", steps=steps),)),))
    world = World(exchanges={"a251": Exchange(plan=plan)})
    assert "never comes to an end" in simulate(world, "a251", "all", "6853", "601").why
    assert "has no way for 1" in simulate(world, "a251", "all", "6853", "6001").why


def test_subroutines() -> None:
    world = plan(
        ("_1X", [(1, "Gosub", "c,sub,1(a,${EXTEN})"), (2, "Hangup", "")]),
        ("sub", [(1, "NoOp", "${ARG1}-${ARG2}"), (2, "Return", "")]),
    )
    assert [step.data for step in simulate(world, "h", "c", "", "12").steps][1:3] == ["a-12", ""]

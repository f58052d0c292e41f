"""From the document to dial plans."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.voice import deriving
from azdesk.voice.deriving import dial_plan, peers_of, trunks_of
from azdesk.voice.dialplan import DialPlan, text_of
from azdesk.voice.expressions import split
from azdesk.voice.planned import planned
from azdesk.voice.simulating import simulate
from azdesk.voice.validating import parse
from tests.unit.voice.fleets import OFFICE, fleet

PHONES = "all"
_FILTERED = re.compile(r"\$\{FILTER\(0-9[*#+]+,\$\{EXTEN(:\d+)?\}\)\}")


def _meets(plan: DialPlan, context: str, number: str) -> str:
    """Context and extension that Asterisk takes; empty: none."""
    for where, one in plan.found(context, number):
        return f"{where.name}/{one.exten}"
    return ""


def test_as_is_leaves_dial_plans_alone() -> None:
    plain = fleet(OFFICE.replace('scheme = "short"', 'scheme = "as-is"'))
    assert dial_plan(plain, "a251") == DialPlan()
    assert peers_of(plain, "a251") == trunks_of(plain, "a251") == ()


def test_what_phones_dial() -> None:
    plan = dial_plan(fleet(), "a251")
    assert _meets(plan, PHONES, "6853") == "az-phones/_68XX"
    assert _meets(plan, PHONES, "6800") == "az-phones/6800", "the narrower rule wins over the block"
    assert _meets(plan, PHONES, "3016853") == "az-phones/_30168XX"
    assert _meets(plan, PHONES, "3026853") == "az-phones/_30268XX"
    assert _meets(plan, PHONES, "112") == "az-emergency/112"
    assert _meets(plan, PHONES, "0301234567") == "az-phones/_0."
    assert _meets(plan, PHONES, "7000") == ""


def test_prefixed_only() -> None:
    plan = dial_plan(fleet(OFFICE.replace('scheme = "short"', 'scheme = "prefixed"')), "a251")
    assert _meets(plan, PHONES, "6853") == ""
    assert _meets(plan, PHONES, "6800") == "az-phones/6800", "rules are there all the same"
    assert _meets(plan, PHONES, "3016853") == "az-phones/_30168XX"


def test_a_host_may_have_the_other_scheme() -> None:
    mixed = fleet(OFFICE.replace('prefix = "302"', 'prefix = "302", scheme = "prefixed"'))
    assert _meets(dial_plan(mixed, "a251"), PHONES, "6853")
    assert not _meets(dial_plan(mixed, "a253"), PHONES, "6853")


def test_what_comes_in_never_gets_out() -> None:
    plan = dial_plan(fleet(), "a251")
    assert _meets(plan, "az-hosts", "3016800") == "az-hosts/_30168XX"
    assert _meets(plan, "az-local", "6800") == "az-local/6800"
    assert _meets(plan, "az-in-provider", "+49301236853") == "az-in-provider/_+493012368XX"
    for context in ("az-hosts", "az-local", "az-in-provider", "az-in-backup"):
        for number in ("0301234567", "3026853", "112"):
            assert _meets(plan, context, number) == "", (context, number)
        assert plan.by_name[context].includes == ()


def test_a_third_host_is_known_to_all() -> None:
    more = (
        OFFICE
        + '[hosts.a255]\naddress = "192.168.11.255"\ncluster = "test.local"\nnumbers = ["7X"]\ncalls = { prefix = "303" }\n'
    )
    for host in ("a251", "a253"):
        assert _meets(dial_plan(fleet(more), host), PHONES, "30371") == "az-phones/_3037X"
    assert _meets(dial_plan(fleet(more), "a255"), PHONES, "3016853") == "az-phones/_30168XX"


def test_other_clusters_only_when_the_whole_fleet_is_meant() -> None:
    more = (
        OFFICE
        + '[clusters."b.example"]\n[hosts.b1]\naddress = "192.0.2.9"\ncluster = "b.example"\nnumbers = ["5X"]\n'
    )
    assert peers_of(fleet(more), "a251") == ("a253",)
    reach = more.replace('scheme = "short"', 'scheme = "short"\nreach = "fleet"')
    assert peers_of(fleet(reach), "a251") == ("a253", "b1")
    assert _meets(dial_plan(fleet(reach), "a251"), PHONES, "51") == "az-phones/_5X", (
        "without a prefix as it is"
    )


def test_trunks_with_a_fallback() -> None:
    text = text_of(dial_plan(fleet(), "a251"))
    assert "Dial(PJSIP/${FILTER(0-9*#+,${EXTEN:1})}@az-trunk-provider,60,i)" in text
    assert "?way2:done" in text
    assert "Set(CALLERID(num)=+4930123)" in text
    assert "[${GROUP_COUNT(az-trunk-backup@az)} >= 2]?done" in text
    other = text_of(dial_plan(fleet(), "a253"))
    assert "az-trunk-provider" in other
    assert "az-trunk-backup" not in other


def test_a_call_for_help_leaves_however_many_calls_there_are() -> None:
    plan = dial_plan(fleet(OFFICE.replace('user = "4930123"', 'user = "4930123"\nmax_calls = 1')), "a251")
    (help_,) = plan.by_name["az-emergency"].extensions
    assert [step.app for step in help_.steps] == ["MixMonitor", "Set", "Dial", "Hangup"]
    assert help_.steps[1].args == "GROUP(az)=az-trunk-provider", "it counts for the calls of others"
    # A rule that is for other numbers, too, is as all.
    assert "GROUP_COUNT(az-trunk-provider@az)" in str(plan.by_name["az-phones"])


@pytest.mark.parametrize(("pattern", "dialled"), [("6.", "6a"), ("6!", "6"), ("[67]", "6"), ("6.", "6a&b")])
def test_a_rule_that_leaves_nothing_of_a_number_ends(pattern: str, dialled: str) -> None:
    """Goto with an empty number would be the same rule again, for ever, and record each time."""
    more = f'[rules.Again]\npattern = "{pattern}"\ntarget = "number"\nstrip = 1\nrecord = true\n'
    journey = simulate(planned(fleet(OFFICE + more)), "a251", PHONES, "6853", dialled)
    assert (journey.end, journey.recorded) == ("refused", ()), journey.why
    assert [step.app for step in journey.steps] == ["GotoIf", "Hangup"]


def test_what_is_dialled_is_a_number() -> None:
    """An open pattern takes any signs, and those of a caller must not become the dial plan's: no second destination, no function to run."""
    open_ones = (
        OFFICE.replace('numbers = ["68XX"]', 'numbers = ["68XX", "7!"]', 1)
        + """
[rules.wake]
pattern = "69."
target = "accounts"
notify = true
record = true
[rules.else]
pattern = "95."
target = "number"
strip = 2
[rules.box]
pattern = "96."
target = "voicemail"
strip = 2
[rules.room]
pattern = "97!"
target = "conference"
"""
    )
    seen = set()
    for driver in ("pjsip", "chan_sip"):
        for host in ("a251", "a253"):
            for context in dial_plan(fleet(open_ones), host, driver).contexts:
                for one in context.extensions:
                    if one.pattern.tail:
                        seen.add(one.exten)
                        for step in one.steps:
                            rest = _FILTERED.sub("", step.args)
                            assert "EXTEN" not in rest, (context.name, one.exten, str(step))
    assert {"_7!", "_3017!", "_69.", "_95.", "_96.", "_97!", "_0."} <= seen


def test_nobody_who_is_called_sends_the_call_elsewhere() -> None:
    """An answer 302 may name any trunk, and any number."""
    for driver in ("pjsip", "chan_sip"):
        for context in dial_plan(fleet(), "a251", driver).contexts:
            for one in context.extensions:
                for step in one.steps:
                    if step.app == "Dial":
                        assert "i" in split(step.args)[2].partition("A(")[0], (one.exten, str(step))


def test_no_extension_runs_on_into_another() -> None:
    """Asterisk goes on with the next priority in any other pattern that holds the number."""
    for host in ("a251", "a253"):
        for driver in ("pjsip", "chan_sip"):
            for context in dial_plan(fleet(), host, driver).contexts:
                for one in context.extensions:
                    assert one.steps[-1].app in ("Goto", "Hangup"), one


def test_no_pattern_is_twice_in_a_context() -> None:
    twice = OFFICE.replace('pattern = "6800"', 'pattern = "68XX"')
    for context in dial_plan(fleet(twice), "a251").contexts:
        patterns = [one.exten for one in context.extensions]
        assert len(patterns) == len(set(patterns)), context.name


def test_what_is_recorded() -> None:
    plan = dial_plan(fleet(), "a253")
    (_, one), *_ = plan.found(PHONES, "6853")
    assert any(step.app == "MixMonitor" for step in one.steps)
    (_, one), *_ = dial_plan(fleet(), "a251").found(PHONES, "6853")
    assert not any(step.app == "MixMonitor" for step in one.steps)
    told = fleet(recording={"warning": "announcement", "sound": "custom/told"})
    assert ",iA(custom/told))" in text_of(dial_plan(told, "a253"))
    beeping = text_of(dial_plan(fleet(recording={"warning": "beep"}), "a253"))
    for told in (",bB(15))", "Playback(beep,noanswer)", ",iA(beep))"):
        assert told in beeping


def test_who_calls_from_another_host_hears_of_the_recording_once() -> None:
    """Where the call leaves, since calls between hosts are recorded there; the other host records it, too, and says nothing."""
    text = (
        OFFICE
        + """
[rules.group]
pattern = "6890"
target = "ring-group"
members = ["6853"]
record = true
[rules.same]
pattern = "6891"
target = "number"
number = "6853"
"""
    )
    for warning in ("beep", "announcement"):
        recording = {"warning": warning, "sound": "beep"}
        silent = dial_plan(fleet(text, recording=recording), "a253")
        assert "az-told" not in text_of(silent), "nobody else tells of it"
        both = tomllib.loads(text)["number_plan"]
        both["between"] = {**both.get("between", {}), "record": True}
        plans = {
            host: dial_plan(fleet(text, recording=recording, number_plan=both), host)
            for host in ("a251", "a253")
        }
        parse(text_of(plans["a253"]))

        def told(host: str, context: str, number: str, plans: dict[str, DialPlan] = plans) -> list[bool]:
            """Whether it is recorded, the caller told, and the callee."""
            (_, one), *_ = plans[host].found(context, number)
            apps = [step.app for step in one.steps]
            options = [split(step.args)[2] for step in one.steps if step.app == "Dial"]
            return ["MixMonitor" in apps, "Playback" in apps, any("A(beep)" in option for option in options)]

        assert told("a251", PHONES, "3026853") == [True, True, True]
        assert _meets(plans["a253"], "az-hosts", "3026853") == "az-hosts/_30268XX"
        (_, one), *_ = plans["a253"].found("az-hosts", "3026853")
        assert one.steps[0].args == "az-told,${EXTEN:3},1"
        for number in ("6853", "6890"):
            assert told("a253", "az-told", number) == [True, False, False]
            assert told("a253", PHONES, number) == [True, True, True]
        (_, one), *_ = plans["a253"].found("az-told", "6891")
        assert one.steps[0].args == "az-told,6853,1"
        # What comes in by a trunk was told of nowhere.
        assert "az-told" not in text_of(
            DialPlan(contexts=tuple(c for c in plans["a253"].contexts if c.name.startswith("az-in-")))
        )


def test_chan_sip() -> None:
    text = text_of(dial_plan(fleet(), "a253", "chan_sip"))
    assert "Dial(SIP/az-host-a251/${EXTEN},60,i)" in text
    assert "Dial(SIP/${EXTEN},30,i)" in text
    assert "PJSIP" not in text


def test_contexts_look_up_includes_in_order_and_stop_at_loops() -> None:
    loop = DialPlan(
        contexts=(
            deriving.Context(name="one", includes=("two", "three")),
            deriving.Context(name="Two", includes=("one",)),
            deriving.Context(
                name="three",
                extensions=(deriving.Extension(exten="_X", steps=(deriving.Step(app="Hangup"),)),),
            ),
        )
    )
    assert _meets(loop, "ONE", "5") == "three/_X"


@given(
    st.lists(
        st.sampled_from(["_68XX", "_X.", "_!", "_[1-3]!", "6853", "_6[89]", "s", "_.", "_6-8X", "+49"]),
        unique=True,
    ),
    st.text(alphabet="0123689s+*-", max_size=6),
)
def test_near_leaves_out_nothing_that_holds(extens: list[str], number: str) -> None:
    step = (deriving.Step(app="Hangup"),)
    context = deriving.Context(
        name="c", extensions=tuple(deriving.Extension(exten=one, steps=step) for one in extens)
    )
    bare = number.replace("-", "")
    near = [one.exten for pattern, one in context.near(bare) if pattern.holds(bare)]
    assert near == [one.exten for pattern, one in context.ranked if pattern.holds(bare)]


def test_nobody_outside_hears_messages() -> None:
    """The number that a caller shows is all that tells whose they are."""
    with pytest.raises(AssertionError, match="anybody's messages"):
        fleet(f'{OFFICE}[rules.Odd]\npattern = "77"\ntarget = "messages"\ncallers = ["provider"]\n')

"""No text goes to a host that does not say what is meant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.core.pattern import pattern
from azdesk.fleet.voice import Target
from azdesk.voice.deriving import dial_plan
from azdesk.voice.dialplan import text_of
from azdesk.voice.validating import NoDialPlan, faults, parse
from tests.unit.voice.fleets import OFFICE, fleet

PLAN = dial_plan(fleet(), "a251")
TEXT = "; a remark\n" + text_of(PLAN)

_places = st.sampled_from(["X", "Z", "N", "[1-37]", "[24]", "0", "6", "8", "9", "*"])
_patterns = st.builds(
    lambda places, tail: "".join(places) + tail,
    st.lists(_places, min_size=1, max_size=5),
    st.sampled_from(["", "", ".", "!"]),
)
_digits = st.text(st.sampled_from("0123456789*#"), min_size=1, max_size=6)


@st.composite
def _rules(draw: st.DrawFn) -> dict[str, Any]:
    targets: list[Target] = [
        "accounts",
        "trunk",
        "number",
        "ring-group",
        "voicemail",
        "messages",
        "conference",
        "announcement",
        "hang-up",
    ]
    target = draw(st.sampled_from(targets))
    rule: dict[str, Any] = {
        "pattern": draw(_patterns),
        "target": target,
        "strip": draw(st.integers(0, 3)),
        "prepend": draw(st.sampled_from(["", "0", "+49", "*"])),
        "record": draw(st.booleans()),
        "ring": draw(st.sampled_from([0, 20])),
    }
    if target == "trunk":
        rule["trunks"] = draw(st.lists(st.sampled_from(["provider", "backup"]), min_size=1, unique=True))
    elif target != "messages" and draw(st.booleans()):
        rule["callers"] = ["provider"]
    if target == "accounts":
        rule["notify"] = draw(st.booleans())
    if target == "ring-group":
        rule["members"] = draw(st.lists(_digits, min_size=1, max_size=3, unique=True))
    if target == "announcement":
        rule["sound"] = "custom/closed"
    if target in ("voicemail", "conference"):
        rule["number"] = draw(st.sampled_from(["", "6800"]))
    return rule


@given(
    rules=st.lists(_rules(), max_size=5),
    blocks=st.lists(_patterns, max_size=2, unique=True),
    prefix=st.sampled_from(["", "301", "*9"]),
    notify=st.booleans(),
    unanswered=st.sampled_from(["hang-up", "voicemail"]),
    warning=st.sampled_from(["none", "beep", "announcement"]),
    driver=st.sampled_from(["pjsip", "chan_sip"]),
)
def test_round_trip(
    rules: list[dict[str, Any]],
    blocks: list[str],
    prefix: str,
    notify: bool,
    unanswered: str,
    warning: str,
    driver: Any,
) -> None:
    """Whatever the document says: the text reads back as the plan, and nothing is wrong with it."""
    made = fleet(
        rules={f"r{index}": rule for index, rule in enumerate(rules)},
        recording={"warning": warning, "sound": "custom/told" if warning == "announcement" else ""},
        hosts={
            "a251": {
                "address": "192.168.11.251",
                "cluster": "test.local",
                "numbers": [pattern(block).text for block in blocks],
                "calls": {"prefix": prefix, "notify": notify, "record": True, "unanswered": unanswered},
            },
            "a253": {"address": "192.168.11.253", "cluster": "test.local", "numbers": ["68XX"]},
        },
    )
    plan = dial_plan(made, "a251", driver)
    text = text_of(plan)
    assert parse(text) == plan
    assert faults(text, plan) == ()


def test_the_office() -> None:
    assert faults(TEXT, PLAN) == ()
    assert faults(TEXT, dial_plan(fleet(OFFICE.replace("68XX", "69XX")), "a251")) == (
        "The dial plan's text says something else than was meant",
    )


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("[az-hosts]", "[az-hosts", "has a [ without its ]"),
        ("exten => 6800,1,", "exten => _68[,1,", "is none that AZDesk writes: exten => _68["),
        ("Hangup()", "Hangup(", "has no application with its arguments in brackets"),
        (",60,i)", ",60,i;)", "has a ; in it"),
        ("Dial(Local/", "Dial(${Local/", "has a { that is not closed"),
        ("Hangup(${HANGUPCAUSE})", "Hangup($HANGUPCAUSE})", "has a } without its {"),
        ("exten => 6800,1", "exten => 6800,2", "is none that AZDesk writes"),
        (" same => n(done)", " same => n(done", "is none that AZDesk writes"),
        ("[az-hosts]", "[az-hosts]\n same => n,Hangup()", "goes on with an extension that has not begun"),
        ("[all]\n", "", "takes in a context in the wrong place"),
        (
            "[az-emergency]",
            "exten => 1,1,Hangup()\ninclude => x\n[x]",
            "takes in a context in the wrong place",
        ),
        ("[all]", "exten => 1,1,Hangup()\n[all]", "stands before the first context"),
        ("[all]", "#include x\n[all]", "is none that AZDesk writes"),
    ],
)
def test_what_no_text_may_have(old: str, new: str, why: str) -> None:
    bad = TEXT.replace(old, new, 1)
    assert bad != TEXT
    with pytest.raises(NoDialPlan, match=r"^line \d+ ") as caught:
        parse(bad)
    assert why in str(caught.value)
    (fault,) = faults(bad, PLAN)
    assert fault.startswith("The dial plan's text does not parse: line ")


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("include => az-phones", "include => az-nowhere", "all takes in az-nowhere, which is not there"),
        (",Ringing()", ",Rinnging()", "there is no application Rinnging"),
        ("?way2:done", "?way3:done", "it jumps to way3, which is not there"),
        ("Goto(az-local,", "Goto(az-nowhere,", "it jumps to az-nowhere, a context that is not there"),
        ("Local/6853@az-ring", "Local/7853@az-ring", "it jumps to az-ring,7853,1, which is not there"),
        ("Local/6853@az-ring", "Local/6853@ringing", "it jumps to ringing, a context that is not there"),
        ("[az-hosts]", "[AZ-phones]", "Two contexts have one name"),
        (
            "exten => 6800,1,",
            "exten => 68-00,1,Hangup()\nexten => 6800,1,",
            "az-phones has an extension twice",
        ),
        (
            " same => n,Hangup()\nexten => _68XX",
            "exten => _68XX",
            "az-phones, 6800: it runs on past its last step",
        ),
        ("n(way2)", "n(done)", "a label stands twice"),
    ],
)
def test_what_no_plan_may_have(old: str, new: str, why: str) -> None:
    bad = TEXT.replace(old, new, 1)
    assert bad != TEXT
    assert any(why in fault for fault in faults(bad, parse(bad))), faults(bad, parse(bad))

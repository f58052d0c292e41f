"""What Asterisk prints of its dial plan, as recorded in the lab: the office of `fleets` on a host with Debian's samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from azdesk.features._asterisk import HEADER
from azdesk.voice import reading
from azdesk.voice.deriving import Driver, dial_plan
from azdesk.voice.dialplan import Context, DialPlan, Extension, Step, text_of
from tests.unit.voice.fleets import fleet

FILE = "azdesk-extensions.conf"
RECORDED: dict[Driver, str] = {
    driver: (Path(__file__).parent / "recorded" / f"dialplan-show-{version}.txt").read_text("utf-8")
    for driver, version in (("pjsip", "22"), ("chan_sip", "16"))
}
_DRIVERS = pytest.mark.parametrize("driver", list(RECORDED))


@_DRIVERS
def test_what_was_loaded_is_what_was_meant(driver: Driver) -> None:
    meant, loaded = dial_plan(fleet(), "a251", driver), reading.parse(RECORDED[driver])
    assert list(reading.differences(meant, loaded)) == []
    assert reading.same(meant, loaded)
    assert {"demo", "default"} <= loaded.by_name.keys()


@_DRIVERS
def test_lines_are_foretold(driver: Driver) -> None:
    """The quick way and the thorough one agree."""
    text = HEADER.split("\n")[0] + "\n" + text_of(dial_plan(fleet(), "a251", driver))
    chunks = reading.chunks(RECORDED[driver])
    for name, lines in reading.expected(text, FILE).items():
        assert reading.is_as_expected(chunks[name], lines), name
        assert not reading.is_as_expected(chunks[name] + "  '1' =>            1. NoOp()  [x:1]\n", lines)
        assert reading.strangers(chunks[name], FILE) == ()
        assert reading.creator(chunks[name]) == "pbx_config"


def test_the_samples_of_debian() -> None:
    demo = reading.parse(RECORDED["chan_sip"]).by_name["demo"]
    found = {one.exten: one for one in demo.extensions}
    assert found["1234"].steps[1] == Step(app="Gosub", args="${EXTEN},stdexten(${GLOBAL(CONSOLE)})")
    assert found["s"].labels == {"restart": 5, "instruct": 6}
    assert found["1000"].steps == (Step(app="Goto", args="default,s,1"),), "after its hint"
    assert "1001" not in found, "a hint alone is no extension that a call meets"
    assert demo.includes == ("stdexten",)
    chunk = reading.chunks(RECORDED["chan_sip"])["demo"]
    assert reading.strangers(chunk, FILE)[0].startswith("extensions.conf:")
    assert "pbx_lua" in reading.strangers(chunk, FILE)


def _plan(*steps: Step, exten: str = "_68XX", includes: tuple[str, ...] = ()) -> DialPlan:
    return DialPlan(
        contexts=(Context(name="all", extensions=(Extension(exten=exten, steps=steps),), includes=includes),)
    )


_ONE, _TWO = Step(app="Dial", args="SIP/1"), Step(app="Hangup", label="away")


@pytest.mark.parametrize(
    ("loaded", "sentences"),
    [
        (_plan(_ONE, _TWO), []),
        (_plan(_ONE, Step(app="Hangup", label="away", priority=2)), []),
        (DialPlan(), ["Asterisk has not loaded the context all"]),
        (_plan(_ONE), ["Asterisk has loaded something else for _68XX in all"]),
        (_plan(_ONE, Step(app="Hangup")), ["Asterisk has loaded something else for _68XX in all"]),
        (_plan(_ONE, _TWO, includes=("x",)), ["In Asterisk, all takes in x, not nothing"]),
        (
            _plan(_ONE, _TWO, exten="_69XX"),
            [
                "Asterisk has not loaded _68XX in all",
                "Asterisk has _69XX in all, which is not in AZDesk's file",
            ],
        ),
    ],
)
def test_differences(loaded: DialPlan, sentences: list[str]) -> None:
    assert list(reading.differences(_plan(_ONE, _TWO), loaded)) == sentences


@pytest.mark.parametrize(
    "text", ["", "\n", "There is no existence of 'x' context\n", "[", "[ Context 'a' cr"]
)
def test_no_context(text: str) -> None:
    assert reading.parse(text) == DialPlan()
    assert reading.expected("exten => \n same => n\n", FILE) == {}

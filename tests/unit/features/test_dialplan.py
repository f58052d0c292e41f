"""The feature dialplan, beside its cases: what is quick, what is bounded."""

from __future__ import annotations

from typing import Any

import pytest

from azdesk.core.probe import FileReading, Readings
from azdesk.features.dialplan import FEATURE, content
from azdesk.features.dialplan.planning import _COMPLAINT
from azdesk.features.dialplan.state import _compared, is_open, parents_of
from azdesk.voice import reading
from azdesk.voice.deriving import dial_plan
from tests.unit.features.cases import file, readings_of
from tests.unit.voice.fleets import OFFICE, fleet


def many(count: int) -> Readings:
    """A host that has some hundred extensions, loaded as they should be."""
    rules = {
        f"r{index}": {"pattern": f"9{index:03d}X", "target": "trunk", "trunks": ["provider"]}
        for index in range(count)
    }
    text = content.text(dial_plan(fleet(rules=rules), "a251"))
    printed = []
    for lines in reading.expected(text, content.NAME).values():
        head = next(line for line in lines if line.startswith("[ "))
        printed += [head, *sorted(lines - {head}), "", "-= 1 extension (1 priority) in 1 context. =-"]
    raw = {
        key.removeprefix("dialplan/"): value
        for key, value in readings_of("numbered").items()
        if key.startswith("dialplan/")
    }
    raw["own"] = file(text, mode=0o640, owner="root", group="asterisk")
    raw["loaded"] = {**raw["loaded"], "out": "\n".join([*printed, ""])}
    return Readings("a251", raw)


def test_a_large_dial_plan_is_understood_quickly(benchmark_seconds: Any) -> None:
    """Also at the first look, when nothing of it is known."""
    readings = many(300)

    def understand() -> None:
        _compared.cache_clear()
        assert FEATURE.parse(readings).unloaded == ()

    assert benchmark_seconds(understand) < 0.003


@pytest.mark.parametrize(
    ("numbers", "boxes", "left_out"),
    [
        (["68XX"], 100, ()),
        (["68XX", "6[89]XX"], 200, ()),
        (["68XX", "7."], 100, ("7.",)),
        (["XXXX"], 10_000, ()),
        (["XXXX", "8XXXX", "5"], 10_000, ("8XXXX", "5")),
    ],
)
def test_mailboxes_are_bounded(numbers: list[str], boxes: int, left_out: tuple[str, ...]) -> None:
    made = fleet(
        OFFICE.replace("[rules.In]", "[rules.Was]"),
        rules={},
        hosts={
            "a251": {
                "address": "192.168.11.251",
                "numbers": numbers,
                "calls": {"unanswered": "voicemail"},
            }
        },
    )
    text, without = content.mailboxes(made, "a251", dial_plan(made, "a251"))
    assert (text.count(" => -locked\n"), without) == (boxes, left_out)


def test_mailboxes_that_rules_name() -> None:
    rules = {
        "One": {"pattern": "*1", "target": "voicemail", "number": "9001"},
        "Many": {"pattern": "*2XX", "target": "voicemail", "strip": 2, "prepend": "7"},
    }
    made = fleet(rules=rules, hosts={"a251": {"address": "192.168.11.251"}})
    text, _ = content.mailboxes(made, "a251", dial_plan(made, "a251"))
    assert text.count(" => -locked") == 101
    assert all(f"\n{number} => " in text for number in ("9001", "700", "799"))


@pytest.mark.parametrize(
    ("mode", "owner", "group", "through"),
    [
        (0o755, "root", "root", True),
        (0o2770, "ejabberd", "ejabberd", False),
        (0o2771, "ejabberd", "ejabberd", True),
        (0o700, "asterisk", "root", True),
        (0o670, "asterisk", "asterisk", False),
        (0o750, "root", "asterisk", True),
        (0o705, "root", "asterisk", False),
    ],
)
def test_who_gets_through_a_folder(mode: int, owner: str, group: str, through: bool) -> None:
    assert is_open(FileReading(exists=True, type="dir", mode=mode, owner=owner, group=group)) is through


def test_the_way_to_a_folder() -> None:
    assert parents_of("/srv/calls/voice") == ("/srv", "/srv/calls")
    assert parents_of("/home/voice") == ("/home",)
    assert is_open(FileReading(exists=False))


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        ("[Nov 25 12:37:21] WARNING[246] pbx_config.c: Unable to register extension at line 20 of /etc/asterisk/azdesk-extensions.conf", True),
        ("[Nov 25 12:37:24] WARNING[372] pbx.c: Context 'all' tries to include nonexistent context 'az-nope'", True),
        ("[Nov 25 12:37:24] ERROR[348] config.c: The file 'azdesk-extensions.conf' was listed as a #include but it does not exist.", True),
        ("[Nov 25 12:37:21] WARNING[246] pbx.c: Unable to register extension '6800' priority 1 in 'az-phones', already in use", True),
        ("[Nov 25 12:37:22] NOTICE[312] pbx.c: Cannot find extension '_68' in context 'az-local'", False),
        ("[Nov 25 12:37:29] WARNING[215] pbx.c: Context 'local' tries to include nonexistent context 'iaxtel700'", False),
        ("[Nov 25 12:37:22] WARNING[287] config.c: parse error: no closing ']', line 123 of /etc/asterisk/extensions.conf", False),
    ],
)  # fmt: skip
def test_which_lines_of_the_log_are_about_us(line: str, ours: bool) -> None:
    import re

    assert bool(re.search(_COMPLAINT, line)) is ours

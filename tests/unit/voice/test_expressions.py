"""Asterisk's variables and expressions."""

from __future__ import annotations

import pytest

from azdesk.voice.expressions import Unknown, Variables, condition, is_true, put_in, split

THERE = Variables(
    values={"EXTEN": "3016853", "A": "5", "EMPTY": "", "X:Y": "odd"},
    functions={"LEN": lambda text: str(len(text)), "F": lambda text: f"<{text}>"},
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("${EXTEN}", "3016853"),
        ("00${EXTEN:3}", "006853"),
        ("${EXTEN:-4}", "6853"),
        ("${EXTEN:1:2}", "01"),
        ("${EXTEN:0:-1}", "301685"),
        ("${EXTEN:-4:2}", "68"),
        ("${NONE}", ""),
        ("${LEN(${EXTEN})}", "7"),
        ("${F(a:b,c)}", "<a:b,c>"),
        ("${F(a)::2}", "<a"),
        ("$5 and $", "$5 and $"),
        ('$["${A}" = "5"]', "1"),
        ('$["${EMPTY}" = ""]', "1"),
        ("$[${A} >= 5]", "1"),
        ("$[10 > 9]", "1"),
        ('$["a" = "b" | "c" = "c"]', "1"),
        ('$["a" = "b" & "c" = "c"]', "0"),
        ("$[${A} + 2 * 3]", "11"),
        ("$[!0]", "1"),
        ("$[(1 + 1) * 2]", "4"),
        ("${${F2}}", ""),
    ],
)
def test_values(text: str, value: str) -> None:
    assert put_in(text, THERE) == value


@pytest.mark.parametrize("text", ["${ODD(1)}", "$[1 = ]x $[= =]", "$[(1]"])
def test_unknown(text: str) -> None:
    with pytest.raises(Unknown):
        put_in(text, THERE)


def test_conditions() -> None:
    assert condition("1?a,b,1:c") == ("1", "a,b,1", "c")
    assert condition("?a") == ("", "a", "")
    assert [is_true(text) for text in ("", "0", "1", "00", "x", "12a")] == [
        False,
        False,
        True,
        False,
        True,
        True,
    ]


def test_split() -> None:
    assert split("a(b,c),d") == ["a(b,c)", "d"]
    assert split("x&y", "&") == ["x", "y"]

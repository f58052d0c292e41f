"""Patterns of numbers, as Asterisk reads them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.core.pattern import extension, fault, pattern


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("68XX", "6800 6899", "68 680 68000 6900"),
        ("_68xx", "6850", "685"),
        ("6[8-9]NZ", "6821 6999", "6711 6811 6820"),
        ("[13-57]1", "11 31 41 51 71", "21 61 1"),
        ("30.", "301 3012345", "30 31"),
        ("30!", "30 301", "3 31"),
        ("7", "7", "77 8"),
        ("*8", "*8", "8 *"),
    ],
)
def test_what_belongs_to_it(text: str, inside: str, outside: str) -> None:
    made = pattern(text)
    assert all(made.holds(number) for number in inside.split())
    assert not any(made.holds(number) for number in outside.split())


PATTERNS = st.lists(st.sampled_from(["1", "2", "X", "Z", "N", "[1-3]", "[19]"]), min_size=1, max_size=2).map(
    "".join
)


@given(PATTERNS, st.sampled_from(["", ".", "!"]))
def test_its_numbers_belong_to_it(text: str, tail: str) -> None:
    made = pattern(text + tail)
    if tail:
        made = replace(made, places=made.places[:1])
    listed = list(made.numbers())
    assert len(listed) == made.size == len(set(listed))
    assert all(made.holds(number) and number.startswith(made.prefix) for number in listed)
    if not tail:
        assert listed == sorted(listed)


@given(PATTERNS, st.sampled_from(["", ".", "!"]), PATTERNS, st.sampled_from(["", ".", "!"]))
def test_overlaps_are_those_that_share_a_number(one: str, tail: str, two: str, other: str) -> None:
    first, second = pattern(one + tail), pattern(two + other)
    digits = ("".join(found) for size in range(1, 5) for found in itertools.product("12359", repeat=size))
    shared = any(first.holds(number) and second.holds(number) for number in digits)
    assert first.overlaps(second) == second.overlaps(first) == shared


@given(PATTERNS, st.sampled_from(["", ".", "!"]), PATTERNS, st.sampled_from(["", ".", "!"]))
def test_covers_means_all_numbers(one: str, tail: str, two: str, other: str) -> None:
    first, second = pattern(one + tail), pattern(two + other)
    # What an open pattern takes beyond digits is tried as well.
    signs = ("".join(found) for size in range(1, 5) for found in itertools.product("01239*", repeat=size))
    all_of_it = all(first.holds(number) for number in signs if second.holds(number))
    assert first.covers(second) == all_of_it


@pytest.mark.parametrize(
    "order",
    [
        # The examples of Asterisk's documentation and of ext_cmp_pattern_pos.
        ["6853", "_68[1-3]X", "_68NX", "_68ZX", "_68XX", "_6XXX", "_6.", "_6!", "_X.", "_.", "_!"],
        ["_1XXXXX", "_X11111"],
        ["_[12]", "_[13]", "_[23]"],
        ["_68.", "_68!", "_68"],
        ["7", "_7"],
    ],
)
def test_which_one_asterisk_takes(order: list[str]) -> None:
    ranks = [extension(text).rank for text in order]
    assert all(one < two for one, two in itertools.pairwise(ranks))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("68[1-3", "without its ]"),
        ("681]", "without its ["),
        ("68[]", "empty set"),
        ("68[3-1]", "backwards"),
        ("68[-1]", "edge"),
        ("68[a]", "“a” in a set"),
        ("6.8", "before its end"),
        (".", "alone"),
        ("68 XX", "space"),
        ("six", "“s”"),
        ("68XX,1,System(id)", "“,”"),
        ("68${X}", "“$”"),
    ],
)
def test_what_is_wrong_with_a_pattern(text: str, why: str) -> None:
    assert why in fault(text)


@pytest.mark.parametrize("text", ["68XX", "_68xx", "7", "+49ZX.", "*8", "30[1-3]ZN!", "[13-57#]1"])
def test_good_patterns(text: str) -> None:
    assert fault(text) == ""


def test_examples() -> None:
    assert pattern("68XX").examples() == ("6800", "6801", "6899")
    assert pattern("0.").examples() == ("01", "023", "04567")
    assert pattern("112").examples() == ("112",)
    assert pattern("68XX").extension == "_68XX"
    assert pattern("6800").extension == "6800"


@given(PATTERNS, st.sampled_from(["", ".", "!"]))
def test_examples_belong_to_it(text: str, tail: str) -> None:
    made = pattern(text + tail)
    assert made.examples()
    assert all(made.holds(number) for number in made.examples())

"""Blocks of numbers."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.directory.numbers import block, free, home_of, overlaps


@pytest.mark.parametrize(
    ("pattern", "inside", "outside"),
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
def test_what_belongs_to_a_block(pattern: str, inside: str, outside: str) -> None:
    made = block(pattern)
    assert all(made.holds(number) for number in inside.split())
    assert not any(made.holds(number) for number in outside.split())


PATTERNS = st.lists(st.sampled_from(["1", "2", "X", "Z", "N", "[1-3]", "[19]"]), min_size=1, max_size=2).map(
    "".join
)


@given(PATTERNS, st.sampled_from(["", ".", "!"]))
def test_its_numbers_belong_to_it(pattern: str, tail: str) -> None:
    made = block(pattern + tail)
    if tail:
        made = replace(made, places=made.places[:1])
    listed = list(made.numbers())
    assert len(listed) == made.size == len(set(listed))
    assert all(made.holds(number) and number.startswith(made.prefix) for number in listed)
    if not tail:
        assert listed == sorted(listed)


@given(PATTERNS, st.sampled_from(["", ".", "!"]), PATTERNS, st.sampled_from(["", ".", "!"]))
def test_overlaps_are_those_that_share_a_number(one: str, tail: str, two: str, other: str) -> None:
    first, second = block(one + tail), block(two + other)
    digits = ("".join(found) for size in range(1, 5) for found in itertools.product("12359", repeat=size))
    shared = any(first.holds(number) and second.holds(number) for number in digits)
    assert first.overlaps(second) == second.overlaps(first) == shared


def test_free_ones() -> None:
    assert free(["680X", "69XX"], {"6800", "6802"}, 3) == ("6801", "6803", "6804")
    assert free(["7", "8"], {"7"}, 5) == ("8",)
    assert free([], set(), 5) == ()
    assert free(["68XX", "680X"], set(), 101)[-1] == "6899"


def test_at_home() -> None:
    blocks = {"a251": ("68XX",), "a253": ("69XX", "7.")}
    assert home_of(blocks, "6853") == "a251"
    assert home_of(blocks, "777") == "a253"
    assert home_of(blocks, "5") == ""
    assert overlaps(blocks) == ()
    assert overlaps({"a": ("68XX",), "b": ("6[8-9]XX",), "c": ("7",)}) == (("a", "68XX", "b", "6[8-9]XX"),)

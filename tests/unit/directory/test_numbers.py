"""Blocks of numbers."""

from __future__ import annotations

from azdesk.directory.numbers import free, home_of, overlaps


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

"""Differences, fuzzy finding, times: what needs no window."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.ui import fuzzy, relative
from azdesk.ui.crash import crash_report
from azdesk.ui.diffing import RowKind, change_starts, diff_rows, fold, side_by_side
from tests.ui import samples

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "  d"]), max_size=12).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


@given(LINES, LINES)
def test_diff_gives_back_both_sides(before: str, after: str):
    rows = diff_rows(before, after)
    old = [row.text for row in rows if row.kind is not RowKind.ADDED]
    new = [row.text for row in rows if row.kind is not RowKind.REMOVED]
    assert (old, new) == (before.splitlines(), after.splitlines())
    assert [row.old for row in rows if row.old] == list(range(1, len(old) + 1))
    assert [row.new for row in rows if row.new] == list(range(1, len(new) + 1))


@given(LINES, LINES)
def test_folding_keeps_every_change_and_counts_what_it_hides(before: str, after: str):
    rows = diff_rows(before, after)
    folded = fold(rows, 1)
    changed = [row for row in rows if row.kind in (RowKind.ADDED, RowKind.REMOVED)]
    assert [row for row in folded if row.kind in (RowKind.ADDED, RowKind.REMOVED)] == changed
    assert sum(row.folded or 1 for row in folded) == len(rows)


@given(LINES, LINES)
def test_sides_stand_level(before: str, after: str):
    pairs = side_by_side(diff_rows(before, after))
    assert [left.text for left, _ in pairs if left] == before.splitlines()
    assert [right.text for _, right in pairs if right] == after.splitlines()


def test_missing_file_is_not_an_empty_one():
    assert [row.kind for row in diff_rows(None, "a\n")] == [RowKind.ADDED]
    assert [row.kind for row in diff_rows("a\n", None)] == [RowKind.REMOVED]
    assert diff_rows("", "") == ()


def test_change_starts():
    same, add = RowKind.SAME, RowKind.ADDED
    assert change_starts([add, add, same, None, add, same, add]) == (0, 3, 6)


def test_five_thousand_lines_are_quick():
    diff = samples.long_diff(5000)
    began = time.perf_counter()
    rows = diff_rows(diff.before, diff.after)
    assert time.perf_counter() - began < 1.0
    assert len(fold(rows)) < 60


@pytest.mark.parametrize(
    ("needle", "text", "found"),
    [
        ("", "x", True),
        ("a25", "a253", True),
        ("lag", "Look again", True),
        ("253a", "a253", False),
        ("PEOP", "People", True),
    ],
)
def test_fuzzy_finds(needle, text, found):
    assert (fuzzy.score(needle, text) is not None) is found


def test_fuzzy_prefers_word_starts_runs_and_text_over_note():
    assert fuzzy.score("la", "Look again") > fuzzy.score("la", "Plenary")
    entries = [(1, "Journal", "a253"), (2, "a253", "test.local"), (3, "a2x5x3", "")]
    assert fuzzy.best("a253", entries) == [2, 1, 3]
    assert fuzzy.best("", entries) == [1, 2, 3]
    assert fuzzy.best("zz", entries) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (12, "12 seconds ago"),
        (60, "1 minute ago"),
        (7199, "1 hour ago"),
        (3 * 86400, "3 days ago"),
        (-19 * 86400, "in 19 days"),
    ],
)
def test_times_as_people_say_them(qapp, seconds, words):
    assert relative.ago(samples.NOW - timedelta(seconds=seconds), samples.NOW) == words


def test_far_times_are_dates(qapp):
    words = relative.ago(datetime(2020, 1, 2, 12, tzinfo=UTC), samples.NOW)
    assert "ago" not in words
    assert words.count("20") >= 1


@given(st.integers(-(10**7), 10**7))
def test_wording_changes_when_it_is_said_to(seconds):
    when = samples.NOW - timedelta(seconds=seconds)
    wait = relative.seconds_until_next_wording(when, samples.NOW)
    assert wait >= 1
    if seconds >= 60:
        later = samples.NOW + timedelta(seconds=wait)
        assert relative.ago(when, later) != relative.ago(when, samples.NOW) or seconds >= 400 * 86400


def test_exact_time_is_in_full_and_names_its_zone(qapp):
    local = samples.NOW.astimezone()
    words = relative.exact(samples.NOW)
    assert f"{local:%H:%M:%S}" in words
    assert words.endswith(f"({local.tzname()})")


def test_crash_report_has_places_and_no_words():
    secret = "hunter2"
    try:
        try:
            raise ValueError(secret)
        except ValueError as inner:
            raise RuntimeError(f"login with {secret}") from inner
    except RuntimeError as error:
        report = crash_report(error)
    assert secret not in report
    assert "builtins.RuntimeError" in report
    assert "builtins.ValueError" in report
    assert "tests/ui/test_pure.py" in report
    assert "/" + "root" not in report

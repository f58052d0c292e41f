"""Every case in cases/: parsing and planning as data."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any

import pytest

from azdesk.core.errors import ObserveError
from azdesk.core.step import RemoveFile, Step, WriteFile
from azdesk.features._base import PlanContext
from azdesk.fleet import edit
from tests.unit.features.cases import ALL, Case, all_cases, shown

CASES = all_cases()
_KNOWN = {
    "about", "base", "document", "host", "readings", "at",
    "problem", "state", "differences", "steps", "notes", "diff", "adopted",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert set(case.data) <= _KNOWN, "a word that the test does not know would test nothing"
    expected, feature, fleet = case.data, case.feature, case.fleet
    if "problem" in expected:
        with pytest.raises(ObserveError, match=expected["problem"]):
            feature.parse(case.readings)
        return
    state = feature.parse(case.readings)
    wanted = feature.desired(fleet, case.host)
    context = PlanContext(fleet=fleet, host=case.host, observed={case.host: {feature.key: state}})
    steps = list(feature.plan(context, state, wanted))
    differences = list(feature.differences(state, wanted))
    notes = list(feature.notes(context, state, wanted))

    for name, value in expected.get("state", {}).items():
        assert shown(state)[name] == value, name
    assert differences == expected["differences"]
    assert [step.title for step in steps] == expected["steps"]
    _same_notes([("!" if note.blocking else "") + note.text for note in notes], expected.get("notes", []))
    for path, lines in expected.get("diff", {}).items():
        assert _diff(steps, path) == lines
    if "adopted" in expected:
        adopted = feature.adopt(fleet, case.host, state)
        for path, value in expected["adopted"].items():
            assert edit.value_at(adopted, path) == (tuple(value) if isinstance(value, list) else value), path


def _same_notes(notes: Sequence[str], patterns: Sequence[str]) -> None:
    assert len(notes) == len(patterns), notes
    for note, pattern in zip(notes, patterns, strict=True):
        assert re.match(pattern, note), note


def _diff(steps: Sequence[Step], path: str) -> list[str]:
    """Changed lines of one file over all steps, without their places."""
    found: list[Any] = [step for step in steps if getattr(step, "path", "") == path]
    assert len(found) == 1, path
    step = found[0]
    assert isinstance(step, WriteFile | RemoveFile)
    before = (step.before_text or "").splitlines()
    after = step.content.splitlines() if isinstance(step, WriteFile) else []
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize("feature", ALL, ids=lambda feature: feature.key)
def test_already_right_is_among_the_cases(feature: Any) -> None:
    own = [case for case in CASES if case.feature is feature]
    right = [
        case
        for case in own
        if case.data.get("steps") == []
        and case.data.get("differences") == []
        and not case.name.endswith("outside")
    ]
    assert right
    assert [case for case in own if case.data.get("steps")], "nothing is ever done in its cases"

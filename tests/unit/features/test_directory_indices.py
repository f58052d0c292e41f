"""Indices that are made anew: every other one stays in use."""

from __future__ import annotations

from azdesk.core.step import Run
from azdesk.directory import ldif
from azdesk.features._base import PlanContext
from tests.unit.features.cases import all_cases


def test_logins_are_found_in_an_index_while_those_of_short_words_are_made() -> None:
    (case,) = (case for case in all_cases() if case.name.endswith("short_words"))
    state = case.feature.parse(case.readings)
    context = PlanContext(fleet=case.fleet, host=case.host, observed={case.host: {case.feature.key: state}})
    steps = list(case.feature.plan(context, state, case.feature.desired(case.fleet, case.host)))
    (step,) = (step for step in steps if step.title.startswith("Index short"))
    assert isinstance(step, Run)

    database = state.database
    lines = {line.lower() for line in database.index_lines}
    before = set(lines)
    seen = []
    for record in ldif.read(step.feed.encode().splitlines(keepends=True)):
        assert isinstance(record, ldif.Modify)
        if record.dn == "cn=config":
            seen.append({kind for kinds in _kinds(lines).values() for kind in kinds})
            continue
        assert record.dn == database.dn
        gone: set[str] = set()
        for change in record.changes:
            values = {bytes(value).decode().lower() for value in change.values}
            if change.operation == "delete":
                assert values <= lines
                gone, lines = set(_kinds(values)), lines - values
            else:
                # slapd uses what an index has already, and makes the rest [seen with 2.5.13 and 2.6.14].
                for name in _kinds(values):
                    assert name in gone, f"{name} would be in no index"
                lines |= values
        assert all("eq" in kinds for kinds in _kinds(lines).values())
    assert lines == before
    (while_lengths_change,) = seen
    assert "sub" not in while_lengths_change


def _kinds(lines: set[str]) -> dict[str, set[str]]:
    found = {}
    for line in lines:
        listed, _, kinds = line.partition(" ")
        for name in listed.split(","):
            found[name] = set(kinds.split(","))
    return found

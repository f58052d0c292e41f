"""Archiving on a host: what is right, what was changed by hand, and what the last run means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from azdesk.core.probe import Readings
from azdesk.features._base import PlanContext
from azdesk.features.recordings import FEATURE, content
from azdesk.features.recordings.state import RecordingsState
from azdesk.fleet import edit
from tests.unit.features.cases import DOCUMENTS, file, fleet_of

FLEET = fleet_of(DOCUMENTS["numbered"])
NOW = 1_769_900_000.0
ON = {"load": "loaded", "active": "active", "enabled": "enabled"}


def state(fleet: Any = FLEET, *, status: dict[str, Any] | None = None, **changes: Any) -> RecordingsState:
    texts = content.files(content.settings(fleet.recording))
    raw: dict[str, Any] = {
        **{
            key: file(texts[path], mode=0o755 if key == "program" else 0o644)
            for key, path in content.OWN.items()
        },
        "made:/etc/azdesk": {"exists": True, "type": "dir", "mode": 0o755, "owner": "root", "group": "root"},
        "made:/usr/local/lib/azdesk": {"exists": True, "type": "dir", "mode": 0o755, "owner": "root"},
        "folder:/home/chat/voice": {
            "exists": True,
            "type": "dir",
            "mode": 0o2770,
            "owner": "root",
            "group": "root",
        },
        "mount": {"mounts": {"/home/chat/voice": {"mounted": False, "fstype": "ext4"}}},
        "above:/home/chat": {"exists": True, "type": "dir", "mode": 0o755, "owner": "root"},
        "above-mount": {"mounts": {"/home/chat": {"mounted": False}}},
        "status": file(json.dumps(status) if status else None),
        "timer-unit": {"units": {content.TIMER: ON}},
        **changes,
    }
    return FEATURE.parse(Readings("a251", raw, taken_at=NOW))


def steps(seen: RecordingsState, fleet: Any = FLEET) -> list[str]:
    context = PlanContext(fleet=fleet, host="a251", observed={"a251": {"recordings": seen}})
    return [step.title for step in FEATURE.plan(context, seen, FEATURE.desired(fleet, "a251"))]


def notes(seen: RecordingsState, fleet: Any = FLEET) -> list[str]:
    context = PlanContext(fleet=fleet, host="a251", observed={})
    return [note.text for note in FEATURE.notes(context, seen, FEATURE.desired(fleet, "a251"))]


def told(seen: RecordingsState, fleet: Any = FLEET) -> list[str]:
    return list(FEATURE.differences(seen, FEATURE.desired(fleet, "a251")))


def test_right() -> None:
    assert (steps(state()), told(state()), notes(state())) == ([], [], [])


@pytest.mark.parametrize(
    ("changes", "difference", "step"),
    [
        ({"program": file("print()")}, "program that archives recordings", "Write /usr/local/lib/azdesk/archive-recordings"),
        ({"settings": file("{}")}, "settings for archiving", "Write /etc/azdesk/recordings.json"),
        ({"timer-unit": {"units": {content.TIMER: {**ON, "active": "inactive"}}}}, "does not run", "Start the timer that archives recordings"),
        ({"folder:/home/chat/voice": file(None)}, "is not there", "Make /home/chat/voice"),
        ({"timer": file("[Timer]")}, "or its units", "Make systemd read its units again"),
    ],
)  # fmt: skip
def test_what_hands_have_changed(changes: dict[str, Any], difference: str, step: str) -> None:
    seen = state(**changes)
    assert any(difference in one for one in told(seen)), told(seen)
    assert step in steps(seen)


def test_nothing_is_recorded_any_more() -> None:
    fleet = edit.with_value(FLEET, ("number_plan", "scheme"), "as-is")
    assert told(state(), fleet) == ["AZDesk's archiving of recordings is left over"]
    assert "Remove /home/chat/voice if it is empty" in steps(state(), fleet)


def test_what_the_last_run_means() -> None:
    def status(word: str, at: float = NOW - 60, why: str = "") -> dict[str, Any]:
        return {"state": word, "why": why, "at": at, "moved": 1, "left": 1234, "removed": 0}

    assert notes(state(status=status("done"))) == []
    (away,) = notes(state(status=status("away", why="Nothing is mounted at /home/chat.\x1b")))
    assert "could not be archived at 2026-01-31" in away
    assert "Nothing is mounted at /home/chat.? 1,234 stay on the host" in away
    (late,) = notes(state(status=status("done", at=NOW - 4 * 86400)))
    assert "ran last at 2026-01-27" in late
    assert notes(state(status={"state": 7})) == []


def test_storage_that_is_away_costs_no_change() -> None:
    fleet = edit.with_value(FLEET, ("recording", "archive_mount"), "/home/chat")
    away = {
        "storage:/home/chat": {"mounts": {"/home/chat": {"mounted": False}}},
        "folder:/home/chat/voice": file(None),
    }
    assert (steps(state(fleet, **away), fleet), told(state(fleet, **away), fleet)) == ([], [])
    assert "Nothing is mounted at /home/chat" in notes(state(fleet, **away), fleet)[0]

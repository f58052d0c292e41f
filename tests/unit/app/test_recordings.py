"""Recordings over all practice hosts: made by calls, listed, heard, taken, handed on, deleted."""

from __future__ import annotations

import csv
import hashlib
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from azdesk.app import journal
from azdesk.app.recordings.deleting import delete
from azdesk.app.recordings.finding import Filter, Recording, Search, named
from azdesk.app.recordings.taking import INDEX, Act, download, export, forget_stale_copies, private_copy
from azdesk.core.errors import ObserveError, PlanError, ProtocolError
from azdesk.core.progress import Job
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.practice.asterisk import calls
from tests.unit.app.conftest import Office


def numbered(office: Office) -> Fleet:
    values: dict[tuple[str, ...], Any] = {
        ("number_plan",): {"scheme": "short", "reach": "fleet", "between": {"record": True}},
    }
    for host, prefix, block in (("a251", "301", "68XX"), ("a253", "302", "69XX"), ("a254", "303", "70XX")):
        values["hosts", host, "numbers"] = (block,)
        values["hosts", host, "calls"] = {"prefix": prefix, "record": host != "a254"}
    return edit.with_values(office.outside, values)


@pytest.fixture
def voice(office: Office) -> Iterator[Office]:
    office.settle(numbered(office))
    hour = time.time() - 3600
    for number, (host, caller, callee, seconds) in enumerate(
        (
            ("a251", "6853", "6801", 2.0),
            ("a251", "6853", "3026901", 3.0),
            ("a253", "6901", "6902", 65.0),
            ("a254", "7001", "7002", 9.0),
        )
    ):
        journey = calls.call(office.practice, host, caller, callee, seconds=seconds, at=hour + 60 * number)
        assert journey.end == "answered", journey
    yield office


def shown(found: tuple[Recording, ...]) -> list[tuple[str, str, str, str, float]]:
    return [(one.host, one.direction, one.caller, one.callee, one.seconds) for one in found]


ALL = [
    ("a253", "in", "6901", "6902", 65.0),
    ("a253", "in", "6853", "6901", 3.0),
    ("a251", "out", "6853", "3026901", 3.0),
    ("a251", "in", "6853", "6801", 2.0),
]


def test_all_that_calls_have_left(voice: Office) -> None:
    """One order over all hosts, in pieces as well as at once; a host that is away is told, the others are there."""
    search = Search(voice.session)
    found = search.more(100)
    # The two ends of one call have begun at one moment; their names decide.
    assert sorted(shown(found)) == sorted(ALL)
    assert shown(found)[0] == ALL[0]
    assert shown(found)[3] == ALL[3]
    assert search.over
    assert search.problems == {}
    pieces = Search(voice.session)
    assert pieces.more(3) + pieces.more(3) + pieces.more(3) == found
    assert {one.way for one in found} == {"phone", "host-a253"}
    voice.practice.host("a253").faults.unreachable = "refused"
    voice.practice.cut_links("a253")
    partial = Search(voice.session)
    assert shown(partial.more(100)) == ALL[2:]
    assert "a253" in partial.problems


def test_filters(voice: Office) -> None:
    def only(**wanted: Any) -> list[Any]:
        return shown(Search(voice.session, Filter(**wanted)).more(10))

    assert only(direction="out") == [ALL[2]]
    assert only(number="6902") == [ALL[0]]
    assert only(hosts=("a251",), shortest=2.5) == [ALL[2]]
    assert only(longest=2) == [ALL[3]]
    assert only(first=date(2030, 1, 1)) == []
    for wrong in ({"number": "68a"}, {"first": date(2026, 2, 1), "last": date(2026, 1, 1)}, {"shortest": 9, "longest": 3}):  # fmt: skip
        with pytest.raises(ObserveError):
            Filter(**wrong)


def test_heard_and_taken_with_a_reason(voice: Office, tmp_path: Path) -> None:
    recording = Search(voice.session, Filter(number="6902")).more(1)[0]
    assert named(voice.session, [recording.name]) == (recording,)
    with private_copy(voice.session, recording, reason="complaint") as path:
        whole = path.read_bytes()
        assert whole == calls.wave(65.0)
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.parent.exists()
    target = tmp_path / "call.wav"
    target.write_text("an older one")
    # What is replaced stays until the recording is whole.
    missing = replace(recording, name=recording.name.replace("_6902_", "_6999_"))
    with pytest.raises(ObserveError, match="could not be read"):
        download(voice.session, missing, target, replace=True)
    assert target.read_text() == "an older one"
    target.unlink()
    assert download(voice.session, recording, target) == len(whole)
    assert target.read_bytes() == whole
    assert target.stat().st_mode & 0o077 == 0
    with pytest.raises(ObserveError, match="already a file"):
        download(voice.session, recording, target)
    noted = [entry for entry in journal.read(voice.session, ["a253"]).entries if "recording" in entry.title]
    assert [(entry.who, entry.title) for entry in noted] == [
        *[("anna@desk", "Download a recording")] * 3,
        ("anna@desk", "Play a recording: complaint"),
    ]
    taken = [entry.steps[0]["path"].rpartition("/")[2] for entry in noted]
    assert taken == [recording.name, recording.name, missing.name, recording.name]
    assert noted[3].steps[0]["title"].startswith(Act.PLAY)


def test_copies_that_a_killed_program_left_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, new, other = (tmp_path / name for name in ("azdesk-recording-a", "azdesk-recording-b", "else"))
    for folder in (old, new, other):
        folder.mkdir()
        (folder / "call.wav").write_bytes(b"voice")
    long_ago = time.time() - 2 * 86400
    for folder in (old, other):
        os.utime(folder, (long_ago, long_ago))
    if hasattr(os, "symlink") and os.name != "nt":
        (tmp_path / "azdesk-recording-link").symlink_to(other)
        os.utime(tmp_path / "azdesk-recording-link", (long_ago, long_ago), follow_symlinks=False)
    forget_stale_copies()
    assert not old.exists()
    assert (new / "call.wav").exists()
    assert (other / "call.wav").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"name": "20260131T142530+0100_in_a253_/../../../evil_1_2_3.wav"},
        {"name": "20260131T142530+0100_in_a253_..\\..\\evil_1_2_3.wav"},
        {"day": "../../etc"},
    ],
)
def test_no_host_chooses_where_files_go(
    voice: Office, change: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names that a host tells become names of files here."""
    link = voice.session.pool.link("a253", Job())
    listed = link.recordings

    def evil(request: dict[str, Any]) -> Any:
        answer = listed(request)
        return {**answer, "recordings": [{**one, **change} for one in answer["recordings"]]}

    monkeypatch.setattr(link, "recordings", evil)
    with pytest.raises(ProtocolError):
        Search(voice.session, hosts=["a253"]).more(10)


def test_an_export_with_its_index(voice: Office, tmp_path: Path) -> None:
    chosen = Search(voice.session).more(10)
    assert named(voice.session, [chosen[1].name]) == (chosen[1],)
    voice.practice.host("a251").files.remove(f"/home/voice/{chosen[3].day}/{chosen[3].name}")
    exported = export(voice.session, chosen, tmp_path / "calls", reason="audit 2026")
    assert [one for one, _ in exported.files] == list(chosen[:3])
    assert list(exported.problems) == [chosen[3].name]
    with (tmp_path / "calls" / INDEX).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["File"] for row in rows] == [one.name for one in chosen[:3]]
    for row in rows:
        assert row["SHA-256"] == hashlib.sha256((tmp_path / "calls" / row["File"]).read_bytes()).hexdigest()
    assert (rows[0]["Caller"], rows[0]["Callee"], rows[0]["Seconds"], rows[0]["Host"]) == ("6901", "6902", "65.0", "a253")  # fmt: skip
    entry = journal.read(voice.session, ["a253"]).entries[0]
    assert (entry.title, len(entry.steps)) == ("Export 2 recordings: audit 2026", 2)
    with pytest.raises(ObserveError, match="something in this folder"):
        export(voice.session, chosen, tmp_path / "calls")


def test_deleted_with_a_reason_and_never_without(voice: Office) -> None:
    chosen = Search(voice.session).more(10)
    with pytest.raises(PlanError, match="without a reason"):
        delete(voice.session, chosen, "  ")
    outcome = delete(voice.session, chosen[:2], "asked for by the caller")
    assert outcome.good, outcome
    assert Search(voice.session).more(10) == chosen[2:]
    with pytest.raises(ObserveError, match="There is no recording"):
        named(voice.session, [chosen[0].name])
    titles = {
        entry.host: entry.title for entry in journal.read(voice.session).entries if "recording" in entry.title
    }
    assert "asked for by the caller" in titles[chosen[0].on]
    assert all(titles[one.on].startswith("Delete ") for one in chosen[:2])


def test_one_that_grows_is_not_deleted(voice: Office) -> None:
    calls.call(voice.practice, "a251", "6853", "6801")
    growing = Search(voice.session).more(1)[0]
    assert growing.growing
    with pytest.raises(PlanError, match="still being recorded"):
        delete(voice.session, [growing], "a good one")


def test_archived_at_the_end_of_the_day_and_still_in_the_list(voice: Office) -> None:
    """Moved by the timer's program; without its storage everything stays, and the look says so; old ones go."""
    before = Search(voice.session).more(10)
    assert not any(one.place == "archive" for one in before)
    assert voice.say("a251", "systemctl start azdesk-recordings.service") == ""
    after = Search(voice.session).more(10)
    assert [(one.name, one.size) for one in after] == [(one.name, one.size) for one in before]
    assert {one.place for one in after if one.host == "a251"} == {"archive"}
    archived = next(one for one in after if one.place == "archive")
    with private_copy(voice.session, archived) as path:
        assert path.read_bytes() == calls.wave(archived.seconds)
    outcome = delete(voice.session, [archived], "the caller asked for it")
    assert outcome.good, outcome
    assert len(Search(voice.session).more(10)) == 3

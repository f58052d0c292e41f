"""Recordings as the helper tells and hands them out: bounded, without following links, and never without the journal."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path
from typing import Any

import pytest

from azdesk.onhost import recorded, recordings, store
from tests.unit.onhost.support import FolderMachine, InProcess

FOLDERS = {"local": "/home/voice", "archive": "/home/chat/voice"}


def name(moment: str, *, number: int = 1, direction: str = "in", host: str = "a251", caller: str = "6853", callee: str = "6801") -> str:  # fmt: skip
    return f"{moment}+0100_{direction}_{host}_phone_{caller}_{callee}_17698659{number:02}.{number}.wav"


def put(machine: FolderMachine, folder: str, file: str, seconds: float = 2.0, *, age: float = 60.0) -> Path:
    day = Path(machine.root + folder) / f"{file[:4]}-{file[4:6]}-{file[6:8]}"
    day.mkdir(parents=True, exist_ok=True)
    path = day / file
    path.write_bytes(bytes(44 + int(16000 * seconds)))
    os.utime(path, (time.time() - age,) * 2)
    return path


def ask(link: InProcess, **more: Any) -> dict[str, Any]:
    return link.ask("recordings", **{"folders": FOLDERS, **more})


def fail(link: InProcess, op: str, **fields: Any) -> dict[str, Any]:
    error: dict[str, Any] = link.ask(op, **fields)["error"]
    return error


def names(answer: dict[str, Any]) -> list[str]:
    return [one["name"] for one in answer["recordings"]]


FIRST, SECOND = name("20260130T090000", number=1), name("20260131T080000", number=2, caller="", callee="0301234567", direction="out")  # fmt: skip
THIRD = name("20260131T142530", number=3, host="a253", caller="+4930123")


@pytest.fixture
def voice(machine: FolderMachine) -> FolderMachine:
    put(machine, FOLDERS["archive"], FIRST, 61.0)
    put(machine, FOLDERS["local"], SECOND, 5.0)
    put(machine, FOLDERS["local"], THIRD, 2.5, age=1.0)
    return machine


def test_the_newest_first_from_both_folders(link: InProcess, voice: FolderMachine) -> None:
    put(voice, FOLDERS["local"], "20260131-other.wav")
    answer = ask(link)
    assert names(answer) == [THIRD, SECOND, FIRST]
    assert (answer["next"], answer["problems"]) == ("", {})
    third, second, first = answer["recordings"]
    assert third == {"day": "2026-01-31", "name": THIRD, "where": "local", "size": 40044, "growing": True}
    assert (second["growing"], first["where"]) == (False, "archive")
    assert recorded.seconds_of(first["size"]) == 61


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        ({"first": "2026-01-31"}, [THIRD, SECOND]),
        ({"last": "2026-01-30"}, [FIRST]),
        ({"first": "2026-02-01"}, []),
        ({"number": "6853"}, [FIRST]),
        ({"number": "+4930"}, [THIRD]),
        ({"number": "1769"}, []),
        ({"direction": "out"}, [SECOND]),
        ({"hosts": ["a253", "a254"]}, [THIRD]),
        ({"shortest": 3, "longest": 60}, [SECOND]),
        ({"number": "01", "hosts": ["a251"], "direction": "in", "shortest": 60}, [FIRST]),
    ],
)
def test_what_is_looked_for(
    link: InProcess, voice: FolderMachine, filter_: dict[str, Any], found: list[str]
) -> None:
    assert names(ask(link, **filter_)) == found


def test_page_by_page_nothing_is_lost_or_told_twice(
    link: InProcess, voice: FolderMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10, 40):
        put(voice, FOLDERS["local" if number % 2 else "archive"], name(f"202601{number % 3 + 29:02}T1000{number}", number=number))  # fmt: skip
    whole = names(ask(link))
    assert len(whole) == 33
    for names_, stats in ((200_000, 20_000), (1, 20_000), (200_000, 1)):
        monkeypatch.setattr(recordings, "MOST_NAMES", names_)
        monkeypatch.setattr(recordings, "MOST_STATS", stats)
        found: list[str] = []
        before = ""
        for _ in range(200):
            answer = ask(link, limit=7, before=before)
            assert len(answer["recordings"]) <= 7
            found += names(answer)
            before = answer["next"]
            if not before:
                break
        assert found == whole


def test_one_that_is_being_moved_is_told_once(link: InProcess, voice: FolderMachine) -> None:
    put(voice, FOLDERS["archive"], SECOND, 5.0)
    assert [(one["name"], one["where"]) for one in ask(link)["recordings"]][1] == (SECOND, "archive")


def test_no_link_is_followed(link: InProcess, voice: FolderMachine) -> None:
    outside = Path(voice.root) / "etc/2026-01-29"
    outside.mkdir()
    secret = name("20260129T120000", number=9)
    (outside / secret).write_bytes(bytes(100))
    day = Path(voice.root + FOLDERS["local"]) / "2026-01-31"
    (day / name("20260131T150000", number=8)).symlink_to(outside / secret)
    assert len(names(ask(link))) == 3
    one = {"folder": FOLDERS["local"], "day": "2026-01-31", "name": name("20260131T150000", number=8)}
    assert link.ask("open-recordings", transaction="access-1", recordings=[one])["sizes"] == [-1]
    hard = name("20260131T160000", number=7)
    os.link(outside / secret, day / hard)
    sizes = link.ask("open-recordings", transaction="access-2", recordings=[{**one, "name": hard}])["sizes"]
    assert sizes == [-1]


def test_folders_that_are_not_there(link: InProcess, machine: FolderMachine) -> None:
    answer = ask(link)
    assert answer == {"recordings": [], "next": "", "problems": {}}
    (Path(machine.root) / "etc/azdesk").mkdir()
    (Path(machine.root + recorded.SETTINGS)).write_text("{}")
    answer = ask(link)
    assert (answer["recordings"], answer["next"]) == ([], "")
    assert answer["problems"] == {"archive": "/home/chat/voice is not there"}


def test_handed_out_only_with_an_entry_in_the_journal(link: InProcess, voice: FolderMachine) -> None:
    one = {"folder": FOLDERS["local"], "day": "2026-01-31", "name": SECOND}
    refused = fail(link, "read-recording", transaction="access-1", index=0)
    assert "journal" in refused["what"]
    gone = {**one, "name": FIRST}
    answer = link.ask(
        "open-recordings",
        transaction="access-1",
        who="anna@desk",
        title="Play a recording: ticket 7",
        act="Play",
        recordings=[one, gone],
    )
    assert answer == {"sizes": [80044, -1]}
    (entry,) = link.ask("journal", limit=5)["entries"]
    assert (entry["who"], entry["title"], entry["state"]) == ("anna@desk", "Play a recording: ticket 7", "committed")  # fmt: skip
    assert [(step["title"], step["state"]) for step in entry["steps"]] == [
        (f"Play /home/voice/2026-01-31/{SECOND}", "done"),
        (f"Play /home/voice/2026-01-31/{FIRST}", "failed"),
    ]
    piece = link.ask("read-recording", transaction="access-1", index=0, offset=80000, size=1000)
    assert (base64.b64decode(piece["data"]), piece["total"]) == (bytes(44), 80044)
    assert "no such" in fail(link, "read-recording", transaction="access-1", index=1)["what"].lower()
    assert "already" in fail(link, "open-recordings", transaction="access-1", recordings=[one])["what"]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../../../etc/shadow"},
        {"name": "passwd"},
        {"day": "../../etc"},
        {"day": "2026-01-3x"},
        {"folder": "home"},
        {"name": f"{SECOND}/x"},
        {"name": 7},
    ],
)
def test_nothing_else_is_handed_out(link: InProcess, voice: FolderMachine, change: dict[str, Any]) -> None:
    one = {"folder": FOLDERS["local"], "day": "2026-01-31", "name": SECOND, **change}
    assert (
        "is no recording" in fail(link, "open-recordings", transaction="access-1", recordings=[one])["what"]
    )


def test_accesses_push_no_changes_out_of_the_journal(
    machine: FolderMachine, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = store.Store(machine)
    kept.prepare()
    monkeypatch.setattr(store, "ENTRIES_KEPT", 2)
    monkeypatch.setattr(store, "ACCESSES_KEPT", 3)
    for at in range(6):
        for ident in (f"access-{at}", f"change-{at}"):
            kept.write_entry({"transaction": ident, "state": "committed"})
            os.utime(Path(machine.root + kept.journal) / f"{ident}.json", (at, at))
    kept.prune()
    assert sorted(os.listdir(machine.root + kept.journal)) == [
        "access-3.json", "access-4.json", "access-5.json", "change-4.json", "change-5.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "x.wav", "20260131T142530_in_a_phone_1_2_3.wav", "20260131T142530+0100_on_a_phone_1_2_3.wav", "2026O131T142530+0100_in_a_phone_1_2_3.wav",
     "20260131T142530+0100_in_../../../a_phone_1_2_3.wav", "20260131T142530+0100_in_a_phone_..\\..\\1_2_3.wav", "20260131T142530+0100_in_a_C:_1_2_3.wav",
     "20260131T142530+0100_in_a_phone_=1_2_3.wav", "20260131T142530+0100_in_a_phone_1_2_3\n.wav"],
)  # fmt: skip
def test_names_of_other_files(text: str) -> None:
    assert recorded.parts(text) is None

"""``azdesk records`` on practice hosts whose calls are recorded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.practice import PracticeFleet
from azdesk.practice.asterisk import calls

from .conftest import Home
from .test_shapes import holds

NUMBERS = """
[number_plan]
scheme = "short"
reach = "fleet"
"""


@pytest.fixture
def document(home: Home) -> Iterator[tuple[Path, PracticeFleet]]:
    with PracticeFleet.start(("a251", "a253"), speed=200) as fleet:
        home.knows(fleet)
        text = fleet.fleet_document()
        for host, block in (("a251", "68XX"), ("a253", "69XX")):
            text = text.replace(
                f"[hosts.{host}]\n", f'[hosts.{host}]\nnumbers = ["{block}"]\ncalls.record = true\n'
            )
        path = home.folder / "office.azfleet"
        path.write_text(text.replace("[credentials", NUMBERS + "[credentials", 1), encoding="utf-8")
        applied = home.run("apply", path, "--yes", "--json")
        assert applied.code == 0, applied
        hour = time.time() - 3600
        for at, (host, caller, callee, seconds) in enumerate(
            (("a251", "6853", "6801", 2.0), ("a253", "6901", "6902", 65.0), ("a251", "6853", "6802", 3.0))
        ):
            calls.call(fleet, host, caller, callee, seconds=seconds, at=hour + 60 * at)
        yield path, fleet


def test_from_the_list_to_the_end(home: Home, document: tuple[Path, PracticeFleet]) -> None:
    path, fleet = document
    shown = home.run("records", "list", path)
    assert shown.code == 0, shown
    assert [line.split()[2:8] for line in shown.out.splitlines()] == [
        ["a251", "in", "6853", "→", "6802", "0:03"],
        ["a253", "in", "6901", "→", "6902", "1:05"],
        ["a251", "in", "6853", "→", "6801", "0:02"],
    ]
    found = holds(home.run("records", "list", path, "--json", "--shortest", "60"), "records-list")
    (long,) = found["recordings"]
    assert (long["host"], long["seconds"], long["archived"], found["more"]) == ("a253", 65.0, False, False)
    assert holds(home.run("records", "list", path, "--limit", "1", "--json"), "records-list")["more"] is True
    assert home.run("records", "list", path, "--number", "6999").out == "No recordings.\n"
    target = home.folder / "long.wav"
    got = home.run("records", "get", path, long["name"], "-o", target, "--json", "--reason", "ticket 7")
    assert holds(got, "records-get")["size"] == target.stat().st_size
    assert target.read_bytes() == calls.wave(65.0)
    assert "already" in home.run("records", "get", path, long["name"], "-o", target).err
    taken = home.run("records", "export", path, home.folder / "all", "--host", "a251", "--json")
    assert [one["callee"] for one in holds(taken, "records-export")["recordings"]] == ["6802", "6801"]
    assert (home.folder / "all" / "recordings.csv").exists()
    assert home.run("records", "export", path, home.folder / "nothing").code == 1
    kept = holds(home.run("records", "delete", path, long["name"], "--reason", "ticket 7", "--json"), "records-delete")  # fmt: skip
    assert (kept["outcome"], len(kept["recordings"])) == (None, 1)
    gone = home.run("records", "delete", path, long["name"], "--reason", "ticket 7", "--yes", "--json")
    assert holds(gone, "records-delete")["outcome"]["good"] is True
    assert home.run("records", "delete", path, long["name"], "--reason", "again", "--yes").code == 1
    noted = home.run("journal", path, "--host", "a253").out
    assert "Delete a recording: ticket 7" in noted
    assert "Download a recording: ticket 7" in noted
    fleet.host("a253").faults.unreachable = "refused"
    partial = home.run("records", "list", path)
    assert partial.code == 1
    assert "not the whole list" in partial.err
    assert len(partial.out.splitlines()) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("list", "--since", "yesterday"),
        ("list", "--shortest", "5x"),
        ("list", "--limit", "0"),
        ("delete", "name.wav"),
        ("delete", "--reason", "because"),
        ("delete", "name.wav", "--reason", "  "),
        ("get", "name.wav"),
        ("list", "--number", "anna"),
    ],
)
def test_what_makes_no_sense_is_said(home: Home, words: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "office.azfleet"
    path.write_text("version = 1\n", encoding="utf-8")
    said = home.run("records", words[0], path, *words[1:])
    assert said.code == 1
    assert said.err.strip()

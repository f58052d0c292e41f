"""The demo leaves nothing in the user's own folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from azdesk.app import enrolment
from azdesk.app.people import log
from azdesk.core import places
from azdesk.fleet import edit
from azdesk.ui import demo


def test_what_comes_of_the_demo_goes_with_it(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("AZDESK_DATA", str(own))
    seen: list[Path] = []

    def work(walk: demo._Walk) -> bool:
        qtbot.addWidget(walk.desk.window)
        bench = walk.desk.workbench
        bench.edit(edit.add_cluster(bench.fleet, demo.DOMAIN), "Add a cluster")
        bench.save()
        walk.wait(lambda: any(places.data_folder().glob("history/*/*")), "a history")
        enrolment.note(who="a@b", act=enrolment.Act.SHOWN, people=("anna",), form="azblink")
        log.Log("dc=test,dc=local", "a@b", "Add a person").__exit__(None, None, None)
        seen.append(places.data_folder())
        kept = {path.name for path in seen[0].rglob("*")}
        assert {"enrolment.jsonl", "people", "history"} <= kept
        return True

    monkeypatch.setattr(demo, "_all", work)
    assert demo.walk(tmp_path / "report") == 0
    assert seen[0] != own
    assert not seen[0].parent.exists()
    assert list(own.iterdir()) == []
    assert places.data_folder() == own


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_whole_walk_goes_as_it_should(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = demo._all
    monkeypatch.setattr(demo, "_all", lambda walk: qtbot.addWidget(walk.desk.window) or whole(walk))
    folder = tmp_path / "report"
    assert demo.walk(folder) == 0
    assert "All went as it should." in (folder / "report.md").read_text(encoding="utf-8")
    assert (folder / "sheets.pdf").read_bytes().startswith(b"%PDF")
    assert len(list(folder.glob("*-people.png"))) == 1
    assert len(list(folder.glob("*-call.png"))) == 1
    assert "6916 at a253 answers. Recorded on a253." in (folder / "report.md").read_text(encoding="utf-8")

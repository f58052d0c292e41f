"""The page Voice Records, driven as a hand would drive it, on practice hosts; and its pictures."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest

from azdesk.app import journal
from azdesk.app.applying import apply
from azdesk.app.observing import observe
from azdesk.app.planning import preview
from azdesk.app.recordings import finding
from azdesk.app.recordings.finding import Recording
from azdesk.core.errors import Unreachable
from azdesk.practice import PracticeFleet
from azdesk.practice.asterisk import calls
from azdesk.ui import files
from azdesk.ui.desk import Desk
from azdesk.ui.dialogs.prompts import TextPrompt
from azdesk.ui.host_search import BETWEEN
from azdesk.ui.mapping import tree
from azdesk.ui.presenters.voice_records import VoiceRecordsPresenter
from azdesk.ui.voice_records.panel import VoiceRecordsPanel
from tests.ui import bench
from tests.ui.conftest import settle
from tests.ui.desks import open_on, program, until
from tests.unit.voice.fleets import OFFICE


def records(desk: Desk) -> VoiceRecordsPresenter:
    desk.window.show_page(tree.VOICE_RECORDS)
    settle()
    presenter = desk._presenters[tree.VOICE_RECORDS]
    assert isinstance(presenter, VoiceRecordsPresenter)
    return presenter


@pytest.fixture
def hosts() -> Iterator[PracticeFleet]:
    with PracticeFleet.start(("a251", "a253"), speed=200.0) as started:
        yield started


@pytest.fixture
def desk(hosts, theme, tmp_path, monkeypatch) -> Iterator[Desk]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    with program(theme, tmp_path) as running:
        text = hosts.fleet_document() + '\n[number_plan]\nscheme = "short"\nreach = "fleet"\n'
        for host, block in (("a251", "68XX"), ("a253", "69XX")):
            text = text.replace(
                f"[hosts.{host}]\n", f'[hosts.{host}]\nnumbers = ["{block}"]\ncalls.record = true\n'
            )
        path = tmp_path / "practice.azfleet"
        path.write_text(text)
        opened = open_on(running, hosts, path)
        session = opened.workbench.session
        outcome = apply(session, preview(session.fleet, observe(session)))
        assert all(one.good for one in outcome), outcome
        hour = time.time() - 3600
        for at, (host, caller, callee, seconds) in enumerate(
            (("a251", "6853", "6801", 2.0), ("a253", "6901", "6902", 65.0), ("a251", "6853", "6802", 3.0))
        ):
            calls.call(hosts, host, caller, callee, seconds=seconds, at=hour + 60 * at)
        yield opened


def callees(panel: VoiceRecordsPanel) -> list[str]:
    return [row.cells[3] for row in panel.table.shown()]


@pytest.mark.timeout(120)
def test_found_heard_saved_and_deleted(desk, hosts, qtbot, tmp_path, monkeypatch):
    opened: list[Path] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: bool(opened.append(Path(url.toLocalFile())) or True)
    )
    panel = records(desk).panel
    until(lambda: len(panel.found) == 3, what="recordings")
    assert callees(panel) == ["6802", "6902", "6801"]
    assert panel.count.text() == "3 recordings"
    assert not panel.play.isEnabled()

    # Looked for.
    QTest.keyClicks(panel.ui.number, "6902")
    QTest.keyClick(panel.ui.number, Qt.Key.Key_Return)
    until(lambda: callees(panel) == ["6902"], what="the one")
    panel.ui.number.clear()
    QTest.keyClicks(panel.ui.number, "anna")
    QTest.keyClick(panel.ui.number, Qt.Key.Key_Return)
    assert "is no number" in panel.empty.sentence.text()
    panel.ui.number.clear()
    panel.ui.longest.setValue(10)
    QTest.mouseClick(panel.ui.search, Qt.MouseButton.LeftButton)
    until(lambda: callees(panel) == ["6802", "6801"], what="short ones")
    panel.ui.longest.setValue(0)
    # Pages that leave nothing to scroll are followed by the next.
    monkeypatch.setattr("azdesk.ui.voice_records.panel.PAGE", 1)
    panel.search()
    until(lambda: len(panel.found) == 3, what="all again")

    # Heard: a private copy, handed to the system's player, gone with its time.
    long = next(one for one in panel.found if one.callee == "6902")
    panel.table.select([long.name])
    QTest.keyClicks(panel.reason, "ticket 7")
    QTest.mouseClick(panel.play, Qt.MouseButton.LeftButton)
    until(lambda: opened, what="the player")
    assert opened[0].read_bytes() == calls.wave(65.0)
    # One that nothing here can play takes no other copy along.
    said: list[str] = []
    desk.workbench.message.connect(lambda _level, text: said.append(text))
    with monkeypatch.context() as patch:
        patch.setattr(QDesktopServices, "openUrl", lambda _url: False)
        panel.player.play(panel.found[0], "")
        until(lambda: any("Nothing on this computer plays" in text for text in said), what="the warning")
    assert opened[0].exists()
    panel.player.clear()
    assert not opened[0].parent.exists()

    # Saved: one as a file, several with an index.
    target = tmp_path / "one.wav"
    monkeypatch.setattr(files, "ask_save", lambda *_: target)
    QTest.mouseClick(panel.save, Qt.MouseButton.LeftButton)
    until(target.exists, what="the file")
    folder = tmp_path / "all"
    folder.mkdir()
    monkeypatch.setattr(files, "ask_folder", lambda *_: folder)
    panel.table.selectAll()
    assert not panel.play.isEnabled()
    QTest.mouseClick(panel.save, Qt.MouseButton.LeftButton)
    until((folder / "recordings.csv").exists, what="the index")
    settle(5)

    # Deleted: not without a reason.
    panel.table.select([long.name])
    QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    settle()
    dialog = panel.findChild(TextPrompt)
    assert dialog is not None
    assert not dialog.ui.ok.isEnabled()
    QTest.keyClicks(dialog.ui.text, "x")
    assert not dialog.ui.ok.isEnabled()
    QTest.keyClicks(dialog.ui.text, " the caller asked")
    QTest.mouseClick(dialog.ui.ok, Qt.MouseButton.LeftButton)
    until(lambda: callees(panel) == ["6802", "6801"], what="two left")
    titles = [entry.title for entry in journal.read(desk.workbench.session, ["a253"]).entries]
    assert titles[:4] == [
        "Delete a recording: x the caller asked",
        "Export a recording: ticket 7",
        "Download a recording: ticket 7",
        "Play a recording: ticket 7",
    ], titles

    # A host that is away is told; the others' are there.
    hosts.host("a251").faults.unreachable = "refused"
    hosts.cut_links("a251")
    panel.search()
    until(records(desk).page.banner.isVisible, what="the banner")
    assert panel.found == ()


# -- pictures ------------------------------------------------------------------------------------------------------


def many(count: int = 60) -> tuple[Recording, ...]:
    began = datetime.fromisoformat("2026-01-31T14:25:30+01:00")
    return tuple(
        Recording(
            on=("a251", "a253")[at % 2],
            host=("a251", "a253", "branch-office-amsterdam-zuidoost")[at % 3],
            day="2026-01-31",
            name=f"20260131T142530+0100_in_a251_phone_6853_6801_1769865930.{at}.wav",
            began=began - timedelta(seconds=613 * at),
            direction="in" if at % 3 else "out",
            way="phone"
            if at % 3
            else ("trunk-gateway-of-the-old-exchange-in-the-cellar", "host-a253")[at % 2],
            caller="" if at % 7 == 3 else str(6800 + at),
            callee=("6853", "00441234567890123456", "+493012345678")[at % 3],
            place="local" if at < 9 else "archive",
            size=44 + 16000 * (17 * at + 4),
            growing=at == 0,
        )
        for at in range(count)
    )


@pytest.fixture
def quiet_desk(tmp_path: Path, theme, monkeypatch) -> Iterator[Desk]:
    """Nobody is asked."""
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(VoiceRecordsPanel, "begin", lambda _self: None)
    workbench = bench.open_bench(tmp_path, OFFICE, keyring=bench.MemoryKeyring())
    made = Desk(workbench, look_every=0)
    made.window.resize(1280, 800)
    made.show()
    settle()
    yield made
    made.workbench.undo_stack.clear()
    made.close()
    settle()
    workbench.deleteLater()
    settle()


def test_pictures(quiet_desk, snapshot):
    presenter = records(quiet_desk)
    panel = presenter.panel
    panel.have((), more=False, problems={})
    settle()
    snapshot(quiet_desk.window, "voice-records-none", page=True)
    error = Unreachable(
        "It does not answer on 192.168.11.254, port 22.", where="a254", next_step="Check the address."
    )
    panel.have(many(), more=True, problems={"a254": error, "a255": error})
    panel.table.select([panel.found[1].name, panel.found[2].name])
    panel.ui.when.setCurrentIndex(panel.ui.when.findData(BETWEEN))
    settle()
    assert panel.table.row(panel.found[0].name).cells[6] == "goes on"
    assert panel.save.isEnabled()
    snapshot(quiet_desk.window, "voice-records", page=True)
    panel.ask_delete()
    settle()
    dialog = panel.findChild(TextPrompt)
    snapshot(dialog, "voice-records-delete")
    dialog.reject()
    settle()


def test_a_search_that_was_cancelled_does_not_look_for_ever(quiet_desk, monkeypatch):
    class Endless:
        over, problems = False, {}

        def __init__(self, *_: object) -> None: ...

        def more(self, _count, job):
            while True:
                job.check()
                time.sleep(0.01)

    monkeypatch.setattr(finding, "Search", Endless)
    panel = records(quiet_desk).panel
    panel.search()
    assert panel.empty.sentence.text() == "Looking …"
    panel._task.cancel()
    until(lambda: panel.empty.sentence.text() == "The search did not come to its end", what="the end")
    assert not panel.busy


def test_one_more_page_below_many(quiet_desk):
    panel = records(quiet_desk).panel
    panel.have(many(20_000), more=True, problems={})
    began = time.process_time()
    panel.have(many(200), more=True, problems={})
    assert time.process_time() - began < 3

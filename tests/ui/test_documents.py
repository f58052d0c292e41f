"""Documents in the window: opened, saved, merged, restored, in two windows, without a host in reach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox

from azdesk.app.session import Session
from azdesk.core.errors import Unreachable
from azdesk.fleet import edit, store
from azdesk.hosts.fake import FakeTransport
from azdesk.hosts.pool import HostPool
from azdesk.ui import program as ui_program
from azdesk.ui.dialogs.conflict import ConflictDialog
from azdesk.ui.dialogs.history import HistoryDialog
from tests.ui.conftest import settle
from tests.ui.desks import CTRL, program, quiet, state_of, until

EXAMPLE = Path(__file__).parents[2] / "resources" / "examples" / "two-hosts.toml"
LEFT = Qt.MouseButton.LeftButton


def nobody(workbench) -> Session:
    """A session in which no host answers."""
    return Session(workbench.fleet, HostPool(workbench.fleet, transport=FakeTransport({})))


@pytest.fixture
def running(theme, tmp_path, monkeypatch):
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    with program(theme, tmp_path) as made:
        yield made


@pytest.fixture
def document(tmp_path) -> Path:
    return Path(shutil.copy(EXAMPLE, tmp_path / "two.azfleet"))


@pytest.fixture
def desk(running, document):
    desk = running.open(document, nobody, look=False)
    desk.window.activateWindow()
    settle()
    return desk


def upload(fleet) -> str:
    return f'clusters."{next(iter(fleet.clusters))}".upload.url'


def set_url(desk, url: str) -> None:
    fleet = desk.workbench.fleet
    desk.workbench.edit(edit.with_value(fleet, upload(fleet), url), "Change File Upload URL")


def answer(words: str) -> None:
    """Press the button with these words in the question that comes up."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox), box
        next(b for b in box.buttons() if words in b.text().replace("&", "")).click()

    QTimer.singleShot(30, press)


def test_nothing_open_offers_the_recent_ones(running, document, desk, snapshot):
    desk.window.close()
    settle()
    assert running.recent() == (document,)
    running.show_start()
    page = running.start_page
    snapshot(page, "start", page=False, sizes=(page.size(),))
    button = page.recent.findChildren(type(page.open))[0]
    assert button.text() == "two.azfleet"
    button.click()
    settle()
    assert len(running.desks) == 1
    assert running.start_page is None
    running.desks[0].workbench.cancel()


def test_begin_opens_the_last_document(running, document, desk):
    desk.window.close()
    settle()
    running._usable = False
    running.begin(None)
    assert [one.workbench.opened.path for one in running.desks] == [document]


def test_a_document_with_faults_is_told_line_by_line(running, tmp_path):
    broken = tmp_path / "broken.azfleet"
    broken.write_text(EXAMPLE.read_text().replace("address", "adress", 1))
    running.begin(broken)
    assert running.desks == []
    banner = running.start_page.banner
    assert "broken.azfleet" in banner._what.text()
    assert "line" in banner._next.text()
    assert "adress" in banner._next.text()


def test_one_document_has_one_window_and_two_have_two(running, document, desk, tmp_path):
    assert running.open(document, nobody, look=False) is desk
    other = running.open(shutil.copy(EXAMPLE, tmp_path / "other.azfleet"), nobody, look=False)
    assert other is not desk
    set_url(other, "https://10.0.0.9:5443/upload")
    assert other.window.isWindowModified()
    assert not desk.window.isWindowModified()
    other.workbench.undo_stack.undo()


def test_nobody_answers(desk):
    desk.workbench.look()
    quiet(desk)
    for host in desk.workbench.fleet.hosts:
        assert state_of(desk, f"host:{host}") == "unreachable"
        assert isinstance(desk.workbench.observation(host).error, Unreachable)
    desk.show_review()
    until(lambda: desk._review.preview is not None)
    page = desk._review.page
    assert not page.can_apply
    assert page.ui.banner.isVisible()


def test_typing_is_one_step(desk):
    fleet = desk.workbench.fleet
    for url in ("https://1.2.3.4:5443/u", "https://1.2.3.4:5443/up", "https://1.2.3.4:5443/upl"):
        desk.workbench.edit(edit.with_value(desk.workbench.fleet, upload(fleet), url), "Type", key="url")
    assert desk.workbench.undo_stack.count() == 1
    desk.workbench.undo_stack.undo()
    assert desk.workbench.fleet == fleet
    assert not desk.workbench.modified


def test_save_keeps_comments_and_history(desk, document, qtbot, snapshot):
    before = document.read_text()
    comments = [line for line in before.splitlines() if line.startswith("#")]
    assert comments
    set_url(desk, "https://10.0.0.9:5443/upload")
    qtbot.keyClick(desk.window, Qt.Key.Key_S, CTRL)
    quiet(desk)
    after = document.read_text()
    assert "https://10.0.0.9:5443/upload" in after
    assert all(comment in after for comment in comments)
    dialog = HistoryDialog(desk.workbench, desk.window)
    dialog.open()
    until(lambda: dialog.list.count() == 2, what="two revisions")
    assert "upload" in dialog.words.text()
    snapshot(dialog, "history")
    dialog.list.setCurrentRow(1)
    dialog.restore.click()
    quiet(desk)
    assert document.read_text() == before
    assert desk.workbench.fleet == store.parse(before)
    # Restoring is a step of its own, so it can be taken back as well.
    desk.workbench.undo_stack.undo()
    assert desk.workbench.modified


def change_on_disk(document: Path, path: str, value: object) -> None:
    opened = store.open(document)
    store.save(opened, edit.with_value(opened.fleet, path, value))


def conflict(desk, qtbot) -> ConflictDialog:
    qtbot.keyClick(desk.window, Qt.Key.Key_S, CTRL)
    until(lambda: desk.window.findChild(ConflictDialog) is not None, what="the dialog")
    quiet(desk)
    return desk.window.findChild(ConflictDialog)


def test_two_workstations_are_merged(desk, document, qtbot):
    host = next(iter(desk.workbench.fleet.hosts))
    change_on_disk(document, f"hosts.{host}.note", "rack 4")
    set_url(desk, "https://10.0.0.9:5443/upload")
    dialog = conflict(desk, qtbot)
    assert "10.0.0.9" in dialog.mine.item(0).text()
    assert "rack 4" in dialog.others.item(0).text()
    assert dialog.clashes() == ()
    dialog.save.click()
    quiet(desk)
    merged = store.open(document).fleet
    assert merged.hosts[host].note == "rack 4"
    assert edit.value_at(merged, upload(merged)) == "https://10.0.0.9:5443/upload"
    assert desk.workbench.fleet == merged
    assert not desk.workbench.modified


def test_a_clash_has_to_be_decided(desk, document, qtbot, snapshot):
    path = upload(desk.workbench.fleet)
    change_on_disk(document, path, "https://10.0.0.8:5443/upload")
    set_url(desk, "https://10.0.0.9:5443/upload")
    dialog = conflict(desk, qtbot)
    assert len(dialog.clashes()) == 1
    assert not dialog.save.isEnabled()
    snapshot(dialog, "conflict")
    dialog.choose(dialog.clashes()[0], "theirs")
    dialog.save.click()
    quiet(desk)
    fleet = store.open(document).fleet
    assert edit.value_at(fleet, path) == "https://10.0.0.8:5443/upload"


def test_mine_can_be_dropped(desk, document, qtbot):
    path = upload(desk.workbench.fleet)
    change_on_disk(document, path, "https://10.0.0.8:5443/upload")
    set_url(desk, "https://10.0.0.9:5443/upload")
    dialog = conflict(desk, qtbot)
    dialog.take.click()
    quiet(desk)
    assert not desk.workbench.modified
    assert edit.value_at(desk.workbench.fleet, path) == "https://10.0.0.8:5443/upload"
    desk.workbench.undo_stack.undo()
    assert edit.value_at(desk.workbench.fleet, path) == "https://10.0.0.9:5443/upload"


def test_closing_asks_about_unsaved_changes(running, desk, document):
    set_url(desk, "https://10.0.0.9:5443/upload")
    answer("Cancel")
    assert not desk.window.close()
    assert running.desks == [desk]
    answer("Save")
    desk.window.close()
    until(lambda: running.desks == [], what="closed after saving")
    assert "10.0.0.9" in document.read_text()


def test_saving_twice_at_once_is_no_conflict_with_oneself(desk, document, qtbot):
    conflicts, written = [], []
    desk.workbench.conflict.connect(conflicts.append)
    set_url(desk, "https://10.0.0.9:5443/upload")
    qtbot.keyClick(desk.window, Qt.Key.Key_S, CTRL)
    set_url(desk, "https://10.0.0.10:5443/upload")
    qtbot.keyClick(desk.window, Qt.Key.Key_S, CTRL)
    desk.workbench.save(then=lambda: written.append(document.read_text()))
    quiet(desk)
    assert conflicts == []
    assert "10.0.0.10" in written[0]
    assert not desk.workbench.modified


def test_closing_with_a_save_under_way_waits_for_both(running, desk, document):
    set_url(desk, "https://10.0.0.9:5443/upload")
    desk.workbench.save()
    answer("Save")
    desk.window.close()
    until(lambda: running.desks == [], what="closed after saving")
    assert "10.0.0.9" in document.read_text()


def test_what_waits_is_not_written_after_a_conflict(desk, document):
    conflicts = []
    desk.workbench.conflict.disconnect(desk._conflict)
    desk.workbench.conflict.connect(conflicts.append)
    change_on_disk(document, f"hosts.{next(iter(desk.workbench.fleet.hosts))}.note", "rack 4")
    theirs = document.read_text()
    set_url(desk, "https://10.0.0.9:5443/upload")
    desk.workbench.save()
    desk.workbench.save(then=desk.window.close)
    quiet(desk)
    assert len(conflicts) == 1
    assert document.read_text() == theirs
    assert desk.window.isVisible()


def test_discarding_closes_at_once(running, desk, document):
    before = document.read_text()
    set_url(desk, "https://10.0.0.9:5443/upload")
    answer("Discard")
    assert desk.window.close()
    settle()
    assert running.desks == []
    assert document.read_text() == before


def test_save_as_through_the_dialog(desk, document, tmp_path, qtbot):
    target = tmp_path / "copy.azfleet"

    def enter() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        name = dialog.findChild(QLineEdit, "fileNameEdit")
        name.setText(str(target))
        dialog.accept()

    QTimer.singleShot(100, enter)
    qtbot.keyClick(desk.window, Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    quiet(desk)
    assert store.open(target).fleet == desk.workbench.fleet
    assert desk.workbench.opened.path == target
    assert "copy.azfleet" in desk.window.windowTitle()


def test_palette_mode_is_remembered(running, desk):
    from azdesk.ui.program import Program
    from azdesk.ui.theme import Mode

    desk.window.action("mode-dark").trigger()
    assert running.theme.tokens.name == "dark"
    running.theme.set_mode(Mode.LIGHT)
    again = Program(running.theme, running._path)
    assert running.theme.mode is Mode.DARK
    again.deleteLater()
    settle()


def test_the_practice_fleet_opens_from_the_start_page(running, monkeypatch):
    """It is a program of its own: nothing of practice gets among what belongs to real fleets."""
    asked: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(
        QProcess,
        "startDetached",
        lambda program, arguments: (asked.append((program, arguments)), (True, 1))[1],
    )
    monkeypatch.setattr(ui_program, "PRACTICE_STARTS_MS", 50)
    running.begin(None)
    running.start_page.practice.click()
    assert asked == [(sys.executable, ["-m", "azdesk", "demo"])]
    assert running.start_page is not None
    assert not running.start_page.practice.isEnabled(), "one click starts one"
    until(running.start_page.practice.isEnabled, what="it may be started again")
    monkeypatch.setattr(QProcess, "startDetached", lambda _program, _arguments: (False, 0))
    running.start_page.practice.click()
    assert "did not start" in running.start_page.banner._what.text()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the window's process as Linux shows it")
def test_a_practice_fleet_keeps_nothing_with_the_user(tmp_path):
    """The real command with its window, ended by the window's own close."""
    environment = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0", "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp"),
        "AZDESK_DATA": str(tmp_path / "data"),
    }  # fmt: skip
    (tmp_path / "tmp").mkdir()
    close = (
        "import sys; from PySide6.QtCore import QTimer; from azdesk.ui import demo, desk;"
        "started = desk.Desk.__init__\n"
        "def init(self, *a, **k):\n"
        "    started(self, *a, **k); QTimer.singleShot(4000, self.close)\n"
        "desk.Desk.__init__ = init\n"
        "sys.exit(demo.main(None))"
    )
    done = subprocess.run(
        [sys.executable, "-c", close],
        env=environment,
        timeout=60,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "data").exists()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_document_is_replaced_only_by_a_whole_new_one(running, document, monkeypatch):
    from azdesk.core.errors import DocumentError
    from azdesk.ui import files

    before = document.read_bytes()
    monkeypatch.setattr(files, "ask_document", lambda *_args: document)

    def full(*_args, **_more):
        raise DocumentError("No space is left.")

    with monkeypatch.context() as patch:
        patch.setattr(store, "create", full)
        running.ask_new(None)
    assert document.read_bytes() == before
    running.ask_new(None)
    assert document.read_bytes() != before
    assert store.open(document).fleet.hosts == {}
    assert [path.name for path in document.parent.glob(".*.new")] == []

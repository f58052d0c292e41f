"""Two real hosts become one chat cluster through the window: what an admin does on the first day, by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox

from azdesk.core.errors import HostKeyUnknown
from azdesk.fleet import store
from azdesk.fleet.model import Credential, Fleet
from azdesk.ui import theme as theming
from azdesk.ui.desk import Desk
from azdesk.ui.dialogs.add_host import AddHostDialog
from azdesk.ui.main_window import REVIEW_KEY
from azdesk.ui.pages.host import HostPage
from azdesk.ui.pages.review import ReviewPage
from azdesk.ui.program import Program
from azdesk.ui.theme import Mode, Theme
from tests.lab.harness import Host, Lab
from tests.ui.desks import CTRL, DOMAIN, program, quiet, state_of, until

LEFT = Qt.MouseButton.LeftButton
URL = "https://172.16.38.1:5443/upload"
PICTURES = os.environ.get("AZDESK_PICTURES", "")


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return theming.install(qapp, Mode.LIGHT)


@pytest.fixture
def running(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    with program(theme, tmp_path) as made:
        yield made


def picture(desk: Desk, name: str) -> None:
    """Keep a picture of the window on real hosts, where somebody wants them."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        desk.window.grab().save(str(Path(PICTURES) / f"lab-{name}.png"))


def choose(box: QComboBox, words: str) -> None:
    at = box.findText(words)
    assert at >= 0, f"{words} is not offered"
    box.setCurrentIndex(at)
    box.activated.emit(at)


def add_host(desk: Desk, qtbot, lab: Lab, host: Host) -> None:
    """Ctrl+N, type, test the login, compare the key as a careful admin does, add."""
    # Without a desktop nobody gives the keyboard back to the window when a dialog closes.
    desk.window.activateWindow()
    quiet(desk)
    qtbot.keyClick(desk.window, Qt.Key.Key_N, CTRL)
    dialog = desk.window.findChild(AddHostDialog)
    assert dialog is not None
    ui = dialog.ui
    qtbot.keyClicks(ui.address, host.address)
    ui.name.clear()
    qtbot.keyClicks(ui.name, host.name)
    choose(ui.cluster, DOMAIN)
    ends: list[bool] = []
    ui.login_test.finished.connect(ends.append)
    qtbot.mouseClick(ui.test, LEFT)
    until(lambda: ends, what="the login tested")
    box = ui.login_test.ui
    assert box.accept_key.isVisible()
    question = ui.login_test._question
    assert isinstance(question, HostKeyUnknown)
    assert question.key_base64 in lab.known_hosts.read_text()
    assert question.fingerprint in box.fingerprint.text().replace("\u200b", "")
    qtbot.mouseClick(box.accept_key, LEFT)
    until(lambda: len(ends) == 2, what="the login tested again")
    assert ends == [False, True]
    picture(desk, f"login-{host.name}")
    qtbot.mouseClick(ui.add, LEFT)
    until(lambda: desk.workbench.observation(host.name) is not None, what="the host looked at")
    observation = desk.workbench.observation(host.name)
    assert observation is not None
    assert observation.readable, observation.error
    dialog.accept()
    quiet(desk)


def running_nodes(host: Host) -> set[str]:
    """Who is in the cluster, in the host's own words."""
    text = host.sh("cd / && ejabberdctl mnesia_info_ctl")
    line = next(line for line in text.splitlines() if line.startswith("running db nodes"))
    return set(line.partition("[")[2].rstrip("]").split(","))


def test_two_fresh_hosts_become_a_cluster(
    lab: Lab, fresh_hosts, running: Program, tmp_path: Path, qtbot
) -> None:
    first, second = fresh_hosts
    lab.learn_keys()
    assert running_nodes(first) == {"ejabberd@localhost"}
    path = tmp_path / "real.azfleet"
    root = Credential(user="root", method="key", key_file=str(lab.key_file))
    store.create(path, Fleet(name="Lab", credentials={"lab": root}, clusters={DOMAIN: {}}))
    desk = running.open(path, look=False)
    assert desk is not None
    for host in (first, second):
        add_host(desk, qtbot, lab, host)
    picture(desk, "added")
    set_files(desk, qtbot)
    review_and_apply(desk, qtbot)
    picture(desk, "cluster")
    both = {"ejabberd@a251", "ejabberd@a253"}
    for host in (first, second):
        assert running_nodes(host) == both
        assert URL in host.sh("cat /etc/ejabberd/azdesk-upload.yml")
        assert host.sh("stat -c %U /home/chat").strip() == "ejabberd"
    desk.window.show_page(f"cluster:{DOMAIN}")
    desk.refresh_now()
    note = desk.window.page(f"cluster:{DOMAIN}").equal.note.text()
    assert note == "running db nodes = [ejabberd@a251, ejabberd@a253]"
    for host in (first, second):
        assert state_of(desk, f"host:{host.name}") == "right"
    qtbot.keyClick(desk.window, Qt.Key.Key_S, CTRL)
    quiet(desk)
    assert not desk.workbench.modified


def set_files(desk: Desk, qtbot) -> None:
    """Type the File Upload URL and tick "Enable Chat Logging"."""
    page = desk.window.show_page("host:a251")
    assert isinstance(page, HostPage)
    page.tabs.set_current("files")
    form = page.tabs.page("files").files.ui
    form.url.clear()
    qtbot.keyClicks(form.url, URL)
    form.enabled.click()
    quiet(desk)
    cluster = desk.workbench.fleet.clusters[DOMAIN]
    assert cluster.upload.url == URL
    assert cluster.chat_log.enabled
    picture(desk, "files")


def review_and_apply(desk: Desk, qtbot) -> None:
    """Review, type the nodes' names where asked, apply; look again and go on while something is left to do.

    A package that brings a module has to be there before the module can be set up: that is a second plan.
    """
    for number in (1, 2):
        apply_once(desk, qtbot, str(number))
        if not desk.window.change_bar.review.isEnabled():
            return


def apply_once(desk: Desk, qtbot, number: str) -> None:
    """Ctrl+Return, the names, Apply, and wait for the end."""
    desk.window.activateWindow()
    quiet(desk)
    qtbot.keyClick(desk.window, Qt.Key.Key_Return, CTRL)
    until(lambda: desk._review is not None and desk._review.preview is not None, what="a plan")
    page = desk.window.page(REVIEW_KEY)
    assert isinstance(page, ReviewPage)
    for confirm in page._confirms:
        qtbot.keyClicks(confirm.word, confirm.item.confirm)
    picture(desk, f"review-{number}")
    assert page.can_apply, page._model
    qtbot.mouseClick(page.ui.apply, LEFT)
    until(lambda: page.over, 300, "the plan carried out")
    picture(desk, f"result-{number}")
    said = page.ui.banner._what.text(), page.ui.banner._next.text()
    assert all(outcome.good for outcome in desk.workbench.outcomes.values()), said
    quiet(desk)
    qtbot.mouseClick(page.ui.close_review, LEFT)

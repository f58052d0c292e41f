"""The window on practice hosts, from opening a document to a cluster, driven as a hand would."""

from __future__ import annotations

import dataclasses
import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from azdesk.app.session import Awaited
from azdesk.core.outcome import HostOutcome, HostState, Outcome
from azdesk.fleet import edit, store
from azdesk.practice import PracticeFleet
from azdesk.ui import attending, files
from azdesk.ui.main_window import REVIEW_KEY
from azdesk.ui.pages.host_overview import HostOverview
from azdesk.ui.pages.journal import JournalPage
from azdesk.ui.pages.overview import OverviewPage
from azdesk.ui.pages.review import ReviewPage
from tests.ui.conftest import settle
from tests.ui.desks import CTRL, DOMAIN, note_of, open_on, program, quiet, state_of, until

URL = f'clusters."{DOMAIN}".upload.url'
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def hosts():
    with PracticeFleet.start(("a251", "a253")) as fleet:
        yield fleet


@pytest.fixture
def running(theme, tmp_path, monkeypatch):
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    with program(theme, tmp_path) as made:
        yield made


@pytest.fixture
def desk(running, hosts, tmp_path):
    return open_on(running, hosts, tmp_path / "fleet.azfleet", domain=DOMAIN)


def review_of(desk) -> ReviewPage:
    until(lambda: desk._review is not None and desk._review.preview is not None, what="a plan")
    page = desk.window.page(REVIEW_KEY)
    assert isinstance(page, ReviewPage)
    return page


def apply_by_hand(desk, qtbot) -> ReviewPage:
    """Ctrl+Return, type what has to be typed, Ctrl+Return again, wait for the end."""
    qtbot.keyClick(desk.window, Qt.Key.Key_Return, CTRL)
    page = review_of(desk)
    for confirm in page._confirms:
        qtbot.keyClicks(confirm.word, confirm.item.confirm)
    assert page.can_apply
    qtbot.keyClick(desk.window, Qt.Key.Key_Return, CTRL)
    until(lambda: page.over, 60, "the result")
    quiet(desk)
    return page


def test_two_hosts_become_a_cluster(desk, hosts, qtbot, tmp_path):
    hosts.host("a253").run(["ejabberdctl", "register", "mia", "localhost", "geheim"])
    page = desk.window.page("overview")
    assert isinstance(page, OverviewPage)
    apart = desk.window.show_page(f"cluster:{DOMAIN}")
    assert apart.equal.note.text() == "the nodes do not see each other"
    desk.window.show_page("overview")
    sentences = [item.sentence for item in page._shown.attention]
    assert sentences == ["6 things on a251 differ from the document", "a253 is not in test.local yet"]
    assert state_of(desk, "host:a251") == "differs"

    desk.workbench.edit(edit.with_value(desk.workbench.fleet, URL, "https://172.16.38.1:5443/upload"), "URL")
    quiet(desk)
    qtbot.keyClick(desk.window, Qt.Key.Key_Return, CTRL)
    review = review_of(desk)
    # An account would be lost on a253: its name has to be typed, and nothing else will do.
    assert [confirm.item.confirm for confirm in review._confirms] == ["a253"]
    assert "1 account" in review._confirms[0].item.sentence
    assert not review.ui.apply.isEnabled()
    qtbot.keyClick(desk.window, Qt.Key.Key_Return, CTRL)
    assert not review.running
    qtbot.keyClicks(review._confirms[0].word, "a251")
    assert not review.ui.apply.isEnabled()
    review._confirms[0].word.clear()
    qtbot.keyClicks(review._confirms[0].word, "a253")
    approved = desk._review.preview
    qtbot.mouseClick(review.ui.apply, LEFT)
    assert review.running
    until(lambda: review.over, 60, "the result")
    assert desk._review.preview is approved
    assert review.ui.banner._what.text() == "Changed and verified: a251, a253."
    quiet(desk)

    assert state_of(desk, "host:a251") == state_of(desk, "host:a253") == "right"
    desk.window.show_page("overview")
    assert page._shown.attention == ()
    cluster = desk.window.show_page(f"cluster:{DOMAIN}")
    assert cluster.equal.note.text() == "running db nodes = [ejabberd@a251, ejabberd@a253]"
    for host in ("a251", "a253"):
        out = hosts.host(host).run(["ejabberdctl", "list_cluster"]).out.split()
        assert sorted(out) == ["ejabberd@a251", "ejabberd@a253"]
    journal = desk.window.show_page("journal")
    assert isinstance(journal, JournalPage)
    until(lambda: journal._model.entries, what="journal entries")
    assert {entry.host for entry in journal._model.entries} == {"a251", "a253"}

    qtbot.keyClick(desk.window, Qt.Key.Key_S, CTRL)
    quiet(desk)
    assert not desk.window.isWindowModified()
    assert store.open(tmp_path / "fleet.azfleet").fleet == desk.workbench.fleet


def test_undo_takes_an_edit_back_before_it_is_applied(desk, qtbot):
    before = desk.workbench.fleet
    first = desk.window.change_bar.headline.text()
    desk.workbench.edit(
        edit.with_value(before, URL, "https://172.16.38.1:5443/upload"), "Change File Upload URL"
    )
    quiet(desk)
    assert desk.window.change_bar.headline.text() != first
    assert desk.window.isWindowModified()
    desk.window.show_page("journal").setFocus()
    qtbot.keyClick(desk.window, Qt.Key.Key_Z, CTRL)
    quiet(desk)
    assert desk.workbench.fleet == before
    assert desk.window.change_bar.headline.text() == first
    assert not desk.window.isWindowModified()
    qtbot.keyClick(desk.window, Qt.Key.Key_Y, CTRL)
    assert desk.workbench.fleet != before


def test_an_edit_makes_a_shown_plan_invalid(desk, qtbot):
    desk.workbench.show_review()
    page = review_of(desk)
    assert page.can_apply
    desk.workbench.edit(edit.with_value(desk.workbench.fleet, URL, "https://172.16.38.1:5443/upload"), "URL")
    settle()
    assert not page.can_apply
    assert desk._review.preview is None
    desk._review.apply()
    assert not page.running
    qtbot.mouseClick(page.ui.banner._button, LEFT)
    review_of(desk)
    assert page.can_apply


def test_looking_again_before_the_plan_is_there_is_not_a_cancel(desk, hosts, qtbot):
    hosts.host("a251").faults.slow = 0.5
    desk.workbench.show_review()
    first = desk._review._making
    told = []
    first.finished.connect(lambda: told.append(desk._review._making))
    qtbot.keyClick(desk.window, Qt.Key.Key_F5)
    second = desk._review._making
    assert second is not first
    until(lambda: told, what="the first look's end")
    assert told == [second]
    page = desk.window.page(REVIEW_KEY)
    assert not page.ui.banner.isVisible()
    review_of(desk)
    assert page.can_apply


def test_cancel_puts_the_host_under_way_back(desk, hosts, qtbot):
    before = hosts.host("a251").files.text("/etc/hosts")
    for host in ("a251", "a253"):
        hosts.host(host).faults.slow = 0.3
    desk.workbench.show_review()
    page = review_of(desk)
    qtbot.mouseClick(page.ui.apply, LEFT)
    until(lambda: any(job.done for job in desk.workbench.jobs), what="a step done")
    qtbot.mouseClick(page.ui.cancel_apply, LEFT)
    until(lambda: page.over, 60, "the end")
    for host in ("a251", "a253"):
        hosts.host(host).faults.slow = 0.0
    quiet(desk)
    states = {outcome.state for outcome in desk.workbench.outcomes.values()}
    assert states <= {HostState.ROLLED_BACK, HostState.NOT_RUN}
    assert hosts.host("a251").files.text("/etc/hosts") == before


def test_a_step_that_fails_is_told_and_the_host_is_as_before(desk, hosts, qtbot):
    before = hosts.host("a251").files.text("/etc/hosts")
    hosts.host("a251").faults.will_not_start.add("ejabberd")
    desk.workbench.show_review(("a251",))
    page = review_of(desk)
    for confirm in page._confirms:
        qtbot.keyClicks(confirm.word, confirm.item.confirm)
    qtbot.mouseClick(page.ui.apply, LEFT)
    until(lambda: page.over, 60, "the end")
    assert "a251" in page.ui.banner._what.text()
    assert not desk.workbench.outcomes["a251"].good
    assert hosts.host("a251").files.text("/etc/hosts") == before
    hosts.host("a251").faults.will_not_start.clear()
    quiet(desk)


def test_unreachable_host(desk, hosts, qtbot):
    hosts.host("a253").faults.unreachable = "refused"
    hosts.cut_links("a253")
    qtbot.keyClick(desk.window, Qt.Key.Key_F5)
    quiet(desk)
    assert state_of(desk, "host:a253") == "unreachable"
    page = desk.window.page("overview")
    item = next(item for item in page._shown.attention if item.state == "unreachable")
    assert "a253" in item.sentence
    assert item.detail
    # What can be changed is offered; the host that cannot be read is left out, with the reason.
    desk.workbench.show_review()
    review = review_of(desk)
    assert [host.key for host in review._model.hosts if host.held_back] == ["a253"]
    hosts.host("a253").faults.unreachable = ""
    desk.window.show_page("overview")
    desk.deal_with(item.key)
    quiet(desk)
    assert state_of(desk, "host:a253") == "differs"


def test_host_page_adopts_and_stops_a_service(desk, hosts, qtbot, monkeypatch):
    page = desk.window.show_page("host:a251")
    quiet(desk)
    overview = page.tabs.page("overview")
    assert isinstance(overview, HostOverview)
    row = overview._rows["asterisk.service"]
    assert row.buttons["stop"].isVisible()
    assert not row.buttons["start"].isVisible()

    def answer():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if "Stop" in b.text()).click()

    QTimer.singleShot(50, answer)
    qtbot.mouseClick(row.buttons["stop"], LEFT)
    quiet(desk)
    assert hosts.host("a251").run(["systemctl", "is-active", "asterisk"]).out.strip() == "inactive"
    row = overview._rows["asterisk.service"]
    assert row.buttons["start"].isVisible()
    qtbot.mouseClick(row.buttons["start"], LEFT)
    quiet(desk)
    assert hosts.host("a251").run(["systemctl", "is-active", "asterisk"]).out.strip() == "active"


def test_change_sheets(desk, tmp_path):
    desk.workbench.show_review()
    page = review_of(desk)
    for kind, name in (("text", "c.txt"), ("json", "c.json"), ("pdf", "c.pdf")):
        desk._review.export(kind, tmp_path / name)
    quiet(desk)
    text = (tmp_path / "c.txt").read_text()
    assert "a251" in text
    assert "+192.168.11.253\ta253" in text
    sheet = json.loads((tmp_path / "c.json").read_text())
    assert [host["host"] for host in sheet["hosts"]] == ["a251", "a253"]
    assert sum(len(host["steps"]) for host in sheet["hosts"]) == desk._review.preview.plan.changes
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    cookies = [(desk.workbench.observation(host).states["cluster"].cookie) for host in ("a251", "a253")]
    assert not any(cookie in text for cookie in cookies)
    assert page.can_apply


def test_files_are_written_off_the_windows_thread(desk, tmp_path, monkeypatch):
    threads, said = [], []
    write, here = Path.write_text, threading.get_ident()

    def watched(path, *args, **more):
        threads.append(threading.get_ident())
        return write(path, *args, **more)

    monkeypatch.setattr(Path, "write_text", watched)
    desk.workbench.message.connect(lambda level, _text: said.append(level))
    journal = desk.window.show_page("journal")
    quiet(desk)
    for folder in (tmp_path, tmp_path / "nosuch"):
        monkeypatch.setattr(files, "ask_save", lambda _parent, _title, _name, at=folder: at / "out.txt")
        desk.save_report()
        quiet(desk)
        journal.export_requested.emit()
        quiet(desk)
    assert said == ["info", "info", "error", "error"]
    assert len(threads) == 4
    assert here not in threads


def test_backup_before_the_plan(desk, hosts, tmp_path):
    hosts.host("a253").run(["ejabberdctl", "register", "mia", "localhost", "geheim"])
    desk.workbench.show_review()
    page = review_of(desk)
    assert page._confirms[0].findChildren(QPushButton)
    target = tmp_path / "backup.tar.gz"
    desk._review.take_backup("a253", target)
    quiet(desk)
    assert target.read_bytes()[:2] == b"\x1f\x8b"
    assert target.stat().st_mode & 0o077 == 0


def test_tree_renames_moves_and_reorders(desk, qtbot):
    desk._rename("host:a253", "b9")
    quiet(desk)
    assert list(desk.workbench.fleet.hosts) == ["a251", "b9"]
    assert desk.workbench.fleet.node("b9") == "a253"
    desk._move(("host:b9",), f"cluster:{DOMAIN}", 0)
    quiet(desk)
    assert desk.workbench.fleet.nodes(DOMAIN) == ("b9", "a251")
    assert note_of(desk, "host:b9")
    desk._rename(f"cluster:{DOMAIN}", "not a domain")
    assert "domain" in desk.window.banner._next.text()
    assert DOMAIN in desk.workbench.fleet.clusters


def test_palette_reaches_everything(desk, qtbot):
    texts = {entry.text for entry in desk.window.palette_entries()}
    assert {"a251", "a253", "Journal", "Look again", "Open a document…", "Colours: dark"} <= texts
    dialog = desk.window.open_palette()
    qtbot.keyClicks(dialog.ui.search, "a253")
    qtbot.keyClick(dialog.ui.search, Qt.Key.Key_Return)
    assert desk.window.current_page() == "host:a253"


def test_session_is_restored(running, hosts, tmp_path):
    path = tmp_path / "fleet.azfleet"
    first = open_on(running, hosts, path, domain=DOMAIN, look=False)
    first.window.show_page("host:a253").tabs.set_current("services")
    first.window.resize(900, 720)
    settle()
    first.window.close()
    settle()
    second = open_on(running, hosts, path, look=False)
    assert second is not first
    assert second.window.current_page() == "host:a253"
    assert second.window.page("host:a253").tabs.current_key() == "services"
    assert second.window.size().height() == 720


def test_menus_offer_what_fits_the_row(desk, qtbot):
    from azdesk.ui.arranging import menu_for

    def words(key):
        menu = menu_for(desk, key)
        found = {action.text().replace("&", ""): action for action in menu.actions() if action.text()}
        return menu, found

    menu, host = words("host:a253")
    assert {"Look again", "Review…", "Join its cluster…", "Backups…", "Rename", "Remove…"} <= set(host)
    assert host["Review…"].isEnabled()
    host["Review…"].trigger()
    assert review_of(desk)._model.hosts[-1].key == "a253"
    menu.deleteLater()
    menu, cluster = words(f"cluster:{DOMAIN}")
    assert "Remove…" in cluster
    menu.deleteLater()
    menu, nothing = words("")
    assert set(nothing) == {"Add host…", "New cluster", "Look again"}
    nothing["New cluster"].trigger()
    quiet(desk)
    menu.deleteLater()
    assert "chat.local" in desk.workbench.fleet.clusters
    assert desk.window.current_page() == "cluster:chat.local"


def test_a_look_from_time_to_time_is_not_shown_as_work(desk):
    desk.workbench.look_quietly()
    assert len(desk.workbench.jobs) == 1
    assert not desk.window.change_bar.job_text.isVisible()
    quiet(desk)


def test_a_lost_link_is_asked_about_once_the_host_answers_again(desk, hosts, qtbot, monkeypatch):
    import azdesk.app.changing as changing

    monkeypatch.setattr(changing, "RECONNECT_FOR", 0.5)
    said = []
    desk.workbench.message.connect(lambda _level, text: said.append(text))
    desk.workbench.show_review(("a251",))
    page = review_of(desk)
    for confirm in page._confirms:
        qtbot.keyClicks(confirm.word, confirm.item.confirm)
    hosts.host("a251").faults.break_link(4)
    qtbot.mouseClick(page.ui.apply, LEFT)
    until(lambda: desk.workbench.session.pool.is_open("a251") is False or page.over, what="the break")
    hosts.host("a251").faults.unreachable = "refused"
    until(lambda: page.over, 60, "the end")
    outcome = desk.workbench.outcomes["a251"].state
    hosts.host("a251").faults.unreachable = ""
    quiet(desk)
    desk.workbench.look(("a251",))
    quiet(desk)
    assert outcome in (HostState.AWAITED, HostState.ROLLED_BACK)
    if outcome is HostState.AWAITED:
        assert any("put everything back" in text for text in said), said
    assert desk.workbench.session.awaited.all() == ()


def test_what_another_document_waits_for_is_left_to_it(desk):
    elsewhere = Awaited(host="a251", transaction="t", title="x", since=1.0, place="192.0.2.7:22")
    desk.workbench.session.awaited.add(elsewhere)
    desk.workbench.look(("a251",))
    quiet(desk)
    assert desk.workbench.observation("a251").readable
    assert desk.workbench.session.awaited.all() == (elsewhere,)


@pytest.mark.parametrize("how", ["journal", "by hand"])
def test_what_a_host_took_back_is_told_until_the_admin_looks_into_it(desk, monkeypatch, how):
    def told() -> bool:
        page = desk.window.show_page("overview")
        return any("took it back" in item.sentence for item in page._shown.attention)

    bench = desk.workbench
    seen = bench.session.observations["a251"]
    bench.session.keep(dataclasses.replace(seen, recovered=("t1",)))
    for _ in range(2):
        bench.look_quietly()
        quiet(desk)
        assert told()
    if how == "journal":
        attending.deal_with(desk, "journal", "a251")
    else:
        attending.deal_with(desk, "look", "a251")
    quiet(desk)
    assert not told()
    bench.session.keep(dataclasses.replace(bench.session.observations["a251"], recovered=("t2",)))
    bench.look_quietly()
    quiet(desk)
    assert told()
    attending.deal_with(desk, "journal", "a251")
    quiet(desk)
    assert not told(), "also when the journal has been open before"


def test_practice_leaves_the_users_own_settings_alone(running, hosts, tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "config").write_text("Host *\n  HostName 192.0.2.1\n  ProxyJump nowhere.invalid\n")
    monkeypatch.setenv("HOME", str(home))
    desk = open_on(running, hosts, tmp_path / "fleet.azfleet", domain=DOMAIN)
    assert all(seen.readable for seen in desk.workbench.observations.values())
    session = desk.workbench.session
    transport = session.pool.transport
    assert (transport.trust.own, transport.trust.others) == (hosts.known_hosts, ())
    session.awaited.add(Awaited(host="a251", transaction="t", title="x", since=1.0))
    assert not list(home.rglob("awaited*"))
    assert (hosts.folder / "awaited.json").exists()


def test_a_key_is_accepted_where_the_session_knows_keys(running, hosts, tmp_path, monkeypatch):
    hosts.known_hosts.write_text("")
    desk = open_on(running, hosts, tmp_path / "fleet.azfleet", look=False)
    answers = [False, True]
    monkeypatch.setattr(desk.workbench, "ask_host_key", lambda _error: answers.pop(0))
    desk.workbench.look(("a251",))
    quiet(desk)
    while answers:
        assert desk.workbench.observation("a251").error is not None
        attending.deal_with(desk, "host-key", "a251")
        quiet(desk)
    assert desk.workbench.observation("a251").readable
    assert len(hosts.known_hosts.read_text().splitlines()) == 1
    assert not (tmp_path / "data" / "known_hosts").exists()


def test_after_a_plan_all_nodes_of_its_clusters_are_looked_at(desk, monkeypatch):
    looked = []
    monkeypatch.setattr(desk.workbench, "look", lambda hosts, **_how: looked.append(hosts))
    desk.workbench.applied(Outcome(hosts=(HostOutcome(host="a253", state=HostState.CHANGED),)))
    assert looked == [["a251", "a253"]]

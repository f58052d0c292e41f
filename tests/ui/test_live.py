"""The page Live, driven as a hand would drive it, on practice hosts; and its pictures."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton

from azdesk.app.applying import apply
from azdesk.app.cdr import Page, Record
from azdesk.app.live import HostLive, Snapshot, Trunk
from azdesk.app.observing import observe
from azdesk.app.planning import preview
from azdesk.app.whereabouts import Phone
from azdesk.core.errors import Unreachable
from azdesk.practice import PracticeFleet
from azdesk.practice.asterisk.channels import PracticeCall
from azdesk.ui.desk import Desk
from azdesk.ui.host_search import BETWEEN
from azdesk.ui.live.following import Following
from azdesk.ui.live.records import RecordsPanel
from azdesk.ui.mapping import tree
from azdesk.ui.presenters.live import CALLS, PHONES, RECORDS, TRUNKS, LivePresenter
from azdesk.voice.live import Channel
from tests.ui import bench
from tests.ui.conftest import settle
from tests.ui.desks import open_on, program, until
from tests.unit.cli.test_live import PLAN
from tests.unit.voice.fleets import OFFICE


def live(desk: Desk) -> LivePresenter:
    desk.window.show_page(tree.LIVE)
    settle()
    presenter = desk._presenters[tree.LIVE]
    assert isinstance(presenter, LivePresenter)
    return presenter


# -- at work -------------------------------------------------------------------------------------------------------


@pytest.fixture
def hosts() -> Iterator[PracticeFleet]:
    with PracticeFleet.start(("a251", "a253"), speed=200.0) as started:
        yield started


@pytest.fixture
def desk(hosts, theme, tmp_path, monkeypatch) -> Iterator[Desk]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    with program(theme, tmp_path) as running:
        path = tmp_path / "practice.azfleet"
        text = hosts.fleet_document() + PLAN
        for host, prefix in (("a251", "301"), ("a253", "302")):
            lines = f'numbers = ["68XX"]\ncalls.prefix = "{prefix}"\n'
            text = text.replace(f"[hosts.{host}]\n", f"[hosts.{host}]\n{lines}")
        path.write_text(text)
        opened = open_on(running, hosts, path)
        session = opened.workbench.session
        outcome = apply(session, preview(session.fleet, observe(session)))
        assert all(one.good for one in outcome), outcome
        yield opened


def cells(table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.shown()]


@pytest.mark.timeout(120)
def test_a_call_comes_is_hung_up_and_is_found_in_the_records(desk, hosts, qtbot, tmp_path):
    presenter = live(desk)
    page = presenter.page
    until(
        lambda: presenter.following.snapshot and not presenter.following.snapshot.waiting,
        what="hosts that tell",
    )
    settle()
    assert presenter.calls.empty.isVisible()
    assert not presenter.calls.hang_up.isEnabled() or not presenter.calls.hang_up.isVisible()

    made = PracticeCall(hosts.host("a251"), "6801", "3026899")
    assert made.journey.connected
    began = time.monotonic()
    until(lambda: presenter.calls.table.rows, 5, "the call")
    assert time.monotonic() - began < 2
    until(
        lambda: cells(presenter.calls.table)[0][0] == "talking" and cells(presenter.calls.table)[0][5],
        what="its codec",
    )
    (row,) = cells(presenter.calls.table)
    assert row[2:] == ("6801", "3026899", "a251 → a253", "ulaw", "")
    assert page.subtitle.text().startswith("1 call in progress")

    # The filter, the trunks.
    QTest.keyClicks(presenter.calls.filter, "nobody")
    until(lambda: not presenter.calls.table.shown())
    assert presenter.calls.count.text() == "0 of 1"
    presenter.calls.filter.clear()
    until(presenter.calls.table.shown)
    page.tabs.set_current(TRUNKS)
    until(lambda: presenter.trunks and len(presenter.trunks.table.rows) == 2, what="trunks")
    assert cells(presenter.trunks.table)[0][:4] == ("a251", "host", "a253", "0.8 ms")
    page.tabs.set_current(CALLS)
    settle()

    # Asked first; the safe answer is the default one.
    presenter.calls.table.select([presenter.calls.table.rows[0].key])
    qtbot.mouseClick(presenter.calls.hang_up, Qt.MouseButton.LeftButton)
    box = page.findChild(QMessageBox)
    assert box.text() == "Hang up the call from 6801 to 3026899?"
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert box.defaultButton().text() == "&Let them talk"
    qtbot.mouseClick(box.defaultButton(), Qt.MouseButton.LeftButton)
    settle()
    assert presenter.calls.table.rows
    qtbot.keyClick(presenter.calls.table, Qt.Key.Key_Delete)
    settle()
    box = next(one for one in page.findChildren(QMessageBox) if one.isVisible())
    yes = next(one for one in box.findChildren(QPushButton) if one.text() == "&Hang up")
    qtbot.mouseClick(yes, Qt.MouseButton.LeftButton)
    until(lambda: not presenter.calls.table.rows, what="an end of the call")
    settle()
    assert presenter.calls.empty.isVisible()

    # Its records, one of each host; then those of one host alone, then a file.
    page.tabs.set_current(RECORDS)
    until(lambda: presenter.records and len(presenter.records.table.rows) == 2, what="records")
    records = presenter.records
    QTest.keyClicks(records.ui.number, "3026899")
    records.ui.direction.setCurrentIndex(records.ui.direction.findData("between"))
    records.ui.host.setCurrentIndex(records.ui.host.findData("a251"))
    qtbot.mouseClick(records.ui.search, Qt.MouseButton.LeftButton)
    until(lambda: not records.busy and records.table.rows, what="one record")
    ((when, *rest),) = cells(records.table)
    assert when.startswith(time.strftime("%Y-%m-%d "))
    assert rest[:4] == ["6801", "3026899", "between", "a251"]
    assert records.count.text() == "1 record"
    target = tmp_path / "calls.csv"
    records.write(target)
    until(target.exists, what="a file")
    assert target.read_text().count("\n") == 2
    QTest.keyClicks(records.ui.number, "0000")
    QTest.keyClick(records.ui.number, Qt.Key.Key_Return)
    until(lambda: not records.busy and records.empty.isVisible(), what="nothing")
    assert records.empty.sentence.text() == "No calls were found"

    # Who does not look is told nothing: the links are let go.
    desk.window.show_page(tree.OVERVIEW)
    until(lambda: not presenter.following.active, what="an end of following")


@pytest.mark.timeout(120)
def test_a_host_that_does_not_answer_is_named_and_comes_back(desk, hosts):
    presenter = live(desk)
    until(
        lambda: presenter.following.snapshot and not presenter.following.snapshot.waiting,
        what="hosts that tell",
    )
    hosts.host("a253").run(["systemctl", "stop", "asterisk"])
    until(presenter.page.banner.isVisible, what="a word about it")
    assert "a253" in presenter.page.banner.accessibleName()
    hosts.host("a253").run(["systemctl", "start", "asterisk"])
    until(lambda: not presenter.page.banner.isVisible(), 30, "that it is back")
    desk.window.show_page(tree.OVERVIEW)
    until(lambda: not presenter.following.active, what="an end of following")


# -- pictures ------------------------------------------------------------------------------------------------------

NOW = 1_795_620_000.0
CELLAR = "gateway-of-the-old-exchange-in-the-cellar"


def leg(host: str, number: int, name: str, linked: str, state: str = "Up", **more: str | bool) -> Channel:
    return Channel(
        host=host, key=f"{host}.{number}", name=name, linked=f"{host}.{linked}", state=state,
        since=NOW - 37 * number * number, **more,
    )  # fmt: skip


def busy() -> Snapshot:
    """A fleet at ten in the morning, with one host that is silent."""
    a251 = (
        leg("a251", 1, "PJSIP/6801-00000001", "1", caller="6801", caller_name="Anna Meier", dialled="3026853", bridge="x", codec="opus", sip="a"),
        leg("a251", 2, "PJSIP/az-host-a253-00000002", "1", bridge="x", codec="ulaw", sip="s"),
        leg("a251", 5, "PJSIP/az-trunk-provider-00000003", "5", caller="+4917012345678", dialled="+49301236810", bridge="y", codec="alaw", recorded=True),
        leg("a251", 6, "PJSIP/6810-00000004", "5", bridge="y", codec="opus"),
        leg("a251", 7, "PJSIP/6802-00000005", "7", state="Ring", caller="6802", caller_name="Maximiliane-Alexandra von und zu Hohenlohe-Waldenburg-Schillingsfürst", dialled="00441234567890123"),
        leg("a251", 8, "PJSIP/az-trunk-gateway-of-the-old-exchange-in-the-cellar-00000006", "7", state="Ringing"),
    )  # fmt: skip
    a253 = (
        leg("a253", 3, "PJSIP/az-host-a251-00000002", "3", caller="3016801", dialled="6853", bridge="z", codec="ulaw", sip="s"),
        leg("a253", 4, "PJSIP/6853-00000003", "3", bridge="z", codec="opus", sip="q"),
    )  # fmt: skip
    phones = tuple(
        Phone(
            host=host, account=str(6800 + at), client="Linphone-Desktop/5.2.4 (Debian) LinphoneSDK/5.3.26" if at % 3 else "AZBlink/2.1",
            address=f"10.20.{at}.17:5060", contact=f"sip:{6800 + at}@10.20.{at}.17:5060;transport=udp", until=NOW + 100 * at + 300,
            reachable=(True, None, False, True)[at % 4], milliseconds=(3.4 * at, 0.0, 0.0, 12.0)[at % 4],
            since=NOW - 400 * at if at % 2 else 0.0,
        )
        for at in range(1, 24)
        for host in (("a251", "a253")[at % 2],)
    )  # fmt: skip
    trunks = (
        Trunk(host="a251", endpoint="az-trunk-provider", reachable=True, milliseconds=17.3, registration="Registered", calls=1),
        Trunk(host="a251", endpoint="az-trunk-gateway-of-the-old-exchange-in-the-cellar", reachable=None, milliseconds=0, registration="", calls=1),
        Trunk(host="a253", endpoint="az-trunk-provider", reachable=True, milliseconds=18.0, registration="Rejected", calls=0),
        Trunk(host="a251", endpoint="az-host-a253", reachable=True, milliseconds=0.8, registration="", calls=1),
        Trunk(host="a253", endpoint="az-host-a251", reachable=False, milliseconds=0, registration="", calls=1),
    )  # fmt: skip
    error = Unreachable(
        "It does not answer on 192.168.11.254, port 22.",
        where="a254",
        next_step="Check the address and the network.",
    )
    return Snapshot(
        hosts={
            "a251": HostLive(host="a251", heard=NOW, channels=a251, phones=phones, trunks=trunks),
            "a253": HostLive(host="a253", heard=NOW, channels=a253),
            "a254": HostLive(host="a254", error=error),
        }
    )


def records(count: int = 60) -> tuple[Record, ...]:
    kinds = ("in", "out", "between", "internal")
    outcomes = ("ANSWERED", "ANSWERED", "NO ANSWER", "BUSY", "ANSWERED", "FAILED")
    return tuple(
        Record(
            host=("a251", "a253")[at % 2], start=NOW - 613 * at, answer=NOW - 613 * at + 5, end=NOW - 613 * at + 90, caller=str(6800 + at),
            caller_name="Anna Meier" if at % 4 == 0 else "", number=("3026853", "00441234567890123")[at % 2], dialled="PJSIP/x@az-trunk-provider",
            near=str(6800 + at), far="az-trunk-provider", direction=kinds[at % 4], trunks=("provider",) if at % 4 < 2 else (),
            duration=90, talked=85 * at if outcomes[at % 6] == "ANSWERED" else 0, outcome=outcomes[at % 6], application="Dial", id=f"1.{at}",
        )
        for at in range(count)
    )  # fmt: skip


@pytest.fixture
def quiet_desk(tmp_path: Path, theme, monkeypatch) -> Iterator[Desk]:
    """Nobody is asked."""
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(Following, "start", lambda _self: None)
    monkeypatch.setattr(RecordsPanel, "begin", lambda _self: None)
    monkeypatch.setattr("azdesk.ui.presenters.live.time.time", lambda: NOW)
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
    window = quiet_desk.window
    presenter = live(quiet_desk)
    snapshot(window, "live-none", page=True)
    presenter.following.snapshot = busy()
    presenter._news()
    settle()
    assert [row[4] for row in cells(presenter.calls.table)] == [
        "a251 → a253",
        "provider → a251",
        f"a251 → {CELLAR}",
    ]
    snapshot(window, "live-calls", page=True)
    for key in (PHONES, TRUNKS):
        presenter.page.tabs.set_current(key)
        settle(3)
        snapshot(window, f"live-{key}", page=True)
    presenter.page.tabs.set_current(RECORDS)
    settle(3)
    snapshot(window, "live-records-none", page=True)
    presenter.records._have(Page(records=records(), more=True, lines=9000))
    presenter.records.ui.when.setCurrentIndex(presenter.records.ui.when.findData(BETWEEN))
    settle()
    snapshot(window, "live-records", page=True)


def test_a_large_fleet_is_shown_at_once(quiet_desk):
    """5,000 phones and 500 calls: a refresh may not be felt."""
    presenter = live(quiet_desk)
    phones = tuple(
        Phone(
            host="a251",
            account=str(at),
            client="x",
            address="10.0.0.1:5060",
            contact=f"sip:{at}@x",
            until=NOW,
            reachable=True,
        )
        for at in range(5000)
    )
    channels = tuple(
        leg("a251", at, f"PJSIP/{at}-00000001", str(at), caller=str(at), dialled="1") for at in range(500)
    )
    seen = Snapshot(hosts={"a251": HostLive(host="a251", heard=NOW, channels=channels, phones=phones)})
    presenter.following.snapshot = seen
    for key in (CALLS, PHONES):
        presenter.page.tabs.set_current(key)
        settle(2)
        presenter._news()
        began = time.process_time()
        presenter._news()
        assert time.process_time() - began < 0.5
    assert len(presenter.phones.table.rows) == 5000

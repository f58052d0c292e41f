"""Pictures of the whole window at work on practice hosts."""

from __future__ import annotations

import pytest

from azdesk.fleet import edit
from azdesk.practice import PracticeFleet
from azdesk.ui.main_window import REVIEW_KEY
from tests.ui.conftest import settle
from tests.ui.desks import DOMAIN, open_on, program, quiet, until


@pytest.fixture
def desk(theme, tmp_path, monkeypatch):
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    with PracticeFleet.start(("a250", "a251", "a253", "a254")) as hosts, program(theme, tmp_path) as running:
        hosts.host("a253").run(["ejabberdctl", "register", "mia", "localhost", "geheim"])
        hosts.host("a254").faults.unreachable = "refused"
        path = tmp_path / "practice.azfleet"
        path.write_text(hosts.fleet_document(domain=DOMAIN))
        yield open_on(running, hosts, path)


@pytest.mark.timeout(400)
def test_pages_of_the_window(desk, snapshot):
    window, bench = desk.window, desk.workbench
    url = f'clusters."{DOMAIN}".upload.url'
    bench.edit(edit.with_value(bench.fleet, url, "https://172.16.38.1:5443/upload"), "Change File Upload URL")
    quiet(desk)
    snapshot(window, "desk-overview", page=True)
    page = window.show_page("host:a253")
    snapshot(window, "desk-host", page=True)
    for tab in page.tabs.keys():
        page.tabs.set_current(tab)
        quiet(desk)
        snapshot(window, f"desk-host-{tab}", page=True)
    window.show_page("host:a254")
    snapshot(window, "desk-host-unreachable", page=True)
    cluster = window.show_page(f"cluster:{DOMAIN}")
    snapshot(window, "desk-cluster", page=True)
    cluster.tabs.set_current("settings")
    snapshot(window, "desk-cluster-settings", page=True)


def test_review_of_the_window(desk, snapshot):
    desk.show_review()
    until(lambda: desk._review.preview is not None, what="a plan")
    settle()
    snapshot(desk.window, "desk-review", page=True)
    page = desk.window.page(REVIEW_KEY)
    assert [confirm.item.confirm for confirm in page._confirms] == ["a253"]
    page._confirms[0].word.setText("a253")
    page.apply()
    until(lambda: any(job.done > 8 for job in desk.workbench.jobs) or page.over, what="half way")
    snapshot(desk.window, "desk-applying", page=True)
    until(lambda: page.over, 60, "the result")
    quiet(desk)
    snapshot(desk.window, "desk-result", page=True)
    desk.window.show_page("host:a253")
    quiet(desk)
    snapshot(desk.window, "desk-host-changed", page=True)
    desk.window.show_page("journal")
    quiet(desk)
    snapshot(desk.window, "desk-journal", page=True)

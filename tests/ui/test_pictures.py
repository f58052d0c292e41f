"""Every page and dialog as a picture, to be looked at."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from azdesk.core.outcome import HostState, StepState
from azdesk.ui.dialogs.command_palette import CommandPalette
from azdesk.ui.dialogs.crash_dialog import CrashDialog
from azdesk.ui.main_window import MainWindow
from azdesk.ui.pages.host import HostPage
from azdesk.ui.pages.journal import JournalPage
from azdesk.ui.pages.overview import OverviewPage
from azdesk.ui.pages.review import ReviewPage
from azdesk.ui.reviewmodels import HostReport, ReviewModel, ReviewResult, StepReport
from azdesk.ui.viewmodels import ChangeSummary, OverviewModel, RunningJob, State, TabModel
from azdesk.ui.widgets.banner import Banner
from azdesk.ui.widgets.card import Card
from azdesk.ui.widgets.diff_view import DiffView
from azdesk.ui.widgets.empty_state import EmptyState
from azdesk.ui.widgets.field_row import FieldRow
from azdesk.ui.widgets.password_edit import PasswordEdit
from tests.ui import samples

TABS = (
    "Overview",
    "Network & VPN",
    "XMPP & cluster",
    "Directory",
    "Accounts",
    "Dial plan",
    "Trunks",
    "Notifications",
    "Storage",
    "Recordings",
    "Journal",
)


def overview_page(model: OverviewModel) -> OverviewPage:
    page = OverviewPage()
    page.set_clock(lambda: samples.NOW)
    page.set_model(model)
    return page


def editor() -> QWidget:
    """An editor as the features will have: cards with rows of fields."""
    body = QWidget()
    body.setProperty("surface", "page")
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 0, 24)
    column.setSpacing(16)
    card = Card(title="Cluster")
    card.add_action("Join a cluster…")
    card.add_action("Leave…")
    name = FieldRow(
        label="&Node name",
        note="Renaming purges this node's XMPP data: 1,240 rosters, 3 offline messages. AZDesk backs them up first.",
    )
    name.add_field(QLineEdit("a253"))
    runs = FieldRow(label="&Distribution")
    runs.add_field(QLineEdit("192.168.11.253"))
    port = QSpinBox()
    port.setRange(1, 65535)
    port.setValue(5210)
    runs.add_field(port)
    runs.set_checked(State.RIGHT, "Reachable from a251 (0.4 ms), closed to others.")
    cookie = FieldRow(label="Coo&kie")
    secret = PasswordEdit()
    secret.setText("not a real one")
    cookie.add_field(secret)
    for row in (name, runs, cookie):
        card.body.addWidget(row)
    shared = Card(title="Files and logs · shared by test.local")
    url = FieldRow(label="File &Upload URL")
    url.add_field(QLineEdit("https://172.16.38.1:5443/upload"))
    url.set_on_host("On a253 now: http://192.168.11.253:5280/upload, changed by hand on 21 November, 16:40.")
    kept = FieldRow(label="Ke&pt in")
    kept.add_field(QLineEdit("home/flv"))
    kept.set_problem("The folder must begin with /, such as /home/flv.")
    how = FieldRow(label="Served &by")
    choice = QComboBox()
    choice.addItems(["ejabberd itself", "nginx in front"])
    how.add_field(choice)
    logs = FieldRow(
        note="One-to-one chats, one file per day and pair. Rooms and encrypted texts are not in it."
    )
    box = QCheckBox("Enable chat &logging to /home/chat")
    box.setChecked(True)
    logs.add_field(box)
    for row in (url, kept, how, logs):
        shared.body.addWidget(row)
    column.addWidget(card)
    column.addWidget(shared)
    column.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(body)
    return area


def host_page() -> HostPage:
    page = HostPage()
    page.set_title(
        "a253",
        "192.168.11.253 · test.local · Debian 14 · ejabberd 26.07 · Asterisk 22.10 · looked 12 seconds ago",
    )
    for title in TABS:
        state = {"XMPP & cluster": State.DIFFERS, "Trunks": State.FAILING}.get(title)
        page.add_tab(TabModel(key=title, title=title, state=state), editor)
    page.tabs.set_current("XMPP & cluster")
    return page


def window(keep, tree, pages, first, changes=samples.CHANGES, jobs=()) -> MainWindow:
    made = keep(MainWindow(lambda key: pages[key]() if key in pages else None))
    made.set_tree(tree)
    made.set_changes(changes)
    made.set_jobs(jobs)
    made.show_page(first)
    return made


def test_overview(keep, snapshot):
    pages = {"overview": lambda: overview_page(samples.overview())}
    snapshot(window(keep, samples.small_tree(), pages, "overview"), "overview")


def test_overview_of_200_hosts(keep, snapshot):
    pages = {"overview": lambda: overview_page(samples.large_overview())}
    jobs = (RunningJob(key="look", text="Looking at 200 hosts", done=57, total=200), samples.JOB)
    snapshot(window(keep, samples.large_tree(), pages, "overview", jobs=jobs), "overview-200")


def test_overview_empty(keep, snapshot):
    empty = OverviewModel(title="Overview", subtitle="New fleet · no hosts")
    pages = {"overview": lambda: overview_page(empty)}
    made = window(keep, samples.small_tree()[:1], pages, "overview", ChangeSummary())
    made.banner.show_message(
        "warning",
        "This system has no keyring.",
        "Passwords are asked each time, or kept in a file that a passphrase protects.",
        button="Choose…",
    )
    snapshot(made, "overview-empty")


def test_host(keep, snapshot):
    made = window(keep, samples.small_tree(), {"a253": host_page}, "a253", jobs=(samples.JOB,))
    snapshot(made, "host")


def review_page(model: ReviewModel) -> ReviewPage:
    page = ReviewPage()
    page.set_model(model)
    return page


def test_review(keep, snapshot):
    pages = {"~review": lambda: review_page(samples.review())}
    snapshot(window(keep, samples.small_tree(), pages, "~review"), "review")


def test_review_running(keep, snapshot):
    page = keep(review_page(samples.review()))
    page.set_running()
    page.report_steps(
        (
            StepReport(host="a253", step="w", state=StepState.DONE),
            StepReport(host="a253", step="r", state=StepState.DONE),
            StepReport(host="a254", step="Check", state=StepState.DONE),
            StepReport(host="a254", step="Back up", state=StepState.RUNNING, text="1.2 of 1.8 MB"),
        )
    )
    page.report_host(
        HostReport(host="a253", state=HostState.CHANGED, text="Changed, and verified by reading again.")
    )
    page.setProperty("surface", "window")
    snapshot(page, "review-running")


def test_review_failed(keep, snapshot):
    page = keep(review_page(samples.review()))
    page.set_running()
    page.report_steps(
        (
            StepReport(host="a253", step="w", state=StepState.DONE),
            StepReport(host="a253", step="r", state=StepState.DONE),
            StepReport(host="a254", step="Check", state=StepState.DONE),
            StepReport(host="a254", step="Back up", state=StepState.ROLLED_BACK),
            StepReport(
                host="a254",
                step="Copy",
                state=StepState.FAILED,
                text="a254: The cookie of a253 could not be read: permission denied. Log in to a253 as root or with sudo.",
            ),
            StepReport(host="a254", step="Purge", state=StepState.NOT_RUN),
            StepReport(host="a254", step="Join", state=StepState.NOT_RUN),
            StepReport(host="a254", step="Verify", state=StepState.NOT_RUN),
        )
    )
    page.report_host(HostReport(host="a253", state=HostState.CHANGED, text="Changed, and verified."))
    page.report_host(HostReport(host="a254", state=HostState.ROLLED_BACK, text="As it was before."))
    page.set_result(
        ReviewResult(
            state=State.FAILING,
            sentence="a253 is changed and verified; a254 was rolled back.",
            detail="Copying the cookie failed: permission denied on a253. Nothing on a254 was lost.",
        )
    )
    page.setProperty("surface", "window")
    snapshot(page, "review-failed")


@pytest.mark.parametrize("side", [False, True], ids=["unified", "side"])
def test_long_diff(keep, snapshot, side):
    view = keep(DiffView())
    view.show_diff(samples.long_diff())
    view._sides.setChecked(side)
    view.setProperty("surface", "window")
    snapshot(view, f"diff-{'side' if side else 'unified'}", sizes=(QSize(900, 420),))


def journal_page(count: int) -> JournalPage:
    page = JournalPage()
    page.set_entries(
        samples.journal(count),
        "All hosts, as the hosts themselves wrote it down" if count else "",
        samples.NOW,
    )
    return page


@pytest.mark.parametrize("count", [40, 0])
def test_journal(keep, snapshot, count):
    pages = {"journal": lambda: journal_page(count)}
    made = window(keep, samples.small_tree(), pages, "journal", ChangeSummary(changes=1, hosts=1))
    snapshot(made, "journal" if count else "journal-empty")


def test_command_palette(keep, snapshot):
    pages = {"overview": lambda: overview_page(samples.overview())}
    made = window(keep, samples.small_tree(), pages, "overview")
    dialog = keep(CommandPalette(made.palette_entries()))
    snapshot(dialog, "palette")
    dialog.ui.search.setText("a25")
    snapshot(dialog, "palette-found")
    dialog.ui.search.setText("zzz")
    snapshot(dialog, "palette-nothing")


def test_crash_dialog(keep, snapshot):
    try:
        {}["password hunter2"]
    except KeyError as error:
        dialog = keep(CrashDialog(error))
    snapshot(dialog, "crash")
    assert "hunter2" not in dialog.ui.report.toPlainText()


def test_controls(keep, snapshot):
    """Buttons, fields and messages side by side, for their edges."""
    board = keep(QWidget())
    board.setProperty("surface", "window")
    column = QVBoxLayout(board)
    for kind in ("info", "warning", "error"):
        banner = Banner()
        banner.show_message(
            kind, f"An {kind} that says what happened and where.", "And what to do next.", button="Do it…"
        )
        column.addWidget(banner)
    card = Card(title="Buttons & fields")
    card.set_title("Buttons & fields", "a quiet note at the right")
    row = FieldRow(label="Buttons")
    for kind, text in (("", "Ordinary"), ("primary", "Primary"), ("danger", "Danger"), ("link", "Link")):
        button = QPushButton(text)
        button.setProperty("kind", kind)
        row.add_field(button)
    off = FieldRow(label="Not now")
    for kind, text in (("", "Ordinary"), ("primary", "Primary")):
        button = QPushButton(text)
        button.setProperty("kind", kind)
        button.setEnabled(False)
        off.add_field(button)
    locked = QLineEdit("cannot be edited")
    locked.setEnabled(False)
    off.add_field(locked)
    card.body.addWidget(row)
    card.body.addWidget(off)
    form = keep(editor())
    for child in form.findChildren(FieldRow):
        child.setParent(None)
        card.body.addWidget(child)
    column.addWidget(card)
    column.addWidget(
        EmptyState("lock", "No certificates yet", "Load the APNs key, and its end is watched.", "&Load…")
    )
    column.addStretch(1)
    snapshot(board, "controls", sizes=(QSize(900, 900),))

"""The practice fleet in the window, and the guide walked without anyone: ``azdesk demo``."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from azdesk.app.enrolment import Batch
from azdesk.core import places
from azdesk.core.errors import AzdeskError
from azdesk.core.outcome import HostState, Outcome
from azdesk.core.step import Phase
from azdesk.enrol import home
from azdesk.fleet import edit, store
from azdesk.practice import PracticeFleet
from azdesk.ui import theme
from azdesk.ui.desk import Desk
from azdesk.ui.enrolment.printing import write_pdf
from azdesk.ui.mapping import tree
from azdesk.ui.numbers.call_panel import LOADED, CallPanel
from azdesk.ui.pages.numbers import NumbersPage
from azdesk.ui.people.page import PeoplePage
from azdesk.ui.program import practice_session
from azdesk.ui.workbench import Workbench

if TYPE_CHECKING:
    from azdesk.app.people.importing import Result
    from azdesk.core.progress import Job
    from azdesk.enrol.account import Account
    from azdesk.ui.review_flow import ReviewFlow

DOMAIN = "test.local"
UPLOAD_URL = "https://172.16.38.1:5443/upload"
HOSTS = ("a250", "a251", "a253", "a254")
PATIENCE_S = 90.0
BLOCKS = {"a251": "68", "a253": "69"}
"""Where numbers that begin so are at home."""
PREFIXES = {"a251": "301", "a253": "302"}
"""What others dial in front of their numbers."""
SHEET = """Account;Name;Number;E-mail
nana6853;Nana Louis;6853;nana@example.com
nancy.w;Nancy Wu;6812;nancy@example.com
hernan;Hernán Ibáñez;6877;
fernanda;Fernanda Alves de Souza;6916;fernanda@example.com
nanette;Nanette Koenig;6990;
"""


def has_display() -> bool:
    """Whether a window can be seen here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(headless: Path | None) -> int:
    """Open the window on a practice fleet; with a folder, or without a display, walk the guide instead."""
    if headless is None and not has_display():
        headless = Path("build/demo")
        print(f"There is no display here: the demo walks by itself and leaves pictures in {headless}.")
    if headless is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        # The platform without a screen remarks on everything that it has not.
        os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
        return walk(headless)
    return _window()


def _window() -> int:
    app = QApplication(sys.argv[:1])
    theme.install(app, theme.Mode.SYSTEM)
    with _practising() as (fleet, place):
        desk = _desk(fleet, place / "practice.azfleet")
        desk.closed.connect(app.quit)
        desk.window.show()
        desk.workbench.look()
        code = app.exec()
        desk.workbench.close()
    return code


@contextmanager
def _practising() -> Iterator[tuple[PracticeFleet, Path]]:
    """Practice hosts, and a folder for all that comes of the demo: nothing gets into the user's own, and all goes with its end."""
    with (
        # A file may still be open on Windows; what stays then is in the system's folder for such things.
        tempfile.TemporaryDirectory(prefix="azdesk-demo-", ignore_cleanup_errors=True) as place,
        places.apart(Path(place) / "data"),
        PracticeFleet.start(HOSTS) as fleet,
    ):
        yield fleet, Path(place)


def _desk(fleet: PracticeFleet, path: Path, *, look_every: float = 60) -> Desk:
    text = fleet.fleet_document(directory=True)
    opened = store.create(path, store.parse(text), text=text)
    # Without settings: they are written late, when the folder for them is gone.
    return Desk(Workbench(opened, practice_session(fleet)), None, look_every=look_every)


# -- the walk --------------------------------------------------------------------------------------------------


@dataclass(kw_only=True)
class _Walk:
    """What happened so far."""

    folder: Path
    desk: Desk
    fleet: PracticeFleet
    lines: list[str] = field(default_factory=list)
    pictures: int = 0
    started: float = field(default_factory=time.monotonic)

    def say(self, text: str) -> None:
        """A line on the terminal and in the report."""
        print(f"{time.monotonic() - self.started:6.1f} s  {text}", flush=True)
        self.lines.append(f"- {text}")

    def chapter(self, title: str) -> None:
        self.lines.append(f"\n## {title}\n")
        print(title, flush=True)

    def picture(self, name: str) -> None:
        """Keep the window as it looks now."""
        _settle()
        self.pictures += 1
        file = f"{self.pictures:02}-{name}.png"
        self.desk.window.grab().save(str(self.folder / file))
        self.lines.append(f"\n![{name}]({file})\n")

    def wait(self, ready: Callable[[], bool], what: str) -> None:
        """Let the window work until something is so.

        Raises:
            AzdeskError: it took too long.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not ready():
            if time.monotonic() > deadline:
                raise AzdeskError(f"The demo waited {PATIENCE_S:.0f} s for this: {what}.")
            _settle(0.05)


def _settle(seconds: float = 0.2) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def walk(folder: Path) -> int:
    """Walk the guide on a practice fleet; pictures and ``report.md`` in the folder. 0 if all went as it should."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in (*folder.glob("[0-9][0-9]-*.png"), folder / "report.md", folder / "sheets.pdf"):
        old.unlink(missing_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    theme.install(app, theme.Mode.LIGHT)
    with _practising() as (fleet, place):
        desk = _desk(fleet, place / "practice.azfleet", look_every=0)
        desk.window.resize(1280, 800)
        desk.window.show()
        walked = _Walk(folder=folder, desk=desk, fleet=fleet)
        try:
            good = _all(walked)
        except AzdeskError as error:
            walked.say(f"Stopped: {error}")
            walked.picture("stopped")
            good = False
        finally:
            # Nobody is there to answer whether to save.
            desk.workbench.save()
            _settle(1.0)
            desk.window.hide()
            desk.workbench.close()
    verdict = "All went as it should." if good else "Something did not go as it should: see above."
    took = time.monotonic() - walked.started
    head = f"# The guide, walked on a practice fleet\n\n{verdict} It took {took:.0f} s.\n"
    (folder / "report.md").write_text(head + "\n".join(walked.lines) + "\n", encoding="utf-8")
    print(f"{verdict} {folder / 'report.md'} tells it with {walked.pictures} pictures.")
    return 0 if good else 1


def _all(walk: _Walk) -> bool:
    _observe(walk)
    _set(walk)
    _picture_pages(walk)
    good = _apply(walk, ("a251", "a253"), "Review, apply, join") is not None
    good = _verify(walk, ("a251", "a253")) and good
    good = _bind(walk) and good
    good = _people(walk) and good
    good = _calls(walk) and good
    good = _break(walk) and good
    return _recover(walk) and good


def _observe(walk: _Walk) -> None:
    walk.chapter("Look at the fleet")
    bench = walk.desk.workbench
    walk.say(f"{len(HOSTS)} fresh hosts, reached over SSH on loopback: {', '.join(HOSTS)}.")
    bench.look()
    walk.wait(lambda: all(bench.observation(host) for host in HOSTS), "a first look at all hosts")
    for host in HOSTS:
        seen = bench.observation(host)
        assert seen is not None
        if seen.error is not None:
            raise seen.error
        walk.say(f"{host} answered after {seen.round_trip:.2f} s.")
    walk.picture("looked")


def _set(walk: _Walk) -> None:
    walk.chapter("Set what the guide asks for")
    bench = walk.desk.workbench
    # The address from outside stands in QR codes, and in the hosts' certificates.
    outside = {"enrolment.organisation": "Practice Company", "enrolment.wan_address": "203.0.113.10"}
    fleet = edit.add_cluster(edit.with_values(bench.fleet, outside), DOMAIN)
    fleet = edit.with_value(fleet, f'clusters."{DOMAIN}".upload.url', UPLOAD_URL)
    bench.edit(edit.with_value(fleet, f'clusters."{DOMAIN}".chat_log.enabled', True), f"Add {DOMAIN}")
    walk.say(f"Cluster {DOMAIN}; File Upload URL {UPLOAD_URL} to /home/flv; chat logging to /home/chat.")
    for host in ("a251", "a253"):
        bench.edit(edit.with_value(bench.fleet, f"hosts.{host}.cluster", DOMAIN), f"Put {host} into {DOMAIN}")
        walk.say(f"{host} is to be a node of {DOMAIN}.")
    walk.wait(lambda: all(bench.differences(host) for host in ("a251", "a253")), "the differences")
    walk.picture("overview-with-changes")


def _picture_pages(walk: _Walk) -> None:
    window = walk.desk.window
    window.show_page(tree.host_key("a251"))
    walk.picture("host")
    window.show_page(tree.cluster_key(DOMAIN))
    walk.picture("cluster")


def _review(walk: _Walk) -> ReviewFlow:
    walk.desk.workbench.show_review()
    flow = walk.desk._review_flow()  # noqa: SLF001 – the demo looks over the desk's shoulder
    walk.wait(lambda: flow.preview is not None, "a plan to review")
    return flow


def _apply(walk: _Walk, hosts: tuple[str, ...], title: str) -> Outcome | None:
    """Review and apply; the outcome if these hosts were changed, else None."""
    walk.chapter(title)
    flow = _review(walk)
    assert flow.preview is not None
    for plan in flow.preview.plan:
        if plan.steps:
            waits = f", after {', '.join(plan.after)}" if plan.after else ""
            walk.say(f"{plan.host}: {len(plan.steps)} steps{waits}.")
    walk.picture("review")
    outcome = _run(walk, flow)
    for host in outcome:
        if host.state is not HostState.RIGHT:
            walk.say(f"{host.host}: {_words(host.state)}. {host.message}".rstrip())
    walk.picture("result")
    return outcome if all(outcome.host(host).state is HostState.CHANGED for host in hosts) else None


def _words(state: HostState) -> str:
    return state.replace("-", " ")


def _run(walk: _Walk, flow: ReviewFlow) -> Outcome:
    ended: list[Outcome] = []
    flow.ended.connect(ended.append)
    flow.page.apply()
    walk.wait(lambda: flow.applying or bool(ended), "the plan to begin")
    walk.wait(lambda: bool(ended), "the plan to end")
    bench = walk.desk.workbench
    walk.wait(lambda: not any(bench.looking(host) for host in HOSTS), "a look after the change")
    return ended[0]


def _verify(walk: _Walk, hosts: tuple[str, ...]) -> bool:
    walk.chapter("Ask the nodes themselves")
    good = True
    for host in hosts:
        said = _said(walk, host, "mnesia_info_ctl")
        line = next((one for one in said.splitlines() if one.startswith("running db nodes")), "no answer")
        walk.say(f"{host} says: {' '.join(line.split())}")
        good = good and all(f"ejabberd@{other}" in line for other in hosts)
    bench = walk.desk.workbench
    bench.look()
    walk.wait(lambda: not any(bench.looking(host) for host in HOSTS), "another look")
    walk.desk.window.show_page(tree.OVERVIEW)
    _settle(0.5)
    walk.picture("clustered")
    return good


def _bind(walk: _Walk) -> bool:
    bench = walk.desk.workbench
    values: dict[str, object] = {f'clusters."{DOMAIN}".accounts': "directory"}
    for host, begins in BLOCKS.items():
        values[f"hosts.{host}.numbers"] = [f"{begins}XX"]
        values[f"hosts.{host}.sip"] = {
            "accounts": "directory",
            "selection_filter": f"(AstAccountName={begins}*)",
        }
    bench.edit(edit.with_values(bench.fleet, values), "Take accounts from the directory")
    return (
        _apply(walk, tuple(BLOCKS), "Let chat and phones take their accounts from the directory") is not None
    )


def _people(walk: _Walk) -> bool:
    walk.chapter("From a spreadsheet to a sheet for each person")
    sheet = walk.folder / "people.csv"
    sheet.write_text(SHEET, encoding="utf-8")
    result, accounts = _imported(walk, sheet)
    walk.say(
        f"{len(result.done)} people of {sheet.name} are in the directory, each with a password of their own."
    )
    window = walk.desk.window
    window.show_page(tree.PEOPLE)
    page = window.page(tree.PEOPLE)
    assert isinstance(page, PeoplePage)
    walk.desk.look_again()
    walk.wait(lambda: len(page.table.people.rows) == len(result.done), "everybody on the page")
    page.table.selectRow(0)
    walk.wait(lambda: page.ui.card.shown is not None and not walk.desk.workbench.jobs, "a person's card")
    walk.picture("people")
    window.show_page(tree.DIRECTORY)
    walk.picture("directory")
    pdf = walk.folder / "sheets.pdf"
    batch = Batch(people=accounts, design=home.design(walk.desk.workbench.fleet))
    printed = write_pdf(pdf, batch, title=walk.desk.workbench.fleet.name)
    walk.say(f"{pdf.name} has a sheet with a QR code for each of {printed.people} people.")
    return result.good and len(result.done) == printed.people == SHEET.count("\n") - 1


def _calls(walk: _Walk) -> bool:
    """A number plan, and a call over both hosts by what they have loaded."""
    bench = walk.desk.workbench
    values: dict[str, object] = {"number_plan.scheme": "short"}
    for host, prefix in PREFIXES.items():
        values[f"hosts.{host}.calls.prefix"] = prefix
    values["hosts.a253.calls.record"] = True
    fleet = edit.with_values(bench.fleet, values)
    reception = {"pattern": "6800", "target": "ring-group", "members": ["6853", "3026916"], "hosts": ["a251"]}
    bench.edit(edit.add_rule(fleet, "Reception", reception), "Number plan")
    good = _apply(walk, tuple(PREFIXES), "Let the hosts call each other") is not None
    page = walk.desk.window.show_page(tree.NUMBERS)
    assert isinstance(page, NumbersPage)
    page.tabs.set_current("call")
    panel = page.tabs.page("call")
    assert isinstance(panel, CallPanel)
    panel.source.setCurrentIndex(panel.source.findData(LOADED))
    panel.simulate()
    walk.wait(lambda: not panel.busy, "the hosts' dial plans")
    panel.phones.setCurrentIndex(panel.phones.findData("answers"))
    panel.host.setCurrentIndex(panel.host.findData("a251"))
    panel.caller.setText("6853")
    panel.number.setText("3026916")
    panel.simulate()
    walk.wait(lambda: not panel.busy and bool(panel.hops), "the way of a call")
    walk.say(f"6853 at a251, by the loaded dial plans: {panel.result.label.text()} {panel.detail.text()}")
    walk.picture("call")
    page.tabs.set_current("graph")
    walk.picture("hosts-and-trunks")
    good = good and [hop.host for hop in panel.hops] == ["a251", "a253", "a253"]
    return good and not any(hop.differs for hop in panel.hops)


def _imported(walk: _Walk, sheet: Path) -> tuple[Result, tuple[Account, ...]]:
    """What came of the spreadsheet, and the accounts with their passwords."""
    from azdesk.app.enrolment import fetch
    from azdesk.app.people import People, importing

    bench = walk.desk.workbench
    got: list[tuple[Result, tuple[Account, ...]]] = []
    failed: list[AzdeskError] = []

    def work(job: Job) -> tuple[Result, tuple[Account, ...]]:
        with People(bench.session) as people:
            result = importing.apply(people, importing.plan(people, sheet, generate=True, job=job), job=job)
            return result, fetch(people, text="", job=job).accounts

    bench.run(work, title="Importing people", done=got.append, failed=failed.append)
    walk.wait(lambda: bool(got or failed), "people to be imported")
    if failed:
        raise failed[0]
    return got[0]


def _said(walk: _Walk, host: str, question: str) -> str:
    """What ejabberdctl answers on the host itself."""
    output = walk.fleet.host(host).run(["ejabberdctl", question])
    return output.out if output else ""


def _break(walk: _Walk) -> bool:
    walk.chapter("Break a link midway")
    bench = walk.desk.workbench
    bench.edit(edit.with_value(bench.fleet, "hosts.a254.cluster", DOMAIN), f"Put a254 into {DOMAIN}")
    flow = _review(walk)
    assert flow.preview is not None
    steps = flow.preview.plan.host("a254").steps
    midway = next(at for at, step in enumerate(steps) if step.phase is Phase.RELOAD)
    walk.fleet.host("a254").faults.break_link(midway)
    walk.say(
        f"a254 is to join, and its link breaks before step {midway + 1} of {len(steps)}: {steps[midway].title}."
    )
    outcome = _run(walk, flow)
    host = outcome.host("a254")
    walk.say(f"a254: {_words(host.state)}. {host.message}")
    walk.picture("link-broken")
    node = _said(walk, "a254", "status").split(" is ")[0]
    walk.say(f"a254 is as before, and its ejabberd runs: {node}.")
    return host.state is HostState.ROLLED_BACK


def _recover(walk: _Walk) -> bool:
    outcome = _apply(walk, ("a254",), "Apply again")
    good = _verify(walk, ("a251", "a253", "a254"))
    bench = walk.desk.workbench
    bench.look()
    walk.wait(lambda: not bench.jobs, "a last look")
    left = [host for host in bench.fleet.hosts if bench.differences(host)]
    walk.say(f"Hosts that still differ from the document: {', '.join(left) or 'none'}.")
    walk.desk.window.show_page(tree.JOURNAL)
    _settle(1.0)
    walk.picture("journal")
    return outcome is not None and good and not left

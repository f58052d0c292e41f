"""Cutting a join at one place in one way, and what came of it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from azdesk.app import journal
from azdesk.app.applying import ask_awaited
from azdesk.app.planning import Preview
from azdesk.app.session import Awaited
from azdesk.core.outcome import HostOutcome, HostState
from tests.lab.faults import breakpoints, picture
from tests.lab.faults.picture import Picture
from tests.lab.faults.workstation import Workstation, document, fleet_of
from tests.lab.harness import Host, Lab

_T = TypeVar("_T")
ANCHOR, JOINER = "a253", "a251"
QUICK = 1.5
"""Heartbeat where silence is what is tested; elsewhere it is the usual one."""
SETTLE = 150.0
"""Seconds that a host may take to end what was cut."""

KINDS = {
    "sshd killed": "The host's sshd ends the connection",
    "packets lost": "The cable is dead, nobody sees an end",
    "workstation killed": "kill -9 of the process that applies",
    "link killed": "kill -9 of the helper's process on the link",
    "worker killed": "kill -9 of the helper's process that works",
    "both killed": "kill -9 of both",
}


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One case.

    ``place`` is where the worker is held: see `breakpoints`.
    """

    kind: str
    place: str

    @property
    def name(self) -> str:
        return f"{self.kind} {self.place}".replace(" ", "-")


class Ground:
    """Two hosts of which one is its cluster's first node, and the other about to join it."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        self.anchor, self.joiner = lab.host(ANCHOR), lab.host(JOINER)
        self.text = document(lab, (ANCHOR, JOINER))
        self.fleet = fleet_of(self.text)
        (folder / "fleet.toml").write_text(self.text)
        self._count = 0
        self.prepare()

    def prepare(self) -> None:
        self.lab.reset(ANCHOR, JOINER)
        self.joiner.run(["ejabberdctl", "register", "anna", "localhost", "pw-of-anna"])
        with self.workstation() as own:
            made = own.carry_out([ANCHOR])
            assert made.host(ANCHOR).state is HostState.CHANGED, made
        self._rest("before")
        with self.workstation() as own:
            self.approved = own.review([JOINER])
            (self.plan,) = self.approved.plan.hosts
            self.old = picture.take(self.joiner)
            assert not self.old.unfinished
            outcome = own.apply(self.approved)
            assert outcome.host(JOINER).state is HostState.CHANGED, outcome
            self.seconds = [step.seconds for step in outcome.host(JOINER).steps]
            self.new = picture.take(self.joiner)
            assert not self.new.unfinished
            assert not own.review().plan.changes
        self.fresh()

    def _rest(self, name: str) -> None:
        """Keep both hosts as they are now, at rest."""
        together(lambda host: host.run(["systemctl", "stop", "ejabberd"]), self.anchor, self.joiner)
        self._kept = (self.anchor.snapshot(name), self.joiner.snapshot(name))
        self.fresh()

    def fresh(self) -> None:
        """Both hosts as they were before the join."""
        together(
            lambda host: host.restore(next(s for s in self._kept if s.host == host.name)),
            self.anchor,
            self.joiner,
        )

    def workstation(self, *, heartbeat: float = 12.0, who: str = "") -> Workstation:
        self._count += 1
        state = self.folder / f"state{self._count}"
        return Workstation(self.fleet, self.lab.known_hosts, state, who=who, heartbeat=heartbeat)

    # -- the host's own words ------------------------------------------------------------------------------

    @property
    def _state(self) -> Path:
        return self.joiner.file("/var/lib") / "azdesk"

    def entries(self) -> dict[str, dict[str, object]]:
        """The joiner's journal, read from its disk."""
        found = {}
        for file in sorted((self._state / "journal").glob("*.json")):
            with contextlib.suppress(OSError, ValueError):
                found[file.stem] = json.loads(file.read_text())
        return found

    def unfinished(self) -> list[str]:
        with contextlib.suppress(OSError):
            return sorted(path.name for path in (self._state / "transactions").iterdir())
        return []


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a cut."""

    ended: str
    """old or new."""
    journal: str
    """State of the transaction in the host's journal."""
    told: str
    """State that the workstation that was cut off told by itself; empty if it was killed."""
    seconds: float
    """From the cut until the host was at rest again."""
    forgotten: bool
    """Whether the peer kept a stopped node, which AZDesk then let it forget."""


def run_case(ground: Ground, cut: Cut) -> Result:
    """Cut, and prove all that has to hold afterwards."""
    known = set(ground.entries())
    with breakpoints.held(ground.joiner, cut.place) as point:
        outcome, seconds = _cut(ground, cut, point)
    new_entries = {name: entry for name, entry in ground.entries().items() if name not in known}
    assert len(new_entries) == 1, f"the journal has {len(new_entries)} new entries; told: {outcome}"
    ((transaction, entry),) = new_entries.items()
    state = str(entry["state"])
    assert state in ("committed", "rolled-back", "recovered"), entry
    assert not entry["left"], entry
    new = state == "committed"
    prove_whole(ground, new=new)
    if outcome is not None:
        assert outcome.transaction == transaction
        begun = any(step["state"] != "not-run" for step in entry["steps"])
        # Where no step had begun both words for the old state are true.
        old = {HostState.ROLLED_BACK} if begun else {HostState.ROLLED_BACK, HostState.NOT_RUN}
        # With the cable dead for long AZDesk asks later, which is proved below.
        later = {HostState.AWAITED} if cut.kind == "packets lost" else set()
        assert outcome.state in ({HostState.CHANGED} if new else old) | later, outcome
    forgotten = prove_known(ground, transaction, state, new=new)
    if new:
        ground.fresh()
    told = str(outcome.state) if outcome else ""
    return Result(
        ended="new" if new else "old", journal=state, told=told, seconds=seconds, forgotten=forgotten
    )


def _cut(ground: Ground, cut: Cut, point: breakpoints.BreakPoint) -> tuple[HostOutcome | None, float]:
    quick = cut.kind == "packets lost"
    if cut.kind == "workstation killed":
        return None, _kill_workstation(ground, point)
    with ground.workstation(heartbeat=QUICK if quick else 12.0) as own:
        said: list[HostOutcome] = []
        work = threading.Thread(target=lambda: said.append(own.apply(ground.approved).host(JOINER)))
        work.start()
        try:
            worker, link = point.reached(timeout=90, still=work)
            if cut.place.startswith("during"):
                time.sleep(0.3)
            started = time.monotonic()
            with _harm(ground, cut.kind, worker, link, point):
                pass
            point.go_on()
        except AssertionError as error:
            work.join(timeout=150)
            raise AssertionError(f"{error}: {said}") from error
        finally:
            point.go_on()
            work.join(timeout=150)
        assert not work.is_alive(), "the workstation did not come to an end"
        return said[0], time.monotonic() - started


@contextlib.contextmanager
def _harm(ground: Ground, kind: str, worker: int, link: int, point: breakpoints.BreakPoint) -> Iterator[None]:
    host = ground.joiner
    if kind == "packets lost":
        with host.drop_packets():
            # The helper finds out by itself; the worker stands until then, so that the cut is where it is said to be.
            time.sleep(QUICK + 0.3)
            point.go_on()
            _until(lambda: not ground.unfinished(), "the host does not end the transaction without its link")
            yield
        return
    if kind == "sshd killed":
        assert host.cut_link() >= 1
        time.sleep(0.1)
    else:
        chosen = {"link killed": [link], "worker killed": [worker], "both killed": [link, worker]}[kind]
        host.run(["kill", "-KILL", *map(str, chosen)])
    yield


def _kill_workstation(ground: Ground, point: breakpoints.BreakPoint) -> float:
    state = ground.folder / f"killed{time.monotonic_ns()}"
    state.mkdir()
    argv = [sys.executable, "-m", "tests.lab.faults.workstation", str(ground.folder / "fleet.toml")]
    argv += [str(ground.lab.known_hosts), str(state), "12", JOINER]
    with (state / "said").open("w") as said:
        process = subprocess.Popen(argv, stdout=said, stderr=said)
        try:
            point.reached(timeout=90, still=_Alive(process))
            if point.place.startswith("during"):
                time.sleep(0.3)
            started = time.monotonic()
        finally:
            process.kill()
            process.wait()
    time.sleep(0.1)
    point.go_on()
    _until(lambda: not ground.unfinished(), "the host does not end the transaction without its workstation")
    return time.monotonic() - started


class _Alive:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def is_alive(self) -> bool:
        return self._process.poll() is None


def prove_whole(ground: Ground, *, new: bool) -> None:
    """The joiner is all old or all new, by its own disk, systemd and ejabberd, and its peer agrees."""
    joiner, anchor = together(picture.take, ground.joiner, ground.anchor)
    wanted = ground.new if new else ground.old
    differs = wanted.difference(joiner)
    assert not differs, "\n".join(differs)
    node = ground.new.node
    assert (node in anchor.running) is new, anchor.running
    if new:
        assert anchor.running == joiner.running
        assert not joiner.stopped
        assert not anchor.stopped
    else:
        assert joiner.running == {"ejabberd@localhost"}
        assert anchor.stopped <= {node}
    assert anchor.units["ejabberd.service"].startswith("active/running"), anchor.units


def prove_known(ground: Ground, transaction: str, state: str, *, new: bool) -> bool:
    """A workstation that knows nothing connects, and can tell; returns whether the peer had to forget a node."""
    with ground.workstation() as other:
        seen = other.review()
        told = journal.read(other.session, [JOINER])
        assert not told.problems
        assert (told.entries[0].transaction, told.entries[0].state) == (transaction, state)
        heard: list[HostState] = []
        other.session.awaited.add(
            Awaited(host=JOINER, transaction=transaction, title="join", since=time.time())
        )
        ask_awaited(other.session, lambda item, how, text: heard.append(how))
        assert heard == [HostState.CHANGED if new else HostState.ROLLED_BACK]
        if new:
            assert not seen.plan.changes, seen.plan
            return False
        forget = seen.plan.host(ANCHOR).steps
        if forget:
            assert {step.title for step in forget} == {
                f"Let the cluster forget {ground.new.node}",
                f"Verify: {ground.new.node} is in no list of nodes",
            }
            done = other.carry_out([ANCHOR])
            assert done.host(ANCHOR).state is HostState.CHANGED, done
            seen = other.review()
        assert not seen.plan.host(ANCHOR).steps
        same_plan(ground.approved, seen)
        return bool(forget)


def same_plan(approved: Preview, now: Preview) -> None:
    """What has to be done for the joiner is to the letter what it was before."""
    before, after = approved.plan.host(JOINER), now.plan.host(JOINER)
    assert [step.title for step in after.steps] == [step.title for step in before.steps]
    assert after.fingerprint == before.fingerprint


def together(work: Callable[[Host], _T], *hosts: Host) -> list[_T]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(len(hosts)) as pool:
        return list(pool.map(work, hosts))


def _until(so: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + SETTLE
    while not so():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.02)


__all__ = ["KINDS", "Cut", "Ground", "Picture", "Result", "run_case"]

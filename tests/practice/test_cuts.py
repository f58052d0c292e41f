"""A join on practice hosts, cut before, in and after each of its steps: by the link alone, and with the host's power.

The same on real hosts: tests/lab/faults.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.app import journal
from azdesk.app.applying import apply
from azdesk.app.observing import observe
from azdesk.app.planning import Preview, preview
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.outcome import HostState
from azdesk.fleet import edit, store
from azdesk.fleet.model import Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.practice import PracticeFleet
from tests.contract.backends import Entry, _sum
from tests.practice.conftest import SPEED, run

ANCHOR, JOINER = "a253", "a251"
STEPS = 32
"""Of the plan by which a251 joins; seen to by `test_all_steps_are_covered`."""


class Ground:
    """Two practice hosts, of which one is its cluster's first node and the other about to join."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.practice = PracticeFleet.start((ANCHOR, JOINER), speed=SPEED)
        domain = "test.local"
        fleet = store.parse(self.practice.fleet_document(domain=domain))
        address = fleet.lan_address(ANCHOR)
        self.fleet: Fleet = edit.with_values(
            fleet,
            {
                ("clusters", domain, "upload", "url"): f"https://{address}:5443/upload",
                ("clusters", domain, "chat_log", "enabled"): True,
            },
        )
        with self.session() as own:
            assert apply(own, self.review(own, ANCHOR)).good
        with self.session() as own:
            self.approved = self.review(own, JOINER)
        self.old = self.files()

    def session(self) -> Desk:
        return Desk(self)

    def review(self, session: Session, host: str) -> Preview:
        return preview(self.fleet, observe(session), [host])

    def files(self) -> dict[str, Entry]:
        """The joiner's files; of Mnesia's own only whose they are."""
        files = self.practice.host(JOINER).files
        found: dict[str, Entry] = {}
        root = Path(files.root)
        for folder in ("etc", "home", "var/lib/ejabberd"):
            for real in (root / folder).rglob("*"):
                path = "/" + str(real.relative_to(root))
                known = files.attributes_of(real.lstat())
                mnesia = path.startswith("/var/lib/ejabberd/") and not path.endswith("cookie")
                found[path] = (known.mode, known.owner, known.group, "" if mnesia else _sum(str(real)))
        return found


class Desk:
    """A session for a block."""

    def __init__(self, ground: Ground) -> None:
        pool = HostPool(ground.fleet, trust=HostKeys(own=ground.practice.known_hosts, others=[]))
        self.session = Session(ground.fleet, pool, awaited=AwaitedStore(ground.folder / "awaited.json"))

    def __enter__(self) -> Session:
        return self.session

    def __exit__(self, *_: object) -> None:
        self.session.close()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("cuts"))
    yield made
    made.practice.stop()


def test_all_steps_are_covered(ground: Ground) -> None:
    assert len(ground.approved.plan.host(JOINER).steps) == STEPS


@pytest.mark.parametrize("power", [False, True], ids=["link", "power"])
@pytest.mark.parametrize("when", ["before", "middle", "after"])
@pytest.mark.parametrize("step", range(STEPS))
def test_a_join_that_is_cut_leaves_all_old(ground: Ground, step: int, when: str, power: bool) -> None:
    joiner = ground.practice.host(JOINER)
    with ground.session() as own:
        joiner.faults.break_link(step, when, power=power)  # type: ignore[arg-type]
        outcome = apply(own, ground.approved).host(JOINER)
        assert joiner.faults.breaks is None
    assert outcome.state is HostState.ROLLED_BACK, (outcome.state, outcome.message)
    assert ground.files() == ground.old
    assert run(joiner, "systemctl is-active ejabberd").out.strip() == "active"
    with ground.session() as other:
        (entry,) = journal.read(other, [JOINER], limit=1).entries
        assert (entry.transaction, entry.state) == (
            outcome.transaction,
            "recovered" if power else "rolled-back",
        )
        assert not entry.left
        seen = preview(ground.fleet, observe(other))
        if seen.plan.host(ANCHOR).steps:
            assert "forget ejabberd@a251" in seen.plan.host(ANCHOR).steps[0].title
            assert apply(other, ground.review(other, ANCHOR)).good
            seen = preview(ground.fleet, observe(other))
        assert not seen.plan.host(ANCHOR).steps
        assert seen.plan.host(JOINER).fingerprint == ground.approved.plan.host(JOINER).fingerprint


def test_afterwards_it_joins_all_the_same(ground: Ground) -> None:
    with ground.session() as own:
        started = time.monotonic()
        outcome = apply(own, ground.review(own, JOINER))
        assert outcome.good, outcome
        assert time.monotonic() - started < 30
        assert preview(ground.fleet, observe(own)).plan.empty

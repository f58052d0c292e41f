"""A workstation at work on practice hosts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from azdesk.app.applying import apply
from azdesk.app.observing import observe
from azdesk.app.planning import Preview, preview
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.outcome import Outcome
from azdesk.core.progress import Job, Progress
from azdesk.fleet import edit, store
from azdesk.fleet.model import Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.practice import PracticeFleet

DOMAIN = "test.local"
SPEED = 200.0


class Office:
    """Practice hosts, and AZDesk with one document after the other."""

    def __init__(self, practice: PracticeFleet, folder: Path) -> None:
        self.practice = practice
        self.folder = folder
        self.outside = store.parse(practice.fleet_document())
        self.seen: list[Progress] = []
        """All progress of the changes made with `apply`."""
        self._open = ExitStack()
        self.session = self._open.enter_context(self.another_session())

    @contextmanager
    def another_session(self) -> Iterator[Session]:
        trust = HostKeys(own=self.folder / "known_hosts", others=[self.practice.known_hosts])
        pool = HostPool(self.outside, trust=trust)
        awaited = AwaitedStore(self.folder / "awaited.json")
        session = Session(self.outside, pool, awaited=awaited, who="anna@desk")
        try:
            yield session
        finally:
            session.close()

    def close(self) -> None:
        self._open.close()

    def cluster(self, *hosts: str, domain: str = DOMAIN, base: Fleet | None = None) -> Fleet:
        """The document with these hosts in a cluster."""
        fleet = base or self.outside
        if domain not in fleet.clusters:
            fleet = edit.add_cluster(fleet, domain)
        for host in hosts:
            fleet = edit.move_host(fleet, host, domain)
        return fleet

    def review(self, fleet: Fleet, hosts: Collection[str] | None = None) -> Preview:
        self.session.update(fleet)
        return preview(fleet, observe(self.session), hosts)

    def apply(self, approved: Preview, on_progress: Callable[[Progress], None] | None = None) -> Outcome:
        def tell(progress: Progress) -> None:
            self.seen.append(progress)
            if on_progress is not None:
                on_progress(progress)

        job = Job(tell)
        return apply(self.session, approved, job)

    def settle(self, fleet: Fleet) -> Outcome:
        """Carry the document out; all must be good, with nothing left to do."""
        outcome = self.apply(self.review(fleet))
        assert outcome.good, [(one.host, one.state, one.message) for one in outcome]
        left = self.review(fleet).plan
        assert left.empty, {plan.host: [step.title for step in plan.steps] for plan in left}
        assert not any(plan.blocked for plan in left)
        return outcome

    def say(self, host: str, line: str) -> str:
        """What a program on a host prints; it must succeed."""
        output = self.practice.host(host).run(line.split())
        assert output is not None
        assert output.exit == 0, output
        return str(output.out)

    def nodes(self, host: str) -> set[str]:
        return {node.removeprefix("ejabberd@") for node in self.say(host, "ejabberdctl list_cluster").split()}

    def accounts(self, host: str, domain: str = DOMAIN) -> list[str]:
        return self.say(host, f"ejabberdctl registered_users {domain}").split()

    def files(self, host: str) -> dict[str, bytes]:
        """Everything below /etc and the cookie."""
        root = Path(self.practice.host(host).files.root)
        found = {
            str(path.relative_to(root)): path.read_bytes()
            for path in (root / "etc").rglob("*")
            if path.is_file()
        }
        return {
            **found,
            "cookie": self.practice.host(host).files.read("/var/lib/ejabberd/.erlang.cookie"),
        }


def titles(approved: Preview, host: str) -> list[str]:
    return [step.title for step in approved.plan.host(host).steps]


@pytest.fixture(scope="session")
def _office_hosts() -> tuple[str, ...]:
    return ("a251", "a253", "a254")


@pytest.fixture
def office(tmp_path: Path, _office_hosts: tuple[str, ...]) -> Iterator[Office]:
    with PracticeFleet.start(_office_hosts, speed=SPEED) as practice:
        opened = Office(practice, tmp_path)
        try:
            yield opened
        finally:
            opened.close()


@pytest.fixture(autouse=True)
def no_unexpected_records(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """A fault of our own that was only logged still fails the test, unless the test is about one."""
    yield
    if "a_fault_of_ours" not in request.fixturenames:
        assert [r for r in caplog.get_records("call") if r.name.startswith("azdesk")] == []


@pytest.fixture
def a_fault_of_ours(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """For tests that make our own code fail: it must be on record."""
    yield caplog
    assert [r for r in caplog.get_records("call") if r.levelno == logging.ERROR and r.exc_info]

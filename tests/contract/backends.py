"""Where the contract is held: practice hosts in this process, and real hosts of the lab.

Both are reached over SSH and changed by the real helper, through the same use cases as the window's.
"""

from __future__ import annotations

import hashlib
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from azdesk.app.applying import apply
from azdesk.app.observing import observe
from azdesk.app.planning import Preview, differences, preview
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.outcome import HostOutcome, HostState, Outcome
from azdesk.core.secret import Secret
from azdesk.fleet import edit, store
from azdesk.fleet.model import Credential, Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.practice.fleet import PracticeFleet
from azdesk.practice.host import PracticeHost
from tests.lab.harness import Lab

HOSTS = ("a251", "a253")
DOMAIN = "test.local"
SPEED = 50.0
Entry: TypeAlias = tuple[int, str, str, str]


class _Kept:
    def __init__(self, secrets: Mapping[tuple[str, str], Secret]) -> None:
        self._secrets = secrets

    def get(self, name: str, what: str) -> Secret | None:
        return self._secrets.get((name, what))


class Backend(ABC):
    """Two application hosts as `apt install` leaves them, and what a test wants to know of them."""

    name: str

    def __init__(self, fleet: Fleet, known_hosts: Path, folder: Path) -> None:
        self.outside = fleet
        """The document with both hosts in no cluster."""
        self.secrets: dict[tuple[str, str], Secret] = {}
        """What is kept on the workstation: name and purpose → secret."""
        self._folder = folder
        self._known_hosts = known_hosts

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A workstation at work on the hosts."""
        trust = HostKeys(own=self._folder / "known_hosts", others=[self._known_hosts])
        pool = HostPool(self.outside, trust=trust)
        session = Session(
            self.outside,
            pool,
            secrets=_Kept(self.secrets),
            awaited=AwaitedStore(self._folder / "awaited.json"),
            who="contract",
        )
        try:
            yield session
        finally:
            session.close()

    @abstractmethod
    def fresh(self) -> None:
        """Hosts as after installing."""

    @abstractmethod
    def run(self, host: str, *argv: str) -> str:
        """Standard output of a command that must succeed."""

    @abstractmethod
    def write(self, host: str, path: str, data: bytes) -> None:
        """Put a file in place, keeping the attributes of one that is there."""

    @abstractmethod
    def remove(self, host: str, path: str) -> None:
        """Remove a file."""

    @abstractmethod
    def files(self, host: str, *folders: str) -> Mapping[str, Entry]:
        """All below some folders, not as the helper sees it: path → (mode, owner, group, digest or target)."""

    def lan_address(self, host: str) -> str:
        return self.outside.lan_address(host)

    # -- documents -----------------------------------------------------------------------------------------

    def document(self, *nodes: str, **changes: Any) -> Fleet:
        """Hosts in the cluster, and changes by path (``upload.url`` for instance) in it."""
        fleet = edit.add_cluster(self.outside, DOMAIN)
        for host in nodes or HOSTS[:1]:
            fleet = edit.move_host(fleet, host, DOMAIN)
        return edit.with_values(
            fleet, {("clusters", DOMAIN, *path.split("__")): v for path, v in changes.items()}
        )


def look(session: Session, fleet: Fleet, hosts: tuple[str, ...] = HOSTS[:1]) -> Preview:
    """What would be done, from a fresh look."""
    session.update(fleet)
    observations = observe(session, hosts)
    for observation in observations.values():
        assert observation.error is None, observation.error
        assert not observation.problems, dict(observation.problems)
    return preview(fleet, observations, hosts)


def change(session: Session, fleet: Fleet, hosts: tuple[str, ...] = HOSTS[:1]) -> Outcome:
    """Carry it out; every host must end changed or right, and then have nothing left to do."""
    outcome = apply(session, look(session, fleet, hosts))
    for host in outcome:
        assert host.good, (host.host, host.state, host.message)
    settled(session, fleet, hosts)
    return outcome


def settled(session: Session, fleet: Fleet, hosts: tuple[str, ...] = HOSTS[:1]) -> None:
    """Nothing to do and nothing to say about any host."""
    seen = look(session, fleet, hosts)
    assert {host.host: [step.title for step in host.steps] for host in seen.plan if host.steps} == {}
    assert {host: dict(differences(fleet, seen.observations[host])) for host in hosts} == {
        h: {} for h in hosts
    }


def refused(session: Session, fleet: Fleet) -> HostOutcome:
    """Try to carry it out on the first host, where it must fail and be taken back."""
    outcome = apply(session, look(session, fleet)).host(HOSTS[0])
    assert outcome.state is HostState.ROLLED_BACK, (outcome.state, outcome.message)
    return outcome


class PracticeBackend(Backend):
    name = "practice"

    def __init__(self, folder: Path) -> None:
        self._practice = PracticeFleet.start(HOSTS, speed=SPEED)
        document = store.parse(self._practice.fleet_document())
        super().__init__(document, self._practice.known_hosts, folder)

    def fresh(self) -> None:
        self._practice.stop()
        self._practice = PracticeFleet.start(HOSTS, speed=SPEED)
        self.outside = store.parse(self._practice.fleet_document())
        self._known_hosts = self._practice.known_hosts

    def stop(self) -> None:
        self._practice.stop()

    def host(self, name: str) -> PracticeHost:
        """The practice host itself, for its faults."""
        return self._practice.host(name)

    def run(self, host: str, *argv: str) -> str:
        output = self._practice.host(host).run(list(argv))
        assert output is not None, argv
        assert output.exit == 0, output
        return str(output.out)

    def write(self, host: str, path: str, data: bytes) -> None:
        self._practice.host(host).files.write(path, data)

    def remove(self, host: str, path: str) -> None:
        self._practice.host(host).files.remove(path)

    def files(self, host: str, *folders: str) -> Mapping[str, Entry]:
        files = self._practice.host(host).files
        found: dict[str, Entry] = {}
        for folder in folders:
            for at, names, more in os.walk(files.root + folder):
                for name in [*names, *more]:
                    real = os.path.join(at, name)
                    known = files.attributes_of(os.lstat(real))
                    found[real.removeprefix(files.root)] = (known.mode, known.owner, known.group, _sum(real))
        return found


def _sum(path: str) -> str:
    if os.path.islink(path):
        return os.readlink(path)
    return "" if os.path.isdir(path) else hashlib.sha256(Path(path).read_bytes()).hexdigest()


class LabBackend(Backend):
    name = "lab"

    def __init__(self, lab: Lab, folder: Path) -> None:
        self._lab = lab
        fleet = edit.add_credential(
            Fleet(), "lab", Credential(user="root", method="key", key_file=str(lab.key_file))
        )
        for host in HOSTS:
            fleet = edit.add_host(fleet, host, {"address": lab.host(host).address, "credential": "lab"})
        super().__init__(fleet, lab.known_hosts, folder)

    def fresh(self) -> None:
        self._lab.reset(*HOSTS)

    def run(self, host: str, *argv: str) -> str:
        return self._lab.host(host).run(list(argv), timeout=120).stdout

    def write(self, host: str, path: str, data: bytes) -> None:
        on = self._lab.host(host)
        mode, owner = 0o644, "root:root"
        if on.exists(path):
            bits, owner = self.run(host, "stat", "-c", "%a %U:%G", path).split()
            mode = int(bits, 8)
        on.write(path, data, mode=mode, owner=owner)

    def remove(self, host: str, path: str) -> None:
        self.run(host, "rm", path)

    def files(self, host: str, *folders: str) -> Mapping[str, Entry]:
        found: dict[str, Entry] = {}
        listed = self.run(host, "find", *folders, "-mindepth", "1", "-printf", "%m %u %g %l\t%p\n")
        sums = self.run(host, "find", *folders, "-type", "f", "-exec", "sha256sum", "{}", "+")
        digests = {path: digest for digest, path in (line.split("  ", 1) for line in sums.splitlines())}
        for line in listed.splitlines():
            head, path = line.split("\t", 1)
            mode, owner, group, target = head.split(" ", 3)
            found[path] = (int(mode, 8), owner, group, digests.get(path, target))
        return found

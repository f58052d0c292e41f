"""Practice hosts as the workstation sees them: real SSH, the real helper, and links that break."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from azdesk.core.errors import (
    AzdeskError,
    HostKeyChanged,
    HostLocked,
    LinkError,
    LoginRefused,
    NoPython,
    ProtocolError,
    StepFailed,
    SudoRefused,
    Unreachable,
)
from azdesk.core.probe import Command, Connect, File, Identity, Probe, Resolve, Units
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.core.step import Run, Step, Unit, WriteFile
from azdesk.fleet import store
from azdesk.fleet.model import Credential, Fleet, Host
from azdesk.hosts.known import HostKeys
from azdesk.hosts.link import Link
from azdesk.hosts.pool import HostPool
from azdesk.practice import PracticeFleet, PracticeHost

PROBES: dict[str, Probe] = {"a": File(path="/etc/a.conf"), "b": File(path="/etc/b.conf")}
FIRST = "listen: 1\n"


class Passwords:
    """The secrets of a practice fleet's users."""

    def __init__(self, fleet: PracticeFleet) -> None:
        self._fleet = fleet

    def get(self, name: str, what: str) -> Secret | None:
        return self._fleet.credentials.passwords.get(name)


@pytest.fixture
def document(fleet: PracticeFleet) -> Fleet:
    """The fleet's own document, with entries for each user."""
    base = store.parse(fleet.fleet_document())
    key = str(fleet.credentials.key_file)
    return replace(
        base,
        credentials={
            **base.credentials,
            "alice": Credential(user="alice", method="password", sudo="with-password"),
            "bob": Credential(user="bob", method="key", key_file=key, sudo="without-password"),
            "carol": Credential(user="carol", method="keyboard-interactive", sudo="with-password"),
        },
    )


def with_host(document: Fleet, name: str, host: Host) -> Fleet:
    return replace(document, hosts={**document.hosts, name: host})


def as_user(document: Fleet, name: str, credential: str) -> Fleet:
    return with_host(document, name, replace(document.hosts[name], credential=credential))


@pytest.fixture
def open_pool(fleet: PracticeFleet) -> Iterator[Callable[[Fleet], HostPool]]:
    pools: list[HostPool] = []

    def make(document: Fleet) -> HostPool:
        trust = HostKeys(own=fleet.known_hosts, others=())
        pools.append(HostPool(document, secrets=Passwords(fleet), trust=trust))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture
def link(open_pool: Callable[[Fleet], HostPool], document: Fleet, a251: PracticeHost) -> Link:
    a251.files.write("/etc/a.conf", FIRST)
    return open_pool(document).link("a251")


def write(path: str, content: str, before: str = "") -> WriteFile:
    digest = hashlib.sha256(before.encode()).hexdigest() if before else ""
    return WriteFile(title=f"Write {path}", path=path, content=content, before=digest)


STEPS: tuple[Step, ...] = (
    write("/etc/a.conf", "listen: 2\n", FIRST),
    write("/etc/b.conf", "new\n"),
    Unit(title="Restart ejabberd", unit="ejabberd", action="restart"),
    Run(title="Ask", argv=("ejabberdctl", "status")),
)


def apply(link: Link, name: str = "t1", steps: tuple[Step, ...] = STEPS) -> None:
    link.begin(transaction=name, who="tests", title="A change", probes=PROBES)
    link.apply(name, steps, {}, PROBES, job=Job(), on_step=lambda *_: None)
    link.commit(name)


def settled(host: PracticeHost) -> None:
    """Wait until no helper works on the host any more."""
    until = time.monotonic() + 10
    while host.locks or any(thread.name == f"root@{host.name}" for thread in threading.enumerate()):
        assert time.monotonic() < until
        time.sleep(0.01)


def all_old(host: PracticeHost) -> bool:
    return host.files.text("/etc/a.conf") == FIRST and not host.files.exists("/etc/b.conf")


def all_new(host: PracticeHost) -> bool:
    return host.files.text("/etc/a.conf") == "listen: 2\n" and host.files.text("/etc/b.conf") == "new\n"


# -- reaching and looking ------------------------------------------------------------------------------------


def test_a_look(link: Link) -> None:
    readings = link.look(
        {
            "who": Identity(),
            "hosts": File(path="/etc/hosts"),
            "cookie": File(path="/var/lib/ejabberd/.erlang.cookie", secret=True),
            "units": Units(names=("ejabberd", "nosuch")),
            "status": Command(argv=("ejabberdctl", "status")),
            "name": Resolve(name="a251"),
            "near": Connect(address="192.168.11.253", port=22),
            "far": Connect(address="192.168.11.99", port=22),
        }
    )
    assert readings.get("who")["hostname"] == "a251"
    assert readings.file("hosts").text == "127.0.0.1\tlocalhost\n127.0.1.1\ta251\n"
    cookie = readings.file("cookie")
    assert (cookie.text, cookie.mode, cookie.owner) == (None, 0o400, "ejabberd")
    assert readings.unit("units", "ejabberd").active == "active"
    assert readings.unit("units", "nosuch").load == "not-found"
    assert "is running in that node" in readings.command("status").out
    assert readings.get("name")["addresses"] == ["127.0.1.1"]
    assert readings.raw["near"]["connected"] is True
    assert readings.raw["far"]["error"] == "No route to host"


@pytest.mark.parametrize("credential", ["practice", "alice", "bob", "carol"])
def test_all_ways_to_log_in(credential: str, open_pool: Callable[[Fleet], HostPool], document: Fleet) -> None:
    changed = as_user(document, "a251", credential)
    assert open_pool(changed).link("a251").hello.uid == 0


def test_over_another_practice_host(
    open_pool: Callable[[Fleet], HostPool], document: Fleet, a253: PracticeHost
) -> None:
    # Beyond the jump host, addresses are those that the practice hosts have among themselves.
    assert a253.ssh is not None
    known = f"192.168.11.253 {a253.ssh.key.get_name()} {a253.ssh.key.get_base64()}\n"
    host = Host(address="192.168.11.253", credential="practice", jump=("a251",))
    changed = with_host(document, "a253", host)
    pool = open_pool(changed)
    transport = pool._transport
    with transport.trust.own.open("a") as file:  # type: ignore[attr-defined]
        file.write(known)
    assert pool.link("a253").hello.hostname == "a253"


def test_a_wrong_password(
    open_pool: Callable[[Fleet], HostPool], document: Fleet, fleet: PracticeFleet
) -> None:
    fleet.credentials.passwords["alice"] = Secret("wrong")
    changed = as_user(document, "a251", "alice")
    with pytest.raises(LoginRefused):
        open_pool(changed).link("a251")


FAULTS: list[tuple[str, Callable[[PracticeFleet], None], type[LinkError], str]] = [
    ("refused", lambda f: setattr(f.host("a251").faults, "unreachable", "refused"), LinkError, "practice"),
    ("sudo", lambda f: setattr(f.host("a251").faults, "wrong_sudo", True), SudoRefused, "alice"),
    ("key", lambda f: f.change_host_key("a251"), HostKeyChanged, "practice"),
    ("python", lambda f: setattr(f.host("a251").faults, "no_python", True), NoPython, "practice"),
    ("greeting", lambda f: setattr(f.host("a251").faults, "rubbish", "greeting"), LinkError, "practice"),
    ("gone", lambda f: f.host("a251").ssh.close() if f.host("a251").ssh else None, Unreachable, "practice"),
]


@pytest.mark.parametrize(("name", "fault", "error", "credential"), FAULTS, ids=[case[0] for case in FAULTS])
def test_faults_on_the_way_in(
    name: str,
    fault: Callable[[PracticeFleet], None],
    error: type[LinkError],
    credential: str,
    open_pool: Callable[[Fleet], HostPool],
    document: Fleet,
    fleet: PracticeFleet,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("azdesk.hosts.wire.AFTER_NOISE", 1.0)  # for "greeting", which waits it out
    changed = as_user(document, "a251", credential)
    fault(fleet)
    with pytest.raises(error):
        open_pool(changed).link("a251").look({"who": Identity()}, timeout=5)


def test_rubbish_instead_of_an_answer(link: Link, a251: PracticeHost) -> None:
    assert link.hello.hostname == "a251"
    a251.faults.rubbish = "answer"
    with pytest.raises(ProtocolError):
        link.look({"who": Identity()}, timeout=5)


def test_a_slow_host(link: Link, a251: PracticeHost) -> None:
    link.look({"who": Identity()})
    a251.faults.slow = 0.3
    started = time.monotonic()
    link.look({"who": Identity()})
    assert 0.3 <= time.monotonic() - started < 3


# -- changing ------------------------------------------------------------------------------------------------


def test_a_plan_is_carried_out(link: Link, a251: PracticeHost) -> None:
    apply(link)
    assert all_new(a251)
    assert link.journal(limit=1)[0]["state"] == "committed"
    assert not a251.locks


def test_a_second_workstation_is_told_who_is_at_work(
    link: Link, open_pool: Callable[[Fleet], HostPool], document: Fleet
) -> None:
    link.begin(transaction="t1", who="ann", title="A change", probes={})
    with pytest.raises(HostLocked, match="ann"):
        open_pool(document).link("a251").begin(transaction="t2", who="bob", title="Another", probes={})
    link.rollback("t1", "enough")


@pytest.mark.parametrize(
    ("fault", "words", "state"),
    [
        (lambda faults: faults.read_only.add("/etc"), "Read-only file system", ""),
        (lambda faults: faults.will_not_start.add("ejabberd"), "ejabberd did not restart", "needs-help"),
        (lambda faults: setattr(faults, "free_space", 200_000), "No space left on device", "rolled-back"),
    ],
    ids=["read-only", "will not start", "full disk"],
)
def test_faults_of_the_host_roll_back(
    fault: Callable[[object], None], words: str, state: str, link: Link, a251: PracticeHost
) -> None:
    link.look({"who": Identity()})
    fault(a251.faults)
    steps = (write("/etc/large.conf", "x" * 400_000), *STEPS) if "space" in words else STEPS
    with pytest.raises(AzdeskError, match=words):
        apply(link, steps=steps)
    a251.faults.clear()
    assert all_old(a251)
    assert link.journal(limit=1)[0]["state"] == state or not state


@pytest.mark.parametrize("when", ["before", "middle", "after"])
@pytest.mark.parametrize("step", range(len(STEPS)))
def test_a_broken_link_leaves_all_old(
    step: int,
    when: str,
    link: Link,
    a251: PracticeHost,
    open_pool: Callable[[Fleet], HostPool],
    document: Fleet,
) -> None:
    a251.faults.break_link(step, when)  # type: ignore[arg-type]
    with pytest.raises(LinkError):
        apply(link)
    assert a251.faults.breaks is None
    settled(a251)
    assert all_old(a251)
    again = open_pool(document).link("a251")
    assert again.outcome("t1")["state"] == "rolled-back"
    assert again.look({"u": Units(names=("ejabberd",))}).unit("u", "ejabberd").active == "active"
    apply(again, "t2")
    assert all_new(a251)


@pytest.mark.parametrize("when", ["before", "middle", "after"])
@pytest.mark.parametrize("step", [0, 1, 3])
def test_after_a_power_cut_the_next_helper_takes_it_back(
    step: int,
    when: str,
    link: Link,
    a251: PracticeHost,
    open_pool: Callable[[Fleet], HostPool],
    document: Fleet,
) -> None:
    a251.faults.break_link(step, when, power=True)  # type: ignore[arg-type]
    with pytest.raises(LinkError):
        apply(link)
    settled(a251)
    again = open_pool(document).link("a251")
    assert again.hello.recovered == ("t1",)
    assert all_old(a251)
    assert again.outcome("t1")["state"] == "recovered"


def test_a_break_waits_for_its_step(link: Link, a251: PracticeHost) -> None:
    a251.faults.break_link(99)
    apply(link)
    assert a251.faults.breaks is not None
    assert a251.faults.breaks.step == 99


def test_a_failing_step_says_so(link: Link, a251: PracticeHost) -> None:
    with pytest.raises(StepFailed, match="exit code 1"):
        apply(
            link, steps=(*STEPS, Run(title="Join", argv=("ejabberdctl", "join_cluster", "ejabberd@nosuch")))
        )
    assert all_old(a251)


def test_nothing_but_the_helper_is_run(fleet: PracticeFleet, a251: PracticeHost, tmp_path: Path) -> None:
    from azdesk.hosts.lean import paramiko

    assert a251.ssh is not None
    client = paramiko.Transport(("127.0.0.1", a251.ssh.port))
    try:
        key = paramiko.Ed25519Key(filename=str(fleet.credentials.key_file))
        client.connect(username="root", pkey=key)
        channel = client.open_session()
        channel.exec_command(f"python3 -c 'open({str(tmp_path / 'x')!r}, \"w\")'; mkfifo {tmp_path / 'y'}")
        assert channel.recv_exit_status() == 127
        assert list(tmp_path.iterdir()) == []
    finally:
        client.close()

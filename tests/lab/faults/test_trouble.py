"""Hosts that are full, protected, broken, slow, locked or lying: a clear message each, and nothing half done."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from azdesk.app import journal
from azdesk.app.planning import Preview
from azdesk.core.errors import HostKeyChanged, LinkError, ProtocolError, SudoRefused, Unreachable
from azdesk.core.outcome import HostOutcome, HostState, StepState
from azdesk.core.secret import Secret
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from tests.lab.faults import breakpoints, picture
from tests.lab.faults.picture import Picture
from tests.lab.faults.workstation import Workstation, document, fleet_of
from tests.lab.harness import Host, Lab

pytestmark = pytest.mark.timeout(300)
NAME = "a251"


@dataclass(kw_only=True)
class Ground:
    """One fresh host that is to become a cluster's first node."""

    lab: Lab
    host: Host
    text: str
    folder: Path
    old: Picture

    def workstation(self, *, who: str = "", heartbeat: float = 12.0) -> Workstation:
        fleet = fleet_of(self.text)
        return Workstation(fleet, self.lab.known_hosts, self.folder, who=who, heartbeat=heartbeat)

    def prove_old(self) -> None:
        """Nothing is half done."""
        differs = self.old.difference(picture.take(self.host))
        assert not differs, "\n".join(differs)

    def prove_ready(self) -> None:
        """What was in the way is gone, and the same document can be applied."""
        with self.workstation() as own:
            assert own.carry_out().host(NAME).state is HostState.CHANGED
            assert own.review().plan.empty


@pytest.fixture
def ground(lab: Lab, tmp_path: Path) -> Ground:
    lab.reset(NAME)
    host = lab.host(NAME)
    return Ground(lab=lab, host=host, text=document(lab, (NAME,)), folder=tmp_path, old=picture.take(host))


def words(outcome: HostOutcome, *wanted: str) -> None:
    for word in wanted:
        assert word.lower() in outcome.message.lower(), outcome.message


# -- the disk ----------------------------------------------------------------------------------------------


def test_a_full_disk(ground: Ground) -> None:
    with ground.workstation() as own:
        approved = own.review()
        with ground.host.full_disk():
            outcome = own.apply(approved).host(NAME)
            assert outcome.state in (HostState.NOT_RUN, HostState.ROLLED_BACK)
            words(outcome, "No space left", "/var/lib/azdesk")
            # It can still be looked at.
            assert own.review().plan.host(NAME).fingerprint == approved.plan.host(NAME).fingerprint
    ground.prove_old()
    ground.prove_ready()


def test_a_read_only_etc(ground: Ground) -> None:
    with ground.workstation() as own:
        approved = own.review()
        with ground.host.read_only("/etc"):
            outcome = own.apply(approved).host(NAME)
        assert outcome.state in (HostState.NOT_RUN, HostState.ROLLED_BACK)
        words(outcome, "Read-only file system", "/etc", "Nothing was changed")
        assert all(step.state is StepState.NOT_RUN for step in outcome.steps)
    ground.prove_old()


def test_etc_becomes_read_only_in_the_middle(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    breakpoints.install(monkeypatch)
    with ground.workstation() as own:
        approved = own.review()
        place = next(n for n, step in enumerate(approved.plan.host(NAME).steps) if "systemd" in step.title)
        with breakpoints.held(ground.host, f"before {place}") as point:
            said, work = in_background(own, approved)
            point.reached(timeout=60, still=work)
            with ground.host.read_only("/etc"):
                point.go_on()
                work.join(timeout=90)
    # What stood in /etc by then cannot be taken back as long as nobody may write there: help is called for.
    assert said[0].state is HostState.NEEDS_HELP
    words(said[0], "Read-only file system", "Its original is")


# -- ejabberd ----------------------------------------------------------------------------------------------


def test_the_new_node_cannot_start(ground: Ground) -> None:
    """The distribution port is taken, which only the new settings meet: the old node comes back."""
    hold = "import socket, time; s = socket.create_server(('', 5210)); time.sleep(600)"
    ground.host.sh(f'systemd-run --unit=squatter --collect python3 -c "{hold}"')
    try:
        with ground.workstation() as own:
            outcome = own.carry_out().host(NAME)
        assert outcome.state is HostState.ROLLED_BACK
        words(outcome, "ejabberd", "did not start", "put back")
        ground.prove_old()
    finally:
        ground.host.run(["systemctl", "stop", "squatter"])
    ground.prove_ready()


def test_somebody_edits_a_file_after_the_review(ground: Ground) -> None:
    with ground.workstation() as own:
        approved = own.review()
        ground.host.sh("echo 'loglevel: nonsense' >> /etc/ejabberd/ejabberd.yml")
        ground.old = picture.take(ground.host)
        outcome = own.apply(approved).host(NAME)
    assert outcome.state is HostState.NOT_RUN
    words(outcome, "no longer as it was", "review")
    ground.prove_old()


BAD_LINES = {
    "no YAML": "  - [nonsense",
    "no such option": "no_such_option: true",
    "no such value": "loglevel: loud",
}


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_ejabberd_that_would_not_start_again_is_not_stopped(ground: Ground, line: str) -> None:
    """It runs on what it read long ago; the bad line was put there by hand since, before or after the review."""
    ground.host.sh(f"echo '{line}' >> /etc/ejabberd/ejabberd.yml")
    ground.old = picture.take(ground.host)
    process = ground.host.sh("systemctl show --property=MainPID --value ejabberd")
    with ground.workstation() as own:
        approved = own.review()
        outcome = own.apply(approved).host(NAME)
    assert outcome.state in (HostState.NOT_RUN, HostState.ROLLED_BACK)
    words(outcome, "ejabberd", "configuration")
    assert ground.host.sh("systemctl show --property=MainPID --value ejabberd") == process
    ground.prove_old()


# -- logging in --------------------------------------------------------------------------------------------


class _Always:
    """A secret source that knows one answer to everything."""

    def __init__(self, text: str) -> None:
        self._secret = Secret(text)

    def get(self, name: str, what: str) -> Secret | None:
        del name, what
        return self._secret


def look_as(ground: Ground, login: str, known_hosts: Path, secret: str = "") -> Exception | None:
    """Look at the host with another login; the error of the look."""
    text = ground.text.replace('user = "root"', login)
    pool = HostPool(
        fleet_of(text), secrets=_Always(secret), trust=HostKeys(own=known_hosts, others=[]), heartbeat=12
    )
    own = Workstation(fleet_of(text), known_hosts, ground.folder)
    own.session.pool.close()
    own.session.pool = pool
    with own:
        own.look()
        return own.session.observations[NAME].error


def test_a_wrong_sudo_password(ground: Ground) -> None:
    login = 'user = "alice"\nsudo = "with-password"'
    error = look_as(ground, login, ground.lab.known_hosts, "wrong one")
    assert isinstance(error, SudoRefused)
    assert "password of alice" in str(error)
    ground.prove_old()
    assert look_as(ground, login, ground.lab.known_hosts, ground.lab.passwords["alice"]) is None


def test_a_changed_host_key(ground: Ground, lab: Lab) -> None:
    other = lab.host("a253")
    lines = [line.replace(other.address, ground.host.address) for line in other.known_hosts_lines()]
    known = ground.folder / "known_hosts"
    known.write_text("".join(f"{line}\n" for line in lines))
    error = look_as(ground, 'user = "root"', known)
    assert isinstance(error, HostKeyChanged)
    assert error.known != error.shown
    assert "SHA256:" in error.shown
    assert "nothing was sent" in str(error).lower()
    ground.prove_old()


# -- two at once -------------------------------------------------------------------------------------------


def in_background(own: Workstation, approved: Preview) -> tuple[list[HostOutcome], threading.Thread]:
    said: list[HostOutcome] = []
    work = threading.Thread(target=lambda: said.append(own.apply(approved).host(NAME)))
    work.start()
    return said, work


def test_two_workstations_at_once(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    breakpoints.install(monkeypatch)
    with ground.workstation(who="anna@desk") as first, ground.workstation(who="bert@laptop") as second:
        approved, same = first.review(), second.review()
        with breakpoints.held(ground.host, "before 3") as point:
            said, work = in_background(first, approved)
            point.reached(timeout=60, still=work)
            refused = second.apply(same).host(NAME)
            point.go_on()
            work.join(timeout=90)
        assert refused.state is HostState.NOT_RUN
        words(refused, "anna@desk", "is changing this host since 20", "UTC", "nothing was changed")
        assert said[0].state is HostState.CHANGED
        stale = second.apply(same).host(NAME)
        assert stale.state is HostState.NOT_RUN
        words(stale, "no longer as it was", "review")
        entries = journal.read(second.session).entries
        assert [(entry.who, entry.state) for entry in entries] == [("anna@desk", "committed")]


# -- rubbish -----------------------------------------------------------------------------------------------

RUBBISH = {
    "a word instead of a frame": "echo hello; sleep 20",
    "noise without end": "cat /dev/urandom",
    "a frame of four gigabytes": "printf '\\377\\377\\377\\377'; sleep 20",
    "a frame that is no JSON": "printf '\\0\\0\\0\\005hello'; sleep 20",
    "a hello of another kind": "printf '\\0\\0\\0\\014{\"hello\": 1}'; sleep 20",
    "another version": "printf '\\0\\0\\0\\163"
    '{"hello": {"version": 99, "python": "3.11.2", "uid": 0, "pid": 1, "hostname": "x", "recovered": []}}'
    "                 '; sleep 20",
    "the end at once": "exit 3",
    "a complaint": "echo Segmentation fault >&2; exit 139",
}


@pytest.mark.parametrize("script", RUBBISH.values(), ids=lambda script: None)
def test_a_helper_that_sends_rubbish(ground: Ground, script: str, request: pytest.FixtureRequest) -> None:
    ground.host.write("/usr/local/bin/python3", f"#!/bin/sh\n{script}\n", mode=0o755)
    try:
        with ground.workstation() as own:
            started = time.monotonic()
            approved = own.review()
            took = time.monotonic() - started
            error = own.session.observations[NAME].error
            assert isinstance(error, LinkError)
            assert error.where == NAME
            assert len(error.what) > 10
            assert took < 75, f"the look took {took:.0f} s"
            assert own.apply(approved).host(NAME).state is HostState.NOT_RUN
    finally:
        ground.host.run(["rm", "/usr/local/bin/python3"])
    ground.prove_old()


def test_rubbish_is_not_taken_for_silence(ground: Ground) -> None:
    ground.host.write("/usr/local/bin/python3", "#!/bin/sh\ncat /dev/urandom\n", mode=0o755)
    with ground.workstation() as own:
        own.look()
        assert isinstance(own.session.observations[NAME].error, ProtocolError)


def test_a_shell_that_greets(ground: Ground) -> None:
    """Words of a login script before the helper's first frame do no harm."""
    ground.host.sh("printf 'echo Welcome to %s; echo Be nice\\n' $(hostname) > /root/.bashrc")
    with ground.workstation() as own:
        assert own.review().plan.changes
        assert own.session.observations[NAME].error is None


# -- time and power ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_is_years_off(ground: Ground, monkeypatch: pytest.MonkeyPatch, years: int) -> None:
    breakpoints.install(monkeypatch, clock=years * 365 * 86400)
    with ground.workstation() as own:
        assert own.carry_out().host(NAME).state is HostState.CHANGED
        assert own.review().plan.empty
        (entry,) = journal.read(own.session).entries
        assert entry.state == "committed"
        assert entry.ended >= entry.started
        assert abs(entry.started - time.time() - years * 365 * 86400) < 3600


@pytest.mark.parametrize("place", ["before 3", "before 12", "after 14"])
def test_a_power_cut_in_the_middle(ground: Ground, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """The host comes up half changed, and is put back before anything else is done there."""
    breakpoints.install(monkeypatch)
    with ground.workstation(heartbeat=2.0) as own:
        approved = own.review()
        with breakpoints.held(ground.host, place) as point:
            said, work = in_background(own, approved)
            point.reached(timeout=60, still=work)
            ground.host.power_off()
            ground.host.power_on()
            work.join(timeout=100)
        assert said[0].state is HostState.ROLLED_BACK
        words(said[0], "put everything back")
        (entry,) = journal.read(own.session).entries
        assert entry.state == "recovered"
    ground.prove_old()
    ground.prove_ready()


# -- the network -------------------------------------------------------------------------------------------


def test_a_host_that_does_not_answer(ground: Ground) -> None:
    with ground.host.drop_packets(), ground.workstation() as own:
        started = time.monotonic()
        own.look()
        error = own.session.observations[NAME].error
        assert isinstance(error, Unreachable)
        assert ground.host.address in str(error)
        assert time.monotonic() - started < 40
        assert own.apply(own.review()).host(NAME).state is HostState.NOT_RUN


@pytest.mark.parametrize("seconds", [0.3, 1.5])
def test_packets_lost_while_connecting(ground: Ground, seconds: float) -> None:
    with ground.workstation() as own:
        lost = ground.host.drop_packets_for(seconds)
        own.look()
        lost.join()
        assert own.session.observations[NAME].error is None


@pytest.fixture(autouse=True)
def _clear(ground: Ground) -> Iterator[None]:
    yield
    ground.host.run(["rm", "-rf", breakpoints.FOLDER], check=False)

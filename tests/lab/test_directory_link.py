"""The way to a real slapd through its host: every kind of login, ends of every kind, and a hundred thousand people."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from azdesk.core.errors import (
    BindRefused,
    CredentialError,
    DirectoryError,
    DirectoryLost,
    NoSuchEntry,
    SchemaViolation,
    SudoRefused,
)
from azdesk.core.secret import Secret
from azdesk.directory import ldif
from azdesk.directory.connection import Directory, Record, check_bind
from azdesk.directory.endpoint import EXTERNAL, Endpoint, Simple
from azdesk.directory.ldif import Change, Entry
from azdesk.fleet.model import Credential, Fleet
from azdesk.fleet.model import Host as Described
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.hosts.relay import directory_of, directory_through
from azdesk.hosts.route import SshConfig
from azdesk.hosts.ssh import SshTransport
from tests.lab.harness import Host, Lab
from tests.lab.harness import guide_directory as guide
from tests.lab.harness.active_directory import AdServer, active_directory
from tests.lab.harness.tls import Authority
from tests.lab.test_login import Held

MANY = 100_000


class Desk:
    """A workstation, and a250 with the guide's directory."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.host: Host = lab.host("a250")
        self.place = guide.LabPlace(self.host)
        self.authority: Authority = guide.set_up(self.place)
        self._folder = folder

    def pool(
        self,
        user: str = "root",
        becomes: str = "no",
        jump: tuple[str, ...] = (),
        method: str = "key",
        **secrets: str,
    ) -> HostPool:
        key = str(self.lab.key_file) if method == "key" else ""
        fleet = Fleet(
            credentials={
                "it": Credential(user=user, method=method, key_file=key, sudo=becomes),  # type: ignore[arg-type]
                "jump": Credential(user="root", method="key", key_file=str(self.lab.key_file)),
            },
            hosts={
                "a250": Described(address=str(self.host.address), credential="it", jump=jump),
                "a251": Described(address=str(self.lab.host("a251").address), credential="jump"),
            },
        )
        trust = HostKeys(self._folder / "own", [Path(self.lab.known_hosts)])
        return HostPool(
            fleet, transport=SshTransport(secrets=Held(**secrets), trust=trust, config=SshConfig([]))
        )

    def relays(self) -> list[str]:
        """Relays that run on the host, and sudo in front of them."""
        listed = self.host.sh("ps -eo args")
        return [
            line for line in listed.splitlines() if "relay-" in line and line.startswith(("python3", "sudo"))
        ]

    def relays_gone(self) -> bool:
        return _soon(lambda: not self.relays())


def _soon(wanted: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if wanted():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def desk(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    lab.reset("a250")
    yield Desk(lab, tmp_path_factory.mktemp("desk"))
    lab.reset("a250")


@pytest.fixture(autouse=True)
def _no_agent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("user", "sudo", "method", "jump"),
    [
        ("root", "no", "key", ()),
        ("root", "no", "key", ("a251",)),
        ("alice", "with-password", "key", ()),
        ("alice", "with-password", "password", ("a251",)),
        ("bob", "without-password", "key", ()),
        ("carol", "with-password", "keyboard-interactive", ()),
    ],
)
def test_every_login_is_root_for_slapd(
    desk: Desk, user: str, sudo: str, method: str, jump: tuple[str, ...]
) -> None:
    password = desk.lab.passwords.get(user, "")
    threads = threading.active_count()
    with desk.pool(user, sudo, jump, method, password=password, sudo=password) as pool:
        with Directory.open(directory_of(pool, "a250"), EXTERNAL) as directory:
            assert directory.who_am_i() == f"dn:{guide.ROOT}"
            shown = desk.host.sh(
                "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' ' '; true"
            )
            assert not password or password not in shown
            assert desk.relays()
        assert desk.relays_gone()
    assert _soon(lambda: threading.active_count() <= threads), threading.enumerate()


def test_a_login_that_cannot_become_root(desk: Desk) -> None:
    with desk.pool("alice", "with-password", sudo="swordfish") as pool:
        with pytest.raises(SudoRefused) as caught:
            Directory.open(directory_of(pool, "a250"), EXTERNAL)
        assert "swordfish" not in f"{caught.value} {caught.value!r}"
    with (
        desk.pool("alice", "with-password") as pool,
        pytest.raises(CredentialError, match="no sudo password"),
    ):
        Directory.open(directory_of(pool, "a250"), EXTERNAL)
    with desk.pool("alice", "without-password") as pool, pytest.raises(SudoRefused):
        Directory.open(directory_of(pool, "a250"), EXTERNAL)


def test_somebody_elses_directory_through_a_host(desk: Desk) -> None:
    reader = Simple(guide.READER, Secret(guide.READER_PASSWORD))
    with desk.pool() as pool:
        url = f"ldaps://{desk.host.address}"
        with Directory.open(
            directory_through(pool, "a251", url, desk.authority.certificate), reader
        ) as directory:
            assert directory.read(guide.PEOPLE) is not None
    with Directory.open(Endpoint(url=url, authority=desk.authority.certificate), reader) as directory:
        assert directory.read(guide.PEOPLE) is not None


def test_a_link_that_is_cut_is_said_and_leaves_nothing_behind(desk: Desk) -> None:
    with desk.pool() as pool:
        directory = Directory.open(directory_of(pool, "a250"), EXTERNAL)
        assert directory.read(guide.PEOPLE) is not None
        desk.host.cut_link()
        with pytest.raises(DirectoryLost):
            directory.read(guide.PEOPLE)
        assert not directory.alive
        assert desk.relays_gone()
        with Directory.open(directory_of(pool, "a250"), EXTERNAL) as again:
            assert again.read(guide.PEOPLE) is not None


def test_a_host_that_falls_silent_is_given_up(desk: Desk) -> None:
    with desk.pool() as pool:
        endpoint = directory_of(pool, "a250")
        quick = Endpoint(url=endpoint.url, dial=endpoint.dial, where=endpoint.where, answer_timeout=2.0)
        directory = Directory.open(quick, EXTERNAL)
        with desk.host.drop_packets():
            with pytest.raises(DirectoryLost, match="did not answer within 2 s"):
                directory.read(guide.PEOPLE)


def test_slapd_dies_half_way_through_many_changes(desk: Desk) -> None:
    """Each change is told of; those that nobody knows about are few, and a look tells; the rest can go on."""
    entries: list[Record] = [
        Entry(
            dn=f"uid=half{number:04},{guide.PEOPLE}",
            attributes={"objectClass": [b"account"], "uid": [f"half{number:04}".encode()]},
        )
        for number in range(3000)
    ]
    told: dict[str, DirectoryError | None] = {}

    def on_result(record: Record, error: DirectoryError | None) -> None:
        told[record.dn] = error
        if len(told) == 500:
            desk.host.sh("systemctl kill -s KILL slapd")

    with desk.pool() as pool:
        with (
            Directory.open(directory_of(pool, "a250"), EXTERNAL) as directory,
            pytest.raises(DirectoryLost),
        ):
            directory.apply(entries, on_result)
        done = {dn for dn, error in told.items() if error is None}
        unknown = {dn for dn, error in told.items() if error is not None}
        assert len(done) >= 500
        assert 0 < len(unknown) <= 16
        assert all(isinstance(told[dn], DirectoryLost) for dn in unknown)
        desk.host.sh("systemctl reset-failed slapd; systemctl restart slapd")
        with Directory.open(directory_of(pool, "a250"), EXTERNAL) as directory:
            there = {entry.dn for entry in directory.each(guide.PEOPLE, "(uid=half*)", ["1.1"])}
            assert done <= there <= done | unknown
            left = [record for record in entries if record.dn not in there]
            assert directory.apply(left, lambda _record, error: None) == len(left)
            gone: list[Record] = [ldif.Delete(dn=record.dn) for record in entries]
            assert directory.apply(gone, lambda _record, error: None) == len(entries)


def test_what_comes_in_pieces_over_ssh_comes_whole(desk: Desk) -> None:
    big = [bytes([number]) * 700_000 for number in range(4)]
    entry = Entry(
        dn=f"uid=big,{guide.PEOPLE}",
        attributes={
            "objectClass": [b"inetOrgPerson"],
            "uid": [b"big"],
            "cn": [b"b"],
            "sn": [b"b"],
            "audio": big,
        },
    )
    with desk.pool() as pool, Directory.open(directory_of(pool, "a250"), EXTERNAL) as directory:
        directory.add(entry)
        try:
            found = directory.read(entry.dn, ["audio"])
            assert found is not None
            assert sorted(found.attributes["audio"]) == sorted(big)
        finally:
            directory.delete(entry.dn)


def test_an_old_slapd_with_an_old_python(lab: Lab, old_host: Host, tmp_path: Path) -> None:
    """OpenLDAP 2.4 and Python 3.9, of Debian 11."""
    old_host.sh("systemctl start slapd")
    fleet = Fleet(
        credentials={"it": Credential(user="root", method="key", key_file=str(lab.key_file))},
        hosts={"old": Described(address=str(old_host.address), credential="it")},
    )
    trust = HostKeys(tmp_path / "own", [Path(lab.known_hosts)])
    with HostPool(fleet, transport=SshTransport(trust=trust, config=SshConfig([]))) as pool:
        with Directory.open(directory_of(pool, "old"), EXTERNAL) as directory:
            assert directory.who_am_i() == f"dn:{guide.ROOT}"
            assert directory.root_dse().naming_contexts == ("dc=nodomain",)
            assert directory.schema().object_class("posixAccount") is not None
            assert next(directory.each("dc=nodomain")).dn == "dc=nodomain"


# -- somebody else's: Active Directory -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def domain(lab: Lab) -> AdServer:
    return active_directory(lab)


def test_active_directory_is_asked_like_any_other(domain: AdServer) -> None:
    for url in (domain.url, f"ldap://{domain.address}"):
        endpoint = Endpoint(url=url, authority=domain.ca)
        assert check_bind(endpoint, Simple("anna@ad.test", Secret(domain.password))) == "u:ADTEST\\anna"
    with Directory.open(endpoint, Simple(domain.admin, Secret(domain.password))) as directory:
        told = directory.root_dse()
        assert told.active_directory
        assert domain.base in told.naming_contexts
        found = directory.search(domain.base, "(sAMAccountName=anna)", ["memberOf"])
        assert [entry.attributes["memberOf"] for entry in found.entries] == [[domain.group.encode()]]
        assert found.referrals, "other parts of the tree are named, not followed"
        everybody = directory.search(domain.people, "(objectClass=user)", ["cn"]).entries
        pages = list(directory.pages(domain.people, "(objectClass=user)", ["cn"], 3))
        assert {entry.dn for page in pages for entry in page.entries} == {entry.dn for entry in everybody}
        assert {entry.dn for entry in directory.each(domain.people, "(objectClass=user)")} == {
            e.dn for e in everybody
        }
        window = directory.view(domain.people, "(objectClass=user)", ["cn"], 2, 3, "cn")
        assert (window.total, window.offset, len(window.entries)) == (len(everybody), 2, 3)
        assert directory.schema().attribute("samaccountname") is not None


@pytest.mark.parametrize(
    ("account", "password", "words"),
    [
        ("anna", "wrong", "name or password is wrong"),
        ("nobody", "x", "name or password is wrong"),
        ("carla", "", "account is disabled"),
        ("erik", "", "account has expired"),
        ("maja", "", "has to be changed first"),
    ],
)
def test_why_active_directory_lets_nobody_in(
    domain: AdServer, account: str, password: str, words: str
) -> None:
    bind = Simple(f"{account}@ad.test", Secret(password or domain.password))
    with pytest.raises(BindRefused, match=words):
        Directory.open(Endpoint(url=domain.url, authority=domain.ca), bind)


def test_what_active_directory_refuses(domain: AdServer) -> None:
    endpoint = Endpoint(url=domain.url, authority=domain.ca)
    weak = Change(operation="replace", attribute="unicodePwd", values=['"x"'.encode("utf-16-le")])
    with Directory.open(endpoint, Simple(domain.admin, Secret(domain.password))) as directory:
        with pytest.raises(SchemaViolation, match="does not know nonsense"):
            directory.add(
                Entry(dn=f"CN=x,{domain.people}", attributes={"objectClass": [b"user"], "nonsense": [b"1"]})
            )
        with pytest.raises(SchemaViolation, match="rules"):
            directory.modify(domain.reader, [weak])
        with pytest.raises(NoSuchEntry):
            directory.delete(f"CN=x,{domain.people}")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_hundred_thousand_people(desk: Desk) -> None:
    """Generous bounds, for a busy machine; the figures themselves are in benchmarks/directory."""
    guide.load_people(desk.place, MANY)
    with desk.pool() as pool, Directory.open(directory_of(pool, "a250"), EXTERNAL) as directory:
        started = time.monotonic()
        first = next(directory.pages(guide.PEOPLE, "(uid=*)", ["uid", "cn", "AstAccountName"]))
        assert len(first.entries) == 1000
        assert time.monotonic() - started < 1.0
        view = directory.view(guide.PEOPLE, "(uid=*)", ["uid"], MANY // 2, 50, "uid:caseIgnoreOrderingMatch")
        assert (view.total, view.offset, len(view.entries)) == (MANY, MANY // 2, 50)
        started = time.monotonic()
        text = "(|(uid=*1777*)(cn=*1777*)(AstAccountName=*1777*))"
        assert len(directory.search(guide.PEOPLE, text, ["uid"], limit=200).entries) > 10
        assert time.monotonic() - started < 1.0
        assert sum(1 for _ in directory.each(guide.PEOPLE, "(uid=*)")) == MANY

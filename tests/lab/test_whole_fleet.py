"""The whole way of the guide with the fleet's own directory, and a firewall on every host from the beginning: set up, followed, chat bound to
it; people log in also while the first server is off."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from azdesk.app import domain_users
from azdesk.core.outcome import Outcome
from azdesk.core.secret import Secret
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from azdesk.pki.authority import new_authority
from azdesk.pki.reading import now
from tests.lab.clients.chat import Chat, login_refused
from tests.lab.faults.workstation import Workstation
from tests.lab.harness import Lab

pytestmark = pytest.mark.timeout(400)
DOMAIN, BASE = "test.local", "dc=test,dc=local"
PEOPLE = {"anna": (6801, "annas password"), "bert": (6802, "berts password")}
HOSTS = {"a250": ("directory",), "a251": ("application",), "a253": ("application", "directory")}


class Office:
    """a250 has the directory, a253 a copy of it, a251 and a253 are the nodes of one cluster."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab, self.folder = lab, folder
        authority = new_authority("Lab", now())
        self.ca = authority.certificate
        self.kept: dict[tuple[str, str], Secret] = {secret_names.authority_key(self.ca): authority.key}
        hosts = {
            name: {
                "address": lab.host(name).address,
                "credential": "root",
                "cluster": DOMAIN if "application" in roles else "",
                "roles": list(roles),
                # A network that nobody here is in, this machine neither.
                "firewall": {"enabled": True, "ssh": ["198.51.100.0/24"], "federation": ["fleet"]},
            }
            for name, roles in HOSTS.items()
        }
        self.fleet = edit.with_values(
            Fleet(),
            {
                "credentials": {"root": {"method": "key", "key_file": str(lab.key_file)}},
                "authority": {"certificate": self.ca},
                "directory": {"base": BASE},
                "clusters": {DOMAIN: {"accounts": "directory", "federation": "verified"}},
                "hosts": hosts,
            },
        )

    def get(self, name: str, what: str) -> Secret | None:
        return self.kept.get((name, what))

    @contextmanager
    def desk(self) -> Iterator[Workstation]:
        with Workstation(self.fleet, self.lab.known_hosts, self.folder) as own:
            own.session.secrets = self
            yield own

    def settle(self) -> list[Outcome]:
        """Apply until nothing is left to do."""
        done: list[Outcome] = []
        with self.desk() as own:
            while not (review := own.review()).plan.empty:
                assert len(done) < 3, [
                    (plan.host, [step.title for step in plan.steps]) for plan in review.plan
                ]
                done.append(own.apply(review))
                assert done[-1].good, [(one.host, one.state, one.message) for one in done[-1]]
        return done

    def log_in(self, person: str, host: str, *, patience: float = 0.0) -> None:
        until = time.monotonic() + patience
        where = self.lab.host(host).address
        jid, password = f"{person}@{DOMAIN}", PEOPLE[person][1]
        while problem := login_refused(jid, password, address=where, ca=self.ca, timeout=30):
            assert time.monotonic() < until, problem


@pytest.fixture(scope="module")
def office(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Office:
    lab.reset(*HOSTS)
    lab.host("a253").sh("systemctl enable --now slapd")
    made = Office(lab, tmp_path_factory.mktemp("desk"))
    made.settle()
    entries = "".join(
        f"dn: uid={uid},ou=People,{BASE}\nobjectClass: account\nobjectClass: posixAccount\nuid: {uid}\ncn: {uid}\nuidNumber: {number}\n"
        f"gidNumber: 1007\nhomeDirectory: /home1/{uid}\nuserPassword: {password}\n\n"
        for uid, (number, password) in PEOPLE.items()
    )
    lab.host("a250").run(["ldapadd", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///"], input=entries)
    return made


def test_people_of_the_own_directory_chat(office: Office) -> None:
    for host in ("a251", "a253"):
        for person in PEOPLE:
            office.log_in(person, host, patience=10)
        where = {"address": office.lab.host(host).address, "ca": office.ca}
        assert "not-authorized" in login_refused(f"anna@{DOMAIN}", "wrong", **where)
        with office.desk() as own:
            assert domain_users.seen_by(own.session, host).accounts == ("anna", "bert")
    first, second = (office.lab.host(host).address for host in ("a251", "a253"))
    with (
        Chat(f"anna@{DOMAIN}", PEOPLE["anna"][1], address=first, ca=office.ca) as anna,
        Chat(f"bert@{DOMAIN}", PEOPLE["bert"][1], address=second, ca=office.ca) as bert,
    ):
        anna.send(f"bert@{DOMAIN}", "Hallo")
        assert bert.receive().body == "Hallo"


def test_the_copy_stands_in_and_all_comes_back(office: Office) -> None:
    provider = office.lab.host("a250")
    provider.sh("systemctl stop slapd")
    try:
        for host in ("a251", "a253"):
            office.log_in("anna", host, patience=60)
        with office.desk() as own:
            assert domain_users.seen_by(own.session, "a251").accounts == ("anna", "bert")
    finally:
        provider.sh("systemctl start slapd")
    office.settle()
    for host in ("a251", "a253"):
        office.log_in("bert", host, patience=60)


def test_a_new_password_of_the_reader(office: Office) -> None:
    """The file with it is gone: another one is made up, and every host gets that."""
    before = office.lab.host("a251").read("/etc/ejabberd/azdesk-accounts.yml")
    office.lab.host("a250").sh("rm /etc/azdesk/directory-reader")
    office.fleet = edit.with_value(office.fleet, "directory.reader_since", "2026-11-25 09:00")
    office.settle()
    after = office.lab.host("a251").read("/etc/ejabberd/azdesk-accounts.yml")
    assert before != after
    for host in ("a251", "a253"):
        office.log_in("anna", host, patience=60)


def reached(address: str, port: int) -> bool:
    """Whether this machine, which is no host of the document, gets a connection."""
    with socket.socket() as line:
        line.settimeout(1.0)
        return line.connect_ex((address, port)) == 0


def test_the_firewall(office: Office) -> None:
    """What is for the other hosts is for them alone, also after a reboot, and whoever applied it gets in."""
    first, second, directory = (office.lab.host(name) for name in ("a251", "a253", "a250"))
    for_people = [(first, 5222), (second, 5222), (first, 22)]
    for_hosts = [(first, 4369, second), (first, 5210, second), (second, 5210, first), (directory, 636, first)]
    probe = "import socket; socket.create_connection(('{}', {}), 2).close()"

    def check() -> None:
        for host, port in for_people:
            assert reached(host.address, port), (host, port)
        for host, port, peer in for_hosts:
            assert not reached(host.address, port), (host, port)
            peer.run(["python3", "-c", probe.format(host.address, port)])
        assert not reached(first.address, 5269)

    check()
    first.power_off()
    first.power_on()
    check()
    office.settle()
    office.log_in("anna", "a251", patience=60)
    with office.desk() as own:
        own.review()
        state = own.session.observations["a251"].states["firewall"]
    assert state.loaded
    assert state.running
    assert state.here == (state.client,)

    # A directory that more than the hosts may reach.
    office.fleet = edit.with_value(office.fleet, "hosts.a250.firewall.directory", [f"{state.client}/32"])
    office.settle()
    assert reached(directory.address, 636)

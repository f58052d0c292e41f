"""Chat accounts from a directory, as people use them: AZDesk sets up two nodes of one cluster and one of another, people log in.

The directory here is somebody else's, on a250; storage for uploads is a GlusterFS volume of that host, mounted on both nodes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from azdesk.app import domain_users, whereabouts
from azdesk.core.outcome import HostState, Outcome
from azdesk.core.secret import Secret
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from azdesk.pki.authority import new_authority
from azdesk.pki.reading import now
from tests.lab.clients import sip
from tests.lab.clients.chat import Chat, download, login_refused
from tests.lab.faults.workstation import Workstation
from tests.lab.harness import Host, Lab, openldap
from tests.lab.harness.tls import Authority
from tests.lab.test_clients import prepare_asterisk

pytestmark = pytest.mark.timeout(300)
DOMAIN, OTHER = "test.local", "other.lab"
FIRST, SECOND, THIRD = "a251", "a253", "a254"
VPN = "172.16.38.1"
PEOPLE = {"anna": "Annas Wort: ü & <x>", "bert": "berts \"password\" 'quoted'", "cleo": "cleo"}


@dataclass
class Secrets:
    """What the workstation keeps."""

    kept: dict[tuple[str, str], Secret] = field(default_factory=dict)

    def get(self, name: str, what: str) -> Secret | None:
        return self.kept.get((name, what))


class Office:
    """The fleet, its document and its secrets."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        self.directory = lab.host("a250")
        self.directory_ca = Authority("Somebody else's authority")
        made = new_authority("Lab", now())
        self.authority = made.certificate
        self.secrets = Secrets()
        self.fleet = self.document()
        self.secrets.kept[secret_names.authority_key(made.certificate)] = made.key
        self.secrets.kept[secret_names.reader(self.fleet)] = Secret(openldap.READER_PASSWORD)

    def document(self) -> Fleet:
        hosts = {
            name: {"address": self.lab.host(name).address, "credential": "root", "cluster": domain}
            for name, domain in ((FIRST, DOMAIN), (SECOND, DOMAIN), (THIRD, OTHER))
        }
        cluster = {"accounts": "directory", "federation": "verified", "chat_log": {"enabled": True}}
        return edit.with_values(
            Fleet(),
            {
                "credentials": {"root": {"method": "key", "key_file": str(self.lab.key_file)}},
                "authority": {"certificate": self.authority},
                "directory": {
                    "base": openldap.BASE,
                    "urls": [f"ldaps://{self.directory.address}"],
                    "reader": openldap.READER,
                    "ca": self.directory_ca.certificate,
                },
                "clusters": {
                    DOMAIN: {**cluster, "upload": {"url": f"https://{VPN}:5443/upload"}},
                    OTHER: cluster,
                },
                "hosts": hosts,
            },
        )

    def serve(self, *, days: tuple[int, int] = (-1, 90)) -> None:
        """Set the directory up anew."""
        pair = self.directory_ca.issue("a250", addresses=[self.directory.address], days=days)
        openldap.set_up(self.directory, pair, self.directory_ca.certificate, PEOPLE)

    def certify(self, days: tuple[int, int]) -> None:
        pair = self.directory_ca.issue("a250", addresses=[self.directory.address], days=days)
        openldap.with_certificate(self.directory, pair)

    def apply(self, fleet: Fleet, *hosts: str) -> Outcome:
        with self.desk(fleet) as own:
            return own.carry_out(hosts or None)

    def desk(self, fleet: Fleet) -> Workstation:
        own = Workstation(fleet, self.lab.known_hosts, self.folder)
        own.session.secrets = self.secrets
        return own

    def chat(self, person: str, host: str) -> Chat:
        where = self.lab.host(host).address
        return Chat(f"{person}@{DOMAIN}", PEOPLE[person], address=where, ca=self.authority)


def share_storage(lab: Lab, *hosts: Host) -> None:
    """A GlusterFS volume on the directory's host, mounted on others where uploads are kept."""
    server = lab.host("a250")
    server.sh("systemctl start glusterd")
    server.sh(
        f"mkdir -p /srv/brick; gluster --mode=script volume create flv {server.address}:/srv/brick force",
        timeout=60,
    )
    server.sh("gluster --mode=script volume start flv", timeout=60)
    for host in hosts:
        host.sh(f"mkdir -p /home/flv; mount -t glusterfs {server.address}:/flv /home/flv", timeout=60)
    hosts[0].sh("chown ejabberd:ejabberd /home/flv; chmod 2770 /home/flv")


@pytest.fixture(scope="module")
def office(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    lab.reset("a250", FIRST, SECOND)
    if THIRD in lab.hosts:
        lab.reset(THIRD)
    else:
        lab.need(THIRD)
    made = Office(lab, tmp_path_factory.mktemp("desk"))
    made.serve()
    first, second, third = (lab.host(name) for name in (FIRST, SECOND, THIRD))
    share_storage(lab, first, second)
    # No name server here: the domains are found as hosts.
    for host in (first, second):
        host.sh(f"echo '{third.address} {OTHER}' >> /etc/hosts")
    third.sh(f"echo '{first.address} {DOMAIN}' >> /etc/hosts")
    outcome = made.apply(made.fleet)
    assert outcome.good, [(one.host, one.state, one.message) for one in outcome]
    with made.desk(made.fleet) as own:
        left = own.review().plan
        assert left.empty, [step.title for plan in left for step in plan.steps]
    yield made
    for host in (first, second):
        host.sh("umount -l /home/flv", check=False)
    lab.remove_host(THIRD)


def test_people_log_in_on_each_node(office: Office) -> None:
    for name in (FIRST, SECOND):
        for person in PEOPLE:
            with office.chat(person, name) as chat:
                assert chat.bound.startswith(f"{person}@{DOMAIN}/")
        where = {"address": office.lab.host(name).address, "ca": office.authority}
        for password in ("wrong", " ", PEOPLE["anna"] + "x"):
            assert "not-authorized" in login_refused(f"anna@{DOMAIN}", password, **where)
        assert login_refused(f"anna@{DOMAIN}", "", **where)
        assert "not-authorized" in login_refused(f"nobody@{DOMAIN}", "x", **where)
    own = office.lab.host(FIRST).run(["stat", "-c", "%a %U:%G", "/etc/ejabberd/azdesk-accounts.yml"]).stdout
    assert own.split() == ["640", "root:ejabberd"]


def test_a_changed_password_counts_at_once(office: Office) -> None:
    with office.chat("cleo", FIRST):
        pass
    change = f"dn: uid=cleo,{openldap.PEOPLE}\nchangetype: modify\nreplace: userPassword\nuserPassword: "
    modify = [
        "ldapmodify",
        "-x",
        "-H",
        "ldap://127.0.0.1",
        "-D",
        openldap.MANAGER,
        "-w",
        openldap.MANAGER_PASSWORD,
    ]
    office.directory.run(modify, input=f"{change}another one\n")
    where = {"address": office.lab.host(FIRST).address, "ca": office.authority}
    try:
        assert "not-authorized" in login_refused(f"cleo@{DOMAIN}", PEOPLE["cleo"], **where)
        assert login_refused(f"cleo@{DOMAIN}", "another one", **where) == ""
    finally:
        office.directory.run(modify, input=f"{change}{PEOPLE['cleo']}\n")


def test_two_people_on_two_nodes_chat(office: Office) -> None:
    with office.chat("anna", FIRST) as anna, office.chat("bert", SECOND) as bert:
        anna.send(f"bert@{DOMAIN}", "Grüße über zwei Knoten")
        assert bert.receive().body == "Grüße über zwei Knoten"
        bert.send(f"anna@{DOMAIN}", "zurück")
        assert anna.receive().body == "zurück"
        with office.desk(office.fleet) as own:
            (session,) = whereabouts.chat_sessions(own.session, f"bert@{DOMAIN}")
            assert session.node == f"ejabberd@{SECOND}"
            assert session.resource == bert.bound.partition("/")[2]
            assert abs(session.since - time.time()) < 30
            assert whereabouts.chat_sessions(own.session, f"cleo@{DOMAIN}") == ()
    day = time.strftime("%Y-%m-%d", time.gmtime())
    for host, words in ((FIRST, "Grüße über zwei Knoten"), (SECOND, "zurück")):
        logs = office.lab.host(host).sh(f"cat '/home/chat/{day} anna@{DOMAIN} - bert@{DOMAIN}.log'")
        assert words in logs


def test_an_offline_message_arrives(office: Office) -> None:
    with office.chat("anna", FIRST) as anna:
        anna.send(f"cleo@{DOMAIN}", "später lesen")
    with office.chat("cleo", SECOND) as cleo:
        message = cleo.receive()
    assert (message.body, message.sender, message.delayed) == ("später lesen", f"anna@{DOMAIN}", True)


def test_a_file_uploaded_on_one_node_is_fetched_on_the_other(office: Office) -> None:
    first, second = office.lab.host(FIRST), office.lab.host(SECOND)
    with office.chat("anna", FIRST) as anna:
        url = anna.upload(b"picture" * 1000, "picture.png", ca=office.authority, address=first.address)
    assert url.startswith(f"https://{VPN}:5443/upload/")
    assert download(url, ca=office.authority, address=second.address) == b"picture" * 1000


def test_where_a_phone_is_registered(office: Office) -> None:
    first = office.lab.host(FIRST)
    prepare_asterisk(first, Authority())
    with office.desk(office.fleet) as own:
        assert whereabouts.phones(own.session, "6853") == whereabouts.Phones(found=())
        assert sip.register(first.address, "6853", "e2cdbe09", agent="azblink 1.2").code == 200
        (phone,) = whereabouts.phones(own.session, "6853").found
    assert (phone.host, phone.client) == (FIRST, "azblink 1.2")
    assert phone.contact.startswith("sip:6853@")
    assert 0 < phone.until - time.time() < 90


def test_a_host_tells_whom_it_sees(office: Office) -> None:
    with office.desk(office.fleet) as own:
        seen = domain_users.seen_by(own.session, SECOND)
    assert (seen.domain, seen.accounts, seen.partial) == (DOMAIN, tuple(sorted(PEOPLE)), "")


def test_other_domains_over_verified_tls(office: Office) -> None:
    first, third = office.lab.host(FIRST), office.lab.host(THIRD)
    with (
        office.chat("anna", FIRST) as anna,
        Chat(f"bert@{OTHER}", PEOPLE["bert"], address=third.address, ca=office.authority) as bert,
    ):
        anna.send(f"bert@{OTHER}", "von Domäne zu Domäne")
        assert bert.receive(timeout=20).body == "von Domäne zu Domäne"
        bert.send(f"anna@{DOMAIN}", "und zurück")
        assert anna.receive(timeout=20).body == "und zurück"
    # With ejabberd's own certificate, which nobody vouches for, it is refused, in both directions.
    third.sh(
        "sed -i '/^certfiles:/,$d' /etc/ejabberd/azdesk-accounts.yml; systemctl restart ejabberd; ejabberdctl started"
    )
    try:
        with (
            office.chat("anna", FIRST) as anna,
            Chat(f"bert@{OTHER}", PEOPLE["bert"], address=third.address) as bert,
        ):
            anna.send(f"bert@{OTHER}", "ohne Ausweis")
            bert.send(f"anna@{DOMAIN}", "ohne Ausweis")
            for one in (anna, bert):
                with pytest.raises(TimeoutError):
                    one.receive(timeout=6)
        log = first.sh("cat /var/log/ejabberd/ejabberd.log")
        assert re.search(rf"outbound s2s connection {DOMAIN} -> {OTHER}: Peer certificate rejected", log)
        assert re.search(
            rf"Failed inbound s2s EXTERNAL authentication {OTHER} -> {DOMAIN} .*self signed certificate", log
        )
    finally:
        assert office.apply(office.fleet, THIRD).good


def test_a_binding_that_does_not_work_is_taken_back(office: Office) -> None:
    """A wrong password, a filter that nobody matches, an authority that did not issue the certificate, an expired one."""
    before = office.lab.host(THIRD).read("/etc/ejabberd/azdesk-accounts.yml")

    def refused(fleet: Fleet) -> str:
        outcome = office.apply(fleet, THIRD).host(THIRD)
        assert outcome.state is HostState.ROLLED_BACK, (outcome.state, outcome.message)
        assert office.lab.host(THIRD).read("/etc/ejabberd/azdesk-accounts.yml") == before
        where = {"address": office.lab.host(THIRD).address, "ca": office.authority}
        assert login_refused(f"bert@{OTHER}", PEOPLE["bert"], **where) == ""
        return outcome.message

    good = office.secrets.kept[secret_names.reader(office.fleet)]
    office.secrets.kept[secret_names.reader(office.fleet)] = Secret("not the reader's")
    said = refused(edit.with_value(office.fleet, "directory.reader_since", "today"))
    assert "refuses the account or its password" in said
    assert "not the reader's" not in said
    office.secrets.kept[secret_names.reader(office.fleet)] = good
    said = refused(edit.with_value(office.fleet, f'clusters."{OTHER}".account_filter', "(ou=nobody)"))
    assert re.search(
        r"nothing is found with it below ou=People,\S+ that matches \(&\(objectClass=posixAccount\)\(ou=nobody\)\)",
        said,
    )
    said = refused(edit.with_value(office.fleet, "directory.ca", Authority().certificate))
    assert "of an authority that is not trusted here" in said
    said = refused(
        edit.with_value(office.fleet, "directory.urls", [f"ldaps://{office.lab.host(FIRST).address}"])
    )
    assert "cannot be reached" in said
    office.certify((-90, -1))
    try:
        where = {"address": office.lab.host(THIRD).address, "ca": office.authority}
        said = (
            office.apply(edit.with_value(office.fleet, "directory.reader_since", "today"), THIRD)
            .host(THIRD)
            .message
        )
        assert "has a TLS certificate that has expired" in said
    finally:
        office.certify((-1, 90))
    until = time.monotonic() + 60
    while login_refused(f"bert@{OTHER}", PEOPLE["bert"], **where, timeout=40):
        assert time.monotonic() < until


def test_the_second_server_takes_over(office: Office) -> None:
    """A copy of the directory on the third host; then the first server is gone."""
    copy = office.lab.host(THIRD)
    copy.sh("dpkg -s slapd >/dev/null")
    pair = office.directory_ca.issue(THIRD, addresses=[copy.address])
    openldap.set_up(copy, pair, office.directory_ca.certificate, PEOPLE)
    urls = [f"ldaps://{office.directory.address}", f"ldaps://{copy.address}"]
    fleet = edit.with_value(office.fleet, "directory.urls", urls)
    outcome = office.apply(fleet, FIRST, SECOND)
    assert outcome.good, [(one.host, one.message) for one in outcome]
    office.directory.sh("systemctl stop slapd")
    try:
        for name in (FIRST, SECOND):
            until = time.monotonic() + 60
            where = {"address": office.lab.host(name).address, "ca": office.authority}
            while problem := login_refused(f"anna@{DOMAIN}", PEOPLE["anna"], **where, timeout=30):
                assert time.monotonic() < until, problem
        # A change is carried out, too, and says which server does not answer.
        again = edit.with_value(fleet, "directory.reader_since", "today")
        changed = office.apply(again, FIRST).host(FIRST)
        assert changed.state is HostState.CHANGED, changed.message
        said = next(step.message for step in changed.steps if step.title.startswith("Look people up"))
        assert re.search(r"250:636 cannot be reached .*254:636 takes the login", said), said
    finally:
        office.directory.sh("systemctl start slapd")
        copy.sh("systemctl stop slapd")
        assert office.apply(office.fleet, FIRST, SECOND).good


def test_all_of_it_goes_away_again(office: Office) -> None:
    third = office.lab.host(THIRD)
    off = edit.with_values(
        office.fleet,
        {f'clusters."{OTHER}".accounts': "as-is", f'clusters."{OTHER}".federation': "as-is"},
    )
    assert office.apply(off, THIRD).good
    assert not third.exists("/etc/ejabberd/azdesk-accounts.yml")
    assert not third.exists("/etc/ejabberd/azdesk-directory-ca.pem")
    main = third.read("/etc/ejabberd/ejabberd.yml").decode()
    assert "azdesk-accounts" not in main
    assert "  mod_s2s_dialback: {}\n" in main
    third.run(["ejabberdctl", "register", "dora", OTHER, "doras"])
    assert login_refused(f"dora@{OTHER}", "doras", address=third.address) == ""
    assert office.apply(office.fleet, THIRD).good
    assert "not-authorized" in login_refused(f"dora@{OTHER}", "doras", address=third.address)

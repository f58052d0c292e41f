"""“Test this binding” explains each fault: against a real Active Directory (Samba's) and somebody else's slapd, from here and from a host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from azdesk.app.binding.findings import BindingReport, Finding, Verdict
from azdesk.app.binding.testing import check_binding
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.secret import Secret
from azdesk.fleet import edit, secret_names, store
from azdesk.fleet.model import Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from tests.lab.harness import Host, Lab
from tests.lab.harness.active_directory import AdServer, active_directory
from tests.lab.harness.foreign_ldap import OPEN, LdapServer, foreign_ldap
from tests.lab.harness.tls import Authority


class Kept:
    """Secrets in memory."""

    def __init__(self, secrets: Mapping[tuple[str, str], str]) -> None:
        self._secrets = dict(secrets)

    def get(self, name: str, what: str) -> Secret | None:
        value = self._secrets.get((name, what))
        return None if value is None else Secret(value)


class Bench:
    """A document about a directory and one host of the lab, tried as often as a test likes."""

    def __init__(
        self, lab: Lab, folder: Path, directory: Mapping[str, object], password: str, host: str = "a251"
    ) -> None:
        self._lab, self._folder, self._password = lab, folder, password
        text = f"""name = "lab"
[credentials.root]
method = "key"
key_file = "{lab.key_file}"
[clusters."test.local"]
[hosts.{host}]
address = "{lab.host(host).address}"
credential = "root"
cluster = "test.local"
"""
        self.fleet = store.parse(text)
        self.change(**directory)

    def change(self, **values: object) -> None:
        """Of the document's directory; attributes__number is the number in its attributes."""
        changes = {("directory", *key.split("__")): value for key, value in values.items()}
        self.fleet = edit.with_values(self.fleet, changes)

    def run(self, password: str | None = None) -> BindingReport:
        fleet: Fleet = self.fleet
        given = self._password if password is None else password
        secrets = Kept({secret_names.reader(fleet): given} if given else {})
        pool = HostPool(fleet, trust=HostKeys(own=self._lab.known_hosts, others=[]))
        session = Session(fleet, pool, secrets=secrets, awaited=AwaitedStore(self._folder / "awaited.json"))
        try:
            return check_binding(session)
        finally:
            session.close()


def told(report: BindingReport) -> str:
    """All of it, for messages."""
    lines = [
        f"{trial.origin or 'here'} {trial.url} {one.verdict} {one.title}: {one.text}"
        for trial in report.trials
        for one in trial.findings
    ]
    return "\n".join(lines + [f"{one.verdict} {one.title}: {one.text}" for one in report.contents])


def one(report: BindingReport, key: str, *, origin: str = "", verdict: Verdict | None = None) -> Finding:
    """The finding of this key: of the first trial from there, or of what stands behind the login."""
    trial = next(trial for trial in report.trials if trial.origin == origin)
    found = [
        finding
        for finding in (*trial.findings, *report.contents)
        if finding.key == key and verdict in (None, finding.verdict)
    ]
    assert found, told(report)
    return found[0]


# -- Active Directory ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def controller(lab: Lab) -> AdServer:
    return active_directory(lab)


@pytest.fixture
def forest(lab: Lab, controller: AdServer, tmp_path: Path) -> Bench:
    return Bench(
        lab,
        tmp_path,
        {
            "base": controller.base,
            "kind": "active-directory",
            "urls": (controller.url,),
            "people": controller.people,
            "reader": controller.reader,
            "ca": controller.ca,
            "account_filter": f"(&(objectClass=user)(memberOf={controller.group}))",
            "attributes__number": "telephoneNumber",
        },
        controller.password,
    )


def test_a_good_binding_to_active_directory(forest: Bench) -> None:
    report = forest.run()
    assert report.good, told(report)
    for origin in ("", "a251"):
        assert one(report, "port", origin=origin).verdict is Verdict.GOOD
        assert one(report, "tls", origin=origin).verdict is Verdict.GOOD
        assert one(report, "login", origin=origin).verdict is Verdict.GOOD
    trust = one(report, "trust", origin="a251")
    assert trust.verdict is Verdict.NOTE
    assert "hands the document's authority over" in trust.next_step
    assert "Samba" in one(report, "kind").text
    people = one(report, "filter")
    assert "matches 7 people" in people.text
    assert "1 of them are disabled" in people.text
    # bob by way of a group, deep by two.
    assert "2 more people" in one(report, "groups").text
    assert "o'neil" in one(report, "attributes", verdict=Verdict.WARNING).text
    assert one(report, "secrecy").text == "Without a login nobody sees anything."
    assert one(report, "schema").verdict is Verdict.NOTE


def test_groups_in_groups(forest: Bench, controller: AdServer) -> None:
    forest.change(
        account_filter=f"(&(objectClass=user)(memberOf:1.2.840.113556.1.4.1941:={controller.group}))"
    )
    report = forest.run()
    assert "matches 9 people" in one(report, "filter").text
    assert one(report, "groups").verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("reader", "said", "advice"),
    [
        ("CN=Carla Disabled", "disabled", "Enable it"),
        ("CN=Erik Expired", "account has expired", "never"),
        ("CN=Maja Mustchange", "change its password first", "next logon"),
        ("CN=Luis Locked", "locked", "Unlock it"),
        ("CN=Nobody", "DN or the password is wrong", "distinguishedName"),
    ],
)
def test_each_reason_of_a_refused_login(
    forest: Bench, controller: AdServer, reader: str, said: str, advice: str
) -> None:
    if "Luis" in reader:
        controller.lock_out("luis")
    forest.change(reader=f"{reader},{controller.people}")
    report = forest.run()
    login = one(report, "login")
    assert login.verdict is Verdict.BAD
    assert said in login.text
    assert advice in login.next_step
    # One refused login is enough: more would lock the account.
    assert one(report, "login", origin="a251").verdict is Verdict.UNTRIED
    assert not report.good
    assert report.contents == ()


def test_a_wrong_password_and_none(forest: Bench) -> None:
    assert "DN or the password is wrong" in one(forest.run("wrong"), "login").text
    missing = one(forest.run(""), "login", origin="a251")
    assert "kept nowhere" in missing.text
    assert "azdesk secret set" in missing.next_step


def test_what_is_wrong_in_the_document(forest: Bench, controller: AdServer) -> None:
    forest.change(people="OU=Nowhere,DC=ad,DC=test")
    base = one(forest.run(), "base")
    assert base.verdict is Verdict.BAD
    assert "DC=ad,DC=test" in base.text
    forest.change(people=controller.people, account_filter="(uidd=*)")
    people = one(forest.run(), "filter")
    assert (people.verdict, "does not know uidd" in people.text) == (Verdict.BAD, True)
    forest.change(account_filter=f"(memberOf=CN=No such group,{controller.people})")
    assert "no group" in one(forest.run(), "groups", verdict=Verdict.BAD).text
    forest.change(account_filter="", attributes__account="uid", attributes__number="")
    report = forest.run()
    assert "Nobody" in one(report, "attributes").text or "nobody" in one(report, "attributes").text
    assert not report.good
    forest.change(kind="openldap", attributes__account="sAMAccountName")
    assert "Active Directory" in one(forest.run(), "kind", verdict=Verdict.BAD).text


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("expired", "has expired"),
        ("name", "does not hold for"),
        ("stranger", "not issued by an authority that is trusted"),
    ],
)
def test_each_fault_of_a_certificate(forest: Bench, controller: AdServer, fault: str, said: str) -> None:
    pair = {
        "expired": controller.authority.issue(addresses=[controller.address], days=(-90, -1)),
        "name": controller.authority.issue("dc9.ad.test"),
        "stranger": Authority("Somebody else").issue(addresses=[controller.address]),
    }[fault]
    controller.serve(pair)
    try:
        report = forest.run()
    finally:
        controller.serve(controller.good_certificate())
    for origin in ("", "a251"):
        tls = one(report, "tls", origin=origin)
        assert tls.verdict is Verdict.BAD
        assert said in tls.text
    if fault == "name":
        assert "dc9.ad.test" in one(report, "tls").text
    if fault == "stranger":
        assert "issued by Somebody else" in one(report, "tls").text
    assert not report.good


def test_ways_that_lead_nowhere(forest: Bench, controller: AdServer, lab: Lab) -> None:
    forest.change(
        urls=(f"ldaps://{controller.address}:637", "ldaps://nobody.invalid", "ldap://" + controller.address)
    )
    report = forest.run()
    by = {(trial.origin, trial.url.rpartition("/")[2]): trial for trial in report.trials}
    port = by["", f"{controller.address}:637"].findings[0]
    assert (port.key, port.verdict, "refuses" in port.text) == ("port", Verdict.BAD, True)
    assert by["a251", f"{controller.address}:637"].findings[0].key == "port"
    for origin in ("", "a251"):
        named = by[origin, "nobody.invalid"].findings[0]
        assert (named.key, named.verdict) == ("name", Verdict.BAD)
    start = next(one for one in by["", controller.address].findings if one.key == "tls")
    assert (start.verdict, "ldaps://" in start.next_step) == (Verdict.WARNING, True)


def test_a_host_that_is_away_says_so(forest: Bench, lab: Lab) -> None:
    host = lab.host("a251")
    with host.drop_packets():
        report = forest.run()
    assert "could not be asked" in one(report, "port", origin="a251").text
    assert one(report, "login").verdict is Verdict.GOOD


# -- somebody else's OpenLDAP -------------------------------------------------------------------------------


def office(lab: Lab, folder: Path, server: LdapServer, host: str = "a251") -> Bench:
    given = {"base": server.base, "urls": (server.url,), "reader": server.reader, "ca": server.ca}
    return Bench(lab, folder, given, server.password, host)


@pytest.fixture
def storage(lab: Lab) -> Iterator[Host]:
    host = lab.host("a250")
    yield host
    host.reset()


def test_a_good_binding_to_openldap(lab: Lab, storage: Host, tmp_path: Path) -> None:
    bench = office(lab, tmp_path, foreign_ldap(storage))
    bench.fleet = edit.with_value(bench.fleet, ("hosts", "a251", "sip", "accounts"), "directory")
    report = bench.run()
    assert report.good, told(report)
    assert "OpenLDAP" in one(report, "kind").text
    assert "matches 3 people" in one(report, "filter").text
    assert one(report, "schema").verdict is Verdict.GOOD
    assert "2 of 2" in one(report, "phones").text
    assert one(report, "secrecy").text == "Without a login nobody sees anything."
    assert one(report, "limits").verdict is Verdict.GOOD


def test_what_somebody_elses_slapd_may_lack(lab: Lab, storage: Host, tmp_path: Path) -> None:
    server = foreign_ldap(storage, asterisk=False, acl=OPEN, size_limit=20, people=60)
    bench = office(lab, tmp_path, server)
    bench.fleet = edit.with_value(bench.fleet, ("hosts", "a251", "sip", "accounts"), "directory")
    report = bench.run()
    assert one(report, "schema").verdict is Verdict.BAD
    assert "asterisk.ldif" in one(report, "schema").next_step
    limits = one(report, "limits")
    assert (limits.verdict, "olcLimits" in limits.next_step) == (Verdict.WARNING, True)
    assert "ended after 20 people" in limits.text
    assert not report.good


def test_open_secrets_and_unreadable_ones(lab: Lab, storage: Host, tmp_path: Path) -> None:
    bench = office(lab, tmp_path, foreign_ldap(storage, acl=OPEN))
    secrecy = one(bench.run(), "secrecy")
    assert secrecy.verdict is Verdict.WARNING
    assert "AstAccountRealmedPassword" in secrecy.text
    assert "userPassword" not in secrecy.text
    hidden = """
access to attrs=userPassword,AstAccountRealmedPassword by anonymous auth by * none
access to * by users read by anonymous auth by * none
"""
    bench = office(lab, tmp_path, foreign_ldap(storage, acl=hidden))
    bench.fleet = edit.with_value(bench.fleet, ("hosts", "a251", "sip", "accounts"), "directory")
    assert "none of the phones' passwords" in one(bench.run(), "phones", verdict=Verdict.BAD).text


def test_groups_of_openldap(lab: Lab, storage: Host, tmp_path: Path) -> None:
    server = foreign_ldap(storage)
    bench = office(lab, tmp_path, server)
    bench.change(account_filter=f"(&(objectClass=posixAccount)(memberOf={server.group}))")
    report = bench.run()
    assert "matches 2 people" in one(report, "filter").text
    assert one(report, "groups").verdict is Verdict.GOOD


def test_a_server_that_writes_no_memberships(lab: Lab, storage: Host, tmp_path: Path) -> None:
    server = foreign_ldap(storage, memberships=False)
    bench = office(lab, tmp_path, server)
    bench.change(account_filter=f"(memberOf={server.group})")
    report = bench.run()
    assert one(report, "filter").verdict is Verdict.BAD
    group = one(report, "groups")
    assert (group.verdict, "has 2 members" in group.text, "overlay" in group.next_step) == (
        Verdict.BAD,
        True,
        True,
    )


def test_a_schema_that_lacks_an_attribute(lab: Lab, storage: Host, tmp_path: Path) -> None:
    report = office(lab, tmp_path, foreign_ldap(storage, lacking=("AstAccountDirectMedia",))).run()
    lacks = one(report, "schema")
    assert (lacks.verdict, "lacks AstAccountDirectMedia" in lacks.text) == (Verdict.WARNING, True)
    assert "inside cn=asterisk" in lacks.next_step


def test_two_people_of_one_name_and_a_certificate_that_ends(lab: Lab, storage: Host, tmp_path: Path) -> None:
    server = foreign_ldap(storage)
    server.serve(server.authority.issue(addresses=[server.address], days=(-90, 5)))
    server.add(
        f"dn: cn=second,{server.people}\nobjectClass: account\nobjectClass: posixAccount\ncn: second\nuid: GINA\n"
        "uidNumber: 7000\ngidNumber: 1007\nhomeDirectory: /\n"
    )
    report = office(lab, tmp_path, server).run()
    twice = one(report, "attributes", verdict=Verdict.BAD)
    assert "gina" in twice.text
    ending = one(report, "tls")
    assert (ending.verdict, "days are left" in ending.next_step) == (Verdict.WARNING, True)


def test_only_the_hosts_reach_it(lab: Lab, storage: Host, tmp_path: Path) -> None:
    server = foreign_ldap(storage)
    bench = office(lab, tmp_path, server)
    rule = f"table inet fault {{ chain in {{ type filter hook input priority 0; ip saddr {server.address.rpartition('.')[0]}.1 tcp dport 636 reject with tcp reset; }}; }}\n"
    storage.run(["nft", "-f", "-"], input=rule)
    report = bench.run()
    assert one(report, "port").verdict is Verdict.WARNING
    assert "by way of the hosts" in one(report, "login").text
    assert one(report, "login", origin="a251").verdict is Verdict.GOOD
    assert report.through == "a251"
    assert "matches 3 people" in one(report, "filter").text
    assert report.good, told(report)


def test_the_host_trusts_it_once_it_has_the_authority(lab: Lab, storage: Host, tmp_path: Path) -> None:
    server = foreign_ldap(storage)
    host = lab.host("a251")
    host.write("/usr/local/share/ca-certificates/lab.crt", server.ca)
    host.run(["update-ca-certificates"])
    try:
        assert one(office(lab, tmp_path, server).run(), "trust", origin="a251").verdict is Verdict.GOOD
    finally:
        host.run(["rm", "/usr/local/share/ca-certificates/lab.crt"])
        host.run(["update-ca-certificates", "--fresh"])


def test_the_fleets_own_directory(lab: Lab, storage: Host, tmp_path: Path) -> None:
    """Its reader's password stays on its host, where AZDesk reads it for the test."""
    server = foreign_ldap(storage)
    bench = Bench(lab, tmp_path, {"base": server.base}, "")
    own = {"address": storage.address, "credential": "root", "roles": ("directory",)}
    fleet = edit.add_host(bench.fleet, "a250", own)
    bench.fleet = edit.with_value(fleet, ("authority", "certificate"), server.ca)
    missing = bench.run()
    assert not missing.good
    assert "The directory was not set up on a250 yet." in told(missing)
    storage.write("/etc/azdesk/directory-reader", f"{server.password}\n", mode=0o600)
    report = bench.run()
    assert report.good, told(report)
    assert {trial.origin for trial in report.trials} == {"", "a251"}
    assert "matches 3 people" in one(report, "filter").text


def test_an_old_host_is_told_what_its_ejabberd_cannot(
    lab: Lab, storage: Host, old_host: Host, tmp_path: Path
) -> None:
    bench = office(lab, tmp_path, foreign_ldap(storage), old_host.name)
    report = bench.run()
    assert report.good, told(report)
    assert one(report, "login", origin=old_host.name).verdict is Verdict.GOOD
    bench.fleet = edit.with_value(bench.fleet, ("clusters", "test.local", "accounts"), "directory")
    report = bench.run()
    assert "ejabberd 21.01 there cannot verify" in one(report, "chat", origin=old_host.name).text
    assert not report.good

"""The fleet's own directory on real slapd: made from nothing, closed to whom it does not concern, followed, adopted, removed."""

from __future__ import annotations

import contextlib
import difflib
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from azdesk.app import backups
from azdesk.app.applying import apply
from azdesk.app.observing import observe
from azdesk.app.people import People
from azdesk.app.people.restoring import carry_out
from azdesk.app.people.restoring import plan as plan_of
from azdesk.app.planning import Preview, differences, preview
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.outcome import HostOutcome, HostState
from azdesk.core.secret import Secret
from azdesk.directory import asterisk_schema
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Credential, Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.pki.authority import new_authority
from azdesk.pki.reading import now
from tests.guide_entry import GUIDE
from tests.lab.harness import Host, Lab

pytestmark = pytest.mark.timeout(300)
BASE = "dc=test,dc=local"
PEOPLE = f"ou=People,{BASE}"
READER = f"cn=azreader,{BASE}"
ROOT = "-Q -Y EXTERNAL -H ldapi:///"
CONFIG = "/etc/ldap/slapd.d"
OPERATIONAL = """\
structuralObjectClass: account
entryUUID: d706f363-8ea4-4f4a-8cc0-d9a42fbeeb1c
creatorsName: cn=Manager,dc=test,dc=local
createTimestamp: 20211001012917Z
entryCSN: 20211001012917.473081Z#000000#000#000000
modifiersName: cn=Manager,dc=test,dc=local
modifyTimestamp: 20211001012917Z
"""


class Office:
    """A workstation, with documents about hosts of the lab."""

    def __init__(self, lab: Lab, folder: Path, hosts: Mapping[str, list[str]]) -> None:
        self.lab = lab
        self.authority = new_authority("Example company", now())
        named = secret_names.authority_key(self.authority.certificate)
        self.secrets = {named: self.authority.key}
        document = edit.add_credential(
            Fleet(), "lab", Credential(user="root", method="key", key_file=str(lab.key_file))
        )
        for host, roles in hosts.items():
            place = {"address": lab.host(host).address, "credential": "lab", "roles": roles}
            document = edit.add_host(document, host, place)
        self.outside = edit.with_values(
            document,
            {
                "authority.certificate": self.authority.certificate,
                "hosts.a251.sip.selection_filter": "(AstAccountName=68*)",
            },
        )
        trust = HostKeys(own=folder / "known_hosts", others=[lab.known_hosts])
        self.session = Session(
            self.outside,
            HostPool(self.outside, trust=trust),
            secrets=self,
            awaited=AwaitedStore(folder / "awaited.json"),
            who="lab",
        )

    def get(self, name: str, what: str) -> Secret | None:
        return self.secrets.get((name, what))

    def document(self, **changes: Any) -> Fleet:
        values = {path.replace("__", "."): value for path, value in changes.items()}
        return edit.with_values(self.outside, {"directory.base": BASE, **values})

    def look(self, fleet: Fleet) -> Preview:
        self.session.update(fleet)
        observations = observe(self.session)
        for seen in observations.values():
            assert seen.error is None, seen.error
            assert not seen.problems, dict(seen.problems)
        return preview(fleet, observations)

    def change(self, fleet: Fleet) -> Preview:
        """Carry it out; nothing is left to do then."""
        approved = self.look(fleet)
        for one in apply(self.session, approved):
            assert one.good, (one.host, one.state, one.message)
        self.settled(fleet)
        return approved

    def settled(self, fleet: Fleet) -> None:
        seen = self.look(fleet)
        assert {plan.host: [step.title for step in plan.steps] for plan in seen.plan if plan.steps} == {}
        for host in fleet.hosts:
            assert differences(fleet, seen.observations[host]) == {}

    def refused(self, fleet: Fleet, host: str) -> HostOutcome:
        outcome = apply(self.session, self.look(fleet)).host(host)
        assert outcome.state is HostState.ROLLED_BACK, (outcome.state, outcome.message)
        return outcome


@pytest.fixture
def office(lab: Lab, tmp_path: Path) -> Iterator[Office]:
    """a250 for the directory, a251 for phones and chat, both fresh."""
    lab.reset("a250", "a251")
    own = Office(lab, tmp_path, {"a250": ["directory"], "a251": ["application"]})
    yield own
    own.session.close()


@pytest.fixture
def pair(lab: Lab, tmp_path: Path) -> Iterator[Office]:
    """a250 with the directory, a249 to follow it, and a251, all fresh."""
    if "a249" in lab.hosts:
        lab.reset("a249")
    else:
        lab.need("a249")
    lab.reset("a250", "a251")
    roles = {"a250": ["directory"], "a249": ["directory"], "a251": ["application"]}
    own = Office(lab, tmp_path, roles)
    yield own
    own.session.close()


def password(host: Host, what: str) -> str:
    return host.read(f"/etc/azdesk/directory-{what}").decode()


def search(host: Host, of: Host, who: str, secret: str, what: str, *attributes: str) -> str:
    """What somebody sees over TLS, asked from a host."""
    login = ["-D", who, "-w", secret] if who else []
    url = f"ldaps://{of.address}"
    done = host.run(
        ["ldapsearch", "-LLL", "-x", "-H", url, *login, "-b", BASE, what, *attributes], check=False
    )
    return done.stdout + done.stderr


def add(host: Host, entry: str) -> None:
    host.run(["ldapadd", *ROOT.split()], input=entry)


def state(host: Host) -> tuple[str, str]:
    """cn=config as slapd has it on disk, and what is in /etc, /var/lib/ldap and /var/lib/azdesk beside it, to compare."""
    config = host.sh(
        f"cd {CONFIG} && find . -type f | sort | xargs sha256sum; find . -printf '%p %m %u %g\\n' | sort"
    )
    found = host.sh(
        "find /etc/azdesk /etc/default/slapd /usr/local/share/ca-certificates /etc/ssl/certs /var/lib/ldap "
        "-printf '%p %m %u %g %l\\n' 2>/dev/null | sort; sha256sum /etc/default/slapd /etc/ssl/certs/ca-certificates.crt"
    )
    return config, found


def entries(host: Host) -> list[list[str]]:
    """All that stands in the directory, in no order, without the times of changes."""
    text = host.sh(f"ldapsearch -LLL -o ldif-wrap=no {ROOT} -b {BASE} '(objectClass=*)'")
    return sorted(sorted(block.splitlines()) for block in text.strip().split("\n\n"))


def without_checks(found: list[list[str]]) -> list[list[str]]:
    return [entry for entry in found if not any(line.startswith("dn: uid=azcheck-") for line in entry)]


def names_of(seen: tuple[str, str]) -> set[str]:
    """Files of the configuration."""
    return {line.split("  ")[1] for line in seen[0].splitlines() if "  " in line}


# -- a directory from nothing --------------------------------------------------------------------------------------


def test_a_fresh_host_becomes_the_directory(office: Office) -> None:
    a250, a251 = office.lab.host("a250"), office.lab.host("a251")
    approved = office.change(office.document())
    titles = [step.title for step in approved.plan.host("a250").steps]
    assert "Load the schema of Asterisk's accounts" in titles
    assert titles[-1] == "Look people up as the hosts do"

    # The guide's entry, unchanged; and as somebody's slapcat has it, with what slapd itself writes.
    add(a250, GUIDE)
    a250.sh("systemctl stop slapd")
    other = GUIDE.replace("6853", "6854") + OPERATIONAL
    a250.run(["slapadd", "-b", BASE], input=other)
    a250.sh("chown -R openldap: /var/lib/ldap && systemctl start slapd")

    # Nobody: nothing, by whatever way in.
    assert search(a251, a250, "", "", "(objectClass=*)", "dn").strip() == "No such object (32)"
    for url in ("ldapi:///", "ldap://127.0.0.1"):
        done = a250.run(["ldapsearch", "-LLL", "-x", "-H", url, "-b", BASE, "dn"], check=False)
        assert (done.stdout, done.stderr.strip()) == ("", "No such object (32)")

    # A person: names and numbers, and no secret but her own.
    nana = f"uid=nana6853,{PEOPLE}"
    seen = search(
        a251, a250, nana, "e2cdbe09", "(uid=nana685*)", "uid", "userPassword", "AstAccountRealmedPassword"
    )
    assert seen.count("\nuid: nana") == 2
    assert seen.count("AstAccountRealmedPassword: e2cdbe09") == 1
    assert "userPassword" not in seen
    # Not even by guessing: a filter on what one may not read matches nothing.
    assert "dn:" not in search(
        a251, a250, nana, "e2cdbe09", "(&(uid=nana6854)(AstAccountRealmedPassword=e*))"
    )
    assert "Invalid credentials" in search(a251, a250, nana, "wrong", "(uid=nana6853)")

    # The hosts' reader: what registers a phone, but no password.
    reader = search(
        a251,
        a250,
        READER,
        password(a250, "reader"),
        "(uid=nana685*)",
        "userPassword",
        "AstAccountRealmedPassword",
        "seeAlso",
    )
    assert reader.count("AstAccountRealmedPassword: e2cdbe09") == 2
    assert "userPassword" not in reader
    assert reader.count(f"seeAlso: cn=sipdefaults,ou=sip,{BASE}") == 2
    office.settled(office.document())


def test_tls_or_nothing(office: Office) -> None:
    a250, a251 = office.lab.host("a250"), office.lab.host("a251")
    office.change(office.document())
    add(a250, GUIDE)
    login = ["-x", "-D", READER, "-w", password(a250, "reader")]
    # Plain LDAP is for the host itself.
    assert a250.run(["ldapwhoami", *login, "-H", "ldap://127.0.0.1"]).stdout.startswith(f"dn:{READER}")
    refused = a251.run(["ldapwhoami", *login, "-H", f"ldap://{a250.address}"], check=False)
    assert "Can't contact LDAP server" in refused.stderr
    # A host that does not trust the fleet's authority does not connect at all.
    a251.run(
        ["env", "LDAPTLS_CACERT=/etc/hostname", "ldapwhoami", *login, "-H", f"ldaps://{a250.address}"],
        check=False,
    )
    stranger = a251.run(
        [
            "env",
            "LDAPTLS_CACERT=/etc/ssl/certs/ISRG_Root_X1.pem",
            "ldapwhoami",
            *login,
            "-H",
            f"ldaps://{a250.address}",
        ],
        check=False,
    )
    assert "Can't contact LDAP server" in stranger.stderr
    assert a251.run(["ldapwhoami", *login, "-H", f"ldaps://{a250.address}"]).stdout.startswith("dn:")
    # Somebody opens the plain port again: no password is good there, and the next look says it.
    a250.sh(
        "sed -i 's|^SLAPD_SERVICES=.*ldaps.*|SLAPD_SERVICES=\"ldapi:/// ldaps:/// ldap:///\"|' /etc/default/slapd"
    )
    a250.sh("systemctl restart slapd")
    refused = a251.run(["ldapwhoami", *login, "-H", f"ldap://{a250.address}"], check=False)
    assert "Invalid credentials" in refused.stderr
    seen = office.look(office.document())
    assert differences(office.document(), seen.observations["a250"]) == {
        "directory": ("slapd listens for plain LDAP from everywhere",)
    }
    office.change(office.document())


def test_there_is_room_for_a_million(office: Office) -> None:
    a250 = office.lab.host("a250")
    office.change(office.document())
    shown = a250.sh(f"ldapsearch -LLL {ROOT} -b cn=config '(olcSuffix={BASE})' olcDbMaxSize olcDbIndex")
    assert int(re.findall(r"olcDbMaxSize: (\d+)", shown)[0]) >= 4 << 30
    assert "olcDbIndex: astaccountname eq,pres,sub" in shown
    a250.sh("systemctl stop slapd")
    people = "\n".join(GUIDE.replace("6853", str(10_000 + n)) for n in range(3000))
    a250.run(["slapadd", "-q", "-b", BASE], input=people, timeout=120)
    a250.sh("chown -R openldap: /var/lib/ldap && systemctl start slapd")
    # More than slapd's limit of 500 for everybody else, and the look at it stays a look.
    everybody = search(a250, a250, READER, password(a250, "reader"), "(uid=nana*)", "uid")
    assert everybody.count("\nuid: ") == 3000
    began = time.monotonic()
    office.settled(office.document())
    assert time.monotonic() - began < 5
    # As an earlier AZDesk left it: short parts are in no index, and the old ones are of no use for longer parts.
    usual = "".join(
        f"dn: cn=config\nchangetype: modify\ndelete: {name}\n\n"
        for name in ("olcIndexSubstrIfMinLen", "olcIndexSubstrAnyLen")
    )
    a250.sh("systemctl stop slapd")
    a250.run(
        ["runuser", "-u", "openldap", "--", "slapmodify", "-n", "0", "-F", "/etc/ldap/slapd.d"], input=usual
    )
    a250.sh(f"runuser -u openldap -- slapindex -q -b {BASE} && systemctl start slapd")
    questions = ("(uid=*a10*)", "(uid=*a100*)", "(uid=n*)", "(AstAccountName=*999*)", "(cn=*na12001*)")

    def answers() -> list[int]:
        secret = password(a250, "reader")
        return [search(a250, a250, READER, secret, one, "uid").count("\nuid: ") for one in questions]

    before = answers()
    assert all(before)
    difference = "Searching for one or three letters takes long in a large directory"
    seen = office.look(office.document())
    assert differences(office.document(), seen.observations["a250"])["directory"] == (difference,)
    office.change(office.document())
    assert answers() == before, "also while slapd still makes the indices"
    time.sleep(1)
    assert answers() == before


def test_what_was_changed_by_hand_is_mended(office: Office) -> None:
    a250 = office.lab.host("a250")
    fleet = office.document()
    office.change(fleet)
    database = a250.sh(f"ldapsearch -LLL {ROOT} -b cn=config '(olcSuffix={BASE})' dn").split("\n")[0]
    edits = f"""dn: {PEOPLE}
changetype: modify
delete: seeAlso

dn: {READER}
changetype: modify
replace: userPassword
userPassword: another

{database}
changetype: modify
delete: olcLimits
-
add: olcAccess
olcAccess: {{0}}to * by * read
"""
    a250.run(["ldapmodify", *ROOT.split()], input=edits)
    a250.sh("rm /etc/azdesk/directory-check")
    seen = office.look(fleet)
    assert differences(fleet, seen.observations["a250"])["directory"] == (
        "The directory's rules are not as they should be: who may do what and limits",
        "The directory has another password for trying logins than is kept",
        "The directory has another password for the hosts' reader than is kept",
        "Entries of the directory are not as they should be: ou=People",
    )
    before = password(a250, "reader")
    office.change(fleet)
    assert password(a250, "reader") == before, "whoever uses it goes on doing so"
    assert "dn:" not in search(a250, a250, "", "", "(uid=*)", "uid")


def test_modes_of_passwords(office: Office) -> None:
    """The account that logins are tried with has what Asterisk compares with in each mode."""
    a250 = office.lab.host("a250")
    for mode in ("digest", "hashed", "plain"):
        office.change(office.document(directory__passwords=mode))
        found = a250.sh(
            f"ldapsearch -LLL {ROOT} -b {PEOPLE} '(uid=azcheck-a251)' AstAccountRealmedPassword AstAccountName"
        )
        number = re.findall(r"AstAccountName: (.*)", found)[0]
        kept = re.findall(r"AstAccountRealmedPassword: (.*)", found)[0]
        clear = password(a250, "check")
        digest = a250.sh(f"printf %s '{number}:asterisk:{clear}' | md5sum").split()[0]
        assert number.startswith("68")
        assert (kept == clear, kept == digest) == (mode == "plain", mode == "digest"), mode


@contextlib.contextmanager
def off(host: Host) -> Iterator[None]:
    host.power_off()
    yield
    host.power_on()


# -- failing, going away --------------------------------------------------------------------------------------------


def test_what_slapd_refuses_leaves_nothing_behind(office: Office) -> None:
    """Modules and schemas are loaded by then, which slapd does not let go of while it runs."""
    a250 = office.lab.host("a250")
    office.change(office.outside)
    before = state(a250)
    outcome = office.refused(office.document(directory__attributes__mail="noSuchAttribute"), "a250")
    assert 'index attribute "nosuchattribute" undefined' in outcome.message
    assert state(a250) == before
    assert a250.run(["systemctl", "is-active", "slapd"]).stdout.strip() == "active"
    assert "misc" not in a250.sh(f"ldapsearch -LLL {ROOT} -b cn=schema,cn=config -s one dn")


def test_what_nobody_can_reach_leaves_nothing_behind(office: Office) -> None:
    """At the very end, with all its data: nobody gets through to port 636."""
    a250 = office.lab.host("a250")
    office.change(office.outside)
    before = state(a250)
    rules = "table inet fault { chain in { type filter hook input priority 0; tcp dport 636 reject; }; }\n"
    a250.run(["nft", "-f", "-"], input=rules)
    outcome = office.refused(office.document(), "a250")
    assert "cannot look people up" in outcome.message
    assert state(a250) == before
    a250.run(["nft", "delete", "table", "inet", "fault"])
    office.change(office.document())
    # And of a directory that is there already a change is taken back from its data.
    before, had = state(a250), entries(a250)
    a250.run(["nft", "-f", "-"], input=rules)
    changed = office.document(directory__phones__max_contacts=9, directory__passwords="digest")
    assert "cannot look people up" in office.refused(changed, "a250").message
    assert state(a250) == before
    # All that people have is as before; of the accounts that logins are tried with AZDesk says that it has lost their passwords.
    assert without_checks(entries(a250)) == without_checks(had)
    assert differences(office.document(), office.look(office.document()).observations["a250"]) == {
        "directory": ("Entries of the directory are not as they should be: uid=azcheck-a251",)
    }
    a250.run(["nft", "delete", "table", "inet", "fault"])
    office.change(office.document())


def test_it_goes_with_a_backup(office: Office) -> None:
    a250 = office.lab.host("a250")
    office.change(office.outside)
    before = state(a250)
    fleet = office.document()
    office.change(fleet)
    add(a250, GUIDE)
    approved = office.look(office.outside)
    (gone,) = approved.plan.host("a250").irreversible
    assert gone.confirm == "a250"
    assert any("keeps the modules and schemas" in note.text for note in approved.plan.host("a250").notes)
    outcome = apply(office.session, approved).host("a250")
    assert outcome.state is HostState.CHANGED, outcome
    (backup,) = outcome.backups
    text = a250.sh(f"tar -xzOf /var/lib/azdesk/backups/{backup} directory.ldif")
    assert "dn: uid=nana6853" in text
    office.settled(office.outside)
    # It shows the certificate as long as the host has one.
    assert "olcTLSCertificateFile" in a250.read(f"{CONFIG}/cn=config.ldif").decode()
    bare = edit.with_value(office.outside, "authority.certificate", "")
    office.change(bare)
    after = state(a250)
    # Of all of it only modules and schemas have stayed.
    assert "azdesk" not in a250.sh(f"grep -rl azdesk {CONFIG} || true")
    assert a250.exists("/etc/azdesk") is False
    fresh = names_of(after) - names_of(before)
    assert {path.rpartition("/")[2] for path in fresh} == {"cn={4}misc.ldif", "cn={5}asterisk.ldif"}
    assert "/var/lib/ldap/azdesk" not in after[1]
    a250.sh("systemctl restart slapd")
    assert a250.run(["systemctl", "is-active", "slapd"]).stdout.strip() == "active"
    # And it can come back, with those who were in it.
    office.change(fleet)
    with People(office.session) as people:
        (found,) = [one for one in backups.listed(office.session, "a250") if one.name == backup]
        restoring = plan_of(people, found)
        assert [entry.dn for entry in restoring.difference.adds] == [f"uid=nana6853,{PEOPLE}"]
        assert restoring.difference.changes == ()
        assert carry_out(people, restoring).good
        assert plan_of(people, found).difference.empty
    a251 = office.lab.host("a251")
    seen = search(a251, a250, READER, password(a250, "reader"), "(uid=nana6853)", "AstAccountRealmedPassword")
    assert "e2cdbe09" in seen
    office.settled(fleet)


# -- followed -----------------------------------------------------------------------------------------------------


def contents(host: Host) -> str:
    """All entries with their passwords."""
    return host.sh(
        f"ldapsearch -LLL -o ldif-wrap=no {ROOT} -b {BASE} '(objectClass=*)' '*' entryUUID entryCSN contextCSN"
    )


def alike(one: Host, other: Host) -> None:
    deadline = time.monotonic() + 20
    while (there := contents(one)) != (here := contents(other)):
        assert time.monotonic() < deadline, "".join(
            difflib.unified_diff(there.splitlines(True), here.splitlines(True))
        )
        time.sleep(0.2)


def test_a_second_server_follows_and_stands_in(pair: Office) -> None:
    a250, a249, a251 = (pair.lab.host(name) for name in ("a250", "a249", "a251"))
    fleet = pair.document()
    approved = pair.change(fleet)
    assert [plan.host for plan in approved.plan if plan.steps][:2] == ["a250", "a249"]
    assert approved.plan.host("a249").after == ("a250",)
    alike(a250, a249)
    add(a250, GUIDE)
    alike(a250, a249)
    assert contents(a249).count("seeAlso") == contents(a250).count("seeAlso")
    # No secret of theirs has come to the workstation.
    seen = repr(pair.look(fleet).observations["a249"].states["directory"])
    assert "••replicator••" in seen
    assert password(a250, "replicator") not in seen
    assert not a249.exists("/etc/azdesk/directory-reader")
    # The same rules, the same answers; it refuses changes and says who takes them.
    reader = password(a250, "reader")
    found = search(a251, a249, READER, reader, "(uid=nana6853)", "AstAccountRealmedPassword", "seeAlso")
    assert "AstAccountRealmedPassword: e2cdbe09" in found
    assert found.count("seeAlso") == 1
    assert "No such object" in search(a251, a249, "", "", "(uid=nana6853)")
    edit_ = f"dn: uid=nana6853,{PEOPLE}\nchangetype: modify\nreplace: gecos\ngecos: x\n"
    refused = a249.run(["ldapmodify", *ROOT.split()], input=edit_, check=False)
    assert f"ldaps://{a250.address}:636" in refused.stdout + refused.stderr
    with off(a250):
        found = search(a251, a249, READER, reader, "(uid=nana6853)", "uid")
        assert "uid: nana6853" in found
        a249.run(["systemctl", "restart", "slapd"])
        assert "uid: nana6853" in search(a251, a249, READER, reader, "(uid=nana6853)", "uid")
    # Back again, it goes on.
    a250.run(["ldapmodify", *ROOT.split()], input=edit_)
    alike(a250, a249)
    pair.settled(fleet)


def test_the_follower_becomes_the_first(pair: Office) -> None:
    a250, a249 = pair.lab.host("a250"), pair.lab.host("a249")
    fleet = pair.document()
    pair.change(fleet)
    add(a250, GUIDE)
    alike(a250, a249)
    swapped = edit.reorder_hosts(fleet, ["a249", "a250", "a251"])
    approved = pair.look(swapped)
    assert approved.plan.host("a250").after == ("a249",)
    pair.change(swapped)
    assert "uid=nana6853" in contents(a249)
    alike(a249, a250)
    add(a249, GUIDE.replace("6853", "6855"))
    alike(a249, a250)


# -- adopted ------------------------------------------------------------------------------------------------------


def by_hand(host: Host) -> None:
    """A server as somebody set it up years ago: the guide's root DN, Asterisk's schema as it is published, Debian's rules."""
    schema = ["dn: cn=asterisk,cn=schema,cn=config", "objectClass: olcSchemaConfig", "cn: asterisk"]
    schema += [
        f"olcAttributeTypes: {text}"
        for text in asterisk_schema.attribute_types()
        if "DirectMedia" not in text
    ]
    schema += [
        f"olcObjectClasses: {text.replace(' $ AstAccountDirectMedia', '')}"
        for text in asterisk_schema.object_classes()
    ]
    host.run(["ldapadd", *ROOT.split()], input="\n".join(schema) + "\n")
    host.sh("mkdir /srv/ldap && chown openldap: /srv/ldap && chmod 700 /srv/ldap")
    host.run(
        ["ldapadd", *ROOT.split()],
        input=f"""dn: olcDatabase=mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: mdb
olcSuffix: {BASE}
olcDbDirectory: /srv/ldap
olcRootDN: cn=Manager,{BASE}
olcRootPW: manager
olcAccess: to attrs=userPassword by self write by anonymous auth by * none
olcAccess: to * by self write by * read
olcDbIndex: objectClass eq
olcDbIndex: cn,uid eq
""",
    )
    person = GUIDE.replace("AstAccountDirectMedia: no\n", "").replace(
        "objectClass: inetLocalMailRecipient\nuser", "user"
    )
    person = person.replace("mailHost: 192.168.11.251\n", "")
    base = f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: test\no: Test & Sons\n\n"
    people = f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: People\ndescription: ours\n\n"
    manager = ["-x", "-H", "ldapi:///", "-D", f"cn=Manager,{BASE}", "-w", "manager"]
    host.run(["ldapadd", *manager], input=base + people + person)


def test_a_server_made_by_hand_is_adopted(office: Office) -> None:
    a250, a251 = office.lab.host("a250"), office.lab.host("a251")
    by_hand(a250)
    fleet = office.document()
    seen = office.look(fleet)
    said = differences(fleet, seen.observations["a250"])["directory"]
    assert "The schema does not let an account have AstAccountDirectMedia" in said
    assert any(text.startswith("Others may read AstAccountRealmedPassword") for text in said), said
    assert "The database is full at 0.0098 GiB" in said
    notes = [note.text for note in seen.plan.host("a250").notes]
    assert any("it is adopted" in text for text in notes)
    assert not any(step.irreversible for step in seen.plan.host("a250").steps)
    # What anybody could read until now.
    assert "e2cdbe09" in a250.sh(f"ldapsearch -LLL -x -H ldap://127.0.0.1 -b {BASE} '(uid=nana6853)'")
    office.change(fleet)
    add(a250, GUIDE.replace("6853", "6857"))
    assert "e2cdbe09" not in a250.sh(f"ldapsearch -LLL -x -H ldap://127.0.0.1 -b {BASE} '(uid=nana6853)'")
    # All that was there still is: the admin's rules, names and numbers for everybody, the root DN with its password.
    assert "uid: nana6853" in a250.sh(
        f"ldapsearch -LLL -x -H ldap://127.0.0.1 -b {BASE} '(uid=nana6853)' uid"
    )
    login = f"-x -H ldapi:/// -D cn=Manager,{BASE} -w manager"
    assert "o: Test & Sons" in a250.sh(f"ldapsearch -LLL {login} -b {BASE} -s base")
    assert "description: ours" in a250.sh(f"ldapsearch -LLL {login} -b {PEOPLE} -s base")
    assert search(a251, a250, READER, password(a250, "reader"), "(uid=nana6853)", "*").count("e2cdbe09") == 1
    # slapd starts with it, which it does not with a schema that was mended in another one.
    a250.sh("systemctl restart slapd")
    office.settled(fleet)
    # Taken out of the document, it stays as it is: it was never AZDesk's.
    approved = office.look(office.outside)
    assert not approved.plan.host("a250").steps
    assert "uid: nana6857" in a250.sh(f"ldapsearch -LLL {login} -b {BASE} '(uid=nana6857)' uid")


def test_debians_own_database_is_adopted(office: Office) -> None:
    """What dpkg-reconfigure or a host without a domain makes; its admin gives everybody few entries at once."""
    fleet = office.document(directory__base="dc=nodomain")
    a250 = office.lab.host("a250")
    few = "dn: olcDatabase={1}mdb,cn=config\nchangetype: modify\nadd: olcLimits\nolcLimits: users size=1\n"
    a250.run(["ldapmodify", *ROOT.split()], input=few)
    office.change(fleet)
    shown = a250.sh(f"ldapsearch -LLL {ROOT} -b cn=config '(olcSuffix=*)' olcSuffix olcDbDirectory")
    assert shown.count("olcSuffix") == 1
    assert "olcDbDirectory: /var/lib/ldap\n" in shown
    for account in ("nana6853", "nana6854"):
        add(a250, GUIDE.replace(BASE, "dc=nodomain").replace("nana6853", account))
    # Already without a restart.
    reader = f"-x -H ldap://127.0.0.1 -D cn=azreader,dc=nodomain -w '{password(a250, 'reader')}'"
    assert (
        a250.sh(f"ldapsearch -LLL {reader} -b ou=People,dc=nodomain '(uid=nana*)' uid").count("uid: nana")
        == 2
    )
    assert "users size=1" in a250.sh(
        f"ldapsearch -LLL -o ldif-wrap=no {ROOT} -b cn=config '(olcLimits=*)' olcLimits"
    )


def test_a_schema_in_the_wrong_place_is_told(office: Office) -> None:
    a250 = office.lab.host("a250")
    by_hand(a250)
    later = "dn: cn=extra,cn=schema,cn=config\nobjectClass: olcSchemaConfig\ncn: extra\n"
    later += f"olcAttributeTypes: {asterisk_schema.attribute_type('AstAccountDirectMedia')}\n"
    a250.run(["ldapadd", *ROOT.split()], input=later)
    before = state(a250)
    plan = office.look(office.document()).plan.host("a250")
    assert plan.blocked
    assert any("The schema extra defines what belongs into" in note.text for note in plan.notes)
    assert state(a250) == before


# -- an old slapd --------------------------------------------------------------------------------------------------


def test_slapd_of_debian_11(old_host: Host, lab: Lab, tmp_path: Path) -> None:
    """2.4: the same, but that it does not go again by itself. There it is off until somebody wants it."""
    lab.reset("a251")
    office = Office(lab, tmp_path, {old_host.name: ["directory"], "a251": ["application"]})
    try:
        fleet = office.document()
        for _ in range(2):  # first it is started, then set up
            for one in apply(office.session, office.look(fleet)):
                assert one.good, (one.host, one.state, one.message)
        office.settled(fleet)
        add(old_host, GUIDE)
        a251 = lab.host("a251")
        assert "No such object" in search(a251, old_host, "", "", "(uid=*)", "dn")
        found = search(
            a251,
            old_host,
            READER,
            password(old_host, "reader"),
            "(uid=nana6853)",
            "AstAccountRealmedPassword",
            "seeAlso",
        )
        assert "e2cdbe09" in found
        assert "seeAlso" in found
        # It cannot let go of a database while it runs, says so, and nothing is lost.
        outcome = apply(office.session, office.look(office.outside)).host(old_host.name)
        assert outcome.state is HostState.ROLLED_BACK, outcome
        assert "unwilling to perform (53)" in outcome.message
        assert "uid: nana6853" in old_host.sh(f"ldapsearch -LLL {ROOT} -b {BASE} '(uid=nana6853)' uid")
        office.settled(fleet)
    finally:
        office.session.close()

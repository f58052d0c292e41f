"""People of real directories: shut out of real ejabberd and Asterisk, imported while slapd dies, over SSH as root and over TLS as the
manager."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from azdesk.app.people import People, changing, exporting, hosts, importing, looking, undoing
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.errors import BindRefused, DirectoryError, LinkError, SchemaViolation
from azdesk.core.progress import Job, Progress
from azdesk.core.secret import Secret
from azdesk.directory.bulk.plans import Action
from azdesk.directory.connection import check_bind
from azdesk.directory.endpoint import Endpoint, Simple
from azdesk.directory.people import Person
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from tests.lab.clients import sip
from tests.lab.clients.chat import Chat
from tests.lab.harness import Host, Lab
from tests.lab.harness import guide_directory as guide
from tests.lab.harness.active_directory import AdServer, active_directory
from tests.lab.harness.foreign_ldap import OPEN, LdapServer, foreign_ldap
from tests.lab.test_facts import RES_LDAP, bind_ejabberd, login

pytestmark = pytest.mark.timeout(300)


@dataclass
class Kept:
    """What the workstation keeps."""

    kept: dict[tuple[str, str], Secret] = field(default_factory=dict)

    def get(self, name: str, what: str) -> Secret | None:
        return self.kept.get((name, what))


def at_desk(
    lab: Lab, folder: Path, directory: dict[str, object], manager: str = "", *, bound: bool = False
) -> People:
    """AZDesk with a document that names this directory.

    Args:
        bound: whether chat and phones of a251 take their accounts from it.
    """
    binding = {"cluster": "test.local", "sip": {"accounts": "directory"}} if bound else {}
    fleet: Fleet = edit.with_values(
        Fleet(),
        {
            "credentials": {"root": {"method": "key", "key_file": str(lab.key_file)}},
            "directory": directory,
            "hosts": {
                "a250": {"address": lab.host("a250").address, "credential": "root", "roles": ["directory"]},
                "a251": {
                    "address": lab.host("a251").address,
                    "credential": "root",
                    "numbers": ["68XX"],
                    **binding,
                },
            },
            "clusters": {"test.local": {"accounts": "directory"}} if bound else {},
        },
    )
    trust = HostKeys(own=folder / "known_hosts", others=[lab.known_hosts])
    secrets = Kept({secret_names.manager(fleet): Secret(manager)})
    pool = HostPool(fleet, trust=trust)
    awaited = AwaitedStore(folder / "awaited.json")
    return People(Session(fleet, pool, secrets=secrets, awaited=awaited, who="anna@desk"))


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))


# -- shut out -------------------------------------------------------------------------------------------------


def bind_asterisk(host: Host, server: LdapServer, *, cache: str = "") -> None:
    """“SIP in LDAP” by hand."""
    server.add(
        f"dn: cn=sipdefaults,ou=sip,{server.base}\nobjectClass: applicationProcess\nobjectClass: AsteriskSIPUser\n"
        "cn: sipdefaults\nAstAccountAllowedCodec: !all,ulaw\nAstAccountCallLimit: 5\n"
    )
    host.write("/usr/local/share/ca-certificates/lab.crt", server.ca)
    host.run(["update-ca-certificates"])
    text = RES_LDAP.format(url=server.url, base=server.base, reader=server.reader, password=server.password)
    # Without the overlay that gives everybody seeAlso: codecs and places come from each entry.
    text = text.replace("accountBaseDN = seeAlso\n", "")
    host.write("/etc/asterisk/res_ldap.conf", text, owner="root:asterisk", mode=0o640)
    tables = {"endpoint": "ps_endpoints", "auth": "ps_auths", "aor": "ps_aors"}
    mapped = "".join(f'{table} => ldap,"{server.people}",{table[3:]}\n' for table in tables.values())
    host.write("/etc/asterisk/extconfig.conf", f"[settings]\n{mapped}")
    sorcery = "".join(
        f"{kind}=config,pjsip.conf,criteria=type={kind}\n"
        + (f"{kind}/cache={cache}\n" if cache else "")
        + f"{kind}=realtime,{table},allow_unqualified_fetch=no\n"
        for kind, table in tables.items()
    )
    host.write("/etc/asterisk/sorcery.conf", f"[res_pjsip]\n{sorcery}")
    host.write("/etc/asterisk/pjsip.conf", "[transport-udp]\ntype=transport\nprotocol=udp\nbind=0.0.0.0\n")
    host.sh("systemctl restart asterisk && asterisk -rx 'core waitfullybooted'")


@pytest.fixture
def foreign(lab: Lab) -> LdapServer:
    lab.reset("a250", "a251")
    return foreign_ldap(lab.host("a250"))


def of_foreign(lab: Lab, server: LdapServer, folder: Path, *, bound: bool = False, **more: object) -> People:
    named = {"base": server.base, "urls": [server.url], "manager": server.manager, "ca": server.ca}
    return at_desk(lab, folder, {**named, **more}, server.password, bound=bound)


@pytest.mark.parametrize("mode", ["plain", "digest"])
def test_who_is_shut_out_gets_into_neither_chat_nor_phones(
    lab: Lab, foreign: LdapServer, tmp_path: Path, mode: str
) -> None:
    host = lab.host("a251")
    bind_ejabberd(host, foreign, f'ldap_servers: ["{foreign.address}"]')
    bind_asterisk(host, foreign)
    if mode == "digest":
        text = host.read("/etc/asterisk/res_ldap.conf").decode()
        text = text.replace("password = AstAccountRealmedPassword", "md5_cred = AstAccountRealmedPassword")
        host.write("/etc/asterisk/res_ldap.conf", text, owner="root:asterisk", mode=0o640)
        host.sh("systemctl restart asterisk")
        host.sh("asterisk -rx 'core waitfullybooted'")
    with of_foreign(lab, foreign, tmp_path, passwords=mode) as people:
        who = Person(
            account="otto",
            name="Otto Größe",
            number="6860",
            codecs="!all,ulaw",
            max_contacts="5",
            home=host.address,
        )
        made = changing.add(people, who, Secret("Korrekt7Pferd"))

        def phone(password: str = "Korrekt7Pferd") -> int:
            return sip.register(host.address, "6860", password).code

        def chat(password: str = "Korrekt7Pferd") -> str:
            return login(host, "otto", password)

        assert (chat(), "not-authorized" in chat("wrong")) == ("", True)
        assert (phone(), phone("wrong"), phone("")) == (200, 401, 401)

        out = changing.set_enabled(people, made, False)
        entry = looking.entry(people, "otto")
        stored = [value.decode() for value in entry.attributes["userPassword"]]
        for tried in ("Korrekt7Pferd", "", *stored, *(one.partition("=")[2] for one in stored)):
            if tried:
                assert "not-authorized" in chat(tried), tried
            assert phone(tried) in (401, 403), tried

        back = changing.set_enabled(people, out, True)
        assert back.enabled
        assert chat() == ""
        assert phone() == 200

        # Another password, for both at once.
        changing.set_password(people, back, Secret("Richtig8Hund"))
        assert (chat("Richtig8Hund"), "not-authorized" in chat()) == ("", True)
        assert (phone("Richtig8Hund"), phone()) == (200, 401)

        changing.remove(people, back)
        assert "not-authorized" in chat("Richtig8Hund")
        assert phone("Richtig8Hund") in (401, 403, 404)


def test_hosts_forget_at_once_who_was_shut_out(lab: Lab, foreign: LdapServer, tmp_path: Path) -> None:
    host = lab.host("a251")
    bind_ejabberd(host, foreign, f'ldap_servers: ["{foreign.address}"]')
    bind_asterisk(
        host,
        foreign,
        cache="memory_cache,object_lifetime_stale=300,object_lifetime_maximum=900,expire_on_reload=yes",
    )

    def phone() -> int:
        return sip.register(host.address, "6860", "Korrekt7Pferd").code

    with of_foreign(lab, foreign, tmp_path, bound=True) as people:
        who = Person(account="otto", number="6860", codecs="!all,ulaw", max_contacts="5")
        made = changing.add(people, who, Secret("Korrekt7Pferd"))
        assert hosts.forget(people, [made]) == ()  # nothing there to be forgotten
        with Chat("otto@test.local", "Korrekt7Pferd", address=host.address):
            assert phone() == 200
            assert "otto@test.local" in host.sh("ejabberdctl connected_users")
            out = changing.set_enabled(people, made, False)
            assert phone() == 200, "Asterisk remembers the directory, so that phones survive its outage"
            assert hosts.forget(people, [out]) == ()
            assert phone() == 401
            assert "otto@test.local" not in host.sh("ejabberdctl connected_users")
        host.sh("systemctl stop asterisk ejabberd")
        host.sh("mv /usr/sbin/asterisk /usr/sbin/asterisk.away")
        try:
            (told,) = hosts.forget(people, [out])
        finally:
            host.sh("mv /usr/sbin/asterisk.away /usr/sbin/asterisk")
        assert told.startswith("a251 could not be told")


def test_a_phone_that_has_no_password_yet_is_no_open_door(
    lab: Lab, foreign: LdapServer, tmp_path: Path
) -> None:
    host = lab.host("a251")
    bind_asterisk(host, foreign)
    for mode in ("plain", "hashed"):
        with of_foreign(lab, foreign, tmp_path, passwords=mode) as people:
            number = "6861" if mode == "plain" else "6862"
            who = Person(account=f"new{number}", number=number, codecs="!all,ulaw", max_contacts="5")
            changing.add(people, who, None if mode == "plain" else Secret("Korrekt7Pferd"))
            for tried in ("", "x", "Korrekt7Pferd"):
                answer = sip.register(host.address, number, tried)
                assert answer.code == 401, answer.said
                assert answer.challenged


@pytest.mark.slow
def test_an_old_slapd_takes_nothing_that_is_kept_either(old_host: Host, lab: Lab, tmp_path: Path) -> None:
    server = foreign_ldap(old_host)
    with of_foreign(lab, server, tmp_path) as people:
        made = changing.add(people, Person(account="otto", number="6860"), Secret("Korrekt7Pferd"))

        def binds(password: str) -> bool:
            try:
                check_bind(Endpoint(url=server.url, authority=server.ca), Simple(made.dn, Secret(password)))
            except BindRefused:
                return False
            return True

        assert binds("Korrekt7Pferd")
        out = changing.set_enabled(people, made, False)
        kept = [value.decode() for value in looking.entry(people, "otto").attributes["userPassword"]]
        for tried in ("Korrekt7Pferd", *kept, *(one.partition("=")[2] for one in kept)):
            assert not (tried and binds(tried)), tried
        changing.set_enabled(people, out, True)
        assert binds("Korrekt7Pferd")


# -- imports --------------------------------------------------------------------------------------------------


@pytest.fixture
def own(lab: Lab, tmp_path: Path) -> Iterator[People]:
    """The fleet's own directory, as the guide has it, reached over SSH."""
    lab.reset("a250")
    guide.set_up(guide.LabPlace(lab.host("a250")))
    with at_desk(lab, tmp_path, {"base": guide.SUFFIX}) as people:
        yield people


def sheet(folder: Path, count: int) -> Path:
    path = folder / "people.csv"
    rows = "".join(f"user{n},Üser {n},{n},Passwort-{n}\n" for n in range(100000, 100000 + count))
    path.write_text(f"Account,Name,Number,Password\n{rows}", encoding="utf-8")
    return path


def test_slapd_dies_half_way_through_an_import(lab: Lab, own: People, tmp_path: Path) -> None:
    host = lab.host("a250")
    killed = False

    def seen(progress: Progress) -> None:
        nonlocal killed
        if progress.text == "Writing people" and progress.done >= 600 and not killed:
            killed = True
            host.sh("systemctl kill -s KILL slapd; systemctl stop slapd")

    path = sheet(tmp_path, 1500)
    result = importing.apply(own, importing.plan(own, path), batch=400, job=Job(seen))
    assert isinstance(result.stopped, DirectoryError)
    assert 600 <= len(result.done) < 1500
    assert len(result.done) + len(result.unknown) + len(result.left) == 1500
    with pytest.raises((DirectoryError, LinkError)):
        importing.resume(own)
    host.sh("systemctl reset-failed slapd; systemctl start slapd")
    again = importing.resume(own)
    there = again.plan.count(Action.UNCHANGED)
    assert len(result.done) <= there <= len(result.done) + len(result.unknown)
    assert importing.apply(own, again).good
    assert len(looking.find(own).people) == 1500
    assert undoing.undo(own).stopped is None
    assert looking.find(own).people == ()


def test_the_host_is_cut_off_half_way(lab: Lab, own: People, tmp_path: Path) -> None:
    host = lab.host("a250")
    cut = None

    def seen(progress: Progress) -> None:
        nonlocal cut
        if progress.text == "Writing people" and progress.done >= 300 and cut is None:
            cut = True
            # Every SSH connection ends at once; the host itself goes on.
            host.sh("pkill -KILL sshd-session || pkill -KILL -f 'sshd: root'")

    path = sheet(tmp_path, 800)
    result = importing.apply(own, importing.plan(own, path), batch=200, job=Job(seen))
    assert result.stopped is not None
    assert not result.good
    assert importing.apply(own, importing.resume(own)).good
    assert len(looking.find(own).people) == 800


def test_a_list_that_the_servers_limit_cuts(lab: Lab, foreign: LdapServer, tmp_path: Path) -> None:
    with of_foreign(lab, foreign, tmp_path) as people:
        path = sheet(tmp_path, 600)
        assert importing.apply(people, importing.plan(people, path)).good
    # The reader is not the manager, whom no limit holds: the 500 that slapd has by itself.
    with of_foreign(lab, foreign, tmp_path, manager="", reader=foreign.reader) as people:
        assert isinstance(people.session.secrets, Kept)
        people.session.secrets.kept[secret_names.reader(people.fleet)] = Secret(foreign.password)
        found = looking.find(people)
        assert (len(found.people), found.partial) == (500, True)
        assert "size limit" in found.why
        out = exporting.export(people, tmp_path / "out.csv")
        assert out.partial
        with pytest.raises(DirectoryError, match="does not tell all"):
            importing.plan(people, path)


def test_a_server_without_asterisks_classes(lab: Lab, tmp_path: Path) -> None:
    lab.reset("a250")
    server = foreign_ldap(lab.host("a250"), asterisk=False, acl=OPEN)
    with of_foreign(lab, server, tmp_path) as people:
        with pytest.raises(SchemaViolation, match=r"AstAccount|AsteriskSIPUser"):
            changing.add(people, Person(account="otto", number="6860"), Secret("Korrekt7Pferd"))
        with pytest.raises(SchemaViolation):
            importing.plan(people, sheet(tmp_path, 3))


# -- Active Directory -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_active_directory(lab: Lab, tmp_path: Path) -> None:
    server: AdServer = active_directory(lab)
    directory = {
        "kind": "active-directory",
        "base": server.base,
        "urls": [server.url],
        "reader": server.reader,
        "manager": server.admin,
        "ca": server.ca,
        "people": server.people,
    }

    def binds(who: str, password: str) -> bool:
        try:
            check_bind(Endpoint(url=server.url, authority=server.ca), Simple(who, Secret(password)))
        except BindRefused:
            return False
        return True

    with at_desk(lab, tmp_path, directory, server.password) as people:
        found = {who.account: who for who in looking.find(people).people}
        assert found["anna"].enabled
        assert not found["carla"].enabled
        assert {who.account for who in looking.find(people, "jörg mül").people} == {"jmüller"}
        assert {who.account for who in looking.find(people, "o'neil").people} == {"o'neil"}
        bob = looking.get(people, "bob")
        assert binds("bob@ad.test", server.password)
        out = changing.set_enabled(people, bob, False)
        assert not out.enabled
        assert not binds("bob@ad.test", server.password)
        assert changing.set_enabled(people, out, True).enabled
        assert binds("bob@ad.test", server.password)
        new = changing.add(
            people, Person(account="zoe", name="Zoë, Ünal", number="6899"), Secret("Korrekt7.Pferd")
        )
        assert (new.name, new.number, new.enabled) == ("Zoë, Ünal", "6899", True)
        assert binds("zoe@ad.test", "Korrekt7.Pferd")
        changing.set_password(people, new, Secret("Richtig8.Hund"))
        assert binds("zoe@ad.test", "Richtig8.Hund")
        path = tmp_path / "people.csv"
        path.write_text(
            "Account,Name,Durchwahl,Password\nyann,Yann,6898,Korrekt7.Pferd\nzoe,Zoe Neu,,\n",
            encoding="utf-8",
        )
        result = importing.apply(people, importing.plan(people, path))
        assert result.good, result
        assert binds("yann@ad.test", "Korrekt7.Pferd")
        assert looking.get(people, "zoe").name == "Zoe Neu"
        undone = undoing.undo(people)
        assert (undone.done, undone.kept) == (2, ())
        assert looking.get(people, "zoe").name == "Zoë, Ünal"
        changing.remove(people, looking.get(people, "zoe"))

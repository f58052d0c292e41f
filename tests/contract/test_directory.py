"""What AZDesk relies on in a directory server, held on the practice fleet's and on a real slapd alike."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from azdesk.core.errors import (
    AccessDenied,
    AlreadyExists,
    BindRefused,
    DirectoryLost,
    DirectoryRefused,
    DirectoryUnreachable,
    LimitReached,
    NoSuchEntry,
    SchemaViolation,
)
from azdesk.core.secret import Secret
from azdesk.directory import ldif
from azdesk.directory.connection import Directory
from azdesk.directory.endpoint import ANONYMOUS, EXTERNAL, Bind, Endpoint, Simple
from azdesk.directory.ldif import Change, Entry, Modify
from azdesk.fleet import edit, store
from azdesk.fleet.model import Credential, Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.hosts.relay import directory_of, directory_through
from azdesk.practice.files import Attributes
from azdesk.practice.fleet import PracticeFleet
from tests.lab.harness import Lab
from tests.lab.harness import guide_directory as guide
from tests.lab.harness.tls import Authority

A250, A251 = "a250", "a251"
COUNT = 1200
READER = Simple(guide.READER, Secret(guide.READER_PASSWORD))
ANNA = "anna100001"
BEN = "ben100002"


class Server(ABC):
    """A directory server on a250, set up as the guide has it, and a250 and a251 to reach it by."""

    name: str

    def __init__(self, place: guide.Place, fleet: Fleet, known_hosts: Path, folder: Path) -> None:
        self.place = place
        trust = HostKeys(own=folder / "known_hosts", others=[known_hosts])
        self.pool = HostPool(fleet, trust=trust)
        self.authority = guide.set_up(place)
        guide.load_people(place, COUNT)

    @contextmanager
    def as_root(self) -> Iterator[Directory]:
        with Directory.open(directory_of(self.pool, A250), EXTERNAL) as directory:
            yield directory

    def over_tls(self) -> Endpoint:
        """From a251, as somebody else's directory."""
        url = f"ldaps://{self.place.address}"
        return directory_through(self.pool, A251, url, self.authority.certificate)

    @contextmanager
    def as_somebody(self, bind: Bind) -> Iterator[Directory]:
        with Directory.open(self.over_tls(), bind) as directory:
            yield directory

    @abstractmethod
    def run(self, *argv: str, feed: str = "") -> tuple[int, str]:
        """Exit status of a program, and all it says, on a250."""


class PracticePlace:
    name = A250

    def __init__(self, practice: PracticeFleet) -> None:
        self.host = practice.host(A250)
        self.address = self.host.lan_address

    def do(self, *argv: str, feed: str = "") -> str:
        output = self.host.run(list(argv), feed=feed.encode())
        assert output is not None, argv
        assert output.exit == 0, (argv, output)
        return str(output.out)

    def put(self, path: str, text: str, *, owner: str, mode: int) -> None:
        self.host.files.write(path, text, Attributes(mode=mode, owner=owner, group=owner))

    def text(self, path: str) -> str:
        return self.host.files.text(path)

    def drop(self, path: str) -> None:
        if self.host.files.exists(path):
            self.host.files.remove(path)

    def give(self, *folders: str) -> None:
        """All is slapd's own there."""


class PracticeServer(Server):
    name = "practice"

    def __init__(self, folder: Path) -> None:
        self._practice = PracticeFleet.start((A250, A251), speed=100.0)
        fleet = store.parse(self._practice.fleet_document())
        super().__init__(PracticePlace(self._practice), fleet, self._practice.known_hosts, folder)

    def stop(self) -> None:
        self.pool.close()
        self._practice.stop()

    def run(self, *argv: str, feed: str = "") -> tuple[int, str]:
        output = self._practice.host(A250).run(list(argv), feed=feed.encode())
        assert output is not None
        return output.exit, output.err + output.out


class LabServer(Server):
    name = "lab"

    def __init__(self, lab: Lab, folder: Path) -> None:
        lab.reset(A250)
        fleet = edit.add_credential(
            Fleet(), "lab", Credential(user="root", method="key", key_file=str(lab.key_file))
        )
        for host in (A250, A251):
            fleet = edit.add_host(fleet, host, {"address": lab.host(host).address, "credential": "lab"})
        self._host = lab.host(A250)
        super().__init__(guide.LabPlace(self._host), fleet, lab.known_hosts, folder)

    def stop(self) -> None:
        self.pool.close()
        self._host.reset()

    def run(self, *argv: str, feed: str = "") -> tuple[int, str]:
        result = self._host.run(argv, input=feed, check=False)
        return result.returncode, result.stderr + result.stdout


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("practice", id="practice"),
        pytest.param("lab", id="lab", marks=[pytest.mark.lab, pytest.mark.timeout(300)]),
    ],
)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Shared by all tests here; whoever writes cleans up."""
    folder = tmp_path_factory.mktemp("directory")
    made: PracticeServer | LabServer
    if request.param == "lab":
        made = LabServer(request.getfixturevalue("lab"), folder)
    else:
        made = PracticeServer(folder)
    yield made
    made.stop()


@pytest.fixture
def root(server: Server) -> Iterator[Directory]:
    with server.as_root() as directory:
        yield directory


def dn(uid: str) -> str:
    return f"uid={uid},{guide.PEOPLE}"


def account(uid: str, **values: str) -> Entry:
    attributes = {"objectClass": [b"account", b"top"], "uid": [uid.encode()]}
    return Entry(
        dn=dn(uid), attributes=attributes | {name: [value.encode()] for name, value in values.items()}
    )


# -- who one is, and what the server says of itself ------------------------------------------------------------------


def test_root_needs_no_password(root: Directory) -> None:
    assert root.who_am_i() == f"dn:{guide.ROOT}"
    told = root.root_dse()
    assert told.naming_contexts == (guide.SUFFIX,)
    assert (told.config, told.vendor, told.sorts, told.views) == ("cn=config", "OpenLDAP", True, True)
    assert not told.active_directory


def test_the_schema(root: Directory) -> None:
    schema = root.schema()
    assert schema.attribute("ASTaccountname") is schema.attribute("1.3.6.1.4.1.22736.5.4.39")
    assert schema.rule("commonName", "equality") == "caseIgnoreMatch"
    sip = schema.object_class("asterisksipuser")
    assert sip is not None
    assert (sip.kind, sip.must) == ("auxiliary", ("cn",))
    direct = schema.attribute("AstAccountDirectMedia")
    assert direct is not None
    assert direct.oid in schema.may(["AsteriskSIPUser"])
    number = schema.attribute("uidNumber")
    assert number is not None
    assert number.oid in schema.must(["account", "posixAccount"])
    assert number.single
    assert schema.attribute("mailHost") is not None
    assert schema.object_class("noSuchClass") is None


def test_logins(server: Server) -> None:
    with server.as_somebody(READER) as directory:
        assert directory.who_am_i() == f"dn:{guide.READER}"
    with server.as_somebody(Simple(dn(ANNA), Secret("00000001"))) as directory:
        assert directory.who_am_i() == f"dn:{dn(ANNA)}"
    with server.as_somebody(ANONYMOUS) as directory:
        assert directory.who_am_i() == ""
    for bad in (Simple(guide.READER, Secret("wrong")), Simple(dn("nobody"), Secret("x"))):
        with pytest.raises(BindRefused, match="wrong password, or there is no such entry"):
            Directory.open(server.over_tls(), bad)
    with pytest.raises(BindRefused, match="is no name"):
        Directory.open(server.over_tls(), Simple("azreader", Secret("x")))
    with pytest.raises(BindRefused, match="does not know this kind of login"):
        Directory.open(server.over_tls(), EXTERNAL)


def test_no_password_in_clear(server: Server) -> None:
    loopback = directory_through(server.pool, A250, "ldap://127.0.0.1")
    with pytest.raises(BindRefused, match="takes no password without TLS"):
        Directory.open(loopback, READER)
    begun = directory_through(
        server.pool, A251, f"ldap://{server.place.address}", server.authority.certificate
    )
    with Directory.open(begun, READER) as directory:
        assert directory.who_am_i() == f"dn:{guide.READER}"


def test_certificates(server: Server) -> None:
    place = server.place
    strangers = directory_through(server.pool, A251, f"ldaps://{place.address}", Authority().certificate)
    with pytest.raises(DirectoryUnreachable, match="not issued by an authority that is trusted"):
        Directory.open(strangers, READER)
    for words, values in (
        ("has expired", {"addresses": [place.address], "days": (-30, -1)}),
        ("does not hold for", {"addresses": ["192.0.2.1"]}),
    ):
        guide.show_certificate(place, server.authority, **values)  # type: ignore[arg-type]
        guide.restart(place)
        try:
            with pytest.raises(DirectoryUnreachable, match=words):
                Directory.open(server.over_tls(), READER)
        finally:
            guide.show_certificate(place, server.authority, addresses=[place.address])
            guide.restart(place)
    with server.as_somebody(READER):
        pass


def test_nobody_listens(server: Server) -> None:
    with pytest.raises(DirectoryUnreachable, match=r"takes no connection there: No such file.*server runs"):
        Directory.open(directory_of(server.pool, A251), EXTERNAL)
    with pytest.raises(DirectoryUnreachable, match="takes no connection there: Connection refused"):
        Directory.open(directory_through(server.pool, A251, f"ldap://{server.place.address}:1389"), READER)


# -- who sees what ------------------------------------------------------------------------------------------------


def test_nobody_sees_nothing(server: Server) -> None:
    with server.as_somebody(ANONYMOUS) as directory:
        with pytest.raises(NoSuchEntry) as caught:
            directory.search(guide.SUFFIX)
        assert directory.read(dn(ANNA)) is None
        assert guide.SUFFIX not in str(caught.value.what)


def test_the_reader_sees_sip_secrets_and_no_login_passwords(server: Server) -> None:
    with server.as_somebody(READER) as directory:
        anna = directory.read(dn(ANNA))
        assert anna is not None
        assert anna.attributes["AstAccountRealmedPassword"] == [b"00000001"]
        assert "userPassword" not in anna.attributes
        found = directory.search(guide.SUFFIX, "(userPassword=*)", ["1.1"]).entries
        assert [entry.dn for entry in found] == [guide.READER], "its own, which it knows"
        with pytest.raises(AccessDenied):
            directory.modify(dn(ANNA), [Change(operation="replace", attribute="gecos", values=[b"x"])])
        with pytest.raises(AccessDenied):
            directory.add(account("intruder"))
        with pytest.raises(AccessDenied):
            directory.delete(dn(ANNA))


def test_people_see_their_own_secrets_only(server: Server) -> None:
    with server.as_somebody(Simple(dn(ANNA), Secret("00000001"))) as directory:
        wanted = ["userPassword", "AstAccountRealmedPassword", "cn"]
        found = directory.search(guide.PEOPLE, f"(|(uid={ANNA})(uid={BEN}))", wanted).entries
        assert {entry.dn: sorted(entry.attributes) for entry in found} == {
            dn(ANNA): ["AstAccountRealmedPassword", "cn", "userPassword"],
            dn(BEN): ["cn"],
        }
        directory.modify(
            dn(ANNA), [Change(operation="replace", attribute="userPassword", values=[b"another"])]
        )
    with server.as_somebody(Simple(dn(ANNA), Secret("another"))), server.as_root() as directory:
        directory.modify(
            dn(ANNA), [Change(operation="replace", attribute="userPassword", values=[b"00000001"])]
        )


# -- searching -----------------------------------------------------------------------------------------------------

FILTERS = [
    ("(uid=anna100001)", 1),
    ("(UID=ANNA100001)", 1),
    ("(commonName=anna100001)", 1),
    ("(0.9.2342.19200300.100.1.1=anna100001)", 1),
    ("(uid=anna*)", 93),
    ("(uid=*a100*1)", None),
    ("(|(uid=*1001*)(cn=*1001*)(AstAccountName=*1001*))", 101),
    ("(&(objectClass=posixAccount)(!(uid=a*)))", 1107),
    ("(uidNumber>=101190)", 10),
    ("(uidNumber<=100009)", 10),
    ("(uidNumber=0100001)", 0),
    ("(objectClass=top)", 1201),
    ("(objectClass=account)", 1200),
    ("(noSuchAttribute=x)", 0),
    ("(!(noSuchAttribute=x))", 0),
    ("(!(mail=x))", 1201),
    ("(mailHost=192.168.11.251)", 1200),
    ("(loginShell=/BIN/bash)", 0),
    (r"(AstAccountCallerID=anna100001<100001>)", 1),
    ("(AstAccountHost=dynamic)", 1200),
    ("(AstAccountName=*)", 1200),
    ("(cn:caseExactMatch:=anna100001)", 1),
    ("(cn:caseExactMatch:=ANNA100001)", 0),
]


@pytest.mark.parametrize(("text", "count"), FILTERS)
def test_filters(root: Directory, text: str, count: int | None) -> None:
    found = root.search(guide.PEOPLE, text, ["1.1"])
    assert not found.partial
    assert all(not entry.attributes for entry in found.entries)
    if count is not None:
        assert len(found.entries) == count


def test_scopes_and_attributes(root: Directory) -> None:
    assert [entry.dn for entry in root.search(guide.SUFFIX, scope="base").entries] == [guide.SUFFIX]
    assert {entry.dn for entry in root.search(guide.SUFFIX, scope="one").entries} == {
        guide.PEOPLE,
        guide.READER,
    }
    entry = root.read(dn(ANNA), ["UID", "noSuch", "createTimestamp"])
    assert entry is not None
    assert set(entry.attributes) == {"uid", "createTimestamp"}
    whole, own = root.read(dn(ANNA)), root.read(dn(ANNA), ["+"])
    assert whole is not None
    assert own is not None
    assert "entryUUID" not in whole.attributes
    assert {"entryUUID", "entryCSN", "modifyTimestamp", "structuralObjectClass"} <= set(own.attributes)
    assert own.attributes["structuralObjectClass"] == [b"account"]
    assert not set(own.attributes) & set(whole.attributes)
    both = root.read(dn(ANNA), ["*", "+"])
    assert both is not None
    assert set(both.attributes) == set(whole.attributes) | set(own.attributes)


def test_what_is_not_there(root: Directory) -> None:
    with pytest.raises(NoSuchEntry, match=f"nearest above it is {guide.SUFFIX}"):
        root.search(f"ou=Nope,{guide.SUFFIX}")
    with pytest.raises(NoSuchEntry):
        root.search("dc=elsewhere")
    assert root.read(dn("nobody")) is None
    with pytest.raises(DirectoryRefused, match="name is no valid one"):
        root.search("no name")


def test_limits_are_said(server: Server) -> None:
    with server.as_root() as root:
        found = root.search(guide.PEOPLE, "(uid=*)", ["uid"], limit=20)
        assert (len(found.entries), found.partial, found.why) == (
            20,
            True,
            "Only the first 20 were asked for.",
        )
    with server.as_somebody(Simple(dn(ANNA), Secret("00000001"))) as directory:
        found = directory.search(guide.PEOPLE, "(uid=*)", ["uid"])
        assert (len(found.entries), found.partial) == (500, True)
        assert "size limit" in found.why
        pages = list(directory.pages(guide.PEOPLE, "(uid=*)", ["uid"], 200))
        assert sum(len(page.entries) for page in pages) <= 500
        assert pages[-1].partial, "the limit counts over all pages"
        with pytest.raises(LimitReached):
            list(directory.each(guide.PEOPLE, "(uid=*)", ["uid"], page_size=200))
    with server.as_somebody(READER) as directory:
        assert len(list(directory.each(guide.PEOPLE, "(uid=*)", ["uid"]))) == COUNT
        assert sum(len(page.entries) for page in directory.pages(guide.PEOPLE, "(uid=*)", ["uid"])) == COUNT


def test_pages(root: Directory) -> None:
    pages = list(root.pages(guide.PEOPLE, "(uid=*)", ["uid"], 500))
    assert [len(page.entries) for page in pages] == [500, 500, 200]
    assert len({entry.dn for page in pages for entry in page.entries}) == COUNT
    exact = list(root.pages(guide.PEOPLE, "(uid=anna*)", ["uid"], 93))
    assert sum(len(page.entries) for page in exact) == 93
    ordered = list(root.pages(guide.PEOPLE, "(uid=*)", ["uid"], 700, "uid:caseIgnoreOrderingMatch"))
    names = [entry.attributes["uid"][0] for page in ordered for entry in page.entries]
    assert ordered[0].ordered
    assert names == sorted(names)
    assert len(names) == COUNT


def test_a_window_on_a_sorted_list(root: Directory) -> None:
    first = root.view(guide.PEOPLE, "(uid=*)", ["uid"], 0, 50, "uid:caseIgnoreOrderingMatch")
    assert (first.offset, first.total, len(first.entries)) == (0, COUNT, 50)
    later = root.view(guide.PEOPLE, "(uid=*)", ["uid"], 600, 50, "uid:caseIgnoreOrderingMatch", before=first)
    assert (later.offset, later.total, len(later.entries)) == (600, COUNT, 50)
    last = root.view(guide.PEOPLE, "(uid=*)", ["uid"], 1190, 50, "uid:caseIgnoreOrderingMatch", before=later)
    assert len(last.entries) == 10
    names = [entry.attributes["uid"][0] for part in (first, later, last) for entry in part.entries]
    assert names == sorted(names)
    back = root.view(guide.PEOPLE, "(uid=*)", ["uid"], 0, 3, "-uid:caseIgnoreOrderingMatch")
    assert back.entries[0].attributes["uid"] == last.entries[-1].attributes["uid"]


def test_compare(root: Directory) -> None:
    assert root.compare(dn(ANNA), "cn", b"ANNA100001")
    assert not root.compare(dn(ANNA), "cn", b"ben")
    with pytest.raises(DirectoryRefused):
        root.compare(dn(ANNA), "mail", b"x")
    with pytest.raises(NoSuchEntry):
        root.compare(dn("nobody"), "cn", b"x")


# -- changing ------------------------------------------------------------------------------------------------------


def test_a_whole_life(root: Directory) -> None:
    root.add(account("dora", description="first"))
    try:
        changes = [
            Change(operation="add", attribute="description", values=["zweite Größe".encode()]),
            Change(operation="delete", attribute="description", values=[b"FIRST"]),
            Change(operation="add", attribute="objectClass", values=[b"posixAccount"]),
            *(
                Change(operation="replace", attribute=name, values=[value])
                for name, value in [
                    ("cn", b"Dora"),
                    ("uidNumber", b"5"),
                    ("gidNumber", b"6"),
                    ("homeDirectory", b"/d"),
                ]
            ),
        ]
        root.modify(dn("DORA"), changes)
        entry = root.read(dn("dora"))
        assert entry is not None
        assert entry.attributes["description"] == ["zweite Größe".encode()]
        root.rename(dn("dora"), "uid=dora the 2nd")
        moved = root.read(dn("dora the 2nd"))
        assert moved is not None
        assert moved.attributes["uid"] == [b"dora the 2nd"]
        root.rename(dn("dora the 2nd"), "uid=dora", delete_old=False)
        kept = root.read(dn("dora"))
        assert kept is not None
        assert sorted(kept.attributes["uid"]) == [b"dora", b"dora the 2nd"]
    finally:
        root.delete(dn("dora"))
    assert root.read(dn("dora")) is None


def test_a_branch(root: Directory) -> None:
    branch = f"ou=Branch,{guide.SUFFIX}"
    below = f"uid=x,{branch}"
    root.add(Entry(dn=branch, attributes={"objectClass": [b"organizationalUnit"], "ou": [b"Branch"]}))
    root.add(Entry(dn=below, attributes={"objectClass": [b"account"], "uid": [b"x"]}))
    try:
        with pytest.raises(DirectoryRefused, match="entries below it"):
            root.delete(branch)
        root.rename(branch, "ou=Twig")
        assert root.read(below) is None
        root.rename(f"uid=x,ou=Twig,{guide.SUFFIX}", "uid=x", superior=guide.PEOPLE)
        assert root.read(dn("x")) is not None
        with pytest.raises(NoSuchEntry, match="no such entry"):
            root.rename(dn("x"), "uid=x", superior=f"ou=Nope,{guide.SUFFIX}")
    finally:
        root.delete(dn("x"))
        root.delete(f"ou=Twig,{guide.SUFFIX}")


def test_all_changes_of_an_entry_or_none(root: Directory) -> None:
    changes = [
        Change(operation="replace", attribute="gecos", values=[b"changed"]),
        Change(operation="add", attribute="mail", values=[b"a@b"]),
    ]
    with pytest.raises(SchemaViolation):
        root.modify(dn(ANNA), changes)
    entry = root.read(dn(ANNA))
    assert entry is not None
    assert entry.attributes["gecos"] == [b"anna100001 Louis"]


def test_many_changes(root: Directory) -> None:
    told: list[tuple[str, bool]] = []
    entries = [account(f"many{number}") for number in range(60)]
    records: list[ldif.Record] = [
        *entries[:40],
        account("many7"),
        *entries[40:],
        Modify(dn=dn("many1"), changes=(Change(operation="add", attribute="mail", values=[b"x"]),)),
    ]
    number = root.apply(
        records, lambda record, error: told.append((record.dn, error is None)), stop_at_first=False
    )
    assert number == 60
    assert sorted(each for each, good in told if not good) == [dn("many1"), dn("many7")]
    gone: list[ldif.Record] = [ldif.Delete(dn=entry.dn) for entry in entries]
    assert root.apply(gone, lambda _record, _error: None) == 60
    assert root.search(guide.PEOPLE, "(uid=many*)").entries == ()


REFUSED = [
    (Entry(dn=dn("t"), attributes={"uid": [b"t"]}), SchemaViolation, 65, "", "no objectClass"),
    (Entry(dn=dn("t"), attributes={"objectClass": [b"account", b"posixAccount"], "uid": [b"t"]}), SchemaViolation, 65, "cn", "cn is missing"),
    (account("t", mail="a@b"), SchemaViolation, 65, "mail", "mail is not allowed"),
    (account("t", fooBar="x"), SchemaViolation, 17, "fooBar", "does not know fooBar"),
    (Entry(dn=dn("t"), attributes={"objectClass": [b"nonsense"]}), SchemaViolation, 21, "objectClass", "objectClass may not have"),
    (account("t", uidNumber="abc"), SchemaViolation, 21, "uidNumber", "uidNumber may not have this value"),
    (account("t", createTimestamp="20260101000000Z"), SchemaViolation, 19, "createTimestamp", "no user modification"),
    (account("ANNA100001"), AlreadyExists, 68, "", "already"),
    (Entry(dn=f"uid=t,ou=Nope,{guide.SUFFIX}", attributes={"objectClass": [b"account"], "uid": [b"t"]}), NoSuchEntry, 32, "", guide.SUFFIX),
    (Entry(dn="uid=t,dc=elsewhere", attributes={"objectClass": [b"account"], "uid": [b"t"]}), DirectoryRefused, 53, "", "no global superior"),
    (ldif.Delete(dn=dn("nobody")), NoSuchEntry, 32, "", guide.PEOPLE),
    (ldif.Delete(dn=guide.PEOPLE), DirectoryRefused, 66, "", "entries below"),
    (ldif.Rename(dn=dn(ANNA), rdn=f"uid={BEN}"), AlreadyExists, 68, "", "already"),
    (Modify(dn=dn(ANNA), changes=(Change(operation="delete", attribute="mail"),)), SchemaViolation, 16, "mail", "mail"),
    (Modify(dn=dn(ANNA), changes=(Change(operation="add", attribute="uid", values=[b"ANNA100001"]),)), AlreadyExists, 20, "uid", "already"),
    (Modify(dn=dn(ANNA), changes=(Change(operation="replace", attribute="uid", values=[b"zz"]),)), SchemaViolation, 64, "uid", "name of an entry"),
    (Modify(dn=dn(ANNA), changes=(Change(operation="replace", attribute="objectClass", values=[b"inetOrgPerson"]),)), SchemaViolation, 69, "", "kind of an entry"),
    (Modify(dn=dn(ANNA), changes=(Change(operation="add", attribute="uidNumber", values=[b"7"]),)), SchemaViolation, None, "uidNumber", "uidNumber"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "kind", "code", "attribute", "words"), REFUSED)
def test_what_is_refused(
    root: Directory, record: ldif.Record, kind: type, code: int | None, attribute: str, words: str
) -> None:
    errors: list[object] = []
    root.apply([record], lambda _record, error: errors.append(error))
    (error,) = errors
    assert type(error) is kind, error
    assert isinstance(error, DirectoryRefused)
    assert code is None or error.code == code, error.said
    assert words in str(error)
    if attribute:
        assert error.attribute == attribute
    assert error.next_step or code in (12, 2)


def test_hostile_values_stay_values(root: Directory) -> None:
    from azdesk.directory import names

    for value in (
        "a*)(uid=*",
        "x,ou=People",
        " lead#",
        '\\,+"<>;',
        "zeile\nzwei",
        "\u202ertl",
        "ö" * 60,
        "#0401",
    ):
        entry = Entry(
            dn=names.child("cn", value, guide.PEOPLE),
            attributes={"objectClass": [b"applicationProcess"], "cn": [value.encode()]},
        )
        root.add(entry)
        try:
            found = root.search(guide.PEOPLE, f"(cn={names.escape_filter(value)})").entries
            assert [each.attributes["cn"] for each in found] == [[value.encode()]]
            assert names.same(found[0].dn, entry.dn)
        finally:
            root.delete(entry.dn)


# -- the server's own configuration, and its end -----------------------------------------------------------------------


def test_the_configuration_is_asked_and_changed(server: Server) -> None:
    with server.as_root() as root:
        rules = root.read(guide.DATABASE, ["olcAccess"])
        assert rules is not None
        before = rules.attributes["olcAccess"]
        shown = [value for value in before if value.startswith(b"{1}")]
        first = Change(operation="add", attribute="olcAccess", values=[b"{0}to attrs=gecos by * none"])
        root.modify(guide.DATABASE, [first])
        try:
            after = root.read(guide.DATABASE, ["olcAccess"])
            assert after is not None
            assert [value[:3] for value in after.attributes["olcAccess"]] == [
                b"{%d}" % n for n in range(len(before) + 1)
            ]
            assert after.attributes["olcAccess"][2][3:] == shown[0][3:]
            with server.as_somebody(READER) as reader:
                entry = reader.read(dn(ANNA))
                assert entry is not None
                assert "gecos" not in entry.attributes
        finally:
            root.modify(guide.DATABASE, [Change(operation="delete", attribute="olcAccess", values=[b"{0}"])])
        assert root.read(guide.DATABASE, ["olcAccess"]) == rules
        for attribute, value, words in (
            ("olcAccess", b"to nonsense by * read", "to clause"),
            ("olcDbIndex", b"nonsense eq", "undefined"),
            ("olcDbIndex", b"uid eq", "duplicate index"),
        ):
            with pytest.raises(DirectoryRefused, match=words):
                root.modify(guide.DATABASE, [Change(operation="add", attribute=attribute, values=[value])])


def test_defaults_from_an_entry_above(server: Server) -> None:
    """slapo-collect, which the phones' recipe stands on."""
    overlay = Entry(
        dn=f"olcOverlay=collect,{guide.DATABASE}",
        attributes={
            "objectClass": [b"olcOverlayConfig", b"olcCollectConfig"],
            "olcOverlay": [b"collect"],
            "olcCollectInfo": [f'"{guide.PEOPLE}" seeAlso'.encode()],
        },
    )
    with server.as_root() as root:
        with pytest.raises(SchemaViolation):
            root.add(overlay)
        module = Change(operation="add", attribute="olcModuleLoad", values=[b"collect"])
        root.modify("cn=module{0},cn=config", [module])
        root.add(overlay)
        also = Change(operation="replace", attribute="seeAlso", values=[guide.READER.encode()])
        root.modify(guide.PEOPLE, [also])
        try:
            entry = root.read(dn(ANNA), ["seeAlso"])
            assert entry is not None
            assert entry.attributes["seeAlso"] == [guide.READER.encode()]
            with pytest.raises(DirectoryRefused, match="already in list"):
                root.add(overlay)
        finally:
            root.modify(guide.PEOPLE, [Change(operation="delete", attribute="seeAlso")])
            root.delete(f"olcOverlay={{1}}collect,{guide.DATABASE}")


def test_the_server_ends_and_comes_back(server: Server) -> None:
    with server.as_root() as root:
        root.add(account("survivor"))
        server.place.do("systemctl", "stop", "slapd")
        try:
            with pytest.raises(DirectoryLost):
                root.read(dn(ANNA))
            assert not root.alive
            with pytest.raises(DirectoryUnreachable, match="server runs"):
                Directory.open(directory_of(server.pool, A250), EXTERNAL)
            assert "survivor" in server.place.do("slapcat", "-a", "(uid=survivor)")
        finally:
            guide.restart(server.place)
    deadline = time.monotonic() + 5
    while True:
        try:
            with server.as_root() as again:
                again.delete(dn("survivor"))
            break
        except DirectoryUnreachable:
            assert time.monotonic() < deadline
            time.sleep(0.1)


# -- the programs of the host -------------------------------------------------------------------------------------------

X = ("-Y", "EXTERNAL", "-H", "ldapi:///")
SAID = "SASL/EXTERNAL authentication started"
PROGRAMS = [
    (("ldapwhoami", *X), "", 0, [SAID, "SASL SSF: 0", f"SASL username: {guide.ROOT}", f"dn:{guide.ROOT}"]),
    (("ldapwhoami", "-Q", *X), "", 0, [f"dn:{guide.ROOT}"]),
    (("ldapwhoami", "-x", "-H", "ldapi:///"), "", 0, ["anonymous"]),
    (("ldapwhoami", "-x", "-H", "ldapi:///", "-D", guide.READER, "-w", "wrong"), "", 49, ["ldap_bind: Invalid credentials (49)"]),
    (("ldapwhoami", "-x", "-H", "ldap://127.0.0.1:999"), "", 255, ["ldap_sasl_bind(SIMPLE): Can't contact LDAP server (-1)"]),
    (("ldapwhoami", "-x", "-H", "ldap://127.0.0.1", "-D", guide.READER, "-w", "x"), "", 13,
     ["ldap_bind: Confidentiality required (13)", "\tadditional info: confidentiality required"]),
    (("ldapsearch", "-Q", *X, "-LLL", "-b", guide.PEOPLE, f"(uid={ANNA})", "uid", "userPassword"), "", 0,
     [f"dn: {dn(ANNA)}", f"uid: {ANNA}", "userPassword:: MDAwMDAwMDE=", ""]),
    (("ldapsearch", "-Q", *X, "-b", guide.PEOPLE, f"(uid={ANNA})", "uid"), "", 0,
     ["# extended LDIF", "#", "# LDAPv3", f"# base <{guide.PEOPLE}> with scope subtree", f"# filter: (uid={ANNA})",
      "# requesting: uid ", "#", "", f"# {ANNA}, People, test.local", f"dn: {dn(ANNA)}", f"uid: {ANNA}", "", "# search result",
      "search: 2", "result: 0 Success", "", "# numResponses: 2", "# numEntries: 1"]),
    (("ldapsearch", "-Q", *X, "-LLL", "-b", f"ou=Nope,{guide.SUFFIX}"), "", 32, ["No such object (32)", f"Matched DN: {guide.SUFFIX}"]),
    (("ldapsearch", "-Q", *X, "-LLL", "-b", guide.SUFFIX, "(uid=a"), "", 249, ["ldap_search_ext: Bad search filter (-7)"]),
    (("ldapsearch", "-Q", *X, "-LLL", "-s", "one", "-b", "cn=schema,cn=config", "dn"), "", 0,
     [line for number, name in enumerate(("core", "cosine", "nis", "inetorgperson", "misc", "asterisk"))
      for line in (f"dn: cn={{{number}}}{name},cn=schema,cn=config", "")]),
    (("ldapadd", "-Q", *X), f"dn: {dn('t')}\nobjectClass: account\nfooBar: x\n", 17,
     ["ldap_add: Undefined attribute type (17)", "\tadditional info: fooBar: attribute type undefined", f'adding new entry "{dn("t")}"', ""]),
    (("ldapmodify", "-Q", *X), f"dn: {dn('t')}\nuid: t\n", 247,
     [f'ldapmodify: modify operation type is missing at line 2, entry "{dn("t")}"']),
    (("ldapmodify", "-Q", "-c", *X), f"dn: {dn('t')}\nchangetype: delete\n\ndn: {dn('u')}\nchangetype: delete\n", 32,
     ["ldap_delete: No such object (32)", f"\tmatched DN: {guide.PEOPLE}"] * 2
     + [f'deleting entry "{dn("t")}"', f'deleting entry "{dn("u")}"', "", ""]),
    (("ldapmodify", "-Q", *X), f"dn: {dn(BEN)}\nchangetype: modify\nreplace: gecos\ngecos: {BEN} Louis\n-\n", 0,
     [f'modifying entry "{dn(BEN)}"', ""]),
    (("slaptest",), "", 0, ["config file testing succeeded"]),
    (("slapcat", "-a", "(olcSuffix=*)", "-n0"), "", 0, None),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "feed", "status", "lines"), PROGRAMS)
def test_programs(
    server: Server, argv: tuple[str, ...], feed: str, status: int, lines: list[str] | None
) -> None:
    code, said = server.run(*argv, feed=feed)
    assert code == status, said
    if lines is not None:
        assert sorted(said.splitlines()) == sorted(lines)

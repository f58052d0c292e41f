"""People, on a real slapd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from azdesk.app import numbering
from azdesk.app.people import People, changing, log, looking
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.errors import (
    BindRefused,
    Cancelled,
    CredentialError,
    DirectoryError,
    DirectoryLost,
    DirectoryRefused,
    LinkError,
    NoSuchEntry,
    SchemaViolation,
)
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.directory import names
from azdesk.directory.connection import check_bind
from azdesk.directory.endpoint import Endpoint, Simple
from azdesk.directory.people import Person
from azdesk.fleet import edit, store
from azdesk.fleet.model import Fleet
from tests.slapd import BASE, MANAGER, PASSWORD, PEOPLE, RootPool, Slapd, entries, needs_slapd

pytestmark = needs_slapd

DOCUMENT = """
version = 1
[directory]
base = "dc=test,dc=local"
[hosts.a250]
address = "192.168.11.250"
roles = ["directory"]
[hosts.a249]
address = "192.168.11.249"
roles = ["directory"]
[hosts.a251]
address = "192.168.11.251"
numbers = ["68XX"]
[hosts.a253]
address = "192.168.11.253"
numbers = ["69XX"]
"""


def fleet_of(text: str = DOCUMENT) -> Fleet:
    return store.parse(text)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("slapd")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Slapd]:
    with Slapd(tmp_path / "slapd") as made:
        yield made


def opened(server: Slapd, fleet: Fleet | None = None, **more: Any) -> People:
    pool: Any = RootPool(server, **more)
    session = Session(
        fleet or fleet_of(), pool, awaited=AwaitedStore(server.folder / "awaited.json"), who="anna@desk"
    )
    return People(session)


@pytest.fixture
def people(server: Slapd) -> Iterator[People]:
    with opened(server) as made:
        yield made


def nana(**values: Any) -> Person:
    given = {"account": "nana6853", "name": "Nana6853 Louis", "number": "6853", "home": "192.168.11.251"}
    return Person(**(given | values))


def binds(server: Slapd, account: str, password: str) -> bool:
    try:
        check_bind(Endpoint(url=server.url), Simple(f"uid={account},{PEOPLE}", Secret(password)))
    except BindRefused:
        return False
    return True


def test_a_person_comes_changes_and_goes(people: People, server: Slapd) -> None:
    made = changing.add(people, nana(), Secret("e2cdbe09"))
    assert made.dn == f"uid=nana6853,{PEOPLE}"
    assert made.has_password
    assert made.password is None
    assert looking.get(people, "nana6853", secrets=True).password == Secret("e2cdbe09")
    assert binds(server, "nana6853", "e2cdbe09")

    renamed = changing.change(people, made, replace(made, account="nana", name="Ñana Größe", number="6860",
                                                    mailbox="6860", uid_number="6860"))  # fmt: skip
    assert (renamed.dn, renamed.name, renamed.number) == (f"uid=nana,{PEOPLE}", "Ñana Größe", "6860")
    assert binds(server, "nana", "e2cdbe09")

    changing.set_password(people, renamed, Secret("Korrekt7Pferd"))
    assert not binds(server, "nana", "e2cdbe09")
    assert binds(server, "nana", "Korrekt7Pferd")

    changing.remove(people, renamed)
    with pytest.raises(NoSuchEntry):
        looking.get(people, "nana")


def test_the_guides_entry_to_the_byte(people: People, server: Slapd) -> None:
    changing.add(people, nana(), Secret("e2cdbe09"))
    from tests.unit.directory.test_people import comparable, guide

    server.stop()
    found = server.dump()[f"uid=nana6853,{PEOPLE}"]
    assert {name.lower(): values for name, values in found.items()} == comparable(guide())
    server.start()


def test_shut_out_and_in_again(people: People, server: Slapd) -> None:
    made = changing.add(people, nana(), Secret("e2cdbe09"))
    out = changing.set_enabled(people, made, False)
    assert not out.enabled
    for tried in ("e2cdbe09", "{DISABLED}userPassword=e2cdbe09", "{DISABLED}", "userPassword=e2cdbe09"):
        assert not binds(server, "nana6853", tried), tried
    with server.root() as root:
        entry = root.read(made.dn)
        assert entry is not None
        (phone,) = entry.attributes["AstAccountRealmedPassword"]
        assert phone != b"e2cdbe09"
        assert len(phone) == 32
    # Everybody can see it in a list, where no passwords are asked for.
    (listed,) = looking.find(people, "nana").people
    assert (listed.enabled, listed.has_password) == (False, None)
    changing.set_password(people, out, Secret("Korrekt7Pferd"))
    assert not binds(server, "nana6853", "Korrekt7Pferd")
    back = changing.set_enabled(people, out, True)
    assert back.enabled
    assert binds(server, "nana6853", "Korrekt7Pferd")
    with server.root() as root:
        entry = root.read(made.dn)
        assert entry is not None
        assert entry.attributes["AstAccountRealmedPassword"] == [b"Korrekt7Pferd"]
        assert b"shadowAccount" not in entry.attributes["objectClass"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": "6853", "account": "other"}, "Number"),
        ({"number": "6854"}, "Account"),
        ({"account": "NANA6853", "number": "6854"}, "Account"),
        ({"account": "other", "number": "6854", "uid_number": "6853"}, "Unix ID"),
        ({"account": "a b", "number": "6854"}, "Account"),
        ({"account": "root", "number": "6854"}, "Account"),
        ({"account": "azcheck-a251", "number": "6854"}, "Account"),
        ({"account": "other", "number": "6854", "name": "Eve\u202elol"}, "Name"),
        ({"account": "other", "number": "6854", "name": "x vPass: y"}, "Name"),
        ({"account": "other", "number": "06854"}, "Number"),
        ({"account": "other", "number": ""}, "Number: There is neither a number nor a Unix ID"),
    ],
)
def test_what_is_refused_names_the_field(people: People, values: dict[str, Any], field: str) -> None:
    changing.add(people, nana(), Secret("e2cdbe09"))
    with pytest.raises(DirectoryError, match=field):
        changing.add(people, nana(**values), Secret("e2cdbe09"))
    assert len(looking.find(people).people) == 1


def test_somebody_else_changed_it_meanwhile(people: People, server: Slapd) -> None:
    shown = changing.add(people, nana(), Secret("e2cdbe09"))
    with opened(server) as other:
        changing.change(other, shown, replace(shown, context="staff"))
    with pytest.raises(DirectoryError, match="staff"):
        changing.change(people, shown, replace(shown, context="guests"))
    # Another value is no conflict, and does not undo what the other one did.
    after = changing.change(people, shown, replace(shown, call_group="2"))
    assert (after.context, after.call_group) == ("staff", "2")


def test_a_renaming_that_is_refused_takes_the_rest_back(people: People, server: Slapd) -> None:
    made = changing.add(people, nana(), Secret("e2cdbe09"))
    with server.root() as root:
        from azdesk.directory.ldif import Entry

        root.add(Entry(dn=f"uid=taken,{PEOPLE}", attributes={"objectClass": [b"account"], "uid": [b"taken"]}))
    with pytest.raises(DirectoryRefused):
        changing.change(people, made, replace(made, account="taken", context="staff"))
    assert looking.get(people, "nana6853").context == "all"


def test_values_cannot_become_names_or_filters(people: People) -> None:
    account = "o'x,ou=sip+cn=y)(uid=*"
    with pytest.raises(DirectoryError, match="Account"):
        changing.add(people, nana(account=account), Secret("e2cdbe09"))
    made = changing.add(people, nana(account="x,ou=sip+cn=y)(uid=*", number="6854"), Secret("e2cdbe09"))
    assert names.same(made.dn, rf"uid=x\,ou\=sip\+cn\=y)(uid\=*,{PEOPLE}")
    assert looking.get(people, made.account).dn == made.dn
    changing.add(people, nana(), Secret("e2cdbe09"))
    assert [who.account for who in looking.find(people, ")(uid=*").people] == [made.account]
    assert [who.account for who in looking.find(people, "id=*").people] == [made.account]
    assert looking.find(people, "*").people == (), "nobody's account begins with it"
    with pytest.raises(NoSuchEntry):
        looking.get(people, "*")


def test_as_you_type(server: Slapd) -> None:
    server.stop()
    server.load("".join(entries(300)).encode())
    server.start()
    with opened(server) as people:
        assert len(looking.find(people).people) == 300
        assert {who.account for who in looking.find(people, "anna1 louis").people} == {
            who.account for who in looking.find(people).people if "anna1" in who.account
        }
        assert [who.number for who in looking.find(people, "100007").people] == ["100007"]
        assert len(looking.find(people, "00007").people) == 1
        assert len(looking.find(people, "lou").people) == 300
        assert looking.find(people, "anna nobody").people == ()
        some = looking.find(people, limit=10)
        assert len(some.people) == 10
        assert some.partial
        for key in ("account", "name", "home", "context", "number"):
            assert next(looking.pages(people, size=100, sort=key)).ordered, key
        found = list(looking.pages(people, size=100, sort="-number"))
        assert [len(page.people) for page in found] == [100, 100, 100]
        assert found[0].ordered
        assert found[0].people[0].number == "100299"


def test_a_list_that_a_limit_cut_says_so(tmp_path: Path) -> None:
    server = Slapd(tmp_path / "slapd", extra='limits dn.exact="cn=helpdesk,dc=test,dc=local" size=20\n')
    server.load("".join(entries(50)).encode())
    server.load(
        b"dn: cn=helpdesk,dc=test,dc=local\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\n"
        b"cn: helpdesk\nuserPassword: Helpdesk.1\n"
    )
    with server, foreign(server, "cn=helpdesk,dc=test,dc=local", "Helpdesk.1") as people:
        found = looking.find(people)
        assert (len(found.people), found.partial) == (20, True)
        assert "size limit" in found.why
        with pytest.raises(DirectoryError):
            looking.free_numbers(replace_numbers(people), "a251")


def replace_numbers(people: People) -> People:
    people.session.update(
        fleet_of(people_document(people.fleet.directory.urls[0], people.fleet.directory.manager, "10XXXX"))
    )
    return people


def test_numbers_of_everybody_are_read_for_the_number_plan(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numbering, "PAGE", 2)
    for at in range(5):
        changing.add(
            people, nana(account=f"nana{at}", name=f"Nana {at}", number=f"685{at}"), Secret("e2cdbe09")
        )
    seen: list[int] = []
    job = Job(lambda progress: seen.append(progress.done))
    found = numbering.of_people(people, job)
    assert found.accounts == {f"685{at}": (f"nana{at}",) for at in range(5)}
    assert not found.partial
    assert seen == [2, 4, 5]
    job.cancel()
    with pytest.raises(Cancelled):
        numbering.of_people(people, job)


def people_document(url: str, manager: str, numbers: str = "68XX") -> str:
    return (
        f'version = 1\n[directory]\nbase = "{BASE}"\nurls = ["{url}"]\nmanager = "{manager}"\n'
        f'[hosts.a251]\naddress = "192.168.11.251"\nnumbers = ["{numbers}"]\n'
    )


class Kept:
    """Secrets by name."""

    def __init__(self, value: str) -> None:
        self.value = value
        self.wrong: list[str] = []

    def get(self, name: str, what: str) -> Secret | None:
        return Secret(self.value) if self.value else None

    def rejected(self, name: str, what: str) -> None:
        self.wrong.append(name)


def foreign(server: Slapd, manager: str = MANAGER, password: str = PASSWORD) -> People:
    pool: Any = RootPool(server)
    fleet = fleet_of(people_document(server.url, manager))
    return People(Session(fleet, pool, secrets=Kept(password), who="anna@desk"))


def test_somebody_elses_directory(server: Slapd) -> None:
    with foreign(server) as people:
        made = changing.add(people, nana(), Secret("e2cdbe09"))
        assert not changing.set_enabled(people, made, False).enabled
        assert people.session.pool.asked == []  # type: ignore[attr-defined]


def test_its_login(server: Slapd) -> None:
    with foreign(server, password="wrong") as people:
        with pytest.raises(BindRefused):
            looking.find(people)
        assert people.session.secrets.wrong == [f"directory {MANAGER}"]  # type: ignore[union-attr]
    with foreign(server, password="") as people, pytest.raises(CredentialError, match="azdesk secret set"):
        looking.find(people)


def test_who_may_not_see_passwords_cannot_shut_out(tmp_path: Path) -> None:
    server = Slapd(
        tmp_path / "slapd",
        extra=f'access to attrs=userPassword by dn.exact="cn=help,{BASE}" =wx by anonymous auth by * none\n'
        f'access to * by dn.exact="cn=help,{BASE}" write by * break\n',
    )
    server.load(
        f"dn: cn=help,{BASE}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: help\n"
        "userPassword: Helpdesk.1\n".encode()
    )
    with server, opened(server) as root:
        changing.add(root, nana(), Secret("e2cdbe09"))
        with foreign(server, f"cn=help,{BASE}", "Helpdesk.1") as people:
            who = looking.get(people, "nana6853")
            with pytest.raises(NoSuchEntry, match="may not see the password"):
                changing.set_enabled(people, who, False)
            changing.set_password(people, who, Secret("Korrekt7Pferd"))
        assert binds(server, "nana6853", "Korrekt7Pferd")


def test_the_other_host_gives_lists_while_the_first_is_away(server: Slapd) -> None:
    with opened(server, away={"a250"}) as people:
        assert looking.find(people).people == ()
        assert people.read_only
        with pytest.raises(LinkError):
            changing.add(people, nana(), None)


def test_before_the_first_apply_it_says_what_to_do(server: Slapd) -> None:
    fleet = edit.with_value(fleet_of(), ("directory", "base"), "dc=other,dc=local")
    with opened(server, fleet) as people, pytest.raises(NoSuchEntry) as failed:
        looking.find(people)
    assert failed.value.where == "a250"
    assert "Apply the document" in failed.value.next_step


def test_a_server_without_asterisks_classes(tmp_path: Path) -> None:
    with Slapd(tmp_path / "slapd", asterisk=False) as server, opened(server) as people:
        with pytest.raises(SchemaViolation, match="AstAccountName"):
            changing.add(people, nana(), Secret("e2cdbe09"))
        assert looking.find(people).people == ()
        assert log.files(BASE) == ()


def test_free_numbers(people: People) -> None:
    assert looking.free_numbers(people, "a251", 2) == ("6800", "6801")
    changing.add(people, nana(number="6800"), None)
    changing.add(people, nana(number="6802", account="b"), None)
    assert looking.free_numbers(people, "a251", 2) == ("6801", "6803")
    assert looking.free_numbers(people, "a250") == ()


def test_who_breaks_the_recipe(people: People, server: Slapd) -> None:
    changing.add(people, nana(), Secret("e2cdbe09"))
    changing.add(people, nana(account="outside", number="7000"), Secret("e2cdbe09"))
    with server.root() as root:
        from azdesk.directory.ldif import Change

        changing.add(people, nana(account="broken", number="6860"), None)
        root.modify(
            f"uid=broken,{PEOPLE}",
            [
                Change(operation="replace", attribute="uidNumber", values=(b"6853",)),
                Change(operation="delete", attribute="AstAccountRealmedPassword"),
            ],
        )
    found = looking.check(people)
    assert found.people == 3
    told = {(one.who, one.field): one.text for one in found.findings}
    assert "phones cannot log in" in told["broken", "uid_number"] or "too" in told["broken", "uid_number"]
    assert "no host's block" in told["outside", "number"]
    assert ("nana6853", "number") not in told
    with server.root() as root:
        both = [
            Change(operation="replace", attribute=name, values=(b"6853",))
            for name in ("AstAccountName", "AstAccountMailbox", "uidNumber")
        ]
        root.modify(f"uid=outside,{PEOPLE}", both)
    shared = [(one.who, one.field) for one in looking.check(people).findings if one.text.endswith(", too.")]
    # Who has all of it is told of the number alone, who has the Unix ID alone of that.
    assert sorted(shared) == [("broken", "uid_number"), ("outside", "number")]
    texts = " ".join(str(one) for one in found.findings)
    assert "anybody may register one" in texts
    assert "6853 is" in texts


def test_the_connection_is_opened_again(people: People, server: Slapd) -> None:
    made = changing.add(people, nana(), None)
    server.kill()
    server.start()
    assert looking.get(people, "nana6853") == made
    server.kill()
    with pytest.raises((DirectoryLost, DirectoryError)):
        changing.set_password(people, made, Secret("Korrekt7Pferd"))
    server.start()
    changing.set_password(people, made, Secret("Korrekt7Pferd"))
    assert binds(server, "nana6853", "Korrekt7Pferd")


def test_every_write_is_in_the_log_without_passwords(people: People, data: Path) -> None:
    made = changing.add(people, nana(), Secret("e2cdbe09"))
    changing.set_password(people, made, Secret("Korrekt7Pferd"))
    made = changing.change(people, made, replace(made, context="staff"))
    with pytest.raises(DirectoryError):
        changing.write(
            people,
            changing.entries.changes(
                people.layout, looking.entry(people, made.dn), replace(made, uid_number="x")
            ),
            "Break it",
        )
    changing.remove(people, made)
    (path,) = log.files(BASE)
    assert path.stat().st_mode & 0o077 == 0
    text = path.read_text()
    assert "e2cdbe09" not in text
    assert "Korrekt7Pferd" not in text
    assert "ZTJjZGJlMDk" not in text
    newest = list(log.last(BASE))
    assert [one.split("anna@desk: ")[1].splitlines()[0] for one in newest] == [
        "Remove nana6853", "Break it", "Change nana6853", "Set the password of nana6853", "Add nana6853",
    ]  # fmt: skip
    assert "# refused: " in newest[1]
    assert "# done" in newest[4]
    assert "# userPassword: a password, not kept here" in newest[4]
    assert "# AstAccountName: 6853" in newest[0]
    # What is no comment in it is LDIF.
    from azdesk.directory import ldif

    assert len(list(ldif.read(path.read_bytes().splitlines(keepends=True)))) == 4


def test_nothing_is_written_without_a_log(people: People, data: Path) -> None:
    data.mkdir()
    (data / "people").write_text("in the way")
    with pytest.raises(DirectoryError, match="log of changes"):
        changing.add(people, nana(), None)
    assert looking.find(people).people == ()


def test_a_digest_holds_for_one_number(server: Slapd) -> None:
    fleet = fleet_of(DOCUMENT.replace("[directory]\n", '[directory]\npasswords = "digest"\n'))
    with opened(server, fleet) as people:
        made = changing.add(people, nana(), Secret("e2cdbe09"))
        assert binds(server, "nana6853", "e2cdbe09")
        with pytest.raises(DirectoryError, match="needs a new password"):
            changing.change(people, made, replace(made, number="6854", mailbox="6854", uid_number="6854"))
        new = replace(made, number="6854", mailbox="6854", uid_number="6854")
        changing.change(people, made, new, Secret("Korrekt7Pferd"))
        assert binds(server, "nana6853", "Korrekt7Pferd")
        entry = looking.entry(people, "nana6853")
        import hashlib

        assert entry.attributes["AstAccountRealmedPassword"] == [
            hashlib.md5(b"6854:asterisk:Korrekt7Pferd").hexdigest().encode()
        ]

"""People as values and as entries: the guide's one, new ones, and the smallest changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from azdesk.app.people.log import masked
from azdesk.core.secret import Secret
from azdesk.directory import ldif
from azdesk.directory.entries import changes, completed, following, inverse, new_entry
from azdesk.directory.ldif import Change, Delete, Entry, Modify, Rename
from azdesk.directory.people import FIELDS, Layout, Person, is_secret, person, plain, secret_free
from azdesk.fleet.accounts import Attributes, Directory
from tests.guide_entry import GUIDE

OPENLDAP = Layout.of(Directory(base="dc=test,dc=local"))
ACTIVE = Layout.of(
    Directory(
        base="DC=ad,DC=test",
        kind="active-directory",
        urls=("ldaps://dc.ad.test",),
        reader="CN=r,DC=ad,DC=test",
    )
)


def guide() -> Entry:
    (found,) = ldif.read(GUIDE.encode().splitlines(keepends=True))
    assert isinstance(found, Entry)
    return found


def nana() -> Person:
    return person(OPENLDAP, guide(), secrets=True)


def comparable(entry: Entry) -> dict[str, list[bytes]]:
    return {name.lower(): sorted(values) for name, values in entry.attributes.items()}


def test_every_attribute_of_the_guides_entry_has_its_place() -> None:
    found = nana()
    assert (found.account, found.name, found.number) == ("nana6853", "Nana6853 Louis", "6853")
    assert found.home == "192.168.11.251"
    assert (found.has_password, found.has_phone_password, found.enabled) == (True, True, True)
    assert found.password == Secret("e2cdbe09")
    assert not found.rest
    without = {"mail", "codecs", "max_contacts"}
    assert {one.key for one in FIELDS if not found.value(one.key)} == without


def test_a_new_person_gets_exactly_the_guides_entry() -> None:
    who = Person(account="nana6853", name="Nana6853 Louis", number="6853", home="192.168.11.251")
    made = new_entry(OPENLDAP, completed(OPENLDAP, who), Secret("e2cdbe09"))
    assert made.dn == guide().dn
    assert comparable(made) == comparable(guide())
    assert person(OPENLDAP, made, secrets=True) == nana()


def test_what_was_not_asked_for_is_not_known() -> None:
    found = person(OPENLDAP, guide())
    assert (found.has_password, found.password) == (None, None)
    assert "e2cdbe09" not in repr(nana())


def test_unknown_attributes_are_kept_and_shown() -> None:
    entry = guide()
    entry = Entry(
        dn=entry.dn,
        attributes={
            **entry.attributes,
            "description": [b"x"],
            "jpegPhoto": [b"\xff\xd8"],
            "mailHost": [b"a", b"b"],
        },
    )
    found = person(OPENLDAP, entry)
    assert found.rest == {"description": (b"x",), "jpegPhoto": (b"\xff\xd8",), "mailHost": (b"b",)}
    (change,) = changes(OPENLDAP, entry, replace(found, home="c"))
    assert change == Modify(
        dn=entry.dn,
        changes=(
            Change(operation="delete", attribute="mailHost", values=(b"a",)),
            Change(operation="add", attribute="mailHost", values=(b"c",)),
        ),
    )


def test_nothing_to_change_is_nothing() -> None:
    assert changes(OPENLDAP, guide(), nana()) == ()


def test_another_number_takes_along_what_followed_it() -> None:
    new = following(nana(), replace(nana(), number="6860", context="staff"))
    assert (new.mailbox, new.uid_number, new.caller_id) == ("6860", "6860", "nana6853<6860>")
    (change,) = changes(OPENLDAP, guide(), new)
    assert isinstance(change, Modify)
    assert {one.attribute for one in change.changes} == {
        "AstAccountName", "AstAccountMailbox", "uidNumber", "AstAccountCallerID", "AstAccountContext",
    }  # fmt: skip
    # What the admin set apart stays as it is.
    apart = replace(nana(), caller_id="Reception")
    assert following(apart, replace(apart, number="6860")).caller_id == "Reception"


def test_another_account_is_a_renaming() -> None:
    new = following(nana(), replace(nana(), account="nana, the <great>"))
    change, renaming = changes(OPENLDAP, guide(), new)
    assert renaming == Rename(dn=guide().dn, rdn=r"uid=nana\, the \<great\>", delete_old=True)
    assert isinstance(change, Modify)
    assert change.dn == guide().dn
    assert Change(operation="add", attribute="cn", values=(b"nana, the <great>",)) in change.changes


@pytest.mark.parametrize(
    ("name", "gecos", "cn"),
    [
        ("Jürgen Größe", "Juergen Groesse", "Jürgen Größe"),
        ("王小明", "", "王小明"),
        ("Ann: Lee", "Ann  Lee", "Ann: Lee"),
        ("Ann Lee", "Ann Lee", None),
    ],
)
def test_names_in_any_script_survive(name: str, gecos: str, cn: str | None) -> None:
    assert plain(name) == gecos
    made = new_entry(OPENLDAP, completed(OPENLDAP, Person(account="a", number="6801", name=name)), None)
    assert made.attributes.get("gecos", (b"",)) == (gecos.encode(),)
    assert made.attributes["cn"] == tuple(one.encode() for one in ("a", cn) if one)
    assert person(OPENLDAP, made).name == name
    # To another one and back.
    (there,) = changes(OPENLDAP, made, replace(person(OPENLDAP, made), name="Zoë"))
    assert isinstance(there, Modify)
    back = inverse(there)
    assert isinstance(back, Modify)
    assert {one.attribute for one in back.changes} <= {"gecos", "cn"}


def test_a_person_without_a_phone_has_no_sip_class() -> None:
    made = new_entry(
        OPENLDAP, completed(OPENLDAP, Person(account="chatonly", uid_number="20001")), Secret("abcdefgh")
    )
    assert b"AsteriskSIPUser" not in made.attributes["objectClass"]
    assert not any(name.startswith("AstAccount") for name in made.attributes)
    # Who gets a phone later gets the class with it.
    (change,) = changes(OPENLDAP, made, replace(person(OPENLDAP, made), number="6801"))
    assert isinstance(change, Modify)
    assert Change(operation="add", attribute="objectClass", values=(b"AsteriskSIPUser",)) in change.changes


def test_mail_goes_where_the_classes_allow_it() -> None:
    made = new_entry(OPENLDAP, completed(OPENLDAP, Person(account="a", number="6801", mail="a@b.c")), None)
    assert made.attributes["mailLocalAddress"] == (b"a@b.c",)
    assert person(OPENLDAP, made).mail == "a@b.c"
    entry = Entry(
        dn="uid=a,dc=x", attributes={"objectClass": [b"inetOrgPerson"], "uid": [b"a"], "cn": [b"a"]}
    )
    (change,) = changes(OPENLDAP, entry, replace(person(OPENLDAP, entry), mail="a@b.c"))
    assert change == Modify(
        dn="uid=a,dc=x", changes=(Change(operation="add", attribute="mail", values=(b"a@b.c",)),)
    )


def test_attributes_that_the_document_names() -> None:
    layout = Layout.of(Directory(base="dc=x", attributes=Attributes(name="displayName", mail="mail")))
    made = new_entry(
        layout, completed(layout, Person(account="a", number="1", name="Jürgen", mail="j@x")), None
    )
    assert made.attributes["displayName"] == ("Jürgen".encode(),)
    assert "gecos" not in made.attributes
    assert person(layout, made).mail == "j@x"


def test_active_directory() -> None:
    who = Person(account="anna", name="Anna Meier", number="6853", mail="anna@ad.test", home="ignored")
    made = new_entry(ACTIVE, completed(ACTIVE, who), Secret("Geheim.12345"))
    assert made.dn == "CN=Anna Meier,CN=Users,DC=ad,DC=test"
    assert made.attributes["unicodePwd"] == ('"Geheim.12345"'.encode("utf-16-le"),)
    assert made.attributes["userPrincipalName"] == (b"anna@ad.test",)
    assert made.attributes["userAccountControl"] == (b"512",)
    assert "mailHost" not in made.attributes
    found = person(ACTIVE, made)
    assert (found.account, found.name, found.number, found.mail, found.home) == (
        "anna", "Anna Meier", "6853", "anna@ad.test", "",
    )  # fmt: skip
    (change,) = changes(ACTIVE, made, replace(found, account="anna2"))
    assert isinstance(change, Modify)
    assert [one.attribute for one in change.changes] == [
        "sAMAccountName", "sAMAccountName", "userPrincipalName", "userPrincipalName",
    ]  # fmt: skip
    assert person(ACTIVE, new_entry(ACTIVE, completed(ACTIVE, who), None)).enabled is False


def test_the_way_back() -> None:
    assert inverse(guide()) == Delete(dn=guide().dn)
    (change,) = changes(OPENLDAP, guide(), replace(nana(), context="staff"))
    assert inverse(change) == Modify(
        dn=guide().dn,
        changes=(
            Change(operation="delete", attribute="AstAccountContext", values=(b"staff",)),
            Change(operation="add", attribute="AstAccountContext", values=(b"all",)),
        ),
    )
    renaming = Rename(dn="uid=a,ou=b,dc=c", rdn="uid=z")
    assert inverse(renaming) == Rename(dn="uid=z,ou=b,dc=c", rdn="uid=a")
    assert inverse(Delete(dn="uid=a")) is None


@pytest.mark.parametrize(
    "attribute",
    [
        "userPassword",
        "USERPASSWORD;lang-de",
        "unixUserPassword",
        "clearPassword",
        "sambaPasswordHistory",
        "ipaNTHash",
        "ms-Mcs-AdmPwd",
        "msLAPS-Password",
        "supplementalCredentials",
        "krb5Key",
        "googleSecret",
    ],
)
def test_passwords_are_known_by_their_names_in_any_schema(attribute: str) -> None:
    assert is_secret(attribute)
    entry = Entry(dn="uid=a,dc=test", attributes={"uid": (b"a",), attribute: (b"hunter2",)})
    assert secret_free(entry.attributes) == {"uid": (b"a",)}
    assert b"hunter2" not in b"".join(
        b"".join(values) for values in person(Layout.of(Directory(base="dc=test")), entry).rest.values()
    )
    change = Modify(
        dn=entry.dn,
        changes=(
            Change(operation="delete", attribute=attribute, values=(b"hunter2",)),
            Change(operation="add", attribute="gecos", values=(b"A",)),
        ),
    )
    shown, hidden = masked(change)
    assert shown == Modify(dn=entry.dn, changes=change.changes[1:])
    assert hidden == (attribute,)
    back = inverse(change)
    assert isinstance(back, Modify)
    assert [one.attribute for one in back.changes] == ["gecos"]


@pytest.mark.parametrize(
    "attribute", ["pwdLastSet", "badPwdCount", "krbPasswordExpiration", "seeAlso", "uid"]
)
def test_what_is_only_about_passwords_is_shown(attribute: str) -> None:
    assert not is_secret(attribute)

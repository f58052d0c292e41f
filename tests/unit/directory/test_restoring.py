"""A backup against the directory as it is: nothing is written that need not be, and nobody's place is taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from azdesk.core.errors import DirectoryError
from azdesk.directory import ldif, names
from azdesk.directory.ldif import Change, Delete, Entry, Record
from azdesk.directory.people import Layout
from azdesk.directory.restoring import Difference, Rules, There, difference
from azdesk.directory.schema import Schema
from azdesk.fleet.accounts import CHECK_PREFIX, Directory

BASE = "dc=test,dc=local"
PEOPLE = f"ou=People,{BASE}"
SCHEMA = Schema.of(
    [
        f"( 1.1.{number} NAME '{name}' {rule} )"
        for number, (name, rule) in enumerate(
            {
                "objectClass": "EQUALITY objectIdentifierMatch",
                "uid": "EQUALITY caseIgnoreMatch",
                "cn": "EQUALITY caseIgnoreMatch",
                "ou": "EQUALITY caseIgnoreMatch",
                "AstAccountName": "EQUALITY caseIgnoreMatch",
                "userPassword": "EQUALITY octetStringMatch",
                "seeAlso": "EQUALITY distinguishedNameMatch",
                "AstAccountFromUser": "",
                "entryUUID": "EQUALITY uuidMatch NO-USER-MODIFICATION USAGE directoryOperation",
                "structuralObjectClass": "EQUALITY objectIdentifierMatch NO-USER-MODIFICATION USAGE directoryOperation",
            }.items()
        )
    ],
    [],
)
RULES = Rules(
    layout=Layout.of(Directory(base=BASE)),
    schema=SCHEMA,
    ours=frozenset({names.comparable(f"cn=azreader,{BASE}"), names.comparable(PEOPLE)}),
    prefix=CHECK_PREFIX,
    shown=frozenset({b"cn=sipdefaults,ou=sip,dc=test,dc=local"}),
)


def entry(name: str, number: str = "6853", **more: bytes) -> Entry:
    values = {"objectClass": [b"account"], "uid": [name.encode()], "AstAccountName": [number.encode()]}
    return Entry(
        dn=f"uid={name},{PEOPLE}", attributes={**values, **{key: [value] for key, value in more.items()}}
    )


def compared(
    backup: Iterable[Record], there: Iterable[Entry] = (), *, only_missing: bool = False
) -> Difference:
    now: Mapping[str, Entry] = {names.comparable(one.dn): one for one in there}
    return difference(
        RULES,
        backup,
        There(RULES, now.values()),
        lambda dn: now.get(names.comparable(dn)),
        only_missing=only_missing,
    )


def test_what_servers_write_by_themselves_makes_no_difference() -> None:
    """Operational attributes, the case of names and classes, the order of values, and what all phones share."""
    then = Entry(
        dn=f"UID=Nana, {PEOPLE}",
        attributes={
            "objectclass": [b"top", b"ACCOUNT"], "uid": [b"nana"], "astaccountname": [b"6853"], "entryUUID": [b"1-2"],
            "structuralObjectClass": [b"account"],
        },
    )  # fmt: skip
    now = entry("nana", seeAlso=b"cn=sipdefaults,ou=sip,dc=test,dc=local")
    now = Entry(dn=now.dn, attributes={**now.attributes, "objectClass": [b"account", b"top"]})
    found = compared([then], [now])
    assert (found.empty, found.same, found.newer) == (True, 1, 0)


def test_who_is_gone_comes_back_below_what_is_above() -> None:
    unit = Entry(
        dn=f"ou=Sales,{PEOPLE}", attributes={"objectClass": [b"organizationalUnit"], "ou": [b"Sales"]}
    )
    inside = Entry(dn=f"uid=otto,ou=Sales,{PEOPLE}", attributes={"uid": [b"otto"], "entryUUID": [b"1-2"]})
    found = compared([inside, unit, entry("nana")], [entry("nana"), entry("newer", "6999")])
    assert [one.dn for one in found.adds] == [unit.dn, inside.dn]
    assert "entryUUID" not in found.adds[1].attributes
    assert (found.same, found.newer) == (1, 1)


def test_a_change_names_what_goes() -> None:
    then = entry("nana", userPassword=b"old", AstAccountFromUser=b"x")
    now = entry("nana", "6854", userPassword=b"new", AstAccountFromUser=b"y", cn=b"Nana")
    found = compared([then], [now])
    (one,) = found.changes
    assert one.back.changes == (
        Change(operation="replace", attribute="AstAccountFromUser", values=(b"x",)),
        Change(operation="delete", attribute="AstAccountName", values=(b"6854",)),
        Change(operation="add", attribute="AstAccountName", values=(b"6853",)),
        Change(operation="delete", attribute="cn", values=(b"Nana",)),
        Change(operation="delete", attribute="userPassword", values=(b"new",)),
        Change(operation="add", attribute="userPassword", values=(b"old",)),
    )
    assert found.secrets == 1
    assert "old" not in repr(found)
    only = compared([then], [now], only_missing=True)
    assert only.empty
    assert "stay so: 1" in only.kept[0].why


def test_accounts_of_azdesk_s_own_stay() -> None:
    reader = Entry(dn=f"cn=azreader,{BASE}", attributes={"cn": [b"azreader"], "userPassword": [b"old"]})
    now = Entry(dn=reader.dn, attributes={"cn": [b"azreader"], "userPassword": [b"new"]})
    check = entry(f"{CHECK_PREFIX}a251", "0")
    assert compared([reader, check], [now]).empty


def test_nobody_s_place_is_taken() -> None:
    gone = [entry("otto"), entry("emma", "6854")]
    found = compared(gone, [entry("newer", "6853"), entry("Emma2", "6860")])
    assert [one.dn for one in found.adds] == [gone[1].dn]
    assert "Somebody else has the number 6853 by now: uid=newer," in found.kept[0].why
    # Two who have changed places get their own back.
    found = compared([entry("a", "1"), entry("b", "2")], [entry("a", "2"), entry("b", "1")])
    assert (len(found.changes), found.kept) == (2, ())
    assert (
        "account nana"
        in compared([entry("nana")], [Entry(dn=f"cn=x,{PEOPLE}", attributes={"uid": [b"NANA"]})]).kept[0].why
    )


def test_what_the_directory_does_not_know() -> None:
    found = compared([entry("nana", sambaSID=b"S-1")])
    assert found.kept[0].why == "The directory does not know the attribute sambaSID."


@pytest.mark.parametrize(
    ("backup", "why"),
    [
        ([], "has no entries"),
        ([Delete(dn=PEOPLE)], "has changes in it"),
        ([Entry(dn="dc=nodomain", attributes={"dc": [b"nodomain"]})], "is of another directory"),
        (ldif.read(b"dn: uid=x,dc=test,dc=local\nuid:: ?\n".splitlines(keepends=True)), "base64"),
    ],
)
def test_what_is_no_backup_of_this_directory(backup: Iterable[Record], why: str) -> None:
    with pytest.raises(DirectoryError, match=why):
        compared(backup)

"""Passwords as the directory keeps them."""

from __future__ import annotations

import hashlib

import pytest

from azdesk.core.errors import DirectoryError
from azdesk.core.secret import Secret
from azdesk.directory import passwords
from azdesk.directory.entries import completed, new_entry
from azdesk.directory.ldif import Change, Entry, Modify
from azdesk.directory.people import Layout, Person, is_enabled, person
from azdesk.fleet.accounts import Directory

from .test_people import ACTIVE, OPENLDAP, comparable, guide

DIGEST = Layout.of(Directory(base="dc=test,dc=local", passwords="digest"))
HASHED = Layout.of(Directory(base="dc=test,dc=local", passwords="hashed"))


def carried_out(entry: Entry, change: Modify | None) -> Entry:
    """As a server does it, and as strictly."""
    assert change is not None
    found = {name: list(values) for name, values in entry.attributes.items()}
    for one in change.changes:
        values = found.setdefault(one.attribute, [])
        if one.operation == "replace":
            values[:] = one.values
        elif one.operation == "add":
            assert one.values
            assert not set(one.values) & set(values), one
            values += one.values
        else:
            assert values, one
            assert set(one.values) <= set(values), one
            values[:] = [value for value in values if one.values and value not in one.values]
    return Entry(dn=entry.dn, attributes={name: values for name, values in found.items() if values})


def test_generated_passwords_are_readable_and_all_different() -> None:
    made = {passwords.generate().reveal() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("0Oo1Il")
    for one in made:
        assert len(one) == 12
        assert not passwords.weakness(Secret(one))
        assert not passwords.unusable(Secret(one))
    assert len(passwords.generate(20).reveal()) == 20


def test_both_are_written_in_one_change() -> None:
    secret = Secret("Korrekt7Pferd")
    change = passwords.with_password(OPENLDAP, guide(), secret)
    assert change.changes == (
        Change(operation="replace", attribute="userPassword", values=(b"Korrekt7Pferd",)),
        Change(operation="replace", attribute="AstAccountRealmedPassword", values=(b"Korrekt7Pferd",)),
    )
    digest = passwords.with_password(DIGEST, guide(), secret).changes
    assert digest[1].values == (hashlib.md5(b"6853:asterisk:Korrekt7Pferd").hexdigest().encode(),)
    assert passwords.fits(digest[0].values[0], secret)
    assert not passwords.fits(digest[0].values[0], Secret("other"))
    hashed = passwords.with_password(HASHED, guide(), secret).changes
    assert hashed[0].values[0].startswith(b"{SSHA}")
    assert len(hashed[1].values[0]) == 32
    assert hashed[1].values != passwords.with_password(HASHED, guide(), secret).changes[1].values
    (active,) = passwords.with_password(ACTIVE, Entry(dn="CN=a", attributes={}), secret).changes
    assert active.attribute == "unicodePwd"


def test_no_phone_has_an_empty_password() -> None:
    made = new_entry(OPENLDAP, completed(OPENLDAP, Person(account="a", number="6801")), None)
    assert "userPassword" not in made.attributes
    assert len(made.attributes["AstAccountRealmedPassword"][0]) == 32
    found = person(OPENLDAP, made, secrets=True)
    assert (found.has_password, found.password) == (False, None)


@pytest.mark.parametrize("layout", [OPENLDAP, DIGEST, HASHED])
def test_shut_out_and_let_in_again(layout: Layout) -> None:
    before = carried_out(guide(), passwords.with_password(layout, guide(), Secret("Korrekt7Pferd")))
    out = carried_out(before, passwords.disabled(layout, before))
    assert not person(layout, out, secrets=True).enabled
    assert person(layout, out, secrets=True).password is None
    old = set(before.attributes["userPassword"]) | set(before.attributes["AstAccountRealmedPassword"])
    assert not old & set(out.attributes["userPassword"])
    assert not old & set(out.attributes["AstAccountRealmedPassword"])
    assert all(value.startswith(b"{DISABLED}") for value in out.attributes["userPassword"])
    # Without the right to see passwords it can be told, too.
    public = Entry(dn=out.dn, attributes={k: v for k, v in out.attributes.items() if k != "userPassword"})
    assert not person(layout, public).enabled
    assert passwords.disabled(layout, out) is None
    again = carried_out(out, passwords.enabled(layout, out))
    assert comparable(again) == comparable(before)
    assert passwords.enabled(layout, again) is None


def test_a_new_password_does_not_let_anybody_in() -> None:
    out = carried_out(guide(), passwords.disabled(OPENLDAP, guide()))
    changed = carried_out(out, passwords.with_password(OPENLDAP, out, Secret("Neu.Neu.Neu")))
    assert not person(OPENLDAP, changed).enabled
    assert changed.attributes["AstAccountRealmedPassword"] == out.attributes["AstAccountRealmedPassword"]
    back = carried_out(changed, passwords.enabled(OPENLDAP, changed))
    assert back.attributes["userPassword"] == [b"Neu.Neu.Neu"]
    assert back.attributes["AstAccountRealmedPassword"] == [b"Neu.Neu.Neu"]


def test_shadow_accounts_keep_what_they_had() -> None:
    attributes = {**guide().attributes, "shadowMax": [b"99"], "shadowExpire": [b"19000"]}
    attributes["objectClass"] = [*attributes["objectClass"], b"shadowAccount"]
    before = Entry(dn=guide().dn, attributes=attributes)
    out = carried_out(before, passwords.disabled(OPENLDAP, before))
    assert out.attributes["shadowExpire"] == [b"1"]
    assert comparable(carried_out(out, passwords.enabled(OPENLDAP, out))) == comparable(before)


def test_born_shut_out() -> None:
    who = completed(OPENLDAP, Person(account="a", number="6801", enabled=False))
    made = new_entry(OPENLDAP, who, Secret("Korrekt7Pferd"))
    assert not person(OPENLDAP, made).enabled
    assert b"Korrekt7Pferd" not in made.attributes["userPassword"]
    back = carried_out(made, passwords.enabled(OPENLDAP, made))
    assert back.attributes["userPassword"] == [b"Korrekt7Pferd"]


def test_active_directory_has_a_bit_for_it() -> None:
    entry = Entry(dn="CN=a", attributes={"userAccountControl": [b"66048"]})
    out = carried_out(entry, passwords.disabled(ACTIVE, entry))
    assert out.attributes["userAccountControl"] == [b"66050"]
    assert carried_out(out, passwords.enabled(ACTIVE, out)).attributes == {"userAccountControl": [b"66048"]}


def test_other_flags_of_an_account_stay_even_where_the_number_is_negative() -> None:
    flags = -(1 << 31) + 66048
    entry = Entry(dn="CN=a", attributes={"userAccountControl": [str(flags).encode()]})
    out = carried_out(entry, passwords.disabled(ACTIVE, entry))
    assert out.attributes["userAccountControl"] == [str(flags + 2).encode()]
    assert not is_enabled(ACTIVE, out.attributes)
    back = carried_out(out, passwords.enabled(ACTIVE, out))
    assert back.attributes["userAccountControl"] == [str(flags).encode()]


@pytest.mark.parametrize("value", [b"", b"\xc2\xb2", b"0x202", b"99999999999", b"4294967295"])
def test_flags_that_cannot_be_read_are_not_overwritten(value: bytes) -> None:
    entry = Entry(dn="CN=a", attributes={"userAccountControl": [value]} if value else {})
    with pytest.raises(DirectoryError, match="userAccountControl"):
        passwords.disabled(ACTIVE, entry)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " a2345678",
        "a2345678 ",
        "a\n2345678",
        "a\u202e2345678",
        "a\x002345678",
        "{SSHA}abcdefgh",
        "x" * 300,
    ],
)
def test_unusable(text: str) -> None:
    assert passwords.unusable(Secret(text))
    with pytest.raises(DirectoryError) as raised:
        passwords.with_password(OPENLDAP, guide(), Secret(text))
    assert not text.strip() or text not in str(raised.value)


@pytest.mark.parametrize("text", ["short", "12345678", "nana6853", "Password1!", "aaaaaaaa", "abababababab"])
def test_weak(text: str) -> None:
    assert passwords.weakness(Secret(text), "nana6853")

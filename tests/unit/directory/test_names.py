"""Distinguished names and escaping: whatever is put in comes out, and stays one value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.core.errors import DirectoryError
from azdesk.directory import filters, names

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1)
ATTRIBUTE = st.sampled_from(["uid", "CN", "2.5.4.11", "AstAccountName"])


@given(TEXT, ATTRIBUTE)
def test_a_value_in_a_name_comes_out_again(value: str, attribute: str) -> None:
    dn = names.child(attribute, value, "ou=People,dc=test,dc=local")
    steps = names.parsed(dn)
    assert steps[0] == ((attribute, value.encode()),)
    assert names.written(steps[1:]) == "ou=People,dc=test,dc=local" == names.parent(dn)
    assert names.is_below(dn, "DC=Test, DC=local")


@given(st.lists(st.lists(st.tuples(ATTRIBUTE, st.binary(min_size=1)), min_size=1, max_size=3), max_size=4))
def test_names_are_written_and_read_alike(steps: list[list[tuple[str, bytes]]]) -> None:
    name = tuple(tuple(rdn) for rdn in steps)
    assert names.parsed(names.written(name)) == name


@given(st.text())
def test_whatever_is_no_name_says_so(text: str) -> None:
    try:
        names.parsed(text)
    except DirectoryError as error:
        assert error.next_step


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("uid=nana6853,ou=People,dc=test,dc=local", "UID=Nana6853 , OU=people,DC=TEST,dc=local"),
        ("cn=a+sn=b,dc=x", "sn=B + cn=A;dc=x"),
        (r"cn=J\C3\BCrg,dc=x", "cn=jürg,dc=x"),
        ("cn=a  b,dc=x", "cn=a b,dc=x"),
        ("cn=#04026162,dc=x", "cn=ab,dc=x"),
        (r"cn=a\,b,dc=x", r"cn=a\2cB,dc=x"),
    ],
)
def test_the_same_entry_under_two_spellings(one: str, other: str) -> None:
    assert names.same(one, other)


@pytest.mark.parametrize(
    "dn",
    ["uid", "uid=a,", "=a", "uid=a,,dc=x", 'uid="a",dc=x', r"uid=a\zz,dc=x", "uid=#zz", "u_d=a", "uid=a\\"],
)
def test_no_names(dn: str) -> None:
    with pytest.raises(DirectoryError, match="is no name of an entry"):
        names.parsed(dn)


def test_what_is_not_below() -> None:
    assert not names.is_below("dc=test,dc=local", "ou=People,dc=test,dc=local")
    assert not names.is_below("uid=a,ou=People,dc=other", "dc=test,dc=local")
    assert not names.is_below("uid=a,xdc=local", "dc=local")
    assert names.is_below("dc=local", "")


@given(st.one_of(st.text(), st.binary()))
def test_a_value_in_a_filter_stays_one_value(value: str | bytes) -> None:
    if isinstance(value, str):
        value = value.encode("utf-8", "ignore").decode()
    raw = value.encode() if isinstance(value, str) else value
    text = f"(&(objectClass=posixAccount)(uid={names.escape_filter(value)}))"
    found = filters.parsed(text)
    assert isinstance(found, filters.Junction)
    assert found.parts[1:] == (filters.Comparison("=", "uid", raw),)

"""What is typed, as filters."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from azdesk.directory import filters
from azdesk.directory.filters import Comparison, Filter, Junction, Present, Substrings
from azdesk.directory.people import Person
from azdesk.directory.search import exactly, matches, people_filter, sort_key, sort_key_of_server

from .test_people import ACTIVE, OPENLDAP


def shape(found: Filter) -> object:
    """A filter without the values."""
    if isinstance(found, Junction):
        return (found.kind, tuple(shape(part) for part in found.parts))
    if isinstance(found, Substrings):
        return (found.attribute, tuple(bool(piece) for piece in found.pieces))
    assert isinstance(found, Comparison | Present)
    return found.attribute


@given(
    st.text(min_size=4, max_size=40).filter(lambda text: len(text.split()) == 1 and len(text.split()[0]) >= 4)
)
def test_nothing_typed_changes_the_filter(text: str) -> None:
    word = text.split(maxsplit=1)[0]
    made = filters.parsed(people_filter(OPENLDAP, text))
    assert shape(made) == shape(filters.parsed(people_filter(OPENLDAP, "abcd")))
    assert isinstance(made, Junction)
    assert isinstance(made.parts[1], Junction)
    for part in made.parts[1].parts:
        assert isinstance(part, Substrings)
        assert part.pieces[1] == word.encode("utf-8", "surrogatepass")


def test_words_are_all_wanted() -> None:
    assert people_filter(OPENLDAP, "") == "(&(objectClass=posixAccount)(!(uid=azcheck-*)))"
    assert people_filter(OPENLDAP, "68 nana") == (
        "(&(objectClass=posixAccount)"
        "(|(uid=68*)(gecos=68*)(cn=68*)(AstAccountName=68*))"
        "(|(uid=*nana*)(gecos=*nana*)(cn=*nana*)(AstAccountName=*nana*))"
        "(!(uid=azcheck-*)))"
    )
    assert "(gecos=*lou*)" in people_filter(OPENLDAP, "lou")
    assert "(AstAccountName=*685*)" in people_filter(OPENLDAP, "685")
    assert "(uid=l*)" in people_filter(OPENLDAP, "l")
    assert "(anr=nana)" in people_filter(ACTIVE, "nana")
    filters.parsed(people_filter(ACTIVE, "na*na )("))


def test_exactly() -> None:
    assert exactly(OPENLDAP, account="a*", number="") == r"(&(objectClass=posixAccount)(|(uid=a\2a)))"
    filters.parsed(exactly(OPENLDAP))


def test_order() -> None:
    people = [
        Person(account=name, number=number)
        for name, number in [("a", "100"), ("b", "99"), ("c", ""), ("d", "x")]
    ]
    assert "".join(who.account for who in sorted(people, key=lambda who: sort_key(who, "number"))) == "badc"
    assert sort_key_of_server(OPENLDAP, "number", backwards=True) == "-uidNumber:integerOrderingMatch"
    assert sort_key_of_server(OPENLDAP, "enabled") == ""
    assert sort_key_of_server(ACTIVE, "name") == "displayName"


def test_matching_here() -> None:
    who = Person(account="nana6853", name="Nana Größe", number="6853")
    assert matches(who, "GRÖSSE 68") or matches(who, "größe 68")
    assert matches(who, "")
    assert not matches(who, "nana 7")

"""Filters: text, meaning, bytes; the bytes as another library reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.core.errors import DirectoryError
from azdesk.directory import ber, filters
from azdesk.directory.filters import Comparison, Filter, Junction, Matching, Present, Substrings

ATTRIBUTE = st.sampled_from(["uid", "cn;lang-de", "1.2.3", "AstAccountName"])
PIECES = st.lists(st.binary(min_size=1), min_size=1, max_size=3)
ITEM: st.SearchStrategy[Filter] = st.one_of(
    st.builds(Comparison, st.sampled_from(["=", ">=", "<=", "~="]), ATTRIBUTE, st.binary()),
    st.builds(Present, ATTRIBUTE),
    st.builds(lambda name, pieces: Substrings(name, (b"", *pieces, b"")), ATTRIBUTE, PIECES),
    st.builds(
        lambda name, first, last: Substrings(name, (first, last)),
        ATTRIBUTE,
        st.binary(min_size=1),
        st.binary(),
    ),
    st.builds(Matching, ATTRIBUTE, st.sampled_from(["", "2.5.13.2"]), st.binary(), st.booleans()),
)
FILTER = st.recursive(
    ITEM,
    lambda inner: st.one_of(
        st.builds(lambda kind, parts: Junction(kind, tuple(parts)), st.sampled_from(["and", "or"]), st.lists(inner, max_size=4)),
        st.builds(lambda part: Junction("not", (part,)), inner),
    ),
    max_leaves=12,
)  # fmt: skip


@given(FILTER)
def test_what_is_sent_is_read_alike(value: Filter) -> None:
    assert filters.from_ber(ber.Reader(filters.to_ber(value))) == value


@given(st.text())
def test_any_text_is_a_filter_or_says_why_not(text: str) -> None:
    try:
        filters.parsed(text)
    except DirectoryError as error:
        assert "is no filter" in error.what


@given(st.binary())
def test_any_bytes_are_a_filter_or_none(data: bytes) -> None:
    try:
        filters.from_ber(ber.Reader(data))
    except ber.BerError:
        pass


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("uid=6801", Comparison("=", "uid", b"6801")),
        ("(uid=*)", Present("uid")),
        ("(uid=**)", Substrings("uid", (b"", b""))),
        ("(uid=68*)", Substrings("uid", (b"68", b""))),
        ("(cn=*a*b\\2a*)", Substrings("cn", (b"", b"a", b"b*", b""))),
        ("(uidNumber>=5)", Comparison(">=", "uidNumber", b"5")),
        ("(uidNumber<=5)", Comparison("<=", "uidNumber", b"5")),
        ("(cn~=jon)", Comparison("~=", "cn", b"jon")),
        ("(cn=a=b)", Comparison("=", "cn", b"a=b")),
        ("(cn=)", Comparison("=", "cn", b"")),
        ("(&)", Junction("and", ())),
        ("(memberOf:1.2.840.113556.1.4.1941:=cn=x)", Matching("memberOf", "1.2.840.113556.1.4.1941", b"cn=x")),
        ("(ou:dn:=People)", Matching("ou", "", b"People", True)),
        ("(:2.5.13.2:=x)", Matching("", "2.5.13.2", b"x")),
        ("(!(|(a=1)(b=2)))", Junction("not", (Junction("or", (Comparison("=", "a", b"1"), Comparison("=", "b", b"2"))),))),
    ],
)  # fmt: skip
def test_texts(text: str, meaning: Filter) -> None:
    assert filters.parsed(text) == meaning


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("(uid=a", "“[)]” is missing"),
        ("(uid=a)(uid=b)", "ends here"),
        ("(uid)", "“=” is missing"),
        ("(=a)", "attribute belongs"),
        ("(u d=a)", "attribute belongs"),
        ("(uid=a(b)", "parenthesis"),
        (r"(uid=a\zz)", "hexadecimal"),
        (r"(uid=a\)", "hexadecimal"),
        ("(!(a=1)(b=2))", "one part"),
        ("((", "is missing"),
        ("(&" * 80, "nested"),
        ("(&x)", "belongs here"),
    ],
)
def test_no_filters(text: str, why: str) -> None:
    with pytest.raises(DirectoryError, match=why):
        filters.parsed(text)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "text",
    [
        "(&(objectClass=posixAccount)(|(uid=68*)(cn=*an*na*)(!(uidNumber>=7000))))",
        "(AstAccountName=*)",
        r"(cn=a\2a\28\29\5c\00b)",
        "(cn~=x)",
        "(ou:2.5.13.2:=People)",
    ],
)
def test_another_library_sends_the_same(text: str) -> None:
    from ldap3.operation.search import search_operation
    from pyasn1.codec.ber import encoder

    theirs = search_operation("", text, "SUBTREE", 0, ["*"], 0, 0, False, None, None)["filter"]
    assert filters.encoded(text) == encoder.encode(theirs)

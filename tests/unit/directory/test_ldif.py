"""LDIF is written as RFC 2849 has it, and whatever is read comes back or is refused with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.core.errors import DirectoryError
from azdesk.directory import ldif
from azdesk.directory.ldif import Change, Delete, Entry, Modify, Record, Rename

NANA = "uid=nana6853,ou=People,dc=test,dc=local"


def lines(text: str | bytes) -> list[bytes]:
    return (text.encode() if isinstance(text, str) else text).splitlines(keepends=True)


def read(text: str | bytes) -> list[Record]:
    return list(ldif.read(lines(text)))


names = st.sampled_from(["cn", "uid", "userPassword", "jpegPhoto", "AstAccountName", "description;lang-en"])
values = st.lists(st.binary(max_size=200), min_size=1, max_size=3)
dns = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
attributes = st.dictionaries(names, values, min_size=1, max_size=4)
operations = st.sampled_from(["add", "delete", "replace"])
records = st.one_of(
    st.builds(Entry, dn=dns, attributes=attributes),
    st.builds(
        Modify,
        dn=dns,
        changes=st.lists(
            st.builds(Change, operation=operations, attribute=names, values=values.map(tuple)),
            min_size=1, max_size=3,
        ).map(tuple),
    ),
    st.builds(Delete, dn=dns),
    st.builds(Rename, dn=dns, rdn=dns, delete_old=st.booleans(), superior=dns),
)  # fmt: skip


@given(st.lists(records, max_size=4), st.booleans())
def test_what_is_written_is_read_back(made: list[Record], changes: bool) -> None:
    text = b"".join(ldif.written(made, changes=changes))
    assert text.isascii()
    assert all(len(line.rstrip(b"\n")) <= ldif.WIDTH for line in lines(text))
    found = read(text)
    assert [_plain(record) for record in found] == [_plain(record) for record in made]


def _plain(record: Record) -> Record:
    if isinstance(record, Entry):
        return Entry(dn=record.dn, attributes={name: list(many) for name, many in record.attributes.items()})
    return record


@given(st.binary(max_size=400))
def test_garbage_is_refused_or_read_but_never_crashes(data: bytes) -> None:
    try:
        list(ldif.read(lines(data)))
    except DirectoryError as error:
        assert error.what.startswith("Line ")


def test_the_guides_entry() -> None:
    (entry,) = read(
        f"dn: {NANA}\nuid: nana6853\nobjectClass: account\nobjectClass: posixAccount\nuserPassword:: ZTJjZGJlMDk=\n"
        "gecos: Nana6853\n  Louis\n# a comment\n that goes on\nAstAccountCallerID: nana6853<6853>\n"
    )
    assert isinstance(entry, Entry)
    assert entry.attributes["userPassword"] == [b"e2cdbe09"]
    assert entry.attributes["objectClass"] == [b"account", b"posixAccount"]
    assert entry.attributes["gecos"] == [b"Nana6853 Louis"]
    assert entry.attributes["AstAccountCallerID"] == [b"nana6853<6853>"]


def test_windows_line_ends_and_a_mark_at_the_beginning() -> None:
    (entry,) = read(b"\xef\xbb\xbfversion: 1\r\n\r\ndn: o=x\r\no: x\r\nO: y\r\n\r\n\r\n")
    assert entry == Entry(dn="o=x", attributes={"o": [b"x", b"y"]})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("cn: x\n", "Line 1: a record begins with dn, not with cn"),
        ("dn: o=x\n", "Line 1: the entry has no attributes"),
        ("dn: o=x\no: x\n\ndn: o=y\nno colon here\n", "Line 5: is no “attribute: value”"),
        ("dn: o=x\nuserPassword:: not base64!\n", "Line 2: the value of userPassword is not base64"),
        ("dn: o=x\njpegPhoto:< file:///etc/shadow\n", "Line 2: names a file or URL to read"),
        ("version: 2\ndn: o=x\n", "Line 1: only version 1"),
        ("dn: o=x\nchangetype: explode\n", "there is no changetype “explode”"),
        ("dn: o=x\nchangetype: modify\nadd: mail\nsn: x\n-\n", "Line 4: here only values of mail"),
        ("dn: o=x\nchangetype: modify\nbend: mail\n-\n", "“bend” is not add, delete or replace"),
        ("dn: o=x\nchangetype: delete\nsn: x\n", "Line 3: nothing follows"),
        (b"dn: o=\xff\no: x\n", "Line 1: is not UTF-8"),
        ("dn: o=x\ncontrol: 1.2.3\nchangetype: delete\n", "Line 2: has a control"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str | bytes, says: str) -> None:
    with pytest.raises(DirectoryError) as error:
        list(ldif.read(lines(text), where="people.ldif"))
    assert says in str(error.value)
    assert error.value.where == "people.ldif"


def test_a_value_without_end_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ldif, "LONGEST_LINE", 1000)
    with pytest.raises(DirectoryError, match="Line 2: is longer"):
        read("dn: o=x\no: " + "x" * 2000 + "\n")
    with pytest.raises(DirectoryError, match="Line 2: is longer"):
        read("dn: o=x\no: x\n" + " yyyyyyyyy\n" * 300)

"""Messages: what is sent is what another library would send, and what it sends is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.directory import ber, controls, messages, requests
from azdesk.directory.ldif import Change, Entry

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
NAME = st.text("abzÄß中", min_size=1, max_size=200)
ATTRIBUTES = st.dictionaries(NAME, st.lists(st.binary(max_size=300), max_size=4), max_size=5)


def theirs(data: bytes) -> Any:
    """A message as ldap3 understands it: operation, its parts."""
    from ldap3.protocol.rfc4511 import LDAPMessage
    from pyasn1.codec.ber import decoder

    found, rest = decoder.decode(data, asn1Spec=LDAPMessage())
    assert rest == b""
    return found


@given(NAME, ATTRIBUTES)
def test_add(dn: str, attributes: dict[str, list[bytes]]) -> None:
    found = theirs(messages.message(300, requests.add(dn, attributes)))
    assert int(found["messageID"]) == 300
    operation = found["protocolOp"]["addRequest"]
    assert str(operation["entry"]) == dn
    read = {str(each["type"]): [bytes(v) for v in each["vals"]] for each in operation["attributes"]}
    assert {k: sorted(v) for k, v in read.items()} == {k: sorted(v) for k, v in attributes.items()}


@given(NAME, ATTRIBUTES)
def test_add_is_what_ldap3_makes(dn: str, attributes: dict[str, list[bytes]]) -> None:
    from ldap3.operation.add import add_operation
    from ldap3.protocol.rfc4511 import ProtocolOp
    from ldap3.utils.asn1 import encode

    made = add_operation(dn, {name: list(values) for name, values in attributes.items()}, auto_encode=False)
    whole = encode(ProtocolOp().setComponentByName("addRequest", made))
    assert sorted(requests.add(dn, attributes)) == sorted(whole)  # values are a set, in whatever order
    if all(len(values) < 2 for values in attributes.values()):
        assert requests.add(dn, attributes) == whole


def test_requests_as_another_library_reads_them() -> None:
    def one(operation: bytes) -> Any:
        found = theirs(messages.message(1, operation))["protocolOp"]
        return found.getComponent()

    assert bytes(one(requests.simple_bind("cn=a", b"p\xff"))["authentication"]["simple"]) == b"p\xff"
    sasl = one(requests.external_bind())["authentication"]["sasl"]
    assert (str(sasl["mechanism"]), bytes(sasl["credentials"])) == ("EXTERNAL", b"")
    changes = one(requests.modify("cn=a", [Change(operation="replace", attribute="cn", values=[b"x"])]))
    assert int(changes["changes"][0]["operation"]) == 2
    assert str(one(requests.delete("cn=a"))) == "cn=a"
    renamed = one(requests.rename("cn=a,dc=x", "cn=b", delete_old=True, superior="dc=y"))
    assert (str(renamed["newrdn"]), bool(renamed["deleteoldrdn"]), str(renamed["newSuperior"])) == (
        "cn=b",
        True,
        "dc=y",
    )
    compared = one(requests.compare("cn=a", "uid", b"v"))["ava"]
    assert (str(compared["attributeDesc"]), bytes(compared["assertionValue"])) == ("uid", b"v")
    assert int(one(requests.abandon(70000))) == 70000
    assert str(one(requests.extended(messages.START_TLS))["requestName"]) == messages.START_TLS
    search = one(requests.search("dc=x", "one", "(cn=*)", ["cn", "1.1"], limit=5, seconds=9))
    assert [int(search["scope"]), int(search["sizeLimit"]), int(search["timeLimit"])] == [1, 5, 9]
    assert [str(name) for name in search["attributes"]] == ["cn", "1.1"]


def test_controls_as_another_library_reads_them() -> None:
    from ldap3.operation.search import search_operation  # noqa: F401 - makes its codecs known
    from ldap3.protocol.rfc2696 import paged_search_control
    from pyasn1.codec.ber import encoder

    sent = messages.message(1, requests.unbind(), [controls.paged(1000, b"cookie")])
    found = theirs(sent)["controls"][0]
    assert (str(found["controlType"]), bool(found["criticality"])) == (controls.PAGED, True)
    assert encoder.encode(paged_search_control(True, 1000, b"cookie")["controlValue"]) == ber.octets(
        controls.paged(1000, b"cookie").value or b""
    )
    assert controls.page_done(ber.sequence(ber.integer(7), ber.octets(b"c"))) == (7, b"c")
    assert controls.SortKey.of("-cn:2.5.13.3") == controls.SortKey(
        attribute="cn", reverse=True, rule="2.5.13.3"
    )


def entry_message(dn: str, attributes: dict[str, list[bytes]]) -> bytes:
    listed = [
        ber.sequence(ber.octets(name), ber.element(ber.SET, *map(ber.octets, values)))
        for name, values in attributes.items()
    ]
    return messages.message(9, ber.element(messages.ENTRY, ber.octets(dn), ber.sequence(*listed)))


@given(st.text(st.characters(blacklist_categories=["Cs"])), ATTRIBUTES)
def test_entries_are_read(dn: str, attributes: dict[str, list[bytes]]) -> None:
    data = entry_message(dn, attributes)
    ident, tag, at = messages.opened(data)
    assert (ident, tag) == (9, messages.ENTRY)
    assert messages.entry(data, at) == Entry(dn=dn, attributes=attributes)


@given(st.data())
def test_damaged_entries_are_told_or_read_but_never_more(data: st.DataObject) -> None:
    whole = entry_message("uid=a,dc=x", {"uid": [b"a"], "jpegPhoto": [b"x" * 200, b"y"]})
    at = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    try:
        _, tag, place = messages.opened(damaged)
        if tag == messages.ENTRY:
            messages.entry(damaged, place)
        else:
            messages.answer(damaged, place)
    except ber.BerError:
        pass


def test_answers() -> None:
    result = ber.element(
        messages.SEARCH_DONE,
        ber.integer(10, ber.ENUMERATED),
        ber.octets("dc=x"),
        ber.octets("elsewhere"),
        ber.element(0xA3, ber.octets("ldap://b/dc=x")),
    )
    data = messages.message(2, result, [messages.Control(oid="1.2", value=b"v")])
    ident, tag, at = messages.opened(data)
    found = messages.answer(data, at)
    assert (ident, tag, found.code, found.matched, found.said) == (
        2,
        messages.SEARCH_DONE,
        10,
        "dc=x",
        "elsewhere",
    )
    assert found.referrals == ("ldap://b/dc=x",)
    assert found.controls == {"1.2": b"v"}


@given(st.lists(st.binary(max_size=400), max_size=6), st.integers(1, 50))
def test_a_stream_is_cut_into_messages(parts: list[bytes], size: int) -> None:
    whole = [ber.sequence(ber.octets(part)) for part in parts]
    splitter = ber.Splitter(1 << 20)
    stream, found = b"".join(whole), []
    for at in range(0, len(stream), size):
        splitter.feed(stream[at : at + size])
        while (message := splitter.next()) is not None:
            found.append(message)
    assert found == whole


@given(st.integers(-(1 << 40), 1 << 40))
def test_numbers(value: int) -> None:
    assert ber.Reader(ber.integer(value)).integer() == value


@pytest.mark.parametrize(
    "data", [b"HTTP/1.1 400", b"\x30\x85\x01\x00\x00\x00\x00", b"\x30\x84\x7f\xff\xff\xff", b"\x30\x80\x00"]
)
def test_what_is_no_ldap(data: bytes) -> None:
    splitter = ber.Splitter(1 << 20)
    splitter.feed(data + b"x" * 8)
    with pytest.raises(ber.BerError):
        splitter.next()

"""What codes say, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azdesk.core.errors import EnrolmentError
from azdesk.core.secret import Secret
from azdesk.enrol import addresses, client, linphone, vcard
from azdesk.enrol.forms import CODES, FORMS

from .people import ALICE, NAMES, hide, people

LAYOUT = client.LAYOUTS[1]

CLIENT = """\
wanip:vpn.company.com
vAccount:alice
vPass:e2cdbe09
sAccount:6801
sPass:e2cdbe09
vpnip:172.16.38.1
xmppDomain:company.com
email:alice@company.com
h264:1
g729:0
xmppvpn:1
"""


def test_the_phone_clients_payload() -> None:
    assert client.text(ALICE, LAYOUT) == CLIENT
    read = client.read(CLIENT, LAYOUT)
    assert read["wan"] == "vpn.company.com"
    assert read["xmpp_over_vpn"] == "1"
    assert [key for _, key in LAYOUT.tokens] == list(read)


def test_all_tokens_are_there_even_for_somebody_without_a_phone() -> None:
    account = replace(hide(xmpp_over_vpn=False, vpn_address="", h264=False), number="", email="")
    text = client.text(account, LAYOUT)
    assert [line.partition(":")[0] + ":" for line in text.splitlines()] == [
        token for token, _ in LAYOUT.tokens
    ]
    assert "sPass:\n" in text
    assert "h264:0\n" in text


@pytest.mark.parametrize("token", [token for token, _ in LAYOUT.tokens])
@pytest.mark.parametrize("field", ["user", "password", "email", "number"])
def test_a_token_inside_a_value_is_refused(token: str, field: str) -> None:
    value = f"a{token}b"
    account = replace(ALICE, **{field: Secret(value) if field == "password" else value})
    with pytest.raises(EnrolmentError) as refused:
        client.text(account, LAYOUT)
    assert refused.value.where == "alice"
    words = {"user": "account", "email": "e-mail"}.get(field, field)
    assert words in refused.value.what
    assert value not in str(refused.value)


@pytest.mark.parametrize(
    "value",
    ["a\nb", "a\rb", "a\0b", "a\x7fb", "a\x85b", "a\u2028b", " a", "a ", "a\u202eb", "a\u200bb", "\ud800"],
)
@pytest.mark.parametrize("field", ["user", "password", "email", "number"])
def test_what_a_reader_would_lose_is_refused(value: str, field: str) -> None:
    account = replace(ALICE, **{field: Secret(value) if field == "password" else value})
    with pytest.raises(EnrolmentError) as refused:
        client.text(account, LAYOUT)
    assert refused.value.where == "alice"
    assert refused.value.next_step


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (hide(wan_address=""), "public address is missing"),
        (hide(vpn_address=""), "VPN address is missing"),
        (hide(domain=""), "domain is missing"),
        (replace(ALICE, user=""), "account is missing"),
        (replace(ALICE, password=None), "not known"),
        (replace(ALICE, password=Secret("")), "not known"),
    ],
)
def test_what_is_missing_is_named(account, words: str) -> None:
    with pytest.raises(EnrolmentError, match=words):
        client.text(account, LAYOUT)


@given(st.text(), st.text(), st.text(), st.text(), st.text())
def test_what_is_not_refused_comes_back_whole(
    wan: str, user: str, password: str, email: str, vpn: str
) -> None:
    account = replace(
        hide(wan_address=wan, vpn_address=vpn), user=user, password=Secret(password), email=email
    )
    try:
        text = client.text(account, LAYOUT)
    except EnrolmentError:
        return
    read = client.read(text, LAYOUT)
    assert (read["wan"], read["user"], read["password"], read["email"], read["vpn"]) == (
        wan, user, password, email, vpn,
    )  # fmt: skip


def test_xmpp_addresses() -> None:
    assert addresses.xmpp(ALICE) == "xmpp:alice@company.com"
    assert addresses.xmpp(replace(ALICE, user="a%b?c#d[e]")) == "xmpp:a%25b%3Fc%23d%5Be%5D@company.com"
    assert unquote(addresses.xmpp(replace(ALICE, user="jürgen"))) == "xmpp:jürgen@company.com"
    assert addresses.xmpp(replace(ALICE, user="o+b=c,d;e!")) == "xmpp:o+b=c,d;e!@company.com"
    for bad in ("a@b", "a/b", "a b", 'a"b', "a&b", "a:b", "a<b", "a'b"):
        with pytest.raises(EnrolmentError, match="XMPP address"):
            addresses.xmpp(replace(ALICE, user=bad))


def test_sip_addresses() -> None:
    assert addresses.sip(ALICE) == "sip:6801@172.16.38.1"
    assert addresses.sip(hide(vpn_address="2001:db8::1")) == "sip:6801@[2001:db8::1]"
    assert addresses.sip(replace(ALICE, number="#1 @")) == "sip:%231%20%40@172.16.38.1"


def test_the_linphone_file_is_xml_that_says_what_was_meant() -> None:
    odd = replace(ALICE, name=NAMES[5], password=Secret("<&>\"'€"))
    root = ET.fromstring(linphone.document(odd).encode())
    space = {"c": linphone.NAMESPACE}
    values = {
        f"{section.get('name')}/{entry.get('name')}": entry.text
        for section in root.findall("c:section", space)
        for entry in section.findall("c:entry", space)
    }
    assert values["auth_info_0/passwd"] == "<&>\"'€"
    assert values["auth_info_0/username"] == "6801"
    assert values["proxy_0/reg_proxy"] == "<sip:172.16.38.1;transport=udp>"
    assert values["proxy_0/reg_identity"] == "\"O'Brien, Conan 'Coco'; x/y <&>\" <sip:6801@172.16.38.1>"
    assert "transport=tls" in linphone.document(hide(sip_transport="tls"))


def test_the_linphone_address() -> None:
    assert linphone.address(ALICE) == "linphone-config:https://phones.company.com/alice.xml"
    assert linphone.address(replace(ALICE, user="a/../b?")).endswith("/a%2F..%2Fb%3F.xml")
    for bad in (
        "http://phones.company.com/{account}",
        "ftp://x/{account}",
        "https:///x",
        "phones.company.com",
    ):
        with pytest.raises(EnrolmentError, match="https://"):
            linphone.address(hide(provisioning_url=bad))
    with pytest.raises(EnrolmentError, match="missing"):
        linphone.address(hide(provisioning_url=""))
    with pytest.raises(EnrolmentError, match="URL cannot have"):
        linphone.address(hide(provisioning_url="https://phones.company.com/a b"))


def test_the_contact() -> None:
    assert vcard.text(ALICE).split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:individual",
        "FN:Alice Example",
        "ORG:Example Company Ltd.",
        "IMPP;PREF=1:xmpp:alice@company.com",
        "TEL;VALUE=uri;TYPE=voice:sip:6801@172.16.38.1",
        "EMAIL:alice@company.com",
        "END:VCARD",
        "",
    ]
    assert 'FN:O\'Brien\\, Conan "Coco"\\; x\\\\y <&>\r\n' in vcard.text(replace(ALICE, name=NAMES[5]))
    with pytest.raises(EnrolmentError, match="line break"):
        vcard.text(replace(ALICE, name="A\nEND:VCARD"))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=300))
def test_folded_lines_unfold(text: str) -> None:
    lines = list(vcard.fold(text))
    assert all(len(line.encode()) <= vcard.LINE for line in lines)
    assert lines[0] + "".join(line[1:] for line in lines[1:]) == text
    assert all(line[0] == " " for line in lines[1:])


def test_every_form_says_whether_it_has_the_password() -> None:
    for form in FORMS.values():
        payload = form.payload(ALICE)
        assert ("e2cdbe09" in payload.text.reveal()) is form.has_password is payload.has_password
        assert payload.size == len(payload.text.reveal().encode())
        assert "e2cdbe09" not in repr(payload)
        assert form.contains.endswith(".")
    assert CODES == ("azblink-1", "xmpp", "linphone", "vcard")


@pytest.mark.parametrize("form", FORMS)
def test_odd_people_get_a_payload_or_a_reason(form: str) -> None:
    for account in people(10):
        assert FORMS[form].payload(account).size

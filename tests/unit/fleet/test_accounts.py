"""The sections about accounts: what is right, and what is wrong with what is not."""

from __future__ import annotations

import pytest

from azdesk.core.errors import DocumentError
from azdesk.fleet import secret_names
from azdesk.fleet.accounts import Directory, Sip
from azdesk.fleet.model import Cluster, Fleet, Host

PEM = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    "text",
    [
        "(uid=a)",
        "(&(objectClass=posixAccount)(AstAccountName=68*))",
        "(|(a=b)(!(&(c=d)(e=\\2a))))",
        "(memberOf:1.2.840.113556.1.4.1941:=CN=Chat,OU=Groups,DC=corp,DC=example)",
        " (uid=*) ",
    ],
)
def test_filters_are_taken(text: str) -> None:
    assert Sip(selection_filter=text).selection_filter == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "uid=a",
        "(uid=a",
        "(uid=a)(cn=b)",
        "(&uid=a)",
        "()",
        "(uid=a))",
        "(uid=(a))",
        "(uid=a\n)",
        "(!(a=b)x)",
        "(a=\\zz)",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="not valid") as error:
        Sip(selection_filter=text)
    assert "is not an LDAP filter" in error.value.problems[0].message


def test_defaults_follow_from_the_base() -> None:
    directory = Directory(base="dc=test, dc=local")
    assert directory.people_dn == "ou=People,dc=test,dc=local"
    assert directory.reader_dn == "cn=azreader,dc=test,dc=local"
    assert directory.managed


def test_an_active_directory_needs_servers_and_a_reader() -> None:
    with pytest.raises(DocumentError) as error:
        Directory(base="dc=corp,dc=example", kind="active-directory")
    assert {problem.path for problem in error.value.problems} == {"urls", "reader"}


def test_the_reader_of_the_fleets_own_directory_is_below_the_base() -> None:
    with pytest.raises(DocumentError) as error:
        Directory(base="dc=test,dc=local", reader="cn=x,dc=elsewhere")
    assert "must be below the base" in error.value.problems[0].message


def test_accounts_from_the_directory_need_one() -> None:
    with pytest.raises(DocumentError) as error:
        Fleet(
            clusters={"test.local": Cluster(accounts="directory")},
            hosts={"a": Host(address="10.0.0.1", sip=Sip(accounts="directory"))},
        )
    assert {problem.path for problem in error.value.problems} == {
        'clusters."test.local".accounts',
        "hosts.a.sip.accounts",
    }


def test_a_private_key_is_never_taken_into_the_document() -> None:
    with pytest.raises(DocumentError) as error:
        Host(
            address="10.0.0.1",
            certificate=PEM + "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----\n",
        )
    assert "private key" in error.value.problems[0].message
    assert "QUJD" not in str(error.value).replace("“-----BEGIN CERTIFICATE-----\nQUJD", "")


def test_names_of_a_certificate() -> None:
    fleet = Fleet(
        clusters={"test.local": {"upload": {"url": "https://172.16.38.1:5443/upload"}}},
        enrolment={"vpn_address": "172.16.38.1", "wan_address": "office.example.com"},
        hosts={"a251": {"address": "192.168.11.251", "cluster": "test.local", "names": ["chat.example.com"]}},
    )
    assert fleet.certificate_names("a251") == (
        ("a251", "test.local", "*.test.local", "chat.example.com", "office.example.com"),
        ("192.168.11.251", "172.16.38.1"),
    )


def test_a_keys_name_does_not_depend_on_how_the_text_is_broken_into_lines() -> None:
    assert secret_names.authority_key(PEM) == secret_names.authority_key(PEM.replace("\n", "\r\n"))
    assert secret_names.authority_key(PEM) != secret_names.certificate_key(PEM)


@pytest.mark.parametrize(("text", "normal"), [("_68xx", "68XX"), ("7[1-3]ZN.", "7[1-3]ZN."), ("+49", "+49")])
def test_number_patterns(text: str, normal: str) -> None:
    assert Host(address="10.0.0.1", numbers=(text,)).numbers == (normal,)

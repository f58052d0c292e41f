"""The document's sections about people's accounts: the directory, the authority, phones, enrolment.

People themselves stand in the directory, never in the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from azdesk.fleet.form import Between, Value
from azdesk.fleet.paths import Path
from azdesk.fleet.rules import (
    Address,
    AttributeName,
    CertificateText,
    DistinguishedName,
    LdapFilter,
    LdapUrl,
    Line,
)

CHECK_PREFIX = "azcheck-"
"""What the names of accounts begin with that logins to hosts are tried with; lists of people leave them out."""


@dataclass(frozen=True, kw_only=True)
class Attributes(Value):
    """Where a person's values stand in the directory. Active Directory has its own defaults where these are empty."""

    account: AttributeName = ""
    """Login name; empty: uid, sAMAccountName in Active Directory."""
    name: AttributeName = ""
    """Name as people write it; empty: gecos or cn, displayName in Active Directory."""
    number: AttributeName = ""
    """Phone number; empty: AstAccountName, ipPhone in Active Directory."""
    mail: AttributeName = ""
    """E-mail address; empty: mail, or mailLocalAddress where an entry's classes allow no other."""
    phone_password: AttributeName = ""
    """Password of phones, for hosts with sip.lookup "copied"; empty: AstAccountRealmedPassword, none in Active Directory."""


@dataclass(frozen=True, kw_only=True)
class Phones(Value):
    """What all phones have that get their accounts from the directory."""

    codecs: tuple[
        Literal["opus", "g722", "ulaw", "alaw", "g729", "gsm", "h264", "vp8", "vp9", "h263p"], ...
    ] = ("opus", "ulaw", "alaw", "h264", "vp8")
    """Codecs in the order of preference."""
    max_contacts: Annotated[int, Between(least=1, most=50)] = 5
    """Phones that one account may register at the same time."""


@dataclass(frozen=True, kw_only=True)
class Directory(Value):
    """The LDAP directory that holds all accounts of the fleet."""

    base: DistinguishedName = ""
    """Base DN, such as dc=test,dc=local; empty: there is no directory."""
    kind: Literal["openldap", "active-directory"] = "openldap"
    """What the server is."""
    urls: tuple[LdapUrl, ...] = ()
    """Somebody else's servers, the preferred one first. Empty: slapd on the hosts with the role directory, which AZDesk sets up."""
    people: DistinguishedName = ""
    """Below this DN are the people; empty: ou=People below the base, the base itself for Active Directory."""
    reader: DistinguishedName = ""
    """Who the hosts bind as to look accounts up; empty: cn=azreader below the base."""
    reader_since: Line = ""
    """When the reader's password was made or entered last; another text here carries the present one to all hosts again."""
    manager: DistinguishedName = ""
    """Who AZDesk binds as to change somebody else's directory; on servers of the fleet it is root on the host."""
    ca: CertificateText = ""
    """Authority of somebody else's servers; empty: those that the system trusts."""
    account_filter: LdapFilter = ""
    """Which entries are people; empty: (objectClass=posixAccount), (objectClass=user) without computers in Active Directory."""
    passwords: Literal["plain", "digest", "hashed"] = "plain"
    """How passwords are kept: plain (chat and phones share one clear text), digest (a salted hash for chat, MD5 of account, realm
    and password for phones), or hashed (a salted hash for chat, none for phones)."""
    attributes: Attributes = Attributes()
    """Names of attributes, where they are others."""
    phones: Phones = Phones()
    """What phones with accounts in the directory have in common."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        if self.kind == "active-directory" and not self.urls:
            yield (
                ("urls",),
                "an Active Directory needs the URL of a domain controller, such as ldaps://dc1.corp.example",
            )
        if self.base and self.kind == "active-directory" and not self.reader:
            yield ("reader",), "an Active Directory needs the DN of an account that may read it"
        for key in ("people", "reader"):
            dn = getattr(self, key)
            if (
                dn
                and self.base
                and not self.urls
                and not (dn.lower() + ",").endswith("," + self.base.lower() + ",")
            ):
                yield (key,), f"must be below the base {self.base}"

    @property
    def managed(self) -> bool:
        """Whether it is the fleet's own, set up by AZDesk."""
        return bool(self.base) and not self.urls

    @property
    def people_dn(self) -> str:
        if self.people or not self.base:
            return self.people
        return self.base if self.kind == "active-directory" else f"ou=People,{self.base}"

    @property
    def sip_dn(self) -> str:
        """Below it stand defaults that all phones share."""
        return f"ou=sip,{self.base}" if self.base else ""

    @property
    def reader_dn(self) -> str:
        return self.reader or (f"cn=azreader,{self.base}" if self.base else "")

    @property
    def people_filter(self) -> str:
        if self.account_filter:
            return self.account_filter
        if self.kind == "active-directory":
            return "(&(objectCategory=person)(objectClass=user))"
        return "(objectClass=posixAccount)"

    @property
    def account_attribute(self) -> str:
        return self.attributes.account or ("sAMAccountName" if self.kind == "active-directory" else "uid")

    @property
    def name_attribute(self) -> str:
        return self.attributes.name or ("displayName" if self.kind == "active-directory" else "gecos")

    @property
    def number_attribute(self) -> str:
        return self.attributes.number or ("ipPhone" if self.kind == "active-directory" else "AstAccountName")

    @property
    def mail_attribute(self) -> str:
        return self.attributes.mail or "mail"

    @property
    def phone_password_attribute(self) -> str:
        """Empty where there is none: Active Directory shows nobody a password."""
        default = "" if self.kind == "active-directory" else "AstAccountRealmedPassword"
        return self.attributes.phone_password or default


@dataclass(frozen=True, kw_only=True)
class Sip(Value):
    """Accounts of the phones that register with a host."""

    accounts: Literal["as-is", "directory"] = "as-is"
    """Whose: those in Asterisk's own files, or those in the directory (“SIP in LDAP”)."""
    lookup: Literal["live", "copied"] = "live"
    """How the directory is asked: live, for each phone as it registers, which takes the guide's attributes; or copied, all phones every
    five minutes into a file of Asterisk's, which works with any directory that has numbers and passwords of phones."""
    selection_filter: LdapFilter = ""
    """Of the directory's phones those alone that match are at home here, such as (AstAccountName=68*); empty: all."""
    transports: tuple[Literal["udp", "tcp", "tls"], ...] = ("udp", "tls")
    """How phones reach it: ports 5060 (UDP, TCP) and 5061 (TLS)."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        if self.accounts == "directory" and not self.transports:
            yield ("transports",), "phones need at least one transport: udp, tcp or tls"


@dataclass(frozen=True, kw_only=True)
class Authority(Value):
    """The fleet's own certificate authority; its key is kept with the secrets."""

    certificate: CertificateText = ""
    """Its certificate in PEM form, made by AZDesk; empty: there is none yet."""
    next: CertificateText = ""
    """Certificate of the one that is to follow it, in PEM form: hosts trust it already, and it issues nothing yet."""
    former: CertificateText = ""
    """Certificate of the one that was before it, in PEM form: hosts trust it until all have changed over."""

    def faults(self) -> Iterator[tuple[Path, str]]:
        if self.next and self.former:
            yield ("next",), "one change of authority after the other: the former one has to go first"
        if self.also and not self.certificate:
            yield ("certificate",), "an authority has to be there before another can follow it"

    @property
    def also(self) -> str:
        """The other one of a change of authority; empty when none is under way."""
        return self.next or self.former

    @property
    def trusted(self) -> str:
        """All that is trusted, one after the other."""
        return "".join(
            one if one.endswith("\n") else f"{one}\n" for one in (self.certificate, self.also) if one
        )


@dataclass(frozen=True, kw_only=True)
class Enrolment(Value):
    """What people get to set up their phones: QR codes and printed sheets."""

    organisation: Line = ""
    """Printed on sheets; empty: the fleet's name."""
    logo: Line = ""
    """Path of an image on the workstation, printed on sheets."""
    code: Literal["azblink-1", "xmpp", "linphone", "vcard"] = "azblink-1"
    """What the QR code holds."""
    wan_address: Address = ""
    """Address of the hosts from outside; a host's own public_address goes before it."""
    vpn_address: Address = ""
    """Address of the host inside the VPN; empty: the one in the File Upload URL."""
    xmpp_over_vpn: bool = True
    """Whether phones reach chat through the VPN."""
    h264: bool = True
    """Whether phones use H.264 for video."""
    g729: bool = False
    """Whether phones use G.729 for voice."""
    linphone_url: Line = ""
    """Where Linphone fetches a person's settings: an https URL with {account} in it."""
    language: Literal["en", "de", "zh_CN"] = "en"
    """Language of printed sheets."""
    steps: str = ""
    """What to do, one step a line; empty: AZDesk's own words."""
    notice: str = ""
    """How to handle the sheet; empty: AZDesk's own words."""

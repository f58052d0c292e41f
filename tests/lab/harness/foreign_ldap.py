"""Somebody else's OpenLDAP: slapd set up by hand on a host of the lab, good or with a fault of one's choice.

server = foreign_ldap(lab.host("a250"))
server.url, server.base, server.reader, server.password, server.ca ...
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from azdesk.directory import asterisk_schema
from tests.lab.harness.host import Host
from tests.lab.harness.tls import Authority, Pair

BASE = "dc=test,dc=local"
PASSWORD = "Lab.reader1"
TLS = "/etc/ldap/tls"
SECRETS = ",".join(("userPassword", *asterisk_schema.SECRETS))

CLOSED = f"""
access to attrs={SECRETS} by dn.exact="cn=azreader,{{base}}" read by self write by anonymous auth by * none
access to * by users read by anonymous auth by * none
"""
OPEN = """
access to attrs=userPassword by self write by anonymous auth by * none
access to * by * read
"""
"""As Debian's package leaves it: whoever asks gets the phones' passwords."""

CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/misc.schema
{schema}
pidfile /run/slapd/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
sizelimit {size_limit}
TLSCACertificateFile {tls}/ca.pem
TLSCertificateFile {tls}/cert.pem
TLSCertificateKeyFile {tls}/key.pem
{extra}
database config
access to * by dn.exact="gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth" manage by * none
database mdb
suffix "{base}"
rootdn "cn=admin,{base}"
rootpw {password}
directory /var/lib/ldap
index objectClass,uid eq
{acl}
{overlays}
"""


@dataclass(frozen=True, kw_only=True)
class LdapServer:
    """slapd as a client sees it.

    `nana` is the guide's example entry (uid=nana6853, number and password as there), `otto` another with a hashed password,
    `gina` has no phone. The group has nana and gina in it.
    """

    host: Host
    address: str
    base: str
    people: str
    group: str
    reader: str
    manager: str
    password: str = PASSWORD
    """The reader's and the manager's."""
    authority: Authority = field(repr=False)

    @property
    def ca(self) -> str:
        """PEM of the authority to trust."""
        return self.authority.certificate

    @property
    def url(self) -> str:
        return f"ldaps://{self.address}"

    def good_certificate(self) -> Pair:
        return self.authority.issue(f"{self.host.name}.test.local", self.host.name, addresses=[self.address])

    def serve(self, pair: Pair) -> None:
        """Show this certificate from now on."""
        self._show(pair)
        self.host.run(["systemctl", "restart", "slapd"])

    def _show(self, pair: Pair) -> None:
        for name, text in (("cert.pem", pair.certificate), ("key.pem", pair.key), ("ca.pem", self.ca)):
            self.host.write(f"{TLS}/{name}", text, owner="openldap:openldap", mode=0o600)

    def add(self, ldif: str) -> None:
        """Add entries as the manager does."""
        argv = ["ldapadd", "-xH", "ldap://127.0.0.1", "-D", self.manager, "-w", self.password]
        self.host.run(argv, input=ldif)

    def modify(self, ldif: str) -> None:
        """Make changes as the manager does."""
        argv = ["ldapmodify", "-xH", "ldap://127.0.0.1", "-D", self.manager, "-w", self.password]
        self.host.run(argv, input=ldif)


def foreign_ldap(
    host: Host,
    *,
    authority: Authority | None = None,
    base: str = BASE,
    asterisk: bool = True,
    acl: str = CLOSED,
    size_limit: int = 500,
    extra: str = "",
    people: int = 0,
    lacking: Sequence[str] = (),
    memberships: bool = True,
) -> LdapServer:
    """Replace the host's slapd by one with a few people in it.

    Args:
        host: any host of the lab.
        authority: whose certificate it shows; a new one by default.
        base: two or more dc's.
        asterisk: whether it knows Asterisk's classes. Without, people have no phones.
        acl: `CLOSED`, `OPEN`, or lines for slapd.conf.
        size_limit: entries that a search may return.
        extra: global lines for slapd.conf, such as "security ssf=128".
        lacking: attributes that its copy of Asterisk's schema is too old for.
        memberships: whether it writes memberOf into the entries of groups' members.
        people: this many more of them, user1 …, with numbers from 70000.
    """
    server = LdapServer(
        host=host,
        address=host.address,
        base=base,
        people=f"ou=People,{base}",
        group=f"cn=chatters,ou=Groups,{base}",
        reader=f"cn=azreader,{base}",
        manager=f"cn=admin,{base}",
        authority=authority or Authority(),
    )
    schema = ""
    if asterisk:
        described = [f"attributetype {text}" for text in asterisk_schema.attribute_types()]
        described += [f"objectclass {text}" for text in asterisk_schema.object_classes()]
        for name in lacking:
            described = [text.replace(f" $ {name}", "") for text in described if f"NAME '{name}'" not in text]
        host.write("/etc/ldap/schema/lab-asterisk.schema", "\n".join(described) + "\n")
        schema = "include /etc/ldap/schema/lab-asterisk.schema"
    conf = CONF.format(
        schema=schema, size_limit=size_limit, tls=TLS, extra=extra, base=base, password=PASSWORD,
        acl=acl.format(base=base), overlays="overlay memberof" if memberships else "",
    )  # fmt: skip
    host.run(["systemctl", "stop", "slapd"])
    host.write("/etc/ldap/slapd.conf", conf, mode=0o600)
    server._show(server.good_certificate())
    host.sh(
        "rm -rf /etc/ldap/slapd.d/* /var/lib/ldap/* && slaptest -f /etc/ldap/slapd.conf -F /etc/ldap/slapd.d >&2 || true; "
        "chown -R openldap:openldap /etc/ldap/slapd.d /var/lib/ldap; "
        """sed -i 's|^SLAPD_SERVICES=.*|SLAPD_SERVICES="ldap:/// ldapi:/// ldaps:///"|' /etc/default/slapd; """
        "systemctl restart slapd"
    )
    ldif = _ldif(server, asterisk=asterisk, people=people)
    for name in lacking:
        ldif = re.sub(rf"^{name}: .*\n", "", ldif, flags=re.MULTILINE)
    server.add(ldif)
    return server


def _ldif(server: LdapServer, *, asterisk: bool, people: int) -> str:
    base = server.base
    first = base.split(",")[0].split("=")[1]
    blocks = [
        f"dn: {base}\nobjectClass: dcObject\nobjectClass: organization\no: {first}\ndc: {first}\n",
        *(
            f"dn: ou={name},{base}\nobjectClass: organizationalUnit\nou: {name}\n"
            for name in ("People", "sip", "Groups")
        ),
        (
            f"dn: {server.reader}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: azreader\n"
            f"userPassword: {PASSWORD}\n"
        ),
        _person(server, "nana6853", 6853, "Nana6853 Louis", "e2cdbe09", asterisk=asterisk),
        # otto99, hashed as slappasswd does.
        _person(server, "otto6854", 6854, "Otto", "{SSHA}" + _ssha("otto99"), asterisk=asterisk),
        _person(server, "gina", 6855, "Gina Grün", "gina99", asterisk=False),
        *(
            _person(server, f"user{index}", 70000 + index, f"User {index}", f"pw{index}", asterisk=asterisk)
            for index in range(1, people + 1)
        ),
        (
            f"dn: {server.group}\nobjectClass: groupOfNames\ncn: chatters\n"
            f"member: uid=nana6853,{server.people}\nmember: uid=gina,{server.people}\n"
        ),
    ]
    return "\n".join(blocks)


def _ssha(clear: str) -> str:
    import hashlib

    salt = b"labsalt8"
    return base64.b64encode(hashlib.sha1(clear.encode() + salt).digest() + salt).decode()


def _person(server: LdapServer, uid: str, number: int, name: str, password: str, *, asterisk: bool) -> str:
    lines = [
        f"dn: uid={uid},{server.people}",
        f"uid: {uid}",
        f"cn: {uid}",
        "objectClass: account",
        "objectClass: posixAccount",
        "objectClass: inetLocalMailRecipient",
        f"userPassword: {password}",
        "loginShell: /bin/bash",
        f"uidNumber: {number}",
        "gidNumber: 1007",
        f"homeDirectory: /home1/{uid}",
        f"gecos: {name.encode('ascii', 'replace').decode()}",
        "mailHost: 192.168.11.251",
    ]
    if asterisk:
        lines += [
            "objectClass: AsteriskSIPUser",
            f"AstAccountName: {number}",
            "AstAccountHost: dynamic",
            "AstAccountType: friend",
            f"AstAccountRealmedPassword: {'otto99' if password.startswith('{') else password}",
            f"AstAccountCallerID: {uid}<{number}>",
            "AstAccountDirectMedia: no",
            "AstAccountCallGroup: 1",
            "AstAccountPickupGroup: 1",
            f"AstAccountMailbox: {number}",
            "AstAccountQualify: yes",
            "AstAccountContext: all",
        ]
    return "\n".join(lines) + "\n"

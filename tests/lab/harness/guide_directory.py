"""The guide's directory on a host of the lab: its tree, Asterisk's schema, and as many people as a test needs.

Not by way of AZDesk's own feature: what asks the directory is tested apart from what sets it up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from azdesk.directory import asterisk_schema
from tests.lab.harness.host import Host
from tests.lab.harness.tls import Authority

SUFFIX = "dc=test,dc=local"
PEOPLE = f"ou=People,{SUFFIX}"
READER = f"cn=azreader,{SUFFIX}"
READER_PASSWORD = "reader's; secret"
ROOT = "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"
SECRETS = ",".join(asterisk_schema.SECRETS)
DATABASE = "olcDatabase={1}mdb,cn=config"
LIMITS = (
    f'dn.exact="{ROOT}" size=unlimited time=unlimited',
    f'dn.exact="{READER}" size.soft=unlimited size.hard=unlimited size.pr=1000 size.prtotal=unlimited',
)
AS_ROOT = ("-Y", "EXTERNAL", "-H", "ldapi:///")


class Place(Protocol):
    """A host that a directory is set up on, of the lab or of the practice fleet."""

    name: str
    address: str

    def do(self, *argv: str, feed: str = "") -> str:
        """Standard output of a command that must succeed."""

    def put(self, path: str, text: str, *, owner: str, mode: int) -> None:
        """Write a file."""

    def text(self, path: str) -> str:
        """A file's content."""

    def drop(self, path: str) -> None:
        """Remove a file if it is there."""

    def give(self, *folders: str) -> None:
        """Make all below these folders slapd's own."""


class LabPlace:
    """A host of the lab."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.name = host.name
        self.address = host.address

    def do(self, *argv: str, feed: str = "") -> str:
        return self.host.run(argv, input=feed, timeout=600).stdout

    def put(self, path: str, text: str, *, owner: str, mode: int) -> None:
        self.host.write(path, text, owner=f"{owner}:{owner}", mode=mode)

    def text(self, path: str) -> str:
        return self.host.read(path).decode()

    def drop(self, path: str) -> None:
        self.do("rm", "-f", path)

    def give(self, *folders: str) -> None:
        self.do("chown", "-R", "openldap:", *folders)


def set_up(place: Place) -> Authority:
    """Prepare a fresh host's slapd: the guide's tree, the schemas its entries need, ACLs, limits, indices, LDAPS.

    Returns:
        The authority that its certificate comes from.
    """
    authority = Authority("Directory authority")
    show_certificate(place, authority, addresses=[place.address])
    place.do("ldapadd", *AS_ROOT, "-f", "/etc/ldap/schema/misc.ldif")
    place.do("ldapadd", *AS_ROOT, feed=_schema())
    place.do("systemctl", "stop", "slapd")
    for name in ("data", "lock"):
        place.drop(f"/var/lib/ldap/{name}.mdb")
    place.do("slapmodify", "-n0", "-F", "/etc/ldap/slapd.d", feed=_settings())
    place.do("slapadd", "-n0", "-F", "/etc/ldap/slapd.d", feed=_SORTING)
    place.do("slapadd", "-n1", "-F", "/etc/ldap/slapd.d", feed=_base())
    services = re.sub(
        "(?m)^SLAPD_SERVICES=.*$",
        'SLAPD_SERVICES="ldap:/// ldapi:/// ldaps:///"',
        place.text("/etc/default/slapd"),
    )
    place.put("/etc/default/slapd", services, owner="root", mode=0o644)
    place.give("/var/lib/ldap", "/etc/ldap/slapd.d")
    place.do("systemctl", "start", "slapd")
    return authority


def show_certificate(
    place: Place,
    authority: Authority,
    *names: str,
    addresses: Sequence[str] = (),
    days: tuple[int, int] = (-1, 90),
) -> None:
    """Lay a certificate where slapd takes it from at its next start."""
    pair = authority.issue(*names, addresses=addresses, days=days)
    place.put("/etc/ldap/server.pem", pair.certificate, owner="openldap", mode=0o644)
    place.put("/etc/ldap/server.key", pair.key, owner="openldap", mode=0o400)


def load_people(place: Place, count: int) -> None:
    """Put people into a prepared server that has none, quickly: with slapadd, while it is stopped."""
    place.do("systemctl", "stop", "slapd")
    place.do("slapadd", "-q", "-n1", "-F", "/etc/ldap/slapd.d", feed="\n".join(people(count)))
    place.give("/var/lib/ldap")
    place.do("systemctl", "start", "slapd")


def restart(place: Place) -> None:
    """Start slapd again, however often that was done lately."""
    place.do("systemctl", "reset-failed", "slapd")
    place.do("systemctl", "restart", "slapd")


def set_limits(place: Place, *rules: str) -> None:
    """Let people have so many entries in one answer. All rules at once: one that is added is the last until slapd starts again."""
    place.do("ldapmodify", *AS_ROOT, feed=f"dn: {DATABASE}\nchangetype: modify\n{_limits(rules)}")


def _limits(rules: Sequence[str]) -> str:
    return "replace: olcLimits\n" + "".join(
        f"olcLimits: {{{number}}}{rule}\n" for number, rule in enumerate(rules)
    )


def limit(place: Place, dn: str, words: str) -> None:
    """Let somebody have so many entries in one answer, such as ``size=20``, before all other rules."""
    feed = f'dn: {DATABASE}\nchangetype: modify\nadd: olcLimits\nolcLimits: {{0}}dn.exact="{dn}" {words}\n'
    place.do("ldapmodify", *AS_ROOT, feed=feed)


def people(count: int, first: int = 0) -> Iterator[str]:
    """Entries such as the guide's example, with consecutive numbers, as LDIF."""
    for number in range(first, first + count):
        name = f"{_FIRST[number % len(_FIRST)]}{100000 + number}"
        yield (
            f"dn: uid={name},{PEOPLE}\nuid: {name}\ncn: {name}\nobjectClass: account\nobjectClass: posixAccount\n"
            "objectClass: AsteriskSIPUser\nobjectClass: top\nobjectClass: inetLocalMailRecipient\n"
            f"userPassword: {number:08x}\nloginShell: /bin/bash\nuidNumber: {100000 + number}\ngidNumber: 1007\n"
            f"homeDirectory: /home1/{name}\ngecos: {name} Louis\nmailHost: 192.168.11.251\n"
            f"AstAccountName: {100000 + number}\nAstAccountHost: dynamic\nAstAccountType: friend\n"
            f"AstAccountRealmedPassword: {number:08x}\nAstAccountCallerID: {name}<{100000 + number}>\n"
            f"AstAccountDirectMedia: no\nAstAccountCallGroup: 1\nAstAccountPickupGroup: 1\n"
            f"AstAccountMailbox: {100000 + number}\nAstAccountQualify: yes\nAstAccountContext: all\n"
        )


_FIRST = (
    "nana",
    "anna",
    "ben",
    "chris",
    "dora",
    "emil",
    "frida",
    "gustav",
    "hanna",
    "ida",
    "jonas",
    "karl",
    "lena",
)


def _schema() -> str:
    lines = ["dn: cn=asterisk,cn=schema,cn=config", "objectClass: olcSchemaConfig", "cn: asterisk"]
    lines += [f"olcAttributeTypes: {text}" for text in asterisk_schema.attribute_types()]
    lines += [f"olcObjectClasses: {text}" for text in asterisk_schema.object_classes()]
    return "\n".join(lines) + "\n"


def _settings() -> str:
    admin = f"dn.exact={ROOT}"
    rules = (
        f"{{0}}to * by {admin} manage by * break",
        "{1}to attrs=userPassword by self write by anonymous auth by * none",
        f'{{2}}to attrs={SECRETS} by dn.exact="{READER}" read by self read by * none',
        "{3}to attrs=shadowLastChange by self write by * read",
        f'{{4}}to dn.subtree="{SUFFIX}" by users read by * none',
    )
    indices = (
        "objectClass eq",
        "cn,uid eq,sub,pres",
        "uidNumber,gidNumber eq",
        "AstAccountName eq,sub,pres",
        "entryUUID,entryCSN eq",
    )
    return (
        "dn: cn=config\nchangetype: modify\nadd: olcTLSCertificateFile\nolcTLSCertificateFile: /etc/ldap/server.pem\n-\n"
        "add: olcTLSCertificateKeyFile\nolcTLSCertificateKeyFile: /etc/ldap/server.key\n-\n"
        "add: olcSecurity\nolcSecurity: simple_bind=128\n-\nreplace: olcLocalSSF\nolcLocalSSF: 256\n\n"
        "dn: cn=module{0},cn=config\nchangetype: modify\nadd: olcModuleLoad\nolcModuleLoad: sssvlv\n\n"
        f"dn: {DATABASE}\nchangetype: modify\nreplace: olcSuffix\nolcSuffix: {SUFFIX}\n-\n"
        f"replace: olcRootDN\nolcRootDN: cn=Manager,{SUFFIX}\n-\ndelete: olcRootPW\n-\n"
        "replace: olcDbMaxSize\nolcDbMaxSize: 4294967296\n-\n"
        "replace: olcDbIndex\n" + "".join(f"olcDbIndex: {index}\n" for index in indices) + "-\n"
        "replace: olcAccess\n" + "".join(f"olcAccess: {rule}\n" for rule in rules) + "-\n" + _limits(LIMITS)
    )


_SORTING = (
    f"dn: olcOverlay=sssvlv,{DATABASE}\nobjectClass: olcSssVlvConfig\nolcOverlay: sssvlv\n"
    "olcSssVlvMax: 8\nolcSssVlvMaxPerConn: 8\n"
)


def _base() -> str:
    return (
        f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: test\ndc: test\n\n"
        f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: People\n\n"
        f"dn: {READER}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: azreader\n"
        f"userPassword: {READER_PASSWORD}\n"
    )

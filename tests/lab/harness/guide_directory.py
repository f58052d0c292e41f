"""The guide's directory on a host of the lab: its tree, Asterisk's schema, and as many people as a test needs.

Not by way of AZDesk's own feature: what asks the directory is tested apart from what sets it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from azdesk.directory import asterisk_schema
from tests.lab.harness.host import Host
from tests.lab.harness.tls import Authority

SUFFIX = "dc=test,dc=local"
PEOPLE = f"ou=People,{SUFFIX}"
READER = f"cn=azreader,{SUFFIX}"
READER_PASSWORD = "reader's secret"
ROOT = "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"
SECRETS = ",".join(asterisk_schema.SECRETS)
_MDB = "olcDatabase={1}mdb,cn=config"


@dataclass(frozen=True, kw_only=True)
class GuideDirectory:
    """A prepared server."""

    host: Host
    authority: Authority

    def config(self, ldif: str) -> None:
        """Change the server, as root."""
        self.host.run(["ldapmodify", "-Y", "EXTERNAL", "-H", "ldapi:///"], input=ldif, timeout=120)

    def size_limit(self, dn: str, limit: str) -> None:
        """Let somebody have so many entries in one answer, such as ``size=20`` or ``size.pr=unlimited``."""
        self.config(
            f'dn: {_MDB}\nchangetype: modify\nadd: olcLimits\nolcLimits: {{0}}dn.exact="{dn}" {limit}\n'
        )


def guide_directory(host: Host) -> GuideDirectory:
    """Prepare a fresh host's slapd: the guide's tree, the schemas its entries need, ACLs, limits, indices, LDAPS."""
    server = GuideDirectory(host=host, authority=Authority("Directory authority"))
    pair = server.authority.issue(host.name, addresses=[host.address])
    host.write("/etc/ldap/server.pem", pair.certificate, owner="openldap:openldap")
    host.write("/etc/ldap/server.key", pair.key, owner="openldap:openldap", mode=0o400)
    host.sh("ldapadd -q -Y EXTERNAL -H ldapi:/// -f /etc/ldap/schema/misc.ldif 2>/dev/null || "
            "ldapadd -Y EXTERNAL -H ldapi:/// -f /etc/ldap/schema/misc.ldif")  # fmt: skip
    host.run(["ldapadd", "-Y", "EXTERNAL", "-H", "ldapi:///"], input=_schema())
    host.sh("systemctl stop slapd; rm -f /var/lib/ldap/*")
    host.run(["slapmodify", "-n0", "-F", "/etc/ldap/slapd.d"], input=_settings())
    host.run(["slapadd", "-n0", "-F", "/etc/ldap/slapd.d"], input=_SORTING)
    host.run(["slapadd", "-n1", "-F", "/etc/ldap/slapd.d"], input=_base())
    host.sh(
        "sed -i 's|^SLAPD_SERVICES=.*|SLAPD_SERVICES=\"ldap:/// ldapi:/// ldaps:///\"|' /etc/default/slapd;"
        "chown -R openldap: /var/lib/ldap /etc/ldap/slapd.d; systemctl start slapd"
    )
    return server


def load_people(host: Host, count: int) -> None:
    """Put people into a prepared server that has none, quickly: with slapadd, while it is stopped."""
    host.sh("systemctl stop slapd")
    host.run(["slapadd", "-q", "-n1", "-F", "/etc/ldap/slapd.d"], input="\n".join(people(count)), timeout=600)
    host.sh("chown -R openldap: /var/lib/ldap; systemctl start slapd")


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
        f"dn: {_MDB}\nchangetype: modify\nreplace: olcSuffix\nolcSuffix: {SUFFIX}\n-\n"
        f"replace: olcRootDN\nolcRootDN: cn=Manager,{SUFFIX}\n-\ndelete: olcRootPW\n-\n"
        "replace: olcDbMaxSize\nolcDbMaxSize: 4294967296\n-\n"
        "replace: olcDbIndex\n" + "".join(f"olcDbIndex: {index}\n" for index in indices) + "-\n"
        "replace: olcAccess\n" + "".join(f"olcAccess: {rule}\n" for rule in rules) + "-\n"
        "replace: olcLimits\n"
        f'olcLimits: {{0}}dn.exact="{ROOT}" size=unlimited time=unlimited\n'
        f'olcLimits: {{1}}dn.exact="{READER}" size.soft=unlimited size.hard=unlimited size.pr=1000 '
        "size.prtotal=unlimited\n"
    )


_SORTING = (
    f"dn: olcOverlay=sssvlv,{_MDB}\nobjectClass: olcSssVlvConfig\nolcOverlay: sssvlv\n"
    "olcSssVlvMax: 8\nolcSssVlvMaxPerConn: 8\n"
)


def _base() -> str:
    return (
        f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: test\ndc: test\n\n"
        f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: People\n\n"
        f"dn: {READER}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: azreader\n"
        f"userPassword: {READER_PASSWORD}\n"
    )

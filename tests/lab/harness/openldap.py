"""OpenLDAP on a lab host, set up by hand as an admin would have done it: somebody else's directory.

People under ou=People, phones' attributes left out; LDAPS with a certificate of the given authority; a reader account, and ACLs
that show nothing to anonymous.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.lab.harness.host import Host
from tests.lab.harness.tls import Pair

BASE = "dc=test,dc=local"
PEOPLE = f"ou=People,{BASE}"
READER = f"cn=azreader,{BASE}"
MANAGER = f"cn=Manager,{BASE}"
READER_PASSWORD = "reader of the lab"
MANAGER_PASSWORD = "manager of the lab"


def person(uid: str, password: str, number: int) -> str:
    """A person's entry as LDIF."""
    return (
        f"dn: uid={uid},{PEOPLE}\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nuid: {uid}\ncn: {uid}\nsn: {uid}\n"
        f"uidNumber: {number}\ngidNumber: {number}\nhomeDirectory: /home/{uid}\nuserPassword: {password}\n\n"
    )


def set_up(host: Host, pair: Pair, authority: str, people: Mapping[str, str]) -> None:
    """Make slapd anew on a host, with these people and their passwords."""
    host.sh(
        "systemctl stop slapd; rm -rf /etc/ldap/slapd.d /var/lib/ldap; mkdir -p /etc/ldap/slapd.d /var/lib/ldap /etc/ldap/tls"
    )
    for name, text in (("cert", pair.certificate), ("key", pair.key), ("ca", authority)):
        host.write(f"/etc/ldap/tls/{name}.pem", text, mode=0o640, owner="root:openldap")
    config = f"""dn: cn=config
objectClass: olcGlobal
cn: config
olcTLSCertificateFile: /etc/ldap/tls/cert.pem
olcTLSCertificateKeyFile: /etc/ldap/tls/key.pem
olcTLSCACertificateFile: /etc/ldap/tls/ca.pem
olcPidFile: /run/slapd/slapd.pid

dn: cn=module{{0}},cn=config
objectClass: olcModuleList
cn: module{{0}}
olcModulePath: /usr/lib/ldap
olcModuleLoad: back_mdb

dn: cn=schema,cn=config
objectClass: olcSchemaConfig
cn: schema

include: file:///etc/ldap/schema/core.ldif
include: file:///etc/ldap/schema/cosine.ldif
include: file:///etc/ldap/schema/nis.ldif
include: file:///etc/ldap/schema/inetorgperson.ldif

dn: olcDatabase={{0}}config,cn=config
objectClass: olcDatabaseConfig
olcDatabase: {{0}}config
olcAccess: to * by dn.exact=gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth manage by * break

dn: olcDatabase={{1}}mdb,cn=config
objectClass: olcDatabaseConfig
objectClass: olcMdbConfig
olcDatabase: {{1}}mdb
olcSuffix: {BASE}
olcDbDirectory: /var/lib/ldap
olcRootDN: {MANAGER}
olcRootPW: {MANAGER_PASSWORD}
olcDbIndex: objectClass eq
olcDbIndex: uid eq,sub,pres
olcAccess: {{0}}to attrs=userPassword by self write by anonymous auth by * none
olcAccess: {{1}}to dn.subtree="{BASE}" by users read by * none
"""
    host.run(
        ["slapadd", "-n", "0", "-F", "/etc/ldap/slapd.d"], input=config.replace("\ninclude:", "\ninclude:")
    )
    data = f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: test\no: test\n\n"
    data += f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: People\n\n"
    data += f"dn: {READER}\nobjectClass: applicationProcess\nobjectClass: simpleSecurityObject\ncn: azreader\nuserPassword: {READER_PASSWORD}\n\n"
    data += "".join(person(uid, password, 10000 + at) for at, (uid, password) in enumerate(people.items()))
    host.run(["slapadd", "-n", "1", "-F", "/etc/ldap/slapd.d"], input=data)
    host.sh("chown -R openldap:openldap /etc/ldap/slapd.d /var/lib/ldap")
    host.sh(
        """sed -i 's|^SLAPD_SERVICES=.*|SLAPD_SERVICES="ldap:/// ldaps:/// ldapi:///"|' /etc/default/slapd; systemctl start slapd"""
    )


def with_certificate(host: Host, pair: Pair) -> None:
    """Give a running slapd another certificate."""
    for name, text in (("cert", pair.certificate), ("key", pair.key)):
        host.write(f"/etc/ldap/tls/{name}.pem", text, mode=0o640, owner="root:openldap")
    host.run(["systemctl", "restart", "slapd"])

"""What a Debian 11 host does with a directory: ejabberd 21.01, Asterisk 16 with chan_sip, OpenLDAP's library with GnuTLS.

- ejabberd 21.01 cannot verify a directory's certificate: with `ldap_tls_verify: hard` it never connects ("Invalid TLS option:
  {verify,2}"), and logins wait. Only unverified TLS works.
- Asterisk's res_config_ldap trusts nobody by itself there: /etc/ldap/ldap.conf (which no package has to bring) needs
  `TLS_CACERT /etc/ssl/certs/ca-certificates.crt`. Several URLs work as on newer hosts.
- chan_sip says 403 where PJSIP says 401, also while the directory is away. Its TLS speaks 1.2 and 1.3.
- With `rtcachefriends=yes` phones that were seen before register while the directory is away.
"""

from __future__ import annotations

import ssl

from tests.lab.clients import sip
from tests.lab.harness import Host, Lab
from tests.lab.harness.foreign_ldap import LdapServer, foreign_ldap
from tests.lab.harness.tls import Authority
from tests.lab.test_facts import bind_ejabberd, login

SIP = """[general]
context=public
allowguest=no
transport=udp,tls
udpbindaddr=0.0.0.0
tlsenable=yes
tlsbindaddr=0.0.0.0:5061
tlscertfile=/etc/asterisk/keys/lab.pem
rtcachefriends=yes
rtupdate=no
alwaysauthreject=yes
"""
RES_LDAP = """[_general]
url={url}
protocol=3
basedn={base}
user={reader}
pass={password}
[sip]
name = AstAccountName
secret = AstAccountRealmedPassword
context = AstAccountContext
callerid = AstAccountCallerID
host = AstAccountHost
type = AstAccountType
additionalFilter=(&(objectClass=AsteriskSIPUser)(AstAccountName=68*))
"""


def test_an_old_ejabberd_cannot_verify_a_directory(old_host: Host, lab: Lab) -> None:
    server = foreign_ldap(lab.host("a250"))
    bind_ejabberd(old_host, server, f'ldap_servers: ["{server.address}"]')
    assert login(old_host, timeout=3) == "no answer"
    assert "Invalid TLS option: {verify,2}" in old_host.read("/var/log/ejabberd/error.log").decode()
    text = old_host.read("/etc/ejabberd/ejabberd.yml").decode()
    unverified = text.replace("ldap_tls_verify: hard", "ldap_tls_verify: false")
    old_host.write("/etc/ejabberd/ejabberd.yml", unverified, owner="root:ejabberd", mode=0o640)
    old_host.sh("systemctl restart ejabberd && ejabberdctl started")
    assert login(old_host) == ""
    assert "not-authorized" in login(old_host, password="wrong")


def test_an_old_asterisk_registers_phones_of_the_directory(old_host: Host, lab: Lab) -> None:
    authority = Authority()
    first, second = (foreign_ldap(host, authority=authority) for host in lab.need("a250", "a249"))
    prepare(old_host, first, second)

    def code(password: str = "e2cdbe09", transport: sip.Transport = "udp") -> int:
        return sip.register(old_host.address, "6853", password, transport, ca=authority.certificate).code

    assert code() == 403, "nobody is trusted yet"
    old_host.write("/etc/ldap/ldap.conf", "TLS_CACERT /etc/ssl/certs/ca-certificates.crt\n")
    old_host.sh("systemctl restart asterisk && asterisk -rx 'core waitfullybooted'")
    assert [code(), code("wrong"), code("")] == [200, 403, 403]
    assert [code(transport="tls"), code("wrong", "tls")] == [200, 403]
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        sip.check_tls(old_host.address, 5061, ca=authority.certificate, newest=version)
    first.host.run(["systemctl", "stop", "slapd"])
    forget(old_host)
    assert code() == 200, "the second server"
    second.host.run(["systemctl", "stop", "slapd"])
    assert code() == 200, "seen before"
    forget(old_host)
    assert code() == 403, "nobody there to ask"
    first.host.run(["systemctl", "start", "slapd"])
    assert code() == 200


def prepare(host: Host, first: LdapServer, second: LdapServer) -> None:
    assert not host.exists("/etc/ldap/ldap.conf")
    host.write("/usr/local/share/ca-certificates/lab.crt", first.ca)
    host.run(["update-ca-certificates"])
    pair = first.authority.issue("test.local", addresses=[host.address])
    host.write(
        "/etc/asterisk/keys/lab.pem", pair.certificate + pair.key, owner="asterisk:asterisk", mode=0o600
    )
    host.write("/etc/asterisk/extconfig.conf", f'[settings]\nsippeers => ldap,"{first.people}",sip\n')
    host.write("/etc/asterisk/sip.conf", SIP)
    url = f"{first.url} {second.url}"
    filled = RES_LDAP.format(url=url, base=first.base, reader=first.reader, password=first.password)
    host.write("/etc/asterisk/res_ldap.conf", filled, owner="root:asterisk", mode=0o640)
    host.sh("printf 'noload => res_pjsip.so\\nnoload => chan_pjsip.so\\n' >> /etc/asterisk/modules.conf")
    host.sh("systemctl restart asterisk && asterisk -rx 'core waitfullybooted'")


def forget(host: Host) -> None:
    """Phones that chan_sip remembers."""
    host.sh("asterisk -rx 'sip prune realtime all'")

"""What real ejabberd and Asterisk do with a directory and with each other, where their manuals are silent.

Set up by hand, without AZDesk: what its features build on. All of it was first seen with ejabberd 26.07 and Asterisk 22.10.

- ejabberd asks each of `ldap_servers` in turn, also one that is down: half of the logins then hang, for more than 40 seconds. A
  second server belongs into `ldap_backups`; the first login after the first one's end then takes half a second longer.
- A server whose packets get lost is another matter: on a connection that was open already, ejabberd waits for it and goes over to
  no other; nearly three minutes were watched. (Not tested here for their length, nor is the next line.)
- So does Asterisk, unless /etc/ldap/ldap.conf has `NETWORK_TIMEOUT 3` and `TIMEOUT 4`: one REGISTER fails then after 7 seconds, and
  those behind it go to the next server.
- A login waits, it is not refused, as long as ejabberd has no directory at all; its log says why: "LDAP connection to … failed".
- ejabberd remembers good passwords for an hour (`auth_use_cache`): disabled people and old passwords get in that long.
- `ldap_tls_verify: hard` checks the name too; for a server given by its address the certificate needs that address.
- Between servers, unverified certificates are let in by dialback whatever `s2s_use_starttls` says. Without mod_s2s_dialback, and with
  `s2s_cafile`, neither side talks to an unverified one.
- PJSIP's TLS transport is TLS 1.0 alone unless `method` names another, and then it is exactly that one.
- res_config_ldap takes several URLs with spaces between them, and trusts what the system trusts, without any ldap.conf.
"""

from __future__ import annotations

import concurrent.futures
import ssl
import time

import pytest

from tests.lab.clients import sip
from tests.lab.clients.chat import Chat, login_refused
from tests.lab.harness import Host, Lab
from tests.lab.harness.foreign_ldap import LdapServer, foreign_ldap
from tests.lab.harness.tls import Authority, Pair
from tests.lab.test_clients import prepare_asterisk


@pytest.fixture
def directories(lab: Lab) -> tuple[LdapServer, LdapServer]:
    """slapd with the same people on a250 and a249, certificates of one authority."""
    authority = Authority()
    first, second = lab.need("a250", "a249")
    return foreign_ldap(first, authority=authority), foreign_ldap(second, authority=authority)


def bind_ejabberd(host: Host, first: LdapServer, servers: str) -> None:
    host.write("/etc/ejabberd/ldap-ca.pem", first.ca)
    text = host.read("/etc/ejabberd/ejabberd.yml").decode().replace("  - localhost\n", "  - test.local\n", 1)
    text += f"""
auth_method: [ldap]
auth_use_cache: false
{servers}
ldap_encrypt: tls
ldap_tls_verify: hard
ldap_tls_cacertfile: /etc/ejabberd/ldap-ca.pem
ldap_rootdn: "{first.reader}"
ldap_password: "{first.password}"
ldap_base: "{first.people}"
ldap_uids: {{uid: "%u"}}
ldap_filter: "(objectClass=posixAccount)"
"""
    host.write("/etc/ejabberd/ejabberd.yml", text, owner="root:ejabberd", mode=0o640)
    host.sh("systemctl restart ejabberd && ejabberdctl started")


def login(host: Host, user: str = "nana6853", password: str = "e2cdbe09", timeout: float = 15) -> str:
    try:
        return login_refused(f"{user}@test.local", password, address=host.address, timeout=timeout)
    except TimeoutError:
        return "no answer"


def test_ejabberd_goes_on_with_a_backup_server(
    fresh_hosts: tuple[Host, Host], directories: tuple[LdapServer, LdapServer]
) -> None:
    host = fresh_hosts[0]
    first, second = directories
    bind_ejabberd(host, first, f'ldap_servers: ["{first.address}"]\nldap_backups: ["{second.address}"]')
    assert login(host) == ""
    assert login(host, "otto6854", "otto99") == ""
    assert "not-authorized" in login(host, password="wrong")
    first.host.run(["systemctl", "stop", "slapd"])
    assert [login(host) for _ in range(3)] == [""] * 3
    first.host.run(["systemctl", "start", "slapd"])
    second.host.run(["systemctl", "stop", "slapd"])
    assert [login(host) for _ in range(3)] == [""] * 3


def test_ejabberd_checks_the_directorys_name(
    fresh_hosts: tuple[Host, Host], directories: tuple[LdapServer, LdapServer]
) -> None:
    host = fresh_hosts[0]
    server = directories[0]
    server.serve(server.authority.issue("a250.test.local"))
    bind_ejabberd(host, server, f'ldap_servers: ["{server.address}"]')
    assert login(host, timeout=3) == "no answer"
    log = host.read("/var/log/ejabberd/ejabberd.log").decode()
    assert f"LDAP connection to {server.address}:636 failed" in log
    server.serve(server.good_certificate())
    deadline = time.monotonic() + 30
    while login(host, timeout=3) != "":
        assert time.monotonic() < deadline, "it connects by itself once the certificate is right"


def federate(
    host: Host, domain: str, peer: Host, other: str, pair: Pair, trusted: str, dialback: bool
) -> None:
    host.write("/etc/ejabberd/lab.pem", pair.certificate + pair.key, owner="root:ejabberd", mode=0o640)
    host.write("/etc/ejabberd/lab-ca.pem", trusted)
    text = host.read("/root/ejabberd.yml").decode()
    text = text.replace("  - localhost\n", f"  - {domain}\n", 1)
    text = text.replace("/etc/ejabberd/ejabberd.pem", "/etc/ejabberd/lab.pem")
    if not dialback:
        text = text.replace("  mod_s2s_dialback: {}\n", "")
    text += "\ns2s_cafile: /etc/ejabberd/lab-ca.pem\n"
    host.write("/etc/ejabberd/ejabberd.yml", text, owner="root:ejabberd", mode=0o640)
    host.sh(f"grep -q {other} /etc/hosts || echo {peer.address} {other} >> /etc/hosts")
    host.sh(
        f"systemctl restart ejabberd && ejabberdctl started && ejabberdctl register u {domain} pw || true"
    )


def delivered(first: Host, second: Host) -> bool:
    with (
        Chat("u@one.test", "pw", address=first.address) as one,
        Chat("u@two.test", "pw", address=second.address) as two,
    ):
        one.send("u@two.test", "across")
        try:
            return two.receive(timeout=3).body == "across"
        except TimeoutError:
            return False


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_servers_talk_to_verified_servers_alone_without_dialback(fresh_hosts: tuple[Host, Host]) -> None:
    first, second = fresh_hosts
    for host in fresh_hosts:
        host.sh("cp /etc/ejabberd/ejabberd.yml /root/ejabberd.yml")
    authority = Authority()
    good = authority.issue("two.test")
    for second_shows, dialback, arrives in (
        (good, False, True),
        (Authority().issue("two.test"), False, False),
        (authority.issue("three.test"), False, False),
        (authority.issue("two.test", days=(-90, -1)), False, False),
        (authority.issue("two.test", days=(-90, -1)), True, True),
    ):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            trusted = authority.certificate
            one = authority.issue("one.test")
            for done in (
                pool.submit(federate, first, "one.test", second, "two.test", one, trusted, dialback),
                pool.submit(federate, second, "two.test", first, "one.test", second_shows, trusted, dialback),
            ):
                done.result()
        assert delivered(first, second) is arrives


def test_a_tls_transport_speaks_one_version(fresh_hosts: tuple[Host, Host]) -> None:
    host = fresh_hosts[0]
    authority = Authority()
    prepare_asterisk(host, authority)
    sip.check_tls(host.address, 5061, ca=authority.certificate)
    text = host.read("/etc/asterisk/pjsip.conf").decode()
    for method, agreed in (("method=tlsv1_3\n", "TLSv1.3"), ("", "")):
        host.write("/etc/asterisk/pjsip.conf", text.replace("method=tlsv1_2\n", method))
        host.sh("systemctl restart asterisk && asterisk -rx 'core waitfullybooted'")
        if agreed:
            sip.check_tls(host.address, 5061, ca=authority.certificate)
            with pytest.raises(sip.SipError, match=r"(?i)protocol.version"):
                sip.check_tls(host.address, 5061, ca=authority.certificate, newest=ssl.TLSVersion.TLSv1_2)
        else:
            with pytest.raises(sip.SipError, match=r"(?i)version|unsupported|alert|legacy sigalg"):
                sip.check_tls(host.address, 5061, ca=authority.certificate)


RES_LDAP = """[_general]
url={url}
protocol=3
basedn={base}
user={reader}
pass={password}
[endpoints]
id = AstAccountName
aors = AstAccountMailbox
auth = uidNumber
context = AstAccountContext
allow = AstAccountAllowedCodec
accountBaseDN = seeAlso
additionalFilter=(objectClass=AsteriskSIPUser)
[auths]
id = AstAccountName
username = AstAccountMailbox
password = AstAccountRealmedPassword
additionalFilter=(objectClass=AsteriskSIPUser)
[aors]
id = AstAccountName
max_contacts = AstAccountCallLimit
accountBaseDN = seeAlso
additionalFilter=(objectClass=AsteriskSIPUser)
"""


def test_asterisk_takes_several_directories(
    fresh_hosts: tuple[Host, Host], directories: tuple[LdapServer, LdapServer]
) -> None:
    host = fresh_hosts[0]
    first, second = directories
    for server in directories:
        server.add(
            f"dn: cn=sipdefaults,ou=sip,{server.base}\nobjectClass: applicationProcess\nobjectClass: AsteriskSIPUser\n"
            "cn: sipdefaults\nAstAccountAllowedCodec: !all,ulaw\nAstAccountCallLimit: 5\n"
        )
        server.modify(
            f"dn: uid=nana6853,{server.people}\nchangetype: modify\nadd: objectClass\nobjectClass: extensibleObject\n-\n"
            f"add: seeAlso\nseeAlso: cn=sipdefaults,ou=sip,{server.base}\n"
        )
    host.write("/usr/local/share/ca-certificates/lab.crt", first.ca)
    host.run(["update-ca-certificates"])
    assert not host.exists("/etc/ldap/ldap.conf")
    host.write(
        "/etc/asterisk/res_ldap.conf",
        RES_LDAP.format(
            url=f"{first.url} {second.url}", base=first.base, reader=first.reader, password=first.password
        ),
        owner="root:asterisk",
        mode=0o640,
    )
    tables = {"endpoint": "ps_endpoints", "auth": "ps_auths", "aor": "ps_aors"}
    mapped = "".join(f'{table} => ldap,"{first.people}",{table[3:]}\n' for table in tables.values())
    host.write("/etc/asterisk/extconfig.conf", f"[settings]\n{mapped}")
    sorcery = "".join(
        f"{kind}=config,pjsip.conf,criteria=type={kind}\n{kind}=realtime,{table},allow_unqualified_fetch=no\n"
        for kind, table in tables.items()
    )
    host.write("/etc/asterisk/sorcery.conf", f"[res_pjsip]\n{sorcery}")
    host.write("/etc/asterisk/pjsip.conf", "[transport-udp]\ntype=transport\nprotocol=udp\nbind=0.0.0.0\n")
    host.sh("systemctl restart asterisk && asterisk -rx 'core waitfullybooted'")

    def code(password: str = "e2cdbe09") -> int:
        return sip.register(host.address, "6853", password).code

    assert (code(), code("wrong"), code("")) == (200, 401, 401)
    first.host.run(["systemctl", "stop", "slapd"])
    assert [code(), code()] == [200, 200]
    first.host.run(["systemctl", "start", "slapd"])
    second.host.run(["systemctl", "stop", "slapd"])
    assert [code(), code()] == [200, 200]
    first.serve(first.authority.issue("other.test"))
    assert code() == 401, "the only server that is left has a wrong name"

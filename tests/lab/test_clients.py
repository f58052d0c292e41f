"""The independent clients see what there is: right and wrong passwords, right and wrong certificates. Servers set up by hand."""

from __future__ import annotations

import pytest

from tests.lab.clients import sip
from tests.lab.clients.chat import Chat, Refused, download, login_refused
from tests.lab.harness import Host
from tests.lab.harness.tls import Authority

PJSIP = """
[transport-udp]
type=transport
protocol=udp
bind=0.0.0.0
[transport-tcp]
type=transport
protocol=tcp
bind=0.0.0.0
; Without a method it is TLS 1.0, which OpenSSL 3 refuses; each method is exactly that one version.
[transport-tls]
type=transport
protocol=tls
method=tlsv1_2
bind=0.0.0.0:5061
cert_file=/etc/asterisk/keys/lab.crt
priv_key_file=/etc/asterisk/keys/lab.key
[6853]
type=endpoint
context=all
disallow=all
allow=ulaw
auth=6853
aors=6853
[6853]
type=auth
auth_type=userpass
username=6853
password=e2cdbe09
[6853]
type=aor
max_contacts=5
[6854]
type=endpoint
context=all
disallow=all
allow=ulaw
aors=6854
[6854]
type=aor
max_contacts=5
"""
STRANGER = Authority().certificate


def prepare_asterisk(host: Host, authority: Authority) -> None:
    pair = authority.issue("test.local", addresses=[host.address])
    host.write("/etc/asterisk/keys/lab.crt", pair.certificate)
    host.write("/etc/asterisk/keys/lab.key", pair.key, owner="asterisk:asterisk", mode=0o600)
    host.write("/etc/asterisk/pjsip.conf", PJSIP, owner="asterisk:asterisk", mode=0o640)
    host.sh("systemctl restart asterisk && asterisk -rx 'core waitfullybooted'")


def prepare_ejabberd(host: Host, authority: Authority) -> None:
    pair = authority.issue("test.local", "upload.test.local", addresses=[host.address])
    host.write("/etc/ejabberd/lab.pem", pair.certificate + pair.key, owner="root:ejabberd", mode=0o640)
    text = host.read("/etc/ejabberd/ejabberd.yml").decode()
    upload = (
        f"  mod_http_upload: {{put_url: 'https://{host.address}:5443/upload', docroot: /var/lib/ejabberd/up}}"
    )
    for old, new in (
        ("  - localhost\n", "  - test.local\n"),
        ("/etc/ejabberd/ejabberd.pem", "/etc/ejabberd/lab.pem"),
        ("      /ws:", "      /upload: mod_http_upload\n      /ws:"),
        ("  mod_last: {}", f"{upload}\n  mod_last: {{}}"),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    host.write("/etc/ejabberd/ejabberd.yml", text, owner="root:ejabberd", mode=0o640)
    host.sh("systemctl restart ejabberd && ejabberdctl started")
    for user in ("anna", "bob"):
        host.run(["ejabberdctl", "register", user, "test.local", f"pw-{user}"])


def test_phones(fresh_hosts: tuple[Host, Host]) -> None:
    host, other = fresh_hosts
    authority = Authority()
    prepare_asterisk(host, authority)
    for transport in ("udp", "tcp", "tls"):
        for password, code in (("e2cdbe09", 200), ("wrong", 401), ("", 401)):
            answer = sip.register(host.address, "6853", password, transport, ca=authority.certificate)
            assert (answer.code, answer.challenged) == (code, True), (transport, password, answer.said)
    open_door = sip.register(host.address, "6854", "")
    assert (open_door.code, open_door.challenged) == (200, False)
    assert sip.register(host.address, "6999", "e2cdbe09").code == 401
    with sip.phone(host.address, "6853", "e2cdbe09", ca=authority.certificate):
        assert "6853-0x" in host.sh("asterisk -rx 'pjsip show contacts'")
    with pytest.raises(sip.SipError, match="certificate verify failed"):
        sip.register(host.address, "6853", "e2cdbe09", "tls", ca=STRANGER)
    with pytest.raises(sip.SipError, match="refused"):
        sip.register(other.address, "6853", "e2cdbe09", "tls", ca=authority.certificate)
    host.sh("systemctl stop asterisk")
    with pytest.raises(sip.SipError, match="No answer"):
        sip.register(host.address, "6853", "e2cdbe09", timeout=2)


def test_people_chat(fresh_hosts: tuple[Host, Host]) -> None:
    host = fresh_hosts[0]
    authority = Authority()
    prepare_ejabberd(host, authority)
    where = {"address": host.address, "ca": authority.certificate}
    assert login_refused("anna@test.local", "pw-anna", **where) == ""
    assert "not-authorized" in login_refused("anna@test.local", "wrong", **where)
    assert "not-authorized" in login_refused("anna@test.local", "", **where)
    assert "certificate verify failed" in login_refused(
        "anna@test.local", "pw-anna", address=host.address, ca=STRANGER
    )
    assert "no connection" in login_refused("anna@test.local", "pw-anna", address=host.address, port=9)
    with Chat("anna@test.local", "pw-anna", **where) as anna:
        anna.send("bob@test.local", "while you were away")
        with Chat("bob@test.local", "pw-bob", **where) as bob:
            first = bob.receive()
            assert (first.sender, first.body, first.delayed) == (
                "anna@test.local",
                "while you were away",
                True,
            )
            bob.send("anna@test.local", "Grüße")
            assert anna.receive().body == "Grüße"
            bob.add_contact("anna@test.local", "Anna")
            assert bob.roster() == {"anna@test.local": "Anna"}
            url = anna.upload(b"a picture", "picture one.png", ca=authority.certificate)
            bob.send("anna@test.local", url)
            assert download(anna.receive().body, ca=authority.certificate) == b"a picture"
            with pytest.raises(Refused, match="certificate verify failed"):
                download(url, ca=STRANGER)
            with pytest.raises(Refused, match="404"):
                download(url + "x", ca=authority.certificate)
            with pytest.raises(TimeoutError):
                bob.receive(timeout=0.2)

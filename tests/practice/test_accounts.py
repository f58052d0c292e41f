"""Who may log in to a simulated ejabberd: its own accounts, TLS for clients, domains."""

from __future__ import annotations

import pytest

from azdesk.onhost.login import REASONS
from azdesk.practice import PracticeHost, logins
from tests.practice.conftest import said

DOOR = "xmpp://127.0.0.1:5222"


def attempt(
    host: PracticeHost, server: str = DOOR, account: str = "anna", password: str = "pw", **more: str
) -> tuple[str, str]:
    request = {"account": account, "domain": "localhost", **more}
    reason, text = logins.attempt(host, server, request, password)
    assert not reason or reason in REASONS
    return reason, text


@pytest.fixture
def host(a251: PracticeHost) -> PracticeHost:
    said(a251, "systemctl is-active ejabberd")
    said(a251, "ejabberdctl register anna localhost pw")
    return a251


def test_accounts_of_its_own(host: PracticeHost) -> None:
    assert attempt(host) == ("", "takes the login as anna@localhost")
    assert attempt(host, "xmpps://127.0.0.1:5223")[0] == ""
    assert attempt(host, f"xmpp://{host.lan_address}:5222")[0] == ""
    for wrong in ({"password": "PW"}, {"password": ""}, {"account": "bert"}):
        assert attempt(host, **wrong) == ("password", "refuses the account or its password")
    assert attempt(host, domain="other.org") == ("forbidden", "does not serve other.org")
    said(host, "ejabberdctl unregister anna localhost")
    assert attempt(host)[0] == "password"


def test_tls_of_clients(host: PracticeHost) -> None:
    reason, text = attempt(host, ca="/etc/ssl/certs/ca-certificates.crt")
    assert (reason, text) == ("tls", "has a TLS certificate of an authority that is not trusted here")
    assert attempt(host, "xmpp://127.0.0.1:5223")[0] == "protocol"
    main = "/etc/ejabberd/ejabberd.yml"
    text = host.files.text(main).replace("    starttls_required: true\n", "")
    host.files.write(main, text)
    said(host, "ejabberdctl reload_config")
    assert attempt(host)[1] == "offers no TLS to clients, and a password is not sent without"
    host.files.write(main, text.replace("/etc/ejabberd/ejabberd.pem", "/etc/ejabberd/none.pem"))
    said(host, "ejabberdctl reload_config")
    assert attempt(host, "xmpps://127.0.0.1:5223")[1].startswith("does not agree on TLS")


def test_where_nothing_answers(host: PracticeHost) -> None:
    said(host, "systemctl stop ejabberd")
    assert attempt(host) == ("unreachable", "cannot be reached (Connection refused)")
    assert attempt(host, "xmpp://10.9.9.9:5222")[0] == "unreachable"
    assert attempt(host, "xmpp://nobody.example:5222")[1] == "cannot be reached (Name or service not known)"


def test_one_domain_has_another_way(host: PracticeHost) -> None:
    """What host_config says goes before what is said for all; the last of several counts."""
    own = "/etc/ejabberd/own.yml"
    main = host.files.text("/etc/ejabberd/ejabberd.yml")
    host.files.write(
        "/etc/ejabberd/ejabberd.yml", f"{main}\nauth_method: anonymous\ninclude_config_file: {own}\n"
    )
    methods = {"internal": ("password", ""), "[internal, anonymous]": ("", ""), "ldap": ("silent", "")}
    for method, (reason, _) in methods.items():
        text = f"host_config:\n  localhost:\n    auth_method: anonymous\n    auth_method: {method}\n"
        host.files.write(own, text)
        said(host, "ejabberdctl reload_config")
        assert attempt(host, account="bert")[0] == reason, method

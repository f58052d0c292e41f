"""The step `Login` against real slapd, ejabberd and Asterisk: what they take, and each refusal in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azdesk.app.applying import run_steps
from azdesk.core.outcome import HostOutcome, HostState
from azdesk.core.plan import HostPlan
from azdesk.core.progress import Job
from azdesk.core.step import Login, SecretUse
from tests.lab.faults.workstation import Workstation, document, fleet_of
from tests.lab.harness import Host, Lab, openldap
from tests.lab.harness.tls import Authority

pytestmark = pytest.mark.timeout(180)
CA = "/etc/test-ca.pem"
PASSWORD = "a pass word with ümlaut"


class Place:
    """A host from which logins are tried, and AZDesk connected with it."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.authority = Authority()
        self.host, self.directory = lab.host("a251"), lab.host("a250")
        self.host.write(CA, self.authority.certificate)
        self.own = Workstation(fleet_of(document(lab, (), ("a251",), chat=False)), lab.known_hosts, folder)

    def say(
        self, *servers: str, password: str = PASSWORD, account: str = "anna", **more: Any
    ) -> tuple[bool, str]:
        """Whether a login was taken, and the step's message or error."""
        self.host.write("/etc/test-password", password, mode=0o600)
        use = SecretUse(token="••test••", source="host:a251:/etc/test-password")
        step = Login(
            title="Log in", servers=servers, account=account, password=use.token, secrets=(use,),
            **{"ca": CA, "timeout": 3, **more},
        )  # fmt: skip
        outcome = run_steps(self.own.session, HostPlan(host="a251", steps=(step,)), Job(), title="Try")
        self._no_trace(outcome, password)
        said = outcome.steps[0].message if outcome.state is HostState.CHANGED else outcome.message
        return outcome.state is HostState.CHANGED, said

    def _no_trace(self, outcome: HostOutcome, password: str) -> None:
        assert password not in str(outcome)
        found = self.host.sh(f"grep -rl '{password}' /var/lib/azdesk || true")
        assert found == ""


@pytest.fixture(scope="module")
def place(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    lab.reset("a250", "a251")
    made = Place(lab, tmp_path_factory.mktemp("desk"))
    with made.own:
        yield made


def with_directory(place: Place, days: tuple[int, int] = (-1, 90)) -> str:
    at = place.directory
    pair = place.authority.issue("a250", addresses=[at.address], days=days)
    openldap.set_up(at, pair, place.authority.certificate, {"anna": PASSWORD})
    return f"ldaps://{at.address}:636"


def test_a_directory(place: Place) -> None:
    url = with_directory(place)
    anna = {"account": f"uid=anna,{openldap.PEOPLE}"}
    assert place.say(url, **anna) == (True, f"{url} takes the login.")
    people = {"base": openldap.PEOPLE, "search": "(&(objectClass=posixAccount)(|(uid=an*a)(cn>=x)(!(sn=*))))"}
    assert place.say(url, **anna, **people)[1] == f"{url} takes the login and found what it should find."
    good, said = place.say(f"ldaps://{place.host.address}:636", url, **anna)
    assert good
    assert re.search(r"251:636 cannot be reached \(Connection refused\)\. .*250:636 takes the login\.", said)
    for more, words in (
        ({**anna, "password": "wrong"}, "refuses the account or its password"),
        ({"account": f"uid=nobody,{openldap.PEOPLE}"}, "refuses the account or its password"),
        (
            {**anna, "base": openldap.PEOPLE, "search": "(uid=bert)"},
            "nothing is found with it below ou=People",
        ),
        ({**anna, "base": "ou=x,dc=test,dc=local"}, "has no such entry"),
        ({**anna, "name": "dc1.corp.example"}, "does not hold for dc1.corp.example"),
        ({**anna, "ca": "/etc/ssl/certs/ca-certificates.crt"}, "of an authority that is not trusted here"),
    ):
        good, said = place.say(url, **{**more, "timeout": 1})
        assert not good, words
        assert words in said
        assert "Nothing was changed." in said
    openldap.with_certificate(
        place.directory, place.authority.issue("a250", addresses=[place.directory.address], days=(-90, -1))
    )
    assert "has a TLS certificate that has expired" in place.say(url, **anna, timeout=1)[1]


def test_chat(place: Place) -> None:
    host = place.host
    pair = place.authority.issue("test.local", addresses=[host.address])
    host.write("/etc/ejabberd/ejabberd.pem", pair.certificate + pair.key, mode=0o640, owner="root:ejabberd")
    host.sh(
        "sed -i 's/^  - localhost$/  - test.local/' /etc/ejabberd/ejabberd.yml; ejabberdctl reload_config"
    )
    host.run(["ejabberdctl", "register", "anna", "test.local", PASSWORD])
    more = {"domain": "test.local"}
    for url in ("xmpp://127.0.0.1:5222", "xmpps://127.0.0.1:5223", f"xmpp://{host.address}:5222"):
        assert place.say(url, **more) == (True, f"{url} takes the login as anna@test.local.")
    url = "xmpp://127.0.0.1:5222"
    for change, words in (
        ({"password": "wrong"}, "refuses the account or its password"),
        ({"account": "nobody"}, "refuses the account or its password"),
        ({"domain": "other.org"}, "does not serve other.org"),
        ({"name": "other.org"}, "does not hold for other.org"),
    ):
        good, said = place.say(url, **{**more, "timeout": 1, **change})
        assert not good, words
        assert words in said
    assert place.say(url, **more, password="wrong", refused=True)[0]
    assert not place.say(url, **more, refused=True, timeout=1)[0]
    # Without PLAIN it is SCRAM, as a password kept by ejabberd itself allows.
    host.sh(
        "sed -i 's/^disable_sasl_mechanisms:$/&\\n  - PLAIN/' /etc/ejabberd/ejabberd.yml; ejabberdctl reload_config"
    )
    assert place.say(url, **more)[0]
    # A server that is just starting is waited for.
    host.sh("systemctl restart --no-block ejabberd")
    assert place.say(url, **more, timeout=30)[0]


def phones(host: Host, authority: Authority) -> None:
    pair = authority.issue("a251", addresses=[host.address, "127.0.0.1"])
    host.write("/etc/asterisk/test.pem", pair.certificate + pair.key, mode=0o640, owner="root:asterisk")
    host.write(
        "/etc/asterisk/pjsip.conf",
        f"""[udp]
type=transport
protocol=udp
bind=0.0.0.0
[tls]
type=transport
protocol=tls
bind=0.0.0.0:5061
cert_file=/etc/asterisk/test.pem
priv_key_file=/etc/asterisk/test.pem
method=tlsv1_2
[anna]
type=endpoint
aors=anna
auth=anna
[anna]
type=auth
username=anna
password={PASSWORD}
[anna]
type=aor
max_contacts=2
[open]
type=endpoint
aors=open
[open]
type=aor
max_contacts=2
""",
    )
    host.run(["systemctl", "restart", "asterisk"])
    host.run(["asterisk", "-rx", "core waitfullybooted"])


def test_phones(place: Place) -> None:
    phones(place.host, place.authority)
    for url in ("sip://127.0.0.1:5060", f"sip://{place.host.address}:5060", "sips://127.0.0.1:5061"):
        assert place.say(url) == (True, f"{url} takes the registration, and its end.")
    assert "anna/sip" not in place.host.run(["asterisk", "-rx", "pjsip show contacts"]).stdout
    url = "sip://127.0.0.1:5060"
    for change, words in (
        ({"password": "wrong"}, "refuses the account or its password"),
        ({"account": "nobody"}, "refuses the account or its password"),
        ({"account": "open"}, "registers phones without asking for a password"),
    ):
        good, said = place.say(url, **{"timeout": 1, **change})
        assert not good, words
        assert words in said
    good, said = place.say("sips://127.0.0.1:5061", name="a250", timeout=1)
    assert not good
    assert "does not hold for a250" in said
    assert "open/sip" not in place.host.run(["asterisk", "-rx", "pjsip show contacts"]).stdout

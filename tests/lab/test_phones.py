"""Phones of people in the fleet's own directory, with clients that we did not write: on Asterisk 22, and on Debian 11's with chan_sip."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.app import authority, whereabouts
from azdesk.app.people import People, changing, looking
from azdesk.app.people.hosts import forget
from azdesk.core.secret import Secret
from azdesk.directory.people import Person
from azdesk.features.manager import ManagerState
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from tests.lab.clients import sip
from tests.lab.harness import Host, Lab
from tests.lab.test_directory import GUIDE, ROOT, Office

pytestmark = pytest.mark.timeout(300)
NUMBER, PASSWORD = "6853", "e2cdbe09"
OUTSIDE = GUIDE.replace("nana6853", "otto7001").replace("6853", "7001")
NO_PASSWORD = "".join(
    line
    for line in GUIDE.replace("nana6853", "nopw6855").replace("6853", "6855").splitlines(keepends=True)
    if not line.startswith("AstAccountRealmedPassword")
)


@pytest.fixture
def office(lab: Lab, tmp_path: Path) -> Iterator[Office]:
    lab.reset("a250", "a251")
    made = Office(lab, tmp_path, {"a250": ["directory"], "a251": ["application"]})
    yield made
    made.session.close()


@pytest.fixture
def two_directories(lab: Lab, tmp_path: Path) -> Iterator[Office]:
    """a249 follows a250."""
    if "a249" in lab.hosts:
        lab.reset("a249")
    else:
        lab.need("a249")
    lab.reset("a250", "a251")
    roles = {"a250": ["directory"], "a249": ["directory"], "a251": ["application"]}
    made = Office(lab, tmp_path, roles)
    yield made
    made.session.close()


@pytest.fixture
def old_office(lab: Lab, old_host: Host, tmp_path: Path) -> Iterator[Office]:
    """The phones' host is a Debian 11; the others' entry for a251 stays, for the document's sake."""
    lab.reset("a250", "a251")
    made = Office(
        lab, tmp_path, {"a250": ["directory"], "a251": ["application"], old_host.name: ["application"]}
    )
    yield made
    made.session.close()


def with_phones(office: Office, host: str, fleet: Fleet | None = None) -> Fleet:
    sip_of = {
        "accounts": "directory",
        "selection_filter": "(AstAccountName=68*)",
        "transports": ("udp", "tcp", "tls"),
    }
    return edit.with_value(fleet or office.document(), ("hosts", host, "sip"), sip_of)


def add_people(directory: Host) -> None:
    for entry in (GUIDE, OUTSIDE, NO_PASSWORD):
        directory.run(["ldapadd", *ROOT.split()], input=entry)


def code(host: Host, number: str, password: str, transport: sip.Transport, ca: str) -> int:
    return sip.register(host.address, number, password, transport, ca=ca).code


def test_phones_of_the_guide(office: Office, lab: Lab) -> None:
    """The guide's entry unchanged registers over UDP, TCP and TLS; nobody else does; the directory may be away for a while."""
    directory, host, ca = lab.host("a250"), lab.host("a251"), office.authority.certificate
    fleet = with_phones(office, "a251")
    office.change(fleet)
    add_people(directory)
    for transport in ("udp", "tcp", "tls"):
        answer = sip.register(host.address, NUMBER, PASSWORD, transport, ca=ca)
        assert (answer.code, answer.challenged) == (200, True), (transport, answer.said)
        for number, password in (
            (NUMBER, "wrong"),
            (NUMBER, ""),
            ("7001", PASSWORD),
            ("6855", ""),
            ("6999", "x"),
        ):
            assert code(host, number, password, transport, ca) == 401, (transport, number, password)

    with sip.phone(host.address, NUMBER, PASSWORD, ca=ca):
        office.look(fleet)
        state = office.session.observations["a251"].states["manager"]
        assert isinstance(state, ManagerState)
        assert state.live is not None
        assert state.live.phones >= 1

    directory.run(["systemctl", "stop", "slapd"])
    assert code(host, NUMBER, PASSWORD, "udp", ca) == 200, "remembered"
    assert code(host, NUMBER, "wrong", "udp", ca) == 401
    host.run(["asterisk", "-rx", "sorcery memory cache expire res_pjsip/auth"])
    host.run(["asterisk", "-rx", "sorcery memory cache expire res_pjsip/endpoint"])
    assert code(host, NUMBER, PASSWORD, "udp", ca) == 401, "forgotten, and nobody to ask"
    directory.run(["systemctl", "start", "slapd"])
    assert code(host, NUMBER, PASSWORD, "udp", ca) == 200
    assert code(host, NUMBER, PASSWORD, "tls", ca) == 200
    _another_authority(office, fleet, host)


def _another_authority(office: Office, fleet: Fleet, host: Host) -> None:
    """Phones go on through a change of the fleet's authority, although Asterisk has no certificate of its own to be restarted for."""

    class Secrets:
        def get(self, name: str, what: str) -> Secret | None:
            return office.secrets.get((name, what))

        def set(self, name: str, what: str, secret: Secret) -> None:
            office.secrets[name, what] = secret

    def registers() -> int:
        for kind in ("auth", "endpoint", "aor"):
            host.run(["asterisk", "-rx", f"sorcery memory cache expire res_pjsip/{kind}"])
        return code(host, NUMBER, PASSWORD, "udp", "")

    fleet = edit.with_value(fleet, ("hosts", host.name, "sip", "transports"), ("udp",))
    office.change(fleet)
    assert registers() == 200
    fleet = authority.prepare(fleet, Secrets())
    office.change(fleet)
    assert registers() == 200
    fleet = authority.change_over(fleet, Secrets())
    office.change(fleet)
    assert registers() == 200, "the directory shows a certificate of the next authority"
    fleet = authority.let_go(fleet)
    office.change(fleet)
    assert registers() == 200


def test_digests_and_two_directories(two_directories: Office, lab: Lab) -> None:
    """Passwords are kept as digests; a server of the directory dies, and phones that nobody has seen before register all the same."""
    office = two_directories
    host, ca = lab.host("a251"), office.authority.certificate
    fleet = edit.with_value(
        with_phones(office, "a251", office.document(directory__passwords="digest")),
        ("hosts", "a251", "numbers"),
        ("68XX",),
    )
    office.change(fleet)
    people = People(office.session)
    for number in ("6853", "6854"):
        changing.add(
            people, Person(account=f"nana{number}", name="Nana Louis", number=number), Secret("e2cdbe09")
        )
    for transport in ("udp", "tls"):
        assert code(host, "6853", "e2cdbe09", transport, ca) == 200
        assert code(host, "6853", "wrong", transport, ca) == 401
        assert code(host, "6853", "", transport, ca) == 401
    nana = looking.get(people, "nana6853")
    changing.set_password(people, nana, Secret("another-one"))
    assert forget(people, [nana]) == ()
    assert code(host, "6853", "e2cdbe09", "udp", ca) == 401
    assert code(host, "6853", "another-one", "udp", ca) == 200
    shown = lab.host("a249").sh(
        f"ldapsearch -LLL {ROOT} -b ou=People,dc=test,dc=local '(uid=nana6854)' AstAccountRealmedPassword"
    )
    assert "AstAccountRealmedPassword" in shown, "the second server has it"
    lab.host("a250").run(["systemctl", "stop", "slapd"])
    assert code(host, "6854", "e2cdbe09", "udp", ca) == 200, "asked of the second server"
    assert code(host, "6854", "wrong", "udp", ca) == 401
    lab.host("a250").run(["systemctl", "start", "slapd"])
    lab.host("a249").run(["systemctl", "stop", "slapd"])
    host.run(["asterisk", "-rx", "sorcery memory cache expire res_pjsip/auth"])
    host.run(["asterisk", "-rx", "sorcery memory cache expire res_pjsip/endpoint"])
    assert code(host, "6854", "e2cdbe09", "udp", ca) == 200, "and of the first again"
    people.close()


def test_phones_of_an_old_host(old_office: Office, old_host: Host, lab: Lab) -> None:
    """The same with chan_sip, which says 403; and as it was when that ends."""
    directory, ca = lab.host("a250"), old_office.authority.certificate
    before = {path: old_host.read(path) for path in _etc(old_host)}
    fleet = with_phones(old_office, old_host.name, old_office.document(number_plan__scheme="short"))
    old_office.change(edit.with_value(fleet, ("hosts", old_host.name, "numbers"), ("68XX",)))
    add_people(directory)
    for transport in ("udp", "tcp", "tls"):
        answer = sip.register(old_host.address, NUMBER, PASSWORD, transport, ca=ca)
        assert (answer.code, answer.challenged) == (200, True), (transport, answer.said)
        for number, password in (
            (NUMBER, "wrong"),
            (NUMBER, ""),
            ("7001", PASSWORD),
            ("6855", ""),
            ("6999", "x"),
        ):
            assert code(old_host, number, password, transport, ca) in (401, 403), (
                transport,
                number,
                password,
            )
    directory.run(["systemctl", "stop", "slapd"])
    assert code(old_host, NUMBER, PASSWORD, "udp", ca) == 200, "remembered"
    directory.run(["systemctl", "start", "slapd"])
    assert code(old_host, NUMBER, PASSWORD, "udp", ca) == 200
    people = People(old_office.session)
    nana = looking.get(people, "nana6853")
    changing.set_password(people, nana, Secret("another-one"))
    assert forget(people, [nana]) == ()
    assert code(old_host, NUMBER, PASSWORD, "udp", ca) in (401, 403)
    assert code(old_host, NUMBER, "another-one", "udp", ca) == 200
    with sip.phone(old_host.address, NUMBER, "another-one", ca=ca):
        assert _registered(old_host, NUMBER)
        (seen,) = whereabouts.phones(old_office.session, NUMBER).found
        assert (seen.host, seen.client[:7], seen.reachable) == (old_host.name, "baresip", True)
        assert seen.address.startswith("10.77."), seen
        assert "transport=tls" in seen.contact, seen
        assert 0 < seen.until - time.time() < 200, seen
        changing.set_enabled(people, looking.get(people, "nana6853"), enabled=False)
        assert _registered(old_host, NUMBER), "Asterisk goes on with it until it is told"
        assert forget(people, [nana]) == ()
        assert not _registered(old_host, NUMBER), "signed out, though the phone is still connected"
        assert "6853" not in old_host.run(["asterisk", "-rx", "database show SIP/Registry"]).stdout
        assert whereabouts.phones(old_office.session, NUMBER).found == ()
        for given in ("another-one", PASSWORD, ""):
            assert code(old_host, NUMBER, given, "udp", ca) in (401, 403), "disabled"
    changing.set_enabled(people, looking.get(people, "nana6853"), enabled=True)
    assert forget(people, [nana]) == ()
    assert code(old_host, NUMBER, "another-one", "udp", ca) == 200
    assert _registered(old_host, NUMBER)
    people.close()

    old_office.change(old_office.document())
    assert {path: old_host.read(path) for path in _etc(old_host)} == before


def _registered(host: Host, number: str) -> bool:
    """Whether chan_sip would send calls to a phone of this number."""
    peers = host.run(["asterisk", "-rx", "sip show peers"]).stdout.splitlines()
    (peer,) = [line.split() for line in peers if line.split("/")[0].split()[:1] == [number]] or [["", "none"]]
    return peer[1] not in ("none", "(Unspecified)")


def _etc(host: Host) -> list[str]:
    return host.sh("find /etc/asterisk -type f").split()

"""The directory on its host, by way of AZDesk's own plan: on the practice fleet's slapd and on a real one alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from azdesk.app.applying import apply
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.outcome import HostState
from azdesk.core.secret import Secret
from azdesk.features._directory import READER_FILE
from azdesk.fleet import edit, secret_names, store
from azdesk.fleet.model import Credential, Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.pki.authority import new_authority
from azdesk.pki.reading import now
from azdesk.practice.fleet import PracticeFleet
from tests.contract.backends import change, look, settled
from tests.guide_entry import GUIDE
from tests.lab.harness import Lab

A250, A251 = HOSTS = ("a250", "a251")
BASE = "dc=test,dc=local"
PEOPLE = f"ou=People,{BASE}"
ROOT = ("-Q", "-Y", "EXTERNAL", "-H", "ldapi:///")


class Place(ABC):
    """a250 and a251 as `apt install` leaves them."""

    def __init__(self, fleet: Fleet, known_hosts: Path, folder: Path) -> None:
        self.authority = new_authority("Example company", now())
        certificate = self.authority.certificate
        self.outside = edit.with_values(
            fleet,
            {"authority.certificate": certificate, "hosts.a251.sip.selection_filter": "(AstAccountName=68*)"},
        )
        trust = HostKeys(own=folder / "known_hosts", others=[known_hosts])
        self.session = Session(
            self.outside,
            HostPool(self.outside, trust=trust),
            secrets=self,
            awaited=AwaitedStore(folder / "awaited.json"),
            who="contract",
        )

    def get(self, name: str, what: str) -> Secret | None:
        ours = (name, what) == secret_names.authority_key(self.authority.certificate)
        return self.authority.key if ours else None

    def document(self, **changes: Any) -> Fleet:
        values = {path.replace("__", "."): value for path, value in changes.items()}
        return edit.with_values(self.outside, {"directory.base": BASE, **values})

    @abstractmethod
    def run(self, host: str, *argv: str, feed: str = "") -> tuple[int, str]:
        """Exit code and all that was printed."""

    @abstractmethod
    def write(self, host: str, path: str, text: str) -> None:
        """Write a file as an editor of root's does: owner and mode stay."""

    def must(self, host: str, *argv: str, feed: str = "") -> str:
        code, said = self.run(host, *argv, feed=feed)
        assert code == 0, (argv, said)
        return said


class OnPractice(Place):
    def __init__(self, folder: Path) -> None:
        self.fleet = PracticeFleet.start(HOSTS, speed=50.0)
        super().__init__(store.parse(self.fleet.fleet_document()), self.fleet.known_hosts, folder)

    def run(self, host: str, *argv: str, feed: str = "") -> tuple[int, str]:
        output = self.fleet.host(host).run(list(argv), feed=feed.encode())
        assert output is not None, argv
        return output.exit, output.out + output.err

    def write(self, host: str, path: str, text: str) -> None:
        self.fleet.host(host).files.write(path, text)


class InLab(Place):
    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        lab.reset(*HOSTS)
        credential = Credential(user="root", method="key", key_file=str(lab.key_file))
        fleet = edit.add_credential(Fleet(), "lab", credential)
        for host, roles in ((A250, ["directory"]), (A251, ["application"])):
            place = {"address": lab.host(host).address, "credential": "lab", "roles": roles}
            fleet = edit.add_host(fleet, host, place)
        super().__init__(fleet, lab.known_hosts, folder)

    def run(self, host: str, *argv: str, feed: str = "") -> tuple[int, str]:
        done = self.lab.host(host).run(list(argv), input=feed or None, check=False)
        return done.returncode, done.stdout + done.stderr

    def write(self, host: str, path: str, text: str) -> None:
        self.lab.host(host).write(path, text, mode=0o600)


@pytest.fixture(
    params=[
        pytest.param("practice", id="practice"),
        pytest.param("lab", id="lab", marks=[pytest.mark.lab, pytest.mark.timeout(300)]),
    ]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "lab":
        yield (found := InLab(request.getfixturevalue("lab"), tmp_path))
        found.session.close()
        return
    practice = OnPractice(tmp_path)
    yield practice
    practice.session.close()
    practice.fleet.stop()


def test_a_directory_comes_and_goes(place: Place) -> None:
    fleet = place.document()
    outcome = change(place.session, fleet, HOSTS).host(A250)
    assert outcome.state is HostState.CHANGED
    assert "AstAccountDirectMedia" in place.must(
        A250, "ldapsearch", "-LLL", *ROOT, "-b", "cn=schema,cn=config", "(cn=*asterisk)"
    )
    place.must(A250, "ldapadd", *ROOT, feed=GUIDE)
    nana, reader = f"uid=nana6853,{PEOPLE}", f"cn=azreader,{BASE}"
    assert place.run(A250, "ldapsearch", "-LLL", "-x", "-H", "ldapi:///", "-b", BASE)[0] == 32
    secret = place.must(A250, "cat", "/etc/azdesk/directory-reader")
    for who, password in ((nana, "e2cdbe09"), (reader, secret)):
        said = place.must(
            A250, "ldapsearch", "-LLL", "-x", "-H", "ldapi:///", "-D", who, "-w", password, "-b", BASE,
            "(uid=*)", "uid", "userPassword", "AstAccountRealmedPassword", "seeAlso",
        )  # fmt: skip
        assert "uid: azcheck-a251" in said
        assert "userPassword" not in said
        assert said.count("AstAccountRealmedPassword") == (1 if who == nana else 2)
        assert said.count(f"seeAlso: cn=sipdefaults,ou=sip,{BASE}") == 2
    settled(place.session, fleet, HOSTS)
    # Gone, and back again.
    change(place.session, place.outside, HOSTS)
    assert place.run(A250, "ldapsearch", "-LLL", *ROOT, "-b", BASE)[0] == 32
    change(place.session, fleet, HOSTS)
    assert "nana" not in place.must(A250, "ldapsearch", "-LLL", *ROOT, "-b", BASE)


def test_edits_by_hand_are_mended(place: Place) -> None:
    fleet = place.document()
    change(place.session, fleet, HOSTS)
    dn = place.must(A250, "ldapsearch", "-LLL", *ROOT, "-b", "cn=config", f"(olcSuffix={BASE})", "dn").split(
        "\n"
    )[0]
    edits = (
        f"dn: cn=azreader,{BASE}\nchangetype: modify\nreplace: userPassword\nuserPassword: other\n\n"
        f"dn: {PEOPLE}\nchangetype: modify\ndelete: seeAlso\n\n"
        f"{dn}\nchangetype: modify\nadd: olcAccess\nolcAccess: {{0}}to * by * read\n"
    )
    place.must(A250, "ldapmodify", *ROOT, feed=edits)
    seen = look(place.session, fleet, HOSTS)
    titles = [step.title for step in seen.plan.host(A250).steps]
    assert titles == [
        "Keep slapd's configuration",
        "Keep the password for the hosts' reader as one line",
        "Set who may do what in the directory",
        "Set the password for the hosts' reader",
        "Change ou=People",
        "Look people up as the hosts do",
    ]
    change(place.session, fleet, HOSTS)


def test_a_password_file_that_an_editor_ended_with_a_line_break(place: Place) -> None:
    """slapd's tools take the whole file for the password, and configurations of other programs would break at it."""
    fleet = place.document()
    change(place.session, fleet, HOSTS)
    secret = place.must(A250, "cat", READER_FILE)
    place.write(A250, READER_FILE, f"{secret}\n")
    change(place.session, fleet, HOSTS)
    assert place.must(A250, "cat", READER_FILE) == secret
    settled(place.session, fleet, HOSTS)
    # Another password, by hand.
    place.write(A250, READER_FILE, "fromAnEditor8\r\n")
    change(place.session, fleet, HOSTS)
    settled(place.session, fleet, HOSTS)
    assert place.must(A250, "cat", READER_FILE) == "fromAnEditor8"
    place.must(
        A250, "ldapwhoami", "-x", "-H", "ldapi:///", "-D", f"cn=azreader,{BASE}", "-w", "fromAnEditor8"
    )
    place.write(A250, READER_FILE, "\n")
    outcome = apply(place.session, look(place.session, fleet, HOSTS)).host(A250)
    assert not outcome.good
    assert "There is no password in" in outcome.message
    place.must(A250, "rm", READER_FILE)
    change(place.session, fleet, HOSTS)


def test_what_slapd_refuses_leaves_nothing_behind(place: Place) -> None:
    change(place.session, place.outside, HOSTS)
    before = place.must(A250, "ldapsearch", "-LLL", *ROOT, "-b", "cn=config", "dn")
    broken = place.document(directory__attributes__mail="noSuchAttribute")
    outcome = apply(place.session, look(place.session, broken, HOSTS)).host(A250)
    assert outcome.state is HostState.ROLLED_BACK, outcome
    assert 'index attribute "nosuchattribute" undefined' in outcome.message
    assert place.must(A250, "ldapsearch", "-LLL", *ROOT, "-b", "cn=config", "dn") == before
    settled(place.session, place.outside, HOSTS)
    change(place.session, place.document(), HOSTS)

"""Chat accounts from somebody else's directory: bound, proven, taken back where it fails, gone without a trace; practice and lab."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from azdesk.app import domain_users
from azdesk.app.adopting import adopt
from azdesk.app.applying import apply, run_steps
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.outcome import HostState
from azdesk.core.plan import HostPlan
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.core.step import Login, SecretUse
from azdesk.fleet import edit, secret_names, store
from azdesk.fleet.model import Credential, Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.practice.fleet import PracticeFleet
from tests.contract.backends import DOMAIN, change, look, settled
from tests.contract.test_directory import PracticePlace
from tests.lab.harness import Lab
from tests.lab.harness import guide_directory as guide
from tests.lab.harness.tls import Authority

A250, A251 = "a250", "a251"
COUNT = 40
ANNA, PASSWORD = "anna100001", "00000001"
OWN, CA = "/etc/ejabberd/azdesk-accounts.yml", "/etc/ejabberd/azdesk-directory-ca.pem"
MAIN = "/etc/ejabberd/ejabberd.yml"


class Office(ABC):
    """A directory on a250 as its admin set it up, ejabberd on a251, and AZDesk."""

    def __init__(self, place: guide.Place, fleet: Fleet, known_hosts: Path, folder: Path) -> None:
        self.place = place
        self.authority = guide.set_up(place)
        guide.load_people(place, COUNT)
        self.kept: dict[tuple[str, str], Secret] = {}
        self.plain = edit.move_host(edit.add_cluster(fleet, DOMAIN), A251, DOMAIN)
        self.bound = edit.with_values(
            self.plain,
            {
                "directory": {
                    "base": guide.SUFFIX,
                    "urls": [f"ldaps://{place.address}"],
                    "reader": guide.READER,
                    "ca": self.authority.certificate,
                },
                ("clusters", DOMAIN, "accounts"): "directory",
                ("clusters", DOMAIN, "federation"): "verified",
            },
        )
        self.kept[secret_names.reader(self.bound)] = Secret(guide.READER_PASSWORD)
        self._known_hosts, self._folder = known_hosts, folder

    @contextmanager
    def session(self) -> Iterator[Session]:
        pool = HostPool(
            self.plain, trust=HostKeys(own=self._folder / "known_hosts", others=[self._known_hosts])
        )
        own = Session(self.plain, pool, awaited=AwaitedStore(self._folder / "awaited.json"), secrets=self)
        try:
            yield own
        finally:
            own.close()

    def get(self, name: str, what: str) -> Secret | None:
        return self.kept.get((name, what))

    @abstractmethod
    def run(self, *argv: str) -> str:
        """Output of a program on a251."""

    @abstractmethod
    def write(self, path: str, text: str) -> None:
        """Write a file on a251, for everybody to read."""

    @abstractmethod
    def stop(self) -> None:
        """Leave the hosts as they were found."""

    def files(self) -> dict[str, str]:
        """ejabberd's own configuration on a251, by path."""
        return {
            path: self.run("cat", path)
            for path in self.run("sh", "-c", "ls /etc/ejabberd/*.yml /etc/ejabberd/*.pem").split()
        }


class PracticeOffice(Office):
    def __init__(self, folder: Path) -> None:
        self._practice = PracticeFleet.start((A250, A251), speed=100.0)
        fleet = store.parse(self._practice.fleet_document())
        super().__init__(PracticePlace(self._practice), fleet, self._practice.known_hosts, folder)

    def run(self, *argv: str) -> str:
        output = self._practice.host(A251).run(list(argv))
        assert output is not None, argv
        assert output.exit == 0, (argv, output)
        return str(output.out)

    def write(self, path: str, text: str) -> None:
        self._practice.host(A251).files.write(path, text)

    def files(self) -> dict[str, str]:
        files = self._practice.host(A251).files
        found = [*files.names("/etc/ejabberd", "*.yml"), *files.names("/etc/ejabberd", "*.pem")]
        return {f"/etc/ejabberd/{name}": files.text(f"/etc/ejabberd/{name}") for name in found}

    def stop(self) -> None:
        self._practice.stop()


class LabOffice(Office):
    def __init__(self, lab: Lab, folder: Path) -> None:
        self._lab = lab
        lab.reset(A250, A251)
        key = Credential(user="root", method="key", key_file=str(lab.key_file))
        fleet = edit.add_credential(Fleet(), "lab", key)
        for host in (A250, A251):
            fleet = edit.add_host(fleet, host, {"address": lab.host(host).address, "credential": "lab"})
        super().__init__(guide.LabPlace(lab.host(A250)), fleet, lab.known_hosts, folder)

    def run(self, *argv: str) -> str:
        return self._lab.host(A251).run(list(argv), timeout=120).stdout

    def write(self, path: str, text: str) -> None:
        self._lab.host(A251).write(path, text)

    def stop(self) -> None:
        self._lab.reset(A250, A251)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("practice", id="practice"),
        pytest.param("lab", id="lab", marks=[pytest.mark.lab, pytest.mark.timeout(300)]),
    ],
)
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    made: Office
    if request.param == "lab":
        made = LabOffice(request.getfixturevalue("lab"), folder)
    else:
        made = PracticeOffice(folder)
    yield made
    made.stop()


def person(office: Office, session: Session, account: str, password: str) -> str:
    """Log in to chat on a251 as somebody; what came of it in words."""
    office.kept["person", "password"] = Secret(password)
    use = SecretUse(token="••person••", source="kept:password:person")
    step = Login(
        title="Log in", servers=("xmpp://127.0.0.1:5222",), account=account, password=use.token, domain=DOMAIN,
        timeout=2, secrets=(use,),
    )  # fmt: skip
    outcome = run_steps(session, HostPlan(host=A251, steps=(step,)), Job(), title="Log in")
    assert password not in str(outcome)
    return outcome.steps[0].message if outcome.state is HostState.CHANGED else outcome.message


def test_accounts_come_from_the_directory_and_go_again(office: Office) -> None:
    with office.session() as session:
        change(session, office.plain)
        before = office.files()
        outcome = change(session, office.bound).host(A251)
        assert outcome.state is HostState.CHANGED
        proofs = [step.message for step in outcome.steps if step.message]
        url = f"ldaps://{office.place.address}:636"
        assert f"{url} takes the login and found what it should find." in proofs
        assert "xmpp://127.0.0.1:5222 refuses the account or its password." in proofs
        assert guide.READER_PASSWORD in office.files()[OWN]
        assert office.files()[CA] == office.authority.certificate
        assert "takes the login as" in person(office, session, ANNA, PASSWORD)
        for account, password in ((ANNA, "00000002"), ("nobody", "of nobody")):
            assert "refuses the account or its password" in person(office, session, account, password)
        seen = domain_users.seen_by(session, A251)
        assert (len(seen.accounts), seen.partial) == (COUNT, "")
        assert ANNA in seen.accounts
        found = adopt(office.bound, session.observations[A251])
        assert found == office.bound
        lost = adopt(office.plain, session.observations[A251])
        assert (lost.directory.urls, lost.directory.reader) == ((url,), guide.READER)
        assert lost.clusters == office.bound.clusters
        some = edit.with_value(office.bound, ("clusters", DOMAIN, "account_filter"), "(uid=b*)")
        change(session, some)
        assert "refuses the account or its password" in person(office, session, ANNA, PASSWORD)
        assert "takes the login as" in person(office, session, "ben100002", "00000002")
        change(session, office.plain)
        assert office.files() == before
        assert "refuses the account or its password" in person(office, session, ANNA, PASSWORD)


CUT = "The server gives no more entries than its size limit allows."


LIMITS = (
    ("size=20", 20, CUT),
    ("size.soft=20 size.hard=soft", 20, CUT),
    ("size.soft=20 size.hard=30", 30, CUT),
    ("size=20 size.prtotal=unlimited", COUNT, ""),
    ("size=20 size.prtotal=30", 30, CUT),
    ("size=unlimited size.pr=10", COUNT, ""),
    ("size=20 size.prtotal=disabled", 20, CUT),
)


def test_domain_users_of_a_reader_with_a_limit(office: Office) -> None:
    """Pages get past a limit where the server has none for them; where it has, it is said that there may be more."""
    with office.session() as session:
        change(session, office.bound)
        try:
            for limits, count, partial in LIMITS:
                guide.set_limits(office.place, f'dn.exact="{guide.READER}" {limits}')
                seen = domain_users.seen_by(session, A251)
                assert (len(seen.accounts), seen.partial) == (count, partial), limits
        finally:
            guide.set_limits(office.place, *guide.LIMITS)
        assert len(domain_users.seen_by(session, A251).accounts) == COUNT


def test_what_fails_is_taken_back(office: Office) -> None:
    with office.session() as session:
        change(session, office.plain)
        before = office.files()
        right = office.kept[secret_names.reader(office.bound)]

        def refused(**values: Any) -> str:
            fleet = edit.with_values(
                office.bound, {("directory", key): value for key, value in values.items()}
            )
            outcome = apply(session, look(session, fleet)).host(A251)
            assert outcome.state is HostState.ROLLED_BACK, (outcome.state, outcome.message)
            assert office.files() == before
            return outcome.message

        office.kept[secret_names.reader(office.bound)] = Secret("not the reader's")
        said = refused()
        assert "refuses the account or its password" in said
        assert "not the reader's" not in said
        office.kept[secret_names.reader(office.bound)] = right
        assert "of an authority that is not trusted here" in refused(ca=Authority().certificate)
        assert "has no such entry" in refused(people=f"ou=Staff,{guide.SUFFIX}")
        assert "nothing is found with it below" in refused(account_filter="(uid=nobody)")
        assert "cannot be reached" in refused(urls=[f"ldaps://{office.place.address}:637"])
        settled(session, office.plain)


def test_a_new_password_of_the_reader_is_carried_out(office: Office) -> None:
    with office.session() as session:
        change(session, office.bound)
        feed = f"dn: {guide.READER}\nchangetype: modify\nreplace: userPassword\nuserPassword: "
        right = office.kept[secret_names.reader(office.bound)]
        try:
            office.place.do("ldapmodify", *guide.AS_ROOT, feed=f'{feed}new: "one" #\\\n')
            office.kept[secret_names.reader(office.bound)] = Secret('new: "one" #\\')
            settled(session, office.bound)
            change(session, edit.with_value(office.bound, ("directory", "reader_since"), "2026-11-25 09:00"))
            assert 'new: "one" #\\\n' in office.files()[OWN]
            assert "takes the login as" in person(office, session, ANNA, PASSWORD)
        finally:
            office.place.do("ldapmodify", *guide.AS_ROOT, feed=f"{feed}{guide.READER_PASSWORD}\n")
            office.kept[secret_names.reader(office.bound)] = right
        change(session, edit.with_value(office.bound, ("directory", "reader_since"), "later"))


def test_an_expired_certificate_of_the_directory(office: Office) -> None:
    with office.session() as session:
        change(session, office.plain)
        address = office.place.address
        guide.show_certificate(office.place, office.authority, addresses=[address], days=(-90, -1))
        guide.restart(office.place)
        try:
            outcome = apply(session, look(session, office.bound)).host(A251)
            assert outcome.state is HostState.ROLLED_BACK
            assert "has a TLS certificate that has expired" in outcome.message
        finally:
            guide.show_certificate(office.place, office.authority, addresses=[address])
            guide.restart(office.place)


def test_edits_by_hand_are_mended(office: Office) -> None:
    with office.session() as session:
        change(session, office.bound)
        right = office.files()[OWN]
        office.write(OWN, right.replace("hard", "soft"))
        assert [step.title for step in look(session, office.bound).plan.host(A251).steps][:2] == [
            "Load ejabberd's present configuration, to see that it is accepted",
            f"Write {OWN}",
        ]
        change(session, office.bound)
        assert office.files()[OWN] == right

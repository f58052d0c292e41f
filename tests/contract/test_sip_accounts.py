"""Phones' accounts from somebody else's directory: bound, proven, taken back where it fails, gone without a trace; practice and lab."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from azdesk.app.adopting import adopt
from azdesk.app.applying import apply, run_steps
from azdesk.app.binding.findings import Verdict
from azdesk.app.binding.testing import check_binding
from azdesk.app.people import People
from azdesk.app.people.hosts import forget
from azdesk.app.planning import preview
from azdesk.app.session import Session
from azdesk.core.outcome import HostState
from azdesk.core.plan import HostPlan
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.core.step import Login, Run, SecretUse
from azdesk.directory.people import Person
from azdesk.features import _asterisk as asterisk
from azdesk.features.manager import ManagerState
from azdesk.features.media import content as media
from azdesk.features.sip_accounts import copied
from azdesk.features.sip_accounts.content import BLOCK, OWN, STOCK
from azdesk.features.sip_accounts.state import SipState
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Fleet
from azdesk.onhost.login import Place
from azdesk.pki.authority import new_authority
from azdesk.pki.reading import now
from azdesk.practice.asterisk.service import UNIT, Asterisk
from azdesk.practice.logins import Attempt
from tests.contract.backends import change, look, settled
from tests.contract.test_accounts import A251, LabOffice, Office, PracticeOffice
from tests.lab.clients import sip
from tests.lab.harness import guide_directory as guide

ANNA, BEN, OUTSIDE, NO_PASSWORD, NO_POSIX, OTHER_ID = (
    "100001",
    "100002",
    "200001",
    "100901",
    "100902",
    "100903",
)
TAKEN, WRONG = "takes the registration, and its end", "refuses the account or its password"


@dataclass(frozen=True, kw_only=True)
class Phones:
    """An office whose directory has what phones need, and documents about it."""

    office: Office
    bound: Fleet

    def try_one(
        self, session: Session, number: str, password: str, server: str = "sip", *, ca: str = ""
    ) -> str:
        """Register a phone from a251 itself; what came of it in words."""
        self.office.kept["person", "password"] = Secret(password)
        use = SecretUse(token="••person••", source="kept:password:person")
        address = self.bound.lan_address(A251)
        place = f"{server}://{address}:{5061 if server == 'sips' else 5060}"
        step = Login(
            title="Register", servers=(place,), account=number, password=use.token if password else "", ca=ca,
            timeout=4, secrets=(use,) if password else (), refused=not password,
        )  # fmt: skip
        outcome = run_steps(session, HostPlan(host=A251, steps=(step,)), Job(), title="Register")
        return outcome.steps[0].message if outcome.state is HostState.CHANGED else outcome.message

    def stay(self, number: str, password: str) -> None:
        """Register a phone that stays so for some minutes."""
        address = self.bound.lan_address(A251)
        if isinstance(self.office, PracticeOffice):
            host = self.office._practice.host(A251)
            service = host.systemd.services[UNIT]
            assert isinstance(service, Asterisk)
            place = Place(f"sip://{address}:5060", 4)
            service.stay(Attempt(source=host, place=place, account=number, password=password), 600)
        else:
            assert sip.register(address, number, password, expires=600).code == 200

    def registered(self, session: Session) -> int:
        """How many phones are registered with a251, as it says."""
        look(session, self.bound)
        state = session.observations[A251].states["manager"]
        assert isinstance(state, ManagerState)
        assert state.live is not None
        return state.live.phones

    def files(self) -> dict[str, str]:
        """Asterisk's own files that a binding may touch, by path."""
        paths = [*STOCK.values(), *OWN.values(), *media.STOCK.values(), *media.OWN.values()]
        if isinstance(self.office, PracticeOffice):
            files = self.office._practice.host(A251).files
            return {path: files.text(path) for path in paths if files.exists(path)}
        there = self.office.run("find", "/etc/asterisk", "-name", "*.conf").split()
        return {path: self.office.run("cat", path) for path in paths if path in there}

    def left_over(self) -> list[str]:
        """What copying has on a host and nothing else."""
        paths = [*copied.OWN, copied.FOLDER, copied.PROGRAMS]
        if isinstance(self.office, PracticeOffice):
            files = self.office._practice.host(A251).files
            return [path for path in paths if files.exists(path) or files.is_folder(path)]
        return self.office.run("sh", "-c", f"ls -d {' '.join(paths)} 2>/dev/null || true").split()


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("practice", id="practice"),
        pytest.param("lab", id="lab", marks=[pytest.mark.lab, pytest.mark.timeout(300)]),
    ],
)
def phones(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phones]:
    folder = tmp_path_factory.mktemp("phones")
    office: Office
    if request.param == "lab":
        office = LabOffice(request.getfixturevalue("lab"), folder)
    else:
        office = PracticeOffice(folder)
    prepare(office.place)
    made = new_authority("Phones", now())
    bound = edit.with_values(
        edit.move_host(office.plain, A251, ""),
        {
            "directory": {
                "base": guide.SUFFIX,
                "urls": [f"ldaps://{office.place.address}"],
                "reader": guide.READER,
                "ca": office.authority.certificate,
            },
            ("authority", "certificate"): made.certificate,
            ("hosts", A251, "sip"): {"accounts": "directory", "selection_filter": "(AstAccountName=100*)"},
        },
    )
    office.kept[secret_names.reader(bound)] = Secret(guide.READER_PASSWORD)
    office.kept[secret_names.authority_key(made.certificate)] = made.key
    yield Phones(office=office, bound=bound)
    office.stop()


def prepare(place: guide.Place) -> None:
    """What all phones share, as slapo-collect gives it to them, and some people who must not get in."""
    defaults = f"cn=sipdefaults,ou=sip,{guide.SUFFIX}"
    place.do(
        "ldapmodify", *guide.AS_ROOT,
        feed="dn: cn=module{0},cn=config\nchangetype: modify\nadd: olcModuleLoad\nolcModuleLoad: collect\n",
    )  # fmt: skip
    place.do(
        "ldapadd", *guide.AS_ROOT,
        feed=f"dn: olcOverlay=collect,{guide.DATABASE}\nobjectClass: olcOverlayConfig\nobjectClass: olcCollectConfig\n"
        f'olcOverlay: collect\nolcCollectInfo: "{guide.PEOPLE}" seeAlso\n',
    )  # fmt: skip
    entries = (
        f"dn: ou=sip,{guide.SUFFIX}\nobjectClass: organizationalUnit\nou: sip\n\n"
        f"dn: {defaults}\nobjectClass: applicationProcess\nobjectClass: AsteriskSIPUser\ncn: sipdefaults\n"
        "AstAccountAllowedCodec: !all,ulaw,alaw\nAstAccountCallLimit: 5\n\n"
    )
    place.do("ldapadd", *guide.AS_ROOT, feed=entries)
    place.do(
        "ldapmodify", *guide.AS_ROOT,
        feed=f"dn: {guide.PEOPLE}\nchangetype: modify\nadd: seeAlso\nseeAlso: {defaults}\n",
    )  # fmt: skip
    place.do(
        "ldapadd", *guide.AS_ROOT,
        feed=person("outside", OUTSIDE) + person("nopass", NO_PASSWORD, password="")
        + person("noposix", NO_POSIX, posix=False) + person("otherid", OTHER_ID, number_of_id=ANNA),
    )  # fmt: skip


def person(
    name: str, number: str, *, password: str = "pw", posix: bool = True, number_of_id: str = ""
) -> str:
    lines = [
        f"dn: uid={name},{guide.PEOPLE}", f"uid: {name}", f"cn: {name}", "objectClass: account",
        "objectClass: AsteriskSIPUser", f"AstAccountName: {number}", f"AstAccountMailbox: {number}", "AstAccountContext: all",
    ]  # fmt: skip
    if password:
        lines.append(f"AstAccountRealmedPassword: {password}")
    if posix:
        lines += ["objectClass: posixAccount", f"uidNumber: {number_of_id or number}", "gidNumber: 1007"]
        lines.append(f"homeDirectory: /home/{name}")
    return "\n".join(lines) + "\n\n"


def test_phones_register_with_accounts_of_the_directory(phones: Phones) -> None:
    with phones.office.session() as session:
        plain = edit.with_value(phones.bound, ("hosts", A251, "sip", "accounts"), "as-is")
        change(session, plain)
        before = phones.files()
        outcome = change(session, phones.bound).host(A251)
        assert outcome.state is HostState.CHANGED
        url = f"ldaps://{phones.office.place.address}"
        assert f"{url} takes the login and found what it should find." in [s.message for s in outcome.steps]
        assert asterisk.escaped(guide.READER_PASSWORD) in phones.files()[OWN["directory"]]
        assert guide.READER_PASSWORD not in repr(session.observations[A251]) + repr(outcome)

        for server in ("sip", "sips"):
            ca = "/etc/ssl/certs/ca-certificates.crt" if server == "sips" else ""
            assert TAKEN in phones.try_one(session, ANNA, "00000001", server, ca=ca)
            for number, password in ((ANNA, "wrong"), (ANNA, ""), ("100999", "pw"), (OUTSIDE, "pw")):
                assert WRONG in phones.try_one(session, number, password, server, ca=ca), (number, password)
        for number in (NO_PASSWORD, NO_POSIX):
            for password in ("", "pw"):
                assert WRONG in phones.try_one(session, number, password), (number, password)
        for password in ("pw", "00000001"):
            assert WRONG in phones.try_one(session, OTHER_ID, password), "another person's password is none"

        adopted = adopt(plain, session.observations[A251])
        assert adopted.hosts[A251].sip == phones.bound.hosts[A251].sip
        wider = edit.with_value(phones.bound, ("hosts", A251, "sip", "selection_filter"), "")
        change(session, wider)
        assert TAKEN in phones.try_one(session, OUTSIDE, "pw")
        change(session, plain)
        assert phones.files() == before
        assert not any(f"AZDesk {BLOCK}" in text for text in before.values())


def test_a_phone_outlives_its_directory(phones: Phones) -> None:
    """Who registered lately does so without the directory; nobody else; and all again when it is back."""
    with phones.office.session() as session:
        change(session, phones.bound)
        assert TAKEN in phones.try_one(session, ANNA, "00000001")
        phones.office.place.do("systemctl", "stop", "slapd")
        try:
            assert TAKEN in phones.try_one(session, ANNA, "00000001")
            assert WRONG in phones.try_one(session, ANNA, "wrong")
            assert WRONG in phones.try_one(session, BEN, "00000002")
            # What Asterisk remembers of her is gone as soon as it is told, as when she is shut out.
            anna = Person(account="anna", number=ANNA)
            for _ in ("remembered", "not remembered any more"):
                with People(session) as people:
                    assert forget(people, [anna]) == ()
                assert WRONG in phones.try_one(session, ANNA, "00000001")
        finally:
            phones.office.place.do("systemctl", "start", "slapd")
        assert TAKEN in phones.try_one(session, BEN, "00000002")
        settled(session, phones.bound)


def test_whoever_is_shut_out_is_signed_out(phones: Phones) -> None:
    """Registered phones of theirs are gone at once, those of others stay; without being signed out, theirs stay, too."""
    with phones.office.session() as session:
        change(session, phones.bound)
        phones.stay(ANNA, "00000001")
        phones.stay(BEN, "00000002")
        assert phones.registered(session) == 2
        some = [Person(account=f"p{number}", number=str(100100 + number)) for number in range(9)]
        anna = Person(account="anna", number=ANNA)
        with People(session) as people:
            assert forget(people, [anna], sign_out=False) == ()
            assert phones.registered(session) == 2
            assert forget(people, [*some, anna]) == ()
        assert phones.registered(session) == 1, "only hers"
        with People(session) as people:
            assert forget(people, [Person(account="ben", number=BEN)]) == ()
        assert phones.registered(session) == 0


def test_a_binding_that_does_not_work_is_taken_back(phones: Phones) -> None:
    with phones.office.session() as session:
        plain = edit.with_value(phones.bound, ("hosts", A251, "sip", "accounts"), "as-is")
        change(session, plain)
        before = phones.files()
        right = phones.office.kept[secret_names.reader(phones.bound)]
        phones.office.kept[secret_names.reader(phones.bound)] = Secret("another")
        try:
            outcome = apply(session, look(session, phones.bound)).host(A251)
        finally:
            phones.office.kept[secret_names.reader(phones.bound)] = right
        assert outcome.state is HostState.ROLLED_BACK, outcome.message
        assert "No server of the directory lets this host look phones up" in outcome.message
        assert "another" not in outcome.message
        assert phones.files() == before
        settled(session, plain)


def test_asterisk_still_says_how_it_is(phones: Phones) -> None:
    """A host outside of all clusters has an account for asking, too, once phones come from the directory."""
    with phones.office.session() as session:
        change(session, phones.bound)
        state = session.observations[A251].states["manager"]
        assert isinstance(state, ManagerState)
        assert state.live is not None


# -- copied: a directory whose attributes differ ---------------------------------------------------------------

ODD, SECOND, HASHED, INJECTED, TWICE = "100904", "100905", "100906", "100907", "100908"


def odd(name: str, number: str, password: str = "pw", *more: str) -> str:
    """Somebody whose number, mailbox and Unix ID are three different ones, and who names no codecs."""
    return (
        f"dn: uid={name},{guide.PEOPLE}\nuid: {name}\ncn: {name}\nobjectClass: account\nobjectClass: posixAccount\n"
        f"objectClass: AsteriskSIPUser\nAstAccountName: {number}\nAstAccountMailbox: 9{number}\nuidNumber: 5{number}\n"
        f"gidNumber: 1007\nhomeDirectory: /home/{name}\nAstAccountRealmedPassword: {password}\n"
        + "".join(more)
        + "\n"
    )


def copy_now(phones: Phones, session: Session) -> str:
    """Have the host copy at once, as its timer does; what came of it."""
    step = Run(title="Copy", argv=("systemctl", "start", copied.SERVICE), timeout=60)
    outcome = run_steps(session, HostPlan(host=A251, steps=(step,)), Job(), title="Copy")
    look(session, phones.bound)
    state = session.observations[A251].states["sip_accounts"]
    assert isinstance(state, SipState)
    return f"{outcome.state.value} {state.copy}"


def test_phones_are_copied_where_the_directory_s_attributes_differ(phones: Phones) -> None:
    place = phones.office.place
    with phones.office.session() as session:
        plain = edit.with_value(phones.bound, ("hosts", A251, "sip", "accounts"), "as-is")
        change(session, plain)
        before = phones.files()
        line = base64.b64encode(b"x\n[evil]\ntype=endpoint").decode()
        entries = [
            odd("odd", ODD, "p;w [1]"),
            odd("second", SECOND),
            odd("hashed", HASHED, "{SSHA}abc"),
            odd("injected", INJECTED, "pw", f"AstAccountCallerID:: {line}\n"),
            odd("twice1", TWICE),
            odd("twice2", TWICE),
        ]
        place.do("ldapadd", *guide.AS_ROOT, feed="".join(entries))
        live = edit.with_value(
            phones.bound, ("hosts", A251, "sip", "selection_filter"), "(AstAccountName=1009*)"
        )
        copying = edit.with_value(live, ("hosts", A251, "sip", "lookup"), "copied")
        try:
            change(session, live)
            assert TAKEN not in phones.try_one(session, ODD, "p;w [1]"), "no live lookup finds such a one"
            outcome = change(session, copying).host(A251)
            assert outcome.state is HostState.CHANGED
            assert guide.READER_PASSWORD not in repr(session.observations[A251]) + repr(outcome)
            found = [one for one in check_binding(session).contents if one.key == "phones"]
            assert [one.verdict for one in found] == [Verdict.GOOD], found
            session.update(edit.with_value(copying, ("directory", "attributes", "phone_password"), "noSuch"))
            found = [one for one in check_binding(session).contents if one.key == "phones"]
            assert [one.text for one in found] == ["The server does not know the attribute noSuch."]
            session.update(copying)
            for server in ("sip", "sips"):
                ca = "/etc/ssl/certs/ca-certificates.crt" if server == "sips" else ""
                assert TAKEN in phones.try_one(session, ODD, "p;w [1]", server, ca=ca)
                for number, password in ((ODD, "p"), (ODD, ""), ("evil", "pw"), (ANNA, "00000001")):
                    assert WRONG in phones.try_one(session, number, password, server, ca=ca), (
                        number,
                        password,
                    )
            for number in (HASHED, INJECTED, TWICE, NO_PASSWORD):
                for password in ("", "pw", "{SSHA}abc"):
                    assert WRONG in phones.try_one(session, number, password), (number, password)
            said = " ".join(
                note.text for note in preview(copying, session.observations).plan.host(A251).notes
            )
            for words in (
                "hashed has a hash in",
                "injected has a line break",
                "twice1 has the number",
                "cannot be used here",
            ):
                assert words in said
            assert "evil" not in said

            place.do(
                "ldapmodify", *guide.AS_ROOT,
                feed=f"dn: uid=odd,{guide.PEOPLE}\nchangetype: modify\nreplace: AstAccountRealmedPassword\n"
                "AstAccountRealmedPassword: another\n",
            )  # fmt: skip
            place.do("ldapdelete", *guide.AS_ROOT, f"uid=second,{guide.PEOPLE}")
            assert TAKEN in phones.try_one(session, SECOND, "pw"), "not before the next copy"
            phones.stay(SECOND, "pw")
            assert phones.registered(session) == 1
            assert "state='copied'" in copy_now(phones, session)
            assert phones.registered(session) == 0, "signed out by the copy"
            assert TAKEN in phones.try_one(session, ODD, "another")
            assert WRONG in phones.try_one(session, ODD, "p;w [1]")
            assert WRONG in phones.try_one(session, SECOND, "pw")

            place.do("systemctl", "stop", "slapd")
            try:
                assert "state='kept'" in copy_now(phones, session)
                assert TAKEN in phones.try_one(session, ODD, "another")
                said = " ".join(
                    note.text for note in preview(copying, session.observations).plan.host(A251).notes
                )
                assert "could not be copied from the directory" in said
            finally:
                place.do("systemctl", "start", "slapd")
            place.do("ldapdelete", *guide.AS_ROOT, *(f"uid={name},{guide.PEOPLE}" for name in ("odd",)))
            last = copy_now(phones, session)
            adopted = adopt(plain, session.observations[A251])
            assert adopted.hosts[A251].sip == copying.hosts[A251].sip
        finally:
            for name in ("odd", "second", "hashed", "injected", "twice1", "twice2"):
                with contextlib.suppress(Exception):
                    place.do("ldapdelete", *guide.AS_ROOT, f"uid={name},{guide.PEOPLE}")
        assert last
        change(session, plain)
        assert phones.files() == before
        assert phones.left_over() == []


def test_a_copy_that_does_not_work_is_taken_back(phones: Phones) -> None:
    """No phone in the directory matches: nothing of it stays."""
    with phones.office.session() as session:
        plain = edit.with_value(phones.bound, ("hosts", A251, "sip", "accounts"), "as-is")
        change(session, plain)
        before = phones.files()
        sip_of = {"accounts": "directory", "lookup": "copied", "selection_filter": "(AstAccountName=777*)"}
        outcome = apply(session, look(session, edit.with_value(plain, ("hosts", A251, "sip"), sip_of))).host(
            A251
        )
        assert outcome.state is HostState.ROLLED_BACK, outcome.message
        assert "nothing is found with it" in outcome.message
        assert phones.files() == before
        assert phones.left_over() == []
        settled(session, plain)

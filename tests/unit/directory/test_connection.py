"""A connection to a directory: what is asked, what comes back, and everything that goes wrong on the way."""

from __future__ import annotations

import itertools
import logging
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.core.errors import (
    AccessDenied,
    AlreadyExists,
    AzdeskError,
    BindRefused,
    Cancelled,
    DirectoryError,
    DirectoryLost,
    DirectoryRefused,
    DirectoryUnreachable,
    LimitReached,
    NoSuchEntry,
    SchemaViolation,
)
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.directory import ber, controls, messages
from azdesk.directory.connection import Directory, Record, check_bind
from azdesk.directory.endpoint import ANONYMOUS, EXTERNAL, Endpoint, Simple, address_of
from azdesk.directory.ldif import Change, Delete, Entry, Modify, Rename
from tests.lab.harness.tls import Authority
from tests.unit.directory.servers import Scripted, done, entry, listening, yes

PASSWORD = "swordfish-77"
MANAGER = Simple("cn=Manager,dc=test,dc=local", Secret(PASSWORD))


@pytest.fixture
def server() -> Iterator[Scripted]:
    made = Scripted()
    yield made
    assert made.ended(), "a connection was left open"


def searching(*replies: object) -> object:
    """A server that answers searches with these, one after the other."""
    left = iter(replies)

    def reply(ident: int, tag: int, request: ber.Reader) -> object:
        if tag != messages.SEARCH:
            return yes(ident, tag, request)
        made = next(left)
        return made(ident) if callable(made) else made

    return reply


def test_search_and_its_end(server: Scripted) -> None:
    server.reply = searching(  # type: ignore[assignment]
        lambda n: [entry(n, "uid=a", uid=b"a"), entry(n, "uid=b", uid=b"\xff"), done(n, messages.SEARCH_DONE)]
    )
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        found = directory.search("dc=x")
    assert [(each.dn, dict(each.attributes)) for each in found.entries] == [
        ("uid=a", {"uid": [b"a"]}),
        ("uid=b", {"uid": [b"\xff"]}),
    ]
    assert not found.partial
    assert server.ended()
    assert [tag for _, tag in server.seen] == [messages.BIND, messages.SEARCH, messages.UNBIND]


@pytest.mark.parametrize(("code", "why"), [(4, "size limit"), (3, "took longer"), (11, "administrator")])
def test_a_list_that_was_cut_says_so(server: Scripted, code: int, why: str) -> None:
    server.reply = searching(lambda n: [entry(n, "uid=a"), done(n, messages.SEARCH_DONE, code)])  # type: ignore[assignment]
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        found = directory.search("dc=x")
    assert (len(found.entries), found.partial) == (1, True)
    assert why in found.why


def test_the_limit_that_was_asked_for(server: Scripted) -> None:
    server.reply = searching(lambda n: [entry(n, "uid=a"), done(n, messages.SEARCH_DONE, 4)])  # type: ignore[assignment]
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        assert directory.search("dc=x", limit=1).why == "Only the first 1 were asked for."


def page(n: int, names: list[str], cookie: bytes, code: int = 0) -> list[bytes]:
    told = messages.Control(oid=controls.PAGED, value=ber.sequence(ber.integer(5), ber.octets(cookie)))
    return [*(entry(n, name) for name in names), done(n, messages.SEARCH_DONE, code, controls=[told])]


def test_pages(server: Scripted) -> None:
    server.reply = searching(lambda n: page(n, ["uid=a", "uid=b"], b"c1"), lambda n: page(n, ["uid=c"], b""))  # type: ignore[assignment]
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        found = list(directory.pages("dc=x", page_size=2))
    assert [[each.dn for each in one.entries] for one in found] == [["uid=a", "uid=b"], ["uid=c"]]
    assert found[0].total == 5
    server.reply = searching(lambda n: page(n, ["uid=a"], b"c1"), lambda n: page(n, ["uid=b"], b"", 4))  # type: ignore[assignment]
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        one, two = directory.pages("dc=x")
        assert (one.partial, two.partial) == (False, True)


def test_an_export_ends_with_an_error_if_it_is_not_all(server: Scripted) -> None:
    replies = [lambda n: page(n, ["uid=a"], b"c1"), lambda n: page(n, ["uid=b"], b"", 4)]
    server.reply = searching(*replies)  # type: ignore[assignment]
    got = []
    with (
        Directory.open(server.endpoint(), EXTERNAL) as directory,
        pytest.raises(LimitReached, match="size limit"),
    ):
        got.extend(each.dn for each in directory.each("dc=x"))
    assert got == ["uid=a", "uid=b"]


def test_two_lists_at_once_are_told_apart(server: Scripted) -> None:
    server.reply = searching(*[lambda n: page(n, ["uid=a"], b"c1")] * 3)  # type: ignore[assignment]
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        first = directory.pages("dc=x")
        next(first)
        next(directory.pages("dc=x"))
        with pytest.raises(DirectoryError, match="Another list was begun"):
            next(first)


def test_an_export_and_other_questions_share_a_connection(server: Scripted) -> None:
    """The next page is under way while the entries of one are handled; its messages must not get lost."""
    asked: list[int] = []

    def reply(ident: int, tag: int, request: ber.Reader) -> list[bytes]:
        if tag != messages.SEARCH:
            return yes(ident, tag, request)
        base = request.text()
        if base == "dc=other":
            return [entry(ident, "uid=other"), done(ident, messages.SEARCH_DONE)]
        asked.append(ident)
        number = len(asked)
        return page(ident, [f"uid=a{number}", f"uid=b{number}"], b"more" if number < 5 else b"")

    server.reply = reply
    got = []
    with Directory.open(server.endpoint(answer_timeout=3.0), EXTERNAL) as directory:
        for each in directory.each("dc=x"):
            got.append(each.dn)
            assert [one.dn for one in directory.search("dc=other").entries] == ["uid=other"]
            assert directory.apply(people(3), lambda record, error: None) == 3
    assert got == [f"uid={letter}{number}" for number in range(1, 6) for letter in "ab"]


def test_threads_share_a_connection(server: Scripted) -> None:
    def reply(ident: int, tag: int, request: ber.Reader) -> list[bytes]:
        if tag != messages.SEARCH:
            return yes(ident, tag, request)
        return [entry(ident, request.text()), done(ident, messages.SEARCH_DONE)]

    server.reply = reply
    wrong: list[str] = []

    def work(number: int) -> None:
        for _ in range(50):
            found = directory.search(f"dc={number}").entries
            if [each.dn for each in found] != [f"dc={number}"]:
                wrong.append(str(found))

    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert wrong == []


REFUSALS = [
    (32, "", NoSuchEntry, "no such entry"),
    (68, "", AlreadyExists, "already"),
    (50, "no write access to parent", AccessDenied, "no write access"),
    (65, "object class 'AsteriskSIPUser' requires attribute 'cn'", SchemaViolation, "cn is missing"),
    (65, "attribute 'mail' not allowed", SchemaViolation, "mail is not allowed"),
    (
        17,
        "AstAccountDirectMedia: attribute type undefined",
        SchemaViolation,
        "does not know AstAccountDirectMedia",
    ),
    (21, "uidNumber: value #0 invalid per syntax", SchemaViolation, "uidNumber may not have this value"),
    (20, "modify/add: uid: value #0 already exists", AlreadyExists, "uid has this value already"),
    (16, "modify/delete: mail: no such value", SchemaViolation, "no such value of mail"),
    (
        16,
        "0000200A: objectclass_attrs: attribute 'nonsense' on entry 'CN=x' was not found in the schema!",
        SchemaViolation,
        "does not know nonsense",
    ),
    (
        53,
        "0000052D: check_password_restrictions: the password is too short.",
        SchemaViolation,
        "domain's rules",
    ),
    (13, "TLS confidentiality required", BindRefused, "wants TLS"),
    (64, "naming attribute 'uid' is not present in entry", SchemaViolation, "name of an entry"),
    (51, "", DirectoryRefused, "too busy"),
    (66, "subordinate objects must be deleted first", DirectoryRefused, "entries below"),
    (80, "mdb_put failed", DirectoryRefused, "code 80 .mdb_put failed"),
]


@pytest.mark.parametrize(("code", "said", "kind", "words"), REFUSALS)
def test_what_the_server_refuses(server: Scripted, code: int, said: str, kind: type, words: str) -> None:
    def reply(ident: int, tag: int, request: ber.Reader) -> list[bytes]:
        return (
            [done(ident, messages.ADD_DONE, code, said)] if tag == messages.ADD else yes(ident, tag, request)
        )

    server.reply = reply
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        with pytest.raises(kind, match=words) as caught:
            directory.add(Entry(dn="uid=a,dc=x", attributes={"uid": [b"a"]}))
        assert caught.value.code == code
        assert caught.value.where == "a250: uid=a,dc=x"
        assert caught.value.attribute in (said or "")
        assert directory.alive


def test_a_refusal_names_the_attribute(server: Scripted) -> None:
    server.reply = lambda n, tag, r: (
        [done(n, messages.ADD_DONE, 65, "attribute 'mail' not allowed")]
        if tag == messages.ADD
        else yes(n, tag, r)
    )
    with Directory.open(server.endpoint(), EXTERNAL) as directory, pytest.raises(SchemaViolation) as caught:
        directory.add(Entry(dn="uid=a,dc=x", attributes={"uid": [b"a"]}))
    assert caught.value.attribute == "mail"


@pytest.mark.parametrize(
    ("code", "said", "words"),
    [
        (49, "", "wrong password, or there is no such entry"),
        (49, "80090308: LdapErr: DSID-0C090400, comment: AcceptSecurityContext error, data 775, v4563", "account is locked"),
        (49, "80090308: LdapErr: DSID-0C090400, comment: AcceptSecurityContext error, data 52e, v4563", "name or password is wrong"),
        (13, "confidentiality required", "takes no password without TLS"),
        (8, "BindSimple: Transport encryption required.", "takes no password without TLS"),
        (48, "", "in this way"),
        (34, "invalid DN", "is no name that"),
        (53, "unauthenticated bind (DN with no password) disallowed", "refuses the login"),
    ],
)  # fmt: skip
def test_a_login_that_is_refused(
    server: Scripted, code: int, said: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.reply = lambda ident, tag, _: [done(ident, messages.BIND_DONE, code, said)]
    with pytest.raises(BindRefused, match=words) as caught:
        Directory.open(server.endpoint(), MANAGER)
    shown = f"{caught.value} {caught.value!r} {caught.value.__dict__} {MANAGER!r} {caplog.text}"
    assert PASSWORD not in shown
    assert caught.value.next_step


@pytest.mark.parametrize("bind", [Simple("cn=a", Secret("")), Simple("", Secret("x"))])
def test_half_a_login_is_not_sent(server: Scripted, bind: Simple) -> None:
    """A server takes a name without a password for nobody, and says yes."""
    with pytest.raises(BindRefused, match="name and a password"):
        Directory.open(server.endpoint(), bind)
    assert server.seen == []


def test_check_bind(server: Scripted) -> None:
    who = ber.octets("dn:cn=a", 0x8B)
    server.reply = lambda n, tag, r: (
        [done(n, messages.EXTENDED_DONE, 0, "", who)] if tag == messages.EXTENDED else yes(n, tag, r)
    )
    assert check_bind(server.endpoint(), MANAGER) == "dn:cn=a"
    server.reply = lambda n, tag, r: (
        [done(n, messages.EXTENDED_DONE, 2)] if tag == messages.EXTENDED else yes(n, tag, r)
    )
    assert check_bind(server.endpoint(), MANAGER) == ""


# -- the connection breaks ---------------------------------------------------------------------------------------


def test_the_server_ends_in_the_middle(server: Scripted) -> None:
    server.reply = searching(None)  # type: ignore[assignment]
    directory = Directory.open(server.endpoint(), EXTERNAL)
    with pytest.raises(DirectoryLost, match="ended the connection"):
        directory.search("dc=x")
    assert not directory.alive
    with pytest.raises(DirectoryLost):
        directory.search("dc=x")


def test_the_server_says_good_bye(server: Scripted) -> None:
    notice = ber.octets(messages.NOTICE_OF_DISCONNECTION, 0x8A)
    server.reply = searching(lambda _: [done(0, messages.EXTENDED_DONE, 52, "going down", notice)])  # type: ignore[assignment]
    with (
        Directory.open(server.endpoint(), EXTERNAL) as directory,
        pytest.raises(DirectoryLost, match="going down"),
    ):
        directory.search("dc=x")


@pytest.mark.parametrize(
    "rubbish",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x30\x03\x02\x01\x63", done(77, messages.SEARCH_DONE), b"\x30\x05\x02\x01\x02\x64\x7f" + done(2, messages.SEARCH_DONE)],
)  # fmt: skip
def test_what_answers_is_no_directory(server: Scripted, rubbish: bytes) -> None:
    server.reply = searching([rubbish])  # type: ignore[assignment]
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        with pytest.raises(DirectoryUnreachable, match="does not speak LDAP"):
            directory.search("dc=x")
        assert not directory.alive


def test_a_server_that_stays_silent(server: Scripted) -> None:
    server.reply = searching([])  # type: ignore[assignment]
    directory = Directory.open(server.endpoint(answer_timeout=0.3), EXTERNAL)
    with pytest.raises(DirectoryLost, match=r"did not answer within 0\.3 s"):
        directory.search("dc=x")
    server.reply = lambda *_: []
    started = time.monotonic()
    with pytest.raises(DirectoryLost, match="did not answer"):
        Directory.open(server.endpoint(connect_timeout=0.3), EXTERNAL)
    assert time.monotonic() - started < 3


def test_cancelling_leaves_the_connection_usable(server: Scripted) -> None:
    late: list[int] = []

    def reply(ident: int, tag: int, request: ber.Reader) -> list[bytes]:
        if tag == messages.SEARCH and not late:
            late.append(ident)
            return [entry(ident, "uid=late")]
        if tag == messages.SEARCH:
            return [
                entry(late[0], "uid=late"),
                done(late[0], messages.SEARCH_DONE),
                entry(ident, "uid=new"),
                done(ident, messages.SEARCH_DONE),
            ]
        return yes(ident, tag, request)

    server.reply = reply
    job = Job()
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        threading.Timer(0.2, job.cancel).start()
        with pytest.raises(Cancelled):
            directory.search("dc=x", job=job)
        assert [each.dn for each in directory.search("dc=x").entries] == ["uid=new"]
    assert messages.ABANDON in [tag for _, tag in server.seen]


def test_cancelling_while_logging_in(server: Scripted) -> None:
    server.reply = lambda *_: []
    job = Job()
    threading.Timer(0.2, job.cancel).start()
    with pytest.raises(Cancelled):
        Directory.open(server.endpoint(), EXTERNAL, job)


def test_closing_wakes_who_waits(server: Scripted) -> None:
    server.reply = searching([])  # type: ignore[assignment]
    directory = Directory.open(server.endpoint(), EXTERNAL)
    threading.Timer(0.2, directory.close).start()
    with pytest.raises(DirectoryLost):
        directory.search("dc=x")


# -- many changes ------------------------------------------------------------------------------------------------


def people(count: int) -> list[Record]:
    return [Entry(dn=f"uid=p{n},ou=People,dc=x", attributes={"uid": [b"p"]}) for n in range(count)]


def test_many_changes_are_under_way_at_once(server: Scripted) -> None:
    held: list[int] = []
    most = 0

    def reply(ident: int, tag: int, request: ber.Reader) -> list[bytes]:
        nonlocal most
        if tag != messages.ADD:
            return yes(ident, tag, request)
        held.append(ident)
        most = max(most, len(held))
        if len(held) < 4:
            return []
        # Answered in another order than asked.
        answers = [done(each, messages.ADD_DONE) for each in reversed(held)]
        held.clear()
        return answers

    server.reply = reply
    told: list[tuple[str, object]] = []
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        assert (
            directory.apply(people(8), lambda record, error: told.append((record.dn, error)), window=4) == 8
        )
    assert most == 4
    assert {dn for dn, _ in told} == {record.dn for record in people(8)}
    assert {error for _, error in told} == {None}


def test_changes_that_have_to_do_with_each_other_keep_their_order(server: Scripted) -> None:
    under_way: set[int] = set()
    order = []

    def reply(ident: int, tag: int, request: ber.Reader) -> list[bytes]:
        if tag in (messages.ADD, messages.MODIFY, messages.DELETE, messages.RENAME):
            assert not under_way
            order.append(tag)
            return [done(ident, {0x68: 0x69, 0x66: 0x67, 0x4A: 0x6B, 0x6C: 0x6D}[tag])]
        return yes(ident, tag, request)

    server.reply = reply
    records: list[Record] = [
        Entry(dn="ou=New,dc=x", attributes={"ou": [b"New"]}),
        Entry(dn="uid=a, OU=new,dc=x", attributes={"uid": [b"a"]}),
        Modify(
            dn="uid=a,ou=New,dc=x", changes=(Change(operation="replace", attribute="cn", values=(b"x",)),)
        ),
        Rename(dn="uid=a,ou=New,dc=x", rdn="uid=b"),
        Delete(dn="UID=b,ou=New,dc=x"),
        Delete(dn="ou=New,dc=x"),
    ]
    sent: list[int] = []

    def watched(items: list[Record]) -> Iterator[Record]:
        for item in items:
            sent.append(len(told))
            yield item

    told: list[Record] = []
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        directory.apply(watched(records), lambda record, _: told.append(record))
    assert order == [
        messages.ADD,
        messages.ADD,
        messages.MODIFY,
        messages.RENAME,
        messages.DELETE,
        messages.DELETE,
    ]
    assert told == records


def test_after_a_refusal_nothing_more_is_sent(server: Scripted) -> None:
    counter = itertools.count()

    def reply(ident: int, tag: int, request: ber.Reader) -> list[bytes]:
        if tag != messages.ADD:
            return yes(ident, tag, request)
        return [done(ident, messages.ADD_DONE, 68 if next(counter) == 2 else 0)]

    server.reply = reply
    told: list[tuple[Record, object]] = []
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        number = directory.apply(people(100), lambda record, error: told.append((record, error)), window=4)
        assert number == len(told) - 1
        assert len([error for _, error in told if isinstance(error, AlreadyExists)]) == 1
        assert len(told) == sum(tag == messages.ADD for _, tag in server.seen) < 10
        told.clear()
        counter = itertools.count()
        everything = directory.apply(
            people(100), lambda record, error: told.append((record, error)), stop_at_first=False
        )
    assert (everything, len(told)) == (99, 100)


@pytest.mark.parametrize(("stop", "count"), [(True, 2), (False, 4)])
def test_a_name_that_is_none_is_refused_unsent(server: Scripted, stop: bool, count: int) -> None:
    records = people(4)
    records.insert(2, Delete(dn="no name"))
    told: list[tuple[str, bool]] = []
    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        number = directory.apply(
            records, lambda record, error: told.append((record.dn, error is None)), stop_at_first=stop
        )
    assert number == count
    assert ("no name", False) in told
    assert len(told) == count + 1
    assert server.ended()
    assert messages.DELETE not in [tag for _, tag in server.seen]


def test_when_the_server_dies_each_change_under_way_is_told_of(server: Scripted) -> None:
    counter = itertools.count()

    def reply(ident: int, tag: int, request: ber.Reader) -> list[bytes] | None:
        if tag != messages.ADD:
            return yes(ident, tag, request)
        number = next(counter)
        return None if number == 10 else [done(ident, messages.ADD_DONE)] if number < 6 else []

    server.reply = reply
    told: dict[str, object] = {}
    directory = Directory.open(server.endpoint(), EXTERNAL)
    with pytest.raises(DirectoryLost):
        directory.apply(people(100), lambda record, error: told.update({record.dn: error}), window=8)
    good = [dn for dn, error in told.items() if error is None]
    assert len(good) == 6
    assert all(isinstance(error, DirectoryLost) for error in told.values() if error is not None)
    assert len(told) >= sum(tag == messages.ADD for _, tag in server.seen)


def test_cancelling_many_changes_leaves_none_unknown(server: Scripted) -> None:
    job = Job()
    told: list[Record] = []

    def on_result(record: Record, error: DirectoryError | None) -> None:
        assert error is None
        told.append(record)
        if len(told) == 20:
            job.cancel()

    with Directory.open(server.endpoint(), EXTERNAL) as directory:
        with pytest.raises(Cancelled):
            directory.apply(people(1000), on_result, job=job)
        assert directory.alive
    assert len(told) == sum(tag == messages.ADD for _, tag in server.seen) < 60


# -- TLS ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def server_context(authority: Authority, folder: Path, *names: str, **values: object) -> ssl.SSLContext:
    pair = authority.issue(*names, **values)  # type: ignore[arg-type]
    (folder / "cert.pem").write_text(pair.certificate)
    (folder / "key.pem").write_text(pair.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def test_ldaps(server: Scripted, authority: Authority, tmp_path: Path) -> None:
    server.reply = searching(
        lambda n: (
            [entry(n, f"uid={i}", data=b"x" * 50_000) for i in range(40)] + [done(n, messages.SEARCH_DONE)]
        )
    )  # type: ignore[assignment]
    context = server_context(authority, tmp_path, "localhost", addresses=["127.0.0.1"])
    with listening(server, context) as port:
        for host in ("127.0.0.1", "localhost"):
            endpoint = Endpoint(url=f"ldaps://{host}:{port}", authority=authority.certificate)
            with Directory.open(endpoint, MANAGER) as directory:
                if host == "127.0.0.1":
                    assert len(directory.search("dc=x").entries) == 40


@pytest.mark.parametrize(
    ("names", "values", "words"),
    [
        (["other.example"], {}, "does not hold for 127.0.0.1"),
        ([], {"addresses": ["127.0.0.2"]}, "does not hold for 127.0.0.1"),
        ([], {"addresses": ["127.0.0.1"], "days": (-30, -1)}, "has expired"),
        ([], {"addresses": ["127.0.0.1"], "days": (1, 30)}, "does not hold yet"),
    ],
)
def test_certificates_that_are_not_taken(
    server: Scripted,
    authority: Authority,
    tmp_path: Path,
    names: list[str],
    values: dict[str, object],
    words: str,
) -> None:
    context = server_context(authority, tmp_path, *names, **values)
    with listening(server, context) as port:
        endpoint = Endpoint(url=f"ldaps://127.0.0.1:{port}", authority=authority.certificate)
        with pytest.raises(DirectoryUnreachable, match=words) as caught:
            Directory.open(endpoint, MANAGER)
    assert caught.value.next_step
    assert server.seen == []


def test_a_foreign_authority(server: Scripted, authority: Authority, tmp_path: Path) -> None:
    context = server_context(authority, tmp_path, addresses=["127.0.0.1"])
    with listening(server, context) as port:
        for trusted in ("", Authority("another").certificate):
            endpoint = Endpoint(url=f"ldaps://127.0.0.1:{port}", authority=trusted)
            with pytest.raises(DirectoryUnreachable, match="not issued by an authority that is trusted"):
                Directory.open(endpoint, MANAGER)
        with pytest.raises(DirectoryError, match="cannot be read"):
            Directory.open(Endpoint(url=f"ldaps://127.0.0.1:{port}", authority="no certificate"), MANAGER)
    assert server.seen == []


def test_no_password_goes_out_without_tls(server: Scripted, authority: Authority, tmp_path: Path) -> None:
    """Off the loopback, ldap:// begins TLS before anything else is said; a server that does not is not logged in to."""
    server.reply = lambda n, tag, r: (
        [done(n, messages.EXTENDED_DONE, 2, "unsupported extended operation")]
        if tag == messages.EXTENDED
        else yes(n, tag, r)
    )
    endpoint = Endpoint(url="ldap://directory.example", dial=server.dial)
    with pytest.raises(DirectoryUnreachable, match="does not begin TLS"):
        Directory.open(endpoint, MANAGER)
    assert [tag for _, tag in server.seen] == [messages.EXTENDED]


def test_what_comes_in_clear_behind_the_answer_is_not_believed(
    server: Scripted, authority: Authority
) -> None:
    forged = done(2, messages.BIND_DONE)
    server.reply = lambda n, tag, r: (
        [done(n, messages.EXTENDED_DONE) + forged] if tag == messages.EXTENDED else None
    )
    endpoint = Endpoint(
        url="ldap://directory.example", dial=server.dial, authority=authority.certificate, connect_timeout=1
    )
    with pytest.raises(DirectoryUnreachable):
        Directory.open(endpoint, MANAGER)


def test_a_port_without_tls_and_a_port_that_is_silent(server: Scripted) -> None:
    with listening(server, None) as port:
        with pytest.raises(DirectoryUnreachable, match="TLS"):
            Directory.open(Endpoint(url=f"ldaps://127.0.0.1:{port}", connect_timeout=1), ANONYMOUS)
    with pytest.raises(DirectoryUnreachable, match="refuses connections"):
        Directory.open(Endpoint(url=f"ldap://127.0.0.1:{port}"), ANONYMOUS)
    with pytest.raises(DirectoryUnreachable, match="does not resolve"):
        Directory.open(Endpoint(url="ldap://no-such-name.invalid", connect_timeout=5), ANONYMOUS)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("ldaps://a250", ("ldaps", "a250", 636, False)),
        ("LDAP://[::1]:1389/dc=x", ("ldap", "::1", 1389, True)),
        ("ldap://127.0.0.1", ("ldap", "127.0.0.1", 389, True)),
        ("ldapi:///", ("ldapi", "", 0, True)),
    ],
)
def test_addresses(url: str, found: tuple[str, str, int, bool]) -> None:
    address = address_of(url)
    assert (address.scheme, address.host, address.port, address.loopback) == found


@pytest.mark.parametrize(
    "url", ["", "http://x", "ldap://", "ldap://a:b", "ldaps://u:p@x", "a250", "ldap://x:0", "ldap://[x"]
)
def test_no_addresses(url: str) -> None:
    with pytest.raises(DirectoryError, match="is no address"):
        address_of(url)


def test_a_local_server_needs_a_way_to_it() -> None:
    with pytest.raises(AzdeskError, match="same machine only"):
        Directory.open(Endpoint(), EXTERNAL)

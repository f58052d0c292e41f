"""Logins that a host tries as a client would: each answer of a server in words, and nothing of the password anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from azdesk.onhost import login, login_ldap, login_xmpp
from azdesk.pki.authority import issue, new_authority
from azdesk.pki.reading import now
from tests.unit.onhost.support import SECRET, Direct, FolderMachine

Talk = Callable[[socket.socket], None]


@contextmanager
def server(talk: Talk, *, udp: bool = False) -> Iterator[int]:
    """A server that answers one connection after the other with `talk`; its port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
    listener.bind(("127.0.0.1", 0))
    listener.settimeout(10)
    if not udp:
        listener.listen()
    stopped = threading.Event()

    def work() -> None:
        while not stopped.is_set():
            try:
                if udp:
                    talk(listener)
                    continue
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                if stopped.is_set():
                    return
                connection.settimeout(10)
                try:
                    talk(connection)
                except (OSError, ValueError):
                    continue  # the client has gone, as it does when it does not like what it sees

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stopped.set()
        if not udp:
            with socket.create_connection(listener.getsockname()):
                pass
        else:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", listener.getsockname())
        thread.join()
        listener.close()


def attempt(url: str, password: str = SECRET, **more: Any) -> tuple[str, str]:
    reason, text = login.attempt(url, {"account": "anna", "domain": "test.local", **more}, password, 5)
    assert not reason or reason in login.REASONS
    assert SECRET not in text
    return reason, text


# -- LDAP ----------------------------------------------------------------------------------------------------


def ldap_answer(number: int, tag: int, code: int, said: str = "") -> bytes:
    body = bytes((0x0A, 1, code, 4, 0, 4, len(said))) + said.encode()
    whole = bytes((2, 1, number, tag, len(body))) + body
    return bytes((0x30, len(whole))) + whole


@pytest.mark.parametrize(
    ("code", "said", "reason", "words"),
    [
        (0, "", "", "takes the login"),
        (49, "", "password", "refuses the account"),
        (53, "unauthenticated bind", "password", "without a password"),
        (8, "confidentiality required", "tls", "wants TLS"),
        (80, "out of order", "protocol", "code 80"),
        (49, "80090308: LdapErr: DSID-0C09, comment: AcceptSecurityContext error, data 533, v1db1", "forbidden", "disabled"),
        (49, "80090308: LdapErr: DSID-0C09, comment: AcceptSecurityContext error, data 52e, v1db1", "password", "refuses"),
        (49, "80090308: LdapErr: DSID-0C09, comment: AcceptSecurityContext error, data 775, v1db1", "forbidden", "locked"),
    ],
)  # fmt: skip
def test_what_a_directory_says_to_a_bind(code: int, said: str, reason: str, words: str) -> None:
    def talk(connection: socket.socket) -> None:
        asked = connection.recv(4096)
        assert SECRET.encode() in asked
        assert b"anna" in asked
        connection.sendall(ldap_answer(1, 0x61, code, said))
        connection.recv(4096)

    with server(talk) as port:
        got, text = attempt(f"ldap://127.0.0.1:{port}")
    assert got == reason
    assert words in text


def test_a_search_that_finds_nothing_is_told_with_its_filter() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(ldap_answer(1, 0x61, 0))
        assert b"ou=People" in connection.recv(4096)
        connection.sendall(ldap_answer(2, 0x65, 0))
        connection.recv(4096)

    with server(talk) as port:
        reason, text = attempt(f"ldap://127.0.0.1:{port}", base="ou=People", search="(uid=x)")
    assert reason == "empty"
    assert "below ou=People that matches (uid=x)" in text


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("(uid=ab)", "a30904037569640402" + b"ab".hex()),
        ("(uid=*)", "8703756964"),
        ("(uid=a*b*c)", "a410" + "0403756964" + "3009" + "800161" + "810162" + "820163"),
        ("(!(uid=*))", "a2058703756964"),
        ("(&(uid=*)(cn=\\2a))", "a00e" + "8703756964" + "a307" + "0402636e" + "04012a"),
        ("(n>=5)", "a50604016e040135"),
        ("(memberOf:1.2:=x)", "a912" + "8103312e32" + "82086d656d6265724f66" + "830178"),
        ("(|)", "a100"),
        ("(cn=ü)", "a3080402636e0402c3bc"),
    ],
)
def test_filters_go_over_the_wire_as_the_standard_has_them(text: str, wire: str) -> None:
    assert login_ldap.encoded(text).hex() == wire


@pytest.mark.parametrize(
    "text", ["", "uid=x", "(uid=x", "(uid)", "((uid=x))", "(uid=x))", "(&(uid=x)", "(cn=\\zz)"]
)
def test_what_is_no_filter_is_no_login(text: str) -> None:
    with pytest.raises(ValueError, match=None):
        login_ldap.encoded(text)


# -- XMPP ----------------------------------------------------------------------------------------------------


def certificate(folder: Path, name: str = "test.local", *, late: bool = False) -> tuple[str, ssl.SSLContext]:
    """Path of an authority's certificate, and the context of a server with one of its certificates."""
    when = now() - timedelta(days=3000) if late else now()
    authority = new_authority("Test", now())
    pair = issue(authority.certificate, authority.key, names=(name,), addresses=(), now=when)
    ca, own = folder / "ca.pem", folder / "own.pem"
    ca.write_text(authority.certificate)
    own.write_text(pair.certificate + pair.key.reveal())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    return str(ca), context


STREAM = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"


class Xmpp:
    """Plays a server: TLS from the start or after a request for it, then mechanisms, then one answer to the password."""

    def __init__(self, context: ssl.SSLContext, answer: str, mechanisms: str = "PLAIN") -> None:
        self.context = context
        self.answer = answer
        self.mechanisms = mechanisms
        self.password = ""

    def __call__(self, connection: socket.socket) -> None:
        connection.recv(4096)
        tls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
        connection.sendall(f"{STREAM}<stream:features>{tls}</stream:features>".encode())
        assert b"<starttls" in connection.recv(4096)
        connection.sendall(b"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        with self.context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(4096)
            offers = "".join(f"<mechanism>{name}</mechanism>" for name in self.mechanisms.split())
            offered = f"<mechanisms xmlns='{SASL}'>{offers}</mechanisms>"
            secure.sendall(f"{STREAM}<stream:features>{offered}</stream:features>".encode())
            self.proof(secure)
            secure.sendall(self.answer.encode())
            secure.recv(4096)
            secure.sendall(f"{STREAM}<stream:features/>".encode())
            secure.recv(4096)
            jid = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>anna@test.local/x</jid></bind>"
            secure.sendall(f"<iq type='result' id='bind'>{jid}</iq>".encode())
            secure.recv(4096)

    def proof(self, secure: socket.socket) -> None:
        said = re.search(r"<auth[^>]*>([^<]*)", secure.recv(4096).decode())
        assert said
        self.password = base64.b64decode(said[1]).decode()


SUCCESS = f"<success xmlns='{SASL}'/>"


def failure(condition: str) -> str:
    return f"<failure xmlns='{SASL}'><{condition}/><text>no</text></failure>"


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (SUCCESS, "", "takes the login as anna@test.local"),
        (failure("not-authorized"), "password", "refuses the account or its password"),
        (failure("account-disabled"), "forbidden", "disabled"),
        (failure("temporary-auth-failure"), "silent", "does not reach where accounts are kept"),
        ("<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>", "forbidden", "policy-violation"),
        ("rubbish < & nonsense", "protocol", "something else than XMPP"),
    ],
)  # fmt: skip
def test_what_a_chat_server_says(tmp_path: Path, answer: str, reason: str, words: str) -> None:
    ca, context = certificate(tmp_path)
    played = Xmpp(context, answer)
    with server(played) as port:
        got, text = attempt(f"xmpp://127.0.0.1:{port}", ca=ca)
    assert (got, played.password) == (reason, f"\0anna\0{SECRET}")
    assert words in text


def test_certificates_that_cannot_be_trusted_are_told_apart(tmp_path: Path) -> None:
    ca, context = certificate(tmp_path)
    (tmp_path / "late").mkdir()
    late_ca, late = certificate(tmp_path / "late", late=True)
    with server(Xmpp(context, SUCCESS)) as port:
        url = f"xmpp://127.0.0.1:{port}"
        assert attempt(url, ca=late_ca) == (
            "tls",
            "has a TLS certificate of an authority that is not trusted here",
        )
        assert attempt(url, ca=ca, name="other.org") == (
            "tls",
            "has a TLS certificate that does not hold for other.org",
        )
        assert attempt(url, ca=str(tmp_path / "none"))[0] == "tls"
    with server(Xmpp(late, SUCCESS)) as port:
        assert attempt(f"xmpp://127.0.0.1:{port}", ca=late_ca) == (
            "tls",
            "has a TLS certificate that has expired",
        )


def test_a_password_is_never_sent_without_tls() -> None:
    heard: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        heard.append(connection.recv(4096))
        mechanisms = f"<mechanisms xmlns='{SASL}'><mechanism>PLAIN</mechanism></mechanisms>"
        connection.sendall(f"{STREAM}<stream:features>{mechanisms}</stream:features>".encode())
        heard.append(connection.recv(4096))

    with server(talk) as port:
        assert attempt(f"xmpp://127.0.0.1:{port}") == (
            "tls",
            "offers no TLS to clients, and a password is not sent without",
        )
    assert b"auth" not in b"".join(heard)


def test_scram_is_spoken_where_there_is_no_plain() -> None:
    """The example of RFC 7677, section 3."""
    sent: list[str] = []

    class Played:
        def send(self, text: str) -> None:
            sent.append(base64.b64decode(re.sub(r"<[^>]*>", "", text)).decode())

        def next(self) -> Any:
            from xml.etree import ElementTree as ET

            if len(sent) > 1:
                return ET.fromstring(SUCCESS)
            nonce = sent[0].rpartition("r=")[2]
            said = f"r={nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
            return ET.fromstring(
                f"<challenge xmlns='{SASL}'>{base64.b64encode(said.encode()).decode()}</challenge>"
            )

    fixed = "rOprNGfwEbeRWgbNEkqO"
    monkey = pytest.MonkeyPatch()
    monkey.setattr("secrets.token_hex", lambda size: fixed)
    played: Any = Played()
    login_xmpp._scram(played, "SCRAM-SHA-256", "sha256", "user", "pencil")
    monkey.undo()
    assert sent[0] == f"n,,n=user,r={fixed}"
    assert sent[1].endswith("p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")


# -- SIP -----------------------------------------------------------------------------------------------------


def registrar(password: str, heard: list[str], *, challenge: bool = True) -> Talk:
    """A registrar on UDP that loses the first request, as networks do."""
    lost: list[bytes] = []

    def talk(listener: socket.socket) -> None:
        data, address = listener.recvfrom(4096)
        if not (data and lost):
            lost.append(data)
            return
        text = data.decode()
        heard.append(text)
        via, sequence = (re.search(rf"(?m)^{name}: .*$", text) for name in ("Via", "CSeq"))
        assert via
        assert sequence
        head = f"{via[0].strip()}\r\n{sequence[0].strip()}\r\nContent-Length: 0\r\n\r\n"
        proof = re.search(r'response="(\w+)"', text)
        good = not challenge
        if proof:
            cnonce = re.search(r'cnonce="(\w+)"', text)
            assert cnonce
            one = hashlib.md5(f"anna:asterisk:{password}".encode()).hexdigest()
            two = hashlib.md5(b"REGISTER:sip:test.local").hexdigest()
            whole = f"{one}:n1:00000001:{cnonce[1]}:auth:{two}"
            good = proof[1] == hashlib.md5(whole.encode()).hexdigest()
        listener.sendto(f"SIP/2.0 100 Trying\r\n{head}".encode(), address)
        if good:
            listener.sendto(f"SIP/2.0 200 OK\r\n{head}".encode(), address)
        else:
            asked = 'WWW-Authenticate: Digest realm="asterisk",nonce="n1",qop="auth",algorithm=MD5'
            listener.sendto(f"SIP/2.0 401 Unauthorized\r\n{asked}\r\n{head}".encode(), address)

    return talk


def test_a_phone_registers_and_takes_it_back() -> None:
    heard: list[str] = []
    with server(registrar(SECRET, heard), udp=True) as port:
        assert attempt(f"sip://127.0.0.1:{port}")[0] == ""
    assert [re.findall(r"Expires: (\d+)", text) for text in heard] == [["60"], ["60"], ["0"]]
    assert all(SECRET not in text for text in heard)


def test_a_registrar_that_refuses_and_one_that_lets_anybody_in() -> None:
    with server(registrar("another", []), udp=True) as port:
        reason, text = attempt(f"sip://127.0.0.1:{port}")
    assert reason == "password"
    assert "401 Unauthorized" in text
    heard: list[str] = []
    with server(registrar("", heard, challenge=False), udp=True) as port:
        assert attempt(f"sip://127.0.0.1:{port}") == (
            "open",
            "registers phones without asking for a password",
        )
    assert "Expires: 0" in heard[-1]


# -- all alike ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["ldap", "ldaps", "xmpp", "xmpps", "sip", "sip+tcp", "sips"])
def test_where_nothing_listens(scheme: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if scheme == "sip" else socket.SOCK_STREAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert attempt(f"{scheme}://127.0.0.1:{port}")[0] == "unreachable"


@pytest.mark.parametrize("url", ["http://127.0.0.1:80", "ldap://", "ldap://127.0.0.1:x", "nonsense"])
def test_what_is_no_server(url: str) -> None:
    assert attempt(url)[0] == "protocol"


class Answering(FolderMachine):
    """A host on which logins end as a test says, the last answer for ever."""

    def __init__(self, root: Path, *answers: tuple[str, str]) -> None:
        super().__init__(root)
        self.answers = list(answers)
        self.asked: list[tuple[str, str]] = []
        self.clock = 0.0

    def monotonic(self) -> float:
        self.clock += 0.01
        return self.clock

    def login(
        self, server: str, request: Mapping[str, Any], password: str, timeout: float
    ) -> tuple[str, str]:
        self.asked.append((server, password))
        self.clock += 1.0
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def step(*servers: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": "login", "title": "Log in", "servers": servers or ["xmpp://127.0.0.1:5222"], "account": "anna",
        "password": "••pw••", "timeout": 10, "interval": 0.01, **more,
    }  # fmt: skip


def carried_out(machine: FolderMachine, what: dict[str, Any]) -> Any:
    """Everything that was told, the journal entry at the end of it."""
    direct = Direct(machine)
    direct.work([{**what, "servers": list(what["servers"])}], {"••pw••": SECRET})
    assert SECRET not in str(direct.told)
    return direct.told


def test_one_of_several_servers_is_enough_and_the_others_are_named(tmp_path: Path) -> None:
    machine = Answering(tmp_path, ("unreachable", "cannot be reached (no route)"), ("", "takes the login"))
    done = carried_out(machine, step("ldaps://one:636", "ldaps://two:636"))
    assert "ldaps://one:636 cannot be reached (no route). ldaps://two:636 takes the login." in str(done)
    assert machine.asked == [("ldaps://one:636", SECRET), ("ldaps://two:636", SECRET)]


def test_a_server_that_has_just_started_is_asked_again(tmp_path: Path) -> None:
    machine = Answering(
        tmp_path, ("unreachable", "cannot be reached"), ("silent", "is busy"), ("", "takes the login")
    )
    assert "takes the login" in str(carried_out(machine, step()))
    assert len(machine.asked) == 3


def test_a_refused_password_is_final_unless_it_has_just_been_set(tmp_path: Path) -> None:
    machine = Answering(
        tmp_path, ("password", "refuses the account or its password"), ("", "takes the login")
    )
    said = str(carried_out(machine, step(failure="Nobody can log in to chat.")))
    assert "Nobody can log in to chat. xmpp://127.0.0.1:5222 refuses the account or its password." in said
    assert len(machine.asked) == 1
    machine = Answering(
        tmp_path, ("password", "refuses the account or its password"), ("", "takes the login")
    )
    assert "takes the login" in str(carried_out(machine, step(patient=True)))


def test_a_login_that_must_be_refused(tmp_path: Path) -> None:
    assert "refuses" in str(
        carried_out(Answering(tmp_path, ("password", "refuses the password")), step(refused=True))
    )
    said = str(carried_out(Answering(tmp_path, ("", "takes the login as anna")), step(refused=True)))
    assert "takes the login as anna" in said
    assert "failed" in said


def test_no_password_at_all_is_never_tried_as_a_login(tmp_path: Path) -> None:
    machine = Answering(tmp_path, ("", "takes the login"))
    assert "needs a server and a password" in str(carried_out(machine, step(password="")))
    assert machine.asked == []

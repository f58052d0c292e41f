"""Passwords, questions and second factors, against an SSH server in this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import paramiko
import pytest

from azdesk.core.errors import AzdeskError, CredentialError, LoginRefused
from azdesk.core.secret import Secret
from azdesk.fleet.credentials import AskedSecrets
from azdesk.fleet.model import Credential, Fleet, Host
from azdesk.hosts.attempt import Attempt
from azdesk.hosts.known import HostKeys, address_name
from azdesk.hosts.route import SshConfig, route
from azdesk.hosts.unlocked import UnlockedKeys

PASSWORD = "hunter2"


class Server(paramiko.ServerInterface):
    """Accepts `PASSWORD` in the ways it is told to."""

    def __init__(
        self, allowed: str, *, prompts: list[list[tuple[str, bool]]], answers: list[list[str]], partial: bool
    ) -> None:
        self.allowed = allowed
        self.prompts = prompts
        self.answers = answers
        self.partial = partial
        self.round = 0

    def get_allowed_auths(self, username: str) -> str:
        return self.allowed

    def check_auth_password(self, username: str, password: str) -> int:
        if "password" not in self.allowed.split(",") or password != PASSWORD:
            return paramiko.AUTH_FAILED
        if self.partial:
            self.allowed = "keyboard-interactive"
            return paramiko.AUTH_PARTIALLY_SUCCESSFUL
        return paramiko.AUTH_SUCCESSFUL

    def check_auth_interactive(self, username: str, submethods: str) -> int | paramiko.InteractiveQuery:
        if "keyboard-interactive" not in self.allowed:
            return paramiko.AUTH_FAILED
        self.round = 0
        return self._ask()

    def check_auth_interactive_response(self, responses: list[str]) -> int | paramiko.InteractiveQuery:
        if responses != self.answers[self.round]:
            return paramiko.AUTH_FAILED
        self.round += 1
        return self._ask() if self.round < len(self.prompts) else paramiko.AUTH_SUCCESSFUL

    def _ask(self) -> paramiko.InteractiveQuery:
        return paramiko.InteractiveQuery("", "", *self.prompts[self.round])


Make = Callable[..., Callable[..., None]]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Starts a server; gives a function that logs in to it."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    key = paramiko.RSAKey.generate(2048)
    listeners: list[socket.socket] = []
    transports: list[paramiko.Transport] = []

    def start(
        allowed: str,
        prompts: list[list[tuple[str, bool]]] | None = None,
        answers: list[list[str]] | None = None,
        *,
        partial: bool = False,
    ) -> Callable[..., None]:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        port = listener.getsockname()[1]

        def run() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                transport = paramiko.Transport(connection)
                transports.append(transport)
                transport.add_server_key(key)
                asked = Server(
                    allowed,
                    prompts=prompts or [[("Password: ", False)]],
                    answers=answers or [[PASSWORD]],
                    partial=partial,
                )
                try:
                    transport.start_server(server=asked)
                except (paramiko.SSHException, EOFError):
                    connection.close()

        threading.Thread(target=run, daemon=True).start()
        known = tmp_path / "known_hosts"
        known.write_text(f"{address_name('127.0.0.1', port)} {key.get_name()} {key.get_base64()}\n")

        def login(secrets: object, **credential: str) -> None:
            fleet = Fleet(
                credentials={"it": Credential(user="root", **credential)} if credential else {},
                hosts={"a251": Host(address="127.0.0.1", port=port, credential="it" if credential else "")},
            )
            (hop,) = route(fleet, "a251", SshConfig([]))
            attempt = Attempt(
                hop,
                "a251",
                None,
                trust=HostKeys(tmp_path / "own", [known]),
                secrets=secrets,
                unlocked=UnlockedKeys(),
            )
            try:
                assert attempt.run().is_authenticated()
            finally:
                attempt.abort()

        return login

    yield start
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for transport in transports:
        transport.close()
        transport.join(5)


class Answers:
    """Secrets by purpose; remembers the questions and the rejections."""

    def __init__(self, **values: str) -> None:
        self.values = {name.replace("_", " "): value for name, value in values.items()}
        self.asked: list[str] = []
        self.wrong: list[str] = []

    def get(self, name: str, what: str) -> Secret | None:
        self.asked.append(what)
        value = next((value for key, value in self.values.items() if key in what), None)
        return Secret(value) if value is not None else None

    def rejected(self, name: str, what: str) -> None:
        self.wrong.append(what)


def test_password(serve: Make) -> None:
    login = serve("password")
    login(Answers(password=PASSWORD), method="password")
    wrong = Answers(password="swordfish")
    with pytest.raises(
        LoginRefused, match=r"refused the password of root\. Its sshd allows: password\."
    ) as caught:
        login(wrong, method="password")
    assert "swordfish" not in str(caught.value)
    assert wrong.wrong == ["password"]
    with pytest.raises(CredentialError, match="no password for the credential “it”"):
        login(Answers(), method="password")


def test_a_password_for_a_host_that_only_asks_questions(serve: Make) -> None:
    login = serve("keyboard-interactive")
    login(Answers(password=PASSWORD), method="password")
    wrong = Answers(password="swordfish")
    with pytest.raises(LoginRefused):
        login(wrong, method="password")
    assert "password" in wrong.wrong, "or a mistyped one would be given again and again"


def test_questions(serve: Make) -> None:
    login = serve(
        "keyboard-interactive",
        [[("Password: ", False)], [("Verification code: ", True), ("Dog: ", False)]],
        [[PASSWORD], ["123456", "rex"]],
    )
    answers = Answers(password=PASSWORD, code="123456", Dog="rex")
    login(answers, method="keyboard-interactive")
    assert answers.asked == ["password", "answer: Verification code:", "answer: Dog:"]
    with pytest.raises(LoginRefused, match="refused the answers"):
        login(Answers(password=PASSWORD, code="999999", Dog="rex"), method="keyboard-interactive")


def test_a_question_nobody_answers(serve: Make) -> None:
    login = serve("keyboard-interactive", [[("Verification code: ", True)]], [["1"]])
    with pytest.raises(CredentialError, match="asks “Verification code:” and there is nobody"):
        login(Answers(password=PASSWORD), method="keyboard-interactive")


def test_an_error_while_asking_reaches_the_caller(serve: Make) -> None:
    def ask(name: str, what: str) -> Secret | None:
        raise AzdeskError("The window is gone.")

    with pytest.raises(AzdeskError, match="The window is gone"):
        serve("keyboard-interactive")(AskedSecrets(ask), method="keyboard-interactive")


def test_two_factors(serve: Make) -> None:
    login = serve("password", [[("Code: ", False)]], [["123456"]], partial=True)
    login(Answers(password=PASSWORD, Code="123456"), method="password")
    with pytest.raises(LoginRefused):
        login(Answers(password=PASSWORD, Code="0"), method="password")


def test_without_a_credential_a_password_is_asked_for_where_it_is_allowed(serve: Make) -> None:
    answers = Answers(password=PASSWORD)
    serve("publickey,password")(answers)
    assert answers.asked == ["password"]
    none = Answers(password=PASSWORD)
    with pytest.raises(LoginRefused, match=r"Its sshd allows: publickey"):
        serve("publickey")(none)
    assert none.asked == []


def test_a_key_file_that_cannot_be_used_does_not_end_the_login(serve: Make, tmp_path: Path) -> None:
    (tmp_path / ".ssh").mkdir()
    # As a security key's: no kind that can be used without the device.
    (tmp_path / ".ssh" / "id_ed25519").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n")
    serve("publickey,password")(Answers(password=PASSWORD))
    with pytest.raises(LoginRefused, match=r"AZDesk cannot use them: id_ed25519\."):
        serve("publickey,password")(Answers(password="swordfish"))

"""The byte stream over an SSH channel, at its ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from azdesk.core.errors import LinkLost, SudoRefused
from azdesk.core.secret import Secret
from azdesk.fleet.credentials import AskedSecrets, SecretChain
from azdesk.hosts.lean import paramiko
from azdesk.hosts.link import Link
from azdesk.hosts.route import Hop
from azdesk.hosts.session import ChannelStream, give_password
from azdesk.hosts.start import Start


class Ending:
    """A channel whose connection ends while something is being sent."""

    closed = eof_received = False
    exit_status = -1

    def __init__(self, error: Exception) -> None:
        self._error = error

    def settimeout(self, seconds: float) -> None:
        pass

    def send(self, data: bytes) -> int:
        raise self._error

    def recv_stderr_ready(self) -> bool:
        return False


@pytest.mark.parametrize("error", [EOFError(), paramiko.SSHException("Key-exchange ended"), OSError("gone")])
def test_a_connection_that_ends_while_something_is_sent_is_a_lost_link(error: Exception) -> None:
    connection = SimpleNamespace(is_active=lambda: False, close=lambda: None)
    reached: Any = SimpleNamespace(connection=connection, close=lambda: None, where="a251")
    channel: Any = Ending(error)
    link = Link("a251", ChannelStream(channel, reached))
    with pytest.raises(LinkLost):
        link.look({})
    assert not link.alive


class Sudo:
    """Standard error of a sudo that asks once and takes one password."""

    def __init__(self, start: Start, password: str) -> None:
        self._start = start
        self._password = password
        self._next = start.prompt

    def read_complaint(self, timeout: float) -> bytes:
        said, self._next = self._next, ""
        return said.encode()

    def write(self, data: bytes, timeout: float) -> None:
        right = data == f"{self._password}\n".encode()
        self._next = f"\n{self._start.started}\n" if right else "Sorry, try again.\n"


def test_sudo_is_given_the_login_password_and_a_person_is_asked_only_if_that_is_wrong() -> None:
    asked: list[str] = []

    def ask(_name: str, what: str) -> Secret:
        asked.append(what)
        return Secret({"password": "login", "sudo": "root"}[what])

    def start_as(password: str) -> None:
        start = Start("true", "with-password")
        stream: Any = Sudo(start, password)
        give_password(stream, start, hop, secrets, "a251")

    secrets = SecretChain([AskedSecrets(ask)])
    secrets.get("it", "password")  # the login
    hop = Hop(name="a251", address="a251", port=22, user="admin", method="password", credential="it")
    start_as("login")
    assert asked == ["password"]
    with pytest.raises(SudoRefused, match="did not accept the password of admin"):
        start_as("root")
    start_as("root")
    assert asked == ["password", "sudo"]

"""The byte stream over an SSH channel, at its ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from azdesk.core.errors import LinkLost
from azdesk.hosts.lean import paramiko
from azdesk.hosts.link import Link
from azdesk.hosts.session import ChannelStream


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

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from azdesk.core.errors import StepFailed
from azdesk.fleet.model import Fleet, Host
from azdesk.hosts import session
from azdesk.hosts.python import install_python


class Silent:
    """A host whose command ends at once, without a word."""

    ended_well = True

    def __init__(self, *_: Any) -> None:
        pass

    def read(self, timeout: float) -> bytes:
        return b""

    def explain(self, said: bytes) -> None:
        return None

    @contextmanager
    def connected(self, *_: Any) -> Iterator[Any]:
        yield SimpleNamespace(hop=SimpleNamespace(sudo="no"), close=lambda: None)


def test_a_host_that_says_nothing_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "run_command", lambda *_: None)
    monkeypatch.setattr(session, "ChannelStream", Silent)
    with pytest.raises(StepFailed, match="said nothing about it"):
        install_python(Silent(), Fleet(hosts={"a251": Host(address="192.0.2.7")}), "a251")  # type: ignore[arg-type]

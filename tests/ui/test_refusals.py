"""Looks from time to time leave out hosts that refuse the login, until there is something new to try."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.app.session import Observation
from azdesk.core.errors import CredentialError, HostKeyChanged, LoginRefused, SudoRefused, Unreachable
from azdesk.core.secret import Secret
from azdesk.fleet import edit
from azdesk.ui.dialogs.keeping import Place
from azdesk.ui.dialogs.secrets import keeper
from azdesk.ui.workbench import Workbench
from tests.ui import bench
from tests.ui.conftest import settle

OTHERS = {"a253", "a254", "a250", bench.LONG}


@pytest.fixture
def workbench(tmp_path: Path, monkeypatch, qapp) -> Iterator[Workbench]:
    monkeypatch.setenv("AZDESK_DATA", str(tmp_path))
    made = bench.open_bench(tmp_path, keyring=bench.MemoryKeyring())
    yield made
    made.close()
    made.undo_stack.clear()
    made.deleteLater()
    settle()


@pytest.fixture
def looked(workbench, monkeypatch):
    """Calling it looks as from time to time, and gives the hosts that were asked."""
    asked: list[set[str]] = []

    def look(hosts, **_how) -> bool:
        asked.append(set(hosts))
        return False

    monkeypatch.setattr(workbench, "look", look)

    def quietly() -> set[str]:
        workbench.look_quietly()
        return asked[-1]

    return quietly


def refused(error) -> Observation:
    return Observation(host="a251", at=1000.0, error=error)


@pytest.mark.parametrize(
    "error",
    [
        LoginRefused("no", where="a251"),
        SudoRefused("no", where="a251"),
        CredentialError("no", where="a251"),
        HostKeyChanged("no", known="a", shown="b", where="a251"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_refused_login_is_not_tried_again_by_itself(workbench, looked, error):
    assert looked() == OTHERS | {"a251"}
    bench.see(workbench, refused(error))
    assert looked() == OTHERS
    bench.see(workbench, bench.look("a251"))  # somebody looked by hand, and it worked
    assert looked() == OTHERS | {"a251"}


def test_a_host_that_does_not_answer_is_tried_again(workbench, looked):
    bench.see(workbench, refused(Unreachable("no", where="a251")))
    assert "a251" in looked()


@pytest.mark.parametrize(
    ("path", "value", "again"),
    [
        ("hosts.a251.address", "192.168.11.99", True),
        ("hosts.a251.credential", "head office", True),
        ("credentials.admins.user", "bob", True),
        ("hosts.a251.note", "rack 4", False),
        ("hosts.a253.address", "192.168.11.98", False),
    ],
)
def test_an_edit_of_its_login_lets_it_be_tried_again(workbench, looked, path, value, again):
    bench.see(workbench, refused(LoginRefused("no", where="a251")))
    workbench.edit(edit.with_value(workbench.fleet, path, value), "Change it")
    assert ("a251" in looked()) is again


def test_an_edit_of_its_jump_host_counts_too(workbench, looked):
    seen = Observation(host="a254", at=1000.0, error=LoginRefused("no", where="a254"))
    bench.see(workbench, seen)
    assert "a254" not in looked()
    workbench.edit(edit.with_value(workbench.fleet, "hosts.a251.port", 2222), "Change it")
    assert "a254" in looked()


def test_a_secret_that_is_kept_anew_lets_it_be_tried_again(workbench, looked):
    bench.see(workbench, refused(LoginRefused("no", where="a251")))
    keeper(workbench).keep("head office", "password", Secret("other"), Place.KEYRING)
    assert "a251" not in looked()
    keeper(workbench).keep("admins", "sudo", Secret("new"), Place.KEYRING)
    assert "a251" in looked()

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring.backend
import keyring.errors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azdesk.core.errors import CredentialError
from azdesk.core.secret import Secret
from azdesk.fleet import credentials
from azdesk.fleet.credentials import (
    AskedSecrets,
    EnvironmentSecrets,
    NoSecrets,
    SecretChain,
    for_sudo,
    reject,
)
from azdesk.fleet.secret_file import FileSecrets
from azdesk.fleet.system_keyring import KeyringSecrets, keyring_state


class Good(keyring.backend.KeyringBackend):
    """A keyring in memory, as trustworthy as they come."""

    priority = 5  # type: ignore[assignment]
    name = "Good"

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}
        self.fault: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.fault:
            raise self.fault
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.fault:
            raise self.fault
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.entries:
            raise keyring.errors.PasswordDeleteError
        del self.entries[service, username]


def files(path: Path, passphrase: str | None = "open sesame") -> FileSecrets:
    return FileSecrets(path, lambda: Secret(passphrase) if passphrase is not None else None)


# -- environment -------------------------------------------------------------------------------------------


def test_environment() -> None:
    source = EnvironmentSecrets(
        {
            "AZDESK_SECRET_HEAD_OFFICE": "all",
            "AZDESK_SECRET_HEAD_OFFICE_SUDO": "root",
            "AZDESK_SECRET_EMPTY": "",
        }
    )
    assert source.get("head-office", "password") == Secret("all")
    assert source.get("head-office", "sudo") == Secret("root")
    assert source.get("head-office", "answer: Code:") is None
    assert source.get("empty", "password") is None
    assert source.get("other", "password") is None


# -- keyring -----------------------------------------------------------------------------------------------


def test_keyring_keeps_by_name_and_purpose() -> None:
    backend = Good()
    source = KeyringSecrets(backend)
    source.set("it", "password", Secret("one"))
    source.set("it", "sudo", Secret("two"))
    assert source.get("it", "password") == Secret("one")
    assert source.get("it", "sudo") == Secret("two")
    assert source.get("it", "passphrase") is None
    assert set(backend.entries) == {("azdesk", "it/password"), ("azdesk", "it/sudo")}
    source.delete("it", "sudo")
    source.delete("it", "sudo")
    assert source.get("it", "sudo") is None
    with pytest.raises(CredentialError, match="is not kept"):
        source.set("it", "answer: Code:", Secret("123456"))


def unsafe() -> list[Any]:
    import keyring.backends.chainer
    import keyring.backends.fail
    import keyring.backends.null

    class PlaintextKeyring(Good):
        pass

    class Missing(Good):
        @property
        def priority(self) -> float:  # type: ignore[override]
            raise RuntimeError("its library is not installed")

    class Alternative(Good):
        pass

    Alternative.__module__ = "keyrings.alt.file"
    return [
        None,
        keyring.backends.fail.Keyring(),
        keyring.backends.null.Keyring(),
        PlaintextKeyring(),
        Missing(),
        Alternative(),
    ]


@pytest.mark.parametrize("index", range(6))
def test_a_keyring_that_keeps_nothing_or_in_clear_counts_as_none(index: int) -> None:
    backend = unsafe()[index]
    state = keyring_state(backend)
    assert not state.usable
    assert "AZDesk" in state.message
    source = KeyringSecrets(backend) if backend is not None else KeyringSecrets()
    source._backend, source._looked = backend, True
    assert source.get("it", "password") is None
    with pytest.raises(CredentialError) as caught:
        source.set("it", "password", Secret("hunter2"))
    assert "hunter2" not in str(caught.value)
    if isinstance(backend, Good):
        assert backend.entries == {}


def test_of_several_backends_the_trustworthy_one_is_used() -> None:
    good, plain = Good(), unsafe()[3]

    class ChainerBackend(Good):
        backends = (plain, good)

    source = KeyringSecrets(ChainerBackend())
    source.set("it", "password", Secret("x"))
    assert good.entries
    assert not plain.entries
    assert source.state.name == "Good"


def test_a_locked_keyring_is_told_and_its_error_text_goes_nowhere() -> None:
    backend = Good()
    source = KeyringSecrets(backend)
    backend.fault = keyring.errors.KeyringLocked("locked, secret was hunter2")
    assert source.get("it", "password") is None
    assert "KeyringLocked" in source.problem
    with pytest.raises(CredentialError) as caught:
        source.set("it", "password", Secret("hunter2"))
    assert "hunter2" not in f"{caught.value} {caught.value.__cause__} {source.problem}"
    backend.fault = RuntimeError("D-Bus fell over")
    assert source.get("it", "password") is None
    backend.fault = None
    assert source.get("it", "password") is None
    assert source.problem == ""


SERVICE_SCRIPT = """
import sys
from azdesk.core.secret import Secret
from azdesk.fleet.system_keyring import KeyringSecrets
source = KeyringSecrets()
assert source.state.usable, source.state
source.set("it", "password", Secret("grün & 'quoted'"))
assert KeyringSecrets().get("it", "password") == Secret("grün & 'quoted'")
source.delete("it", "password")
assert source.get("it", "password") is None
print("kept by", source.state.name)
"""


def test_the_real_secret_service(tmp_path: Path) -> None:
    if not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")):
        pytest.skip("dbus-run-session or gnome-keyring-daemon is not installed here")
    script = f'echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && {sys.executable} -c "$CODE"'
    environment = {
        **{
            name: value
            for name, value in os.environ.items()
            if name not in ("DBUS_SESSION_BUS_ADDRESS", "DISPLAY")
        },
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "CODE": SERVICE_SCRIPT,
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "kept by" in done.stdout


# -- the encrypted file ------------------------------------------------------------------------------------


def test_file_round_trip_shows_nothing_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "secrets.json"
    source = files(path)
    assert source.get("it", "password") is None
    source.set("it", "password", Secret("hunter2"))
    source.set("office", "passphrase", Secret("grün"))
    assert files(path).get("it", "password") == Secret("hunter2")
    assert files(path).get("office", "passphrase") == Secret("grün")
    raw = path.read_bytes()
    for word in (b"hunter2", b"office", b"password", b"sesame"):
        assert word not in raw
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(path.parent) == ["secrets.json"]
    source.delete("it", "password")
    assert files(path).get("it", "password") is None


def test_the_same_content_is_never_encrypted_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    source = files(path)
    seen = set()
    for _ in range(3):
        source.set("it", "password", Secret("x"))
        seen.add(json.loads(path.read_text())["nonce"])
    assert len(seen) == 3


def test_wrong_passphrase_says_so_and_asks_again(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    files(path).set("it", "password", Secret("x"))
    answers = [Secret("wrong"), Secret("open sesame")]
    source = FileSecrets(path, lambda: answers.pop(0))
    with pytest.raises(CredentialError, match="passphrase does not open"):
        source.get("it", "password")
    assert source.get("it", "password") == Secret("x")
    with pytest.raises(CredentialError):
        files(path, "wrong").set("it", "password", Secret("y"))
    assert files(path).get("it", "password") == Secret("x")


def test_without_a_passphrase_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    for passphrase in (None, ""):
        with pytest.raises(CredentialError, match="Without a passphrase"):
            files(path, passphrase).set("it", "password", Secret("x"))
    assert not path.exists()


def test_changing_the_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    source = files(path)
    source.set("it", "password", Secret("x"))
    source.change_passphrase(Secret("new"))
    assert files(path, "new").get("it", "password") == Secret("x")
    with pytest.raises(CredentialError):
        files(path).get("it", "password")
    with pytest.raises(CredentialError, match="empty passphrase"):
        source.change_passphrase(Secret(""))


def test_the_passphrase_is_not_changed_by_somebody_who_does_not_know_it(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    files(path).set("it", "password", Secret("x"))
    for present in (None, "", "wrong"):
        with pytest.raises(CredentialError, match="passphrase"):
            files(path, present).change_passphrase(Secret("new"))
    assert files(path).get("it", "password") == Secret("x")


def test_a_file_of_another_cost_stays_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secrets"
    with monkeypatch.context() as cheaper:
        cheaper.setattr("azdesk.fleet.secret_file._SCRYPT", {"n": 1 << 14, "r": 8, "p": 1})
        files(path).set("it", "password", Secret("x"))
    source = files(path)
    assert source.get("it", "password") == Secret("x")
    source.set("it", "sudo", Secret("y"))
    assert files(path).get("it", "password") == Secret("x")


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_any_damage_is_noticed(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.mktemp("file") / "secrets"
    source = files(path)
    source.set("it", "password", Secret("x"))
    good = path.read_bytes()
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 127))]) + good[at + 1 :]
    path.write_bytes(data.draw(st.sampled_from([bad, good[:at], b""])))
    try:
        found = files(path).get("it", "password")
    except CredentialError:
        return
    # Only white space between the parts can change without effect.
    assert found == Secret("x")


def test_a_file_that_would_cost_the_machine_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secrets"
    files(path).set("it", "password", Secret("x"))
    outer = json.loads(path.read_text())
    outer["scrypt"]["n"] = 1 << 30
    path.write_text(json.dumps(outer))
    started = time.monotonic()
    with pytest.raises(CredentialError, match="damaged"):
        files(path).get("it", "password")
    assert time.monotonic() - started < 5


def test_a_save_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secrets"
    source = files(path)
    source.set("it", "password", Secret("x"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CredentialError, match="No space left"):
        source.set("it", "password", Secret("y"))
    monkeypatch.undo()
    assert files(path).get("it", "password") == Secret("x")
    assert os.listdir(tmp_path) == ["secrets"]


def test_two_programs_keep_each_others_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window and `azdesk secret set`: between the reading and the writing of one, the other one waits."""
    path = tmp_path / "new folder" / "secrets"
    window, terminal = files(path), files(path)
    others: list[threading.Thread] = []
    write = window._write

    def slowly(values: dict[str, str]) -> None:
        other = threading.Thread(target=terminal.set, args=("it", "sudo", Secret("theirs")))
        others.append(other)
        other.start()
        other.join(0.5)
        write(values)

    monkeypatch.setattr(window, "_write", slowly)
    window.set("it", "password", Secret("ours"))
    others[0].join()
    assert files(path).get("it", "password") == Secret("ours")
    assert files(path).get("it", "sudo") == Secret("theirs")


# -- asking and the chain ----------------------------------------------------------------------------------


def asking(*answers: str | None) -> tuple[AskedSecrets, list[tuple[str, str]]]:
    asked: list[tuple[str, str]] = []
    left = list(answers)

    def ask(name: str, what: str) -> Secret | None:
        asked.append((name, what))
        answer = left.pop(0)
        return Secret(answer) if answer is not None else None

    return AskedSecrets(ask), asked


def test_asked_once_until_rejected() -> None:
    source, asked = asking("wrong", "right")
    assert source.get("it", "password") == Secret("wrong")
    assert source.get("it", "password") == Secret("wrong")
    reject(source, "it", "password")
    assert source.get("it", "password") == Secret("right")
    assert len(asked) == 2


def test_one_time_codes_are_asked_for_each_time() -> None:
    source, asked = asking("111", "222")
    assert source.get("it", "answer: Code:") == Secret("111")
    assert source.get("it", "answer: Code:") == Secret("222")
    assert len(asked) == 2


def test_many_hosts_with_one_credential_ask_one_question() -> None:
    def ask(name: str, what: str) -> Secret:
        asked.append(name)
        time.sleep(0.05)
        return Secret("x")

    asked: list[str] = []
    source = AskedSecrets(ask)
    threads = [threading.Thread(target=source.get, args=("it", "password")) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == ["it"]


def test_no_answer_is_remembered_for_all_hosts_and_the_next_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    source, asked = asking(None, "late", None)
    assert [source.get("it", "password") for _ in range(16)] == [None] * 16
    assert asked == [("it", "password")]
    assert source.get("it", "sudo") == Secret("late")  # another question
    monkeypatch.setattr(credentials, "REFUSED_FOR", 0.0)
    assert source.get("it", "password") is None
    assert asked == [("it", "password"), ("it", "sudo"), ("it", "password")]


def test_what_is_entered_after_no_answer_counts_at_once() -> None:
    source, asked = asking(None)
    assert source.get("it", "password") is None
    source.remember("it", "password", Secret("right"))
    assert source.get("it", "password") == Secret("right")
    assert len(asked) == 1


def test_after_forgetting_a_credential_it_is_asked_for_again() -> None:
    source, _ = asking(None, "right")
    assert source.get("it", "password") is None
    source.rejected("it", "password")
    assert source.get("it", "password") == Secret("right")


def test_a_late_rejection_of_the_old_secret_keeps_the_new_one() -> None:
    """Four hosts were given the kept secret; the slow ones say that it is wrong when the new one is there already."""
    person, asked = asking("right")
    KeyringSecrets(backend := Good()).set("it", "password", Secret("old"))
    chain = SecretChain([KeyringSecrets(backend), person])
    got = [chain.get("it", "password") for _ in range(4)]
    reject(chain, "it", "password", got[0])
    assert chain.get("it", "password") == Secret("right")
    for late in got[1:]:
        reject(chain, "it", "password", late)
        assert chain.get("it", "password") == Secret("right")
    assert asked == [("it", "password")]


def test_a_wrong_answer_is_asked_again_once() -> None:
    person, asked = asking("wrong", "right")
    chain = SecretChain([person])
    got = [chain.get("it", "password") for _ in range(4)]
    for wrong in got:
        reject(chain, "it", "password", wrong)
        assert chain.get("it", "password") == Secret("right")
    assert len(asked) == 2


def test_for_sudo_the_login_password_is_tried_before_a_person_is_asked() -> None:
    person, asked = asking("login", "root")
    chain = SecretChain([KeyringSecrets(Good()), person])
    assert chain.get("it", "password") == Secret("login")
    assert for_sudo(chain, "it") == Secret("login")
    assert asked == [("it", "password")]
    reject(chain, "it", "sudo", Secret("login"))
    assert for_sudo(chain, "it") == Secret("root")
    assert chain.get("it", "password") == Secret("login")  # for the login it was right
    assert asked == [("it", "password"), ("it", "sudo")]


def test_for_sudo_its_own_kept_password_comes_first() -> None:
    chain = SecretChain([EnvironmentSecrets({"AZDESK_SECRET_IT_SUDO": "root", "AZDESK_SECRET_IT": "login"})])
    assert for_sudo(chain, "it") == Secret("root")
    plain = EnvironmentSecrets({"AZDESK_SECRET_IT_PASSWORD": "login"})
    assert for_sudo(plain, "it") == for_sudo(SecretChain([plain]), "it") == Secret("login")


def test_for_sudo_one_cancel_is_enough() -> None:
    person, asked = asking(None)
    assert for_sudo(SecretChain([person]), "it") is None
    assert asked == [("it", "sudo")]


def test_chain_takes_the_first_and_after_a_rejection_the_person() -> None:
    person, asked = asking("right")
    backend = Good()
    chain = SecretChain([NoSecrets(), EnvironmentSecrets({}), KeyringSecrets(backend), person])
    KeyringSecrets(backend).set("it", "password", Secret("old"))
    assert chain.get("it", "password") == Secret("old")
    reject(chain, "it", "password")
    assert chain.get("it", "password") == Secret("right")
    assert asked == [("it", "password")]
    chain.renewed("it", "password")
    assert chain.get("it", "password") == Secret("old")


def test_chain_without_a_person_goes_on_with_what_there_is() -> None:
    chain = SecretChain([EnvironmentSecrets({"AZDESK_SECRET_IT": "wrong"})])
    assert chain.get("it", "password") == Secret("wrong")
    reject(chain, "it", "password")
    assert chain.get("it", "password") == Secret("wrong")
    reject(chain, "other", "password")


@pytest.mark.parametrize(
    "make",
    [
        files,
        lambda path: KeyringSecrets(Good()),
        lambda path: asking("hunter2")[0],
        lambda path: EnvironmentSecrets({"AZDESK_SECRET_IT": "hunter2"}),
    ],
)
def test_no_repr_shows_a_secret(tmp_path: Path, make: Callable[[Path], Any]) -> None:
    source = make(tmp_path / "secrets")
    if hasattr(source, "set"):
        source.set("it", "password", Secret("hunter2"))
    got = source.get("it", "password")
    assert got == Secret("hunter2")
    assert "hunter2" not in repr(source) + repr(got) + f"{got}"

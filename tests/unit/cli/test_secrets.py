"""``azdesk secret``: kept, listed, forgotten; never shown, never in clear."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from azdesk.cli.commands.secret import needed
from azdesk.fleet import secret_names, store
from azdesk.pki.authority import new_authority
from azdesk.pki.reading import now
from azdesk.practice import PracticeFleet

from .conftest import Home, Screen
from .test_shapes import holds

VALUE = "correct horse battery"
PASSPHRASE = "opens the file"

DOCUMENT = """\
version = 1
[credentials.admin]
user = "alice"
method = "password"
sudo = "with-password"
[credentials.robot]
method = "key"
key_file = "~/.ssh/id_robot"
[credentials.agent]
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    path = tmp_path / "office.azfleet"
    path.write_text(DOCUMENT)
    return path


class Memory(KeyringBackend):
    """A keyring that forgets everything at the end of the test."""

    priority = 5  # type: ignore[assignment]
    name = "the test's keyring"

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


@pytest.fixture
def memory() -> Iterator[Memory]:
    before = keyring.get_keyring()
    backend = Memory()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def clear_texts(folder: Path) -> str:
    return "".join(file.read_text(errors="replace") for file in folder.rglob("*") if file.is_file())


def test_a_secret_from_a_pipe_goes_into_the_encrypted_file(home: Home, office: Path) -> None:
    env = {"AZDESK_PASSPHRASE": PASSPHRASE}
    answer = home.process("secret", "set", "admin", "--for", "sudo", stdin=VALUE + "\n", env=env)
    assert answer.code == 0, answer.err
    assert answer.out == "The sudo of admin is kept in the file.\n"
    assert "encrypted file" in answer.err
    said = answer.out + answer.err + clear_texts(home.folder)
    assert VALUE not in said
    assert PASSPHRASE not in said
    assert "admin" not in clear_texts(home.data)

    listed = home.process("secret", "list", office, "--json", env=env).json
    assert listed["secrets"] == [
        {"name": "admin", "purpose": "password", "kept": None, "note": None},
        {"name": "admin", "purpose": "sudo", "kept": "file", "note": None},
        {
            "name": "robot",
            "purpose": "passphrase",
            "kept": None,
            "note": "unknown: ~/.ssh/id_robot cannot be read",
        },
    ]
    assert not listed["keyring"]["usable"]

    forgotten = home.process("secret", "forget", "admin", "--json", env=env).json
    assert forgotten["forgotten"] == ["sudo"]
    assert home.process("secret", "forget", "admin", env=env).out == "No secret of admin was kept.\n"


def test_a_wrong_passphrase_or_none_is_told(home: Home) -> None:
    right = {"AZDESK_PASSPHRASE": PASSPHRASE}
    assert home.process("secret", "set", "admin", stdin=VALUE, env=right).code == 0
    wrong = home.process("secret", "set", "admin", stdin="x", env={"AZDESK_PASSPHRASE": "guess"})
    assert wrong.code == 1
    assert "does not open" in wrong.err
    none = home.process("secret", "set", "admin", stdin="x")
    assert none.code == 1
    assert "AZDESK_PASSPHRASE" in none.err
    empty = home.process("secret", "set", "admin", stdin="", env=right)
    assert empty.code == 1
    assert "nothing is kept" in empty.err


def test_the_keyring_is_used_where_there_is_one(
    home: Home, memory: Memory, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(VALUE + "\nnot this\n"))
    assert home.run("secret", "set", "admin").out == "The password of admin is kept in the keyring.\n"
    assert memory.kept == {("azdesk", "admin/password"): VALUE}
    listed = home.run("secret", "list", office)
    assert listed.out.splitlines()[0] == "admin  password  keyring"
    assert VALUE not in listed.out + listed.err
    assert home.run("secret", "forget", "admin").code == 0
    assert memory.kept == {}
    assert not (home.data / "secrets").exists()


def test_the_environment_is_listed_first(
    home: Home, memory: Memory, office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZDESK_SECRET_ADMIN_SUDO", VALUE)
    listed = home.run("secret", "list", office)
    assert listed.out.splitlines()[:2] == ["admin  password  asked each time", "admin  sudo  environment"]


def test_a_key_file_without_a_passphrase_is_told_from_one_that_has_one(home: Home) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    document = home.folder / "keys.azfleet"
    lines = ['version = 1\nname = "Keys"\n']
    for name, how in (
        ("locked", serialization.BestAvailableEncryption(b"word")),
        ("open", serialization.NoEncryption()),
        ("gone", None),
    ):
        path = home.folder / name
        lines.append(f'[credentials.{name}]\nuser = "root"\nmethod = "key"\nkey_file = "{path}"\n')
        if how is not None:
            key = Ed25519PrivateKey.generate()
            form = serialization.PrivateFormat.OpenSSH
            path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, how))
    document.write_text("\n".join(lines))
    told = home.run("secret", "list", document)
    assert told.out.splitlines()[:3] == [
        "locked  passphrase  asked each time",
        f"open  passphrase  none needed: {home.folder / 'open'} is open",
        f"gone  passphrase  unknown: {home.folder / 'gone'} cannot be read",
    ]
    shape = holds(home.run("secret", "list", document, "--json"), "secret-list")
    assert [one["note"] is None for one in shape["secrets"]] == [True, False, False]


@pytest.mark.skipif(os.name != "posix", reason="needs pseudo-terminals")
def test_on_a_terminal_the_value_is_typed_unseen_and_a_new_passphrase_twice(
    screen: Callable[..., Screen], home: Home
) -> None:
    one = screen("secret", "set", "admin", "--file")
    for question, typed in (
        ("password of admin:", VALUE),
        ("Passphrase of the file with the secrets:", PASSPHRASE),
        ("Once more:", PASSPHRASE + "!"),
    ):
        one.wait_for(question)
        one.type(typed + "\n")
    assert one.end() == 1
    assert "The two passphrases differ." in one.seen
    assert not (home.data / "secrets").exists()

    one = screen("secret", "set", "admin", "--file")
    for question, typed in (
        ("password of admin:", VALUE),
        ("Passphrase of the file with the secrets:", PASSPHRASE),
        ("Once more:", PASSPHRASE),
    ):
        one.wait_for(question)
        one.type(typed + "\n")
    assert one.end() == 0
    assert VALUE not in one.seen
    assert PASSPHRASE not in one.seen


@pytest.mark.skipif(os.name != "posix", reason="needs pseudo-terminals")
def test_a_login_takes_its_password_from_the_file(
    screen: Callable[..., Screen], home: Home, document: Path, fleet: PracticeFleet
) -> None:
    password = fleet.credentials.passwords["bob"].reveal()
    text = document.read_text()
    head, _, tail = text.partition("[credentials.practice]\n")
    document.write_text(
        f'{head}[credentials.practice]\nuser = "bob"\nmethod = "password"\nsudo = "without-password"\n'
        + tail[tail.index("\n[clusters") :]
    )
    kept = home.process("secret", "set", "practice", stdin=password, env={"AZDESK_PASSPHRASE": PASSPHRASE})
    assert kept.code == 0
    assert home.process("status", document, env={"AZDESK_PASSPHRASE": PASSPHRASE}).code == 2
    one = screen("status", document)
    one.wait_for("Passphrase of AZDesk's file with the secrets:")
    one.type(PASSPHRASE + "\n")
    assert one.end() == 2
    assert one.seen.count("Passphrase") == 1


def test_what_else_a_document_needs_secrets_for() -> None:
    made = new_authority("Example", now())
    fleet = store.parse(
        'version = 1\n[directory]\nbase = "dc=test,dc=local"\nurls = ["ldaps://ldap.example.com"]\n'
        'manager = "cn=admin,dc=test,dc=local"\n'
        f'[authority]\ncertificate = """\n{made.certificate}"""\n'
    )
    assert list(needed(fleet)) == [
        ("directory cn=azreader,dc=test,dc=local", "password"),
        ("directory cn=admin,dc=test,dc=local", "password"),
        secret_names.authority_key(made.certificate),
    ]


@pytest.mark.parametrize("name", ["directory cn=azreader,dc=test,dc=local", "trunk azdesk@192.0.2.7"])
def test_what_asterisk_s_files_cannot_hold_is_refused(
    home: Home, memory: Memory, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Else it would only be found out on the hosts."""
    import io

    for value in (f"{VALUE} \n", "pass\x07word\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(value))
        answer = home.run("secret", "set", name)
        assert answer.code == 1
        assert "Asterisk's files cannot hold it" in answer.err
        assert value.strip() not in answer.err
    assert memory.kept == {}
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{VALUE};\n"))
    assert home.run("secret", "set", name).code == 0

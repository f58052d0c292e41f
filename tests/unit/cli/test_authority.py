"""``azdesk authority``: made, shown, exported, imported; keys never in the document and never in what is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from azdesk.app import opening
from azdesk.core.secret import Secret
from azdesk.fleet import secret_names, store
from azdesk.pki.authority import Issued, issue, new_authority
from azdesk.pki.reading import now
from tests.unit.cli.conftest import Home
from tests.unit.cli.test_shapes import holds

TEXT = """version = 1
name = "Office"  # ours

[clusters."company.com"]

[hosts.a251]
address = "192.0.2.51"
cluster = "company.com"
"""


@pytest.fixture
def document(home: Home, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(opening.PASSPHRASE_VARIABLE, "a passphrase")
    path = home.folder / "office.azfleet"
    path.write_text(TEXT)
    return path


@pytest.fixture
def bought() -> Issued:
    above = new_authority("Elsewhere", now())
    made = issue(above.certificate, above.key, names=["company.com"], addresses=[], now=now())
    return Issued(certificate=made.certificate + above.certificate, key=made.key)


def kept(path: Path, named: secret_names.Named) -> Secret | None:
    del path
    return opening.secrets_file().get(*named)


def test_an_authority_is_made_and_shown(home: Home, document: Path) -> None:
    made = holds(home.run("authority", "create", document, "--json"), "authority-create")
    assert made["kept"] == "file"
    assert made["authority"]["subject"] == "Office authority"
    assert 3640 < made["authority"]["days_left"] <= 3650
    text = document.read_text()
    assert "# ours" in text
    assert "PRIVATE KEY" not in text
    certificate = store.open(document).fleet.authority.certificate
    key = kept(document, secret_names.authority_key(certificate))
    assert key is not None
    issue(certificate, key, names=["x"], addresses=[], now=now())
    shown = holds(home.run("authority", "show", document, "--json"), "authority-show")
    assert shown["authority"]["key_kept"]
    assert shown["hosts"] == []
    words = home.run("authority", "show", document)
    assert "The authority: Office authority, holds until" in words.out
    assert "its key is kept;" in words.out
    exported = home.run("authority", "export", document)
    assert exported.out.strip() == certificate.strip()
    target = home.folder / "authority.pem"
    told = holds(home.run("authority", "export", document, "--output", target, "--json"), "authority-export")
    assert target.read_text() == told["certificate"] == certificate


def test_another_one_only_when_it_is_said(home: Home, document: Path) -> None:
    assert home.run("authority", "create", document).code == 0
    first = document.read_text()
    again = home.run("authority", "create", document)
    assert again.code == 1
    assert "has an authority already" in again.err
    assert document.read_text() == first
    assert home.run("authority", "create", document, "--instead", "--name", "Head office").code == 0
    assert document.read_text() != first
    assert "Head office" in home.run("authority", "show", document).out


def test_one_follows_another(home: Home, document: Path) -> None:
    """Step by step, none twice, none out of order."""
    assert home.run("authority", "prepare", document).code == 1
    home.run("authority", "create", document)
    old = store.open(document).fleet.authority.certificate
    assert home.run("authority", "switch", document).code == 1
    assert home.run("authority", "drop", document).code == 1
    prepared = holds(home.run("authority", "prepare", document, "--json"), "authority-staged")
    following = store.open(document).fleet.authority.next
    assert prepared["also"]["subject"] != prepared["authority"]["subject"], "clients would mix them up"
    assert kept(document, secret_names.authority_key(following)) is not None
    assert home.run("authority", "prepare", document).code == 1
    shown = holds(home.run("authority", "show", document, "--json"), "authority-show")
    assert shown["also"]["key_kept"]
    assert home.run("authority", "export", document).out.count("BEGIN CERTIFICATE") == 2
    switched = home.run("authority", "switch", document)
    assert "issues from now on" in switched.out
    assert "azdesk authority drop" in switched.err
    authority = store.open(document).fleet.authority
    assert (authority.certificate, authority.next, authority.former) == (following, "", old)
    assert home.run("authority", "switch", document).code == 1
    assert holds(home.run("authority", "drop", document, "--json"), "authority-staged")["also"] is None
    authority = store.open(document).fleet.authority
    assert (authority.certificate, authority.also) == (following, "")


def test_without_a_place_for_its_key_there_is_none(
    home: Home, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(opening.PASSPHRASE_VARIABLE)
    refused = home.run("authority", "create", document)
    assert refused.code == 1
    assert opening.PASSPHRASE_VARIABLE in refused.err
    assert document.read_text() == TEXT
    assert "has no authority" in home.run("authority", "show", document).out
    assert home.run("authority", "export", document).code == 1


def test_a_certificate_from_elsewhere(home: Home, document: Path, bought: Issued) -> None:
    crt, key = home.folder / "chat.pem", home.folder / "chat.key"
    crt.write_text(bought.certificate)
    key.write_text(bought.key.reveal())
    took = holds(
        home.run("authority", "import", document, "a251", crt, "--key", key, "--json"), "authority-import"
    )
    assert took["certificate"]["names"] == ["company.com"]
    assert took["missing"] == ["a251", "*.company.com", "192.0.2.51"]
    fleet = store.open(document).fleet
    assert fleet.hosts["a251"].certificate == bought.certificate
    secret = kept(document, secret_names.certificate_key(bought.certificate))
    assert secret is not None
    assert secret.reveal().strip() == bought.key.reveal().strip()
    shown = holds(home.run("authority", "show", document, "--json"), "authority-show")
    assert [host["host"] for host in shown["hosts"]] == ["a251"]
    assert shown["hosts"][0]["key_kept"]


def test_what_is_refused_changes_nothing(home: Home, document: Path, bought: Issued) -> None:
    crt, key = home.folder / "chat.pem", home.folder / "chat.key"
    crt.write_text(bought.certificate)
    key.write_text(new_authority("x", now()).key.reveal())
    for words, argv in (
        ("another certificate", ("a251", crt, "--key", key)),
        ("There is no key with the certificate", ("a251", crt)),
        ("It cannot be read: No such file", ("a251", home.folder / "nothing.pem")),
        ("There is no host “a299” in the document", ("a299", crt, "--key", key)),
    ):
        refused = home.run("authority", "import", document, *argv)
        assert refused.code == 1, words
        assert words in refused.err
        assert "PRIVATE KEY" not in refused.err + refused.out
        assert "The key goes into" not in refused.err
    assert "There is no host “a299”" in home.run("authority", "renew", document, "a299").err
    assert document.read_text() == TEXT


def test_a_locked_key_is_opened_from_a_pipe(home: Home, document: Path, bought: Issued) -> None:
    from tests.unit.pki.test_importing import WORD, locked

    crt, key = home.folder / "chat.pem", home.folder / "chat.key"
    crt.write_text(bought.certificate)
    key.write_bytes(locked(bought))
    argv = ("authority", "import", document, "a251", crt, "--key", key, "--file")
    right = home.process(*argv, stdin=f"{WORD.reveal()}\n")
    assert right.code == 0, right.err
    assert "holds until" in right.out
    document.write_text(TEXT)
    wrong = home.process(*argv, stdin="something else\n")
    assert wrong.code == 1
    assert "The passphrase is another one" in wrong.err
    nothing = home.process(*argv)
    assert "locked with a passphrase" in nothing.err
    assert document.read_text() == TEXT

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from azdesk.core.errors import HostKeyChanged, HostKeyUnknown, LinkError
from azdesk.hosts.known import HostKeys, _parse, address_name, fingerprint
from tests.unit.hosts.conftest import keygen


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    folder = tmp_path_factory.mktemp("keys")
    found = {}
    for name, kind in (("one", "ed25519"), ("two", "ed25519"), ("ec", "ecdsa"), ("rsa", "rsa")):
        keygen(folder / name, kind)
        fields = (folder / f"{name}.pub").read_text().split()
        found[name] = (fields[0], fields[1])
    return found


def hosts(tmp_path: Path, *lines: str) -> HostKeys:
    file = tmp_path / "known_hosts"
    file.write_text("\n".join(lines) + "\n")
    return HostKeys(tmp_path / "own" / "known_hosts", [file])


def line(names: str, key: tuple[str, str]) -> str:
    return f"{names} {key[0]} {key[1]} a comment"


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        ("a251", "a251"),
        ("other,a251", "a251"),
        ("A251.Example.com", "a251.example.com"),
        ("10.77.0.251", "10.77.0.251"),
        ("[10.77.0.251]:2222", "[10.77.0.251]:2222"),
        ("[fe80::1]:2222", "[fe80::1]:2222"),
        ("*.example.com", "a251.example.com"),
        ("[*.example.com]:2222", "[a251.example.com]:2222"),
        ("a25?", "a251"),
        ("a251", "[a251]:2222"),
    ],
)
def test_known(tmp_path: Path, keys: dict[str, tuple[str, str]], names: str, asked: str) -> None:
    hosts(tmp_path, line(names, keys["one"])).check("a251", asked, *keys["one"])


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        ("a252", "a251"),
        ("*.example.com,!a251.example.com", "a251.example.com"),
        ("[a251]:2222", "a251"),
        ("[a251]:2222", "[a251]:22222"),
        ("[ab]*", "a251"),
    ],
)
def test_unknown(tmp_path: Path, keys: dict[str, tuple[str, str]], names: str, asked: str) -> None:
    with pytest.raises(HostKeyUnknown) as caught:
        hosts(tmp_path, line(names, keys["one"])).check("a251", asked, *keys["one"])
    assert caught.value.fingerprint == fingerprint(keys["one"][1])
    assert caught.value.address == asked


def test_hashed_names_as_ssh_keygen_makes_them(tmp_path: Path, keys: dict[str, tuple[str, str]]) -> None:
    file = tmp_path / "hashed"
    file.write_text(line("a251", keys["one"]) + "\n" + line("[10.0.0.7]:2222", keys["two"]) + "\n")
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", str(file)], check=True, capture_output=True)
    assert "a251" not in file.read_text()
    trust = HostKeys(tmp_path / "own", [file])
    trust.check("a251", "a251", *keys["one"])
    trust.check("x", "[10.0.0.7]:2222", *keys["two"])
    with pytest.raises(HostKeyChanged):
        trust.check("a251", "a251", *keys["two"])
    with pytest.raises(HostKeyUnknown):
        trust.check("a252", "a252", *keys["one"])


def test_changed_tells_both_fingerprints_and_where_the_known_one_stands(
    tmp_path: Path, keys: dict[str, tuple[str, str]]
) -> None:
    with pytest.raises(HostKeyChanged) as caught:
        hosts(tmp_path, "# a comment", line("a251", keys["one"])).check("a251", "a251", *keys["two"])
    assert fingerprint(keys["one"][1]) in caught.value.known
    assert caught.value.shown == fingerprint(keys["two"][1])
    assert "known_hosts:2" in str(caught.value)


def test_a_key_of_another_type_is_asked_for_first(tmp_path: Path, keys: dict[str, tuple[str, str]]) -> None:
    trust = hosts(tmp_path, line("a251", keys["rsa"]), line("a251", keys["ec"]), line("b", keys["one"]))
    assert trust.known_types("a251") == ("ecdsa-sha2-nistp256", "ssh-rsa")
    assert trust.known_types("c") == ()


def test_revoked_is_refused_even_if_it_is_also_known(
    tmp_path: Path, keys: dict[str, tuple[str, str]]
) -> None:
    trust = hosts(tmp_path, line("a251", keys["one"]), "@revoked " + line("*", keys["one"]))
    with pytest.raises(HostKeyChanged, match="revoked"):
        trust.check("a251", "a251", *keys["one"])
    with pytest.raises(HostKeyUnknown):
        trust.check("b", "b", *keys["two"])


def test_revoked_without_a_port_counts_for_all_ports(
    tmp_path: Path, keys: dict[str, tuple[str, str]]
) -> None:
    revoked = f"@revoked {line('a251', keys['one'])}"
    for known in ([], [line("[a251]:2222", keys["one"])], [line("a251", keys["one"])]):
        with pytest.raises(HostKeyChanged, match="revoked"):
            hosts(tmp_path, revoked, *known).check("a251", "[a251]:2222", *keys["one"])


def test_a_file_that_cannot_be_read_is_not_one_that_says_nothing(
    tmp_path: Path, keys: dict[str, tuple[str, str]]
) -> None:
    folder = tmp_path / "known_hosts"
    folder.mkdir()
    with pytest.raises(LinkError, match="could not be read") as caught:
        HostKeys(tmp_path / "own", [folder]).check("a251", "a251", *keys["one"])
    assert not isinstance(caught.value, HostKeyUnknown)
    assert caught.value.where == str(folder)


@pytest.mark.parametrize("marker", ["@cert-authority", "@something-new"])
def test_an_authority_is_not_a_host_key(
    tmp_path: Path, keys: dict[str, tuple[str, str]], marker: str
) -> None:
    trust = hosts(tmp_path, f"{marker} " + line("*", keys["one"]))
    with pytest.raises(HostKeyUnknown):
        trust.check("a251", "a251", *keys["one"])
    assert trust.known_types("a251") == ()


def test_fingerprint_is_what_ssh_keygen_prints(tmp_path: Path) -> None:
    keygen(tmp_path / "k")
    said = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(tmp_path / "k.pub")], check=True, capture_output=True, text=True
    )
    assert fingerprint((tmp_path / "k.pub").read_text().split()[1]) == said.stdout.split()[1]


def test_accepting_remembers_once_and_ssh_keygen_finds_it(
    tmp_path: Path, keys: dict[str, tuple[str, str]]
) -> None:
    trust = hosts(tmp_path)
    name = address_name("A251.example.com", 2222)
    with pytest.raises(HostKeyUnknown) as caught:
        trust.check("a251", name, *keys["one"])
    trust.accept(caught.value)
    trust.accept(caught.value)
    trust.check("a251", name, *keys["one"])
    assert trust.own.read_text().count("\n") == 1
    assert trust.own.stat().st_mode & 0o777 == 0o600
    found = subprocess.run(
        ["ssh-keygen", "-F", "[a251.example.com]:2222", "-f", str(trust.own)],
        check=True,
        capture_output=True,
        text=True,
    )
    assert keys["one"][1] in found.stdout


def test_accepting_after_a_file_without_a_last_newline(
    tmp_path: Path, keys: dict[str, tuple[str, str]]
) -> None:
    trust = hosts(tmp_path)
    trust.own.parent.mkdir()
    trust.own.write_text(line("b", keys["two"]))
    with pytest.raises(HostKeyUnknown) as caught:
        trust.check("a251", "a251", *keys["one"])
    trust.accept(caught.value)
    trust.check("b", "b", *keys["two"])
    trust.check("a251", "a251", *keys["one"])


def test_accepting_into_a_file_that_cannot_be_written(
    tmp_path: Path, keys: dict[str, tuple[str, str]]
) -> None:
    (tmp_path / "own").write_text("a file where the folder should be")
    trust = hosts(tmp_path)
    with pytest.raises(HostKeyUnknown) as caught:
        trust.check("a251", "a251", *keys["one"])
    with pytest.raises(LinkError, match="could not be written"):
        trust.accept(caught.value)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    for found in _parse(Path("known_hosts"), text):
        found.matches("a251")

"""Logging in to real hosts: passwords, questions, sudo in its kinds, and a host without python3."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from azdesk.core.errors import (
    AzdeskError,
    CredentialError,
    HostKeyChanged,
    LinkError,
    LinkLost,
    LinkTimeout,
    LoginRefused,
    NoPython,
    StepFailed,
    SudoRefused,
    Unreachable,
)
from azdesk.core.outcome import StepState
from azdesk.core.probe import File, Identity
from azdesk.core.secret import Secret
from azdesk.fleet.model import Credential, Fleet
from azdesk.fleet.model import Host as Described
from azdesk.hosts.check import LoginStage, check_login
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.hosts.python import install_python
from azdesk.hosts.route import SshConfig
from azdesk.hosts.ssh import SshTransport
from tests.lab.harness import Host, Lab


class Held:
    """Secrets by purpose."""

    def __init__(self, **values: str) -> None:
        self.values = values

    def get(self, name: str, what: str) -> Secret | None:
        return Secret(self.values[what]) if what in self.values else None


class Desk:
    """A workstation that may log in to one host of the lab."""

    def __init__(self, lab: Lab, name: str, folder: Path) -> None:
        self.lab = lab
        self.name = name
        self.folder = folder

    def fleet(
        self, user: str = "root", *, sudo: str = "no", method: str = "key", key: Path | None = None
    ) -> Fleet:
        key_file = str(key or self.lab.key_file) if method == "key" else ""
        return Fleet(
            credentials={"it": Credential(user=user, method=method, key_file=key_file, sudo=sudo)},  # type: ignore[arg-type]
            hosts={self.name: Described(address=str(self.lab.host(self.name).address), credential="it")},
        )

    def transport(self, **secrets: str) -> SshTransport:
        trust = HostKeys(self.folder / "own", [Path(self.lab.known_hosts)])
        return SshTransport(secrets=Held(**secrets), trust=trust, config=SshConfig([]))

    def look(self, fleet: Fleet, **secrets: str) -> str:
        with HostPool(fleet, transport=self.transport(**secrets)) as pool:
            link = pool.link(self.name)
            assert link.look({"id": Identity()}).get("id")["hostname"] == self.name
            assert link.hello.uid == 0
            return link.hello.python


@pytest.fixture
def desk(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return Desk(lab, "a251", tmp_path)


@pytest.fixture
def own(desk: Desk) -> Iterator[Host]:
    """The host, to do with as one likes; fresh again afterwards."""
    host = desk.lab.host(desk.name)
    yield host
    host.reset()


def test_root_by_key_and_by_encrypted_key(desk: Desk) -> None:
    desk.look(desk.fleet())
    encrypted = Path(desk.lab.access.encrypted_key_file)
    desk.look(desk.fleet(key=encrypted), passphrase=desk.lab.access.passphrase)
    with pytest.raises(CredentialError, match="does not open"):
        desk.look(desk.fleet(key=encrypted), passphrase="wrong")


def test_password(desk: Desk) -> None:
    alice = desk.fleet("alice", method="password", sudo="with-password")
    desk.look(alice, password=desk.lab.passwords["alice"])
    with pytest.raises(LoginRefused, match="refused the password of alice") as caught:
        desk.look(alice, password="swordfish")
    assert "swordfish" not in str(caught.value)


def test_keyboard_interactive(desk: Desk) -> None:
    carol = desk.fleet("carol", method="keyboard-interactive", sudo="with-password")
    secret = desk.lab.passwords["carol"]
    try:
        desk.look(carol, password=secret)
    except SudoRefused as error:
        pytest.fail(f"carol may use sudo in the lab: {error}")
    with pytest.raises(LoginRefused):
        desk.look(carol, password="swordfish")


def test_sudo_with_password(desk: Desk) -> None:
    alice = desk.fleet("alice", sudo="with-password")
    desk.look(alice, sudo=desk.lab.passwords["alice"])
    started = time.monotonic()
    with pytest.raises(SudoRefused, match="did not accept the password of alice") as caught:
        desk.look(alice, sudo="swordfish")
    assert time.monotonic() - started < 10
    assert "swordfish" not in str(caught.value)
    with pytest.raises(CredentialError, match="no sudo password"):
        desk.look(alice)


def test_sudo_without_password(desk: Desk) -> None:
    desk.look(desk.fleet("bob", sudo="without-password"))
    desk.look(desk.fleet("bob", sudo="with-password"), sudo=desk.lab.passwords["bob"])
    with pytest.raises(SudoRefused, match="asks alice for a password"):
        desk.look(desk.fleet("alice", sudo="without-password"))


def test_a_password_never_stands_in_a_process_list_or_log(desk: Desk) -> None:
    secret = desk.lab.passwords["alice"]
    with HostPool(desk.fleet("alice", sudo="with-password"), transport=desk.transport(sudo=secret)) as pool:
        pool.link(desk.name).look({})
        host = desk.lab.host(desk.name)
        assert secret not in host.sh(
            "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' ' '; true"
        )
        assert secret not in host.sh("journalctl --no-pager -q -n 500; true")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("", "may not become root"),
        ("dave ALL=(ALL) /usr/bin/true", "may not become root"),
    ],
)
def test_sudo_that_is_not_allowed(desk: Desk, own: Host, rule: str, words: str) -> None:
    _add_user(own, "dave", rule)
    with pytest.raises(SudoRefused, match=words):
        desk.look(desk.fleet("dave", sudo="with-password"), sudo="dave's")
    with pytest.raises(SudoRefused):
        desk.look(desk.fleet("dave", sudo="without-password"))


def test_sudo_with_a_lecture_a_banner_and_a_prompt_of_its_own(desk: Desk, own: Host) -> None:
    _add_user(
        own,
        "dave",
        'dave ALL=(ALL) ALL\nDefaults:dave lecture=always, passprompt="Secret of %p please: ", passprompt_override',
    )
    own.write("/etc/ssh/sshd_config.d/banner.conf", b"Banner /etc/issue.net\n")
    own.write("/etc/issue.net", b"Only for staff.\n")
    own.sh("systemctl restart ssh")
    desk.look(desk.fleet("dave", sudo="with-password"), sudo="dave's")


def test_sudo_that_wants_a_terminal(desk: Desk, own: Host) -> None:
    _add_user(own, "dave", "dave ALL=(ALL) NOPASSWD: ALL\nDefaults:dave requiretty")
    with pytest.raises(SudoRefused, match="requiretty"):
        desk.look(desk.fleet("dave", sudo="without-password"))


def test_a_shell_that_talks_and_one_that_refuses(desk: Desk, own: Host) -> None:
    _add_user(own, "dave", "dave ALL=(ALL) NOPASSWD: ALL")
    own.sh(
        "usermod -s /bin/bash dave; echo 'echo Hello from bashrc; echo and errors >&2' > /home/dave/.bashrc"
    )
    desk.look(desk.fleet("dave", sudo="without-password"))
    own.sh("usermod -s /usr/sbin/nologin dave")
    with pytest.raises(LoginRefused, match="has no shell"):
        desk.look(desk.fleet("dave", sudo="without-password"))


def test_a_host_without_python_is_told_so_and_given_one(desk: Desk, own: Host) -> None:
    # apt has no network here: a stand-in for it puts back what was taken away.
    own.sh("mkdir /opt/away && mv /usr/bin/python3 /usr/bin/apt-get /opt/away/")
    fleet, transport = (
        desk.fleet("alice", sudo="with-password"),
        desk.transport(sudo=desk.lab.passwords["alice"]),
    )
    with pytest.raises(NoPython, match="no python3"):
        desk.look(fleet, sudo=desk.lab.passwords["alice"])
    with pytest.raises(NoPython, match="no python3"):
        desk.look(desk.fleet())
    last = list(check_login(transport, fleet, desk.name))[-1]
    assert (last.stage, last.state) == (LoginStage.PYTHON, StepState.FAILED)

    own.write(
        "/usr/bin/apt-get",
        b"#!/bin/sh\necho E: Unable to locate package python3\nexit 100\n",
        mode=0o755,
    )
    with pytest.raises(StepFailed, match="Unable to locate package python3"):
        install_python(transport, fleet, desk.name)

    own.write(
        "/usr/bin/apt-get",
        b'#!/bin/sh\nfor last; do :; done\n[ "$last" = python3 ] || exit 7\necho "Setting up python3 ..."\n'
        b"mv /opt/away/python3 /usr/bin/\n",
        mode=0o755,
    )
    lines: list[str] = []
    version = install_python(transport, fleet, desk.name, on_output=lines.append)
    assert "Setting up python3 ..." in lines
    assert desk.look(fleet, sudo=desk.lab.passwords["alice"]) == version
    with pytest.raises(SudoRefused):
        install_python(desk.transport(sudo="wrong"), fleet, desk.name)


def test_a_python_without_its_library(desk: Desk, own: Host) -> None:
    file = own.sh("python3 -c 'import _queue; print(_queue.__file__)'").strip()
    own.sh(f"mv {file} /root/")
    with pytest.raises(NoPython, match="only a part"):
        desk.look(desk.fleet())


def test_a_host_that_was_installed_anew(desk: Desk, own: Host) -> None:
    desk.look(desk.fleet())
    own.sh("rm /etc/ssh/ssh_host_*; ssh-keygen -A >/dev/null; systemctl restart ssh")
    with pytest.raises(HostKeyChanged, match="Nothing was sent"):
        desk.look(desk.fleet())


def test_cut_and_silent_links(desk: Desk, own: Host) -> None:
    with HostPool(desk.fleet(), transport=desk.transport()) as pool:
        link = pool.link(desk.name)
        link.look({"f": File(path="/etc/hosts")})
        own.cut_link()
        with pytest.raises(LinkLost):
            link.look({"f": File(path="/etc/hosts")})
        assert pool.link(desk.name).look({"f": File(path="/etc/hosts")}).file("f").exists
        with own.drop_packets():
            link = pool.link(desk.name)
            with pytest.raises((LinkTimeout, LinkLost)):
                link.look({"f": File(path="/etc/hosts")}, timeout=2.0)
        assert pool.link(desk.name).look({"f": File(path="/etc/hosts")}).file("f").exists


def test_a_host_that_is_off(desk: Desk, own: Host) -> None:
    own.power_off()
    try:
        with pytest.raises(Unreachable):
            desk.look(desk.fleet())
    finally:
        own.power_on()


def test_every_error_names_the_host(desk: Desk) -> None:
    for fleet in (
        desk.fleet("nobody-here", sudo="without-password"),
        desk.fleet("alice", sudo="without-password"),
    ):
        with pytest.raises(AzdeskError) as caught:
            desk.look(fleet)
        assert isinstance(caught.value, LinkError)
        assert str(caught.value).startswith("a251: ")


def _add_user(host: Host, name: str, rule: str) -> None:
    host.sh(
        f'useradd -m -s /bin/sh {name}; echo "{name}:{name}\'s" | chpasswd; mkdir -p /home/{name}/.ssh; '
        f"cp /root/.ssh/authorized_keys /home/{name}/.ssh/; chown -R {name}: /home/{name}/.ssh"
    )
    if rule:
        host.write(f"/etc/sudoers.d/{name}", f"{rule}\n".encode(), mode=0o440)

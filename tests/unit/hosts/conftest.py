"""A real sshd on loopback, whose helper works in a folder of the test, and machines without SSH."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from azdesk.fleet.model import Credential, Fleet, Host
from azdesk.hosts.fake import FakeTransport
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.onhost.machine import Machine

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/opt/homebrew/sbin")


def keygen(path: Path, kind: str = "ed25519", passphrase: str = "", *, pem: bool = False) -> Path:
    bits = ["-b", "2048"] if kind == "rsa" else []
    form = ["-m", "PEM"] if pem else []
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, *bits, *form, "-N", passphrase, "-C", "test", "-f", str(path)],
        check=True,
    )
    return path


@dataclass
class Sshd:
    """One OpenSSH server of the test's own."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    key: Path
    user: str = field(default_factory=getpass.getuser)

    @property
    def root(self) -> Path:
        """What the helper takes for /."""
        return self.folder / "root"

    @property
    def config(self) -> Path:
        return self.folder / "sshd_config"

    @property
    def authorized(self) -> Path:
        return self.folder / "authorized_keys"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def known_line(self, kind: str = "ed25519", name: str | None = None) -> str:
        key = (self.folder / f"host_{kind}.pub").read_text().split()
        return f"{name or f'[127.0.0.1]:{self.port}'} {key[0]} {key[1]}\n"

    def trust(self, *lines: str) -> HostKeys:
        file = self.folder / "known_hosts"
        file.write_text("".join(lines) if lines else self.known_line())
        return HostKeys(self.folder / "own" / "known_hosts", [file])

    def fleet(self, **credential: str) -> Fleet:
        values = {"user": self.user, "method": "key", "key_file": str(self.key), **credential}
        return Fleet(
            credentials={"it": Credential(**values)},
            hosts={"a251": Host(address="127.0.0.1", port=self.port, credential="it")},
        )

    def stop(self) -> None:
        """Stop the server with all its sessions."""
        for pid in _children(self.process.pid):
            _kill(pid, signal.SIGKILL)
        self.process.terminate()
        self.process.wait(10)


def start_sshd(folder: Path, *, extra: str = "", port: int | None = None) -> Sshd:
    if SSHD is None or shutil.which("ssh-keygen") is None:
        pytest.skip("no OpenSSH server is installed here")
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("the login under test is root's, so the server has to be started by root")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "root" / "etc").mkdir(parents=True, exist_ok=True)
    for kind in ("ed25519", "ecdsa", "rsa"):
        if not (folder / f"host_{kind}").exists():
            keygen(folder / f"host_{kind}", kind)
    key = folder / "client"
    if not key.exists():
        keygen(key)
        (folder / "authorized_keys").write_text((folder / "client.pub").read_text())
    if port is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    Path("/run/sshd").mkdir(exist_ok=True)
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nPidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\n"
        f"HostKey {folder}/host_ed25519\nHostKey {folder}/host_ecdsa\nHostKey {folder}/host_rsa\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nMaxStartups 100\n"
        # The tester's own shell start-up files and version managers are not under test, and may take seconds.
        f"SetEnv HOME={folder} PATH={sys.base_prefix}/bin:/usr/bin:/bin AZDESK_ROOT={folder}/root\n{extra}\n"
    )
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=log)
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                pytest.fail(f"sshd did not start: {(folder / 'log').read_text()[-500:]}")
            time.sleep(0.02)
    return Sshd(folder=folder, port=port, process=process, key=key)


@pytest.fixture(scope="session")
def shared_sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    server = start_sshd(tmp_path_factory.mktemp("sshd"))
    yield server
    server.stop()


@pytest.fixture
def sshd(shared_sshd: Sshd) -> Sshd:
    """A running server; its authorized_keys are as at first."""
    shared_sshd.authorized.write_text(Path(f"{shared_sshd.key}.pub").read_text())
    return shared_sshd


class World:
    """A host in a folder, reached without SSH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "etc").mkdir(parents=True)
        self.machine = Machine(str(folder))
        self.transport = FakeTransport({"a251": self.machine})
        self.fleet = Fleet(hosts={"a251": Host(address="192.0.2.7")})
        self.pool = HostPool(self.fleet, transport=self.transport, heartbeat=3.0)

    def write(self, path: str, text: str) -> None:
        (self.folder / path.lstrip("/")).write_text(text)

    def read(self, path: str) -> str:
        return (self.folder / path.lstrip("/")).read_text()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "host")
    yield made
    made.pool.close()


def _children(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid:
            found += [int(folder.name), *_children(int(folder.name))]
    return found


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass

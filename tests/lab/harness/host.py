"""One host of the lab, as tests use it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.harness import identity
from tests.lab.harness.command import Result
from tests.lab.harness.container import Container
from tests.lab.harness.errors import LabError
from tests.lab.harness.network import Network

BOOT_TIMEOUT = 90.0
CLEAN = "clean"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A host's whole disk at one moment."""

    host: str
    upper: Path


@dataclass(frozen=True, kw_only=True)
class Access:
    """How to log in to a lab's hosts. `passwords` by admin name; `hashes` are what /etc/shadow gets."""

    key_file: Path
    encrypted_key_file: Path
    passphrase: str
    known_hosts: Path
    passwords: dict[str, str]
    hashes: dict[str, str]


class Host:
    """A real Debian host. `role` is application (ejabberd and Asterisk run) or storage (slapd runs)."""

    def __init__(
        self, *, name: str, role: str, container: Container, network: Network, access: Access
    ) -> None:
        self.name = name
        self.role = role
        self.number = int(name[1:])
        self.address = network.address(self.number)
        self.access = access
        self._container = container
        self._network = network

    def __repr__(self) -> str:
        return f"Host({self.name}, {self.address}, {self.role})"

    # What runs inside

    def run(
        self,
        argv: Sequence[str],
        *,
        input: str | bytes | None = None,  # noqa: A002 - as subprocess.run names it
        check: bool = True,
        timeout: float = 60.0,
        user: str = "root",
    ) -> Result:
        """Run a command inside the host, without SSH. Raises LabError on a non-zero exit (with `check`) or a time-out."""
        full = list(argv) if user == "root" else ["runuser", "-u", user, "--", *argv]
        return self._container.run(full, input=input, check=check, timeout=timeout)

    def sh(self, script: str, *, check: bool = True, timeout: float = 60.0) -> str:
        """Run a shell script inside the host as root; its standard output."""
        return self.run(["sh", "-c", script], check=check, timeout=timeout).stdout

    def read(self, path: str) -> bytes:
        """A file's content. Raises LabError when it is not there."""
        return self.file(path).read_bytes()

    def write(self, path: str, data: str | bytes, *, mode: int = 0o644, owner: str = "root:root") -> None:
        """Put a file in place, its folder too if need be. Not atomic; for preparing a test."""
        script = 'mkdir -p "$(dirname "$1")" && cat > "$1" && chown "$2" "$1" && chmod "$3" "$1"'
        self.run(["sh", "-c", script, "write", path, owner, f"{mode:o}"], input=data)

    def exists(self, path: str) -> bool:
        return self.run(["test", "-e", path], check=False).ok

    def file(self, path: str) -> Path:
        """The same file seen from this machine. Only for paths without absolute links on the way."""
        if not path.startswith("/"):
            raise LabError(f"A path on a host must begin with /, this does not: {path}")
        found = self._container.root / path.lstrip("/")
        if found.is_symlink() or not found.exists():
            real = self.run(["readlink", "-e", path], check=False).stdout.strip()
            if not real:
                raise LabError(f"{self.name} has no {path}")
            found = self._container.root / real.lstrip("/")
        return found

    @property
    def leader(self) -> int | None:
        """The host's init, by its process number on this machine; None when the host is off."""
        return self._container.leader()

    def shell_argv(self, argv: Sequence[str] = ("bash", "-l")) -> list[str]:
        """A command for this machine that opens an interactive shell inside."""
        return self._container.enter_argv(argv)

    # SSH

    def ssh_argv(self, *command: str, user: str = "root", address: str | None = None) -> list[str]:
        """The OpenSSH client's command line for this host: its key, its known hosts, no questions."""
        options = {
            "IdentityFile": str(self.access.key_file),
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "UserKnownHostsFile": str(self.access.known_hosts),
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "yes",
            "BatchMode": "yes",
            "ConnectTimeout": "10",
        }
        flags = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
        return ["ssh", "-F", "none", *flags, f"{user}@{address or self.address}", *command]

    def known_hosts_lines(self) -> list[str]:
        """Lines for a known_hosts file: one for each key type, extra addresses not included."""
        return identity.known_hosts_lines(self._container.root, self.address)

    # Faults

    def cut_link(self) -> int:
        """Kill every SSH session on the host (not what the sessions started). How many processes that were."""
        killed = self.run(["pkill", "-KILL", "-e", "-x", "sshd-session|sshd-auth"], check=False)
        return len(killed.stdout.splitlines())

    @contextlib.contextmanager
    def drop_packets(self) -> Iterator[None]:
        """Within the block every packet from and to the host is lost without a word."""
        self._network.forward(self.name, on=False)
        try:
            yield
        finally:
            self._network.forward(self.name, on=True)

    def drop_packets_for(self, seconds: float) -> threading.Thread:
        """Lose packets from now on for some seconds, in the background. Join the thread to await the end."""
        self._network.forward(self.name, on=False)
        timer = threading.Timer(seconds, self._network.forward, (self.name,), {"on": True})
        timer.start()
        return timer

    @contextlib.contextmanager
    def full_disk(self) -> Iterator[None]:
        """Within the block the host's disk has no byte left."""
        self._container.limit_disk(full=True)
        try:
            yield
        finally:
            self._container.limit_disk(full=False)

    @contextlib.contextmanager
    def read_only(self, path: str) -> Iterator[None]:
        """Within the block this folder of the host cannot be written, not even by root."""
        self.run(["mount", "--bind", path, path])
        try:
            self.run(["mount", "-o", "remount,bind,ro", path])
            yield
        finally:
            self.run(["umount", path])

    def add_addresses(self, count: int) -> list[str]:
        """More addresses, each answered by the host's sshd. At most 254 in all. Known hosts include them afterwards."""
        have = self.extra_addresses
        if len(have) + count > 254:
            raise LabError(f"{self.name} has {len(have)} extra addresses; {count} more would be over 254.")
        self._network.add_addresses(self.name, self.number, len(have), count)
        new = [self._network.extra_address(self.number, len(have) + index) for index in range(count)]
        lines = [
            line for address in new for line in identity.known_hosts_lines(self._container.root, address)
        ]
        with self.access.known_hosts.open("a") as handle:
            handle.write("".join(f"{line}\n" for line in lines))
        return new

    @property
    def extra_addresses(self) -> list[str]:
        """Those that add_addresses gave, until the next reset."""
        listed = self.run(["ip", "-o", "-4", "addr", "show", "dev", "eth0"]).stdout
        found = [line.split()[3].split("/")[0] for line in listed.splitlines()]
        return [address for address in found if address != self.address]

    # Life

    def create(self) -> None:
        """Make the disk with a new identity, and boot. Returns while it is still booting: see wait_ready."""
        self._container.make_disk()
        self._identify()
        self._boot()

    def _identify(self) -> None:
        root = self._container.root
        identity.write(root, name=self.name, role=self.role)
        identity.admit(root, key=Path(f"{self.access.key_file}.pub").read_text(), hashes=self.access.hashes)
        self._container.save(CLEAN)

    def _boot(self) -> None:
        self._network.plug(self.name, self.number, 0)
        self._container.boot()

    def power_off(self) -> None:
        """Stop at once, as a power cut would. The disk stays; power_on boots it again."""
        self._container.kill()
        self._network.unplug(self.name)

    def bury(self) -> None:
        """To be called when something else has ended the host: see Container.bury."""
        self._container.bury()

    def leave(self) -> None:
        """To be called when the host shall outlive this process: see Container.leave."""
        self._container.leave()

    def power_on(self) -> None:
        """Boot the disk as it is, and wait until the host is ready."""
        self._boot()
        self.wait_ready()

    def reset(self) -> None:
        """A fresh host in seconds: the disk as it was before its first boot, same identity, and ready again."""
        self.restore(Snapshot(host=self.name, upper=self._container.folder / "saved" / CLEAN))

    def rebuild(self) -> None:
        """A fresh host of the same name and address but with new host keys, machine id and cookie. See Lab.learn_keys."""
        self.power_off()
        self._container.unmount()
        self._container.mount()
        self._container.forget(CLEAN)
        self._identify()
        self.power_on()

    def snapshot(self, name: str) -> Snapshot:
        """Keep the whole disk as it is now, under a name (an older one of that name is replaced).

        Nothing is stopped for it: services see on restore what a power cut at this moment would have left.
        Stop what must be at rest first.
        """
        self._container.forget(name)
        return Snapshot(host=self.name, upper=self._container.save(name))

    def kept_snapshot(self, name: str) -> Snapshot | None:
        """The snapshot of that name, also one that another process made; None if there is none."""
        upper = self._container.folder / "saved" / name
        return Snapshot(host=self.name, upper=upper) if upper.is_dir() else None

    def restore(self, snapshot: Snapshot) -> None:
        """Put a snapshot's disk back, boot it, and wait until the host is ready."""
        if snapshot.host != self.name:
            raise LabError(f"This snapshot is of {snapshot.host}, not of {self.name}.")
        self.power_off()
        self._container.unmount()
        self._container.mount(snapshot.upper)
        self.power_on()

    def wait_ready(self, timeout: float = BOOT_TIMEOUT) -> None:
        """Until systemd has started everything and sshd answers. Raises LabError naming what failed."""
        deadline = time.monotonic() + timeout
        self._container.wait_for_leader(timeout)
        state = ""
        while state not in ("running", "degraded"):
            left = deadline - time.monotonic()
            if left <= 0:
                jobs = self.run(["systemctl", "list-jobs"], check=False).stdout
                raise LabError(f"{self.name} has not finished booting after {timeout:g} s ({state}):\n{jobs}")
            waited = self.run(["systemctl", "is-system-running", "--wait"], check=False, timeout=left + 1)
            state = waited.stdout.strip()
            time.sleep(0.02)
        if state == "degraded":
            failed = self.run(["systemctl", "--failed", "--no-legend", "--plain"], check=False).stdout
            raise LabError(f"{self.name} booted, but these units failed:\n{failed}")
        self._wait_for_ssh(deadline)

    def _wait_for_ssh(self, deadline: float) -> None:
        while True:
            try:
                with socket.create_connection((self.address, 22), timeout=2) as link:
                    link.settimeout(2)
                    if link.recv(4) == b"SSH-":
                        return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise LabError(
                        f"sshd on {self.name} ({self.address}) does not answer: {error}"
                    ) from error
            time.sleep(0.05)

    def describe(self) -> str:
        """One line for people: name, address, what runs."""
        if self.leader is None:
            return f"{self.name}  {self.address}  {self.role}  off"
        state = self.run(["systemctl", "is-system-running"], check=False).stdout.strip()
        units = ("ssh", "ejabberd", "asterisk", "slapd")
        answers = self.run(["systemctl", "is-active", *units], check=False).stdout.split()
        active = [unit for unit, answer in zip(units, answers, strict=True) if answer == "active"]
        return f"{self.name}  {self.address}  {self.role}  {state}  {' '.join(active)}"

"""A fleet of practice hosts: started, described as a document, and taken away again."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from azdesk.core.secret import Secret
from azdesk.practice.host import PracticeHost, Role
from azdesk.practice.sshd import LOOPBACK, Acceptor, Accounts, SshServer, new_key
from azdesk.practice.world import World

if TYPE_CHECKING:
    from azdesk.pki.authority import Issued

CREDENTIAL = "practice"
"""Name of the credential in the fleet's document: root, by key."""
DEFAULT_HOSTS = ("a250", "a251", "a253")
DEFAULT_SPEED = 10.0
_USERS = ("alice", "bob", "carol")


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """How to log in to every host of a practice fleet.

    root, alice and bob take the key; alice and bob also their passwords; carol only hers, and only
    keyboard-interactively. sudo asks alice and carol for their passwords and bob for nothing.
    """

    key_file: Path
    passwords: dict[str, Secret] = field(repr=False)


def names(count: int) -> tuple[str, ...]:
    """Names for so many hosts; the first three are those of the guide."""
    more = (f"a{number}" for number in range(300, 300 + count))
    return (*DEFAULT_HOSTS, *more)[:count]


class PracticeFleet:
    """Practice hosts in this process. Make one with `start`; end it with `stop` or as a context manager."""

    def __init__(self, folder: Path, *, own_folder: bool, speed: float) -> None:
        self.folder = folder
        """Where the hosts' folders, the key and known_hosts are."""
        self.world = World(speed)
        self.hosts: dict[str, PracticeHost] = {}
        self._own_folder = own_folder
        self._acceptor = Acceptor()
        self._stopped = False
        private, key = new_key()
        passwords = {user: secrets.token_urlsafe(9) for user in _USERS}
        self._accounts = Accounts(public_key=key.get_base64(), passwords=passwords)
        folder.mkdir(parents=True, exist_ok=True)
        key_file = folder / "id_ed25519"
        key_file.touch(mode=0o600)
        key_file.write_text(private, encoding="ascii", newline="\n")
        self.credentials = Credentials(
            key_file=key_file, passwords={user: Secret(password) for user, password in passwords.items()}
        )
        self.known_hosts = folder / "known_hosts"
        """Path of a known_hosts file with the keys of all hosts."""

    @classmethod
    def start(
        cls,
        hosts: Sequence[str] | int = DEFAULT_HOSTS,
        *,
        folder: Path | None = None,
        speed: float = DEFAULT_SPEED,
    ) -> PracticeFleet:
        """Start hosts and listen for them.

        Args:
            hosts: their names, or how many. One called a250 holds the directory, the others are application hosts.
            folder: where to keep their files; it must be empty or missing, and `stop` empties it again. None: a
                temporary one.
            speed: how many times faster than real software the simulated software is.

        Raises:
            ValueError: no hosts, or a folder that holds something.
        """
        wanted = names(hosts) if isinstance(hosts, int) else tuple(hosts)
        if not wanted or len(set(wanted)) != len(wanted):
            raise ValueError("a practice fleet needs at least one host, and each name once")
        if folder is not None and folder.exists() and any(folder.iterdir()):
            raise ValueError(f"{folder} is not empty")
        place = folder or Path(tempfile.mkdtemp(prefix="azdesk-practice-"))
        fleet = cls(place, own_folder=folder is None, speed=speed)
        for number, name in enumerate(wanted):
            fleet._add(name, _address(name, number))
        fleet._write_known_hosts()
        fleet._acceptor.start()
        return fleet

    def _add(self, name: str, address: str) -> None:
        role: Role = "directory" if name == "a250" else "application"
        host = PracticeHost(name, address, self.folder / "hosts" / name, self.world, role)
        host.ssh = SshServer(host, self._accounts, new_key()[1])
        self._acceptor.add(host.ssh)
        self.hosts[name] = host

    def _write_known_hosts(self) -> None:
        lines = [
            f"[{LOOPBACK}]:{server.port} {server.key.get_name()} {server.key.get_base64()}\n"
            for server in self._servers()
        ]
        self.known_hosts.write_text("".join(lines), encoding="ascii", newline="\n")

    def _servers(self) -> Iterator[SshServer]:
        for host in self.hosts.values():
            if host.ssh is not None:
                yield host.ssh

    # -- what a user of the fleet needs ------------------------------------------------------------------------

    def host(self, name: str) -> PracticeHost:
        """One host by name.

        Raises:
            KeyError: there is none.
        """
        return self.hosts[name]

    @cached_property
    def authority(self) -> Issued:
        """A certificate authority for documents that ask for one; `get` has its key."""
        from azdesk.pki.authority import new_authority
        from azdesk.pki.reading import now

        return new_authority("Practice fleet", now())

    def get(self, name: str, what: str) -> Secret | None:
        """As a source of secrets: the authority's key, once a document speaks of it."""
        if "authority" not in self.__dict__:
            return None
        from azdesk.fleet import secret_names

        ours = (name, what) == secret_names.authority_key(self.authority.certificate)
        return self.authority.key if ours else None

    def fleet_document(self, *, domain: str = "", group_size: int = 20, directory: bool = False) -> str:
        """A fleet document, as text, in which all hosts can be reached.

        Args:
            domain: makes all application hosts nodes of this cluster; empty: none is in any.
            group_size: hosts outside a cluster are put into groups of so many, if there are more.
            directory: with the fleet's own directory on a250, and an authority for its certificates.
        """
        from azdesk.practice.document import document

        return document(self, domain=domain, group_size=group_size, directory=directory)

    def write_document(self, path: Path | None = None, *, domain: str = "", directory: bool = False) -> Path:
        """Write the document to a file, by default in the fleet's folder; returns its path."""
        place = path or self.folder / "fleet.toml"
        text = self.fleet_document(domain=domain, directory=directory)
        place.write_text(text, encoding="utf-8", newline="\n")
        return place

    def change_host_key(self, name: str) -> None:
        """Give a host another key than known_hosts has, as if it were rebuilt or another machine answered."""
        server = self.hosts[name].ssh
        assert server is not None
        server.key = new_key()[1]
        server.cut()

    def cut_links(self, name: str) -> None:
        """Break all connections to a host, without a word."""
        server = self.hosts[name].ssh
        assert server is not None
        server.cut()

    # -- the end -------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """End all connections and remove all files; may be called again."""
        if self._stopped:
            return
        self._stopped = True
        self._acceptor.stop()
        for server in self._servers():
            server.close()
        # Helpers end when their links do; what they still write would be in the way of the removal.
        for thread in threading.enumerate():
            if "@" in thread.name and thread.name.partition("@")[2] in self.hosts:
                thread.join(2.0)
        shutil.rmtree(self.folder if self._own_folder else self.folder / "hosts", ignore_errors=True)
        if not self._own_folder:
            for name in ("id_ed25519", "known_hosts", "fleet.toml"):
                (self.folder / name).unlink(missing_ok=True)

    def __enter__(self) -> PracticeFleet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _address(name: str, number: int) -> str:
    """The guide's addresses for the guide's hosts, further ones from other networks."""
    last = name[1:]
    if name.startswith("a") and last.isdigit() and 0 < int(last) < 255:
        return f"192.168.11.{last}"
    return f"192.168.{12 + number // 250}.{1 + number % 250}"

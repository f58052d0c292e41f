"""One practice host: its folder, its units and programs, its place in the network."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from azdesk.practice import programs, stock
from azdesk.practice.faults import Faults
from azdesk.practice.files import HostFiles
from azdesk.practice.programs import Call, Output
from azdesk.practice.services import services_of
from azdesk.practice.systemd import Manager
from azdesk.practice.world import World

if TYPE_CHECKING:
    from azdesk.onhost.live import Talk
    from azdesk.practice.ldap.wire import Stream
    from azdesk.practice.netfilter import Netfilter
    from azdesk.practice.sshd import SshServer

_NUMBERS = {"Connection refused": 111, "No route to host": 113}
Role = Literal["application", "directory"]


class PracticeHost:
    """A simulated Debian host.

    Its folder is filled and its services started when somebody first looks at it: until then it costs nothing.

    Args:
        name: host name.
        lan_address: address under which the other practice hosts reach it.
        folder: what stands for its root; made when first needed.
        world: what it shares with the others.
        role: which packages it comes with.
    """

    def __init__(
        self, name: str, lan_address: str, folder: Path, world: World, role: Role = "application"
    ) -> None:
        self.name = name
        self.lan_address = lan_address
        self.folder = folder
        self.world = world
        self.role = role
        self.faults = Faults()
        self.ssh: SshServer | None = None
        self.locks: dict[str, object] = {}
        """Locks that helpers hold, by path."""
        world.hosts[name] = self

    # -- parts, made when first needed -----------------------------------------------------------------------

    @cached_property
    def files(self) -> HostFiles:
        with self.world.lock:
            files = HostFiles(self.folder, self.faults)
            stock.fill(files, self)
            return files

    @cached_property
    def systemd(self) -> Manager:
        with self.world.lock:
            manager = Manager(self)
            for service in services_of(self):
                manager.add(service)
            # Booting asks for other parts of this host, which ask for this one.
            self.__dict__["systemd"] = manager
            manager.boot()
            return manager

    @cached_property
    def netfilter(self) -> Netfilter:
        from azdesk.practice.netfilter import Netfilter

        return Netfilter()

    def lets_in(self, source: str, port: int, *, udp: bool = False) -> bool:
        """Whether its packet filter lets somebody's packet in."""
        if "netfilter" not in self.__dict__:
            return True
        from azdesk.practice.netfilter import Packet

        packet = Packet(source=source, protocol="udp" if udp else "tcp", port=port)
        return self.netfilter.lets_in(packet)

    @property
    def running(self) -> bool:
        """Whether anybody has looked at it yet."""
        return "systemd" in self.__dict__

    @property
    def hostname(self) -> str:
        return self.files.text("/etc/hostname").strip() or "localhost"

    # -- what the helper and the shell ask of it ---------------------------------------------------------------

    def run(
        self,
        argv: list[str],
        *,
        user: str = "root",
        pause: Callable[[float], None] | None = None,
        environment: Mapping[str, str] | None = None,
        feed: bytes = b"",
    ) -> Output | None:
        """Run a simulated program; None if there is none of that name."""
        program = programs.find(self, argv[0]) if argv else None
        if program is None:
            return None
        self.world.settle()
        call = Call(
            host=self,
            argv=argv,
            user=user,
            environment=environment or {},
            feed=feed,
            pause=pause or self.world.pause,
        )
        return program.run(call)

    def installed(self) -> dict[str, str]:
        """Versions of installed packages."""
        from azdesk.practice.programs.packages import read_status

        return {entry.name: entry.version for entry in read_status(self.files) if entry.installed}

    def resolve(self, name: str) -> list[str]:
        """Addresses of a name, from /etc/hosts alone; of an address, itself."""
        try:
            return [str(ipaddress.ip_address(name))]
        except ValueError:
            pass
        found: list[str] = []
        for line in self.files.text("/etc/hosts").splitlines():
            fields = line.partition("#")[0].split()
            if (
                len(fields) > 1
                and name.lower() in (field.lower() for field in fields[1:])
                and fields[0] not in found
            ):
                found.append(fields[0])
        return found

    def listens(self, port: int, address: str, *, udp: bool = False) -> bool:
        """Whether a program here accepts TCP connections, or UDP, to that port at that own address."""
        for service in self.systemd.services.values():
            for own_port, own_address in service.udp_ports() if udp else service.ports():
                everywhere = own_address in ("", "::", "0.0.0.0")
                if own_port == port and (everywhere or own_address == address):
                    return True
        return False

    def dial(self, target: str, user: str) -> tuple[Callable[[Stream], None] | None, str]:
        """What serves a connection from here, by a user, to a Unix socket or ``address:port``; or none, with the kernel's
        number and words."""
        from azdesk.practice.ldap.service import SOCKET, UNIT, Slapd

        with self.world.lock:
            self.world.settle()
            if target.startswith("/"):
                slapd = self.systemd.services[UNIT]
                assert isinstance(slapd, Slapd)
                if target == SOCKET and slapd.local(user) is not None:
                    return lambda stream: slapd.serve_local(stream, user), ""
                return None, "111 Connection refused" if self.files.exists(
                    target
                ) else "2 No such file or directory"
            address, _, port = target.rpartition(":")
            found = self.resolve(address.strip("[]"))
            if not found:
                return None, "-2 Name or service not known"
            attempt = self.world.connect(self, found[0], int(port))
            if attempt.host is None:
                words = attempt.error or "timed out"
                return None, f"{_NUMBERS.get(words, 110)} {words}"
            other = attempt.host.systemd.services[UNIT]
            assert isinstance(other, Slapd)
            if int(port) in [number for number, _ in other.ports()]:
                own = found[0].startswith("127.") or found[0] == "::1"
                source = found[0] if own else self.lan_address
                return lambda stream: other.serve_port(stream, int(port), source), ""
        return lambda _stream: None, ""  # it takes the connection, and nothing here talks to it

    def http(self, port: int, path: str, body: str) -> tuple[int, str] | None:
        """Answer of a server on the loopback to a POST: status and body; None if nothing listens there.

        Raises:
            OSError: what listens there does not speak HTTP.
        """
        with self.world.lock:
            self.world.settle()
            if not self.listens(port, "127.0.0.1"):
                return None
            for service in self.systemd.services.values():
                answer = service.http(port, path, body)
                if answer is not None:
                    return answer
        raise OSError(71, "what listens there does not speak HTTP")

    def ami(
        self, port: int, user: str, secret: str, actions: Sequence[Sequence[Sequence[str]]], keep: int
    ) -> dict[str, Any]:
        """What the manager interface of Asterisk on the loopback answers, as the probe `Ami` reads it."""
        from azdesk.practice.asterisk.service import UNIT, Asterisk

        with self.world.lock:
            self.world.settle()
            if not self.listens(port, "127.0.0.1"):
                return {"answered": False, "error": f"nothing listens on port {port}", "replies": []}
            asterisk = self.systemd.services[UNIT]
            assert isinstance(asterisk, Asterisk)
            found = asterisk.ami(port, user, secret, actions, keep)
        if found is None:
            return {"answered": False, "error": f"what listens on port {port} is no Asterisk", "replies": []}
        return found

    def ami_listen(self, port: int, user: str, secret: str) -> Talk:
        """A login at the manager interface of Asterisk on the loopback that hears events.

        Raises:
            Refused: it is none, or refuses the login.
        """
        from azdesk.onhost.ami import Refused
        from azdesk.practice.asterisk.service import UNIT, Asterisk

        with self.world.lock:
            self.world.settle()
            asterisk = self.systemd.services[UNIT]
            assert isinstance(asterisk, Asterisk)
            found = asterisk.ami_listen(port, user, secret)
        if isinstance(found, str):
            raise Refused(found)
        return found

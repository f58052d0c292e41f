"""What the unit slapd.service runs."""

from __future__ import annotations

import re
import ssl
from typing import TYPE_CHECKING

from azdesk.core.errors import DirectoryError
from azdesk.directory import filters, names
from azdesk.directory.endpoint import address_of
from azdesk.onhost import login_ldap
from azdesk.onhost.login import Refused as NotTaken
from azdesk.practice import certificates
from azdesk.practice.ldap import disk
from azdesk.practice.ldap.config import DatabaseSettings
from azdesk.practice.ldap.dit import Refused, Tree
from azdesk.practice.ldap.searching import WORKED_OUT, Asked
from azdesk.practice.ldap.server import Server
from azdesk.practice.ldap.session import Session
from azdesk.practice.ldap.wire import Connection, ServerTls, Stream
from azdesk.practice.states import StartFailed
from azdesk.practice.units import UnitFile

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost
    from azdesk.practice.logins import Attempt

UNIT = "slapd.service"
SOCKET = "/run/slapd/ldapi"
TLS_SSF = 256


class Slapd:
    """The program, started and stopped by systemd. `server` is what runs, if anything does."""

    unit = UNIT
    start_seconds = 0.2
    stop_seconds = 0.2

    def __init__(self, host: PracticeHost) -> None:
        self.host = host
        self.server: Server | None = None

    def start(self, settings: UnitFile) -> bool:
        try:
            self.server = self.stored()
        except Refused as refused:
            self.host.systemd.say(UNIT, f"slapd: {refused.said or 'main: TLS init def ctx failed: -1'}")
            raise StartFailed from None
        if "ldapi" in self.schemes():
            self.host.files.write(SOCKET, b"")
        return True

    def stop(self) -> None:
        server, self.server = self.server, None
        if server is not None:
            self._save(server)
            self.host.files.remove(SOCKET)

    def reload(self) -> int:
        return 0

    def ports(self) -> list[tuple[int, str]]:
        if self.server is None:
            return []
        found = []
        for scheme, address, port in self._listeners():
            if scheme in ("ldap", "ldaps"):
                found.append((port or {"ldap": 389, "ldaps": 636}[scheme], address))
        return found

    def udp_ports(self) -> list[tuple[int, str]]:
        return []

    def login(self, asked: Attempt) -> str | None:
        place = asked.place
        server = self.server
        if (
            server is None
            or place.port not in [port for port, _ in self.ports()]
            or place.scheme[:4] != "ldap"
        ):
            return None
        if place.scheme == "ldaps":
            asked.verify(self.shown(), place.address)
        address = place.address if asked.local else asked.source.lan_address
        session = Session(server, ssf=TLS_SSF if place.scheme == "ldaps" else 0, address=address)
        try:
            session.simple(asked.account, asked.password.encode())
            if not asked.base:
                return "takes the login"
            wanted = filters.parsed(asked.search or "(objectClass=*)")
            attributes = (asked.wants,) if asked.wants else ("1.1",)
            order = Asked(
                base=asked.base, scope="sub", wanted=wanted, limit=asked.limit, attributes=attributes
            )
            for entry in session.search(order):
                values = [
                    value.decode("utf-8", "replace") for held in entry.attributes.values() for value in held
                ]
                asked.found.append((entry.dn, tuple(values)))
                if asked.wants == "*":
                    asked.whole.append(
                        {
                            name: tuple(value.decode("utf-8", "replace") for value in held)
                            for name, held in entry.attributes.items()
                        }
                    )
        except Refused as refused:
            if refused.code != 4:
                reason, words = login_ldap.CODES.get(
                    refused.code, ("protocol", f"refuses with LDAP's code {refused.code}")
                )
                raise NotTaken(reason, f"{words} ({refused.said})" if refused.said else words) from None
            asked.cut.append(refused.code)
        except DirectoryError as error:
            raise NotTaken("protocol", f"gives an answer that makes no sense ({error.what})") from None
        if not asked.found:
            where = f"below {asked.base} that matches {asked.search or '(objectClass=*)'}"
            raise NotTaken("empty", f"takes the login, but nothing is found with it {where}")
        return "takes the login and found what it should find"

    def http(self, port: int, path: str, body: str) -> tuple[int, str] | None:
        return None

    # -- what it listens on ----------------------------------------------------------------------------------

    def schemes(self) -> set[str]:
        return {scheme for scheme, _, _ in self._listeners()}

    def _listeners(self) -> list[tuple[str, str, int]]:
        text = self.host.files.text("/etc/default/slapd")
        found = re.findall(r'^\s*SLAPD_SERVICES=["\']?([^"\'\n]*)', text, re.MULTILINE)
        services = found[-1] if found and found[-1].strip() else "ldap:///"
        listed = re.findall(r"(ldapi?s?)://([^/:\s]*)(?::(\d+))?", services)
        return [(scheme, address, int(port or 0)) for scheme, address, port in listed]

    def context(self) -> ssl.SSLContext | None:
        """For TLS, with the certificate that is configured; None if there is none that can be used."""
        server = self.server
        if server is None or not server.settings.certificate or not server.settings.key:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        files = self.host.files
        try:
            context.load_cert_chain(
                files.target(server.settings.certificate), files.target(server.settings.key)
            )
        except (OSError, ssl.SSLError):
            return None
        return context

    def shown(self) -> str:
        """What it shows in a TLS handshake, with the key that it needs for that, PEM; empty if it has none."""
        if self.context() is None or self.server is None:
            return ""
        settings = self.server.settings
        return self.host.files.text(settings.certificate) + self.host.files.text(settings.key)

    # -- clients ---------------------------------------------------------------------------------------------

    def local(self, user: str) -> Session | None:
        """A connection to its Unix socket by a user of the host; None if it does not listen there."""
        server = self.server
        if server is None or not self.host.files.exists(SOCKET):
            return None
        number = self.host.files.users().get(user, 65534)
        peer = f"gidNumber={number}+uidNumber={number},cn=peercred,cn=external,cn=auth"
        return Session(server, peer, server.settings.local_ssf)

    def serve_local(self, stream: Stream, user: str) -> None:
        """Serve a connection to its Unix socket until it ends."""
        session = self.local(user)
        if session is not None:
            self._serve(stream, session)

    def serve_port(self, stream: Stream, port: int, address: str = "127.0.0.1") -> None:
        """Serve a TCP connection from an address until it ends."""
        server = self.server
        if server is None:
            return
        if any(scheme == "ldaps" and (number or 636) == port for scheme, _, number in self._listeners()):
            context = self.context()
            if context is None:
                return
            try:
                stream = ServerTls(stream, context)
            except OSError:
                return  # the client does not trust it, and has gone
            self._serve(stream, Session(server, ssf=TLS_SSF, address=address))
        else:
            self._serve(stream, Session(server, address=address))

    def _serve(self, stream: Stream, session: Session) -> None:
        server = session.server
        connection = Connection(
            stream,
            session,
            self.host.world.lock,
            context=self.context,
            running=lambda: self.server is server,
        )
        connection.serve()

    # -- the disk --------------------------------------------------------------------------------------------

    def stored(self) -> Server:
        """A server from what is on the disk.

        Raises:
            Refused: it would not start.
        """
        files = self.host.files
        server = Server(disk.load_config(files), self.readable, starting=True)
        for each in server.settings.databases:
            server.data[names.comparable(each.suffix)] = disk.load_data(files, each.folder, each.suffix)
        server.saved = lambda: disk.save_config(files, server.configuration)
        server.fetch = self._fetch
        return server

    def _fetch(self, settings: DatabaseSettings, csn: bytes) -> Tree | None:
        """What the provider of a replica has, as the replica's login may see it; None if there is nothing new, or no way to it."""
        found = dict(re.findall(r'(\w+)=("[^"]*"|\S+)', settings.follows))
        said = {name: value.strip('"') for name, value in found.items()}
        try:
            source = address_of(said["provider"])
        except DirectoryError:
            return None
        places = self.host.resolve(source.host)
        attempt = self.host.world.connect(self.host, places[0], source.port) if places else None
        if attempt is None or attempt.host is None:
            return None
        slapd = attempt.host.systemd.services[UNIT]
        if not isinstance(slapd, Slapd) or slapd.server is None:
            return None
        suffix = said.get("searchbase", settings.suffix)
        try:
            if source.scheme == "ldaps" and said.get("tls_reqcert", "demand") != "never":
                path = said.get("tls_cacert", "/etc/ssl/certs/ca-certificates.crt")
                certificates.judge(slapd.shown(), self.host.files.text(path), source.host)
            session = Session(
                slapd.server, ssf=TLS_SSF if source.scheme == "ldaps" else 0, address=self.host.lan_address
            )
            session.simple(said.get("binddn", ""), said.get("credentials", "").encode())
            theirs, their_settings = slapd.server.place(suffix)
            if not their_settings.tells_replicas or theirs.csn == csn:
                return None
            everything = Asked(
                base=suffix, scope="sub", wanted=filters.parsed("(objectClass=*)"), attributes=("*", "+")
            )
            copied = list(session.search(everything))
        except (Refused, NotTaken):
            return None
        tree = Tree(settings.suffix)
        for each in copied:
            own = {name: held for name, held in each.attributes.items() if name not in WORKED_OUT}
            try:
                tree.put(each.dn, own)
            except Refused:
                continue  # what it may not see stands above it
        tree.csn = theirs.csn
        return tree

    def readable(self, path: str) -> bool:
        """Whether the program, which runs as openldap, could read a file."""
        return self.host.files.allows(path, "openldap", self.host.files.groups_of("openldap"), 4)

    def _save(self, server: Server) -> None:
        for each in server.settings.databases:
            if self.host.files.is_folder(each.folder):
                disk.save_data(self.host.files, each.folder, server.data[names.comparable(each.suffix)])

    def save(self, server: Server) -> None:
        """Write down what a program changed that works on the disk while the server is stopped."""
        self._save(server)
        disk.save_config(self.host.files, server.configuration)

"""A real slapd as a child process, on a Unix socket and a loopback port, with the guide's tree and the schemas its entries need.

with Slapd(folder) as server:
    server.dial()          # as root, by the Unix socket
    server.url             # ldap://127.0.0.1:…, simple binds
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from azdesk.core.errors import Unreachable
from azdesk.core.progress import Job
from azdesk.directory import asterisk_schema, ldif
from azdesk.directory.connection import Directory
from azdesk.directory.endpoint import EXTERNAL, Endpoint
from azdesk.directory.streams import SocketStream

BASE = "dc=test,dc=local"
PEOPLE = f"ou=People,{BASE}"
MANAGER = f"cn=Manager,{BASE}"
PASSWORD = "Manager.12345"
SCHEMAS = Path("/etc/ldap/schema")
MODULES = Path("/usr/lib/ldap")

needs_slapd = pytest.mark.skipif(shutil.which("slapd") is None, reason="slapd is not installed")


class Slapd:
    """The server; ended with the test.

    Args:
        folder: for its files.
        asterisk: whether it knows Asterisk's classes.
        extra: lines of slapd.conf for the database, before its rules for access.
    """

    def __init__(self, folder: Path, *, asterisk: bool = True, extra: str = "", fast: bool = True) -> None:
        self.folder = folder
        self.socket = folder / "ldapi"
        self.port = _free_port()
        self.url = f"ldap://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "db").mkdir(parents=True)
        (folder / "asterisk.schema").write_text(_schema())
        (folder / "slapd.conf").write_text(_conf(folder, asterisk, extra, fast))
        self.load(_BASE.encode())

    def load(self, text: bytes) -> None:
        """Put entries in with slapadd; the server must not run."""
        subprocess.run(
            ["slapadd", "-q", "-f", self.folder / "slapd.conf"], input=text, check=True, capture_output=True
        )

    def start(self) -> None:
        urls = f"ldapi://{str(self.socket).replace('/', '%2F')} {self.url}"
        self._process = subprocess.Popen(
            ["slapd", "-d", "0", "-f", self.folder / "slapd.conf", "-h", urls],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.dial().close()
                return
            except Unreachable:
                time.sleep(0.02)
        raise AssertionError("slapd does not start")

    def kill(self) -> None:
        """Ended without warning, in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, sign: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(sign)
            self._process.wait(20)
            self._process = None

    @property
    def memory(self) -> int:
        """Peak of the process, in bytes."""
        assert self._process is not None
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return 0

    def dial(self, job: Job | None = None) -> SocketStream:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(self.socket))
        except OSError as error:
            connection.close()
            raise Unreachable(
                "/run/slapd/ldapi takes no connection there: refused.", where="a250", next_step="Look."
            ) from error
        return SocketStream(connection)

    def root(self) -> Directory:
        """A connection as root."""
        return Directory.open(Endpoint(dial=self.dial, where="a250"), EXTERNAL)

    def dump(self) -> dict[str, dict[str, list[bytes]]]:
        """What stands in it, without what servers write by themselves: DN → attributes."""
        done = subprocess.run(["slapcat", "-f", self.folder / "slapd.conf"], check=True, capture_output=True)
        own = {"structuralObjectClass", "entryUUID", "creatorsName", "createTimestamp", "entryCSN", "modifiersName",
               "modifyTimestamp", "pwdChangedTime"}  # fmt: skip
        found = {}
        for one in ldif.read(done.stdout.splitlines(keepends=True)):
            assert isinstance(one, ldif.Entry)
            found[one.dn] = {
                name: sorted(values) for name, values in one.attributes.items() if name not in own
            }
        return found

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class RootPool:
    """Stands for the links to the hosts: what is asked of the directory's host leads to the server's Unix socket."""

    def __init__(self, server: Slapd, *, away: Collection[str] = ()) -> None:
        self.server = server
        self.away = set(away)
        self.asked: list[str] = []

    def relay(self, host: str, target: str, job: Job | None = None) -> SocketStream:
        self.asked.append(host)
        if host in self.away:
            raise Unreachable("No answer.", where=host, next_step="Look.")
        return self.server.dial(job)

    def update(self, fleet: object) -> None:
        pass

    def close(self) -> None:
        pass


def entries(count: int, first: int = 100000) -> Iterable[str]:
    """Entries as the guide's, with consecutive numbers, as LDIF."""
    names = ("nana", "anna", "ben", "chris", "dora", "emil", "frida", "gustav", "hanna")
    for number in range(first, first + count):
        name = f"{names[number % len(names)]}{number}"
        yield (
            f"dn: uid={name},{PEOPLE}\nuid: {name}\ncn: {name}\nobjectClass: account\nobjectClass: posixAccount\n"
            "objectClass: AsteriskSIPUser\nobjectClass: top\nobjectClass: inetLocalMailRecipient\n"
            f"userPassword: {number:08x}\nloginShell: /bin/bash\nuidNumber: {number}\ngidNumber: 1007\n"
            f"homeDirectory: /home1/{name}\ngecos: {name.title()} Louis\nmailHost: 192.168.11.251\n"
            f"AstAccountName: {number}\nAstAccountHost: dynamic\nAstAccountType: friend\n"
            f"AstAccountRealmedPassword: {number:08x}\nAstAccountCallerID: {name}<{number}>\n"
            f"AstAccountDirectMedia: no\nAstAccountCallGroup: 1\nAstAccountPickupGroup: 1\n"
            f"AstAccountMailbox: {number}\nAstAccountQualify: yes\nAstAccountContext: all\n\n"
        )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _schema() -> str:
    lines = [f"attributetype {text}" for text in asterisk_schema.attribute_types()]
    lines += [f"objectclass {text}" for text in asterisk_schema.object_classes()]
    return "\n".join(lines) + "\n"


def _conf(folder: Path, asterisk: bool, extra: str, fast: bool) -> str:
    includes = "".join(
        f"include {SCHEMAS}/{name}.schema\n" for name in ("core", "cosine", "nis", "inetorgperson", "misc")
    )
    root = "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"
    return (
        includes
        + (f"include {folder}/asterisk.schema\n" if asterisk else "")
        + f"pidfile {folder}/pid\nargsfile {folder}/args\nmodulepath {MODULES}\nmoduleload back_mdb\nmoduleload sssvlv\n"
        "sizelimit unlimited\nlocalSSF 256\nindex_substr_if_minlen 1\nindex_substr_any_len 3\n"
        f"database mdb\nmaxsize 4294967296\nsuffix {BASE}\nrootdn {MANAGER}\nrootpw {PASSWORD}\ndirectory {folder}/db\n"
        + ("dbnosync\n" if fast else "")
        + "overlay sssvlv\n"
        "index objectClass eq\nindex uid,cn,gecos eq,sub,pres\nindex uidNumber eq\n"
        + ("index AstAccountName eq,sub,pres\n" if asterisk else "")
        + f'access to * by dn.exact="{root}" manage by * break\n'
        + extra
        + "access to attrs=userPassword by self write by anonymous auth by * none\n"
        + (
            f"access to attrs={','.join(asterisk_schema.SECRETS)} by self read by * none\n"
            if asterisk
            else ""
        )
        + "access to * by users read by * none\n"
    )


_BASE = f"""\
dn: {BASE}
objectClass: dcObject
objectClass: organization
o: test
dc: test

dn: {PEOPLE}
objectClass: organizationalUnit
ou: People

dn: ou=sip,{BASE}
objectClass: organizationalUnit
ou: sip
"""

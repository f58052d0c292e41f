"""A host's slapd as AZDesk sets it up, with as many people in it as are wanted."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from azdesk.app.applying import apply
from azdesk.app.observing import observe
from azdesk.app.planning import preview
from azdesk.app.session import AwaitedStore, Session
from azdesk.core.secret import Secret
from azdesk.fleet import edit, secret_names
from azdesk.fleet.model import Credential, Fleet
from azdesk.hosts.known import HostKeys
from azdesk.hosts.pool import HostPool
from azdesk.pki.authority import new_authority
from azdesk.pki.reading import now

if TYPE_CHECKING:
    from azdesk.pki.authority import Issued
    from tests.lab.harness import Host, Lab

BASE = "dc=test,dc=local"
PEOPLE = f"ou=People,{BASE}"
READER = f"cn=azreader,{BASE}"
_DATABASE = "/var/lib/ldap/azdesk/data.mdb"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What it took to put people in."""

    seconds: float
    """Of slapadd."""
    size: int
    """Bytes of the database on the disk."""
    most: int
    """Bytes it may grow to."""

    def __str__(self) -> str:
        return (
            f"slapadd took {self.seconds:.0f} s; the database takes {self.size / (1 << 30):.1f} GiB "
            f"of the {self.most / (1 << 30):.0f} GiB it may grow to"
        )


@dataclass(frozen=True, kw_only=True)
class _Keys:
    """The authority's key, where AZDesk asks for it."""

    authority: Issued

    def get(self, name: str, what: str) -> Secret | None:
        ours = (name, what) == secret_names.authority_key(self.authority.certificate)
        return self.authority.key if ours else None


def set_up(lab: Lab, folder: Path) -> str:
    """Let AZDesk make the directory on a250.

    Returns:
        The certificate of the authority that slapd's comes from.
    """
    authority = new_authority("Benchmark", now())
    fleet = edit.add_credential(
        Fleet(), "lab", Credential(user="root", method="key", key_file=str(lab.key_file))
    )
    own = {"address": lab.host("a250").address, "credential": "lab", "roles": ["directory"]}
    fleet = edit.with_values(
        edit.add_host(fleet, "a250", own),
        {"directory.base": BASE, "authority.certificate": authority.certificate},
    )
    session = Session(
        fleet,
        HostPool(fleet, trust=HostKeys(own=folder / "own_known_hosts", others=[lab.known_hosts])),
        secrets=_Keys(authority=authority),
        awaited=AwaitedStore(folder / "awaited.json"),
        who="benchmark",
    )
    try:
        for one in apply(session, preview(fleet, observe(session))):
            if not one.good:
                raise SystemExit(f"{one.host}: {one.message}")
    finally:
        session.close()
    return authority.certificate


def load(host: Host, entries: Iterable[str]) -> Loaded:
    """Put people in with slapadd, while slapd is stopped; entries are LDIF."""
    host.sh("systemctl stop slapd")
    started = time.perf_counter()
    with subprocess.Popen(host.ssh_argv(f"slapadd -q -b {BASE}"), stdin=subprocess.PIPE) as adding:
        assert adding.stdin is not None
        for entry in entries:
            adding.stdin.write(entry.encode() + b"\n")
    seconds = time.perf_counter() - started
    if adding.returncode:
        raise SystemExit(f"slapadd exited with {adding.returncode}")
    host.sh("chown -R openldap: /var/lib/ldap && systemctl start slapd")
    size, most = host.sh(f"stat -c '%b %s' {_DATABASE}").split()
    return Loaded(seconds=seconds, size=int(size) * 512, most=int(most))


def reader_password(host: Host) -> str:
    """What the hosts' reader logs in with."""
    return host.read("/etc/azdesk/directory-reader").decode()

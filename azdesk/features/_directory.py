"""What the features share that have to do with the directory: its servers, its reader, the accounts that logins are tried with.

The reader's password of the fleet's own directory is made on its first host, in a file that only root can read, and copied from
there to every host that needs it; it is never on the workstation. Somebody else's is kept with the secrets on the workstation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from azdesk.core.probe import masked
from azdesk.core.step import SecretUse
from azdesk.fleet import secret_names
from azdesk.fleet.accounts import CHECK_PREFIX
from azdesk.fleet.model import Fleet

READER_FILE = "/etc/azdesk/directory-reader"
"""On the hosts with the directory: the reader's password and nothing else, 0600 root."""
REPLICATOR_FILE = "/etc/azdesk/directory-replicator"
"""On the hosts with the directory: the password with which the others follow the first, 0600 root."""
CHECK_FILE = "/etc/azdesk/directory-check"
"""On the first host with the directory: the password of all `CheckAccount`, 0600 root."""

PASSWORD_FILES = (READER_FILE, REPLICATOR_FILE, CHECK_FILE)
PAIR_FILES = "/etc/azdesk-trunks/"
"""What the paths begin with of passwords between two hosts' Asterisks."""


def is_password_file(path: str) -> bool:
    """Whether a file on a host has a password and nothing else in it."""
    return path in PASSWORD_FILES or path.startswith(PAIR_FILES)


def password_in(text: str) -> str:
    """The password in one of these files: editors end the line, which is no part of it."""
    return text.rstrip("\r\n")


READER_TOKEN = masked("reader")
CHECK_TOKEN = masked("check")

SYSTEM_CA = "/etc/ssl/certs/ca-certificates.crt"
"""Where Debian collects all trusted authorities; the fleet's own is among them once `certificates` was applied."""


def server_urls(fleet: Fleet) -> tuple[str, ...]:
    """The directory's servers as other hosts reach them, the preferred one first; empty where there is no directory.

    Other hosts always use TLS and LAN addresses: the VPN address is the same on every host.
    """
    if not fleet.directory.base:
        return ()
    if not fleet.directory.managed:
        return fleet.directory.urls
    return tuple(filter(None, (server_url(fleet, host) for host in fleet.directory_hosts())))


def server_url(fleet: Fleet, host: str) -> str:
    """One server of the fleet's own directory as the others reach it; empty where its address is not known."""
    address = fleet.lan_address(host)
    place = f"[{address}]" if ":" in address else address
    return f"ldaps://{place}:636" if address else ""


def provider(fleet: Fleet) -> str:
    """The host that the others replicate the directory from; empty where it is somebody else's or there is none."""
    hosts = fleet.directory_hosts()
    return hosts[0] if hosts else ""


def reader_secret(fleet: Fleet, sha256: str = "") -> SecretUse:
    """The reader's password, for a host that looks accounts up.

    Args:
        fleet: the document.
        sha256: digest of `READER_FILE` on the provider, where it is known.
    """
    first = provider(fleet)
    if first:
        return SecretUse(token=READER_TOKEN, source=f"host:{first}:{READER_FILE}", sha256=sha256)
    return SecretUse(token=READER_TOKEN, source=secret_names.source(secret_names.reader(fleet)))


@dataclass(frozen=True, kw_only=True)
class CheckAccount:
    """An account in the fleet's own directory that belongs to nobody: logins to a host are tried with it.

    Its number matches the host's Selection Filter and is too long to be anybody's.
    """

    uid: str
    number: str


def check_account(fleet: Fleet, host: str) -> CheckAccount | None:
    """The account that logins to this host are tried with; None where the directory is somebody else's or none."""
    value = fleet.hosts[host]
    if not fleet.directory.managed or "application" not in value.roles:
        return None
    found = re.search(r"\(AstAccountName=([0-9]{1,6})\*\)", value.sip.selection_filter, re.IGNORECASE)
    prefix = found[1] if found else "1"
    index = list(fleet.hosts).index(host)
    # Nine digits fit into uidNumber, which is a 32-bit number on the hosts that know it.
    return CheckAccount(uid=f"{CHECK_PREFIX}{host}", number=f"{prefix}{index:0{9 - len(prefix)}d}"[:9])

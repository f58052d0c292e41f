"""What a host's slapd is, as far as the fleet's directory is concerned, and what it should be.

Observed and wanted are the same value; what of the wanted one is not there is a lack (see `lacks`). A server has more than that:
what is an admin's is not compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from azdesk.core.platform import DEBIAN
from azdesk.core.probe import FileReading
from azdesk.features._files import FileSet

ROOT = "gidNumber=0+uidNumber=0,cn=peercred,cn=external,cn=auth"
"""Who root is to slapd over ldapi:///."""
SETTINGS = DEBIAN.slapd_settings
DATA = DEBIAN.slapd_data
CONFIG = DEBIAN.slapd_config
PART = "directory"
"""Name of our block in `SETTINGS`."""


@dataclass(frozen=True, kw_only=True)
class Database:
    """One database of a server."""

    suffix: str
    folder: str = DATA
    max_size: int = 0
    """Bytes."""
    indices: tuple[tuple[str, str], ...] = ()
    """(attribute in lower case, kind of index), sorted."""
    access: tuple[str, ...] = ()
    """Rules in order, without their numbers."""
    limits: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    """In order, without their numbers."""
    follows: str = ""
    """olcSyncrepl, its password masked; of several all, one after the other."""
    update_ref: str = ""
    root_dn: str = field(default="", compare=False)
    dn: str = field(default="", compare=False)
    """Its entry in cn=config."""
    index_lines: tuple[str, ...] = field(default=(), compare=False)
    """olcDbIndex as it stands there."""
    hidden: tuple[str, ...] = field(default=(), compare=False)
    """Attributes that neither anonymous nor another person may read, of those that must be so."""
    root_may: bool = field(default=True, compare=False)
    """Whether root on the host may change everything in it."""

    @property
    def own(self) -> bool:
        """Whether it is one that AZDesk made, and not an adopted one."""
        return self.folder == DATA


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry that the directory needs: containers, accounts of hosts, defaults of phones."""

    dn: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    """Attribute → values, both sorted; without passwords."""
    login: str = ""
    """Whose password it has: reader, replicator or check; of an observed one always empty."""


@dataclass(frozen=True, kw_only=True)
class DirectoryState:
    """The directory on one host."""

    answers: bool = False
    """Whether slapd runs and lets root look at its configuration."""
    base: str = ""
    """The fleet's base DN; empty: this host is to hold no directory of AZDesk's."""
    database: Database | None = None
    """The one that holds the base, or one of AZDesk's making."""
    modules: tuple[str, ...] = ()
    """Of those that are needed, sorted."""
    classes: tuple[str, ...] = ()
    """Object classes of the schema that are needed, sorted."""
    phone_attributes: tuple[str, ...] = ()
    """What AsteriskSIPUser allows of that which entries of ours have, sorted."""
    collects: tuple[str, ...] = ()
    """What slapo-collect(5) is told."""
    tls: tuple[str, str] = ("", "")
    """Files of certificate and key."""
    protocol: str = ""
    """The oldest TLS that is spoken: 3.3 is 1.2."""
    hash: str = ""
    """Scheme of passwords that are set through the server itself."""
    substring: tuple[int, int] = (0, 0)
    """Signs from which an index finds the beginning of a value, and something in its middle; they hold for all databases of a server
    (olcIndexSubstrIfMinLen, olcIndexSubstrAnyLen)."""
    listens: tuple[str, ...] = ()
    """SLAPD_SERVICES."""
    entries: tuple[Entry, ...] = ()
    """Sorted by name."""
    accounts: tuple[str, ...] = ()
    """Accounts that can log in with the password that is kept for them: reader, replicator, check."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)
    secrets: tuple[tuple[str, FileReading], ...] = field(default=(), compare=False, repr=False)
    """Files with passwords, by what they are for."""
    databases: tuple[tuple[str, str, str], ...] = field(default=(), compare=False)
    """(DN in cn=config, suffix, folder) of all."""
    substring_elsewhere: bool = field(default=False, compare=False)
    """Whether a database that is not AZDesk's has such an index."""
    module_list: str = field(default="", compare=False)
    """DN of the first list of modules."""
    schemas: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = field(
        default=(), compare=False, repr=False
    )
    """(DN, attribute types, object classes) of the schemas that have to do with phones."""
    collector: str = field(default="", compare=False)
    """DN of slapo-collect on the frontend."""
    csn: str = field(default="", compare=False)
    """State of the data (contextCSN): equal on all servers that have followed."""
    folder: FileReading = field(default=FileReading(exists=False), compare=False, repr=False)
    """Of our own database."""
    why_silent: str = field(default="", compare=False)
    """What was said where it does not answer."""

    def secret(self, what: str) -> FileReading:
        """The file with a password."""
        return dict(self.secrets).get(what, FileReading(exists=False))

    @property
    def own(self) -> bool:
        """Whether the database is of AZDesk's making."""
        return self.database is not None and self.database.own

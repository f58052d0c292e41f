"""The server itself: its databases, its configuration, and passwords."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from azdesk.core.errors import DirectoryError
from azdesk.directory import names
from azdesk.practice.ldap import access, config, rules
from azdesk.practice.ldap.access import Login
from azdesk.practice.ldap.config import DatabaseSettings, Settings
from azdesk.practice.ldap.dit import Refused, Tree


@dataclass(eq=False)
class Server:
    """A slapd. All calls are made with the world's lock held.

    Args:
        configuration: its cn=config.
        exists: whether it could read a file on its host.
    """

    configuration: Tree
    exists: Callable[[str], bool]
    data: dict[str, Tree] = field(default_factory=dict)
    """By the keys of the suffixes."""
    settings: Settings = field(init=False)
    saved: Callable[[], None] = lambda: None
    """Called after each change of cn=config."""
    fetch: Callable[[DatabaseSettings, bytes], Tree | None] = lambda _settings, _csn: None
    """What another server has that a database follows, if that is something else than at this change sequence number."""
    starting: bool = False
    clock: Callable[[], float] = time.time
    _ticks: int = 0

    def __post_init__(self) -> None:
        self.settings = config.load(self.configuration, self.exists, starting=self.starting)
        self._adjust()

    def _adjust(self) -> None:
        """A tree for each database, and none for those that are gone."""
        wanted = {names.comparable(each.suffix) for each in self.settings.databases}
        self.data = {key: tree for key, tree in self.data.items() if key in wanted}
        for each in self.settings.databases:
            key = names.comparable(each.suffix)
            self.data.setdefault(key, Tree(each.suffix))

    # -- databases -------------------------------------------------------------------------------------------

    def place(self, dn: str) -> tuple[Tree, DatabaseSettings]:
        """The database that an entry belongs to.

        Raises:
            Refused: none (32), or the name is none (34).
        """
        try:
            key = names.comparable(dn)
        except DirectoryError:
            raise Refused(34, "invalid DN") from None
        if self.configuration.holds(key):
            return self.configuration, self.settings.config
        for each in self.settings.databases:
            place = names.comparable(each.suffix)
            if self.data[place].holds(key):
                if each.follows and (new := self.fetch(each, self.data[place].csn)) is not None:
                    self.data[place] = new
                return self.data[place], each
        raise Refused(32)

    def access(self, tree: Tree, settings: DatabaseSettings) -> access.Access:
        return self.settings.rules(settings, tree.nodes.get)

    def stamp(self) -> tuple[bytes, bytes]:
        """Now, as a time and as a change sequence number."""
        self._ticks += 1
        now = self.clock()
        whole = time.strftime("%Y%m%d%H%M%S", time.gmtime(now))
        return (
            f"{whole}Z".encode(),
            f"{whole}.{int(now % 1 * 1e6):06d}Z#{self._ticks % 1000000:06x}#000#000000".encode(),
        )

    def load_entry(self, dn: str, attributes: dict[str, list[bytes]], who: str) -> None:
        """Put an entry into a database as slapadd does: the schema counts, rights do not.

        Raises:
            Refused: it is not as it must be.
        """
        tree, _ = self.place(dn)
        made = rules.canonical(self.settings.schema, attributes)
        rules.with_name(self.settings.schema, dn, made)
        kind = rules.check_entry(self.settings.schema, dn, made)
        self.finish(made, kind.name, who)
        tree.put(dn, made)

    def finish(self, made: dict[str, list[bytes]], kind: str, who: str) -> None:
        """Operational attributes of a new entry, where it has none."""
        moment, number = self.stamp()
        own = {
            "structuralObjectClass": kind.encode(),
            "entryUUID": str(uuid.uuid4()).encode(),
            "creatorsName": who.encode(),
            "createTimestamp": moment,
            "entryCSN": number,
            "modifiersName": who.encode(),
            "modifyTimestamp": moment,
        }
        for name, value in own.items():
            made.setdefault(name, [value])

    def reconfigure(self, change: Callable[[Tree], None]) -> None:
        """Change a copy of cn=config, and use it if it holds together.

        Raises:
            Refused: it does not; nothing was changed.
        """
        new = self.configuration.copy()
        change(new)
        self.settings = config.load(new, self.exists)
        self.configuration = new
        self._adjust()
        self.saved()

    # -- passwords -------------------------------------------------------------------------------------------

    def check_password(self, dn: str, password: bytes, login: Login) -> bool:
        """Whether that is an entry's password, or that of a database's root.

        Args:
            login: who asks: nobody yet, from somewhere.
        """
        key = names.comparable(dn)
        for each in (*self.settings.databases, self.settings.config):
            if each.root_password and each.root_dn and names.comparable(each.root_dn) == key:
                return fits(each.root_password, password)
        try:
            tree, settings = self.place(dn)
            node = tree.get(dn)
        except Refused:
            return False
        if not self.access(tree, settings).may(login, node, "userPassword", "auth"):
            return False
        return any(fits(held, password) for held in node.attributes.get("userPassword", ()))


def fits(held: bytes, password: bytes) -> bool:
    """Whether a password is the one that is kept, in clear or as a hash."""
    found = re.match(rb"\{([A-Za-z0-9]+)\}(.*)\Z", held, re.DOTALL)
    if found is None:
        return hmac.compare_digest(held, password)
    scheme = found[1].upper().decode()
    if scheme == "CLEARTEXT":
        return hmac.compare_digest(found[2], password)
    kind = {"SHA": "sha1", "SSHA": "sha1", "MD5": "md5", "SMD5": "md5", "SHA256": "sha256", "SSHA256": "sha256",
            "SHA512": "sha512", "SSHA512": "sha512"}.get(scheme)  # fmt: skip
    if kind is None:
        return False
    try:
        raw = base64.b64decode(found[2])
    except ValueError:
        return False
    size = hashlib.new(kind, usedforsecurity=False).digest_size
    made = hashlib.new(kind, password + raw[size:], usedforsecurity=False).digest()
    return hmac.compare_digest(made, raw[:size])

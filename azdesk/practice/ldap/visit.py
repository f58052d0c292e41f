"""One connection: who is logged in, and what he may see of an entry."""

from __future__ import annotations

from dataclasses import dataclass, field

from azdesk.core.errors import DirectoryError
from azdesk.directory import names
from azdesk.practice.ldap import access
from azdesk.practice.ldap.access import Login
from azdesk.practice.ldap.config import DatabaseSettings
from azdesk.practice.ldap.dit import Node, Refused, Tree
from azdesk.practice.ldap.server import Server


@dataclass(eq=False)
class Visit:
    """One connection.

    Args:
        peer: name that SASL EXTERNAL gives, empty where there is none.
        ssf: strength of what protects the connection.
    """

    server: Server
    peer: str = ""
    ssf: int = 0
    address: str = ""
    """Where the client is; empty for the Unix socket."""
    login: Login = field(default_factory=Login)
    forced: bool = False
    """Whether rights do not count, as for the tools that work on the disk."""

    def __post_init__(self) -> None:
        self.login = Login.of("", self.ssf, self.address)

    def external(self) -> None:
        """SASL EXTERNAL.

        Raises:
            Refused: the connection shows nobody (7).
        """
        if not self.peer:
            raise Refused(7, "SASL(-4): no mechanism available: ")
        dn = self.peer
        for pattern, replacement in self.server.settings.authz:
            found = pattern.search(dn)
            if found is not None:
                dn = found.expand(replacement)
                break
        self.login = Login.of(dn, self.ssf, self.address)

    def simple(self, dn: str, password: bytes) -> None:
        """A name and a password.

        Raises:
            Refused: not accepted (49), not without TLS (13), no name (34), or a name without a password (53).
        """
        self.login = Login.of("", self.ssf, self.address)
        if not dn:
            return
        try:
            names.comparable(dn)
        except DirectoryError:
            raise Refused(34, "invalid DN") from None
        if not password:
            raise Refused(53, "unauthenticated bind (DN with no password) disallowed")
        self._secure_enough("simple_bind")
        if not self.server.check_password(dn, password, self.login):
            raise Refused(49)
        self.login = Login.of(dn, self.ssf, self.address)

    def _secure_enough(self, *kinds: str) -> None:
        for name, wanted in self.server.settings.security:
            if name in ("ssf", "tls", *kinds) and self.ssf < wanted:
                raise Refused(13, "confidentiality required")

    def _is_root(self, settings: DatabaseSettings) -> bool:
        if self.forced:
            return True
        return bool(settings.root_dn) and bool(self.login.dn) and names.same(settings.root_dn, self.login.dn)

    def _visible_base(self, tree: Tree, settings: DatabaseSettings, rights: access.Access, dn: str) -> Node:
        try:
            node = tree.get(dn)
        except Refused as refused:
            nearest = tree.nodes.get(names.comparable(refused.matched)) if refused.matched else None
            if nearest is None or not self._may(settings, rights, nearest, "entry", "disclose"):
                raise Refused(32) from None
            raise
        if not self._may(settings, rights, node, "entry", "disclose"):
            raise Refused(32)
        if not self._may(settings, rights, node, "entry", "search"):
            raise Refused(50)
        return node

    def _may(
        self, settings: DatabaseSettings, rights: access.Access, node: Node, name: str, level: str
    ) -> bool:
        return self._is_root(settings) or rights.may(self.login, node, name, level)

"""One hop: from its name to a login, stage by stage."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from azdesk.core.errors import Cancelled
from azdesk.fleet.credentials import SecretSource
from azdesk.hosts.dial import Addresses, close_quietly, dialled, resolved
from azdesk.hosts.known import HostKeys, fingerprint
from azdesk.hosts.route import Hop
from azdesk.hosts.unlocked import UnlockedKeys

if TYPE_CHECKING:
    from azdesk.hosts.lean import Connection

KEEPALIVE = 15
"""Seconds of silence after which a sign of life is sent."""


class Attempt:
    """One connection, opened stage by stage.

    Each stage is a method, so that the add-host dialog can show them one by one. It returns a few words on what it
    found, and raises a `LinkError`. Paramiko is imported after `dial`, see `azdesk.hosts.dial`.

    Args:
        where: the host for error texts; for a jump host together with the one it leads to.
        through: a connection to the jump host before this hop, if there is one.
        unlocked: keys whose passphrases are known already.
    """

    def __init__(
        self,
        hop: Hop,
        where: str,
        through: Connection | None,
        *,
        trust: HostKeys,
        secrets: SecretSource,
        unlocked: UnlockedKeys,
    ) -> None:
        self.hop = hop
        self.where = where
        self.connection: Connection | None = None
        self._through = through
        self._trust = trust
        self._secrets = secrets
        self._unlocked = unlocked
        self._addresses: Addresses = []
        self._socket: Any = None
        self._aborted = False
        self._lock = threading.Lock()

    def abort(self) -> None:
        """Wake and fail whatever is running, from any thread."""
        with self._lock:
            self._aborted = True
            opened = (self.connection, self._socket)
        for one in opened:
            if one is not None:
                close_quietly(one)

    def run(self) -> Connection:
        """All stages."""
        self.resolve()
        self.dial()
        self.handshake()
        self.verify()
        self.login()
        assert self.connection is not None
        return self.connection

    def resolve(self) -> str:
        """Name to addresses; behind a jump host that is the jump host's work."""
        if self._through is not None or self.hop.proxy_command:
            return self.hop.address
        self._addresses = resolved(self.hop, self.where)
        return ", ".join(dict.fromkeys(str(address[0]) for _, address in self._addresses))

    def dial(self) -> str:
        """A connection to its port."""
        if self._through is not None:
            from azdesk.hosts.handshake import tunnel

            self._keep(tunnel(self._through, self.hop, self.where))
        elif self.hop.proxy_command:
            from azdesk.hosts.handshake import proxy

            self._keep(proxy(self.hop, self.where))
        else:
            dialled(self.hop, self._addresses, self.where, self._keep)
        return self.hop.place

    def handshake(self) -> str:
        """SSH version and key exchange; returns the version the host tells."""
        from azdesk.hosts.handshake import shake
        from azdesk.hosts.lean import Connection

        connection = Connection(self._socket)
        with self._lock:
            self.connection = connection
        self._check()
        types = self._trust.known_types(self.hop.known_name, self.hop.known_files)
        shake(connection, types, self.hop, self.where)
        return str(connection.remote_version)

    def verify(self) -> str:
        """The host's key against those known; nothing about the admin has been sent before this."""
        assert self.connection is not None
        key = self.connection.get_remote_server_key()
        name, text = key.get_name(), key.get_base64()
        self._trust.check(self.where, self.hop.known_name, name, text, self.hop.known_files)
        return f"{name} {fingerprint(text)}"

    def login(self) -> str:
        """The user's login."""
        from azdesk.hosts.login import Login

        assert self.connection is not None
        Login(self.connection, self.hop, self._secrets, self._unlocked, self.where).run()
        self.connection.set_keepalive(KEEPALIVE)
        return self.hop.user

    def _check(self) -> None:
        if self._aborted:
            self.abort()
            raise Cancelled(where=self.where)

    def _keep(self, opened: Any) -> None:
        with self._lock:
            self._socket = opened
        self._check()

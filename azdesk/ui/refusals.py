"""Hosts that refused a login: tried again from time to time, they would ban the admin's address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from azdesk.core.errors import CredentialError, HostKeyChanged, HostKeyUnknown, LoginRefused, SudoRefused

if TYPE_CHECKING:
    from azdesk.app.session import Observation
    from azdesk.fleet.model import Fleet

REFUSED: Final = (LoginRefused, SudoRefused, CredentialError, HostKeyChanged, HostKeyUnknown)


class Refusals:
    """Remembers with what each host was refused, so that it is left alone until that is something else.

    `renewed` may be called from any thread.
    """

    def __init__(self) -> None:
        self._with: dict[str, object] = {}
        self._kept: dict[str, object] = {}

    def take(self, fleet: Fleet, seen: Observation) -> None:
        """Take over a look that was taken with this document."""
        if isinstance(seen.error, REFUSED):
            self._with[seen.host] = self._login(fleet, seen.host)
        else:
            self._with.pop(seen.host, None)

    def renewed(self, credential: str) -> None:
        """A secret of a credential was kept anew: what was refused with the old one may be tried again."""
        self._kept[credential] = object()

    def holds(self, fleet: Fleet, host: str) -> bool:
        """Whether a host was refused, and would be asked with the very same login again."""
        return host in self._with and self._with[host] == self._login(fleet, host)

    def _login(self, fleet: Fleet, host: str) -> object:
        """All that a login depends on: the host's entry, those of its jump hosts, their credentials and secrets."""
        entry = fleet.hosts.get(host)
        if entry is None:
            return None
        hops = [entry, *(fleet.hosts[name] for name in entry.jump if name in fleet.hosts)]
        return tuple(
            (hop.address, hop.port, hop.jump, name, fleet.credentials.get(name), self._kept.get(name))
            for hop in hops
            for name in (hop.credential,)
        )

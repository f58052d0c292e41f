"""A host's firewall, as the document has it."""

from __future__ import annotations

from dataclasses import dataclass

from azdesk.fleet.form import Value
from azdesk.fleet.rules import Opened, Source

FLEET = "fleet"
"""As a source: the other hosts of the document."""


@dataclass(frozen=True, kw_only=True)
class Firewall(Value):
    """Packet filter of a host (nftables). Sources are addresses, networks, or ``fleet`` for the other hosts of this document."""

    enabled: bool = False
    """Whether AZDesk writes one: what the host's services need is open, all else is closed."""
    ssh: tuple[Source, ...] = ()
    """Who may reach SSH; empty: everybody. Whoever applies it is let in, too."""
    phones: tuple[Source, ...] = ()
    """Who may reach SIP and voice streams, beside other hosts and trunks; empty: everybody."""
    chat: tuple[Source, ...] = ()
    """Who may reach chat (XMPP); empty: everybody."""
    federation: tuple[Source, ...] = ()
    """Which servers of other XMPP domains may connect; empty: all."""
    uploads: tuple[Source, ...] = ()
    """Who may reach the File Upload URL; empty: everybody."""
    directory: tuple[Source, ...] = (FLEET,)
    """Who may reach the directory (LDAPS), beside the other hosts; empty: everybody."""
    vpn: tuple[Opened, ...] = ("1194/udp",)
    """Ports of the VPN's server on an application host, open to everybody."""
    ports: tuple[Opened, ...] = ()
    """Further ports that are open to everybody, such as 8080/tcp."""

"""What of a person and of the hosts goes into codes and onto sheets."""

from __future__ import annotations

from dataclasses import dataclass, field

from azdesk.core.secret import Secret


@dataclass(frozen=True, kw_only=True)
class Access:
    """Addresses and switches that all people of one home host share."""

    domain: str
    """XMPP domain."""
    wan_address: str = ""
    """Where the host is reached from the internet: an address or a name."""
    vpn_address: str = ""
    """Where it is reached through the VPN; SIP goes there."""
    xmpp_over_vpn: bool = False
    """Whether chat uses the VPN too, rather than the WAN address."""
    h264: bool = True
    """Whether the client offers video with H.264."""
    g729: bool = False
    """Whether the client offers G.729."""
    sip_domain: str = ""
    """What SIP addresses end in; empty: the VPN address."""
    sip_transport: str = "udp"
    """``udp``, ``tcp`` or ``tls``."""
    provisioning_url: str = ""
    """Where each person's Linphone file is fetched, https; ``{account}`` and ``{number}`` stand for the person's."""

    @property
    def sip_server(self) -> str:
        """What a phone registers with."""
        return self.sip_domain or self.vpn_address


@dataclass(frozen=True, kw_only=True)
class Account:
    """One person, as far as a code or a sheet needs to know them."""

    uid: str
    """Name in the directory; errors and the journal name the person by it."""
    name: str
    """As people call them, in any script."""
    user: str
    """XMPP account, the part before the @."""
    access: Access
    number: str = ""
    """SIP account and extension; empty: no phone."""
    password: Secret | None = field(default=None)
    """Of XMPP and SIP alike; None: not known, since the directory keeps a hash alone."""
    email: str = ""
    organisation: str = ""
    host: str = ""
    """Home host, for people to read; empty: not known."""

    @property
    def jid(self) -> str:
        """XMPP address, as people write it."""
        return f"{self.user}@{self.access.domain}"

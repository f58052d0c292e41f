"""What of a host has to be open to whom, derived from the document."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from azdesk.features import _sip
from azdesk.fleet.firewall import FLEET
from azdesk.fleet.model import Fleet
from azdesk.fleet.voice import Trunk
from azdesk.voice import deriving as calls

Protocol = Literal["tcp", "udp"]

EVERYBODY = ("0.0.0.0/0", "::/0")
SSH = 22
EPMD = 4369
"""Erlang's port mapper: nodes ask it for each other's port where there is no fixed one."""
CHAT = (5222, 5223)
FEDERATION = 5269
LDAP, LDAPS = 389, 636
STORAGE = ((445, 445), (2049, 2049), (24007, 24008), (49152, 60999))
"""SMB, NFS 4, GlusterFS and its bricks."""

WORDS = {
    "ssh": "SSH",
    "here": "SSH for whoever applied this",
    "phones": "SIP for phones",
    "hosts": "SIP between the hosts",
    "trunks": "SIP for trunks",
    "voice": "Voice streams (RTP)",
    "chat": "Chat (XMPP)",
    "federation": "Servers of other XMPP domains",
    "uploads": "File uploads",
    "cluster": "The cluster (Erlang)",
    "directory": "The directory (LDAPS)",
    "storage": "Storage",
    "vpn": "VPN",
    "ports": "Further ports",
}
"""Names of openings, and what people call them."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Ports that are open to somebody."""

    name: str
    """A key of `WORDS`."""
    protocol: Protocol
    ports: tuple[tuple[int, int], ...]
    """First and last of each range, sorted, none next to another."""
    sources: tuple[str, ...] = ()
    """Networks, IPv4 before IPv6, none within another; empty: everybody."""

    @property
    def where(self) -> str:
        """The ports in short, as in ``5060/udp``."""
        return ", ".join(f"{spelled(*one)}/{self.protocol}" for one in self.ports)


def spelled(first: int, last: int) -> str:
    """A range of ports as nft and people write it."""
    return str(first) if first == last else f"{first}-{last}"


def merged(ports: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges of ports, sorted, with those put together that touch."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(ports):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)


def networks(sources: Iterable[str]) -> tuple[str, ...]:
    """Addresses and networks, sorted, without those that lie in others; a lone address has no mask.

    Neighbours stay apart, since people know hosts by their own addresses; only two halves of all there is are the whole.
    """
    found: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
    for one in sorted(
        map(ipaddress.ip_network, sources),
        key=lambda one: (one.version, int(one.network_address), one.prefixlen),
    ):
        last = found[-1] if found else None
        if last and last.version == one.version and int(last.broadcast_address) >= int(one.broadcast_address):
            continue
        if last and one.prefixlen == 1 and last == _other_half(one):
            found[-1] = one.supernet()
        else:
            found.append(one)
    return tuple(
        str(one.network_address) if one.prefixlen == one.max_prefixlen else str(one) for one in found
    )


def _other_half(
    one: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return next(half for half in one.supernet().subnets() if half != one)


def holds(sources: Iterable[str], address: str) -> bool:
    """Whether an address is among networks; one that is none never is."""
    try:
        value = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(value in ipaddress.ip_network(one) for one in sources)


def addresses(fleet: Fleet, host: str) -> tuple[str, ...]:
    """Addresses that a host's packets may come from."""
    value, found = fleet.hosts[host], []
    for text in (fleet.lan_address(host), value.address):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue  # a name
        # One that holds on one network interface only, or on this very machine, is no source of packets elsewhere.
        if not address.is_loopback and "%" not in text:
            found.append(str(address))
    return tuple(dict.fromkeys(found))


def others(fleet: Fleet, host: str) -> tuple[str, ...]:
    """Addresses of all other hosts of the document."""
    return tuple(one for name in fleet.hosts if name != host for one in addresses(fleet, name))


def openings(fleet: Fleet, host: str) -> tuple[Opening, ...]:
    """All that is open on a host, in the order of its rules; SSH on the port that the document has."""
    found: list[Opening] = []
    for one in _wanted(fleet, host):
        # What is open to everybody needs no further rule for somebody.
        if not any(_within(one, other) for other in found):
            found.append(one)
    return tuple(found)


def _within(one: Opening, other: Opening) -> bool:
    return (
        not other.sources
        and one.protocol == other.protocol
        and all(any(a <= first and last <= b for a, b in other.ports) for first, last in one.ports)
    )


def _wanted(fleet: Fleet, host: str) -> Iterator[Opening]:
    value, said = fleet.hosts[host], fleet.hosts[host].firewall
    jumps = [one for jump in value.jump if jump in fleet.hosts for one in addresses(fleet, jump)]
    yield from _open(fleet, host, "ssh", "tcp", {SSH, value.port}, said.ssh, jumps)
    yield from _opened(fleet, host, "ports", said.ports)
    if "application" in value.roles:
        yield from _phones(fleet, host)
        yield from _open(fleet, host, "chat", "tcp", CHAT, said.chat)
        yield from _open(fleet, host, "federation", "tcp", (FEDERATION,), said.federation)
        yield from _cluster(fleet, host)
        yield from _opened(fleet, host, "vpn", said.vpn)
    if "directory" in value.roles:
        managed = host in fleet.directory_hosts()
        ports = (LDAPS,) if managed else (LDAP, LDAPS)
        yield from _open(fleet, host, "directory", "tcp", ports, said.directory, others(fleet, host))
    if "storage" in value.roles:
        yield from _open(fleet, host, "storage", "tcp", STORAGE, (FLEET,))


def _open(
    fleet: Fleet,
    host: str,
    name: str,
    protocol: Protocol,
    ports: Iterable[int | tuple[int, int]],
    said: tuple[str, ...],
    beside: Iterable[str] = (),
) -> Iterator[Opening]:
    """Open ports to whom the document says, which is everybody where it says nothing, and to others beside.

    Nothing where that is nobody: a fleet of one host has no other hosts.
    """
    ranges = merged(one if isinstance(one, tuple) else (one, one) for one in ports)
    known = [one for source in said for one in (others(fleet, host) if source == FLEET else (source,))]
    found = networks((*known, *beside)) if said else EVERYBODY
    if found:
        sources = () if set(EVERYBODY) <= set(found) else found
        yield Opening(name=name, protocol=protocol, ports=ranges, sources=sources)


def _opened(fleet: Fleet, host: str, name: str, said: tuple[str, ...]) -> Iterator[Opening]:
    for protocol in ("tcp", "udp"):
        ranges = []
        for one in said:
            ports, _, kind = one.partition("/")
            first, _, last = ports.partition("-")
            if kind == protocol:
                ranges.append((int(first), int(last or first)))
        if ranges:
            yield from _open(fleet, host, name, "tcp" if protocol == "tcp" else "udp", ranges, ())


def _phones(fleet: Fleet, host: str) -> Iterator[Opening]:
    value, said = fleet.hosts[host], fleet.hosts[host].firewall.phones
    managed = _sip.has_phones(fleet, host) or _sip.has_numbers(fleet, host)
    # Where Asterisk's own files say how phones get in, nobody here knows.
    for_phones: set[str] = set(value.sip.transports) if managed else set(_sip.PORTS)
    yield from _sip_ports(fleet, host, "phones", for_phones, said)
    peers = [one for name in calls.peers_of(fleet, host) for one in addresses(fleet, name)]
    if peers:
        yield from _sip_ports(fleet, host, "hosts", {fleet.number_plan.between.transport}, tuple(peers))
    lines = [fleet.trunks[name] for name in calls.trunks_of(fleet, host)]
    for transport in dict.fromkeys(trunk.transport for trunk in lines):
        known = tuple(one for trunk in lines if trunk.transport == transport for one in trunk_sources(trunk))
        if known:
            yield from _sip_ports(fleet, host, "trunks", {transport}, known)
    # A provider's voice comes from other addresses than its calls, and nobody knows which.
    whom = said if not lines else ()
    ports = ((value.media.rtp_first, value.media.rtp_last),)
    yield from _open(fleet, host, "voice", "udp", ports, whom, peers)


def trunk_sources(trunk: Trunk) -> tuple[str, ...]:
    """Addresses and networks that a trunk's calls come from, as far as the document has them: names are no addresses."""
    found = list(trunk.sources)
    for text in (trunk.address, trunk.outbound_proxy):
        try:
            found.append(str(ipaddress.ip_address(text)))
        except ValueError:
            continue
    return tuple(found)


def _sip_ports(
    fleet: Fleet, host: str, name: str, transports: set[str], whom: tuple[str, ...]
) -> Iterator[Opening]:
    for protocol, kinds in (("udp", {"udp"}), ("tcp", {"tcp", "tls"})):
        ports = [_sip.PORTS[one] for one in transports & kinds]
        if ports:
            yield from _open(fleet, host, name, "udp" if protocol == "udp" else "tcp", ports, whom)


def _cluster(fleet: Fleet, host: str) -> Iterator[Opening]:
    domain = fleet.hosts[host].cluster
    if not domain:
        return
    cluster = fleet.clusters[domain]
    if cluster.upload.enabled:
        said = fleet.hosts[host].firewall.uploads
        yield from _open(fleet, host, "uploads", "tcp", (cluster.upload.port,), said)
    peers = tuple(
        one
        for name, other in fleet.hosts.items()
        if name != host and other.cluster == domain
        for one in addresses(fleet, name)
    )
    if peers:
        yield from _open(fleet, host, "cluster", "tcp", (EPMD, cluster.distribution_port), peers)


def with_ssh_port(found: tuple[Opening, ...], port: int) -> tuple[Opening, ...]:
    """The openings, with SSH on the port that it has on the host: there may be another one in the document, of a router between."""
    return tuple(
        replace(one, ports=merged({(SSH, SSH), (port, port)})) if one.name == "ssh" else one for one in found
    )

"""Addresses that callers are known by: those of a trunk must not be other hosts', other trunks' or the phones', too."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from azdesk.voice.checking.findings import Finding, named
from azdesk.voice.indexed import PlanIndex

_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class _Known(NamedTuple):
    """Where calls come from that come in by a trunk."""

    trunk: str
    path: tuple[str, ...]
    text: str
    network: _Network
    own: bool
    """Whether it is the trunk's own address, which the check for equal addresses looks at."""


def addresses(plan: PlanIndex) -> Iterator[Finding]:
    """Asterisk takes any of several trunks that an address belongs to, not the one that names it more narrowly."""
    known = list(_known(plan))
    yield from _hosts(plan, known)
    yield from _phones(plan, known)
    yield from _trunks(plan, known)


def _known(plan: PlanIndex) -> Iterator[_Known]:
    for name, trunk in plan.fleet.trunks.items():
        for at, text in enumerate((trunk.address, *trunk.sources)):
            try:
                network = ipaddress.ip_network(text, strict=False)
            except ValueError:
                continue  # a name: only Asterisk knows which address it has
            key = ("sources", str(at - 1)) if at else ("address",)
            yield _Known(name, ("trunks", name, *key), text, network, not at)


def _hosts(plan: PlanIndex, known: list[_Known]) -> Iterator[Finding]:
    fleet = plan.fleet
    lan = [
        (host, ipaddress.ip_address(address)) for host in plan.hosts if (address := fleet.lan_address(host))
    ]
    for one in known:
        there = plan.at(fleet.trunks[one.trunk].hosts)
        inside = [host for host, address in lan if address in one.network]
        mixed = [
            host
            for host in inside
            if any(other != host and plan.groups[other] == plan.groups[host] for other in there)
        ]
        if mixed:
            yield Finding(
                weight="error",
                path=one.path,
                text=f"{one.text} of the trunk {one.trunk} is also where calls of {named(mixed)} come from: other hosts cannot tell them apart.",
                mend="Name the addresses of the other side alone.",
            )


def _phones(plan: PlanIndex, known: list[_Known]) -> Iterator[Finding]:
    for one in known:
        there = plan.at(plan.fleet.trunks[one.trunk].hosts)
        networks = [
            (host, text)
            for host in plan.hosts
            if host in there
            for text in plan.fleet.hosts[host].media.local_networks
            if _holds(one.network, ipaddress.ip_network(text, strict=False))
        ]
        if networks:
            hosts = list(dict.fromkeys(host for host, _ in networks))
            yield Finding(
                weight="error",
                path=one.path,
                text=f"{one.text} of the trunk {one.trunk} has all of {networks[0][1]} in it, a local network of {named(hosts)}: phones there are taken for the trunk.",
                mend="Name the addresses of the other side alone.",
            )


def _holds(outer: _Network, inner: _Network) -> bool:
    return outer.version == inner.version and outer[0] <= inner[0] and inner[-1] <= outer[-1]  # type: ignore[operator]


def _trunks(plan: PlanIndex, known: list[_Known]) -> Iterator[Finding]:
    """Networks are inside each other or apart: in this order all that hold one are still open when it comes."""
    opened: list[_Known] = []
    told: set[frozenset[str]] = set()
    for one in sorted(known, key=lambda it: (it.network.version, int(it.network[0]), it.network.prefixlen)):
        while opened and not _holds(opened[-1].network, one.network):
            opened.pop()
        for other in opened:
            pair = frozenset((one.trunk, other.trunk))
            both = plan.at(plan.fleet.trunks[one.trunk].hosts) & plan.at(plan.fleet.trunks[other.trunk].hosts)
            if len(pair) == 1 or pair in told or not both or (one.own and other.own):
                continue
            told.add(pair)
            yield Finding(
                weight="warning",
                path=other.path,
                text=f"{other.text} of the trunk {other.trunk} has {one.text} of the trunk {one.trunk} in it: calls from there come in by any of the two.",
                mend="Name the addresses of each other side alone, or give the trunks to different hosts.",
            )
        opened.append(one)

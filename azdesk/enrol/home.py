"""From the document: what the people of a host share, and how its sheets look."""

from __future__ import annotations

import re

from azdesk.enrol.account import Access
from azdesk.enrol.sheets import Design
from azdesk.fleet.model import Fleet


def home_of(fleet: Fleet, number: str) -> str:
    """The host at which a number is at home, by the blocks of numbers in the document; empty: at none."""
    for name, host in fleet.hosts.items():
        if any(_matches(pattern, number) for pattern in host.numbers):
            return name
    return ""


def host_of(fleet: Fleet, number: str, address: str) -> str:
    """Home host of a person; empty: it cannot be told.

    Args:
        number: the person's; the blocks of numbers in the document are asked first, since phones go by them.
        address: address or name of a host in the person's entry; may be empty.
    """
    if number and (found := home_of(fleet, number)):
        return found
    for name, host in fleet.hosts.items():
        if address and address.lower() in (name, host.address, host.lan_address, host.public_address):
            return name
    serving = [name for name, host in fleet.hosts.items() if host.cluster and "application" in host.roles]
    # Where all hosts serve one domain and none claims the number, the first will do: people may log in on each of them.
    return serving[0] if len({fleet.hosts[name].cluster for name in serving}) == 1 else ""


def access(fleet: Fleet, host: str) -> Access:
    """Addresses and switches for the people at home on a host."""
    ours, enrolment = fleet.hosts[host], fleet.enrolment
    cluster = fleet.clusters.get(ours.cluster)
    return Access(
        domain=ours.cluster,
        wan_address=ours.public_address or enrolment.wan_address,
        vpn_address=enrolment.vpn_address
        or (cluster.upload.host if cluster and cluster.upload.enabled else ""),
        xmpp_over_vpn=enrolment.xmpp_over_vpn,
        h264=enrolment.h264,
        g729=enrolment.g729,
        sip_transport=ours.sip.transports[0] if ours.sip.transports else "udp",
        provisioning_url=enrolment.linphone_url,
    )


def organisation(fleet: Fleet) -> str:
    """Whose sheets these are."""
    return fleet.enrolment.organisation or fleet.name


def design(fleet: Fleet) -> Design:
    """What the document says about sheets; the rest is chosen when they are made."""
    enrolment = fleet.enrolment
    return Design(
        form=enrolment.code,
        language=enrolment.language,
        has_logo=bool(enrolment.logo),
        steps=tuple(line.strip() for line in enrolment.steps.splitlines() if line.strip()),
        notice=enrolment.notice.strip(),
    )


_SETS = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "!": ".*"}


def _matches(pattern: str, number: str) -> bool:
    """Whether a number is in a block, in Asterisk's pattern language."""
    parts = re.findall(r"\[[^\]]*\]|.", pattern.removeprefix("_"))
    text = "".join(part if part[0] == "[" else _SETS.get(part.upper(), re.escape(part)) for part in parts)
    try:
        return re.fullmatch(text, number) is not None
    except re.error:  # a range that ends before it begins matches nothing in Asterisk either
        return False

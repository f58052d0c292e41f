"""From the document: what the people of a host share, and how its sheets look."""

from __future__ import annotations

from azdesk.enrol.account import Access
from azdesk.enrol.design import Design
from azdesk.fleet.model import Fleet


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

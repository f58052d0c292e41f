"""What the features share that let phones and trunks into a host's Asterisk."""

from __future__ import annotations

from azdesk.core.platform import DEBIAN
from azdesk.features._certificates import users
from azdesk.fleet.model import Fleet
from azdesk.voice import deriving

PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}


def has_phones(fleet: Fleet, host: str) -> bool:
    """Whether phones' accounts come from the directory."""
    return fleet.hosts[host].sip.accounts == "directory" and bool(fleet.directory.base)


def has_numbers(fleet: Fleet, host: str) -> bool:
    """Whether the number plan is for the host."""
    return host in deriving.hosts_of(fleet)


def is_certified(fleet: Fleet, host: str) -> bool:
    """Whether Asterisk there has a certificate from AZDesk."""
    return DEBIAN.asterisk_user in users(fleet, host)


def asked_transports(fleet: Fleet, host: str) -> tuple[str, ...]:
    """How phones and trunks are to reach a host, sorted; nothing where AZDesk leaves that alone."""
    phones, numbers = has_phones(fleet, host), has_numbers(fleet, host)
    found: set[str] = set(fleet.hosts[host].sip.transports) if phones or numbers else set()
    if deriving.peers_of(fleet, host):
        found.add(fleet.number_plan.between.transport)
    found |= {fleet.trunks[name].transport for name in deriving.trunks_of(fleet, host)}
    return tuple(sorted(found))


def transports(fleet: Fleet, host: str) -> tuple[str, ...]:
    """Those of `asked_transports` that can be: TLS needs a certificate."""
    certified = is_certified(fleet, host)
    return tuple(one for one in asked_transports(fleet, host) if one != "tls" or certified)

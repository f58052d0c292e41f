"""Where the services of a host find its certificate. The feature `certificates` writes the files, others point to them.

Each service has a copy of its own that it alone can read: a key that several services share would be as safe as the weakest.
"""

from __future__ import annotations

from azdesk.core.platform import PLATFORMS, Platform
from azdesk.fleet.model import Fleet

FOLDER = "/etc/azdesk/tls"


def certificate_file(user: str) -> str:
    """Certificate and those above it, PEM, for the service that runs as this user."""
    return f"{FOLDER}/{user}.crt"


def key_file(user: str) -> str:
    """Its key, PEM (PKCS #8), 0400."""
    return f"{FOLDER}/{user}.key"


def users(fleet: Fleet, host: str) -> tuple[str, ...]:
    """The services' users that get a copy; none where the host has no certificate from AZDesk."""
    value = fleet.hosts[host]
    if not (fleet.authority.certificate or value.certificate):
        return ()
    on: Platform = PLATFORMS[value.platform]
    found: list[str] = []
    if "application" in value.roles:
        found += [on.ejabberd_user, on.asterisk_user]
    if "directory" in value.roles:
        found.append(on.slapd_user)
    return tuple(found)

"""Under which names secrets are kept that belong to no credential of the document.

Each is a pair (name, purpose) for `azdesk.fleet.credentials`. What the secret belongs to is part of the name, so that documents
which speak of the same directory share its password, and others do not.
"""

from __future__ import annotations

import hashlib
import re
from typing import TypeAlias

from azdesk.fleet.model import Fleet
from azdesk.fleet.voice import Trunk

Named: TypeAlias = tuple[str, str]
"""Name and purpose."""


_DIRECTORY = "directory "
_TRUNK = "trunk "


def reader(fleet: Fleet) -> Named:
    """The password with which hosts look accounts up in somebody else's directory."""
    return f"{_DIRECTORY}{fleet.directory.reader_dn}", "password"


def manager(fleet: Fleet) -> Named:
    """The password with which AZDesk changes somebody else's directory."""
    return f"{_DIRECTORY}{fleet.directory.manager}", "password"


def trunk(trunk: Trunk) -> Named:
    """The password with which hosts call by a trunk, or register at its other side."""
    return trunk_at(trunk.user, trunk.address)


def trunk_at(user: str, address: str) -> Named:
    """The same, of a trunk that is not in the document yet."""
    return f"{_TRUNK}{user}@{address}", "password"


def for_hosts(named: Named) -> bool:
    """Whether hosts may have to keep it in files of Asterisk's, as a reader's or a trunk's password."""
    name, purpose = named
    return purpose == "password" and name.startswith((_DIRECTORY, _TRUNK))


def authority_key(certificate: str) -> Named:
    """The key of the fleet's authority, by its certificate (PEM)."""
    return f"authority {_digest(certificate)}", "key"


def certificate_key(certificate: str) -> Named:
    """The key of a host's certificate that came from elsewhere, by that certificate (PEM, its own first)."""
    return f"certificate {_digest(certificate)}", "key"


def source(named: Named) -> str:
    """How a step's `azdesk.core.step.SecretUse` names it."""
    name, purpose = named
    return f"kept:{purpose}:{name}"


def _digest(certificate: str) -> str:
    """Of the first certificate in a text, however its lines end."""
    first = re.search(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", certificate, re.DOTALL)
    body = re.sub(r"\s", "", first[1] if first else certificate)
    return hashlib.sha256(body.encode()).hexdigest()[:16]

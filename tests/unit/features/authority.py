"""An authority for the documents of the tests, and what it issues for their hosts."""

from __future__ import annotations

import functools

from azdesk.fleet.model import Fleet
from azdesk.pki.authority import Issued, issue, new_authority
from azdesk.pki.reading import now


@functools.cache
def authority() -> Issued:
    return new_authority("Example company", now())


def issued_for(fleet: Fleet, host: str) -> Issued:
    """A certificate as the program has it issued for a host of this document."""
    names, addresses = fleet.certificate_names(host)
    own = authority()
    return issue(own.certificate, own.key, names=names, addresses=addresses, now=now())

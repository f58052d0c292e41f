"""“Domain users”: the accounts of its domain that a host's ejabberd sees, wherever they are kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from azdesk.core.errors import ObserveError
from azdesk.core.probe import Command, Fallback, Http, Readings
from azdesk.features.xmpp import API_PORT
from azdesk.fleet.accounts import CHECK_PREFIX

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.core.progress import Job

_PATIENCE = 30.0
_LIMITS = (500, 1000, 1500, 2000, 5000)
"""How many entries directory servers give in one answer where nobody set another number: slapd 500, Active Directory 1000."""


@dataclass(frozen=True, kw_only=True)
class DomainUsers:
    """Whom one host sees."""

    host: str
    domain: str
    accounts: tuple[str, ...]
    """Without the domain, sorted; the accounts that AZDesk tries logins with are left out."""
    partial: str = ""
    """Why there may be more, as a sentence; empty where this is all."""


def seen_by(session: Session, host: str, job: Job | None = None) -> DomainUsers:
    """Ask a host's ejabberd for all accounts of its cluster's domain, at once: it knows no pages.

    With a directory ejabberd searches there, and takes what the server's size limit leaves of the answer for all of it; a number of
    accounts that is such a limit is called partial here.

    Raises:
        LinkError: the host cannot be reached.
        ObserveError: ejabberd does not run, does not serve the domain, or cannot tell.
    """
    domain = session.fleet.hosts[host].cluster
    if not domain:
        raise ObserveError("It is in no cluster, so there is no domain to ask for.", where=host)
    probe = Fallback(
        first=Http(
            port=API_PORT, path="/api/registered_users", body=json.dumps({"host": domain}), timeout=_PATIENCE
        ),
        otherwise=Command(argv=("ejabberdctl", "registered_users", domain), timeout=_PATIENCE),
    )
    readings = session.pool.link(host, job).look({"users": probe}, timeout=2 * _PATIENCE + 30)
    names = _names(readings, host)
    shown = tuple(sorted(name for name in names if not name.startswith(CHECK_PREFIX)))
    return DomainUsers(
        host=host, domain=domain, accounts=shown, partial=_partial(session, domain, len(names))
    )


def _names(readings: Readings, host: str) -> list[str]:
    answer = readings.get("users")
    reading = answer.get("reading") or {}
    if answer.get("used") == "first":
        try:
            found = json.loads(str(reading.get("body")))
        except ValueError:
            found = None
        if isinstance(found, list) and all(isinstance(name, str) for name in found):
            return found
    elif reading.get("found") and reading.get("exit") == 0 and not reading.get("timed_out"):
        return str(reading.get("out") or "").split()
    said = str(reading.get("out") or reading.get("err") or "").strip().splitlines()
    raise ObserveError(
        f"ejabberd does not tell its accounts{f': {said[-1]}' if said else ''}.",
        where=host,
        next_step="See whether it runs and serves the domain.",
    )


def _partial(session: Session, domain: str, count: int) -> str:
    if session.fleet.clusters[domain].accounts != "directory" or count not in _LIMITS:
        return ""
    return f"The directory gave {count} accounts, which may be all that it gives in one answer: there may be more."

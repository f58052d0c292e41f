"""“Domain users”: the accounts of its domain that a host's ejabberd sees, wherever they are kept.

Where ejabberd is bound to a directory, the directory is asked the way that ejabberd would ask it: from that host, as its reader, with the
filter that is in use there. ejabberd itself reads all of it at once, which takes 5 s for 20,000 people and fails for 100,000 [lab].
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from azdesk.core.errors import DirectoryError, LimitReached, LinkError, ObserveError
from azdesk.core.probe import Command, Fallback, Http, Readings
from azdesk.features import accounts
from azdesk.features.accounts.state import CA_FILE
from azdesk.features.xmpp import API_PORT
from azdesk.fleet.accounts import CHECK_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azdesk.app.session import Session
    from azdesk.core.progress import Job
    from azdesk.core.secret import Secret
    from azdesk.features.accounts.state import AccountsState, Binding

_PATIENCE = 30.0
_LIMITS = (500, 1000, 1500, 2000, 5000)
"""How many entries directory servers give in one answer where nobody set another number: slapd 500, Active Directory 1000."""
_NO_ACCOUNT = re.compile(r"[\s\"&'/:<>@\x00-\x1f\x7f]")
"""What an account for chat cannot have in it (RFC 7622): ejabberd does not see such people."""


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
    """All accounts of its cluster's domain that a host sees just now.

    Raises:
        LinkError: the host cannot be reached.
        DirectoryError: none of the directory's servers answers from there; see its subclasses.
        CredentialError: the password of the host's reader is not known here.
        ObserveError: ejabberd does not run, does not serve the domain, or cannot tell.
    """
    domain = session.fleet.hosts[host].cluster
    if not domain:
        raise ObserveError("It is in no cluster, so there is no domain to ask for.", where=host)
    link = session.pool.link(host, job)
    feature = accounts.FEATURE
    state = feature.parse(link.look(dict(feature.probes(session.fleet, host))))
    if state.binding is not None and state.domain == domain:
        names, partial = _in_directory(session, host, state, state.binding, job)
    else:
        names = _told_by_ejabberd(link.look({"users": _question(domain)}, timeout=2 * _PATIENCE + 30), host)
        partial = _maybe_cut(len(names)) if state.foreign is not None else ""
    shown = sorted({name for name in names if not name.startswith(CHECK_PREFIX)})
    return DomainUsers(host=host, domain=domain, accounts=tuple(shown), partial=partial)


def _in_directory(
    session: Session, host: str, state: AccountsState, binding: Binding, job: Job | None
) -> tuple[list[str], str]:
    from azdesk.app.binding.testing import reader_password
    from azdesk.core.progress import Job as NewJob

    password = reader_password(session, job or NewJob())
    if isinstance(password, Exception):
        raise password
    found: list[str] = []
    try:
        found.extend(_each(session, host, state, binding, password, job))
    except LimitReached as reached:
        return found, reached.what
    return found, ""


def _each(
    session: Session, host: str, state: AccountsState, binding: Binding, password: Secret, job: Job | None
) -> Iterator[str]:
    """Accounts from the first of the servers that answers, in the order in which ejabberd tries them."""
    from azdesk.directory.connection import Directory
    from azdesk.directory.endpoint import Simple
    from azdesk.hosts.relay import directory_through

    fleet = session.fleet
    own = fleet.authority.certificate if fleet.directory.managed else ""
    authority = state.authorities if binding.ca == CA_FILE else own
    problem: DirectoryError | LinkError | None = None
    for url in binding.urls:
        endpoint = directory_through(session.pool, host, url, authority)
        try:
            directory = Directory.open(endpoint, Simple(binding.reader, password), job)
        except (DirectoryError, LinkError) as error:
            problem = problem or error
            continue
        with directory:
            wanted = f"(&({binding.account}=*){binding.filter})"
            for entry in directory.each(binding.base, wanted, (binding.account,), job=job):
                values = [value for held in entry.attributes.values() for value in held]
                name = values[0].decode("utf-8", "replace").lower() if values else ""
                if name and not _NO_ACCOUNT.search(name):
                    yield name
        return
    raise problem or ObserveError("It is bound to a directory without a server.", where=host)


def _question(domain: str) -> Fallback:
    body = json.dumps({"host": domain})
    return Fallback(
        first=Http(port=API_PORT, path="/api/registered_users", body=body, timeout=_PATIENCE),
        otherwise=Command(argv=("ejabberdctl", "registered_users", domain), timeout=_PATIENCE),
    )


def _told_by_ejabberd(readings: Readings, host: str) -> list[str]:
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


def _maybe_cut(count: int) -> str:
    """Ejabberd takes what a server's size limit leaves of an answer for all of it."""
    if count not in _LIMITS:
        return ""
    return f"The directory gave {count} accounts, which may be all that it gives in one answer: there may be more."

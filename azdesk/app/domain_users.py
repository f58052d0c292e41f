"""“Domain users”: the accounts of its domain that a host's ejabberd sees, wherever they are kept.

Where ejabberd is bound to a directory, the directory is asked the way that ejabberd would ask it: from that host, as its reader, with the
filter that is in use there, but only where the document says: servers that a host's file alone names get no password. ejabberd itself
reads all of it at once, which takes 5 s for 20,000 people and fails for 100,000 [lab].
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from azdesk.core.errors import DirectoryError, LimitReached, LinkError, ObserveError
from azdesk.core.probe import Command, Fallback, Http, Readings
from azdesk.directory import names
from azdesk.features import accounts
from azdesk.features.accounts.state import Binding, servers
from azdesk.features.xmpp import API_PORT
from azdesk.fleet.accounts import CHECK_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azdesk.app.session import Session
    from azdesk.core.progress import Job
    from azdesk.core.secret import Secret

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
        ObserveError: ejabberd does not run, does not serve the domain, or cannot tell; or it looks accounts up where the document
            does not.
    """
    domain = session.fleet.hosts[host].cluster
    if not domain:
        raise ObserveError(
            "It is in no cluster, so there is no domain to ask for.",
            where=host,
            next_step="Ask a host that is a node of one.",
        )
    link = session.pool.link(host, job)
    feature = accounts.FEATURE
    state = feature.parse(link.look(dict(feature.probes(session.fleet, host))))
    if state.binding is not None and state.domain == domain:
        names, partial = _in_directory(session, host, state.binding, job)
    else:
        names = _told_by_ejabberd(link.look({"users": _question(domain)}, timeout=2 * _PATIENCE + 30), host)
        partial = _maybe_cut(len(names)) if state.foreign is not None else ""
    shown = sorted({name for name in names if not name.startswith(CHECK_PREFIX)})
    return DomainUsers(host=host, domain=domain, accounts=tuple(shown), partial=partial)


def _in_directory(session: Session, host: str, binding: Binding, job: Job | None) -> tuple[list[str], str]:
    from azdesk.app.binding.testing import reader_password
    from azdesk.core.progress import Job as NewJob

    urls, strange = _servers(session, host, binding)
    password = reader_password(session, job or NewJob())
    if isinstance(password, Exception):
        raise password
    found: list[str] = []
    try:
        found.extend(_each(session, host, urls, binding, password, job))
    except LimitReached as reached:
        return found, " ".join(filter(None, (reached.what, strange)))
    return found, strange


def _servers(session: Session, host: str, binding: Binding) -> tuple[list[str], str]:
    """The servers that may be asked, and a sentence about others in the host's file.

    The reader's password goes only where the document says: what a host's file says may be somebody else's doing.

    Raises:
        ObserveError: the host looks accounts up elsewhere or otherwise than the document says.
    """
    directory = session.fleet.directory
    told = {
        "servers": ", ".join(binding.urls),
        "base": binding.base,
        "reader": binding.reader,
        "attribute": binding.account,
    }
    named = {
        Binding(servers=(address,), tls=scheme == "ldaps", port=port).urls[0]
        for scheme, address, port in servers(session.fleet)
    }
    differing = [
        key
        for key, same in (
            ("servers", not named.isdisjoint(binding.urls)),
            ("base", _same(binding.base, directory.people_dn)),
            ("reader", _same(binding.reader, directory.reader_dn)),
            ("attribute", binding.account.lower() == directory.account_attribute.lower()),
        )
        if not same
    ]
    if differing:
        said = "; ".join(f"{key} {told[key] or 'none'}" for key in differing)
        raise ObserveError(
            f"Its ejabberd looks accounts up otherwise than the document says ({said}): that was not asked.",
            where=host,
            next_step="Review and apply the plan, or correct the document.",
        )
    others = [url for url in binding.urls if url not in named]
    strange = f"Not asked, since the document does not name it: {', '.join(others)}." if others else ""
    return [url for url in binding.urls if url in named], strange


def _same(one: str, other: str) -> bool:
    try:
        return names.same(one, other)
    except DirectoryError:
        return False


def _each(
    session: Session, host: str, urls: list[str], binding: Binding, password: Secret, job: Job | None
) -> Iterator[str]:
    """Accounts from the first of the servers that answers, in the order in which ejabberd tries them."""
    from azdesk.directory.connection import Directory
    from azdesk.directory.endpoint import Simple
    from azdesk.hosts.relay import directory_through

    described = session.fleet.directory
    authority = session.fleet.authority.trusted if described.managed else described.ca
    problem: DirectoryError | LinkError | None = None
    for url in urls:
        endpoint = directory_through(session.pool, host, url, authority)
        try:
            directory = Directory.open(endpoint, Simple(described.reader_dn, password), job)
        except (DirectoryError, LinkError) as error:
            problem = problem or error
            continue
        with directory:
            wanted = f"(&({binding.account}=*){binding.filter})"
            for entry in directory.each(described.people_dn, wanted, (binding.account,), job=job):
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

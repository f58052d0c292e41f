"""Where a person is connected just now: asked of the hosts themselves, never kept."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from azdesk.core.errors import AzdeskError, ObserveError
from azdesk.core.probe import Http
from azdesk.features.xmpp import API_PORT

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.core.progress import Job


@dataclass(frozen=True, kw_only=True)
class ChatSession:
    """One client that is logged in to chat."""

    node: str
    """Cluster node that it is connected to: ``ejabberd@a251``."""
    host: str
    """That node's host in the document; empty if it is none of it."""
    resource: str
    """What the client calls itself; most put their name into it."""
    address: str
    """Where it connects from."""
    since: float
    """Seconds since the epoch, by the host's clock."""
    encrypted: bool
    status: str
    """available, chat, away, dnd, xa, or unavailable while it has said nothing yet."""


def chat_sessions(session: Session, jid: str, job: Job | None = None) -> tuple[ChatSession, ...]:
    """The clients of an account (``anna@test.local``), the newest first; none where nobody is logged in.

    All nodes of a cluster know of all sessions: the first that answers is asked.

    Raises:
        ObserveError: the domain is none of the document's, or no node tells.
        LinkError: no node can be reached.
    """
    user, _, domain = jid.partition("@")
    nodes = session.fleet.nodes(domain)
    if not nodes:
        raise ObserveError(
            f"No host of the document serves {domain or 'an account without a domain'}.", where=jid
        )
    body = json.dumps({"user": user, "host": domain})
    problem: AzdeskError | None = None
    for host in nodes:
        probe = Http(port=API_PORT, path="/api/user_sessions_info", body=body)
        try:
            readings = session.pool.link(host, job).look({"sessions": probe}, timeout=15)
            return _read(session, domain, host, readings.http("sessions"), readings.taken_at)
        except AzdeskError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _read(session: Session, domain: str, host: str, answer: Any, now: float) -> tuple[ChatSession, ...]:
    try:
        rows = json.loads(answer.body) if answer.answered and answer.status == 200 else None
        found = [_session(session, domain, row, now) for row in rows] if isinstance(rows, list) else None
    except (ValueError, KeyError, TypeError):
        found = None
    if found is None:
        raise ObserveError(
            "ejabberd does not tell who is logged in.",
            where=host,
            next_step="See whether it runs, and apply what AZDesk shows for XMPP.",
        )
    return tuple(sorted(found, key=lambda one: -one.since))


def _session(session: Session, domain: str, row: dict[str, Any], now: float) -> ChatSession:
    fleet, node = session.fleet, str(row["node"])
    name = node.partition("@")[2]
    return ChatSession(
        node=node,
        host=next((host for host in fleet.nodes(domain) if fleet.node(host) == name), ""),
        resource=str(row["resource"]),
        address=str(row["ip"]).removeprefix("::ffff:"),
        since=now - int(row["uptime"]),
        encrypted="tls" in str(row["connection"]),
        status=str(row["status"]),
    )

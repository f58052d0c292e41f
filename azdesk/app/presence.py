"""Who is connected just now: phones that are registered, sessions in chat. Asked of all hosts at once, never kept."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.probe import Command, Http, Readings
from azdesk.core.progress import Job
from azdesk.features.xmpp import API_PORT

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.fleet.model import Fleet

_PATIENCE = 15.0
CONTACTS = Command(argv=("asterisk", "-rx", "database show registrar/contact"), timeout=_PATIENCE)
"""Where PJSIP keeps what phones registered, a JSON object for each contact."""
_OLD_CONTACTS = Command(argv=("asterisk", "-rx", "database show SIP/Registry"), timeout=_PATIENCE)
"""The same of chan_sip, up to Asterisk 20."""
_USERS = Http(port=API_PORT, path="/api/connected_users_info", timeout=_PATIENCE)
_CONTACT = re.compile(r"^/registrar/contact/(.+?);@\S*\s*: (\{.*\})\s*$", re.MULTILINE)
_OLD_CONTACT = re.compile(r"^/SIP/Registry/(\S+)\s*: (\S+?):(\d+):(\d+):(\S*?):", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A phone that is registered."""

    number: str
    host: str
    """At which host of the document."""
    client: str = ""
    """What the phone calls itself."""
    address: str = ""
    """Where it is."""
    expires: float = 0.0
    """When the registration ends unless the phone renews it, in seconds since the epoch; 0: not known."""


@dataclass(frozen=True, kw_only=True)
class Connected:
    """Who is connected, as far as hosts answered."""

    phones: Mapping[str, tuple[Registration, ...]] = field(default_factory=dict)
    """By number."""
    chats: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Bare address in lower case → hosts with a session, in order."""
    silent: tuple[str, ...] = ()
    """Hosts that did not answer."""


def connected(session: Session, job: Job | None = None) -> Connected:
    """Ask all hosts with applications.

    Raises:
        Cancelled: by the job.
    """
    job = job or Job()
    fleet = session.fleet
    hosts = [name for name, host in fleet.hosts.items() if "application" in host.roles]
    phones: dict[str, list[Registration]] = {}
    chats: dict[str, dict[str, None]] = {}
    silent: list[str] = []

    def ask(host: str) -> Readings | None:
        try:
            link = session.pool.link(host, job)
            probes = {"contacts": CONTACTS, "old": _OLD_CONTACTS, "users": _USERS}
            return link.look(probes, timeout=2 * _PATIENCE)
        except Cancelled:
            raise
        except AzdeskError:
            return None

    for host, readings in side_by_side(hosts, ask, job, name="presence"):
        if readings is None:
            silent.append(host)
            continue
        for one in registrations(host, readings):
            phones.setdefault(one.number, []).append(one)
        for address, node in _sessions(fleet, host, readings):
            chats.setdefault(address, {})[node] = None
    return Connected(
        phones={number: tuple(found) for number, found in phones.items()},
        chats={address: tuple(sorted(nodes)) for address, nodes in chats.items()},
        silent=tuple(silent),
    )


def registrations(host: str, readings: Readings) -> list[Registration]:
    """Phones that are registered at one host; a registration that ran out does not count."""
    now = readings.taken_at or time.time()
    found: list[Registration] = []
    for number, text in _CONTACT.findall(_out(readings, "contacts")):
        try:
            said: dict[str, Any] = json.loads(text)
            expires = float(said.get("expiration_time") or 0)
        except (ValueError, AttributeError):
            continue
        if not expires or expires > now:
            address = str(said.get("via_addr") or "")
            found.append(
                Registration(
                    number=number,
                    host=host,
                    client=str(said.get("user_agent") or ""),
                    address=address,
                    expires=expires,
                )
            )
    for number, address, _port, _seconds, _user in _OLD_CONTACT.findall(_out(readings, "old")):
        found.append(Registration(number=number, host=host, address=address))
    return found


def _out(readings: Readings, key: str) -> str:
    reading = readings.raw.get(key) or {}
    return str(reading.get("out") or "") if not reading.get("timed_out") else ""


def _sessions(fleet: Fleet, host: str, readings: Readings) -> list[tuple[str, str]]:
    """Bare address and host of each session that a node knows of: all nodes of a cluster know of all."""
    domain = fleet.hosts[host].cluster
    nodes = {fleet.node(name): name for name in fleet.nodes(domain)} if domain else {}
    reading = readings.raw.get("users") or {}
    try:
        rows = json.loads(str(reading.get("body") or "[]"))
        found = []
        for row in rows if isinstance(rows, list) else ():
            address = str(row["jid"]).partition("/")[0].lower()
            node = str(row.get("node") or "").partition("@")[2]
            found.append((address, nodes.get(node, node or host)))
    except (ValueError, KeyError, TypeError, AttributeError):
        return []
    return found

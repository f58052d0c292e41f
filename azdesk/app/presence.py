"""Who is connected just now, all at once: for a list of people. More of one of them: `azdesk.app.whereabouts`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.probe import Ami, Command, Http, Readings
from azdesk.core.progress import Job
from azdesk.features.manager import ACCOUNT, OWN, PORT
from azdesk.features.xmpp import API_PORT

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.fleet.model import Fleet

_PATIENCE = 15.0
_MOST = 100_000
"""Phones of one host that are asked for."""
_TREE = "/registrar/contact/"
"""Where PJSIP keeps what phones registered: ``<number>;@<hash>`` → a JSON object."""
_OLD_TREE = "/SIP/Registry/"
"""The same of chan_sip, up to Asterisk 20: number → ``address:port:seconds:user:contact``."""
_MANAGER = Ami(
    actions=(
        (("Action", "DBGetTree"), ("Family", _TREE.strip("/"))),
        (("Action", "DBGetTree"), ("Family", _OLD_TREE.strip("/"))),
    ),
    account=OWN,
    user=ACCOUNT,
    port=PORT,
    keep=_MOST,
    timeout=_PATIENCE,
)
_COMMANDS = {
    "new": Command(argv=("asterisk", "-rx", f"database show {_TREE.strip('/')}"), timeout=_PATIENCE),
    "old": Command(argv=("asterisk", "-rx", f"database show {_OLD_TREE.strip('/')}"), timeout=_PATIENCE),
}
"""For hosts whose manager interface has no account of ours yet."""
_USERS = Http(port=API_PORT, path="/api/connected_users_info", timeout=_PATIENCE)
_PRINTED = re.compile(r"^(/\S+)\s*: (.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Connected:
    """Who is connected, as far as hosts answered."""

    phones: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Number → the host with which it is registered, once for each phone."""
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
    phones: dict[str, list[str]] = {}
    chats: dict[str, dict[str, None]] = {}
    silent: list[str] = []

    def ask(host: str) -> tuple[Readings, dict[str, str]] | None:
        try:
            link = session.pool.link(host, job)
            readings = link.look({"manager": _MANAGER, "users": _USERS}, timeout=2 * _PATIENCE)
            database = _told(readings)
            if database is None:
                database = _printed(link.look(_COMMANDS, timeout=2 * _PATIENCE))
        except Cancelled:
            raise
        except AzdeskError:
            return None
        return readings, database

    for host, answer in side_by_side(hosts, ask, job, name="presence"):
        if answer is None:
            silent.append(host)
            continue
        readings, database = answer
        for number in registered(database, readings.taken_at or time.time()):
            phones.setdefault(number, []).append(host)
        for address, node in _sessions(fleet, host, readings):
            chats.setdefault(address, {})[node] = None
    return Connected(
        phones={number: tuple(found) for number, found in phones.items()},
        chats={address: tuple(sorted(nodes)) for address, nodes in chats.items()},
        silent=tuple(silent),
    )


def registered(database: Mapping[str, str], now: float) -> Iterator[str]:
    """Numbers of the phones that are registered, by Asterisk's own database; a registration that ran out does not count."""
    for key, value in database.items():
        if key.startswith(_TREE):
            try:
                expires = float(json.loads(value).get("expiration_time") or 0)
            except (ValueError, TypeError, AttributeError):
                continue
            if not expires or expires > now:
                yield key.removeprefix(_TREE).partition(";")[0]
        elif key.startswith(_OLD_TREE):
            yield key.removeprefix(_OLD_TREE)


def _told(readings: Readings) -> dict[str, str] | None:
    """Asterisk's database as its manager interface tells it; None: it does not."""
    reading = readings.raw.get("manager") or {}
    if not reading.get("answered"):
        return None
    events = [event for reply in reading.get("replies") or () for event in reply]
    return {str(event["Key"]): str(event.get("Val", "")) for event in events if "Key" in event}


def _printed(readings: Readings) -> dict[str, str]:
    """The same as its command line prints it; empty where Asterisk does not run."""
    outs = (readings.raw.get(key) or {} for key in _COMMANDS)
    return dict(pair for out in outs for pair in _PRINTED.findall(str(out.get("out") or "")))


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

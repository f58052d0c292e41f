"""Where a person is connected just now: asked of the hosts themselves, never kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, ObserveError
from azdesk.core.probe import Ami, AmiAction, Http
from azdesk.core.progress import Job
from azdesk.features import manager
from azdesk.features.xmpp import API_PORT

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from azdesk.app.session import Session


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


@dataclass(frozen=True, kw_only=True)
class Phone:
    """One phone that is registered for an account."""

    host: str
    """Whose Asterisk it is registered with."""
    account: str
    client: str
    """What it calls itself (User-Agent); empty where it does not say."""
    address: str
    """Where it registered from: ``10.1.2.3:5060``."""
    contact: str
    """Where calls are sent to: a SIP URI."""
    until: float
    """When the registration ends unless it is renewed, in seconds since the epoch by the host's clock; 0: not told."""
    reachable: bool | None
    """Whether it answers Asterisk's questions; None where it is not asked."""
    milliseconds: float = 0.0
    """How long its answer took; 0: not known."""
    since: float = 0.0
    """When it registered, as far as it was seen to, in seconds since the epoch by the host's clock; 0: not known."""


@dataclass(frozen=True, kw_only=True)
class Phones:
    """What all hosts said."""

    found: tuple[Phone, ...]
    unknown: tuple[tuple[str, AzdeskError], ...] = ()
    """Hosts that could not tell, and why: there may be phones registered with them."""


def phones(
    session: Session, account: str, job: Job | None = None, hosts: Collection[str] | None = None
) -> Phones:
    """The phones of an account (its number), on all hosts with Asterisk at once.

    Args:
        session: the open document.
        account: name of the endpoint at Asterisk.
        job: cancels it.
        hosts: only these are asked; None: all that are there to run Asterisk.

    Raises:
        Cancelled: by the job.
    """
    if not _ACCOUNT.fullmatch(account):
        return Phones(found=())
    fleet = session.fleet
    asked = [one for one in hosts or fleet.hosts if manager.FEATURE.applies(fleet, one)]

    def ask(host: str) -> tuple[Phone, ...] | AzdeskError:
        try:
            return _registered(session, host, account)
        except AzdeskError as error:
            return error

    found: dict[str, tuple[Phone, ...]] = {}
    unknown: dict[str, AzdeskError] = {}
    for host, answer in side_by_side(asked, ask, job or Job(), name="phones"):
        if isinstance(answer, AzdeskError):
            unknown[host] = answer
        else:
            found[host] = answer
    return Phones(
        found=tuple(phone for host in asked for phone in found.get(host, ())),
        unknown=tuple((host, unknown[host]) for host in asked if host in unknown),
    )


_ACCOUNT = re.compile(r"[\w.+-]{1,80}", re.ASCII)
_FIELDS = ("uri", "user_agent", "via_addr", "via_port", "expiration_time", "status")


def _registered(session: Session, host: str, account: str) -> tuple[Phone, ...]:
    """Two questions: which contacts the account has, then what is known of each; chan_sip knows one, and tells all at once."""
    questions = [_value_of(f"PJSIP_AOR({account},contact)"), (("Action", "SIPshowpeer"), ("Peer", account))]
    (contacts, peer), now = _answers(session, host, questions)
    found = [one for one in contacts.get("Value", "").split(",") if one]
    asked = [_value_of(f"PJSIP_CONTACT({one},{name})") for one in found for name in _FIELDS]
    values = [reply.get("Value", "") for reply in _answers(session, host, asked)[0]] if asked else []
    phones = []
    for at in range(len(found)):
        uri, agent, address, port, until, status = values[at * len(_FIELDS) :][: len(_FIELDS)]
        phones.append(
            Phone(
                host=host,
                account=account,
                client=agent,
                address=_joined(address, port),
                contact=uri,
                until=float(until) if until.isdecimal() else 0.0,
                reachable={"Reachable": True, "Unreachable": False}.get(status),
            )
        )
    if peer.get("Address-IP", "(null)") != "(null)" and peer.get("Reg-Contact"):
        phones.append(_old_phone(host, account, peer, now))
    return tuple(phones)


def _old_phone(host: str, account: str, peer: Mapping[str, str], now: float) -> Phone:
    """chan_sip's answer, seen with Asterisk 16: ``RegExpire: 70 seconds``, ``Status: OK (1 ms)`` or UNREACHABLE, Unmonitored."""
    left, status = peer.get("RegExpire", "").split(" ")[0], peer.get("Status", "")
    took = re.search(r"\((\d+) ms\)", status)
    return Phone(
        host=host,
        account=account,
        client=peer.get("SIP-Useragent", ""),
        address=_joined(peer["Address-IP"], peer.get("Address-Port", "")),
        contact=peer["Reg-Contact"],
        until=now + int(left) if left.isdecimal() else 0.0,
        reachable=True if status.startswith(("OK", "LAGGED")) else False if status == "UNREACHABLE" else None,
        milliseconds=float(took[1]) if took else 0.0,
    )


def _joined(address: str, port: str) -> str:
    bare = address.strip("[]")
    return f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"


def _value_of(function: str) -> AmiAction:
    return (("Action", "Getvar"), ("Variable", function))


def _answers(
    session: Session, host: str, actions: Sequence[AmiAction]
) -> tuple[list[Mapping[str, str]], float]:
    """What Asterisk's manager interface says to each, and when, in seconds since the epoch by the host's clock."""
    probe = Ami(actions=tuple(actions), account=manager.OWN, user=manager.ACCOUNT, port=manager.PORT)
    readings = session.pool.link(host).look({"phones": probe}, timeout=15)
    reading = readings.ami("phones")
    if not reading.answered:
        raise ObserveError(
            f"Asterisk does not tell which phones are registered: {reading.error}.",
            where=host,
            next_step="See whether it runs, and apply what AZDesk shows for Asterisk's manager interface.",
        )
    return [reply[0] if reply else {} for reply in reading.replies], readings.taken_at


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

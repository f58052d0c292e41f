"""Commands of ejabberd that both ejabberdctl and the HTTP API offer, on a running node."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from azdesk.practice.ejabberd import accounts, cluster, mnesia
from azdesk.practice.ejabberd.cluster import Refused
from azdesk.practice.ejabberd.node import VERSION, Node

Result = Any
"""A number, a text, a list of texts, or a list of rows (maps in the order of their columns)."""


class Crashed(Exception):
    """A command ended with an exception in Erlang; the message is that exception."""


class VmEnded(Exception):
    """The node that was asked is no longer there to answer."""


class OtherEnded(Exception):
    """Another node that was asked ended before it answered."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command.

    Args:
        run: called as ``run(node, *arguments)``; raises `Refused`.
        arguments: their names.
        form: how its result is shown: text, list, rows, int, or nothing.
    """

    run: Callable[..., Result]
    arguments: tuple[str, ...] = ()
    form: str = "text"


def _status(node: Node) -> str:
    return f"The node {node.name} is started. Status: started\nejabberd {VERSION} is running in that node"


def _list_cluster(node: Node) -> list[str]:
    return [*(peer.name for peer in node.peers()), node.name]


def _detailed(node: Node) -> list[dict[str, Any]]:
    running = {peer.name: peer for peer in (*node.peers(), node)}
    rows = []
    for name in sorted(node.database.nodes):
        each = running.get(name)
        rows.append(
            {
                "name": name,
                "running": "true" if each else "false",
                "status": _status(each) if each else "[]",
                "online_users": 0 if each else -1,
                "processes": 268 if each else -1,
                "uptime_seconds": _uptime(each) if each else -1,
                "master_node": "none" if each else "unknown",
            }
        )
    return rows


def _uptime(node: Node) -> int:
    return max(0, int(time.time() - node.since))


def _leave_cluster(node: Node, name: str) -> Result:
    from azdesk.practice.ejabberd.node import UNIT
    from azdesk.practice.ejabberd.service import Ejabberd

    leaver = cluster.leave(node, name)
    if leaver is None:
        return None
    service = leaver.host.systemd.services[UNIT]
    assert isinstance(service, Ejabberd)
    service.stop()
    # Ended by another node, systemd sees a failure and starts it again; ended by its own hand, it does not.
    leaver.host.systemd.program_ended(UNIT, status=0 if leaver is node else 1)
    if leaver is node:
        raise VmEnded(name)
    raise OtherEnded(name)


def _stop(node: Node) -> Result:
    from azdesk.practice.ejabberd.node import UNIT

    node.host.systemd.services[UNIT].stop()
    node.host.systemd.program_ended(UNIT, status=0)


def _vhost(node: Node, host: str) -> str:
    if host not in node.config.hosts:
        raise Refused("Unknown virtual host")
    return host


def _registered_users(node: Node, host: str) -> list[str]:
    _vhost(node, host)
    return accounts.users(node, host)


def _sessions(node: Node, user: str, host: str) -> list[dict[str, Any]]:
    """Nobody is ever online here: logins end as soon as they have succeeded. An unknown domain is no error to it."""
    return []


def _connected(node: Node) -> list[dict[str, Any]]:
    """All sessions of all users: none here, as above."""
    return []


def _register(node: Node, user: str, host: str, password: str) -> str:
    if host not in node.config.hosts:
        raise Refused("cannot_register: Host is unknown or not local")
    if user in _registered_users(node, host):
        raise Refused(f"conflict: User {user}@{host} already registered")
    cluster.change(node, "passwd", lambda rows: rows.append([user, host, accounts.kept(password)]))
    return f"User {user}@{host} successfully registered"


def _unregister(node: Node, user: str, host: str) -> str:
    cluster.change(node, "passwd", lambda rows: _drop(rows, user, host))
    return ""


def _drop(rows: list[list[str]], user: str, host: str) -> None:
    rows[:] = [row for row in rows if row[:2] != [user, host]]


def _add_rosteritem(
    node: Node, user: str, host: str, other: str, other_host: str, nick: str, groups: str, subs: str
) -> None:
    row = [user, host, f"{other}@{other_host}", nick, subs, groups]
    cluster.change(node, "roster", lambda rows: rows.append(row))


def _get_roster(node: Node, user: str, host: str) -> list[dict[str, str]]:
    return [
        {"jid": row[2], "nick": row[3], "subscription": row[4], "pending": "undefined", "group": row[5]}
        for row in node.database.tables["roster"]
        if row[:2] == [user, host]
    ]


def _send_message(node: Node, kind: str, sender: str, to: str, subject: str, body: str) -> None:
    user, _, host = to.partition("@")
    # Nobody is ever online here: a chat waits, a headline is dropped.
    if kind in ("chat", "normal") and host in node.config.hosts and user in _registered_users(node, host):
        cluster.change(
            node, "offline_msg", lambda rows: rows.append([user, host, sender, kind, subject, body])
        )


def _offline_count(node: Node, user: str, host: str) -> int:
    return sum(1 for row in node.database.tables["offline_msg"] if row[:2] == [user, host])


def _stats(node: Node, name: str) -> int:
    if name == "registeredusers":
        return node.database.count("passwd")
    if name == "uptimeseconds":
        return _uptime(node)
    if name in ("onlineusers", "onlineusersnode"):
        return 0
    if name == "processes":
        return 268
    raise Crashed(
        f'** exception error: no case clause matching <<"{name}">>\n   in function  mod_admin_extra:stats/1'
    )


COMMANDS: dict[str, Command] = {
    "add_rosteritem": Command(
        run=_add_rosteritem,
        arguments=("localuser", "localhost", "user", "host", "nick", "groups", "subs"),
        form="nothing",
    ),
    "connected_users_number": Command(run=lambda node: 0, form="int"),
    "get_cookie": Command(run=lambda node: node.cookie),
    "get_loglevel": Command(run=lambda node: node.config.loglevel),
    "get_offline_count": Command(run=_offline_count, arguments=("user", "host"), form="int"),
    "get_roster": Command(run=_get_roster, arguments=("user", "host"), form="rows"),
    "join_cluster": Command(run=cluster.join, arguments=("node",)),
    "kick_user": Command(run=lambda node, user, host: 0, arguments=("user", "host"), form="int"),
    "leave_cluster": Command(run=_leave_cluster, arguments=("node",), form="nothing"),
    "list_cluster": Command(run=_list_cluster, form="list"),
    "list_cluster_detailed": Command(run=_detailed, form="rows"),
    "mnesia_info": Command(run=mnesia.system_info),
    "mnesia_list_tables": Command(run=mnesia.tables, form="rows"),
    "register": Command(run=_register, arguments=("user", "host", "password")),
    "registered_users": Command(run=_registered_users, arguments=("host",), form="list"),
    "registered_vhosts": Command(run=lambda node: sorted(node.config.hosts), form="list"),
    "send_message": Command(
        run=_send_message, arguments=("type", "from", "to", "subject", "body"), form="nothing"
    ),
    "stats": Command(run=_stats, arguments=("name",), form="int"),
    "status": Command(run=_status),
    "stop": Command(run=_stop, form="nothing"),
    "unregister": Command(run=_unregister, arguments=("user", "host")),
    "connected_users_info": Command(run=_connected, form="rows"),
    "user_sessions_info": Command(run=_sessions, arguments=("user", "host"), form="rows"),
}
"""By name. `reload_config` is the service's own and not among them."""

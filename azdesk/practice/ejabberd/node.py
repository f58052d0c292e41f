"""A running Erlang node with ejabberd in it, and how one node reaches another."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azdesk.practice.ejabberd.config import Config
from azdesk.practice.ejabberd.database import Database
from azdesk.practice.ejabberd.files import USER, View
from azdesk.practice.files import HostFiles

if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

VERSION = "26.07"
UNIT = "ejabberd.service"
SETTINGS = "/etc/ejabberd/ejabberdctl.cfg"
SETTINGS_TARGET = "/etc/default/ejabberd"
COOKIE = "/var/lib/ejabberd/.erlang.cookie"
EPMD = 4369
_STOCK_NODE = "ejabberd@localhost"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What ejabberdctl reads before it starts Erlang."""

    node: str
    interface: str = ""
    port: int = 0
    """Of the distribution; 0: any, told by epmd."""


def settings(files: HostFiles, hostname: str) -> Settings:
    """Read /etc/ejabberd/ejabberdctl.cfg as the shell does: the last assignment counts."""
    # Where no links can be made, the file that it would lead to stands for it.
    text = files.text(SETTINGS if files.exists(SETTINGS) else SETTINGS_TARGET)
    values: dict[str, str] = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if not equals or not name.isidentifier():
            continue
        quote = value[:1] if value[:1] in "\"'" else ""
        values[name] = value[1:].partition(quote)[0] if quote else (value.split() or [""])[0]
    node = values.get("ERLANG_NODE") or _STOCK_NODE
    port = values.get("ERL_DIST_PORT", "")
    return Settings(
        node=node if "@" in node else f"{node}@{hostname.partition('.')[0]}",
        interface=values.get("INET_DIST_INTERFACE", ""),
        port=int(port) if port.isdigit() else 0,
    )


def cookie(files: HostFiles) -> str | None:
    """The cookie as Erlang takes it for ejabberd's user; None if it cannot (auth(3): only its owner may read it)."""
    if not files.exists(COOKIE):
        return ""
    found = files.attributes(COOKIE)
    if found.mode & 0o077 or not files.allows(COOKIE, USER, files.groups_of(USER), 4):
        return None
    return files.text(COOKIE).strip()


@dataclass(eq=False)
class Node:
    """An Erlang node that runs on a host."""

    host: PracticeHost
    settings: Settings
    cookie: str
    config: Config
    database: Database
    view: View
    phase: str = "starting"
    """starting (waits for other nodes' tables), running, or joining."""
    since: float = 0.0
    port: int = field(default_factory=lambda: 32768 + secrets.randbelow(28000))
    """Of the distribution, where none is set."""

    @property
    def name(self) -> str:
        return self.settings.node

    @property
    def ready(self) -> bool:
        return self.phase == "running"

    @property
    def bound(self) -> str:
        """Address that the distribution listens on; empty: all."""
        try:
            return str(ipaddress.ip_address(self.settings.interface))
        except ValueError:
            return ""

    def say(self, level: str, text: str) -> None:
        """Write a line into the log, which systemd's journal has too."""
        import time

        now = time.time()
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now))
        line = f"{stamp}.{int(now * 1e6) % 1_000_000:06d}+00:00 [{level}] {text}"
        self.host.systemd.say(UNIT, line)

    def peers(self) -> list[Node]:
        """The other nodes of its cluster that run and are connected with it, in the order of their names."""
        found = []
        for name in self.database.others:
            peer = reach(self.host, self.settings, self.cookie, name)
            if peer is not None and peer.ready and self.name in peer.database.nodes:
                found.append(peer)
        return found


def node_of(host: PracticeHost) -> Node | None:
    """The node that runs on a host, or None."""
    from azdesk.practice.ejabberd.service import Ejabberd

    service = host.systemd.services.get(UNIT)
    return service.node if isinstance(service, Ejabberd) else None


def nodes(host: PracticeHost) -> Iterator[Node]:
    """All nodes that run on the hosts of a fleet; hosts nobody has looked at yet are left alone."""
    for each in host.world.hosts.values():
        node = node_of(each) if each.running else None
        if node is not None:
            yield node


def reach(
    source: PracticeHost, own: Settings, own_cookie: str, name: str, *, tell: bool = False
) -> Node | None:
    """The node of a name, as an Erlang node on `source` reaches it; None if it does not.

    Wrong names, closed ports and other cookies all look alike to it.

    Args:
        own: settings of the one that reaches out: with a port, it asks no epmd but expects the same port there.
        tell: the other one notes in its log that a cookie was refused.
    """
    place = name.partition("@")[2]
    if not place or ("." in place) != ("." in own.node.partition("@")[2]):
        return None
    addresses = source.resolve(place)
    if not addresses:
        return None
    attempt = source.world.connect(source, addresses[0], own.port or EPMD)
    node = node_of(attempt.host) if attempt.host is not None else None
    if node is None or node.name != name:
        return None
    if not own.port and not _answers(source, addresses[0], node):
        return None
    if node.cookie != own_cookie:
        if tell:
            node.say(
                "error", f"** Connection attempt from node '{own.node}' rejected. Invalid challenge reply. **"
            )
        return None
    return node


def _answers(source: PracticeHost, address: str, node: Node) -> bool:
    """Whether the port that epmd tells of a node is open to another host."""
    return not node.settings.port and source.world.connect(source, address, node.port).host is node.host

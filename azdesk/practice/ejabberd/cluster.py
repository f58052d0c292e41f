"""Clusters of nodes: coming up, joining, leaving, going down. All with the world's lock held.

Seen with ejabberd 26.07 and written down in the project's lab tests:

- joining returns at once; the joiner then restarts inside, which systemd takes for its end;
- it loses what it had and gets what the cluster has;
- a node that left, or that was removed while it was down, joins again by itself when it starts, as long as its
  own files name the others;
- a node that stopped before others waits for one of them at its next start.
"""

from __future__ import annotations

from collections.abc import Callable

from azdesk.practice.ejabberd import database
from azdesk.practice.ejabberd.database import Database
from azdesk.practice.ejabberd.node import UNIT, Node, nodes, reach

CANNOT_REACH = "This node cannot reach that node."
ALREADY = "This node already joined that running node."
TRYING = "Trying to join that cluster, wait a few seconds and check the list of nodes."
_BEGIN = 0.25
_DONE = 0.9


class Refused(Exception):
    """A command of the cluster fails; the message is what it says."""


def come_up(node: Node) -> bool:
    """A node's files are loaded: connect it with its cluster; whether it can run already."""
    tables = node.database
    if tables.others:
        running = [peer for peer in _others(node) if peer.ready]
        if not running and not set(tables.others) <= tables.down:
            return False
        if running:
            _connect(node, running)
    node.phase = "running"
    node.since = node.host.world.time()
    _save(node)
    # Nodes that wait for this one can run now.
    for waiting in nodes(node.host):
        if waiting.phase == "starting" and node.name in waiting.database.nodes and node in _others(waiting):
            _connect(waiting, [node])
            waiting.phase = "running"
            waiting.since = node.host.world.time()
            _save(waiting)
            waiting.host.systemd.program_is_ready(UNIT)
    return True


def _others(node: Node) -> list[Node]:
    """Running nodes of the cluster that a node's own files name."""
    found = [reach(node.host, node.settings, node.cookie, name) for name in node.database.others]
    return [peer for peer in found if peer is not None]


def _connect(node: Node, running: list[Node]) -> None:
    whole = {name for peer in running for name in (*peer.database.nodes, peer.name)}
    node.database.take(running[0].database)
    for each in (node, *running):
        # A node that its cluster has forgotten is in it again: Mnesia merges their schemas.
        each.database.nodes = [each.name, *sorted((whole | {node.name}) - {each.name})]
        each.database.down -= {peer.name for peer in (node, *running)}
        _save(each)
    for peer in running:
        peer.say("info", f"Node {node.name} joined our Mnesia SM tables")


def go_down(node: Node) -> None:
    """A node stops; those that run without it know from now on."""
    for peer in node.peers() if node.phase != "starting" else []:
        peer.database.down.add(node.name)
        _save(peer)


def join(node: Node, target: str) -> str:
    """Join the cluster of another node; returns what is said at once.

    Raises:
        Refused: with ejabberd's words.
    """
    if target in (node.name, *(peer.name for peer in node.peers())):
        raise Refused(ALREADY)
    other = reach(node.host, node.settings, node.cookie, target, tell=True)
    if other is None or not other.ready:
        raise Refused(CANNOT_REACH)
    world = node.host.world

    def begin(moment: float) -> None:
        if node.phase == "running":
            node.phase = "joining"
            database.wipe(node.host.files)
            node.host.systemd.program_is_stopping(UNIT)

    def done(moment: float) -> None:
        if node.phase == "joining":
            _join_now(node, target)
            node.host.systemd.program_is_ready_again(UNIT)

    world.later(_BEGIN, begin)
    world.later(_DONE, done)
    return TRYING


def _join_now(node: Node, target: str) -> None:
    node.database = Database(node=node.name)
    node.phase = "running"
    node.since = node.host.world.time()
    other = reach(node.host, node.settings, node.cookie, target)
    if other is not None and other.ready:
        _connect(node, [other, *other.peers()])
    try:
        database.create(node.host.files, node.database)
    except OSError as error:
        node.say("error", f"Mnesia cannot write: {error.strerror}")


def leave(node: Node, name: str) -> Node | None:
    """Remove a node from the cluster; returns it if it runs: its ejabberd is to be shut down."""
    peers = node.peers()
    leaver = node if name == node.name else next((peer for peer in peers if peer.name == name), None)
    for each in (node, *peers):
        if each is not leaver and name in each.database.nodes:
            each.database.nodes.remove(name)
            each.database.down.discard(name)
            _save(each)
    return leaver


def change(node: Node, table: str, do: Callable[[list[list[str]]], None]) -> None:
    """Change a table on all connected nodes."""
    for each in (node, *node.peers()):
        do(each.database.tables[table])
        _save(each, table)


def _save(node: Node, *tables: str) -> None:
    names = tables or database.KEPT
    try:
        database.save(node.host.files, node.database, names)
    except OSError as error:
        node.say("error", f"Mnesia cannot write: {error.strerror}")

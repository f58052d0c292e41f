"""The Mnesia database of one node: tables in files of the real names, so that they can be purged and restored.

What is in the files is of our own form; what they record is what decides: the node's name, the nodes of its
cluster, accounts, rosters and offline messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from azdesk.practice.files import Attributes, HostFiles

SPOOL = "/var/lib/ejabberd"
SCHEMA = "schema.DAT"
_HEAD = "practice Mnesia table"
_ATTRIBUTES = Attributes(mode=0o644, owner="ejabberd", group="ejabberd")

RAM = ("bosh", "ejabberd_commands", "mqtt_session", "mqtt_sub", "muc_online_room", "pubsub_last_item",
       "reg_users_counter", "route", "route_multicast", "s2s", "session", "temporarily_blocked")  # fmt: skip
DISC = ("muc_registered", "muc_room", "oauth_client", "pubsub_index", "pubsub_node", "pubsub_orphan",
        "pubsub_state", "schema", "sr_group", "sr_user", "vcard_search")  # fmt: skip
DISC_ONLY = ("caps_features", "last_activity", "motd", "motd_users", "mqtt_pub", "oauth_token", "offline_msg",
             "passwd", "privacy", "private_storage", "pubsub_item", "push_session", "roster", "roster_version",
             "vcard")  # fmt: skip
"""Tables by how Mnesia keeps them: in memory, in memory and on disc (.DCD), on disc only (.DAT)."""
KEPT = ("passwd", "roster", "offline_msg")
"""Tables that something can be put into here."""
MARK_OF_CLUSTER = "DECISION_TAB.LOG"
"""A file that only nodes of a cluster have."""


class Damaged(Exception):
    """The files make no sense."""


@dataclass
class Database:
    """The tables of one node.

    `nodes` are all nodes of its cluster, itself among them; `down` those of which it knows that they stopped before
    it did: at the next start it does not wait for them.
    """

    node: str
    nodes: list[str] = field(default_factory=list)
    down: set[str] = field(default_factory=set)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.node not in self.nodes:
            self.nodes.append(self.node)
        for name in KEPT:
            self.tables.setdefault(name, [])

    @property
    def others(self) -> list[str]:
        """The other nodes of the cluster, sorted."""
        return sorted(node for node in self.nodes if node != self.node)

    def count(self, table: str) -> int:
        """Number of records."""
        return len(self.tables.get(table, ()))

    def take(self, other: Database) -> None:
        """Have the same records and the same cluster as another node."""
        self.tables = {name: [list(row) for row in rows] for name, rows in other.tables.items()}
        self.nodes = [self.node, *(node for node in other.nodes if node != self.node)]


def exists(files: HostFiles) -> bool:
    """Whether a node has a database yet."""
    return files.exists(f"{SPOOL}/{SCHEMA}")


def load(files: HostFiles) -> Database:
    """Read a node's files; tables whose file is missing are empty.

    Raises:
        Damaged: they make no sense.
    """
    schema = _read(files, SCHEMA)
    try:
        database = Database(
            node=str(schema["node"]),
            nodes=[str(node) for node in schema["nodes"]],
            down={str(node) for node in schema["down"]},
        )
        for name in KEPT:
            if files.exists(f"{SPOOL}/{name}.DAT"):
                rows = _read(files, f"{name}.DAT")["rows"]
                database.tables[name] = [[str(part) for part in row] for row in rows]
    except (KeyError, TypeError):
        raise Damaged("bad_schema") from None
    return database


def save(files: HostFiles, database: Database, tables: Iterable[str] = ()) -> None:
    """Write the schema and the given tables.

    Raises:
        OSError: they cannot be written.
    """
    schema = {"node": database.node, "nodes": database.nodes, "down": sorted(database.down)}
    _write(files, SCHEMA, schema)
    for name in tables:
        _write(files, f"{name}.DAT", {"rows": database.tables[name]})
    mark = f"{SPOOL}/{MARK_OF_CLUSTER}"
    if database.others and not files.exists(mark):
        files.write(mark, _HEAD + "\n", _ATTRIBUTES)


def create(files: HostFiles, database: Database) -> None:
    """Write all files of a node.

    Raises:
        OSError: they cannot be written.
    """
    save(files, database, KEPT)
    for name in (*(f"{table}.DAT" for table in DISC_ONLY), *(f"{table}.DCD" for table in DISC), "LATEST.LOG"):
        if not files.exists(f"{SPOOL}/{name}") and name != "schema.DCD":
            files.write(f"{SPOOL}/{name}", _HEAD + "\n", _ATTRIBUTES)


def wipe(files: HostFiles) -> None:
    """Remove all of a node's files, as joining a cluster does."""
    for pattern in ("*.DAT", "*.DCD", "*.DCL", "*.LOG", "*.TMP"):
        for name in files.names(SPOOL, pattern):
            files.remove(f"{SPOOL}/{name}")


def _read(files: HostFiles, name: str) -> Any:
    head, _, body = files.text(f"{SPOOL}/{name}").partition("\n")
    try:
        if head == _HEAD:
            return json.loads(body)
    except ValueError:
        pass
    raise Damaged("bad_dump" if name == SCHEMA else name)


def _write(files: HostFiles, name: str, value: object) -> None:
    path = f"{SPOOL}/{name}"
    files.write(
        path, f"{_HEAD}\n{json.dumps(value, indent=1)}\n", None if files.exists(path) else _ATTRIBUTES
    )

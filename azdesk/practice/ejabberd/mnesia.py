"""What Mnesia tells about itself, in the forms that ejabberdctl and the API print."""

from __future__ import annotations

import textwrap
from typing import Any

from azdesk.practice.ejabberd.database import DISC, DISC_ONLY, RAM
from azdesk.practice.ejabberd.node import Node

_KINDS = {**dict.fromkeys(RAM, "RAM copy"), **dict.fromkeys(DISC, "RAM and disc copy")}
_RAM_WORDS = {"ejabberd_commands": (234, 93365), "route": (3, 373), "reg_users_counter": (1, 318)}
_SCHEMA = (38, 5104)
_EMPTY = 5432


def _names(nodes: list[str]) -> str:
    return f"[{','.join(nodes)}]"


def _running(node: Node) -> list[str]:
    return [*(peer.name for peer in node.peers()), node.name]


def info_ctl(node: Node) -> str:
    """What ``ejabberdctl mnesia_info_ctl`` prints: the guide's check reads ``running db nodes`` in it."""
    running = _running(node)
    stopped = [name for name in node.database.others if name not in running]
    lines = [
        "---> Processes holding locks <--- ",
        "---> Processes waiting for locks <--- ",
        "---> Participant transactions <--- ",
        "---> Coordinator transactions <---",
        "---> Uncertain transactions <--- ",
        "---> Active tables <--- ",
        *(_table_line(node, name) for name in (*DISC_ONLY, *DISC, *RAM)),
        '===> System info in version "4.27", debug level = none <===',
        'opt_disc. Directory "/var/lib/ejabberd" is used.',
        "use fallback at restart = false",
        f"running db nodes   = {_names(running)}",
        f"stopped db nodes   = {_names(stopped)}",
        "master node tables = []",
        "remote             = []",
        *(_listed(title, names) for title, names in (
            ("ram_copies         = ", RAM), ("disc_copies        = ", DISC), ("disc_only_copies   = ", DISC_ONLY),
        )),
        "42 transactions committed, 7 aborted, 0 restarted, 74 logged to disc",
        "0 held locks, 0 in queue; 0 local transactions, 0 remote",
        "0 transactions waits for other nodes: []",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _table_line(node: Node, name: str) -> str:
    count, size = _size(node, name)
    unit = "bytes on disc" if name in DISC_ONLY else "words of mem"
    return f"{name:<15}: with {count:<8} records occupying {size:<8} {unit}"


def _size(node: Node, name: str) -> tuple[int, int]:
    """Records, and words of memory or bytes on disc."""
    if name in DISC_ONLY:
        count = node.database.count(name)
        return count, _EMPTY + 160 * count
    return _SCHEMA if name == "schema" else _RAM_WORDS.get(name, (0, 306))


def _listed(title: str, names: tuple[str, ...]) -> str:
    indent = " " * (len(title) + 1)
    text = ",".join(sorted(names)).replace(",", ",\x00")
    rows = textwrap.wrap(text.replace("\x00", " "), 78 - len(indent))
    return f"{title}[" + f"\n{indent}".join(row.replace(", ", ",") for row in rows) + "]"


def system_info(node: Node) -> str:
    """``mnesia:system_info(all)`` as Erlang prints it."""
    terms = [
        ("access_module", "mnesia"),
        ("auto_repair", "true"),
        ("backend_types", "[ram_copies,disc_copies,disc_only_copies]"),
        ("checkpoints", "[]"),
        ("db_nodes", _names(sorted(node.database.nodes, reverse=True))),
        ("debug", "none"),
        ("directory", '"/var/lib/ejabberd"'),
        ("extra_db_nodes", "[]"),
        ("fallback_activated", "false"),
        ("is_running", "yes"),
        ("local_tables", _names(["schema", *RAM, *DISC_ONLY])),
        ("master_node_tables", "[]"),
        ("running_db_nodes", _names(_running(node))),
        ("schema_location", "opt_disc"),
        ("use_dir", "true"),
        ("version", '"4.27"'),
    ]
    return "[" + ",\n ".join(f"{{{key},{value}}}" for key, value in terms) + "]"


def tables(node: Node) -> list[dict[str, Any]]:
    """Rows of the command mnesia_list_tables."""
    rows = []
    for name in sorted((*RAM, *DISC, *DISC_ONLY)):
        if name == "schema":
            continue
        count, size = _size(node, name)
        rows.append(
            {
                "name": name,
                "storage_type": _KINDS.get(name, "Disc only copy"),
                "elements": count,
                "memory_kb": size * 8 // 1024,
                "memory_mb": 0,
            }
        )
    return rows

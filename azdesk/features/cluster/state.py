"""What a host is in the cluster, and what it should be."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field

from azdesk.core import blocks
from azdesk.core.errors import DocumentError, ObserveError
from azdesk.core.probe import Command, Fallback, File, Http, Probe, Readings
from azdesk.features import _ejabberd as ejabberd
from azdesk.features._files import FileSet, text_file
from azdesk.features.xmpp import API_PORT
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

BLOCK = "cluster"
STOCK_NODE = "ejabberd@localhost"
"""Node name that ejabberdctl uses when none is set."""

SETTINGS = "/etc/default/ejabberd"
COOKIE = "/var/lib/ejabberd/.erlang.cookie"

COUNTED = {
    "passwd": ("account", "accounts"),
    "roster": ("roster entry", "roster entries"),
    "offline_msg": ("offline message", "offline messages"),
    "vcard": ("vCard", "vCards"),
    "muc_room": ("room", "rooms"),
    "private_storage": ("private item", "private items"),
    "pubsub_item": ("published item", "published items"),
}
"""Mnesia tables that hold what people would miss, with their words."""


@dataclass(frozen=True, kw_only=True)
class ClusterState:
    """A host's place in an ejabberd cluster."""

    managed: bool = False
    """Node name and distribution are set by our block."""
    node: str = ""
    """``ejabberd@a251``."""
    interface: str = ""
    """Address that the Erlang distribution listens on; empty: all of them."""
    port: int = 0
    """TCP port of the distribution; 0: any, found through epmd."""
    members: tuple[str, ...] = ()
    """Running nodes of the cluster as this host sees them, sorted; empty when ejabberd is down."""
    stopped: tuple[str, ...] = field(default=(), compare=False)
    """Nodes that belong to the cluster but do not run, as this host sees them."""
    cookie: str = field(default="", compare=False)
    """SHA-256 of the cookie, hex; never the cookie."""
    records: tuple[tuple[str, int], ...] | None = field(default=None, compare=False)
    """(table, number of records) of `COUNTED` tables; None when ejabberd is down."""
    installed: bool = field(default=True, compare=False)
    files: FileSet = field(default=FileSet(), compare=False, repr=False)

    @property
    def up(self) -> bool:
        return bool(self.members)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    on = ejabberd.platform(fleet, host)
    info = Command(argv=("ejabberdctl", "mnesia_info_ctl"), timeout=30, unit=on.ejabberd_unit)
    return {
        "settings": File(path=on.ejabberd_settings),
        "cookie": File(path=on.ejabberd_cookie, secret=True),
        "info": Fallback(first=Http(port=API_PORT, path="/api/mnesia_info"), otherwise=info),
        "tables": Http(port=API_PORT, path="/api/mnesia_list_tables"),
    }


def parse(readings: Readings) -> ClusterState:
    settings, cookie = text_file(readings, "settings", SETTINGS), readings.file("cookie")
    text = settings.text or ""
    node, interface, port = _distribution(text)
    running, stopped = _nodes(readings.answer("info") or "", readings.host)
    return ClusterState(
        managed=blocks.read(text, BLOCK) is not None,
        node=node,
        interface=interface,
        port=port,
        members=running,
        stopped=stopped,
        cookie=cookie.sha256 or "",
        records=_records(readings) if running else None,
        installed=settings.exists,
        files=FileSet(items=((SETTINGS, settings), (COOKIE, cookie))),
    )


def _distribution(text: str) -> tuple[str, str, int]:
    """Node name, address and port that ejabberdctl takes from its settings."""
    port = _setting(text, "ERL_DIST_PORT")
    number = int(port) if re.fullmatch(r"[0-9]{1,5}", port) else 0
    return _setting(text, "ERLANG_NODE") or STOCK_NODE, _setting(text, "INET_DIST_INTERFACE"), number


def _setting(text: str, name: str) -> str:
    """The last assignment in a shell file, without quotes."""
    found = re.findall(rf"^[ \t]*(?:export[ \t]+)?{name}=([^\n#]*)", text, re.MULTILINE)
    return found[-1].strip().strip("\"'") if found else ""


def _nodes(text: str, host: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Running and stopped nodes out of either form of Mnesia's information.

    The API gives ``mnesia:system_info(all)`` as one JSON text, ejabberdctl the form that the guide quotes:
    ``running db nodes   = [ejabberd@a253,ejabberd@a251]``.
    """
    if not text.strip():
        return (), ()
    if text.lstrip().startswith('"'):
        try:
            text = json.loads(text)
        except ValueError:
            raise ObserveError(
                "ejabberd's API answered with something that is not JSON.", where=host
            ) from None
        every = _atoms(text, r"\{db_nodes,\s*\[([^\]]*)\]")
        running = _atoms(text, r"\{running_db_nodes,\s*\[([^\]]*)\]")
        return tuple(sorted(running)), tuple(sorted(set(every) - set(running)))
    running = _atoms(text, r"running db nodes\s*=\s*\[([^\]]*)\]")
    stopped = _atoms(text, r"stopped db nodes\s*=\s*\[([^\]]*)\]")
    return tuple(sorted(running)), tuple(sorted(stopped))


def _atoms(text: str, pattern: str) -> list[str]:
    match = re.search(pattern, text)
    return [word.strip().strip("'") for word in match[1].split(",") if word.strip()] if match else []


def _records(readings: Readings) -> tuple[tuple[str, int], ...]:
    tables = readings.http("tables")
    if tables.answered and tables.status == 200:
        try:
            sizes = {row["name"]: int(row["elements"]) for row in json.loads(tables.body)}
        except (ValueError, KeyError, TypeError):
            raise ObserveError(
                "ejabberd's API answered with a table list of another form.", where=readings.host
            ) from None
    else:
        text = readings.answer("info") or ""
        sizes = {
            name: int(n) for name, n in re.findall(r"^(\w+)\s*: with (\d+)\s+records", text, re.MULTILINE)
        }
    return tuple((table, sizes[table]) for table in COUNTED if table in sizes)


def lost(state: ClusterState) -> str:
    """What is in the node's own database, in words; empty when nothing that people would miss."""
    if state.records is None:
        return "whatever its database holds (ejabberd is not running, so it could not be counted)"
    words = [f"{n} {COUNTED[table][n != 1]}" for table, n in state.records if n]
    return ", ".join(words)


def node_name(fleet: Fleet, host: str) -> str:
    return f"ejabberd@{fleet.node(host)}"


def desired(fleet: Fleet, host: str) -> ClusterState:
    cluster, domain = fleet.cluster_of(host), fleet.hosts[host].cluster
    if cluster is None:
        return ClusterState()
    return ClusterState(
        managed=True,
        node=node_name(fleet, host),
        interface=fleet.lan_address(host),
        port=cluster.distribution_port,
        members=tuple(sorted(node_name(fleet, name) for name in fleet.nodes(domain))),
    )


def settings_text(text: str, wanted: ClusterState) -> str:
    """The settings file with our block as it should be; without it for a node that is in no cluster."""
    body = (
        # ejabberdctl runs these lines as shell; quoting leaves what names and addresses consist of as it is.
        f"ERLANG_NODE={shlex.quote(wanted.node)}\nINET_DIST_INTERFACE={shlex.quote(wanted.interface)}\n"
        f"ERL_DIST_PORT={int(wanted.port)}\n"
        if wanted.managed
        else ""
    )
    written = blocks.write(text, BLOCK, body)
    if wanted.managed and _distribution(written) != (wanted.node, wanted.interface, wanted.port):
        # The admin's own lines after our block win: it has to stand at the end.
        written = blocks.write(blocks.write(text, BLOCK, ""), BLOCK, body)
    return written


def adopt(fleet: Fleet, host: str, observed: ClusterState) -> Fleet:
    """Take node name, address and port of a host that is in a cluster already."""
    if not fleet.hosts[host].cluster or observed.node in ("", STOCK_NODE):
        return fleet
    changes: dict[str, object] = {}
    name = observed.node.partition("@")[2]
    if name and name != fleet.node(host):
        changes[f"hosts.{host}.node"] = name
    if observed.interface and observed.interface != fleet.lan_address(host):
        changes[f"hosts.{host}.lan_address"] = observed.interface
    if observed.port:
        changes[f'clusters."{fleet.hosts[host].cluster}".distribution_port'] = observed.port
    for path, value in changes.items():
        try:
            fleet = edit.with_value(fleet, path, value)
        except DocumentError:
            continue
    return fleet


def applies(fleet: Fleet, host: str) -> bool:
    return "application" in fleet.hosts[host].roles

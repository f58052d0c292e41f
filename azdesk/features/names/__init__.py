"""Records of all cluster nodes in /etc/hosts on every node: the guide's Control Panel.

The block stands at the *start* of the file: Debian writes ``127.0.1.1 <own name>`` further down, and glibc
takes the first match, so every node finds itself and the others under their LAN addresses [seen in the lab]. The
admin's lines stay as they are.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from azdesk.core import blocks
from azdesk.core.errors import DocumentError, PlanError
from azdesk.core.platform import DEBIAN, PLATFORMS
from azdesk.core.probe import File, Probe, Readings
from azdesk.core.step import Step
from azdesk.features._base import Feature, PlanContext
from azdesk.features._files import FileSet, write_file
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

BLOCK = "names"


@dataclass(frozen=True, kw_only=True)
class NamesState:
    """The records in our block."""

    records: tuple[tuple[str, str], ...] = ()
    """(address, node name), in the order they stand."""
    shadowed: tuple[str, ...] = ()
    """Node names that a line before our block gives to another address: that line wins."""
    others: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Records outside of our block: the admin's."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


_HOSTS = DEBIAN.hosts_file


def _path(fleet: Fleet, host: str) -> str:
    return PLATFORMS[fleet.hosts[host].platform].hosts_file


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    return {"hosts": File(path=_path(fleet, host))}


def _records(text: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in text.split("\n"):
        words = line.split("#", 1)[0].split()
        if len(words) < 2:
            continue
        address = _plain(words[0])
        if not address:
            continue
        found.extend((address, name.lower()) for name in words[1:])
    return tuple(found)


@functools.lru_cache(maxsize=4096)  # each node of a cluster lists all nodes
def _plain(text: str) -> str:
    """An IP address in normal form; empty for everything else, also for one with a scope.

    A scope (``fe80::1%eth0``) means nothing on another host, and the library takes any text for one.
    """
    try:
        return "" if "%" in text else str(ipaddress.ip_address(text))
    except ValueError:
        return ""


def parse(readings: Readings) -> NamesState:
    files = FileSet.read(readings, {"hosts": _HOSTS})
    text = files.text(_HOSTS)
    own = blocks.read(text, BLOCK)
    records = _records(own or "")
    earlier = _records(text.split(blocks.markers(BLOCK)[0], 1)[0]) if own is not None else ()
    return NamesState(
        records=records,
        shadowed=_shadowed(records, earlier),
        others=_records(blocks.write(text, BLOCK, "")),
        files=files,
    )


def _shadowed(records: tuple[tuple[str, str], ...], earlier: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    ours = {name: address for address, name in records}
    return tuple(sorted({name for address, name in earlier if name in ours and ours[name] != address}))


def desired(fleet: Fleet, host: str) -> NamesState:
    domain = fleet.hosts[host].cluster
    if not domain:
        return NamesState()
    return NamesState(
        records=tuple((fleet.lan_address(name), fleet.node(name)) for name in fleet.nodes(domain))
    )


def plan(context: PlanContext, observed: NamesState, wanted: NamesState) -> Iterator[Step]:
    if observed == wanted:
        return
    path = _path(context.fleet, context.host)
    text = context.text(path, observed.files.text(path))
    for address, name in wanted.records:
        if not _plain(address) or re.search(r"[\s\x00-\x1f\x7f]", name):
            raise PlanError(
                f"{address!r} cannot be the address of {name!r} in {path}.",
                where=context.host,
                next_step="Give that node a plain IP address in lan_address.",
            )
    body = "".join(f"{address}\t{name}\n" for address, name in wanted.records)
    if observed.shadowed:
        text = blocks.write(text, BLOCK, "")
    if body or observed.files.get(path).exists:
        yield from write_file(context, observed.files, path, blocks.write(text, BLOCK, body, at_start=True))


def differences(observed: NamesState, wanted: NamesState) -> Iterable[str]:
    have = {name: address for address, name in observed.records}
    want = {name: address for address, name in wanted.records}
    for name, address in want.items():
        if name not in have:
            yield f"No record of {name} ({address})"
        elif have[name] != address:
            yield f"The record of {name} says {have[name]}, not {address}"
    for name in have:
        if name not in want:
            yield f"A record of {name} that is not in the cluster"
    if have == want and observed.records != wanted.records:
        yield "The records stand in another order, or twice"
    for name in observed.shadowed:
        yield f"An earlier line gives {name} another address, and wins"


def adopt(fleet: Fleet, host: str, observed: NamesState) -> Fleet:
    """Take the addresses that the host gives to the nodes of its cluster, and the nodes in our own block.

    A node that the document does not know becomes a host with the same login as this one.
    """
    domain = fleet.hosts[host].cluster
    if not domain:
        return fleet
    ours = set(observed.records)
    for address, name in (*observed.records, *observed.others):
        at = ipaddress.ip_address(address)
        if at.is_loopback or at.is_multicast or at.is_link_local:
            continue
        known = [other for other in fleet.nodes(domain) if fleet.node(other) == name]
        try:
            if known and fleet.lan_address(known[0]) != address:
                fleet = edit.with_value(fleet, ("hosts", known[0], "lan_address"), address)
            elif not known and (address, name) in ours:
                fleet = _with_node(fleet, host, name, address)
        except DocumentError:
            continue
    return fleet


def _with_node(fleet: Fleet, host: str, name: str, address: str) -> Fleet:
    """The document with a node that only the host's records know."""
    like = fleet.hosts[host]
    if name in fleet.hosts and not fleet.hosts[name].cluster:
        changes: dict[tuple[str, ...], object] = {
            ("hosts", name, "cluster"): like.cluster,
            ("hosts", name, "lan_address"): address,
        }
        return edit.with_values(fleet, changes)
    key = edit.free_name(fleet.hosts, name)
    node = "" if key == name else name
    return edit.add_host(fleet, key, replace(like, address=address, lan_address="", node=node, note=""))


FEATURE = Feature(
    key="names",
    title="Names",
    state=NamesState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
)

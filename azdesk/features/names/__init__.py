"""Records of all cluster nodes in /etc/hosts on every node: the guide's Control Panel.

The block stands at the *start* of the file: Debian writes ``127.0.1.1 <own name>`` further down, and glibc
takes the first match, so every node finds itself and the others under their LAN addresses [seen in the lab]. The
admin's lines stay as they are.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from azdesk.core import blocks
from azdesk.core.errors import DocumentError
from azdesk.core.platform import PLATFORMS
from azdesk.core.probe import File, Probe, Readings, Resolve
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
    others: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Records outside of our block: the admin's."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def _path(fleet: Fleet, host: str) -> str:
    return PLATFORMS[fleet.hosts[host].platform].hosts_file


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    found: dict[str, Probe] = {"hosts": File(path=_path(fleet, host))}
    for _, name in desired(fleet, host).records:
        found[f"resolve:{name}"] = Resolve(name=name)
    return found


def _records(text: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if len(words) < 2:
            continue
        try:
            ipaddress.ip_address(words[0])
        except ValueError:
            continue
        found.extend((words[0], name.lower()) for name in words[1:])
    return tuple(found)


def parse(readings: Readings) -> NamesState:
    hosts = readings.file("hosts")
    text = hosts.text or ""
    own = blocks.read(text, BLOCK) or ""
    return NamesState(
        records=_records(own),
        others=_records(blocks.write(text, BLOCK, "")),
        files=FileSet(items=(("/etc/hosts", hosts),)),
    )


def desired(fleet: Fleet, host: str) -> NamesState:
    domain = fleet.hosts[host].cluster
    if not domain:
        return NamesState()
    return NamesState(
        records=tuple((fleet.lan_address(name), fleet.node(name)) for name in fleet.nodes(domain))
    )


def plan(context: PlanContext, observed: NamesState, wanted: NamesState) -> Iterator[Step]:
    if observed.records == wanted.records:
        return
    path = _path(context.fleet, context.host)
    body = "".join(f"{address}\t{name}\n" for address, name in wanted.records)
    text = blocks.write(context.text(path, observed.files.text(path)), BLOCK, body, at_start=True)
    yield from write_file(context, observed.files, path, text)


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
    if set(have) == set(want) and observed.records != wanted.records and have == want:
        yield "The records stand in another order"


def adopt(fleet: Fleet, host: str, observed: NamesState) -> Fleet:
    """Take the addresses that the host's own records give to the nodes of its cluster."""
    for address, name in (*observed.records, *observed.others):
        if ipaddress.ip_address(address).is_loopback:
            continue
        for other, value in fleet.hosts.items():
            same_cluster = value.cluster == fleet.hosts[host].cluster and value.cluster
            if same_cluster and fleet.node(other) == name and fleet.lan_address(other) != address:
                try:
                    fleet = edit.with_value(fleet, f"hosts.{other}.lan_address", address)
                except DocumentError:
                    continue
    return fleet


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

"""A host's firewall: what our files say, what the kernel has, what the document wants."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from azdesk.core.errors import DocumentError, ObserveError
from azdesk.core.probe import Command, Connection, File, Packages, Probe, Readings, Units
from azdesk.features._files import FileSet
from azdesk.features.firewall import content, deriving
from azdesk.features.firewall.content import FOLDER, HERE, RULES, TABLE, TRIAL, UNIT, UNIT_FILE
from azdesk.features.firewall.deriving import Opening
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

PACKAGE = "nftables"
_NAMED = {"ufw.service": "ufw", "firewalld.service": "firewalld"}
"""Units of other firewalls, and what people call them."""
_OURS = {"rules": RULES, "unit-file": UNIT_FILE}


@dataclass(frozen=True, kw_only=True)
class FirewallState:
    """A firewall of ours; without one all is empty and false."""

    present: bool = False
    """There are rules of ours, by our file."""
    openings: tuple[Opening, ...] = ()
    """What they let in, beside the address that a change was made from."""
    loaded: bool = False
    """The kernel has them; where there is no file, anything in our table."""
    running: bool = False
    """systemd has loaded them, so it takes them away when they go."""
    enabled: bool = False
    """They are loaded at boot."""
    edited: bool = False
    """Our files are not as AZDesk writes them, or left over."""
    here: tuple[str, ...] = field(default=(), compare=False)
    """Addresses that may reach SSH because a change was made from them."""
    client: str = field(default="", compare=False)
    """Where the connection of this look comes from, as the host sees it; empty: not known."""
    port: int = field(default=0, compare=False)
    """Port of the host's SSH that it came to; 0: not known."""
    installed: bool = field(default=True, compare=False)
    folder: bool = field(default=True, compare=False)
    """Our folder exists."""
    on_trial: bool = field(default=False, compare=False)
    others: tuple[str, ...] = field(default=(), compare=False)
    """Other firewalls: programs that run, or tables with rules for packets that come in."""
    docker: bool = field(default=False, compare=False)
    table: bool = field(default=False, compare=False)
    """Our table is there, whatever is in it."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    return {
        **{key: File(path=path) for key, path in _OURS.items()},
        "folder": File(path=FOLDER),
        "trial": File(path=TRIAL),
        "units": Units(names=(UNIT, *_NAMED)),
        "package": Packages(names=(PACKAGE,)),
        "connection": Connection(),
        "chains": Command(argv=("nft", "-j", "list", "chains")),
        "table": Command(argv=("nft", "-j", "list", "table", *TABLE)),
    }


def parse(readings: Readings) -> FirewallState:
    files = FileSet.read(readings, _OURS)
    text = files.text(RULES)
    found = content.parse(text)
    unit = readings.unit("units", UNIT)
    client, port = _connection(readings)
    others, docker = _others(readings)
    there = files.get(RULES).exists or files.get(UNIT_FILE).exists
    kernel = _kernel(readings, there=there)
    written = not there or (text == content.text(found) and files.text(UNIT_FILE) == content.UNIT_TEXT)
    return FirewallState(
        present=files.get(RULES).exists,
        openings=tuple(one for one in found if one.name != HERE),
        loaded=kernel is not None and (not files.get(RULES).exists or kernel == content.meant(found)),
        running=unit.active == "active",
        enabled=unit.enabled == "enabled",
        edited=there and not written,
        here=tuple(source for one in found if one.name == HERE for source in one.sources),
        client=client,
        port=port,
        installed=readings.package("package", PACKAGE) is not None,
        folder=readings.file("folder").exists,
        on_trial=readings.file("trial").exists,
        others=others,
        docker=docker,
        table=kernel is not None,
        files=files,
    )


def _connection(readings: Readings) -> tuple[str, int]:
    """Where AZDesk comes from and the port it came to; empty and 0 where sshd itself does not know (behind inetd)."""
    found = readings.get("connection")
    try:
        address, port = ipaddress.ip_address(str(found["client"])), int(found["port"])
    except (KeyError, TypeError, ValueError):
        return "", 0
    return str(address), port if 0 < port < 65536 else 0


def _kernel(readings: Readings, *, there: bool) -> tuple[str, ...] | None:
    """Our table as the kernel has it; None where there is none.

    Args:
        there: whether files of ours are. Without, a kernel that knows nothing of nftables is no trouble.

    Raises:
        ObserveError: that cannot be told.
    """
    reading = readings.command("table")
    if (
        not reading.found
        or (reading.exit and not there)
        or (reading.exit and "No such file or directory" in reading.err)
    ):
        return None
    if reading.exit or reading.timed_out:
        why = reading.err.strip().splitlines()[0] if reading.err.strip() else f"exit code {reading.exit}"
        raise ObserveError(
            f"nft does not tell what the kernel lets in: {why}.",
            where=readings.host,
            next_step="Run “nft list ruleset” on the host.",
        )
    return content.loaded(reading.out, readings.host)


def _others(readings: Readings) -> tuple[tuple[str, ...], bool]:
    """Other firewalls by name, and whether there is Docker."""
    names = [word for unit, word in _NAMED.items() if readings.unit("units", unit).active == "active"]
    reading = readings.command("chains")
    chains = content.chains(reading.out, readings.host) if reading.found and not reading.exit else ()
    for chain in chains:
        table = f"{chain.get('family')} {chain.get('table')}"
        incoming = chain.get("hook") == "input" and chain.get("type") == "filter"
        if incoming and table != " ".join(TABLE) and not names:
            names.append(f"table {table}")
    return tuple(dict.fromkeys(names)), any(chain.get("name") == "DOCKER" for chain in chains)


def desired(fleet: Fleet, host: str) -> FirewallState:
    if not fleet.hosts[host].firewall.enabled:
        return FirewallState()
    openings = deriving.openings(fleet, host)
    return FirewallState(present=True, openings=openings, loaded=True, running=True, enabled=True)


def target(observed: FirewallState, wanted: FirewallState) -> FirewallState:
    """What there should be, given where SSH is on the host and where AZDesk comes from.

    The address that a change is made from is let in if nothing else lets it in; later looks from elsewhere are no reason
    to change anything.
    """
    if not wanted.present:
        return wanted
    openings = deriving.with_ssh_port(wanted.openings, observed.port) if observed.port else wanted.openings
    aim = replace(wanted, openings=openings)
    if observed.client and not let_in(openings, observed.client):
        aim = replace(aim, here=(observed.client,))
    return aim


def let_in(openings: Iterable[Opening], client: str) -> bool:
    """Whether an address may reach SSH."""
    ssh = [one for one in openings if one.name == "ssh"]
    return any(not one.sources or deriving.holds(one.sources, client) for one in ssh)


def agrees(observed: FirewallState, aim: FirewallState) -> bool:
    """Whether all is as it should be."""
    return observed == aim and set(aim.here) <= set(observed.here)


def whole(aim: FirewallState) -> tuple[Opening, ...]:
    """The openings with the one for the address that the change is made from."""
    if not aim.here:
        return aim.openings
    ports = next((one.ports for one in aim.openings if one.name == "ssh"), None)
    ssh = ports or deriving.merged({(deriving.SSH, deriving.SSH), (aim.port or deriving.SSH,) * 2})
    here = Opening(name=HERE, protocol="tcp", ports=ssh, sources=deriving.networks(aim.here))
    return (here, *aim.openings)


def adopt(fleet: Fleet, host: str, observed: FirewallState) -> Fleet:
    """Take the host's firewall, if the document can say it."""
    if observed.edited or observed.present == fleet.hosts[host].firewall.enabled:
        said = fleet.hosts[host].firewall
        if observed.edited or not said.enabled or _fits(fleet, host, observed):
            return fleet
    place = ("hosts", host, "firewall")
    values: dict[tuple[str, ...], Any] = {(*place, "enabled"): observed.present}
    if observed.present:
        values |= {(*place, key): value for key, value in _said(fleet, host, observed).items()}
    try:
        taken = edit.with_values(fleet, values)
    except DocumentError:
        return fleet
    return taken if not observed.present or _fits(taken, host, observed) else fleet


def _fits(fleet: Fleet, host: str, observed: FirewallState) -> bool:
    return target(observed, desired(fleet, host)).openings == observed.openings


def _said(fleet: Fleet, host: str, observed: FirewallState) -> Mapping[str, tuple[str, ...]]:
    """The sources and ports that the document would have to name."""
    found: dict[str, tuple[str, ...]] = {}
    beside = {"directory": deriving.others(fleet, host)}
    fields = {"ssh", "phones", "chat", "federation", "uploads", "directory"}
    for one in observed.openings:
        if one.name in fields:
            more = tuple(source for source in one.sources if source not in beside.get(one.name, ()))
            found[one.name] = more if more or not one.sources else ("fleet",)
    for name in ("ports", "vpn"):
        if name == "vpn" and "application" not in fleet.hosts[host].roles:
            continue
        found[name] = tuple(
            f"{deriving.spelled(*ports)}/{one.protocol}"
            for one in observed.openings
            if one.name == name
            for ports in one.ports
        )
    return found

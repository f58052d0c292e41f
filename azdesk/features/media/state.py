"""How SIP and voice get in and out of a host, by our files, and how they should."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from azdesk.core.errors import DocumentError
from azdesk.core.probe import File, Packages, Probe, Readings
from azdesk.features import _asterisk as asterisk
from azdesk.features import _sip
from azdesk.features._asterisk import Recipe
from azdesk.features._files import FileSet
from azdesk.features.media import content
from azdesk.features.media.content import BLOCK, OWN, STOCK
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet


@dataclass(frozen=True, kw_only=True)
class MediaState:
    """Transports, NAT and RTP, by our files."""

    present: bool = False
    """Whether anything is said by us."""
    transports: tuple[str, ...] = ()
    """udp, tcp, tls, sorted: those that are ours."""
    external_address: str = ""
    local_networks: tuple[str, ...] = ()
    rtp: tuple[int, int] = (0, 0)
    """First and last port of voice."""
    edited: bool = False
    """Our files are not as AZDesk writes them, or left over."""
    recipe: Recipe = field(default="pjsip", compare=False)
    installed: bool = field(default=True, compare=False)
    taken: tuple[str, ...] = field(default=(), compare=False)
    """Transports that the admin's own files have."""
    sections: tuple[str, ...] = field(default=(), compare=False)
    """Stock files (keys of `STOCK`) that have the section that ours goes on with."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    return {
        **{f"stock-{part}": File(path=path) for part, path in STOCK.items()},
        **{f"own-{part}": File(path=path) for part, path in OWN.items()},
        "package": Packages(names=("asterisk",)),
    }


def parse(readings: Readings) -> MediaState:
    keys = {f"stock-{part}": path for part, path in STOCK.items()}
    keys |= {f"own-{part}": path for part, path in OWN.items()}
    files = FileSet.read(readings, keys)
    version = readings.package("package", "asterisk")
    recipe = asterisk.recipe_of(version or "")
    bare = {part: asterisk.bare(files.text(path)) for part, path in STOCK.items()}
    state = MediaState(
        recipe=recipe,
        installed=version is not None and any(files.get(path).exists for path in STOCK.values()),
        taken=_transports(bare["pjsip"]) if recipe == "pjsip" else (),
        sections=tuple(part for part in ("chan-sip", "rtp") if asterisk.has_section(bare[part], "general")),
        files=files,
    )
    if not asterisk.traces(files, STOCK, OWN, BLOCK):
        return state
    state = _read(state)
    return replace(
        state,
        edited=not (state.present and asterisk.as_written(files, STOCK, OWN, BLOCK, content.files(state))),
    )


@functools.lru_cache(maxsize=8)
def _transports(text: str) -> tuple[str, ...]:
    # Debian's file is 90 KB long, and the same on most hosts.
    found = {
        options.get("protocol", "udp").lower()
        for _, options in asterisk.sections(text)
        if options.get("type", "").lower() == "transport"
    }
    return tuple(sorted(found & set(_sip.PORTS)))


def _read(state: MediaState) -> MediaState:
    """What our own files say."""
    files = state.files
    rtp = asterisk.options(files.text(OWN["rtp"]), "general")
    ports = tuple(int(rtp[key]) if rtp.get(key, "").isdecimal() else 0 for key in ("rtpstart", "rtpend"))
    state = replace(state, present=bool(ports[0]), rtp=(ports[0], ports[1]))
    if state.recipe == "chan_sip":
        text = files.text(OWN["chan-sip"])
        general = asterisk.options(text, "general")
        found = set(general.get("transport", "").split(","))
        external, networks = general.get("externaddr", ""), asterisk.every(text, "localnet")
    else:
        text = files.text(OWN["pjsip"])
        found = {name.removeprefix("azdesk-") for name, values in asterisk.sections(text) if "bind" in values}
        external = next(iter(asterisk.every(text, "external_media_address")), "")
        networks = tuple(dict.fromkeys(asterisk.every(text, "local_net")))
    return replace(
        state,
        transports=tuple(sorted(found & set(_sip.PORTS))),
        external_address=external,
        local_networks=tuple(_network(one) for one in networks),
    )


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return text


def desired(fleet: Fleet, host: str) -> MediaState:
    if not (_sip.has_phones(fleet, host) or _sip.has_numbers(fleet, host)):
        return MediaState()
    media = fleet.hosts[host].media
    return MediaState(
        present=True,
        transports=_sip.transports(fleet, host),
        external_address=media.external_address,
        local_networks=tuple(_network(one) for one in media.local_networks),
        rtp=(media.rtp_first, media.rtp_last),
    )


def target(observed: MediaState, wanted: MediaState) -> MediaState:
    """What our files should say, given what the admin's own have already and which driver there is."""
    aim = replace(
        wanted,
        recipe=observed.recipe,
        sections=observed.sections,
        transports=tuple(one for one in wanted.transports if one not in observed.taken),
    )
    if aim.recipe == "pjsip" and not aim.transports:
        # What is said of NAT belongs to a transport, and those are the admin's.
        aim = replace(aim, external_address="", local_networks=())
    return aim


def adopt(fleet: Fleet, host: str, observed: MediaState) -> Fleet:
    """Take NAT, ports and transports."""
    if not observed.present or observed.edited:
        return fleet
    value = fleet.hosts[host]
    place = ("hosts", host)
    values: dict[tuple[str, ...], object] = {}
    said = bool(observed.transports) or observed.recipe == "chan_sip"
    if said and observed.external_address != value.media.external_address:
        values[(*place, "media", "external_address")] = observed.external_address
    if said and observed.local_networks != tuple(_network(one) for one in value.media.local_networks):
        values[(*place, "media", "local_networks")] = observed.local_networks
    if observed.rtp != (value.media.rtp_first, value.media.rtp_last):
        values |= {
            (*place, "media", "rtp_first"): observed.rtp[0],
            (*place, "media", "rtp_last"): observed.rtp[1],
        }
    found = {*observed.transports, *observed.taken}
    if found - {*value.sip.transports, *_sip.transports(fleet, host)}:
        values[(*place, "sip", "transports")] = tuple(sorted(found))
    try:
        return edit.with_values(fleet, values) if values else fleet
    except DocumentError:
        return fleet

"""A host's trunks, as they stand in our file and as Asterisk has them loaded, and how they should be."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from azdesk.core.errors import DocumentError
from azdesk.core.platform import DEBIAN
from azdesk.core.probe import File, Listing, Packages, Probe, Readings
from azdesk.features import _asterisk as asterisk
from azdesk.features import _sip
from azdesk.features._asterisk import Recipe
from azdesk.features._files import FileSet
from azdesk.features.trunks import content, loaded
from azdesk.features.trunks.content import BLOCK, OWN, PAIRS_FOLDER, STOCK
from azdesk.features.trunks.lines import Line, lines_in, text_of
from azdesk.features.trunks.loaded import Live, Loaded
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.voice import deriving

_OPUS = "asterisk-opus"


@dataclass(frozen=True, kw_only=True)
class TrunksState:
    """Trunks to other hosts and to others, by our files and in Asterisk."""

    lines: tuple[Line, ...] = ()
    pairs: tuple[str, ...] = ()
    """Names of the files here with passwords that other hosts share with this one, see `content.pair_name`; sorted."""
    edited: bool = False
    """Our files are not as AZDesk writes them, or left over."""
    unloaded: tuple[str, ...] = ()
    """Trunks of our file that Asterisk does not have as they stand there."""
    lingering: tuple[str, ...] = ()
    """Trunks that Asterisk has loaded and that stand in no file of ours."""
    live: tuple[Live, ...] = field(default=(), compare=False)
    """How those that are loaded are right now."""
    recipe: Recipe = field(default="pjsip", compare=False)
    installed: bool = field(default=True, compare=False)
    hears_opus: bool = field(default=True, compare=False)
    """Whether Asterisk itself understands opus: without that such calls reach no voicemail, conference, announcement or recording there."""
    files: FileSet = field(default=FileSet(), compare=False, repr=False)


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    masks = content.masks(line.endpoint for line in desired_lines(fleet, host) if line.user)
    found: dict[str, Probe] = {
        **{f"stock-{part}": File(path=path) for part, path in STOCK.items()},
        **{f"own-{part}": File(path=path, masks=masks) for part, path in OWN.items()},
        "package": Packages(names=("asterisk", _OPUS)),
        "pairs": Listing(path=PAIRS_FOLDER),
    }
    if _sip.has_numbers(fleet, host):
        found |= loaded.QUESTIONS
    return found


def parse(readings: Readings) -> TrunksState:
    keys = {f"stock-{part}": path for part, path in STOCK.items()}
    keys |= {f"own-{part}": path for part, path in OWN.items()}
    files = FileSet.read(readings, keys)
    version = readings.package("package", "asterisk")
    recipe = asterisk.recipe_of(version or "")
    stock = STOCK[_part(recipe)]
    state = TrunksState(
        # What a change takes away lies beside the rest, under a name with a dot, until the change is through.
        pairs=tuple(sorted(name for name in readings.names("pairs") if not name.startswith("."))),
        recipe=recipe,
        installed=version is not None and files.get(stock).exists,
        # A part of Asterisk's own packages where it has PJSIP alone [seen in the lab: Debian 11 and 22.10].
        hears_opus=recipe == "pjsip" or readings.package("package", _OPUS) is not None,
        files=files,
    )
    own = files.get(OWN[_part(recipe)])
    if asterisk.traces(files, STOCK, OWN, BLOCK):
        lines = lines_in(own.text or "", recipe)
        right = bool(lines) and asterisk.as_written(files, STOCK, OWN, BLOCK, files_of(lines, recipe))
        private = (own.mode & 0o7, own.owner, own.group) == (0, "root", DEBIAN.asterisk_user)
        state = replace(state, lines=lines, edited=not (right and private))
    return _with_loaded(readings, state)


def _with_loaded(readings: Readings, state: TrunksState) -> TrunksState:
    """With what Asterisk says, where it was asked and runs."""
    if not any(key in readings.raw for key in loaded.QUESTIONS):
        return state
    answers = {key: readings.command(key) for key in loaded.QUESTIONS}
    part = _part(state.recipe)
    own = (answers[part], answers[f"{part}-registrations"])
    if any(not one.found or one.exit or one.timed_out for one in own):
        return state
    texts = [one.out for one in own]
    there: tuple[Loaded, ...]
    if state.recipe == "chan_sip":
        there = loaded.of_chan_sip(texts[0], texts[1], state.lines)
    else:
        there = loaded.of_pjsip(texts[0], texts[1])
    return replace(
        state,
        unloaded=tuple(
            line.endpoint for line in state.lines if not any(_is(one, line, state.recipe) for one in there)
        ),
        lingering=tuple(
            one.endpoint
            for one in there
            if not any(_named(one.endpoint, line.endpoint, state.recipe) for line in state.lines)
        ),
        live=tuple(one.live for one in there),
    )


def _part(recipe: Recipe) -> str:
    return "chan-sip" if recipe == "chan_sip" else "pjsip"


def _named(seen: str, endpoint: str, recipe: Recipe) -> bool:
    """Whether a name in a list, which may be cut off there, is that of a trunk or of a further address of it."""
    if recipe == "chan_sip":
        return endpoint.startswith(seen) or seen.startswith(f"{endpoint}-")
    return endpoint == seen or (len(seen) > 40 and endpoint.startswith(seen))


def _is(one: Loaded, line: Line, recipe: Recipe) -> bool:
    return _named(one.endpoint, line.endpoint, recipe) and one.is_as(line, recipe)


def files_of(lines: tuple[Line, ...], recipe: Recipe) -> dict[str, str]:
    """Path → content of our files; tokens stand for passwords."""
    text = text_of(lines, recipe)
    return {OWN[_part(recipe)]: text} if text else {}


def desired(fleet: Fleet, host: str) -> TrunksState:
    return TrunksState(lines=tuple(desired_lines(fleet, host)), pairs=desired_pairs(fleet, host))


def desired_pairs(fleet: Fleet, host: str) -> tuple[str, ...]:
    """Files with passwords that are kept here: those shared with hosts behind this one in the document."""
    between = fleet.number_plan.between
    if between.authentication != "password":
        return ()
    order = list(fleet.hosts)
    behind = (peer for peer in _reached(fleet, host) if order.index(peer) > order.index(host))
    return tuple(sorted(content.pair_name(peer, between.password_since) for peer in behind))


def _reached(fleet: Fleet, host: str) -> tuple[str, ...]:
    """Peers whose LAN address is known."""
    return tuple(peer for peer in deriving.peers_of(fleet, host) if fleet.lan_address(peer))


def pair_of(fleet: Fleet, host: str, peer: str) -> tuple[str, str]:
    """Two hosts in the document's order: the first keeps their password."""
    order = list(fleet.hosts)
    return (host, peer) if order.index(host) < order.index(peer) else (peer, host)


def desired_lines(fleet: Fleet, host: str) -> Iterator[Line]:
    """All trunks that the document wants at a host: to its peers, then to others."""
    between = fleet.number_plan.between
    for peer in _reached(fleet, host):
        shared = between.authentication == "password"
        yield Line(
            endpoint=deriving.host_endpoint(peer),
            context=deriving.entrance(fleet, host, peer),
            address=fleet.lan_address(peer),
            port=_sip.PORTS[between.transport],
            transport=between.transport,
            user=deriving.host_endpoint(host) if shared else "",
            challenge=shared,
            # As each is called at the other: chan_sip takes no other user.
            caller=deriving.host_endpoint(peer) if shared else "",
            codecs=between.codecs,
            srtp=between.srtp,
            dtmf=between.dtmf,
            qualify=between.qualify,
            since=between.password_since if shared else "",
        )
    for name in deriving.trunks_of(fleet, host):
        trunk = fleet.trunks[name]
        known = trunk.authentication != "address"
        address, port = trunk.place
        yield Line(
            endpoint=deriving.trunk_endpoint(name),
            context=deriving.inbound(name),
            address=address,
            port=port,
            transport=trunk.transport,
            user=trunk.user if known else "",
            registers=trunk.authentication == "registration",
            challenge=known and trunk.challenge,
            sources=tuple(_canonical(one) for one in trunk.sources),
            from_user=trunk.from_user,
            from_domain=trunk.from_domain,
            proxy=trunk.outbound_proxy,
            codecs=trunk.codecs,
            srtp=trunk.srtp,
            dtmf=trunk.dtmf,
            qualify=trunk.qualify,
            since=trunk.password_since if known else "",
        )


def _canonical(network: str) -> str:
    """A single address without its length, as it is written."""
    place = ipaddress.ip_network(network, strict=False)
    return str(place.network_address) if place.num_addresses == 1 else str(place)


def adopt(fleet: Fleet, host: str, observed: TrunksState) -> Fleet:
    """Take the trunks to others that stand in our file; those between hosts follow from the number plan."""
    if observed.edited or not _sip.has_numbers(fleet, host):
        return fleet
    wanted = {line.endpoint: line for line in desired_lines(fleet, host)}
    values: dict[tuple[str, ...], object] = {}
    new: dict[str, object] = {}
    prefix = deriving.trunk_endpoint("")
    for line in observed.lines:
        if not line.endpoint.startswith(prefix) or wanted.get(line.endpoint) == line:
            continue
        name = line.endpoint.removeprefix(prefix)
        known = fleet.trunks.get(name)
        if known is None:
            new[name] = {**_values(line), "hosts": (host,)}
        elif not known.hosts or host in known.hosts:
            values |= {("trunks", name, key): value for key, value in _values(line).items()}
    try:
        changed = edit.with_values(fleet, values) if values else fleet
        return edit.with_value(changed, ("trunks",), {**changed.trunks, **new}) if new else changed
    except DocumentError:
        return fleet


def _values(line: Line) -> dict[str, object]:
    """A trunk as the document has it."""
    usual = 5061 if line.transport == "tls" else 5060
    how = "registration" if line.registers else "password" if line.user else "address"
    return {
        "address": line.address,
        "port": 0 if line.port == usual else line.port,
        "transport": line.transport,
        "authentication": how,
        "user": line.user,
        "challenge": line.challenge,
        "sources": line.sources,
        "from_user": line.from_user,
        "from_domain": line.from_domain,
        "outbound_proxy": line.proxy,
        "codecs": line.codecs,
        "srtp": line.srtp,
        "dtmf": line.dtmf,
        "qualify": line.qualify,
        "password_since": line.since,
    }

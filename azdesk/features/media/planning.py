"""Steps that open transports, and what the admin should know."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator

from azdesk.core.plan import Note
from azdesk.core.probe import Command
from azdesk.core.step import Phase, Step, Wait
from azdesk.features import _asterisk as asterisk
from azdesk.features import _sip
from azdesk.features._base import PlanContext
from azdesk.features._files import remove_file, write_file
from azdesk.features.media import content
from azdesk.features.media.content import BLOCK, OWN, STOCK
from azdesk.features.media.state import MediaState, target


def plan(context: PlanContext, observed: MediaState, wanted: MediaState) -> Iterator[Step]:
    aim = target(observed, wanted)
    if observed == aim or (aim.present and not observed.installed):
        return
    files, texts = observed.files, content.files(aim)
    for path, text in texts.items():
        yield from write_file(context, files, path, text, mode=0o644, owner="root", group="root")
    for part, path in STOCK.items():
        yield from asterisk.link(context, files, path, BLOCK, OWN[part], taken_in=OWN[part] in texts)
    for path in OWN.values():
        if path not in texts:
            yield from remove_file(files, path)
    on = asterisk.platform(context.fleet, context.host)
    yield asterisk.restart(
        on, "Asterisk restarts, since it opens its transports at no other time: calls end."
    )
    yield asterisk.booted()
    if aim.present:
        yield from _proof(aim)


def _proof(aim: MediaState) -> Iterator[Step]:
    """Asterisk starts without a transport that it cannot open, and says so in its log only."""
    if aim.recipe == "chan_sip":
        command, expect = "sip show settings", r"Allow unknown access:\s+No"
    elif aim.transports:
        command = "pjsip show transports"
        expect = "(?s)" + "".join(rf"(?=.*azdesk-{one}\s)" for one in aim.transports)
    else:
        return
    yield Wait(
        title=f"See that Asterisk has opened {_listed(aim.transports) or 'its transports'}",
        probe=Command(argv=("asterisk", "-rx", command)),
        expect=expect,
        phase=Phase.VERIFY,
        timeout=10,
        failure="Asterisk has not opened all transports: does another program have the port, or can it not read its certificate? Its log "
        "says why: /var/log/asterisk/messages.log.",
    )


def _is_inside(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is in any of some networks. Asterisk changes no other address in what it says of voice [seen in the lab, 22.10]."""
    place = ipaddress.ip_address(address)
    return any(place in ipaddress.ip_network(network, strict=False) for network in networks)


def _listed(transports: Iterable[str]) -> str:
    return ", ".join(one.upper() for one in transports)


def differences(observed: MediaState, wanted: MediaState) -> Iterable[str]:
    aim = target(observed, wanted)
    if not aim.present:
        if observed.present or observed.edited:
            yield "Lines of AZDesk's about transports and media are left over"
        return
    if not observed.present:
        yield "Transports and media are not as the document says"
        return
    if observed.transports != aim.transports:
        ours, meant = _listed(observed.transports), _listed(aim.transports)
        yield f"Phones and trunks get in by {ours or 'nothing of AZDesk’s'}, not {meant or 'nothing of AZDesk’s'}"
    if observed.external_address != aim.external_address:
        yield f"Others outside are told {observed.external_address or 'no address'}, not {aim.external_address or 'none'}"
    if observed.local_networks != aim.local_networks:
        yield f"Reached without NAT: {', '.join(observed.local_networks) or 'none'}, not {', '.join(aim.local_networks) or 'none'}"
    if observed.rtp != aim.rtp:
        yield "Voice takes the ports {}-{}, not {}-{}".format(*observed.rtp, *aim.rtp)
    if observed.edited:
        yield "AZDesk's files about transports and media were changed by hand"


def notes(context: PlanContext, observed: MediaState, wanted: MediaState) -> Iterable[Note]:
    if not wanted.present:
        return
    fleet, host = context.fleet, context.host
    if observed.files.items and not observed.installed:
        yield Note(text=f"{STOCK['rtp']} does not exist: is Asterisk installed?")
        return
    if "tls" in _sip.asked_transports(fleet, host) and not _sip.is_certified(fleet, host):
        yield Note(text="The host has no certificate from AZDesk: phones and trunks cannot use TLS.")
    own = fleet.lan_address(host)
    if wanted.external_address and own and not _is_inside(own, wanted.local_networks):
        yield Note(
            text=f"{own}, the host's own address, is in none of its local networks: Asterisk would tell others outside that voice goes "
            f"there, not to {wanted.external_address}. Add its network to local_networks."
        )
    for one in wanted.transports:
        if one in observed.taken:
            yield Note(
                text=f"Phones and trunks get in by {one.upper()} as the lines in {STOCK['pjsip']} say; AZDesk adds none."
            )
    if (
        wanted.external_address
        and observed.taken
        and target(observed, wanted).transports != wanted.transports
    ):
        yield Note(text=f"What the document says of NAT is not said of the transports in {STOCK['pjsip']}.")
    if observed.recipe == "chan_sip":
        yield Note(
            text="This Asterisk has the driver chan_sip: calls from guests, who are in no list, are refused from now on."
        )

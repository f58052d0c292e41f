"""What AZDesk's files say of transports, NAT and RTP, for each driver that Asterisk may have."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from azdesk.core.platform import DEBIAN
from azdesk.features import _asterisk as asterisk
from azdesk.features._certificates import certificate_file, key_file
from azdesk.features._directory import SYSTEM_CA
from azdesk.features._sip import PORTS

if TYPE_CHECKING:
    from azdesk.features.media.state import MediaState

BLOCK = "media"
_ETC = DEBIAN.asterisk_config
STOCK = {"pjsip": f"{_ETC}/pjsip.conf", "chan-sip": f"{_ETC}/sip.conf", "rtp": f"{_ETC}/rtp.conf"}
"""Asterisk's own files."""
OWN = {part: f"{_ETC}/azdesk-media-{part}.conf" for part in STOCK}
"""Ours, which those take in."""


def files(state: MediaState) -> dict[str, str]:
    """Path → content of all files for a state."""
    if not state.present:
        return {}
    found = {OWN["rtp"]: _rtp(state)}
    if state.recipe == "chan_sip":
        found[OWN["chan-sip"]] = _chan_sip(state)
    elif state.transports:
        found[OWN["pjsip"]] = _pjsip(state)
    return found


def _head(state: MediaState, section: str, part: str) -> str:
    """The head of a section that may be in the stock file already: a second one of the name would not count."""
    return f"[{section}](+)\n" if part in state.sections else f"[{section}]\n"


def _rtp(state: MediaState) -> str:
    first, last = state.rtp
    return f"{asterisk.HEADER}{_head(state, 'general', 'rtp')}rtpstart = {first}\nrtpend = {last}\n"


def _pjsip(state: MediaState) -> str:
    lines = [asterisk.HEADER]
    for one in state.transports:
        lines.append(f"[azdesk-{one}]\ntype = transport\nprotocol = {one}\nbind = 0.0.0.0:{PORTS[one]}\n")
        if one == "tls":
            user = DEBIAN.asterisk_user
            # Without a method it is TLS 1.0, and with one exactly that. Whom Asterisk calls has to show a certificate that holds.
            lines.append(
                f"method = tlsv1_2\ncert_file = {certificate_file(user)}\npriv_key_file = {key_file(user)}\n"
                f"ca_list_file = {SYSTEM_CA}\nverify_server = yes\n"
            )
        if state.external_address:
            lines.append(
                f"external_media_address = {state.external_address}\n"
                f"external_signaling_address = {state.external_address}\n"
            )
        lines += [f"local_net = {network}\n" for network in state.local_networks]
    return "".join(lines)


def _chan_sip(state: MediaState) -> str:
    lines = [
        f"{asterisk.HEADER}{_head(state, 'general', 'chan-sip')}allowguest = no\nalwaysauthreject = yes\n"
    ]
    if state.transports:
        lines.append(f"transport = {','.join(state.transports)}\n")
    if "udp" in state.transports:
        lines.append(f"udpbindaddr = 0.0.0.0:{PORTS['udp']}\n")
    if "tcp" in state.transports:
        lines.append(f"tcpenable = yes\ntcpbindaddr = 0.0.0.0:{PORTS['tcp']}\n")
    if "tls" in state.transports:
        user = DEBIAN.asterisk_user
        lines.append(
            f"tlsenable = yes\ntlsbindaddr = 0.0.0.0:{PORTS['tls']}\ntlscertfile = {certificate_file(user)}\n"
            f"tlsprivatekey = {key_file(user)}\ntlscafile = {SYSTEM_CA}\ntlsdontverifyserver = no\n"
        )
    if state.external_address:
        lines.append(f"externaddr = {state.external_address}\n")
    lines += [f"localnet = {_with_mask(network)}\n" for network in state.local_networks]
    return "".join(lines)


def _with_mask(network: str) -> str:
    """A network as all versions of chan_sip read it."""
    return ipaddress.ip_network(network, strict=False).with_netmask

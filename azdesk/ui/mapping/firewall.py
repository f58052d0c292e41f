"""What of a host is open to whom, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from azdesk.features.firewall import FirewallState
from azdesk.features.firewall.deriving import Opening, addresses
from azdesk.features.firewall.state import desired, target, whole
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet
from azdesk.ui.mapping.words import filled, listed


def openings(fleet: Fleet, host: str, seen: FirewallState | None) -> tuple[Opening, ...]:
    """What is to be open, or would be with a firewall.

    Args:
        seen: what was seen of the host's firewall; None: nothing yet.
    """
    enabled = edit.with_value(fleet, ("hosts", host, "firewall", "enabled"), value=True)
    return whole(target(seen or FirewallState(), desired(enabled, host)))


def sentences(fleet: Fleet, host: str, found: Sequence[Opening]) -> tuple[str, ...]:
    """One for each service: who may reach it, and where."""
    tr = QCoreApplication.translate
    names = {address: name for name in fleet.hosts if name != host for address in addresses(fleet, name)}
    together: dict[tuple[str, str], list[str]] = {}
    for one in found:
        together.setdefault((_title(one.name), _whom(one, names)), []).append(one.where)
    return tuple(
        filled(tr("Firewall", "%1: %2 (%3)"), title, whom, ", ".join(where))
        for (title, whom), where in together.items()
    )


def _title(name: str) -> str:
    tr = QCoreApplication.translate
    return {
        "ssh": tr("Firewall", "SSH"),
        "here": tr("Firewall", "SSH, from where AZDesk is now"),
        "phones": tr("Firewall", "Phones (SIP)"),
        "hosts": tr("Firewall", "Calls between hosts (SIP)"),
        "trunks": tr("Firewall", "Trunks (SIP)"),
        "voice": tr("Firewall", "Voice streams (RTP)"),
        "chat": tr("Firewall", "Chat (XMPP)"),
        "federation": tr("Firewall", "Servers of other XMPP domains"),
        "uploads": tr("Firewall", "File uploads"),
        "cluster": tr("Firewall", "Nodes of the cluster (Erlang)"),
        "directory": tr("Firewall", "Directory (LDAPS)"),
        "storage": tr("Firewall", "Storage (NFS, SMB, GlusterFS)"),
        "vpn": tr("Firewall", "VPN"),
        "ports": tr("Firewall", "Further ports"),
    }[name]


def _whom(one: Opening, names: Mapping[str, str]) -> str:
    if not one.sources:
        return QCoreApplication.translate("Firewall", "everybody")
    known = dict.fromkeys(names.get(source, source) for source in one.sources)
    return listed(list(known), most=6)

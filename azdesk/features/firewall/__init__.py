"""Firewall: what a host's services need is open, all else is closed (nftables).

- **A table of our own**, ``inet azdesk``, in a file of our own that a unit of our own loads: whole, and all at once. Nobody else's
  tables are read beyond their names or changed. A packet has to pass all of them.
- **Derived** from the document (`deriving`): SSH, phones, trunks, voice, chat, uploads, the cluster's nodes, the directory.
- **Nobody is locked out**: the address that AZDesk comes from may always reach SSH. New rules stay only if somebody could log in through
  them (`Step.new_login`); the host takes them back if the link falls silent, a timer of systemd's opens it if the helper there dies, and a
  reboot does not load what was not proven.
- Packets of connections that were open before are let in: only SYN opens one.

What is passed on to others (containers, a VPN's clients) is not what the host takes in, and no matter of this table.
"""

from azdesk.features._base import Feature
from azdesk.features.firewall.planning import differences, notes, plan
from azdesk.features.firewall.state import FirewallState, adopt, desired, parse, probes

__all__ = ["FEATURE", "FirewallState"]

FEATURE = Feature(
    key="firewall",
    title="Firewall",
    state=FirewallState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    notes=notes,
)

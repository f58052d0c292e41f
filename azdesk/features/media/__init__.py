"""Transports and media: how SIP and voice get in and out of a host, whoever needs it: phones of the directory, or trunks.

- **Transports** UDP, TCP, TLS with the host's certificate; those that an admin made stay the only ones on their ports.
- **NAT**: the address that others outside are told, and the networks for which it is not.
- **RTP**: the ports that voice takes.
- **Nobody unknown**: chan_sip lets guests call unless it is told not to; PJSIP refuses them by itself.

Asterisk opens transports at its start only, so it is restarted.
"""

from azdesk.features import _asterisk as asterisk
from azdesk.features._base import Feature
from azdesk.features.media.planning import differences, notes, plan
from azdesk.features.media.state import MediaState, adopt, desired, parse, probes

__all__ = ["FEATURE", "MediaState"]

FEATURE = Feature(
    key="media",
    title="Transports and media",
    state=MediaState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=asterisk.applies,
    notes=notes,
)

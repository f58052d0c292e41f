"""Phones' accounts from the directory (“SIP in LDAP”): Asterisk looks each number up there, by its realtime.

- **PJSIP** (Asterisk 18 and later) or **chan_sip** (Asterisk 16): each with its own recipe, see `content`.
- **Own files**, taken in by one block in each stock file; Asterisk reads some of them at its start only, so it is restarted.
- **Nobody without a password**: who has none in the directory is not found, by the filter.
- **Outages**: a phone that was seen in the last five minutes registers without the directory; a second server takes over before.
- **Proven** with a bind of the reader and the registration of an account that belongs to nobody, before the change is kept.
"""

from azdesk.features import _asterisk as asterisk
from azdesk.features._base import Feature
from azdesk.features.sip_accounts.planning import after, differences, notes, plan
from azdesk.features.sip_accounts.state import SipState, adopt, desired, parse, probes

__all__ = ["FEATURE", "SipState"]

FEATURE = Feature(
    key="sip_accounts",
    title="Phones' accounts",
    state=SipState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=asterisk.applies,
    after=after,
    notes=notes,
)

"""Trunks: from each host to its peers, as the number plan wants them, and to others: providers, gateways, other telephone systems.

- **Known by address**: calls from an address that is no trunk's are refused, whatever they call themselves.
- **Passwords**: of others kept with the secrets; between hosts made up on the first of two and fetched from there.
- **One file of our own** for root and Asterisk alone, taken in by a block.
- **Proven**: Asterisk is asked which trunks it has loaded. It drops a bad one alone and calls that a success.
- **Live**: whether each other side answers and how fast, and the state of registrations.
"""

from azdesk.features import _asterisk as asterisk
from azdesk.features._base import Feature
from azdesk.features.trunks.loaded import QUESTIONS, Live, asking_again
from azdesk.features.trunks.planning import after, differences, notes, plan
from azdesk.features.trunks.state import TrunksState, adopt, desired, parse, probes

__all__ = ["FEATURE", "QUESTIONS", "Live", "TrunksState", "asking_again"]

FEATURE = Feature(
    key="trunks",
    title="Trunks",
    state=TrunksState,
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

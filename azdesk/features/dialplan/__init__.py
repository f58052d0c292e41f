"""A host's dial plan: what follows from the number plan, as the host's Asterisk has it loaded.

- **Own files**, taken in by a block at the end of extensions.conf and, where somebody leaves messages, of voicemail.conf.
- **Loaded is what counts**: each look asks Asterisk (``dialplan show``). A file that is right but was never loaded, and what
  somebody typed at the console, are differences as well.
- **Nothing of an admin's is touched**: contexts of our names that stand elsewhere stop the change, with their place.
- **Proven**: the text is read back before it is written (`azdesk.voice.validating`), the loaded plan after it; a complaint in
  Asterisk's log about our file fails the change, and the old plan comes back.
"""

from azdesk.features import _asterisk as asterisk
from azdesk.features._base import Feature
from azdesk.features.dialplan.planning import differences, notes, plan
from azdesk.features.dialplan.state import DialplanState, adopt, desired, parse, probes

__all__ = ["FEATURE", "DialplanState"]

FEATURE = Feature(
    key="dialplan",
    title="Dial plan",
    state=DialplanState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=asterisk.applies,
    notes=notes,
)

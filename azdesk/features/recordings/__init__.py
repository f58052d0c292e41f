"""Recordings go into their archive at the end of the day: a program on the host, and the timer that starts it.

The program moves what is complete, whole copies only; while the archive's storage is away, everything stays on the host. What came of it is in
a status file, which each look reads.
"""

from azdesk.features import _asterisk as asterisk
from azdesk.features._base import Feature
from azdesk.features.recordings.planning import differences, notes, plan
from azdesk.features.recordings.state import RecordingsState, adopt, desired, parse, probes

__all__ = ["FEATURE", "RecordingsState"]

FEATURE = Feature(
    key="recordings",
    title="Recordings",
    state=RecordingsState,
    probes=probes,
    parse=parse,
    desired=desired,
    plan=plan,
    adopt=adopt,
    differences=differences,
    applies=asterisk.applies,
    notes=notes,
)

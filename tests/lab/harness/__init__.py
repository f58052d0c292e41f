"""The lab itself: a base system built once, and hosts booted over it in seconds.

`Lab` and `Host` are what tests use; `python -m tests.lab` is the same by hand.
"""

from tests.lab.harness.errors import LabError
from tests.lab.harness.host import Host, Snapshot
from tests.lab.harness.lab import Lab

__all__ = ["Host", "Lab", "LabError", "Snapshot"]

"""What is wrong with a number plan, looked at as a whole.

Each finding says where and what, and what would mend it. Nothing is derived or simulated for it: a plan of ten thousand rules over
two hundred hosts is checked in less than a second.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from azdesk.voice import deriving
from azdesk.voice.checking import addresses, blocks, circles, emergencies, gateways, outside, people, rules
from azdesk.voice.checking.circles import circling
from azdesk.voice.checking.findings import Finding, Fix, Weight
from azdesk.voice.indexed import PlanIndex

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet

__all__ = ["Finding", "Fix", "Weight", "check", "circling"]


def check(fleet: Fleet, numbers: Mapping[str, Collection[str]] | None = None) -> tuple[Finding, ...]:
    """All findings, the weightiest first, then in the order of the document.

    Args:
        numbers: number → accounts that have it, of the directory's people; None: they were not asked for.
    """
    if not deriving.hosts_of(fleet):
        return ()
    plan = PlanIndex(fleet)
    found = [
        *blocks.blocks(plan),
        *blocks.hidden(plan),
        *blocks.reserved(plan),
        *rules.by_themselves(plan),
        *rules.same_pattern(plan),
        *rules.shared(plan),
        *emergencies.ways(plan),
        *emergencies.caught(plan),
        *outside.ways_out(plan),
        *outside.trunks(plan),
        *gateways.gateways(plan),
        *addresses.addresses(plan),
        *circles.circles(plan),
        *outside.fraud(plan),
        *people.filters(plan),
        *(people.people(plan, numbers) if numbers is not None else ()),
    ]
    order = {"error": 0, "warning": 1, "hint": 2}
    return tuple(sorted(found, key=lambda one: order[one.weight]))

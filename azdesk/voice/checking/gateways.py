"""Ways out through other hosts: who may take them, who cannot, and by what the others know them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from azdesk.voice import deriving
from azdesk.voice.checking.findings import Finding, Fix, named
from azdesk.voice.indexed import PlanIndex

if TYPE_CHECKING:
    from azdesk.fleet.voice import Rule, Trunk


def gateways(plan: PlanIndex) -> Iterator[Finding]:
    for name, trunk in plan.fleet.trunks.items():
        yield from _hosts(plan, name, trunk)
    yield from _by_address(plan)


def _hosts(plan: PlanIndex, name: str, trunk: Trunk) -> Iterator[Finding]:
    """Hosts that are to go out by a trunk through others."""
    there = [host for host in trunk.gateway_for if name in plan.trunks.get(host, ())]
    if there:
        yield Finding(
            weight="hint",
            path=("trunks", name, "gateway_for"),
            text=f"{named(there)} has the trunk {name} itself, and needs no way to it through another host."
            if len(there) == 1
            else f"{named(there)} have the trunk {name} themselves, and need no way to it through another host.",
            fix=Fix(
                words=f"Leave out {named(there)}",
                values=(
                    (
                        ("trunks", name, "gateway_for"),
                        tuple(one for one in trunk.gateway_for if one not in there),
                    ),
                ),
            ),
        )
    cut_off = [
        host for host in trunk.gateway_for if host not in there and name not in plan.reached.get(host, ())
    ]
    if cut_off:
        yield Finding(
            weight="error",
            path=("trunks", name, "gateway_for"),
            text=f"No host with the trunk {name} is called by {named(cut_off)}: they do not get out by it.",
            mend="Put them into one cluster, or let all hosts of the fleet call each other (number_plan.reach).",
        )


def _by_address(plan: PlanIndex) -> Iterator[Finding]:
    """Hosts that call out through others which know them by nothing but an address: with UDP anybody in the LAN can write it on a packet."""
    between = plan.fleet.number_plan.between
    if between.authentication != "address" or between.transport != "udp":
        return
    through = [
        host
        for host in plan.hosts
        if any(deriving.gateways_to(plan.fleet, host, name) for name in plan.fleet.trunks)
    ]
    if through:
        yield Finding(
            weight="hint",
            path=("number_plan", "between", "authentication"),
            text=f"Other hosts let {named(through)} call out by their trunks, and know it by an address alone, which others in the LAN can pretend."
            if len(through) == 1
            else f"Other hosts let {named(through)} call out by their trunks, and know them by addresses alone, which others in the LAN can pretend.",
            mend="Let hosts know each other by passwords that AZDesk makes, or reach each other by TCP or TLS.",
            fix=Fix(
                words="Let hosts ask each other for passwords",
                values=((("number_plan", "between", "authentication"), "password"),),
            ),
        )


def through_others(plan: PlanIndex, rule: Rule, lacking: list[str]) -> Fix | None:
    """Let hosts out by the first of the rule's trunks that is at hosts which all of them call directly."""
    for name in rule.trunks:
        trunk = plan.fleet.trunks[name]
        at = [host for host in plan.hosts if name in plan.trunks[host]]
        if at and all(any(plan.groups[one] == plan.groups[host] for one in at) for host in lacking):
            return Fix(
                words=f"Let {named(lacking)} go out by {name} through {named(at)}",
                values=((("trunks", name, "gateway_for"), (*trunk.gateway_for, *lacking)),),
            )
    return None

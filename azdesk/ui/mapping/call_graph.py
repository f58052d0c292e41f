"""The graph of hosts and trunks: who reaches whom directly, and what leads outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui.mapping.numbers import by_trunk, known_by, of_entry, worst
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.numbersmodels import Graph, GraphGroup, GraphHost, GraphTrunk
from azdesk.voice import deriving

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azdesk.fleet.model import Fleet
    from azdesk.voice.checking import Finding


def graph(fleet: Fleet, findings: Sequence[Finding] = ()) -> Graph:
    """The graph that a number plan comes to; empty without one."""
    tr = QCoreApplication.translate
    told = of_entry(findings)
    members: dict[str, list[str]] = {}
    everywhere = fleet.number_plan.reach == "fleet"
    for host in deriving.hosts_of(fleet):
        cluster = fleet.hosts[host].cluster
        members.setdefault("*" if everywhere else cluster or f"={host}", []).append(host)
    groups = tuple(
        GraphGroup(
            key=key,
            title={"*": tr("Numbers", "The whole fleet")}.get(
                key, key if key[0] != "=" else tr("Numbers", "alone")
            ),
            note=_note(fleet, len(hosts)),
            hosts=tuple(
                GraphHost(
                    name=host,
                    numbers=_numbers(fleet, host),
                    state=worst(told.get(("hosts", host), ())),
                )
                for host in hosts
            ),
        )
        for key, hosts in members.items()
    )
    out, into = by_trunk(fleet)
    taking_part = deriving.hosts_of(fleet)
    trunks: list[GraphTrunk] = []
    for name, trunk in fleet.trunks.items():
        at = {host for host in taking_part if not trunk.hosts or host in trunk.hosts}
        whole = tuple(key for key, hosts in members.items() if at.issuperset(hosts))
        rest = at.difference(*(members[key] for key in whole)) if whole else at
        trunks.append(
            GraphTrunk(
                name=name,
                note=f"{trunk.address} · {known_by(trunk)}",
                rules_out=tuple(f"{fleet.rules[one].pattern} · {one}" for one in out.get(name, ())),
                rules_in=tuple(f"{fleet.rules[one].pattern} · {one}" for one in into.get(name, ())),
                whole=whole,
                hosts=tuple(host for host in fleet.hosts if host in rest),
                through=trunk.gateway_for,
                state=worst(told.get(("trunks", name), ())),
            )
        )
    return Graph(groups=groups, trunks=tuple(trunks))


def _numbers(fleet: Fleet, host: str) -> str:
    value = fleet.hosts[host]
    blocks = " ".join(value.numbers) or QCoreApplication.translate("Numbers", "no numbers")
    return f"{value.calls.prefix} · {blocks}" if value.calls.prefix else blocks


def _note(fleet: Fleet, hosts: int) -> str:
    tr = QCoreApplication.translate
    if hosts < 2:
        return tr("Numbers", "no trunk to another host")
    between = fleet.number_plan.between
    count = hosts * (hosts - 1) // 2
    trunks = counted(count, tr("Numbers", "1 trunk"), tr("Numbers", "%1 trunks"))
    how = between.transport.upper() + (" · SRTP" if between.srtp else "")
    return filled(tr("Numbers", "each calls each: %1 · %2"), trunks, how)

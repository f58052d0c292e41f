"""``azdesk status``: how the hosts stand."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from azdesk.app.planning import differences
from azdesk.app.session import Observation
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.error_text import error_lines
from azdesk.cli.looking import Desk, at_work
from azdesk.cli.plan_text import counted, wrapped
from azdesk.cli.terminal import Terminal, clean
from azdesk.features.cluster.state import ClusterState
from azdesk.features.registry import feature
from azdesk.features.services import ServicesState
from azdesk.fleet.model import Fleet

State = Literal["right", "differs", "unreadable", "unreachable"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one host stands."""

    observation: Observation
    differs: dict[str, tuple[str, ...]]

    @property
    def state(self) -> State:
        if self.observation.error is not None:
            return "unreachable"
        if self.observation.problems:
            return "unreadable"
        return "differs" if self.differs else "right"


def run(arguments: Namespace, terminal: Terminal) -> int:
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        found = desk.look(desk.chosen)
        standings = [standing(desk.fleet, found[host]) for host in desk.chosen]
        if arguments.json:
            answer(
                terminal,
                "status",
                document=arguments.fleet,
                name=desk.fleet.name,
                hosts=[host_shape(desk.fleet, one) for one in standings],
                settled=[
                    {"host": one.host, "title": one.title, "state": one.state.value, "message": one.message}
                    for one in desk.settled
                ],
            )
        else:
            _show(desk, standings)
    states = {one.state for one in standings}
    if states & {"unreachable", "unreadable"}:
        return exits.ERROR
    return exits.PENDING if "differs" in states else exits.OK


def standing(fleet: Fleet, observation: Observation) -> Standing:
    """What a look at a host says, compared with the document."""
    differs = {} if observation.error else dict(differences(fleet, observation))
    return Standing(observation=observation, differs=differs)


def host_shape(fleet: Fleet, one: Standing) -> shapes.Json:
    """One host of ``status --json``."""
    seen = one.observation
    return {
        "host": seen.host,
        "address": fleet.hosts[seen.host].address,
        "state": one.state,
        "looked_at": shapes.moment(seen.at),
        "age": round(max(0.0, time.time() - seen.at), 3),
        "took": round(seen.round_trip, 3),
        "error": shapes.error(seen.error) if seen.error else None,
        "problems": [{"feature": key, "error": shapes.error(error)} for key, error in seen.problems.items()],
        "differences": [{"feature": key, "texts": list(texts)} for key, texts in one.differs.items()],
        "recovered": list(seen.recovered),
        **_facts(seen),
    }


def _facts(seen: Observation) -> dict[str, Any]:
    """What people and monitoring want to know even of a host that is right."""
    cluster, services = seen.states.get("cluster"), seen.states.get("services")
    facts: dict[str, Any] = {"cluster": None, "services": []}
    if isinstance(cluster, ClusterState):
        facts["cluster"] = {
            "node": cluster.node,
            "running": list(cluster.members),
            "stopped": list(cluster.stopped),
        }
    if isinstance(services, ServicesState):
        facts["services"] = [{"unit": name, "state": unit.active} for name, unit in services.units]
    return facts


_STYLES = {"right": "green", "differs": "yellow", "unreadable": "red", "unreachable": "red"}


def _show(desk: Desk, standings: list[Standing]) -> None:
    terminal, fleet = desk.terminal, desk.fleet
    width = max((len(one.observation.host) for one in standings), default=0)
    for one in standings:
        seen = one.observation
        name = terminal.style(f"{seen.host:<{width}}", "bold")
        state = terminal.style(f"{one.state:<11}", _STYLES[one.state])
        place = fleet.hosts[seen.host].address
        terminal.line(f"{name}  {state}  {place}  {terminal.style(_when(seen), 'dim')}")
        for line in _details(terminal, fleet, one):
            terminal.line(line)
    count = {state: sum(one.state == state for one in standings) for state in _STYLES}
    said = ", ".join(f"{number} {state}" for state, number in count.items() if number)
    terminal.line(f"{counted(len(standings), 'host')}: {said or 'none'}.")


def _when(seen: Observation) -> str:
    return f"looked at {time.strftime('%H:%M:%S', time.localtime(seen.at))}, took {seen.round_trip:.2f} s"


def _details(terminal: Terminal, fleet: Fleet, one: Standing) -> Iterator[str]:
    seen, indent = one.observation, "      "
    if seen.error is not None:
        for line in error_lines(seen.error, place=seen.host):
            yield from wrapped(f"{indent}{line}", terminal.width, indent + "  ")
        return
    cluster = seen.states.get("cluster")
    if isinstance(cluster, ClusterState) and fleet.hosts[seen.host].cluster:
        running = ",".join(cluster.members)
        yield f"{indent}running db nodes = [{clean(running)}]"
    for key, error in seen.problems.items():
        yield from wrapped(
            f"{indent}{feature(key).title}: {clean(str(error))}", terminal.width, indent + "  "
        )
    for key, texts in one.differs.items():
        for text in texts:
            yield from wrapped(f"{indent}{feature(key).title}: {clean(text)}", terminal.width, indent + "  ")

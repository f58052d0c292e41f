"""``azdesk status``: how the hosts stand."""

from __future__ import annotations

import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from azdesk.app.planning import differences, plan_hosts
from azdesk.app.session import Observation
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.error_text import error_lines
from azdesk.cli.looking import Desk, at_work, related
from azdesk.cli.plan_text import counted, wrapped
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import (
    AzdeskError,
    CredentialError,
    HostKeyChanged,
    HostKeyUnknown,
    LoginRefused,
    NoPython,
    SudoRefused,
)
from azdesk.core.plan import HostPlan
from azdesk.core.step import Phase
from azdesk.features.cluster.state import ClusterState
from azdesk.features.manager import Live, ManagerState
from azdesk.features.registry import feature
from azdesk.features.services import ServicesState
from azdesk.features.trunks import Live as TrunkLive
from azdesk.features.trunks import TrunksState
from azdesk.fleet.model import Fleet

State = Literal["right", "differs", "unreadable", "unreachable"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one host stands."""

    observation: Observation
    differs: dict[str, tuple[str, ...]]
    """Feature key → what differs from the document, in sentences."""
    plan: HostPlan
    """What would be done: sometimes more than differs, such as a cookie that is not its cluster's."""

    @property
    def state(self) -> State:
        if self.observation.error is not None:
            return "unreachable"
        if self.observation.problems:
            return "unreadable"
        return "differs" if self.differs or self.plan.steps else "right"

    @property
    def words(self) -> str:
        """The state for people, who do something else about each kind of a host that could not be read."""
        return _trouble(self.observation.error) if self.observation.error else self.state

    @property
    def left(self) -> dict[str, tuple[str, ...]]:
        """Feature key → titles of steps, of features that have something to do though nothing is said to differ."""
        found: dict[str, tuple[str, ...]] = {}
        for step in self.plan.steps:
            keys = step.feature.split("+")
            if step.phase is not Phase.CHECK and not self.differs.keys() & set(keys):
                found[keys[0]] = (*found.get(keys[0], ()), step.title)
        return found


_TROUBLES = (
    (HostKeyChanged, "key changed"),
    (HostKeyUnknown, "key unknown"),
    (LoginRefused, "login refused"),
    (CredentialError, "no login"),
    (SudoRefused, "sudo refused"),
    (NoPython, "no python3"),
)


def _trouble(error: AzdeskError) -> str:
    return next((words for kind, words in _TROUBLES if isinstance(error, kind)), "unreachable")


def run(arguments: Namespace, terminal: Terminal) -> int:
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        found = dict(desk.look(desk.chosen))
        # What is left to do on a node depends on what the others are.
        readable = [host for host in desk.chosen if found[host].readable]
        if others := [host for host in related(desk.fleet, readable) if host not in found]:
            found |= desk.look(others)
        plans = plan_hosts(desk.fleet, found, desk.chosen)
        standings = [standing(desk.fleet, found[host], plans[host]) for host in desk.chosen]
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
        elif not standings:
            terminal.line("The document has no hosts yet.")
        else:
            _show(desk, standings)
    states = {one.state for one in standings}
    if states & {"unreachable", "unreadable"}:
        return exits.ERROR
    return exits.PENDING if "differs" in states else exits.OK


def standing(fleet: Fleet, observation: Observation, plan: HostPlan) -> Standing:
    """What a look at a host says, compared with the document."""
    differs = {} if observation.error else dict(differences(fleet, observation))
    return Standing(observation=observation, differs=differs, plan=plan)


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
        "steps": [{"title": step.title, "feature": step.feature} for step in one.plan.steps],
        "notes": [note.text for note in one.plan.notes],
        "recovered": list(seen.recovered),
        **_facts(seen),
    }


def _facts(seen: Observation) -> dict[str, Any]:
    """What people and monitoring want to know even of a host that is right."""
    cluster, services = seen.states.get("cluster"), seen.states.get("services")
    manager = seen.states.get("manager")
    facts: dict[str, Any] = {"cluster": None, "services": [], "asterisk": None, "trunks": []}
    if isinstance(cluster, ClusterState):
        facts["cluster"] = {
            "node": cluster.node,
            "running": list(cluster.members),
            "stopped": list(cluster.stopped),
        }
    if isinstance(services, ServicesState):
        facts["services"] = [{"unit": name, "state": unit.active} for name, unit in services.units]
    if isinstance(manager, ManagerState) and manager.live is not None:
        facts["asterisk"] = {
            "version": manager.live.version,
            "started": shapes.moment(manager.live.started),
            "calls": manager.live.calls,
            "calls_since_start": manager.live.calls_since_start,
            "phones": manager.live.phones,
        }
    trunks = seen.states.get("trunks")
    if isinstance(trunks, TrunksState):
        facts["trunks"] = [
            {
                "name": one.endpoint,
                "reachable": one.reachable,
                "milliseconds": one.milliseconds if one.reachable else None,
                "registration": one.registration or None,
            }
            for one in trunks.live
        ]
    return facts


_STYLES = {"right": "green", "differs": "yellow", "unreadable": "red", "unreachable": "red"}
_WIDTH = max(len(words) for words in (*_STYLES, *(words for _, words in _TROUBLES)))


def _show(desk: Desk, standings: list[Standing]) -> None:
    terminal, fleet = desk.terminal, desk.fleet
    width = max((len(one.observation.host) for one in standings), default=0)
    for one in standings:
        seen = one.observation
        name = terminal.style(f"{seen.host:<{width}}", "bold")
        state = terminal.style(f"{one.words:<{_WIDTH}}", _STYLES[one.state])
        place = fleet.hosts[seen.host].address
        terminal.line(f"{name}  {state}  {place}  {terminal.style(_when(seen), 'dim')}")
        for line in _details(terminal, fleet, one):
            terminal.line(line)
    count = Counter(one.words for one in sorted(standings, key=lambda one: list(_STYLES).index(one.state)))
    several = {"differs": "differ"}
    said = ", ".join(
        f"{number} {words if number == 1 else several.get(words, words)}" for words, number in count.items()
    )
    terminal.line(f"{counted(len(standings), 'host')}: {said or 'none'}.")


def _when(seen: Observation) -> str:
    return f"looked at {time.strftime('%H:%M:%S', time.localtime(seen.at))}, took {seen.round_trip:.2f} s"


def _details(terminal: Terminal, fleet: Fleet, one: Standing) -> Iterator[str]:
    seen, indent = one.observation, "      "
    if seen.error is not None:
        for line in error_lines(seen.error, place=seen.host):
            yield from wrapped(f"{indent}{line}", terminal.width, indent + "  ")
        return
    cluster, manager = seen.states.get("cluster"), seen.states.get("manager")
    if isinstance(cluster, ClusterState) and fleet.hosts[seen.host].cluster:
        running = ",".join(cluster.members)
        yield f"{indent}running db nodes = [{clean(running)}]"
    if isinstance(manager, ManagerState) and manager.live is not None:
        yield f"{indent}{_asterisk(manager.live)}"
    trunks = seen.states.get("trunks")
    if isinstance(trunks, TrunksState) and trunks.live:
        said = ", ".join(_trunk(one) for one in trunks.live)
        yield from wrapped(f"{indent}Trunks: {clean(said)}", terminal.width, indent + "  ")
    for key, error in seen.problems.items():
        yield from wrapped(
            f"{indent}{feature(key).title}: {clean(str(error))}", terminal.width, indent + "  "
        )
    for key, texts in one.differs.items():
        for text in texts:
            yield from wrapped(f"{indent}{feature(key).title}: {clean(text)}", terminal.width, indent + "  ")
    for note in one.plan.notes:
        # What a host itself tells of its phones is no difference, and still to be known.
        if note.feature == "sip_accounts" and not one.plan.steps:
            said = f"{indent}{feature(note.feature).title}: {clean(note.text)}"
            yield from wrapped(said, terminal.width, indent + "  ")
    for key, titles in one.left.items():
        said = clean("; ".join(titles))
        yield from wrapped(f"{indent}{feature(key).title}: left to do: {said}", terminal.width, indent + "  ")


def _trunk(one: TrunkLive) -> str:
    known = {True: f"{one.milliseconds:.1f} ms", False: "not reachable", None: "not asked"}[one.reachable]
    return f"{one.endpoint} {known}{f', {one.registration.lower()}' if one.registration else ''}"


def _asterisk(live: Live) -> str:
    since = f", running since {time.strftime('%Y-%m-%d %H:%M', time.localtime(live.started))}"
    return (
        f"Asterisk {clean(live.version)}: {counted(live.calls, 'call')}, {counted(live.phones, 'phone')} registered"
        f"{since if live.started else ''}"
    )

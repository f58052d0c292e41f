"""The head and the first tab of a host's page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.features.registry import FEATURES
from azdesk.ui.mapping.standing import FleetView, Standing, failed_look, standing
from azdesk.ui.mapping.words import counted, filled, moment, short_span, unit_name
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azdesk.core.probe import UnitReading
    from azdesk.features.manager import Live


@dataclass(frozen=True, kw_only=True)
class Differing:
    """One feature in which a host differs from the document."""

    feature: str
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Service:
    """One unit that matters on a host."""

    unit: str
    name: str
    state: State
    words: str
    """``running since 3 hours``, ``failed``."""
    runs: bool


@dataclass(frozen=True, kw_only=True)
class HostModel:
    """What is known of a host."""

    name: str
    facts: str
    """One line for the head of the page."""
    standing: Standing
    looked_at: datetime | None = None
    problem: str = ""
    """Why it cannot be read."""
    next_step: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    """(what, value) of plain facts."""
    differing: tuple[Differing, ...] = ()
    unreadable: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What the planner says about it."""
    services: tuple[Service, ...] = ()


def host(view: FleetView, name: str) -> HostModel:
    """What is known of a host."""
    tr = QCoreApplication.translate
    seen, thought = view.observations.get(name), view.thoughts.get(name)
    entry = view.fleet.hosts[name]
    services = seen.states.get("services") if seen is not None else None
    versions = dict(services.versions) if services else {}
    facts = [entry.address if entry.port == 22 else f"{entry.address} port {entry.port}"]
    if entry.cluster:
        facts.append(entry.cluster)
    if services and services.system:
        facts.append(services.system)
    facts += [f"{package} {_version(versions[package])}" for package in versions]
    error = seen.error if seen is not None else None
    differences = thought.differences if thought is not None else {}
    problems = [*(seen.problems.values() if seen is not None else ())]
    problems += thought.problems.values() if thought is not None else ()
    titles = {feature.key: feature.title for feature in FEATURES}
    return HostModel(
        name=name,
        facts=" · ".join(facts),
        standing=standing(view, name) if error is None else failed_look(error),
        looked_at=moment(seen.at) if seen is not None else None,
        problem=error.what if error is not None else "",
        next_step=error.next_step if error is not None else "",
        rows=_rows(view, name),
        differing=tuple(
            Differing(feature=key, title=titles.get(key, key), sentences=sentences)
            for key, sentences in differences.items()
        ),
        unreadable=tuple(
            filled(tr("Host", "%1 %2"), problem.what, problem.next_step).strip() for problem in problems
        ),
        notes=tuple(note.text for note in thought.plan.notes)
        if thought is not None and error is None
        else (),
        services=tuple(_service(unit, reading, view.now) for unit, reading in services.units)
        if services
        else (),
    )


def _version(text: str) -> str:
    """A package's version without the distribution's part."""
    return re.split(r"[-+~]", text.rpartition(":")[2], maxsplit=1)[0]


def _rows(view: FleetView, name: str) -> tuple[tuple[str, str], ...]:
    tr = QCoreApplication.translate
    entry, seen = view.fleet.hosts[name], view.observations.get(name)
    rows = [(tr("Host", "Roles"), ", ".join(entry.roles))]
    lan = view.fleet.lan_address(name)
    if lan and lan != entry.address:
        rows.append((tr("Host", "LAN address"), lan))
    if entry.jump:
        rows.append((tr("Host", "Reached through"), " → ".join(entry.jump)))
    login = entry.credential or tr("Host", "what ~/.ssh/config and the agent say")
    rows.append((tr("Host", "Login"), login))
    cluster = seen.states.get("cluster") if seen is not None else None
    if cluster is not None and cluster.installed:
        rows.append((tr("Host", "Runs as"), cluster.node))
        if cluster.members:
            rows.append((tr("Host", "Running db nodes"), f"[{', '.join(cluster.members)}]"))
    manager = seen.states.get("manager") if seen is not None else None
    if manager is not None and manager.live is not None:
        rows += _asterisk(manager.live, view.now)
    if seen is not None and seen.readable:
        rows.append(
            (tr("Host", "Last look took"), filled(tr("Host", "%1 ms"), round(seen.round_trip * 1000)))
        )
    if entry.note:
        rows.append((tr("Host", "Note"), entry.note))
    return tuple(rows)


def _asterisk(live: Live, now: float) -> Iterator[tuple[str, str]]:
    """What Asterisk says of itself."""
    tr = QCoreApplication.translate
    words = _version(live.version)
    if live.started:
        span = short_span(max(0.0, now - live.started))
        words = filled(tr("Host", "%1, running for %2"), words, span)
    yield tr("Host", "Asterisk"), words
    calls = counted(live.calls, tr("Host", "1 call in progress"), tr("Host", "%1 calls in progress"))
    since = counted(live.calls_since_start, tr("Host", "1 since its start"), tr("Host", "%1 since its start"))
    yield tr("Host", "Calls"), f"{calls} · {since}"
    yield (
        tr("Host", "Phones"),
        counted(live.phones, tr("Host", "1 registered"), tr("Host", "%1 registered")),
    )


def _service(unit: str, reading: UnitReading, now: float) -> Service:
    tr = QCoreApplication.translate
    runs = reading.active in ("active", "reloading", "refreshing")
    if reading.load == "not-found":
        state, words = State.UNKNOWN, tr("Host", "not installed")
    elif reading.active == "failed":
        state, words = State.FAILING, tr("Host", "failed")
    elif runs:
        state, words = State.RIGHT, tr("Host", "running")
        if reading.since:
            words = filled(tr("Host", "running for %1"), short_span(max(0.0, now - reading.since)))
    else:
        state, words = State.DIFFERS, reading.active
    if reading.load != "not-found" and reading.enabled in ("disabled", "masked"):
        word = tr("Host", "masked") if reading.enabled == "masked" else tr("Host", "not started at boot")
        words = f"{words} · {word}"
    return Service(unit=unit, name=unit_name(unit), state=state, words=words, runs=runs)

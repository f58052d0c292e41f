"""Look at hosts: all features of a host in one round trip, all hosts side by side."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from azdesk.app.session import Observation, Session
from azdesk.core.errors import AzdeskError, Cancelled, LinkError
from azdesk.core.probe import Probe, Raw, Readings
from azdesk.core.progress import Job, Progress
from azdesk.features._base import Feature
from azdesk.features.registry import FEATURES
from azdesk.fleet.model import Fleet

AT_ONCE = 32
"""Hosts looked at side by side."""


def applicable(fleet: Fleet, host: str) -> tuple[Feature[Any], ...]:
    """The features that concern a host."""
    return tuple(feature for feature in FEATURES if feature.applies(fleet, host))


def probes_for(fleet: Fleet, host: str) -> dict[str, Probe]:
    """All probes of a host, each under ``<feature>/<key>``."""
    return {
        f"{feature.key}/{key}": probe
        for feature in applicable(fleet, host)
        for key, probe in feature.probes(fleet, host).items()
    }


def understand(
    fleet: Fleet, host: str, readings: Readings
) -> tuple[Mapping[str, Any], Mapping[str, AzdeskError]]:
    """Readings → (states, problems) by feature key."""
    by_feature: dict[str, dict[str, Raw]] = {}
    for key, raw in readings.raw.items():
        owner, _, name = key.partition("/")
        by_feature.setdefault(owner, {})[name] = raw
    states: dict[str, Any] = {}
    problems: dict[str, AzdeskError] = {}
    for feature in applicable(fleet, host):
        own = Readings(host, by_feature.get(feature.key, {}), taken_at=readings.taken_at)
        try:
            states[feature.key] = feature.parse(own)
        except AzdeskError as error:
            problems[feature.key] = error
    return states, problems


def observe_host(session: Session, host: str, job: Job) -> Observation:
    """Look at one host. A host that cannot be reached gives an observation with its error.

    Raises:
        Cancelled: by the job.
    """
    fleet, started = session.fleet, time.monotonic()
    observation: Observation
    try:
        link = session.pool.link(host, job)
        probes = probes_for(fleet, host)
        try:
            readings = link.look(probes)
        except LinkError:
            # The link may have died unnoticed since the last look: one new try tells a dead link from a dead host.
            job.check()
            session.pool.drop(host)
            link = session.pool.link(host, job)
            readings = link.look(probes)
        states, problems = understand(fleet, host, readings)
        observation = Observation(
            host=host,
            at=time.time(),
            states=states,
            problems=problems,
            recovered=link.hello.recovered,
            round_trip=time.monotonic() - started,
        )
    except Cancelled:
        raise
    except AzdeskError as error:
        observation = Observation(
            host=host, at=time.time(), error=error, round_trip=time.monotonic() - started
        )
    if host in session.fleet.hosts:
        session.keep(observation)
    return observation


def observe(
    session: Session, hosts: Collection[str] | None = None, job: Job | None = None
) -> Mapping[str, Observation]:
    """Look at hosts side by side; one host's trouble never delays another's result.

    Raises:
        Cancelled: by the job.
    """
    job = job or Job()
    names = list(session.fleet.hosts if hosts is None else hosts)
    done = 0
    found: dict[str, Observation] = {}

    def look(host: str) -> Observation:
        job.check()
        return observe_host(session, host, job)

    if not names:
        return {}
    with ThreadPoolExecutor(min(AT_ONCE, len(names)), thread_name_prefix="look") as pool:
        futures = {host: pool.submit(look, host) for host in names}
        for host, future in futures.items():
            found[host] = future.result()
            done += 1
            job.report(Progress(text=f"Looked at {host}", host=host, done=done, total=len(names)))
    return found

"""Look at hosts: all features of a host in one round trip, all hosts side by side."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping
from typing import Any

from azdesk.app.session import Observation, Session
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled, LinkError, ObserveError
from azdesk.core.probe import Probe, Raw, Readings
from azdesk.core.progress import Job, Progress
from azdesk.features._base import Feature
from azdesk.features.registry import FEATURES
from azdesk.fleet.model import Fleet

_log = logging.getLogger(__name__)


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
    """Readings → (states, problems) by feature key.

    A parser that fails in a way nobody thought of is that feature's problem on that host, not the whole fleet's.
    """
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
        except Exception as defect:
            problems[feature.key] = _defect(f"understanding {feature.title}", host, defect)
    return states, problems


def _defect(doing: str, host: str, defect: Exception) -> ObserveError:
    """A fault of ours, told without what was read: that may be confidential."""
    _log.error("%s failed on %s", doing, host, exc_info=defect)
    return ObserveError(
        f"AZDesk itself failed at {doing} ({type(defect).__name__}).",
        where=host,
        next_step="Please report this; the rest of the host can be worked on.",
    )


def observe_host(session: Session, host: str, job: Job) -> Observation:
    """Look at one host. A host that cannot be reached gives an observation with its error.

    Raises:
        Cancelled: by the job.
    """
    started = time.monotonic()
    try:
        observation = _look(session, host, job, started)
    except Cancelled:
        raise
    except Exception as error:
        why = error if isinstance(error, AzdeskError) else _defect("looking", host, error)
        observation = Observation(host=host, at=time.time(), error=why, round_trip=time.monotonic() - started)
    if host in session.fleet.hosts:
        session.keep(observation)
    return observation


def _look(session: Session, host: str, job: Job, started: float) -> Observation:
    fleet = session.fleet
    probes = probes_for(fleet, host)
    link = session.pool.link(host, job)
    try:
        readings = link.look(probes)
    except LinkError:
        job.check()
        if link.alive:
            # Nothing is wrong with it: a change has kept it busy for long, and must not be cut off.
            raise
        # It may have died unnoticed since the last look: one new try tells a dead link from a dead host.
        link = session.pool.link(host, job)
        readings = link.look(probes)
    states, problems = understand(fleet, host, readings)
    return Observation(
        host=host,
        at=time.time(),
        states=states,
        problems=problems,
        recovered=link.hello.recovered if session.first_look(host, link) else (),
        round_trip=time.monotonic() - started,
    )


def observe(
    session: Session, hosts: Collection[str] | None = None, job: Job | None = None
) -> Mapping[str, Observation]:
    """Look at hosts side by side; one host's trouble never delays another's result.

    Raises:
        Cancelled: by the job.
    """
    job = job or Job()
    names = list(session.fleet.hosts if hosts is None else hosts)

    def look(host: str) -> Observation:
        job.check()
        return observe_host(session, host, job)

    found: dict[str, Observation] = {}
    for host, observation in side_by_side(names, look, job, name="look"):
        found[host] = observation
        job.report(Progress(text=f"Looked at {host}", host=host, done=len(found), total=len(names)))
    return {host: found[host] for host in names}

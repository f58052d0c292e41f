"""How one host stands: its mark, a few words for the tree, a sentence for its tile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication

from azdesk.core.errors import (
    AzdeskError,
    CredentialError,
    HostKeyChanged,
    HostKeyUnknown,
    LinkLost,
    LinkTimeout,
    LoginRefused,
    NoPython,
    SudoRefused,
    Unreachable,
)
from azdesk.ui.mapping.words import counted, filled, short_span, unit_name
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.app.session import Observation
    from azdesk.core.outcome import HostOutcome
    from azdesk.fleet.model import Fleet
    from azdesk.ui.thinking import Thought

NEEDS_HELP: Final = "needs-help"
ROLLED_BACK: Final = "rolled-back"
AWAITED: Final = "awaited"
"""Values of `azdesk.core.outcome.HostState`, which a window without outcomes need not load."""
STALE_S: Final = 300.0
"""Seconds after which what was seen is no longer what is."""


@dataclass(frozen=True, kw_only=True)
class FleetView:
    """All that the window knows at one moment."""

    fleet: Fleet
    observations: Mapping[str, Observation] = field(default_factory=dict)
    thoughts: Mapping[str, Thought] = field(default_factory=dict)
    busy: Mapping[str, str] = field(default_factory=dict)
    """Host → what is being done there."""
    looking: Collection[str] = ()
    """Hosts being looked at."""
    outcomes: Mapping[str, HostOutcome] = field(default_factory=dict)
    """Host → what the last plan came to, in this session."""
    now: float
    """Seconds since the epoch."""
    stale: float = STALE_S


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a host stands."""

    state: State
    note: str = ""
    """A few words: ``2 differ``."""
    sentence: str = ""


_NO_ANSWER = (Unreachable, LinkLost, LinkTimeout)


def standing(view: FleetView, host: str) -> Standing:
    """How a host stands; the worst of what is known comes first."""
    tr = QCoreApplication.translate
    if host in view.busy:
        return Standing(state=State.BUSY, note=tr("Standing", "at work"), sentence=view.busy[host])
    seen = view.observations.get(host)
    if seen is None and host in view.looking:
        return Standing(
            state=State.UNKNOWN, note=tr("Standing", "looking…"), sentence=tr("Standing", "Being looked at")
        )
    if seen is None:
        return Standing(
            state=State.UNKNOWN, note=tr("Standing", "not seen"), sentence=tr("Standing", "Not looked at yet")
        )
    age = view.now - seen.at
    if age > view.stale:
        since = short_span(age)
        return Standing(
            state=State.UNKNOWN,
            note=filled(tr("Standing", "%1 ago"), since),
            sentence=filled(tr("Standing", "Not looked at for %1"), since),
        )
    if seen.error is not None:
        return failed_look(seen.error)
    return _looked(view, host, seen)


def _looked(view: FleetView, host: str, seen: Observation) -> Standing:
    tr = QCoreApplication.translate
    thought = view.thoughts.get(host)
    outcome = view.outcomes.get(host)
    if outcome is not None and outcome.state == NEEDS_HELP:
        return Standing(state=State.FAILING, note=tr("Standing", "needs help"), sentence=outcome.message)
    if seen.problems:
        problem = next(iter(seen.problems.values()))
        return Standing(state=State.FAILING, note=tr("Standing", "unreadable"), sentence=problem.what)
    down = failed_units(seen)
    if down:
        sentence = filled(tr("Standing", "%1 has failed"), ", ".join(map(unit_name, down)))
        return Standing(
            state=State.FAILING,
            note=filled(tr("Standing", "%1 failed"), unit_name(down[0])),
            sentence=sentence,
        )
    if thought is None:
        return Standing(
            state=State.UNKNOWN,
            note=tr("Standing", "comparing…"),
            sentence=tr("Standing", "Being compared with the document"),
        )
    if thought.problems:
        problem = next(iter(thought.problems.values()))
        return Standing(state=State.FAILING, note=tr("Standing", "not compared"), sentence=problem.what)
    differences = thought.differences
    count = sum(len(sentences) for sentences in differences.values())
    if outcome is not None and outcome.state == ROLLED_BACK and count:
        return Standing(
            state=State.FAILING, note=tr("Standing", "rolled back"), sentence=tr("Standing", "Rolled back")
        )
    if thought.plan.blocked and count:
        why = next(note.text for note in thought.plan.notes if note.blocking)
        return Standing(state=State.FAILING, note=tr("Standing", "blocked"), sentence=why)
    if count:
        first = next(iter(differences.values()))[0]
        return Standing(
            state=State.DIFFERS,
            note=counted(count, tr("Standing", "1 differs"), tr("Standing", "%1 differ")),
            sentence=first
            if count == 1
            else filled(tr("Standing", "%1, and %2 more"), first.rstrip("."), count - 1),
        )
    if thought.plan.steps:
        return Standing(
            state=State.DIFFERS,
            note=tr("Standing", "differs"),
            sentence=counted(
                len(thought.plan.steps),
                tr("Standing", "1 step left to do"),
                tr("Standing", "%1 steps left to do"),
            ),
        )
    return Standing(state=State.RIGHT, sentence=tr("Standing", "As the document says"))


def failed_look(error: AzdeskError) -> Standing:
    """How a host stands that could not be looked at."""
    tr = QCoreApplication.translate
    if isinstance(error, _NO_ANSWER):
        return Standing(state=State.UNREACHABLE, note=tr("Standing", "unreachable"), sentence=error.what)
    for kind, note in (
        (HostKeyChanged, tr("Standing", "key changed")),
        (HostKeyUnknown, tr("Standing", "key unknown")),
        (LoginRefused, tr("Standing", "login refused")),
        (CredentialError, tr("Standing", "no login")),
        (SudoRefused, tr("Standing", "sudo refused")),
        (NoPython, tr("Standing", "no python3")),
    ):
        if isinstance(error, kind):
            return Standing(state=State.FAILING, note=note, sentence=error.what)
    return Standing(state=State.FAILING, note=tr("Standing", "unreadable"), sentence=error.what)


def failed_units(seen: Observation) -> tuple[str, ...]:
    """Units that systemd calls failed."""
    services = seen.states.get("services")
    return tuple(name for name, unit in services.units if unit.active == "failed") if services else ()


def failed_copy(seen: Observation) -> str:
    """Why a host could not copy its phones' accounts from the directory; empty: it could, or has none to copy."""
    phones = seen.states.get("sip_accounts")
    return str(phones.not_copied) if phones else ""

"""What the review and the journal show, as plain values; see `azdesk.ui.viewmodels`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from azdesk.core.outcome import HostState, StepState
from azdesk.ui.viewmodels import State


@dataclass(frozen=True, kw_only=True)
class FileDiff:
    """A file before and after; secrets already masked."""

    path: str
    before: str | None
    """None: it does not exist yet."""
    after: str | None
    """None: it will be gone."""
    note: str = ""
    """Owner, mode, what reads it."""


@dataclass(frozen=True, kw_only=True)
class ReviewStep:
    """One step of a plan on one host."""

    key: str
    verb: str
    """``Write``, ``Reload``, ``Join``."""
    text: str
    detail: str = ""
    """What it does, in words; shown where there is no file."""
    diff: FileDiff | None = None
    irreversible: bool = False


@dataclass(frozen=True, kw_only=True)
class ReviewHost:
    """One host's part of a plan."""

    key: str
    name: str
    summary: str
    """Such as ``2 steps · reload ejabberd``."""
    steps: tuple[ReviewStep, ...] = ()
    detail: str = ""
    """What the admin should know about this host's part, a sentence a line."""
    held_back: bool = False
    """It cannot be changed now, so it is not part of what gets approved; `detail` says why."""


@dataclass(frozen=True, kw_only=True)
class Irreversible:
    """What cannot be undone, and the word that allows it."""

    key: str
    sentence: str
    confirm: str
    """The node's name, to be typed as it stands here."""
    backup: str = ""
    """Words on the button that downloads the backup first; none when empty."""


@dataclass(frozen=True, kw_only=True)
class ReviewModel:
    """A plan as it is shown for approval."""

    title: str
    size: str = ""
    """What would be done: ``39 steps on 1 host``; empty: nothing. The title once it runs."""
    made_at: datetime
    """Aware; when the hosts were looked at for it."""
    hosts: tuple[ReviewHost, ...] = ()
    irreversible: tuple[Irreversible, ...] = ()
    problem: str = ""
    """Why it cannot be applied; empty if it can."""


@dataclass(frozen=True, kw_only=True)
class StepReport:
    """News of one step while a plan runs, or what came of it."""

    host: str
    """`ReviewHost.key`."""
    step: str
    """`ReviewStep.key`."""
    state: StepState
    text: str = ""
    """What is being done, what came of it, or why it failed and what to do next."""


@dataclass(frozen=True, kw_only=True)
class HostReport:
    """What came of a plan on one host."""

    host: str
    state: HostState
    text: str
    """One sentence: changed and verified, or rolled back and why."""


@dataclass(frozen=True, kw_only=True)
class ReviewResult:
    """How it ended, over all hosts."""

    state: State
    sentence: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class JournalEntry:
    """One line of the journal with what is behind it."""

    key: str
    when: datetime
    host: str
    who: str
    what: str
    state: State
    detail: str = ""
    """Steps and their outcomes, as plain text."""

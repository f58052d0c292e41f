"""The change bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui.mapping.standing import FleetView
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.viewmodels import ChangeSummary, RunningJob

if TYPE_CHECKING:
    from azdesk.ui.jobs import Running


def changes(view: FleetView, *, modified: bool, undo: str, redo: str) -> ChangeSummary:
    """What differs between the document and the hosts, and what can be taken back."""
    tr = QCoreApplication.translate
    counts = [
        thought.changes
        for host, thought in view.thoughts.items()
        if host in view.fleet.hosts and thought.changes and not thought.plan.blocked
    ]
    unknown = sum(
        1 for host in view.fleet.hosts if (seen := view.observations.get(host)) is None or not seen.readable
    )
    words = []
    if counts:
        words.append(tr("Changes", "not applied"))
    if modified:
        words.append(tr("Changes", "document not saved"))
    if unknown:
        words.append(counted(unknown, tr("Changes", "1 host not known"), tr("Changes", "%1 hosts not known")))
    return ChangeSummary(
        changes=sum(counts), unknown=unknown, hosts=len(counts), note=" · ".join(words), undo=undo, redo=redo
    )


def running(jobs: Sequence[Running]) -> tuple[RunningJob, ...]:
    """What runs, as the change bar shows it."""
    tr = QCoreApplication.translate
    shown = []
    for job in jobs:
        if job.hidden:
            continue
        text = job.title
        if job.total and job.done < job.total:
            text = filled(tr("Changes", "%1 · %2 of %3"), job.title, job.done, job.total)
        shown.append(
            RunningJob(key=job.key, text=text, done=job.done, total=job.total, cancellable=job.cancellable)
        )
    return tuple(shown)

"""Recordings deleted for good, by a transaction on the host: its journal says who, when, which and why."""

from __future__ import annotations

from collections.abc import Sequence

from azdesk.app.applying import run_steps
from azdesk.app.recordings.finding import Recording, folders
from azdesk.app.recordings.taking import title_of
from azdesk.app.session import Session
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import PlanError
from azdesk.core.outcome import HostOutcome, Outcome
from azdesk.core.plan import HostPlan
from azdesk.core.progress import Job
from azdesk.core.step import Purge, Step
from azdesk.fleet.model import Fleet

_LONGEST_REASON = 500


def checked_reason(reason: str) -> str:
    """A reason as it goes into the journal.

    Raises:
        PlanError: there is none.
    """
    text = " ".join(reason.split())
    if len(text) < 3:
        raise PlanError(
            "Recordings are not deleted without a reason.",
            next_step="Say why, such as “asked for by the caller, ticket 4711”: the hosts' journals keep it.",
        )
    return text[:_LONGEST_REASON]


def delete_plans(fleet: Fleet, chosen: Sequence[Recording]) -> tuple[HostPlan, ...]:
    """Steps that delete recordings, for each host.

    Raises:
        PlanError: one still grows.
    """
    where = folders(fleet)
    places: dict[str, dict[str, list[str]]] = {}
    for one in chosen:
        if one.growing:
            raise PlanError(
                "This call was still being recorded when it was listed.",
                where=f"{one.on}: {one.name}",
                next_step="Wait for its end, and list them again.",
            )
        places.setdefault(one.on, {}).setdefault(f"{where[one.place]}/{one.day}", []).append(one.name)
    return tuple(HostPlan(host=host, steps=tuple(_steps(by_folder))) for host, by_folder in places.items())


def _steps(by_folder: dict[str, list[str]]) -> list[Step]:
    return [
        Purge(
            title=f"Delete {name}",
            folder=folder,
            # No sign in such a name means anything in a pattern.
            patterns=(name,),
            irreversible=f"{name} is deleted for good.",
            timeout=120,
        )
        for folder, names in by_folder.items()
        for name in names
    ]


def delete(session: Session, chosen: Sequence[Recording], reason: str, job: Job | None = None) -> Outcome:
    """Delete recordings; for each host all of them or none.

    Raises:
        PlanError: there is no reason, or one still grows; nothing is deleted.
    """
    job = job or Job()
    text = checked_reason(reason)
    plans = {plan.host: plan for plan in delete_plans(session.fleet, chosen)}

    def one(host: str) -> HostOutcome:
        title = title_of("Delete", len(plans[host].steps), text)
        return run_steps(session, plans[host], job, title=title)

    outcomes = dict(side_by_side(tuple(plans), one, job, name="delete"))
    return Outcome(hosts=tuple(outcomes[host] for host in plans))

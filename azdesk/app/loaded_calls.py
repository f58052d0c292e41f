"""Calls as the hosts would take them now: what Asterisk has loaded, and which phones are registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azdesk.app.presence import connected
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.probe import Command
from azdesk.core.progress import Job
from azdesk.voice import deriving, reading
from azdesk.voice.planned import has_mailbox, ways_of
from azdesk.voice.simulating import Answer, Exchange, World

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.fleet.model import Fleet
    from azdesk.voice.dialplan import DialPlan

_LOADED = Command(argv=("asterisk", "-rx", "dialplan show"), timeout=15)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """The world as it is."""

    world: World
    silent: Mapping[str, str] = field(default_factory=dict)
    """Host that could not be asked → why, as a sentence; calls end there as unknown."""


def loaded(session: Session, *, job: Job | None = None) -> Loaded:
    """Ask all hosts of the number plan for their dial plans and phones, side by side.

    Raises:
        Cancelled: by the job.
    """
    job = job or Job()
    fleet = session.fleet
    hosts = deriving.hosts_of(fleet)
    silent: dict[str, str] = {}
    plans: dict[str, DialPlan] = {}

    def ask(host: str) -> DialPlan | str:
        try:
            answer = session.pool.link(host, job).look({"loaded": _LOADED}).command("loaded")
        except Cancelled:
            raise
        except AzdeskError as error:
            return error.what
        if answer.timed_out or not answer.found or answer.exit:
            return "Asterisk does not answer."
        return reading.parse(answer.out)

    for host, answer in side_by_side(hosts, ask, job, name="dial plans"):
        if isinstance(answer, str):
            silent[host] = answer
        else:
            plans[host] = answer
    there = connected(session, job).phones

    def phones(host: str, account: str) -> Answer:
        return "answers" if host in there.get(account, ()) else "away"

    exchanges = {host: _exchange(fleet, host, plan) for host, plan in plans.items()}
    return Loaded(world=World(exchanges=exchanges, phones=phones), silent=silent)


def _exchange(fleet: Fleet, host: str, plan: DialPlan) -> Exchange:
    return Exchange(
        plan=plan, ways=ways_of(fleet, host), mailboxes=lambda number: has_mailbox(fleet, host, number)
    )

"""Asterisks that were changed side by side ask each other anew whether they are there.

Each asks its peers every `number_plan.between.qualify` seconds, and sends no call to one that did not answer. Whoever asked
while the other was still being changed would not call it for as long: a new host could not be called at once.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from azdesk.app.session import Session
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError
from azdesk.core.progress import Job
from azdesk.features import trunks
from azdesk.voice import deriving

_log = logging.getLogger(__name__)


def introduce(session: Session, changed: Collection[str], job: Job) -> None:
    """Let these hosts, and those that have trunks to them, ask once more whom they could not reach.

    Nothing is lost where it fails: they ask by themselves soon.
    """
    peers = (peer for host in changed for peer in deriving.peers_of(session.fleet, host))
    there = [host for host in dict.fromkeys((*changed, *peers)) if _has_trunks(session, host)]

    def ask(host: str) -> None:
        try:
            link = session.pool.link(host, job)
            if again := trunks.asking_again(link.look(trunks.QUESTIONS)):
                link.look(again)
        except AzdeskError as error:
            _log.info("%s was not asked whom it reaches: %s", host, error.what)

    try:
        for _ in side_by_side(there, ask, job, name="introduce"):
            pass
    except AzdeskError:
        return  # cancelled


def _has_trunks(session: Session, host: str) -> bool:
    observation = session.observations.get(host)
    state = observation.states.get("trunks") if observation is not None else None
    return isinstance(state, trunks.TrunksState) and bool(state.lines)

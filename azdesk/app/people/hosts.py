"""What hosts remember of people is forgotten at once: after somebody was shut out, removed, or got another password.

Asterisk keeps entries of the directory for some minutes, so that phones survive an outage of it; and whoever is logged in to chat stays
so. Nothing here changes what hosts keep for good: if a host cannot be told, it forgets by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from azdesk.app.people.access import People
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.probe import Command, CommandReading
from azdesk.core.progress import Job
from azdesk.directory.people import Person
from azdesk.fleet.model import Fleet

_CACHES = ("endpoint", "auth", "aor")
"""Kinds of PJSIP's objects that come from the directory."""
_OLD = "peer"
"""What chan_sip keeps, up to Asterisk 16; a newer one does not know the command, and has nothing to forget."""
_PATIENCE = 15.0


def forget(people: People, persons: Sequence[Person], *, job: Job | None = None) -> tuple[str, ...]:
    """Have hosts forget what they remember of people, and end their chat sessions.

    Returns:
        Sentences about hosts that could not be told: they go on for some minutes.

    Raises:
        Cancelled: by the job.
    """
    job = job or Job()
    wanted = {host: found for host in people.fleet.hosts if (found := commands(people.fleet, host, persons))}

    def ask(host: str) -> str:
        try:
            readings = people.session.pool.link(host, job).look(wanted[host], timeout=2 * _PATIENCE)
            return next((why for key in wanted[host] if (why := _failed(key, readings.command(key)))), "")
        except Cancelled:
            raise
        except AzdeskError as error:
            return error.what

    answers = dict(side_by_side(list(wanted), ask, job, name="forgetting"))
    return tuple(
        f"{host} could not be told: {answers[host]} It may let them in for some minutes."
        for host in wanted
        if answers[host]
    )


def commands(fleet: Fleet, host: str, persons: Sequence[Person]) -> dict[str, Command]:
    """What is run on a host; nothing where it takes no accounts from the directory."""
    value = fleet.hosts[host]
    cluster = fleet.clusters.get(value.cluster)
    found: dict[str, Command] = {}
    for who in persons:
        # Digits alone: Asterisk takes the words apart by itself.
        if value.sip.accounts == "directory" and who.number.isascii() and who.number.isdigit():
            for kind in _CACHES:
                line = f"sorcery memory cache expire res_pjsip/{kind} {who.number}"
                found[f"{kind} {who.number}"] = Command(argv=("asterisk", "-rx", line), timeout=_PATIENCE)
            line = f"sip prune realtime peer {who.number}"
            found[f"{_OLD} {who.number}"] = Command(argv=("asterisk", "-rx", line), timeout=_PATIENCE)
        # One node is enough: it knows of the sessions on all.
        bound = cluster is not None and cluster.accounts == "directory"
        if bound and who.account and fleet.nodes(value.cluster)[0] == host:
            argv = ("ejabberdctl", "kick_user", who.account.lower(), value.cluster)
            found[f"chat {who.account}"] = Command(argv=argv, timeout=_PATIENCE)
    return found


def _failed(key: str, answer: CommandReading) -> str:
    """Why a command did not run. That there was nothing to forget is no failure."""
    if not answer.found:
        return "The program is not there."
    if answer.timed_out:
        return "It does not answer."
    if "Unable to connect to remote asterisk" in answer.out + answer.err:
        return ""  # nothing runs that could remember anything
    if answer.out.startswith("No such command") and key.startswith(_OLD):
        return ""
    if answer.out.startswith(("Usage:", "No such command")):
        return "It does not know the command."
    said = (answer.err or answer.out).strip().splitlines()
    return f"{said[0][:200]}." if answer.exit and said else ""

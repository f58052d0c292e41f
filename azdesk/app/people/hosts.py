"""What hosts remember of people is forgotten at once: after somebody was shut out, removed, or got another password.

Asterisk keeps entries of the directory for a while, so that phones survive an outage of it, or has a copy of them all; a phone that is registered stays so until
its time is up, and whoever is logged in to chat stays so. Nothing here changes what hosts keep for good: if a host cannot be told, it
forgets by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from azdesk.app.people.access import People
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.probe import Command, CommandReading
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.directory.people import Person
from azdesk.features.sip_accounts.content import lasting
from azdesk.features.sip_accounts.copied import SERVICE
from azdesk.fleet.model import Fleet

_CACHES = ("endpoint", "auth", "aor")
"""Kinds of PJSIP's objects that come from the directory."""
_OLD = "peer"
"""What chan_sip keeps, up to Asterisk 16; a newer one does not know the command, and has nothing to forget."""
_CONTACTS = 8
"""Numbers in one query: Asterisk takes no more than some 500 signs of a command [seen in the lab, 22.10]."""
MOST = 200
"""People who are signed out after many were changed; each costs a host up to a second."""
_AT_ONCE = 24
"""Commands in one question to a host, which runs them side by side."""
_PATIENCE = 15.0
Rounds = tuple[dict[str, Command], ...]
"""Commands by key: those of one round may run at the same time, the next ones begin when all have ended."""


def forget(
    people: People, persons: Sequence[Person], *, sign_out: bool = True, job: Job | None = None
) -> tuple[str, ...]:
    """Have hosts forget what they remember of people. Calls in progress go on.

    Args:
        sign_out: end their chat sessions and phones' registrations, too.

    Returns:
        Sentences about hosts that could not be told: they go on for a while.

    Raises:
        Cancelled: by the job.
    """
    fleet = people.fleet
    wanted = {host: commands(fleet, host, persons, sign_out=sign_out) for host in fleet.hosts}
    return _tell(people, wanted, job or Job())


def forget_everybody(
    people: People, signed_out: Sequence[Person] = (), *, job: Job | None = None
) -> tuple[str, ...]:
    """Have hosts look everybody up anew, after many were changed.

    Args:
        signed_out: people whose phones and chat sessions end, too; after the first `MOST` it is left to their time.

    Returns:
        Sentences about hosts that could not be told, and people who were not signed out.
    """
    fleet, some = people.fleet, signed_out[:MOST]
    wanted = {host: commands(fleet, host, some, everybody=True) for host in fleet.hosts}
    untold = _tell(people, wanted, job or Job())
    left = len(signed_out) - len(some)
    if left and any(wanted.values()):
        untold += (
            f"{left} were not signed out: their phones and chat sessions go on until their time is up.",
        )
    return untold


def _tell(people: People, commanded: dict[str, Rounds], job: Job) -> tuple[str, ...]:
    wanted = {host: rounds for host, rounds in commanded.items() if any(rounds)}

    def ask(host: str) -> str:
        try:
            link = people.session.pool.link(host, job)
            for some in (part for whole in wanted[host] for part in _parts(whole)):
                readings = link.look(some, timeout=2 * _PATIENCE)
                why = next((why for key in some if (why := _failed(key, readings.command(key)))), "")
                if why:
                    return why
            return ""
        except Cancelled:
            raise
        except AzdeskError as error:
            return error.what

    answers = dict(side_by_side(list(wanted), ask, job, name="forgetting"))
    return tuple(
        f"{host} could not be told: {answers[host]} It may let them in for {_how_long(people.fleet)}."
        for host in wanted
        if answers[host]
    )


def _how_long(fleet: Fleet) -> str:
    return "some hours" if lasting(fleet) else "some minutes"


def must_sign_out(old: Person, new: Person, password: Secret | None = None) -> bool:
    """Whether a change takes from a person what they are logged in with."""
    return password is not None or (old.account, old.number) != (new.account, new.number)


def commands(
    fleet: Fleet, host: str, persons: Sequence[Person], *, sign_out: bool = True, everybody: bool = False
) -> Rounds:
    """What is run on a host; nothing where it takes no accounts from the directory.

    Args:
        everybody: all that it remembers is forgotten, of others, too.
    """
    value = fleet.hosts[host]
    cluster = fleet.clusters.get(value.cluster)
    first: dict[str, Command] = {}
    then: dict[str, Command] = {}
    # Digits alone: Asterisk takes the words apart by itself, and so does its database.
    numbers = [who.number for who in persons if who.number.isascii() and who.number.isdigit()]
    if value.sip.accounts == "directory":
        if value.sip.lookup == "copied":  # nothing is to be forgotten of a copy: a new one takes its place
            if numbers or everybody:
                first["copy"] = Command(argv=("systemctl", "start", SERVICE), timeout=_PATIENCE)
        else:
            first |= _console(_forgetting(numbers, sign_out=sign_out, everybody=everybody))
            then |= _console(_pruning(numbers, everybody=everybody))
        if sign_out:
            then |= _console(_signing_out(numbers))
    # One node is enough: it knows of the sessions on all.
    bound = cluster is not None and cluster.accounts == "directory"
    if sign_out and bound and fleet.nodes(value.cluster)[0] == host:
        for who in persons:
            if who.account:
                argv = ("ejabberdctl", "kick_user", who.account.lower(), value.cluster)
                first[f"chat {who.account}"] = Command(argv=argv, timeout=_PATIENCE)
    return first, then


def _console(lines: Iterator[tuple[str, str]]) -> dict[str, Command]:
    return {key: Command(argv=("asterisk", "-rx", line), timeout=_PATIENCE) for key, line in lines}


def _forgetting(numbers: Sequence[str], *, sign_out: bool, everybody: bool) -> Iterator[tuple[str, str]]:
    """Commands of Asterisk's console by key, for either driver of phones."""
    for name in ("",) if everybody else numbers:
        for kind in _CACHES:
            yield f"{kind} {name}", f"sorcery memory cache expire res_pjsip/{kind} {name}".strip()
    for number in numbers if sign_out else ():
        yield f"{_OLD} {number} registered", f"sip unregister {number}"


def _pruning(numbers: Sequence[str], *, everybody: bool) -> Iterator[tuple[str, str]]:
    """After `_forgetting`: once it is pruned there is no peer that could be unregistered."""
    for which in ("all",) if everybody else (f"peer {number}" for number in numbers):
        yield f"{_OLD} {which}", f"sip prune realtime {which}"


def _signing_out(numbers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """After `_forgetting`: until then a phone with the old password could register again. No command of PJSIP's does this."""
    for at in range(0, len(numbers), _CONTACTS):
        some = numbers[at : at + _CONTACTS]
        which = " OR ".join(f"key GLOB '/registrar/contact/{number};*'" for number in some)
        yield f"contacts {some[0]}", f'database query "DELETE FROM astdb WHERE {which}"'  # noqa: S608 - digits


def _parts(whole: dict[str, Command]) -> Iterator[dict[str, Command]]:
    keys = list(whole)
    for at in range(0, len(keys), _AT_ONCE):
        yield {key: whole[key] for key in keys[at : at + _AT_ONCE]}


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

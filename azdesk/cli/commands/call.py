"""``azdesk call``: where a call goes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from azdesk.cli import exits
from azdesk.cli.answering import answer
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError
from azdesk.fleet import store
from azdesk.fleet.form import meant
from azdesk.voice import deriving
from azdesk.voice.planned import planned
from azdesk.voice.simulating import Executed, Journey, World, simulate, supposing

if TYPE_CHECKING:
    from azdesk.app.loaded_calls import Loaded
    from azdesk.fleet.model import Fleet
    from azdesk.voice.simulating import Answer


def run(arguments: Namespace, terminal: Terminal) -> int:
    fleet = store.open(arguments.fleet).fleet
    caller, host, context = _caller(fleet, arguments.caller)
    silent: Mapping[str, str] = {}
    if arguments.loaded:
        found = _loaded(arguments, terminal)
        world, silent = found.world, found.silent
    else:
        world = planned(fleet)
    journey = simulate(_supposed(world, fleet, arguments), host, context, caller, arguments.number)
    if arguments.json:
        answer(
            terminal,
            "call",
            document=arguments.fleet,
            loaded=arguments.loaded,
            host=host,
            context=context,
            caller=caller,
            number=arguments.number,
            end=journey.end,
            why=journey.why,
            where=journey.where,
            connected=journey.connected,
            recorded=list(journey.recorded),
            woken=list(journey.woken),
            steps=[_shape(step) for step in journey.steps],
            silent=[{"host": name, "why": why} for name, why in silent.items()],
        )
    else:
        for name, why in silent.items():
            terminal.note(clean(f"{name} could not be asked: {why}"))
        terminal.line(f"{clean(caller) or 'Somebody'} at {host} dials {clean(arguments.number)}:")
        for line in lines(journey, every=arguments.steps):
            terminal.line(clean(line))
        color = "green" if journey.connected else "red"
        # Names of hosts are written small, also where a sentence begins with one.
        why = (
            journey.why
            if journey.why.split(" ")[0] in fleet.hosts
            else journey.why[:1].upper() + journey.why[1:]
        )
        terminal.line(terminal.style(clean(f"{why}."), color))
    return exits.OK if journey.connected else exits.ERROR


def _loaded(arguments: Namespace, terminal: Terminal) -> Loaded:
    """What the hosts have."""
    from azdesk.app.loaded_calls import loaded
    from azdesk.cli.looking import at_work

    with at_work(terminal, arguments.fleet, (), trusted=arguments.trust, quiet=arguments.json) as desk:
        return desk.runner.run(lambda job: loaded(desk.session, job=job))


def _caller(fleet: Fleet, text: str) -> tuple[str, str, str]:
    """The caller's number, the host where the call begins, and the context there."""
    number, _, place = text.rpartition("@")
    host, _, trunk = place.partition("/")
    host = host.lower()
    hosts = deriving.hosts_of(fleet)
    if host not in hosts:
        what = "is not in the number plan" if host in fleet.hosts else f"is no host{meant(host, fleet.hosts)}"
        raise AzdeskError(
            f"“{place}” {what}.",
            where="--from",
            next_step=f"Write it as 6853@{hosts[0]}."
            if hosts
            else "Set number_plan.scheme in the document first.",
        )
    if not trunk:
        return number, host, fleet.number_plan.context
    if trunk not in deriving.trunks_of(fleet, host):
        there = ", ".join(deriving.trunks_of(fleet, host)) or "none"
        raise AzdeskError(
            f"{host} has no trunk “{trunk}”.", where="--from", next_step=f"Its trunks are: {there}."
        )
    return number, host, deriving.inbound(trunk)


def _supposed(world: World, fleet: Fleet, arguments: Namespace) -> World:
    """A world with what is supposed on top: phones that are away or busy, trunks that are down."""

    def phones(host: str, account: str) -> Answer:
        if account in arguments.away:
            return "away"
        return "busy" if account in arguments.busy else world.phones(host, account)

    known = {*fleet.hosts, *fleet.trunks}
    for name in arguments.down:
        if name not in known:
            raise AzdeskError(
                f"There is no trunk and no host “{name}”{meant(name, known) or '.'}",
                where="--down",
                next_step=f"There are: {', '.join(sorted(known))}.",
            )
    return supposing(world, down=arguments.down, phones=phones)


def lines(journey: Journey, *, every: bool) -> Iterator[str]:
    """The path, a line for each extension that is met, or for each step of the dial plans."""
    last: tuple[int, str, str, str] | None = None
    for step in journey.steps:
        here = (step.channel, step.found_in, step.exten, step.number)
        if here != last:
            branch = (
                "  and at the same time" if step.member and (last is None or last[0] != step.channel) else ""
            )
            yield f"  {step.host}  {step.number} matches {step.exten} in {step.found_in}{_origin(step)}{branch}"
            last = here
        if every or step.app in _TELLING:
            yield f"      {step.app}({step.data})"


_TELLING = ("Dial", "Goto", "MixMonitor", "UserEvent", "VoiceMail", "ConfBridge", "Playback")
"""What is shown of an extension even in short."""


def _origin(step: Executed) -> str:
    return f" ({step.origin})" if step.origin else ""


def _shape(step: Executed) -> dict[str, object]:
    return {
        "host": step.host,
        "context": step.context,
        "found_in": step.found_in,
        "number": step.number,
        "exten": step.exten,
        "priority": step.priority,
        "app": step.app,
        "data": step.data,
        "origin": step.origin,
        "channel": step.channel,
        "member": step.member,
    }

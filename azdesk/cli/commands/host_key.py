"""``azdesk host-key accept``: compare and accept the keys of hosts never seen before."""

from __future__ import annotations

from argparse import Namespace

from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.error_text import error_lines
from azdesk.cli.looking import at_work
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError, HostKeyChanged, HostKeyUnknown, LinkTimeout, Unreachable
from azdesk.fleet.model import Fleet

_WORDS = {
    "accepted": "key accepted",
    "known": "key known already",
    "unknown": "key not accepted",
    "changed": "another key than the one known",
    "unreachable": "not reached",
}


def run(arguments: Namespace, terminal: Terminal) -> int:
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        found = desk.look(desk.chosen)
        accepted = desk.asking.accepted
    fleet = desk.opened.fleet
    rows = [(host, _state(fleet, host, found[host].error, accepted=host in accepted)) for host in desk.chosen]
    if arguments.json:
        hosts = []
        for host, state in rows:
            error = found[host].error
            hosts.append(
                {
                    "host": host,
                    "state": state,
                    "fingerprint": accepted.get(host) or getattr(error, "fingerprint", None),
                    "error": shapes.error(error) if error else None,
                }
            )
        answer(terminal, "host-key accept", document=arguments.fleet, hosts=hosts)
    else:
        for host, state in rows:
            terminal.line(f"{host}  {_WORDS[state]}")
            error = found[host].error
            if isinstance(error, HostKeyUnknown):
                # It was asked about just now, so the usual advice would lead round in a circle.
                terminal.line(f"      {clean(error.what)}")
                if not terminal.can_ask:
                    terminal.line(
                        f"        → There is no terminal to ask on: compare it, then give --trust {error.fingerprint}"
                    )
            elif error is not None:
                for line in error_lines(error, place=host):
                    terminal.line(f"      {line}")
    return exits.OK if all(state in ("accepted", "known") for _, state in rows) else exits.ERROR


def _state(fleet: Fleet, host: str, error: AzdeskError | None, *, accepted: bool) -> str:
    """What is known of a host's key; that a login failed afterwards says nothing about the key."""
    from azdesk.app.opening import host_key_known

    if isinstance(error, HostKeyUnknown):
        return "unknown"
    if isinstance(error, HostKeyChanged):
        return "changed"
    if isinstance(error, Unreachable | LinkTimeout):
        return "unreachable"
    if accepted:
        return "accepted"
    # What failed may have failed before the host showed a key: at its jump host, or in AZDesk.
    return "known" if error is None or host_key_known(fleet, host) else "unreachable"

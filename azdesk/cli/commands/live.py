"""``azdesk live``: calls in progress, registered phones and trunks as they are just now, and hanging up."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from azdesk.app import hanging_up, live
from azdesk.app.live import Snapshot, Trunk
from azdesk.app.whereabouts import Phone
from azdesk.cli import exits, shapes
from azdesk.cli.answering import answer
from azdesk.cli.error_text import show_error
from azdesk.cli.looking import Desk, at_work
from azdesk.cli.plan_text import counted
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError, Cancelled
from azdesk.core.outcome import HostState
from azdesk.core.progress import Job
from azdesk.voice.live import Call


def run(arguments: Namespace, terminal: Terminal) -> int:
    with at_work(
        terminal, arguments.fleet, arguments.host, trusted=arguments.trust, quiet=arguments.json
    ) as desk:
        if arguments.part == "hang-up":
            return _hang_up(arguments, terminal, desk)
        if arguments.part == "calls" and arguments.watch:
            return _watch(desk)
        seen = desk.runner.run(lambda job: live.now(desk.session, desk.chosen, job))
    if arguments.json:
        _answer(arguments, terminal, seen)
    else:
        for error in seen.silent.values():
            show_error(terminal, error)
        for line in _lines(arguments, seen):
            terminal.line(line)
    return exits.ERROR if seen.silent else exits.OK


def _answer(arguments: Namespace, terminal: Terminal, seen: Snapshot) -> None:
    part = arguments.part
    rows: list[shapes.Json] = {
        "calls": lambda: [_call(one) for one in _kept(arguments, seen.calls)],
        "phones": lambda: [_phone(one) for one in _matching(arguments, seen.phones)],
        "trunks": lambda: [_trunk(one) for one in seen.trunks],
    }[part]()
    errors = shapes.errors_by_host(seen.silent.items())
    answer(terminal, f"live {part}", document=arguments.fleet, **{part: rows}, errors=errors)


def _lines(arguments: Namespace, seen: Snapshot) -> Iterator[str]:
    if arguments.part == "calls":
        yield from call_lines(_kept(arguments, seen.calls))
    elif arguments.part == "phones":
        found = _matching(arguments, seen.phones)
        yield from _table(
            [
                (one.account, one.host, one.address, _answers(one.reachable, one.milliseconds), one.client)
                for one in found
            ]
        )
        yield f"{counted(len(found), 'phone')} registered."
    else:
        yield from _table(
            [
                (
                    one.host, one.endpoint, _answers(one.reachable, one.milliseconds), one.registration,
                    counted(one.calls, "call"),
                )
                for one in seen.trunks
            ]
        )  # fmt: skip
        yield f"{counted(len(seen.trunks), 'trunk')}."


def call_lines(calls: Collection[Call]) -> Iterator[str]:
    """Calls as a table, and how many they are."""
    now = time.time()
    yield from _table(
        [
            (
                one.key, one.caller or "?", one.callee or "?", one.state, _length(now - one.since),
                " → ".join((*one.hosts, *one.left_by)), one.codec, "recorded" if one.recorded else "",
            )
            for one in calls
        ]
    )  # fmt: skip
    yield f"{counted(len(calls), 'call')} in progress."


def _table(rows: Collection[tuple[str, ...]]) -> Iterator[str]:
    clear = [tuple(clean(cell) for cell in row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*clear, strict=True)]
    for row in clear:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _answers(reachable: bool | None, milliseconds: float) -> str:
    if reachable is False:
        return "not reachable"
    return f"{milliseconds:.1f} ms" if milliseconds else "reachable" if reachable else "not asked"


def _length(seconds: float) -> str:
    whole = max(0, int(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _kept(arguments: Namespace, calls: Collection[Call]) -> list[Call]:
    """Those with a number, or by a trunk."""
    wanted = arguments.number
    return [
        one
        for one in calls
        if (not wanted or any(wanted in text for text in (one.caller, one.callee, *one.reached)))
        and (not arguments.trunk or arguments.trunk in one.trunks)
    ]


def _matching(arguments: Namespace, phones: Collection[Phone]) -> list[Phone]:
    wanted = arguments.number
    found = [one for one in phones if not wanted or wanted in one.account]
    return sorted(found, key=lambda one: (one.account, one.host, one.contact))


def _call(one: Call) -> shapes.Json:
    return {
        "id": one.key,
        "hosts": list(one.hosts),
        "caller": one.caller,
        "caller_name": one.caller_name,
        "callee": one.callee,
        "reached": list(one.reached),
        "state": one.state,
        "since": shapes.moment(one.since),
        "codec": one.codec or None,
        "recorded": one.recorded,
        "came_by": one.came_by or None,
        "left_by": list(one.left_by),
        "legs": one.legs,
    }


def _phone(one: Phone) -> shapes.Json:
    return {
        "host": one.host,
        "account": one.account,
        "client": one.client,
        "address": one.address,
        "contact": one.contact,
        "reachable": one.reachable,
        "milliseconds": one.milliseconds or None,
        "since": shapes.moment(one.since),
        "expires": shapes.moment(one.until),
    }


def _trunk(one: Trunk) -> shapes.Json:
    return {
        "host": one.host,
        "name": one.endpoint,
        "reachable": one.reachable,
        "milliseconds": one.milliseconds if one.reachable else None,
        "registration": one.registration or None,
        "calls": one.calls,
    }


def _watch(desk: Desk) -> int:
    """What begins, changes and ends, line by line, until Ctrl+C."""
    terminal = desk.terminal
    watch = live.Watch(desk.session, desk.chosen)
    shown: dict[str, str] = {}
    troubled: dict[str, str] = {}

    def changed() -> None:
        seen = watch.snapshot()
        for line in _news(shown, seen.calls):
            terminal.line(line)
        for host, error in _new_troubles(troubled, seen.silent):
            terminal.note(clean(f"{host}: {error}"))

    with suppress(Cancelled):
        desk.runner.run(lambda job: _follow(watch, job, changed))
    return exits.OK


def _follow(watch: live.Watch, job: Job, changed: object) -> None:
    assert callable(changed)
    watch.run(job, changed)


def _news(shown: dict[str, str], calls: Collection[Call]) -> Iterator[str]:
    clock = time.strftime("%H:%M:%S")
    there = {one.key: one for one in calls}
    for key, one in there.items():
        way = " → ".join((*one.hosts, *one.left_by))
        words = f"{one.caller or '?'} → {one.callee or '?'}  {one.state}  {way}{'  recorded' if one.recorded else ''}"
        if shown.get(key) != words:
            shown[key] = words
            yield clean(f"{clock}  {key}  {words}")
    for key in [key for key in shown if key not in there]:
        del shown[key]
        yield clean(f"{clock}  {key}  over")


def _new_troubles(
    known: dict[str, str], silent: Mapping[str, AzdeskError]
) -> Iterator[tuple[str, AzdeskError]]:
    for host in [host for host in known if host not in silent]:
        del known[host]
    for host, error in silent.items():
        if known.get(host) != error.what:
            known[host] = error.what
            yield host, error


def _hang_up(arguments: Namespace, terminal: Terminal, desk: Desk) -> int:
    seen = desk.runner.run(lambda job: live.now(desk.session, desk.chosen, job))
    call = next((one for one in seen.calls if one.key == arguments.call), None)
    if call is None:
        raise AzdeskError(
            f"There is no call {arguments.call} now.",
            where=arguments.call,
            next_step="azdesk live calls lists them; it may be over already.",
        )
    words = hanging_up.title_of(call)
    sure = arguments.yes or (
        not arguments.json and terminal.can_ask and terminal.ask_line(f"{clean(words)} (yes, no)? ") == "yes"
    )
    if not sure:
        if arguments.json:
            answer(terminal, "live hang-up", document=arguments.fleet, call=_call(call), outcome=None)
        else:
            terminal.note("Not confirmed: nothing was done.")
        return exits.STOPPED
    outcome = desk.runner.run(lambda job: hanging_up.hang_up(desk.session, call, job))
    good = outcome.state is HostState.CHANGED
    if arguments.json:
        shown = shapes.host_outcome(outcome)
        answer(terminal, "live hang-up", document=arguments.fleet, call=_call(call), outcome=shown)
    elif good:
        terminal.line("It is over.")
    else:
        terminal.note(clean(f"{outcome.host}: {outcome.message or outcome.state}"))
    return exits.OK if good else exits.ERROR

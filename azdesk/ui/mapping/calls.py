"""A simulated call as the way that is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui.mapping.numbers import target_words
from azdesk.ui.mapping.words import filled, listed
from azdesk.ui.numbersmodels import CallWay, Hop, Path
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.fleet.model import Fleet
    from azdesk.voice.simulating import End, Executed, Journey

_QUIET = frozenset(
    ("noop", "set", "goto", "gotoif", "wait", "waitforcondition", "ringing", "progress", "hangup")
)


def call_way(fleet: Fleet, journey: Journey, number: str) -> CallWay:
    """What came of a call, hop by hop."""
    hops = [_hop(fleet, steps) for steps in _stretches(journey.steps)]
    state = _state(journey)
    if hops:
        at = max((index for index, hop in enumerate(hops) if not hop.aside), default=len(hops) - 1)
        if journey.end in ("answered", "left"):
            at = len(hops) - 1
        hops[at] = replace(hops[at], state=state)
    return CallWay(
        state=state,
        sentence=_sentence(journey, number),
        detail=" ".join(_details(journey)),
        hops=tuple(hops),
    )


def compared(loaded: CallWay, planned: CallWay) -> CallWay:
    """The way that hosts have loaded, with where the document plans another one."""
    tr = QCoreApplication.translate
    known = {_place_of(hop): hop for hop in planned.hops}
    hops = [
        replace(hop, path=known[_place_of(hop)].path, what=known[_place_of(hop)].what)
        if _place_of(hop) in known
        else hop
        for hop in loaded.hops
    ]
    at = next(
        (
            index
            for index, (one, other) in enumerate(zip_longest(loaded.hops, planned.hops))
            if one is None or other is None or _done(one) != _done(other)
        ),
        None,
    )
    if at is None:
        same = loaded.sentence == planned.sentence
        words = tr("Calls", "The document plans the same way.") if same else planned.sentence
        return replace(
            loaded,
            hops=tuple(hops),
            same=same,
            compared=words if same else filled(tr("Calls", "The document plans: %1"), words),
        )
    if at < len(hops):
        meant = planned.hops[at] if at < len(planned.hops) else None
        hops[at] = replace(
            hops[at],
            differs=filled(tr("Calls", "planned: %1"), _told(meant))
            if meant is not None
            else tr("Calls", "planned: the call ends before"),
        )
    told = [
        meant
        for meant, real in ((planned.sentence, loaded.sentence), (planned.detail, loaded.detail))
        if meant != real
    ]
    words = filled(tr("Calls", "The document plans another way: %1"), " ".join(told))
    return replace(
        loaded,
        hops=tuple(hops),
        same=False,
        compared=words if told else tr("Calls", "The document plans another way to the same end."),
    )


def _place_of(hop: Hop) -> tuple[str, str, str]:
    return hop.host, hop.context, hop.pattern


def _done(hop: Hop) -> tuple[object, ...]:
    return (*_place_of(hop), hop.number, hop.actions)


def _told(hop: Hop) -> str:
    """A hop in a line."""
    return ", ".join((f"{hop.number} · {hop.context} · {hop.pattern}", *hop.actions))


def place(fleet: Fleet, origin: str) -> Path:
    """The path of an `Executed.origin`; names of rules may have dots in them."""
    table, _, rest = origin.partition(".")
    if table == "rules" and rest in fleet.rules:
        return (table, rest)
    return tuple(origin.split(".")) if origin else ()


def end_words(end: End) -> str:
    """How a call ends, in a word or two."""
    tr = QCoreApplication.translate
    return {
        "answered": tr("Calls", "answered"),
        "left": tr("Calls", "goes out"),
        "voicemail": tr("Calls", "voicemail"),
        "messages": tr("Calls", "own messages"),
        "conference": tr("Calls", "conference"),
        "announcement": tr("Calls", "announcement"),
        "busy": tr("Calls", "busy"),
        "silent": tr("Calls", "not answered"),
        "refused": tr("Calls", "fails"),
        "unknown": tr("Calls", "not known"),
    }[end]


# -- inside ---------------------------------------------------------------------------------------------------------------------


def _state(journey: Journey) -> State:
    if journey.connected:
        return State.RIGHT
    return {"busy": State.DIFFERS, "silent": State.DIFFERS, "unknown": State.UNKNOWN}.get(
        journey.end, State.FAILING
    )


def _sentence(journey: Journey, number: str) -> str:
    why = journey.why[:1].upper() + journey.why[1:].rstrip(".")
    words = QCoreApplication.translate("Calls", "%1 is dialled: %2. %3.")
    return filled(words, number, end_words(journey.end), why)


def _details(journey: Journey) -> Iterator[str]:
    tr = QCoreApplication.translate
    if journey.recorded:
        yield filled(tr("Calls", "Recorded on %1."), listed(journey.recorded))
    else:
        yield tr("Calls", "Not recorded.")
    if journey.woken:
        yield filled(tr("Calls", "Woken first: %1."), listed(journey.woken))


def _stretches(steps: Sequence[Executed]) -> Iterator[tuple[Executed, ...]]:
    """Steps of one extension, one after the other."""
    for _, same in groupby(
        steps, key=lambda step: (step.channel, step.host, step.found_in, step.exten, step.number)
    ):
        yield tuple(same)


def _hop(fleet: Fleet, steps: tuple[Executed, ...]) -> Hop:
    first = steps[0]
    path = place(fleet, first.origin)
    return Hop(
        host=first.host,
        context=first.found_in,
        number=first.number,
        pattern=first.exten,
        what=_what(fleet, path),
        actions=tuple(dict.fromkeys(words for step in steps if (words := _action(step)))),
        path=path,
        aside=first.member,
    )


def _what(fleet: Fleet, path: Path) -> str:
    tr = QCoreApplication.translate
    if path[:1] == ("rules",) and path[1] in fleet.rules:
        return filled(tr("Calls", "rule %1 → %2"), path[1], target_words(fleet.rules[path[1]]))
    if path[:1] == ("hosts",) and len(path) > 1:
        return filled(tr("Calls", "numbers of %1"), path[1])
    return ""


def _action(step: Executed) -> str:
    """What a step does, in words; empty for what says nothing to people."""
    tr = QCoreApplication.translate
    app = step.app.lower()
    if app == "dial":
        return _dialled(step.data)
    if app == "goto":
        parts = [part.strip() for part in step.data.split(",")]
        if len(parts) >= 2 and parts[-2] != step.number:
            return filled(tr("Calls", "%1 becomes %2"), step.number, parts[-2])
        return ""
    words = {
        "mixmonitor": tr("Calls", "records the call"),
        "userevent": tr("Calls", "wakes the phone"),
        "voicemail": filled(tr("Calls", "takes a message for %1"), step.data.partition("@")[0]),
        "voicemailmain": tr("Calls", "plays the caller's messages"),
        "confbridge": filled(tr("Calls", "joins conference %1"), step.data),
        "playback": filled(tr("Calls", "plays %1"), step.data.partition(",")[0]),
        "answer": tr("Calls", "answers"),
    }
    if app in words:
        return words[app]
    if app == "set" and step.data.upper().startswith("CALLERID(NUM)="):
        return filled(tr("Calls", "shows the caller as %1"), step.data.partition("=")[2])
    return "" if app in _QUIET else f"{step.app}({step.data})"


def _dialled(data: str) -> str:
    tr = QCoreApplication.translate
    found: list[str] = []
    for one in data.partition(",")[0].split("&"):
        tech, _, rest = one.partition("/")
        number, _, endpoint = rest.partition("@")
        if tech == "Local":
            found.append(number)
        elif endpoint.startswith("az-host-"):
            words = tr("Calls", "%1 by the trunk to %2")
            found.append(filled(words, number, endpoint.removeprefix("az-host-")))
        elif endpoint.startswith("az-trunk-"):
            words = tr("Calls", "%1 by the trunk %2")
            found.append(filled(words, number, endpoint.removeprefix("az-trunk-")))
        else:
            found.append(rest.partition("/")[0])
    return filled(tr("Calls", "calls %1"), listed(found, 6)) if any(found) else ""

"""What wants the admin: sentences, each with the button that deals with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.core.errors import (
    AzdeskError,
    CredentialError,
    HostKeyChanged,
    HostKeyUnknown,
    LoginRefused,
    NoPython,
    SudoRefused,
)
from azdesk.ui.mapping.standing import (
    AWAITED,
    NEEDS_HELP,
    ROLLED_BACK,
    FleetView,
    failed_copy,
    failed_look,
    failed_units,
)
from azdesk.ui.mapping.words import counted, filled, listed, short_span, unit_name
from azdesk.ui.viewmodels import Attention, State

if TYPE_CHECKING:
    from azdesk.app.session import Observation
    from azdesk.ui.mapping.shown import HostShown
    from azdesk.voice.checking import Finding

_ORDER = (State.FAILING, State.UNREACHABLE, State.DIFFERS, State.UNKNOWN, State.BUSY, State.RIGHT)
_TOLD = 8
"""Differences of one host that are told; its page has them all."""
_FAULTS = 3
"""Faults of the number plan that are told; its page has them all."""
ALL = "*"
"""Stands in a key for all hosts that were not looked at."""


def key(action: str, host: str, *more: str) -> str:
    """Key of an `Attention`: what its button does, and to what."""
    return "\t".join((action, host, *more))


def parts(attention_key: str) -> tuple[str, ...]:
    """(action, host, …) of a key: look, login, host-key, host, review, join, start, numbers, or journal."""
    return tuple(attention_key.split("\t"))


def attention(
    view: FleetView, hosts: Mapping[str, HostShown], plan: Sequence[Finding] = ()
) -> tuple[Attention, ...]:
    """Everything that wants the admin, the worst first.

    Args:
        hosts: what is shown of each.
        plan: what is wrong with the number plan, the worst first.
    """
    found = [item for host in view.fleet.hosts for item in hosts[host].wanting]
    found.extend(_plan(plan))
    found.extend(_not_seen(view))
    return tuple(sorted(found, key=lambda item: _ORDER.index(item.state)))


def attention_of(view: FleetView, host: str) -> tuple[Attention, ...]:
    """What wants the admin on one host."""
    return tuple(_host(view, host))


def _host(view: FleetView, host: str) -> Iterator[Attention]:
    seen = view.observations.get(host)
    if seen is None:
        return
    if view.now - seen.at > view.stale:
        tr = QCoreApplication.translate
        yield Attention(
            key=key("look", host),
            state=State.UNKNOWN,
            sentence=filled(
                tr("Attention", "%1 was not looked at for %2"), host, short_span(view.now - seen.at)
            ),
            detail=tr("Attention", "What is shown of it may no longer be so."),
            action=tr("Attention", "Look again"),
        )
        return
    yield from _outcome(view, host)
    if seen.error is not None:
        yield _failed_look(host, seen.error)
        return
    yield from _seen(view, host, seen)


def _outcome(view: FleetView, host: str) -> Iterator[Attention]:
    tr = QCoreApplication.translate
    outcome = view.outcomes.get(host)
    if outcome is None:
        return
    if outcome.state == NEEDS_HELP:
        yield Attention(
            key=key("journal", host),
            state=State.FAILING,
            sentence=filled(tr("Attention", "%1 could not put everything back and needs help"), host),
            detail=outcome.message,
            action=tr("Attention", "Journal…"),
        )
    elif outcome.state == AWAITED:
        yield Attention(
            key=key("look", host),
            state=State.UNREACHABLE,
            sentence=filled(tr("Attention", "The link to %1 was lost in the middle of a change"), host),
            detail=outcome.message,
            action=tr("Attention", "Ask again"),
        )
    elif outcome.state == ROLLED_BACK:
        thought = view.thoughts.get(host)
        if thought is not None and thought.changes:
            yield Attention(
                key=key("review", host),
                state=State.FAILING,
                sentence=filled(tr("Attention", "The change of %1 was rolled back"), host),
                detail=outcome.message,
                action=tr("Attention", "Review…"),
            )


def _failed_look(host: str, error: AzdeskError) -> Attention:
    tr = QCoreApplication.translate
    how = failed_look(error)
    action, words, sentence = "look", tr("Attention", "Look again"), tr("Attention", "%1 cannot be read")
    if isinstance(error, HostKeyChanged):
        action, words = "host", tr("Attention", "Compare…")
        sentence = tr("Attention", "%1 shows another key than the one known")
    elif isinstance(error, HostKeyUnknown):
        action, words = "host-key", tr("Attention", "Compare key…")
        sentence = tr("Attention", "The key of %1 is not known yet")
    elif isinstance(error, LoginRefused | CredentialError | SudoRefused):
        action, words = "login", tr("Attention", "Login…")
        sentence = tr("Attention", "The login to %1 does not work")
    elif isinstance(error, NoPython):
        action, words = "python", tr("Attention", "Install python3…")
        sentence = tr("Attention", "%1 has no python3")
    elif how.state is State.UNREACHABLE:
        sentence = tr("Attention", "%1 does not answer")
    detail = f"{error.what} {error.next_step}".strip()
    return Attention(
        key=key(action, host), state=how.state, sentence=filled(sentence, host), detail=detail, action=words
    )


def _seen(view: FleetView, host: str, seen: Observation) -> Iterator[Attention]:
    tr = QCoreApplication.translate
    for problem in dict.fromkeys(seen.problems.values()):
        yield Attention(
            key=key("look", host),
            state=State.FAILING,
            sentence=filled(tr("Attention", "Something on %1 could not be read"), host),
            detail=f"{problem.what} {problem.next_step}".strip(),
            action=tr("Attention", "Look again"),
        )
    thought = view.thoughts.get(host)
    for problem in thought.problems.values() if thought is not None else ():
        yield Attention(
            key=key("host", host),
            state=State.FAILING,
            sentence=filled(tr("Attention", "Something on %1 could not be compared with the document"), host),
            detail=f"{problem.what} {problem.next_step}".strip(),
            action=tr("Attention", "Look closer…"),
        )
    for unit in failed_units(seen):
        yield Attention(
            key=key("start", host, unit),
            state=State.FAILING,
            sentence=filled(tr("Attention", "%1 on %2 has failed"), unit_name(unit), host),
            detail=tr("Attention", "systemd gave up on it. Its log, on the host's page, says why."),
            action=filled(tr("Attention", "Start %1"), unit_name(unit)),
        )
    if why := failed_copy(seen):
        yield Attention(
            key=key("host", host, "phones"),
            state=State.FAILING,
            sentence=filled(tr("Attention", "%1 could not copy its phones' accounts"), host),
            detail=filled(tr("Attention", "%1 Those that it had are in use."), why),
            action=tr("Attention", "Look closer…"),
        )
    if seen.recovered:
        yield Attention(
            key=key("journal", host),
            state=State.DIFFERS,
            sentence=filled(tr("Attention", "%1 found an unfinished change and took it back"), host),
            detail=tr(
                "Attention",
                "A workstation or the host went away in the middle. The host is as it was before.",
            ),
            action=tr("Attention", "Journal…"),
        )
    outcome = view.outcomes.get(host)
    if outcome is None or outcome.state != ROLLED_BACK:
        yield from _differences(view, host)


def _differences(view: FleetView, host: str) -> Iterator[Attention]:
    tr = QCoreApplication.translate
    thought = view.thoughts.get(host)
    if thought is None or not thought.differences:
        return
    blocking = [note.text for note in thought.plan.notes if note.blocking]
    count = sum(len(found) for found in thought.differences.values())
    every = chain.from_iterable(thought.differences.values())
    sentences = [sentence.rstrip(".") for sentence in islice(every, _TOLD)]
    detail = ". ".join(sentences) + "."
    if count > len(sentences):
        more = filled(tr("Attention", "And %1 more."), count - len(sentences))
        detail = f"{detail} {more}"
    domain = view.fleet.hosts[host].cluster
    if blocking:
        yield Attention(
            key=key("host", host),
            state=State.FAILING,
            sentence=filled(tr("Attention", "%1 differs, and cannot be changed as it is"), host),
            detail=" ".join(blocking),
            action=tr("Attention", "Look closer…"),
        )
    elif domain and "cluster" in thought.differences and thought.plan.after:
        yield Attention(
            key=key("join", host),
            state=State.DIFFERS,
            sentence=filled(tr("Attention", "%1 is not in %2 yet"), host, domain),
            detail=detail,
            action=tr("Attention", "Join…"),
        )
    else:
        # Without a step of its own a host waits for others, and its page says for whom.
        can_do = bool(thought.plan.steps)
        yield Attention(
            key=key("review" if can_do else "host", host),
            state=State.DIFFERS,
            sentence=counted(
                count,
                filled(tr("Attention", "%1 differs from the document: %2"), host, sentences[0]),
                filled(tr("Attention", "%2 things on %3 differ from the document"), "", "%1", host),
            ),
            detail="" if count == 1 else detail,
            action=tr("Attention", "Review…") if can_do else tr("Attention", "Look closer…"),
        )


def _plan(findings: Sequence[Finding]) -> Iterator[Attention]:
    """The number plan in one sentence; hints are told on its page only."""
    told = [one for one in findings if one.weight != "hint"]
    if not told:
        return
    tr = QCoreApplication.translate
    failing = told[0].weight == "error"
    sentence = counted(
        len(told),
        filled(tr("Attention", "The number plan: %1"), told[0].text.rstrip(".")),
        tr("Attention", "The number plan has %1 faults"),
    )
    detail = " ".join(one.text for one in told[:_FAULTS])
    if len(told) > _FAULTS:
        detail = f"{detail} {filled(tr('Attention', 'And %1 more.'), len(told) - _FAULTS)}"
    yield Attention(
        key=key("numbers", ALL),
        state=State.FAILING if failing else State.DIFFERS,
        sentence=sentence,
        detail=told[0].mend if len(told) == 1 else detail,
        action=tr("Attention", "Numbers…"),
    )


def _not_seen(view: FleetView) -> Iterator[Attention]:
    tr = QCoreApplication.translate
    known = {*view.observations, *view.busy, *view.looking}
    names = [host for host in view.fleet.hosts if host not in known]
    if names:
        yield Attention(
            key=key("look", ALL),
            state=State.UNKNOWN,
            sentence=counted(
                len(names),
                filled(tr("Attention", "%1 has not been looked at yet"), names[0]),
                tr("Attention", "%1 hosts have not been looked at yet"),
            ),
            detail=listed(names) if len(names) > 1 else "",
            action=tr("Attention", "Look now"),
        )

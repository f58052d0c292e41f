"""How a change ended that was not seen to end: the host's own journal knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from azdesk.app.session import Awaited, Session
from azdesk.core.errors import AzdeskError
from azdesk.core.outcome import HostState
from azdesk.core.progress import Job

_ENDED: Mapping[str, HostState] = {
    "committed": HostState.CHANGED,
    "rolled-back": HostState.ROLLED_BACK,
    "recovered": HostState.ROLLED_BACK,
    "needs-help": HostState.NEEDS_HELP,
    "never-begun": HostState.NOT_RUN,
}


@dataclass(frozen=True, kw_only=True)
class End:
    """How a transaction ended, by the host's own journal."""

    state: HostState
    backups: tuple[str, ...] = ()
    """Archives made on the host, by file name; they stay whatever the end was."""
    left: str = ""
    """What could not be put back, in sentences."""

    @property
    def message(self) -> str:
        """The end in words."""
        return {
            HostState.CHANGED: "The host had kept the change all the same.",
            HostState.ROLLED_BACK: "The host put everything back as it was before.",
            HostState.NOT_RUN: "Nothing had been changed.",
        }.get(self.state, f"Not everything could be put back: {self.left}")


def end_of(session: Session, host: str, transaction: str, job: Job | None = None) -> End | None:
    """How a transaction ended; None while it has not, or while the host does not say.

    Connecting starts a new helper, which first takes back what it finds unfinished.
    """
    try:
        entry = session.pool.link(host, job).outcome(transaction)
    except AzdeskError:
        # A link that broke has closed itself; one that is only busy must not be cut off.
        return None
    state = _ENDED.get(str(entry.get("state")))
    if state is None:
        return None
    return End(
        state=state,
        backups=tuple(str(name) for name in entry.get("backups") or ()),
        left=" ".join(str(sentence) for sentence in entry.get("left") or ()),
    )


def settled(session: Session, host: str, transaction: str) -> tuple[HostState, str] | None:
    """State and words for the end of a transaction; None while the host does not say."""
    end = end_of(session, host, transaction)
    return None if end is None else (end.state, end.message)


def place_of(session: Session, host: str) -> str:
    """Where a host is by the document: another document may use its name for another machine."""
    there = session.fleet.hosts[host]
    return f"{there.address}:{there.port}"


def ask_awaited(
    session: Session,
    report: Callable[[Awaited, HostState, str], None],
    hosts: Collection[str] | None = None,
) -> None:
    """Ask hosts (None: all) for the outcomes that were not seen, and forget those that are known now."""
    for item in session.awaited.all():
        if hosts is not None and item.host not in hosts:
            continue
        if item.host not in session.fleet.hosts or item.place not in ("", place_of(session, item.host)):
            continue
        ended = settled(session, item.host, item.transaction)
        if ended is not None:
            session.awaited.remove(item.transaction)
            report(item, *ended)

"""What was changed on hosts, when, by whom, and what came of it: each host keeps that itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from azdesk.app.session import Session
from azdesk.app.side_by_side import side_by_side
from azdesk.core.errors import AzdeskError, Cancelled, ProtocolError
from azdesk.core.progress import Job


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One transaction in a host's journal."""

    host: str
    transaction: str
    who: str
    title: str
    state: str
    """running, applied, committed, rolled-back, recovered, or needs-help."""
    started: float
    ended: float
    """Seconds since the epoch; 0 while it runs."""
    steps: tuple[Mapping[str, Any], ...] = ()
    """``{title, kind, path?, state, message, seconds}`` each; never contents."""
    error: str = ""
    left: tuple[str, ...] = ()
    """What could not be put back."""
    backups: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Journal:
    """Entries of several hosts, the newest first, and the hosts that could not be asked."""

    entries: tuple[Entry, ...] = ()
    problems: Mapping[str, AzdeskError]


def read(
    session: Session, hosts: Collection[str] | None = None, *, limit: int = 50, job: Job | None = None
) -> Journal:
    """The newest entries of each host.

    Raises:
        Cancelled: by the job.
    """
    names = list(session.fleet.hosts if hosts is None else hosts)
    job = job or Job()

    def ask(host: str) -> tuple[Entry, ...] | AzdeskError:
        try:
            return tuple(_entry(host, one) for one in session.pool.link(host, job).journal(limit))
        except Cancelled:
            raise
        except AzdeskError as error:
            return error

    answers = dict(side_by_side(names, ask, job, name="journal"))
    entries = [entry for host in names if isinstance(found := answers[host], tuple) for entry in found]
    return Journal(
        entries=tuple(sorted(entries, key=lambda entry: entry.started, reverse=True)),
        problems={host: found for host in names if isinstance(found := answers[host], AzdeskError)},
    )


def _entry(host: str, raw: Mapping[str, Any]) -> Entry:
    """Raises:
    ProtocolError: it has not the form that docs/link.md says.
    """
    try:
        return Entry(
            host=host,
            transaction=str(raw.get("transaction", "")),
            who=str(raw.get("who", "")),
            title=str(raw.get("title", "")),
            state=str(raw.get("state", "")),
            started=float(raw.get("started") or 0.0),
            ended=float(raw.get("ended") or 0.0),
            steps=tuple(dict(step) for step in raw.get("steps") or ()),
            error=str(raw.get("error") or ""),
            left=tuple(str(sentence) for sentence in raw.get("left") or ()),
            backups=tuple(str(name) for name in raw.get("backups") or ()),
        )
    except (TypeError, ValueError, OverflowError) as error:
        raise ProtocolError(
            "Its journal has an entry of another form.",
            where=host,
            next_step="Look at /var/lib/azdesk/journal there.",
        ) from error

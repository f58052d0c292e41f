"""What ``--json`` prints: plain data of a documented shape.

The shapes stand in docs/manual/terminal.schema.json; a change that takes something away or gives it another
meaning raises `FORMAT`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from azdesk.cli import diffs
from azdesk.core.errors import (
    AzdeskError,
    ConflictError,
    DocumentError,
    HostKeyChanged,
    HostKeyUnknown,
    Problem,
)
from azdesk.core.outcome import HostOutcome, Outcome
from azdesk.core.plan import HostPlan, Plan
from azdesk.core.step import Step

if TYPE_CHECKING:
    from azdesk.app.backups import Backup
    from azdesk.app.journal import Entry
    from azdesk.fleet.difference import Change

FORMAT = 1

Json = dict[str, Any]


def envelope(command: str, **content: Any) -> Json:
    """The outermost object: every answer says what it is the answer to."""
    return {"format": FORMAT, "command": command, **content}


def moment(seconds: float) -> str | None:
    """Seconds since the epoch as ISO 8601 in UTC; None for never."""
    if not seconds:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def error(failure: AzdeskError) -> Json:
    """An error's three sentences, its kind, and what scripts may want of some kinds."""
    out: Json = {
        "kind": type(failure).__name__,
        "what": failure.what,
        "where": failure.where,
        "next": failure.next_step,
    }
    if isinstance(failure, DocumentError) and not isinstance(failure, ConflictError):
        out["problems"] = [problem(one) for one in failure.problems]
    if isinstance(failure, HostKeyUnknown):
        out |= {
            "address": failure.address,
            "key_type": failure.key_type,
            "fingerprint": failure.fingerprint,
        }
    if isinstance(failure, HostKeyChanged):
        out |= {"known": failure.known, "shown": failure.shown}
    return out


def problem(one: Problem) -> Json:
    return {"path": one.path, "line": one.line, "message": one.message}


def fingerprint(plan: Plan) -> str:
    """Digest over everything that the plan does; the same plan made again has the same."""
    lines = sorted(f"{host.host} {host.fingerprint}" for host in plan if host.steps)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def step(one: Step) -> Json:
    path = getattr(one, "path", None)
    return {
        "title": one.title,
        "kind": one.kind,
        "feature": one.feature,
        "phase": one.phase.name.lower().replace("_", "-"),
        "path": path,
        "irreversible": one.irreversible or None,
        "diff": "".join(f"{line}\n" for line in diffs.unified(one)) or None,
    }


def host_plan(plan: HostPlan, failure: AzdeskError | None) -> Json:
    return {
        "host": plan.host,
        "after": list(plan.after),
        "blocked": plan.blocked,
        "error": error(failure) if failure else None,
        "notes": [
            {"text": note.text, "feature": note.feature, "blocking": note.blocking} for note in plan.notes
        ],
        "steps": [step(one) for one in plan.steps],
    }


def plan(whole: Plan, errors: Mapping[str, AzdeskError]) -> Json:
    return {
        "fingerprint": fingerprint(whole),
        "changes": whole.changes,
        "irreversible": sorted({one.confirm for host in whole for one in host.irreversible if one.confirm}),
        "hosts": [host_plan(host, errors.get(host.host)) for host in whole],
    }


def outcome(whole: Outcome) -> Json:
    return {"good": whole.good, "hosts": [host_outcome(host) for host in whole]}


def host_outcome(host: HostOutcome) -> Json:
    return {
        "host": host.host,
        "state": host.state.value,
        "good": host.good,
        "message": host.message,
        "transaction": host.transaction or None,
        "backups": list(host.backups),
        "steps": [
            {
                "title": one.title,
                "state": one.state.value,
                "message": one.message,
                "seconds": round(one.seconds, 3),
            }
            for one in host.steps
        ],
    }


def changes(found: Sequence[Change]) -> list[Json]:
    return [{"kind": change.kind, "path": change.path, "text": str(change)} for change in found]


def entry(one: Entry) -> Json:
    return {
        "host": one.host,
        "transaction": one.transaction,
        "who": one.who,
        "title": one.title,
        "state": one.state,
        "started": moment(one.started),
        "ended": moment(one.ended),
        "error": one.error,
        "left": list(one.left),
        "backups": list(one.backups),
        "steps": [
            {
                "title": str(raw.get("title", "")),
                "kind": str(raw.get("kind", "")),
                "path": raw.get("path"),
                "state": str(raw.get("state", "")),
                "message": str(raw.get("message") or ""),
                "seconds": float(raw.get("seconds") or 0.0),
            }
            for raw in one.steps
        ],
    }


def backup(one: Backup) -> Json:
    return {"host": one.host, "name": one.name, "size": one.size, "at": moment(one.at)}


def errors_by_host(found: Iterable[tuple[str, AzdeskError]]) -> list[Json]:
    return [{"host": host, "error": error(failure)} for host, failure in found]

"""What was done on hosts, as the hosts' own journals tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui.mapping.words import filled, listed, moment
from azdesk.ui.reviewmodels import JournalEntry
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.app.journal import Entry, Journal

_STATES = {
    "committed": State.RIGHT,
    "applied": State.BUSY,
    "running": State.BUSY,
    "rolled-back": State.FAILING,
    "recovered": State.DIFFERS,
    "needs-help": State.FAILING,
}


def entries(journal: Journal) -> tuple[JournalEntry, ...]:
    """All entries, the newest first."""
    return tuple(_entry(entry) for entry in journal.entries)


def as_text(shown: tuple[JournalEntry, ...]) -> str:
    """The journal for a file: each entry with everything behind it."""
    parts = []
    for entry in shown:
        head = f"{entry.when.astimezone():%Y-%m-%d %H:%M:%S}  {entry.host}  {entry.who}  {entry.what}"
        parts.append("\n".join([head, *(f"    {line}".rstrip() for line in entry.detail.splitlines())]))
    return "\n\n".join(parts) + "\n"


def problems(journal: Journal) -> str:
    """Which hosts could not be asked; empty if none."""
    if not journal.problems:
        return ""
    tr = QCoreApplication.translate
    return filled(tr("Journal", "not asked: %1"), listed(tuple(journal.problems)))


def _entry(entry: Entry) -> JournalEntry:
    tr = QCoreApplication.translate
    words = {
        "committed": tr("Journal", "Changed and verified"),
        "applied": tr("Journal", "Applied, not yet confirmed"),
        "running": tr("Journal", "Under way"),
        "rolled-back": tr("Journal", "Rolled back"),
        "recovered": tr("Journal", "Found unfinished and taken back"),
        "needs-help": tr("Journal", "Not everything could be put back"),
    }
    lines = [words.get(entry.state, entry.state)]
    if entry.error:
        lines.append(entry.error)
    lines.extend(filled(tr("Journal", "Left to do by hand: %1"), left) for left in entry.left)
    lines.append("")
    for step in entry.steps:
        seconds = float(step.get("seconds") or 0.0)
        took = f"{seconds:6.1f} s" if seconds else ""
        lines.append(f"{step.get('state', '')!s:<12} {took:>9}  {step.get('title', '')}")
        if step.get("message"):
            lines.append(f"{'':<24}{step['message']}")
    if entry.backups:
        lines.extend(["", filled(tr("Journal", "Backups on the host: %1"), ", ".join(entry.backups))])
    lines.extend(["", filled(tr("Journal", "Transaction %1"), entry.transaction)])
    return JournalEntry(
        key=f"{entry.host}\t{entry.transaction}",
        when=moment(entry.started),
        host=entry.host,
        who=entry.who,
        what=entry.title,
        state=_STATES.get(entry.state, State.UNKNOWN),
        detail="\n".join(lines),
    )

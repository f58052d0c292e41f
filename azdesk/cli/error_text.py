"""Errors for people: what happened, where, what to do next; and reports about faults of AZDesk itself."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError, DocumentError, HostKeyUnknown


def show_error(terminal: Terminal, error: AzdeskError) -> None:
    """Print an error to standard error."""
    lines = list(error_lines(error))
    terminal.note(f"{terminal.style('azdesk:', 'red')} {lines[0]}")
    for line in lines[1:]:
        terminal.note(line)


def error_lines(error: AzdeskError, *, place: str = "") -> Iterator[str]:
    """What and where, each problem of a document, and what to do next.

    Args:
        error: what happened.
        place: what the reader sees already, so that it is not said twice.
    """
    where = error.where.removeprefix(place).lstrip(": ") if place else error.where
    yield clean(f"{where}: {error.what}" if where else error.what)
    if isinstance(error, DocumentError):
        for problem in error.problems:
            yield clean(f"  {problem}")
    if error.next_step:
        yield f"  → {clean(error.next_step)}"
    if isinstance(error, HostKeyUnknown):
        yield f"  → azdesk host-key accept asks about it; in scripts: --trust {error.fingerprint}"


def save_fault(error: BaseException) -> AzdeskError:
    """Keep a report about an unexpected exception; an error that says so in words."""
    import tempfile

    from azdesk.app.fault_report import fault_report
    from azdesk.core.places import state_folder

    try:
        folder = state_folder()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, file = tempfile.mkstemp(
            prefix=f"fault-{time.strftime('%Y%m%d-%H%M%S')}-", suffix=".txt", dir=folder
        )
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(fault_report(error))
        kept = f"A report without names and secrets is in {file}; please send it to the makers of AZDesk."
    except OSError as failure:
        kept = f"No report could be saved ({failure.strerror})."
    return AzdeskError(f"AZDesk itself failed ({type(error).__name__}).", next_step=kept)

"""Errors for people: what happened, where, what to do next; and reports about faults of AZDesk itself."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError, DocumentError, HostKeyUnknown

_HERE = Path(__file__).resolve().parents[2]


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


def fault_report(error: BaseException) -> str:
    """Types and places of an exception and of what led to it.

    The exception's own words are left out: they may quote a value, and a value may be a secret.
    """
    import platform
    import traceback

    from azdesk import __version__

    lines = [
        f"AZDesk {__version__}",
        f"Python {platform.python_version()}, {sys.platform} {platform.machine()}",
        "",
    ]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        for frame in traceback.extract_tb(current.__traceback__):
            lines.append(f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}")
            if frame.line and Path(frame.filename).is_relative_to(_HERE / "azdesk"):
                lines.append(f"    {frame.line}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if current is not None:
            lines.append("from")
    return "\n".join(lines) + "\n"


def save_fault(error: BaseException) -> AzdeskError:
    """Keep a report about an unexpected exception; an error that says so in words."""
    import tempfile

    from azdesk.app.opening import state_folder

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


def _place(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(_HERE):
        return path.relative_to(_HERE).as_posix()
    return "/".join(path.parts[-2:])

"""The report about a fault of AZDesk itself: where it was, never with what values."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from azdesk import __version__

_HERE = Path(__file__).resolve().parents[2]


def fault_report(error: BaseException, *, also: str = "") -> str:
    """Types and places of an exception and of what led to it.

    The exception's own words are left out: they may quote a value, and a value may be a secret or a name of the fleet.

    Args:
        error: what happened.
        also: another part of the program whose version matters, such as “Qt 6.11.0”.
    """
    system = [f"Python {platform.python_version()}", also, f"{sys.platform} {platform.machine()}"]
    lines = [f"AZDesk {__version__}", ", ".join(filter(None, system)), ""]
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


def _place(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(_HERE):
        return path.relative_to(_HERE).as_posix()
    return "/".join(path.parts[-2:])

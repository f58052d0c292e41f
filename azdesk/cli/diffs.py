"""Real differences of files, without the secrets in them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from azdesk.core.masking import masked_pair, shown_file
from azdesk.core.step import Step


def unified(step: Step) -> tuple[str, ...]:
    """Lines of a unified difference of the file that a step writes or removes; none for other steps."""
    file = shown_file(step)
    if file is None or file.unread:
        return ()
    return _lines(
        file.path,
        file.before or "",
        file.after or "",
        new_file=file.before is None,
        removed=file.after is None,
    )


def texts(before: str, after: str, name: str) -> tuple[str, ...]:
    """Lines of a unified difference of two texts."""
    return _lines(name, *masked_pair(before, after))


def _lines(
    path: str, before: str, after: str, *, new_file: bool = False, removed: bool = False
) -> tuple[str, ...]:
    found = difflib.unified_diff(
        _split(before),
        _split(after),
        "/dev/null" if new_file else path,
        "/dev/null" if removed else path,
        lineterm="",
        n=3,
    )
    return tuple(found)


def _split(text: str) -> Sequence[str]:
    lines = text.split("\n")
    if lines[-1] == "":
        return lines[:-1]
    return [*lines[:-1], lines[-1] + "  (no line end)"]

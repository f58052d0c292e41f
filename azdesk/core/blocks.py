"""Managed blocks: the few lines that are ours in a file that is not.

A block stands between two marker lines. Everything outside of them is the admin's and stays as it is, to
the byte; taking the block out gives back the file as it was before.
"""

from __future__ import annotations

import re


def markers(name: str, comment: str = "#") -> tuple[str, str]:
    """First and last line of a block, without line ends."""
    return (
        f"{comment} BEGIN AZDesk {name} (AZDesk replaces the lines up to END)",
        f"{comment} END AZDesk {name}",
    )


def _span(text: str, name: str, comment: str) -> re.Match[str] | None:
    mark = re.escape(comment)
    return re.search(
        rf"^{mark} BEGIN AZDesk {re.escape(name)}(?: [^\n]*)?\n(?P<body>.*?)^{mark} END AZDesk {re.escape(name)}[ \t]*(?:\n|\Z)",
        text,
        re.DOTALL | re.MULTILINE,
    )


def read(text: str, name: str, comment: str = "#") -> str | None:
    """The lines of a block, or None when the file has no such block."""
    match = _span(text, name, comment)
    return match["body"] if match else None


def write(text: str, name: str, body: str, *, comment: str = "#", at_start: bool = False) -> str:
    """The file with the block set to `body`; an empty body takes the block out.

    A new block is put at the end of the file, or at its start.
    """
    match = _span(text, name, comment)
    if not body:
        return text[: match.start()] + text[match.end() :] if match else text
    first, last = markers(name, comment)
    block = f"{first}\n{body.rstrip(chr(10))}\n{last}\n"
    if match:
        return text[: match.start()] + block + text[match.end() :]
    if at_start:
        return block + text
    gap = "" if not text or text.endswith("\n") else "\n"
    return text + gap + block

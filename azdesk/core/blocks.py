"""Managed blocks: the few lines that are ours in a file that is not.

A block stands between two marker lines. Everything outside of them is the admin's and stays as it is, to
the byte; taking the block out gives back the file as it was before.
"""

from __future__ import annotations

_NOTE = "(AZDesk replaces the lines up to END)"


def markers(name: str, comment: str = "#") -> tuple[str, str]:
    """First and last line of a block, without line ends."""
    return f"{comment} BEGIN AZDesk {name} {_NOTE}", f"{comment} END AZDesk {name}"


def _spans(text: str, name: str, comment: str) -> list[tuple[int, int, int, int]]:
    """Offsets (start, start of body, end of body, end) of all whole blocks of this name.

    An END belongs to the last BEGIN before it: when somebody deleted an END, the lines between that BEGIN and
    the next are no longer known to be ours.
    """
    begin, end = f"{comment} BEGIN AZDesk {name}", f"{comment} END AZDesk {name}"
    if begin not in text:
        return []
    found = []
    opened: tuple[int, int] | None = None
    at = 0
    while at < len(text):
        newline = text.find("\n", at)
        after = len(text) if newline < 0 else newline + 1
        # Not str.splitlines: form feeds and the like do not end lines in the files this is for.
        line = text[at:after].rstrip("\r\n\t ")
        if line == begin or line.startswith(begin + " "):
            opened = at, after
        elif line == end and opened is not None:
            found.append((*opened, at, after))
            opened = None
        at = after
    return found


def read(text: str, name: str, comment: str = "#") -> str | None:
    """The lines of a block, or None when the file has no such block."""
    spans = _spans(text, name, comment)
    return text[spans[0][1] : spans[0][2]] if spans else None


def write(text: str, name: str, body: str, *, comment: str = "#", at_start: bool = False) -> str:
    """The file with the block set to `body`; an empty body takes the block out.

    A new block is put at the end of the file, or at its start. A file whose last line has no line end keeps
    it that way, so that taking the block out is exact.
    """
    spans = _spans(text, name, comment)
    if not body:
        return _without(text, spans)
    first, last = markers(name, comment)
    block = f"{first}\n{body.rstrip(chr(10))}\n{last}\n"
    if spans:
        start, _, _, end = spans[0]
        if not text[start:end].endswith("\n"):
            block = block[:-1]
        return text[:start] + block + _without(text[end:], _spans(text[end:], name, comment))
    if at_start:
        return block + text
    if text and not text.endswith("\n"):
        return f"{text}\n{block[:-1]}"
    return text + block


def _without(text: str, spans: list[tuple[int, int, int, int]]) -> str:
    for start, _, _, end in reversed(spans):
        before, block, rest = text[:start], text[start:end], text[end:]
        if not block.endswith("\n"):
            before = before.removesuffix("\n")
        text = before + rest
    return text

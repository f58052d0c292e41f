"""Dotted paths as TOML writes keys: ``hosts.a251.address``, ``clusters."company.com".upload.url``."""

from __future__ import annotations

import re
from typing import TypeAlias

Path: TypeAlias = tuple[str, ...]
"""Keys from the root of the document; the index of a list element stands in as decimal digits."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PART = re.compile(r"""\s*(?:([A-Za-z0-9_-]+)|"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:\.|$)""")
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_SHORT = {value: key for key, value in _ESCAPES.items() if key != "e"}


def quoted(text: str) -> str:
    """Text as a TOML basic string on one line."""
    out = []
    for char in text:
        if char in _SHORT:
            out.append("\\" + _SHORT[char])
        elif ord(char) < 0x20 or char == "\x7f":
            out.append(f"\\u{ord(char):04x}")
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def unescaped(text: str) -> str:
    """The inside of a TOML basic string with its escapes resolved."""

    def one(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if code[0] in "uUx" else _ESCAPES[code]

    return re.sub(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2}|[btnfre\"\\])", one, text)


def written(key: str) -> str:
    """One key as it is written in TOML: bare where possible, else in quotes."""
    return key if _BARE.fullmatch(key) else quoted(key)


def joined(path: Path) -> str:
    """A path as text."""
    return ".".join(written(key) for key in path)


def split(path: str | Path) -> Path:
    """A path as keys; one that is split already passes through.

    Raises:
        ValueError: the text is not a dotted TOML key.
    """
    if isinstance(path, tuple):
        return path
    keys: list[str] = []
    at = 0
    while at < len(path):
        match = _PART.match(path, at)
        if not match:
            raise ValueError(f"{path!r} is not a dotted path such as hosts.a251.address")
        bare, basic, literal = match.groups()
        keys.append(bare if bare is not None else unescaped(basic) if basic is not None else literal)
        at = match.end()
    if path.endswith("."):
        raise ValueError(f"{path!r} ends with a dot")
    return tuple(keys)

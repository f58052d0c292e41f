"""Real differences of files, without the secrets in them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from azdesk.core.secret import MASK
from azdesk.core.step import RemoveFile, SecretUse, Step, WriteFile

_NAMED_SECRET = re.compile(
    r"""(?ix) ^ (
        .*? [\w.-]* (?: passw(?:or)?d | passphrase | secret | cookie | token | api[_-]?key | \bpsk\b | rootpw )
        [\w.-]* ["']? \s* (?: [:=]>? | (?<=rootpw)\s ) \s*
    )
    (?! (?: true | false | yes | no | on | off | none | null ) \s* $ )
    ( [^\s{[|>&] .* ) $"""
)
"""A line that gives something secret by its name: what other lines of an admin's own file may hold."""


def unified(step: Step) -> tuple[str, ...]:
    """Lines of a unified difference of the file that a step writes or removes; none for other steps."""
    if isinstance(step, WriteFile):
        now = step.before_text
        if now is None and step.before:
            return ()
        old = "" if now is None else _without(now, step.content, step.secrets)
        return _lines(step.path, old, _masked(step.content, step.secrets), new_file=not step.before)
    if isinstance(step, RemoveFile) and step.before_text is not None:
        return _lines(step.path, step.before_text, "", removed=True)
    return ()


def texts(before: str, after: str, name: str) -> tuple[str, ...]:
    """Lines of a unified difference of two texts."""
    return _lines(name, before, after)


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
    return tuple(_hidden(found))


def _hidden(lines: Iterable[str]) -> Iterable[str]:
    for line in lines:
        yield line[0] + _NAMED_SECRET.sub(_mask, line[1:]) if line[:1] in "+- " else line


def _mask(match: re.Match[str]) -> str:
    return match[1] + MASK


def _split(text: str) -> Sequence[str]:
    lines = text.split("\n")
    if lines[-1] == "":
        return lines[:-1]
    return [*lines[:-1], lines[-1] + "  (no line end)"]


def _masked(content: str, secrets: Iterable[SecretUse]) -> str:
    for use in secrets:
        content = content.replace(use.token, MASK)
    return content


def _without(before: str, content: str, secrets: Sequence[SecretUse]) -> str:
    """The present text with the mask in each line that has the new text's form but for the secret."""
    if not secrets:
        return before
    tokens = "|".join(re.escape(use.token) for use in secrets)
    secret_lines = [line for line in content.split("\n") if re.search(tokens, line)]
    forms = [
        (re.compile(".+".join(re.escape(part) for part in re.split(tokens, line))), _masked(line, secrets))
        for line in secret_lines
    ]
    return "\n".join(
        next((shown for form, shown in forms if form.fullmatch(line)), line) for line in before.split("\n")
    )

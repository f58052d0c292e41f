"""Contents of files as they may be shown: in the window, on paper and on a terminal alike, without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from azdesk.core.secret import MASK
from azdesk.core.step import RemoveFile, SecretUse, Step, WriteFile

_NAME = r"""(?ix) ^ (
        .*? [\w.-]* (?: passw(?:or)?d | passphrase | secret | cookie | token | api[_-]?key | \bpsk\b | rootpw | bindpw | \bpass\b
            | md5_cred | credentials (?! \s* =/ ) )
        [\w.-]* ["']? \s* (?: [:=]>? | (?<=rootpw)\s | (?<=bindpw)\s ) \s*
    )"""
_NAMED_SECRET = re.compile(
    _NAME
    + r"""(?! (?: true | false | yes | no | on | off | none | null | [|>][-+\d]* | [{\[] | &\w+ ) \s* (?:\#.*)? $ )
    ( [^\s\#] .* ) $"""
)
"""A line that gives something secret by its name: what other lines of an admin's own file may hold."""
_BEGINS_SECRET = re.compile(_NAME + r"( [|>][-+\d]* | [{\[] | &\w+ )? \s* (?:\#.*)? $")
"""One that says that something secret stands in the lines after it, as YAML may have it."""
_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_KEY_ENDS = re.compile(r"-----END [A-Z ]*PRIVATE KEY-----")

ANOTHER = f"{MASK}  (another value)"
"""In the place of a masked value that differs from the one before."""


@dataclass(frozen=True, kw_only=True)
class ShownFile:
    """The file that a step writes or removes, as it may be shown."""

    path: str
    before: str | None
    """None: there is no such file yet."""
    after: str | None
    """None: it is removed."""
    unread: bool = False
    """There is a file, but its text was never sent, being secret or too large; `before` is the mask."""


def shown_file(step: Step) -> ShownFile | None:
    """The file of a step, with all secrets masked; None for steps of other kinds."""
    if isinstance(step, WriteFile):
        unread = step.before_text is None and bool(step.before)
        after = _used(step.content, step.secrets)
        if unread:
            return ShownFile(path=step.path, before=f"{MASK}\n", after=masked(after), unread=True)
        if step.before_text is None:
            return ShownFile(path=step.path, before=None, after=masked(after))
        if step.before and step.content in {use.token for use in step.secrets}:
            # The new text is made up when the plan runs; line by line it would look as if the old one shrank to one.
            return ShownFile(path=step.path, before=MASK, after=ANOTHER)
        before = _without(step.before_text, step.content, step.secrets)
        hidden, shown = masked_pair(before, after)
        return ShownFile(path=step.path, before=hidden if step.before else None, after=shown)
    if isinstance(step, RemoveFile):
        if step.before_text is None:
            return ShownFile(path=step.path, before=f"{MASK}\n", after=None, unread=True)
        return ShownFile(path=step.path, before=masked(step.before_text), after=None)
    return None


def masked(text: str) -> str:
    """A text with the values masked that a name gives away as secret."""
    return "\n".join(_lines(text))


def masked_pair(before: str, after: str) -> tuple[str, str]:
    """Two texts masked so that a value that became another one still shows as a difference."""
    there = set(before.split("\n"))
    hidden = _lines(before)
    alike = set(hidden)
    lines = []
    for line, shown in zip(after.split("\n"), _lines(after), strict=True):
        another = shown != line and line not in there and shown in alike
        lines.append(shown.removesuffix(MASK) + ANOTHER if another else shown)
    return "\n".join(hidden), "\n".join(lines)


def _lines(text: str) -> list[str]:
    """The lines of a text, masked one by one; those that go on with a secret from the line before as well."""
    lines = []
    depth: int | None = None
    in_key = False
    for line in text.split("\n"):
        ends_key = _KEY_ENDS.search(line)
        if in_key:
            in_key = not ends_key
            lines.append(line if ends_key else MASK)
            continue
        if depth is not None and _goes_on(line, depth):
            lines.append(f"{line[: _depth(line)]}{MASK}" if line.strip() else line)
            continue
        depth = _depth(line) if _BEGINS_SECRET.match(line) else None
        in_key = bool(_KEY_BEGINS.search(line)) and not ends_key
        lines.append(_NAMED_SECRET.sub(_mask, line))
    return lines


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _goes_on(line: str, depth: int) -> bool:
    """Whether a line belongs to the one of that depth that began something."""
    return (
        not line.strip() or _depth(line) > depth or (_depth(line) == depth and line.lstrip().startswith("- "))
    )


def _mask(match: re.Match[str]) -> str:
    return match[1] + MASK


def _used(content: str, secrets: Iterable[SecretUse]) -> str:
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
        (re.compile(".+".join(re.escape(part) for part in re.split(tokens, line))), _used(line, secrets))
        for line in secret_lines
    ]
    return "\n".join(
        next((shown for form, shown in forms if form.fullmatch(line)), line) for line in before.split("\n")
    )

"""What Asterisk makes of ``${…}`` and ``$[…]`` in the arguments of an application.

A text is taken apart once and worked out for each call. Functions that AZDesk does not know give `Unknown`: then nobody can say
beforehand where a call goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Function: TypeAlias = Callable[[str], str]
"""The arguments of a function, as text → its value."""


class Unknown(Exception):
    """A variable's function or an operator that is not known here."""


@dataclass(frozen=True, kw_only=True)
class Variables:
    """What there is to put in."""

    values: Mapping[str, str]
    """Variables by name; one that is not there is empty."""
    functions: Mapping[str, Function]
    """Functions by name in capitals."""


@dataclass(frozen=True, slots=True)
class _Variable:
    """``${name:offset:length}`` or ``${FUNCTION(arguments):…}``; all of it may have others inside."""

    body: tuple[_Part, ...]

    def value(self, there: Variables) -> str:
        text = _join(self.body, there)
        name, offset, length = _cut(text)
        at = name.find("(")
        if at >= 0 and name.endswith(")"):
            found = there.functions.get(name[:at].upper())
            if found is None:
                raise Unknown(f"the function {name[:at]}")
            value = found(name[at + 1 : -1])
        else:
            value = there.values.get(name, "")
        return _slice(value, offset, length)


@dataclass(frozen=True, slots=True)
class _Expression:
    """``$[…]``."""

    body: tuple[_Part, ...]

    def value(self, there: Variables) -> str:
        return _worked_out(_join(self.body, there))


_Part: TypeAlias = str | _Variable | _Expression


def put_in(text: str, there: Variables) -> str:
    """The text with all values put in.

    Raises:
        Unknown: it has something in it that is not known here.
    """
    return _join(_parts(text), there) if "$" in text else text


def _join(parts: tuple[_Part, ...], there: Variables) -> str:
    return "".join([part if isinstance(part, str) else part.value(there) for part in parts])


@lru_cache(maxsize=65536)
def _parts(text: str) -> tuple[_Part, ...]:
    found: list[_Part] = []
    at = start = 0
    while (at := text.find("$", at)) >= 0:
        opening = text[at + 1 : at + 2]
        if opening not in ("{", "["):
            at += 1
            continue
        end = _closing(text, at + 1, opening, "}" if opening == "{" else "]")
        if end < 0:
            break
        if at > start:
            found.append(text[start:at])
        body = _parts(text[at + 2 : end])
        found.append(_Variable(body) if opening == "{" else _Expression(body))
        at = start = end + 1
    if start < len(text):
        found.append(text[start:])
    return tuple(found)


def _closing(text: str, at: int, opening: str, closing: str) -> int:
    depth = 0
    for index in range(at, len(text)):
        if text[index] == opening:
            depth += 1
        elif text[index] == closing:
            depth -= 1
            if not depth:
                return index
    return -1


@lru_cache(maxsize=65536)
def _cut(text: str) -> tuple[str, int, int | None]:
    """Name, offset and length of what stands between the braces."""
    found = re.fullmatch(
        r"((?:[^:()]|\([^()]*(?:\([^()]*\)[^()]*)*\))*?)(?::(-?\d*)(?::(-?\d+))?)?", text, re.DOTALL
    )
    if not found:
        return text, 0, None
    return found[1], int(found[2] or 0), None if found[3] is None else int(found[3])


def _slice(value: str, offset: int, length: int | None) -> str:
    """As pbx_variables.c: a negative offset counts from the end, a negative length leaves that many off it."""
    start = max(len(value) + offset, 0) if offset < 0 else offset
    if length is None:
        return value[start:]
    return value[start : start + length] if length >= 0 else value[start:length]


_TOKEN = re.compile(r'\s*("(?:[^"])*"|!=|<=|>=|[()=<>|&+*/%?:-]|[^\s"()=<>|&!?:]+|!)')
_SIGNS = frozenset(("=", "<", ">", "|", "&", "+", "*", "/", "%", "?", ":", ")", "!=", "<=", ">="))
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("|",),
    ("&",),
    ("=", "!=", "<", ">", "<=", ">="),
    ("+", "-"),
    ("*", "/", "%"),
)


def _worked_out(text: str) -> str:
    tokens = [found[1] for found in _TOKEN.finditer(text)]
    if "".join(tokens).replace(" ", "") != re.sub(r"\s", "", text) and '"' not in text:
        raise Unknown(f"the expression {text}")
    if not tokens:
        return ""
    parser = _Parser(tokens)
    value = parser.level(0)
    if parser.tokens:
        raise Unknown(f"the expression {text}")
    return value


@dataclass
class _Parser:
    """The operators of main/ast_expr2.y that people use; all bind to the left."""

    tokens: list[str]

    def level(self, depth: int) -> str:
        if depth == len(_LEVELS):
            return self._single()
        value = self.level(depth + 1)
        while self.tokens and self.tokens[0] in _LEVELS[depth]:
            sign = self.tokens.pop(0)
            value = _combined(sign, value, self.level(depth + 1))
        return value

    def _single(self) -> str:
        if not self.tokens:
            return ""
        token = self.tokens.pop(0)
        if token == "(":  # noqa: S105
            value = self.level(0)
            if not self.tokens or self.tokens.pop(0) != ")":
                raise Unknown("an expression without its )")
            return value
        if token == "!":  # noqa: S105
            return "0" if _is_true(self._single()) else "1"
        if token == "-":  # noqa: S105
            return _number(-_as_number(self._single()))
        if token in _SIGNS:
            raise Unknown(f"an expression with {token} in an odd place")
        return token[1:-1] if token.startswith('"') and len(token) > 1 else token


def _combined(sign: str, left: str, right: str) -> str:
    if sign == "|":
        return left if _is_true(left) else right if _is_true(right) else "0"
    if sign == "&":
        return left if _is_true(left) and _is_true(right) else "0"
    if sign in _LEVELS[2]:
        return str(int(_compare(sign, left, right)))
    one, two = _as_number(left), _as_number(right)
    if sign in "/%" and not two:
        return "0"
    results = {
        "+": lambda: one + two,
        "-": lambda: one - two,
        "*": lambda: one * two,
        "/": lambda: one / two,
        "%": lambda: one % two,
    }
    return _number(results[sign]())


def _compare(sign: str, left: str, right: str) -> bool:
    try:
        one, two = float(left), float(right)
    except ValueError:
        order = (left > right) - (left < right)
    else:
        order = (one > two) - (one < two)
    return {
        "=": order == 0,
        "!=": order != 0,
        "<": order < 0,
        ">": order > 0,
        "<=": order <= 0,
        ">=": order >= 0,
    }[sign]


def _as_number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:g}"


def is_true(text: str) -> bool:
    """As GotoIf takes a condition: empty and 0 are false [main/pbx.c, pbx_checkcondition]."""
    if not text:
        return False
    if text[0].isdigit():
        found = re.match(r"\d+", text)
        return bool(found and int(found[0]))
    return True


def _is_true(text: str) -> bool:
    """As the operators of an expression do."""
    try:
        return float(text) != 0
    except ValueError:
        return bool(text)


def condition(text: str) -> tuple[str, str, str]:
    """Parts of ``condition?one:two``, as IF and GotoIf have them."""
    test, _, rest = text.partition("?")
    depth = 0
    for index, sign in enumerate(rest):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == ":" and not depth:
            return test, rest[:index], rest[index + 1 :]
    return test, rest, ""


def split(text: str, sign: str = ",") -> list[str]:
    """Arguments, apart where no bracket is open."""
    found, depth, start = [], 0, 0
    for index, one in enumerate(text):
        depth += (one in "([{") - (one in ")]}")
        if one == sign and depth <= 0:
            found.append(text[start:index])
            start = index + 1
    return [*found, text[start:]]

"""Reading YAML as ejabberd does, with errors in the words of its parser (libyaml).

Maps keep their pairs: ejabberd takes some options more than once and complains of others that are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias, Union

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Value: TypeAlias = Union["Pairs", list["Value"], str, int, float, bool, None]

_FLOW = re.compile(r"expected ',' or '([\]}])'")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")


class SyntaxFault(Exception):
    """The text is no YAML; the message is what ejabberd's parser says."""


class Pairs(tuple[tuple[str, Value], ...]):
    """A map as the file has it, in order, with what is there twice."""

    __slots__ = ()

    def get(self, key: str) -> Value:
        """The first value of a key, None if it is not there."""
        return next((value for name, value in self if name == key), None)


@lru_cache(maxsize=64)
def read(text: str) -> Value:
    """The first document in a text. Not to be changed: the same value is given to all who ask.

    Raises:
        SyntaxFault: with line and position.
    """
    try:
        parser = YAML(typ="safe", pure=True)
        # The first document only, as ejabberd.
        node = next(iter(parser.compose_all(text)), None)
        return _value(node) if node is not None else None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise SyntaxFault(f"Syntax error on line {line} at position {column}: {_words(error)}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise SyntaxFault(f"Syntax error on line 1 at position 1: {error}") from None


def _value(node: Node) -> Value:
    if isinstance(node, MappingNode):
        return Pairs((str(_value(key)), _value(item)) for key, item in node.value)
    if isinstance(node, SequenceNode):
        return [_value(item) for item in node.value]
    assert isinstance(node, ScalarNode)
    text = str(node.value)
    kind = str(node.tag).rpartition(":")[2]
    if kind == "int" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "float":
        try:
            return float(text)
        except ValueError:
            return text
    if kind == "bool":
        return text.lower() in ("true", "yes", "on")
    return None if kind == "null" else text


def _words(error: MarkedYAMLError) -> str:
    problem, context = str(error.problem or ""), str(error.context or "")
    flow = _FLOW.search(problem)
    if flow:
        return f"did not find expected ',' or '{flow[1]}'"
    if "<block end>" in problem:
        return "did not find expected key" if "mapping" in context else "did not find expected '-' indicator"
    if "node content" in problem:
        return "did not find expected node content"
    if "cannot start any token" in problem:
        return "found character that cannot start any token"
    if "end of stream" in problem:
        return "found unexpected end of stream"
    return problem.replace("not allowed here", "not allowed in this context")


def kind(value: object) -> str:
    """What ejabberd calls the kind of a value."""
    if isinstance(value, Pairs):
        return "map"
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return "string"
    if isinstance(value, int):
        return "integer"
    return "float" if isinstance(value, float) else "list"

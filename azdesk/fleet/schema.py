"""The document's form as JSON Schema (draft 2020-12), for editors, and as tables for the manual.

All of it follows from the model: annotations say what is allowed, docstrings what it means.
``python -m azdesk.fleet.schema`` prints the schema; with the manual's page as argument it brings the tables
in it up to date.
"""

from __future__ import annotations

import ast
import functools
import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

from azdesk.fleet.form import Choice, Flag, Kind, ListOf, Section, TableOf, Text, Value, Whole, parts_of
from azdesk.fleet.model import Fleet
from azdesk.fleet.paths import written
from azdesk.fleet.render import value_text

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The JSON Schema of a document, as plain data."""
    definitions: dict[str, dict[str, Any]] = {}

    def define(cls: type[Value]) -> dict[str, Any]:
        if cls.__name__ not in definitions:
            definitions[cls.__name__] = {}  # holds the place while the sections inside are defined
            definitions[cls.__name__].update(_section(cls, define))
        return {"$ref": f"#/$defs/{cls.__name__}"}

    root = _section(Fleet, define)
    return {"$schema": DIALECT, "title": "AZDesk fleet document", **root, "$defs": definitions}


def schema_text() -> str:
    """The schema as JSON text."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _section(cls: type[Value], define: Any) -> dict[str, Any]:
    docs = field_docs(cls)
    properties = {}
    for name, part in parts_of(cls).items():
        one = part.kind.schema(define)
        if part.default == "" and isinstance(one.get("type"), str) and one.keys() - {"type"}:
            one = {"anyOf": [{"const": ""}, one]}
        if name in docs:
            one["description"] = docs[name]
        if isinstance(part.kind, Text | Whole | Flag | Choice | ListOf) and not part.required:
            one["default"] = list(part.default) if isinstance(part.default, tuple) else part.default
        properties[name] = one
    required = [name for name, part in parts_of(cls).items() if part.required]
    return {
        "type": "object",
        "description": _unmarked(inspect.getdoc(cls) or ""),
        "properties": properties,
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


@functools.cache
def _classes(module: str) -> dict[str, dict[str, str]]:
    """Docstrings of fields by class; nothing where a packaged program came without its source."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except OSError:
        return {}
    return {node.name: dict(_docs(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _docs(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match text:
                case ast.Expr(value=ast.Constant(value=str(words))):
                    yield field.target.id, _unmarked(inspect.cleandoc(words))


def field_docs(cls: type[Value]) -> dict[str, str]:
    """What each field of a section means, for schemas, manuals and tool tips."""
    return _classes(cls.__module__).get(cls.__name__, {})


def _unmarked(text: str) -> str:
    return re.sub(r"``(.+?)``|`(.+?)`", lambda match: match[1] or match[2], " ".join(text.split()))


def tables() -> str:
    """The manual's tables, in Markdown: every section with every key."""
    blocks = []
    for path, cls in _sections((), Fleet):
        head = f"### `[{path}]`" if path else "### At the top"
        lines = [
            head,
            "",
            _unmarked(inspect.getdoc(cls) or ""),
            "",
            "| key | what it says | allowed | default |",
        ]
        lines.append("|---|---|---|---|")
        docs = field_docs(cls)
        for name, part in parts_of(cls).items():
            if isinstance(part.kind, Section | TableOf):
                continue
            default = "**required**" if part.required else f"`{value_text(part.default)}`"
            lines.append(f"| `{name}` | {docs.get(name, '')} | {allowed(part.kind)} | {default} |")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _sections(path: tuple[str, ...], cls: type[Value]) -> Iterator[tuple[str, type[Value]]]:
    yield ".".join(key if key.startswith("<") else written(key) for key in path), cls
    for name, part in parts_of(cls).items():
        if isinstance(part.kind, Section):
            yield from _sections((*path, name), part.kind.cls)
        elif isinstance(part.kind, TableOf):
            key = '<"domain">' if part.kind.key.rule and part.kind.key.rule.dots else "<name>"
            yield from _sections((*path, name, key), part.kind.item.cls)


def allowed(kind: Kind) -> str:
    """What a field may hold, in a few words."""
    match kind:
        case Choice(values=values):
            return ", ".join(f"`{value_text(value)}`" for value in values)
        case Whole(bounds=None):
            return "whole number"
        case Whole(bounds=bounds) if bounds:
            return f"{bounds.least} to {bounds.most}" + (f" {bounds.unit}" if bounds.unit else "")
        case Flag():
            return "`true`, `false`"
        case ListOf(item=item):
            return f"list of {allowed(item)}"
        case Text(rule=rule) if rule and rule.words:
            return rule.words
    return "text"


_MARKS = ("<!-- tables: begin -->\n", "<!-- tables: end -->\n")


def with_tables(page: str) -> str:
    """The manual's page with the tables as they should be.

    Raises:
        ValueError: the page has no marks for them.
    """
    before, found, rest = page.partition(_MARKS[0])
    _, ended, after = rest.partition(_MARKS[1])
    if not found or not ended:
        raise ValueError(f"the page needs a line {_MARKS[0].strip()} and a line {_MARKS[1].strip()}")
    return f"{before}{_MARKS[0]}\n{tables()}\n{_MARKS[1]}{after}"


def main(arguments: list[str]) -> None:
    """Print the schema, or update the tables in the files named."""
    for name in arguments:
        page = File(name)
        page.write_text(with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
    if not arguments:
        sys.stdout.write(schema_text())


if __name__ == "__main__":
    main(sys.argv[1:])

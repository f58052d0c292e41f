"""Values as TOML text in AZDesk's own hand: new documents, new entries, new values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from azdesk.fleet.form import Section, TableOf, Value, parts_of
from azdesk.fleet.model import Fleet
from azdesk.fleet.paths import Path, joined, quoted, written


def value_text(value: Any) -> str:
    """One value on one line; several lines only for a text that has them.

    Raises:
        TypeError: TOML has nothing for it.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _block(value) if "\n" in value.strip("\n") else quoted(value)
    if isinstance(value, Value):
        value = value.plain()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{written(key)} = {value_text(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_text(item) for item in value) + "]"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    raise TypeError(f"nothing in TOML for {type(value).__name__}")


def _block(text: str) -> str:
    """A text of several lines, readable as such."""
    lines = [quoted(line)[1:-1] for line in text.split("\n")]
    return '"""\n' + "\n".join(lines) + '"""'


def section_text(path: Path, value: Value, *, header: bool = True) -> str:
    """A section with all that is in it and is not default, as tables; ends with a newline.

    Args:
        path: of the section.
        value: its content.
        header: write ``[path]`` even if nothing but other tables stands under it.
    """
    lines: list[str] = []
    tables: list[str] = []
    for name, part in parts_of(type(value)).items():
        item = getattr(value, name)
        if not part.required and item == part.default:
            continue
        if isinstance(part.kind, Section):
            tables.append(section_text((*path, name), item, header=False))
        elif isinstance(part.kind, TableOf):
            tables.extend(section_text((*path, name, key), entry) for key, entry in item.items())
        else:
            lines.append(f"{written(name)} = {value_text(item)}\n")
    if path and (header or lines):
        lines.insert(0, f"[{joined(path)}]\n")
    return "\n".join(block for block in ["".join(lines), *tables] if block)


def fleet_text(fleet: Fleet) -> str:
    """A whole document, without comments."""
    body = section_text((), fleet)
    gap = "\n" if body.startswith("[") else ""
    return f"version = {fleet.version}\n{gap}{body}"


def data_text(data: Mapping[str, Any], path: Path = ()) -> str:
    """Plain data as TOML, whatever its keys; for migrations, whose data is not of the present form."""
    lines = [
        f"{written(key)} = {value_text(value)}\n"
        for key, value in data.items()
        if not isinstance(value, Mapping)
    ]
    if path and (lines or not data):
        lines.insert(0, f"[{joined(path)}]\n")
    tables = [data_text(value, (*path, key)) for key, value in data.items() if isinstance(value, Mapping)]
    return "\n".join(block for block in ["".join(lines), *tables] if block)

"""Bringing documents of older forms to the present one.

Each `Migration` leads from one version to the next. Its `data` says what the new form holds; its `text` does
the same to the TOML text, comments and all. If the two do not agree (a layout that `text` does not know),
the text is written anew from the data. The old file is kept beside the document at the first save.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from azdesk.core.errors import DocumentError
from azdesk.fleet import reading
from azdesk.fleet.model import VERSION
from azdesk.fleet.paths import joined


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One step from a version to the next."""

    data: Callable[[dict[str, Any]], dict[str, Any]]
    """Plain data of the old form → of the new form; must cope with anything that is valid TOML."""
    text: Callable[[str], str]
    """The same for the text, keeping comments."""


def version_of(data: dict[str, Any], text: str = "") -> int:
    """The version of a document's form.

    Documents before version 1 did not say theirs; they had their hosts in a list.

    Raises:
        DocumentError: it is newer than this program, or not a number.
    """
    version = data.get("version", 0 if isinstance(data.get("hosts"), list) else 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        fault = (("version",), f"must be a whole number up to {VERSION}, without quotes")
        raise DocumentError("The document has a problem.", problems=reading.located(text, [fault]))
    if version > VERSION:
        raise DocumentError(
            "The document was written by a newer AZDesk: "
            f"its form is {version if version < 10**9 else 'later'}, this one knows forms up to {VERSION}.",
            next_step="Update AZDesk to open it.",
        )
    return version


def migrated(text: str) -> str:
    """The text in the present form; the same text if it is already.

    Raises:
        DocumentError: it is not TOML, or newer than this program.
    """
    if not _NEEDED.search(text):
        return text
    data = reading.load(text)
    version = version_of(data, text)
    while version < VERSION:
        step = MIGRATIONS[version]
        data = {**step.data(data), "version": version + 1}
        text = _agreeing(step.text, text, data)
        version += 1
    return text


# Almost every document says so on a line of its own: no need to parse it once more only to see that.
_NEEDED = re.compile(rf"\A(?!(?:[ \t]*(?:#[^\n]*)?\r?\n)*version = {VERSION}[ \t]*\r?\n)")


def _agreeing(change: Callable[[str], str], text: str, data: dict[str, Any]) -> str:
    from azdesk.fleet.render import data_text

    try:
        changed = change(text)
        if tomllib.loads(changed) == data:
            return changed
    except (ValueError, RecursionError):
        pass
    head = re.match(r"(?:[ \t]*(?:#[^\n]*)?\n)*", text)
    return (head.group() if head else "") + data_text(data)


_RENAMED = {"ip": "address", "domain": "cluster", "login": "credential"}


def _hosts_by_name(data: dict[str, Any]) -> dict[str, Any]:
    hosts = data.get("hosts")
    if not isinstance(hosts, list):
        return data
    table: dict[str, Any] = {}
    for index, host in enumerate(hosts):
        if not isinstance(host, dict):
            continue
        name = host.get("name")
        if not isinstance(name, str) or not name or name in table:
            name = f"host-{index + 1}"
        table[name] = {_RENAMED.get(key, key): value for key, value in host.items() if key != "name"}
    return {**data, "hosts": table}


def _hosts_by_name_in_text(text: str) -> str:
    from azdesk.fleet.rewrite import Edit, spliced
    from azdesk.fleet.scan import scan

    found = scan(text)
    # Named as in the data, so that a host without a name of its own gets the same one here.
    names = list(_hosts_by_name(tomllib.loads(text))["hosts"])
    edits: list[Edit] = []
    for item in found.items:
        if len(item.path) == 3 and item.path[0] == "hosts" and item.path[2] == "name":
            line_end = found.line_end(item.end)
            rest = text[item.end : line_end].strip()
            end = line_end if not rest else item.end  # a comment behind the name stays
            edits.append(Edit(start=found.line_start(item.start), end=end, text=""))
    edits.extend(
        Edit(start=part.start, end=part.end, text=_RENAMED[part.path[2]])
        for part in found.parts
        if len(part.path) == 3 and part.path[0] == "hosts" and part.path[2] in _RENAMED
    )
    for header in found.headers[1:]:
        if header.many and header.path[:1] == ("hosts",) and len(header.path) == 2:
            new = f"[{joined(('hosts', names[int(header.path[1])]))}]"
            edits.append(Edit(start=header.start, end=header.end, text=new))
    head = re.match(r"(?:[ \t]*#[^\n]*\n)*(?:[ \t]*\n)?", text)
    at = head.end() if head else 0
    version = next((item for item in found.items if item.path == ("version",)), None)
    if version is not None:
        edits.append(Edit(start=version.value, end=version.end, text="1"))
    else:
        edits.append(
            Edit(start=at, end=at, text="version = 1\n\n" if text[at : at + 1] == "[" else "version = 1\n")
        )
    return spliced(text, edits)


MIGRATIONS: dict[int, Migration] = {
    0: Migration(data=_hosts_by_name, text=_hosts_by_name_in_text),
}
"""From the version that is the key to the next one."""

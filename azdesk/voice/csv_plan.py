"""The number plan as a sheet: a row for each block of a host and for each rule, to be edited in a spreadsheet and taken in again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from azdesk.core.errors import DocumentError, Problem
from azdesk.fleet import edit
from azdesk.fleet.form import Faults, parts_of, read_value
from azdesk.fleet.model import Fleet
from azdesk.fleet.paths import split
from azdesk.fleet.voice import Rule

BLOCK, RULE = "block", "rule"
HEADINGS: Final = (
    "Kind",
    "Name",
    "Pattern",
    "Prefix",
    "Hosts",
    "Callers",
    "Strip",
    "Prepend",
    "Target",
    "To",
    "Ring",
    "Record",
    "Notify",
    "Note",
)
"""To: trunks, the number, members or the sound file, as the target needs it; several are parted by spaces."""
_LISTS: Final = {"hosts": "Hosts", "callers": "Callers"}
_TO: Final = {"trunk": "trunks", "ring-group": "members", "announcement": "sound"}
_YES: Final = {
    "yes": True,
    "true": True,
    "1": True,
    "x": True,
    "no": False,
    "false": False,
    "0": False,
    "": False,
}


def rows(fleet: Fleet) -> Iterator[tuple[str, ...]]:
    """The rows below `HEADINGS`: blocks in the order of hosts, then rules in the order of the document."""
    for host, value in fleet.hosts.items():
        for block in value.numbers:
            yield _row({"Kind": BLOCK, "Name": host, "Pattern": block, "Prefix": value.calls.prefix})
    for name, rule in fleet.rules.items():
        to = getattr(rule, _TO.get(rule.target, "number"))
        yield _row(
            {
                "Kind": RULE,
                "Name": name,
                "Pattern": rule.pattern,
                "Hosts": " ".join(rule.hosts),
                "Callers": " ".join(rule.callers),
                "Strip": str(rule.strip or ""),
                "Prepend": rule.prepend,
                "Target": rule.target,
                "To": to if isinstance(to, str) else " ".join(to),
                "Ring": str(rule.ring or ""),
                "Record": "yes" if rule.record else "",
                "Notify": "yes" if rule.notify else "",
                "Note": rule.note.replace("\n", " "),
            }
        )


def _row(cells: dict[str, str]) -> tuple[str, ...]:
    return tuple(cells.get(heading, "") for heading in HEADINGS)


def taken_in(
    fleet: Fleet, headings: Sequence[str], sheet: Iterable[tuple[int, Sequence[str]]], name: str
) -> Fleet:
    """The document with the rules and blocks of a sheet instead of its own.

    All rules are those of the sheet; of hosts that the sheet has no block of nothing changes.

    Args:
        sheet: number of the row as spreadsheets count, its cells.
        name: of the file, for messages.

    Raises:
        DocumentError: with everything that is wrong, by row and heading; the document stays as it is.
    """
    columns = {heading.strip().casefold(): index for index, heading in enumerate(headings)}
    problems = [
        Problem(path=f"column {heading}", message="is missing")
        for heading in ("Kind", "Name", "Pattern")
        if heading.casefold() not in columns
    ]
    if problems:
        raise wrong(name, problems)
    blocks: dict[str, list[str]] = {}
    prefixes: dict[str, str] = {}
    rules: dict[str, Any] = {}
    rows_of: dict[tuple[str, ...], int] = {}
    for number, cells in sheet:
        given = {
            heading: cells[columns[heading.casefold()]].strip() if heading.casefold() in columns else ""
            for heading in HEADINGS
        }
        kind = given["Kind"].casefold()
        if kind == BLOCK:
            problems += _block(fleet, number, given, blocks, prefixes)
            host = given["Name"].lower()
            rows_of["hosts", host, "numbers", str(len(blocks.get(host, ())) - 1)] = number
            rows_of.setdefault(("hosts", host), number)
        elif kind == RULE:
            problems += _rule(number, given, rules)
            rows_of["rules", given["Name"]] = number
        else:
            problems.append(_problem(number, "Kind", f"“{given['Kind']}” is neither {BLOCK} nor {RULE}"))
    if problems:
        raise wrong(name, problems)
    values: dict[tuple[str, ...], Any] = {("rules",): rules}
    for host, numbers in blocks.items():
        values[("hosts", host, "numbers")] = numbers
        values[("hosts", host, "calls", "prefix")] = prefixes[host]
    try:
        return edit.with_values(fleet, values)
    except DocumentError as error:
        raise wrong(name, [_placed(rows_of, problem) for problem in error.problems]) from None


def _placed(rows_of: Mapping[tuple[str, ...], int], problem: Problem) -> Problem:
    """What is wrong with the document that would come of it, by row and heading where the sheet has them."""
    path = split(problem.path)
    for length in (4, 2):
        if number := rows_of.get(path[:length]):
            key = path[2] if len(path) > 2 else "name"
            if path[0] == "hosts":
                return _problem(number, "Prefix" if key == "calls" else "Pattern", problem.message)
            return _problem(number, _heading(key), problem.message)
    return problem


def _block(
    fleet: Fleet, number: int, given: dict[str, str], blocks: dict[str, list[str]], prefixes: dict[str, str]
) -> Iterator[Problem]:
    host = given["Name"].lower()
    if host not in fleet.hosts:
        yield _problem(number, "Name", f"there is no host “{given['Name']}” in the document")
        return
    faults: Faults = []
    parts_of(type(fleet.hosts[host]))["numbers"].read([given["Pattern"]], (), faults)
    yield from (_problem(number, "Pattern", text) for _, text in faults)
    if prefixes.setdefault(host, given["Prefix"]) != given["Prefix"]:
        yield _problem(number, "Prefix", f"is another one than in the rows of {host} above: {prefixes[host]}")
    blocks.setdefault(host, []).append(given["Pattern"])


def _rule(number: int, given: dict[str, str], rules: dict[str, Any]) -> Iterator[Problem]:
    raw: dict[str, Any] = {"pattern": given["Pattern"], "target": given["Target"].lower()}
    for key, heading in _LISTS.items():
        raw[key] = _several(given[heading])
    for key in ("strip", "ring"):
        text = given[key.capitalize()] or "0"
        if not (text.isascii() and text.isdigit() and len(text) < 6):
            yield _problem(number, key.capitalize(), f"“{text}” is not a whole number")
            return
        raw[key] = int(text)
    for key in ("record", "notify"):
        text = given[key.capitalize()].casefold()
        if text not in _YES:
            yield _problem(number, key.capitalize(), f"“{text}” is neither yes nor no")
            return
        raw[key] = _YES[text]
    raw["prepend"], raw["note"] = given["Prepend"], given["Note"]
    key = _TO.get(raw["target"], "number")
    raw[key] = _several(given["To"]) if key in ("trunks", "members") else given["To"]
    faults: Faults = []
    made = read_value(Rule, raw, (), faults)
    for path, text in faults:
        yield _problem(number, _heading(path[0] if path else ""), text)
    if not given["Name"]:
        yield _problem(number, "Name", "is empty: each rule needs a name of its own")
    elif given["Name"] in rules:
        yield _problem(number, "Name", f"“{given['Name']}” is in the sheet twice")
    rules[given["Name"]] = made


def _several(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", text) if part]


def _heading(key: str) -> str:
    if key in (*_TO.values(), "number"):
        return "To"
    return key.capitalize() or "Pattern"


def _problem(number: int, heading: str, text: str) -> Problem:
    return Problem(path=f"row {number}, {heading}", message=text)


def wrong(name: str, problems: Sequence[Problem]) -> DocumentError:
    """What is said of a sheet that is not taken in."""
    return DocumentError(
        f"The number plan cannot be taken in from {name}.",
        problems=problems,
        where=name,
        next_step="Correct the sheet; nothing was changed.",
    )

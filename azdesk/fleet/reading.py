"""A document's text as the fleet that it describes, with every problem and its line. No file is read or written here."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from azdesk.core.errors import DocumentError, Problem
from azdesk.fleet import form
from azdesk.fleet.model import Fleet
from azdesk.fleet.paths import joined


def parse(text: str) -> Fleet:
    """The fleet that a TOML text of the present form describes.

    Raises:
        DocumentError: with every problem, each with its line.
    """
    fleet, problems = examine(text)
    if fleet is None or problems:
        count = len(problems)
        raise DocumentError(
            "The document has a problem." if count == 1 else f"The document has {count} problems.",
            problems=problems,
        )
    return fleet


def examine(text: str) -> tuple[Fleet | None, tuple[Problem, ...]]:
    """The fleet and everything that is wrong with the text, for editors; the fleet only if nothing is."""
    try:
        data = load(text)
    except DocumentError as error:
        return None, error.problems
    faults: form.Faults = []
    fleet = form.read_value(Fleet, data, (), faults)
    if not faults:
        return fleet, ()
    return None, located(text, faults)


def load(text: str) -> dict[str, Any]:
    """Plain data of a TOML text.

    Raises:
        DocumentError: it is not TOML; the problem has the line.
    """
    try:
        return tomllib.loads(text)
    except RecursionError:
        problem = Problem(path="", message="is nested too deeply to be a fleet document")
    except ValueError as error:
        problem = _syntax(str(error), text)
    raise DocumentError(
        "The text is not TOML.",
        problems=[problem],
        next_step="Texts need quotes, tables need brackets; https://toml.io shows the rules on one page.",
    )


def located(text: str, faults: form.Faults) -> tuple[Problem, ...]:
    """Faults as problems with their lines, in the order of the lines."""
    from azdesk.fleet.scan import line_of, scan  # only needed once something is wrong

    try:
        found = scan(text)
        places = found.places()
        problems = [
            Problem(path=joined(path), message=message, line=line_of(path, found, places))
            for path, message in faults
        ]
    except RecursionError:
        problems = [Problem(path=joined(path), message=message) for path, message in faults]
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))


def _syntax(message: str, text: str) -> Problem:
    match = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if match:
        sentence, line, column = message[: match.start()], int(match[1]), int(match[2])
        return Problem(path="", message=f"column {column}: {_plainly(sentence)}", line=line)
    end = text.count("\n") + (not text.endswith("\n"))
    sentence = "ends in the middle of a value: a quote or a bracket is not closed"
    if not message.endswith(" (at end of document)"):
        sentence = _plainly(message)
    return Problem(path="", message=sentence, line=end or 1)


def _plainly(sentence: str) -> str:
    """Tomllib's words, with what is most likely meant."""
    if "Invalid value" in sentence:
        sentence += "; a text needs quotes, a switch is true or false"
    elif "Cannot overwrite" in sentence or "Cannot declare" in sentence or "already" in sentence:
        sentence += "; the same name is in the document twice"
    elif "integer string conversion" in sentence:
        return "a number is far too long"
    return sentence

"""What olcAccess rules let people read (slapd.access(5)), as far as it can be told from the rules alone.

What is not understood counts as “may read”: the rule that then is put before it takes nothing from anybody who should have it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from azdesk.features.directory.state import ROOT

_CLAUSE = re.compile(r"\s+by\s+")
_LESS = ("none", "disclose", "auth", "compare", "search", "0", "=0", "=d", "=x", "=xd")
_CONTROL = ("stop", "continue", "break")


def readable(rules: Sequence[str], attributes: Collection[str]) -> frozenset[str]:
    """Of these attributes those that somebody who is not logged in, or any other person, may read."""
    return frozenset(
        name for name in attributes if any(_may_read(rules, name, who) for who in ("anonymous", "users"))
    )


def root_may(rules: Sequence[str]) -> bool:
    """Whether root on the host, over ldapi, may change everything."""
    for rule in rules:
        what, clauses = _parts(rule)
        if what != "*":
            return False  # somebody else's rule comes first, and ends the matter for what it is about
        for who, level, control in clauses:
            if who == "*" or ROOT in who.replace('"', ""):
                if level in ("manage", "write"):
                    return True
                if control != "break":
                    return False
                break
    return False


def _may_read(rules: Sequence[str], attribute: str, who: str) -> bool:
    for rule in rules:
        what, clauses = _parts(rule)
        if not _about(what, attribute):
            continue
        for subject, level, control in clauses:
            if not _is(subject, who):
                continue
            if control == "break":
                break
            return level not in _LESS
        else:
            return False  # every rule ends with “by * none”
    return False


def _parts(rule: str) -> tuple[str, list[tuple[str, str, str]]]:
    """What a rule is about, and (who, level, control) of its clauses."""
    what, *clauses = _CLAUSE.split(rule.strip())
    return re.sub(r"^to\s+", "", what), list(_clauses(clauses))


def _clauses(clauses: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for clause in clauses:
        words = clause.split()
        control = words.pop() if words and words[-1] in _CONTROL else "stop"
        level = words.pop() if len(words) > 1 else ""
        # “by * break” has no level: nothing is given by it.
        yield " ".join(words), level or "none", control


def _about(what: str, attribute: str) -> bool:
    found = re.search(r"\battrs?=(\S+)", what)
    if not found:
        return True
    return attribute.lower() in (name.lower() for name in found[1].split(","))


def _is(subject: str, who: str) -> bool:
    """Whether a clause may mean somebody who is not logged in, or any other person."""
    if subject in ("*", who):
        return True
    # Conditions on the connection beside it: some connection will meet them.
    return subject.startswith((f"{who} ", "* "))

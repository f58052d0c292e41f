"""Random number plans of two hosts, and numbers that are interesting for them."""

from __future__ import annotations

import random
from typing import Any

from azdesk.core.errors import DocumentError
from azdesk.core.pattern import pattern
from azdesk.fleet.model import Fleet
from azdesk.voice.checking import check

HOSTS = ("a251", "a253")
CALLS = 20
"""Numbers for each plan."""
REGISTERED = ("6800", "6801", "6853", "71", "72", "511")
"""Accounts with a phone that answers, on both hosts."""


def goes_round(fleet: Fleet) -> bool:
    """Whether a plan has circles. On real hosts such a call multiplies until nothing is left."""
    return any("round in circles" in one.text for one in check(fleet))


def any_plan(chance: random.Random, context: str = "all") -> Fleet:
    """A document with two hosts and anything that a number plan may have."""
    while True:
        try:
            return Fleet(**_values(chance, context))
        except DocumentError:
            continue  # such as two hosts with one prefix


def plan(chance: random.Random, context: str = "all") -> Fleet:
    """One without circles."""
    while goes_round(found := any_plan(chance, context)):
        pass
    return found


def _values(chance: random.Random, context: str) -> dict[str, Any]:
    blocks = ["68XX", "7X", "5ZX", "6[89]XX", "51[1-3]", "6853", "68[0-5]X"]
    hosts = {}
    for index, host in enumerate(HOSTS):
        hosts[host] = {
            "address": f"192.0.2.{index + 1}",
            "cluster": "test.local",
            "numbers": chance.sample(blocks, chance.choice([1, 1, 2, 3])),
            "calls": {
                "prefix": chance.choice(["", f"30{index + 1}", f"30{index + 1}", f"{index + 8}"]),
                "scheme": chance.choice(["", "", "short", "prefixed"]),
                "record": chance.random() < 0.3,
                "notify": chance.random() < 0.2,
                "unanswered": chance.choice(["hang-up", "voicemail"]),
            },
        }
    trunks = {
        "provider": {
            "address": "192.0.2.7",
            "record": chance.random() < 0.3,
            "caller_id": chance.choice(["", "+49301"]),
            **chance.choice(
                (
                    {},
                    {"hosts": ["a251"], "gateway_for": ["a253"]},
                    {"hosts": ["a253"], "gateway_for": ["a251"]},
                )
            ),
        },
        "dead": {
            "address": "192.0.2.8",
            "max_calls": chance.choice([0, 500]),
            "caller_id": chance.choice(["", "", "+49302"]),
        },
    }
    rules = {f"r{index}": _rule(chance) for index in range(chance.randint(0, 9))}
    plan = {
        "scheme": chance.choice(["short", "prefixed"]),
        "context": context,
        "emergency": chance.choice([[], ["112"], ["11[02]", "7!"]]),
        "ring": 5,
        "between": {"record": chance.random() < 0.2, "max_calls": chance.choice([0, 500])},
    }
    warning = chance.choice(["none", "none", "beep"])
    return {
        "clusters": {"test.local": {}},
        "hosts": hosts,
        "trunks": trunks,
        "rules": rules,
        "number_plan": plan,
        "recording": {"warning": warning},
    }


def _pattern(chance: random.Random) -> str:
    signs = ["0", "1", "3", "5", "6", "7", "8", "X", "Z", "N", "[0-6]", "[68]", "[1-37]"]
    body = "".join(chance.choice(signs) for _ in range(chance.randint(1, 4)))
    lead = chance.choice(["", "", "68", "0", "301", "11", "7"])
    return lead + body + chance.choice(["", "", "", ".", "!"])


def _rule(chance: random.Random) -> dict[str, Any]:
    target = chance.choice(
        [
            "accounts",
            "trunk",
            "trunk",
            "number",
            "number",
            "ring-group",
            "voicemail",
            "conference",
            "announcement",
            "hang-up",
        ]
    )
    rule: dict[str, Any] = {
        "pattern": _pattern(chance),
        "target": target,
        "strip": chance.choice([0, 0, 0, 1, 2, 3]),
        "prepend": chance.choice(["", "", "68", "6", "0", "302"]),
        "hosts": chance.choice([[], [], ["a251"], ["a253"]]),
        "record": chance.random() < 0.2,
    }
    if target == "trunk":
        rule["trunks"] = chance.choice([["provider"], ["dead"], ["dead", "provider"], ["provider", "dead"]])
    elif target == "number":
        rule["number"] = chance.choice(["", "", "", "6801", "3026801", "0123", "71", "999"])
    elif target == "ring-group":
        rule["members"] = chance.sample(["6801", "6802", "71", "3026853", "999"], 2)
    elif target == "announcement":
        rule["sound"] = "custom/none"
    if target != "trunk" and chance.random() < 0.2:
        rule["callers"] = ["provider"]
    return rule


def numbers(chance: random.Random, fleet: Fleet) -> list[str]:
    """Numbers that are interesting for a plan."""
    found = [*REGISTERED, "6802", "79", "112", "110", "999", "0123", "00301"]
    for host in HOSTS:
        value = fleet.hosts[host]
        found += [
            value.calls.prefix + example for block in value.numbers for example in pattern(block).examples()
        ]
        found += [value.calls.prefix + number for number in REGISTERED]
    for rule in fleet.rules.values():
        found += pattern(rule.pattern).examples()
    found += ["".join(chance.choice("0123567896") for _ in range(chance.randint(1, 7))) for _ in range(6)]
    return chance.sample(list(dict.fromkeys(found)), CALLS)

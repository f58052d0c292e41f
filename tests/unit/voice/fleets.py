"""Documents with a number plan."""

from __future__ import annotations

import tomllib
from typing import Any

from azdesk.fleet.form import read_value
from azdesk.fleet.model import Fleet

OFFICE = """
version = 1
[clusters."test.local"]
[number_plan]
scheme = "short"
emergency = ["112"]
[trunks.provider]
address = "sip.example.com"
authentication = "registration"
user = "4930123"
record = true
[trunks.backup]
address = "192.0.2.7"
hosts = ["a251"]
caller_id = "+4930123"
max_calls = 2
[rules.Out]
pattern = "0."
target = "trunk"
strip = 1
trunks = ["provider", "backup"]
[rules.Emergency]
pattern = "112"
target = "trunk"
trunks = ["provider"]
[rules.Reception]
pattern = "6800"
target = "ring-group"
members = ["6853", "3026801"]
hosts = ["a251"]
[rules.In]
pattern = "+493012368XX"
callers = ["provider"]
strip = 8
target = "accounts"
record = true
notify = true
hosts = ["a251"]
[hosts.a251]
address = "192.168.11.251"
cluster = "test.local"
numbers = ["68XX"]
calls = { prefix = "301", unanswered = "voicemail" }
[hosts.a253]
address = "192.168.11.253"
cluster = "test.local"
numbers = ["68XX"]
calls = { prefix = "302", record = true }
"""
"""The guide's two hosts with a provider, a second trunk, a reception."""


def fleet(text: str = OFFICE, **more: Any) -> Fleet:
    """A document; `more` goes over what it says at the top."""
    faults: list[Any] = []
    made = read_value(Fleet, {**tomllib.loads(text), **more}, (), faults)
    assert not faults, faults
    assert isinstance(made, Fleet)
    return made

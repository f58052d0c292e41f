"""Calls in progress: many channels of many hosts, shown as the few calls that they are.

Asterisk knows channels: one for each leg, two more where a Local channel lies between. Those of one host that belong together have one
*linked id*. A call that goes on to another host has one SIP dialogue on the trunk between, and both ends of it know its Call-ID: by
that they are put together, and by nothing that could be met by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["dialling", "ringing", "talking"]
_CHANNEL = re.compile(r"(\w+)/(.+)-[0-9a-f]{8}(;[12])?", re.ASCII)
_TRUNK, _HOST = "az-trunk-", "az-host-"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """One leg of a call, as Asterisk tells it."""

    host: str
    key: str
    """Asterisk's unique id: one of a kind on its host."""
    name: str
    """``PJSIP/6853-00000012``."""
    linked: str
    state: str
    """Down, Ring (it calls), Ringing (it is called), Up, Busy …"""
    since: float
    """When it came to be, in seconds since the epoch by the host's clock."""
    caller: str = ""
    caller_name: str = ""
    connected: str = ""
    connected_name: str = ""
    dialled: str = ""
    context: str = ""
    app: str = ""
    bridge: str = ""
    recorded: bool = False
    codec: str = ""
    """Comma separated, as it is spoken on this leg; empty: not told yet."""
    sip: str = ""
    """The dialogue's Call-ID."""

    @property
    def endpoint(self) -> str:
        """The account or trunk that it belongs to."""
        found = _CHANNEL.fullmatch(self.name)
        return found[2] if found else self.name

    @property
    def local(self) -> bool:
        """Whether it leads to the dial plan and to nobody outside."""
        return self.name.startswith("Local/")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call, whatever it consists of."""

    key: str
    hosts: tuple[str, ...]
    """Where it runs, beginning with where it began."""
    caller: str
    caller_name: str
    callee: str
    """What was dialled."""
    callee_name: str
    reached: tuple[str, ...]
    """Accounts and trunks at the other end, as far as they have taken the call or ring."""
    state: State
    since: float
    """Seconds since the epoch, by the clock of the first host."""
    codec: str
    recorded: bool
    came_by: str
    """Trunk from outside that it came in by; empty: from a phone."""
    left_by: tuple[str, ...]
    """Trunks to the outside that it goes out by."""
    channel: str
    """The caller's own leg on the first host: with it the call ends."""
    channel_key: str
    legs: int

    @property
    def trunks(self) -> tuple[str, ...]:
        """Names in the document of the trunks to others that it takes."""
        return tuple(dict.fromkeys((*((self.came_by,) if self.came_by else ()), *self.left_by)))


def channel(host: str, key: str, row: Mapping[str, Any]) -> Channel:
    """Out of a row of the helper's; what is missing counts as empty."""

    def text(name: str) -> str:
        return str(row.get(name) or "")

    since = row.get("since")
    return Channel(
        host=host,
        key=key,
        name=text("name"),
        linked=text("linked") or key,
        state=text("state"),
        since=float(since) if isinstance(since, int | float) else 0.0,
        caller=text("caller"),
        caller_name=text("caller_name"),
        connected=text("connected"),
        connected_name=text("connected_name"),
        dialled=text("dialled"),
        context=text("context"),
        app=text("app"),
        bridge=text("bridge"),
        recorded=row.get("recorded") is True,
        codec=text("codec"),
        sip=text("sip"),
    )


def calls(channels: Iterable[Channel]) -> tuple[Call, ...]:
    """All calls, the newest first."""
    groups: dict[tuple[str, str], list[Channel]] = {}
    for one in channels:
        groups.setdefault((one.host, one.linked), []).append(one)
    joined = _joined(groups)
    found = [_call([groups[key] for key in keys]) for keys in joined]
    return tuple(sorted(found, key=lambda one: (-one.since, one.key)))


def _joined(groups: Mapping[tuple[str, str], list[Channel]]) -> list[list[tuple[str, str]]]:
    """Groups of different hosts that have a dialogue in common, as one."""
    root = {key: key for key in groups}

    def top(key: tuple[str, str]) -> tuple[str, str]:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    by_dialogue: dict[str, tuple[str, str]] = {}
    for key, members in groups.items():
        for one in members:
            if one.sip:
                other = by_dialogue.setdefault(one.sip, key)
                if other[0] != key[0]:
                    root[top(key)] = top(other)
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key in groups:
        found.setdefault(top(key), []).append(key)
    return list(found.values())


def _origin(members: list[Channel]) -> Channel:
    """The leg of who calls."""
    return min(members, key=lambda one: (one.key != one.linked, one.since, one.key))


def _call(parts: list[list[Channel]]) -> Call:
    # It began where it did not come from another host; the clocks of hosts are not equal enough to tell.
    parts = sorted(parts, key=lambda one: (_origin(one).endpoint.startswith(_HOST), _origin(one).since))
    order = _in_order(parts)
    first, everybody = order[0], [one for part in order for one in part]
    origin = _origin(first)
    others = [one for one in everybody if one is not origin and not one.local]
    ends = [one for one in others if not one.endpoint.startswith(_HOST)]
    codecs = (one.codec for one in (origin, *others) if one.codec and not one.local)
    return Call(
        key=f"{origin.host}/{origin.linked}",
        hosts=tuple(dict.fromkeys(part[0].host for part in order)),
        caller=origin.caller or (origin.endpoint if not origin.local else ""),
        caller_name=origin.caller_name,
        callee=origin.dialled if origin.dialled not in ("", "s") else origin.connected,
        callee_name=origin.connected_name,
        reached=tuple(dict.fromkeys(one.endpoint for one in ends)),
        state=_state(origin, others),
        since=origin.since,
        codec=next(codecs, ""),
        recorded=any(one.recorded for one in everybody),
        came_by=origin.endpoint.removeprefix(_TRUNK) if origin.endpoint.startswith(_TRUNK) else "",
        left_by=tuple(
            dict.fromkeys(
                one.endpoint.removeprefix(_TRUNK) for one in ends if one.endpoint.startswith(_TRUNK)
            )
        ),
        channel=origin.name,
        channel_key=origin.key,
        legs=sum(not one.local for one in everybody),
    )


def _in_order(parts: list[list[Channel]]) -> list[list[Channel]]:
    """The parts as the call passes them, from the first on."""
    order, left = [parts[0]], parts[1:]
    while left:
        told = {one.sip for one in order[-1] if one.sip}
        following = next((part for part in left if told & {one.sip for one in part}), left[0])
        order.append(following)
        left.remove(following)
    return order


def _state(origin: Channel, others: list[Channel]) -> State:
    if origin.state == "Up" and (origin.bridge or not others or any(one.state == "Up" for one in others)):
        return "talking"
    return "ringing" if any(one.state == "Ringing" for one in (origin, *others)) else "dialling"


def between(channels: Iterable[Channel]) -> Iterator[tuple[str, str]]:
    """(host, endpoint) of each leg that takes a trunk, to count them."""
    for one in channels:
        if one.endpoint.startswith((_TRUNK, _HOST)):
            yield one.host, one.endpoint

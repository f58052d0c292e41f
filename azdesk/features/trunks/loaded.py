"""What Asterisk says of its trunks: which it has loaded, whether they are there, how far away.

PJSIP drops an object that it does not understand alone, and calls that a success [seen in the lab, 22.10]; what is loaded is
asked, therefore, and compared with the file. Both lists cut off what is too long for their columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from azdesk.core.probe import Command, Probe, Readings
from azdesk.features._asterisk import Recipe
from azdesk.features.trunks.lines import Line
from azdesk.voice import deriving

PREFIX = "az-"
_HOST = deriving.host_endpoint("")
_ASKED: Mapping[str, str] = {
    "pjsip": f"pjsip show endpoints like {PREFIX}",
    "pjsip-registrations": "pjsip show registrations",
    "chan-sip": f"sip show peers like {PREFIX}",
    "chan-sip-registrations": "sip show registry",
}
QUESTIONS: Mapping[str, Probe] = {
    key: Command(argv=("asterisk", "-rx", question), timeout=10) for key, question in _ASKED.items()
}
"""Commands of Asterisk's console, for both drivers: which one it has is known only afterwards."""


@dataclass(frozen=True, kw_only=True)
class Live:
    """How a trunk is right now."""

    endpoint: str
    reachable: bool | None = None
    """Whether the other side answers; None where it is not asked."""
    milliseconds: float = 0.0
    """How long its answer takes."""
    registration: str = ""
    """In Asterisk's word, such as Registered or Rejected; empty: none."""


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A trunk as Asterisk has it loaded."""

    endpoint: str
    uri: str = ""
    matches: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    """Of the passwords for calls out and in."""
    live: Live

    def is_as(self, line: Line, recipe: Recipe) -> bool:
        """Whether this is what our file says, as far as can be told."""
        if recipe == "chan_sip":
            return True
        users = (line.user,) * (int(bool(line.user)) + int(line.challenge))
        wanted = {_canonical(one) for one in (line.address, *line.sources)}
        # A name stands there as the addresses that it has.
        names = any(not re.fullmatch(r"[0-9a-fA-F.:/]+", one) for one in wanted)
        return (
            bool(self.uri)
            and line.uri.startswith(self.uri)
            and (names or all(any(one.startswith(seen) for one in wanted) for seen in self.matches))
            and (names or len(self.matches) == len(wanted))
            and len(self.users) == len(users)
        )


def _canonical(place: str) -> str:
    if re.fullmatch(r"[0-9.]+", place):
        return f"{place}/32"
    return f"{place}/128" if ":" in place and "/" not in place else place


def of_pjsip(text: str, registrations: str) -> tuple[Loaded, ...]:
    """Out of the two lists of PJSIP."""
    states = dict(_registrations(registrations))
    return tuple(
        _endpoint(part, states) for part in re.split(r"^ Endpoint:  (?!<)", text, flags=re.MULTILINE)[1:]
    )


def _registrations(text: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"^ (\S+?)/sips?:\S*\s+(?:\S+\s+)?(\w[\w ]*?)\s+\(exp", text, re.MULTILINE):
        yield found[1], found[2].strip()
    for found in re.finditer(r"^ (\S+?)/sips?:\S*\s+(?:\S+\s+)?(\w+)\s*$", text, re.MULTILINE):
        yield found[1], found[2]


def _endpoint(part: str, states: Mapping[str, str]) -> Loaded:
    name = part.split(maxsplit=1)[0].partition("/")[0]
    contact = re.search(
        r"^\s+Contact:  [^/\n]+/(\S+)\s+(?:[0-9a-f]{10}\s+)?(\w+)\s+(\S+)\s*$", part, re.MULTILINE
    )
    word = contact[2] if contact else ""
    reachable = {"Avail": True, "Unavail": False}.get(word)
    return Loaded(
        endpoint=name,
        uri=contact[1] if contact else "",
        matches=tuple(re.findall(r"^\s+Match: (\S+)", part, re.MULTILINE)),
        users=tuple(re.findall(r"^\s+(?:OutAuth|InAuth):  [^/\n]+/(\S+)", part, re.MULTILINE)),
        live=Live(
            endpoint=name,
            reachable=reachable,
            milliseconds=_float(contact[3]) if contact and reachable else 0.0,
            registration=states.get(name, ""),
        ),
    )


def of_chan_sip(text: str, registry: str, lines: tuple[Line, ...]) -> tuple[Loaded, ...]:
    """Out of the two lists of chan_sip; the second knows users, not trunks."""
    states = {}
    for found in re.finditer(
        r"^(\S+)\s+[YN]\s+(\S+)\s+\d+\s+(\w[\w. ]*?)(?:\s{2,}|$)", registry, re.MULTILINE
    ):
        states[found[2], found[1].rpartition(":")[0]] = found[3]
    by_name = {line.endpoint: line for line in lines}
    peers = []
    for found in re.finditer(rf"^({PREFIX}[^\s/]*)(?:/\S*)?\s+(.*)$", text, re.MULTILINE):
        status = re.search(r"(OK) \((\d+) ms\)|(UNREACHABLE|Unmonitored|UNKNOWN|LAGGED)", found[2])
        reachable = True if status and status[1] else False if status and status[3] == "UNREACHABLE" else None
        line = by_name.get(found[1])
        registration = ""
        if line is not None and line.registers:
            registration = next(
                (state for (user, _), state in states.items() if line.user.startswith(user)), ""
            )
        live = Live(
            endpoint=found[1],
            reachable=reachable,
            milliseconds=float(status[2]) if status and status[1] else 0.0,
            registration=registration,
        )
        peers.append(Loaded(endpoint=found[1], live=live))
    return tuple(peers)


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e6 else 0.0


def asking_again(readings: Readings) -> dict[str, Probe]:
    """What lets Asterisk ask anew, at once, those hosts that did not answer it; out of the answers to `QUESTIONS`."""
    found: dict[str, Probe] = {}
    for key, ask in (("pjsip", "pjsip qualify"), ("chan-sip", "sip qualify peer")):
        answer = readings.command(key)
        there = of_pjsip(answer.out, "") if key == "pjsip" else of_chan_sip(answer.out, "", ())
        for one in there:
            if one.live.reachable is False and one.endpoint.startswith(_HOST):
                found[one.endpoint] = Command(argv=("asterisk", "-rx", f"{ask} {one.endpoint}"), timeout=10)
    return found

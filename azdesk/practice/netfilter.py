"""The packet filter of a practice host: tables as nft(8) makes and prints them, and what they let in.

Of nft's language it knows what firewalls of single hosts are made of; the rest is a syntax error. Forms and words are those of
nftables 1.1 [seen in the lab].
"""

from __future__ import annotations

import ipaddress
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

_TOKEN = re.compile(r'\s*(?:(#[^\n]*)|("[^"\n]*")|([{}();,&|]|!=)|([^\s{}();,&|"#!]+))')
_ICMP = {
    "icmp": ("destination-unreachable", "echo-request", "time-exceeded", "parameter-problem"),
    "icmpv6": (
        "destination-unreachable", "packet-too-big", "time-exceeded", "parameter-problem", "echo-request",
        "mld-listener-query", "nd-router-advert", "nd-neighbor-solicit", "nd-neighbor-advert",
    ),
}  # fmt: skip
_STATES = ("established", "related", "new", "invalid")
_FLAGS = ("fin", "syn", "rst", "ack")


class Refused(Exception):
    """nft does not take it; the words are its own."""


@dataclass(frozen=True, kw_only=True)
class Packet:
    """The first one of a connection, or a datagram."""

    source: str
    protocol: str
    port: int


@dataclass(frozen=True, kw_only=True)
class Match:
    left: str
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, packet: Packet) -> bool:
        source = ipaddress.ip_address(packet.source)
        if self.left in ("ip saddr", "ip6 saddr"):
            return any(source in ipaddress.ip_network(one) for one in self.values)
        if self.left in ("tcp dport", "udp dport"):
            ranges = [_ports(one) for one in self.values]
            return self.left.startswith(packet.protocol) and any(a <= packet.port <= b for a, b in ranges)
        # What comes by the loopback is not asked for here, all are new, and a new one is a SYN.
        return self.left == "ct state" and "new" in self.values

    def json(self) -> dict[str, Any]:
        right: Any = [_value(one) for one in sorted(self.values, key=self._order)]
        if self.left == "iifname":
            left: Any = {"meta": {"key": "iifname"}}
        elif self.left == "ct state":
            left = {"ct": {"key": "state"}}
        elif self.left == "tcp flags":
            left = {"&": [{"payload": {"protocol": "tcp", "field": "flags"}}, list(_FLAGS)]}
        else:
            protocol, name = self.left.split()
            left = {"payload": {"protocol": protocol, "field": name}}
        operator = "!=" if self.negated else "=="
        return {
            "match": {"op": operator, "left": left, "right": right[0] if len(right) == 1 else {"set": right}}
        }

    def _order(self, value: str) -> tuple[Any, ...]:
        if self.left.endswith("dport"):
            return _ports(value)
        if self.left.endswith("saddr"):
            network = ipaddress.ip_network(value)
            return (int(network.network_address),)
        family, _, name = self.left.partition(" ")
        return (_ICMP[family].index(value),) if name == "type" else (value,)


def _ports(value: str) -> tuple[int, int]:
    first, _, last = value.partition("-")
    return int(first), int(last or first)


def _value(one: str) -> Any:
    if re.fullmatch(r"\d+", one):
        return int(one)
    if re.fullmatch(r"\d+-\d+", one):
        return {"range": list(_ports(one))}
    if "/" in one:
        address, _, length = one.partition("/")
        return {"prefix": {"addr": address, "len": int(length)}}
    return one


@dataclass(frozen=True, kw_only=True)
class Rule:
    matches: tuple[Match, ...]
    verdict: str
    comment: str = ""


@dataclass(kw_only=True)
class Chain:
    kind: str = ""
    hook: str = ""
    priority: int = 0
    policy: str = "accept"
    rules: list[Rule] = field(default_factory=list)


Tables = dict[tuple[str, str], dict[str, Chain]]
"""(family, name) → chains by name."""


@dataclass
class Netfilter:
    """What one host's kernel has; a reboot empties it."""

    tables: Tables = field(default_factory=dict)

    def lets_in(self, packet: Packet) -> bool:
        """Whether all chains for packets that come in let one pass that does not come by the loopback."""
        for chains in self.tables.values():
            for chain in chains.values():
                if chain.hook != "input":
                    continue
                verdicts = (
                    rule.verdict for rule in chain.rules if all(one.holds(packet) for one in rule.matches)
                )
                if next(verdicts, chain.policy) == "drop":
                    return False
        return True

    def load(self, text: str, place: str, *, check_only: bool = False) -> None:
        """Carry out a file of nft's, all of it or nothing.

        Raises:
            Refused: it has a mistake.
        """
        tables: Tables = {name: dict(chains) for name, chains in self.tables.items()}
        _Reader(text, place, tables).all()
        if not check_only:
            self.tables = tables

    def table(self, family: str, name: str) -> str:
        """A table as JSON.

        Raises:
            Refused: there is none.
        """
        chains = self.tables.get((family, name))
        if chains is None:
            raise Refused(f"Error: No such file or directory\nlist table {family} {name}\n")
        found: list[dict[str, Any]] = [{"table": {"family": family, "name": name, "handle": 1}}]
        found += self._chains((family, name))
        for title, chain in chains.items():
            for number, rule in enumerate(chain.rules, 2):
                one: dict[str, Any] = {"family": family, "table": name, "chain": title, "handle": number}
                if rule.comment:
                    one["comment"] = rule.comment
                one["expr"] = [*(match.json() for match in rule.matches), {rule.verdict: None}]
                found.append({"rule": one})
        return _printed(found)

    def chains(self) -> str:
        """All chains as JSON."""
        return _printed([one for name in self.tables for one in self._chains(name)])

    def _chains(self, name: tuple[str, str]) -> Iterator[dict[str, Any]]:
        for title, chain in self.tables[name].items():
            one: dict[str, Any] = {"family": name[0], "table": name[1], "name": title, "handle": 1}
            if chain.hook:
                one |= {
                    "type": chain.kind,
                    "hook": chain.hook,
                    "prio": chain.priority,
                    "policy": chain.policy,
                }
            yield {"chain": one}


def _printed(found: list[dict[str, Any]]) -> str:
    about = {"version": "1.1.7", "release_name": "Commodore Bullmoose #8", "json_schema_version": 1}
    return json.dumps({"nftables": [{"metainfo": about}, *found]}) + "\n"


class _Reader:
    """Reads nft's language, with what it says changed in `tables` at once."""

    def __init__(self, text: str, place: str, tables: Tables) -> None:
        self._place = place
        self._tables = tables
        self._tokens: list[tuple[str, int]] = []
        at = 0
        while found := _TOKEN.match(text, at):
            word = next((part for part in found.groups()[1:] if part), "")
            if word:
                self._tokens.append((word, text.count("\n", 0, found.end()) + 1))
            at = found.end()
        if text[at:].strip():
            raise Refused(f"{place}:{text.count(chr(10), 0, at) + 1}:1-1: Error: syntax error\n")
        self._at = 0

    def all(self) -> None:
        while self._at < len(self._tokens):
            word = self._next()
            if word == "table":
                self._table()
            elif word == "delete" and self._next() == "table":
                name = self._next(), self._next()
                if name not in self._tables:
                    self._fail("No such file or directory")
                del self._tables[name]
            elif word == "add" and self._next() == "rule":
                self._add_rule()
            elif word == "flush" and self._next() == "ruleset":
                self._tables.clear()
            elif word != ";":
                self._fail("syntax error, unexpected string")

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            self._fail("syntax error, unexpected end of file")
        self._at += 1
        return self._tokens[self._at - 1][0]

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _expect(self, *words: str) -> None:
        for word in words:
            if self._next() != word:
                self._fail(f"syntax error, unexpected string, expecting {word}")

    def _fail(self, why: str) -> NoReturn:
        line = self._tokens[min(max(self._at, 1), len(self._tokens)) - 1][1] if self._tokens else 1
        raise Refused(f"{self._place}:{line}:1-1: Error: {why}\n")

    def _table(self) -> None:
        name = self._next(), self._next()
        if name[0] not in ("ip", "ip6", "inet"):
            self._fail("syntax error, unexpected string")
        chains = self._tables.setdefault(name, {})
        if self._peek() != "{":
            return
        self._expect("{")
        while self._peek() != "}":
            self._expect("chain")
            self._chain(chains.setdefault(self._next(), Chain()))
        self._expect("}")

    def _add_rule(self) -> None:
        chain = self._tables.get((self._next(), self._next()), {}).get(self._next())
        if chain is None:
            self._fail("No such file or directory")
        chain.rules.append(self._rule())

    def _chain(self, chain: Chain) -> None:
        self._expect("{")
        while (word := self._next()) != "}":
            if word == "type":
                chain.kind = self._next()
                self._expect("hook")
                chain.hook = self._next()
                self._expect("priority")
                chain.priority = int(self._next().replace("filter", "0"))
                self._expect(";")
            elif word == "policy":
                chain.policy = self._next()
                self._expect(";")
            elif word != ";":
                self._at -= 1
                chain.rules.append(self._rule())

    def _rule(self) -> Rule:
        matches = []
        while (word := self._next()) not in ("accept", "drop"):
            matches.append(self._match(word))
        comment = ""
        if self._peek() == "comment":
            self._next()
            comment = self._next().strip('"')
        return Rule(matches=tuple(matches), verdict=word, comment=comment)

    def _match(self, word: str) -> Match:
        if word == "iifname":
            return Match(left=word, values=(self._next().strip('"'),))
        left = f"{word} {self._next()}"
        if left == "tcp flags":
            self._expect("&", "(", "fin", "|", "syn", "|", "rst", "|", "ack", ")", "!=")
            return Match(left=left, values=(self._next(),), negated=True)
        values = tuple(self._values())
        if not self._fits(left, values):
            self._fail("syntax error, unexpected string")
        return Match(left=left, values=values)

    def _values(self) -> Iterator[str]:
        if self._peek() != "{":
            yield self._next()
            return
        self._expect("{")
        while True:
            yield self._next()
            sign = self._next()
            if sign == "}":
                return
            if sign != ",":
                self._fail("syntax error, unexpected string, expecting comma or '}'")

    def _fits(self, left: str, values: tuple[str, ...]) -> bool:
        if left in ("tcp dport", "udp dport"):
            if not all(re.fullmatch(r"\d+(-\d+)?", one) for one in values):
                return False
            self._apart([_ports(one) for one in values])
            return all(0 <= a <= b <= 65535 for a, b in map(_ports, values))
        if left in ("ip saddr", "ip6 saddr"):
            try:
                found = [ipaddress.ip_network(one) for one in values]
            except ValueError:
                return False
            self._apart([(int(one.network_address), int(one.broadcast_address)) for one in found])
            return all(one.version == (4 if left == "ip saddr" else 6) for one in found)
        if left == "ct state":
            return set(values) <= set(_STATES)
        family, _, name = left.partition(" ")
        return name == "type" and set(values) <= set(_ICMP.get(family, ()))

    def _apart(self, ranges: list[tuple[int, int]]) -> None:
        ordered = sorted(ranges)
        if any(one[1] >= other[0] for one, other in itertools.pairwise(ordered)):
            self._fail("conflicting intervals specified")

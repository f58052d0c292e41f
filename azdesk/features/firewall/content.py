"""Our rules as nft's text and as what the kernel has of them."""

from __future__ import annotations

import functools
import ipaddress
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from azdesk.core.errors import ObserveError
from azdesk.features.firewall.deriving import WORDS, Opening, merged, networks, spelled

FOLDER = "/etc/azdesk"
RULES = f"{FOLDER}/firewall.nft"
TRIAL = f"{FOLDER}/firewall-on-trial"
"""There while a change is not proven yet: rules that may have locked everybody out are not loaded again by a reboot."""
TRIAL_OF_THIS_BOOT = "/run/azdesk-firewall-on-trial"
UNIT = "azdesk-firewall.service"
UNIT_FILE = f"/etc/systemd/system/{UNIT}"
GUARD = "azdesk-firewall-guard"
"""Timer that takes the rules away again, unless it is called off."""
GUARD_SECONDS = 120
NFT = "/usr/sbin/nft"
TABLE = ("inet", "azdesk")
HERE = "here"
"""Name of the rule for the address that a change was made from."""

UNIT_TEXT = f"""\
# Written by AZDesk.
[Unit]
Description=Firewall by AZDesk
DefaultDependencies=no
RequiresMountsFor={RULES}
# nftables.service begins by removing all tables, ours too.
After=nftables.service
PartOf=nftables.service
ReloadPropagatedFrom=nftables.service
Wants=network-pre.target
Before=network-pre.target shutdown.target
Conflicts=shutdown.target
# Rules that nobody has proven are loaded by the change itself only.
ConditionPathExists=|!{TRIAL}
ConditionPathExists=|{TRIAL_OF_THIS_BOOT}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart={NFT} -f {RULES}
ExecReload={NFT} -f {RULES}
ExecStop=-{NFT} delete table {" ".join(TABLE)}

[Install]
WantedBy=sysinit.target nftables.service
"""

_HEAD = """\
# Written by AZDesk from the fleet document. Changes made here by hand are shown there as differences.
# The first two lines let the third take the place of what was loaded before, all at once.
table inet azdesk
delete table inet azdesk
table inet azdesk {
	chain input {
		type filter hook input priority 0; policy drop;
"""
_TAIL = "\t}\n}\n"
_FLAGS = "tcp flags & (fin | syn | rst | ack)"


_remembered = functools.lru_cache(maxsize=512)
"""Hosts are looked at again and again, and mostly nothing has changed."""


@dataclass(frozen=True, kw_only=True)
class Match:
    """One condition of a rule."""

    left: str
    values: tuple[str, ...]
    operator: str = "=="


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What lets a packet in."""

    matches: tuple[Match, ...]
    comment: str = ""


_ALWAYS = (
    Rule(matches=(Match(left="iifname", values=("lo",)),)),
    Rule(matches=(Match(left="ct state", values=("established", "related")),)),
    # Nobody can open a connection without SYN; those that were open before the kernel began to keep track of them go on.
    Rule(matches=(Match(left=_FLAGS, values=("syn",), operator="!="),)),
    Rule(
        matches=(
            Match(
                left="icmp type",
                values=("destination-unreachable", "echo-request", "parameter-problem", "time-exceeded"),
            ),
        )
    ),
    # IPv6 does not work without neighbour discovery and packet-too-big.
    Rule(
        matches=(
            Match(
                left="icmpv6 type",
                values=(
                    "destination-unreachable",
                    "echo-request",
                    "mld-listener-query",
                    "nd-neighbor-advert",
                    "nd-neighbor-solicit",
                    "nd-router-advert",
                    "packet-too-big",
                    "parameter-problem",
                    "time-exceeded",
                ),
            ),
        )
    ),
    Rule(
        matches=(Match(left="ip6 saddr", values=("fe80::/10",)), Match(left="udp dport", values=("546",))),
        comment="dhcp",
    ),
)


def rules(openings: Iterable[Opening]) -> tuple[Rule, ...]:
    """All rules, in their order."""
    return (*_ALWAYS, *(rule for one in openings for rule in _opened(one)))


def _opened(one: Opening) -> Iterator[Rule]:
    ports = Match(left=f"{one.protocol} dport", values=tuple(spelled(*ports) for ports in one.ports))
    if not one.sources:
        yield Rule(matches=(ports,), comment=one.name)
    for left, colon in (("ip saddr", False), ("ip6 saddr", True)):
        sources = tuple(
            part for source in one.sources if (":" in source) is colon for part in _halves(source)
        )
        if sources:
            yield Rule(matches=(Match(left=left, values=sources), ports), comment=one.name)


def _halves(source: str) -> tuple[str, ...]:
    """A whole address family is no element of a set."""
    network = ipaddress.ip_network(source)
    return tuple(map(str, network.subnets())) if network.prefixlen == 0 else (source,)


@_remembered
def text(openings: tuple[Opening, ...]) -> str:
    """The file of our rules."""
    return _HEAD + "".join(f"\t\t{_line(rule)}\n" for rule in rules(openings)) + _TAIL


def _line(rule: Rule) -> str:
    parts = [_condition(one) for one in rule.matches]
    return " ".join((*parts, "accept", *((f'comment "{rule.comment}"',) if rule.comment else ())))


def _condition(one: Match) -> str:
    if one.left == "iifname":
        return f'iifname "{one.values[0]}"'
    if one.operator == "!=":
        return f"{one.left} != {one.values[0]}"
    return f"{one.left} {{ {', '.join(one.values)} }}"


_LINE = re.compile(
    r'^\t\t(?:ip6? saddr \{ ([0-9a-fA-F.:/, ]+) \} )?(tcp|udp) dport \{ ([0-9, -]+) \} accept comment "([a-z]+)"$',
    re.MULTILINE,
)


@_remembered
def parse(found: str) -> tuple[Opening, ...]:
    """The openings that a file of our rules has; lines that are not ours count for nothing."""
    openings: list[Opening] = []
    for sources, protocol, ports, name in _LINE.findall(found):
        if name not in WORDS:
            continue
        try:
            one = Opening(
                name=name,
                protocol="tcp" if protocol == "tcp" else "udp",
                ports=merged(_range(part) for part in ports.split(", ")),
                sources=networks(sources.split(", ")) if sources else (),
            )
        except ValueError:
            continue
        last = openings[-1] if openings else None
        if last and sources and (last.name, last.protocol, last.ports) == (name, one.protocol, one.ports):
            openings[-1] = Opening(
                name=name,
                protocol=one.protocol,
                ports=one.ports,
                sources=networks((*last.sources, *one.sources)),
            )
        else:
            openings.append(one)
    return tuple(openings)


def _range(part: str) -> tuple[int, int]:
    first, _, last = part.partition("-")
    return int(first), int(last or first)


# -- what the kernel has -------------------------------------------------------------------------------------

_CHAIN = "chain input: filter input 0 drop"


@_remembered
def meant(openings: tuple[Opening, ...]) -> tuple[str, ...]:
    """Our table in one form, whoever prints it."""
    lines = [_CHAIN]
    for rule in rules(openings):
        parts = [f"{one.left} {one.operator} {_normal(one.left, one.values)}" for one in rule.matches]
        lines.append(" ".join((*parts, "accept", f"# {rule.comment}")))
    return tuple(lines)


@_remembered
def loaded(listing: str, where: str) -> tuple[str, ...]:
    """The same from what ``nft -j list table`` prints.

    Raises:
        ObserveError: it makes no sense.
    """
    try:
        objects = json.loads(listing)["nftables"]
        return tuple(line for one in objects for kind, what in one.items() for line in _said(kind, what))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ObserveError("What nft says of AZDesk's table makes no sense.", where=where) from None


def _said(kind: str, what: dict[str, Any]) -> Iterator[str]:
    if kind in ("metainfo", "table"):
        return
    if kind == "chain":
        yield f"chain {what['name']}: {what.get('type')} {what.get('hook')} {what.get('prio')} {what.get('policy')}"
    elif kind == "rule" and what.get("chain") == "input":
        parts = [part for one in what["expr"] for part in _expression(one)]
        yield " ".join((*parts, f"# {what.get('comment', '')}"))
    else:
        yield f"{kind} {json.dumps(what, sort_keys=True)}"


def _expression(one: dict[str, Any]) -> Iterator[str]:
    for kind, what in one.items():
        if kind == "match":
            left = _left(what["left"])
            # A list of states is "in" some versions what a set is in others.
            operator = "==" if what["op"] == "in" else what["op"]
            yield f"{left} {operator} {_normal(left, _right(what['right']))}"
        else:
            yield kind if what is None else f"{kind} {json.dumps(what, sort_keys=True)}"


def _left(what: dict[str, Any]) -> str:
    ((kind, inside),) = what.items()
    if kind == "payload":
        return f"{inside['protocol']} {inside['field']}"
    if kind in ("meta", "ct"):
        return inside["key"] if kind == "meta" else f"ct {inside['key']}"
    if kind == "&":
        flags = sorted(_flags(inside[1]))
        ours = sorted(("fin", "syn", "rst", "ack"))
        return _FLAGS if _left(inside[0]) == "tcp flags" and flags == ours else json.dumps(what)
    return json.dumps(what, sort_keys=True)


def _flags(what: Any) -> Iterator[str]:
    """Flags that are or-ed, however that is nested."""
    if isinstance(what, str):
        yield what
    elif isinstance(what, dict):
        yield from _flags(what["|"])
    else:
        for one in what:
            yield from _flags(one)


def _right(what: Any) -> tuple[str, ...]:
    if isinstance(what, dict) and "set" in what:
        what = what["set"]
    return tuple(_value(one) for one in (what if isinstance(what, list) else [what]))


def _value(one: Any) -> str:
    if isinstance(one, dict):
        if "prefix" in one:
            return f"{one['prefix']['addr']}/{one['prefix']['len']}"
        if "range" in one:
            return f"{one['range'][0]}-{one['range'][1]}"
    return str(one)


def _normal(left: str, values: Iterable[str]) -> str:
    """Values in one order and form: nft sorts and joins them as it likes."""
    if left.endswith(" saddr"):
        return ", ".join(spelled(*one) for one in merged(_interval(value) for value in values))
    if left.endswith(" dport"):
        return ", ".join(spelled(*one) for one in merged(_range(value) for value in values))
    return ", ".join(sorted(values))


def _interval(value: str) -> tuple[int, int]:
    if "-" in value:
        first, _, last = value.partition("-")
        return int(ipaddress.ip_address(first)), int(ipaddress.ip_address(last))
    network = ipaddress.ip_network(value)
    return int(network.network_address), int(network.broadcast_address)


def chains(listing: str, where: str) -> tuple[dict[str, Any], ...]:
    """All chains from what ``nft -j list chains`` prints.

    Raises:
        ObserveError: it makes no sense.
    """
    try:
        found = tuple(one["chain"] for one in json.loads(listing)["nftables"] if "chain" in one)
    except (ValueError, TypeError, KeyError):
        raise ObserveError("What nft says of its chains makes no sense.", where=where) from None
    if not all(isinstance(one, dict) for one in found):
        raise ObserveError("What nft says of its chains makes no sense.", where=where)
    return found

"""ejabberd's configuration: put together from its files, then validated by `checks`.

Seen with ejabberd 26.07: which options may come from several places, and the texts of its complaints. A value that
ejabberd would refuse for a reason that is not known here is taken.
"""

from __future__ import annotations

import ipaddress
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from azdesk.practice.ejabberd import checks, domains, options, yaml
from azdesk.practice.ejabberd.checks import ConfigError
from azdesk.practice.ejabberd.files import WORKING_FOLDER, Unreadable, View
from azdesk.practice.ejabberd.yaml import Pairs, Value

MAIN = "/etc/ejabberd/ejabberd.yml"


@dataclass(frozen=True, kw_only=True)
class Config:
    """A configuration that ejabberd has accepted."""

    hosts: tuple[str, ...] = ()
    listen: tuple[Pairs, ...] = ()
    modules: dict[str, Pairs] = field(default_factory=dict)
    api_permissions: dict[str, Pairs] = field(default_factory=dict)
    loglevel: str = "info"
    merged: Mapping[str, Value] = field(default_factory=dict)
    """All options as they were put together."""

    def of(self, domain: str) -> Mapping[str, Value]:
        """The options of one domain."""
        return domains.of(self.merged, domain)

    def clients(self, port: int, to: str) -> Pairs | None:
        """The listener for chat clients at a port and an own address, or None."""
        for each in self.listen:
            if (
                each.get("port") == port
                and each.get("module") == "ejabberd_c2s"
                and address(each) in ("", to)
            ):
                return each
        return None

    def ports(self) -> list[tuple[int, str]]:
        """TCP ports with the address each is bound to, empty for all."""
        found = []
        for each in self.listen:
            port = each.get("port")
            if isinstance(port, int) and each.get("transport") != "udp":
                found.append((port, address(each)))
        return found

    def http(self, port: int) -> Pairs | None:
        """The HTTP listener at a port that the loopback reaches, or None."""
        for each in self.listen:
            here = each.get("port") == port and each.get("module") == "ejabberd_http"
            if here and address(each) in ("", "127.0.0.1"):
                return each
        return None


def address(listener: Pairs) -> str:
    """The address a listener is bound to, empty for all of them."""
    try:
        found = ipaddress.ip_address(str(listener.get("ip") or "::"))
    except ValueError:
        return str(listener.get("ip"))
    return "" if found.is_unspecified else str(found)


def load(view: View, packages: frozenset[str], path: str = MAIN) -> Config:
    """Read and validate a configuration with all that it includes.

    Args:
        packages: names of installed packages: some bring modules.

    Raises:
        ConfigError: ejabberd would refuse it.
    """
    merged = merge(_pairs(view, path))
    modules = options.BUILT_IN_MODULES | {
        name for package, name in options.PACKAGED_MODULES.items() if package in packages
    }
    checks.check(merged, modules, view)
    domains.check(merged, view)
    listen = merged.get("listen")
    hosts = merged.get("hosts")
    return Config(
        hosts=tuple(str(host) for host in hosts) if isinstance(hosts, list) else (),
        listen=tuple(each for each in listen if isinstance(each, Pairs)) if isinstance(listen, list) else (),
        modules=_maps(merged.get("modules")),
        api_permissions=_maps(merged.get("api_permissions")),
        loglevel=str(merged.get("loglevel", "info")),
        merged=merged,
    )


def _maps(value: Value) -> dict[str, Pairs]:
    if not isinstance(value, Pairs):
        return {}
    return {name: item if isinstance(item, Pairs) else Pairs() for name, item in value}


def _pairs(view: View, path: str) -> Iterator[tuple[str, Value]]:
    """All options of a file and, in the place where they are included, of others."""
    for key, item in _document(view, path):
        if key != "include_config_file":
            yield key, item
            continue
        for name, only, never in _includes(item):
            for inner in _pairs(view, posixpath.join(WORKING_FOLDER, name)):
                if (not only or inner[0] in only) and inner[0] not in never:
                    yield inner


def _document(view: View, path: str) -> Iterator[tuple[str, Value]]:
    try:
        value = yaml.read(view.read(path))
    except (yaml.SyntaxFault, Unreadable) as fault:
        raise ConfigError(f"Failed to read YAML file '{path}': {fault}") from None
    if isinstance(value, list):
        for each in value:
            if isinstance(each, Pairs):
                yield from each
    elif isinstance(value, Pairs):
        yield from value
    elif value is not None:
        raise ConfigError(f"Configuration error: Expected map, got {yaml.kind(value)} instead")


def _includes(value: Value) -> Iterator[tuple[str, list[str], list[str]]]:
    if isinstance(value, str):
        yield value, [], []
    elif isinstance(value, Pairs):
        for name, rules in value:
            yield name, _names(rules, "allow_only"), _names(rules, "disallow")
    elif isinstance(value, list):
        for each in value:
            yield from _includes(each)


def _names(rules: Value, key: str) -> list[str]:
    found = rules.get(key) if isinstance(rules, Pairs) else None
    return [str(name) for name in found] if isinstance(found, list) else []


def merge(pairs: Iterator[tuple[str, Value]]) -> dict[str, Value]:
    """One value for each option, those of several places put together.

    Raises:
        ConfigError: an option that is unknown, or there twice though it may not be.
    """
    merged: dict[str, Value] = {}
    for key, value in pairs:
        if key not in options.KINDS and key not in options.MERGED:
            raise ConfigError(f"Unknown option: {key}. {checks.hint(key, options.KINDS)} ")
        checks.check_one(key, value, again=key in merged)
        if key not in merged:
            merged[key] = value
        elif key not in options.MERGED:
            raise ConfigError(f"Configuration error: Duplicated option: {key}")
        else:
            merged[key] = _together(key, merged[key], value)
    return merged


def _together(key: str, before: Value, value: Value) -> Value:
    if isinstance(before, list):
        # A map among lists is taken for its pairs, each of which is no list entry; the check says so.
        return [*before, *(value if isinstance(value, list | Pairs) else [value])]
    if isinstance(before, Pairs) and isinstance(value, Pairs):
        return Pairs((*before, *value))
    wanted = options.KINDS.get(key, "map")
    raise ConfigError(f"Invalid value of option {key}: Expected {wanted}, got {yaml.kind(value)} instead")

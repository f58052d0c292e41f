"""What ejabberd refuses in a configuration, in its own words (26.07)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from azdesk.practice.ejabberd import options, yaml
from azdesk.practice.ejabberd.files import View
from azdesk.practice.ejabberd.yaml import Pairs, Value

_DOMAIN = re.compile(r"[^\s\"@/]+")
_LOG_LEVELS = ("alert", "critical", "debug", "emergency", "error", "info", "none", "notice", "warning")


class ConfigError(Exception):
    """ejabberd refuses its configuration; the message is what it says."""


def check(merged: dict[str, Value], modules: frozenset[str], view: View) -> None:
    """Validate options that are put together already.

    Raises:
        ConfigError: at the first that is wrong.
    """
    for key in ("define_macro", "define_keyword"):
        twice = _twice(merged.get(key))
        if twice:
            raise ConfigError(f"Configuration error: Duplicated {key[7:]}: {twice}")
    for key in ("acl", "access_rules", "shaper", "shaper_rules", "modules"):
        twice = _twice(merged.get(key))
        if twice:
            raise invalid(key, f"Duplicated option: {twice}")
    _check_hosts_together(merged.get("hosts"))
    _check_listen(merged.get("listen"), modules)
    for each in _modules_by_host(merged):
        twice = _twice(each)
        if twice:
            raise invalid("modules", f"Duplicated option: {twice}")
        _check_modules(each, modules, view)
    _check_permissions(merged.get("api_permissions"))


def hint(name: str, known: Iterable[str]) -> str:
    """Ejabberd's guess at what was meant: the word with the least edits, the first of several."""
    best = min(sorted(known), key=lambda word: _edits(name, word), default="")
    return f"Did you mean {best}?" if best else ""


def _edits(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        before, row[0] = row[0], number
        for at, against in enumerate(other, 1):
            cost = min(row[at] + 1, row[at - 1] + 1, before + (letter != against))
            before, row[at] = row[at], cost
    return row[-1]


def invalid(place: str, what: str) -> ConfigError:
    return ConfigError(f"Invalid value of option {place}: {what}")


def _unknown(place: str, key: str, known: Iterable[str]) -> ConfigError:
    listed = ", ".join(sorted(known))
    return invalid(place, f"Unknown option: {key}. {hint(key, known)} Available options are: {listed}")


def _twice(value: Value) -> str:
    seen: set[str] = set()
    for name, _ in value if isinstance(value, Pairs) else ():
        if name in seen:
            return name
        seen.add(name)
    return ""


def check_one(key: str, value: Value, *, again: bool) -> None:
    """Validate what ejabberd looks at before it puts several places together.

    Args:
        again: whether the option was there before.

    Raises:
        ConfigError: it is wrong.
    """
    if again and key == "listen":
        return
    wanted, got = options.KINDS.get(key, "any"), yaml.kind(value)
    empty = value is None and wanted in ("map", "list")
    if wanted not in ("any", got) and not empty:
        raise invalid(key, f"Expected {wanted}, got {got} instead")
    if key == "hosts":
        _check_hosts(value)
    if key == "language" and got != "string":
        raise invalid(key, f"Expected string, got {got} instead")
    if key == "loglevel" and isinstance(value, str) and value not in _LOG_LEVELS:
        known = ", ".join(_LOG_LEVELS)
        raise invalid(
            key, f"Unexpected value: {value}. {hint(value, _LOG_LEVELS)} Possible values are: {known}"
        )


def _check_hosts(hosts: Value) -> None:
    names = hosts if isinstance(hosts, list) else []
    if not names:
        raise invalid("hosts", "Empty list is not allowed")
    for number, host in enumerate(names, 1):
        if not _DOMAIN.fullmatch(str(host)):
            raise invalid(f"hosts->{number}", f"Invalid domain: {host}")


def _check_hosts_together(hosts: Value) -> None:
    if hosts is None:
        raise ConfigError("Missing required option: hosts")
    names = hosts if isinstance(hosts, list) else []
    for number, host in enumerate(names):
        if host in names[:number]:
            raise invalid("hosts", f'Duplicated value: "{host}"')


def _modules_by_host(merged: dict[str, Value]) -> list[Pairs]:
    """The modules of each host that has its own, with those it shares; the shared ones first."""
    hosts = [str(host) for host in _list(merged.get("hosts"))]
    shared = _pairs(merged.get("modules"))
    found = [shared]
    for option in ("host_config", "append_host_config"):
        added: dict[str, Pairs] = {}
        for host, settings in _pairs(merged.get(option)):
            if host not in hosts:
                known = ", ".join(sorted(hosts))
                raise invalid(
                    option, f"Unexpected value: {host}. {hint(host, hosts)} Possible values are: {known}"
                )
            for key, value in _pairs(settings):
                if key not in options.KINDS and key not in options.MERGED:
                    raise invalid(
                        f"{option}->'{host}'", f"Unknown option: {key}. {hint(key, options.KINDS)} "
                    )
                if key == "modules":
                    added[host] = Pairs((*added.get(host, ()), *_pairs(value)))
        # The one option takes the place of what is shared, the other adds to it.
        found += [Pairs((*shared, *own)) if option == "append_host_config" else own for own in added.values()]
    return found


def _pairs(value: Value) -> Pairs:
    return value if isinstance(value, Pairs) else Pairs()


def _list(value: Value) -> list[Value]:
    return value if isinstance(value, list) else []


def _check_listen(listen: Value, modules: frozenset[str]) -> None:
    from azdesk.practice.ejabberd.config import address

    taken: set[tuple[object, str, str]] = set()
    for number, each in enumerate(listen if isinstance(listen, list) else (), 1):
        place = f"listen->{number}"
        if not isinstance(each, Pairs):
            shown = f"{{{each[0]},{each[1]}}}" if isinstance(each, tuple) else yaml.kind(each)
            raise invalid(place, f"Expected map, got {shown} instead")
        _check_listener(place, each, modules)
        bound = address(each)
        key = (each.get("port"), bound, str(each.get("transport") or "tcp"))
        if key in taken:
            shown = f"[{bound or '::'}]" if ":" in (bound or "::") else bound
            raise invalid("listen", f"Overlapping listeners found at {shown}:{each.get('port')}")
        taken.add(key)


def _check_listener(place: str, each: Pairs, modules: frozenset[str]) -> None:
    for needed in ("port", "module"):
        if each.get(needed) is None:
            raise invalid(place, f"Missing required option: {needed}")
    port = each.get("port")
    if not isinstance(port, int) or not 0 < port < 1 << 16:
        # A port may be the name of a socket, too: hence the odd words.
        raise invalid(f"{place}->port", f"Expected string, got {yaml.kind(port)} instead")
    if each.get("module") not in options.LISTENERS:
        raise invalid(f"{place}->module", f"Unknown module: {each.get('module')}")
    if each.get("module") != "ejabberd_http":
        return
    for key, value in each:
        if key not in options.HTTP_LISTENER:
            raise _unknown(place, key, options.HTTP_LISTENER)
        if key == "request_handlers" and isinstance(value, Pairs):
            for path, handler in value:
                if handler not in options.HANDLERS | modules:
                    raise invalid(f"{place}->request_handlers->'{path}'", f"Unknown module: {handler}")


def _check_modules(value: Value, modules: frozenset[str], view: View) -> None:
    for name, settings in value if isinstance(value, Pairs) else ():
        if name not in modules:
            raise invalid(
                "modules",
                f"unknown ejabberd module: {name}. {hint(name, modules)} If it's an external module that should "
                "get installed, use toplevel option: install_contrib_modules",
            )
        place = f"modules->{name}"
        if settings is None:
            continue
        if not isinstance(settings, Pairs):
            raise invalid(place, f"Expected map, got {yaml.kind(settings)} instead")
        known = options.MODULE_OPTIONS.get(name)
        for key, _ in settings:
            if known is not None and key not in known:
                raise _unknown(place, key, known)
        if name in _MODULE_CHECKS:
            _MODULE_CHECKS[name](place, settings, view)


def _check_upload(place: str, settings: Pairs, view: View) -> None:
    # The folder is not looked at: a wrong one shows at the first upload only.
    size = settings.get("max_size")
    if isinstance(size, str) and size not in ("infinity", "unlimited"):
        raise invalid(f"{place}->max_size", "Expected integer, got string instead")
    if isinstance(size, int) and size <= 0:
        raise invalid(f"{place}->max_size", f"Expected positive integer or 'infinity', got: {size}")
    for key in ("dir_mode", "file_mode"):
        mode = settings.get(key)
        if mode is not None and not re.fullmatch(r"[0-7]+", str(mode)):
            raise invalid(f"{place}->{key}", f"Expected octal, got: {mode}")
    for key in ("put_url", "get_url", "service_url"):
        url = settings.get(key)
        if url is None:
            continue
        scheme, split, rest = str(url).partition("://")
        name, _, port = rest.split("/")[0].rpartition("]")[2].partition(":")
        if not split or not (name or "]" in rest):
            raise invalid(f"{place}->{key}", f"Empty hostname in the URL: {url}")
        if scheme not in ("http", "https"):
            raise invalid(f"{place}->{key}", f"Invalid URL: {url}")
        if port and not (port.isdigit() and 0 < int(port) < 1 << 16):
            raise invalid(f"{place}->{key}", f"Invalid port number in the URL: {url}")


def _check_log_chat(place: str, settings: Pairs, view: View) -> None:
    path = settings.get("path")
    reason = view.make_folder(str(path)) if path else ""
    if reason:
        raise invalid(f"{place}->path", f"Failed to create directory '{path}': {reason}")


_MODULE_CHECKS: dict[str, Callable[[str, Pairs, View], None]] = {
    "mod_http_upload": _check_upload,
    "mod_log_chat": _check_log_chat,
}


def _check_permissions(value: Value) -> None:
    twice = _twice(value)
    if twice:
        raise invalid("api_permissions", f"Duplicated key: {twice}")
    known = ("from", "what", "who")
    for name, rules in value if isinstance(value, Pairs) else ():
        for key, _ in rules if isinstance(rules, Pairs) else ():
            if key not in known:
                raise _unknown(f"api_permissions->{name}", key, known)

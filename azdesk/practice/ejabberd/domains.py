"""What ejabberd's configuration says for one domain: the options for all, then those under ``host_config``, then lists and maps that
``append_host_config`` adds to. Seen with ejabberd 26.07, recorded in tests/practice/cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from azdesk.core.errors import DirectoryError
from azdesk.directory import filters
from azdesk.practice.ejabberd import options, yaml
from azdesk.practice.ejabberd.checks import ConfigError, hint, invalid
from azdesk.practice.ejabberd.files import Unreadable, View
from azdesk.practice.ejabberd.yaml import Pairs, Value

AUTH_METHODS = ("anonymous", "external", "internal", "jwt", "ldap", "mnesia", "pam", "sql")
_WORDS = {
    "ldap_tls_verify": ("false", "hard", "soft"),
    "s2s_use_starttls": ("false", "optional", "required", "true"),
}
_LISTS = ("ldap_backups", "ldap_servers")
_STRINGS = ("ldap_base", "ldap_filter", "ldap_rootdn")
_FILES = ("ldap_tls_cacertfile", "s2s_cafile")
_NOT_HERE = ("hosts", "listen")
_APPENDED = frozenset({*options.MERGED, *_LISTS, "auth_method", "ldap_uids", "disable_sasl_mechanisms"})
"""What is a list or a map, and so may stand under ``append_host_config``."""


def of(merged: Mapping[str, Value], domain: str) -> dict[str, Value]:
    """The options of one domain; of a value that is there twice the later counts."""
    found = dict(merged)
    for host, settings in _pairs(merged.get("host_config")):
        if host == domain:
            found.update(_pairs(settings))
    for host, settings in _pairs(merged.get("append_host_config")):
        for key, value in _pairs(settings) if host == domain else ():
            found[key] = _joined(found.get(key), value)
    return found


def _joined(before: Value, more: Value) -> Value:
    if isinstance(before, Pairs) and isinstance(more, Pairs):
        return Pairs((*before, *more))
    if isinstance(before, list):
        return [*before, *(more if isinstance(more, list) else [more])]
    return more


def _pairs(value: Value) -> Pairs:
    return value if isinstance(value, Pairs) else Pairs()


def check(merged: Mapping[str, Value], view: View) -> None:
    """Validate what is said for single domains, and for all.

    Raises:
        ConfigError: at the first that is wrong.
    """
    for place, domain, key, value in _all(merged):
        if place == "append_host_config" and key not in _APPENDED:
            raise ConfigError(
                f"Cannot merge value of option '{key}' defined in append_host_config for virtual host {domain}: only options of "
                "type list or map are allowed in append_host_config. Hint: specify the option in host_config"
            )
        within = f"{place}->'{domain}'" if place else ""
        if within and key in _NOT_HERE:
            raise invalid(within, f"Option '{key}' is not allowed in this context")
        _check_one(f"{within}->{key}" if within else key, key, value, view)


def _all(merged: Mapping[str, Value]) -> Iterator[tuple[str, str, str, Value]]:
    for key, value in merged.items():
        if key not in ("host_config", "append_host_config"):
            yield "", "", key, value
    for place in ("append_host_config", "host_config"):
        for domain, settings in _pairs(merged.get(place)):
            for key, value in _pairs(settings):
                yield place, domain, key, value


def _check_one(place: str, key: str, value: Value, view: View) -> None:
    got = yaml.kind(value)
    if key == "auth_method":
        for number, method in enumerate(value if isinstance(value, list) else [value], 1):
            if method not in AUTH_METHODS:
                raise invalid(f"{place}->{number}", f"unsupported database: {method}")
    elif key in _LISTS and got != "list":
        raise invalid(place, f"Expected list, got {got} instead")
    elif key == "ldap_uids" and got not in ("map", "list"):
        raise invalid(place, f"Expected map, got {got} instead")
    elif key == "ldap_port":
        if not isinstance(value, int) or isinstance(value, bool):
            raise invalid(place, f"Expected integer, got {got} instead")
        if not 0 < value < 65536:
            raise invalid(place, f"Expected integer from 1 to 65535, got: {value}")
    elif key == "auth_use_cache" and not isinstance(value, bool):
        raise invalid(place, f"Expected boolean, got {got} instead")
    elif key in _STRINGS and got != "string":
        raise invalid(place, f"Expected string, got {got} instead")
    elif key in _FILES:
        _check_file(place, str(value), view)
    elif key in _WORDS:
        _check_word(place, key, value)
    if key == "ldap_filter":
        try:
            filters.parsed(str(value))
        except DirectoryError:
            raise invalid(place, f"Invalid LDAP filter: {value}") from None


def _check_word(place: str, key: str, value: Value) -> None:
    known = _WORDS[key]
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if text in known or text == "required_trusted":  # which it still replaces by itself
        return
    told = [word for word in known if word not in ("true", "false")] if key == "s2s_use_starttls" else known
    raise invalid(
        place, f"Unexpected value: {text}. {hint(text, told)} Possible values are: {', '.join(told)}"
    )


def _check_file(place: str, path: str, view: View) -> None:
    try:
        text = view.read(path)
    except Unreadable as why:
        raise invalid(place, f"Failed to read PEM file '{path}': {why}") from None
    # A practice host's system trusts nobody at first; a real one never has that file empty.
    if "-----BEGIN " not in text and not (path == "/etc/ssl/certs/ca-certificates.crt" and not text):
        raise invalid(
            place, f"Failed to read PEM file '{path}': no PEM encoded certificate or private key found"
        )

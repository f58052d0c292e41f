"""Changing a fleet: pure functions that give a new, checked one.

Paths are dotted as in the document (``hosts.a251.node``, ``clusters."company.com".upload.url``) or tuples of
keys. Each function raises `DocumentError` with the path of the field, so that an editor can show the problem
where it belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from azdesk.core.errors import DocumentError
from azdesk.fleet import form
from azdesk.fleet.form import Value, invalid, meant, parts_of
from azdesk.fleet.model import Cluster, Credential, Fleet, Host
from azdesk.fleet.paths import Path, split
from azdesk.fleet.voice import Rule, Trunk

K = TypeVar("K", bound=str | Path)

_WORDS = {
    "hosts": "host",
    "clusters": "cluster",
    "credentials": "credential",
    "rules": "rule",
    "trunks": "trunk",
}


def with_value(fleet: Fleet, path: str | Path, value: Any) -> Fleet:
    """The fleet with one value replaced.

    Args:
        fleet: where to begin.
        path: of a field, a section or an entry that exists.
        value: plain (str, int, bool, list, dict) or a value of the model.
    """
    return with_values(fleet, {split(path): value})


def with_values(fleet: Fleet, values: Mapping[K, Any]) -> Fleet:
    """The fleet with several values replaced at once, for fields that are only right together."""
    raw: Any = fleet
    for path, value in values.items():
        raw = _replaced(raw, split(path), value, ())
    return _checked(raw)


def value_at(fleet: Fleet, path: str | Path) -> Any:
    """The value at a path.

    Raises:
        DocumentError: there is nothing at that path.
    """
    value: Any = fleet
    keys = split(path)
    for index, key in enumerate(keys):
        value = _child(value, key, keys[:index])
    return value


def field_problem(fleet: Fleet, path: str | Path, value: Any) -> str | None:
    """What would be wrong if this value stood there, for a check at each keystroke; None if nothing."""
    try:
        with_value(fleet, path, value)
    except DocumentError as error:
        here = ".".join(split(path))
        first = min(error.problems, key=lambda problem: problem.path.replace('"', "") != here)
        own = first.path.replace('"', "").startswith(here)
        return first.message if own else f"{first.path}: {first.message}"
    return None


def add_host(fleet: Fleet, name: str, host: Host | Mapping[str, Any], *, after: str = "") -> Fleet:
    """The fleet with one more host, behind another one or at the end."""
    return _added(fleet, "hosts", name, host, after)


def rename_host(fleet: Fleet, old: str, new: str, *, keep_node: bool = False) -> Fleet:
    """The fleet with a host under another name; jump hosts, rules and trunks that name it follow.

    Args:
        fleet: where to begin.
        old: name now.
        new: name then.
        keep_node: its node name in the cluster stays what it is, though it was the same as the host's.
    """
    host = _entry(fleet, "hosts", old)
    kept = {"node": fleet.node(old)} if keep_node and host.cluster else {}
    hosts = _renamed(fleet, "hosts", old, new)
    new = new.lower()
    for name, value in list(hosts.items()):
        if old in value.jump:
            jump = [new if step == old else step for step in value.jump]
            hosts[name] = {**_fields(value), "jump": jump}
    if kept:
        hosts[new] = {**_fields(host), **kept}
    voice = {
        "rules": _following(fleet.rules, ("hosts",), old, new),
        "trunks": _following(fleet.trunks, ("hosts", "gateway_for"), old, new),
    }
    return _checked({**_fields(fleet), **voice, "hosts": hosts})


def remove_host(fleet: Fleet, name: str) -> Fleet:
    """The fleet without a host.

    Raises:
        DocumentError: others are reached through it.
    """
    _entry(fleet, "hosts", name)
    users = [other for other, host in fleet.hosts.items() if name in host.jump and other != name]
    if users:
        # Left alone, the name would be taken for a machine outside the document.
        raise invalid(
            f"{name} cannot be removed.",
            [(("hosts", other, "jump"), f"{other} is reached through {name}") for other in users],
        )
    return _removed(fleet, "hosts", name)


def move_host(fleet: Fleet, name: str, cluster: str) -> Fleet:
    """The fleet with a host in another cluster, or in none if `cluster` is empty."""
    return with_value(fleet, ("hosts", name, "cluster"), cluster)


def reorder_hosts(fleet: Fleet, names: Iterable[str]) -> Fleet:
    """The fleet with its hosts in another order.

    Args:
        fleet: where to begin.
        names: all hosts in the wanted order; those left out stay behind, in their order.
    """
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        _entry(fleet, "hosts", name)
    order = [*wanted, *(name for name in fleet.hosts if name not in set(wanted))]
    return _checked({**_fields(fleet), "hosts": {name: fleet.hosts[name] for name in order}})


def add_cluster(fleet: Fleet, domain: str, cluster: Cluster | Mapping[str, Any] | None = None) -> Fleet:
    """The fleet with one more cluster."""
    return _added(fleet, "clusters", domain, Cluster() if cluster is None else cluster, "")


def rename_cluster(fleet: Fleet, old: str, new: str) -> Fleet:
    """The fleet with a cluster under another domain; its hosts follow."""
    return _renamed_with_users(fleet, "clusters", old, new, key="cluster", normal=str.lower)


def remove_cluster(fleet: Fleet, domain: str, *, release: bool = False) -> Fleet:
    """The fleet without a cluster.

    Args:
        fleet: where to begin.
        domain: of the cluster.
        release: its hosts stay in the document outside any cluster, instead of being in the way.
    """
    return _removed_with_users(fleet, "clusters", domain, "cluster", release=release)


def add_credential(fleet: Fleet, name: str, credential: Credential | Mapping[str, Any]) -> Fleet:
    """The fleet with one more credential; its secrets go to the keyring, not here."""
    return _added(fleet, "credentials", name, credential, "")


def rename_credential(fleet: Fleet, old: str, new: str) -> Fleet:
    """The fleet with a credential under another name; its hosts follow. The keyring is the caller's to do."""
    return _renamed_with_users(fleet, "credentials", old, new, key="credential", normal=str)


def remove_credential(fleet: Fleet, name: str, *, release: bool = False) -> Fleet:
    """The fleet without a credential; with `release` its hosts fall back to the agent and ~/.ssh/config."""
    return _removed_with_users(fleet, "credentials", name, "credential", release=release)


def add_rule(fleet: Fleet, name: str, rule: Rule | Mapping[str, Any], *, after: str = "") -> Fleet:
    """The fleet with one more rule of the number plan, behind another one or at the end."""
    return _added(fleet, "rules", name, rule, after)


def rename_rule(fleet: Fleet, old: str, new: str) -> Fleet:
    """The fleet with a rule under another name, at its place."""
    return _checked({**_fields(fleet), "rules": _renamed(fleet, "rules", old, new)})


def remove_rules(fleet: Fleet, names: Iterable[str]) -> Fleet:
    """The fleet without these rules."""
    gone = set(names)
    for name in gone:
        _entry(fleet, "rules", name)
    rules = {name: rule for name, rule in fleet.rules.items() if name not in gone}
    return _checked({**_fields(fleet), "rules": rules})


def add_trunk(fleet: Fleet, name: str, trunk: Trunk | Mapping[str, Any], *, after: str = "") -> Fleet:
    """The fleet with one more trunk to somebody else, behind another one or at the end."""
    return _added(fleet, "trunks", name, trunk, after)


def rename_trunk(fleet: Fleet, old: str, new: str) -> Fleet:
    """The fleet with a trunk under another name; rules that name it follow. The keyring is the caller's to do."""
    trunks = _renamed(fleet, "trunks", old, new)
    rules = _following(fleet.rules, ("trunks", "callers"), old, new.lower())
    return _checked({**_fields(fleet), "trunks": trunks, "rules": rules})


def remove_trunk(fleet: Fleet, name: str) -> Fleet:
    """The fleet without a trunk.

    Raises:
        DocumentError: rules lead to it, or are for its calls. A rule that loses its callers would be for phones.
    """
    _entry(fleet, "trunks", name)
    users: list[tuple[Path, str]] = [
        (("rules", rule, key), f"the rule {rule} names it")
        for rule, value in fleet.rules.items()
        for key in ("trunks", "callers")
        if name in getattr(value, key)
    ]
    if users:
        raise invalid(f"The trunk {name} cannot be removed.", users)
    return _removed(fleet, "trunks", name)


def reorder(fleet: Fleet, table: str, names: Iterable[str]) -> Fleet:
    """The fleet with the entries of a table (rules, trunks) in another order; those left out stay behind, in their order."""
    entries: Mapping[str, Any] = getattr(fleet, table)
    wanted = list(dict.fromkeys(names))
    for name in wanted:
        _entry(fleet, table, name)
    order = [*wanted, *(name for name in entries if name not in set(wanted))]
    return _checked({**_fields(fleet), table: {name: entries[name] for name in order}})


def free_name(taken: Iterable[str], wish: str) -> str:
    """The wished name, or the first of ``wish-2``, ``wish-3``, … that is not taken."""
    names = set(taken)
    if wish not in names:
        return wish
    return next(name for number in range(2, len(names) + 3) if (name := f"{wish}-{number}") not in names)


def _fields(value: Value) -> dict[str, Any]:
    return {name: getattr(value, name) for name in parts_of(type(value))}


def _checked(raw: Any) -> Fleet:
    if isinstance(raw, Fleet):
        return raw
    faults: form.Faults = []
    fleet: Fleet = form.read_value(Fleet, raw, (), faults)
    if faults:
        raise invalid("The change is not valid.", faults)
    return fleet


def _replaced(value: Any, path: Path, new: Any, at: Path) -> Any:
    """The value opened up along the path, with the new one in its place."""
    if not path:
        return new
    child = _replaced(_child(value, path[0], at), path[1:], new, (*at, path[0]))
    return {**(_fields(value) if isinstance(value, Value) else value), path[0]: child}


def _child(value: Any, key: str, at: Path) -> Any:
    names: Iterable[str] = ()
    if isinstance(value, Value):
        names = parts_of(type(value))
        if key in names:
            return getattr(value, key)
    elif isinstance(value, Mapping):
        names = value
        if key in value:
            return value[key]
    what = _WORDS.get(at[0], "entry") if len(at) == 1 else "field"
    raise invalid(f"There is no such {what}.", [((*at, key), f"no such {what}{meant(key, names)}")])


def _entry(fleet: Fleet, table: str, name: str) -> Any:
    return value_at(fleet, (table, name))


def _added(fleet: Fleet, table: str, name: str, entry: Any, after: str) -> Fleet:
    entries: Mapping[str, Any] = getattr(fleet, table)
    if name in entries:
        raise invalid(
            f"There is already a {_WORDS[table]} {name}.",
            [((table, name), "is there already; take another name")],
        )
    if after:
        _entry(fleet, table, after)
    out: dict[str, Any] = {}
    for key, value in entries.items():
        out[key] = value
        if key == after:
            out[name] = entry
    out.setdefault(name, entry)
    return _checked({**_fields(fleet), table: out})


def _renamed(fleet: Fleet, table: str, old: str, new: str) -> dict[str, Any]:
    entries: Mapping[str, Any] = getattr(fleet, table)
    _entry(fleet, table, old)
    faults: form.Faults = []
    kind = parts_of(Fleet)[table].kind
    name = kind.key.read(new, (table, old), faults) if isinstance(kind, form.TableOf) else new
    if faults:
        raise invalid("The name is not valid.", faults)
    if name != old and name in entries:
        raise invalid(
            f"There is already a {_WORDS[table]} {name}.", [((table, old), f"{name} is there already")]
        )
    return {name if key == old else key: value for key, value in entries.items()}


def _following(entries: Mapping[str, Any], keys: tuple[str, ...], old: str, new: str) -> dict[str, Any]:
    """Entries in whose lists a name is another one by now."""
    out: dict[str, Any] = {}
    for name, value in entries.items():
        changed = {
            key: [new if one == old else one for one in getattr(value, key)]
            for key in keys
            if old in getattr(value, key)
        }
        out[name] = {**_fields(value), **changed} if changed else value
    return out


def _renamed_with_users(
    fleet: Fleet, table: str, old: str, new: str, *, key: str, normal: Callable[[str], str]
) -> Fleet:
    entries = _renamed(fleet, table, old, new)
    hosts = {
        name: {**_fields(host), key: normal(new)} if getattr(host, key) == old else host
        for name, host in fleet.hosts.items()
    }
    return _checked({**_fields(fleet), table: entries, "hosts": hosts})


def _removed(fleet: Fleet, table: str, name: str) -> Fleet:
    entries = {key: value for key, value in getattr(fleet, table).items() if key != name}
    return _checked({**_fields(fleet), table: entries})


def _removed_with_users(fleet: Fleet, table: str, name: str, key: str, *, release: bool) -> Fleet:
    _entry(fleet, table, name)
    users = [host for host, value in fleet.hosts.items() if getattr(value, key) == name]
    if users and not release:
        raise invalid(
            f"The {key} {name} cannot be removed.",
            [(("hosts", host, key), f"{host} uses it") for host in users],
        )
    for host in users:
        fleet = with_value(fleet, ("hosts", host, key), "")
    return _removed(fleet, table, name)

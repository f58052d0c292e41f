"""Objects of PJSIP: from its file, from memory, from a directory (sorcery, res_config_ldap), with the rules of the real ones.

- An attribute of the directory gives one variable: of several mappings the last one counts.
- The entry that ``accountBaseDN`` names fills in what is missing.
- A refusal, an error and nothing found are the same to whoever asked; what had been found before is remembered for a while, and once
  it is stale it is served once more while it is looked up again: what is not found then is forgotten.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from azdesk.practice import logins
from azdesk.practice.asterisk.config import ConfigError, Section, first, load
from azdesk.practice.files import HostFiles
from azdesk.practice.units import UnitFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from azdesk.practice.host import PracticeHost

Object = Mapping[str, str]
SYSTEM_CA = "/etc/ssl/certs/ca-certificates.crt"
KINDS = ("endpoint", "auth", "aor")
_NO_VARIABLES = ("additionalfilter",)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table in the directory."""

    base: str
    variables: tuple[tuple[str, str], ...]
    """(variable, attribute), in order."""
    filter: str


@dataclass(frozen=True, kw_only=True)
class Directory:
    """res_ldap.conf as loaded."""

    urls: tuple[str, ...] = ()
    user: str = ""
    password: str = ""
    ca: str = SYSTEM_CA
    """File of authorities that the library trusts, by its environment."""


@dataclass
class Objects:
    """What PJSIP knows, from one start to the next."""

    host: PracticeHost
    directory: Directory = field(default_factory=Directory)
    connected: bool = False
    sections: list[Section] = field(default_factory=list)
    """pjsip.conf."""
    tables: dict[str, Table] = field(default_factory=dict)
    """By name of the family, such as ``ps_endpoints``."""
    wizards: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Kind → (wizard, its arguments) in the order in which they are asked."""
    remembered: dict[tuple[str, str], tuple[float, Object]] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> Object | None:
        """An object by its name."""
        memory: str | None = None
        for wizard, arguments in self.wizards.get(kind, [("config", "")]):
            if wizard == "config":
                found = self._in_file(kind, name)
            elif wizard == "memory_cache":
                memory = arguments
                found = self._in_memory(kind, name, arguments)
            else:
                found = self._in_directory(arguments.split(",")[0], name)
                if found is not None and memory is not None:
                    self.remembered[kind, name] = (time.monotonic(), found)
            if found is not None:
                return found
        return None

    def forget(self, kind: str, name: str = "") -> bool | None:
        """Empty the memory of a kind, or take one object out of it: whether it was there. None: the kind has no memory."""
        if not any(wizard == "memory_cache" for wizard, _ in self.wizards.get(kind, ())):
            return None
        if name:
            return self.remembered.pop((kind, name), None) is not None
        self.remembered = {key: value for key, value in self.remembered.items() if key[0] != kind}
        return True

    def every(self, kind: str) -> Iterator[Section]:
        """Objects in the file."""
        return (section for section in self.sections if section.last("type") == kind)

    def _in_file(self, kind: str, name: str) -> Object | None:
        for section in self.every(kind):
            if section.name == name:
                return {key.lower(): value for key, value in section.options}
        return None

    def _in_memory(self, kind: str, name: str, arguments: str) -> Object | None:
        known = self.remembered.get((kind, name))
        if known is None:
            return None
        age = (time.monotonic() - known[0]) * self.host.world.speed
        limits = dict(part.split("=", 1) for part in arguments.split(",") if "=" in part)
        longest, stale = (float(limits.get(f"object_lifetime_{key}", 0) or 0) for key in ("maximum", "stale"))
        if longest and age > longest:
            del self.remembered[kind, name]
            return None
        if stale and age > stale:
            table = next(
                (rest.split(",")[0] for wizard, rest in self.wizards[kind] if wizard == "realtime"), ""
            )
            fresh = self._in_directory(table, name)
            if fresh is None:
                del self.remembered[kind, name]
            else:
                self.remembered[kind, name] = (time.monotonic(), fresh)
        return known[1]

    def _in_directory(self, family: str, name: str) -> Object | None:
        table = self.tables.get(family)
        if table is None:
            return None
        key = next((attribute for variable, attribute in table.variables if variable == "id"), "")
        if not key:
            return None
        entry = self._search(table.base, f"(&{table.filter}({key}={_escaped(name)}))")
        if entry is None:
            return None
        found = _variables(table, entry)
        parent = found.pop("accountbasedn", "")
        if parent:
            more = _variables(table, self._search(parent, "(objectClass=*)") or {})
            more.pop("accountbasedn", None)
            found = {**more, **found}
        # Without the identifier sorcery makes no object of it.
        return found if "id" in found else None

    def _search(self, base: str, text: str) -> Mapping[str, tuple[str, ...]] | None:
        self.connected = False
        for url in self.directory.urls:
            whole: list[Mapping[str, tuple[str, ...]]] = []
            request = {
                "account": self.directory.user,
                "base": base,
                "search": text,
                "ca": self.directory.ca if url.startswith("ldaps") else "",
            }
            reason, _ = logins.attempt(
                self.host, url, request, self.directory.password, patient=False, wants="*", whole=whole
            )
            if reason in ("", "empty"):
                self.connected = True
                return whole[0] if whole else None
        return None


def _variables(table: Table, entry: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    given = {name.lower(): values for name, values in entry.items()}
    one = {attribute.lower(): variable for variable, attribute in table.variables}
    found = {}
    for attribute, variable in one.items():
        values = given.get(attribute)
        if values:
            found[variable] = ";".join(values)
    return found


def _escaped(text: str) -> str:
    return "".join(f"\\{ord(sign):02x}" if sign in "*()\\\0" else sign for sign in text)


def started(host: PracticeHost, unit: UnitFile) -> Objects:
    """What Asterisk loads when it starts. A file that does not parse is as good as none."""
    files, made = host.files, Objects(host=host)
    made.sections = _load(files, "pjsip.conf")
    ldap = _load(files, "res_ldap.conf")
    general = first(ldap, "_general")
    if general is not None and general.last("url"):
        made.directory = Directory(
            urls=tuple(general.last("url").split()),
            user=general.last("user"),
            password=general.last("pass"),
            ca=_environment(unit).get("LDAPTLS_CACERT", SYSTEM_CA),
        )
    mapped = first(_load(files, "extconfig.conf"), "settings")
    for family, value in mapped.options if mapped else ():
        found = re.fullmatch(r'ldap,(?:"([^"]*)"|([^,]*)),(.+)', value)
        section = first(ldap, found[3].strip()) if found else None
        if found and section is not None:
            made.tables[family] = Table(
                base=found[1] or found[2],
                variables=tuple(
                    (name.lower(), attribute)
                    for name, attribute in section.options
                    if name.lower() not in _NO_VARIABLES
                ),
                filter=section.last("additionalfilter"),
            )
    sorcery = first(_load(files, "sorcery.conf"), "res_pjsip")
    for name, value in sorcery.options if sorcery else ():
        kind = name.partition("/")[0]
        wizard, _, arguments = value.partition(",")
        if kind in KINDS:
            made.wizards.setdefault(kind, []).append((wizard, arguments))
    return made


def _load(files: HostFiles, name: str) -> list[Section]:
    try:
        return load(files, name)
    except ConfigError:
        return []


def _environment(unit: UnitFile) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in unit.all("Service", "Environment"):
        for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', value):
            name, _, text = (quoted or bare).partition("=")
            found[name] = text
    return found

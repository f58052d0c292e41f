"""What a host's slapd says of itself: its configuration and the few entries of ours, in one look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from azdesk.core import blocks
from azdesk.core.errors import DirectoryError, ObserveError
from azdesk.core.probe import Command, CommandReading, File, Probe, Readings
from azdesk.directory import ldif, names
from azdesk.features._directory import (
    CHECK_FILE,
    READER_FILE,
    REPLICATOR_FILE,
    check_account,
    provider,
)
from azdesk.features._files import FileSet
from azdesk.features.directory import permissions, wishes
from azdesk.features.directory.state import DATA, PART, SETTINGS, Database, DirectoryState, Entry
from azdesk.fleet.accounts import CHECK_PREFIX
from azdesk.fleet.model import Fleet

SECRET_FILES = {"reader": READER_FILE, "replicator": REPLICATOR_FILE, "check": CHECK_FILE}
_AS_ROOT = ("-LLL", "-o", "ldif-wrap=no", "-Q", "-Y", "EXTERNAL", "-H", "ldapi:///")
_CONFIG = [
    "objectClass",
    "olcDatabase",
    "olcSuffix",
    "olcDbDirectory",
    "olcDbMaxSize",
    "olcDbIndex",
    "olcIndexSubstrAnyLen",
    "olcIndexSubstrIfMinLen",
    "olcAccess",
    "olcLimits",
    "olcRootDN",
    "olcOverlay",
    "olcCollectInfo",
    "olcModuleLoad",
    "olcTLSCertificateFile",
    "olcTLSCertificateKeyFile",
    "olcTLSProtocolMin",
    "olcPasswordHash",
    "olcSyncrepl",
    "olcUpdateRef",
    "olcAttributeTypes",
    "olcObjectClasses",
]
# Of the schemas only those that have to do with phones: the others are long. olcRootPW is not asked for.
_WITH_PHONES = "".join(
    f"({kind}=*'{name}'*)"
    for kind, name in (
        ("olcObjectClasses", "AsteriskSIPUser"),
        ("olcAttributeTypes", "AstAccountDirectMedia"),
        ("olcObjectClasses", "inetLocalMailRecipient"),
    )
)
_NAME = re.compile(r"\bNAME\s+(?:'([^']+)'|\(([^)]*)\))")
_MAY = re.compile(r"\bMAY\s+(?:\(([^)]*)\)|([A-Za-z][\w.-]*))")
_NUMBER = re.compile(r"^\{-?\d+\}")
_CONTENT = "entry"
USUAL_SUBSTRING = (2, 4)
"""What slapd takes where its configuration does not say (slapd-config(5))."""


def probes(fleet: Fleet, host: str) -> Mapping[str, Probe]:
    asked: dict[str, Probe] = {
        "config": Command(
            argv=(
                "ldapsearch", *_AS_ROOT, "-b", "cn=config",
                f"(|(!(objectClass=olcSchemaConfig)){_WITH_PHONES})", *_CONFIG,
            ),
            masks=(
                # As slapd shows ours; in any other form the rest of the line is hidden.
                r"^olcSyncrepl: .*?(?i:credentials\s*=)(?:\"(?P<replicator>[^\"\\]*)\"(?= [a-z_]+=|$)|(?P<rest>.*))",
                r"^olcSyncrepl:: (?P<all>\S*)",
            ),
        ),
        "settings": File(path=SETTINGS),
        "folder": File(path=DATA),
    }  # fmt: skip
    for what, path in SECRET_FILES.items():
        asked[f"{what}-file"] = File(path=path, secret=True)
    base = fleet.directory.base if host in fleet.directory_hosts() else ""
    if base:
        asked[f"{_CONTENT}:{base}"] = Command(
            argv=("ldapsearch", *_AS_ROOT, "-b", base, _ours(fleet), *_ENTRY)
        )
        if host == provider(fleet):
            for what, dn in _logins(fleet):
                asked[f"as-{what}"] = Command(
                    argv=("ldapwhoami", "-x", "-H", "ldapi:///", "-D", dn, "-y", SECRET_FILES[what])
                )
    return asked


_ENTRY = [
    "objectClass",
    "cn",
    "uid",
    "ou",
    "o",
    "dc",
    "seeAlso",
    "description",
    "uidNumber",
    "gidNumber",
    "homeDirectory",
    "loginShell",
    "gecos",
    "AstAccountName",
    "AstAccountMailbox",
    "AstAccountHost",
    "AstAccountType",
    "AstAccountContext",
    "AstAccountCallerID",
    "AstAccountAllowedCodec",
    "AstAccountCallLimit",
    "contextCSN",
]
"""Attributes of our own entries; no passwords."""


def _ours(fleet: Fleet) -> str:
    """A filter for the entries that are ours, answered from the indices that every Debian slapd has, among a million others."""
    terms = [f"(objectClass={kind})" for kind in ("dcObject", "domain", "organization")]
    units: list[str] = []
    others: list[str] = []
    for entry in wishes.desired(fleet, provider(fleet)).entries:
        if entry.login != "check":
            (name, raw), *_ = names.parsed(entry.dn)[0]
            kinds = units if "organizationalUnit" in dict(entry.values)["objectClass"] else others
            kinds.append(f"({name}={names.escape_filter(raw)})")
    terms += [f"(&(objectClass=organizationalUnit)(|{''.join(units)}))", *others] if units else others
    terms.append(f"(uid={CHECK_PREFIX}*)")
    return f"(|{''.join(terms)})"


def _logins(fleet: Fleet) -> Iterator[tuple[str, str]]:
    """Whose password is tried: of the accounts that logins are tried with one stands for all."""
    yield "reader", fleet.directory.reader_dn
    if len(fleet.directory_hosts()) > 1:
        yield "replicator", wishes.replicator_dn(fleet)
    for host in fleet.hosts:
        account = check_account(fleet, host)
        if account is not None:
            yield "check", names.child("uid", account.uid, fleet.directory.people_dn)
            return


# -- understanding -----------------------------------------------------------------------------------------------


def parse(readings: Readings) -> DirectoryState:
    files = FileSet.read(readings, {"settings": SETTINGS})
    secrets = tuple((what, readings.file(f"{what}-file")) for what in SECRET_FILES)
    seen = DirectoryState(files=files, secrets=secrets, folder=readings.file("folder"))
    answer = readings.command("config")
    if not answer.found or answer.exit != 0 or answer.timed_out:
        return replace(seen, why_silent=_why(answer))
    config = _records(answer.out, readings.host)
    content = next((key for key in readings.raw if key.startswith(f"{_CONTENT}:")), "")
    base = content.partition(":")[2]
    frontend = _texts(_find(config, "olcDatabase", "{-1}frontend"), "olcAccess")
    databases = [_database(entry, config, frontend) for entry in config if "olcSuffix" in entry.attributes]
    top = next(iter(config), ldif.Entry(dn="", attributes={}))
    front = _find(config, "olcDatabase", "{-1}frontend")
    schemas = tuple(_schema(entry) for entry in config if "cn=schema" in entry.dn)
    entries = _entries(readings, content) if content else ()
    csns = [
        value
        for name, values in dict(_raw(entries, base)).items()
        if name == "contextCSN"
        for value in values
    ]
    return replace(
        seen,
        answers=True,
        base=base,
        database=_chosen(databases, base),
        modules=tuple(sorted(_modules(config) & set(wishes.MODULES))),
        classes=tuple(sorted(_known(schemas, 2) & set(wishes.CLASSES))),
        phone_attributes=tuple(sorted(_allowed(schemas) & set(wishes.PHONE_ATTRIBUTES))),
        collects=tuple(info for entry in config for info in _texts(entry, "olcCollectInfo")),
        collector=next(
            (one.dn for one in config if "olcCollectInfo" in one.attributes and "{-1}frontend" in one.dn), ""
        ),
        tls=(_first(top, "olcTLSCertificateFile"), _first(top, "olcTLSCertificateKeyFile")),
        protocol=_first(top, "olcTLSProtocolMin"),
        hash=_first(front, "olcPasswordHash"),
        substring=(
            _whole(top, "olcIndexSubstrIfMinLen", USUAL_SUBSTRING[0]),
            _whole(top, "olcIndexSubstrAnyLen", USUAL_SUBSTRING[1]),
        ),
        substring_elsewhere=any(
            kind.startswith("sub") for one in databases if not one.own for _, kind in one.indices
        ),
        listens=tuple(listens(files.text(SETTINGS)).split()),
        entries=tuple(Entry(dn=entry.dn, values=_without_csn(entry)) for entry in entries),
        accounts=tuple(
            what for what in sorted(SECRET_FILES) if f"as-{what}" in readings.raw and _logs_in(readings, what)
        ),
        databases=tuple((one.dn, one.suffix, one.folder) for one in databases),
        module_list=next((entry.dn for entry in config if _is(entry, "olcModuleList")), ""),
        schemas=schemas,
        csn=" ".join(sorted(csns)),
    )


def _why(answer: CommandReading) -> str:
    if not answer.found:
        return "the LDAP tools (ldap-utils) are not installed"
    if answer.timed_out:
        return "it does not answer in time"
    lines = answer.err.strip().splitlines()
    return lines[-1].strip() if lines else f"ldapsearch ended with {answer.exit}"


def _records(text: str, host: str) -> list[ldif.Entry]:
    """Entries of an answer.

    Raises:
        ObserveError: it is no LDIF.
    """
    try:
        lines = text.encode("utf-8", "surrogateescape").split(b"\n")
        return [record for record in ldif.read(lines) if isinstance(record, ldif.Entry)]
    except DirectoryError as error:
        raise ObserveError(
            "slapd's answer cannot be understood.", where=host, next_step=f"{error.what} Please report this."
        ) from None


def _texts(entry: ldif.Entry | None, name: str) -> list[str]:
    values = entry.attributes.get(name, ()) if entry else ()
    return [value.decode("utf-8", "replace") for value in values]


def _first(entry: ldif.Entry | None, name: str) -> str:
    return next(iter(_texts(entry, name)), "")


def _whole(entry: ldif.Entry, name: str, usual: int) -> int:
    text = _first(entry, name)
    return int(text) if text.isdigit() else usual


def _bare(value: str) -> str:
    """Without the number that orders values."""
    return _NUMBER.sub("", value)


def _is(entry: ldif.Entry, kind: str) -> bool:
    return kind in _texts(entry, "objectClass")


def _find(entries: Iterable[ldif.Entry], name: str, value: str) -> ldif.Entry | None:
    return next((entry for entry in entries if value in _texts(entry, name)), None)


def _database(entry: ldif.Entry, config: Sequence[ldif.Entry], frontend: Sequence[str]) -> Database:
    overlays = [
        other for other in config if "olcOverlay" in other.attributes and other.dn.endswith(f",{entry.dn}")
    ]
    overlays.sort(key=lambda other: _order(_first(other, "olcOverlay")))
    rules = [_bare(rule) for rule in _texts(entry, "olcAccess")]
    lines = _texts(entry, "olcDbIndex")
    size = _first(entry, "olcDbMaxSize")
    readable = permissions.readable([*rules, *map(_bare, frontend)], wishes.PROTECTED)
    return Database(
        suffix=_first(entry, "olcSuffix"),
        folder=_first(entry, "olcDbDirectory"),
        max_size=int(size) if size.isdigit() else 0,
        indices=indices(lines),
        access=tuple(rules),
        limits=tuple(_bare(limit) for limit in _texts(entry, "olcLimits")),
        overlays=tuple(_bare(_first(overlay, "olcOverlay")) for overlay in overlays),
        follows=" ".join(_bare(one) for one in _texts(entry, "olcSyncrepl")),
        update_ref=_first(entry, "olcUpdateRef"),
        root_dn=_first(entry, "olcRootDN"),
        dn=entry.dn,
        index_lines=tuple(lines),
        hidden=tuple(name for name in wishes.PROTECTED if name not in readable),
        root_may=permissions.root_may([*rules, *map(_bare, frontend)]),
    )


def _order(value: str) -> int:
    found = re.match(r"\{(\d+)\}", value)
    return int(found[1]) if found else 0


def indices(lines: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """(attribute, kind) of olcDbIndex values such as ``cn,uid eq,sub``."""
    found: set[tuple[str, str]] = set()
    for line in lines:
        attributes, _, kinds = line.strip().partition(" ")
        for name in attributes.split(","):
            found |= {(name.strip().lower(), kind) for kind in re.split(r"[,\s]+", kinds.strip()) if kind}
    return tuple(sorted(found))


def _chosen(databases: Sequence[Database], base: str) -> Database | None:
    """The database with the fleet's base; else one of AZDesk's making, which then has to go."""
    for one in databases:
        if base and names.same(one.suffix, base):
            return one
    return next((one for one in databases if one.own), None)


def _modules(config: Iterable[ldif.Entry]) -> set[str]:
    loaded = [_bare(value) for entry in config for value in _texts(entry, "olcModuleLoad")]
    return {re.sub(r"\.(la|so)$", "", path.rpartition("/")[2]) for path in loaded}


def _schema(entry: ldif.Entry) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    return (
        entry.dn,
        tuple(_bare(text) for text in _texts(entry, "olcAttributeTypes")),
        tuple(_bare(text) for text in _texts(entry, "olcObjectClasses")),
    )


def named(description: str) -> tuple[str, ...]:
    """Names in a description of an attribute or a class (RFC 4512)."""
    found = _NAME.search(description)
    if not found:
        return ()
    return (found[1],) if found[1] else tuple(re.findall(r"'([^']+)'", found[2]))


def allowed(description: str) -> tuple[str, ...]:
    """Attributes that a class allows by itself."""
    found = _MAY.search(description)
    return tuple(part.strip() for part in (found[1] or found[2]).split("$")) if found else ()


def _known(schemas: Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]], part: int) -> set[str]:
    return {name for schema in schemas for description in schema[part] for name in named(str(description))}


def _allowed(schemas: Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> set[str]:
    for _, _, classes in schemas:
        for description in classes:
            if "AsteriskSIPUser" in named(description):
                return set(allowed(description))
    return set()


def _entries(readings: Readings, key: str) -> tuple[ldif.Entry, ...]:
    answer = readings.command(key)
    if answer.exit == 32 or not answer.found:  # noSuchObject
        return ()
    if answer.exit not in (0, 4):  # a size limit only ever leaves out what is not ours
        raise ObserveError(f"The directory cannot be read: {_why(answer)}.", where=readings.host)
    found = _records(answer.out, readings.host)
    return tuple(sorted(found, key=lambda entry: names.comparable(entry.dn)))


def _raw(entries: Iterable[ldif.Entry], base: str) -> Iterator[tuple[str, list[str]]]:
    for entry in entries:
        if names.same(entry.dn, base):
            for name in entry.attributes:
                yield name, _texts(entry, name)


def _without_csn(entry: ldif.Entry) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (name, tuple(sorted(_texts(entry, name))))
        for name in sorted(entry.attributes)
        if name != "contextCSN"
    )


def _logs_in(readings: Readings, what: str) -> bool:
    return readings.command(f"as-{what}").exit == 0


def listens(text: str) -> str:
    """SLAPD_SERVICES, by the last line that sets it; without one slapd listens as if it were ``ldap:///``."""
    found = re.findall(r"^\s*SLAPD_SERVICES=(?:\"([^\"\n]*)\"|'([^'\n]*)'|(\S*))", text, re.MULTILINE)
    return next((one for one in found[-1] if one), "") if found else ""


def listens_block(text: str, wanted: Iterable[str]) -> str:
    """The settings with our line at their end; without any, as they were before us."""
    line = " ".join(wanted)
    return blocks.write(text, PART, f'SLAPD_SERVICES="{line}"\n' if line else "")

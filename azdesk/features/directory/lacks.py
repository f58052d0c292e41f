"""What a host's slapd lacks, each with the steps that mend it. From it come both the plan and the sentences about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from azdesk.core.platform import DEBIAN
from azdesk.core.probe import Command
from azdesk.core.step import Phase, Run, Step, Unit, Wait
from azdesk.directory import ldif
from azdesk.directory.ldif import Change, Modify, Record
from azdesk.features._base import PlanContext
from azdesk.features._files import write_file
from azdesk.features.directory import schema, secrets, wishes
from azdesk.features.directory.changes import AS_ROOT, Lack, added, change, deleted, lack, replaced
from azdesk.features.directory.reading import listens_block
from azdesk.features.directory.state import DATA, SETTINGS, Database, DirectoryState

FRONTEND = "olcDatabase={-1}frontend,cn=config"


def lacks(observed: DirectoryState, wanted: DirectoryState) -> Iterator[Lack]:
    """All that is not as wished, in the order in which it has to be mended."""
    if wanted.database is None or not observed.answers:
        return
    yield from _modules(observed, wanted)
    yield from _schema(observed, wanted)
    yield from _server(observed, wanted)
    yield from _substrings(observed, wanted)
    if observed.database is None:
        yield _new_database(observed, wanted.database)
    elif observed.database.own:
        yield from _own(observed.database, wanted.database)
    else:
        yield from _adopted(observed.database, wanted.database)
    yield from secrets.lacking(observed, wanted)


def _modules(observed: DirectoryState, wanted: DirectoryState) -> Iterator[Lack]:
    missing = [name for name in wanted.modules if name not in observed.modules]
    if not missing:
        return
    if observed.module_list:
        record: Record = Modify(dn=observed.module_list, changes=(added("olcModuleLoad", *missing),))
    else:
        record = ldif.Entry(
            dn="cn=module,cn=config",
            attributes={
                "objectClass": [b"olcModuleList"],
                "cn": [b"module"],
                "olcModulePath": [b"/usr/lib/ldap"],
                "olcModuleLoad": [name.encode() for name in missing],
            },
        )
    listed = ", ".join(missing)
    yield lack(
        f"slapd has not loaded {listed}",
        change(f"Load slapd's module{'s' if len(missing) > 1 else ''} {listed}", [record]),
    )


def _schema(observed: DirectoryState, wanted: DirectoryState) -> Iterator[Lack]:
    for name in schema.files_lacking(observed, wanted):
        step = Run(
            title=f"Load the schema {name}",
            argv=("ldapadd", *AS_ROOT, "-f", f"/etc/ldap/schema/{name}.ldif"),
            phase=Phase.ACT,
        )
        yield lack(f"The schema {name} is not loaded", step)
    if "AsteriskSIPUser" not in observed.classes:
        yield lack(
            "The schema of Asterisk's accounts is not loaded",
            change("Load the schema of Asterisk's accounts", [schema.whole()]),
        )
        return
    missing = tuple(name for name in wanted.phone_attributes if name not in observed.phone_attributes)
    mended = schema.mended(observed, missing) if missing else None
    if missing:
        listed = ", ".join(missing)
        steps = (change(f"Let the schema have {listed}", [mended]),) if mended else ()
        yield lack(f"The schema does not let an account have {listed}", *steps)


def _server(observed: DirectoryState, wanted: DirectoryState) -> Iterator[Lack]:
    adopted = observed.database is not None and not observed.own
    pair = ("olcTLSCertificateFile", "olcTLSCertificateKeyFile")
    if observed.tls != wanted.tls and not (adopted and all(observed.tls)):
        both = tuple(replaced(name, value) for name, value in zip(pair, wanted.tls, strict=True))
        yield lack(
            "slapd does not show the host's certificate",
            change("Let slapd show the host's certificate", [Modify(dn="cn=config", changes=both)]),
        )
    if not observed.protocol or (observed.protocol != wanted.protocol and not adopted):
        record = Modify(dn="cn=config", changes=(replaced("olcTLSProtocolMin", wanted.protocol),))
        yield lack("slapd speaks outdated versions of TLS", change("Ask for TLS 1.2 or newer", [record]))
    if observed.hash != wanted.hash and not adopted:
        record = Modify(dn=FRONTEND, changes=(replaced("olcPasswordHash", wanted.hash),))
        yield lack(
            f"Passwords that are set through slapd are kept as {observed.hash or 'its default'}, not {wanted.hash}",
            change(f"Keep passwords that are set through slapd as {wanted.hash}", [record]),
        )
    yield from _collecting(observed, wanted)
    yield from _listening(observed, wanted, adopted=adopted)


def _substrings(observed: DirectoryState, wanted: DirectoryState) -> Iterator[Lack]:
    """One letter at the beginning of a name and three in its middle are found in an index, too.

    Indices made for another length would no longer find everything: ours are made anew around the change, and where somebody else's
    database has some, everything stays as it is.
    """
    if _substrings_fit(observed, wanted):
        return
    there = observed.database
    lines = [line for line in there.index_lines if re.search(r"[ ,]sub", line)] if there else []
    names = ("olcIndexSubstrIfMinLen", "olcIndexSubstrAnyLen")
    lengths = tuple(replaced(name, str(size)) for name, size in zip(names, wanted.substring, strict=True))
    records: list[Record] = [Modify(dn="cn=config", changes=lengths)]
    if there and lines:
        records = _around(there, lines, records)
    # A new database says enough by itself.
    yield lack(
        "Searching for one or three letters takes long in a large directory" if there else "",
        change("Index short parts of names and numbers", records, timeout=600),
    )


def _substrings_fit(observed: DirectoryState, wanted: DirectoryState) -> bool:
    there = observed.database
    adopted = there is not None and not there.own
    return observed.substring == wanted.substring or bool(observed.substring_elsewhere) or adopted


def indexes_people(observed: DirectoryState, wanted: DirectoryState) -> bool:
    """Whether slapd will make indices of a database that may be full."""
    there = observed.database
    if there is None or wanted.database is None:
        return False
    return not (
        _substrings_fit(observed, wanted) and all(pair in there.indices for pair in wanted.database.indices)
    )


def _around(there: Database, lines: Sequence[str], records: Sequence[Record]) -> list[Record]:
    """Changes while no index of parts of words is in use.

    Such an index goes alone: what makes indices takes minutes for a million people, and without the others of these attributes every
    login would look at everybody meanwhile. slapd goes on using what an index had before until it has made it anew, or until it is
    replaced once more: hence twice.
    """
    rest = [(name, [kind for kind in kinds.split(",") if not kind.startswith("sub")])
            for name, _, kinds in (line.partition(" ") for line in lines)]  # fmt: skip
    without = [f"{name} {','.join(kinds)}" for name, kinds in rest if kinds]

    def instead(old: Sequence[str], new: Sequence[str]) -> Modify:
        changes = [deleted("olcDbIndex", *old)] if old else []
        return Modify(dn=there.dn, changes=(*changes, *([added("olcDbIndex", *new)] if new else [])))

    again = [instead(without, without)] if without else []
    return [instead(lines, without), *again, *records, instead(without, lines)]


def _collecting(observed: DirectoryState, wanted: DirectoryState) -> Iterator[Lack]:
    """Settings that all phones share are shown in each person's entry."""
    there = {plain(info) for info in observed.collects}
    missing = [info for info in wanted.collects if plain(info) not in there]
    if not missing:
        return
    if observed.collector:
        record: Record = Modify(dn=observed.collector, changes=(added("olcCollectInfo", *missing),))
    else:
        record = ldif.Entry(
            dn=f"olcOverlay=collect,{FRONTEND}",
            attributes={
                "objectClass": [b"olcOverlayConfig", b"olcCollectConfig"],
                "olcOverlay": [b"collect"],
                "olcCollectInfo": [info.encode() for info in missing],
            },
        )
    yield lack(
        "People's entries do not show the settings that all phones share",
        change("Show the settings that all phones share in people's entries", [record]),
    )


def plain(info: str) -> str:
    """OlcCollectInfo without its quotes."""
    return info.replace('"', "").lower()


def _listening(observed: DirectoryState, wanted: DirectoryState, *, adopted: bool) -> Iterator[Lack]:
    listens = wanted.listens
    if adopted:
        # Clients of an adopted server may need its plain port: something is added, nothing taken away.
        missing = [
            url for url in wanted.listens[:2] if not any(one.startswith(url[:-2]) for one in observed.listens)
        ]
        listens = (*observed.listens, *missing)
    if set(observed.listens) == set(listens):
        return

    def steps(context: PlanContext) -> Iterator[Step]:
        text = listens_block(context.text(SETTINGS, observed.files.text(SETTINGS)), listens)
        title = f"Let slapd listen on {' '.join(listens)}"
        yield from write_file(context, observed.files, SETTINGS, text, title=title)
        yield from restart()

    if not any(url.startswith("ldaps:") for url in observed.listens):
        words = "slapd does not listen for TLS (LDAPS)"
    elif "ldap:///" in observed.listens:
        words = "slapd listens for plain LDAP from everywhere"
    else:
        words = f"slapd listens on {' '.join(observed.listens)}"
    yield Lack(text=words, steps=steps, config=False)


def restart() -> Iterator[Step]:
    """Restart slapd, and wait for it: an old one's start is over before it answers."""
    unit = DEBIAN.slapd_unit
    yield Unit(title="Restart slapd", unit=unit, action="restart", subject=unit, timeout=90)
    yield Wait(
        title="Wait until slapd answers",
        probe=Command(argv=("ldapwhoami", *AS_ROOT)),
        expect="^dn:",
        # With the other restarts, before everything that asks it.
        phase=Phase.RELOAD,
        timeout=30,
        failure="slapd does not answer. Its log says why: journalctl -u slapd.",
    )


# -- the database ------------------------------------------------------------------------------------------------


def database_dn(observed: DirectoryState) -> str:
    """The name that slapd gives, or has given, to the database."""
    if observed.database is not None:
        return observed.database.dn
    # Numbers are given from 1 on; the frontend and cn=config itself come before.
    return f"olcDatabase={{{1 + len(observed.databases)}}}mdb,cn=config"


def _new_database(observed: DirectoryState, wanted: Database) -> Lack:
    dn = database_dn(observed)
    entry = ldif.Entry(
        dn="olcDatabase=mdb,cn=config",
        attributes={
            "objectClass": [b"olcDatabaseConfig", b"olcMdbConfig"],
            "olcDatabase": [b"mdb"],
            "olcSuffix": [wanted.suffix.encode()],
            "olcRootDN": [wanted.root_dn.encode()],
            "olcDbDirectory": [DATA.encode()],
            "olcDbMaxSize": [str(wanted.max_size).encode()],
            "olcDbCheckpoint": [b"512 30"],
            "olcDbIndex": [line.encode() for line in index_lines(wanted.indices)],
            "olcAccess": [rule.encode() for rule in wanted.access],
            "olcLimits": [limit.encode() for limit in wanted.limits],
        },
    )
    overlays = [overlay(dn, name) for name in wanted.overlays]

    def steps(context: PlanContext) -> Iterator[Step]:
        yield change(f"Make the database of {wanted.suffix}", [entry])
        yield change("Set up sorting and replication", overlays)
        if wanted.follows:
            yield _follow(context, dn, wanted)

    return Lack(text=f"There is no directory {wanted.suffix}", steps=steps)


def index_lines(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """olcDbIndex, one line for each attribute."""
    kinds: dict[str, list[str]] = {}
    for name, kind in wanted:
        kinds.setdefault(name, []).append(kind)
    return [f"{name} {','.join(own)}" for name, own in kinds.items()]


def overlay(database: str, name: str) -> ldif.Entry:
    """One overlay of the database."""
    more: dict[str, list[bytes]] = {}
    kind = {"sssvlv": "olcSssVlvConfig", "syncprov": "olcSyncProvConfig"}[name]
    if name == "sssvlv":
        more = {"olcSssVlvMax": [b"16"], "olcSssVlvMaxPerConn": [b"8"]}
    elif name == "syncprov":
        more = {"olcSpCheckpoint": [b"100 10"]}
    classes = [b"olcOverlayConfig", kind.encode()]
    return ldif.Entry(
        dn=f"olcOverlay={name},{database}",
        attributes={"objectClass": classes, "olcOverlay": [name.encode()], **more},
    )


def _follow(context: PlanContext, dn: str, wanted: Database) -> Run:
    use = secrets.use(context, "replicator", elsewhere=True)
    follows = wanted.follows.replace("••replicator••", use.token)
    changes = (replaced("olcSyncrepl", follows), replaced("olcUpdateRef", wanted.update_ref))
    return change(f"Follow {wanted.update_ref}", [Modify(dn=dn, changes=changes)], uses=[use])


def _own(there: Database, wanted: Database) -> Iterator[Lack]:
    """A database of AZDesk's making is as wished in all that AZDesk says of it."""
    changes: list[Change] = []
    words: list[str] = []
    if there.access != wanted.access:
        changes.append(replaced("olcAccess", *wanted.access))
        words.append("who may do what")
    if there.limits != wanted.limits:
        changes.append(replaced("olcLimits", *wanted.limits))
        words.append("limits")
    if words:
        title = f"Set {' and '.join(words)} in the directory"
        yield lack(
            f"The directory's rules are not as they should be: {' and '.join(words)}",
            change(title, [Modify(dn=there.dn, changes=tuple(changes))]),
        )
    yield from _indices(there, wanted)
    yield from _overlays(there, wanted)
    yield from _size(there, wanted, least=wanted.max_size)
    if wanted.follows and (there.follows, there.update_ref) != (wanted.follows, wanted.update_ref):
        yield Lack(
            text=f"The directory does not follow {wanted.update_ref}",
            steps=lambda context: (_follow(context, there.dn, wanted),),
        )
    elif not wanted.follows and (there.follows or there.update_ref):
        gone = (replaced("olcSyncrepl"), replaced("olcUpdateRef"))
        yield lack(
            f"The directory still follows {there.update_ref or 'another server'}",
            change("Follow no other server any more", [Modify(dn=there.dn, changes=gone)]),
        )


def _adopted(there: Database, wanted: Database) -> Iterator[Lack]:
    """A database of an admin's making gets what it lacks, and keeps all that it has."""
    replicas, root, login, phones = wanted.access[:4]
    rules = [replicas, root, *([] if "userPassword" in there.hidden else [login]), phones]
    missing = [rule for rule in rules if rule not in there.access]
    if missing:
        numbered = [f"{{{rules.index(rule)}}}{rule}" for rule in missing]
        record = Modify(dn=there.dn, changes=tuple(added("olcAccess", rule) for rule in numbered))
        open_to = sorted(set(wishes.PROTECTED) - set(there.hidden))
        words = (
            f"Others may read {', '.join(open_to)}"
            if open_to
            else "The hosts' reader does not see what phones need"
        )
        yield lack(words, change("Guard what lets people log in", [record]))
    limits = [limit for limit in wanted.limits if limit not in there.limits]
    if limits:
        # All of them anew, in their order: one that is added counts as the last until slapd starts again, whatever number it has [2.6.14].
        record = Modify(dn=there.dn, changes=(replaced("olcLimits", *limits, *there.limits),))
        yield lack("Hosts get a part of a large directory only", change("Let hosts see all people", [record]))
    yield from _indices(there, wanted)
    yield from _overlays(there, wanted)
    yield from _size(there, wanted, least=wishes.LEAST_SIZE)


def _indices(there: Database, wanted: Database) -> Iterator[Lack]:
    missing = [pair for pair in wanted.indices if pair not in there.indices]
    if not missing:
        return
    touched = {name for name, _ in missing}
    # An attribute stands in one line only: lines that have one of them are written anew, with all that they had.
    old = [
        line
        for line in there.index_lines
        if touched & {n.strip().lower() for n in line.split(" ")[0].split(",")}
    ]
    affected = touched | {n.strip().lower() for line in old for n in line.split(" ")[0].split(",")}
    both = sorted(set(there.indices) | set(wanted.indices))
    fresh = index_lines([pair for pair in both if pair[0] in affected])
    changes = []
    if old:
        changes.append(deleted("olcDbIndex", *old))
    changes.append(added("olcDbIndex", *fresh))
    listed = ", ".join(sorted(touched))
    yield lack(
        f"Searching for {listed} takes long in a large directory",
        change(f"Index {listed}", [Modify(dn=there.dn, changes=tuple(changes))], timeout=600),
    )


def _overlays(there: Database, wanted: Database) -> Iterator[Lack]:
    missing = [name for name in wanted.overlays if name not in there.overlays]
    records: list[Record] = [overlay(there.dn, name) for name in missing]
    if records:
        listed = ", ".join(missing)
        yield lack(
            f"The directory lacks slapd's overlay{'s' if len(missing) > 1 else ''} {listed}",
            change(f"Set up {listed}", records),
        )


def _size(there: Database, wanted: Database, *, least: int) -> Iterator[Lack]:
    # slapd's own default, where it is not set, is 10 MiB.
    if there.max_size >= least or there.max_size == wanted.max_size:
        return
    record = Modify(dn=there.dn, changes=(replaced("olcDbMaxSize", str(wanted.max_size)),))
    yield lack(
        f"The database is full at {(there.max_size or 10 << 20) / (1 << 30):.2g} GiB",
        # Until a restart logins fail (80): before it, that is, not in the last phase with the others.
        change(f"Let the database grow to {wanted.max_size >> 30} GiB", [record], phase=Phase.WRITE),
        *restart(),
    )

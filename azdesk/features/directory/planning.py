"""Steps that bring a host's slapd to what the document says, and what the admin should know about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from azdesk.core.errors import DocumentError
from azdesk.core.plan import Note
from azdesk.core.platform import DEBIAN
from azdesk.core.step import (
    Archive,
    KeepFolder,
    Login,
    MakeFolder,
    Phase,
    Purge,
    Run,
    SecretUse,
    Step,
    Unit,
)
from azdesk.directory import ldif, names
from azdesk.directory.ldif import Delete, Modify, Record
from azdesk.features._base import PlanContext
from azdesk.features._certificates import certificate_file
from azdesk.features._directory import SYSTEM_CA, provider, server_url
from azdesk.features._files import FileSet, remove_file, write_file
from azdesk.features.directory import schema, secrets
from azdesk.features.directory.changes import change, deleted, replaced
from azdesk.features.directory.lacks import FRONTEND, indexes_people, lacks, plain, restart
from azdesk.features.directory.reading import SECRET_FILES, listens_block
from azdesk.features.directory.state import CONFIG, DATA, SETTINGS, DirectoryState
from azdesk.fleet import edit
from azdesk.fleet.model import Fleet

UNIT = DEBIAN.slapd_unit
_NAMES = ("dc", "o", "ou")


def plan(context: PlanContext, observed: DirectoryState, wanted: DirectoryState) -> Iterator[Step]:
    if not observed.answers or any(note.blocking for note in notes(context, observed, wanted)):
        return
    if not wanted.base:
        if observed.own or _shows_what_goes(observed, wanted):
            yield KeepFolder(title="Keep slapd's configuration", folder=CONFIG, unit=UNIT)
        yield from _remove(context, observed)
        if _shows_what_goes(observed, wanted):
            yield from _forget_certificate()
        return
    found = list(lacks(observed, wanted))
    steps = [step for lack in found for step in lack.steps(context)]
    if not steps:
        return
    if observed.database is None and not observed.folder.exists:
        # Before the folder is kept that is changed below: taken back after it, when slapd no longer has this one open.
        yield MakeFolder(
            title=f"Make {DATA}",
            path=DATA,
            mode=0o700,
            owner=DEBIAN.slapd_user,
            group=DEBIAN.slapd_user,
            filled=True,
            phase=Phase.BACK_UP,
        )
    if any(lack.config for lack in found):
        yield KeepFolder(title="Keep slapd's configuration", folder=CONFIG, unit=UNIT)
    yield from steps
    yield _proof(context, observed)


def _proof(context: PlanContext, observed: DirectoryState) -> Step:
    """That the hosts' reader can look people up, over TLS and with everything that is checked about it."""
    fleet, host = context.fleet, context.host
    first = provider(fleet)
    one = (
        secrets.own_use(context, observed, "reader")
        if host == first
        else secrets.use(context, "reader", elsewhere=True)
    )
    return Login(
        title="Look people up as the hosts do",
        servers=(server_url(fleet, host) or "ldaps://127.0.0.1:636",),
        account=fleet.directory.reader_dn,
        password=one.token,
        ca=SYSTEM_CA,
        base=fleet.directory.people_dn,
        patient=True,
        # A replica has everything to fetch first.
        timeout=30 if host == first else 120,
        secrets=(SecretUse(token=one.token, source=one.source),),
        failure="The hosts' reader cannot look people up in this directory.",
    )


def _remove(context: PlanContext, observed: DirectoryState) -> Iterator[Step]:
    """Take a database of AZDesk's making away, with all that can be taken away while slapd runs."""
    there = observed.database
    if there is None or not there.own:
        return
    export = f"{DATA}/directory.ldif"
    # As who owns the folder: root would follow a link that was put there.
    as_owner = ("runuser", "-u", DEBIAN.slapd_user, "--")
    yield Run(
        title=f"Write all of {there.suffix} as LDIF",
        argv=(*as_owner, "slapcat", "-o", "ldif-wrap=no", "-b", there.suffix, "-l", export),
        undo=(*as_owner, "rm", "-f", export),
        phase=Phase.BACK_UP,
        timeout=1800,
    )
    yield Archive(
        title=f"Back up {there.suffix}",
        name="directory",
        folder=DATA,
        patterns=("directory.ldif",),
        timeout=1800,
    )
    records: list[Record] = [
        Delete(dn=f"olcOverlay={{{number}}}{name},{there.dn}")
        for number, name in reversed(list(enumerate(there.overlays)))
    ]
    yield change(
        f"Remove the directory {there.suffix}",
        [*records, Delete(dn=there.dn)],
    )
    yield Purge(
        title=f"Remove the data of {there.suffix}",
        folder=DATA.rpartition("/")[0],
        patterns=(DATA.rpartition("/")[2],),
        folders=True,
        phase=Phase.ACT,
        irreversible=f"All people of {there.suffix} are removed from {context.host}. A backup (LDIF) is taken first and can be "
        "downloaded.",
        confirm=context.host,
    )
    yield from _forget(context, observed)


def _forget(context: PlanContext, observed: DirectoryState) -> Iterator[Step]:
    """What else is of AZDesk's making: settings, files with passwords."""
    there = observed.database
    if observed.collector:
        ours = [
            info
            for info in observed.collects
            if there and plain(info).rpartition(" ")[0].endswith(there.suffix.lower())
        ]
        if len(ours) == len(observed.collects):
            yield change("Show nothing of others in entries any more", [Delete(dn=observed.collector)])
        elif ours:
            gone = Modify(dn=observed.collector, changes=(deleted("olcCollectInfo", *ours),))
            yield change("Show nothing of others in entries any more", [gone])
    if observed.hash:
        record = Modify(dn=FRONTEND, changes=(replaced("olcPasswordHash"),))
        yield change("Keep passwords as slapd does by itself", [record])
    text = listens_block(context.text(SETTINGS, observed.files.text(SETTINGS)), ())
    changed = list(write_file(context, observed.files, SETTINGS, text, title="Let slapd listen as before"))
    yield from changed
    if changed:
        yield from restart()
    for what, path in SECRET_FILES.items():
        if observed.secret(what).exists:
            files = FileSet(items=((path, observed.secret(what)),))
            yield from remove_file(files, path)


def _shows_what_goes(observed: DirectoryState, wanted: DirectoryState) -> bool:
    """Whether slapd is set to show the certificate of AZDesk's that the host is to lose: it would not start without it."""
    return not wanted.tls[0] and observed.tls[0] == certificate_file(DEBIAN.slapd_user)


def _forget_certificate() -> Iterator[Step]:
    """While slapd is stopped: while it runs it does not let go of a certificate [seen in the lab, 2.6]."""
    names_ = ("olcTLSCertificateFile", "olcTLSCertificateKeyFile", "olcTLSProtocolMin")
    record = Modify(dn="cn=config", changes=tuple(replaced(name) for name in names_))
    yield Unit(title="Stop slapd", unit=UNIT, action="stop", phase=Phase.ACT, timeout=90)
    yield Run(
        title="Let slapd show no certificate",
        argv=("runuser", "-u", DEBIAN.slapd_user, "--", "slapmodify", "-n", "0", "-F", CONFIG),
        feed=ldif.text([record]),
    )
    yield Unit(title="Start slapd", unit=UNIT, action="start", phase=Phase.ACT, timeout=90)


def differences(observed: DirectoryState, wanted: DirectoryState) -> Iterable[str]:
    if not observed.answers:
        return
    if not wanted.base:
        if observed.own and observed.database is not None:
            yield f"The host still has the directory {observed.database.suffix}"
        if _shows_what_goes(observed, wanted):
            yield "slapd still shows the host's certificate"
        return
    if _another(observed, wanted):
        assert observed.database is not None
        yield f"The host has the directory {observed.database.suffix}, not {wanted.base}"
        return
    for lack in lacks(observed, wanted):
        if lack.text:
            yield lack.text


def _another(observed: DirectoryState, wanted: DirectoryState) -> bool:
    there = observed.database
    return there is not None and there.own and bool(wanted.base) and not names.same(there.suffix, wanted.base)


def notes(context: PlanContext, observed: DirectoryState, wanted: DirectoryState) -> Iterable[Note]:
    if not observed.answers:
        if wanted.base:
            yield Note(text=f"slapd could not be asked ({observed.why_silent}). Once it runs, look again.")
        return
    if not wanted.base:
        if observed.own:
            yield Note(
                text="slapd keeps the modules and schemas that it has loaded: it can let go of neither, and they do no harm."
            )
        return
    yield from (Note(text=text, blocking=True) for text in _obstacles(context, observed, wanted))
    there = observed.database
    if there is not None and not there.own:
        yield Note(
            text=f"{context.host} has a directory {there.suffix} already: it is adopted. Only what it lacks is added; its "
            "people, settings and other rules stay."
        )
        if "ldap:///" in observed.listens:
            yield Note(
                text="It also listens for plain LDAP, as before: passwords of clients that log in there cross the network in clear."
            )
    if indexes_people(observed, wanted):
        yield Note(
            text="slapd makes the new indices while it runs: some minutes where there are a million people, one of its threads at work all the time. Do not "
            "restart it meanwhile: slapd 2.5, as Debian 12 has it, would stay with half of an index (see “Half an index” in the manual)."
        )
    yield from _lag(context, observed, wanted)


def _obstacles(context: PlanContext, observed: DirectoryState, wanted: DirectoryState) -> Iterator[str]:
    fleet, host, there = context.fleet, context.host, observed.database
    if not wanted.tls[0]:
        yield (
            "The directory is reached over TLS only, and the host has no certificate: make the fleet's authority, or import a "
            "certificate for this host."
        )
    if _another(observed, wanted):
        assert there is not None
        yield (
            f"{host} has the directory {there.suffix}. To have {wanted.base} instead, take the base out of the document and apply, "
            "then set the new one."
        )
    if names.parsed(wanted.base)[0][0][0].lower() not in _NAMES:
        yield f"The base {wanted.base} has to begin with dc=, o= or ou=."
    if wanted.database is not None and host != provider(fleet):
        if there is not None and not there.own:
            yield (
                f"{host} has a directory {there.suffix} of its own, which it would lose by following {provider(fleet)}: remove it "
                f"there by hand first, or put {host} before {provider(fleet)} in the document."
            )
        if not wanted.database.follows:
            yield f"{provider(fleet)} has no address that {host} could reach it at: set its lan_address."
    missing = tuple(name for name in wanted.phone_attributes if name not in observed.phone_attributes)
    place = schema.elsewhere(observed, missing) if missing and schema.home(observed) else ""
    if place:
        yield (
            f"The schema {place} defines what belongs into that of Asterisk's accounts ({', '.join(missing)}): slapd would not start "
            "any more if it were used there. Remove it there first."
        )


def _lag(context: PlanContext, observed: DirectoryState, wanted: DirectoryState) -> Iterator[Note]:
    """Whether a replica has all that the provider has, as far as both were looked at."""
    if wanted.database is None or not wanted.database.follows or observed.database is None:
        return
    first = context.of(provider(context.fleet), "directory")
    if first is not None and first.csn and observed.csn != first.csn:
        yield Note(
            text=f"{context.host} does not have all changes of {provider(context.fleet)} yet. If that stays so, its log says why "
            "(journalctl -u slapd)."
        )


def after(context: PlanContext, observed: DirectoryState, wanted: DirectoryState) -> Collection[str]:
    first = provider(context.fleet)
    return (first,) if wanted.base and first not in ("", context.host) else ()


def adopt(fleet: Fleet, host: str, observed: DirectoryState) -> Fleet:
    """Take the base of a directory of AZDesk's making, or of one that has phones' accounts, into a document without one."""
    if fleet.directory.base or "directory" not in fleet.hosts[host].roles:
        return fleet
    own = [suffix for _, suffix, folder in observed.databases if folder == DATA]
    others = [suffix for _, suffix, _ in observed.databases if suffix != "dc=nodomain"]
    found = own or (others if "AsteriskSIPUser" in observed.classes else [])
    if len(found) != 1:
        return fleet
    try:
        return edit.with_value(fleet, ("directory", "base"), found[0])
    except DocumentError:
        return fleet

"""Steps that give a host's services their certificate, and what the admin should know about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from azdesk.core.plan import Note
from azdesk.core.platform import DEBIAN, PLATFORMS
from azdesk.core.probe import masked
from azdesk.core.step import (
    MakeFolder,
    Phase,
    RemoveFile,
    RemoveFolder,
    Run,
    SecretUse,
    Step,
    Unit,
    WriteFile,
)
from azdesk.features._base import PlanContext
from azdesk.features._certificates import FOLDER, certificate_file, key_file
from azdesk.features._files import remove_file, write_file
from azdesk.features.certificates.state import (
    ALSO_FILE,
    AUTHORITY_FILE,
    USERS,
    CertificatesState,
    Copy,
    applies,
)
from azdesk.fleet import secret_names
from azdesk.fleet.model import Fleet

_CERTIFICATE, _KEY = masked("certificate"), masked("key")
_SERVICES = {DEBIAN.asterisk_user: "Asterisk", DEBIAN.slapd_user: "slapd"}
"""What people call those whose user has another name."""
_SOON = 90
"""Days before the expiry of a certificate from elsewhere from which on it is spoken of: nobody but the admin can renew it."""


def plan(context: PlanContext, observed: CertificatesState, wanted: CertificatesState) -> Iterator[Step]:
    yield from _trust(context, observed, wanted)
    fresh = _must_be_written(observed, wanted, context.renew)
    if fresh and not observed.folder.exists:
        yield MakeFolder(title=f"Make {FOLDER}", path=FOLDER)
    for copy in fresh:
        yield from _write(context, observed, copy)
    gone = [user for user in USERS if observed.copy(user) and not wanted.copy(user)]
    for user in gone:
        yield from _remove(observed, user)
    if observed.folder.exists and not wanted.copies:
        for folder in (FOLDER, FOLDER.rpartition("/")[0]):
            yield RemoveFolder(title=f"Remove {folder} if it is empty", path=folder, phase=Phase.ACT)
    for copy in fresh:
        if observed.copy(copy.user) is not None:
            yield from _use(context, copy.user)
    if set(wanted.all_trusted) - set(observed.all_trusted) and _asks_the_directory(context):
        on = PLATFORMS[context.fleet.hosts[context.host].platform]
        # OpenLDAP's library reads whom it trusts once, when a process first asks [seen in the lab, Asterisk 22.10].
        yield Unit(
            title="Restart Asterisk",
            unit=on.asterisk_unit,
            action="restart",
            subject=on.asterisk_unit,
            timeout=120,
            note="Asterisk restarts to trust the directory's next certificate: calls that are under way there end.",
        )


def _asks_the_directory(context: PlanContext) -> bool:
    """Whether Asterisk itself asks the fleet's own directory, over TLS."""
    sip = context.fleet.hosts[context.host].sip
    return context.fleet.directory.managed and sip.accounts == "directory" and sip.lookup == "live"


def _must_be_written(
    observed: CertificatesState, wanted: CertificatesState, renew: frozenset[str] = frozenset()
) -> list[Copy]:
    """All copies or none: each must have the key of the same certificate.

    Args:
        renew: fingerprints of certificates that count as due.
    """
    if not wanted.copies:
        return []
    good = observed.alike and all(
        found is not None and found.fits(copy) and not _due(found, copy, renew)
        for copy in wanted.copies
        for found in [observed.copy(copy.user)]
    )
    return [] if good else list(wanted.copies)


def _due(found: Copy, wanted: Copy, renew: frozenset[str] = frozenset()) -> bool:
    return (found.due or found.fingerprint in renew) and not wanted.fingerprint


def _trust(context: PlanContext, observed: CertificatesState, wanted: CertificatesState) -> Iterator[Step]:
    if observed.all_trusted == wanted.all_trusted and observed.trust_in_use:
        return
    authority = context.fleet.authority
    for path, wish, text in (
        (AUTHORITY_FILE, wanted.trusted, authority.certificate),
        (ALSO_FILE, wanted.also, authority.also),
    ):
        if wish:
            yield from write_file(context, observed.files, path, text, mode=0o644, owner="root", group="root")
        else:
            yield from remove_file(observed.files, path)
    yield Run(
        title="Update what the system trusts"
        if wanted.trusted or wanted.also
        else "Update what the system no longer trusts",
        # Without --fresh what names a certificate that is gone would stay in /etc/ssl/certs.
        argv=("update-ca-certificates", "--fresh"),
        phase=Phase.WRITE,
        again_after_undo=True,
    )


def _write(context: PlanContext, observed: CertificatesState, copy: Copy) -> Iterator[Step]:
    fleet, host = context.fleet, context.host
    imported = fleet.hosts[host].certificate if copy.fingerprint else ""
    if imported:
        content: tuple[str, tuple[SecretUse, ...]] = (imported, ())
        key = secret_names.source(secret_names.certificate_key(imported))
    else:
        content = (_CERTIFICATE, (SecretUse(token=_CERTIFICATE, source="issued:certificate"),))
        key = "issued:key"
    text, secrets = content
    path = certificate_file(copy.user)
    before = observed.files.get(path)
    yield WriteFile(
        title=f"Write {path}",
        path=path,
        content=text,
        mode=0o444,
        before=before.sha256 or "",
        before_text=before.text,
        secrets=secrets,
    )
    path = key_file(copy.user)
    yield WriteFile(
        title=f"Write {path}",
        path=path,
        content=_KEY,
        mode=0o400,
        owner=copy.user,
        group=copy.user,
        before=observed.files.get(path).sha256 or "",
        secrets=(SecretUse(token=_KEY, source=key),),
    )


def _remove(observed: CertificatesState, user: str) -> Iterator[Step]:
    for path in (certificate_file(user), key_file(user)):
        reading = observed.files.get(path)
        if reading.exists:
            yield RemoveFile(
                title=f"Remove {path}", path=path, before=reading.sha256 or "", before_text=reading.text
            )


def _use(context: PlanContext, user: str) -> Iterator[Step]:
    """Let a service that uses the certificate read the new one. One that begins to is seen to by the feature that asks for it."""
    fleet, host = context.fleet, context.host
    on = PLATFORMS[fleet.hosts[host].platform]
    if user not in _using(fleet, host):
        return
    if user == on.ejabberd_user:
        yield Run(
            title="Reload ejabberd",
            argv=("ejabberdctl", "reload_config"),
            phase=Phase.RELOAD,
            again_after_undo=True,
            subject=on.ejabberd_unit,
            timeout=60,
        )
    elif user == on.asterisk_user:
        # A transport keeps the certificate that it was opened with.
        yield Unit(
            title="Restart Asterisk",
            unit=on.asterisk_unit,
            action="restart",
            subject=on.asterisk_unit,
            timeout=120,
            note="Asterisk restarts to use its new certificate: calls that are under way there end.",
        )
    else:
        yield Unit(
            title="Restart slapd", unit=on.slapd_unit, action="restart", subject=on.slapd_unit, timeout=90
        )


def _using(fleet: Fleet, host: str) -> Iterator[str]:
    """Users whose services are set up with the certificate, by the document."""
    value, cluster = fleet.hosts[host], fleet.cluster_of(host)
    on = PLATFORMS[value.platform]
    if cluster is not None and (cluster.accounts == "directory" or cluster.federation == "verified"):
        yield on.ejabberd_user
    if value.sip.accounts == "directory" and "tls" in value.sip.transports:
        yield on.asterisk_user
    if host in fleet.directory_hosts():
        yield on.slapd_user


def differences(observed: CertificatesState, wanted: CertificatesState) -> Iterable[str]:
    if observed.trusted == wanted.trusted and observed.also != wanted.also and observed.trust_in_use:
        if not wanted.also:
            yield "The system still trusts the authority that was before"
        else:
            yield "The system does not trust the other authority of the change-over"
    elif observed.all_trusted != wanted.all_trusted or not observed.trust_in_use:
        if not wanted.trusted:
            yield "The system still trusts an authority of AZDesk's"
        elif observed.trusted and observed.trusted != wanted.trusted:
            yield "The system trusts another authority than the fleet's"
        else:
            yield "The system does not trust the fleet's authority"
    for user in USERS:
        found, copy = observed.copy(user), wanted.copy(user)
        if found is not None and copy is None:
            yield f"{_SERVICES.get(user, user)} still has a certificate"
        elif copy is not None:
            yield from _why(found, copy, observed)
    wanted_ones = [copy for copy in wanted.copies if observed.copy(copy.user)]
    if wanted_ones and not observed.alike:
        yield "The services do not have the same key"


def _why(found: Copy | None, wanted: Copy, observed: CertificatesState) -> Iterator[str]:
    """What is wrong with one service's certificate; nothing if it is right."""
    user = _SERVICES.get(wanted.user, wanted.user)
    if found is None:
        yield f"{user} has no certificate"
    elif not found.private:
        yield f"The key of {user} is missing, or others may read it"
    elif wanted.fingerprint and found.fingerprint != wanted.fingerprint:
        yield f"{user} has another certificate than the one of the document"
    elif not wanted.fingerprint and found.issuer_key != wanted.issuer_key:
        yield f"The certificate of {user} is not of the fleet's authority"
    elif not wanted.fingerprint and not found.fits(wanted):
        missing = [*_less(wanted.names, found.names), *_less(wanted.addresses, found.addresses)]
        extra = [*_less(found.names, wanted.names), *_less(found.addresses, wanted.addresses)]
        words = f"does not hold for {', '.join(missing)}" if missing else f"holds for {', '.join(extra)}, too"
        yield f"The certificate of {user} {words}"
    elif _due(found, wanted):
        left = observed.days_left
        words = "has expired" if left is not None and left < 0 else f"expires on {observed.expires[:10]}"
        yield f"The certificate of {user} {words}"


def _less(some: Iterable[str], others: Iterable[str]) -> list[str]:
    there = set(others)
    return [one for one in some if one not in there]


def notes(context: PlanContext, observed: CertificatesState, wanted: CertificatesState) -> Iterable[Note]:
    yield from _authority_ends(context, observed, wanted)
    imported = any(copy.fingerprint for copy in wanted.copies)
    if imported and not _must_be_written(observed, wanted) and observed.days_left is not None:
        if observed.days_left < 0:
            yield Note(text=f"The certificate has expired on {observed.expires[:10]}: import a new one.")
        elif observed.days_left < _SOON:
            yield Note(
                text=f"The certificate expires on {observed.expires[:10]}, in {observed.days_left} days: import a new one."
            )


def _authority_ends(
    context: PlanContext, observed: CertificatesState, wanted: CertificatesState
) -> Iterator[Note]:
    """That the fleet's authority is to be followed by another, while there is time to give that to all clients."""
    from azdesk.pki.authority import AUTHORITY_SOON_DAYS

    fleet, days = context.fleet, observed.authority_days
    if days is None or observed.trusted != wanted.trusted or fleet.authority.also:
        return
    # Once in a plan, not at each host.
    if context.host != next(host for host in fleet.hosts if applies(fleet, host)):
        return
    until = observed.authority_expires[:10]
    if days < 0:
        yield Note(text=f"The fleet's authority has expired on {until}: make another one.")
    elif days < AUTHORITY_SOON_DAYS:
        yield Note(
            text=f"The fleet's authority expires on {until}, in {days} days: prepare the one that is to follow it "
            "(Certificates, or azdesk authority prepare)."
        )

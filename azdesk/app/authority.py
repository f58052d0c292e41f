"""Certificates of the fleet: make its authority, take certificates from elsewhere, renew what hosts have."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from azdesk.core.errors import AzdeskError, CertificateError, CredentialError
from azdesk.core.plan import HostPlan
from azdesk.fleet import edit, secret_names

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.core.outcome import HostOutcome
    from azdesk.core.progress import Job
    from azdesk.core.secret import Secret
    from azdesk.fleet.credentials import SecretSource
    from azdesk.fleet.model import Fleet
    from azdesk.pki.reading import CertificateFacts


class Keeper(Protocol):
    """A place where a key stays: the keyring, or the encrypted file."""

    def get(self, name: str, what: str) -> Secret | None: ...

    def set(self, name: str, what: str, secret: Secret) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One certificate that the document has."""

    host: str
    """Empty for the authority."""
    facts: CertificateFacts | None
    """None where it cannot be read."""
    kept: bool
    """Whether its key is kept."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A certificate from elsewhere in the document."""

    fleet: Fleet
    facts: CertificateFacts
    missing: tuple[str, ...]
    """Names and addresses of the host that it does not hold for."""


def create(fleet: Fleet, keeper: Keeper, *, name: str = "", instead: bool = False) -> Fleet:
    """Make an authority for the fleet; returns the document with its certificate. The key is kept before that.

    Args:
        fleet: the document.
        keeper: where its key goes.
        name: what phones show of it; empty: the organisation, or the fleet's name.
        instead: whether it takes the place of one that is there: then all hosts get new certificates, and whoever trusts the present
            one has to be given the new one.

    Raises:
        CertificateError: there is one already.
        CredentialError: its key cannot be kept, so there is none.
    """
    from azdesk.pki.authority import new_authority
    from azdesk.pki.reading import now

    if fleet.authority.certificate and not instead:
        raise CertificateError(
            "The fleet has an authority already.",
            next_step="Export its certificate, or say that another one is to take its place.",
        )
    made = new_authority(name or fleet.enrolment.organisation or fleet.name, now())
    _keep(keeper, secret_names.authority_key(made.certificate), made.key)
    return edit.with_value(fleet, ("authority", "certificate"), made.certificate)


def _keep(keeper: Keeper, named: secret_names.Named, key: Secret) -> None:
    keeper.set(*named, key)
    # A keyring may cut off what is too long for it, and say nothing.
    if keeper.get(*named) != key:
        raise CredentialError(
            "The key was not kept as it is.",
            where=named[0],
            next_step="Keep it in the encrypted file instead.",
        )


def take(
    fleet: Fleet,
    host: str,
    data: bytes,
    keeper: Keeper,
    *,
    key_data: bytes | None = None,
    passphrase: Secret | None = None,
    where: str = "",
) -> Taken:
    """Take a certificate from elsewhere for a host, with its key.

    Args:
        fleet: the document.
        host: whose.
        data: PEM or PKCS #12, see `azdesk.pki.importing.read`.
        keeper: where its key goes.
        key_data: the key's own file.
        passphrase: of the key.
        where: the file's name, for errors.

    Raises:
        KeyLocked: it takes a passphrase.
        CertificateError: it cannot be used for this host; nothing was kept then.
        CredentialError: its key cannot be kept.
        DocumentError: there is no such host.
    """
    from azdesk.pki import importing
    from azdesk.pki.reading import now

    edit.value_at(fleet, ("hosts", host))
    found = importing.read(data, key_data, passphrase, where=where)
    names, addresses = fleet.certificate_names(host)
    examined = importing.examine(found.certificate, names=names, addresses=addresses, now=now(), where=where)
    _keep(keeper, secret_names.certificate_key(found.certificate), found.key)
    taken = edit.with_value(fleet, ("hosts", host, "certificate"), found.certificate)
    return Taken(fleet=taken, facts=examined.own, missing=examined.missing)


def standing(fleet: Fleet, secrets: SecretSource) -> Iterator[Standing]:
    """The authority and the certificates from elsewhere that the document has; no host is asked."""
    if fleet.authority.certificate:
        named = secret_names.authority_key(fleet.authority.certificate)
        yield _one("", fleet.authority.certificate, named, secrets)
    for host, value in fleet.hosts.items():
        if value.certificate:
            yield _one(host, value.certificate, secret_names.certificate_key(value.certificate), secrets)


def _one(host: str, pem: str, named: secret_names.Named, secrets: SecretSource) -> Standing:
    from azdesk.pki.reading import read_certificates

    try:
        facts = read_certificates(pem)[0]
    except AzdeskError:
        facts = None
    return Standing(host=host, facts=facts, kept=secrets.get(*named) is not None)


def renew(session: Session, hosts: Collection[str], job: Job) -> Iterator[HostOutcome]:
    """Issue new certificates for hosts now, though those they have are not due yet; one host after the other.

    Hosts with certificates from elsewhere, and those that were not looked at or have other certificates to come, are left out.
    """
    from azdesk.app.applying import run_steps
    from azdesk.features._base import PlanContext
    from azdesk.features.certificates import FEATURE

    for host in hosts:
        seen = session.observations.get(host)
        state = seen.states.get(FEATURE.key) if seen is not None else None
        if state is None or session.fleet.hosts[host].certificate:
            continue
        wanted = FEATURE.desired(session.fleet, host)
        due = replace(state, copies=tuple(replace(copy, due=True) for copy in state.copies))
        context = PlanContext(
            fleet=session.fleet, host=host, observed={host: dict(seen.states) if seen else {}}
        )
        steps = tuple(replace(step, feature=FEATURE.key) for step in FEATURE.plan(context, due, wanted))
        if steps:
            plan = HostPlan(host=host, steps=steps)
            yield run_steps(session, plan, job, title="Renew the certificate")

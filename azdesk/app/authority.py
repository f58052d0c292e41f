"""Certificates of the fleet: make its authority, take certificates from elsewhere, renew what hosts have."""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from azdesk.core.errors import AzdeskError, CertificateError, CredentialError
from azdesk.fleet import edit, secret_names

if TYPE_CHECKING:
    from azdesk.app.session import Observation
    from azdesk.core.secret import Secret
    from azdesk.fleet.credentials import SecretSource
    from azdesk.fleet.model import Fleet
    from azdesk.pki.reading import CertificateFacts


class Keeper(Protocol):
    """A place where a key stays: the keyring, or the encrypted file."""

    def get(self, name: str, what: str) -> Secret | None: ...

    def set(self, name: str, what: str, secret: Secret) -> None: ...


class Role(enum.StrEnum):
    """What a certificate of the document is for."""

    ISSUES = "issues"
    """The fleet's authority."""
    ALSO = "also"
    """The other one of a change of authority."""
    HOST = "host"
    """A host's, from elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One certificate that the document has."""

    host: str
    """Empty for authorities."""
    role: Role
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


class Stage(enum.StrEnum):
    """How far a change from one authority to another has come."""

    NONE = "none"
    PREPARED = "prepared"
    """Hosts are to trust the next one beside the present one."""
    CHANGED = "changed"
    """The next one issues; the one before is still trusted."""


def stage(fleet: Fleet) -> Stage:
    """How far the change of authority has come in the document, whatever hosts have of it."""
    if fleet.authority.next:
        return Stage.PREPARED
    return Stage.CHANGED if fleet.authority.former else Stage.NONE


def prepare(fleet: Fleet, keeper: Keeper, *, name: str = "") -> Fleet:
    """First step of a change of authority: make the next one, which hosts trust beside the present one from the next change on.

    Nothing else uses it yet, so that phones, chat clients and other servers can be given it in peace.

    Raises:
        CertificateError: there is no authority yet, or a change is under way.
        CredentialError: its key cannot be kept, so there is none.
    """
    from azdesk.pki.authority import new_authority
    from azdesk.pki.reading import now

    can_prepare(fleet)
    moment = now()
    # Of two with the same name clients take the wrong one for the issuer.
    called = name or f"{fleet.enrolment.organisation or fleet.name} {moment:%Y-%m-%d}"
    made = new_authority(called, moment)
    _keep(keeper, secret_names.authority_key(made.certificate), made.key)
    return edit.with_value(fleet, ("authority", "next"), made.certificate)


def can_prepare(fleet: Fleet) -> None:
    """Whether a change of authority can begin.

    Raises:
        CertificateError: there is no authority yet, or a change is under way.
    """
    if not fleet.authority.certificate:
        raise CertificateError(
            "The fleet has no certificate authority.", next_step="azdesk authority create makes one."
        )
    if fleet.authority.also:
        raise CertificateError(
            "A change of authority is under way already.",
            next_step="Bring it to its end first: switch to the next one, then let the old one go.",
        )


def change_over(fleet: Fleet, secrets: SecretSource) -> Fleet:
    """Second step: the next authority issues from now on; hosts get certificates of it with the next change, and trust both.

    Raises:
        CertificateError: no next one is prepared.
        CredentialError: its key is kept nowhere.
    """
    if stage(fleet) is not Stage.PREPARED:
        raise CertificateError("No next authority is prepared.", next_step="Prepare one first.")
    old, new = fleet.authority.certificate, fleet.authority.next
    if secrets.get(*secret_names.authority_key(new)) is None:
        raise CredentialError(
            "The key of the next authority is kept nowhere.", next_step="Do it where it was prepared."
        )
    changes = {"authority.certificate": new, "authority.next": "", "authority.former": old}
    return edit.with_values(fleet, changes)


def let_go(fleet: Fleet) -> Fleet:
    """Last step: the other authority is trusted no more: the one before, or one that was prepared and is not wanted.

    Raises:
        CertificateError: there is no other one.
    """
    if not fleet.authority.also:
        raise CertificateError("There is no other authority that is trusted.")
    return edit.with_values(fleet, {"authority.next": "", "authority.former": ""})


def behind(fleet: Fleet, observations: Mapping[str, Observation]) -> tuple[str, ...]:
    """Hosts that, as far as is known, have not come along to the present stage of a change of authority."""
    from azdesk.features.certificates import FEATURE
    from azdesk.features.certificates.state import CertificatesState

    found = []
    for host in fleet.hosts:
        if not FEATURE.applies(fleet, host):
            continue
        seen = observations.get(host)
        state = seen.states.get(FEATURE.key) if seen is not None else None
        wish = FEATURE.desired(fleet, host)
        assert isinstance(wish, CertificatesState)
        issued = {copy.issuer_key for copy in wish.copies}
        if (
            not isinstance(state, CertificatesState)
            or state.all_trusted != wish.all_trusted
            or any(copy.issuer_key not in issued for copy in state.copies)
        ):
            found.append(host)
    return tuple(found)


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
        KeyMissing: the key is in a file of its own.
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


def take_authority(
    fleet: Fleet,
    data: bytes,
    keeper: Keeper,
    *,
    key_data: bytes | None = None,
    passphrase: Secret | None = None,
    where: str = "",
) -> Taken:
    """Take an authority from elsewhere for the fleet, with its key: from now on it issues hosts' certificates.

    Args and errors: as of `take`.
    """
    from azdesk.pki import importing
    from azdesk.pki.reading import now, read_certificates

    found = importing.read(data, key_data, passphrase, where=where)
    facts = read_certificates(found.certificate, where=where)[0]
    if not facts.authority:
        raise CertificateError(
            "This certificate may not issue others.",
            where=where,
            next_step="An authority's certificate says CA: true; choose another file.",
        )
    if facts.not_after <= now():
        raise CertificateError(
            f"It has expired on {facts.not_after:%Y-%m-%d}.", where=where, next_step="Get a new one."
        )
    _keep(keeper, secret_names.authority_key(found.certificate), found.key)
    taken = edit.with_value(fleet, ("authority", "certificate"), found.certificate)
    return Taken(fleet=taken, facts=facts, missing=())


def standing(fleet: Fleet, secrets: SecretSource) -> Iterator[Standing]:
    """The authority, the other one of a change, and the certificates from elsewhere that the document has; no host is asked."""
    if fleet.authority.certificate:
        named = secret_names.authority_key(fleet.authority.certificate)
        yield _one("", Role.ISSUES, fleet.authority.certificate, named, secrets)
    if fleet.authority.also:
        named = secret_names.authority_key(fleet.authority.also)
        yield _one("", Role.ALSO, fleet.authority.also, named, secrets)
    for host, value in fleet.hosts.items():
        if value.certificate:
            named = secret_names.certificate_key(value.certificate)
            yield _one(host, Role.HOST, value.certificate, named, secrets)


def _one(host: str, role: Role, pem: str, named: secret_names.Named, secrets: SecretSource) -> Standing:
    from azdesk.pki.reading import read_certificates

    try:
        facts = read_certificates(pem)[0]
    except AzdeskError:
        facts = None
    return Standing(host=host, role=role, facts=facts, kept=secrets.get(*named) is not None)


def renewable(
    fleet: Fleet, observations: Mapping[str, Observation], hosts: Collection[str]
) -> frozenset[str]:
    """Fingerprints of the certificates that hosts have of the fleet's authority, to be replaced before they are due.

    See `azdesk.app.planning.preview`, whose plan then has the renewal in it. Hosts that could not be looked at are left out.

    Raises:
        CertificateError: a host's certificate is from elsewhere, so that nobody here can renew it; or there is no authority.
        DocumentError: there is no such host.
    """
    from azdesk.features.certificates import FEATURE

    if not fleet.authority.certificate:
        raise CertificateError(
            "The fleet has no certificate authority.", next_step="azdesk authority create makes one."
        )
    found: set[str] = set()
    for host in hosts:
        if edit.value_at(fleet, ("hosts", host)).certificate:
            raise CertificateError(
                "Its certificate is from elsewhere.",
                where=host,
                next_step="Get a new one there, and take it with: azdesk authority import",
            )
        seen = observations.get(host)
        state = seen.states.get(FEATURE.key) if seen is not None else None
        if state is not None:
            found |= {copy.fingerprint for copy in state.copies if copy.fingerprint}
    return frozenset(found)


def own(fleet: Fleet) -> tuple[str, ...]:
    """Hosts whose certificates the fleet's authority issues."""
    return tuple(
        host
        for host, value in fleet.hosts.items()
        if not value.certificate and {"application", "directory"} & set(value.roles)
    )

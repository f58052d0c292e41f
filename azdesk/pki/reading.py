"""What a certificate says, as plain values."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from azdesk.core.errors import CertificateError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """One certificate."""

    subject: str
    """Common name, or the whole subject where it has none."""
    issuer: str
    serial: int
    not_before: datetime
    not_after: datetime
    """Both with a time zone."""
    names: tuple[str, ...] = ()
    """DNS names it holds for, sorted."""
    addresses: tuple[str, ...] = ()
    """IP addresses it holds for, in normal form, sorted."""
    authority: bool = False
    """Whether it may issue others."""
    fingerprint: str
    """SHA-256 of the certificate, hex."""
    issuer_key: str = ""
    """Key identifier of the issuer (RFC 5280, 4.2.1.1), hex; empty where it is not given."""
    key: str = ""
    """Key identifier of its own, hex."""

    def covers(self, names: Sequence[str], addresses: Sequence[str]) -> bool:
        """Whether it holds for all of these, as TLS clients compare them (RFC 6125): no wildcards are counted."""
        return set(map(str.lower, names)) <= {name.lower() for name in self.names} and set(addresses) <= set(
            self.addresses
        )

    def days_left(self, now: datetime) -> int:
        """Whole days until it expires; negative after that."""
        return (self.not_after - now).days


def read_certificates(pem: str, *, where: str = "") -> tuple[CertificateFacts, ...]:
    """The certificates in a PEM text, in its order: a server's own first, then those above it.

    Raises:
        CertificateError: there is none, or one that cannot be read.
    """
    return tuple(facts(one) for one in loaded(pem, where=where))


def loaded(pem: str, *, where: str = "") -> list[Certificate]:
    """The same as the library's objects."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except ValueError:
        raise CertificateError(
            "There is no certificate in it, or it is damaged.",
            where=where,
            next_step="It should be in PEM form, beginning with -----BEGIN CERTIFICATE-----.",
        ) from None


def facts(certificate: Certificate) -> CertificateFacts:
    """What one certificate says."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    def common(name: x509.Name) -> str:
        found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(found[0].value) if found else name.rfc4514_string()

    names: list[str] = []
    addresses: list[str] = []
    authority, own, above = False, "", ""
    try:
        for extension in certificate.extensions:
            value = extension.value
            if isinstance(value, x509.SubjectAlternativeName):
                names = value.get_values_for_type(x509.DNSName)
                addresses = [str(one) for one in value.get_values_for_type(x509.IPAddress)]
            elif isinstance(value, x509.BasicConstraints):
                authority = value.ca
            elif isinstance(value, x509.SubjectKeyIdentifier):
                own = value.digest.hex()
            elif isinstance(value, x509.AuthorityKeyIdentifier) and value.key_identifier:
                above = value.key_identifier.hex()
    except ValueError:
        pass  # an extension that nobody can read says nothing; what is known stays
    return CertificateFacts(
        subject=common(certificate.subject),
        issuer=common(certificate.issuer),
        serial=certificate.serial_number,
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        names=tuple(sorted(names)),
        addresses=tuple(sorted(addresses, key=lambda one: ipaddress.ip_address(one).packed)),
        authority=authority,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        issuer_key=above,
        key=own,
    )


def issued_by(pem: str, authority_pem: str) -> bool:
    """Whether the first certificate carries the authority's signature.

    Raises:
        CertificateError: one of them cannot be read.
    """
    from cryptography.exceptions import InvalidSignature

    own, above = loaded(pem)[0], loaded(authority_pem)[0]
    try:
        own.verify_directly_issued_by(above)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def now() -> datetime:
    """The present, with a time zone."""
    return datetime.now(UTC)

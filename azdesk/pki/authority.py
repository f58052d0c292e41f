"""The fleet's own certificate authority: made once, kept in the keyring, and all its hosts' certificates come from it.

P-256 throughout: every TLS library of the last ten years has it, and the chain stays small.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from azdesk.core.errors import CertificateError
from azdesk.core.secret import Secret
from azdesk.pki.reading import loaded

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

AUTHORITY_DAYS: Final = 3650
HOST_DAYS: Final = 397
"""What browsers and phones accept of a server; Apple refuses more than 825 days even of an own authority."""
RENEW_DAYS: Final = 60
"""A host's certificate with fewer days left is due."""
AUTHORITY_SOON_DAYS: Final = 365
"""The fleet's authority with fewer days left is to be followed by another: clients have to be given that, by hand."""
_LATE_CLOCK: Final = timedelta(hours=24)
"""Certificates hold from a day before they were made: some host's clock is always late."""


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate with its key."""

    certificate: str
    """PEM."""
    key: Secret
    """PEM, PKCS #8, without a passphrase."""


def new_authority(name: str, now: datetime) -> Issued:
    """Make an authority.

    Args:
        name: the organisation or fleet, for whoever looks at the certificate on a phone.
        now: with a time zone.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(f"{name} authority"[:64])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LATE_CLOCK)
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
    return _issued(made.public_bytes(_pem()), key)


def issue(
    authority: str, key: Secret, *, names: Sequence[str], addresses: Sequence[str], now: datetime
) -> Issued:
    """Issue a certificate for a host's servers, and where it is a client of others.

    Args:
        authority: its certificate, PEM.
        key: its key, PEM.
        names: DNS names, the first one is the subject; may be empty if there are addresses.
        addresses: IP addresses.
        now: with a time zone.

    Raises:
        CertificateError: the authority cannot be used, or there is nothing to issue for.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    if not names and not addresses:
        raise CertificateError("A certificate needs a name or an address to hold for.")
    above, signer = _opened(authority, key, now)
    own = ec.generate_private_key(ec.SECP256R1())
    alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in dict.fromkeys(names)]
    alternatives += [x509.IPAddress(ipaddress.ip_address(one)) for one in dict.fromkeys(addresses)]
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    made = (
        x509.CertificateBuilder()
        .subject_name(_name((*names, *addresses)[0][:64]))
        .issuer_name(above.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LATE_CLOCK)
        .not_valid_after(min(now + timedelta(days=HOST_DAYS), above.not_valid_after_utc))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    return _issued(made.public_bytes(_pem()), own)


def _opened(authority: str, key: Secret, now: datetime) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    above = loaded(authority, where="the fleet's authority")[0]
    try:
        signer = load_pem_private_key(key.reveal().encode(), password=None)
    except (ValueError, TypeError):
        signer = None
    if not isinstance(signer, ec.EllipticCurvePrivateKey) or signer.public_key() != above.public_key():
        raise CertificateError(
            "The key that is kept does not belong to the fleet's authority.",
            next_step="Take the key back from a backup, or make a new authority and renew all certificates.",
        )
    if now >= above.not_valid_after_utc:
        raise CertificateError(
            f"The fleet's authority has expired on {above.not_valid_after_utc:%Y-%m-%d}.",
            next_step="Make a new authority and renew all certificates.",
        )
    return above, signer


def _name(common: str) -> x509.Name:
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem() -> Encoding:
    from cryptography.hazmat.primitives.serialization import Encoding

    return Encoding.PEM


def _issued(certificate: bytes, key: EllipticCurvePrivateKey) -> Issued:
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

    clear = key.private_bytes(_pem(), PrivateFormat.PKCS8, NoEncryption())
    return Issued(certificate=certificate.decode(), key=Secret(clear.decode()))


if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

"""A certificate from elsewhere with its key: read from what people are given, and looked over before anything relies on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from azdesk.core.errors import CertificateError, KeyLocked, KeyMissing
from azdesk.core.secret import Secret
from azdesk.pki.authority import Issued
from azdesk.pki.reading import CertificateFacts, facts

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_BEGIN = b"-----BEGIN "


@dataclass(frozen=True, kw_only=True)
class Examined:
    """What came of looking a certificate over."""

    own: CertificateFacts
    missing: tuple[str, ...]
    """Names and addresses that the host is reached under and that it does not hold for."""


def read(
    data: bytes, key_data: bytes | None = None, passphrase: Secret | None = None, *, where: str = ""
) -> Issued:
    """A certificate with those above it and its key, from files in PEM form or PKCS #12.

    Args:
        data: the certificate's file; a PKCS #12 or PEM file may have the key in it.
        key_data: the key's own file, PEM or DER.
        passphrase: of the key, or of the PKCS #12 file.
        where: the file's name, for errors.

    Returns:
        the chain in order, the host's own first, and its key without a passphrase.

    Raises:
        KeyLocked: it takes a passphrase, or another one.
        KeyMissing: there is none in the file, and no other file was given.
        CertificateError: something is missing, damaged, or does not belong together.
    """
    certificates, key = _opened(data, passphrase, where)
    if key_data is not None:
        key = _key(key_data, passphrase, where)
    if key is None:
        raise KeyMissing(
            "There is no key with the certificate.", where=where, next_step="Give the file with its key, too."
        )
    return Issued(certificate=_text(_chain(certificates, key, where)), key=Secret(_clear(key)))


def examine(
    chain: str, *, names: Sequence[str], addresses: Sequence[str], now: datetime, where: str = ""
) -> Examined:
    """Look over what a server is to show.

    Args:
        chain: PEM, its own first, as `read` gives it.
        names: DNS names that it should hold for.
        addresses: IP addresses.
        now: with a time zone.
        where: for errors.

    Raises:
        CertificateError: no client would take it.
    """
    from azdesk.pki.reading import issued_by, loaded

    own, *above = found = [facts(one) for one in loaded(chain, where=where)]
    parts = [_text([one]) for one in loaded(chain, where=where)]
    if own.authority:
        raise CertificateError("It is an authority's certificate, not a server's.", where=where)
    for one in found:
        if one.not_after <= now:
            words = (
                "It has expired" if one is own else f"The certificate of {one.subject} above it has expired"
            )
            raise CertificateError(
                f"{words} on {one.not_after:%Y-%m-%d}.", where=where, next_step="Get a new one."
            )
    if own.not_before > now:
        raise CertificateError(f"It holds only from {own.not_before:%Y-%m-%d %H:%M} UTC on.", where=where)
    for at, one in enumerate(above):
        if not issued_by(parts[at], parts[at + 1]):
            raise CertificateError(
                f"The chain does not hold: {found[at].subject} was not issued by {one.subject}.", where=where
            )
    missing = (*(name for name in names if not _covered(name, own.names)), *_others(addresses, own.addresses))
    if len(missing) == len(names) + len(addresses):
        raise CertificateError(
            f"It holds for {', '.join((*own.names, *own.addresses)) or 'nothing'}, and for none of the host's names: "
            f"{', '.join(missing)}.",
            where=where,
            next_step="See whether it is the right file, or add its names to the host in the document.",
        )
    return Examined(own=own, missing=missing)


def _covered(name: str, held: Iterable[str]) -> bool:
    """As TLS clients compare (RFC 6125): a star stands for one label."""
    wanted = name.lower()
    stars = f"*.{wanted.partition('.')[2]}"
    return any(one.lower() in (wanted, stars) for one in held)


def _others(some: Iterable[str], held: Sequence[str]) -> tuple[str, ...]:
    return tuple(one for one in some if one not in held)


# -- files -------------------------------------------------------------------------------------------------------


def _opened(data: bytes, passphrase: Secret | None, where: str) -> tuple[list[Certificate], Any]:
    """Certificates of a file in its order, and its key if it has one."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import pkcs12

    if _BEGIN in data:
        try:
            certificates = x509.load_pem_x509_certificates(data)
        except ValueError:
            raise _nothing(where) from None
        return certificates, _key(data, passphrase, where) if b"PRIVATE KEY-----" in data else None
    word = passphrase.reveal().encode() if passphrase else None
    try:
        found = pkcs12.load_pkcs12(data, word)
    except ValueError as error:
        if "password" in str(error).lower() or "mac" in str(error).lower():
            raise _locked(passphrase, where) from None
        try:
            return [x509.load_der_x509_certificate(data)], None
        except ValueError:
            raise _nothing(where) from None
    certificates = [found.cert.certificate] if found.cert else []
    certificates += [one.certificate for one in found.additional_certs]
    if not certificates:
        raise _nothing(where)
    return certificates, found.key


def _key(data: bytes, passphrase: Secret | None, where: str) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    load = load_pem_private_key if _BEGIN in data else load_der_private_key
    word = passphrase.reveal().encode() if passphrase else None
    try:
        return load(data, word)
    except TypeError:
        # It says so in both cases: a passphrase is missing, or there is one and the key is open.
        if word is None:
            raise _locked(None, where) from None
        return load(data, None)
    except (ValueError, UnsupportedAlgorithm) as error:
        if word is not None and b"ENCRYPTED" in data:
            raise _locked(passphrase, where) from None
        raise CertificateError(
            "There is no key in it that can be read.",
            where=where,
            next_step="It should be in PEM form, beginning with -----BEGIN PRIVATE KEY-----.",
        ) from (None if isinstance(error, ValueError) else error)


def _locked(passphrase: Secret | None, where: str) -> KeyLocked:
    words = "The passphrase is another one." if passphrase else "The key is locked with a passphrase."
    return KeyLocked(words, where=where, next_step="Enter the passphrase that it was locked with.")


def _nothing(where: str) -> CertificateError:
    return CertificateError(
        "There is no certificate in it that can be read.",
        where=where,
        next_step="It should be in PEM form, beginning with -----BEGIN CERTIFICATE-----, or PKCS #12 (.p12, .pfx).",
    )


def _public(of: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    found: bytes = of.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return found


def _chain(certificates: Sequence[Certificate], key: Any, where: str) -> list[Certificate]:
    """The certificate of the key, then each with its issuer, as far as they are there; others are left out."""
    own = next((one for one in certificates if _public(one) == _public(key)), None)
    if own is None:
        raise CertificateError(
            "The key belongs to another certificate.",
            where=where,
            next_step="Take the key that was made with the request for this certificate.",
        )
    chain, rest = [own], [one for one in certificates if one is not own]
    while chain[-1].issuer != chain[-1].subject:
        above = next((one for one in rest if one.subject == chain[-1].issuer), None)
        if above is None:
            break
        rest.remove(above)
        chain.append(above)
    return chain


def _text(certificates: Iterable[Certificate]) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def _clear(key: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    clear: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return clear.decode()

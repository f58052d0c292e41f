"""TLS between practice hosts: the certificates are real ones, and are judged as OpenSSL would."""

from __future__ import annotations

import functools
import ipaddress

from azdesk.core.errors import CertificateError
from azdesk.onhost.login import Refused, certificate_words
from azdesk.pki.authority import new_authority
from azdesk.pki.reading import CertificateFacts, issued_by, now, read_certificates

_EXPIRED, _NOT_YET, _UNKNOWN, _NAME, _ADDRESS = 10, 9, 20, 62, 64
"""X509_STORE_CTX_get_error(3)."""


def judge(shown: str, authorities: str | None, name: str) -> None:
    """Look at what a server shows.

    Args:
        shown: the server's certificate first, then those above it, PEM; a key among them is no matter.
        authorities: those that are trusted, PEM; None if nothing is looked at.
        name: DNS name or IP address that it must hold for.

    Raises:
        Refused: it is not trusted, or there is none.
    """
    chain = _read(shown)
    if not chain or "PRIVATE KEY-----" not in shown:
        raise Refused("tls", "does not agree on TLS (SSLV3_ALERT_HANDSHAKE_FAILURE)")
    if authorities is None:
        return
    own, code = chain[0], 0
    if not _trusted(shown, authorities):
        code = _UNKNOWN
    elif own.not_after < now():
        code = _EXPIRED
    elif own.not_before > now():
        code = _NOT_YET
    elif not _holds(own, name):
        code = _ADDRESS if _is_address(name) else _NAME
    if code:
        raise Refused("tls", certificate_words(code, "", name))


@functools.cache
def snakeoil() -> str:
    """The certificate that nobody vouches for with which packages come, and its key; the same on all practice hosts of a program."""
    made = new_authority("localhost", now())
    return made.certificate + made.key.reveal()


def _read(pem: str) -> tuple[CertificateFacts, ...]:
    try:
        return read_certificates(pem)
    except CertificateError:
        return ()


@functools.lru_cache(maxsize=64)
def _trusted(shown: str, authorities: str) -> bool:
    parts = [
        f"-----BEGIN CERTIFICATE-----{part}" for part in authorities.split("-----BEGIN CERTIFICATE-----")[1:]
    ]
    for part in parts:
        try:
            if issued_by(shown, part):
                return True
        except CertificateError:
            continue
    return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _holds(own: CertificateFacts, name: str) -> bool:
    if _is_address(name):
        return str(ipaddress.ip_address(name)) in own.addresses
    wanted = name.lower()
    return any(
        each.lower() == wanted or (each.startswith("*.") and each.lower()[1:] == wanted[wanted.find(".") :])
        for each in own.names
    )

"""The way to a directory server, step by step: name, port, certificate, login."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from azdesk.app.binding.findings import Finding, bad, good, warning
from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import (
    AzdeskError,
    BindRefused,
    CertificateError,
    DirectoryError,
    DirectoryRefused,
    DirectoryUnreachable,
)
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.directory.connection import Directory
from azdesk.directory.endpoint import Endpoint, Simple, address_of, dialled, secured
from azdesk.directory.streams import TlsStream
from azdesk.pki.reading import CertificateFacts, facts, now

SOON: Final = timedelta(days=30)
"""A certificate that holds no longer than this is worth a warning."""
_ACCOUNT_STATES: Final = {
    # Active Directory's reasons for a refused login, and what to do about each.
    "525": ("There is no such account.", "Check the reader's DN."),
    "52e": (
        "The DN or the password is wrong; Active Directory does not tell which.",
        "Compare the DN letter by letter with the account's distinguishedName, then enter the password again.",
    ),
    "530": (
        "The account may not log in at this time of day.",
        "Lift the logon hours of the reader's account.",
    ),
    "531": ("The account may not log in from here.", "Lift “Log On To” of the reader's account."),
    "532": (
        "The account's password has expired.",
        "Set a new one, let it never expire for this account, and enter it here.",
    ),
    "533": ("The account is disabled.", "Enable it in Active Directory."),
    "701": ("The account has expired.", "Set its expiry to “never” in Active Directory."),
    "773": (
        "The account has to change its password first, which a service cannot.",
        "Take “User must change password at next logon” away from it.",
    ),
    "775": (
        "The account is locked after too many wrong passwords.",
        "Unlock it, and look which program still has an old password.",
    ),
}


def reach(endpoint: Endpoint, job: Job) -> Iterator[Finding]:
    """Name, port and certificate; ends at the first that is bad.

    Raises:
        Cancelled: by the job.
    """
    address = address_of(endpoint.url)
    try:
        stream = dialled(endpoint, job)
    except DirectoryUnreachable as error:
        named = "does not resolve" in error.what
        yield bad("name" if named else "port", error.what, error.next_step)
        return
    try:
        yield good("port", f"{address.host} takes connections on port {address.port}.")
        if address.scheme == "ldaps":
            yield from _handshake(endpoint, stream, job)
    finally:
        stream.close()
    if address.scheme == "ldap" and not address.loopback:
        yield warning(
            "tls",
            "TLS begins on request only with an ldap:// address (StartTLS), which ejabberd and Asterisk cannot do.",
            f"Use ldaps://{_shown(address.host)} instead.",
        )


def _handshake(endpoint: Endpoint, stream: ByteStream, job: Job) -> Iterator[Finding]:
    try:
        tls = secured(endpoint, stream)
    except DirectoryError as error:
        shown = presented(endpoint, job)
        about = f" It shows {_described(shown)}." if shown is not None else ""
        yield bad("tls", f"{error.what}{about}", error.next_step)
        return
    found = _facts(tls.certificate)
    if found is None:
        yield good("tls", "The certificate is trusted and holds for this server.")
        return
    left = found.not_after - now()
    text = f"It is trusted, holds for this server and until {_day(found.not_after)}."
    if left < SOON:
        yield warning("tls", text, f"Renew it on the server: {max(left.days, 0)} days are left.")
    else:
        yield good("tls", text)


def presented(endpoint: Endpoint, job: Job) -> CertificateFacts | None:
    """The certificate that a server shows, trusted or not; None if it shows none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        stream = dialled(endpoint, job)
    except AzdeskError:
        job.check()
        return None
    try:
        with suppress(OSError):
            tls = TlsStream(stream, context, address_of(endpoint.url).host, endpoint.connect_timeout)
            return _facts(tls.certificate)
        return None
    finally:
        stream.close()


def _facts(der: bytes) -> CertificateFacts | None:
    from cryptography.x509 import load_der_x509_certificate

    with suppress(ValueError, CertificateError):
        return facts(load_der_x509_certificate(der))
    return None


def _described(found: CertificateFacts) -> str:
    holds = ", ".join((*found.names, *found.addresses)) or found.subject
    return (
        f"a certificate for {holds}, issued by {found.issuer}, that holds from {_day(found.not_before)} "
        f"to {_day(found.not_after)}"
    )


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@dataclass(frozen=True, kw_only=True)
class Login:
    """How a login ended."""

    finding: Finding
    directory: Directory | None = None
    """The connection, where it succeeded."""
    refused: bool = False
    """Whether the server did not accept name or password; too many of these lock an account."""


@contextmanager
def logged_in(endpoint: Endpoint, dn: str, password: Secret, job: Job) -> Iterator[Login]:
    """The reader's login; its connection is closed at the end of the block."""
    try:
        directory = Directory.open(endpoint, Simple(dn, password), job)
    except BindRefused as error:
        yield Login(finding=_refused(error, dn), refused=True)
        return
    except (DirectoryUnreachable, DirectoryRefused) as error:
        yield Login(finding=bad("login", error.what, error.next_step))
        return
    try:
        yield Login(finding=good("login", f"{dn} is logged in."), directory=directory)
    finally:
        directory.close()


def _refused(error: BindRefused, dn: str) -> Finding:
    found = re.search(r"\bdata ([0-9a-f]{3})\b", error.said)
    if found and found[1] in _ACCOUNT_STATES:
        what, next_step = _ACCOUNT_STATES[found[1]]
        return bad("login", f"The server does not let {dn} in. {what}", next_step)
    return bad("login", error.what, error.next_step)

"""Where a directory server is, how it is reached safely, and who logs in there."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import AzdeskError, DirectoryError, DirectoryLost, DirectoryUnreachable
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.directory.streams import TlsStream, connect

CONNECT_TIMEOUT: Final = 10.0
ANSWER_TIMEOUT: Final = 60.0
LOCAL: Final = "ldapi:///"
_PORTS: Final = {"ldap": 389, "ldaps": 636}


@dataclass(frozen=True)
class External:
    """Log in as whoever the connection itself shows: on ``ldapi:///`` the user of the process (SASL EXTERNAL)."""


@dataclass(frozen=True)
class Anonymous:
    """Do not log in."""


@dataclass(frozen=True)
class Simple:
    """Log in with an entry's name and password."""

    dn: str
    password: Secret


Bind: TypeAlias = External | Anonymous | Simple
EXTERNAL: Final = External()
ANONYMOUS: Final = Anonymous()


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """How to get to a server.

    TLS is a must but for ``ldapi:///`` and loopback addresses: ``ldaps://`` begins with it, ``ldap://`` asks for it
    (StartTLS) before anything else is said. The certificate is checked, and that it holds for the URL's host.
    """

    url: str = LOCAL
    """``ldapi:///``, ``ldap://host[:port]`` or ``ldaps://host[:port]``."""
    dial: Callable[[Job], ByteStream] | None = field(default=None, compare=False)
    """What gives a byte stream to the server, such as through SSH; None: a TCP connection from here. ``ldapi:///`` needs one."""
    authority: str = ""
    """Certificates (PEM) of the authorities that may have signed the server's; empty: those that this system trusts."""
    where: str = ""
    """For error texts; empty: the URL."""
    connect_timeout: float = CONNECT_TIMEOUT
    """Seconds for reaching the server, and again for TLS."""
    answer_timeout: float = ANSWER_TIMEOUT
    """Seconds without a word from the server after which it is given up."""

    @property
    def place(self) -> str:
        return self.where or self.url


@dataclass(frozen=True, kw_only=True)
class Address:
    """What a URL says."""

    scheme: str
    host: str = ""
    port: int = 0

    @property
    def loopback(self) -> bool:
        if self.scheme == "ldapi" or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def address_of(url: str) -> Address:
    """Take a URL apart; what follows the host and port is not looked at.

    Raises:
        DirectoryError: it is none of a directory server.
    """
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme.lower(), unquote(parts.hostname or ""), parts.port
    except ValueError:
        scheme, host, port = "", "", None
    if scheme == "ldapi":
        return Address(scheme=scheme)
    if scheme not in _PORTS or not host or port == 0 or parts.username is not None:
        raise DirectoryError(
            f"“{url}” is no address of a directory server.",
            next_step="Write it like ldaps://directory.company.com or ldaps://192.168.11.250:636.",
        )
    return Address(scheme=scheme, host=host, port=port or _PORTS[scheme])


def dialled(endpoint: Endpoint, job: Job) -> ByteStream:
    """A stream to the server, no TLS on it yet.

    Raises:
        AzdeskError: it cannot be reached; a `LinkError` if the host on the way cannot.
    """
    address = address_of(endpoint.url)
    job.check()
    if endpoint.dial is not None:
        return endpoint.dial(job)
    if address.scheme == "ldapi":
        raise DirectoryError(
            "ldapi:/// leads to a server on the same machine only.",
            where=endpoint.place,
            next_step="Name the host that the server runs on.",
        )
    return connect(address.host, address.port, endpoint.connect_timeout, endpoint.place)


def secured(endpoint: Endpoint, stream: ByteStream) -> TlsStream:
    """TLS over a stream, with the server's certificate checked.

    Raises:
        DirectoryUnreachable: the certificate is not what it must be, or no TLS came about; says what to do.
    """
    address = address_of(endpoint.url)
    try:
        return TlsStream(stream, _context(endpoint), address.host, endpoint.connect_timeout)
    except ssl.SSLError as error:
        raise _no_tls(endpoint, address, error) from error
    except TimeoutError as error:
        raise DirectoryUnreachable(
            f"The server did not finish the TLS handshake within {endpoint.connect_timeout:g} s.",
            where=endpoint.place,
            next_step="Check the port: ldaps:// is 636, and ldap:// is 389.",
        ) from error
    except OSError as error:
        raise DirectoryLost(
            f"The connection ended during the TLS handshake ({error}).",
            where=endpoint.place,
            next_step="Check the port, and that the server has a certificate.",
        ) from error


def _context(endpoint: Endpoint) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cadata=endpoint.authority or None)
    except (ssl.SSLError, ValueError) as error:
        raise DirectoryError(
            "The certificate of the directory's authority cannot be read.",
            where=endpoint.place,
            next_step="Give it in PEM form: the text with BEGIN CERTIFICATE in it.",
        ) from error
    # Samba's own authority and many others lack fields that newer Pythons insist on by default.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", ssl.VerifyFlags(0))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


_EXPIRED: Final = 10
_NOT_YET: Final = 9
_REVOKED: Final = 23
_WRONG_NAME: Final = (62, 64)


def _no_tls(endpoint: Endpoint, address: Address, error: ssl.SSLError) -> AzdeskError:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return DirectoryUnreachable(
            f"No TLS could be agreed on with the server ({error.reason or error}).",
            where=endpoint.place,
            next_step="Check the port: ldaps:// is 636, ldap:// is 389; and whether the server has a certificate.",
        )
    code = error.verify_code
    if code == _EXPIRED:
        return DirectoryUnreachable(
            "The server's certificate, or its authority's, has expired.",
            where=endpoint.place,
            next_step="Renew it on the server.",
        )
    if code == _NOT_YET:
        return DirectoryUnreachable(
            "The server's certificate does not hold yet.",
            where=endpoint.place,
            next_step="Check the clocks here and on the server.",
        )
    if code in _WRONG_NAME:
        return DirectoryUnreachable(
            f"The server's certificate does not hold for {address.host}.",
            where=endpoint.place,
            next_step="Connect by a name or address that stands in it, or have one issued that holds for this one.",
        )
    if code == _REVOKED:
        return DirectoryUnreachable(
            "The server's certificate has been revoked.", where=endpoint.place, next_step="Renew it."
        )
    return DirectoryUnreachable(
        f"The server's certificate was not issued by an authority that is trusted here ({error.verify_message}).",
        where=endpoint.place,
        next_step="Give the certificate of the authority that issued it, once you have made sure that it is the right one.",
    )

"""Logging in to a server as a client would: what the three protocols share, and the words for what came of it.

Nothing here is imported before a `Login` step runs: ssl alone takes longer than a look.
"""

from __future__ import annotations

import socket
import ssl
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

REASONS = ("unreachable", "silent", "tls", "password", "forbidden", "empty", "open", "protocol")
"""Why a login was not taken: nothing listens; no answer; TLS cannot be trusted or is not there; account or password are wrong;
right, but not allowed; nothing was found with it; taken without any password; an answer that makes no sense."""
PORTS = {"ldap": 389, "ldaps": 636, "xmpp": 5222, "xmpps": 5223, "sip": 5060, "sip+tcp": 5060, "sips": 5061}
LONGEST = 8.0
"""Seconds that one server has for a login."""


class Refused(Exception):
    """The login was not taken.

    Args:
        reason: one of `REASONS`.
        text: end of a sentence that begins with the server.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason
        self.text = text


class Place:
    """Where a login goes to, and how long it may take."""

    def __init__(self, server: str, timeout: float) -> None:
        scheme, _, rest = server.partition("://")
        host, colon, port = rest.rstrip("/").rpartition(":")
        if not colon or port.endswith("]"):
            host, port = rest.rstrip("/"), ""
        if scheme not in PORTS or not host or (port and not port.isdigit()):
            raise Refused("protocol", "is no address that a login can go to")
        self.scheme = scheme
        self.address = host.strip("[]")
        self.port = int(port) if port else PORTS[scheme]
        self._until = time.monotonic() + timeout

    def left(self) -> float:
        """Seconds left.

        Raises:
            Refused: there are none.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise Refused("silent", "does not answer in time")
        return left


def attempt(server: str, request: Mapping[str, Any], password: str, timeout: float) -> tuple[str, str]:
    """Log in once; why not and the end of a sentence that begins with the server.

    Returns:
        A word of `REASONS`, empty if the login was taken, and what there is to say.
    """
    try:
        place = Place(server, min(timeout, LONGEST))
        if place.scheme.startswith("ldap"):
            from azdesk.onhost import login_ldap

            return "", login_ldap.log_in(place, request, password)
        if place.scheme.startswith("xmpp"):
            from azdesk.onhost import login_xmpp

            return "", login_xmpp.log_in(place, request, password)
        from azdesk.onhost import login_sip

        return "", login_sip.log_in(place, request, password)
    except Refused as refused:
        return refused.reason, refused.text
    except socket.timeout:
        return "silent", "does not answer in time"
    except ssl.SSLError as error:
        return "tls", tls_words(error)
    except ConnectionError as error:
        return "silent", "ends the connection (%s)" % (error.strerror or error)
    except OSError as error:
        return "unreachable", "cannot be reached (%s)" % (error.strerror or error)
    except (ValueError, LookupError) as error:
        return "protocol", "gives an answer that makes no sense (%s)" % error


def connect(place: Place) -> socket.socket:
    """A TCP connection.

    Raises:
        Refused: nothing answers there.
    """
    try:
        return socket.create_connection((place.address, place.port), place.left())
    except socket.timeout:
        raise Refused("unreachable", "cannot be reached (no answer to a connection)") from None
    except OSError as error:
        raise Refused("unreachable", "cannot be reached (%s)" % (error.strerror or error)) from None


def secured(place: Place, sock: socket.socket, request: Mapping[str, Any], name: str) -> ssl.SSLSocket:
    """The connection in TLS, verified if the request names authorities.

    Raises:
        Refused: it cannot be trusted.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authorities = str(request.get("ca") or "")
    if authorities:
        try:
            context.load_verify_locations(authorities)
        except (OSError, ssl.SSLError) as error:
            raise Refused(
                "tls",
                "cannot be verified: %s cannot be read on this host (%s)"
                % (authorities, getattr(error, "strerror", "") or error),
            ) from None
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    sock.settimeout(place.left())
    wanted = str(request.get("name") or "") or name
    try:
        return context.wrap_socket(sock, server_hostname=wanted)
    except ssl.SSLCertVerificationError as error:
        raise Refused("tls", certificate_words(error.verify_code, error.verify_message, wanted)) from None
    except ssl.SSLError as error:
        raise Refused("tls", tls_words(error)) from None
    except socket.timeout:
        raise Refused("silent", "does not answer when TLS begins") from None
    except ConnectionError:
        raise Refused("tls", "ends the connection when TLS begins; it may have no certificate") from None


def certificate_words(code: int, message: str, name: str) -> str:
    """What is wrong with a certificate, by OpenSSL's number for it (X509_STORE_CTX_get_error(3))."""
    if code == 10:
        return "has a TLS certificate that has expired"
    if code == 9:
        return "has a TLS certificate that is not valid yet; compare the clocks"
    if code in (62, 64):
        return "has a TLS certificate that does not hold for %s" % name
    if code in (18, 19, 20, 21, 2):
        return "has a TLS certificate of an authority that is not trusted here"
    if code == 23:
        return "has a TLS certificate that was revoked"
    return "has a TLS certificate that cannot be trusted (%s)" % message


def tls_words(error: ssl.SSLError) -> str:
    return "does not agree on TLS (%s)" % (error.reason or error)

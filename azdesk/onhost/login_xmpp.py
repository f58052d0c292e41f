"""A login to an XMPP server as a client's (RFC 6120): stream, TLS, SASL, a resource, and the end of the stream."""

from __future__ import annotations

import base64
import secrets
from xml.etree import ElementTree as ET

from azdesk.onhost.login import Place, Refused, connect, secured

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any

_STREAM = "{http://etherx.jabber.org/streams}"
_TLS = "{urn:ietf:params:xml:ns:xmpp-tls}"
_SASL = "{urn:ietf:params:xml:ns:xmpp-sasl}"
_BIND = "{urn:ietf:params:xml:ns:xmpp-bind}"
_SCRAM = {"SCRAM-SHA-512": "sha512", "SCRAM-SHA-256": "sha256", "SCRAM-SHA-1": "sha1"}
_FAILURES = {
    "not-authorized": ("password", "refuses the account or its password"),
    "account-disabled": ("forbidden", "says that the account is disabled"),
    "credentials-expired": ("forbidden", "says that the password has expired"),
    "temporary-auth-failure": (
        "silent",
        "cannot check the password now: it does not reach where accounts are kept",
    ),
    "encryption-required": ("tls", "wants TLS for a login"),
}


def log_in(place: Place, request: Mapping[str, Any], password: str) -> str:
    """Log in and bind a resource.

    Raises:
        Refused: it was not taken.
        OSError, ValueError: the connection broke, or the answer is none.
    """
    domain = str(request.get("domain") or "")
    stream = _Stream(place, connect(place), domain)
    try:
        if place.scheme == "xmpps":
            stream.sock = secured(place, stream.sock, request, domain)
            features = stream.open()
        else:
            features = stream.open()
            if features.find(_TLS + "starttls") is None:
                raise Refused("tls", "offers no TLS to clients, and a password is not sent without")
            stream.send("<starttls xmlns='%s'/>" % _TLS[1:-1])
            if stream.next().tag != _TLS + "proceed":
                raise Refused("tls", "does not begin TLS though it offers it")
            stream.sock = secured(place, stream.sock, request, domain)
            features = stream.open()
        _authenticate(stream, features, str(request["account"]), password)
        stream.open()
        stream.send(
            "<iq type='set' id='bind'><bind xmlns='%s'><resource>azdesk-%s</resource></bind></iq>"
            % (_BIND[1:-1], secrets.token_hex(4))
        )
        answer = stream.next()
        jid = answer.findtext("%sbind/%sjid" % (_BIND, _BIND)) or ""
        if answer.get("type") != "result" or not jid:
            raise Refused("forbidden", "takes the password, but gives no session (%s)" % _condition(answer))
        stream.send("</stream:stream>")
        return "takes the login as %s" % jid.partition("/")[0]
    finally:
        stream.sock.close()


def _authenticate(stream: _Stream, features: ET.Element, account: str, password: str) -> None:
    offered = [(each.text or "").strip() for each in features.iter(_SASL + "mechanism")]
    if "PLAIN" in offered:
        stream.send(_auth("PLAIN", ("\0%s\0%s" % (account, password)).encode()))
        _success(stream.next())
        return
    for name, digest in _SCRAM.items():
        if name in offered:
            _scram(stream, name, digest, account, password)
            return
    raise Refused(
        "forbidden", "offers no way to log in with a password (only %s)" % (", ".join(offered) or "none")
    )


def _auth(mechanism: str, data: bytes) -> str:
    return "<auth xmlns='%s' mechanism='%s'>%s</auth>" % (
        _SASL[1:-1],
        mechanism,
        base64.b64encode(data).decode(),
    )


def _scram(stream: _Stream, mechanism: str, digest: str, account: str, password: str) -> None:
    """RFC 5802, without channel binding."""
    import hashlib
    import hmac

    first = "n=%s,r=%s" % (account.replace("=", "=3D").replace(",", "=2C"), secrets.token_hex(12))
    stream.send(_auth(mechanism, ("n,," + first).encode()))
    challenge = stream.next()
    if challenge.tag != _SASL + "challenge":
        _success(challenge)
    said = base64.b64decode(challenge.text or "").decode()
    parts = dict(part.split("=", 1) for part in said.split(","))
    salted = hashlib.pbkdf2_hmac(digest, password.encode(), base64.b64decode(parts["s"]), int(parts["i"]))
    last = "c=biws,r=" + parts["r"]
    whole = f"{first},{said},{last}".encode()
    key = hmac.new(salted, b"Client Key", digest).digest()
    signature = hmac.new(hashlib.new(digest, key).digest(), whole, digest).digest()
    proof = bytes(one ^ other for one, other in zip(key, signature))
    last += ",p=" + base64.b64encode(proof).decode()
    stream.send(
        "<response xmlns='%s'>%s</response>" % (_SASL[1:-1], base64.b64encode(last.encode()).decode())
    )
    _success(stream.next())


def _success(answer: ET.Element) -> None:
    if answer.tag == _SASL + "success":
        return
    condition = _condition(answer)
    reason, words = _FAILURES.get(condition, ("forbidden", "refuses the login (%s)" % condition))
    raise Refused(reason, words)


def _condition(element: ET.Element) -> str:
    """Name and text of the condition in an error."""
    inner = element.find("{jabber:client}error")
    for each in inner if inner is not None else element:
        if not each.tag.endswith("}text"):
            return each.tag.rpartition("}")[2]
    return "no reason given"


class _Stream:
    """An XML stream: what is sent is text, what comes are whole elements."""

    def __init__(self, place: Place, sock: socket.socket, domain: str) -> None:
        self.place = place
        self.sock = sock
        self.domain = domain

    def open(self) -> ET.Element:
        """Begin a new stream; its features."""
        self._parser: Any = ET.XMLPullParser(("start", "end"))
        self._depth = 0
        self._ready: list[ET.Element] = []
        self.send(
            "<?xml version='1.0'?><stream:stream to='%s' version='1.0' xmlns='jabber:client' "
            "xmlns:stream='%s'>" % (_escaped(self.domain), _STREAM[1:-1])
        )
        features = self.next()
        if features.tag != _STREAM + "features":
            raise ValueError("a stream without features")
        return features

    def send(self, text: str) -> None:
        self.sock.settimeout(self.place.left())
        self.sock.sendall(text.encode())

    def next(self) -> ET.Element:
        """The next whole element.

        Raises:
            Refused: the server ends the stream.
        """
        while not self._ready:
            self.sock.settimeout(self.place.left())
            data = self.sock.recv(1 << 16)
            if not data:
                raise Refused("silent", "ends the connection without an answer")
            self._feed(data)
        element = self._ready.pop(0)
        if element.tag == _STREAM + "error":
            condition = _condition(element)
            if condition == "host-unknown":
                raise Refused("forbidden", "does not serve %s" % self.domain)
            raise Refused("forbidden", "ends the stream (%s)" % condition)
        return element

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed(data)
            for event, element in self._parser.read_events():
                self._depth += 1 if event == "start" else -1
                if event == "end" and self._depth == 1:
                    self._ready.append(element)
        except ET.ParseError:
            raise ValueError("something else than XMPP") from None


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;")

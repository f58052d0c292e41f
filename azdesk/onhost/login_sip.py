"""A phone's REGISTER with digest, and its end (RFC 3261, 8760): over UDP, TCP or TLS."""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import time

from azdesk.onhost.login import Place, Refused, connect, secured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_FIRST_AGAIN = 0.5
"""Seconds until a request over UDP is sent again, doubled each time (timer E)."""
_DIGESTS = {"MD5": "md5", "SHA-256": "sha256", "SHA-512-256": "sha512_256"}
_REFUSALS = {
    401: ("password", "refuses the account or its password"),
    403: ("forbidden", "forbids it"),
    404: ("password", "knows no such account"),
    407: ("password", "refuses the account or its password"),
    423: ("forbidden", "wants a longer registration"),
    480: ("silent", "is not available"),
    503: ("silent", "is not available"),
}


def log_in(place: Place, request: Mapping[str, Any], password: str) -> str:
    """Register, and take it back.

    Raises:
        Refused: it was not taken, or taken without a password.
        OSError, ValueError: the connection broke, or the answer is none.
    """
    phone = _Phone(place, request)
    try:
        code, head = phone.ask(60, "")
        if code == 200:
            phone.ask(0, "")
            raise Refused("open", "registers phones without asking for a password")
        if code not in (401, 407):
            raise _refusal(code, head)
        proof = _proof(head, str(request["account"]), password, phone.uri)
        code, head = phone.ask(60, proof)
        if code in (401, 407) and "stale=true" in head.lower():
            proof = _proof(head, str(request["account"]), password, phone.uri)
            code, head = phone.ask(60, proof)
        if code != 200:
            raise _refusal(code, head)
        phone.unregister(str(request["account"]), password, proof)
        return "takes the registration, and its end"
    finally:
        phone.sock.close()


def _refusal(code: int, head: str) -> Refused:
    reason, words = _REFUSALS.get(code, ("protocol", "refuses it"))
    return Refused(
        reason, "%s (SIP: %s)" % (words, head.split("\r\n", maxsplit=1)[0].partition(" ")[2][:100])
    )


def _proof(head: str, account: str, password: str, uri: str) -> str:
    """The header with the answer to a challenge: of several, the first that can be answered."""
    for kind, rest in re.findall(r"(?im)^(WWW|Proxy)-Authenticate:[ \t]*Digest[ \t]+(.*?)\r?$", head):
        given = {
            name.lower(): quoted or bare
            for name, quoted, bare in re.findall(r'(\w+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))', rest)
        }
        algorithm = given.get("algorithm", "MD5")
        kind_of = _DIGESTS.get(algorithm.upper())
        if kind_of is None or "nonce" not in given:
            continue

        def digest(text: str, name: str = kind_of) -> str:
            return hashlib.new(name, text.encode()).hexdigest()

        realm, nonce = given.get("realm", ""), given["nonce"]
        one = digest("%s:%s:%s" % (account, realm, password))
        two = digest("REGISTER:%s" % uri)
        fields = 'username="%s", realm="%s", nonce="%s", uri="%s", algorithm=%s' % (
            account,
            realm,
            nonce,
            uri,
            algorithm,
        )
        if "auth" in given.get("qop", "").split(","):
            count, own = "00000001", secrets.token_hex(8)
            answer = digest(f"{one}:{nonce}:{count}:{own}:auth:{two}")
            fields += ', qop=auth, nc=%s, cnonce="%s"' % (count, own)
        else:
            answer = digest(f"{one}:{nonce}:{two}")
        if "opaque" in given:
            fields += ', opaque="%s"' % given["opaque"]
        name = "Authorization" if kind.upper() == "WWW" else "Proxy-Authorization"
        return '%s: Digest %s, response="%s"\r\n' % (name, fields, answer)
    raise Refused("protocol", "asks for a password in a way that is not known here")


class _Phone:
    """One phone's registration: a connection, and requests that follow each other."""

    def __init__(self, place: Place, request: Mapping[str, Any]) -> None:
        self.place = place
        self.udp = place.scheme == "sip"
        if self.udp:
            family, kind, protocol, _, target = socket.getaddrinfo(
                place.address, place.port, 0, socket.SOCK_DGRAM
            )[0]
            self.sock = socket.socket(family, kind, protocol)
            self.sock.connect(target)
        else:
            self.sock = connect(place)
            if place.scheme == "sips":
                self.sock = secured(place, self.sock, request, place.address)
        address, port = self.sock.getsockname()[:2]
        self._here = "%s:%d" % ("[%s]" % address if ":" in address else address, port)
        self._transport = {"sip": "UDP", "sip+tcp": "TCP", "sips": "TLS"}[place.scheme]
        domain = str(request.get("domain") or "") or place.address
        self.uri = "sip:%s" % ("[%s]" % domain if ":" in domain else domain)
        self._account = str(request["account"])
        self._call = secrets.token_hex(12)
        self._tag = secrets.token_hex(6)
        self._number = 0
        self._rest = b""

    def unregister(self, account: str, password: str, proof: str) -> None:
        """Take the registration back; a server may want the password for each request anew."""
        code, head = self.ask(0, proof)
        if code in (401, 407):
            code, head = self.ask(0, _proof(head, account, password, self.uri))
        if code != 200:
            raise Refused("protocol", "does not take the end of a registration (SIP: %d)" % code)

    def ask(self, seconds: int, proof: str) -> tuple[int, str]:
        """One REGISTER and its final answer: code and head."""
        self._number += 1
        branch = "z9hG4bK" + secrets.token_hex(8)
        aor = "sip:%s@%s" % (self._account, self.uri.partition(":")[2])
        transport = "" if self.udp else ";transport=%s" % self._transport.lower()
        text = (
            "REGISTER %s SIP/2.0\r\n"
            "Via: SIP/2.0/%s %s;branch=%s;rport\r\n"
            "Max-Forwards: 70\r\n"
            "From: <%s>;tag=%s\r\n"
            "To: <%s>\r\n"
            "Call-ID: %s\r\n"
            "CSeq: %d REGISTER\r\n"
            "Contact: <sip:%s@%s%s>;expires=%d\r\n"
            "Expires: %d\r\n"
            "User-Agent: AZDesk\r\n"
            "%sContent-Length: 0\r\n\r\n"
        ) % (
            self.uri, self._transport, self._here, branch, aor, self._tag, aor, self._call, self._number,
            self._account, self._here, transport, seconds, seconds, proof,
        )  # fmt: skip
        data = text.encode()
        return self._over_udp(data) if self.udp else self._over_stream(data)

    def _over_udp(self, data: bytes) -> tuple[int, str]:
        again, patience = 0.0, _FIRST_AGAIN
        while True:
            now = time.monotonic()
            if now >= again:
                self.sock.send(data)
                again, patience = now + patience, min(patience * 2, 4.0)
            self.sock.settimeout(max(0.01, min(self.place.left(), again - now)))
            try:
                answer = self._final(self.sock.recv(1 << 16))
            except socket.timeout:
                continue
            except ConnectionRefusedError:
                raise Refused("unreachable", "cannot be reached (nothing listens there)") from None
            if answer is not None:
                return answer

    def _over_stream(self, data: bytes) -> tuple[int, str]:
        self.sock.sendall(data)
        while True:
            head, split, rest = self._rest.partition(b"\r\n\r\n")
            if split:
                length = re.search(rb"(?im)^(?:Content-Length|l)[ \t]*:[ \t]*(\d+)", head)
                size = int(length[1]) if length else 0
                if len(rest) >= size:
                    self._rest = rest[size:]
                    answer = self._final(head)
                    if answer is not None:
                        return answer
                    continue
            self.sock.settimeout(self.place.left())
            part = self.sock.recv(1 << 16)
            if not part:
                raise Refused("silent", "ends the connection without an answer")
            self._rest += part

    def _final(self, data: bytes) -> tuple[int, str] | None:
        """Code and head of an answer to the present request; None for others and provisional ones."""
        head = data.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
        match = re.match(r"SIP/2\.0 (\d{3})", head)
        number = re.search(r"(?im)^CSeq[ \t]*:[ \t]*(\d+)", head)
        if match is None or number is None:
            # An OPTIONS with which the server asks whether the phone is there.
            if re.match(r"[A-Z]+ \S+ SIP/2\.0", head):
                return None
            raise ValueError("something else than SIP")
        code = int(match[1])
        return (code, head) if code >= 200 and int(number[1]) == self._number else None

"""A simple bind to an LDAP server and a search, by hand (RFC 4511): Debian has no LDAP client in its base."""

from __future__ import annotations

from azdesk.onhost.login import Place, Refused, connect, secured

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from typing import Any

_LIMIT = 1 << 20
# Why Active Directory refuses with "invalid credentials", by the number after "data".
_ACTIVE_DIRECTORY = {
    "525": ("password", "knows no such account"),
    "52e": ("password", "refuses the account or its password"),
    "530": ("forbidden", "lets the account in at other hours only"),
    "531": ("forbidden", "does not let the account in from here"),
    "532": ("forbidden", "says that the account's password has expired"),
    "533": ("forbidden", "says that the account is disabled"),
    "701": ("forbidden", "says that the account has expired"),
    "773": ("forbidden", "wants the account's password changed first"),
    "775": ("forbidden", "says that the account is locked"),
}
CODES = {
    8: ("tls", "wants TLS for a login"),
    13: ("tls", "wants TLS for a login"),
    32: ("empty", "has no such entry"),
    34: ("protocol", "does not take the name as a DN"),
    48: ("password", "has no password for this account"),
    49: ("password", "refuses the account or its password"),
    50: ("forbidden", "does not let the account read there"),
    51: ("silent", "is busy"),
    52: ("silent", "is not available"),
    53: ("password", "refuses a login without a password"),
}


def log_in(place: Place, request: Mapping[str, Any], password: str) -> str:
    """Bind, and find something if the request says where.

    Raises:
        Refused: it was not taken.
        OSError, ValueError: the connection broke, or the answer is none.
    """
    sock = bound(place, request, password)
    try:
        found = ""
        base = str(request.get("base") or "")
        if base:
            _search(place, sock, base, str(request.get("search") or "(objectClass=*)"))
            found = " and found what it should find"
        sock.sendall(tlv(0x30, integer(3) + tlv(0x42, b"")))
        return "takes the login" + found
    finally:
        sock.close()


def bound(place: Place, request: Mapping[str, Any], password: str) -> socket.socket:
    """A connection that is logged in; to be closed by whoever asked for it.

    Raises:
        Refused: it was not taken.
        OSError, ValueError: the connection broke, or the answer is none.
    """
    sock: socket.socket = connect(place)
    try:
        if place.scheme == "ldaps":
            sock = secured(place, sock, request, place.address)
        bind = tlv(0x60, integer(3) + octets(request["account"]) + tlv(0x80, password.encode()))
        sock.settimeout(place.left())
        sock.sendall(tlv(0x30, integer(1) + bind))
        judge(*result(_answer(place, sock)))
    except BaseException:
        sock.close()
        raise
    return sock


def _search(place: Place, sock: socket.socket, base: str, text: str) -> None:
    # whole subtree, aliases not followed, one entry, no time limit, types only, no attributes
    head = octets(base) + tlv(0x0A, b"\2") + tlv(0x0A, b"\0") + integer(1) + integer(0) + tlv(1, b"\xff")
    sock.sendall(tlv(0x30, integer(2) + tlv(0x63, head + encoded(text) + tlv(0x30, octets("1.1")))))
    entries = 0
    while True:
        tag, body = _answer(place, sock)
        if tag == 0x64:
            entries += 1
        elif tag == 0x65:
            code, said = result((tag, body))
            if code not in (0, 4):
                judge(code, said)
            break
    if not entries:
        raise Refused(
            "empty", "takes the login, but nothing is found with it below %s that matches %s" % (base, text)
        )


def judge(code: int, said: str) -> None:
    """Raise what a result's code means, unless it means success.

    Raises:
        Refused: it does not.
    """
    if code == 0:
        return
    number = said.rpartition(", data ")[2].split(",")[0].strip().lower() if ", data " in said else ""
    reason, words = CODES.get(code, ("protocol", "refuses with LDAP's code %d" % code))
    if code == 49 and number in _ACTIVE_DIRECTORY:
        reason, words = _ACTIVE_DIRECTORY[number]
        said = ""
    raise Refused(reason, words + (" (%s)" % said.strip().rstrip("\0")[:200] if said else ""))


def result(answer: tuple[int, bytes]) -> tuple[int, str]:
    """Code and diagnostic message of a response."""
    tag, body = answer
    if tag not in (0x61, 0x65):
        raise ValueError("an LDAP answer of the kind 0x%02x" % tag)
    _, code, rest = element(body)
    _, _, rest = element(rest)
    _, said, _ = element(rest)
    return int.from_bytes(code, "big"), said.decode("utf-8", "replace")


def _answer(place: Place, sock: socket.socket) -> tuple[int, bytes]:
    """Tag and content of the next message's operation."""
    return message(place, sock)[:2]


def message(place: Place, sock: socket.socket) -> tuple[int, bytes, bytes]:
    """Tag and content of the next message's operation, and the controls after it."""
    head = _exactly(place, sock, 2)
    size = head[1]
    if size & 0x80:
        size = int.from_bytes(_exactly(place, sock, size & 0x7F), "big")
    if head[0] != 0x30 or size > _LIMIT:
        raise ValueError("something else than LDAP")
    _, _, rest = element(_exactly(place, sock, size))
    tag, body, controls = element(rest)
    if tag == 0x78:  # notice of disconnection (RFC 4511, 4.4.1)
        judge(*result((0x61, body)))
    return tag, body, controls


def _exactly(place: Place, sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        sock.settimeout(place.left())
        part = sock.recv(count - len(data))
        if not part:
            raise Refused("silent", "ends the connection without an answer")
        data += part
    return data


# -- BER (X.690), definite lengths only --------------------------------------------------------------------


def tlv(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def integer(value: int) -> bytes:
    return tlv(2, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: Any) -> bytes:
    return tlv(4, str(value).encode())


def element(data: bytes) -> tuple[int, bytes, bytes]:
    """Tag and content of the first element, and what comes after it."""
    if len(data) < 2:
        raise ValueError("an LDAP answer that ends early")
    size, at = data[1], 2
    if size & 0x80:
        at += size & 0x7F
        size = int.from_bytes(data[2:at], "big")
    if len(data) < at + size:
        raise ValueError("an LDAP answer that ends early")
    return data[0], data[at : at + size], data[at + size :]


# -- filters (RFC 4515) ------------------------------------------------------------------------------------


def encoded(text: str) -> bytes:
    """A filter as it goes over the wire.

    Raises:
        ValueError: it is none.
    """
    body, at = _filter(text, 0)
    if at != len(text):
        raise ValueError("a filter with something after it")
    return body


def _filter(text: str, at: int) -> tuple[bytes, int]:
    if text[at : at + 1] != "(":
        raise ValueError("no filter: %s" % text)
    sign = text[at + 1 : at + 2]
    if sign and sign in "&|!":
        at, parts = at + 2, b""
        while text[at : at + 1] == "(":
            part, at = _filter(text, at)
            parts += part
        if text[at : at + 1] != ")":
            raise ValueError("a filter that does not end: %s" % text)
        return tlv({"&": 0xA0, "|": 0xA1, "!": 0xA2}[sign], parts), at + 1
    end = text.find(")", at)
    name, equals, value = text[at + 1 : end].partition("=")
    if end < 0 or not equals or not name:
        raise ValueError("no filter: %s" % text)
    return _item(name, value), end + 1


def _item(name: str, value: str) -> bytes:
    for sign, tag in ((">", 0xA5), ("<", 0xA6), ("~", 0xA8)):
        if name.endswith(sign):
            return tlv(tag, octets(name[:-1]) + tlv(4, _bytes(value)))
    if name.endswith(":"):
        attribute, *more = name[:-1].split(":")
        rules = [word for word in more if word and word.lower() != "dn"]
        body = tlv(0x81, rules[0].encode()) if rules else b""
        body += tlv(0x82, attribute.encode()) if attribute else b""
        body += tlv(0x83, _bytes(value))
        return tlv(0xA9, body + (tlv(0x84, b"\xff") if "dn" in (word.lower() for word in more) else b""))
    if value == "*":
        return tlv(0x87, name.encode())
    if "*" not in value:
        return tlv(0xA3, octets(name) + tlv(4, _bytes(value)))
    first, *middle, last = value.split("*")
    parts = tlv(0x80, _bytes(first)) if first else b""
    parts += b"".join(tlv(0x81, _bytes(part)) for part in middle if part)
    parts += tlv(0x82, _bytes(last)) if last else b""
    return tlv(0xA4, octets(name) + tlv(0x30, parts))


def _bytes(value: str) -> bytes:
    """A value with ``\\xx`` for a byte."""
    first, *rest = value.split("\\")
    return first.encode() + b"".join(bytes((int(part[:2], 16),)) + part[2:].encode() for part in rest)

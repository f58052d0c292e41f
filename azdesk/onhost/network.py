"""Sockets for probes, on the low-level module: importing socket or http.client takes longer than the probe."""

from __future__ import annotations

import _socket
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_BODY_LIMIT = 4 << 20
# Two classes up to Python 3.9, one since.
_TIMEOUT = (TimeoutError, _socket.timeout)


def post(port: int, path: str, body: str, timeout: float) -> dict[str, Any]:
    """One POST to the loopback: ``{answered, status, body}``.

    Raises:
        OSError: something listens but does not answer in HTTP, or not in time.
    """
    deadline = time.monotonic() + timeout
    data = body.encode("utf-8", "surrogateescape")
    sock = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout)
        try:
            sock.connect(("127.0.0.1", port))
        except ConnectionRefusedError:
            return {"answered": False, "status": 0, "body": ""}
        # ejabberd has a virtual host of that name and none called 127.0.0.1, which it would warn about each time.
        # Version 1.0, so that the answer ends with the connection and is never in chunks.
        head = "POST %s HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        request = (head % (path, len(data))).encode("ascii", "replace") + data
        while request:
            request = request[sock.send(request) :]
        answer = bytearray()
        while len(answer) < _BODY_LIMIT:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(110, "no answer within %g s" % timeout)
            sock.settimeout(left)
            part = sock.recv(1 << 16)
            if not part:
                break
            answer += part
            if _complete(answer):
                break
    except _TIMEOUT:
        raise TimeoutError(110, "no answer within %g s" % timeout) from None
    finally:
        sock.close()
    return _parse(bytes(answer))


def _complete(answer: bytearray) -> bool:
    head, split, rest = bytes(answer).partition(b"\r\n\r\n")
    for line in head.split(b"\r\n")[1:] if split else ():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return len(rest) >= int(value)
    return False


def _parse(answer: bytes) -> dict[str, Any]:
    head, split, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n")[0].split(b" ", 2)
    if not split or len(words) < 2 or not words[0].startswith(b"HTTP/") or not words[1].isdigit():
        raise OSError(71, "what listens there does not speak HTTP")
    if b"transfer-encoding: chunked" in head.lower():
        body = _joined(body)
    return {"answered": True, "status": int(words[1]), "body": body.decode("utf-8", "replace")}


def _joined(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size.split(b";")[0] or b"0", 16)
        if not length:
            break
        whole, body = whole + body[:length], body[length + 2 :]
    return whole


def connect(address: str, port: int, timeout: float) -> dict[str, Any]:
    """Try a TCP connection: ``{connected, seconds, error}``."""
    started = time.monotonic()
    error = "the name does not resolve"
    try:
        targets = _socket.getaddrinfo(address, port, 0, _socket.SOCK_STREAM)
    except OSError as problem:
        targets, error = [], problem.strerror or str(problem)
    for family, kind, protocol, _, target in targets:
        sock = _socket.socket(family, kind, protocol)
        try:
            sock.settimeout(max(0.05, timeout - (time.monotonic() - started)))
            sock.connect(target)
            return {"connected": True, "seconds": time.monotonic() - started, "error": ""}
        except _TIMEOUT:
            error = "no answer within %g s" % timeout
        except OSError as problem:
            error = problem.strerror or str(problem)
        finally:
            sock.close()
    return {"connected": False, "seconds": time.monotonic() - started, "error": error}


def addresses_of(name: str) -> list[str]:
    """What a name resolves to, each address once.

    Raises:
        OSError: the resolver itself is in trouble.
    """
    try:
        found = _socket.getaddrinfo(name, None, 0, _socket.SOCK_STREAM)
    except _socket.gaierror as error:
        if error.errno == getattr(_socket, "EAI_AGAIN", -3):
            raise OSError(11, "the name server does not answer") from None
        return []
    addresses: list[str] = []
    for entry in found:
        address = str(entry[4][0])
        if address not in addresses:
            addresses.append(address)
    return addresses


def own_addresses() -> list[str]:
    """Addresses of global scope, asked from the kernel; rtnetlink(7), RTM_GETADDR."""
    sock = _socket.socket(_socket.AF_NETLINK, _socket.SOCK_RAW, 0)
    try:
        sock.settimeout(2.0)
        # Header of 16 bytes (length, type, NLM_F_REQUEST | NLM_F_DUMP, number, port) and the family: any.
        sock.send(_bytes(17, 4) + _bytes(22, 2) + _bytes(0x301, 2) + bytes(8) + bytes(1))
        found: list[str] = []
        while True:
            data = sock.recv(1 << 16)
            while len(data) >= 16:
                size, kind = _number(data, 0, 4), _number(data, 4, 2)
                if kind in (2, 3) or size < 16:
                    return found
                _address(data[16:size], found)
                data = data[(size + 3) & ~3 :]
            if not data:
                continue
    finally:
        sock.close()


def _address(message: bytes, found: list[str]) -> None:
    family, scope = message[0], message[3]
    if scope != 0:
        return
    rest = message[8:]
    best = b""
    while len(rest) >= 4:
        size, kind = _number(rest, 0, 2), _number(rest, 2, 2)
        if size < 4:
            break
        # IFA_LOCAL (2) is the own address where IFA_ADDRESS (1) is the other end's.
        if kind == 2 or (kind == 1 and not best):
            best = rest[4:size]
        rest = rest[(size + 3) & ~3 :]
    if best:
        found.append(_socket.inet_ntop(family, best))


def _number(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], sys.byteorder)


def _bytes(number: int, size: int) -> bytes:
    return number.to_bytes(size, sys.byteorder)


def ssh_connection() -> tuple[str, int]:
    """Client's address and sshd's port of the connection that this process serves; empty and 0 if none is found.

    sudo takes the variable out of the environment: a process above has it.
    """
    import os

    said = os.environ.get("SSH_CONNECTION", "")
    pid = os.getppid() if hasattr(os, "getppid") else 0
    for _ in range(16):
        if said or pid <= 1:
            break
        try:
            with open("/proc/%d/environ" % pid, "rb") as file:
                variables = file.read().split(b"\0")
            with open("/proc/%d/stat" % pid, "rb") as file:
                pid = int(file.read().rpartition(b")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            break
        for one in variables:
            if one.startswith(b"SSH_CONNECTION="):
                said = one[15:].decode("ascii", "replace")
    words = said.split()
    if len(words) != 4 or not words[3].isdigit():
        return "", 0
    return words[0].partition("%")[0], int(words[3])

"""Carries bytes between standard input and output and a socket on this host; ends when either side does.

A program of its own, not a part of the helper: ``python3 -I -S -u -c <this text> TOKEN TARGET``. The target is the path
of a Unix socket, or ``address:port``. Its first line on standard output is the token and ``ok``, or the token, an error
number and what it means; whatever a login shell printed stands before it.
"""

import os
import select
import socket
import sys

CONNECT_TIMEOUT = 10.0
CHUNK = 1 << 16
FULL = 1 << 20
LAST_WORDS = 2.0
"""Seconds for what the workstation said last, once it has ended."""


def connect(target: str) -> socket.socket:
    if target.startswith("/"):
        made = socket.socket(socket.AF_UNIX)
        made.settimeout(CONNECT_TIMEOUT)
        try:
            made.connect(target)
        except OSError:
            made.close()
            raise
        return made
    address, _, port = target.rpartition(":")
    made = socket.create_connection((address.strip("[]"), int(port)), CONNECT_TIMEOUT)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def carry(made: socket.socket, source: int, sink: int) -> None:
    """Until an end. What is on its way is held back once it is too much."""
    made.setblocking(False)
    os.set_blocking(sink, False)
    up, down, ended = bytearray(), bytearray(), False
    while True:
        reads = ([source] if len(up) < FULL else []) + ([made] if len(down) < FULL and not ended else [])
        writes = ([made] if up else []) + ([sink] if down else [])
        readable, writable, _ = select.select(reads, writes, [])
        if source in readable:
            data = os.read(source, CHUNK)
            if not data:
                made.settimeout(LAST_WORDS)
                made.sendall(up)
                return
            up += data
        if made in writable:
            del up[: made.send(up)]
        if made in readable:
            try:
                data = made.recv(CHUNK)
            except ConnectionResetError:
                data = b""
            ended = not data
            down += data
        if sink in writable:
            del down[: os.write(sink, down)]
        if ended and not down:
            return


def main(token: str, target: str) -> int:
    try:
        made = connect(target)
    except OSError as error:
        number = error.errno or (110 if isinstance(error, TimeoutError) else 0)
        print(token, number, error.strerror or error, flush=True)
        return 3
    print(token, "ok", flush=True)
    try:
        with made:
            carry(made, sys.stdin.fileno(), sys.stdout.fileno())
    except OSError:
        return 4  # one of the two is gone, and nobody is left to tell
    return 0


if __name__ == "__main__":
    # Without the interpreter's own end, which would complain of a standard output that is gone.
    os._exit(main(*sys.argv[1:3]))

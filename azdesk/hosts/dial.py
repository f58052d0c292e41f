"""A TCP connection to a host's SSH server.

Kept apart from `azdesk.hosts.session`, which brings paramiko along: the hosts' sshd can start its work for us
while paramiko is still being imported.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from azdesk.core.errors import Unreachable
from azdesk.hosts.route import Hop

GONE_AFTER = 25
"""Seconds after which a connection whose packets nobody acknowledges is given up (where the system can)."""

Addresses: TypeAlias = list[tuple[socket.AddressFamily, Any]]
"""Families and socket addresses, in the order the system prefers."""


def resolved(hop: Hop, where: str) -> Addresses:
    """The addresses of a name.

    Raises:
        Unreachable: it does not resolve, or not in time.
    """
    found: Addresses = []
    failure: list[OSError] = []

    def ask() -> None:
        try:
            # As bytes where that is all there is to it: from text, Python loads its tables of all of Unicode first.
            name = hop.address.encode("ascii") if hop.address.isascii() else hop.address
            for family, _, _, _, address in socket.getaddrinfo(name, hop.port, type=socket.SOCK_STREAM):
                found.append((family, address))
        except (OSError, ValueError) as error:
            failure.append(error if isinstance(error, OSError) else OSError(str(error)))

    if _is_ip(hop.address):
        ask()
    else:
        # A resolver without a server takes half a minute and cannot be interrupted.
        asking = threading.Thread(target=ask, name=f"resolving {hop.address}", daemon=True)
        asking.start()
        asking.join(hop.connect_timeout)
    if not found:
        why = f": {failure[0].strerror or failure[0]}" if failure else " in time"
        raise Unreachable(
            f"The name {hop.address} does not resolve{why}.",
            where=where,
            next_step="Check the spelling and your name server, or enter an IP address.",
        )
    return found


def _is_ip(address: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            socket.inet_pton(family, address)
            return True
    return False


def _tune(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_AFTER * 1000)


def dialled(
    hop: Hop, addresses: Addresses, where: str, keep: Callable[[socket.socket], None]
) -> socket.socket:
    """A connection to the first address that takes one.

    Args:
        keep: called with each socket before it is used, so that another thread can shut it; may raise.

    Raises:
        Unreachable: none of them does.
    """
    failure: OSError | None = None
    for family, address in addresses:
        connection = socket.socket(family, socket.SOCK_STREAM)
        keep(connection)
        connection.settimeout(hop.connect_timeout)
        try:
            connection.connect(address)
        except OSError as error:
            connection.close()
            keep(connection)
            failure = error
            continue
        _tune(connection)
        return connection
    raise _unreachable(hop, where, failure)


def close_quietly(opened: Any) -> None:
    """Close a socket or something like it, waking whoever waits on it."""
    if isinstance(opened, socket.socket):
        with contextlib.suppress(OSError):
            opened.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(Exception):
        opened.close()


def _unreachable(hop: Hop, where: str, error: OSError | None) -> Unreachable:
    place = hop.place
    if isinstance(error, TimeoutError):
        return Unreachable(
            f"No answer from {place} within {hop.connect_timeout:g} s.",
            where=where,
            next_step="Check the address, whether the host is on, and firewalls in between.",
        )
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(
            f"{place} refuses connections.",
            where=where,
            next_step="Check the port, and whether sshd runs there.",
        )
    why = error.strerror if error is not None and error.strerror else "no address to try"
    return Unreachable(f"{place} cannot be reached: {why}.", where=where, next_step="Check the network.")

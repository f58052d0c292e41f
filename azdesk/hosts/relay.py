"""A byte stream to something on a host's side, such as slapd's Unix socket, carried over SSH.

A small program there (`azdesk.onhost.relay`) does the carrying, started as root like the helper. So nothing listens that did
not listen before, and who connects is root as far as the host can tell.
"""

from __future__ import annotations

import contextlib
import functools
import ipaddress
import re
import secrets as randomness
import shlex
import time
from importlib import resources
from typing import TYPE_CHECKING

from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import DirectoryUnreachable, LinkError, LinkLost, LinkTimeout, Unreachable
from azdesk.core.progress import Job
from azdesk.hosts.start import Start, helper_program

if TYPE_CHECKING:
    from azdesk.directory.endpoint import Endpoint
    from azdesk.fleet.credentials import SecretSource
    from azdesk.hosts.pool import HostPool
    from azdesk.hosts.session import ChannelStream, Reached

LDAPI = "/run/slapd/ldapi"
"""Where Debian's slapd listens for programs on its own host."""
START_TIMEOUT = 30.0
"""Seconds for starting Python and connecting there."""
_NOISE = 1 << 16
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


@functools.cache
def program() -> str:
    """The relay's text."""
    return (resources.files("azdesk.onhost") / "relay.py").read_text(encoding="utf-8")


def checked(target: str) -> str:
    """A target as the relay takes it: a path, or ``address:port``.

    Raises:
        Unreachable: it is none.
    """
    if target.startswith("/") and "\0" not in target and len(target.encode()) < 108:
        return target
    address, _, port = target.rpartition(":")
    if port.isascii() and port.isdigit() and 0 < int(port) < 65536:
        if _NAME.fullmatch(address):
            return target
        with contextlib.suppress(ValueError):
            return f"[{ipaddress.ip_address(address.strip('[]'))}]:{port}"
    raise Unreachable(f"“{target}” is neither a path nor address:port.", next_step="Correct it.")


def start_relay(reached: Reached, target: str, secrets: SecretSource, job: Job) -> RelayStream:
    """Start the relay on a host that is logged in to; returns once it is connected there.

    Raises:
        Unreachable: nothing listens at the target.
        LinkError: the relay does not start there; see its subclasses.
    """
    from azdesk.hosts.session import ChannelStream, give_password, run_command

    target, token = checked(target), f"relay-{randomness.token_hex(8)}"
    start = Start(f"{helper_program(program())} {token} {shlex.quote(target)}", reached.hop.sudo)
    stream = ChannelStream(run_command(reached, start.command), reached)
    forget = job.on_cancel(stream.close)
    try:
        if start.waits:
            give_password(stream, start, reached.hop, secrets, reached.where)
        job.check()
        return RelayStream(stream, _first_line(stream, token, target, reached.where))
    except (LinkError, TimeoutError):
        job.check()
        raise
    finally:
        forget()


def _first_line(stream: ChannelStream, token: str, target: str, where: str) -> bytes:
    """Wait for the relay's first line; returns what has come behind it."""
    deadline = time.monotonic() + START_TIMEOUT
    came, mark = b"", token.encode()
    while True:
        before, found, after = came.partition(mark)
        line, newline, rest = after.partition(b"\n")
        if found and newline:
            break
        try:
            data = stream.read(deadline - time.monotonic()) if deadline > time.monotonic() else None
        except TimeoutError:
            data = None
        except OSError as error:
            raise LinkLost("The connection ended while the relay was started.", where=where) from error
        if data is None:
            raise LinkTimeout(
                f"No connection to {target} came about within {START_TIMEOUT:g} s.",
                where=where,
                next_step="Try again.",
            )
        if not data:
            raise stream.explain(before) or LinkLost(
                "The connection ended while the relay was started.", where=where
            )
        came = (came + data)[-_NOISE:]
    words = line.decode("utf-8", "replace").strip()
    if words == "ok":
        return rest
    number, _, meaning = words.partition(" ")
    raise Unreachable(
        f"{target} takes no connection there: {meaning or words}.",
        where=where,
        next_step=_advice(number, target),
    )


def _advice(number: str, target: str) -> str:
    # Linux's numbers, whatever system this runs on.
    if number == "2":
        return "Look whether the server runs, and whether it listens there."
    if number == "13":
        return "Log in as root, or let the credential become root with sudo."
    if number == "111":
        return "Look whether the server runs."
    if number in ("110", "113", "101"):
        return "Check the address as seen from the host, and firewalls in between."
    return f"Try it on the host: is {target} right?"


class RelayStream:
    """The stream, once it is connected."""

    def __init__(self, stream: ChannelStream, first: bytes) -> None:
        self._stream = stream
        self._first = first

    @property
    def alive(self) -> bool:
        return self._stream.alive

    def read(self, timeout: float) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first
        return self._stream.read(timeout)

    def write(self, data: bytes, timeout: float) -> None:
        self._stream.write(data, timeout)

    def close(self) -> None:
        self._stream.close()


def directory_of(pool: HostPool, host: str, target: str = LDAPI) -> Endpoint:
    """The directory server that runs on a host, as its root: to be opened with `azdesk.directory.endpoint.EXTERNAL`."""
    from azdesk.directory.endpoint import LOCAL, Endpoint

    return Endpoint(url=LOCAL, dial=lambda job: _dialled(pool, host, target, job), where=host)


def directory_through(pool: HostPool, host: str, url: str, authority: str = "") -> Endpoint:
    """Somebody else's directory server, reached from one of the hosts instead of from here.

    Args:
        url: as seen from the host; TLS goes from here to the server, the host sees none of it.
        authority: see `Endpoint.authority`.
    """
    from azdesk.directory.endpoint import Endpoint, address_of

    address = address_of(url)
    target = LDAPI if address.scheme == "ldapi" else f"{address.host}:{address.port}"
    return Endpoint(
        url=url,
        authority=authority,
        dial=lambda job: _dialled(pool, host, target, job),
        where=f"{url} through {host}",
    )


def _dialled(pool: HostPool, host: str, target: str, job: Job) -> ByteStream:
    try:
        return pool.relay(host, target, job)
    except Unreachable as error:
        # The host answered, the directory did not; a host that does not answer says so itself.
        if "takes no connection there" not in error.what:
            raise
        raise DirectoryUnreachable(error.what, where=error.where, next_step=error.next_step) from error

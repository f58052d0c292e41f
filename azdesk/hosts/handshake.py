"""The first words with an SSH server, and ways to one that lead through others."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Iterable

from azdesk.core.errors import LinkError, LinkTimeout, ProtocolError, Unreachable
from azdesk.hosts.lean import Connection, paramiko
from azdesk.hosts.route import Hop

BANNER_TIMEOUT = 10.0
"""Seconds until the host's sshd has said who it is, and again for the key exchange."""


def shake(connection: Connection, key_types: Iterable[str], hop: Hop, where: str) -> None:
    """SSH version and key exchange.

    Args:
        key_types: types of host keys to ask for first.

    Raises:
        LinkError: what answers is no SSH server, or none that can be used.
    """
    connection.banner_timeout = BANNER_TIMEOUT
    connection.handshake_timeout = BANNER_TIMEOUT
    connection.prefer(key_types)
    try:
        connection.start_client(timeout=2 * BANNER_TIMEOUT + 5.0)
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise _no_handshake(hop, where, error) from error
    if not connection.initial_kex_done:
        raise LinkTimeout("Its sshd did not finish the key exchange.", where=where, next_step="Try again.")


def tunnel(through: Connection, hop: Hop, where: str) -> paramiko.Channel:
    """A connection from a jump host to the next hop.

    Raises:
        Unreachable: the jump host does not make one.
    """
    try:
        return through.open_channel(
            "direct-tcpip", (hop.address, hop.port), ("127.0.0.1", 0), timeout=hop.connect_timeout
        )
    except paramiko.ChannelException as error:
        said = {1: "the jump host does not allow it (AllowTcpForwarding)", 2: "no connection from there"}
        raise Unreachable(
            f"{hop.place} cannot be reached through the jump host: {said.get(error.code, error.text)}.",
            where=where,
            next_step="Check the address as seen from the jump host.",
        ) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise Unreachable(
            f"{hop.place} cannot be reached through the jump host: {error or 'the connection ended'}.",
            where=where,
            next_step="Try again.",
        ) from error


def proxy(hop: Hop, where: str) -> ProxySocket:
    """What the ProxyCommand of ssh_config connects to.

    Raises:
        Unreachable: it cannot be run.
    """
    try:
        return ProxySocket.of(hop.proxy_command)
    except (OSError, ValueError) as error:
        raise Unreachable(
            f"The ProxyCommand of your ssh configuration could not be run: {error}.",
            where=where,
            next_step="Mend it in ~/.ssh/config, or use ProxyJump.",
        ) from error


class ProxySocket(socket.socket):
    """A real socket whose other end is a program's input and output.

    Paramiko's own `ProxyCommand` reads by waiting out its timeout and never collects the ended program.
    """

    process: subprocess.Popen[bytes]

    @classmethod
    def of(cls, command: str) -> ProxySocket:
        """Run a command as ssh does, in a shell.

        Raises:
            OSError: it cannot be run, or this system cannot give sockets to programs.
        """
        if os.name == "nt":
            raise OSError("Windows cannot give a program a socket")
        ours, theirs = socket.socketpair()
        try:
            process = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        made = cls(fileno=ours.detach())
        made.process = process
        threading.Thread(target=process.wait, name="end of a ProxyCommand", daemon=True).start()
        return made

    def close(self) -> None:
        super().close()
        with contextlib.suppress(OSError):
            self.process.terminate()


def _no_handshake(hop: Hop, where: str, error: Exception) -> LinkError:
    text = str(error)
    if isinstance(error, paramiko.ssh_exception.IncompatiblePeer):
        return LinkError(
            f"Its SSH server offers no algorithm that is safe by today's measure ({text}).",
            where=where,
            next_step="Upgrade the SSH server there.",
        )
    if "Indecipherable" in text or "Invalid SSH banner" in text:
        return ProtocolError(
            f"What answers at {hop.place} is not an SSH server.",
            where=where,
            next_step="Check address and port.",
        )
    if ("banner" in text and "timed out" in text.lower()) or isinstance(error.__context__, TimeoutError):
        return LinkTimeout(
            f"{hop.place} takes connections, but no SSH server speaks there.",
            where=where,
            next_step="Check the port; if it is right, the host may be overloaded.",
        )
    if hop.proxy_command:
        return Unreachable(
            f"The ProxyCommand of your ssh configuration gave no connection to {hop.place}.",
            where=where,
            next_step=f"Try it in a terminal: {hop.proxy_command}",
        )
    return Unreachable(
        f"{hop.place} ended the connection before the login.",
        where=where,
        next_step="Its sshd may be busy (MaxStartups), or bars this address (fail2ban, AllowUsers).",
    )

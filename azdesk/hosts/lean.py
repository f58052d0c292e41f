"""Paramiko, imported and tuned so that it costs little.

The one place that imports it. `import paramiko` spends 0.3 of its 0.7 seconds on the package invoke, which
it needs only to run the command of a ``Match exec`` line in ~/.ssh/config. So while it is being imported, a
small stand-in takes invoke's place that runs such a command itself.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import subprocess
import sys
import types
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class _Ran:
    ok: bool


def _run(command: str, **_: object) -> _Ran:
    """What paramiko's `SSHConfig` asks of ``invoke.run``: whether a shell command succeeds."""
    try:
        done = subprocess.run(  # noqa: S602 - a line of the admin's own configuration, meant for a shell
            command, shell=True, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return _Ran(ok=False)
    return _Ran(ok=done.returncode == 0)


def _without_invoke() -> None:
    stand_in = types.ModuleType("invoke")
    stand_in.run = _run  # type: ignore[attr-defined]
    if "paramiko" in sys.modules or "invoke" in sys.modules:
        import paramiko.config
    else:
        sys.modules["invoke"] = stand_in
        try:
            import paramiko.config
        finally:
            del sys.modules["invoke"]
    # In any case, so that it makes no difference who imported paramiko first.
    paramiko.config.invoke = stand_in  # type: ignore[attr-defined]


_without_invoke()

import paramiko  # noqa: E402

# It reports each failure with a traceback, on standard error where no logging is set up; errors are told by us.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)

_CIPHERS = (
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
)
_MACS = (
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256",
    "hmac-sha2-512",
)
_KEX = (
    "curve25519-sha256@libssh.org",
    "mlkem768x25519-sha256",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha256",
)


class Transport(paramiko.Transport):
    """Paramiko's own, with nothing of it left once it has ended."""

    def run(self) -> None:
        try:
            super().run()
        finally:
            # The clock of a handshake that was broken off would run on to its end, and keep the whole program from ending.
            self.packetizer.complete_handshake()


class Connection(Transport):
    """An SSH connection: paramiko's, with the fast ones of the safe algorithms first."""

    # Paramiko's thread wakes this often to see whether it was closed; `close` below wakes it at once instead.
    _active_check_timeout = 1.0

    def prefer(self, key_types: Iterable[str]) -> None:
        """Order the algorithms; host keys of the given types come first."""
        options = self.get_security_options()
        possible = set(options.kex)
        options.kex = [name for name in _KEX if name in possible]
        options.ciphers = _CIPHERS
        options.digests = _MACS
        first = [name for kind in key_types for name in _signatures(kind)]
        options.key_types = list(dict.fromkeys([*first, *options.key_types]))

    def close(self) -> None:
        """End the connection at once and wake its thread; does not block."""
        if isinstance(self.sock, socket.socket):
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
        super().close()


class Config(paramiko.SSHConfig):
    """Paramiko's reader of ssh_config, without its question to the name server for each IdentityFile.

    It works out this machine's full domain name, which can take seconds, even where no ``%l`` asks for it.
    """

    def _tokenize(self, config: Any, target_hostname: Any, key: Any, value: Any) -> Any:
        if key == "proxycommand":
            return value  # its %h and %p are the document's, which may differ from those of the configuration
        if key == "identityfile" and "%" not in value:
            return os.path.expanduser(value)  # noqa: PTH111 - text in, text out
        return super()._tokenize(config, target_hostname, key, value)  # type: ignore[misc]


def _signatures(key_type: str) -> tuple[str, ...]:
    return ("rsa-sha2-512", "rsa-sha2-256") if key_type == "ssh-rsa" else (key_type,)


__all__ = ["Config", "Connection", "Transport", "paramiko"]

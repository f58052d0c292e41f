"""Open a document for work: joins its path with the links, the known host keys and the secrets.

The one place where these meet, for the terminal and for the window. What has to be asked of a person comes in
as callbacks; they are called in the thread that needs the answer, one question at a time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar

from azdesk.app.session import AwaitedStore, Session
from azdesk.core import places
from azdesk.core.bytestream import ByteStream
from azdesk.core.errors import HostKeyUnknown, LinkError
from azdesk.core.progress import Job
from azdesk.core.secret import Secret
from azdesk.fleet import store

if TYPE_CHECKING:
    from azdesk.fleet.credentials import SecretChain
    from azdesk.fleet.model import Fleet
    from azdesk.fleet.secret_file import FileSecrets
    from azdesk.hosts.known import HostKeys
    from azdesk.hosts.stream import Stream, Transport

AskSecret = Callable[[str, str], Secret | None]
"""(credential's name, purpose) → what the person entered, or None; see `azdesk.fleet.credentials`."""
AskHostKey = Callable[[HostKeyUnknown], bool]
"""Whether the person accepts the key that a host shows."""
Passphrase = Callable[[], Secret | None]
"""What opens the encrypted file with the secrets, or None: not now."""

PASSPHRASE_VARIABLE = "AZDESK_PASSPHRASE"  # noqa: S105 - the name of the variable
"""Environment variable with the passphrase of the encrypted file, for scripts."""


def host_keys() -> HostKeys:
    """The host keys accepted so far, here or in OpenSSH."""
    from azdesk.hosts.known import HostKeys

    return HostKeys(own=places.data_folder() / "known_hosts")


def host_key_known(fleet: Fleet, host: str) -> bool:
    """Whether a key of the host is among `host_keys`; no host is asked."""
    from azdesk.hosts.route import SshConfig, route

    try:
        hop = route(fleet, host, SshConfig())[-1]
    except LinkError:  # no way leads there; the look at the host says why
        return False
    return bool(host_keys().known_types(hop.known_name, hop.known_files))


def secrets_file(passphrase: Passphrase | None = None) -> FileSecrets:
    """The encrypted file for systems without a keyring; its passphrase is asked when it is first needed."""
    from azdesk.fleet.secret_file import FileSecrets

    def ask() -> Secret | None:
        if given := os.environ.get(PASSPHRASE_VARIABLE):
            return Secret(given)
        return passphrase() if passphrase is not None else None

    return FileSecrets(places.data_folder() / "secrets", ask)


def secret_sources(ask_secret: AskSecret | None = None, passphrase: Passphrase | None = None) -> SecretChain:
    """Environment, keyring, encrypted file, then the person: the first that has a secret gives it."""
    from azdesk.fleet.credentials import AskedSecrets, EnvironmentSecrets, SecretChain, SecretSource
    from azdesk.fleet.system_keyring import KeyringSecrets

    sources: list[SecretSource] = [EnvironmentSecrets(), KeyringSecrets(), secrets_file(passphrase)]
    if ask_secret is not None:
        sources.append(AskedSecrets(ask_secret))
    return SecretChain(sources)


def open_session(
    path: str | os.PathLike[str],
    *,
    ask_secret: AskSecret | None = None,
    ask_host_key: AskHostKey | None = None,
    passphrase: Passphrase | None = None,
) -> tuple[store.Opened, Session]:
    """Read a document and make it ready for work; nothing is connected yet.

    Args:
        path: the document.
        ask_secret: asked for secrets that are kept nowhere; None: such a login fails.
        ask_host_key: asked about keys never seen before; None: such hosts are refused. Changed keys are
            refused in any case.
        passphrase: asked for the encrypted file's passphrase, if there is such a file.

    Raises:
        DocumentError: the document cannot be read or is not valid.
    """
    opened = store.open(path)
    return opened, session_for(
        opened.fleet, ask_secret=ask_secret, ask_host_key=ask_host_key, passphrase=passphrase
    )


def session_for(
    fleet: Fleet,
    *,
    ask_secret: AskSecret | None = None,
    ask_host_key: AskHostKey | None = None,
    passphrase: Passphrase | None = None,
) -> Session:
    """A session on a document that is open already, see `open_session`."""
    from azdesk.hosts.pool import HostPool
    from azdesk.hosts.ssh import SshTransport

    secrets, trust = secret_sources(ask_secret, passphrase), host_keys()
    transport: Transport = SshTransport(secrets=secrets, trust=trust)
    if ask_host_key is not None:
        transport = AskingTransport(transport, trust, ask_host_key)
    awaited = AwaitedStore(places.state_folder() / "awaited.json")
    return Session(fleet, HostPool(fleet, transport=transport), secrets=secrets, awaited=awaited)


Opened = TypeVar("Opened")


class AskingTransport:
    """Asks about a host's unknown key while nothing is connected, and connects again once it is accepted.

    A person takes longer to compare fingerprints than a host waits for a login.
    """

    def __init__(self, inner: Transport, trust: HostKeys, ask: AskHostKey) -> None:
        self._inner = inner
        self._trust = trust
        self._ask = ask
        self._asking = threading.Lock()
        self._refused: set[tuple[str, str]] = set()

    @property
    def inner(self) -> Transport:
        """The transport that connects."""
        return self._inner

    def open(self, fleet: Fleet, host: str, job: Job) -> Stream:
        """See `azdesk.hosts.stream.Transport`; each hop on the way may have a key to ask about."""
        return self._asking_for_keys(lambda: self._inner.open(fleet, host, job), job)

    def relay(self, fleet: Fleet, host: str, target: str, job: Job) -> ByteStream:
        return self._asking_for_keys(lambda: self._inner.relay(fleet, host, target, job), job)

    def _asking_for_keys(self, connect: Callable[[], Opened], job: Job) -> Opened:
        while True:
            try:
                return connect()
            except HostKeyUnknown as error:
                if not self._accepted(error, job):
                    raise

    def route(self, fleet: Fleet, host: str) -> Hashable:
        return self._inner.route(fleet, host)

    def close(self) -> None:
        self._inner.close()

    def _accepted(self, error: HostKeyUnknown, job: Job) -> bool:
        with self._asking:
            job.check()
            shown = (error.address, error.key_base64)
            if shown in self._refused:
                return False
            if self._known_by_now(error):
                return True
            if not self._ask(error):
                self._refused.add(shown)
                return False
            self._trust.accept(error)
            return True

    def _known_by_now(self, error: HostKeyUnknown) -> bool:
        """Many hosts may be waiting for the same jump host's key."""
        try:
            self._trust.check(error.where, error.address, error.key_type, error.key_base64)
        except LinkError:
            return False
        return True

"""Where secrets are kept: keyring, encrypted file, or nowhere. Blocking, for the worker; no Qt."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from azdesk.core.errors import CredentialError
from azdesk.core.secret import Secret
from azdesk.fleet.credentials import PURPOSES, AskedSecrets, SecretChain, SecretSource
from azdesk.fleet.secret_file import FileSecrets
from azdesk.fleet.system_keyring import KeyringSecrets, KeyringState

if TYPE_CHECKING:
    from collections.abc import Callable


class Place(enum.StrEnum):
    """Where a secret is kept."""

    KEYRING = "keyring"
    FILE = "file"
    NOWHERE = "nowhere"
    """In memory until AZDesk ends; asked again then."""


class SecretKeeper:
    """Keeps and forgets secrets in the places that a session's source asks.

    Args:
        source: a session's secrets.
        passphrase: asked for the encrypted file's passphrase where the source brings no such file.
        renewed: called with a credential's name when a secret of it was kept, in the thread that kept it.
    """

    def __init__(
        self,
        source: SecretSource | None,
        passphrase: Callable[[], Secret | None],
        *,
        renewed: Callable[[str], None],
    ) -> None:
        from azdesk.app.opening import secrets_file

        self._renewed = renewed
        parts = source.sources if isinstance(source, SecretChain) else (source,)
        self._chain = source if isinstance(source, SecretChain) else None
        self.keyring = (
            next((one for one in parts if isinstance(one, KeyringSecrets)), None) or KeyringSecrets()
        )
        self.file = next((one for one in parts if isinstance(one, FileSecrets)), None) or secrets_file(
            passphrase
        )
        self._asked = next((one for one in parts if isinstance(one, AskedSecrets)), None)

    @property
    def state(self) -> KeyringState:
        """Whether there is a keyring."""
        return self.keyring.state

    def keep(self, name: str, what: str, secret: Secret, place: Place) -> None:
        """Keep a secret; for this run of AZDesk it counts in any case.

        Raises:
            CredentialError: it could not be kept there.
        """
        if place is Place.KEYRING:
            self.keyring.set(name, what, secret)
        elif place is Place.FILE:
            self.file.set(name, what, secret)
        if self._asked is not None:
            self._asked.remember(name, what, secret)
        if self._chain is not None:
            self._chain.renewed(name, what)
        self._renewed(name)

    def kept(self, name: str) -> dict[str, Place]:
        """Purpose → where its secret is kept, as far as that is known without asking for a passphrase."""
        found = {}
        for what in PURPOSES:
            if self.keyring.get(name, what) is not None:
                found[what] = Place.KEYRING
        return found

    def forget(self, name: str) -> None:
        """Delete all secrets of a credential, wherever they are.

        Raises:
            CredentialError: a place did not delete them.
        """
        for what in PURPOSES:
            self.keyring.delete(name, what)
            if self.file.exists:
                self.file.delete(name, what)
            if self._asked is not None:
                self._asked.rejected(name, what)

    def copy(self, old: str, new: str) -> None:
        """Keep a credential's secrets under another name too; those of the old name stay.

        Raises:
            CredentialError: a place did not take them.
        """
        for what in PURPOSES:
            secret = self.keyring.get(old, what)
            if secret is not None:
                self.keyring.set(new, what, secret)
            if self.file.exists:
                secret = self.file.get(old, what)
                if secret is not None:
                    self.file.set(new, what, secret)

    def set_passphrase(self, new: Secret) -> None:
        """Make the encrypted file, or encrypt it anew.

        Raises:
            CredentialError: the present passphrase is wrong, or the file cannot be written.
        """
        self.file.change_passphrase(new)


__all__ = ["CredentialError", "Place", "SecretKeeper"]

"""The system's keyring, if it is one that others cannot read."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass
from typing import Any

from azdesk.core.errors import CredentialError
from azdesk.core.secret import Secret
from azdesk.fleet.credentials import PURPOSES, entry, must_be_kept

SERVICE = "azdesk"
"""Under this name AZDesk's entries stand in the keyring."""
_NO_KEYRING = ("keyring.backends.fail", "keyring.backends.null")
"""What the keyring library gives where there is none."""


@dataclass(frozen=True, kw_only=True)
class KeyringState:
    """Whether this system has a keyring that can be trusted."""

    usable: bool
    name: str
    """What it calls itself."""
    message: str
    """For the admin: what it means."""


class KeyringSecrets:
    """Secrets in the system's keyring: Secret Service, KWallet, macOS Keychain, Windows Credential Manager.

    Args:
        backend: a keyring backend; None: what the keyring library finds.
    """

    def __init__(self, backend: Any = None) -> None:
        self._backend = backend
        self._looked = backend is not None
        self._lock = threading.Lock()
        self.problem = ""
        """Why the last question had no answer although there is a keyring: locked, for instance."""

    @property
    def state(self) -> KeyringState:
        """Whether there is one; where not, `get` finds nothing and `set` refuses."""
        return keyring_state(self._found())

    def get(self, name: str, what: str) -> Secret | None:
        if what not in PURPOSES or not self.state.usable:
            return None
        import keyring.errors

        try:
            value = self._found().get_password(SERVICE, entry(name, what))
        except keyring.errors.KeyringError as error:
            self.problem = f"The keyring did not answer ({type(error).__name__})."
            return None
        except Exception as error:  # backends let errors of their own libraries through: D-Bus, Win32
            self.problem = f"The keyring failed ({type(error).__name__})."
            return None
        self.problem = ""
        return Secret(value) if value else None

    def set(self, name: str, what: str, secret: Secret) -> None:
        must_be_kept(name, what)
        state = self.state
        if not state.usable:
            raise CredentialError(
                state.message, where=name, next_step="Use an encrypted file, or be asked each time."
            )
        try:
            self._found().set_password(SERVICE, entry(name, what), secret.reveal())
        except Exception as error:  # as in get; the text may contain the secret, so it is not passed on
            raise CredentialError(
                f"{state.name} did not take the secret ({type(error).__name__}).",
                where=name,
                next_step="Unlock the keyring, then try again.",
            ) from None

    def delete(self, name: str, what: str) -> None:
        if not self.state.usable:
            return
        import keyring.errors

        with contextlib.suppress(keyring.errors.PasswordDeleteError):
            try:
                self._found().delete_password(SERVICE, entry(name, what))
            except keyring.errors.PasswordDeleteError:
                raise
            except Exception as error:
                raise CredentialError(
                    f"The keyring did not delete the secret ({type(error).__name__}).", where=name
                ) from None

    def _found(self) -> Any:
        with self._lock:
            if not self._looked:
                import keyring

                try:
                    self._backend = keyring.get_keyring()
                except Exception:  # a backend named in keyrings.cfg that is not installed, and the like
                    self._backend = None
                self._looked = True
            return _safe(self._backend)


def keyring_state(backend: Any) -> KeyringState:
    """Whether a keyring backend may be given secrets."""
    if backend is None or type(backend).__module__.startswith(_NO_KEYRING):
        return KeyringState(
            usable=False,
            name="none",
            message="This system has no keyring, so AZDesk keeps no secret in it.",
        )
    name = str(getattr(backend, "name", type(backend).__name__))
    if not _trustworthy(backend):
        return KeyringState(
            usable=False,
            name=name,
            message=f"The keyring of this system ({name}) would keep secrets where others can read them; "
            "AZDesk does not use it.",
        )
    return KeyringState(usable=True, name=name, message=f"Secrets are kept by {name}.")


def _safe(backend: Any) -> Any:
    """Of a chain of backends the first trustworthy one; else the backend itself."""
    parts = getattr(backend, "backends", None)
    if type(backend).__name__ == "ChainerBackend" and parts:
        return next((part for part in parts if _trustworthy(part)), next(iter(parts)))
    return backend


def _trustworthy(backend: Any) -> bool:
    kind = type(backend)
    if kind.__module__.startswith(
        ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt", "keyring.backends.chainer")
    ):
        return False
    if "plaintext" in kind.__name__.lower():
        return False
    try:
        return float(backend.priority) > 0
    except Exception:  # `priority` raises whatever the backend misses
        return False

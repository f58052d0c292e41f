"""The encrypted file of secrets, for systems without a keyring."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from azdesk.core import file_replace
from azdesk.core.errors import CredentialError
from azdesk.core.file_lock import alone_at
from azdesk.core.secret import Secret
from azdesk.fleet.credentials import PURPOSES, entry, must_be_kept

_ASSOCIATED = b"azdesk secrets 1"
_SCRYPT = {"n": 1 << 15, "r": 8, "p": 1}
_MOST_MEMORY = 256 << 20


class FileSecrets:
    """Secrets in one file, encrypted with a passphrase: scrypt, then AES-256-GCM. Names are encrypted too.

    Args:
        path: the file; made at the first `set`, with mode 0600.
        passphrase: asked when the file is first needed; None from it means: not now. Its answer is held in
            memory as long as this object.
    """

    def __init__(self, path: Path, passphrase: Callable[[], Secret | None]) -> None:
        self.path = path
        self._ask = passphrase
        self._passphrase: Secret | None = None
        self._derived: tuple[bytes, tuple[tuple[str, int], ...], bytes] | None = None
        """Salt, numbers, and the key made of them."""
        self._lock = threading.RLock()

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def get(self, name: str, what: str) -> Secret | None:
        """See `SecretSource`.

        Raises:
            CredentialError: the passphrase is wrong, or the file damaged.
        """
        if what not in PURPOSES:
            return None
        with self._lock:
            if not self.exists or not self._have_passphrase():
                return None
            value = self._read().get(entry(name, what))
        return Secret(value) if value else None

    def set(self, name: str, what: str, secret: Secret) -> None:
        must_be_kept(name, what)
        with self._lock:
            if not self._have_passphrase():
                raise CredentialError("Without a passphrase nothing can be kept.", where=str(self.path))
            with self._alone():
                values = self._read() if self.exists else {}
                values[entry(name, what)] = secret.reveal()
                self._write(values)

    def delete(self, name: str, what: str) -> None:
        with self._lock:
            if not self.exists or not self._have_passphrase():
                return
            with self._alone():
                values = self._read()
                if values.pop(entry(name, what), None) is not None:
                    self._write(values)

    def change_passphrase(self, new: Secret) -> None:
        """Encrypt the file anew.

        Raises:
            CredentialError: the present passphrase is wrong or not known, or the new one empty; the file
                is then as it was.
        """
        if not new:
            raise CredentialError("An empty passphrase protects nothing.", where=str(self.path))
        with self._lock:
            if self.exists and not self._have_passphrase():
                raise CredentialError(
                    "Without the present passphrase it cannot be changed.",
                    where=str(self.path),
                    next_step="Enter the present one first. If it is lost, delete the file and begin anew.",
                )
            with self._alone():
                values = self._read() if self.exists else {}
                before = self._passphrase, self._derived
                self._passphrase, self._derived = new, None
                try:
                    self._write(values)
                except CredentialError:
                    self._passphrase, self._derived = before
                    raise

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """From reading to writing no other AZDesk writes, as `azdesk secret set` beside the window; not while asking."""
        with contextlib.suppress(OSError):  # `_write` says it
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with alone_at(self.path):
            yield

    def _have_passphrase(self) -> bool:
        if self._passphrase is None:
            self._passphrase = self._ask() or None
        return self._passphrase is not None

    def _read(self) -> dict[str, str]:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            outer = json.loads(self.path.read_text("ascii"))
            if outer["azdesk"] != "secrets" or outer["version"] != 1:
                raise ValueError("another kind or version of file")
            salt, nonce, data = (
                base64.b64decode(outer[part], validate=True) for part in ("salt", "nonce", "data")
            )
            numbers = {part: int(outer["scrypt"][part]) for part in _SCRYPT}
            if 128 * numbers["n"] * numbers["r"] * numbers["p"] > _MOST_MEMORY:
                raise ValueError("unreasonable cost")
            plain = AESGCM(self._key(salt, numbers)).decrypt(nonce, data, _ASSOCIATED)
            inner = json.loads(plain)
        except InvalidTag:
            self._passphrase, self._derived = None, None
            raise CredentialError(
                "The passphrase does not open the file with the secrets.",
                where=str(self.path),
                next_step="Enter it again. If it is lost, so are the secrets: delete the file and begin anew.",
            ) from None
        except OSError as error:
            raise CredentialError(f"It could not be read: {error.strerror}.", where=str(self.path)) from error
        except (KeyError, TypeError, ValueError, binascii.Error, RecursionError) as error:
            raise CredentialError(
                "The file with the secrets is damaged.",
                where=str(self.path),
                next_step="Take it from a backup, or delete it and enter the secrets anew.",
            ) from error
        return {str(key): str(value) for key, value in inner.items()}

    def _write(self, values: Mapping[str, str]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        # The salt stays with the passphrase in use; the nonce is new for every writing.
        salt = self._derived[0] if self._derived is not None else secrets.token_bytes(16)
        nonce = secrets.token_bytes(12)
        data = AESGCM(self._key(salt, _SCRYPT)).encrypt(nonce, json.dumps(values).encode(), _ASSOCIATED)
        outer = {"azdesk": "secrets", "version": 1, "scrypt": _SCRYPT}
        for part, value in (("salt", salt), ("nonce", nonce), ("data", data)):
            outer[part] = base64.b64encode(value).decode("ascii")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file_replace.replace(self.path, json.dumps(outer).encode("ascii"))
        except OSError as error:
            raise CredentialError(
                f"The secrets could not be saved: {error.strerror}.",
                where=str(self.path),
                next_step="Make the folder writable; the file is as it was.",
            ) from error

    def _key(self, salt: bytes, numbers: Mapping[str, int]) -> bytes:
        assert self._passphrase is not None
        made_of = tuple(sorted(numbers.items()))
        salted = salt + repr(list(made_of)).encode()
        if self._derived is None or self._derived[:2] != (salt, made_of):
            key = hashlib.scrypt(
                self._passphrase.reveal().encode(), salt=salted, dklen=32, maxmem=_MOST_MEMORY * 2, **numbers
            )
            self._derived = (salt, made_of, key)
        return self._derived[2]

"""Secrets by the names the document knows them under: environment, keyring, an encrypted file, or asking.

A credential of the document (see `azdesk.fleet.model.Credential`) is a name; many hosts may share it. Its
secrets are told apart by purpose: ``password`` (the login's), ``sudo``, ``passphrase`` (of the key file), and
``answer: …`` for a question the host asks at login. ``key`` is a private key itself, of a certificate; the names of
what is no credential of the document are made in `azdesk.fleet.secret_names`. They are never written in clear anywhere.

======================  =====================================================================================
`EnvironmentSecrets`    ``AZDESK_SECRET_<NAME>_<PURPOSE>``, or ``AZDESK_SECRET_<NAME>`` for every purpose
`KeyringSecrets`        the system's keyring, if it is one that others cannot read, see `keyring_state`
`FileSecrets`           one file, encrypted with a passphrase
`AskedSecrets`          a person, once per run of AZDesk; after a Cancel not again for a while
`SecretChain`           the first of several that has it
======================  =====================================================================================
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import json
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from azdesk.core import file_replace
from azdesk.core.errors import CredentialError
from azdesk.core.file_lock import alone_at
from azdesk.core.secret import Secret

SERVICE = "azdesk"
"""Under this name AZDesk's entries stand in the keyring."""
PURPOSES = ("password", "sudo", "passphrase", "key")
"""What a secret may be for; the only ones that are kept."""

REFUSED_FOR = 20.0
"""Seconds for which a person who gave no answer is not asked the same again: enough for one look at many hosts. Looks
that come by themselves leave such hosts alone anyway, and who asks for one later wants to be asked."""

_ASSOCIATED = b"azdesk secrets 1"
_SCRYPT = {"n": 1 << 15, "r": 8, "p": 1}
_MOST_MEMORY = 256 << 20


class SecretSource(Protocol):
    """Where secrets come from. Any thread may ask."""

    def get(self, name: str, what: str) -> Secret | None:
        """The secret of the credential `name` for the purpose `what`, or None if it is not here."""


@runtime_checkable
class ForgetfulSource(Protocol):
    """A source that wants to know that a secret was wrong."""

    def rejected(self, name: str, what: str) -> None:
        """The host did not accept the secret it was given last: do not give it again without asking."""


def reject(source: object, name: str, what: str, secret: Secret | None = None) -> None:
    """Tell a source that its secret was wrong, if it listens.

    Args:
        secret: the one that was wrong. Many hosts log in side by side: by now the source may have a better one.
            None: the one that it gave last.
    """
    if isinstance(source, AskedSecrets | SecretChain):
        source.rejected(name, what, secret)
    elif isinstance(source, ForgetfulSource):
        source.rejected(name, what)


def for_sudo(source: SecretSource, name: str) -> Secret | None:
    """The password for sudo; the login's where there is none of its own: it is the usual one for both."""
    password = source.get(name, "sudo")
    if password is None and not isinstance(source, SecretChain):  # which has thought of it before it asked
        password = source.get(name, "password")
    return password


class NoSecrets:
    """Has nothing: for logins by agent and open keys only."""

    def get(self, name: str, what: str) -> Secret | None:  # noqa: ARG002
        return None


class EnvironmentSecrets:
    """Secrets in environment variables, for scripts.

    For the credential ``head-office``: ``AZDESK_SECRET_HEAD_OFFICE_SUDO`` for one purpose, else
    ``AZDESK_SECRET_HEAD_OFFICE``.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment

    def get(self, name: str, what: str) -> Secret | None:
        if what not in PURPOSES:
            return None
        base = "AZDESK_SECRET_" + re.sub(r"[^A-Z0-9]", "_", name.upper())
        value = self._environment.get(f"{base}_{what.upper()}")
        if value is None and what != "key":  # which no password can stand in for
            value = self._environment.get(base)
        return Secret(value) if value else None


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
            value = self._found().get_password(SERVICE, _entry(name, what))
        except keyring.errors.KeyringError as error:
            self.problem = f"The keyring did not answer ({type(error).__name__})."
            return None
        except Exception as error:  # backends let errors of their own libraries through: D-Bus, Win32
            self.problem = f"The keyring failed ({type(error).__name__})."
            return None
        self.problem = ""
        return Secret(value) if value else None

    def set(self, name: str, what: str, secret: Secret) -> None:
        _must_be_kept(name, what)
        state = self.state
        if not state.usable:
            raise CredentialError(
                state.message, where=name, next_step="Use an encrypted file, or be asked each time."
            )
        try:
            self._found().set_password(SERVICE, _entry(name, what), secret.reveal())
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
                self._found().delete_password(SERVICE, _entry(name, what))
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
            value = self._read().get(_entry(name, what))
        return Secret(value) if value else None

    def set(self, name: str, what: str, secret: Secret) -> None:
        _must_be_kept(name, what)
        with self._lock:
            if not self._have_passphrase():
                raise CredentialError("Without a passphrase nothing can be kept.", where=str(self.path))
            with self._alone():
                values = self._read() if self.exists else {}
                values[_entry(name, what)] = secret.reveal()
                self._write(values)

    def delete(self, name: str, what: str) -> None:
        with self._lock:
            if not self.exists or not self._have_passphrase():
                return
            with self._alone():
                values = self._read()
                if values.pop(_entry(name, what), None) is not None:
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


class AskedSecrets:
    """Asks a person, and remembers the answer until AZDesk ends or a host rejects it.

    No answer is one as well: for `REFUSED_FOR` seconds the same is not asked again for the other hosts that share the
    credential. A secret that is entered in the meantime counts at once, see `remember`.

    Args:
        ask: called with the credential's name and the purpose, in the thread that needs the secret; returns
            None for no answer.
    """

    def __init__(self, ask: Callable[[str, str], Secret | None]) -> None:
        self._ask = ask
        self._answers: dict[tuple[str, str], Secret] = {}
        self._refused: dict[tuple[str, str], float] = {}
        """When, by the monotonic clock."""
        self._lock = threading.Lock()

    def get(self, name: str, what: str) -> Secret | None:
        # One question at a time: sixteen hosts with one credential are one question.
        with self._lock:
            known = self._answers.get((name, what))
            if known is not None:
                return known
            refused = self._refused.get((name, what))
            if refused is not None and time.monotonic() - refused < REFUSED_FOR:
                return None
            answer = self._ask(name, what)
            if answer is None:
                self._refused[name, what] = time.monotonic()
            elif what in PURPOSES:
                self._answers[name, what] = answer
            return answer

    def held(self, name: str, what: str) -> Secret | None:
        """What was answered before; nobody is asked."""
        with self._lock:
            return self._answers.get((name, what))

    def remember(self, name: str, what: str, secret: Secret) -> None:
        """Take a secret that was entered before anybody asked for it."""
        with self._lock:
            self._answers[name, what] = secret
            self._refused.pop((name, what), None)

    def rejected(self, name: str, what: str, secret: Secret | None = None) -> None:
        """Forget the answer if it is this secret; None: whatever was answered, also that there is no answer."""
        with self._lock:
            if secret is None:
                self._refused.pop((name, what), None)
            if secret is None or self._answers.get((name, what)) == secret:
                self._answers.pop((name, what), None)


class SecretChain:
    """The first source that has it, a person last.

    If there is a person to ask, a secret that a host rejected is not given again. For sudo the login's password is
    tried before anybody is asked: it is the usual one for both.
    """

    def __init__(self, sources: Iterable[SecretSource]) -> None:
        self._sources = tuple(sources)
        self._people = tuple(source for source in self._sources if isinstance(source, AskedSecrets))
        self._wrong: dict[tuple[str, str], frozenset[Secret]] = {}
        self._gave: dict[tuple[str, str], Secret] = {}
        self._lock = threading.Lock()

    @property
    def sources(self) -> tuple[SecretSource, ...]:
        """What it asks, in order."""
        return self._sources

    def get(self, name: str, what: str) -> Secret | None:
        secret = self._held(name, what)
        for person in self._people if secret is None else ():
            secret = secret or person.get(name, what)
        if secret is not None and what in PURPOSES:
            with self._lock:
                self._gave[name, what] = secret
        return secret

    def rejected(self, name: str, what: str, secret: Secret | None = None) -> None:
        """Do not give this secret again without asking; None: the one that was given last."""
        if not self._people:
            return  # it goes on with what there is
        with self._lock:
            secret = secret or self._gave.get((name, what))
            if secret is None:
                return
            self._wrong[name, what] = self._wrong.get((name, what), frozenset()) | {secret}
        for person in self._people:
            person.rejected(name, what, secret)

    def renewed(self, name: str, what: str) -> None:
        """A secret was entered anew: ask all sources again."""
        with self._lock:
            self._wrong.pop((name, what), None)

    def _held(self, name: str, what: str) -> Secret | None:
        """What is there and was not rejected, without asking a person for it."""
        wrong = self._wrong.get((name, what), frozenset())
        for purpose in ("sudo", "password") if what == "sudo" else (what,):
            for source in self._sources:
                if isinstance(source, AskedSecrets):
                    secret = source.held(name, purpose)
                    again = (
                        purpose == what
                    )  # the person forgets what was wrong, and may say the same once more
                else:
                    secret, again = source.get(name, purpose), False
                if secret is not None and (again or secret not in wrong):
                    return secret
        return None


_NO_KEYRING = ("keyring.backends.fail", "keyring.backends.null")
"""What the keyring library gives where there is none."""


def _entry(name: str, what: str) -> str:
    return f"{name}/{what}"


def _must_be_kept(name: str, what: str) -> None:
    if what not in PURPOSES:
        raise CredentialError(f"An answer to a question ({what}) is not kept.", where=name)


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

"""Secrets by the names the document knows them under: environment, keyring, an encrypted file, or asking.

A credential of the document (see `azdesk.fleet.model.Credential`) is a name; many hosts may share it. Its
secrets are told apart by purpose: ``password`` (the login's), ``sudo``, ``passphrase`` (of the key file), and
``answer: …`` for a question the host asks at login. ``key`` is a private key itself, of a certificate; the names of
what is no credential of the document are made in `azdesk.fleet.secret_names`. They are never written in clear anywhere.

======================  =====================================================================================
`EnvironmentSecrets`    ``AZDESK_SECRET_<NAME>_<PURPOSE>``, or ``AZDESK_SECRET_<NAME>`` for every purpose
`KeyringSecrets`        the system's keyring, if others cannot read it: `azdesk.fleet.system_keyring`
`FileSecrets`           one file, encrypted with a passphrase: `azdesk.fleet.secret_file`
`AskedSecrets`          a person, once per run of AZDesk; after a Cancel not again for a while
`SecretChain`           the first of several that has it
======================  =====================================================================================
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, runtime_checkable

from azdesk.core.errors import CredentialError
from azdesk.core.secret import Secret

PURPOSES = ("password", "sudo", "passphrase", "key")
"""What a secret may be for; the only ones that are kept."""

REFUSED_FOR = 20.0
"""Seconds for which a person who gave no answer is not asked the same again: enough for one look at many hosts. Looks
that come by themselves leave such hosts alone anyway, and who asks for one later wants to be asked."""


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


def entry(name: str, what: str) -> str:
    """Under which key a secret is kept, in whatever place."""
    return f"{name}/{what}"


def must_be_kept(name: str, what: str) -> None:
    """Raises CredentialError for what is never kept."""
    if what not in PURPOSES:
        raise CredentialError(f"An answer to a question ({what}) is not kept.", where=name)

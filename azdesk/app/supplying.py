"""The secrets that a host's steps need, brought together just before they are sent there."""

from __future__ import annotations

import hashlib
import secrets as randomness
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from azdesk.core.errors import CertificateError, CredentialError, PlanError
from azdesk.core.secret import Secret
from azdesk.core.step import Login, Run, SecretUse, Step, WriteFile
from azdesk.features import _asterisk as asterisk
from azdesk.features._directory import is_password_file, password_in
from azdesk.fleet import secret_names

if TYPE_CHECKING:
    from azdesk.app.session import Session
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet
    from azdesk.pki.authority import Issued


@dataclass(kw_only=True)
class Supply:
    """Finds the secrets for the change of one host; each random one and the certificate are made once."""

    session: Session
    fleet: Fleet
    host: str
    job: Job
    _made: dict[str, Secret] = field(default_factory=dict)
    _issued: Issued | None = None
    _written: Mapping[str, SecretUse] = field(default_factory=dict)
    """Source of a file on this host → the secret that the change itself writes there."""

    def of(self, steps: Iterable[Step]) -> Mapping[str, Secret]:
        """Token → secret, for all steps together.

        Raises:
            CredentialError: one is kept nowhere.
            CertificateError: the authority cannot issue.
            LinkError: the host that has it cannot be reached.
            PlanStale: it is another one there than was planned with.
        """
        steps = list(steps)
        self._written = {
            f"host:{self.host}:{step.path}": use
            for step in steps
            if isinstance(step, WriteFile)
            for use in step.secrets
            if step.content == use.token
        }
        found: dict[str, Secret] = {}
        sources: dict[str, str] = {}
        for use in (
            use for step in steps if isinstance(step, WriteFile | Run | Login) for use in step.secrets
        ):
            if sources.setdefault(use.token, use.source) != use.source:
                raise PlanError(
                    f"Two secrets go by the same name in this plan ({use.token}).",
                    next_step="Please report this.",
                )
            if use.token not in found:
                found[use.token] = self._one(use)
        return found

    def _one(self, use: SecretUse) -> Secret:
        kind, _, rest = use.source.partition(":")
        if use.source in self._written and self._written[use.source].source != use.source:
            # The file that it is in is written by the same change.
            return self._one(self._written[use.source])
        if kind == "random":
            return self._made.setdefault(rest, _random())
        if kind == "host":
            host, _, path = rest.partition(":")
            secret = self.session.pool.link(host, self.job).read_secret(path, use.sha256)
            return _password(secret, path, host) if is_password_file(path) else secret
        if kind == "kept":
            purpose, _, name = rest.partition(":")
            return self._kept(name, purpose)
        if kind == "digest":
            user, realm, inner = rest.split(":", 2)
            whole = f"{user}:{realm}:{self._one(SecretUse(token=use.token, source=inner)).reveal()}"
            return Secret(hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest())
        if kind == "asterisk":
            return _for_asterisk(self._one(SecretUse(token=use.token, source=rest)), self.host)
        if kind == "issued":
            issued = self._certificate()
            return issued.key if rest == "key" else Secret(issued.certificate)
        raise PlanError(f"A secret's source is not known ({kind}).", next_step="Please report this.")

    def _kept(self, name: str, purpose: str) -> Secret:
        source = self.session.secrets
        secret = source.get(name, purpose) if source is not None else None
        if secret is None:
            raise CredentialError(
                f"The {purpose} of “{name}” is kept nowhere.",
                next_step=f"Enter it in Credentials, or run: azdesk secret set '{name}' --for {purpose}",
            )
        return secret

    def _certificate(self) -> Issued:
        if self._issued is None:
            from azdesk.pki.authority import issue
            from azdesk.pki.reading import now

            authority = self.fleet.authority.certificate
            if not authority:
                raise CertificateError(
                    "The fleet has no certificate authority.", next_step="Make one under Certificates first."
                )
            names, addresses = self.fleet.certificate_names(self.host)
            key = self._kept(*secret_names.authority_key(authority))
            self._issued = issue(authority, key, names=names, addresses=addresses, now=now())
        return self._issued


def unsayable(secret: Secret) -> str:
    """What is wrong with a password that hosts are to keep in Asterisk's files; empty if nothing."""
    if asterisk.sayable(secret.reveal()):
        return ""
    return "It begins or ends with a space or has a sign that cannot be printed: Asterisk's files cannot hold it."


def _for_asterisk(secret: Secret, host: str) -> Secret:
    if why := unsayable(secret):
        raise CredentialError(
            f"A password cannot be used by hosts. {why}",
            where=host,
            next_step="Give the directory's reader, or the trunk, another password there, then enter it in AZDesk.",
        )
    return Secret(asterisk.escaped(secret.reveal()))


def _password(secret: Secret, path: str, host: str) -> Secret:
    found = Secret(password_in(secret.reveal()))
    if not found.reveal():
        raise CredentialError(
            f"There is no password in {path}.",
            where=host,
            next_step="Remove the file there: a new password is made up then.",
        )
    return found


def _random() -> Secret:
    """Twenty letters: 94 bits, and nothing that any file or protocol would have to quote."""
    return Secret("".join(randomness.choice(string.ascii_uppercase) for _ in range(20)))

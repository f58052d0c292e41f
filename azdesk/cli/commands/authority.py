"""``azdesk authority``: the fleet's own certificate authority, and certificates from elsewhere."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from azdesk.app import authority, opening
from azdesk.app.authority import Role
from azdesk.cli import exits
from azdesk.cli.answering import answer
from azdesk.cli.commands.secret import secrets_file
from azdesk.cli.looking import choose
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import AzdeskError, CertificateError, CredentialError, KeyLocked
from azdesk.core.file_replace import replace as write_whole
from azdesk.fleet import store
from azdesk.fleet.credentials import EnvironmentSecrets, SecretChain
from azdesk.fleet.secret_file import FileSecrets
from azdesk.fleet.system_keyring import KeyringSecrets

if TYPE_CHECKING:
    from azdesk.app.authority import Keeper, Standing
    from azdesk.cli.shapes import Json
    from azdesk.core.secret import Secret
    from azdesk.fleet.model import Fleet
    from azdesk.pki.reading import CertificateFacts

LARGEST = 1 << 20
"""Bytes; no file with certificates is larger."""


def run(arguments: Namespace, terminal: Terminal) -> int:
    parts = {
        "create": _create,
        "show": _show,
        "export": _export,
        "import": _import,
        "renew": _renew,
        "prepare": _prepare,
        "switch": _switch,
        "drop": _drop,
    }
    return parts[arguments.part](arguments, terminal)


def _prepare(arguments: Namespace, terminal: Terminal) -> int:
    opened = store.open(arguments.fleet)
    authority.can_prepare(opened.fleet)  # before anybody is asked for a passphrase
    keeper, kept = _keeper(arguments, terminal)
    fleet = authority.prepare(opened.fleet, keeper, name=arguments.name)
    return _staged(
        arguments,
        terminal,
        opened,
        fleet,
        done=f"The next authority is made; its key is kept in the {kept}. Nothing uses it yet.",
        then="azdesk apply lets the hosts trust it; give phones and other clients what azdesk authority export writes. "
        "When all have it: azdesk authority switch.",
    )


def _switch(arguments: Namespace, terminal: Terminal) -> int:
    opened = store.open(arguments.fleet)
    file = opening.secrets_file() if arguments.json else secrets_file(terminal)
    secrets = SecretChain([EnvironmentSecrets(), KeyringSecrets(), file])
    return _staged(
        arguments,
        terminal,
        opened,
        authority.change_over(opened.fleet, secrets),
        done="The next authority issues from now on.",
        then="azdesk apply gives the hosts their new certificates. When all have them: azdesk authority drop.",
    )


def _drop(arguments: Namespace, terminal: Terminal) -> int:
    opened = store.open(arguments.fleet)
    return _staged(
        arguments,
        terminal,
        opened,
        authority.let_go(opened.fleet),
        done="One authority is left.",
        then="azdesk apply lets the hosts forget the other one.",
    )


def _staged(
    arguments: Namespace, terminal: Terminal, opened: store.Opened, fleet: Fleet, *, done: str, then: str
) -> int:
    """Save a step of a change of authority, and say what it was and what comes next."""
    store.save(opened, fleet, summary=f"authority: {arguments.part}")
    facts = _facts(fleet.authority.certificate)
    other = _facts(fleet.authority.also) if fleet.authority.also else None
    if arguments.json:
        answer(
            terminal,
            f"authority {arguments.part}",
            document=arguments.fleet,
            authority=_shape(facts),
            also=_shape(other) if other else None,
        )
        return exits.OK
    terminal.line(f"{done} {clean(facts.subject)} issues, until {facts.not_after:%Y-%m-%d}.")
    if other:
        terminal.line(f"{clean(other.subject)} is trusted, too.")
    terminal.note(then)
    return exits.OK


def _renew(arguments: Namespace, terminal: Terminal) -> int:
    from azdesk.cli.commands import apply

    fleet = store.open(arguments.fleet).fleet
    arguments.host = (
        list(choose(fleet, arguments.host, where="HOST")) if arguments.host else list(authority.own(fleet))
    )
    authority.renewable(fleet, {}, arguments.host)  # before anybody is asked or waited for
    return apply.run(arguments, terminal, renew=True, command="authority renew")


def _keeper(arguments: Namespace, terminal: Terminal) -> tuple[Keeper, str]:
    """Where a key goes, and what that is called: the keyring, or the encrypted file; nowhere else."""
    keyring = KeyringSecrets()
    if keyring.state.usable and not arguments.file:
        return keyring, "keyring"
    present = secrets_file(terminal)
    told = f"{keyring.state.message} The key goes into an encrypted file: {present.path}."
    quiet = arguments.file or arguments.json
    return _Asking(
        secrets_file(terminal, confirm=not present.exists), lambda: None if quiet else terminal.note(told)
    ), "file"


class _Asking:
    """The encrypted file, with a word for scripts where its passphrase is not given.

    Args:
        told: called before something is kept there, which is when the passphrase is asked for.
    """

    def __init__(self, file: FileSecrets, told: Callable[[], None]) -> None:
        self._file = file
        self._told = told

    def get(self, name: str, what: str) -> Secret | None:
        return self._file.get(name, what)

    def set(self, name: str, what: str, secret: Secret) -> None:
        self._told()
        try:
            self._file.set(name, what, secret)
        except CredentialError as error:
            if not error.next_step:
                error.next_step = f"In scripts, give the passphrase in {opening.PASSPHRASE_VARIABLE}."
            raise


def _create(arguments: Namespace, terminal: Terminal) -> int:
    opened = store.open(arguments.fleet)
    if opened.fleet.authority.certificate and not arguments.instead:
        # Before anybody is asked for a passphrase.
        raise CertificateError(
            "The fleet has an authority already.",
            where=arguments.fleet,
            next_step="azdesk authority prepare makes the one that is to follow it; --instead makes another one at once, which all "
            "hosts and clients then have to learn of.",
        )
    keeper, kept = _keeper(arguments, terminal)
    fleet = authority.create(opened.fleet, keeper, name=arguments.name, instead=arguments.instead)
    store.save(opened, fleet, summary="created the fleet's authority")
    facts = _facts(fleet.authority.certificate)
    if arguments.json:
        answer(terminal, "authority create", document=arguments.fleet, kept=kept, authority=_shape(facts))
    else:
        terminal.line(
            f"{clean(facts.subject)} holds until {facts.not_after:%Y-%m-%d}. Its key is kept in the {kept}."
        )
        terminal.note("azdesk apply gives the hosts their certificates.")
    return exits.OK


def _show(arguments: Namespace, terminal: Terminal) -> int:
    opened = store.open(arguments.fleet)
    file = opening.secrets_file() if arguments.json else secrets_file(terminal)
    secrets = SecretChain([EnvironmentSecrets(), KeyringSecrets(), file])
    found = list(authority.standing(opened.fleet, secrets))
    own, other = (next((one for one in found if one.role is role), None) for role in (Role.ISSUES, Role.ALSO))
    others = [one for one in found if one.host]
    if arguments.json:
        answer(
            terminal,
            "authority show",
            document=arguments.fleet,
            authority=_standing(own) if own else None,
            also=_standing(other) if other else None,
            hosts=[{"host": one.host, **_standing(one)} for one in others],
        )
        return exits.OK
    if own is None:
        terminal.line("The fleet has no authority.")
    for one in found:
        terminal.line(_told(one))
    return exits.OK


def _export(arguments: Namespace, terminal: Terminal) -> int:
    certificate = store.open(arguments.fleet).fleet.authority.trusted
    if not certificate:
        raise CertificateError(
            "The fleet has no authority.",
            where=arguments.fleet,
            next_step="azdesk authority create makes one.",
        )
    if arguments.output:
        target = Path(arguments.output)
        try:
            write_whole(target, certificate.encode(), mode=0o644)
        except OSError as error:
            raise AzdeskError(f"It cannot be written: {error.strerror}.", where=str(target)) from error
    if arguments.json:
        answer(
            terminal,
            "authority export",
            document=arguments.fleet,
            file=arguments.output,
            certificate=certificate,
            authority=_shape(_facts(certificate)),
        )
    elif arguments.output:
        terminal.line(f"Written to {clean(arguments.output)}.")
    else:
        terminal.line(certificate.rstrip("\n"))
    return exits.OK


def _import(arguments: Namespace, terminal: Terminal) -> int:
    opened = store.open(arguments.fleet)
    choose(opened.fleet, [arguments.host], where="HOST")
    data = _read(arguments.certificate)
    key_data = _read(arguments.key) if arguments.key else None
    keeper, kept = _keeper(arguments, terminal)

    def take(passphrase: Secret | None) -> authority.Taken:
        return authority.take(
            opened.fleet,
            arguments.host,
            data,
            keeper,
            key_data=key_data,
            passphrase=passphrase,
            where=arguments.certificate,
        )

    try:
        taken = take(None)
    except KeyLocked:
        # Never from the command line, where other users of the machine could see it.
        word = terminal.ask_secret("Passphrase of the key: ") if terminal.can_ask else terminal.read_secret()
        if word is None:
            raise
        taken = take(word)
    store.save(opened, taken.fleet, summary=f"imported a certificate for {arguments.host}")
    if arguments.json:
        answer(
            terminal,
            "authority import",
            document=arguments.fleet,
            host=arguments.host,
            kept=kept,
            certificate=_shape(taken.facts),
            missing=list(taken.missing),
        )
        return exits.OK
    terminal.line(
        f"{clean(arguments.host)} has the certificate of {clean(taken.facts.subject)}, which holds until "
        f"{taken.facts.not_after:%Y-%m-%d}. Its key is kept in the {kept}."
    )
    if taken.missing:
        terminal.note(
            f"It does not hold for {clean(', '.join(taken.missing))}: who reaches the host so will not trust it."
        )
    return exits.OK


def _read(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise CertificateError(f"It cannot be read: {error.strerror}.", where=name) from error
    if len(data) > LARGEST:
        raise CertificateError("It is too large for a certificate or a key.", where=name)
    return data


def _facts(pem: str) -> CertificateFacts:
    from azdesk.pki.reading import read_certificates

    return read_certificates(pem)[0]


def _shape(facts: CertificateFacts) -> Json:
    from azdesk.pki.reading import now

    return {
        "subject": facts.subject,
        "issuer": facts.issuer,
        "names": list(facts.names),
        "addresses": list(facts.addresses),
        "expires": f"{facts.not_after:%Y-%m-%dT%H:%M:%SZ}",
        "days_left": facts.days_left(now()),
        "fingerprint": facts.fingerprint,
    }


def _standing(one: Standing) -> Json:
    return {"certificate": _shape(one.facts) if one.facts else None, "key_kept": one.kept}


def _told(one: Standing) -> str:
    from azdesk.pki.reading import now

    whose = {Role.ISSUES: "The authority", Role.ALSO: "Trusted, too", Role.HOST: clean(one.host)}[one.role]
    if one.facts is None:
        return f"{whose}: a certificate that cannot be read"
    days = one.facts.days_left(now())
    until = f"{one.facts.not_after:%Y-%m-%d}"
    holds = f"expired on {until}" if days < 0 else f"holds until {until} ({days} days)"
    key = "its key is kept" if one.kept else "its key is kept nowhere on this workstation"
    return f"{whose}: {clean(one.facts.subject)}, {holds}; {key}; SHA-256 {one.facts.fingerprint}"

"""``azdesk secret``: keep what the document names but never holds."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from azdesk.app import opening
from azdesk.cli import exits
from azdesk.cli.answering import answer
from azdesk.cli.terminal import Terminal, clean
from azdesk.core.errors import CredentialError
from azdesk.core.secret import Secret
from azdesk.fleet import secret_names, store
from azdesk.fleet.credentials import PURPOSES, EnvironmentSecrets
from azdesk.fleet.secret_file import FileSecrets
from azdesk.fleet.system_keyring import KeyringSecrets

if TYPE_CHECKING:
    from azdesk.fleet.credentials import SecretSource
    from azdesk.fleet.model import Fleet


def run(arguments: Namespace, terminal: Terminal) -> int:
    return {"set": _set, "forget": _forget, "list": _list}[arguments.part](arguments, terminal)


def secrets_file(terminal: Terminal, *, confirm: bool = False) -> FileSecrets:
    """The encrypted file; its passphrase is asked for when it is first needed, twice if `confirm`."""

    def ask() -> Secret | None:
        if not terminal.can_ask:
            return None
        first = terminal.ask_secret("Passphrase of the file with the secrets: ")
        if confirm and first is not None and terminal.ask_secret("Once more: ") != first:
            raise CredentialError("The two passphrases differ.", next_step="Try again.")
        return first

    return opening.secrets_file(ask)


def _set(arguments: Namespace, terminal: Terminal) -> int:
    if terminal.can_ask:
        value = terminal.ask_secret(f"{arguments.purpose} of {clean(arguments.name)}: ")
    else:
        value = terminal.read_secret()
    if value is None:
        raise CredentialError(
            "No secret was given, so nothing is kept.",
            where=arguments.name,
            next_step="Type it when asked, or send it as the only line of a pipe.",
        )
    if secret_names.for_hosts((arguments.name, arguments.purpose)):
        from azdesk.app.supplying import unsayable

        if why := unsayable(value):
            raise CredentialError(
                f"The password is not kept. {why}",
                where=arguments.name,
                next_step="Give the account another password where it is at home, then enter that.",
            )
    keyring = KeyringSecrets()
    in_file = arguments.file or not keyring.state.usable
    if in_file:
        present = secrets_file(terminal)
        if not arguments.file and not arguments.json:
            terminal.note(f"{keyring.state.message} It goes into an encrypted file: {present.path}.")
        target: KeyringSecrets | FileSecrets = secrets_file(terminal, confirm=not present.exists)
    else:
        target = keyring
    _keep(target, arguments, value)
    kept = "file" if in_file else "keyring"
    if arguments.json:
        answer(terminal, "secret set", name=arguments.name, purpose=arguments.purpose, kept=kept)
    else:
        terminal.line(f"The {arguments.purpose} of {clean(arguments.name)} is kept in the {kept}.")
    return exits.OK


def _keep(target: KeyringSecrets | FileSecrets, arguments: Namespace, value: Secret) -> None:
    try:
        target.set(arguments.name, arguments.purpose, value)
    except CredentialError as error:
        if isinstance(target, FileSecrets) and not error.next_step:
            error.next_step = f"In scripts, give the passphrase in {opening.PASSPHRASE_VARIABLE}."
        raise


def _forget(arguments: Namespace, terminal: Terminal) -> int:
    keyring, file = KeyringSecrets(), secrets_file(terminal)
    purposes = (arguments.purpose,) if arguments.purpose else PURPOSES
    forgotten: list[str] = []
    for source in (file,) if arguments.file else (keyring, file):
        for purpose in purposes:
            if source.get(arguments.name, purpose) is not None:
                source.delete(arguments.name, purpose)
                forgotten.append(purpose)
    forgotten = list(dict.fromkeys(forgotten))
    if arguments.json:
        answer(terminal, "secret forget", name=arguments.name, forgotten=forgotten)
    elif forgotten:
        terminal.line(f"Forgotten: {', '.join(forgotten)} of {clean(arguments.name)}.")
    else:
        terminal.line(f"No secret of {clean(arguments.name)} was kept.")
    return exits.OK


def _list(arguments: Namespace, terminal: Terminal) -> int:
    fleet = store.open(arguments.fleet).fleet
    keyring, file = KeyringSecrets(), secrets_file(terminal)
    sources: dict[str, SecretSource] = {"environment": EnvironmentSecrets(), "keyring": keyring, "file": file}
    rows = [(name, purpose, _where(sources, name, purpose)) for name, purpose in needed(fleet)]
    without = {
        (name, purpose): words
        for name, purpose, _ in rows
        if purpose == "passphrase" and (words := _without(fleet.credentials[name].key_file))
    }
    if arguments.json:
        answer(
            terminal,
            "secret list",
            document=arguments.fleet,
            secrets=[
                {
                    "name": name,
                    "purpose": purpose,
                    "kept": kept,
                    "note": without.get((name, purpose)),
                }
                for name, purpose, kept in rows
            ],
            keyring={"usable": keyring.state.usable, "message": keyring.state.message},
        )
        return exits.OK
    for name, purpose, kept in rows:
        words = without.get((name, purpose), "kept nowhere" if purpose == "key" else "asked each time")
        terminal.line(f"{clean(name)}  {purpose}  {kept or clean(words)}")
    if not rows:
        terminal.line("The document needs no secrets.")
    terminal.note(keyring.state.message)
    return exits.OK


def _where(sources: dict[str, SecretSource], name: str, purpose: str) -> str | None:
    return next((kept for kept, source in sources.items() if source.get(name, purpose) is not None), None)


def _without(key_file: str) -> str:
    """Why nobody is asked for the passphrase of a key file; empty if it has one."""
    from azdesk.hosts.keys import KeyFile

    path = Path(key_file).expanduser()
    try:
        return "" if KeyFile.read(path).encrypted else f"none needed: {key_file} is open"
    except CredentialError:
        return f"unknown: {key_file} cannot be read"


def needed(fleet: Fleet) -> Iterator[tuple[str, str]]:
    """(name, purpose) of all secrets that a document may need."""
    for name, credential in fleet.credentials.items():
        if credential.method in ("password", "keyboard-interactive"):
            yield name, "password"
        if credential.method == "key":
            yield name, "passphrase"
        if credential.sudo == "with-password":
            yield name, "sudo"
    if fleet.directory.base and not fleet.directory.managed:
        yield secret_names.reader(fleet)
        if fleet.directory.manager and secret_names.manager(fleet) != secret_names.reader(fleet):
            yield secret_names.manager(fleet)
    for trunk in fleet.trunks.values():
        if trunk.authentication != "address":
            yield secret_names.trunk(trunk)
    if fleet.authority.certificate:
        yield secret_names.authority_key(fleet.authority.certificate)
    for host in fleet.hosts.values():
        if host.certificate:
            yield secret_names.certificate_key(host.certificate)

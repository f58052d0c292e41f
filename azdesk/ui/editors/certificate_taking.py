"""A certificate from elsewhere with its key: files are asked for until both are there, the key is kept with the secrets, never in the document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from azdesk.core.errors import AzdeskError, KeyLocked, KeyMissing
from azdesk.core.secret import Secret
from azdesk.ui.dialogs.keeping import Place, SecretKeeper
from azdesk.ui.dialogs.secrets import SecretPrompt, keeper
from azdesk.ui.editors.base import while_there
from azdesk.ui.editors.certificate_text import ask_file, read_file
from azdesk.ui.mapping.words import filled

if TYPE_CHECKING:
    from azdesk.app.authority import Keeper, Taken
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench


class Take(Protocol):
    """What is done with it, such as `azdesk.app.authority.take` for one host."""

    def __call__(
        self,
        data: bytes,
        keeper: Keeper,
        *,
        key_data: bytes | None,
        passphrase: Secret | None,
        where: str,
    ) -> Taken: ...


@dataclass(frozen=True, kw_only=True)
class _Given:
    """What the admin has given so far."""

    certificate: Path
    key: Path | None = None
    passphrase: Secret | None = None


def take_certificate(workbench: Workbench, owner: QWidget, take: Take, done: Callable[[Taken], None]) -> None:
    """Ask for a certificate's file, for the key's own and for a passphrase where they are needed, and take them.

    Args:
        owner: what asks; nothing comes of it once that is gone.
        take: called in a worker.
        done: called with what came of it; it has to be put into the document there.
    """
    tr = QCoreApplication.translate
    kinds = tr("Editors", "Certificates") + " (*.pem *.crt *.cer *.p12 *.pfx)"
    path = ask_file(owner.window(), tr("Editors", "Load a certificate"), kinds)
    if path is not None:
        _go_on(workbench, owner, take, done, _Given(certificate=path))


def _go_on(
    workbench: Workbench, owner: QWidget, take: Take, done: Callable[[Taken], None], given: _Given
) -> None:
    tr = QCoreApplication.translate
    kept = KeptKeys(keeper(workbench))

    def work(_job: Job) -> Taken:
        return take(
            read_file(given.certificate),
            kept,
            key_data=read_file(given.key) if given.key is not None else None,
            passphrase=given.passphrase,
            where=str(given.certificate),
        )

    def failed(error: AzdeskError) -> None:
        more = _more(workbench, owner, given, error)
        if more is not None:
            _go_on(workbench, owner, take, done, more)
        elif not isinstance(error, KeyMissing | KeyLocked) or given.passphrase is not None:
            workbench.failed(error)

    workbench.run(
        work,
        title=filled(tr("Editors", "Reading %1"), given.certificate.name),
        done=while_there(owner, done),
        failed=while_there(owner, failed),
        cancellable=False,
    )


def _more(workbench: Workbench, owner: QWidget, given: _Given, error: AzdeskError) -> _Given | None:
    """What was given with what was lacking; None: nothing can be, or the admin gives it up."""
    tr = QCoreApplication.translate
    if isinstance(error, KeyMissing) and given.key is None:
        kinds = tr("Editors", "Keys") + " (*.key *.pem *.der)"
        key = ask_file(owner.window(), tr("Editors", "Load the key of the certificate"), kinds)
        return replace(given, key=key) if key is not None else None
    if isinstance(error, KeyLocked) and given.passphrase is None:
        file = given.key or given.certificate
        question = filled(tr("Editors", "Passphrase of %1"), file.name)
        explain = tr("Editors", "It opens the key, which is kept with the secrets of this workstation.")
        word = SecretPrompt(question, explain, parent=workbench.window).ask()
        return replace(given, passphrase=word) if word is not None else None
    return None


class KeptKeys:
    """Where keys are kept, as `azdesk.app` sees it: the keyring, or the encrypted file where there is none."""

    def __init__(self, places: SecretKeeper) -> None:
        self._places = places
        self._place = Place.KEYRING if places.state.usable else Place.FILE

    def get(self, name: str, what: str) -> Secret | None:
        source = self._places.keyring if self._place is Place.KEYRING else self._places.file
        return source.get(name, what)

    def set(self, name: str, what: str, secret: Secret) -> None:
        self._places.keep(name, what, secret, self._place)

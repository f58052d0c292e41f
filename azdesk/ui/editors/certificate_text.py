"""Certificates in the document: read from a file, and told in a few words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from azdesk.core.errors import AzdeskError, CertificateError
from azdesk.ui import files
from azdesk.ui.editors.base import while_there
from azdesk.ui.mapping.words import filled
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from pathlib import Path

    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

SOON_DAYS = 30
LARGEST = 1 << 20
"""Bytes; no file with certificates is larger."""


def words_of(pem: str) -> tuple[str, State | None]:
    """Whose certificate it is and until when it holds; nothing for an empty text."""
    tr = QCoreApplication.translate
    if not pem:
        return "", None
    from azdesk.pki.reading import read_certificates

    try:
        first = read_certificates(pem)[0]
    except AzdeskError as error:
        return error.what, State.FAILING
    days = first.days_left(datetime.now(UTC))
    name = first.subject or tr("Editors", "a certificate without a name")
    until = first.not_after.astimezone().strftime("%d %B %Y")
    if days < 0:
        return filled(tr("Editors", "%1, expired on %2"), name, until), State.FAILING
    state = State.DIFFERS if days < SOON_DAYS else State.RIGHT
    return filled(tr("Editors", "%1, until %2"), name, until), state


def ask_file(parent: QWidget, title: str, kinds: str) -> Path | None:
    """A file with certificates or a key."""
    from pathlib import Path

    options = QFileDialog.Option(0) if files.NATIVE else QFileDialog.Option.DontUseNativeDialog
    chosen, _ = QFileDialog.getOpenFileName(parent, title, "", kinds, options=options)
    return Path(chosen) if chosen else None


def load_certificates(workbench: Workbench, owner: QWidget, done: Callable[[str], None]) -> None:
    """Ask for a file, read it in the background, and hand on the certificates in it as PEM."""
    tr = QCoreApplication.translate
    kinds = tr("Editors", "Certificates") + " (*.pem *.crt *.cer)"
    path = ask_file(owner.window(), tr("Editors", "Load a certificate"), kinds)
    if path is None:
        return

    def work(_job: Job) -> str:
        return read_pem(path)

    workbench.run(
        work,
        title=filled(tr("Editors", "Reading %1"), path.name),
        done=while_there(owner, done),
        cancellable=False,
    )


def read_file(path: Path) -> bytes:
    """What is in a file with certificates or a key.

    Raises:
        CertificateError: it cannot be read, or is none.
    """
    tr = QCoreApplication.translate
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise CertificateError(
            filled(tr("Editors", "The file could not be read: %1."), error.strerror or error),
            where=str(path),
            next_step=tr("Editors", "Choose another one."),
        ) from error
    if len(raw) > LARGEST:
        raise CertificateError(
            tr("Editors", "The file is too large for a certificate or a key."),
            where=str(path),
            next_step=tr("Editors", "Choose another one."),
        )
    return raw


def read_pem(path: Path) -> str:
    """The certificates of a file in PEM form.

    Raises:
        CertificateError: it cannot be read, or has none.
    """
    from azdesk.pki.reading import read_certificates

    tr = QCoreApplication.translate
    text = read_file(path).decode("utf-8", "replace").replace("\r\n", "\n")
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise CertificateError(
            tr("Editors", "There is no certificate in PEM form in it."),
            where=str(path),
            next_step=tr(
                "Editors", "It begins with -----BEGIN CERTIFICATE-----; export it as PEM or Base64."
            ),
        )
    read_certificates(text, where=str(path))
    return text

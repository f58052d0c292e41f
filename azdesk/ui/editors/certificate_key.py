"""The key of a certificate from elsewhere: read from a file, compared, and kept with the secrets, never in the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from azdesk.core.errors import CertificateError
from azdesk.core.secret import Secret
from azdesk.ui.dialogs.keeping import Place
from azdesk.ui.dialogs.secrets import keeper
from azdesk.ui.editors.base import while_there
from azdesk.ui.editors.certificate_text import LARGEST, ask_file
from azdesk.ui.mapping.words import filled

if TYPE_CHECKING:
    from pathlib import Path

    from azdesk.core.progress import Job
    from azdesk.fleet.secret_names import Named
    from azdesk.ui.workbench import Workbench


def keep_key(
    workbench: Workbench, owner: QWidget, certificate: str, named: Named, then: Callable[[], object]
) -> None:
    """Ask for the file with a certificate's key, keep it under a name, then call `then`; nothing happens without one."""
    tr = QCoreApplication.translate
    kinds = tr("Editors", "Keys") + " (*.key *.pem)"
    path = ask_file(owner.window(), tr("Editors", "Load the key of the certificate"), kinds)
    if path is None:
        return
    kept = keeper(workbench)
    place = Place.KEYRING if kept.state.usable else Place.FILE
    name, purpose = named

    def work(_job: Job) -> None:
        kept.keep(name, purpose, read_key(path, certificate), place)

    def done(_none: None) -> None:
        then()

    workbench.run(
        work,
        title=tr("Editors", "Keeping the key of a certificate"),
        done=while_there(owner, done),
        cancellable=False,
    )


def read_key(path: Path, certificate: str) -> Secret:
    """The key of a file, which has to belong to the certificate (PEM).

    Raises:
        CertificateError: it cannot be read, has a passphrase, or is another certificate's.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    from azdesk.pki.reading import loaded

    tr = QCoreApplication.translate
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST)
    except OSError as error:
        raise CertificateError(
            filled(tr("Editors", "The file could not be read: %1."), error.strerror or error),
            where=str(path),
            next_step=tr("Editors", "Choose another one."),
        ) from error
    try:
        key = load_pem_private_key(raw, password=None)
    except TypeError:
        raise CertificateError(
            tr("Editors", "The key is locked with a passphrase."),
            where=str(path),
            next_step=tr("Editors", "Take it off first: openssl pkey -in FILE -out FILE.plain"),
        ) from None
    except ValueError:
        raise CertificateError(
            tr("Editors", "There is no key in PEM form in it."),
            where=str(path),
            next_step=tr("Editors", "It begins with -----BEGIN PRIVATE KEY-----."),
        ) from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != loaded(certificate)[0].public_key().public_bytes(*form):
        raise CertificateError(
            tr("Editors", "The key belongs to another certificate."),
            where=str(path),
            next_step=tr("Editors", "Load the certificate again, and the key that was made with it."),
        )
    return Secret(raw.decode())

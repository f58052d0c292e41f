"""Passwords that belong to the document but not to a login at a host: asked for, and kept with the secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui.dialogs.keeping import Place
from azdesk.ui.dialogs.secrets import SecretPrompt, keeper
from azdesk.ui.mapping.words import filled

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.core.secret import Secret
    from azdesk.fleet.secret_names import Named
    from azdesk.ui.workbench import Workbench


def ask_and_keep(
    workbench: Workbench,
    named: Named,
    question: str,
    explain: str,
    then: Callable[[], object] | None = None,
    *,
    for_hosts: bool = False,
) -> None:
    """Ask for a secret and keep it: in the keyring, or in the encrypted file where there is none.

    Args:
        named: under which name and purpose, see `azdesk.fleet.secret_names`.
        then: called once it is kept.
        for_hosts: hosts keep it in files of Asterisk's, which cannot hold any.
    """
    from azdesk.app.supplying import unsayable

    tr = QCoreApplication.translate

    def check(given: Secret) -> str:
        return unsayable(given) if for_hosts else ""

    secret = SecretPrompt(question, explain, check=check, parent=workbench.window).ask()
    if secret is None:
        return
    kept = keeper(workbench)
    place = Place.KEYRING if kept.state.usable else Place.FILE
    name, purpose = named

    def work(_job: Job) -> None:
        kept.keep(name, purpose, secret, place)

    def done(_none: None) -> None:
        workbench.say("info", filled(tr("Secrets", "%1 is kept."), question))
        if then is not None:
            then()

    workbench.run(work, title=filled(tr("Secrets", "Keeping: %1"), question), done=done, cancellable=False)

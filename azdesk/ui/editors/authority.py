"""Certificates: the fleet's own authority, and what its hosts have of it. A page of the fleet, not of a host."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from azdesk.app.authority import own, take_authority
from azdesk.core.errors import AzdeskError
from azdesk.fleet import edit, secret_names
from azdesk.ui import files
from azdesk.ui.dialogs.keeping import Place
from azdesk.ui.dialogs.prompts import ConfirmDialog
from azdesk.ui.dialogs.secrets import keeper
from azdesk.ui.editors.base import Editor, while_there
from azdesk.ui.editors.certificate_taking import take_certificate
from azdesk.ui.editors.certificate_text import SOON_DAYS
from azdesk.ui.editors.lists import Line
from azdesk.ui.forms.authority_editor import Ui_AuthorityEditor
from azdesk.ui.mapping.words import counted, filled
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from azdesk.app.authority import Taken
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench


class AuthorityEditor(Editor):
    """The document's ``[authority]``."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(workbench, "", parent)
        self.ui = ui = Ui_AuthorityEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        self._making = False
        self.nothing = EmptyState(
            "shield",
            self.tr("No authority yet"),
            self.tr(
                "The fleet's authority issues the certificates of the hosts. Its certificate stands in the document, its "
                "key with the secrets of this workstation. Hosts with certificates from elsewhere need none."
            ),
            self.tr("&Create the authority"),
        )
        self.nothing.action.connect(self.make)
        ui.nothing_layout.addWidget(self.nothing)
        ui.export_authority.clicked.connect(self.export)
        ui.import_authority.clicked.connect(self.take)
        ui.renew.clicked.connect(self.renew)
        ui.renew_hosts.clicked.connect(self.renew_hosts)
        self.refresh()

    @property
    def there(self) -> bool:
        return True

    def concerned(self) -> tuple[str, ...]:
        return tuple(self.fleet.hosts)

    def show_document(self) -> None:
        ui, pem = self.ui, self.fleet.authority.certificate
        ui.nothing_place.setVisible(not pem)
        ui.authority.setVisible(bool(pem))
        ui.facts.set_lines(self._facts(pem) if pem else [])

    def show_host(self) -> None:
        lines = [line for host in self.fleet.hosts for line in self._of_host(host)]
        self.ui.certificates.set_lines(lines)
        self.ui.hosts.setVisible(bool(lines))
        self.ui.renew_hosts.setVisible(bool(self.fleet.authority.certificate and own(self.fleet)))

    # -- what can be done --------------------------------------------------------------------------------------

    def make(self) -> None:
        """Make an authority, keep its key, and take its certificate into the document."""
        if self._making:
            return
        self._making = True
        self.nothing.button.setEnabled(False)
        kept, name = keeper(self.workbench), self.fleet.name
        place = Place.KEYRING if kept.state.usable else Place.FILE

        def work(_job: Job) -> str:
            from azdesk.pki.authority import new_authority

            issued = new_authority(name, datetime.now(UTC))
            kept.keep(*secret_names.authority_key(issued.certificate), issued.key, place)
            return issued.certificate

        task = self.workbench.run(
            work,
            title=self.tr("Making the fleet's authority"),
            done=while_there(self, lambda pem: self._set(pem, self.tr("Create the fleet's authority"))),
            cancellable=False,
        )
        task.finished.connect(while_there(self, self._made))

    def renew(self) -> None:
        """Make another authority, after a question: all hosts and clients have to learn of it."""
        dialog = ConfirmDialog(
            self.tr("Make another authority?"),
            self.tr(
                "All hosts get new certificates with the next change, and whoever trusts the present authority has to "
                "be given the new one: phones, chat clients, other servers. Undo takes the document back."
            ),
            self.tr("&Make another one"),
            parent=self.window(),
        )
        dialog.accepted.connect(self.make)
        dialog.open()

    def renew_hosts(self) -> None:
        """Show for review how all hosts would get new certificates of the authority."""
        self.workbench.renewal_requested.emit(own(self.fleet))

    def export(self) -> None:
        """Write the authority's certificate into a file, for clients that are to trust it."""
        path = files.ask_save(self.window(), self.tr("Save the authority's certificate"), "authority.pem")
        if path is not None:
            files.write_text(self.workbench, path, self.fleet.authority.certificate)

    def take(self) -> None:
        """Take an authority from elsewhere: its certificate and its key."""
        take_certificate(self.workbench, self, partial(take_authority, self.fleet), self._have_certificate)

    # -- inside ------------------------------------------------------------------------------------------------

    def _made(self) -> None:
        self._making = False
        self.nothing.button.setEnabled(True)

    def _set(self, pem: str, words: str) -> None:
        self.workbench.try_edit(lambda: edit.with_value(self.fleet, ("authority", "certificate"), pem), words)

    def _have_certificate(self, taken: Taken) -> None:
        self._set(taken.fleet.authority.certificate, self.tr("Import the fleet's authority"))

    def _facts(self, pem: str) -> list[Line]:
        from azdesk.pki.reading import read_certificates

        try:
            facts = read_certificates(pem)[0]
        except AzdeskError as error:
            return [(State.FAILING, error.what)]
        days = facts.days_left(datetime.now(UTC))
        until = facts.not_after.astimezone().strftime("%d %B %Y")
        if days < 0:
            state, words = State.FAILING, filled(self.tr("Expired on %1"), until)
        else:
            state = State.DIFFERS if days < SOON_DAYS else State.RIGHT
            left = counted(days, self.tr("1 day"), self.tr("%1 days"))
            words = filled(self.tr("Holds until %1, %2 from now"), until, left)
        shown = ":".join(facts.fingerprint[at : at + 2] for at in range(0, 40, 2)).upper()
        return [
            (None, facts.subject),
            (state, words),
            (None, filled(self.tr("SHA-256 fingerprint begins with %1"), shown)),
        ]

    def _of_host(self, host: str) -> list[Line]:
        fleet, bench = self.fleet, self.workbench
        value = fleet.hosts[host]
        own = bool(value.certificate)
        if not own and not fleet.authority.certificate:
            return []
        origin = self.tr("from elsewhere") if own else self.tr("by the fleet's authority")
        words = filled(self.tr("%1: %2"), host, origin)
        seen = bench.observation(host)
        if seen is None or not seen.readable:
            return [(State.UNKNOWN, words)]
        differing = bench.differences(host).get("certificates", ())
        if differing:
            return [(State.DIFFERS, f"{words} · {differing[0]}")]
        return [(State.RIGHT, words)]

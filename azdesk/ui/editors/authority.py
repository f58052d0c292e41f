"""Certificates: the fleet's own authority, and what its hosts have of it. A page of the fleet, not of a host."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from azdesk.app.authority import (
    Stage,
    behind,
    change_over,
    create,
    let_go,
    own,
    prepare,
    stage,
    take_authority,
)
from azdesk.core.errors import AzdeskError
from azdesk.fleet import edit
from azdesk.ui import files
from azdesk.ui.dialogs.prompts import ConfirmDialog
from azdesk.ui.dialogs.secrets import keeper
from azdesk.ui.editors.base import Editor, while_there
from azdesk.ui.editors.certificate_taking import KeptKeys, take_certificate
from azdesk.ui.editors.lists import Line
from azdesk.ui.forms.authority_editor import Ui_AuthorityEditor
from azdesk.ui.mapping.words import counted, filled, listed
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from azdesk.app.authority import Taken
    from azdesk.core.progress import Job
    from azdesk.fleet.model import Fleet
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
        ui.change.clicked.connect(self.go_on)
        ui.withdraw.clicked.connect(self._let_go)
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
        if pem:
            self._show_change()

    def show_host(self) -> None:
        lines = [line for host in self.fleet.hosts for line in self._of_host(host)]
        self.ui.certificates.set_lines(lines)
        self.ui.hosts.setVisible(bool(lines))
        self.ui.renew_hosts.setVisible(bool(self.fleet.authority.certificate and own(self.fleet)))
        if self.fleet.authority.certificate:
            self._show_change()

    # -- what can be done --------------------------------------------------------------------------------------

    def make(self) -> None:
        """Make an authority, keep its key, and take its certificate into the document."""
        if self._making:
            return
        self._making = True
        self.nothing.button.setEnabled(False)
        fleet, kept = self.fleet, KeptKeys(keeper(self.workbench))

        def work(_job: Job) -> str:
            return create(fleet, kept, instead=True).authority.certificate

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

    def go_on(self) -> None:
        """The next step of a change of authority; after a question where hosts have not come along with the one before."""
        steps = {Stage.NONE: self._prepare, Stage.PREPARED: self._change_over, Stage.CHANGED: self._let_go}
        step, late = steps[stage(self.fleet)], self._behind()
        if stage(self.fleet) is Stage.NONE or not late:
            step()
            return
        words = (
            self.tr(
                "Until they have, they do not trust who shows them a certificate of the next authority: %1."
            )
            if stage(self.fleet) is Stage.PREPARED
            else self.tr("Whoever has let the old one go does not trust their certificates until then: %1.")
        )
        dialog = ConfirmDialog(
            counted(
                len(late),
                self.tr("One host has not come along yet. Go on?"),
                self.tr("%1 hosts have not come along yet. Go on?"),
            ),
            filled(words, listed(late)),
            self.tr("&Go on all the same"),
            parent=self.window(),
        )
        dialog.accepted.connect(step)
        dialog.open()

    def renew_hosts(self) -> None:
        """Show for review how all hosts would get new certificates of the authority."""
        self.workbench.renewal_requested.emit(own(self.fleet))

    def export(self) -> None:
        """Write the authority's certificate into a file, for clients that are to trust it."""
        path = files.ask_save(self.window(), self.tr("Save the authority's certificate"), "authority.pem")
        if path is not None:
            files.write_text(self.workbench, path, self.fleet.authority.trusted)

    def take(self) -> None:
        """Take an authority from elsewhere: its certificate and its key."""
        take_certificate(self.workbench, self, partial(take_authority, self.fleet), self._have_certificate)

    # -- inside ------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Make the next authority and keep its key; hosts are to trust it beside the present one."""
        if self._making:
            return
        self._making = True
        self.ui.change.setEnabled(False)
        fleet, kept = self.fleet, KeptKeys(keeper(self.workbench))

        def work(_job: Job) -> str:
            return prepare(fleet, kept).authority.next

        def done(pem: str) -> None:
            change = partial(edit.with_value, self.fleet, ("authority", "next"), pem)
            self.workbench.try_edit(change, self.tr("Prepare the next authority"))

        task = self.workbench.run(
            work, title=self.tr("Making the next authority"), done=while_there(self, done), cancellable=False
        )
        task.finished.connect(while_there(self, self._made))

    def _change_over(self) -> None:
        kept = KeptKeys(keeper(self.workbench))
        fleet = self.fleet

        def work(_job: Job) -> Fleet:
            return change_over(fleet, kept)

        def done(changed: Fleet) -> None:
            values = {
                ("authority", key): getattr(changed.authority, key)
                for key in ("certificate", "next", "former")
            }
            change = partial(edit.with_values, self.fleet, values)
            self.workbench.try_edit(change, self.tr("Let the next authority issue"))

        # The encrypted file may have to ask for its passphrase.
        self.workbench.run(
            work, title=self.tr("Looking for the next authority's key"), done=while_there(self, done)
        )

    def _let_go(self) -> None:
        words = (
            self.tr("Let the former authority go")
            if stage(self.fleet) is Stage.CHANGED
            else self.tr("Withdraw the next authority")
        )
        self.workbench.try_edit(lambda: let_go(self.fleet), words)

    def _behind(self) -> tuple[str, ...]:
        return behind(self.fleet, self.workbench.observations)

    def _show_change(self) -> None:
        """How far a change of authority has come, and what its next step is."""
        ui, now = self.ui, stage(self.fleet)
        words, button = {
            Stage.NONE: ("", self.tr("&Prepare the next one")),
            Stage.PREPARED: (
                self.tr("%1 is to follow: hosts trust it with the next change. Export has both for clients."),
                self.tr("&Let it issue"),
            ),
            Stage.CHANGED: (
                self.tr(
                    "%1 was before it, and is still trusted: hosts get new certificates with the next change."
                ),
                self.tr("&Let the old one go"),
            ),
        }[now]
        if now is not Stage.NONE:
            words = filled(words, _subject(self.fleet.authority.also))
            late = self._behind()
            if late:
                words = f"{words} {filled(self.tr('Not yet so: %1.'), listed(late))}"
            ui.change_words.set(State.DIFFERS if late else State.RIGHT, words)
        else:
            ui.change_words.set(None, words)
        ui.change_words.label.setVisible(bool(words))
        ui.change.setText(button)
        ui.change.setEnabled(not self._making)
        ui.withdraw.setVisible(now is Stage.PREPARED)
        ui.renew.setVisible(now is Stage.NONE)

    def _made(self) -> None:
        self._making = False
        self.ui.change.setEnabled(True)
        self.nothing.button.setEnabled(True)

    def _set(self, pem: str, words: str) -> None:
        self.workbench.try_edit(lambda: edit.with_value(self.fleet, ("authority", "certificate"), pem), words)

    def _have_certificate(self, taken: Taken) -> None:
        self._set(taken.fleet.authority.certificate, self.tr("Import the fleet's authority"))

    def _facts(self, pem: str) -> list[Line]:
        from azdesk.pki.authority import AUTHORITY_SOON_DAYS
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
            state = State.DIFFERS if days < AUTHORITY_SOON_DAYS else State.RIGHT
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


def _subject(pem: str) -> str:
    """Whose certificate it is; what is wrong with it where it cannot be read."""
    from azdesk.pki.reading import read_certificates

    try:
        return read_certificates(pem)[0].subject
    except AzdeskError as error:
        return error.what

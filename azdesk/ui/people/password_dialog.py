"""Setting a person's password: typed or made up, masked until asked, for chat and phone at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from azdesk.core.errors import AzdeskError
from azdesk.core.secret import Secret
from azdesk.directory import checks, passwords
from azdesk.ui.dialogs.prompts import GrowingDialog, settle_size
from azdesk.ui.editors.base import while_there
from azdesk.ui.forms.set_password import Ui_PasswordDialog
from azdesk.ui.mapping.words import filled
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from azdesk.app.people import People
    from azdesk.core.progress import Job
    from azdesk.directory.people import Person
    from azdesk.ui.workbench import Workbench


class PasswordDialog(GrowingDialog):
    """Another password for one person.

    Args:
        people: the directory.
        person: whose.
    """

    saved = Signal(object)
    """The `Person`, once it is written."""

    def __init__(
        self, workbench: Workbench, people: People, person: Person, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.people = people
        self.person = person
        self._saving = False
        self._made_up: Secret | None = None
        self.ui = ui = Ui_PasswordDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        what = filled(self.tr("Password of %1"), person.title)
        self.setWindowTitle(what)
        ui.mark.set_icon("key", "quiet_strong")
        ui.what.setText(what)
        ui.explain.setText(self._explain())
        ui.password.setAccessibleName(what)
        ui.generate.setAccessibleName(self.tr("Generate a password"))
        ui.problem.label.setProperty("role", "note")
        ui.problem.hide()
        ui.password.textChanged.connect(lambda _text: self._typed())
        ui.generate.clicked.connect(self.generate)
        ui.ok.clicked.connect(self.save)
        ui.ok.setDefault(True)
        ui.ok.setEnabled(False)
        ui.cancel.clicked.connect(self.reject)
        ui.password.setFocus()
        settle_size(self)

    def generate(self) -> None:
        """Make one up; it stays masked until asked for."""
        self._made_up = passwords.generate()
        self.ui.password.setText(self._made_up.reveal())

    def save(self) -> None:
        """Write it."""
        if self._saving:
            return
        self._saving = True
        self.ui.ok.setEnabled(False)
        secret, people, person = Secret(self.ui.password.text()), self.people, self.person
        made_up = secret == self._made_up

        def work(job: Job) -> tuple[Person, tuple[str, ...]]:
            from azdesk.app.people import changing, hosts, revealing

            if made_up:
                revealing.note_shown(people, person.account)
            now = changing.set_password(people, person, secret, job=job)
            return now, hosts.forget(people, (now,), job=job)

        self.workbench.run(
            work,
            title=filled(self.tr("Setting the password of %1"), person.account),
            done=while_there(self, self._saved),
            failed=while_there(self, self._refused),
            cancellable=False,
        )

    def _explain(self) -> str:
        layout = self.people.layout
        if layout.active_directory:
            words = self.tr("The present one stops working at once.")
        elif layout.passwords == "hashed" or not self.person.number:
            words = self.tr("For chat. The present one stops working at once.")
        else:
            words = self.tr("For chat and phone, both at once. The present one stops working at once.")
        if layout.passwords != "plain" or layout.active_directory:
            words += " " + self.tr(
                "The directory keeps no clear text: copy it now, or hand out the code while this is open."
            )
        if not self.person.enabled:
            words += " " + self.tr("The account is disabled and stays so.")
        return words

    def _typed(self) -> None:
        ui, text = self.ui, self.ui.password.text()
        found = list(checks.password(self.people.layout, self.person, Secret(text))) if text else []
        serious = [one for one in found if one.serious]
        state = State.FAILING if serious else State.DIFFERS
        ui.problem.set(state if found else None, " ".join(one.text for one in serious or found))
        ui.problem.setVisible(bool(found))
        ui.ok.setEnabled(bool(text) and not serious and not self._saving)

    def _saved(self, result: tuple[Person, tuple[str, ...]]) -> None:
        person, untold = result
        self.ui.password.clear()
        self.accept()
        self.saved.emit(person)
        if untold:
            self.workbench.say("warning", " ".join(untold))

    def _refused(self, error: AzdeskError) -> None:
        self._saving = False
        self._typed()
        head = f"{error.where}: {error.what}" if error.where else error.what
        self.ui.banner.show_message("error", head, error.next_step, closable=False)

"""A person's code, for the person's card: masked until asked for, with what it contains, to copy, save and print."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from azdesk.app.enrolment import Act
from azdesk.enrol import home, qr
from azdesk.enrol.account import Account
from azdesk.enrol.forms import FORMS, Form
from azdesk.enrol.payload import Payload
from azdesk.ui import clipboard
from azdesk.ui.editors.base import while_there
from azdesk.ui.enrolment.saving import save_payload
from azdesk.ui.enrolment.sheets_dialog import EnrolmentSheetsDialog
from azdesk.ui.files import ask_save
from azdesk.ui.forms.person_code import Ui_PersonCode
from azdesk.ui.mapping.words import counted, filled

if TYPE_CHECKING:
    from azdesk.core.errors import AzdeskError
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

SHOWN_MS: Final = 60_000
"""After which a code that is shown is masked again."""

Source = Callable[["Job"], Account]
"""Fetches the person with the password, where that is known; blocking, called in a worker. Raises `AzdeskError`."""


@dataclass(frozen=True, kw_only=True)
class _Got:
    account: Account
    payload: Payload
    code: qr.Code | None
    """None: the form is none for codes."""


class PersonCode(QWidget):
    """Empty until `set_person`. The password is fetched when something is asked for, and not kept."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self.ui = ui = Ui_PersonCode()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._source: Source | None = None
        self._uid = ""
        self._asked = 0
        for form in FORMS.values():
            ui.form.addItem(form.title, form.key)
        ui.form.setCurrentIndex(max(0, ui.form.findData(workbench.fleet.enrolment.code)))
        self._hide_again = QTimer(self)
        self._hide_again.setSingleShot(True)
        self._hide_again.timeout.connect(self.hide_code)
        ui.form.currentIndexChanged.connect(lambda _index: self._show_form())
        ui.show_code.clicked.connect(self._toggle)
        ui.copy.clicked.connect(lambda: self._get(Act.COPIED, "", self._copied))
        ui.save_code.clicked.connect(self._ask_where)
        ui.print_code.clicked.connect(self._print)
        self.set_person("", None)

    @property
    def form(self) -> Form:
        """The form chosen."""
        return FORMS[str(self.ui.form.currentData())]

    def set_person(self, uid: str, source: Source | None) -> None:
        """Be about another person; None: about nobody.

        Args:
            uid: name in the directory, for the journal.
            source: fetches the account when it is needed.
        """
        self._uid, self._source = uid, source
        self._show_form()
        self.setEnabled(source is not None)

    def hide_code(self) -> None:
        """Mask it again."""
        self._asked += 1  # what is under way is not wanted any more
        self._hide_again.stop()
        self.ui.view.set_code(None)
        self.ui.says.clear()
        self.ui.says.hide()
        self.ui.show_code.setText(self.tr("Sho&w"))

    def save_as(self, path: Path) -> None:
        """Save it: as SVG or PNG picture, or as text, by the ending."""
        form = self.form

        def save(_job: Job, got: _Got) -> None:
            save_payload(path, got.payload, got.code)

        self._get(
            Act.SAVED,
            str(path),
            lambda _got: self.workbench.say(
                "info",
                filled(self.tr("Saved as %1."), path),
                self.tr("The password in it is in clear.") if form.has_password else "",
            ),
            also=save,
        )

    def hideEvent(self, event: QHideEvent) -> None:
        self.hide_code()
        super().hideEvent(event)

    # -- inside -----------------------------------------------------------------------------------------------

    def _show_form(self) -> None:
        self.hide_code()
        ui, form = self.ui, self.form
        ui.contains.setText(form.contains)
        ui.problem.clear()
        ui.problem.hide()
        ui.view.setVisible(form.as_code)
        ui.show_code.setEnabled(form.as_code)
        ui.print_code.setEnabled(form.as_code)

    def _toggle(self) -> None:
        if self.ui.view.shown:
            self.hide_code()
        else:
            self._get(Act.SHOWN, "", self._shown)

    def _get(
        self,
        act: Act | None,
        target: str,
        then: Callable[[_Got], None],
        *,
        also: Callable[[Job, _Got], None] | None = None,
    ) -> None:
        """Fetch the person and make the payload; what is to be done is noted before.

        Args:
            act: None: nothing is shown or handed out, so nothing is noted.
            also: done in the worker too.
        """
        source, form, workbench = self._source, self.form, self.workbench
        if source is None:
            return
        self._asked += 1
        asked, name, uid = self._asked, workbench.fleet.name, self._uid

        def work(job: Job) -> _Got:
            from azdesk.app.enrolment import note

            account = source(job)
            payload = form.payload(account)
            code = qr.encode(payload, qr.Level.M) if form.as_code else None
            if act is not None:
                note(
                    who=workbench.session.who,
                    act=act,
                    people=(uid,),
                    form=form.key,
                    fleet=name,
                    target=target,
                )
            got = _Got(account=account, payload=payload, code=code)
            if also is not None:
                also(job, got)
            return got

        def done(got: _Got) -> None:
            # Another person or another form may be chosen by now.
            if asked == self._asked:
                self.ui.problem.hide()
                then(got)

        def failed(error: AzdeskError) -> None:
            if asked == self._asked:
                self.ui.problem.setText(f"{error.what} {error.next_step}".strip())
                self.ui.problem.show()

        workbench.run(
            work,
            title=filled(self.tr("Making the code of %1"), uid),
            done=while_there(self, done),
            failed=while_there(self, failed),
            quiet=True,
            hidden=True,
        )

    def _shown(self, got: _Got) -> None:
        if got.code is None:
            return
        self.ui.view.set_code(got.code)
        size = counted(got.payload.size, self.tr("1 byte"), self.tr("%1 bytes"))
        least = QLocale().toString((got.code.modules + 2 * qr.QUIET) * qr.GOOD_MM, "f", 0)
        self.ui.says.setText(
            filled(self.tr("%1, %2 × %2 squares; scans well from %3 mm"), size, got.code.modules, least)
        )
        self.ui.says.show()
        self.ui.show_code.setText(self.tr("Hi&de"))
        self._hide_again.start(SHOWN_MS)

    def _copied(self, got: _Got) -> None:
        clipboard.put_secret(got.payload.text.reveal(), self, self._forgotten)
        self.ui.says.setText(self.tr("Copied. The clipboard clears itself after 30 seconds."))
        self.ui.says.show()

    def _forgotten(self) -> None:
        if not self.ui.view.shown:
            self.ui.says.hide()

    def _ask_where(self) -> None:
        safe = re.sub(r"[^\w.@-]", "_", self._uid) or "code"
        name = f"{safe}{'.svg' if self.form.as_code else self.form.ending}"
        if chosen := ask_save(self, self.tr("Save the code: .svg, .png, or .txt for its text"), name):
            self.save_as(chosen)

    def _print(self) -> None:
        form = self.form

        def show(got: _Got) -> None:
            design = replace(home.design(self.workbench.fleet), form=form.key)
            EnrolmentSheetsDialog(
                self.workbench, (got.account,), design=design, parent=self.workbench.window or self.window()
            ).open()

        self._get(None, "", show)

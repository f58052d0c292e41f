"""Adding a person, or changing one: basic fields first, the rest folded, problems beneath the field they belong to."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from azdesk.core.errors import AzdeskError
from azdesk.core.secret import Secret
from azdesk.directory import entries, passwords
from azdesk.directory.people import FIELDS, Person, shown
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.editors.base import fill_choices, while_there
from azdesk.ui.forms.person import Ui_PersonDialog
from azdesk.ui.mapping.words import filled
from azdesk.ui.viewmodels import State
from azdesk.ui.widgets.field_row import FieldRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azdesk.app.people import People
    from azdesk.core.progress import Job
    from azdesk.directory.checks import Finding
    from azdesk.ui.workbench import Workbench
    from azdesk.ui.worker import Task

_SIZE = (640, 600)
CHECK_MS = 150
"""What is typed is compared with the directory once typing pauses so long."""
_BASIC = ("name", "account", "number", "mail")
_LONGEST_VALUE = 120


class PersonDialog(GrowingDialog):
    """One person's values.

    Args:
        people: the directory.
        person: who is changed, as the directory has them; None: somebody new.
        home: host at which somebody new is at home to begin with; empty: the first one with numbers.
    """

    saved = Signal(object)
    """The `Person` as the directory has them now."""

    def __init__(
        self,
        workbench: Workbench,
        people: People,
        person: Person | None = None,
        *,
        home: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench = workbench
        self.people = people
        self.layout_ = people.layout
        self.old = person
        self._checking: Task | None = None
        self._saving = False
        self._number_typed = False
        self._made_up: Secret | None = None
        self._findings: tuple[Finding, ...] = ()
        self.ui = ui = Ui_PersonDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.fields: dict[str, QLineEdit] = {
            "name": ui.name,
            "account": ui.account,
            "number": ui.number,
            "mail": ui.mail,
        }
        self.rows: dict[str, FieldRow] = {
            "name": ui.name_row,
            "account": ui.account_row,
            "number": ui.number_row,
            "mail": ui.mail_row,
            "home": ui.home_row,
            "password": ui.password_row,
        }
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(CHECK_MS)
        self._soon.timeout.connect(self._check)
        self._place_rows()
        self._build_more()
        self._fill(home)
        self._connect()
        self.resize(*_SIZE)
        ui.name.setFocus()
        if person is None:
            self.suggest()
        else:
            self._check()

    # -- what is entered ---------------------------------------------------------------------------------------

    @property
    def entered(self) -> Person:
        """The values as they are entered, with what follows from them."""
        values = {key: field.text().strip() for key, field in self.fields.items()}
        values["home"] = str(self.ui.home.currentData() or "")
        if self.old is None:
            return entries.completed(self.layout_, Person(**values))  # type: ignore[arg-type]
        return entries.following(self.old, replace(self.old, **values))  # type: ignore[arg-type]

    @property
    def password(self) -> Secret | None:
        """The password that is entered; None: none."""
        text = self.ui.password.text()
        return Secret(text) if text else None

    def suggest(self) -> None:
        """Ask for the first free number of the home host."""
        host = self._home_host()
        if not host:
            return
        self._number_typed = False
        self.workbench.run(
            partial(self._free, host),
            title=self.tr("Looking for a free number"),
            done=while_there(self, self._have_free),
            failed=while_there(self, lambda error: self.ui.number_row.set_note(str(error.what))),
            quiet=True,
            hidden=True,
        )

    def generate(self) -> None:
        """Make a password up; it stays masked until asked for."""
        self._made_up = passwords.generate()
        self.ui.password.setText(self._made_up.reveal())

    def save(self) -> None:
        """Write it; the dialog closes once it is written."""
        if self._saving:
            return
        self._saving = True
        self._show_buttons()
        self.ui.banner.hide()
        who, old, password, people = self.entered, self.old, self.password, self.people
        made_up = password is not None and password == self._made_up

        def work(job: Job) -> tuple[Person, tuple[str, ...]]:
            from azdesk.app.people import changing, hosts, revealing

            if made_up:
                revealing.note_shown(people, who.account)
            if old is None:
                return changing.add(people, who, password, job=job), ()
            now = changing.change(people, old, who, password, job=job)
            sign_out = hosts.must_sign_out(old, now, password)
            return now, hosts.forget(people, (old,), sign_out=sign_out, job=job)

        title = self.tr("Adding %1") if old is None else self.tr("Changing %1")
        self.workbench.run(
            work,
            title=filled(title, who.account),
            done=while_there(self, self._saved),
            failed=while_there(self, self._refused),
            cancellable=False,
        )

    # -- inside ------------------------------------------------------------------------------------------------

    def _place_rows(self) -> None:
        ui = self.ui
        for row in (*self.rows.values(), ui.more_row):
            for field in row.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
                if field.objectName():
                    row.add_field(field, 0 if isinstance(field, QPushButton) else 1)
        ui.more_row.keep_left()
        for button in (ui.suggest, ui.generate, ui.more, ui.cancel):
            # Return saves, wherever the keyboard is.
            button.setAutoDefault(False)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if self.layout_.active_directory:
            ui.home_row.hide()
            ui.suggest.setVisible(any(host.numbers for host in self.people.fleet.hosts.values()))
        needed = self.old is None or self.layout_.passwords == "digest"
        ui.password_row.setVisible(needed)
        if self.old is not None and needed:
            ui.password_row.set_note(
                self.tr("Only with another number: the directory keeps a digest of number and password.")
            )
        elif self.layout_.passwords == "hashed":
            ui.password_row.set_note(self.tr("For chat; phones have none in this directory."))
        else:
            ui.password_row.set_note(self.tr("For chat and phone; without one nobody can log in."))

    def _build_more(self) -> None:
        """A field for everything else that the directory has a place for, and what it has beyond that."""
        ui = self.ui
        for item in FIELDS:
            if item.key in _BASIC or item.key == "home" or not self.layout_.attribute(item.key):
                continue
            row, field = FieldRow(label=item.title), QLineEdit()
            field.setObjectName(item.key)
            row.add_field(field)
            ui.others_layout.addWidget(row)
            self.rows[item.key], self.fields[item.key] = row, field
        for name, text in self._rest():
            row, value = FieldRow(label=name), QLabel(text)
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            row.add_field(value)
            ui.others_layout.addWidget(row)
        if self.old is not None and self.old.rest:
            kept = QLabel(self.tr("AZDesk knows no place for the last ones; they are kept as they are."))
            kept.setProperty("role", "note")
            kept.setWordWrap(True)
            ui.others_layout.addWidget(kept)
        ui.others.hide()

    def _rest(self) -> Sequence[tuple[str, str]]:
        if self.old is None:
            return ()
        found = []
        for name, values in self.old.rest.items():
            text = ", ".join(shown(value) for value in values)
            found.append((name, text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"))
        return found

    def _fill(self, home: str) -> None:
        from azdesk.app.people.access import home_address, home_name

        ui, fleet, old = self.ui, self.people.fleet, self.old
        hosts = [name for name, host in fleet.hosts.items() if "application" in host.roles]
        choices = [(self.tr("No host"), ""), *((name, home_address(fleet, name)) for name in hosts)]
        if old is not None and old.home and home_name(fleet, old.home) not in hosts:
            choices.append((filled(self.tr("%1, no host of the document"), old.home), old.home))
        ui.home.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        fill_choices(ui.home, choices)
        if old is None:
            title = self.tr("Add a person")
            first = home or next((name for name in hosts if fleet.hosts[name].numbers), "")
            ui.home.setCurrentIndex(max(0, ui.home.findText(first)) if first else 0)
        else:
            title = filled(self.tr("Change %1"), old.title)
            known = home_name(fleet, old.home)
            ui.home.setCurrentIndex(
                max(0, ui.home.findText(known) if known in hosts else ui.home.findData(old.home))
            )
            for key, field in self.fields.items():
                field.setText(old.value(key))
        self.setWindowTitle(title)
        ui.title.setText(title)
        ui.ok.setText(self.tr("A&dd") if old is None else self.tr("&Save"))
        ui.suggest.setAccessibleName(self.tr("Next free number of the home host"))
        ui.generate.setAccessibleName(self.tr("Generate a password"))

    def _connect(self) -> None:
        ui = self.ui
        for field in self.fields.values():
            field.textEdited.connect(lambda _text: self._typed())
        ui.number.textEdited.connect(lambda _text: self._number_was_typed())
        ui.password.textChanged.connect(lambda _text: self._typed())
        ui.home.activated.connect(lambda _at: self._home_chosen())
        ui.suggest.clicked.connect(self.suggest)
        ui.generate.clicked.connect(self.generate)
        ui.more.toggled.connect(self._unfold)
        ui.ok.clicked.connect(self.save)
        ui.ok.setDefault(True)
        ui.cancel.clicked.connect(self.reject)
        self._show_buttons()

    def _unfold(self, unfolded: bool) -> None:
        self.ui.others.setVisible(unfolded)
        self.ui.more.setText(self.tr("&Less") if unfolded else self.tr("&More"))

    def _number_was_typed(self) -> None:
        self._number_typed = True

    def _home_chosen(self) -> None:
        if self.old is None and not self._number_typed:
            self.suggest()
        self._typed()

    def _home_host(self) -> str:
        name = self.ui.home.currentText()
        fleet = self.people.fleet
        if name in fleet.hosts and fleet.hosts[name].numbers:
            return name
        if self.layout_.active_directory:
            return next((host for host, value in fleet.hosts.items() if value.numbers), "")
        return ""

    def _free(self, host: str, job: Job) -> tuple[str, ...]:
        from azdesk.app.people import looking

        return looking.free_numbers(self.people, host, job=job)

    def _have_free(self, found: tuple[str, ...]) -> None:
        ui = self.ui
        if self._number_typed:
            return
        if found:
            ui.number.setText(found[0])
            ui.number_row.set_note("")
        else:
            ui.number_row.set_note(self.tr("All numbers of this host's blocks are taken."))
        self._typed()

    def _typed(self) -> None:
        who = self.entered
        for key, field in self.fields.items():
            # What would be written where nothing is entered.
            field.setPlaceholderText(who.value(key) if not field.text() else "")
        self._show_buttons()
        self._soon.start()

    def _check(self) -> None:
        """Compare what is entered with the rules and with the directory; newest wins."""
        if self._checking is not None:
            self._checking.cancel()
        who, old, password, people = self.entered, self.old, self.password, self.people
        if not who.account:
            self._show_findings(())
            return

        def work(job: Job) -> tuple[Finding, ...]:
            from azdesk.app.people import changing

            return changing.findings(people, who, password, old=old, job=job)

        self._checking = self.workbench.run(
            work,
            title=self.tr("Comparing with the directory"),
            done=while_there(self, partial(self._have_findings, who)),
            failed=while_there(self, self._not_checked),
            quiet=True,
            hidden=True,
        )

    def _have_findings(self, who: Person, findings: tuple[Finding, ...]) -> None:
        if who == self.entered:
            self._show_findings(findings)

    def _not_checked(self, error: AzdeskError) -> None:
        self.ui.banner.show_message("error", str(error), closable=False)

    def _show_findings(self, findings: tuple[Finding, ...]) -> None:
        self._findings = findings
        for key, row in self.rows.items():
            own = [one for one in findings if one.field == key]
            row.set_problem(" ".join(one.text for one in own if one.serious))
            mild = " ".join(one.text for one in own if not one.serious)
            row.set_checked(State.DIFFERS if mild else None, mild)
        hidden = [one for one in findings if one.serious and one.field in self.fields]
        if any(one.field not in (*_BASIC, "home", "password") for one in hidden):
            self.ui.more.setChecked(True)
        whole = [one.text for one in findings if one.field not in self.rows]
        if whole:
            self.ui.banner.show_message("warning", " ".join(whole), closable=False)
        elif not self._saving:
            self.ui.banner.hide()
        self._show_buttons()

    def _show_buttons(self) -> None:
        serious = any(one.serious for one in self._findings)
        entered = bool(self.ui.account.text().strip())
        changed = self.old is None or self.entered != self.old or self.password is not None
        self.ui.ok.setEnabled(not self._saving and entered and changed and not serious)

    def _saved(self, result: tuple[Person, tuple[str, ...]]) -> None:
        person, untold = result
        self.ui.password.clear()
        self.accept()
        self.saved.emit(person)
        if untold:
            self.workbench.say("warning", " ".join(untold))

    def _refused(self, error: AzdeskError) -> None:
        self._saving = False
        self._show_buttons()
        head = f"{error.where}: {error.what}" if error.where else error.what
        self.ui.banner.show_message("error", head, error.next_step, closable=False)
        self._check()

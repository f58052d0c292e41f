"""Directory: whose it is, where people stand in it, how their passwords are kept. A page of the fleet, not of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from azdesk.core.errors import AzdeskError
from azdesk.fleet import edit, secret_names
from azdesk.ui.editors.base import Editor, fill_choices, listed, while_there
from azdesk.ui.editors.certificate_text import load_certificates, words_of
from azdesk.ui.editors.lists import Line
from azdesk.ui.forms.directory_editor import Ui_DirectoryEditor
from azdesk.ui.mapping.words import filled
from azdesk.ui.viewmodels import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from azdesk.core.progress import Job
    from azdesk.fleet.paths import Path
    from azdesk.ui.workbench import Workbench

OWN, OTHER = "own", "other"


class DirectoryEditor(Editor):
    """The document's ``[directory]``."""

    def __init__(self, workbench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(workbench, "", parent)
        self.ui = ui = Ui_DirectoryEditor()
        ui.setupUi(self.body)  # type: ignore[no-untyped-call]
        self.body.adopt_rows()
        self._other = bool(self.fleet.directory.urls)
        self._testing = False
        self._pending_kind = ""
        self._fill()
        self._bind()
        ui.whose.activated.connect(lambda _at: self._choose())
        ui.kind.activated.connect(lambda _at: self._kind_chosen())
        ui.ca_load.clicked.connect(self.load_authority)
        ui.ca_remove.clicked.connect(lambda: self._set("ca", "", self.tr("Remove the authority")))
        ui.reader_password.clicked.connect(self.ask_reader)
        ui.manager_password.clicked.connect(self.ask_manager)
        ui.test.clicked.connect(self.test)
        ui.ca_load.setAccessibleName(self.tr("Load the authority's certificate"))
        ui.ca_remove.setAccessibleName(self.tr("Remove the authority's certificate"))
        ui.reader_password.setAccessibleName(self.tr("Password of the reader"))
        ui.manager_password.setAccessibleName(self.tr("Password of the manager"))
        ui.result_row.hide()
        self.refresh()

    @property
    def there(self) -> bool:
        return True

    def concerned(self) -> tuple[str, ...]:
        return self.fleet.directory_hosts()

    def show_document(self) -> None:
        ui, directory = self.ui, self.fleet.directory
        self._other = self._other or bool(directory.urls)
        other, active = self._other, directory.kind == "active-directory"
        ui.whose.setCurrentIndex(ui.whose.findData(OTHER if other else OWN))
        for row in (ui.kind_row, ui.urls_row, ui.ca_row, ui.reader_row, ui.manager_row):
            row.setVisible(other)
        ui.hosts_row.setVisible(not other)
        some = bool(directory.base)
        ui.test.setVisible(some)
        ui.people.setEnabled(some)
        ui.people.setPlaceholderText("" if directory.people else directory.people_dn)
        ui.account_filter.setPlaceholderText("" if directory.account_filter else directory.people_filter)
        ui.reader.setPlaceholderText("" if directory.reader else directory.reader_dn)
        ui.account.setPlaceholderText(directory.account_attribute)
        ui.name.setPlaceholderText(directory.name_attribute)
        ui.number.setPlaceholderText(directory.number_attribute)
        ui.mail.setPlaceholderText(directory.mail_attribute)
        ui.reader_password.setEnabled(some and bool(directory.reader_dn))
        ui.manager_password.setEnabled(bool(directory.manager))
        ui.passwords_row.setVisible(not active)
        ui.passwords_row.set_note(self._password_note(directory.passwords))
        words, state = words_of(directory.ca)
        ui.ca.set(state, words or self.tr("those that the system trusts"))
        ui.ca_remove.setEnabled(bool(directory.ca))
        self._try_kind()

    def show_host(self) -> None:
        self.ui.hosts.set_lines(self._host_lines())

    # -- what can be done --------------------------------------------------------------------------------------

    def load_authority(self) -> None:
        """Take somebody else's authority from a file."""
        load_certificates(
            self.workbench, self, lambda text: self._set("ca", text, self.tr("Load the authority"))
        )

    def ask_reader(self) -> None:
        """Ask for the reader's password and keep it; hosts get it with the next change."""
        from azdesk.ui.editors.passwords import ask_and_keep

        who = self.fleet.directory.reader_dn
        ask_and_keep(
            self.workbench,
            secret_names.reader(self.fleet),
            filled(self.tr("Password of %1"), who),
            self.tr("With it the hosts look accounts up. It is kept with the secrets of this workstation."),
            self._reader_kept,
            for_hosts=True,
        )

    def ask_manager(self) -> None:
        """Ask for the manager's password and keep it."""
        from azdesk.ui.editors.passwords import ask_and_keep

        who = self.fleet.directory.manager
        ask_and_keep(
            self.workbench,
            secret_names.manager(self.fleet),
            filled(self.tr("Password of %1"), who),
            self.tr("With it AZDesk changes people. It is kept with the secrets of this workstation."),
        )

    def test(self) -> None:
        """Try the directory as it is entered here, step by step."""
        if self._testing:
            return
        from azdesk.ui.editors.binding_test import run_test

        self._testing = True
        self.ui.test.setEnabled(False)
        self.ui.result_row.show()
        self._show_result([(State.BUSY, self.tr("Trying the directory…"))])

        def work(job: Job) -> Sequence[Line]:
            return run_test(self.workbench.session, job)

        task = self.workbench.run(
            work,
            title=self.tr("Testing the binding"),
            done=while_there(self, self._show_result),
            failed=while_there(self, self._test_failed),
            quiet=True,
        )
        task.finished.connect(while_there(self, self._tested))

    # -- inside ------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        ui = self.ui
        fill_choices(
            ui.whose,
            [
                (self.tr("The fleet's own, which AZDesk sets up"), OWN),
                (self.tr("Somebody else's servers"), OTHER),
            ],
        )
        fill_choices(ui.kind, [("OpenLDAP", "openldap"), (self.tr("Active Directory"), "active-directory")])
        fill_choices(
            ui.passwords,
            [
                (self.tr("Plain: chat and phones share one clear text"), "plain"),
                (self.tr("Digest: a salted hash for chat, MD5 for phones"), "digest"),
                (self.tr("Hashed: a salted hash for chat, none for phones"), "hashed"),
            ],
        )

    def _bind(self) -> None:
        ui = self.ui
        change = self.tr("Change %1 of the directory")
        for row, field, path, words in (
            (ui.base_row, ui.base, ("base",), self.tr("the base")),
            (ui.kind_row, ui.kind, ("kind",), self.tr("the kind")),
            (ui.reader_row, ui.reader, ("reader",), self.tr("the reader")),
            (ui.manager_row, ui.manager, ("manager",), self.tr("the manager")),
            (ui.people_row, ui.people, ("people",), self.tr("the place of people")),
            (ui.filter_row, ui.account_filter, ("account_filter",), self.tr("the account filter")),
            (ui.passwords_row, ui.passwords, ("passwords",), self.tr("how passwords are kept")),
            (ui.account_row, ui.account, ("attributes", "account"), self.tr("the account's attribute")),
            (ui.name_row, ui.name, ("attributes", "name"), self.tr("the name's attribute")),
            (ui.number_row, ui.number, ("attributes", "number"), self.tr("the number's attribute")),
            (ui.mail_row, ui.mail, ("attributes", "mail"), self.tr("the e-mail's attribute")),
            (
                ui.phone_password_row,
                ui.phone_password,
                ("attributes", "phone_password"),
                self.tr("the phone password's attribute"),
            ),
            (ui.contacts_row, ui.contacts, ("phones", "max_contacts"), self.tr("the number of phones")),
        ):
            self.body.bind(row, field, _at(*path), change.replace("%1", words))
        self.body.bind(
            ui.urls_row, ui.urls, _at("urls"), change.replace("%1", self.tr("the servers")), listed(ui.urls)
        )
        self.body.bind(
            ui.codecs_row,
            ui.codecs,
            _at("phones", "codecs"),
            change.replace("%1", self.tr("the codecs")),
            listed(ui.codecs),
        )

    def _choose(self) -> None:
        self._other = self.ui.whose.currentData() == OTHER
        directory = self.fleet.directory
        if not self._other and (directory.urls or directory.kind != "openldap"):
            values: dict[Path, object] = {("directory", "kind"): "openldap", ("directory", "urls"): ()}
            self.workbench.try_edit(
                lambda: edit.with_values(self.fleet, values), self.tr("Take a directory of the fleet's own")
            )
        self.refresh()

    def _set(self, field: str, value: object, words: str) -> None:
        self.workbench.try_edit(lambda: edit.with_value(self.fleet, ("directory", field), value), words)

    def _reader_kept(self) -> None:
        """Hosts cannot see that a password is another one by now: the document says since when."""
        from datetime import UTC, datetime

        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._set("reader_since", now, self.tr("Enter the reader's password"))

    def _try_kind(self) -> None:
        """An Active Directory needs servers and a reader: who chose it first gets it once they are there."""
        wanted, path = self.ui.kind.currentData(), ("directory", "kind")
        if self._pending_kind != wanted or wanted == self.fleet.directory.kind:
            return
        if self.workbench.field_problem(path, wanted) is None:
            self._pending_kind = ""
            self.workbench.edit(
                edit.with_value(self.fleet, path, wanted), self.tr("Change the kind of the directory")
            )

    def _kind_chosen(self) -> None:
        wanted = self.ui.kind.currentData()
        self._pending_kind = wanted if wanted != self.fleet.directory.kind else ""

    def _password_note(self, mode: str) -> str:
        return {
            "plain": self.tr(
                "Codes and sheets can be made at any time. Whoever may read the entries knows the passwords."
            ),
            "digest": self.tr(
                "Nobody can read a password back: codes and sheets are made when one is set. Another number needs "
                "another password."
            ),
            "hashed": self.tr("Only for chat without phones: they would have no password at all."),
        }[mode]

    def _host_lines(self) -> list[Line]:
        fleet, bench = self.fleet, self.workbench
        hosts = [name for name, host in fleet.hosts.items() if "directory" in host.roles]
        if not hosts:
            return [
                (
                    State.DIFFERS,
                    self.tr("No host has the role “directory”: give it to one, under General on its page."),
                )
            ]
        lines: list[Line] = []
        for at, host in enumerate(hosts):
            part = (
                self.tr("%1: the directory itself")
                if at == 0
                else filled(self.tr("%1: follows %2"), "%1", hosts[0])
            ).replace("%1", host)
            seen = bench.observation(host)
            differing = len(bench.differences(host).get("directory", ()))
            if seen is None:
                lines.append((State.UNKNOWN, filled(self.tr("%1 · not looked at yet"), part)))
            elif seen.error is not None:
                lines.append((State.UNREACHABLE, f"{part} · {seen.error.what}"))
            elif differing and fleet.directory.base:
                lines.append((State.DIFFERS, filled(self.tr("%1 · not as the document says"), part)))
            else:
                lines.append((State.RIGHT, part))
        return lines

    def _show_result(self, lines: Sequence[Line]) -> None:
        self.ui.result.set_lines(list(lines))

    def _test_failed(self, error: AzdeskError) -> None:
        self._show_result([(State.FAILING, str(error))])

    def _tested(self) -> None:
        self._testing = False
        self.ui.test.setEnabled(True)


def _at(*path: str) -> Callable[[], Path]:
    return lambda: ("directory", *path)


def title() -> str:
    """The page's title."""
    return QCoreApplication.translate("Editors", "Directory & accounts")

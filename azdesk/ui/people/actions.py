"""What the buttons, menus and keys of the People page do with those who are selected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from azdesk.ui.editors.base import while_there
from azdesk.ui.people import many
from azdesk.ui.peoplemodels import PersonRow

if TYPE_CHECKING:
    from azdesk.app.enrolment import Fetched
    from azdesk.app.people import People
    from azdesk.core.progress import Job
    from azdesk.directory.people import Person
    from azdesk.enrol.account import Account
    from azdesk.ui.people.page import PeoplePage
    from azdesk.ui.workbench import Workbench

MOST_SHEETS = 10_000
"""Sheets of more people at once are not asked for."""


class PeopleActions(QObject):
    """Connects the page with its dialogs.

    Args:
        people: gives the directory, or None while there is none.
    """

    changed = Signal(object)
    """A `azdesk.directory.people.Person` came, or is another one by now."""
    gone = Signal(object)
    """Keys of people who are no more (tuple)."""
    many_changed = Signal()
    """Several are others by now: the list has to be asked for again."""
    settings_requested = Signal()

    def __init__(
        self, workbench: Workbench, page: PeoplePage, people: Callable[[], People | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self.workbench = workbench
        self.page = page
        self._people = people
        self.writable = False
        card, table = page.ui.card, page.table
        page.add_requested.connect(self.add)
        page.import_requested.connect(self.import_sheet)
        card.edit_requested.connect(self.edit)
        card.password_requested.connect(self.set_password)
        card.disable_requested.connect(self.switch)
        card.delete_requested.connect(self.delete)
        card.print_requested.connect(self.print_sheets)
        table.opened.connect(lambda _row: self.edit())
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._menu)
        page.more_menu.aboutToShow.connect(self._fill_more)
        for keys, call in (("Del", self.delete), ("F2", self.edit)):
            shortcut = QShortcut(QKeySequence(keys), table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(call)

    def set_writable(self, *, writable: bool) -> None:
        """Whether the directory can be changed."""
        self.writable = writable
        self.page.ui.card.set_writable(writable=writable)
        self.page.ui.add.setEnabled(writable)
        self.page.ui.import_people.setEnabled(writable)

    # -- one person --------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Open the dialog for somebody new."""
        people = self._people()
        if people is None or not self.writable:
            return
        from azdesk.ui.people.person_dialog import PersonDialog

        dialog = PersonDialog(self.workbench, people, home=self.page.query.home, parent=self.workbench.window)
        dialog.saved.connect(self.changed)
        dialog.open()

    def edit(self) -> None:
        """Open the dialog for the one who is selected."""
        self._with_person(self._open_edit)

    def set_password(self) -> None:
        """Open the dialog for the password of the one who is selected."""
        self._with_person(self._open_password)

    def fetch_account(self, key: str, job: Job) -> Account:
        """The account of a person with the password, for a code; in a worker.

        Raises:
            AzdeskError: it cannot be read, or lacks something that codes need.
        """
        from azdesk.app.enrolment import accounts_of
        from azdesk.app.people import looking
        from azdesk.core.errors import Cancelled

        people = self._people()
        if people is None:
            raise Cancelled()
        accounts, problems = accounts_of(people.fleet, [looking.get(people, key, secrets=True, job=job)])
        if problems:
            raise problems[0]
        return accounts[0]

    # -- several -----------------------------------------------------------------------------------------------

    def delete(self) -> None:
        """Ask, and remove those who are selected."""
        people, rows = self._people(), self.page.table.selected()
        if people is not None and rows and self.writable:
            many.delete(self.workbench, people, rows, self._deleted)

    def switch(self, *, on: bool | None = None) -> None:
        """Disable those who are selected, or enable them where they are disabled already."""
        people, rows = self._people(), self.page.table.selected()
        if people is None or not rows or not self.writable:
            return
        enable = all(row.disabled for row in rows) if on is None else on
        many.switch(self.workbench, people, rows, on=enable, then=self._done)

    def move(self, host: str) -> None:
        """Enter another home host for those who are selected."""
        people, rows = self._people(), self.page.table.selected()
        if people is not None and rows and self.writable:
            many.move(self.workbench, people, rows, host, self._done)

    def print_sheets(self) -> None:
        """Open the sheets of those who are selected, or of all who are shown."""
        people = self._people()
        rows = self.page.table.selected() or list(self.page.table.people.rows)
        if people is None or not rows:
            return
        if len(rows) > MOST_SHEETS:
            self.workbench.say(
                "warning",
                self.tr("These are too many people for one batch of sheets."),
                self.tr("Select some of them, or narrow the list down."),
            )
            return
        accounts = [row.account for row in rows]

        def work(job: Job) -> Fetched:
            from azdesk.app.enrolment import fetch

            return fetch(people, accounts, job=job)

        self.workbench.run(
            work,
            title=self.tr("Reading people for their sheets"),
            done=while_there(self.page, self._open_sheets),
            quiet=True,
        )

    def import_sheet(self) -> None:
        """Open the wizard for a sheet of people."""
        people = self._people()
        if people is None or not self.writable:
            return
        from azdesk.ui.people.import_dialog import ImportDialog

        dialog = ImportDialog(self.workbench, people, parent=self.workbench.window)
        dialog.changed.connect(self.many_changed)
        dialog.sheets_requested.connect(self._open_sheets_of)
        dialog.open()

    def export(self) -> None:
        """Ask whom, and write them into a file."""
        people, table, query = self._people(), self.page.table, self.page.query
        if people is not None:
            from azdesk.ui.people.exporting import export

            selected = [row.account for row in table.selected()]
            seen = [row.account for row in table.people.rows] if query.seen_by else None
            export(self.workbench, people, query, selected, seen)

    def check_everybody(self) -> None:
        """Look through all people for what keeps them from working."""
        people = self._people()
        if people is not None:
            from azdesk.ui.people.lists import check_everybody

            check_everybody(self.workbench, people)

    def show_log(self) -> None:
        """Show what was written into the directory."""
        people = self._people()
        if people is not None:
            from azdesk.ui.people.lists import show_log

            show_log(self.workbench, people.place)

    # -- inside ------------------------------------------------------------------------------------------------

    def _with_person(self, then: Callable[[Person], None]) -> None:
        people, rows = self._people(), self.page.table.selected()
        if people is None or len(rows) != 1 or not self.writable:
            return
        key = rows[0].key

        def work(job: Job) -> Person:
            from azdesk.app.people import looking

            return looking.get(people, key, job=job)

        self.workbench.run(
            work,
            title=self.tr("Reading an entry"),
            done=while_there(self.page, then),
            quiet=True,
            hidden=True,
        )

    def _open_edit(self, person: Person) -> None:
        people = self._people()
        if people is None:
            return
        from azdesk.ui.people.person_dialog import PersonDialog

        dialog = PersonDialog(self.workbench, people, person, parent=self.workbench.window)
        old = person.dn
        dialog.saved.connect(lambda now: self.gone.emit((old,)) if now.dn != old else None)
        dialog.saved.connect(self.changed)
        dialog.open()

    def _open_password(self, person: Person) -> None:
        people = self._people()
        if people is None:
            return
        from azdesk.ui.people.password_dialog import PasswordDialog

        dialog = PasswordDialog(self.workbench, people, person, parent=self.workbench.window)
        dialog.saved.connect(self.changed)
        dialog.saved.connect(self._password_set)
        dialog.open()

    def _password_set(self, person: Person) -> None:
        self.workbench.say("info", self.tr("The password of %1 is set.").replace("%1", person.title))

    def _open_sheets(self, fetched: Fetched) -> None:
        from azdesk.ui.enrolment.sheets_dialog import EnrolmentSheetsDialog

        EnrolmentSheetsDialog(
            self.workbench, fetched.accounts, left_out=fetched.left_out, parent=self.workbench.window
        ).show()

    def _open_sheets_of(self, accounts: Sequence[Account]) -> None:
        from azdesk.ui.enrolment.sheets_dialog import EnrolmentSheetsDialog

        EnrolmentSheetsDialog(self.workbench, accounts, parent=self.workbench.window).show()

    def _deleted(self, done: many.Done) -> None:
        self.gone.emit(done.keys)

    def _done(self, done: many.Done) -> None:
        if done.keys:
            self.many_changed.emit()

    def _menu(self, place: QPoint) -> None:
        menu = self.menu(self.page.table.selected())
        menu.popup(self.page.table.viewport().mapToGlobal(place))

    def menu(self, rows: Sequence[PersonRow]) -> QMenu:
        """What can be done with these people; the menu deletes itself."""
        menu = QMenu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        one, some = len(rows) == 1, bool(rows)
        self._entry(menu, self.tr("&Edit…"), self.edit, enabled=one and self.writable)
        self._entry(menu, self.tr("&Password…"), self.set_password, enabled=one and self.writable)
        self._entry(menu, self.tr("Enrolment &sheets…"), self.print_sheets, enabled=some)
        self._entry(menu, self.tr("E&xport…"), self.export, enabled=self._people() is not None)
        menu.addSeparator()
        off, on = any(row.disabled for row in rows), any(not row.disabled for row in rows)
        self._entry(menu, self.tr("&Disable…"), partial(self.switch, on=False), enabled=on and self.writable)
        self._entry(menu, self.tr("E&nable"), partial(self.switch, on=True), enabled=off and self.writable)
        hosts = menu.addMenu(self.tr("&Move to"))
        fleet = self.workbench.fleet
        for name, host in fleet.hosts.items():
            if "application" in host.roles:
                self._entry(hosts, name.replace("&", "&&"), partial(self.move, name), enabled=True)
        hosts.setEnabled(some and self.writable and not hosts.isEmpty())
        menu.addSeparator()
        self._entry(menu, self.tr("De&lete…"), self.delete, enabled=some and self.writable)
        menu.addSeparator()
        self._entry(menu, self.tr("&Copy"), self.page.table.copy, enabled=some)
        return menu

    def _fill_more(self) -> None:
        menu = self.page.more_menu
        menu.clear()
        there = self._people() is not None
        self._entry(menu, self.tr("&Export…"), self.export, enabled=there)
        self._entry(menu, self.tr("Enrolment &sheets…"), self.print_sheets, enabled=there)
        self._entry(menu, self.tr("&Check everybody…"), self.check_everybody, enabled=there)
        self._entry(menu, self.tr("&Log of changes…"), self.show_log, enabled=there)
        menu.addSeparator()
        self._entry(menu, self.tr("&Directory && accounts…"), self.settings_requested.emit, enabled=True)

    def _entry(self, menu: QMenu, text: str, call: Callable[[], object], *, enabled: bool) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(lambda _checked=False: call())
        action.setEnabled(enabled)
        return action

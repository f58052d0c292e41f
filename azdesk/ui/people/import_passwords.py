"""Passwords that an import makes up: where they go is chosen before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from azdesk.core.secret import Secret
from azdesk.directory.bulk import plans
from azdesk.ui import files
from azdesk.ui.dialogs.prompts import ConfirmDialog
from azdesk.ui.editors.base import fill_choices
from azdesk.ui.mapping.words import counted, filled

if TYPE_CHECKING:
    from azdesk.app.people import People
    from azdesk.app.people.importing import Keep
    from azdesk.core.progress import Job
    from azdesk.directory.bulk.plans import Item, Plan
    from azdesk.enrol.account import Account


class Where(Enum):
    """Where passwords that were made up can be found afterwards."""

    DIRECTORY = "directory"
    """It keeps them in clear."""
    SHEETS = "sheets"
    """On enrolment sheets, which are opened next."""
    FILE = "file"


class ImportPasswords(QObject):
    """The line of the wizard's second page that asks, and what comes of it.

    Args:
        line: holds the two; hidden where nothing is made up.
    """

    def __init__(
        self, people: People, line: QWidget, label: QLabel, choice: QComboBox, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._people, self._line, self._label, self._choice = people, line, label, choice
        self._dialog = parent
        self._plan: Plan | None = None
        self._path: Path | None = None
        self._known: dict[str, Secret] = {}
        """Account in small letters → password, of those that were sent."""
        self._handed = False

    # -- before ------------------------------------------------------------------------------------------------

    def offer(self, plan: Plan) -> None:
        """Ask about the passwords of a plan, if any are made up."""
        self._plan, self._path = plan, None
        made = sum(item.generated for item in plan.work)
        self._line.setVisible(bool(made))
        if not made:
            return
        self._label.setText(
            counted(
                made, self.tr("The password that is made &up:"), self.tr("%1 passwords that are made &up:")
            )
        )
        choices = [
            (self.tr("go on to enrolment sheets"), Where.SHEETS),
            (self.tr("save them to a file…"), Where.FILE),
        ]
        if not plans.must_not_be_lost(plan.layout, plan):
            choices.insert(0, (self.tr("stay in the directory"), Where.DIRECTORY))
        fill_choices(self._choice, choices)

    @property
    def where(self) -> Where:
        """What is chosen."""
        if self._plan is None or not any(item.generated for item in self._plan.work):
            return Where.DIRECTORY
        return Where(self._choice.currentData())

    def ask(self) -> bool:
        """Ask for the file where one is wanted; False: nothing is to be written."""
        self._path = None
        if self.where is not Where.FILE:
            return True
        assert self._plan is not None
        name = f"{Path(self._plan.sheet).stem}-passwords.csv"
        self._path = files.ask_save(self._dialog, self.tr("Save the passwords"), name)
        return self._path is not None

    def keeper(self) -> Keep:
        """For `azdesk.app.people.importing.apply`; in a worker.

        Raises:
            DirectoryError: the file cannot be written.
        """
        from azdesk.app.people.revealing import PasswordFile

        file = PasswordFile(self._people, self._path) if self._path is not None else None

        def keep(items: Sequence[Item]) -> None:
            if file is not None:
                file(items)
            self._known.update(
                (item.account.lower(), item.password) for item in items if item.password is not None
            )

        return keep

    # -- afterwards --------------------------------------------------------------------------------------------

    @property
    def saved(self) -> str:
        """What is to be said of the file; empty: there is none."""
        if self._path is None:
            return ""
        words = self.tr("The passwords are in %1, in clear. Delete it once they are handed out.")
        return filled(words, self._path)

    @property
    def would_be_lost(self) -> bool:
        """Whether nobody would know the passwords once this is closed."""
        plan = self._plan
        kept = self._handed or self._path is not None or not self._known
        return not kept and plan is not None and plans.must_not_be_lost(plan.layout, plan)

    def accounts(self, written: Sequence[str], job: Job) -> tuple[Account, ...]:
        """People with their passwords, for sheets; in a worker. Where the directory keeps hashes they are known here alone."""
        from azdesk.app.enrolment import fetch

        fetched = fetch(self._people, written, job=job)
        return tuple(
            replace(one, password=one.password or self._known.get(one.uid.lower()))
            for one in fetched.accounts
        )

    def handed(self) -> None:
        """They are on sheets by now."""
        self._handed = True

    def confirm_loss(self, then: Callable[[], object]) -> None:
        """Ask whether to close although nobody would know the passwords."""
        dialog = ConfirmDialog(
            self.tr("Close without the passwords?"),
            self.tr(
                "The directory keeps no clear text of the passwords that were made up, so nobody could tell them to their "
                "people: each would need a new one. Open the enrolment sheets first."
            ),
            self.tr("&Close all the same"),
            parent=self._dialog,
        )
        dialog.accepted.connect(then)
        dialog.open()

"""From people of the directory to their codes and sheets: what the People page calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from azdesk.ui.editors.base import while_there
from azdesk.ui.enrolment.sheets_dialog import EnrolmentSheetsDialog
from azdesk.ui.mapping.words import counted

if TYPE_CHECKING:
    from azdesk.app.enrolment import Fetched
    from azdesk.app.people import People
    from azdesk.core.progress import Job
    from azdesk.enrol.account import Account
    from azdesk.ui.enrolment.person_code import Source
    from azdesk.ui.workbench import Workbench


def code_source(people: People, account: str) -> Source:
    """Where `PersonCode` gets a person from, by the name in the directory."""

    def fetch(job: Job) -> Account:
        from azdesk.app.enrolment import fetch

        fetched = fetch(people, (account,), job=job)
        if fetched.left_out:
            raise fetched.left_out[0]
        return fetched.accounts[0]

    return fetch


def open_sheets(workbench: Workbench, people: People, accounts: Sequence[str], parent: QWidget) -> None:
    """Read these people with their passwords, in a worker, and open the dialog; an error becomes a message."""
    wanted = tuple(accounts)
    tr = QCoreApplication.translate

    def work(job: Job) -> Fetched:
        from azdesk.app.enrolment import fetch

        return fetch(people, wanted, job=job)

    def show(fetched: Fetched) -> None:
        EnrolmentSheetsDialog(workbench, fetched.accounts, left_out=fetched.left_out, parent=parent).open()

    workbench.run(
        work,
        title=counted(
            len(wanted), tr("Enrolment", "Reading one person"), tr("Enrolment", "Reading %1 people")
        ),
        done=while_there(parent, show),
        quiet=True,
    )

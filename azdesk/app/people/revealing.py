"""Passwords that somebody gets to see, on a screen or in a file: noted in the enrolment journal first, and not done where that fails."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from azdesk.app.people.access import People
from azdesk.core.errors import DirectoryError
from azdesk.directory.bulk import writing
from azdesk.directory.bulk.plans import Item

HEADINGS = ("Account", "Name", "Number", "Password")


def note_shown(people: People, *accounts: str) -> None:
    """Note that these people's passwords are about to be shown.

    Raises:
        EnrolmentError: it cannot be noted; then they must not be shown.
    """
    _note(people, "shown", accounts, "")


def note_saved(people: People, accounts: Sequence[str], path: Path) -> None:
    """Note that these people's passwords are about to be in a file.

    Raises:
        EnrolmentError: it cannot be noted; then they must not be written.
    """
    _note(people, "saved", accounts, str(path))


def _note(people: People, act: str, accounts: Sequence[str], target: str) -> None:
    from azdesk.app import enrolment

    enrolment.note(
        who=people.session.who,
        act=enrolment.Act(act),
        people=accounts,
        form=enrolment.PASSWORD,
        fleet=people.fleet.name,
        target=target,
    )


class PasswordFile:
    """A new CSV file that only its user can read: people and the passwords that an import sets.

    To be told of items before they go to the directory, see `azdesk.app.people.importing.apply`.

    Args:
        path: nothing must be there yet.

    Raises:
        DirectoryError: there is something of that name, or it cannot be written.
    """

    def __init__(self, people: People, path: Path) -> None:
        self.path = path
        self.accounts: list[str] = []
        """Whose passwords it has by now."""
        self._people = people
        # Begun at once: that it cannot be written is known before anything is in the directory.
        self._write([HEADINGS], os.O_EXCL | os.O_CREAT)

    def __call__(self, items: Sequence[Item]) -> None:
        """Write down the passwords of these, and note it before.

        Raises:
            EnrolmentError: it cannot be noted.
            DirectoryError: it cannot be written.
        """
        if not items:
            return
        note_saved(self._people, [item.account for item in items], self.path)
        rows = []
        for item in items:
            assert item.password is not None
            row = (item.account, item.after.name, item.after.number, item.password.reveal())
            rows.append([writing.harmless(cell) for cell in row])
        self._write(rows, 0)
        self.accounts += [item.account for item in items]

    def _write(self, rows: Sequence[Sequence[str]], flags: int) -> None:
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows(rows)
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | flags, 0o600)
            with os.fdopen(handle, "ab") as file:
                file.write(buffer.getvalue().encode())
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError as error:
            raise DirectoryError(
                "There is already a file of this name.", where=str(self.path), next_step="Give another one."
            ) from error
        except OSError as error:
            raise DirectoryError(
                f"The passwords cannot be written down: {error.strerror or error}.",
                where=str(self.path),
                next_step="Nothing more is written into the directory without it.",
            ) from error

"""What came of an import, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.directory.bulk.plans import Action
from azdesk.ui.mapping.words import counted, filled

if TYPE_CHECKING:
    from azdesk.app.people.importing import Result
    from azdesk.app.people.undoing import Undone
    from azdesk.directory.bulk.plans import Plan


def plan_notes(plan: Plan) -> list[str]:
    """What is to be known before a plan is carried out."""
    tr = QCoreApplication.translate
    notes = list(plan.notes)
    if plan.replaced_passwords:
        notes.append(
            counted(
                plan.replaced_passwords,
                tr("Import", "1 person gets another password than now, which cannot be undone."),
                tr("Import", "%1 people get another password than now, which cannot be undone."),
            )
        )
    refused = plan.count(Action.REFUSED)
    if refused:
        notes.insert(
            0,
            counted(
                refused,
                tr("Import", "1 row is refused and left out; correct it in the sheet, or go on without it."),
                tr(
                    "Import", "%1 rows are refused and left out; correct them in the sheet, or go on without."
                ),
            ),
        )
    return notes


def result_words(result: Result) -> str:
    """What came of carrying a plan out."""
    tr = QCoreApplication.translate
    done = counted(len(result.done), tr("Import", "1 person"), tr("Import", "%1 people"))
    parts = [filled(tr("Import", "%1 written."), done)]
    if result.refused:
        parts.append(filled(tr("Import", "%1 refused by the directory."), f"{len(result.refused):,}"))
    if result.unknown:
        words = tr("Import", "Of %1 it is not known: the connection ended. Going on finds out.")
        parts.append(filled(words, f"{len(result.unknown):,}"))
    if result.left:
        parts.append(filled(tr("Import", "%1 not tried."), f"{len(result.left):,}"))
    if result.stopped is not None:
        parts.append(str(result.stopped))
    parts += result.untold
    return " ".join(parts)


def undone_words(undone: Undone) -> str:
    """What came of taking an import back."""
    tr = QCoreApplication.translate
    parts = [
        counted(undone.done, tr("Import", "1 person is as before."), tr("Import", "%1 people are as before."))
    ]
    if undone.passwords:
        words = (
            tr("Import", "1 person keeps the new password."),
            tr("Import", "%1 people keep the new password."),
        )
        parts.append(counted(undone.passwords, *words))
    if undone.stopped is not None:
        parts.append(str(undone.stopped))
    parts += undone.untold
    return " ".join(parts)

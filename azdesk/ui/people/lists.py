"""What is said of people in lists: what is wrong with whom, and what was written when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from azdesk.ui.dialogs.list_dialog import Found, ListDialog
from azdesk.ui.mapping.words import counted, filled

if TYPE_CHECKING:
    from azdesk.app.people import People
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench


def check_everybody(workbench: Workbench, people: People) -> ListDialog:
    """Look through all people, and list by name what keeps them from working."""
    tr = QCoreApplication.translate

    def read(job: Job) -> Found:
        from azdesk.app.people import looking

        checked = looking.check(people, job=job)
        items = [*checked.overlaps, *(str(finding) for finding in checked.findings)]
        among = counted(checked.people, tr("People", "1 person"), tr("People", "%1 people"))
        if not items:
            head = filled(tr("People", "Nothing is wrong with %1."), among)
        else:
            things = counted(checked.count, tr("People", "1 thing"), tr("People", "%1 things"))
            head = filled(tr("People", "%1 with %2"), things, among)
        if checked.partial:
            head += " · " + tr("People", "partial list: the server did not give everybody")
        return Found(items=tuple(items), head=head)

    dialog = ListDialog(workbench, tr("People", "What is wrong with people"), read, parent=workbench.window)
    dialog.open()
    return dialog


def show_log(workbench: Workbench, base: str) -> ListDialog:
    """Everything that this workstation wrote into the directory, the newest first."""
    tr = QCoreApplication.translate

    def read(_job: Job) -> Found:
        from azdesk.app.people import log

        items: Sequence[str] = tuple(log.last(base))
        words = counted(len(items), tr("People", "1 change"), tr("People", "%1 changes"))
        place = filled(tr("People", "%1 from this workstation, the newest first"), words)
        return Found(items=tuple(items), head=place if items else tr("People", "Nothing was written yet."))

    dialog = ListDialog(
        workbench,
        filled(tr("People", "Changes of %1"), base),
        read,
        mono=True,
        parent=workbench.window,
    )
    dialog.open()
    return dialog

"""The last log lines of a unit, filtered and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from azdesk.ui.dialogs.list_dialog import Found, ListDialog
from azdesk.ui.mapping.words import counted, filled

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

COUNTS = (100, 500, 2000)


class LogDialog(ListDialog):
    """Asks the host; again with F5, or when more lines are wanted."""

    def __init__(self, workbench: Workbench, host: str, unit: str, parent: QWidget | None = None) -> None:
        tr = QCoreApplication.translate

        def read(job: Job) -> Found:
            from azdesk.app.service_actions import last_lines

            lines = tuple(last_lines(workbench.session, host, unit, self.count, job).splitlines())
            words = counted(len(lines), tr("Log", "1 line"), tr("Log", "%1 lines, the newest at the bottom"))
            return Found(
                items=lines, head=words if lines else tr("Log", "The log has no lines of this unit.")
            )

        title = filled(tr("Log", "Log of %1 on %2"), unit.removesuffix(".service"), host)
        super().__init__(
            workbench, title, read, mono=True, at_end=True, counts=COUNTS, host=host, parent=parent
        )

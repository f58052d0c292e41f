"""Start, stop and restart units from the window, and show their logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from azdesk.core.outcome import HostOutcome, HostState
from azdesk.core.progress import Job
from azdesk.ui.mapping.words import filled, unit_name

if TYPE_CHECKING:
    from azdesk.ui.workbench import Workbench


def act(workbench: Workbench, host: str, unit: str, action: str, *, parent: QWidget | None = None) -> None:
    """Do it at once, as a transaction on the host; stopping is asked about first."""
    tr = QCoreApplication.translate
    name = unit_name(unit)
    if action == "stop" and not _sure(host, name, parent):
        return
    titles = {
        "start": tr("Services", "Starting %1 on %2"),
        "stop": tr("Services", "Stopping %1 on %2"),
        "restart": tr("Services", "Restarting %1 on %2"),
        "reload": tr("Services", "Reloading %1 on %2"),
    }

    def work(job: Job) -> HostOutcome:
        from azdesk.app import service_actions

        return service_actions.act(workbench.session, host, unit, action, job)

    def done(outcome: HostOutcome) -> None:
        if outcome.state is not HostState.CHANGED:
            workbench.say("error", f"{host}: {outcome.message or outcome.state}")
        workbench.look((host,))

    workbench.run(work, title=filled(titles[action], name, host), host=host, done=done)


def _sure(host: str, name: str, parent: QWidget | None) -> bool:
    tr = QCoreApplication.translate
    box = QMessageBox(parent)
    box.setWindowTitle(tr("Services", "Stop a service"))
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setText(filled(tr("Services", "Stop %1 on %2?"), name, host))
    box.setInformativeText(
        tr(
            "Services",
            "Whoever uses it is disconnected. Nothing is changed in the document, so the host then differs from it.",
        )
    )
    stop = box.addButton(tr("Services", "&Stop"), QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(tr("Services", "&Keep it running"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.exec()
    return box.clickedButton() is stop


def show_log(workbench: Workbench, host: str, unit: str, parent: QWidget | None = None) -> None:
    """Show the newest log lines of a unit."""
    from azdesk.ui.dialogs.log_dialog import LogDialog

    LogDialog(workbench, host, unit, parent).open()

"""Start, stop and restart units from the window, and read their logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from azdesk.core.outcome import HostOutcome, HostState
from azdesk.core.progress import Job
from azdesk.ui import theme
from azdesk.ui.mapping.words import filled, unit_name
from azdesk.ui.tokens import GRID
from azdesk.ui.widgets.filter_edit import FilterEdit
from azdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from azdesk.core.errors import AzdeskError
    from azdesk.ui.workbench import Workbench

LINES = 400


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


class LogDialog(QDialog):
    """The newest log lines of a unit, with a filter; looks again on demand."""

    def __init__(self, workbench: Workbench, host: str, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workbench = workbench
        self._host = host
        self._unit = unit
        self._lines: list[str] = []
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(filled(self.tr("Log of %1 on %2"), unit_name(unit), host))
        self.title = ElidedLabel(text=self.windowTitle())
        self.title.setProperty("role", "heading")
        self.filter = FilterEdit()
        self.filter.set_placeholder(self.tr("Filter   Ctrl+F"))
        self.filter.setMaximumWidth(280)
        self.filter.filter_changed.connect(lambda _words: self._show())
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(theme.file_font())
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(self.windowTitle())
        self.again = QPushButton(self.tr("&Look again   F5"))
        self.again.setShortcut("F5")
        self.again.clicked.connect(self.read)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.again, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        column.setSpacing(GRID + 4)
        column.addLayout(head)
        column.addWidget(self.text, 1)
        column.addWidget(buttons)
        self.resize(900, 560)
        self.read()

    def read(self) -> None:
        """Ask the host again."""
        self.again.setEnabled(False)
        host, unit, workbench = self._host, self._unit, self._workbench

        def work(job: Job) -> str:
            from azdesk.app import service_actions

            return service_actions.last_lines(workbench.session, host, unit, LINES, job)

        title = filled(self.tr("Reading the log of %1 on %2"), unit_name(unit), host)
        workbench.run(work, title=title, host=host, done=self._have, failed=self._failed)

    def _have(self, text: str) -> None:
        self.again.setEnabled(True)
        self._lines = text.splitlines()
        self._show()

    def _failed(self, error: AzdeskError) -> None:
        self.again.setEnabled(True)
        self.text.setPlainText(f"{error.what} {error.next_step}".strip())

    def _show(self) -> None:
        words = self.filter.text().strip().casefold()
        self.text.setPlainText("\n".join(line for line in self._lines if words in line.casefold()))
        self.text.moveCursor(self.text.textCursor().MoveOperation.End)
        self.text.moveCursor(self.text.textCursor().MoveOperation.StartOfLine)

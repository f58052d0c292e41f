"""The last log lines of a unit, filtered and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from azdesk.core.errors import AzdeskError
from azdesk.ui import theme
from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.forms.log_dialog import Ui_LogDialog

if TYPE_CHECKING:
    from azdesk.core.progress import Job
    from azdesk.ui.workbench import Workbench

COUNTS = (100, 500, 2000)
_SIZE = (900, 600)


class LogDialog(GrowingDialog):
    """Reads the log in the background; F5 again, Ctrl+F filters, Esc closes."""

    def __init__(self, workbench: Workbench, host: str, unit: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench, self.host, self.unit = workbench, host, unit
        self.ui = ui = Ui_LogDialog()
        ui.setupUi(self)  # type: ignore[no-untyped-call]
        self._lines: list[str] = []
        name = unit.removesuffix(".service")
        title = self.tr("Log of %1 on %2").replace("%1", name).replace("%2", host)
        self.setWindowTitle(title)
        ui.title.setText(title)
        for count in COUNTS:
            ui.lines.addItem(self.tr("last %1 lines").replace("%1", str(count)), count)
        ui.lines.setMinimumWidth(150)
        ui.lines.activated.connect(lambda _index: self.read())
        ui.text.setFont(theme.file_font())
        ui.filter.set_placeholder(self.tr("Filter lines   Ctrl+F"))
        ui.filter.filter_changed.connect(lambda _words: self._show())
        ui.filter.left.connect(self.reject)
        ui.filter.into_list.connect(ui.text.setFocus)
        ui.again.clicked.connect(self.read)
        ui.copy.clicked.connect(self.copy)
        ui.close_dialog.clicked.connect(self.reject)
        for button in (ui.again, ui.copy, ui.close_dialog):
            button.setAutoDefault(False)
        QShortcut(QKeySequence("F5"), self, self.read)
        QShortcut(ui.filter.focus_shortcut(), self, ui.filter.setFocus)
        self.resize(*_SIZE)
        ui.filter.setFocus()
        self.read()

    def read(self) -> None:
        """Read the log from the host."""
        workbench, host, unit, count = self.workbench, self.host, self.unit, int(self.ui.lines.currentData())

        def work(job: Job) -> str:
            from azdesk.app.service_actions import last_lines

            return last_lines(workbench.session, host, unit, count, job)

        self.ui.again.setEnabled(False)
        self.ui.count.setText(self.tr("Reading…"))
        task = workbench.run(
            work,
            title=self.tr("Reading the log of %1").replace("%1", unit),
            host=host,
            done=self._read,
            failed=self._failed,
        )
        task.finished.connect(self._ended)

    def copy(self) -> None:
        """Copy what is shown: the selection, or all lines that the filter leaves."""
        chosen = self.ui.text.textCursor().selection().toPlainText()
        QGuiApplication.clipboard().setText(chosen or self.ui.text.toPlainText())

    def shown(self) -> list[str]:
        """The lines that the filter leaves."""
        words = self.ui.filter.text().strip().lower().split()
        return [line for line in self._lines if all(word in line.lower() for word in words)]

    def _read(self, text: str) -> None:
        self.ui.banner.hide()
        self._lines = text.splitlines()
        self._show()

    def _show(self) -> None:
        lines = self.shown()
        self.ui.text.setPlainText("\n".join(lines))
        bar = self.ui.text.verticalScrollBar()
        bar.setValue(bar.maximum())
        if not self._lines:
            words = self.tr("The log has no lines of this unit.")
        elif len(lines) == len(self._lines):
            words = self.tr("%1 lines, the newest at the bottom").replace("%1", str(len(lines)))
        else:
            words = (
                self.tr("%1 of %2 lines").replace("%1", str(len(lines))).replace("%2", str(len(self._lines)))
            )
        self.ui.count.setText(words)
        self.ui.copy.setEnabled(bool(lines))

    def _failed(self, error: AzdeskError) -> None:
        self.ui.count.clear()
        self.ui.banner.show_message("error", error.what, error.next_step)

    def _ended(self) -> None:
        self.ui.again.setEnabled(True)

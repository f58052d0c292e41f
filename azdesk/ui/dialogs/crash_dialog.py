"""Shown for an exception outside the error tree: a bug. Says so, and can save a report without secrets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from azdesk.ui import theme
from azdesk.ui.crash import crash_report
from azdesk.ui.forms.crash_dialog import Ui_CrashDialog


class CrashDialog(QDialog):
    """What happened, that hosts are safe, and the report as it would be saved."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_CrashDialog()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        self.ui.mark.set_icon("error", "failing")
        self.ui.report.setPlainText(crash_report(error))
        self.ui.report.setFont(theme.file_font())
        self.ui.report.setLineWrapMode(self.ui.report.LineWrapMode.NoWrap)
        self.ui.save.clicked.connect(self._ask_where)
        self.ui.go_on.clicked.connect(self.accept)
        self.ui.go_on.setDefault(True)
        self.resize(640, 440)

    def save_to(self, path: Path) -> None:
        """Write the report exactly as it is shown."""
        try:
            path.write_text(self.ui.report.toPlainText(), encoding="utf-8")
        except OSError as error:
            self.ui.report_label.setText(
                self.tr("The report could not be saved: %1. Choose another place.").replace(
                    "%1", error.strerror or ""
                )
            )
        else:
            self.ui.report_label.setText(self.tr("Saved as %1.").replace("%1", str(path)))

    def _ask_where(self) -> None:
        name = f"azdesk-fault-{datetime.now().astimezone():%Y%m%d-%H%M%S}.txt"
        chosen, _kind = QFileDialog.getSaveFileName(self, self.tr("Save report"), name)
        if chosen:
            self.save_to(Path(chosen))

"""The login test by itself, for a host that is in the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from azdesk.ui.dialogs.prompts import GrowingDialog
from azdesk.ui.forms.login_test_dialog import Ui_LoginTestDialog

if TYPE_CHECKING:
    from azdesk.ui.workbench import Workbench

_SIZE = (520, 560)


class LoginTestDialog(GrowingDialog):
    """Begins at once; a login that works is followed by a look at the host."""

    def __init__(self, workbench: Workbench, host: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.workbench, self.host = workbench, host
        self.ui = Ui_LoginTestDialog()
        self.ui.setupUi(self)  # type: ignore[no-untyped-call]
        title = self.tr("Test login on %1").replace("%1", host)
        self.setWindowTitle(title)
        self.ui.title.setText(title)
        self.test = self.ui.login_test
        self.test.finished.connect(self._finished)
        self.ui.again.clicked.connect(self.start)
        self.ui.again.setAutoDefault(False)
        self.ui.close_dialog.clicked.connect(self.reject)
        self.resize(*_SIZE)
        self.start()

    def start(self) -> None:
        """Try again from the beginning."""
        self.test.start(self.workbench, self.workbench.fleet, self.host)

    def done(self, result: int) -> None:
        self.test.stop()
        super().done(result)

    def _finished(self, good: bool) -> None:
        if good:
            self.workbench.look((self.host,))
